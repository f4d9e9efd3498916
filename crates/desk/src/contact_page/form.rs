//! The form, and the writes that it becomes.

use data_encoding::HEXLOWER;
use deskbell_protocol::{
    ContactText, ConversationId, MessageText, SiteKey, TextError, Timestamp, TriageHint,
    VisitorToken, WriteId,
};
use sha2::{Digest as _, Sha256};

use crate::language::{Language, Words};
use crate::{Command, NewConversation, VisitorHash};

/// What is in the form.
#[derive(Clone, Debug)]
pub struct ContactForm {
    /// Secret of the conversation that this form begins: the form sent twice is sent once.
    pub token: VisitorToken,
    /// What was typed.
    pub message: String,
    /// What was typed.
    pub contact: String,
}

/// Why a form was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormError {
    /// The message cannot be sent.
    Message(TextError),
    /// Nobody could answer.
    Contact(TextError),
    /// More bytes than a request may have.
    TooLarge,
    /// It could not be stored now.
    NotStored,
}

impl FormError {
    /// What the customer reads.
    pub(crate) fn text(&self, words: &Words) -> &'static str {
        match self {
            Self::Message(TextError::Empty) => words.message_empty,
            Self::Contact(TextError::Empty) => words.contact_missing,
            Self::Message(TextError::Control) | Self::Contact(TextError::Control) => words.control,
            Self::Message(TextError::TooLong { .. })
            | Self::Contact(TextError::TooLong { .. })
            | Self::TooLarge => words.too_long,
            Self::NotStored => words.unavailable,
        }
    }
}

impl ContactForm {
    /// An empty form. `token` is random.
    #[must_use]
    pub fn new(token: VisitorToken) -> Self {
        Self {
            token,
            message: String::new(),
            contact: String::new(),
        }
    }

    /// The form as a browser sent it (`application/x-www-form-urlencoded`). One that has no proper token gets `token`.
    #[must_use]
    pub fn read(body: &[u8], token: VisitorToken) -> Self {
        let mut form = Self::new(token);
        for (name, value) in form_urlencoded::parse(body) {
            match &*name {
                "token" => form.token = VisitorToken::new(value).unwrap_or(form.token),
                "message" => form.message = value.into_owned(),
                "contact" => form.contact = value.into_owned(),
                _ => {}
            }
        }
        form
    }

    /// What is to be stored.
    ///
    /// # Errors
    /// If the message or the contact is missing or not allowed.
    pub fn check(&self) -> Result<SentForm, FormError> {
        Ok(SentForm {
            message: MessageText::new(&self.message).map_err(FormError::Message)?,
            contact: ContactText::new(&self.contact).map_err(FormError::Contact)?,
            token: self.token.clone(),
        })
    }
}

/// A form that can be stored: the message, how to reach the customer, and the request for a person. The same form
/// sent twice is one write; another text from the same form goes to the same conversation.
#[derive(Clone, Debug)]
pub struct SentForm {
    /// What the customer needs.
    pub message: MessageText,
    /// How to answer.
    pub contact: ContactText,
    token: VisitorToken,
}

impl SentForm {
    /// The conversation to open, or to find again.
    #[must_use]
    pub fn opening(
        &self,
        id: ConversationId,
        site: SiteKey,
        at: Timestamp,
        language: Language,
    ) -> NewConversation {
        NewConversation {
            id,
            site,
            visitor: VisitorHash::of(&self.token),
            write: self.write_id("open"),
            at,
            language: Some(language.tag().to_owned()),
            page: None,
        }
    }

    /// Names the write of [`SentForm::command`].
    #[must_use]
    pub fn write(&self) -> WriteId {
        self.write_id("form")
    }

    /// What to do in that conversation. `hint`: how the message was read.
    #[must_use]
    pub fn command(self, hint: Option<TriageHint>) -> Command<'static> {
        Command::ContactForm {
            text: self.message,
            hint,
            contact: self.contact,
        }
    }

    fn write_id(&self, what: &str) -> WriteId {
        let (token, contact, text) = (
            self.token.reveal(),
            self.contact.as_str(),
            self.message.as_str(),
        );
        let digest = Sha256::digest(format!("{what}\n{token}\n{contact}\n{text}"));
        WriteId::new(HEXLOWER.encode(&digest[..16])).expect("32 hexadecimal digits are a write id")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(letter: &str) -> VisitorToken {
        VisitorToken::new(letter.repeat(43)).unwrap()
    }

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let body = format!(
            "token={}&message=my+parcel%0D%0Ais+%3Cb%3Elate%3C%2Fb%3E&contact=ann%40example.org&x",
            "b".repeat(43)
        );
        let form = ContactForm::read(body.as_bytes(), token("a"));
        assert!(form.token == token("b"));
        let sent = form.check().unwrap();
        assert_eq!(sent.message.as_str(), "my parcel\nis <b>late</b>");
        assert_eq!(sent.contact.as_str(), "ann@example.org");
    }

    #[test]
    fn a_form_without_a_proper_secret_gets_one_and_what_is_missing_is_named() {
        let form = ContactForm::read(b"token=short&contact=0123", token("a"));
        assert!(form.token == token("a"));
        assert_eq!(
            form.check().unwrap_err(),
            FormError::Message(TextError::Empty)
        );
        let form = ContactForm::read(b"message=hello&contact=+", token("a"));
        assert_eq!(
            form.check().unwrap_err(),
            FormError::Contact(TextError::Empty)
        );
    }

    #[test]
    fn the_same_form_is_the_same_write_and_another_text_is_another_one() {
        let sent = |message: &str| {
            let form = ContactForm {
                message: message.to_owned(),
                contact: "0123".to_owned(),
                ..ContactForm::new(token("a"))
            };
            form.check().unwrap()
        };
        assert_eq!(sent("please call").write(), sent(" please call ").write());
        assert_ne!(sent("please call").write(), sent("please write").write());
    }
}
