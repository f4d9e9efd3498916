//! `POST /v1/conversations/{id}/messages`: the customer writes, and the bot answers in the same write if it is its turn.

use axum::extract::State;
use axum::response::IntoResponse;
use deskbell_desk::Command;
use deskbell_protocol::{ConversationState, MessageAccepted, PostMessage, ReadOn, TriageHint};

use crate::http::authority::Visitor;
use crate::http::{ApiError, Json, Shared};

pub(crate) async fn handle(
    State(app): State<Shared>,
    visitor: Visitor,
    Json(post): Json<PostMessage>,
) -> Result<impl IntoResponse, ApiError> {
    let Visitor { conversation, site } = visitor;
    let PostMessage {
        write,
        text,
        triage,
    } = post;
    let bot_listens = matches!(
        conversation.state,
        ConversationState::Bot | ConversationState::Closed
    );
    let hint = match triage {
        Some(hint) => Some(check(hint)?),
        None if bot_listens => app.read(&text, &conversation, &site).await,
        None => None,
    };
    let appended = app
        .carry_out(conversation.id, write, site, move |site| Command::Message {
            text,
            hint,
            site,
        })
        .await?;
    Ok(axum::Json(MessageAccepted {
        events: appended.events,
    }))
}

/// A device's hint is not trusted: what it says must at least be possible, and it was read on the device.
fn check(hint: TriageHint) -> Result<TriageHint, ApiError> {
    let scores = hint.reading.sentiment_scores;
    for (name, probability) in [
        ("confidence", hint.reading.confidence),
        ("sentiment_scores.negative", scores.negative),
        ("sentiment_scores.neutral", scores.neutral),
        ("sentiment_scores.positive", scores.positive),
    ] {
        // False for what is not a number.
        if !(0.0..=1.0).contains(&probability) {
            return Err(ApiError::invalid_value(format!(
                "triage.{name}: must be from 0 to 1"
            )));
        }
    }
    if !(hint.millis.is_finite() && hint.millis >= 0.0) {
        return Err(ApiError::invalid_value("triage.millis: must be 0 or more"));
    }
    Ok(TriageHint {
        read_on: ReadOn::Device,
        ..hint
    })
}
