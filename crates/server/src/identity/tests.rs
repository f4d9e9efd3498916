use deskbell_desk::IdentitySecret;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

use super::*;

const NOW: Timestamp = 1_700_000_000_000;
const SECONDS: i64 = 1_700_000_000;
const SECRET: &str = "the-secret-of-a-shop-that-only-its-server-has";

fn encode(value: &Value) -> String {
    BASE64URL_NOPAD.encode(value.to_string().as_bytes())
}

fn hs256(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let signed = format!("{}.{}", encode(header), encode(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, signed.as_bytes());
    format!("{signed}.{}", BASE64URL_NOPAD.encode(tag.as_ref()))
}

fn pair() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
}

fn keys() -> IdentityKeys {
    IdentityKeys {
        secret: Some(IdentitySecret(SECRET.to_owned())),
        ..IdentityKeys::default()
    }
}

fn shop() -> SiteKey {
    SiteKey::new("shop").unwrap()
}

fn ana() -> Value {
    json!({ "sub": "7", "exp": SECONDS + 600, "name": " Ana Ruiz", "email": "ana@example.com" })
}

/// What comes of these claims when they are properly signed.
fn claims(claims: &Value) -> Result<Customer, IdentityError> {
    let token = hs256(&json!({ "alg": "HS256" }), claims, SECRET.as_bytes());
    verify(&token, &shop(), &keys(), NOW)
}

#[test]
fn a_token_is_taken_by_what_it_claims() {
    let customer = claims(&ana()).unwrap();
    assert_eq!(
        serde_json::to_value(customer).unwrap(),
        json!({ "subject": "7", "name": "Ana Ruiz", "email": "ana@example.com" })
    );
    let with = |name: &str, value: Value| {
        let mut changed = ana();
        changed[name] = value;
        claims(&changed).map(|_| ())
    };
    for (name, value, outcome) in [
        ("exp", json!(SECONDS + 3_600), Ok(())),
        ("exp", json!(SECONDS as f64 + 0.5), Ok(())),
        ("exp", json!(SECONDS - 59), Ok(())),
        ("exp", json!(SECONDS - 60), Err(IdentityError::Expired)),
        ("exp", json!(SECONDS + 3_661), Err(IdentityError::TooFar)),
        ("exp", json!(-1), Err(IdentityError::Expired)),
        ("exp", json!(1e300), Err(IdentityError::TooFar)),
        ("exp", json!(null), Err(IdentityError::Claims)),
        ("exp", json!("soon"), Err(IdentityError::Claims)),
        ("iat", json!(SECONDS - 3_000), Ok(())),
        ("iat", json!(SECONDS - 3_001), Err(IdentityError::TooFar)),
        ("iat", json!(SECONDS + 61), Err(IdentityError::TooEarly)),
        ("nbf", json!(SECONDS + 60), Ok(())),
        ("nbf", json!(SECONDS + 61), Err(IdentityError::TooEarly)),
        ("sub", json!("é".repeat(200)), Ok(())),
        ("sub", json!(7), Err(IdentityError::Claims)),
        ("sub", json!(null), Err(IdentityError::Claims)),
        ("sub", json!(""), Err(IdentityError::Subject(SubjectError))),
        (
            "sub",
            json!(" 7"),
            Err(IdentityError::Subject(SubjectError)),
        ),
        (
            "sub",
            json!("7".repeat(201)),
            Err(IdentityError::Subject(SubjectError)),
        ),
        ("name", json!(null), Ok(())),
        ("name", json!(" "), Ok(())),
        (
            "name",
            json!("A\nB"),
            Err(IdentityError::Introduction(IntroductionError::Name)),
        ),
        (
            "email",
            json!("ana"),
            Err(IdentityError::Introduction(IntroductionError::Email)),
        ),
        ("aud", json!("shop"), Ok(())),
        ("aud", json!(["api", "shop"]), Ok(())),
        ("aud", json!("api"), Err(IdentityError::Audience)),
        ("aud", json!(["api"]), Err(IdentityError::Audience)),
        ("aud", json!([]), Err(IdentityError::Audience)),
        ("aud", json!(7), Err(IdentityError::Claims)),
        ("role", json!(["anything", "else"]), Ok(())),
    ] {
        assert_eq!(with(name, value.clone()), outcome, "{name}: {value}");
    }
}

#[test]
fn claims_have_names_and_each_of_them_once() {
    let signed = |claims: &str| {
        let header = BASE64URL_NOPAD.encode(br#"{"alg":"HS256"}"#);
        let signed = format!("{header}.{}", BASE64URL_NOPAD.encode(claims.as_bytes()));
        let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
        let tag = BASE64URL_NOPAD.encode(hmac::sign(&key, signed.as_bytes()).as_ref());
        verify(&format!("{signed}.{tag}"), &shop(), &keys(), NOW).map(|_| ())
    };
    let exp = SECONDS + 60;
    for (claims, outcome) in [
        (format!(r#" {{"sub":"7","exp":{exp}}}"#), Ok(())),
        (
            format!(r#"["7",{exp},null,null,null,null,null]"#),
            Err(IdentityError::Claims),
        ),
        (
            format!(r#"{{"sub":"7","sub":"8","exp":{exp}}}"#),
            Err(IdentityError::Claims),
        ),
    ] {
        assert_eq!(signed(&claims), outcome, "{claims}");
    }
}

#[test]
fn only_an_algorithm_with_a_key_of_this_site_counts() {
    let header = |alg: &str| json!({ "alg": alg, "typ": "JWT" });
    let by_secret = hs256(&header("HS256"), &ana(), SECRET.as_bytes());
    let signed = format!("{}.{}", encode(&header("EdDSA")), encode(&ana()));
    let signature = pair().sign(signed.as_bytes());
    let by_key = format!("{signed}.{}", BASE64URL_NOPAD.encode(signature.as_ref()));
    let public: [u8; 32] = pair().public_key().as_ref().try_into().unwrap();
    let secret_only = keys();
    let key_only = IdentityKeys {
        public_key: Some(public),
        ..IdentityKeys::default()
    };
    let both = IdentityKeys {
        public_key: Some(public),
        ..keys()
    };
    let unsigned = format!("{}.{}.", encode(&header("none")), encode(&ana()));
    let confused = hs256(&header("HS256"), &ana(), &public);
    let critical = json!({ "alg": "HS256", "crit": ["b64"], "b64": false });
    let critical = hs256(&critical, &ana(), SECRET.as_bytes());
    let nameless = hs256(&json!(["HS256", null]), &ana(), SECRET.as_bytes());
    let renamed = by_secret.replacen(
        &encode(&ana()),
        &encode(&json!({ "sub": "8", "exp": SECONDS })),
        1,
    );
    use IdentityError::{Algorithm, Critical, Malformed, NoKey, Signature, TooLong};
    for (what, token, keys, outcome) in [
        ("by the secret", &by_secret, &secret_only, Ok(())),
        ("by the secret, beside a key", &by_secret, &both, Ok(())),
        ("by the key", &by_key, &key_only, Ok(())),
        ("by the key, beside a secret", &by_key, &both, Ok(())),
        (
            "without keys",
            &by_secret,
            &IdentityKeys::default(),
            Err(NoKey),
        ),
        ("no such secret", &by_secret, &key_only, Err(Algorithm)),
        ("no such key", &by_key, &secret_only, Err(Algorithm)),
        ("unsigned", &unsigned, &both, Err(Algorithm)),
        (
            "the public key as a secret",
            &confused,
            &key_only,
            Err(Algorithm),
        ),
        ("the same beside a secret", &confused, &both, Err(Signature)),
        (
            "HS512",
            &hs256(&header("HS512"), &ana(), SECRET.as_bytes()),
            &both,
            Err(Algorithm),
        ),
        ("an array", &nameless, &both, Err(Malformed)),
        ("critical", &critical, &both, Err(Critical)),
        (
            "wrong secret",
            &hs256(&header("HS256"), &ana(), b"wrong"),
            &both,
            Err(Signature),
        ),
        ("changed", &renamed, &both, Err(Signature)),
        (
            "cut off",
            &by_secret[..by_secret.len() - 3].to_owned(),
            &both,
            Err(Signature),
        ),
        ("two parts", &signed, &both, Err(Malformed)),
        ("nothing", &String::new(), &both, Err(Malformed)),
        (
            "four parts",
            &format!("{by_secret}.{by_secret}"),
            &both,
            Err(Signature),
        ),
        ("padded", &format!("{by_secret}="), &both, Err(Malformed)),
        ("long", &"e".repeat(20_000), &both, Err(TooLong)),
    ] {
        assert_eq!(
            verify(token, &shop(), keys, NOW).map(|_| ()),
            outcome,
            "{what}"
        );
    }
}
