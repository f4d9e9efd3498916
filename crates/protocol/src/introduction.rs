//! Who a customer is: as the page they are on says, which nobody has checked, or as the merchant's server has signed.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why somebody cannot be introduced so.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("{}", self.sentence())]
pub enum IntroductionError {
    /// The name is no name.
    Name,
    /// The address is none.
    Email,
    /// There is neither.
    Nothing,
}

impl IntroductionError {
    /// What is wrong, for whoever writes the page.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Name => "a name has 1 to 100 characters in one line",
            Self::Email => {
                "an e-mail address looks like ana@example.com and has at most 254 characters"
            }
            Self::Nothing => "a name or an e-mail address is needed",
        }
    }
}

/// One line with something to see and without what cannot be shown. Bidirectional overrides make a text read other than
/// it is.
fn is_line(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
        && !text.chars().any(|c| {
            c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
}

macro_rules! line {
    ($(#[$doc:meta])* $name:ident, $accepts:expr, $error:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Trims and checks `text`.
            ///
            /// # Errors
            /// If it is not one.
            pub fn new(text: &str) -> Result<Self, IntroductionError> {
                let text = text.trim();
                let accepts: fn(&str) -> bool = $accepts;
                if is_line(text) && accepts(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err($error)
                }
            }

            /// The text, never to be interpreted as HTML.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IntroductionError;
            fn try_from(text: String) -> Result<Self, IntroductionError> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    };
}

line!(
    /// What a customer calls themselves: 1 to 100 characters, one line.
    CustomerName,
    |text| (1..=CustomerName::MAX_CHARS).contains(&text.chars().count()),
    IntroductionError::Name
);
line!(
    /// An e-mail address, as far as its form tells: something, one `@`, something, at most 254 characters, no white space.
    EmailAddress,
    |text| {
        text.len() <= EmailAddress::MAX_BYTES
            && !text.contains(char::is_whitespace)
            && !text.starts_with('@')
            && !text.ends_with('@')
            && text.bytes().filter(|byte| *byte == b'@').count() == 1
    },
    IntroductionError::Email
);

impl CustomerName {
    /// Most characters (Unicode scalar values) after trimming.
    pub const MAX_CHARS: usize = 100;
}

impl EmailAddress {
    /// Most bytes after trimming.
    pub const MAX_BYTES: usize = 254;
}

/// A customer's id cannot be shown or is too long.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a customer's id has 1 to 200 characters in one line, without white space around it")]
pub struct SubjectError;

/// Which of the merchant's customers it is, by the id that the merchant's server signed as `sub`: 1 to 200 characters in
/// one line, compared as it is. Read from a stored event it is what was checked then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomerSubject(String);

impl CustomerSubject {
    /// Most characters (Unicode scalar values).
    pub const MAX_CHARS: usize = 200;

    /// Checks `text`.
    ///
    /// # Errors
    /// If it is none.
    pub fn new(text: &str) -> Result<Self, SubjectError> {
        let fits = text.trim() == text && is_line(text) && text.chars().count() <= Self::MAX_CHARS;
        fits.then(|| Self(text.to_owned())).ok_or(SubjectError)
    }

    /// The text, never to be interpreted as HTML.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Who the customer is, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Customer {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<CustomerName>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    /// The merchant's id of them, if the merchant's server has signed all of this. Without it nobody has checked anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<CustomerSubject>,
}

impl From<Introduction> for Customer {
    /// Without the token, which somebody has to check first.
    fn from(said: Introduction) -> Self {
        let Introduction { name, email, .. } = said;
        Self {
            name,
            email,
            subject: None,
        }
    }
}

/// What the page says about the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Introduction {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<CustomerName>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    /// What the merchant's server has signed: a JWT. The server alone can check it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

impl Introduction {
    /// Checks what the page says; a text of nothing but white space says nothing.
    ///
    /// # Errors
    /// If one of them is wrong or there is neither.
    pub fn new(name: &str, email: &str) -> Result<Self, IntroductionError> {
        let said = |text: &str| !text.trim().is_empty();
        let introduction = Self {
            name: said(name).then(|| CustomerName::new(name)).transpose()?,
            email: said(email).then(|| EmailAddress::new(email)).transpose()?,
            token: None,
        };
        introduction.checked()
    }

    /// The introduction, if it says anything.
    ///
    /// # Errors
    /// If there is neither name nor address nor token.
    pub fn checked(self) -> Result<Self, IntroductionError> {
        if self.name.is_none() && self.email.is_none() && self.token.is_none() {
            return Err(IntroductionError::Nothing);
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_that_can_be_shown() {
        assert_eq!(
            CustomerName::new(" Ana Ruiz ").unwrap().as_str(),
            "Ana Ruiz"
        );
        assert!(CustomerName::new(&"é".repeat(100)).is_ok());
        for wrong in [
            "",
            "  ",
            "Ana\nRuiz",
            "Ana\u{202e}ziuR",
            "\u{200b}",
            &"é".repeat(101),
        ] {
            assert_eq!(
                CustomerName::new(wrong),
                Err(IntroductionError::Name),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn an_address_has_something_on_both_sides_of_its_only_at_sign() {
        for right in ["a@b", "ana.ruiz+shop@example.com", "аня@пример.рф"] {
            assert!(EmailAddress::new(right).is_ok(), "{right}");
        }
        let long = format!("{}@example.com", "a".repeat(250));
        for wrong in [
            "",
            "ana",
            "@b",
            "a@",
            "a@b@c",
            "a b@c",
            "a@b\nc",
            long.as_str(),
        ] {
            assert_eq!(
                EmailAddress::new(wrong),
                Err(IntroductionError::Email),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn a_subject_is_one_line_and_compared_as_it_is() {
        for right in ["7", "user|0af3", "ana@example.com", &"é".repeat(200)] {
            assert_eq!(CustomerSubject::new(right).unwrap().as_str(), right);
        }
        for wrong in ["", " 7", "7\n", "a\nb", "\u{202e}7", &"é".repeat(201)] {
            assert_eq!(CustomerSubject::new(wrong), Err(SubjectError), "{wrong:?}");
        }
    }

    #[test]
    fn an_introduction_says_something() {
        assert_eq!(Introduction::new(" ", ""), Err(IntroductionError::Nothing));
        assert_eq!(
            Introduction::new("Ana", "nonsense"),
            Err(IntroductionError::Email)
        );
        let ana = Introduction::new("Ana", "").unwrap();
        assert_eq!((ana.name.unwrap().as_str(), ana.email), ("Ana", None));
    }
}
