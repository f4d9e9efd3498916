//! What a shop's own programs are told.

use futures_util::future::join;

use super::{agent_name, append, conversation_id, open, site};
use crate::webhooks::{
    Attempt, Delivery, DeliveryState, Due, Next, Replay, UnansweredAfter, Webhook, WebhookError,
    WebhookId, WebhookQueue, WebhookSecret,
};
use crate::{Command, Custody, Directory, EventLog};

/// A log whose events are told.
pub trait Telling: EventLog + Directory + Custody + WebhookQueue {}

impl<S: EventLog + Directory + Custody + WebhookQueue> Telling for S {}

/// A webhook of the site `key`.
#[must_use]
pub fn webhook(id: &str, key: &str) -> Webhook {
    Webhook {
        id: WebhookId(id.to_owned()),
        site: site(key).key,
        url: format!("https://{id}.example/hook"),
        secret: WebhookSecret("whsec_first".to_owned()),
        old_secret: None,
        allow_private: false,
        unanswered_after: UnansweredAfter::default(),
        added_at: 500,
        disabled_at: None,
    }
}

async fn with_webhooks(store: &dyn Telling, ids: &[&str]) {
    store.add_site(&site("demo")).await.expect("is added");
    for id in ids {
        store
            .add_webhook(&webhook(id, "demo"))
            .await
            .expect("is added");
    }
}

async fn rung(store: &dyn Telling, name: &str) {
    open(store, name).await;
    append(store, name, &format!("ring-{name}"), 2_000, &Command::Ring)
        .await
        .expect("rings");
}

async fn take(store: &dyn Telling, now: i64) -> Vec<Due> {
    let taken = store.take_due(now, now + 60_000, 10, &[]).await;
    taken.expect("answers")
}

async fn log(store: &dyn Telling, id: &str) -> Vec<Delivery> {
    let id = WebhookId(id.to_owned());
    store.deliveries(&id, 10).await.expect("answers")
}

async fn events(store: &dyn Telling, id: &str) -> Vec<String> {
    log(store, id)
        .await
        .into_iter()
        .map(|it| it.event)
        .collect()
}

async fn attempted(store: &dyn Telling, due: &Due, next: Next) {
    let attempt = Attempt {
        next,
        outcome: "as said".to_owned(),
        at: 9_000,
    };
    store.attempted(due, &attempt).await.expect("answers");
}

/// Webhooks are kept with both secrets, change, and go.
pub async fn webhooks_are_kept(store: &dyn Telling) {
    let lost = store.add_webhook(&webhook("lost", "demo")).await;
    assert!(matches!(lost, Err(WebhookError::UnknownSite)));
    with_webhooks(store, &["one"]).await;
    let another = Webhook {
        allow_private: true,
        added_at: 400,
        ..webhook("two", "demo")
    };
    store.add_webhook(&another).await.expect("is added");
    assert_eq!(
        store.webhooks().await.expect("answers"),
        [another, webhook("one", "demo")]
    );
    let (one, nobody) = (WebhookId("one".to_owned()), WebhookId("nobody".to_owned()));
    for (secret, until) in [("whsec_second", 5_000), ("whsec_third", 6_000)] {
        let secret = WebhookSecret(secret.to_owned());
        for (id, known) in [(&one, true), (&nobody, false)] {
            let done = store.rotate_secret(id, &secret, until).await;
            assert_eq!(done.expect("answers"), known);
        }
    }
    let rotated = store
        .webhook(&one)
        .await
        .expect("answers")
        .expect("is there");
    assert_eq!(rotated.secret, WebhookSecret("whsec_third".to_owned()));
    let old = Some((WebhookSecret("whsec_second".to_owned()), 6_000));
    assert_eq!(rotated.old_secret, old);
    assert_eq!(
        (rotated.secrets(5_999).len(), rotated.secrets(6_000).len()),
        (2, 1)
    );
    for known in [true, false] {
        let removed = store.remove_webhook(&one).await;
        assert_eq!(removed.expect("answers"), known);
    }
    assert_eq!(store.webhook(&one).await.expect("answers"), None);
}

/// An append and what is told of it are one write; repeated, it tells nothing. Other sites' webhooks hear nothing.
pub async fn what_happens_is_told_once_to_every_webhook_of_the_site(store: &dyn Telling) {
    with_webhooks(store, &["one", "two"]).await;
    store.add_site(&site("other-site")).await.expect("is added");
    store
        .add_webhook(&webhook("other", "other-site"))
        .await
        .expect("is added");
    rung(store, "ann").await;
    append(store, "ann", "ring-ann", 2_500, &Command::Ring)
        .await
        .expect("is known");
    for id in ["one", "two"] {
        assert_eq!(
            events(store, id).await,
            ["escalation.unanswered", "escalation.requested"]
        );
    }
    assert!(log(store, "other").await.is_empty());
    let taken = take(store, 3_000).await;
    let to: Vec<_> = taken
        .iter()
        .map(|due| (due.webhook.id.0.as_str(), due.attempt))
        .collect();
    assert_eq!(to.len(), 2, "{to:?}");
    assert!(
        to.contains(&("one", 1)) && to.contains(&("two", 1)),
        "{to:?}"
    );
    assert!(taken[0].body.contains("\"escalation.requested\""));
    assert_eq!(store.next_due().await.expect("answers"), Some(63_000));
}

/// A wait that ends before its limit is told of as no long one; the next wait is another one. Erased with the rest.
pub async fn a_wait_is_told_of_when_it_is_long_and_not_when_somebody_came(store: &dyn Telling) {
    with_webhooks(store, &["one"]).await;
    rung(store, "ann").await;
    let claim = Command::Claim(agent_name("sam"));
    append(store, "ann", "claim", 4_000, &claim)
        .await
        .expect("claims");
    assert_eq!(
        events(store, "one").await,
        ["escalation.claimed", "escalation.requested"]
    );
    let back = Command::HandBack(agent_name("sam"));
    append(store, "ann", "back", 5_000, &back)
        .await
        .expect("gives back");
    append(store, "ann", "again", 6_000, &Command::Ring)
        .await
        .expect("rings");
    for due in take(store, 7_000).await {
        attempted(store, &due, Next::Delivered).await;
    }
    assert!(take(store, 125_999).await.is_empty());
    let long = take(store, 126_000).await;
    assert_eq!(long.len(), 1);
    assert!(
        long[0].body.contains("\"escalation.unanswered\""),
        "{}",
        long[0].body
    );
    // It was being told when somebody came.
    append(store, "ann", "late", 126_001, &claim)
        .await
        .expect("claims");
    attempted(store, &long[0], Next::Delivered).await;
    assert_eq!(
        events(store, "one").await,
        [
            "escalation.claimed",
            "escalation.unanswered",
            "escalation.requested",
            "escalation.claimed",
            "escalation.requested"
        ]
    );
    store.erase(&conversation_id("ann")).await.expect("answers");
    assert!(
        log(store, "one").await.is_empty(),
        "nothing is told of what is erased"
    );
    assert_eq!(store.next_due().await.expect("answers"), None);
}

/// What one server has taken no other one is given until the lease is over, and then whoever was slow changes nothing.
pub async fn a_delivery_is_taken_by_one_at_a_time(store: &dyn Telling) {
    with_webhooks(store, &["one"]).await;
    rung(store, "ann").await;
    let take_it = || store.take_due(3_000, 5_000, 10, &[]);
    let (here, there) = join(take_it(), take_it()).await;
    let mut taken = here.expect("answers");
    taken.extend(there.expect("answers"));
    assert_eq!(taken.len(), 1, "one of two at the same moment");
    assert!(take(store, 4_999).await.is_empty());
    let one = [WebhookId("one".to_owned())];
    let busy = store.take_due(5_000, 65_000, 10, &one).await;
    assert!(busy.expect("answers").is_empty(), "its webhook is busy");
    let again = take(store, 5_000).await;
    assert_eq!((again.len(), again[0].attempt), (1, 2));
    attempted(store, &taken[0], Next::GiveUp).await;
    let state = |log: &[Delivery]| log.iter().map(|it| it.state).collect::<Vec<_>>();
    assert_eq!(state(&log(store, "one").await), [DeliveryState::Pending; 2]);
    attempted(store, &again[0], Next::Delivered).await;
    let told = log(store, "one").await;
    assert_eq!(
        state(&told),
        [DeliveryState::Pending, DeliveryState::Delivered]
    );
    assert_eq!((told[1].due_at, told[1].attempts), (None, 2));
    assert_eq!(told[1].outcome.as_deref(), Some("as said"));
}

/// A delivery is tried again when it is said to be, given up when that is said, and sent again when asked for.
pub async fn a_delivery_is_tried_again_given_up_and_replayed(store: &dyn Telling) {
    with_webhooks(store, &["one", "two"]).await;
    rung(store, "ann").await;
    let one = WebhookId("one".to_owned());
    let taken = take(store, 3_000).await;
    let due = taken
        .iter()
        .find(|due| due.webhook.id == one)
        .expect("is told");
    attempted(store, due, Next::Again(8_000)).await;
    assert_eq!(store.next_due().await.expect("answers"), Some(8_000));
    let again = take(store, 8_000).await;
    assert_eq!((again[0].id.clone(), again[0].attempt), (due.id.clone(), 2));
    attempted(store, &again[0], Next::GiveUp).await;
    for (which, count) in [
        (Replay::GivenUp, 1),
        (Replay::GivenUp, 0),
        (Replay::One(due.id.clone()), 1),
    ] {
        let replayed = store.replay(&one, &which, 9_000).await;
        assert_eq!(replayed.expect("answers"), count, "{which:?}");
    }
    let two = WebhookId("two".to_owned());
    let not_its = store
        .replay(&two, &Replay::One(due.id.clone()), 9_000)
        .await;
    assert_eq!(not_its.expect("answers"), 0);
    let replayed = take(store, 9_000).await;
    assert_eq!(
        (replayed[0].id.clone(), replayed[0].attempt),
        (due.id.clone(), 1)
    );
}

/// A webhook that wants nothing any more gets nothing, until it is enabled; the others notice nothing.
pub async fn a_webhook_that_is_gone_is_told_nothing_until_it_is_enabled(store: &dyn Telling) {
    with_webhooks(store, &["one", "two"]).await;
    rung(store, "ann").await;
    let one = WebhookId("one".to_owned());
    let taken = take(store, 3_000).await;
    let due = taken
        .iter()
        .find(|due| due.webhook.id == one)
        .expect("is told");
    attempted(store, due, Next::Disable).await;
    let found = store
        .webhook(&one)
        .await
        .expect("answers")
        .expect("is there");
    assert_eq!(found.disabled_at, Some(9_000));
    assert!(
        log(store, "one")
            .await
            .iter()
            .all(|it| it.state == DeliveryState::GivenUp)
    );
    rung(store, "bob").await;
    assert_eq!(log(store, "one").await.len(), 2);
    assert_eq!(log(store, "two").await.len(), 4);
    assert!(store.enable_webhook(&one).await.expect("answers"));
    rung(store, "cem").await;
    assert_eq!(log(store, "one").await.len(), 4);
}

/// Asked for again, what has not happened yet is not told before its time, and not at all if it never happens.
pub async fn a_wait_that_is_not_long_yet_is_not_replayed_before_its_time(store: &dyn Telling) {
    with_webhooks(store, &["one"]).await;
    rung(store, "ann").await;
    rung(store, "bob").await;
    let one = WebhookId("one".to_owned());
    for due in take(store, 3_000).await {
        attempted(store, &due, Next::Disable).await;
    }
    assert!(store.enable_webhook(&one).await.expect("answers"));
    let claim = Command::Claim(agent_name("sam"));
    append(store, "bob", "claim-bob", 4_000, &claim)
        .await
        .expect("claims");
    let replayed = store.replay(&one, &Replay::GivenUp, 5_000).await;
    assert_eq!(replayed.expect("answers"), 3);
    let now = take(store, 6_000).await;
    assert_eq!(
        now.len(),
        3,
        "two that were requested, one that was claimed"
    );
    for due in now {
        attempted(store, &due, Next::Delivered).await;
    }
    assert!(take(store, 121_999).await.is_empty());
    assert_eq!(take(store, 122_000).await.len(), 1);
}
