//! Everything the console says, in English, in one place.

mod events;
mod languages;
mod readings;
mod times;

use deskbell_protocol::{SiteKey, SiteName};

use crate::state::{Act, Heard, Notice, SignInNotice, Standing};

pub use events::happened;
pub use languages::language;
pub use readings::{
    intent, percent, read_on, reason, reason_sentence, sentiment, sentiment_scores, verdict,
};
pub use times::{Local, clock, day, spoken};

/// The product.
pub const PRODUCT: &str = "Deskbell";
/// Says what this program is.
pub const CONSOLE: &str = "Agents' console";

/// Before it is known whether somebody is signed in.
pub const STARTING: &str = "One moment…";
/// The same, when the server cannot be reached.
pub const STARTING_LOST: &str =
    "The server cannot be reached at the moment. It is tried again by itself.";

/// The sign-in form.
pub const SIGN_IN: &str = "Sign in";
/// While signing in.
pub const SIGNING_IN: &str = "Signing in…";
/// What the form is for.
pub const SIGN_IN_LEAD: &str = "For the people who answer customers.";
/// Label of a field.
pub const EMAIL: &str = "E-mail";
/// Label of a field.
pub const PASSWORD: &str = "Password";

/// Label of a field: a code of the app, or a recovery code.
pub const CODE: &str = "Code";

/// Opens the agent's own account.
pub const ACCOUNT: &str = "Account";
/// Its heading.
pub const YOUR_ACCOUNT: &str = "Your account";
/// Closes it.
pub const CLOSE_ACCOUNT: &str = "Close";
/// Signs out of every browser.
pub const SIGN_OUT_EVERYWHERE: &str = "Sign out everywhere";
/// There is no second step.
pub const TWO_STEP_OFF: &str = "You sign in with your password alone. With two-step sign-in a code from an authenticator app \
    is needed as well.";
/// There is one.
pub const TWO_STEP_ON: &str = "Two-step sign-in is on. If you lose your app and your recovery codes, ask your operator to \
    reset it.";
/// Begins to set it up.
pub const SET_UP_TWO_STEP: &str = "Set up two-step sign-in";
/// Above the secret.
pub const TWO_STEP_SECRET: &str =
    "Scan the code with your authenticator app, or enter this key into it:";
/// Says what the drawing is.
pub const QR: &str = "The key as a QR code; it is written below, too";
/// The same as a link.
pub const OPEN_IN_APP: &str = "Or open it in an app on this device";
/// Label of a field.
pub const CODE_SHOWN: &str = "Code that the app shows";
/// Sends it.
pub const CONFIRM: &str = "Turn on";
/// Heading of the recovery codes.
pub const RECOVERY_CODES: &str = "Two-step sign-in is on. Keep these recovery codes";
/// What they are for.
pub const RECOVERY_CODES_LEAD: &str = "Each works once in place of a code, for when you do not have your app. They are not \
    shown again.";

/// The sign-out button.
pub const SIGN_OUT: &str = "Sign out";
/// While signing out.
pub const SIGNING_OUT: &str = "Signing out…";
/// Signs out although something is left to do.
pub const SIGN_OUT_ANYWAY: &str = "Sign out anyway";
/// Does not sign out.
pub const STAY: &str = "Stay";

/// Label of the availability switch.
pub const ONLINE: &str = "Online";
/// The list of waiting conversations.
pub const WAITING: &str = "Waiting";
/// The list of the agent's own conversations.
pub const MINE: &str = "Mine";
/// Nobody waits.
pub const NOBODY_WAITS: &str = "Nobody is waiting. Enjoy the quiet.";
/// Nobody waited when the connection was lost.
pub const NOBODY_WAITED: &str = "Nobody was waiting when the connection was lost.";
/// The agent has no conversation.
pub const NONE_MINE: &str = "You have no conversation at the moment.";
/// Before the first inbox.
pub const LOADING_INBOX: &str = "Loading the inbox…";
/// The inbox is not live.
pub const INBOX_LOST: &str = "Reconnecting… The list may be out of date.";
/// Marks a conversation with something unseen.
pub const UNREAD: &str = "New";
/// Names both lists.
pub const INBOX: &str = "Conversations";
/// In place of a reason.
pub const NO_REASON: &str = "Conversation";
/// In place of a preview.
pub const NO_MESSAGE: &str = "No message yet";
/// A way to reach the customer is known.
pub const CONTACT_LEFT: &str = "Contact left";

/// Right side when nothing is open.
pub const CHOOSE: &str = "Choose a conversation to read it here.";
/// Goes from the conversation to the list.
pub const BACK: &str = "All conversations";
/// Before the transcript is there.
pub const LOADING_CONVERSATION: &str = "Loading the conversation…";
/// The conversation is not live.
pub const CONVERSATION_LOST: &str = "Reconnecting… New messages will appear by themselves.";
/// Names the region with what was said.
pub const TRANSCRIPT: &str = "Conversation";
/// Scrolls to the newest message.
pub const TO_NEWEST: &str = "Newest message";

/// Labels of what is known about a conversation.
pub const WHY: &str = "Why a person";
/// Label of what the page says about the customer.
pub const CALLS_THEMSELVES: &str = "Calls themselves";
/// Behind that: anybody can say so.
pub const NOT_VERIFIED: &str = "not verified";
/// Behind that.
pub const VERIFIED: &str = "✓ verified";
/// The same for those who only hear it.
pub const VERIFIED_BY: &str = " by the shop, which has signed it";
/// Label.
pub const CONTACT: &str = "Contact";
/// Label.
pub const LANGUAGE: &str = "Language";
/// Label.
pub const PAGE: &str = "Page";

/// Takes a conversation.
pub const TAKE: &str = "Take";
/// While taking.
pub const TAKING: &str = "Taking…";
/// Gives it to the bot.
pub const HAND_BACK: &str = "Hand back to the assistant";
/// While giving it back.
pub const HANDING_BACK: &str = "Handing back…";
/// Closes it.
pub const CLOSE: &str = "Close";
/// While closing.
pub const CLOSING: &str = "Closing…";
/// Label of the reply box.
pub const REPLY: &str = "Reply";
/// How the reply box is used.
pub const REPLY_HINT: &str = "Enter sends, Shift and Enter begin a new line.";
/// Sends a reply.
pub const SEND: &str = "Send";
/// A reply is on its way.
pub const SENDING: &str = "Sending…";
/// A reply could not be delivered yet.
pub const SENDING_AGAIN: &str = "Not sent yet. It is tried again by itself.";
/// Sends a refused reply again.
pub const RETRY: &str = "Try again";
/// Drops a refused reply.
pub const DISCARD: &str = "Discard";
/// Removes a notice.
pub const DISMISS: &str = "Dismiss";

/// Who speaks.
pub const CUSTOMER: &str = "Customer";
/// Names what the model and the policy said about a message.
pub const HOW_READ: &str = "How this message was read";
/// The bot offered a person with its answer.
pub const OFFERED_A_PERSON: &str = "Offered to call a person.";
/// Who speaks.
pub const ASSISTANT: &str = "Automated assistant";

/// Heading of the ways to be told.
pub const ALERTS: &str = "Tell me when somebody waits";
/// A toggle.
pub const SOUND: &str = "Sound";
/// Asks for the permission.
pub const ALLOW_NOTIFICATIONS: &str = "Allow notifications";
/// The permission was given.
pub const NOTIFICATIONS_ALLOWED: &str = "Notifications are on.";
/// The permission was refused.
pub const NOTIFICATIONS_DENIED: &str = "Notifications are blocked in this browser's settings.";
/// Title of a notification.
pub const CUSTOMER_WAITS: &str = "A customer is waiting";
/// Title of a notification.
pub const CUSTOMER_WROTE: &str = "A customer wrote to you";
/// Keys.
pub const KEYS: &str = "In the lists, j and k or the arrow keys move, and Enter opens.";

/// What the availability switch means, or cannot mean while the connection is `lost`.
#[must_use]
pub fn availability(online: bool, changing: Option<bool>, lost: bool) -> &'static str {
    match (changing, online) {
        (Some(true), _) => "Going online…",
        (Some(false), _) => "Going offline…",
        (None, true) if lost => "Not connected: customers may not see that you are here.",
        (None, true) => "You are online: customers can see that someone is here.",
        (None, false) => "You are offline: customers are not told that you are here.",
    }
}

/// How many people are online, for somebody who is `online` or not.
#[must_use]
pub fn agents_online(count: u32, online: bool) -> String {
    match (count, online) {
        (0, _) => "Nobody is online.".to_owned(),
        (1, true) => "You are the only one.".to_owned(),
        (1, false) => "1 person is online.".to_owned(),
        (n, _) => format!("{n} people are online."),
    }
}

/// The waiting list is longer than what is shown.
#[must_use]
pub fn more_waiting(hidden: usize) -> String {
    format!("and {hidden} more, shown as soon as these are taken.")
}

/// The title of the page when so many conversations want something.
#[must_use]
pub fn title(wanted: usize) -> String {
    match wanted {
        0 => "Deskbell console".to_owned(),
        n => format!("({n}) Deskbell console"),
    }
}

/// Why the sign-in form is there.
#[must_use]
pub fn sign_in_notice(notice: &SignInNotice) -> String {
    match notice {
        SignInNotice::SessionEnded => {
            "Your session has ended. Please sign in again; nothing you wrote is lost.".to_owned()
        }
        SignInNotice::CodeNeeded => {
            "Enter the code from your authenticator app, or a recovery code.".to_owned()
        }
        SignInNotice::SignedOut => "You are signed out.".to_owned(),
        SignInNotice::Unreachable => {
            "The server cannot be reached at the moment. Please try again.".to_owned()
        }
        SignInNotice::Throttled(wait) => {
            format!("Too many attempts. You can try again in {}.", spoken(*wait))
        }
        SignInNotice::Refused(message) => message.clone(),
    }
}

/// What did not work out.
#[must_use]
pub fn notice(notice: &Notice) -> String {
    let failed = |what: &str, why: &Option<String>| match why {
        Some(why) => format!("{what} {why}"),
        None => format!("{what} The server cannot be reached at the moment. Please try again."),
    };
    match notice {
        Notice::Refused(Act::Claim, why) => format!("{why} Nothing is left for you to do here."),
        Notice::Refused(act, why) => failed(not_done(act), &Some(why.clone())),
        Notice::GivenUp(act) => failed(not_done(act), &None),
        Notice::Online(true, why) => failed("You are not online.", why),
        Notice::Online(false, why) => failed("You are still online.", why),
        Notice::SignOut(why) => failed("You are still signed in.", why),
    }
}

/// Why there is no secret for a second step.
#[must_use]
pub fn no_secret(why: Option<&str>) -> String {
    let unreachable = "The server cannot be reached at the moment. Please try again.";
    why.unwrap_or(unreachable).to_owned()
}

/// Why the code of a new second step was not taken.
#[must_use]
pub fn no_code(why: Option<&str>) -> String {
    format!("Two-step sign-in is not on yet. {}", no_secret(why))
}

/// A secret in groups of four, to be read off.
#[must_use]
pub fn groups(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups = letters.chunks(4).map(|group| group.iter().collect());
    groups.collect::<Vec<String>>().join(" ")
}

fn not_done(act: &Act) -> &'static str {
    match act {
        Act::Claim => "The conversation was not taken.",
        Act::Reply(_) => "The reply was not sent.",
        Act::HandBack => "The conversation was not handed back.",
        Act::Close => "The conversation was not closed.",
    }
}

/// What a site is called; its key if that is not known.
#[must_use]
pub fn site<'a>(key: &'a SiteKey, sites: &'a [SiteName]) -> &'a str {
    let named = sites.iter().find(|site| site.key == *key);
    named.map_or(key.as_str(), |site| &site.name)
}

/// Heading of a conversation.
#[must_use]
pub fn customer_of(site: Option<&str>) -> String {
    match site {
        Some(site) => format!("Customer of {site}"),
        None => CUSTOMER.to_owned(),
    }
}

/// Who has the conversation on screen, when it is not the agent who looks at it.
#[must_use]
pub fn standing(standing: &Standing) -> String {
    match standing {
        Standing::Bot => "The assistant answers this customer now.".to_owned(),
        Standing::Waiting(_) => "This customer waits for a person.".to_owned(),
        Standing::With(agent) => format!("{} is talking with this customer.", agent.name),
        Standing::Closed(Some(agent)) => {
            format!(
                "{} closed this conversation. A new message opens it again.",
                agent.name
            )
        }
        Standing::Closed(None) => {
            "This conversation is closed. A new message opens it again.".to_owned()
        }
    }
}

/// How long a customer has waited, read out.
#[must_use]
pub fn waiting_for(duration: deskbell_protocol::Timestamp) -> String {
    format!("waiting for {}", spoken(duration))
}

/// How many characters a reply may still have.
#[must_use]
pub fn characters_left(left: isize) -> String {
    let number = left.unsigned_abs();
    let plural = if number == 1 { "" } else { "s" };
    let side = if left < 0 { "too many" } else { "left" };
    format!("{number} character{plural} {side}.")
}

/// The replies the customer could choose with one click.
#[must_use]
pub fn suggested(suggestions: &[String]) -> String {
    format!("Suggested: {}", suggestions.join(" · "))
}

/// Why a reply was not accepted.
#[must_use]
pub fn refused(why: &str) -> String {
    format!("Not sent. {why}")
}

/// Asked before signing out.
#[must_use]
pub fn leave_behind(conversations: usize, unsent: usize) -> String {
    let mut text = match conversations {
        0 => String::new(),
        1 => "1 conversation is still yours: its customer waits for you. ".to_owned(),
        n => format!("{n} conversations are still yours: their customers wait for you. "),
    };
    text.push_str(match unsent {
        0 => "You can hand back or close first.",
        1 => "1 reply is not sent yet. It is kept on this device until you sign in here again.",
        _ => "Some replies are not sent yet. They are kept on this device until you sign in here again.",
    });
    text
}

/// Read out to whoever cannot see it.
#[must_use]
pub fn heard(heard: &Heard) -> String {
    match heard {
        Heard::NewWaiting => "A customer is waiting.".to_owned(),
        Heard::Customer(text) => format!("{CUSTOMER}: {text}"),
    }
}
