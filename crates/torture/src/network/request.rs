//! One request as bytes. Clients here send one on each connection, with its length.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::fate::Kind;

/// Longest request: the server takes bodies of 64 KiB.
const MAX_BYTES: usize = 128 * 1024;

/// A whole request.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    /// As it came.
    pub bytes: Vec<u8>,
    /// The write it names, if it names one.
    pub write: Option<String>,
    /// What it is.
    pub kind: Kind,
}

impl Request {
    /// Reads one.
    ///
    /// # Errors
    /// If the connection ends before the request does, or the request is longer than any of ours.
    pub async fn read(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Self> {
        let mut bytes = Vec::new();
        loop {
            if let Some(body) = body_at(&bytes)
                && bytes.len() >= body + length(&bytes[..body])
            {
                return Ok(Self::of(bytes, body));
            }
            if bytes.len() > MAX_BYTES {
                return Err(io::ErrorKind::InvalidData.into());
            }
            if from.read_buf(&mut bytes).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    fn of(bytes: Vec<u8>, body: usize) -> Self {
        let head = String::from_utf8_lossy(&bytes[..body]);
        let path = head.split(' ').nth(1).unwrap_or_default();
        let path = path.split('?').next().unwrap_or_default();
        let json = serde_json::from_slice::<serde_json::Value>(&bytes[body..]).ok();
        let write = json.and_then(|json| Some(json.get("write")?.as_str()?.to_owned()));
        let kind = match &write {
            Some(_) => Kind::Write,
            None if path.ends_with("/events") || path.ends_with("/inbox") => Kind::Stream,
            None => Kind::Other,
        };
        Self { bytes, write, kind }
    }
}

/// Where the body begins, once the whole head is there.
fn body_at(bytes: &[u8]) -> Option<usize> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    Some(end + 4)
}

/// How long the body is.
fn length(head: &[u8]) -> usize {
    String::from_utf8_lossy(head)
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: &str) -> io::Result<Request> {
        Request::read(&mut text.as_bytes()).await
    }

    #[tokio::test]
    async fn a_request_ends_where_its_length_says_and_its_kind_is_known() {
        let write = "POST /v1/conversations/x/messages HTTP/1.1\r\nContent-Length: 15\r\n\r\n{\"write\":\"abc\"";
        assert!(read(write).await.is_err(), "its last byte is missing");
        let request = read(&format!("{}}}", write)).await.unwrap();
        assert_eq!(request.write.as_deref(), Some("abc"));
        assert_eq!(request.kind, Kind::Write);
        for (path, kind) in [
            ("/v1/conversations/x/events?after=3", Kind::Stream),
            ("/v1/agent/inbox", Kind::Stream),
            ("/v1/agent/session", Kind::Other),
        ] {
            let request = read(&format!("GET {path} HTTP/1.1\r\n\r\n")).await.unwrap();
            assert_eq!((request.kind, request.write), (kind, None), "{path}");
        }
    }
}
