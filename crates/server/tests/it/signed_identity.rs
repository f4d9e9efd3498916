//! Customers whom the shop's server has signed, and those whom somebody else would like to be.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use deskbell_desk::{IdentityKeys, IdentitySecret, Store as _, contract};
use ring::hmac;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

use crate::cli::Operator;
use crate::support::{Server, Visitor, accepted, answer, refused, write_id};

/// When a test's server is started, in seconds.
const NOW: i64 = 1_700_000_000;
const FORMER: &str = "the-secret-that-the-shop-had-until-yesterday";
const SECRET: &str = "the-secret-of-a-shop-that-only-its-server-has";

fn encode(value: &Value) -> String {
    BASE64URL_NOPAD.encode(value.to_string().as_bytes())
}

fn hs256(claims: &Value, secret: &[u8]) -> String {
    let signed = format!("{}.{}", encode(&json!({ "alg": "HS256" })), encode(claims));
    let tag = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, secret),
        signed.as_bytes(),
    );
    format!("{signed}.{}", BASE64URL_NOPAD.encode(tag.as_ref()))
}

fn pair() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
}

fn eddsa(claims: &Value) -> String {
    let signed = format!("{}.{}", encode(&json!({ "alg": "EdDSA" })), encode(claims));
    let signature = pair().sign(signed.as_bytes());
    format!("{signed}.{}", BASE64URL_NOPAD.encode(signature.as_ref()))
}

fn public_key() -> [u8; 32] {
    pair().public_key().as_ref().try_into().unwrap()
}

/// A server whose site has a secret, made at its start in the place of a former one, and a public key.
async fn server() -> Server {
    let server = Server::start().await;
    let mut site = contract::site("demo");
    for (secret, at) in [(FORMER, 0), (SECRET, NOW * 1_000)] {
        let secret = IdentitySecret(secret.to_owned());
        site.identity.replace_secret(secret, at);
    }
    site.identity.public_key = Some(public_key());
    server.store.replace_site(&site).await.unwrap();
    server
}

fn with_token(write: &str, token: &str) -> Value {
    json!({ "write": write_id(write), "token": token })
}

async fn introduced(visitor: &Visitor, write: &str, token: &str) -> Vec<Value> {
    let answer = accepted(visitor.post("introduction", &with_token(write, token))).await;
    answer["events"].as_array().unwrap().clone()
}

fn other_customer() -> (u16, String) {
    (409, "other_customer".to_owned())
}

#[tokio::test]
async fn a_token_is_taken_exactly_if_the_shops_server_signed_it_for_now() {
    let server = server().await;
    let ana = |exp: i64| json!({ "sub": "7", "exp": NOW + exp, "name": "Ana Ruiz", "email": "ana@example.com" });
    let good = hs256(&ana(600), SECRET.as_bytes());
    let nobody = json!({ "exp": NOW + 600 });
    let unsigned = format!(
        "{}.{}.",
        encode(&json!({ "alg": "none" })),
        encode(&ana(600))
    );
    let hour = json!({ "sub": "7", "iat": NOW, "exp": NOW + 61 * 60 });
    // Each with the words by which whoever builds the page sees what is wrong.
    for (name, token, why) in [
        ("hs256", good.clone(), None),
        ("eddsa", eddsa(&ana(600)), None),
        ("former", hs256(&ana(600), FORMER.as_bytes()), None),
        (
            "expired",
            hs256(&ana(-120), SECRET.as_bytes()),
            Some("has expired"),
        ),
        (
            "61-minutes",
            hs256(&hour, SECRET.as_bytes()),
            Some("life is too long"),
        ),
        (
            "2-hours",
            hs256(&ana(7_200), SECRET.as_bytes()),
            Some("life is too long"),
        ),
        ("nobody", hs256(&nobody, SECRET.as_bytes()), Some("`sub`")),
        ("wrong", hs256(&ana(600), b"wrong"), Some("signature")),
        ("none", unsigned, Some("algorithm")),
        (
            "confused",
            hs256(&ana(600), &public_key()),
            Some("signature"),
        ),
        (
            "cut-off",
            good[..good.len() - 3].to_owned(),
            Some("signature"),
        ),
        ("20-kb", "e".repeat(20_000), Some("8192 bytes")),
    ] {
        let visitor = server.visitor(name).await;
        let request = visitor.post("introduction", &with_token("introduce", &token));
        match why {
            None => {
                let events = accepted(request).await["events"].clone();
                assert_eq!(events[0]["subject"], "7", "{name}");
                assert_eq!(events[0]["name"], "Ana Ruiz", "{name}");
                assert_eq!(events[0]["email"], "ana@example.com", "{name}");
            }
            Some(why) => {
                let (status, problem) = answer(request).await;
                assert_eq!(
                    (status.as_u16(), &problem["code"]),
                    (422, &json!("invalid_identity")),
                    "{name}"
                );
                let told = problem["message"].as_str().unwrap();
                assert!(told.contains(why), "{name}: {told}");
            }
        }
        visitor.ring("ring").await;
    }
}

#[tokio::test]
async fn a_former_secret_ends_after_a_day_and_a_site_without_keys_takes_nothing() {
    let server = server().await;
    server.pass_hours(23);
    let token = |secret: &str| {
        let claims = json!({ "sub": "7", "exp": NOW + 24 * 3_600 });
        hs256(&claims, secret.as_bytes())
    };
    let ann = server.visitor("ann").await;
    assert_eq!(introduced(&ann, "former", &token(FORMER)).await.len(), 1);
    server.pass_hours(1);
    let invalid = (422, "invalid_identity".to_owned());
    let refuse =
        |write: &str, token: &str| refused(ann.post("introduction", &with_token(write, token)));
    assert_eq!(refuse("after", &token(FORMER)).await, invalid);
    assert!(
        introduced(&ann, "new", &token(SECRET)).await.is_empty(),
        "is no news"
    );

    let mut site = contract::site("demo");
    site.identity = IdentityKeys::default();
    server.store.replace_site(&site).await.unwrap();
    assert_eq!(refuse("without", &token(SECRET)).await, invalid);
}

#[tokio::test]
async fn a_conversation_is_one_signed_customers_for_good() {
    let server = server().await;
    let token = |sub: &str, email: &str| {
        let claims = json!({ "sub": sub, "exp": NOW + 600, "email": email });
        hs256(&claims, SECRET.as_bytes())
    };
    let visitor = server.visitor("ann").await;
    visitor.say("hello", "where is my parcel").await;
    let ana = token("7", "ana@example.com");
    assert_eq!(introduced(&visitor, "ana", &ana).await.len(), 1);
    assert_eq!(
        introduced(&visitor, "ana", &ana).await.len(),
        1,
        "the same write"
    );
    assert!(
        introduced(&visitor, "again", &ana).await.is_empty(),
        "is no news"
    );
    let ben = with_token("ben", &token("8", "ben@example.com"));
    assert_eq!(
        refused(visitor.post("introduction", &ben)).await,
        other_customer()
    );
    let unsigned = json!({ "write": write_id("unsigned"), "email": "ana@example.com" });
    assert_eq!(
        refused(visitor.post("introduction", &unsigned)).await,
        other_customer()
    );
    // Nothing else is kept from anybody.
    visitor.ring("ring").await;

    let next = server.visitor("eve").await;
    let said = json!({ "write": write_id("said"), "email": "eve@example.com" });
    accepted(next.post("introduction", &said)).await;
    let claimed = with_token("claimed", &ana);
    assert_eq!(
        refused(next.post("introduction", &claimed)).await,
        other_customer()
    );
}

#[test]
fn keys_are_made_shown_once_and_removed_on_the_command_line() {
    let operator = Operator::new();
    let site = [
        "--key",
        "fern",
        "--name",
        "Fern",
        "--origin",
        "https://fern.example",
    ];
    operator.done(&[&["site", "add"][..], &site].concat());
    let identity = |what: &str| operator.done(&["site", "identity", what, "--key", "fern"]);
    assert!(identity("show").contains("No signed identity is taken"));
    let first = identity("new-secret");
    let secret = first
        .lines()
        .find_map(|line| line.strip_prefix("  "))
        .unwrap();
    assert_eq!(BASE64URL_NOPAD.decode(secret.as_bytes()).unwrap().len(), 32);
    assert!(!first.contains("24 hours"), "{first}");
    assert!(identity("new-secret").contains("counts for 24 hours more"));
    let shown = identity("show");
    assert!(
        shown.contains("the former one still counts") && !shown.contains(secret),
        "{shown}"
    );

    let prefix = [
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
    ];
    let der = BASE64.encode(&[&prefix[..], &public_key()].concat());
    let pem = |what: &str| format!("-----BEGIN {what} KEY-----\n{der}\n-----END {what} KEY-----\n");
    let set = [
        "site",
        "identity",
        "set-public-key",
        "--key",
        "fern",
        "--file",
    ];
    let public = operator.write("public.pem", &pem("PUBLIC"));
    operator.done(&[&set[..], &[&public]].concat());
    assert!(identity("show").contains(&BASE64URL_NOPAD.encode(&public_key())));
    let private = operator.write("private.pem", &pem("PRIVATE"));
    let told = operator.refused(&[&set[..], &[&private]].concat());
    assert!(told.contains("this is a private key"), "{told}");

    // Changing something else of the shop leaves its keys alone.
    operator.done(&[
        "site",
        "add",
        "--key",
        "fern",
        "--replace",
        "--phone",
        "+44 20 7946 0000",
    ]);
    assert!(identity("show").contains("there is one"));
    identity("remove-secret");
    identity("remove-public-key");
    assert!(identity("show").contains("No signed identity is taken"));
    let log = operator.done(&["audit", "--json"]);
    assert!(!log.contains(secret), "{log}");
    let changes: Vec<_> = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|entry| entry["act"] == "site_changed" && entry["whom"] == "fern")
        .map(|entry| entry["detail"].as_str().unwrap_or("-").to_owned())
        .collect();
    assert_eq!(
        changes,
        [
            "identity secret made",
            "identity secret made",
            "identity public key set",
            "-",
            "identity secret removed",
            "identity public key removed",
        ]
    );
    let unknown = operator.refused(&["site", "identity", "show", "--key", "other"]);
    assert!(unknown.contains("there is no site 'other'"), "{unknown}");
}
