//! A client that speaks no HTTP by itself: it sends what it is told to, and no more.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// What does not come within this time does not come.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection.
pub(crate) struct Raw {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Raw {
    pub(crate) async fn connect(address: &str) -> Self {
        Self::connect_with(address, 64 * 1024).await
    }

    /// With so much room for what it has not read yet, in bytes.
    pub(crate) async fn connect_with(address: &str, room: u32) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(room).unwrap();
        let address = address.strip_prefix("http://").unwrap();
        Self {
            stream: socket.connect(address.parse().unwrap()).await.unwrap(),
            read: Vec::new(),
        }
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    /// Reads until this has come.
    pub(crate) async fn until(&mut self, text: &str) {
        let read = async {
            while !self.text().contains(text) {
                let more = self.stream.read_buf(&mut self.read).await.unwrap();
                assert_ne!(more, 0, "{text} in {}", self.text());
            }
        };
        tokio::time::timeout(PATIENCE, read).await.unwrap();
    }

    /// Reads until the server closes the connection; gives all that came.
    pub(crate) async fn until_cut(mut self) -> String {
        let read = self.stream.read_to_end(&mut self.read);
        // A connection that is reset is cut, too.
        let _ = tokio::time::timeout(PATIENCE, read).await.unwrap();
        self.text()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.read).into_owned()
    }
}
