//! What a session asks for, and what it shows.

use deskbell_protocol::{ConversationId, Event, MessageText, Seq, Timestamp, WriteId};

use crate::{Outgoing, Request};

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Keep this on the device until told to forget it.
    Keep(Outgoing),
    /// Forget what was kept.
    Forget(WriteId),
    /// Keep the conversation's id.
    KeepConversation(ConversationId),
    /// Forget the conversation's id.
    ForgetConversation,
    /// Have the model read this.
    Classify {
        /// The message's write id.
        write: WriteId,
        /// Its text.
        text: MessageText,
    },
    /// Send this with the visitor token.
    Send(Request),
    /// Open the event stream; a former one is replaced.
    OpenStream {
        /// Of which conversation.
        conversation: ConversationId,
        /// After which event.
        after: Seq,
    },
    /// Wake the session at this time. A former wish is replaced.
    WakeAt(Timestamp),
}

/// How the session stands with the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Nothing to connect to yet: no conversation.
    Idle,
    /// Being connected.
    Connecting,
    /// Events arrive.
    Live,
    /// Not reachable at the moment; tried again by itself.
    Lost,
}

/// One line of the conversation on screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Item<'a> {
    /// Stored.
    Event(&'a Event),
    /// On its way.
    Echo(&'a Outgoing),
}
