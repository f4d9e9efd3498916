//! One operation per file.

pub(crate) mod agent_events;
pub(crate) mod agent_reply;
pub(crate) mod agent_session;
pub(crate) mod asset;
pub(crate) mod availability;
pub(crate) mod claim;
pub(crate) mod close;
pub(crate) mod console;
pub(crate) mod contact_form;
pub(crate) mod contact_submit;
pub(crate) mod conversation_events;
pub(crate) mod embed;
pub(crate) mod give_feedback;
pub(crate) mod hand_back;
pub(crate) mod health;
pub(crate) mod inbox;
pub(crate) mod leave_contact;
pub(crate) mod loader_words;
pub(crate) mod open_conversation;
pub(crate) mod post_message;
pub(crate) mod request_human;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod site_info;
pub(crate) mod widget;
