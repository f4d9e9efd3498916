//! JSON bodies, refused in a way that helps whoever sent them.

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use deskbell_protocol::{MAX_BODY_BYTES, ProblemCode};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::ApiError;

/// So much of a body that is too large is read and thrown away: a client that is still sending cannot read why it is
/// refused.
const DRAINED_BYTES: usize = 1024 * 1024;

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            let message = "The body must be JSON, with the header content-type: application/json.";
            return Err(ApiError::new(ProblemCode::NotJson, message));
        }
        parse(&read(request).await?).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let text = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = text
        .and_then(|text| text.split(';').next())
        .unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

async fn read(request: Request) -> Result<Vec<u8>, ApiError> {
    let mut chunks = request.into_body().into_data_stream();
    let mut body = Vec::new();
    let mut seen = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| {
            ApiError::new(
                ProblemCode::MalformedJson,
                "The body did not arrive completely.",
            )
        })?;
        seen += chunk.len();
        if seen <= MAX_BODY_BYTES {
            body.extend_from_slice(&chunk);
        } else if seen > DRAINED_BYTES {
            break;
        }
    }
    if seen > MAX_BODY_BYTES {
        let message =
            format!("The body is too large: at most {MAX_BODY_BYTES} bytes are possible.");
        return Err(ApiError::new(ProblemCode::TooLarge, message));
    }
    Ok(body)
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        refusal(&path, &error.into_inner())
    })?;
    json.end().map_err(|error| refusal(".", &error))?;
    Ok(value)
}

fn refusal(path: &str, error: &serde_json::Error) -> ApiError {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let what = text.strip_suffix(&place).unwrap_or(&text);
    if error.classify() == Category::Data {
        let message = if path == "." {
            what.to_owned()
        } else {
            format!("{path}: {what}")
        };
        return ApiError::invalid_value(message);
    }
    let message = format!(
        "The body is not well-formed JSON: {what}, in line {}, column {}.",
        error.line(),
        error.column()
    );
    ApiError::new(ProblemCode::MalformedJson, message)
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::PostMessage;

    use super::*;

    fn refused(body: &str) -> (ProblemCode, String) {
        let error = parse::<PostMessage>(body.as_bytes()).unwrap_err();
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
}
