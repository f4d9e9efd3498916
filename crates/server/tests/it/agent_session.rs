//! Signing in and out, and what a cookie is good for.

use reqwest::{Method, header};
use serde_json::json;

use crate::support::{Console, PASSWORD, Server, accepted, refused};

#[tokio::test]
async fn an_agent_signs_in_and_out() {
    let server = Server::start().await;
    server.add_agent("sam").await;
    let response = Console::sign_in_request(&server.address, "SAM", PASSWORD)
        .send()
        .await
        .unwrap();
    let cookie = response.headers()[header::SET_COOKIE]
        .to_str()
        .unwrap()
        .to_owned();
    for part in [
        "deskbell_session=",
        "; HttpOnly",
        "; SameSite=Strict",
        "; Path=/",
        "; Max-Age=604800",
    ] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(
        !cookie.contains("Secure"),
        "this server is not reached over https"
    );
    let who = response.json::<serde_json::Value>().await.unwrap();
    assert_eq!(
        who,
        json!({
            "agent": { "id": "sam", "name": "SAM" }, "online": false,
            "sites": [{ "key": "demo", "name": "Fern & Field" }], "two_step": false
        })
    );

    let console = Console::sign_in(&server.address, "sam").await;
    assert_eq!(accepted(console.request(Method::GET, "session")).await, who);
    let out = console
        .request(Method::DELETE, "session")
        .send()
        .await
        .unwrap();
    assert_eq!(out.status(), 204);
    assert!(
        out.headers()[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    assert_eq!(
        refused(console.request(Method::GET, "session")).await,
        (401, "not_signed_in".into())
    );
    assert_eq!(
        refused(console.request(Method::GET, "inbox")).await,
        (401, "not_signed_in".into())
    );
}

#[tokio::test]
async fn behind_https_the_cookie_is_secure() {
    let server = Server::start_with(|settings| {
        settings.public_url = Some("https://chat.example".parse().unwrap());
    })
    .await;
    server.add_agent("sam").await;
    let request = |origin: &str| {
        server
            .request(Method::POST, "/v1/agent/session")
            .header(header::ORIGIN, origin)
            .json(&json!({ "email": "sam@shop.example", "password": PASSWORD }))
    };
    let response = request("https://chat.example").send().await.unwrap();
    assert!(
        response.headers()[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .ends_with("; Secure")
    );
    let by_another_name = refused(request(&server.address)).await;
    assert_eq!(by_another_name, (403, "origin_not_allowed".into()));
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_without_a_request() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    for _ in 0..3 {
        server.pass_hours(11);
        accepted(console.request(Method::GET, "session")).await;
    }
    server.pass_hours(12);
    assert_eq!(
        refused(console.request(Method::GET, "session")).await,
        (401, "not_signed_in".into())
    );
}

#[tokio::test]
async fn whoever_signs_out_is_offline_at_once_and_the_inbox_ends() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    console.set_online(true).await;
    let mut inbox = console.inbox().await;
    assert_eq!(inbox.next().await.data["agents_online"], 1);
    let visitor = server.visitor("ann").await;
    let mut customer = visitor.stream(0).await;
    assert_eq!(customer.status().await["agents_online"], 1);
    let out = console
        .request(Method::DELETE, "session")
        .send()
        .await
        .unwrap();
    assert_eq!(out.status(), 204);
    assert!(inbox.next_or_end().await.is_none());
    assert_eq!(customer.status().await["agents_online"], 0);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_alike() {
    let server = Server::start().await;
    server.add_agent("sam").await;
    for name in ["sam", "nobody"] {
        let request = Console::sign_in_request(&server.address, name, "wrong password");
        assert_eq!(refused(request).await, (401, "wrong_password".into()));
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_and_says_when_to_come_back() {
    let server = Server::start().await;
    server.add_agent("sam").await;
    let attempt = |password: &str| Console::sign_in_request(&server.address, "sam", password);
    for _ in 0..10 {
        assert_eq!(refused(attempt("wrong password")).await.1, "wrong_password");
    }
    let response = attempt(PASSWORD).send().await.unwrap();
    assert_eq!(response.status(), 429);
    let wait: u64 = response.headers()[header::RETRY_AFTER]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((800..=900).contains(&wait), "{wait}");
    server.pass_hours(1);
    accepted(attempt(PASSWORD)).await;
}

#[tokio::test]
async fn other_peoples_pages_cannot_use_an_agents_cookie() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    let put = |origin: Option<&str>| {
        let request = server
            .request(Method::PUT, "/v1/agent/availability")
            .header(header::COOKIE, &console.cookie)
            .json(&json!({ "online": true }));
        origin.iter().fold(request, |request, origin| {
            request.header(header::ORIGIN, *origin)
        })
    };
    for origin in [
        None,
        Some("https://evil.example"),
        Some("https://shop.example"),
        Some("null"),
    ] {
        assert_eq!(
            refused(put(origin)).await,
            (403, "origin_not_allowed".into()),
            "{origin:?}"
        );
    }
    let form = console
        .request(Method::PUT, "availability")
        .header(header::CONTENT_TYPE, "text/plain")
        .body(r#"{"online":true}"#);
    assert_eq!(refused(form).await, (415, "not_json".into()));
    let sign_in = server
        .request(Method::POST, "/v1/agent/session")
        .header(header::ORIGIN, "https://evil.example")
        .json(&json!({ "email": "sam@shop.example", "password": PASSWORD }));
    assert_eq!(refused(sign_in).await.0, 403);
}

#[tokio::test]
async fn a_forged_cookie_is_worth_nothing() {
    let server = Server::start().await;
    for cookie in [
        "deskbell_session=",
        "deskbell_session=AAAA",
        "other=1",
        "; ;=;",
    ] {
        let request = server
            .request(Method::GET, "/v1/agent/session")
            .header(header::COOKIE, cookie);
        assert_eq!(
            refused(request).await,
            (401, "not_signed_in".into()),
            "{cookie}"
        );
    }
}
