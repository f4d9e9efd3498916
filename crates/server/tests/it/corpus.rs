//! What outsiders send is data and nothing else: every text of `tests/corpus/hostile-texts.json` in every field that they
//! fill in is stored and read back exactly, or refused with a problem. On both databases.

use deskbell_desk::{Directory, EventLog};
use reqwest::{Client, Method, RequestBuilder, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::contact::encode;
use crate::support::postgres::{OneOfMany, postgres, prepared};
use crate::support::{Console, Raw, Server, Stream, Visitor, accepted, client, write_id};

/// One text, and what it tries.
#[derive(Deserialize)]
pub(crate) struct Hostile {
    pub(crate) tries: String,
    pub(crate) text: String,
    /// How often the text is written.
    #[serde(default = "once")]
    times: usize,
}

fn once() -> usize {
    1
}

pub(crate) fn corpus() -> Vec<Hostile> {
    let file = include_str!("../../../../tests/corpus/hostile-texts.json");
    let mut corpus: Vec<Hostile> = serde_json::from_str(file).unwrap();
    for hostile in &mut corpus {
        hostile.text = hostile.text.repeat(hostile.times);
    }
    assert!(corpus.len() > 90);
    corpus
}

/// As a text is stored: without white space around it, with one kind of line ends.
pub(crate) fn stored(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

/// What a text must look like in an address to arrive as it is.
fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Sends; gives the answer if it was a good one. Anything else must be a proper refusal, and no header may come of a text.
async fn outcome(request: RequestBuilder, what: &str) -> Option<Value> {
    let response = request.send().await.unwrap();
    let status = response.status();
    assert!(
        status.is_success() || status.is_client_error(),
        "{what}: {status}"
    );
    for name in ["x-pwned", "set-cookie"] {
        assert!(!response.headers().contains_key(name), "{what}");
    }
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind.map_or("", |kind| kind.to_str().unwrap()).to_owned();
    let text = response.text().await.unwrap();
    if status.is_success() {
        return Some(serde_json::from_str(&text).unwrap_or(Value::String(text)));
    }
    if kind.starts_with("application/json") {
        let problem: Value = serde_json::from_str(&text).unwrap();
        for field in ["code", "message", "request_id"] {
            let said = problem[field].as_str().unwrap();
            assert!(!said.is_empty(), "{what}: {problem}");
        }
    } else {
        assert!(kind.starts_with("text/html"), "{what}: {status} {kind}");
        assert!(text.starts_with("<!DOCTYPE html>"), "{what}: {text}");
    }
    None
}

/// A server with the site `demo` and the agents `sam` and `kim`, and nobody else.
struct Desk {
    http: Client,
    address: String,
    corpus: Vec<Hostile>,
}

impl Desk {
    fn new(address: &str) -> Self {
        Self {
            http: client(),
            address: address.to_owned(),
            corpus: corpus(),
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.address))
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.request(Method::POST, path).json(body)
    }

    fn of_visitor(&self, visitor: &Visitor, what: &str, body: &Value) -> RequestBuilder {
        let path = format!("/v1/conversations/{}/{what}", visitor.conversation);
        self.post(&path, body).bearer_auth(&visitor.token)
    }

    /// All events of a conversation.
    async fn events(&self, visitor: &Visitor) -> Vec<Value> {
        let path = format!("/v1/conversations/{}/events", visitor.conversation);
        let request = self.request(Method::GET, &path).bearer_auth(&visitor.token);
        let mut stream = Stream::open(request).await;
        let mut events = Vec::new();
        loop {
            let message = stream.next().await;
            if message.event == "status" {
                return events;
            }
            events.push(message.data);
        }
    }

    /// The conversation that was opened with this secret.
    async fn of_token(&self, name: &str) -> Visitor {
        let body = json!({ "write": write_id(name), "site": "demo" });
        let request = self.post("/v1/conversations", &body);
        let opened = accepted(request.bearer_auth(Visitor::token(name))).await;
        Visitor::opened(&self.address, name, &opened)
    }

    async fn writes_of_a_conversation(&self) {
        let ann = Visitor::open(&self.address, "ann").await;
        ann.ring("ring").await;
        let hint = json!({
            "intent": "", "confidence": 0.9, "sentiment": "neutral", "decision": "bot", "reason": "routine",
            "sentiment_scores": { "negative": 0.1, "neutral": 0.8, "positive": 0.1 }, "read_on": "device", "millis": 1.0
        });
        let fields = [
            ("messages", "/text", json!({ "text": "" })),
            (
                "messages",
                "/triage/intent",
                json!({ "text": "hello", "triage": hint }),
            ),
            (
                "messages",
                "/triage/reason",
                json!({ "text": "hello", "triage": hint }),
            ),
            ("messages", "/write", json!({ "text": "hello" })),
            ("contact", "/contact", json!({ "contact": "" })),
            ("introduction", "/name", json!({ "name": "" })),
            ("introduction", "/email", json!({ "email": "" })),
            ("rating", "/stretch", json!({ "stretch": 1, "score": 5 })),
            ("rating", "/score", json!({ "stretch": 1, "score": 5 })),
            (
                "feedback",
                "/answer",
                json!({ "answer": 2, "helped": true }),
            ),
            (
                "feedback",
                "/helped",
                json!({ "answer": 2, "helped": true }),
            ),
            ("escalation", "/write", json!({})),
        ];
        let mut taken = Vec::new();
        for (n, Hostile { tries, text, .. }) in self.corpus.iter().enumerate() {
            for (f, (operation, field, body)) in fields.iter().enumerate() {
                let mut body = body.clone();
                body["write"] = json!(write_id(&format!("{n}-{f}")));
                *body.pointer_mut(field).unwrap() = json!(text);
                let what = format!("{tries}: {operation}{field}");
                let request = self.of_visitor(&ann, operation, &body);
                if outcome(request, &what).await.is_some() {
                    taken.push((what, *field, stored(text)));
                }
            }
            // The name of a field is a text, too.
            let mut body = json!({ "write": write_id(&format!("{n}-key")), "text": "hello" });
            body[text] = json!(1);
            let request = self.of_visitor(&ann, "messages", &body);
            assert_eq!(outcome(request, tries).await, None, "{tries}");
        }
        let sam = Console::sign_in(&self.address, "sam").await;
        accepted(sam.act("claim", &ann, "claim")).await;
        for (n, Hostile { tries, text, .. }) in self.corpus.iter().enumerate() {
            let path = format!("/v1/agent/conversations/{}/messages", ann.conversation);
            let body = json!({ "write": write_id(&format!("{n}-reply")), "text": text });
            let request = self.post(&path, &body).header(header::COOKIE, &sam.cookie);
            let request = request.header(header::ORIGIN, &self.address);
            if outcome(request, tries).await.is_some() {
                taken.push((format!("{tries}: a reply"), "/text", stored(text)));
            }
        }
        let of_a_text = [
            "customer_message",
            "agent_message",
            "contact_left",
            "introduced",
        ];
        let (texts, others): (Vec<_>, Vec<_>) = self
            .events(&ann)
            .await
            .into_iter()
            .partition(|event| of_a_text.contains(&event["type"].as_str().unwrap()));
        let others: Vec<_> = others.iter().map(|event| &event["type"]).collect();
        assert_eq!(others, ["opened", "escalated", "claimed"]);
        assert_eq!(texts.len(), taken.len());
        for (event, (what, field, text)) in texts.iter().zip(&taken) {
            assert_eq!(event.pointer(field), Some(&json!(text)), "{what}");
        }
        assert!(taken.len() > 3 * self.corpus.len(), "{}", taken.len());
    }

    async fn openings(&self) {
        let mut begun = 0;
        for (n, Hostile { tries, text, .. }) in self.corpus.iter().enumerate() {
            for field in ["page", "language", "site", "write"] {
                let name = format!("{field}-{n}");
                let mut body = json!({ "write": write_id(&name), "site": "demo" });
                body[field] = json!(text);
                let request = self.post("/v1/conversations", &body);
                let request = request.bearer_auth(Visitor::token(&name));
                if outcome(request, &format!("{tries}: {field}"))
                    .await
                    .is_some()
                {
                    let events = self.events(&self.of_token(&name).await).await;
                    assert_eq!(events[0][field], json!(text), "{tries}: {field}");
                    begun += 1;
                }
            }
        }
        assert!(begun > 60, "{begun}");
    }

    /// Gives how many conversations were begun.
    async fn contact_forms(&self) -> u32 {
        let mut begun = 0;
        for (n, Hostile { tries, text, .. }) in self.corpus.iter().enumerate() {
            for field in ["message", "contact"] {
                let name = format!("form-{field}-{n}");
                let token = Visitor::token(&name);
                let mut fields = [("token", &*token), ("message", "hi"), ("contact", "0123")];
                fields[if field == "message" { 1 } else { 2 }].1 = text;
                let path = format!("/contact/demo?language={}", escaped(text));
                let request = self.request(Method::POST, &path).body(encode(&fields));
                let kind = "application/x-www-form-urlencoded";
                let response = request.header(header::CONTENT_TYPE, kind).send().await;
                let response = response.unwrap();
                let status = response.status();
                let page = response.text().await.unwrap();
                let markup = text.contains(['<', '"', '&']);
                assert!(!(markup && page.contains(text)), "{tries}: {page}");
                if status != StatusCode::OK {
                    assert!(status.is_client_error(), "{tries}: {status}");
                    assert!(page.starts_with("<!DOCTYPE html>"), "{tries}: {page}");
                    continue;
                }
                let events = self.events(&self.of_token(&name).await).await;
                let (kind, key) = match field {
                    "message" => ("customer_message", "text"),
                    _ => ("contact_left", "contact"),
                };
                let written = events.iter().filter(|event| event["type"] == kind);
                let written: Vec<_> = written.map(|event| &event[key]).collect();
                assert_eq!(written, [&json!(stored(text))], "{tries}: {field}");
                begun += 1;
            }
        }
        assert!(begun > 120, "{begun}");
        begun
    }

    async fn addresses(&self) {
        let ann = Visitor::open(&self.address, "ann").await;
        let sam = Console::sign_in(&self.address, "sam").await;
        for Hostile { tries, text, .. } in &self.corpus {
            let there = escaped(text);
            for path in [
                format!("/v1/sites/{there}"),
                format!("/v1/conversations/{there}/events"),
                format!(
                    "/v1/conversations/{}/events?after={there}",
                    ann.conversation
                ),
                format!("/v1/agent/conversations/{there}/events"),
                format!("/contact/{there}"),
                format!("/widget?site={there}"),
                format!("/assets/{there}"),
                format!("/{there}"),
            ] {
                let request = self.request(Method::GET, &path).bearer_auth(&ann.token);
                let request = request.header(header::COOKIE, &sam.cookie);
                let what = format!("{tries}: {path}");
                assert_eq!(outcome(request, &what).await, None, "{what}");
            }
            for path in [
                format!("/loader/{there}"),
                format!("/loader/site/{there}"),
                format!("/v1/sites/demo?{there}={there}"),
            ] {
                let said = outcome(self.request(Method::GET, &path), tries).await;
                let said = said.unwrap_or_default().to_string();
                assert!(!said.contains("pwned"), "{tries}: {said}");
            }
            for operation in ["messages", "escalation"] {
                let path = format!("/v1/conversations/{there}/{operation}");
                let body = json!({ "write": write_id("address"), "text": "hello" });
                let request = self.post(&path, &body).bearer_auth(&ann.token);
                assert_eq!(outcome(request, tries).await, None, "{tries}");
            }
        }
    }

    /// Headers as they are on the line, which no client library would send.
    async fn headers(&self) {
        let ann = Visitor::open(&self.address, "ann").await;
        let events = format!("/v1/conversations/{}/events", ann.conversation);
        let bearer = format!("authorization: bearer {}\r\n", ann.token);
        let preflight = "access-control-request-method: POST\r\norigin: ";
        for (line, before) in [
            ("GET /v1/sites/demo", "origin: "),
            ("GET /v1/sites/demo", "referer: "),
            ("GET /v1/sites/demo", "user-agent: "),
            ("GET /v1/sites/demo", "x-request-id: "),
            ("GET /v1/sites/demo", "x-forwarded-for: "),
            ("GET /v1/sites/demo", "host: "),
            ("GET /v1/agent/session", "cookie: deskbell_session="),
            ("GET /v1/agent/session", "cookie: "),
            ("GET /contact/demo", "accept-language: "),
            ("GET /embed.js", "if-none-match: "),
            ("GET /embed.js", "accept-encoding: "),
            ("POST /v1/conversations", "content-type: "),
            ("POST /v1/conversations", "authorization: bearer "),
            ("OPTIONS /v1/conversations", preflight),
            (
                &format!("GET {events}"),
                &format!("{bearer}last-event-id: "),
            ),
        ] {
            for Hostile { tries, text, .. } in &self.corpus {
                let mut raw = Raw::connect(&self.address).await;
                raw.send(&format!("{line} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n{before}{text}\r\n\r\n"))
                    .await;
                let answer = raw.until_cut().await;
                let what = format!("{tries}: {line} {before}");
                let head = answer.split("\r\n\r\n").next().unwrap();
                let lines: Vec<_> = head.split("\r\n").collect();
                let status = lines[0].strip_prefix("HTTP/1.1 ").expect(&what);
                assert!(status.starts_with(['2', '3', '4']), "{what}: {status}");
                for line in &lines {
                    assert!(!line.contains(char::is_control), "{what}: {head}");
                    let name = line.split(':').next().unwrap().to_ascii_lowercase();
                    assert!(!["x-pwned", "set-cookie"].contains(&&*name), "{what}");
                }
            }
        }
    }

    async fn sign_in(&self) {
        for Hostile { tries, text, .. } in &self.corpus {
            for (email, password) in [(&**text, "x"), ("kim@shop.example", &**text)] {
                let body = json!({ "email": email, "password": password });
                let request = self.post("/v1/agent/session", &body);
                let request = request.header(header::ORIGIN, &self.address);
                assert_eq!(outcome(request, tries).await, None, "{tries}");
            }
        }
    }

    /// Everything that reaches the store, and afterwards there is what there should be.
    async fn keeps_what_it_is_sent(&self, store: &(impl Directory + EventLog)) {
        let before = (store.sites().await.unwrap(), store.agents().await.unwrap());
        self.writes_of_a_conversation().await;
        self.sign_in().await;
        self.openings().await;
        let forms = self.contact_forms().await;
        let after = (store.sites().await.unwrap(), store.agents().await.unwrap());
        assert_eq!(before, after);
        assert_eq!(store.waiting(1).await.unwrap().1, forms);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_every_text_is_kept_as_it_is_or_refused() {
    let server = Server::start().await;
    server.add_agent("sam").await;
    server.add_agent("kim").await;
    let desk = Desk::new(&server.address);
    desk.addresses().await;
    desk.headers().await;
    desk.keeps_what_it_is_sent(&server.store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgresql_every_text_is_kept_as_it_is_or_refused() {
    let url = postgres().create_database().unwrap();
    let store = prepared(&url).await;
    let server = OneOfMany::start(&url).await;
    let desk = Desk::new(&server.address);
    desk.keeps_what_it_is_sent(&store).await;
}
