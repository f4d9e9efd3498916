//! An agent's inbox, kept up to date.

use std::time::Duration;

use deskbell_client::sse::{Message, Parser};
use deskbell_protocol::Inbox;
use fastrand::Rng;
use tokio::sync::watch;
use tokio::time::timeout;

use super::reader::Auth;
use crate::world::{Phase, World};

/// The server shows every 15 seconds that a stream is alive.
const SILENCE: Duration = Duration::from_secs(20);

/// Tells the inbox whenever it changes, over as many connections as it takes, until all is over.
pub async fn watch(world: &World, auth: &Auth, dice: &mut Rng, tell: &watch::Sender<Inbox>) {
    let mut phase = world.phase.clone();
    tokio::select! {
        () = connect_again_and_again(world, auth, dice, tell) => {}
        _ = phase.wait_for(|phase| *phase == Phase::Over) => {}
    }
}

async fn connect_again_and_again(
    world: &World,
    auth: &Auth,
    dice: &mut Rng,
    tell: &watch::Sender<Inbox>,
) {
    loop {
        let door = &world.doors[dice.usize(0..world.doors.len())];
        let request = auth.show(world.http.get(format!("{door}/v1/agent/inbox")), door);
        if let Ok(Ok(mut response)) = timeout(SILENCE, request.send()).await {
            if response.status() == reqwest::StatusCode::UNAUTHORIZED {
                world.report("a session is gone that nobody ended");
                return;
            }
            let mut parser = Parser::for_agents();
            while let Ok(Ok(Some(bytes))) = timeout(SILENCE, response.chunk()).await {
                // An answer that is no stream has no messages.
                for message in parser.feed(&bytes).unwrap_or_default() {
                    if let Message::Inbox(inbox) = message {
                        tell.send_replace(*inbox);
                    }
                }
            }
        }
        world.pause(dice, 5..150).await;
    }
}
