//! How long agents stay signed in, the second step, who may do what, and what is remembered of it.

use data_encoding::BASE32_NOPAD;
use deskbell_desk::{Audit as _, AuditedAct, Directory as _, Role};
use reqwest::{Method, RequestBuilder, header};
use ring::hmac;
use serde_json::json;

use crate::support::{Console, PASSWORD, Server, accepted, client, refused};

/// The code that an app with this secret shows at this time, in seconds.
fn code(secret: &str, seconds: i64) -> String {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret);
    let tag = hmac::sign(&key, &(seconds / 30).to_be_bytes());
    let at = usize::from(tag.as_ref()[19] & 0x0f);
    let number = u32::from_be_bytes(tag.as_ref()[at..at + 4].try_into().unwrap());
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

/// When the servers of tests begin, in seconds.
const BEGIN: i64 = 1_700_000_000;

fn sign_in(server: &Server, password: &str, code: &str) -> RequestBuilder {
    client()
        .post(format!("{}/v1/agent/session", server.address))
        .header(header::ORIGIN, &server.address)
        .json(&json!({ "email": "sam@shop.example", "password": password, "code": code }))
}

/// Sets Sam's second step up; gives the secret and the recovery codes.
async fn set_up(console: &Console) -> (String, Vec<String>) {
    let offer = accepted(console.request(Method::POST, "totp")).await;
    let secret = offer["secret"].as_str().unwrap().to_owned();
    assert!(offer["link"].as_str().unwrap().contains(&secret));
    let confirm = json!({ "secret": secret, "code": code(&secret, BEGIN) });
    let codes = accepted(console.request(Method::PUT, "totp").json(&confirm)).await;
    let codes = codes["codes"].as_array().unwrap().iter();
    let codes = codes.map(|code| code.as_str().unwrap().to_owned());
    (secret, codes.collect())
}

async fn acts(server: &Server) -> Vec<AuditedAct> {
    let entries = server.store.audit(0, 0, 100).await.unwrap();
    entries.into_iter().map(|(_, entry)| entry.act).collect()
}

#[tokio::test]
async fn a_session_ends_after_seven_days_however_much_it_is_used() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    for _ in 0..15 {
        server.pass_hours(11);
        accepted(console.request(Method::GET, "session")).await;
    }
    server.pass_hours(3);
    assert_eq!(
        refused(console.request(Method::GET, "session")).await,
        (401, "not_signed_in".into())
    );
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session_and_stream_of_that_agent_alone() {
    let server = Server::start().await;
    let laptop = server.console("sam").await;
    let phone = Console::sign_in(&server.address, "sam").await;
    let kim = server.console("kim").await;
    let mut inbox = phone.inbox().await;
    inbox.next().await;
    let out = laptop.request(Method::DELETE, "sessions").send().await;
    assert_eq!(out.unwrap().status(), 204);
    assert!(inbox.next_or_end().await.is_none());
    for console in [&laptop, &phone] {
        let request = console.request(Method::GET, "session");
        assert_eq!(refused(request).await, (401, "not_signed_in".into()));
    }
    accepted(kim.request(Method::GET, "session")).await;
    let elsewhere = server
        .request(Method::DELETE, "/v1/agent/sessions")
        .header(header::COOKIE, &kim.cookie)
        .header(header::ORIGIN, "https://evil.example");
    assert_eq!(refused(elsewhere).await.0, 403);
    let entries = server.store.audit(0, 0, 100).await.unwrap();
    let (_, last) = entries.last().unwrap();
    assert_eq!(last.act, AuditedAct::SignedOutEverywhere);
    assert_eq!(last.who.as_deref(), Some("sam@shop.example"));
    assert!(!last.via.is_empty());
}

#[tokio::test]
async fn with_a_second_step_the_password_alone_is_not_enough_and_a_code_is_good_once() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    let (secret, _) = set_up(&console).await;
    let who = accepted(console.request(Method::GET, "session")).await;
    assert_eq!(who["two_step"], true);

    let next = code(&secret, BEGIN + 30);
    for (password, with, expected) in [
        (PASSWORD, "", "code_needed"),
        (PASSWORD, "000", "wrong_code"),
        // The one that set it up.
        (PASSWORD, &code(&secret, BEGIN), "wrong_code"),
        // With a wrong password nothing is said about the code.
        ("wrong password", &next, "wrong_password"),
    ] {
        let answer = refused(sign_in(&server, password, with)).await;
        assert_eq!(answer, (401, expected.into()), "{with}");
    }
    server.pass_seconds(30);
    accepted(sign_in(&server, PASSWORD, &next)).await;
    let again = refused(sign_in(&server, PASSWORD, &next)).await;
    assert_eq!(again, (401, "wrong_code".into()), "it was seen");
}

#[tokio::test]
async fn a_recovery_code_is_good_once_and_every_one_is() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    let (_, codes) = set_up(&console).await;
    assert_eq!(codes.len(), 8);
    for code in &codes {
        accepted(sign_in(&server, PASSWORD, &code.to_uppercase())).await;
        let again = refused(sign_in(&server, PASSWORD, code)).await;
        assert_eq!(again, (401, "wrong_code".into()));
    }
    let kept = server.store.audit(0, 0, 100).await.unwrap();
    let kept = format!("{kept:?}");
    assert!(codes.iter().all(|code| !kept.contains(code)), "{kept}");
}

#[tokio::test]
async fn guessing_codes_is_slowed_down_wherever_it_comes_from() {
    let server = Server::start_limited(|_| {}).await;
    let console = server.console("sam").await;
    let (secret, codes) = set_up(&console).await;
    let from = |n: u8, code: &str| {
        sign_in(&server, PASSWORD, code).header("x-forwarded-for", format!("198.51.100.{n}"))
    };
    for n in 0..10 {
        let guess = from(n, "not a code");
        assert_eq!(refused(guess).await, (401, "wrong_code".into()));
    }
    for code in [&codes[0], &code(&secret, BEGIN + 30)] {
        let response = from(99, code).send().await.unwrap();
        assert_eq!(response.status(), 429);
        assert!(response.headers().contains_key(header::RETRY_AFTER));
    }
    // Sam is where Sam signed in before, and is not kept out.
    accepted(sign_in(&server, PASSWORD, &codes[1])).await;
    assert_eq!(refused(from(99, &codes[0])).await.0, 429);
    server.pass_hours(1);
    accepted(from(99, &codes[0])).await;
}

#[tokio::test]
async fn passwords_are_not_guessed_from_many_addresses() {
    let server = Server::start_limited(|_| {}).await;
    server.console("sam").await;
    let from = |n: usize, password: &str| {
        sign_in(&server, password, "").header("x-forwarded-for", format!("198.51.100.{}", n / 9))
    };
    for n in 0..100 {
        let guess = from(n, "wrong password");
        assert_eq!(refused(guess).await, (401, "wrong_password".into()));
    }
    assert_eq!(refused(from(200, PASSWORD)).await.0, 429);
    // Sam is where Sam signed in before, and is not kept out; it lets nobody in elsewhere.
    accepted(sign_in(&server, PASSWORD, "")).await;
    assert_eq!(refused(from(200, PASSWORD)).await.0, 429);
}

#[tokio::test]
async fn a_second_step_is_set_up_with_a_right_code_and_not_replaced() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    let secret = BASE32_NOPAD.encode(b"12345678901234567890");
    let put = |body| console.request(Method::PUT, "totp").json(&body);
    let wrong = put(json!({ "secret": secret, "code": "000" }));
    assert_eq!(refused(wrong).await, (401, "wrong_code".into()));
    let short = put(json!({ "secret": "AAAA", "code": code("AAAA", BEGIN) }));
    assert_eq!(refused(short).await, (422, "invalid_value".into()));
    let who = accepted(console.request(Method::GET, "session")).await;
    assert_eq!(who["two_step"], false);

    set_up(&console).await;
    let again = console.request(Method::POST, "totp");
    assert_eq!(refused(again).await, (409, "wrong_state".into()));
    let another = put(json!({ "secret": secret, "code": code(&secret, BEGIN) }));
    assert_eq!(refused(another).await, (409, "wrong_state".into()));
}

#[tokio::test]
async fn a_second_step_is_set_up_by_whoever_signed_in_just_now_and_not_with_an_old_session() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    server.pass_seconds(11 * 60);
    let secret = BASE32_NOPAD.encode(b"12345678901234567890");
    let put = |at| {
        let body = json!({ "secret": secret, "code": code(&secret, at) });
        console.request(Method::PUT, "totp").json(&body)
    };
    let offer = console.request(Method::POST, "totp");
    assert_eq!(refused(offer).await, (403, "not_allowed".into()));
    server.pass_seconds(9 * 60);
    let late = put(BEGIN + 20 * 60);
    assert_eq!(refused(late).await, (403, "not_allowed".into()));
    let again = Console::sign_in(&server.address, "sam").await;
    let who = accepted(again.request(Method::GET, "session")).await;
    assert_eq!(who["two_step"], false);
    accepted(again.request(Method::POST, "totp")).await;
}

#[tokio::test]
async fn supervisors_read_every_conversation_and_operators_the_audit_log() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    let id = Console::id("sam");
    let visitor = server.visitor("ann").await;
    let what = format!("conversations/{}/events", visitor.conversation);
    let may = async |what: &str| {
        let response = console.request(Method::GET, what).send().await.unwrap();
        response.status().as_u16()
    };
    for (role, conversation, audit) in [
        (Role::Agent, 403, 403),
        (Role::Supervisor, 200, 403),
        (Role::Operator, 200, 200),
    ] {
        server.store.set_role(&id, role).await.unwrap();
        assert_eq!(may(&what).await, conversation, "{role}");
        assert_eq!(may("audit").await, audit, "{role}");
    }
    let page = accepted(console.request(Method::GET, "audit")).await;
    let entries = page["entries"].as_array().unwrap();
    assert_eq!(entries[0]["act"], "signed_in");
    let last = entries.last().unwrap()["number"].as_u64().unwrap();
    let rest = accepted(console.request(Method::GET, &format!("audit?after={last}"))).await;
    assert_eq!(rest["entries"], json!([]));
    let strange = console.request(Method::GET, "audit?after=x");
    assert_eq!(refused(strange).await, (422, "invalid_value".into()));
}

#[tokio::test]
async fn everything_about_signing_in_is_remembered_but_what_strangers_typed() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    for email in ["sam@shop.example", "my password by mistake"] {
        let body = json!({ "email": email, "password": "wrong password" });
        let request = client()
            .post(format!("{}/v1/agent/session", server.address))
            .header(header::ORIGIN, &server.address)
            .header("x-request-id", "from-the-proxy")
            .json(&body);
        assert_eq!(refused(request).await.1, "wrong_password");
    }
    // The answer does not wait for that.
    while acts(&server).await.len() < 2 {
        tokio::task::yield_now().await;
    }
    let (_, codes) = set_up(&console).await;
    accepted(sign_in(&server, PASSWORD, &codes[0])).await;
    assert_eq!(
        acts(&server).await,
        [
            AuditedAct::SignedIn,
            AuditedAct::SignInFailed,
            AuditedAct::TotpSet,
            AuditedAct::RecoveryCodeUsed,
            AuditedAct::SignedIn,
        ]
    );
    let entries = server.store.audit(0, 0, 100).await.unwrap();
    assert_eq!(entries[1].1.via, "from-the-proxy");
    assert_eq!(entries[1].1.who, None, "nobody knows who it was");
}
