//! A reader of server-sent events.

use std::pin::Pin;
use std::time::Duration;

use futures_util::{Stream as Chunks, StreamExt as _};
use reqwest::{RequestBuilder, header};
use serde_json::Value;

/// A message that does not come within this time does not come.
const PATIENCE: Duration = Duration::from_secs(30);

/// One message.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) event: String,
    pub(crate) id: Option<u64>,
    pub(crate) data: Value,
}

/// An open stream.
pub(crate) struct Stream {
    chunks: Pin<Box<dyn Chunks<Item = Vec<u8>> + Send>>,
    /// Bytes, not text: a character may arrive in two pieces.
    buffer: Vec<u8>,
}

impl Stream {
    pub(crate) async fn open(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "text/event-stream"
        );
        let chunks = response
            .bytes_stream()
            .take_while(|chunk| std::future::ready(chunk.is_ok()))
            .map(|chunk| chunk.unwrap().to_vec());
        Self {
            chunks: Box::pin(chunks),
            buffer: Vec::new(),
        }
    }

    /// The next message; panics if the stream ends or nothing comes.
    pub(crate) async fn next(&mut self) -> Message {
        self.next_or_end().await.expect("the stream goes on")
    }

    /// The next message, or nothing if the stream ends.
    pub(crate) async fn next_or_end(&mut self) -> Option<Message> {
        let message = tokio::time::timeout(PATIENCE, self.read());
        message.await.expect("something comes")
    }

    async fn read(&mut self) -> Option<Message> {
        loop {
            let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") else {
                self.buffer.extend(self.chunks.next().await?);
                continue;
            };
            let block: Vec<u8> = self.buffer.drain(..end + 2).collect();
            if let Some(message) = parse(std::str::from_utf8(&block).unwrap()) {
                return Some(message);
            }
        }
    }

    /// The next status.
    pub(crate) async fn status(&mut self) -> Value {
        self.until("status", |_| true).await
    }

    /// The first message of this kind for which `wanted` holds; what comes before is skipped.
    pub(crate) async fn until(&mut self, event: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.next().await;
            if message.event == event && wanted(&message.data) {
                return message.data;
            }
        }
    }

    /// The first event of this type.
    pub(crate) async fn until_type(&mut self, kind: &str) -> Value {
        self.until("event", |event| event["type"] == kind).await
    }
}

/// Nothing for a comment, which only keeps the connection alive.
fn parse(block: &str) -> Option<Message> {
    let field = |name: &str| {
        block
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    Some(Message {
        event: field("event")?.to_owned(),
        id: field("id").map(|id| id.parse().unwrap()),
        data: serde_json::from_str(field("data")?).unwrap(),
    })
}
