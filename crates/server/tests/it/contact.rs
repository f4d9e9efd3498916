//! The last resort: a form that needs nothing but a browser.

use reqwest::{Method, header};

use crate::support::{Server, answer};

/// The form as a browser without JavaScript sends it.
fn encode(fields: &[(&str, &str)]) -> String {
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
        page.contains("Talk to a person at Fern &amp; Field"),
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
        page.contains("The message is empty.") && page.contains("value=\"ann@example.org\""),
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
