//! What a session is told.

use deskbell_protocol::{
    ContactText, ConversationId, Event, Introduction, MessageText, Reading, Score, Seq, SiteKey,
    Status, Timestamp, VisitorToken, WriteId,
};

use crate::{Answer, Failure, Outgoing};

/// What never changes during a session.
#[derive(Clone, Debug)]
pub struct Config {
    /// The merchant.
    pub site: SiteKey,
    /// The customer's language tag.
    pub language: Option<String>,
    /// The page the widget is on.
    pub page: Option<String>,
}

/// What was kept on the device.
#[derive(Clone, Debug)]
pub struct Saved {
    /// The customer's secret.
    pub token: VisitorToken,
    /// The conversation, if it was opened before.
    pub conversation: Option<ConversationId>,
    /// What was not acknowledged.
    pub outbox: Vec<Outgoing>,
}

/// Something happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// The widget is up. `open_write` names the write that opens the conversation if there is none yet.
    Started {
        /// Now.
        now: Timestamp,
        /// A new write id.
        open_write: WriteId,
    },
    /// The customer sends a message. What looks like a secret in it is masked before anything else happens; see
    /// [`Session::hidden`].
    Submitted {
        /// A new write id.
        write: WriteId,
        /// What.
        text: MessageText,
        /// Now.
        now: Timestamp,
        /// Whether the model can be asked.
        model: bool,
    },
    /// The customer wants a masked message sent as it was written. As long as the server has not acknowledged the
    /// masked one, the original takes its place; else it is one more message. It is a write of its own in any case,
    /// because the server may know the masked one already and never takes two texts for one id. Only the first such
    /// wish for a message counts.
    SentAsWritten {
        /// The masked message.
        write: WriteId,
        /// A new write id for the original.
        new_write: WriteId,
        /// Now.
        now: Timestamp,
        /// Whether the model can be asked.
        model: bool,
    },
    /// The model read a message, or failed to.
    Read {
        /// Which.
        write: WriteId,
        /// What it read and in how many milliseconds.
        reading: Option<(Reading, f32)>,
        /// Now.
        now: Timestamp,
    },
    /// The customer rings the bell. `write` may come from the loader, which may say it twice.
    Rang {
        /// The write id.
        write: WriteId,
        /// Now.
        now: Timestamp,
    },
    /// The customer judges an answer.
    Judged {
        /// A new write id.
        write: WriteId,
        /// The bot message.
        answer: Seq,
        /// Whether it helped.
        helped: bool,
        /// Now.
        now: Timestamp,
    },
    /// The customer leaves a way to reach them.
    LeftContact {
        /// A new write id.
        write: WriteId,
        /// What they wrote.
        contact: ContactText,
        /// Now.
        now: Timestamp,
    },
    /// The customer says how the chat with a person was. Until it is on its way, another score takes its place; see
    /// [`RATING_PAUSE_MS`](super::RATING_PAUSE_MS).
    Rated {
        /// A new write id.
        write: WriteId,
        /// The event that ended the human stretch.
        stretch: Seq,
        /// How it was.
        score: Score,
        /// Now.
        now: Timestamp,
    },
    /// The page says who the customer is. It is told to the server once there is a conversation for another reason,
    /// and only if it is news.
    Introduced {
        /// A new write id.
        write: WriteId,
        /// Who.
        introduction: Introduction,
        /// Now.
        now: Timestamp,
    },
    /// A request was answered.
    Answered {
        /// The write it carried.
        write: WriteId,
        /// How.
        outcome: Result<Answer, Failure>,
        /// Now.
        now: Timestamp,
    },
    /// The stream delivers.
    StreamOpened,
    /// The stream brought an event.
    StreamEvent(Box<Event>),
    /// The stream brought the live status.
    StreamStatus(Status),
    /// The stream ended, for whatever reason. `unknown` if the server does not know the conversation (any more).
    StreamEnded {
        /// Now.
        now: Timestamp,
        /// Whether the server said that there is no such conversation.
        unknown: bool,
    },
    /// There may be something that the stream, open or closed, has not brought, as another tab of the customer heard: it is
    /// opened again after the last event.
    News,
    /// Another tab of the customer's has the conversation, which this one need not know yet.
    Begun {
        /// Its id.
        conversation: ConversationId,
        /// Now.
        now: Timestamp,
    },
    /// The page came back: focus, network, wake from sleep. Everything is tried at once.
    CameBack {
        /// Now.
        now: Timestamp,
    },
    /// The time asked for with [`Effect::WakeAt`] has come.
    Woke {
        /// Now.
        now: Timestamp,
    },
    /// The customer wants a failed item tried again.
    Retried {
        /// Which.
        write: WriteId,
        /// Now.
        now: Timestamp,
    },
    /// The customer gives a failed item up.
    Discarded {
        /// Which.
        write: WriteId,
    },
}
