//! Who is there for customers right now: said so, and has a console open.

use std::collections::HashMap;

use deskbell_protocol::{AgentId, Timestamp};

/// How long an agent whose last console closed still counts as there: enough for a reload or a short network gap.
pub const GRACE_MS: i64 = 30_000;

#[derive(Debug, Default)]
struct Presence {
    online: bool,
    consoles: u32,
    left_at: Timestamp,
}

/// The agents' availability. "Online" is true only of somebody who could read a message now.
#[derive(Debug, Default)]
pub struct AvailabilityBoard {
    agents: HashMap<AgentId, Presence>,
}

impl AvailabilityBoard {
    /// An agent says whether they are there.
    pub fn set_online(&mut self, agent: &AgentId, online: bool) {
        self.agents.entry(agent.clone()).or_default().online = online;
    }

    /// A console of the agent connected; `online` is what the agent last said.
    pub fn connected(&mut self, agent: &AgentId, online: bool) {
        let presence = self.agents.entry(agent.clone()).or_default();
        presence.online = online;
        presence.consoles += 1;
    }

    /// A console of the agent disconnected.
    pub fn disconnected(&mut self, agent: &AgentId, now: Timestamp) {
        if let Some(presence) = self.agents.get_mut(agent) {
            presence.consoles = presence.consoles.saturating_sub(1);
            presence.left_at = now;
        }
    }

    /// A console of the agent disconnected because they signed out: no reload is to be expected.
    pub fn signed_out(&mut self, agent: &AgentId) {
        if let Some(presence) = self.agents.get_mut(agent) {
            presence.consoles = presence.consoles.saturating_sub(1);
            presence.left_at = 0;
        }
    }

    /// The agents who have a console open, whatever they said.
    #[must_use]
    pub fn with_console(&self) -> Vec<AgentId> {
        let open = |(agent, presence): (&AgentId, &Presence)| {
            (presence.consoles > 0).then(|| agent.clone())
        };
        self.agents.iter().filter_map(open).collect()
    }

    /// How many agents are there at `now`.
    #[must_use]
    pub fn online(&self, now: Timestamp) -> u32 {
        let there = self
            .agents
            .values()
            .filter(|presence| presence.is_there(now))
            .count();
        u32::try_from(there).unwrap_or(u32::MAX)
    }

    /// When the number may next change without anybody doing anything: the end of a grace period after `now`.
    #[must_use]
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        self.agents
            .values()
            .filter(|presence| presence.consoles == 0 && presence.is_there(now))
            .map(|presence| presence.left_at + GRACE_MS)
            .min()
    }
}

impl Presence {
    fn is_there(&self, now: Timestamp) -> bool {
        self.online && (self.consoles > 0 || (self.left_at > 0 && now < self.left_at + GRACE_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_agent_who_says_so_and_has_a_console_open_counts() {
        let (ann, bob) = (AgentId::new("ann").unwrap(), AgentId::new("bob").unwrap());
        let mut board = AvailabilityBoard::default();
        board.set_online(&ann, true);
        board.connected(&bob, false);
        assert_eq!(board.online(1), 0);
        assert_eq!(board.with_console(), [bob]);
        board.connected(&ann, true);
        assert_eq!(board.online(1), 1);
        board.set_online(&ann, false);
        assert_eq!(board.online(1), 0);
    }

    #[test]
    fn a_reload_of_the_console_is_bridged_and_a_closed_laptop_is_not() {
        let ann = AgentId::new("ann").unwrap();
        let mut board = AvailabilityBoard::default();
        board.connected(&ann, true);
        board.disconnected(&ann, 1_000);
        assert_eq!(board.online(1_000 + GRACE_MS - 1), 1);
        assert_eq!(board.next_change(2_000), Some(1_000 + GRACE_MS));
        assert_eq!(board.online(1_000 + GRACE_MS), 0);
        assert_eq!(board.next_change(1_000 + GRACE_MS), None);
    }

    #[test]
    fn whoever_signs_out_is_gone_at_once_unless_another_console_is_open() {
        let ann = AgentId::new("ann").unwrap();
        let mut board = AvailabilityBoard::default();
        board.connected(&ann, true);
        board.connected(&ann, true);
        board.signed_out(&ann);
        assert_eq!(board.online(1_000), 1);
        board.signed_out(&ann);
        assert_eq!(board.online(1_000), 0);
    }

    #[test]
    fn with_two_consoles_open_closing_one_changes_nothing() {
        let ann = AgentId::new("ann").unwrap();
        let mut board = AvailabilityBoard::default();
        board.connected(&ann, true);
        board.connected(&ann, true);
        board.disconnected(&ann, 1_000);
        assert_eq!(board.online(1_000 + 10 * GRACE_MS), 1);
    }
}
