//! The page that needs no JavaScript, here too.

use deskbell_demo::{Answer, Body, Request};

use crate::support::{Worker, inbox, request};

fn to_page(method: &str, key: &str, body: &str) -> Request {
    Request {
        query: "language=de".to_owned(),
        accept_language: Some("fr".to_owned()),
        content_type: Some("application/x-www-form-urlencoded".to_owned()),
        body: body.to_owned(),
        ..request(method, &format!("/contact/{key}"), None)
    }
}

fn ask(worker: &mut Worker, method: &str, key: &str, body: &str) -> (u16, String) {
    page(worker.send(&to_page(method, key, body)))
}

fn page(answer: Answer) -> (u16, String) {
    match answer.body {
        Body::Html(page) => (answer.status, page),
        other => panic!("no page: {other:?}"),
    }
}

#[test]
fn a_message_from_the_contact_page_waits_for_a_person_once_and_is_kept() {
    let mut worker = Worker::start();
    let (status, page) = ask(&mut worker, "GET", "demo", "");
    assert_eq!(status, 200);
    assert!(page.contains(r#"<html lang="de" dir="ltr">"#), "{page}");
    let (_, token) = page.split_once("name=\"token\" value=\"").unwrap();
    let token = token.split('"').next().unwrap();
    let filled = format!("token={token}&message=Meine+Pflanze&contact=ann%40example.org");
    for _ in 0..2 {
        let (status, page) = ask(&mut worker, "POST", "demo", &filled);
        assert_eq!(status, 200);
        assert!(page.contains("Vielen Dank") && page.contains("ann@example.org"));
    }
    worker.restart();
    let stream = worker.inbox();
    let inbox = inbox(&worker.told(stream));
    assert_eq!(inbox["waiting_total"], 1);
    let card = &inbox["waiting"][0];
    assert_eq!(card["reason"], "contact_form");
    assert_eq!(card["preview"], "Meine Pflanze");
    assert_eq!(card["contact"], "ann@example.org");
    assert_eq!(card["language"], "de");
}

#[test]
fn a_mistake_is_explained_and_an_unknown_shop_is_unknown() {
    let mut worker = Worker::start();
    let (status, page) = ask(&mut worker, "POST", "demo", "message=Hallo&contact=+");
    assert_eq!(status, 422);
    assert!(
        page.contains("role=\"alert\"") && page.contains(">Hallo</textarea>"),
        "{page}"
    );
    let (status, page) = ask(&mut worker, "GET", "nobody", "");
    assert_eq!(status, 404);
    assert!(page.contains("Diese Seite gibt es nicht"), "{page}");
}

#[test]
fn what_cannot_be_kept_comes_back_filled_in_and_a_page_that_cannot_be_made_says_so() {
    let mut worker = Worker::start();
    let filled = to_page("POST", "demo", "message=Meine+Pflanze&contact=0123");
    let refused = worker.demo().unavailable(&filled, 7);
    assert_eq!(refused.changes, []);
    let (status, form) = page(refused);
    assert_eq!(status, 503);
    assert!(
        form.contains("Das funktioniert im Moment nicht.")
            && form.contains(">Meine Pflanze</textarea>")
            && form.contains("value=\"0123\""),
        "{form}"
    );
    let unread = worker.demo().unavailable(&to_page("GET", "demo", ""), 8);
    let (status, sentence) = page(unread);
    assert_eq!(status, 503);
    assert!(
        sentence.contains("<h1>Das funktioniert im Moment nicht."),
        "{sentence}"
    );

    let other = worker
        .demo()
        .unavailable(&request("GET", "/v1/sites/demo", None), 9);
    assert_eq!(other.status, 503);
    assert!(matches!(other.body, Body::Json(text) if text.contains("\"unavailable\"")));
}
