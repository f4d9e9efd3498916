//! The shop page on an origin of its own, as in real life.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
};

use anyhow::{Result, anyhow};
use tiny_http::{Header, Request, Response, Server};

/// The server origin that the shop page is written with.
const WRITTEN_ORIGIN: &str = "http://127.0.0.1:8737";

/// A running web server for the shop. Dropping it stops it.
pub struct Shop {
    /// Its address, such as `http://localhost:8738`: another site than the server's `127.0.0.1`.
    pub origin: String,
    server: Arc<Server>,
    thread: Option<JoinHandle<()>>,
}

impl Shop {
    /// Serves the files of `web/demo` in the folder `root` by their names and `shop.html` of them as `/`, with
    /// `desk_origin` in its script tag.
    pub fn start(root: PathBuf, port: u16, desk_origin: &str) -> Result<Self> {
        let server = Server::http(("127.0.0.1", port))
            .map_err(|error| anyhow!("the shop page on port {port}: {error}"))?;
        let server = Arc::new(server);
        let pages = Pages {
            root,
            desk_origin: desk_origin.to_owned(),
        };
        let thread = thread::spawn({
            let server = Arc::clone(&server);
            move || {
                for request in server.incoming_requests() {
                    pages.answer(request);
                }
            }
        });
        Ok(Self {
            origin: format!("http://localhost:{port}"),
            server,
            thread: Some(thread),
        })
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(thread) = self.thread.take() {
            // A panic in there was printed when it happened.
            let _ = thread.join();
        }
    }
}

struct Pages {
    root: PathBuf,
    desk_origin: String,
}

impl Pages {
    fn answer(&self, request: Request) {
        let (status, kind, body) = match self.find(request.url()) {
            Some((kind, body)) => (200, kind, body),
            None => (404, "text/plain", b"The shop has no such page.\n".to_vec()),
        };
        let mut response = Response::from_data(body).with_status_code(status);
        for (name, value) in [("content-type", kind), ("cache-control", "no-store")] {
            if let Ok(header) = Header::from_bytes(name, value) {
                response.add_header(header);
            }
        }
        // The browser may have gone away meanwhile.
        let _ = request.respond(response);
    }

    /// The page at an address; read anew each time, so that an edited page needs no restart.
    fn find(&self, url: &str) -> Option<(&'static str, Vec<u8>)> {
        let name = url.split(['?', '#']).next()?.strip_prefix('/')?;
        if matches!(name, "" | "index.html") {
            let page = fs::read_to_string(self.root.join("web/demo/shop.html")).ok()?;
            let page = page.replace(WRITTEN_ORIGIN, &self.desk_origin);
            return Some(("text/html; charset=utf-8", page.into_bytes()));
        }
        // Plain names only: nothing outside the folder can be asked for.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !name.chars().all(plain) || name.starts_with('.') {
            return None;
        }
        let kind = match Path::new(name).extension()?.to_str()? {
            "css" => "text/css; charset=utf-8",
            "html" => "text/html; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => "application/octet-stream",
        };
        let content = fs::read(self.root.join("web/demo").join(name)).ok()?;
        Some((kind, content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(root: &Path) -> Pages {
        fs::create_dir_all(root.join("web/demo")).unwrap();
        fs::write(
            root.join("web/demo/shop.html"),
            "<script src=\"http://127.0.0.1:8737/embed.js\">",
        )
        .unwrap();
        fs::write(root.join("web/demo/fern.svg"), "<svg/>").unwrap();
        fs::write(root.join("web/secret.js"), "secret").unwrap();
        Pages {
            root: root.to_owned(),
            desk_origin: "http://127.0.0.1:4".to_owned(),
        }
    }

    #[test]
    fn the_shop_page_loads_the_widget_from_where_the_server_really_is() {
        let root = tempfile::tempdir().unwrap();
        let pages = pages(root.path());
        for url in ["/", "/index.html", "/?order=1042"] {
            let (kind, body) = pages.find(url).unwrap();
            assert_eq!(kind, "text/html; charset=utf-8");
            assert_eq!(body, b"<script src=\"http://127.0.0.1:4/embed.js\">");
        }
        assert_eq!(pages.find("/fern.svg").unwrap().0, "image/svg+xml");
    }

    #[test]
    fn nothing_outside_the_demo_folder_can_be_read() {
        let root = tempfile::tempdir().unwrap();
        let pages = pages(root.path());
        for url in [
            "/../secret.js",
            "/..%2fsecret.js",
            "//etc/hosts",
            "/..",
            "/missing.svg",
            "x",
        ] {
            assert!(pages.find(url).is_none(), "{url}");
        }
    }
}
