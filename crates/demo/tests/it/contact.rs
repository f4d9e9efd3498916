//! The page that needs no JavaScript, here too.

use deskbell_demo::{Body, Request};

use crate::support::{Worker, inbox, request};

fn ask(worker: &mut Worker, method: &str, key: &str, body: &str) -> (u16, String) {
    let request = Request {
        query: "language=de".to_owned(),
        accept_language: Some("fr".to_owned()),
        content_type: Some("application/x-www-form-urlencoded".to_owned()),
        body: body.to_owned(),
        ..request(method, &format!("/contact/{key}"), None)
    };
    let answer = worker.send(&request);
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
