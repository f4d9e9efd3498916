//! Serves a few files to the browser on this machine.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::Arc,
    thread::{self, JoinHandle},
};

use anyhow::{Context, Result, anyhow};
use tiny_http::{Header, Request, Response};

/// Content by name.
pub type Files = HashMap<String, Vec<u8>>;

/// Isolated from every other page: only then does the browser tell the time to some microseconds.
const HEADERS: [(&str, &str); 3] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cache-control", "no-store"),
];

/// A running server. Dropping it stops it.
pub struct Server {
    address: SocketAddr,
    server: Arc<tiny_http::Server>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves the files by their names, and `index.html` as `/`, on a free port.
    pub fn start(files: Files) -> Result<Self> {
        let server = tiny_http::Server::http(("127.0.0.1", 0))
            .map_err(|error| anyhow!("the server of the page: {error}"))?;
        let address = server.server_addr().to_ip();
        let server = Arc::new(server);
        let thread = thread::spawn({
            let server = Arc::clone(&server);
            move || {
                for request in server.incoming_requests() {
                    answer(&files, request);
                }
            }
        });
        Ok(Self {
            address: address.context("the server of the page has no address")?,
            server,
            thread: Some(thread),
        })
    }

    /// Its address, such as `http://127.0.0.1:40123`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(thread) = self.thread.take() {
            // A panic in there was printed when it happened.
            let _ = thread.join();
        }
    }
}

fn answer(files: &Files, request: Request) {
    let name = match request.url() {
        "/" => "index.html",
        url => url.trim_start_matches('/'),
    };
    let kind = match name.rsplit_once('.').map(|(_, kind)| kind) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    };
    let mut response = match files.get(name) {
        Some(content) => Response::from_data(content.as_slice()),
        None => Response::from_data("There is no such file.\n").with_status_code(404),
    };
    for (name, value) in HEADERS.into_iter().chain([("content-type", kind)]) {
        if let Ok(header) = Header::from_bytes(name, value) {
            response.add_header(header);
        }
    }
    // The browser may have gone away meanwhile.
    let _ = request.respond(response);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_files_are_served_and_the_page_is_isolated() {
        let files = Files::from([("index.html".to_owned(), b"<p>".to_vec())]);
        let server = Server::start(files).unwrap();
        let mut answer = ureq::get(server.origin()).call().unwrap();
        assert_eq!(answer.body_mut().read_to_string().unwrap(), "<p>");
        assert_eq!(
            answer.headers()["cross-origin-opener-policy"],
            "same-origin"
        );
        assert!(
            ureq::get(format!("{}/../Cargo.toml", server.origin()))
                .call()
                .is_err()
        );
    }
}
