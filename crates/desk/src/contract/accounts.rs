//! How accounts are protected.

use deskbell_protocol::AgentId;
use futures_util::future::join_all;

use super::agent_name;
use crate::{
    Agent, Audit, AuditEntry, AuditedAct, Directory, DirectoryError, Role, Session, SessionHash,
    Totp,
};

async fn add(directory: &dyn Directory, name: &str) -> AgentId {
    let agent = Agent {
        name: agent_name(name),
        email: format!("{name}@shop.example"),
        password_hash: "hash".to_owned(),
        online: false,
        role: Role::Agent,
    };
    directory.add_agent(&agent).await.expect("is added");
    agent.name.id
}

/// Begins a session that lasts until 5000, and until 2000 if it is not used.
async fn begin(directory: &dyn Directory, agent: &AgentId, name: &str) -> SessionHash {
    let session = Session {
        hash: SessionHash(name.to_owned()),
        agent: agent.clone(),
        expires_at: 5_000,
        idle_until: 2_000,
    };
    let begun = directory.begin_session(&session, "hash").await;
    assert!(begun.expect("answers"));
    session.hash
}

fn totp() -> Totp {
    Totp {
        secret: "JBSWY3DPEHPK3PXP".to_owned(),
        used_step: 100,
    }
}

/// A session that is used lasts longer, but never beyond its end.
pub async fn a_session_that_is_not_used_ends_early(directory: &dyn Directory) {
    let ann = add(directory, "ann").await;
    let laptop = begin(directory, &ann, "laptop").await;
    let lasts = async |now| {
        let session = directory.session(&laptop, now).await.expect("answers");
        session.map(|session| session.idle_until)
    };
    assert_eq!(lasts(1_999).await, Some(2_000));
    assert_eq!(lasts(2_000).await, None);
    for until in [4_000, 9_000] {
        directory
            .touch_session(&laptop, until)
            .await
            .expect("is kept alive");
        assert_eq!(lasts(3_999).await, Some(until));
    }
    assert_eq!(lasts(5_000).await, None, "its end is its end");
    let gone = SessionHash("gone".to_owned());
    directory
        .touch_session(&gone, 9_000)
        .await
        .expect("is fine");
    assert_eq!(
        directory.session(&gone, 1_000).await.expect("answers"),
        None
    );
}

/// All sessions of one agent end, and nobody else's.
pub async fn all_sessions_of_an_agent_end_at_once(directory: &dyn Directory) {
    let (ann, bob) = (add(directory, "ann").await, add(directory, "bob").await);
    let anns = [
        begin(directory, &ann, "laptop").await,
        begin(directory, &ann, "phone").await,
    ];
    let bobs = begin(directory, &bob, "desk").await;
    directory.end_sessions(&ann).await.expect("ends them");
    for hash in &anns {
        assert_eq!(directory.session(hash, 1_000).await.expect("answers"), None);
    }
    let left = directory.session(&bobs, 1_000).await.expect("answers");
    assert_eq!(left.map(|session| session.agent), Some(bob));

    directory
        .set_role(&ann, Role::Operator)
        .await
        .expect("is set");
    let now = directory.agent(&ann).await.expect("answers");
    assert_eq!(now.map(|agent| agent.role), Some(Role::Operator));
    let nobody = AgentId::new("nobody").expect("a valid id");
    let unknown = directory.set_role(&nobody, Role::Operator).await;
    assert!(matches!(unknown, Err(DirectoryError::UnknownAgent)));
}

/// A second step is not replaced by another one; taken away, it is gone with its recovery codes.
pub async fn a_second_step_is_set_up_once_and_can_be_taken_away(directory: &dyn Directory) {
    let ann = add(directory, "ann").await;
    let codes = ["first", "second"].map(str::to_owned);
    assert_eq!(directory.totp(&ann).await.expect("answers"), None);
    assert!(!directory.reset_totp(&ann).await.expect("answers"));
    let nobody = AgentId::new("nobody").expect("a valid id");
    let unknown = directory.set_totp(&nobody, &totp(), &codes).await;
    assert!(matches!(unknown, Err(DirectoryError::UnknownAgent)));
    directory
        .set_totp(&ann, &totp(), &codes)
        .await
        .expect("is set up");
    let other = Totp {
        secret: "OTHER".to_owned(),
        used_step: 1,
    };
    let again = directory.set_totp(&ann, &other, &[]).await;
    assert!(matches!(again, Err(DirectoryError::Exists)));
    assert_eq!(directory.totp(&ann).await.expect("answers"), Some(totp()));

    assert!(directory.reset_totp(&ann).await.expect("answers"));
    assert_eq!(directory.totp(&ann).await.expect("answers"), None);
    let used = directory.use_recovery_code(&ann, "first").await;
    assert!(!used.expect("answers"));
    assert!(!directory.use_totp_step(&ann, 200).await.expect("answers"));
    directory
        .set_totp(&ann, &other, &codes)
        .await
        .expect("is set up again");
}

/// Of several who use one code at once, one may; whatever came before it is no good any more.
pub async fn a_code_and_a_recovery_code_are_good_once(directory: &dyn Directory) {
    let (ann, bob) = (add(directory, "ann").await, add(directory, "bob").await);
    for agent in [&ann, &bob] {
        directory
            .set_totp(agent, &totp(), &["first".to_owned(), "second".to_owned()])
            .await
            .expect("is set up");
    }
    assert!(!directory.use_totp_step(&ann, 100).await.expect("answers"));
    let at_once = join_all((0..5).map(|_| directory.use_totp_step(&ann, 102))).await;
    let used = at_once.into_iter().map(|used| used.expect("answers"));
    assert_eq!(used.filter(|used| *used).count(), 1);
    assert!(!directory.use_totp_step(&ann, 101).await.expect("answers"));
    assert!(directory.use_totp_step(&ann, 103).await.expect("answers"));
    assert!(directory.use_totp_step(&bob, 101).await.expect("answers"));

    let at_once = join_all((0..5).map(|_| directory.use_recovery_code(&ann, "first"))).await;
    let used = at_once.into_iter().map(|used| used.expect("answers"));
    assert_eq!(used.filter(|used| *used).count(), 1);
    for (agent, code, good) in [
        (&ann, "unknown", false),
        (&ann, "second", true),
        (&bob, "first", true),
    ] {
        let used = directory.use_recovery_code(agent, code).await;
        assert_eq!(used.expect("answers"), good, "{agent} {code}");
    }
}

/// Entries come back as they were, in the order in which they were made, by time and in pages.
pub async fn the_audit_log_has_everything_in_its_order(audit: &dyn Audit) {
    let entry = |at, act| AuditEntry {
        at,
        who: Some("ann@shop.example".to_owned()),
        act,
        whom: "ann@shop.example".to_owned(),
        detail: None,
        via: "request-1".to_owned(),
    };
    let entries = [
        entry(1_000, AuditedAct::SignedIn),
        // A clock that was put back changes nothing about the order.
        entry(500, AuditedAct::SignedOutEverywhere),
        AuditEntry {
            who: None,
            detail: Some("operator".to_owned()),
            via: crate::COMMAND_LINE.to_owned(),
            ..entry(2_000, AuditedAct::RoleSet)
        },
    ];
    let mut numbers = Vec::new();
    for entry in &entries {
        numbers.push(audit.record(entry).await.expect("is recorded"));
    }
    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    let read = async |since, after, limit| {
        let found = audit.audit(since, after, limit).await.expect("answers");
        found
            .into_iter()
            .map(|(_, entry)| entry)
            .collect::<Vec<_>>()
    };
    assert_eq!(read(0, 0, 10).await, entries);
    assert_eq!(read(0, numbers[0], 1).await, entries[1..2]);
    assert_eq!(
        read(1_000, 0, 10).await,
        [entries[0].clone(), entries[2].clone()]
    );
    let at_once = join_all((0..8).map(|at| {
        let entry = entry(5_000 + at, AuditedAct::SignedIn);
        async move { audit.record(&entry).await.expect("is recorded") }
    }));
    let mut numbers = at_once.await;
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 8, "every entry has a number of its own");
}
