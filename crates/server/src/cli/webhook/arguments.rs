//! What can be written after `deskbell webhook`, and its help.

use clap::{Args, Subcommand};
use deskbell_desk::webhooks::UnansweredAfter;
use deskbell_protocol::SiteKey;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum WebhookCommand {
    /// Add an address, and show once what its messages are signed with
    #[command(after_help = "\
Examples:
  deskbell webhook add --site fern --url https://fern.example/deskbell
  deskbell webhook add --site fern --url http://10.0.0.5:8080/alarm --allow-private --unanswered-after 60")]
    Add(WebhookOptions),
    /// List the addresses, or what one of them was told last
    #[command(after_help = "\
Examples:
  deskbell webhook list
  deskbell webhook list 0123456789abcdef")]
    List {
        /// A webhook, as `webhook list` names it: its latest 50 messages are listed
        #[arg(value_name = "WEBHOOK")]
        webhook: Option<String>,
    },
    /// Remove an address; what was not yet told it is told nobody
    Remove(NamedWebhook),
    /// Make another secret, and show it once; messages are signed with both for 24 hours
    #[command(after_help = "\
If the secret is made anew once more within these 24 hours, the oldest of the three counts no longer.

Examples:
  deskbell webhook rotate 0123456789abcdef
  deskbell webhook rotate 0123456789abcdef --at-once")]
    Rotate {
        #[command(flatten)]
        webhook: NamedWebhook,
        /// Sign nothing with the former secret any more: somebody else knows it
        #[arg(long)]
        at_once: bool,
    },
    /// Send messages again that were given up, or one that you name; the running server does so
    #[command(after_help = "\
A message has the same webhook-id as before: a receiver that took it already knows it again.

Examples:
  deskbell webhook replay 0123456789abcdef
  deskbell webhook replay 0123456789abcdef --message msg_00112233445566778899aabbccddeeff")]
    Replay {
        #[command(flatten)]
        webhook: NamedWebhook,
        /// Only this one, whatever came of it [default: all that were given up]
        #[arg(long, value_name = "ID")]
        message: Option<String>,
    },
    /// Send a message of the type webhook.test now, and say what came of it
    #[command(after_help = "\
An address that was disabled, because it answered 410 Gone, is told things again if it takes the message.

Examples:
  deskbell webhook test 0123456789abcdef")]
    Test(NamedWebhook),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct WebhookOptions {
    /// Key of the shop
    #[arg(long, value_name = "KEY")]
    pub(super) site: SiteKey,
    /// Where messages are posted to: https://
    #[arg(long)]
    pub(super) url: String,
    /// After how many seconds of waiting escalation.unanswered is sent, if nobody came: 1 to 86400
    #[arg(long, value_name = "SECONDS", default_value_t = UnansweredAfter::default().seconds(),
        value_parser = clap::value_parser!(u32).range(1..=i64::from(UnansweredAfter::MAX_SECONDS)))]
    pub(super) unanswered_after: u32,
    /// Allow http:// and addresses that are not on the internet, such as those of this machine and its network
    #[arg(long)]
    pub(super) allow_private: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct NamedWebhook {
    /// As `webhook list` names it
    #[arg(value_name = "WEBHOOK")]
    pub(super) id: String,
}
