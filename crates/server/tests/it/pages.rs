//! Pages and files, and what protects them.

use deskbell_desk::contract;
use reqwest::{Method, Response, header};
use serde_json::{Value, json};

use crate::support::{SHOP, Server, write_id};

async fn get(server: &Server, path: &str) -> Response {
    server
        .request(Method::GET, path)
        .header(header::ACCEPT_ENCODING, "br")
        .send()
        .await
        .unwrap()
}

fn header_of<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

/// Whether `cargo xtask dist` ran before this test was built.
async fn web_files(server: &Server) -> bool {
    let readiness: Value = get(server, "/readyz").await.json().await.unwrap();
    readiness["assets"] == "ok"
}

#[tokio::test]
async fn only_pages_of_the_shop_may_show_the_widget() {
    let server = Server::start().await;
    let response = get(&server, "/widget?site=demo").await;
    let policy = header_of(&response, "content-security-policy");
    assert!(
        policy.ends_with(&format!("; frame-ancestors {SHOP}")),
        "{policy}"
    );
    assert!(
        policy.contains("script-src 'self' 'wasm-unsafe-eval';"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe-inline"), "{policy}");
    assert_eq!(
        header_of(&response, "cross-origin-resource-policy"),
        "cross-origin"
    );
    assert_eq!(
        header_of(&response, "cross-origin-embedder-policy"),
        "require-corp"
    );
    for path in ["/console", "/contact/demo"] {
        let response = get(&server, path).await;
        let policy = header_of(&response, "content-security-policy");
        assert!(
            policy.ends_with("; frame-ancestors 'none'"),
            "{path}: {policy}"
        );
    }
}

#[tokio::test]
async fn a_wrong_key_says_what_to_compare() {
    let server = Server::start().await;
    for path in ["/widget?site=nobody", "/widget", "/widget?site=%20"] {
        let response = get(&server, path).await;
        assert_eq!(response.status(), 404, "{path}");
        assert!(
            response.text().await.unwrap().contains("data-site"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn no_answer_is_guessed_at_by_a_browser() {
    let server = Server::start().await;
    for path in [
        "/embed.js",
        "/widget?site=demo",
        "/contact/demo",
        "/v1/sites/demo",
        "/nothing",
        "/healthz",
    ] {
        let response = get(&server, path).await;
        assert_eq!(
            header_of(&response, "x-content-type-options"),
            "nosniff",
            "{path}"
        );
        assert_eq!(
            header_of(&response, "referrer-policy"),
            "same-origin",
            "{path}"
        );
        assert!(!header_of(&response, "x-request-id").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a_shop_page_may_ask_who_is_there() {
    let server = Server::start().await;
    let request = server
        .request(Method::GET, "/v1/sites/demo")
        .header(header::ORIGIN, SHOP);
    let response = request.send().await.unwrap();
    assert_eq!(header_of(&response, "access-control-allow-origin"), SHOP);
    assert_eq!(header_of(&response, "vary"), "origin");
    let info: Value = response.json().await.unwrap();
    assert_eq!(
        info,
        json!({
            "key": "demo", "name": "Fern & Field", "language": "en", "suggestions": [],
            "contact": {}, "agents_online": 0
        })
    );
}

#[tokio::test]
async fn health_and_readiness_are_told() {
    let server = Server::start().await;
    assert_eq!(get(&server, "/healthz").await.text().await.unwrap(), "ok\n");
    let response = get(&server, "/readyz").await;
    let status = response.status();
    let readiness: Value = response.json().await.unwrap();
    assert_eq!(
        (&readiness["store"], &readiness["model"]),
        (&json!("ok"), &json!("ok"))
    );
    assert_eq!(readiness["ready"], readiness["assets"] == "ok");
    assert_eq!(status, if readiness["ready"] == true { 200 } else { 503 });
}

#[tokio::test]
async fn the_loader_is_for_every_page_and_always_fresh() {
    let server = Server::start().await;
    let response = get(&server, "/embed.js").await;
    if !web_files(&server).await {
        assert_eq!(response.status(), 503);
        assert!(response.text().await.unwrap().contains("cargo xtask dist"));
        return;
    }
    assert_eq!(response.status(), 200);
    for (name, value) in [
        ("content-type", "text/javascript; charset=utf-8"),
        ("content-encoding", "br"),
        ("cache-control", "no-cache"),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
    ] {
        assert_eq!(header_of(&response, name), value);
    }
    let tag = header_of(&response, "etag").to_owned();
    let again = server
        .request(Method::GET, "/embed.js")
        .header(header::IF_NONE_MATCH, tag);
    assert_eq!(again.send().await.unwrap().status(), 304);
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever() {
    let server = Server::start().await;
    let page = get(&server, "/contact/demo").await.text().await.unwrap();
    let Some((_, rest)) = page.split_once("rel=\"stylesheet\" href=\"/assets/") else {
        assert!(
            !web_files(&server).await,
            "with web files the page is styled"
        );
        return;
    };
    let path = format!("/assets/{}", rest.split('"').next().unwrap());
    let response = get(&server, &path).await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        header_of(&response, "content-type"),
        "text/css; charset=utf-8"
    );
    assert_eq!(header_of(&response, "content-encoding"), "br");
    assert_eq!(
        header_of(&response, "cache-control"),
        "public, max-age=31536000, immutable"
    );
    let plain = server.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(header_of(&plain, "content-encoding"), "");
    assert!(plain.text().await.unwrap().contains('{'));
}

#[tokio::test]
async fn a_shop_page_may_ring_past_the_frame_and_do_nothing_else() {
    let server = Server::start().await;
    let visitor = server.visitor("ann").await;
    let ring = format!("/v1/conversations/{}/escalation", visitor.conversation);
    let ask = |path: &str| {
        let request = server.request(Method::OPTIONS, path);
        let request = request.header(header::ORIGIN, SHOP);
        let request = request.header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST");
        let wanted = "authorization,content-type";
        request.header(header::ACCESS_CONTROL_REQUEST_HEADERS, wanted)
    };
    for path in ["/v1/conversations", &ring] {
        let response = ask(path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        for (name, value) in [
            ("access-control-allow-origin", "*"),
            ("access-control-allow-methods", "POST"),
            ("access-control-allow-headers", "authorization,content-type"),
        ] {
            assert_eq!(header_of(&response, name), value, "{path}");
        }
    }
    for path in ["messages", "contact", "feedback"] {
        let path = ring.replace("escalation", path);
        let response = ask(&path).send().await.unwrap();
        assert_eq!(response.status(), 405, "{path}");
    }
    let request = visitor.post("escalation", &json!({ "write": write_id("ring") }));
    let response = request.header(header::ORIGIN, SHOP).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(header_of(&response, "access-control-allow-origin"), "*");
}

#[tokio::test]
async fn the_loader_has_words_in_every_language_or_none() {
    let server = Server::start().await;
    for (path, empty) in [
        ("/loader/de.js", !web_files(&server).await),
        ("/loader/nn-NO.js", !web_files(&server).await),
        ("/loader/tlh.js", true),
    ] {
        let response = get(&server, path).await;
        assert_eq!(response.status(), 200, "{path}");
        for (name, value) in [
            ("content-type", "text/javascript; charset=utf-8"),
            ("access-control-allow-origin", "*"),
            ("cross-origin-resource-policy", "cross-origin"),
        ] {
            assert_eq!(header_of(&response, name), value, "{path}");
        }
        let compressed = header_of(&response, "content-encoding") == "br";
        assert_eq!(compressed, !empty, "{path}");
        if empty {
            let script = response.text().await.unwrap();
            assert_eq!(script, "export default {};\n", "{path}");
        }
    }
}

#[tokio::test]
async fn the_widgets_page_knows_the_shops_other_ways_before_anything_runs() {
    let server = Server::start().await;
    let mut site = contract::site("second");
    site.contact.phone = Some("+49 30 1234".to_owned());
    site.contact.email = Some("\"help\"@shop.example".to_owned());
    server.add_site(&site).await;
    let request = server.request(Method::GET, "/widget?site=second");
    let page = request.send().await.unwrap().text().await.unwrap();
    if !web_files(&server).await {
        return;
    }
    assert!(page.contains(r#"data-phone="+49 30 1234""#), "{page}");
    assert!(
        page.contains(r#"data-email="&quot;help&quot;@shop.example""#),
        "{page}"
    );
}

#[tokio::test]
async fn the_loader_learns_why_a_chat_did_not_come_even_where_only_scripts_may_be_fetched() {
    let server = Server::start().await;
    let mut site = contract::site("second");
    site.contact.phone = Some("+49 30 1234".to_owned());
    server.add_site(&site).await;
    for (key, script) in [
        (
            "second",
            r#"export default {"known":true,"contact":{"phone":"+49 30 1234"}};"#,
        ),
        ("nobody", r#"export default {"known":false,"contact":{}};"#),
        ("%20", r#"export default {"known":false,"contact":{}};"#),
    ] {
        let response = get(&server, &format!("/loader/site/{key}")).await;
        for (name, value) in [
            ("content-type", "text/javascript; charset=utf-8"),
            ("access-control-allow-origin", "*"),
            ("cross-origin-resource-policy", "cross-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(header_of(&response, name), value, "{key}");
        }
        assert_eq!(response.text().await.unwrap().trim_end(), script, "{key}");
    }
}
