//! Who there is.

use deskbell_protocol::{AgentId, SiteKey};

use super::{agent_name, site};
use crate::{Agent, Directory, DirectoryError, IdentitySecret, Role, Session, SessionHash};

/// Sites are found by key and taken only once.
pub async fn sites_are_kept(directory: &dyn Directory) {
    let key = SiteKey::new("demo").expect("a valid key");
    assert!(directory.site(&key).await.expect("answers").is_none());
    directory.add_site(&site("demo")).await.expect("is added");
    assert!(matches!(
        directory.add_site(&site("demo")).await,
        Err(DirectoryError::Exists)
    ));
    let mut another = site("another");
    for (secret, at) in [("one", 1), ("two", 2)] {
        let secret = IdentitySecret(secret.to_owned());
        another.identity.replace_secret(secret, at);
    }
    another.identity.public_key = Some([7; 32]);
    directory.add_site(&another).await.expect("is added");
    let kept = directory.site(&another.key).await.expect("answers");
    assert_eq!(kept, Some(another), "with its secrets");
    assert_eq!(
        directory.site(&key).await.expect("answers"),
        Some(site("demo"))
    );
    let keys: Vec<_> = directory.sites().await.expect("answers");
    let keys: Vec<_> = keys.iter().map(|site| site.key.as_str()).collect();
    assert_eq!(keys, ["another", "demo"]);
}

/// Agents are found by id and e-mail; a new password ends their sessions.
pub async fn agents_and_sessions_are_kept(directory: &dyn Directory) {
    let ann = Agent {
        name: agent_name("ann"),
        email: "ann@shop.example".to_owned(),
        password_hash: "first".to_owned(),
        online: false,
        role: Role::Agent,
    };
    directory.add_agent(&ann).await.expect("is added");
    let twin = Agent {
        name: agent_name("twin"),
        ..ann.clone()
    };
    assert!(matches!(
        directory.add_agent(&twin).await,
        Err(DirectoryError::Exists)
    ));
    let found = directory
        .agent_by_email("ANN@shop.example")
        .await
        .expect("answers");
    assert_eq!(found.as_ref(), Some(&ann));
    // What is typed into a sign-in form may be anything.
    for nobody in ["", "ann\0@shop.example", "🔔"] {
        let found = directory.agent_by_email(nobody).await.expect("answers");
        assert!(found.is_none());
    }

    let session = |name: &str| Session {
        hash: SessionHash(name.to_owned()),
        agent: ann.name.id.clone(),
        expires_at: 5_000,
        idle_until: 9_000,
    };
    for name in ["laptop", "phone"] {
        let begun = directory.begin_session(&session(name), "first").await;
        assert!(begun.expect("answers"));
    }
    let at = async |name: &str, now| {
        directory
            .session(&SessionHash(name.to_owned()), now)
            .await
            .expect("answers")
            .is_some()
    };
    assert!(at("laptop", 4_999).await);
    assert!(!at("laptop", 5_000).await, "an expired session is over");
    directory
        .end_session(&SessionHash("laptop".to_owned()))
        .await
        .expect("ends");
    assert!(!at("laptop", 1_000).await);
    directory
        .set_online(&ann.name.id, true)
        .await
        .expect("is remembered");
    directory
        .set_password(&ann.name.id, "second")
        .await
        .expect("is replaced");
    assert!(
        !at("phone", 1_000).await,
        "a new password ends every session"
    );
    let late = directory.begin_session(&session("late"), "first").await;
    assert!(!late.expect("answers"), "and what was about to begin");
    assert!(!at("late", 1_000).await);
    let now = directory.agent(&ann.name.id).await.expect("answers");
    let expected = Agent {
        password_hash: "second".to_owned(),
        online: true,
        ..ann
    };
    assert_eq!(now.as_ref(), Some(&expected));
    assert_eq!(directory.agents().await.expect("answers"), [expected]);
    let nobody = AgentId::new("nobody").expect("a valid id");
    let unknown = directory.set_online(&nobody, true).await;
    assert!(matches!(unknown, Err(DirectoryError::UnknownAgent)));
}
