//! The state that all handlers share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_desk::{
    Appended, Command, Conversation, Desk, Directory, EventLog, Site, TypingBoard,
};
use deskbell_protocol::{ConversationId, ConversationState, EventBody, Status, Timestamp, WriteId};
use deskbell_store_sqlite::SqliteStore;
use tokio::sync::{Semaphore, watch};

use crate::http::ApiError;
use crate::presence::Presence;
use crate::served_model::ServedModel;
use crate::settings::ServerSettings;
use crate::throttle::LoginThrottle;
use crate::wake::Wakeups;
use crate::{Clock, MessageReader, ModelFiles};

/// Passwords checked at the same time: each takes 19 MiB and a processor for tens of milliseconds.
const PASSWORD_CHECKS: usize = 2;

/// Everything a server needs to answer.
pub struct App {
    pub(crate) desk: Desk,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) store: SqliteStore,
    pub(crate) reader: Option<Arc<dyn MessageReader>>,
    /// The model that devices get in place of the built-in one.
    pub(crate) model: Option<ServedModel>,
    pub(crate) clock: Clock,
    pub(crate) settings: ServerSettings,
    pub(crate) wakeups: Wakeups,
    pub(crate) presence: Arc<Presence>,
    typing: Mutex<TypingBoard>,
    pub(crate) throttle: LoginThrottle,
    pub(crate) password_checks: Arc<Semaphore>,
    /// Turns true once: streams end then.
    pub(crate) closing: watch::Sender<bool>,
}

impl App {
    /// An app over `store`. Without a `reader` messages that no device read are offered a person.
    #[must_use]
    pub fn new(
        store: SqliteStore,
        reader: Option<Arc<dyn MessageReader>>,
        clock: Clock,
        settings: ServerSettings,
    ) -> Self {
        let log: Arc<dyn EventLog> = Arc::new(store.clone());
        Self {
            desk: Desk::new(log),
            directory: Arc::new(store.clone()),
            store,
            reader,
            model: None,
            presence: Arc::new(Presence::new(clock.clone())),
            typing: Mutex::default(),
            clock,
            settings,
            wakeups: Wakeups::default(),
            throttle: LoginThrottle::default(),
            password_checks: Arc::new(Semaphore::new(PASSWORD_CHECKS)),
            closing: watch::Sender::new(false),
        }
    }

    /// Gives devices this model in place of the built-in one. It is compressed in the background, so this is called
    /// within the runtime.
    #[must_use]
    pub fn with_model(mut self, files: &ModelFiles) -> Self {
        self.model = Some(ServedModel::new(files));
        self
    }

    /// Which agents are writing just now. No code panics while it holds the lock.
    pub(crate) fn typing(&self) -> MutexGuard<'_, TypingBoard> {
        self.typing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a conversation's customer is told about it, and until when that counts if its agent is writing.
    pub(crate) async fn status_for_customer(
        &self,
        conversation: &Conversation,
        agents_online: u32,
    ) -> Result<(Status, Option<Timestamp>), ApiError> {
        let status = self.desk.status(conversation, agents_online).await?;
        let until = self.typing().types_until(conversation, self.clock.now());
        let agent_types = until.is_some();
        Ok((
            Status {
                agent_types,
                ..status
            },
            until,
        ))
    }

    /// Carries out a command and wakes who has to know. In a task of its own: a client that goes away while it is
    /// answered must not keep others from being woken.
    pub(crate) async fn carry_out<C>(
        self: &Arc<Self>,
        id: ConversationId,
        write: WriteId,
        site: Arc<Site>,
        command: C,
    ) -> Result<Appended, ApiError>
    where
        C: for<'a> FnOnce(&'a Site) -> Command<'a> + Send + 'static,
    {
        let app = Arc::clone(self);
        let task = tokio::spawn(async move {
            let command = command(&site);
            let now = app.clock.now();
            let appended = app
                .desk
                .carry_out(&id, &write, now, &site, &command)
                .await?;
            if appended.fresh {
                app.announce(&appended);
            }
            Ok(appended)
        });
        task.await.map_err(ApiError::internal)?
    }

    fn announce(&self, appended: &Appended) {
        if appended.events.is_empty() {
            return;
        }
        let conversation = &appended.conversation;
        let (mut left_queue, mut listed) = (false, false);
        for event in &appended.events {
            match event.body {
                EventBody::Claimed { .. } => left_queue = true,
                EventBody::AgentMessage { .. } => self.typing().stopped(&conversation.id),
                EventBody::HandedBack { .. } | EventBody::Closed { .. } => {
                    self.typing().stopped(&conversation.id);
                    listed = true;
                }
                _ => {}
            }
        }
        self.wakeups.conversation_changed(&conversation.id);
        // Whoever joins the queue does so at its end: nobody's place changes.
        if left_queue {
            self.wakeups.queue_changed();
        }
        listed |= matches!(
            conversation.state,
            ConversationState::Waiting | ConversationState::WithAgent
        );
        if listed {
            self.wakeups.inbox_changed();
        }
    }
}
