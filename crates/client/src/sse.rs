//! Server-sent events, parsed as bytes arrive.
//!
//! `EventSource` cannot send an `Authorization` header, so the stream is read through `fetch` and parsed here
//! (WHATWG HTML, "9.2.6 Interpreting an event stream").

use deskbell_protocol::{Event, Inbox, Status};
use thiserror::Error;

use crate::json::{self, JsonError};

/// Longest message accepted, in bytes: far above any the server sends, so that a broken peer cannot fill the memory.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// A message of the server's streams.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// The next event of the conversation.
    Event(Box<Event>),
    /// Where the conversation stands now.
    Status(Status),
    /// The agent's inbox now.
    Inbox(Box<Inbox>),
}

/// The peer does not speak our protocol. Reconnect.
#[derive(Debug, Error)]
pub enum StreamError {
    /// A message is not what its name says.
    #[error("a message of the stream cannot be read")]
    Message(#[from] JsonError),
    /// Not UTF-8.
    #[error("the stream is not UTF-8")]
    Encoding(#[from] std::str::Utf8Error),
    /// A message does not end.
    #[error("a message of the stream is longer than {MAX_BYTES} bytes")]
    TooLong,
}

type ReadInbox = fn(&str) -> Result<Inbox, JsonError>;

/// The parser's state between two pieces.
#[derive(Debug, Default)]
pub struct Parser {
    /// Bytes of an unfinished line.
    line: Vec<u8>,
    name: String,
    data: String,
    /// Reads an inbox; only agents get one, and the widget does not carry what it takes.
    inbox: Option<ReadInbox>,
}

impl Parser {
    /// For the stream of an agent's inbox. [`Parser::default`] passes inboxes over.
    #[must_use]
    pub fn for_agents() -> Self {
        Self {
            inbox: Some(json::from_str),
            ..Self::default()
        }
    }

    /// Takes the next bytes and returns the messages that are now complete. Names it does not know are passed over,
    /// so that a newer server can add some.
    ///
    /// # Errors
    /// If the bytes are not a stream of ours.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Vec<Message>, StreamError> {
        let mut messages = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if self.line.len() + self.data.len() > MAX_BYTES {
                return Err(StreamError::TooLong);
            }
            if piece.last() == Some(&b'\n') {
                let line = std::mem::take(&mut self.line);
                messages.extend(self.line_ended(std::str::from_utf8(&line)?)?);
            }
        }
        Ok(messages)
    }

    fn line_ended(&mut self, line: &str) -> Result<Option<Message>, StreamError> {
        let line = line.trim_end_matches(['\n', '\r']);
        if line.is_empty() {
            let (name, data) = (
                std::mem::take(&mut self.name),
                std::mem::take(&mut self.data),
            );
            return Ok(match name.as_str() {
                "event" => Some(Message::Event(json::from_str(&data)?)),
                "status" => Some(Message::Status(json::from_str(&data)?)),
                "inbox" => match self.inbox {
                    Some(read) => Some(Message::Inbox(Box::new(read(&data)?))),
                    None => None,
                },
                _ => None,
            });
        }
        // A line that begins with a colon is a comment: the server's sign of life.
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => {
                if !self.data.is_empty() {
                    self.data.push('\n');
                }
                self.data.push_str(value);
            }
            _ => {}
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::EventBody;

    use super::*;

    const STREAM: &str = concat!(
        ": hello\n\n",
        "event: status\ndata: {\"state\":\"waiting\",\"position\":2,\"agents_online\":1}\n\n",
        "event: news\ndata: whatever\n\n",
        "id: 7\r\nevent: event\r\ndata: {\"seq\":7,\"at\":5,\"write\":\"0123456789abcdef\",\r\n",
        "data: \"type\":\"escalated\",\"reason\":\"bell\"}\r\n\r\n",
    );

    #[test]
    fn messages_are_found_wherever_the_network_cuts_the_stream() {
        let whole = Parser::default().feed(STREAM.as_bytes()).unwrap();
        assert_eq!(whole.len(), 2);
        for size in 1..STREAM.len() {
            let mut parser = Parser::default();
            let pieces = STREAM.as_bytes().chunks(size);
            let parsed: Vec<_> = pieces
                .flat_map(|piece| parser.feed(piece).unwrap())
                .collect();
            assert_eq!(parsed, whole, "cut into pieces of {size} bytes");
        }
    }

    #[test]
    fn an_event_that_only_a_newer_server_knows_keeps_its_place_and_breaks_nothing() {
        let stream = b"event: event\ndata: {\"seq\":8,\"at\":5,\"write\":\"0123456789abcdef\",\
            \"type\":\"sang\",\"song\":{\"verses\":[1,2]}}\n\n";
        let found = Parser::default().feed(stream).unwrap();
        let [Message::Event(event)] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!((event.seq, &event.body), (8, &EventBody::Unknown));
    }

    #[test]
    fn a_peer_that_speaks_something_else_is_an_error_and_not_a_panic() {
        assert!(
            Parser::default()
                .feed(b"event: event\ndata: {\n\n")
                .is_err()
        );
        assert!(Parser::default().feed(b"data: \xff\n").is_err());
        assert!(Parser::default().feed(&vec![b'x'; MAX_BYTES + 1]).is_err());
    }
}
