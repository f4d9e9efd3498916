//! What comes from outside is checked here, once for everybody who serves the API: JSON bodies, the visitor's token,
//! what a device says about itself.

use data_encoding::HEXLOWER;
use deskbell_protocol::{OpenConversation, ProblemCode, ReadOn, TriageHint, VisitorToken};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use sha2::{Digest as _, Sha256};

use crate::{Refused, VisitorHash};

impl VisitorHash {
    /// The hash under which a visitor's conversations are stored. The secret itself is not kept.
    #[must_use]
    pub fn of(token: &VisitorToken) -> Self {
        Self(HEXLOWER.encode(&Sha256::digest(token.reveal())))
    }

    /// Whose secret the header `Authorization` carries.
    ///
    /// # Errors
    /// If it carries none.
    pub fn of_bearer(authorization: Option<&str>) -> Result<Self, Refused> {
        let token = authorization
            .and_then(|text| text.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .and_then(|(_, token)| VisitorToken::new(token.trim()).ok());
        let token = token.ok_or_else(|| {
            Refused::new(
                ProblemCode::NotSignedIn,
                "This needs the visitor's token, as authorization: Bearer and 43 characters.",
            )
        })?;
        Ok(Self::of(&token))
    }
}

/// Checks the header `Content-Type` of a JSON body.
///
/// # Errors
/// If it says anything but JSON.
pub fn require_json(content_type: Option<&str>) -> Result<(), Refused> {
    let essence = content_type.and_then(|text| text.split(';').next());
    if essence.is_some_and(|it| it.trim().eq_ignore_ascii_case("application/json")) {
        return Ok(());
    }
    let message = "The body must be JSON, with the header content-type: application/json.";
    Err(Refused::new(ProblemCode::NotJson, message))
}

/// Reads a JSON body.
///
/// # Errors
/// With a sentence that names the place and what is wrong there.
pub fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        refusal(&path, &error.into_inner())
    })?;
    json.end().map_err(|error| refusal(".", &error))?;
    Ok(value)
}

fn refusal(path: &str, error: &serde_json::Error) -> Refused {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let what = text.strip_suffix(&place).unwrap_or(&text);
    if error.classify() == Category::Data {
        return Refused::invalid_value(match path {
            "." => what.to_owned(),
            _ => format!("{path}: {what}"),
        });
    }
    let message = format!(
        "The body is not well-formed JSON: {what}, in line {}, column {}.",
        error.line(),
        error.column()
    );
    Refused::new(ProblemCode::MalformedJson, message)
}

/// Checks what a new conversation is said to be about.
///
/// # Errors
/// If a value is not allowed.
pub fn check_opening(open: &OpenConversation) -> Result<(), Refused> {
    let tag = |text: &String| {
        (1..=OpenConversation::MAX_LANGUAGE_CHARS).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if !open.language.as_ref().is_none_or(tag) {
        return Err(Refused::invalid_value(
            "language: must be a language tag such as en or pt-BR",
        ));
    }
    let page = |text: &String| {
        text.chars().count() <= OpenConversation::MAX_PAGE_CHARS
            && !text.chars().any(char::is_control)
    };
    if !open.page.as_ref().is_none_or(page) {
        let message = format!(
            "page: must be an address of at most {} characters",
            OpenConversation::MAX_PAGE_CHARS
        );
        return Err(Refused::invalid_value(message));
    }
    Ok(())
}

/// A device's hint, which is not trusted: what it says must at least be possible, and it was read on the device.
///
/// # Errors
/// If a value is not possible.
pub fn device_hint(hint: TriageHint) -> Result<TriageHint, Refused> {
    let scores = hint.reading.sentiment_scores;
    for (name, probability) in [
        ("confidence", hint.reading.confidence),
        ("sentiment_scores.negative", scores.negative),
        ("sentiment_scores.neutral", scores.neutral),
        ("sentiment_scores.positive", scores.positive),
    ] {
        // False for what is not a number.
        if !(0.0..=1.0).contains(&probability) {
            return Err(Refused::invalid_value(format!(
                "triage.{name}: must be from 0 to 1"
            )));
        }
    }
    if hint.millis.is_nan() || hint.millis < 0.0 {
        return Err(Refused::invalid_value("triage.millis: must be 0 or more"));
    }
    Ok(TriageHint {
        read_on: ReadOn::Device,
        // A number too large for its type has become infinite, which cannot be written.
        millis: hint.millis.min(f32::MAX),
        ..hint
    })
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::PostMessage;

    use super::*;

    fn refused(body: &str) -> (ProblemCode, String) {
        let error = parse_json::<PostMessage>(body.as_bytes()).unwrap_err();
        (error.code, error.message.into_owned())
    }

    #[test]
    fn a_refusal_names_the_place() {
        use ProblemCode::{InvalidValue, MalformedJson};
        let write = r#""write":"0123456789abcdef""#;
        for (body, code, message) in [
            (
                "{",
                MalformedJson,
                "The body is not well-formed JSON: EOF while parsing an object, in line 1, column 1.",
            ),
            (
                "{\n  write: 1}",
                MalformedJson,
                "The body is not well-formed JSON: key must be a string, in line 2, column 3.",
            ),
            (
                &format!(r#"{{{write},"text":"hi"}} x"#),
                MalformedJson,
                "The body is not well-formed JSON: trailing characters, in line 1, column 42.",
            ),
            (
                &format!(r#"{{{write}}}"#),
                InvalidValue,
                "missing field `text`",
            ),
            (
                &format!(r#"{{{write},"text":"  "}}"#),
                InvalidValue,
                "text: The message is empty.",
            ),
            (
                r#"{"write":"short","text":"hi"}"#,
                InvalidValue,
                "write: a write id must have 16 to 64 characters, this has 5",
            ),
            (
                &format!(r#"{{{write},"text":"hi","html":true}}"#),
                InvalidValue,
                "html: unknown field `html`, expected one of `write`, `text`, `triage`",
            ),
        ] {
            assert_eq!(refused(body), (code, message.to_owned()), "{body}");
        }
    }

    #[test]
    fn a_time_too_long_for_its_type_refuses_no_message() {
        let hint = r#"{"intent":"track_order","confidence":0.9,"sentiment":"neutral","sentiment_scores":{"negative":0,
            "neutral":1,"positive":0},"decision":"bot","reason":"routine","read_on":"device","millis":1e300}"#;
        let hint = device_hint(parse_json(hint.as_bytes()).unwrap()).unwrap();
        assert!(hint.millis.is_finite());
    }
}
