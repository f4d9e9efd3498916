//! In calm weather, what is written reaches everybody who listens, without their asking again.

use std::sync::Arc;
use std::time::Duration;

use deskbell_protocol::{MessageAccepted, MessageText, PostMessage, WriteId};
use tokio::time::{Instant, sleep};

use super::reader::{Auth, Reader};
use super::sending::Writer;
use super::visitor::Visit;
use crate::history::Act;
use crate::world::World;

/// Within this time everybody has heard. A silent stream shows that it is alive every 15 seconds, and clients wait longer
/// than that before they ask again: whoever hears within less was woken.
const HEARD: Duration = Duration::from_secs(10);

/// Writes into a conversation, and reports each of its visitor's pages that does not hear of it.
///
/// # Errors
/// If what is made here is not as the protocol wants it.
pub async fn probe(world: &World, visit: &Visit) -> anyhow::Result<()> {
    let conversation = &visit.conversation;
    let id = WriteId::new(format!("probe-of-{conversation}"))?;
    let text = MessageText::new("Is anybody still there?")?;
    let body = PostMessage {
        write: id.clone(),
        text: text.clone(),
        triage: None,
    };
    let auth = Auth::Visitor(visit.token.clone());
    let request = |door: &str| {
        let address = format!("{door}/v1/conversations/{conversation}/messages");
        auth.show(world.http.post(address), door).json(&body)
    };
    let writer = Writer {
        world,
        conversation,
        request,
    };
    let mut dice = world.dice(id.as_str());
    let act = Act::Message(text);
    let written = writer.write::<MessageAccepted>(&mut dice, id.clone(), act, &[]);
    if written.await.is_err() {
        return Ok(());
    }
    let mut deaf: Vec<Arc<Reader>> = world.readers();
    let deadline = Instant::now() + HEARD;
    loop {
        deaf.retain(|reader| {
            let heard = |reader: &Reader| {
                reader.look(|events| events.iter().any(|event| event.write == id))
            };
            reader.is_visitors(conversation) && !heard(reader)
        });
        if deaf.is_empty() {
            return Ok(());
        }
        if Instant::now() > deadline {
            break;
        }
        sleep(Duration::from_millis(10)).await;
    }
    for reader in deaf {
        let name = reader.reading().reader;
        world.report(format!("{name} did not hear of {id} within {HEARD:?}"));
    }
    Ok(())
}
