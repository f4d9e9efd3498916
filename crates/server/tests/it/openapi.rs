//! The description of the API describes every address, and nothing else. That answers are as described shows
//! `cargo xtask test --only openapi`.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::{Method, StatusCode, header};
use serde_json::Value;

use crate::support::Server;

/// What tells one method of an address from another; `HEAD` comes with `GET`, and `OPTIONS` is for browsers.
const METHODS: [&str; 5] = ["delete", "get", "patch", "post", "put"];

async fn document(server: &Server) -> Value {
    let request = server.request(Method::GET, "/openapi.json");
    request.send().await.unwrap().json().await.unwrap()
}

/// The methods that are described, by address.
fn described(document: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let paths = document["paths"].as_object().unwrap();
    let methods = |item: &Value| item.as_object().unwrap().keys().cloned().collect();
    paths
        .iter()
        .map(|(path, item)| (path.clone(), methods(item)))
        .collect()
}

/// The addresses of the router, which tells nobody: so they are read in its source.
fn routed() -> BTreeSet<String> {
    let source = include_str!("../../src/http/mod.rs");
    let routes = source.split(".route(").skip(1);
    let paths = routes.filter_map(|route| route.split('"').nth(1));
    // A path in OpenAPI has no sign for "and whatever follows".
    paths.map(|path| path.replace("{*", "{")).collect()
}

#[tokio::test]
async fn every_address_is_described_and_every_described_one_exists() {
    let server = Server::start().await;
    let described: BTreeSet<_> = described(&document(&server).await).into_keys().collect();
    let routed = routed();
    assert!(routed.len() > 25, "{routed:?}");
    let missing: Vec<_> = routed.difference(&described).collect();
    assert!(missing.is_empty(), "not described: {missing:?}");
    let invented: Vec<_> = described.difference(&routed).collect();
    assert!(
        invented.is_empty(),
        "described, but not there: {invented:?}"
    );
}

#[tokio::test]
async fn an_address_takes_the_methods_that_are_described_and_no_others() {
    let server = Server::start().await;
    for (path, methods) in described(&document(&server).await) {
        let path = path
            .split('/')
            .map(|part| {
                if part.starts_with('{') {
                    "nothing"
                } else {
                    part
                }
            })
            .collect::<Vec<_>>()
            .join("/");
        for method in METHODS {
            let named = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let response = server.request(named, &path).send().await.unwrap();
            let taken = response.status() != StatusCode::METHOD_NOT_ALLOWED;
            assert_eq!(taken, methods.contains(method), "{method} {path}");
            if !taken {
                let allow = response.headers()[header::ALLOW]
                    .to_str()
                    .unwrap()
                    .to_owned();
                let allowed: BTreeSet<_> = allow
                    .split(',')
                    .map(|method| method.trim().to_lowercase())
                    .filter(|method| METHODS.contains(&method.as_str()))
                    .collect();
                assert_eq!(allowed, methods, "{path}");
            }
        }
    }
}

#[tokio::test]
async fn the_document_is_whole_and_says_what_everything_is() {
    let server = Server::start().await;
    let document = document(&server).await;
    assert_eq!(document["openapi"], "3.1.0");
    let mut references = Vec::new();
    collect_references(&document, &mut references);
    assert!(references.len() > 100);
    for reference in references {
        let place = reference.trim_start_matches('#');
        assert!(
            document.pointer(place).is_some(),
            "{reference} leads nowhere"
        );
    }
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let what = format!("{method} {path}");
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name), "{name} twice");
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{what}");
            let signed_in = operation["security"].is_array();
            let open = ["/v1/sites/", "/v1/agent/session"];
            assert!(
                signed_in
                    || !path.starts_with("/v1/")
                    || open.iter().any(|open| path.starts_with(open)),
                "{what} says not who may"
            );
            for parameter in path.split('/').filter(|part| part.starts_with('{')) {
                let parameter = parameter.trim_matches(['{', '}']);
                let parameters = operation["parameters"].as_array().unwrap();
                let mut named = parameters.iter().filter(|it| it["in"] == "path");
                assert!(
                    named.any(|it| it["name"] == parameter),
                    "{what}: {parameter}"
                );
            }
        }
    }
}

fn collect_references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                found.push(reference.clone());
            }
            fields
                .values()
                .for_each(|value| collect_references(value, found));
        }
        Value::Array(values) => values
            .iter()
            .for_each(|value| collect_references(value, found)),
        _ => {}
    }
}
