//! Whoever does too much is told so kindly, when to come back, and costs nobody else anything.

use deskbell_desk::contract;
use reqwest::{Method, RequestBuilder, Response, header};
use serde_json::{Value, json};

use crate::contact::encode;
use crate::support::{Console, PASSWORD, Server, Visitor, accepted, answer, write_id};

/// A company's address, behind which many sit.
const COMPANY: &str = "198.51.100.7";

/// A request that our proxy passes on for `address`.
fn from(address: &str, request: RequestBuilder) -> RequestBuilder {
    request.header("x-forwarded-for", address)
}

/// The seconds after which the server wants to be asked again.
fn retry_after(response: &Response) -> i64 {
    let seconds = response.headers()[header::RETRY_AFTER].to_str().unwrap();
    seconds.parse().unwrap()
}

/// Sends, and expects to be told that it was too often; gives how long to wait.
async fn limited(request: RequestBuilder) -> i64 {
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 429);
    let wait = retry_after(&response);
    let problem: Value = response.json().await.unwrap();
    assert_eq!(problem["code"], "too_many_requests");
    wait
}

fn message(visitor: &Visitor, write: &str) -> RequestBuilder {
    let body = json!({ "write": write_id(write), "text": "where is my parcel" });
    from(COMPANY, visitor.post("messages", &body))
}

fn ring(visitor: &Visitor, write: &str) -> RequestBuilder {
    from(
        COMPANY,
        visitor.post("escalation", &json!({ "write": write_id(write) })),
    )
}

#[tokio::test]
async fn one_address_opens_thirty_conversations_a_minute_with_a_shop_and_others_are_not_disturbed()
{
    let server = Server::start_limited(|_| {}).await;
    let mut other = contract::site("other");
    other.origins = contract::site("demo").origins;
    server.add_site(&other).await;
    let open = |address: &str, name: &str, site: &str, query: &str| {
        from(
            address,
            Visitor::open_request(&server.address, name, site, query),
        )
    };
    for n in 0..30 {
        accepted(open(COMPANY, &format!("bot-{n}"), "demo", "")).await;
    }
    let wait = limited(open(COMPANY, "bot-30", "demo", "")).await;
    assert_eq!(wait, 2);
    accepted(open(COMPANY, "ann", "other", "")).await;
    accepted(open("198.51.100.8", "ann", "demo", "")).await;
    accepted(open(COMPANY, "bob", "demo", "?for=escalation")).await;
    limited(open(COMPANY, "kim", "demo", "?for=fun")).await;
    server.pass_seconds(wait);
    accepted(open(COMPANY, "bot-30", "demo", "")).await;
}

#[tokio::test]
async fn a_flood_of_one_visitor_stops_neither_their_bell_nor_anybody_elses_messages() {
    let server = Server::start_limited(|_| {}).await;
    let (ann, bob) = (server.visitor("ann").await, server.visitor("bob").await);
    let mut taken = 0;
    let wait = loop {
        let response = message(&ann, &format!("flood-{taken}"))
            .send()
            .await
            .unwrap();
        if response.status() == 429 {
            break retry_after(&response);
        }
        taken += 1;
    };
    assert_eq!(taken, 20);
    for n in 0..50 {
        let refused = limited(message(&ann, &format!("more-{n}"))).await;
        assert!(refused <= wait);
    }
    accepted(ring(&ann, "ring")).await;
    for n in 0..10 {
        accepted(message(&bob, &format!("calm-{n}"))).await;
    }
    accepted(ring(&bob, "ring")).await;
    server.pass_seconds(wait);
    accepted(message(&ann, "flood-20")).await;
}

#[tokio::test]
async fn everybody_in_a_company_rings_in_the_same_minute() {
    let server = Server::start_limited(|_| {}).await;
    for n in 0..100 {
        let name = format!("employee-{n}");
        let open = Visitor::open_request(&server.address, &name, "demo", "?for=escalation");
        let opened = accepted(from(COMPANY, open)).await;
        let visitor = Visitor::opened(&server.address, &name, &opened);
        let rung = accepted(ring(&visitor, "ring")).await;
        assert_eq!(rung["status"]["position"], n + 1);
    }
}

#[tokio::test]
async fn what_a_client_writes_before_the_proxy_does_is_not_its_address() {
    let server = Server::start_limited(|limits| limits.address.conversations_per_minute = 1).await;
    let open = |name: &str| Visitor::open_request(&server.address, name, "demo", "");
    accepted(from("203.0.113.1, 198.51.100.7", open("ann"))).await;
    limited(from("203.0.113.2, 198.51.100.7", open("bob"))).await;
    limited(from(COMPANY, open("kim"))).await;
    accepted(from("198.51.100.7, 203.0.113.2", open("sam"))).await;
}

#[tokio::test]
async fn every_other_operation_has_its_limit_too() {
    let server = Server::start_limited(|limits| {
        limits.visitor.remarks_per_minute = 2;
        limits.visitor.streams_per_minute = 1;
        limits.visitor.escalations_per_minute = 1;
        limits.address.looks_per_minute = 1;
    })
    .await;
    let ann = server.visitor("ann").await;
    let contact = |n: i64| {
        let body = json!({ "write": write_id(&format!("contact-{n}")), "contact": "0123" });
        ann.post("contact", &body)
    };
    accepted(contact(0)).await;
    accepted(contact(1)).await;
    assert_eq!(limited(contact(2)).await, 30);
    drop(ann.stream(0).await);
    assert_eq!(limited(ann.request(Method::GET, "events")).await, 60);
    accepted(ring(&ann, "ring")).await;
    assert_eq!(limited(ring(&ann, "ring again")).await, 60);
    let look = || server.request(Method::GET, "/v1/sites/demo");
    accepted(look()).await;
    assert_eq!(limited(look()).await, 60);
}

#[tokio::test]
async fn guessing_at_many_accounts_from_one_address_is_slowed_down_too() {
    let server = Server::start_limited(|limits| limits.address.sign_ins_per_minute = 3).await;
    server.add_agent("sam").await;
    let sign_in = |name: &str, password: &str| {
        from(
            COMPANY,
            Console::sign_in_request(&server.address, name, password),
        )
    };
    for n in 0..3 {
        let guess = sign_in(&format!("guess-{n}"), "wrong password");
        assert_eq!(answer(guess).await.0, 401);
    }
    let wait = limited(sign_in("sam", PASSWORD)).await;
    assert_eq!(wait, 20);
    let elsewhere = Console::sign_in_request(&server.address, "sam", PASSWORD);
    accepted(from("198.51.100.8", elsewhere)).await;
    server.pass_seconds(wait);
    accepted(sign_in("sam", PASSWORD)).await;
}

#[tokio::test]
async fn the_contact_page_says_it_in_its_own_words_and_keeps_what_was_typed() {
    let server = Server::start_limited(|limits| limits.address.escalations_per_minute = 2).await;
    let console = server.console("sam").await;
    let submit = |letter: &str| {
        let token = letter.repeat(43);
        let fields = [
            ("token", &*token),
            ("message", "Wo ist <mein> Paket?"),
            ("contact", "ann@example.org"),
        ];
        server
            .request(Method::POST, "/contact/demo?language=de")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(encode(&fields))
    };
    for letter in ["a", "b"] {
        assert_eq!(answer(submit(letter)).await.0, 200);
    }
    let response = submit("c").send().await.unwrap();
    assert_eq!(response.status(), 429);
    let wait = retry_after(&response);
    assert_eq!(wait, 30);
    let page = response.text().await.unwrap();
    for kept in [
        "Das funktioniert im Moment nicht.",
        "Wo ist &lt;mein&gt; Paket?",
        "ann@example.org",
        &"c".repeat(43),
    ] {
        assert!(page.contains(kept), "{kept} in {page}");
    }
    server.pass_seconds(wait);
    for _ in 0..2 {
        server.pass_seconds(wait);
        assert_eq!(answer(submit("c")).await.0, 200);
    }
    let inbox = console.inbox().await.next().await.data;
    assert_eq!(
        inbox["waiting_total"], 3,
        "what was sent again is stored once"
    );
}

#[tokio::test]
async fn a_chat_that_is_loaded_too_often_is_a_page_that_fits_into_its_frame() {
    let server = Server::start_limited(|limits| limits.address.widget_loads_per_hour = 2).await;
    let load = || {
        let request = server.request(Method::GET, "/widget?site=demo");
        request.header(header::ACCEPT_LANGUAGE, "de").send()
    };
    for _ in 0..2 {
        assert_ne!(load().await.unwrap().status(), 429);
    }
    let response = load().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), retry_after(&response)),
        (429, 1_800)
    );
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str();
    assert!(policy.unwrap().ends_with("; frame-ancestors *"));
    let page = response.text().await.unwrap();
    assert!(page.contains("Das funktioniert im Moment nicht."), "{page}");
}
