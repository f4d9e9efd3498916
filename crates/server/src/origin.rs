//! Web origins, in the one spelling that browsers send.

use std::fmt;
use std::str::FromStr;

use axum::http::Uri;
use serde::Deserialize;
use thiserror::Error;

/// A web origin such as `https://shop.example` or `http://localhost:8738`: lower case, no default port.
/// Safe to put into a header: it has no characters but letters, digits and `-.:/[]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Origin(String);

/// Why a text is no origin.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum OriginError {
    /// Not `http://` or `https://` and a host.
    #[error("an origin is http:// or https:// and a host, such as https://shop.example")]
    NotHttp,
    /// Has a path, query or user name.
    #[error(
        "an origin has no path: only http:// or https://, the host, and the port if it is unusual"
    )]
    NotOnlyOrigin,
    /// The host has other characters than letters, digits, `-` and `.`.
    #[error(
        "the host has a character that is not possible; write international names in their xn-- form"
    )]
    Host,
}

impl Origin {
    /// The origin as browsers send it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether pages from here came over an encrypted connection.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Host and port, without the scheme.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.0
            .split_once("://")
            .map_or(&*self.0, |(_, authority)| authority)
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let uri: Uri = text.trim().parse().map_err(|_| OriginError::NotHttp)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(OriginError::NotHttp);
        };
        let default_port = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return Err(OriginError::NotHttp),
        };
        if uri.query().is_some()
            || !matches!(uri.path(), "" | "/")
            || authority.as_str().contains('@')
        {
            return Err(OriginError::NotOnlyOrigin);
        }
        let host = authority.host().to_ascii_lowercase();
        let ip6 = host.starts_with('[') && host.ends_with(']');
        let name = host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
        let ip6_body = ip6
            && host[1..host.len() - 1]
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit() || byte == b':');
        if host.is_empty() || !(name || ip6_body) {
            return Err(OriginError::Host);
        }
        Ok(Self(match authority.port_u16() {
            Some(port) if port != default_port => format!("{scheme}://{host}:{port}"),
            _ => format!("{scheme}://{host}"),
        }))
    }
}

impl TryFrom<String> for Origin {
    type Error = OriginError;

    fn try_from(text: String) -> Result<Self, OriginError> {
        text.parse()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_origin_has_one_spelling() {
        for (given, expected) in [
            ("https://Shop.Example/", "https://shop.example"),
            ("https://shop.example:443", "https://shop.example"),
            (" http://localhost:8738 ", "http://localhost:8738"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(given.parse::<Origin>().unwrap().as_str(), expected);
        }
    }

    #[test]
    fn what_is_no_origin_is_refused_with_its_reason() {
        for (given, expected) in [
            ("shop.example", OriginError::NotHttp),
            ("null", OriginError::NotHttp),
            ("", OriginError::NotHttp),
            ("ftp://shop.example", OriginError::NotHttp),
            ("https://shop.example/path", OriginError::NotOnlyOrigin),
            ("https://me@shop.example", OriginError::NotOnlyOrigin),
            ("https://shop.example;default-src", OriginError::Host),
        ] {
            assert_eq!(given.parse::<Origin>(), Err(expected), "{given}");
        }
    }
}
