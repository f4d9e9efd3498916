//! The last resort: a form that needs nothing but a browser.

use deskbell_desk::contract;
use reqwest::{Method, header};

use crate::support::{Server, answer};

/// The form as a browser without JavaScript sends it.
pub(crate) fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        text.bytes()
            .map(|byte| format!("%{byte:02X}"))
            .collect::<String>()
    };
    let pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", escape(value)))
        .collect();
    pairs.join("&")
}

async fn submit(server: &Server, fields: &[(&str, &str)]) -> (u16, String) {
    let request = server
        .request(Method::POST, "/contact/demo")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "null")
        .body(encode(fields));
    let (status, body) = answer(request).await;
    (status.as_u16(), body.as_str().unwrap().to_owned())
}

/// The hidden field of a fresh form.
async fn form_token(server: &Server) -> String {
    let (status, page) = answer(server.request(Method::GET, "/contact/demo")).await;
    assert_eq!(status, 200);
    let page = page.as_str().unwrap();
    assert!(!page.contains("<script"), "{page}");
    assert!(
        page.contains("Talk to a person at <bdi>Fern &amp; Field</bdi>"),
        "{page}"
    );
    let (_, rest) = page.split_once("name=\"token\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_message_from_the_form_waits_for_a_person() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    let token = form_token(&server).await;
    let fields = [
        ("token", &*token),
        ("message", "my parcel\r\nis <b>late</b>"),
        ("contact", "ann@example.org"),
    ];
    let (status, page) = submit(&server, &fields).await;
    assert_eq!(status, 200, "{page}");
    assert!(
        page.contains("Thank you") && page.contains("ann@example.org"),
        "{page}"
    );
    assert!(
        page.contains("Nobody is at the desk"),
        "honest while nobody is online: {page}"
    );

    let inbox = console.inbox().await.next().await.data;
    assert_eq!(inbox["waiting_total"], 1);
    let card = &inbox["waiting"][0];
    assert_eq!(card["reason"], "contact_form");
    assert_eq!(card["contact"], "ann@example.org");
    assert_eq!(card["preview"], "my parcel\nis <b>late</b>");
    assert_eq!(card["intent"], "track_order");
}

#[tokio::test]
async fn a_form_sent_twice_is_sent_once_and_another_text_joins_the_same_conversation() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    let token = form_token(&server).await;
    let send = async |message: &str| {
        let fields = [
            ("token", &*token),
            ("message", message),
            ("contact", "0123"),
        ];
        assert_eq!(submit(&server, &fields).await.0, 200);
    };
    send("please call").await;
    send("please call").await;
    send("and bring flowers").await;
    let inbox = console.inbox().await.next().await.data;
    assert_eq!(inbox["waiting_total"], 1);
    assert_eq!(inbox["waiting"][0]["preview"], "and bring flowers");
    let id = inbox["waiting"][0]["id"].as_str().unwrap();
    let mut stream = crate::support::Stream::open(
        console.request(Method::GET, &format!("conversations/{id}/events")),
    )
    .await;
    let mut texts = Vec::new();
    loop {
        let message = stream.next().await;
        if message.event == "status" {
            break;
        }
        texts.extend(message.data["text"].as_str().map(str::to_owned));
    }
    assert_eq!(texts, ["please call", "and bring flowers"]);
}

#[tokio::test]
async fn a_mistake_is_explained_and_nothing_typed_is_lost() {
    let server = Server::start().await;
    let typed = [
        ("message", "\"><script>alert(1)</script>"),
        ("contact", "  "),
    ];
    let (status, page) = submit(&server, &typed).await;
    assert_eq!(status, 422);
    assert!(
        page.contains("class=\"error\"") && page.contains("e-mail address or a phone number"),
        "{page}"
    );
    assert!(
        page.contains("&lt;script&gt;alert(1)") && !page.contains("<script"),
        "{page}"
    );
    let (status, page) = submit(&server, &[("message", " "), ("contact", "ann@example.org")]).await;
    assert_eq!(status, 422);
    assert!(
        page.contains("Write something first.") && page.contains("value=\"ann@example.org\""),
        "{page}"
    );
}

#[tokio::test]
async fn a_form_that_is_too_large_or_no_form_gets_a_page_and_an_unknown_shop_too() {
    let server = Server::start().await;
    let huge = "x".repeat(70_000);
    let (status, page) = submit(&server, &[("message", &huge)]).await;
    assert_eq!(status, 413);
    assert!(page.contains("<form"), "{page}");
    for key in ["nobody", "%20", "%ff"] {
        let (status, page) = answer(server.request(Method::GET, &format!("/contact/{key}"))).await;
        assert_eq!(status, 404);
        assert!(
            page.as_str()
                .unwrap()
                .contains("<h1>This page does not exist</h1>")
        );
    }
}

/// The page at an address, as a browser that wants these languages gets it.
async fn read(server: &Server, path: &str, accepted: &str) -> String {
    let request = server.request(Method::GET, path);
    let request = request.header(header::ACCEPT_LANGUAGE, accepted);
    let (_, page) = answer(request).await;
    page.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_page_is_in_the_customers_language_else_in_the_shops() {
    let server = Server::start().await;
    let mut shop = contract::site("boutique");
    shop.language = "fr-CA".to_owned();
    shop.contact.phone = Some("+1 514 555".to_owned());
    server.add_site(&shop).await;
    for (path, accepted, tag) in [
        ("/contact/boutique", "", "fr"),
        ("/contact/boutique", "tlh, *;q=0.1", "fr"),
        ("/contact/boutique", "en;q=0.3, de-AT;q=0.9", "de"),
        ("/contact/boutique?language=ar", "de", "ar"),
        ("/contact/boutique?language=", "de", "de"),
        ("/contact/boutique?language=no", "de", "nb"),
        ("/contact/boutique?language=%22%3E%3Cb%3E", "", "fr"),
        ("/contact/nobody", "de", "de"),
        ("/contact/nobody", "", "en"),
        ("/widget?site=nobody", "pl", "pl"),
    ] {
        let page = read(&server, path, accepted).await;
        let direction = if tag == "ar" { "rtl" } else { "ltr" };
        assert!(
            page.contains(&format!("<html lang=\"{tag}\" dir=\"{direction}\">")),
            "{path} for {accepted}: {page}"
        );
    }
    let page = read(&server, "/contact/boutique?language=he", "").await;
    assert!(
        page.contains("<a dir=\"ltr\" href=\"tel:+1514555\">+1 514 555</a>"),
        "a number is read from left to right in every language: {page}"
    );
}

#[tokio::test]
async fn mistakes_thanks_and_the_agents_card_know_the_language_too() {
    let server = Server::start().await;
    let console = server.console("sam").await;
    let send = async |fields: &[(&str, &str)]| {
        let request = server
            .request(Method::POST, "/contact/demo?language=de")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(encode(fields));
        let (status, page) = answer(request).await;
        (status.as_u16(), page.as_str().unwrap().to_owned())
    };
    let (status, page) = send(&[("message", "Hallo"), ("contact", " ")]).await;
    assert_eq!(status, 422);
    assert!(
        page.contains("Bitte geben Sie eine E-Mail-Adresse"),
        "{page}"
    );
    assert!(page.contains("aria-invalid=\"true\""), "{page}");
    let (status, page) = send(&[("message", "Hallo"), ("contact", "0123")]).await;
    assert_eq!(status, 200);
    assert!(
        page.contains("Vielen Dank, Ihre Nachricht ist bei uns"),
        "{page}"
    );
    assert!(page.contains("<strong><bdi>0123</bdi></strong>"), "{page}");
    let inbox = console.inbox().await.next().await.data;
    assert_eq!(inbox["waiting"][0]["language"], "de");
}
