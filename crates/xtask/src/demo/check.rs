//! Verifies a running demo from outside, as a browser would see it.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process,
    time::Duration,
};

use anyhow::{Result, bail, ensure};

use crate::{
    demo::{self, Started, desk},
    dist::sha256,
    steps::Steps,
    workspace::Workspace,
};

const LARGEST: u64 = 64 * 1024 * 1024;

/// Starts a demo on free ports with a database of its own, checks every page and asset, and stops it.
///
/// # Errors
/// If anything is not as it should be; each finding is printed.
pub fn run(workspace: &Workspace, steps: &mut Steps) -> Result<()> {
    let folder = env::temp_dir().join(format!("deskbell-demo-check-{}", process::id()));
    let outcome = checked(workspace, steps, &folder.join("check.db"));
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    outcome
}

fn checked(workspace: &Workspace, steps: &mut Steps, database: &Path) -> Result<()> {
    let manifest = fs::read(workspace.web().join("manifest.json"))?;
    let assets: BTreeMap<String, String> = serde_json::from_slice(&manifest)?;
    let mut started = demo::start(
        workspace,
        steps,
        database.to_owned(),
        free_port()?,
        free_port()?,
    )?;
    let mut visit = Visit::new(&started);
    visit.page("/readyz", &[]);
    visit.page("/embed.js", &["javascript"]);
    visit.page(&format!("/widget?site={}", desk::SITE), &["text/html"]);
    visit.page("/console", &["text/html"]);
    visit.page(&format!("/contact/{}", desk::SITE), &["text/html", "<form"]);
    visit.shop();
    for path in assets.values() {
        visit.asset(path);
    }
    let failed = visit.failed;
    started.desk.stop()?;
    if failed > 0 {
        bail!("{failed} of the demo's pages are not as they should be");
    }
    Ok(())
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr()?.port())
}

struct Visit {
    agent: ureq::Agent,
    origin: String,
    shop: String,
    failed: usize,
}

/// What came back.
struct Answer {
    status: u16,
    headers: ureq::http::HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

impl Visit {
    fn new(started: &Started) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(10)));
        Self {
            agent: config.build().into(),
            origin: started.desk.origin.clone(),
            shop: started.shop.origin.clone(),
            failed: 0,
        }
    }

    /// A page of the server that must answer, with each of `wanted` in its content type or its text.
    fn page(&mut self, path: &str, wanted: &[&str]) {
        let outcome = self
            .get(&format!("{}{path}", self.origin))
            .and_then(|answer| {
                ensure!(answer.status == 200, "status {}", answer.status);
                let text = String::from_utf8_lossy(&answer.body);
                for wanted in wanted {
                    let there =
                        answer.header("content-type").contains(wanted) || text.contains(wanted);
                    ensure!(there, "no {wanted} in it");
                }
                Ok(())
            });
        self.report(path, outcome);
    }

    /// The shop page must name the server's script.
    fn shop(&mut self) {
        let outcome = self.get(&format!("{}/", self.shop)).and_then(|answer| {
            ensure!(answer.status == 200, "status {}", answer.status);
            let script = format!("{}/embed.js", self.origin);
            let text = String::from_utf8_lossy(&answer.body);
            ensure!(text.contains(&script), "no {script} in it");
            Ok(())
        });
        self.report("the shop page", outcome);
    }

    /// An asset must be what its name says, cacheable for ever, and sent compressed to whoever takes that.
    fn asset(&mut self, path: &str) {
        let url = format!("{}/{path}", self.origin);
        let outcome = self.get(&url).and_then(|answer| {
            ensure!(answer.status == 200, "status {}", answer.status);
            let hash = &sha256(&answer.body)[..8];
            ensure!(path.contains(hash), "content has hash {hash}");
            ensure!(
                answer.header("cache-control").contains("immutable"),
                "not immutable"
            );
            ensure!(
                self.sends_brotli(path)?,
                "not sent as brotli to whoever takes that"
            );
            Ok(())
        });
        self.report(path, outcome);
    }

    fn get(&self, url: &str) -> Result<Answer> {
        let mut response = self
            .agent
            .get(url)
            .header("accept-encoding", "identity")
            .call()?;
        let body = response
            .body_mut()
            .with_config()
            .limit(LARGEST)
            .read_to_vec()?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body,
        })
    }

    /// Asked over a plain connection, because the HTTP client unpacks what it gets and hides that it did.
    fn sends_brotli(&self, path: &str) -> Result<bool> {
        let host = self.origin.trim_start_matches("http://");
        let mut connection = TcpStream::connect(host)?;
        write!(
            connection,
            "HEAD /{path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: br\r\nConnection: close\r\n\r\n"
        )?;
        let mut head = String::new();
        connection.read_to_string(&mut head)?;
        Ok(head.to_lowercase().contains("\r\ncontent-encoding: br\r\n"))
    }

    fn report(&mut self, what: &str, outcome: Result<()>) {
        match outcome {
            Ok(()) => println!("ok      {what}"),
            Err(error) => {
                self.failed += 1;
                println!("FAILED  {what}: {error:#}");
            }
        }
    }
}
