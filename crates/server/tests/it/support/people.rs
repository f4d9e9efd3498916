//! A customer and an agent, as far as they speak HTTP.

use reqwest::{Method, RequestBuilder, header};
use serde_json::{Value, json};

use super::{PASSWORD, SHOP, Stream, accepted, client, write_id};

/// A customer with a conversation.
pub(crate) struct Visitor {
    address: String,
    pub(crate) token: String,
    pub(crate) conversation: String,
}

impl Visitor {
    pub(crate) async fn open(address: &str, name: &str) -> Self {
        let opened = accepted(Self::open_request(address, name, "demo", "")).await;
        Self::opened(address, name, &opened)
    }

    /// A request to open a conversation with `site`; `query` is empty or begins with a question mark.
    pub(crate) fn open_request(
        address: &str,
        name: &str,
        site: &str,
        query: &str,
    ) -> RequestBuilder {
        let body =
            json!({ "write": write_id(&format!("open-{name}")), "site": site, "language": "en" });
        client()
            .post(format!("{address}/v1/conversations{query}"))
            .bearer_auth(Self::token(name))
            .header(header::ORIGIN, SHOP)
            .json(&body)
    }

    /// The customer `name`, whose request to open a conversation was answered so.
    pub(crate) fn opened(address: &str, name: &str, answer: &Value) -> Self {
        Self {
            address: address.to_owned(),
            token: Self::token(name),
            conversation: answer["conversation"].as_str().unwrap().to_owned(),
        }
    }

    /// The secret of the visitor `name`.
    pub(crate) fn token(name: &str) -> String {
        format!("{name:A<43}")
    }

    /// A request about this conversation.
    pub(crate) fn request(&self, method: Method, what: &str) -> RequestBuilder {
        let address = format!(
            "{}/v1/conversations/{}/{what}",
            self.address, self.conversation
        );
        client().request(method, address).bearer_auth(&self.token)
    }

    pub(crate) fn post(&self, what: &str, body: &Value) -> RequestBuilder {
        self.request(Method::POST, what).json(body)
    }

    /// Writes; gives the events that this caused.
    pub(crate) async fn say(&self, write: &str, text: &str) -> Vec<Value> {
        let body = json!({ "write": write_id(write), "text": text });
        let answer = accepted(self.post("messages", &body)).await;
        answer["events"].as_array().unwrap().clone()
    }

    /// Rings the bell; gives the status.
    pub(crate) async fn ring(&self, write: &str) -> Value {
        let answer = accepted(self.post("escalation", &json!({ "write": write_id(write) }))).await;
        answer["status"].clone()
    }

    pub(crate) async fn stream(&self, after: u64) -> Stream {
        Stream::open(self.request(Method::GET, &format!("events?after={after}"))).await
    }

    /// Kinds of all events so far.
    pub(crate) async fn history(&self) -> Vec<String> {
        let mut stream = self.stream(0).await;
        let mut kinds = Vec::new();
        loop {
            let message = stream.next().await;
            if message.event == "status" {
                return kinds;
            }
            kinds.push(message.data["type"].as_str().unwrap().to_owned());
        }
    }
}

/// A signed-in agent.
pub(crate) struct Console {
    address: String,
    pub(crate) cookie: String,
}

impl Console {
    pub(crate) async fn sign_in(address: &str, name: &str) -> Self {
        let response = Self::sign_in_request(address, name, PASSWORD)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self {
            address: address.to_owned(),
            cookie,
        }
    }

    /// The id of the agent `name`.
    pub(crate) fn id(name: &str) -> deskbell_protocol::AgentId {
        deskbell_protocol::AgentId::new(name).unwrap()
    }

    /// The same session at another server.
    pub(crate) fn at(&self, address: &str) -> Self {
        Self {
            address: address.to_owned(),
            cookie: self.cookie.clone(),
        }
    }

    pub(crate) fn sign_in_request(address: &str, name: &str, password: &str) -> RequestBuilder {
        let body = json!({ "email": format!("{name}@shop.example"), "password": password });
        client()
            .post(format!("{address}/v1/agent/session"))
            .header(header::ORIGIN, address)
            .json(&body)
    }

    /// A request from the console's own page.
    pub(crate) fn request(&self, method: Method, what: &str) -> RequestBuilder {
        client()
            .request(method, format!("{}/v1/agent/{what}", self.address))
            .header(header::COOKIE, &self.cookie)
            .header(header::ORIGIN, &self.address)
    }

    /// `claim`, `return` or `close`.
    pub(crate) fn act(&self, what: &str, visitor: &Visitor, write: &str) -> RequestBuilder {
        self.request(
            Method::POST,
            &format!("conversations/{}/{what}", visitor.conversation),
        )
        .json(&json!({ "write": write_id(write) }))
    }

    pub(crate) fn reply(&self, visitor: &Visitor, write: &str, text: &str) -> RequestBuilder {
        self.request(
            Method::POST,
            &format!("conversations/{}/messages", visitor.conversation),
        )
        .json(&json!({ "write": write_id(write), "text": text }))
    }

    pub(crate) async fn set_online(&self, online: bool) {
        let request = self
            .request(Method::PUT, "availability")
            .json(&json!({ "online": online }));
        accepted(request).await;
    }

    pub(crate) async fn inbox(&self) -> Stream {
        Stream::open(self.request(Method::GET, "inbox")).await
    }

    pub(crate) async fn stream(&self, visitor: &Visitor) -> Stream {
        let what = format!("conversations/{}/events", visitor.conversation);
        Stream::open(self.request(Method::GET, &what)).await
    }
}
