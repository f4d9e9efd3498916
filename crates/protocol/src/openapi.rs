//! The schemas of types whose JSON is not what their fields say: ids, texts, numbers with a range. From the same numbers
//! as the checks. Only with the feature `openapi`, which the browser's programs are never built with.

use std::borrow::Cow;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::{
    AgentId, ContactText, ConversationId, CustomerName, CustomerSubject, EmailAddress, IntentId,
    MessageText, OpenConversation, Score, SiteKey, VisitorToken, WriteId,
};

/// Without control characters but line feed and tab, without bidirectional overrides, and with something to see.
const TEXT: &str = r"^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*[^\s\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069][^\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*$";

/// One line of it. That it has a letter or a digit is said in words: expressions differ in what a letter is.
const LINE: &str = r"^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+$";

/// One `@` with something on both sides, and no white space.
const EMAIL: &str = r"^[^@\s\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+@[^@\s\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+$";

/// Letters and digits of ASCII, and hyphens.
const LANGUAGE: &str = "^[A-Za-z0-9-]+$";

/// Nothing that controls.
const PAGE: &str = r"^[^\u0000-\u001f\u007f-\u009f]*$";

/// What ids are made of.
const ID: &str = "^[A-Za-z0-9_-]+$";

fn text(about: &str, min: usize, max: usize, pattern: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .description(Some(about))
        .min_length((min > 0).then_some(min))
        .max_length(Some(max))
        .pattern(Some(pattern))
        .into()
}

fn whole(about: &str, min: i64, max: Option<i64>) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::Integer))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .description(Some(about))
        .minimum(Some(min))
        .maximum(max)
        .into()
}

fn number(about: &str, max: Option<f64>) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::Number))
        .description(Some(about))
        .minimum(Some(0.0))
        .maximum(max)
        .into()
}

macro_rules! schemas {
    ($($name:ident => $schema:expr;)*) => {$(
        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

/// Stands for [`crate::Timestamp`].
pub(crate) struct Timestamp;
/// Stands for [`crate::Seq`].
pub(crate) struct Seq;
/// Stands for a number from 0 to 1.
pub(crate) struct Probability;
/// Stands for a time that something took.
pub(crate) struct Milliseconds;
/// Stands for a language that a customer's page names.
pub(crate) struct LanguageTag;
/// Stands for the address of a customer's page.
pub(crate) struct PageAddress;

schemas! {
    ConversationId => text("One conversation. Unguessable, but not secret.", ConversationId::MIN_CHARS, ConversationId::MAX_CHARS, ID);
    WriteId => text(
        "Names one write, made by whoever writes from at least 128 random bits. Sent again, it is the same write.",
        WriteId::MIN_CHARS, WriteId::MAX_CHARS, ID
    );
    SiteKey => text("The public key of a site, as in its script tag.", SiteKey::MIN_CHARS, SiteKey::MAX_CHARS, ID);
    AgentId => text("One agent.", AgentId::MIN_CHARS, AgentId::MAX_CHARS, ID);
    IntentId => text("A label of the triage model, such as `track_order`.", IntentId::MIN_CHARS, IntentId::MAX_CHARS, ID);
    VisitorToken => text(
        "The customer's secret: 256 random bits in base64url without padding.",
        VisitorToken::CHARS, VisitorToken::CHARS, ID
    );
    MessageText => text(
        "What somebody wrote. White space around it is taken off; never to be interpreted as HTML.",
        1, MessageText::MAX_CHARS, TEXT
    );
    ContactText => text("E-mail, phone or whatever they wrote.", 1, ContactText::MAX_CHARS, TEXT);
    CustomerName => text("A name: one line, with a letter or a digit.", 1, CustomerName::MAX_CHARS, LINE);
    EmailAddress => text("An e-mail address, as far as its form tells.", 3, EmailAddress::MAX_BYTES, EMAIL);
    CustomerSubject => text(
        "The merchant's own id of a customer, which the merchant's server has signed.",
        1, CustomerSubject::MAX_CHARS, LINE
    );
    Score => whole("1 (very bad) to 5 (very good).", 1, Some(Score::MAX.into()));
    Timestamp => whole("Milliseconds since 1970-01-01 00:00 UTC.", 0, None);
    Seq => whole("Position of an event in its conversation: 1, 2, 3, … without gaps.", 0, None);
    Probability => number("A probability.", Some(1.0));
    Milliseconds => number("Milliseconds.", None);
    LanguageTag => text("A BCP 47 language tag.", 1, OpenConversation::MAX_LANGUAGE_CHARS, LANGUAGE);
    PageAddress => text("Address of a page.", 0, OpenConversation::MAX_PAGE_CHARS, PAGE);
}
