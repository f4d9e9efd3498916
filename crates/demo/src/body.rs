//! JSON bodies, refused as the server refuses them.

use deskbell_protocol::{MAX_BODY_BYTES, ProblemCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::http::{Body, Refused, Request};

/// Reads the body.
pub(crate) fn read<T: DeserializeOwned>(request: &Request) -> Result<T, Refused> {
    let kind = request.content_type.as_deref().unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        let message = "The body must be JSON, with the header content-type: application/json.";
        return Err(Refused::new(ProblemCode::NotJson, message));
    }
    if request.body.len() > MAX_BODY_BYTES {
        let message =
            format!("The body is too large: at most {MAX_BODY_BYTES} bytes are possible.");
        return Err(Refused::new(ProblemCode::TooLarge, message));
    }
    let mut json = serde_json::Deserializer::from_str(&request.body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        refusal(&path, &error.into_inner())
    })?;
    json.end().map_err(|error| refusal(".", &error))?;
    Ok(value)
}

/// Writes a body.
pub(crate) fn write(value: &impl Serialize) -> Result<Body, Refused> {
    serde_json::to_string(value)
        .map(Body::Json)
        .map_err(|_| Refused::internal())
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
