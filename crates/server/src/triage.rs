//! Reading messages on the server, when the customer's device had no answer in time.

use std::sync::{Arc, OnceLock};

use deskbell_desk::{Conversation, Site};
use deskbell_inference::{Classifier, LoadError};
use deskbell_protocol::{MessageText, ReadOn, Reading, TriageHint};
use deskbell_triage::policy;
use tokio::time::Instant;

use crate::http::error::causes;
use crate::{App, built_in_classifier};

/// Why a message was not read.
pub type ReadError = Box<dyn std::error::Error + Send + Sync>;

/// Reads what a customer wants and how they feel. May take milliseconds; called outside the runtime's threads.
pub trait MessageReader: Send + Sync {
    /// Reads one message.
    ///
    /// # Errors
    /// If the model fails.
    fn read(&self, text: &str) -> Result<Reading, ReadError>;
}

impl MessageReader for Classifier {
    fn read(&self, text: &str) -> Result<Reading, ReadError> {
        Ok(self.classify(text)?)
    }
}

/// The built-in model, loaded when the first message is to be read here. Customers' devices read nearly all of them, so a
/// server starts sooner and needs less memory without it; that first message waits for about a tenth of a second.
#[derive(Default)]
pub(crate) struct BuiltInReader(OnceLock<Result<Classifier, LoadError>>);

impl MessageReader for BuiltInReader {
    fn read(&self, text: &str) -> Result<Reading, ReadError> {
        match self.0.get_or_init(built_in_classifier) {
            Ok(classifier) => Ok(classifier.classify(text)?),
            Err(error) => Err(causes(error).into()),
        }
    }
}

impl App {
    /// Reads a message natively. Nothing without a model or if it fails: the bot then offers a person.
    pub(crate) async fn read(
        self: &Arc<Self>,
        text: &MessageText,
        conversation: &Conversation,
        site: &Site,
    ) -> Option<TriageHint> {
        let reader = Arc::clone(self.reader.as_ref()?);
        let text = text.clone();
        let began = Instant::now();
        let outcome = tokio::task::spawn_blocking(move || reader.read(text.as_str())).await;
        let reading = match outcome {
            Ok(Ok(reading)) => reading,
            Ok(Err(error)) => {
                let cause = causes(&*error);
                tracing::error!(cause, "the model did not read a message");
                return None;
            }
            Err(error) => {
                let cause = causes(&error);
                tracing::error!(cause, "the model stopped while it read a message");
                return None;
            }
        };
        Some(TriageHint {
            verdict: policy::decide(&reading, &conversation.stretch, &site.policy),
            reading,
            read_on: ReadOn::Server,
            millis: began.elapsed().as_secs_f32() * 1000.0,
        })
    }
}
