//! A worker without a browser: it keeps what is to be kept, and hands on what streams have to tell.

use std::collections::BTreeMap;

use deskbell_demo::{Answer, Body, Change, Demo, Request, StreamId};
use serde_json::{Value, json};

/// Like the service worker around a [`Demo`].
pub(crate) struct Worker {
    demo: Demo,
    pub(crate) now: i64,
    random: u128,
    pub(crate) kept: BTreeMap<String, String>,
    streams: BTreeMap<StreamId, Stream>,
}

#[derive(Default)]
struct Stream {
    messages: Vec<Message>,
    ended: bool,
}

/// A customer with a conversation.
pub(crate) struct Visitor {
    token: String,
    pub(crate) conversation: String,
}

impl Worker {
    pub(crate) fn start() -> Self {
        Self {
            demo: Demo::new().unwrap(),
            now: 1_700_000_000_000,
            random: 1 << 100,
            kept: BTreeMap::new(),
            streams: BTreeMap::new(),
        }
    }

    /// The browser stops the worker and starts it again.
    pub(crate) fn restart(&mut self) {
        self.demo = Demo::new().unwrap();
        self.streams.clear();
        for (name, text) in &self.kept {
            self.demo.restore(name, text).unwrap();
        }
        self.demo.restored(self.now);
    }

    pub(crate) fn demo(&mut self) -> &mut Demo {
        &mut self.demo
    }

    /// Sends a request; each look at the clock is a millisecond later.
    pub(crate) fn send(&mut self, request: &Request) -> Answer {
        self.now += 1;
        self.random += 1;
        let answer = self.demo.answer(request, self.now, self.random);
        for change in &answer.changes {
            match change {
                Change::Keep { name, text } => drop(self.kept.insert(name.clone(), text.clone())),
                Change::ForgetAll => self.kept.clear(),
            }
        }
        if let Body::Stream(id) = answer.body {
            self.streams.insert(id, Stream::default());
        }
        self.spread();
        answer
    }

    /// Hands what streams have to tell to who reads them.
    fn spread(&mut self) {
        for news in self.demo.news(self.now) {
            let stream = self.streams.get_mut(&news.stream).unwrap();
            assert!(!stream.ended, "an ended stream tells nothing");
            assert!(
                news.text.is_empty() || news.text.ends_with("\n\n"),
                "complete messages only"
            );
            let blocks = news.text.split_terminator("\n\n");
            stream.messages.extend(blocks.map(parse));
            stream.ended = news.end;
        }
    }

    /// Lets time pass.
    pub(crate) fn pass_ms(&mut self, millis: i64) {
        self.now += millis;
        self.spread();
    }

    /// In how many milliseconds the streams have something to tell by themselves.
    pub(crate) fn changes_in(&self) -> Option<i64> {
        self.demo.changes_at(self.now).map(|at| at - self.now)
    }

    pub(crate) fn json(&mut self, request: &Request) -> (u16, Value) {
        let answer = self.send(request);
        let value = match answer.body {
            Body::Json(text) => serde_json::from_str(&text).unwrap(),
            Body::Nothing => Value::Null,
            Body::Html(_) | Body::Script(_) | Body::Stream(_) => panic!("no JSON"),
        };
        (answer.status, value)
    }

    pub(crate) fn accepted(&mut self, request: &Request) -> Value {
        let (status, body) = self.json(request);
        assert!(matches!(status, 200 | 204), "{status}: {body}");
        body
    }

    /// Expects a problem: its status and code. Every problem has a sentence and a request id.
    pub(crate) fn refused(&mut self, request: &Request) -> (u16, String) {
        let (status, body) = self.json(request);
        assert!(body["message"].as_str().unwrap().len() > 10, "{body}");
        assert_eq!(body["request_id"].as_str().unwrap().len(), 32);
        (status, body["code"].as_str().unwrap().to_owned())
    }

    pub(crate) fn visitor(&mut self, name: &str) -> Visitor {
        let token = token(name);
        let body =
            json!({ "write": write_id(&format!("open-{name}")), "site": "demo", "language": "en" });
        let open = with_token(&token, request("POST", "/v1/conversations", Some(&body)));
        let opened = self.accepted(&open);
        let conversation = opened["conversation"].as_str().unwrap().to_owned();
        Visitor {
            token,
            conversation,
        }
    }

    /// Writes, with the reading of a device that knows a few words; gives the events that this caused.
    pub(crate) fn say(&mut self, visitor: &Visitor, write: &str, text: &str) -> Vec<Value> {
        let mut body = json!({ "write": write_id(write), "text": text });
        let intent = match text {
            _ if text.contains("person") => "talk_to_human",
            _ if text.contains("parcel") => "track_order",
            _ => "out_of_scope",
        };
        if !text.contains("broken model") {
            body["triage"] = hint(intent, "bot", "routine");
        }
        let answer = self.accepted(&visitor.post("messages", &body));
        answer["events"].as_array().unwrap().clone()
    }

    /// Rings the bell; gives the status.
    pub(crate) fn ring(&mut self, visitor: &Visitor, write: &str) -> Value {
        let body = json!({ "write": write_id(write) });
        self.accepted(&visitor.post("escalation", &body))["status"].clone()
    }

    pub(crate) fn stream(&mut self, request: &Request) -> StreamId {
        let answer = self.send(request);
        match answer.body {
            Body::Stream(id) => id,
            other => panic!("no stream: {other:?}"),
        }
    }

    pub(crate) fn inbox(&mut self) -> StreamId {
        self.stream(&request("GET", "/v1/agent/inbox", None))
    }

    /// What a stream has told since the last time it was asked.
    pub(crate) fn told(&mut self, stream: StreamId) -> Vec<Message> {
        std::mem::take(&mut self.streams.get_mut(&stream).unwrap().messages)
    }

    pub(crate) fn has_ended(&self, stream: StreamId) -> bool {
        self.streams[&stream].ended
    }

    /// The reader goes away.
    pub(crate) fn leave(&mut self, stream: StreamId) {
        self.streams.remove(&stream);
        self.demo.close(stream, self.now);
        self.spread();
    }

    /// `claim`, `return` or `close`.
    pub(crate) fn act(&mut self, what: &str, visitor: &Visitor, write: &str) -> (u16, Value) {
        let path = format!("/v1/agent/conversations/{}/{what}", visitor.conversation);
        let body = json!({ "write": write_id(write) });
        self.json(&request("POST", &path, Some(&body)))
    }

    pub(crate) fn reply(&mut self, visitor: &Visitor, write: &str, text: &str) -> (u16, Value) {
        let path = format!("/v1/agent/conversations/{}/messages", visitor.conversation);
        let body = json!({ "write": write_id(write), "text": text });
        self.json(&request("POST", &path, Some(&body)))
    }

    pub(crate) fn set_online(&mut self, online: bool) {
        let body = json!({ "online": online });
        self.accepted(&request("PUT", "/v1/agent/availability", Some(&body)));
    }

    /// Kinds of all events of a conversation.
    pub(crate) fn history(&mut self, visitor: &Visitor) -> Vec<String> {
        let stream = self.stream(&visitor.events(0));
        let told = kinds(&self.told(stream));
        self.leave(stream);
        told
    }
}

impl Visitor {
    pub(crate) fn request(&self, method: &str, what: &str, body: Option<&Value>) -> Request {
        let path = format!("/v1/conversations/{}/{what}", self.conversation);
        with_token(&self.token, request(method, &path, body))
    }

    pub(crate) fn post(&self, what: &str, body: &Value) -> Request {
        self.request("POST", what, Some(body))
    }

    pub(crate) fn events(&self, after: u64) -> Request {
        Request {
            query: format!("after={after}"),
            ..self.request("GET", "events", None)
        }
    }

    /// The stream as an agent reads it.
    pub(crate) fn for_agent(&self) -> Request {
        let path = format!("/v1/agent/conversations/{}/events", self.conversation);
        request("GET", &path, None)
    }
}

pub(crate) fn token(name: &str) -> String {
    format!("{name:A<43}")
}

pub(crate) fn write_id(name: &str) -> String {
    format!("write-of-a-test-{name}")
}

pub(crate) fn request(method: &str, path: &str, body: Option<&Value>) -> Request {
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        content_type: body.map(|_| "application/json".to_owned()),
        body: body.map_or_else(String::new, Value::to_string),
        ..Request::default()
    }
}

pub(crate) fn with_token(token: &str, request: Request) -> Request {
    Request {
        authorization: Some(format!("Bearer {token}")),
        ..request
    }
}

/// How a device read a message.
pub(crate) fn hint(intent: &str, decision: &str, reason: &str) -> Value {
    json!({
        "intent": intent, "confidence": 0.9, "sentiment": "neutral",
        "sentiment_scores": { "negative": 0.1, "neutral": 0.8, "positive": 0.1 },
        "decision": decision, "reason": reason, "read_on": "device", "millis": 1.5
    })
}

/// The type of an event.
pub(crate) fn kind(event: &Value) -> String {
    event["type"].as_str().unwrap().to_owned()
}

/// One message of a stream.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) event: String,
    pub(crate) id: Option<u64>,
    pub(crate) data: Value,
}

fn parse(block: &str) -> Message {
    let field = |name: &str| {
        block
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    Message {
        event: field("event").unwrap().to_owned(),
        id: field("id").map(|id| id.parse().unwrap()),
        data: serde_json::from_str(field("data").unwrap()).unwrap(),
    }
}

/// Types of the events among the messages.
pub(crate) fn kinds(messages: &[Message]) -> Vec<String> {
    let events = messages.iter().filter(|message| message.event == "event");
    events.map(|message| kind(&message.data)).collect()
}

/// The last status among the messages.
pub(crate) fn status(messages: &[Message]) -> Value {
    last(messages, "status")
}

/// The last inbox among the messages.
pub(crate) fn inbox(messages: &[Message]) -> Value {
    last(messages, "inbox")
}

fn last(messages: &[Message], event: &str) -> Value {
    let found = messages.iter().rfind(|message| message.event == event);
    found.unwrap().data.clone()
}
