//! A desk on the log in memory: what the bot says, and who speaks when.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod answers;
mod bot_and_person;
mod shop;
