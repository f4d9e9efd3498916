//! HTTP/1.1 on a bare connection: clients that cost next to nothing beside the server.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection that is kept.
pub struct Connection {
    stream: TcpStream,
    host: SocketAddr,
    /// What was read and not used yet.
    read: Vec<u8>,
}

/// The head of an answer.
pub struct Head {
    /// Such as 200.
    pub status: u16,
    /// As it came.
    pub text: String,
}

impl Head {
    /// The value of a header field, named in lower case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.text.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// If nobody listens.
    pub async fn open(host: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(host).await.context("cannot connect")?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            host,
            read: Vec::new(),
        })
    }

    /// Sends a request; `fields` are lines of the head.
    ///
    /// # Errors
    /// If the connection is cut.
    pub async fn send(&mut self, target: &str, fields: &str, body: Option<&str>) -> Result<()> {
        let host = self.host;
        let request = match body {
            None => format!("GET {target} HTTP/1.1\r\nhost: {host}\r\n{fields}\r\n"),
            Some(body) => format!(
                "POST {target} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n{fields}\r\n{body}",
                body.len()
            ),
        };
        self.stream.write_all(request.as_bytes()).await?;
        Ok(())
    }

    /// Reads the head of an answer.
    ///
    /// # Errors
    /// If the connection is cut or it is no HTTP.
    pub async fn head(&mut self) -> Result<Head> {
        let end = self.until(b"\r\n\r\n").await?;
        let text: Vec<u8> = self.read.drain(..end).collect();
        let text = String::from_utf8(text)?;
        let status = text.get(9..12).and_then(|status| status.parse().ok());
        let status = status.context("an answer without a status")?;
        Ok(Head { status, text })
    }

    /// Asks and reads the whole answer, which must be a good one.
    ///
    /// # Errors
    /// If it is not, with what it says.
    pub async fn ask(
        &mut self,
        target: &str,
        fields: &str,
        body: Option<&str>,
    ) -> Result<(Head, Vec<u8>)> {
        self.send(target, fields, body).await?;
        let head = self.head().await?;
        let length = head
            .field("content-length")
            .context("an answer of no length")?
            .parse()?;
        while self.read.len() < length {
            self.more().await?;
        }
        let body: Vec<u8> = self.read.drain(..length).collect();
        if !(200..300).contains(&head.status) {
            let said = String::from_utf8_lossy(&body);
            bail!("{target} was answered with {}: {said}", head.status);
        }
        Ok((head, body))
    }

    /// Asks for a stream of events, which must begin.
    ///
    /// # Errors
    /// If it does not.
    pub async fn follow(&mut self, target: &str, fields: &str) -> Result<()> {
        self.send(target, fields, None).await?;
        let head = self.head().await?;
        ensure!(
            head.status == 200,
            "{target} was answered with {}",
            head.status
        );
        Ok(())
    }

    /// The next message of a stream, with what HTTP puts around it.
    ///
    /// # Errors
    /// If the stream ends.
    pub async fn message(&mut self) -> Result<Vec<u8>> {
        let end = self.until(b"\n\n").await?;
        Ok(self.read.drain(..end).collect())
    }

    /// Reads on until this was read, and says where that ends.
    async fn until(&mut self, mark: &[u8]) -> Result<usize> {
        let mut seen = 0;
        loop {
            let found = self.read[seen..]
                .windows(mark.len())
                .position(|window| window == mark);
            if let Some(at) = found {
                return Ok(seen + at + mark.len());
            }
            seen = self.read.len().saturating_sub(mark.len() - 1);
            self.more().await?;
        }
    }

    async fn more(&mut self) -> Result<()> {
        let read = self.stream.read_buf(&mut self.read).await?;
        ensure!(read > 0, "the server cut a connection");
        Ok(())
    }
}

/// An answer's JSON.
///
/// # Errors
/// If it is none.
pub fn json(body: &[u8]) -> Result<Value> {
    serde_json::from_slice(body).context("an answer is no JSON")
}
