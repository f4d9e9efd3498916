//! Messages with the readings that the shipped model gives, so that every build can be checked against them.

use anyhow::Result;
use deskbell_inference::Classifier;
use deskbell_protocol::Reading;
use serde::Serialize;

/// One row of `golden.jsonl`.
#[derive(Serialize)]
struct Golden<'a> {
    text: &'a str,
    #[serde(flatten)]
    reading: Reading,
}

/// Everyday messages, none of them in the test set's words on purpose, and whatever else may arrive.
const TEXTS: [&str; 54] = [
    "hi",
    "Good evening, is somebody there?",
    "thanks, that's all for today",
    "brilliant, you're a star!! 🌟",
    "can I speak to somebody",
    "I WANT A REAL PERSON NOW",
    "is this a bot? get me your colleague",
    "pls call me back on my mobile",
    "where is my parcel?? order 1042",
    "My order left the warehouse last Tuesday and I still have nothing",
    "how much is postage to Ireland?",
    "tracking says delivered but there is nothing on my doorstep",
    "the vase came in a hundred pieces",
    "could you send it to my office instead of home",
    "please cancel order 5531, bought it by mistake",
    "these jeans are too tight, how do I send them back",
    "still no refund after 3 weeks",
    "you took the money twice!!",
    "do you take PayPal",
    "i need a VAT invoice for my company",
    "forgot my password and the mail never comes",
    "change my email address to the new one",
    "put my coffee subscription on hold until May",
    "Does the blue jacket run small?",
    "is the 55 inch one in stock in Leeds",
    "my voucher code SPRING20 is not accepted",
    "The kettle stopped heating after two months. Is that covered?",
    "I'd like to buy 200 mugs for our office",
    "when do you close on Sundays",
    "worst service ever, I will be talking to my lawyer",
    "someone bought things with my card in your shop",
    "I lost my job and can't pay this month's instalment",
    "delete everything you know about me",
    "what's the weather in Oslo",
    "write me a poem about bees",
    "yes",
    "no",
    "ok",
    "7",
    "?",
    "!!!!!!!!!!!!",
    ".",
    "👍",
    "😡😡😡",
    "❤️",
    "asdkjh qwoeiu zxmcn",
    "wo ist mein Paket?",
    "¿Dónde está mi pedido?",
    "où est mon colis ?",
    "मेरा ऑर्डर कहाँ है?",
    "私の荷物はどこですか",
    "أين طلبي؟",
    "<script>alert(1)</script>",
    "ＷＨＥＲＥ ｉｓ ｍｙ ｏｒｄｅｒ",
];

/// The rows, one JSON object per line.
///
/// # Errors
/// If a message cannot be read.
pub fn rows(classifier: &Classifier) -> Result<String> {
    let filled = |unit: &str| -> String { unit.chars().cycle().take(4_000).collect() };
    // The longest messages that are accepted: of ordinary words, of one word without end, of a dense script, and with
    // the request at the very end.
    let mut story = filled("It is a long story and I will tell it from the beginning. ");
    story.truncate(3_960);
    let long = [
        filled("where is my parcel "),
        filled("abcdefghijklmnopqrstuvwxyz"),
        filled("荷物はどこですか"),
        filled("😀 "),
        story + " So please let me talk to a human being.",
    ];
    let mut lines = String::new();
    for text in TEXTS.into_iter().chain(long.iter().map(String::as_str)) {
        let golden = Golden {
            text,
            reading: classifier.classify(text)?,
        };
        lines.push_str(&serde_json::to_string(&golden)?);
        lines.push('\n');
    }
    Ok(lines)
}
