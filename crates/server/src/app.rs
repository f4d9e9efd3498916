//! The state that all handlers share.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_desk::{
    Appended, Command, Conversation, Desk, Directory, EventLog, Site, Store, TypingBoard, Wakeup,
};
use deskbell_protocol::{ConversationId, EventBody, Status, Timestamp, WriteId};
use tokio::sync::{Notify, Semaphore, watch};

use crate::http::ApiError;
use crate::limits::Limits;
use crate::limits::settings::{LimitSettings, TimeLimits};
use crate::metrics::{MeasuredLog, Metrics, MetricsPage, SharedMetrics};
use crate::presence::Presence;
use crate::served_model::ServedModel;
use crate::settings::ServerSettings;
use crate::throttle::{KnownPlaces, LoginThrottle};
use crate::wake::Wakeups;
use crate::webhooks;
use crate::{Clock, MessageReader, ModelFiles};

/// Passwords checked at the same time: each takes 19 MiB and a processor for tens of milliseconds.
const PASSWORD_CHECKS: usize = 2;

/// So many wrong passwords in a row are fine for one account from one address.
const FAILURES_FROM_AN_ADDRESS: u32 = 10;
/// So many are fine for one account from all addresses: more than a team behind many addresses mistypes, and so few that
/// guessing from everywhere at once leads nowhere.
const FAILURES_OF_AN_ACCOUNT: u32 = 100;
/// So many wrong codes are fine, after the right password.
const WRONG_CODES: u32 = 10;

/// Everything a server needs to answer.
pub struct App {
    pub(crate) desk: Desk,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) reader: Option<Arc<dyn MessageReader>>,
    /// The model that devices get in place of the built-in one.
    pub(crate) model: Option<ServedModel>,
    pub(crate) clock: Clock,
    pub(crate) settings: ServerSettings,
    pub(crate) wakeups: Wakeups,
    /// Webhooks may have to be told something now.
    pub(crate) webhooks_due: Notify,
    pub(crate) metrics: SharedMetrics,
    pub(crate) presence: Arc<Presence>,
    typing: Mutex<TypingBoard>,
    pub(crate) limits: Limits,
    pub(crate) times: TimeLimits,
    /// Of one account from one address.
    pub(crate) throttle: LoginThrottle,
    /// Of one account from everywhere but where it is used.
    pub(crate) accounts: LoginThrottle,
    /// Of the codes of one account.
    pub(crate) codes: LoginThrottle,
    /// Where accounts are used.
    pub(crate) places: KnownPlaces,
    pub(crate) password_checks: Arc<Semaphore>,
    /// Turns true once: no new work should be sent here.
    pub(crate) stopping: AtomicBool,
    /// Turns true once, later: streams end then.
    pub(crate) closing: watch::Sender<bool>,
}

impl App {
    /// An app over `store`. Without a `reader` messages that no device read are offered a person; without
    /// [`Self::with_limits`] there are none.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        reader: Option<Arc<dyn MessageReader>>,
        clock: Clock,
        settings: ServerSettings,
    ) -> Self {
        let log: Arc<dyn EventLog> = store.clone();
        let unlimited = LimitSettings::none();
        let metrics = SharedMetrics::new(Metrics::new(clock.now()));
        let log = MeasuredLog::new(log, Arc::clone(&metrics));
        Self {
            desk: Desk::new(Arc::new(log)),
            directory: store.clone(),
            presence: Arc::new(Presence::new(clock.clone(), store.peers())),
            store,
            reader,
            model: None,
            typing: Mutex::default(),
            clock,
            settings,
            wakeups: Wakeups::default(),
            webhooks_due: Notify::new(),
            metrics,
            limits: Limits::new(&unlimited),
            times: unlimited.times,
            throttle: LoginThrottle::new(FAILURES_FROM_AN_ADDRESS),
            accounts: LoginThrottle::new(FAILURES_OF_AN_ACCOUNT),
            codes: LoginThrottle::new(WRONG_CODES),
            places: KnownPlaces::default(),
            password_checks: Arc::new(Semaphore::new(PASSWORD_CHECKS)),
            stopping: AtomicBool::new(false),
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

    /// Takes from everybody so much and no more.
    #[must_use]
    pub fn with_limits(mut self, settings: &LimitSettings) -> Self {
        self.limits = Limits::new(settings);
        self.times = settings.times;
        self
    }

    /// What this app measures, for [`crate::serve_metrics`].
    #[must_use]
    pub fn metrics_page(&self) -> MetricsPage {
        MetricsPage {
            metrics: Arc::clone(&self.metrics),
            desk: self.desk.clone(),
            presence: Arc::clone(&self.presence),
            clock: self.clock.clone(),
        }
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
            app.announce(&appended);
            Ok(appended)
        });
        task.await.map_err(ApiError::internal)?
    }

    /// Wakes those whose streams are at this server. Over a store with peers they hear of it a second time, as everybody
    /// does: then of a write, too, that was committed although its answer from the database got lost. Whoever is woken
    /// for nothing reads once more and sends nothing.
    fn announce(&self, appended: &Appended) {
        for wakeup in appended.wakeups() {
            self.wake(&wakeup);
        }
        if webhooks::concerns(appended) {
            self.webhooks_due.notify_one();
        }
        for event in &appended.events {
            if let EventBody::AgentMessage { .. }
            | EventBody::HandedBack { .. }
            | EventBody::Closed { .. } = event.body
            {
                self.typing().stopped(&appended.conversation.id);
            }
        }
    }

    /// Wakes whom this concerns, here or at another server.
    pub(crate) fn wake(&self, wakeup: &Wakeup) {
        self.wakeups.wake(wakeup);
        if matches!(wakeup, Wakeup::Presence | Wakeup::Everything) {
            self.presence.look_again();
        }
    }
}
