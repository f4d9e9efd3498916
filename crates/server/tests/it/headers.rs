//! What every answer says to browsers.

use reqwest::{Method, RequestBuilder, Response, header};
use serde_json::json;

use crate::support::{SHOP, Server, Visitor, write_id};

fn header_of<'a>(response: &'a Response, name: &str) -> &'a str {
    let value = response.headers().get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

/// Every address, and what else can be answered there.
async fn requests(server: &Server) -> Vec<(RequestBuilder, Option<u16>)> {
    let visitor = server.visitor("ann").await;
    let console = server.console("sam").await;
    let any = |method: Method, path: &str| (server.request(method, path), None);
    let agents = |method, what: &str| (console.request(method, what), None);
    let of_agent = |what: &str| format!("conversations/{}/{what}", visitor.conversation);
    let mut requests = vec![
        any(Method::GET, "/embed.js"),
        any(Method::GET, "/loader/de.js"),
        any(Method::GET, "/loader/site/demo"),
        any(Method::GET, "/loader/site/nobody"),
        any(Method::GET, "/widget?site=demo"),
        any(Method::GET, "/widget?site=nobody"),
        any(Method::GET, "/console"),
        any(Method::GET, "/contact/demo"),
        any(Method::POST, "/contact/demo"),
        any(Method::GET, "/contact/nobody"),
        any(Method::GET, "/assets/nothing.js"),
        any(Method::GET, "/healthz"),
        any(Method::GET, "/readyz"),
        any(Method::GET, "/v1/sites/demo"),
        any(Method::OPTIONS, "/v1/conversations"),
        agents(Method::GET, "session"),
        agents(Method::GET, "inbox"),
        agents(Method::PUT, "availability"),
        agents(Method::GET, &of_agent("events")),
        agents(Method::DELETE, "session"),
    ];
    for what in ["claim", "messages", "typing", "return", "close"] {
        requests.push(agents(Method::POST, &of_agent(what)));
    }
    for what in [
        "escalation",
        "messages",
        "feedback",
        "contact",
        "rating",
        "introduction",
    ] {
        requests.push((
            visitor.post(what, &json!({ "write": write_id(what) })),
            None,
        ));
    }
    requests.push((visitor.request(Method::GET, "events"), Some(200)));
    requests.push((any(Method::GET, "/nothing").0, Some(404)));
    requests.push((any(Method::POST, "/healthz").0, Some(405)));
    let huge = json!({ "text": "x".repeat(70_000) });
    requests.push((visitor.post("messages", &huge), Some(413)));
    let open = |name: &str| Visitor::open_request(&server.address, name, "demo", "");
    requests.push((open("ann"), Some(429)));
    requests
}

#[tokio::test]
async fn every_answer_tells_browsers_what_it_is_and_what_it_may_do() {
    let server = Server::start_limited(|limits| limits.address.conversations_per_minute = 1).await;
    let mut seen = Vec::new();
    for (request, status) in requests(&server).await {
        seen.push((request.send().await.unwrap(), status));
    }
    server.break_clock();
    let panics = Visitor::open_request(&server.address, "bob", "demo", "");
    seen.push((panics.send().await.unwrap(), Some(500)));
    for (response, status) in seen {
        let what = format!("{} {}", response.url(), response.status());
        if let Some(status) = status {
            assert_eq!(response.status(), status, "{what}");
        }
        let is = |name: &str| header_of(&response, name).to_owned();
        assert_eq!(is("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(is("referrer-policy"), "same-origin", "{what}");
        assert!(is("permissions-policy").contains("camera=(), "), "{what}");
        assert_eq!(is("cross-origin-opener-policy"), "same-origin", "{what}");
        assert_ne!(is("cross-origin-resource-policy"), "", "{what}");
        assert!(!is("x-request-id").is_empty(), "{what}");
        assert_eq!(is("strict-transport-security"), "", "{what}");
        assert_ne!(is("cache-control"), "", "{what}");
        if response.url().path().starts_with("/v1/") {
            assert_eq!(is("cache-control"), "no-store", "{what}");
        }
        let policy = is("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{what}: {policy}");
        assert!(!policy.contains("unsafe-inline"), "{what}: {policy}");
        if response.status() == 405 {
            assert_ne!(is("allow"), "", "{what}");
        }
    }
}

#[tokio::test]
async fn only_pages_of_the_site_may_show_its_chat_and_nobody_anything_else_with_something_in_it() {
    let server = Server::start().await;
    for (path, ancestors) in [
        ("/widget?site=demo", SHOP),
        ("/console", "'none'"),
        ("/contact/demo", "'none'"),
        ("/v1/sites/demo", "'none'"),
        ("/nothing", "'none'"),
        ("/healthz", "'none'"),
    ] {
        let response = server.request(Method::GET, path).send().await.unwrap();
        let policy = header_of(&response, "content-security-policy");
        assert!(
            policy.ends_with(&format!("; frame-ancestors {ancestors}")),
            "{path}: {policy}"
        );
    }
}

#[tokio::test]
async fn browsers_are_told_to_stay_with_https_only_where_there_is_https() {
    for (address, expected) in [
        ("https://chat.example", "max-age=31536000"),
        ("http://chat.example", ""),
    ] {
        let server = Server::start_with(|settings| {
            settings.public_url = Some(address.parse().unwrap());
        })
        .await;
        for path in ["/healthz", "/nothing", "/contact/demo"] {
            let request = server
                .request(Method::GET, path)
                .header(header::HOST, "chat.example");
            let response = request.send().await.unwrap();
            let told = header_of(&response, "strict-transport-security");
            assert_eq!(told, expected, "{address} {path}");
        }
    }
}
