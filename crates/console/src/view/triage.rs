//! How a message was read.

use deskbell_protocol::{Sentiment, TriageHint};
use yew::{Html, classes, html};

use super::icons;
use crate::words;

/// How something felt: a word and a face, coloured besides.
pub fn feeling(sentiment: Sentiment) -> Html {
    let class = match sentiment {
        Sentiment::Negative => "negative",
        Sentiment::Neutral => "neutral",
        Sentiment::Positive => "positive",
    };
    html! {
        <span class={classes!("chip", "feeling", class)}>
            { icons::face(sentiment) }{ words::sentiment(sentiment) }
        </span>
    }
}

/// Everything the model and the policy said about one message.
pub fn triage(hint: &TriageHint) -> Html {
    let reading = &hint.reading;
    html! {
        <ul class="triage" aria-label={words::HOW_READ}>
            <li class="chip">
                { words::intent(&reading.intent) }{ " · " }{ words::percent(reading.confidence) }
            </li>
            <li title={words::sentiment_scores(hint)}>{ feeling(reading.sentiment) }</li>
            <li>{ words::read_on(hint) }</li>
            <li>{ words::verdict(hint.verdict) }</li>
        </ul>
    }
}
