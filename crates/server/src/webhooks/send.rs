//! One attempt: sign, connect, post, read the status.
//!
//! What must never be true: that a connection goes to an address which was not checked (a name is resolved once, and it
//! is to what was checked that the connection goes), that a redirect is followed, that a proxy of the environment is
//! used, or that an attempt lasts longer than [`TIMEOUT`].

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use deskbell_desk::webhooks::{Answer, DeliveryId, Webhook};
use deskbell_protocol::Timestamp;
use hyper::body::Body as _;
use hyper::client::conn::http1;
use hyper::{Method, Request, Response, header};
use hyper_util::rt::TokioIo;
use standardwebhooks::{HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::{Host, Position, Url};

use super::address::is_public;
use crate::serve::AbortOnDrop;

/// From the first step to the last; the specification recommends 15 to 30 seconds.
const TIMEOUT: Duration = Duration::from_secs(20);

/// For a connection to one of a name's addresses: there must be time for the next one.
const CONNECTING: Duration = Duration::from_secs(5);

/// For an answer's body, after which the connection is closed.
const REST: Duration = Duration::from_secs(1);

/// What is read of an answer's body before the connection is closed; it is thrown away.
const BODY_BYTES: usize = 16 * 1024;

/// Largest head of an answer, in bytes.
const HEAD_BYTES: usize = 16 * 1024;

/// Longest address, in bytes.
const URL_BYTES: usize = 2_000;

/// Why an address cannot be a webhook's.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub(crate) enum WebhookUrlError {
    #[error("this is no address such as https://shop.example/hook")]
    NoUrl,
    #[error("only https:// is possible; with --allow-private also http://")]
    Scheme,
    #[error("a name or password in it is not possible: messages are signed")]
    Credentials,
    #[error("this address is not on the internet; --allow-private allows it")]
    Private,
}

/// The address in its normal form. A name is resolved when something is sent, and judged then.
pub(crate) fn checked_url(text: &str, allow_private: bool) -> Result<Url, WebhookUrlError> {
    if text.len() > URL_BYTES {
        return Err(WebhookUrlError::NoUrl);
    }
    let mut url = Url::parse(text).map_err(|_| WebhookUrlError::NoUrl)?;
    match url.scheme() {
        "https" => {}
        "http" if allow_private => {}
        _ => return Err(WebhookUrlError::Scheme),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(WebhookUrlError::Credentials);
    }
    let address = match url.host().ok_or(WebhookUrlError::NoUrl)? {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
    };
    if !allow_private && address.is_some_and(|address| !is_public(address)) {
        return Err(WebhookUrlError::Private);
    }
    url.set_fragment(None);
    Ok(url)
}

/// What is sent.
pub(crate) struct Post<'a> {
    /// To whom.
    pub(crate) webhook: &'a Webhook,
    /// Its id.
    pub(crate) id: &'a DeliveryId,
    /// The JSON.
    pub(crate) body: &'a str,
    /// When it is sent.
    pub(crate) at: Timestamp,
}

/// What came of it.
pub(crate) struct Said {
    /// For the schedule.
    pub(crate) answer: Answer,
    /// For people, in a few words without anything secret.
    pub(crate) outcome: String,
}

#[derive(Debug, Error)]
enum SendError {
    #[error("its address cannot be used: {0}")]
    Url(#[from] WebhookUrlError),
    #[error("its secret cannot be used")]
    Secret,
    #[error("its name was not found")]
    Unresolved,
    #[error("its address is not on the internet")]
    Private,
    #[error("no connection: {}", .0.kind())]
    Connect(io::Error),
    #[error("no secure connection")]
    Tls,
    #[error("the connection broke off, or the answer was none")]
    Http,
    #[error("no answer in {} seconds", TIMEOUT.as_secs())]
    TimedOut,
}

/// Posts messages, each on a connection of its own.
pub(crate) struct Sender {
    tls: TlsConnector,
}

impl Sender {
    pub(crate) fn new() -> Self {
        let roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has what TLS 1.2 and 1.3 need")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            tls: TlsConnector::from(Arc::new(config)),
        }
    }

    pub(crate) async fn send(&self, post: &Post<'_>) -> Said {
        let attempt = tokio::time::timeout(TIMEOUT, self.attempt(post));
        match attempt.await.unwrap_or(Err(SendError::TimedOut)) {
            Ok(answer) => answer,
            Err(error) => Said {
                answer: Answer::Nothing,
                outcome: error.to_string(),
            },
        }
    }

    async fn attempt(&self, post: &Post<'_>) -> Result<Said, SendError> {
        let allow_private = post.webhook.allow_private;
        let url = checked_url(&post.webhook.url, allow_private)?;
        let request = request(&url, post)?;
        let stream = connect(&url, allow_private).await?;
        if url.scheme() == "http" {
            return exchange(stream, request).await;
        }
        let host = url.host().ok_or(WebhookUrlError::NoUrl)?;
        let name = match host {
            Host::Domain(name) => {
                ServerName::try_from(name.to_owned()).map_err(|_| SendError::Tls)?
            }
            Host::Ipv4(address) => IpAddr::V4(address).into(),
            Host::Ipv6(address) => IpAddr::V6(address).into(),
        };
        let stream = self
            .tls
            .connect(name, stream)
            .await
            .map_err(|_| SendError::Tls)?;
        exchange(stream, request).await
    }
}

/// Resolves, checks, and connects to what was checked.
async fn connect(url: &Url, allow_private: bool) -> Result<TcpStream, SendError> {
    let port = url.port_or_known_default().ok_or(WebhookUrlError::NoUrl)?;
    let addresses: Vec<SocketAddr> = match url.host().ok_or(WebhookUrlError::NoUrl)? {
        Host::Ipv4(address) => vec![(address, port).into()],
        Host::Ipv6(address) => vec![(address, port).into()],
        Host::Domain(name) => {
            let found = lookup_host((name, port)).await;
            found.map_err(|_| SendError::Unresolved)?.collect()
        }
    };
    let mut outcome = if addresses.is_empty() {
        SendError::Unresolved
    } else {
        SendError::Private
    };
    for address in addresses {
        if !allow_private && !is_public(address.ip()) {
            continue;
        }
        let connecting = TcpStream::connect(address);
        match tokio::time::timeout(CONNECTING, connecting).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => outcome = SendError::Connect(error),
            Err(late) => outcome = SendError::Connect(late.into()),
        }
    }
    Err(outcome)
}

fn request(url: &Url, post: &Post<'_>) -> Result<Request<Body>, SendError> {
    let timestamp = post.at.div_euclid(1_000);
    let mut signatures = Vec::new();
    for secret in post.webhook.secrets(post.at) {
        let key = standardwebhooks::Webhook::new(secret.as_str()).map_err(|_| SendError::Secret)?;
        let signature = key.sign(&post.id.0, timestamp, post.body.as_bytes());
        signatures.push(signature.map_err(|_| SendError::Secret)?);
    }
    Request::builder()
        .method(Method::POST)
        .uri(&url[Position::BeforePath..Position::AfterQuery])
        .header(
            header::HOST,
            &url[Position::BeforeHost..Position::AfterPort],
        )
        .header(header::CONTENT_TYPE, "application/json")
        .header(
            header::USER_AGENT,
            concat!("Deskbell/", env!("CARGO_PKG_VERSION")),
        )
        .header(header::CONNECTION, "close")
        .header(HEADER_WEBHOOK_ID, &post.id.0)
        .header(HEADER_WEBHOOK_TIMESTAMP, timestamp)
        .header(HEADER_WEBHOOK_SIGNATURE, signatures.join(" "))
        .body(Body::from(post.body.to_owned()))
        .map_err(|_| SendError::Url(WebhookUrlError::NoUrl))
}

async fn exchange<S>(stream: S, request: Request<Body>) -> Result<Said, SendError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD_BYTES)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| SendError::Http)?;
    let _connection = AbortOnDrop(tokio::spawn(async move {
        // What broke off is told to whoever waits for the answer.
        let _ = connection.await;
    }));
    let response = sender
        .send_request(request)
        .await
        .map_err(|_| SendError::Http)?;
    let code = response.status().as_u16();
    let retry_after_s = retry_after_s(&response);
    let outcome = format!("answered {code}");
    // The status has been said: that the rest comes late or not at all changes nothing.
    let _ = tokio::time::timeout(REST, throw_away(response)).await;
    Ok(Said {
        answer: Answer::Status {
            code,
            retry_after_s,
        },
        outcome,
    })
}

/// Only as a number of seconds: a date would be by the receiver's clock.
fn retry_after_s<B>(response: &Response<B>) -> Option<u32> {
    let said = response.headers().get(header::RETRY_AFTER)?;
    said.to_str().ok()?.trim().parse().ok()
}

/// Takes the body's beginning, so that a receiver which writes before it reads is not cut off.
async fn throw_away(response: Response<hyper::body::Incoming>) {
    let mut body = response.into_body();
    let mut taken = 0;
    while taken < BODY_BYTES {
        match std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            Some(Ok(frame)) => taken += frame.data_ref().map_or(1, |data| data.len().max(1)),
            // The status has been said: how the rest ends does not matter.
            Some(Err(_)) | None => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use deskbell_desk::contract::webhook;
    use deskbell_desk::webhooks::WebhookSecret;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[test]
    fn the_signature_is_that_of_the_published_example() {
        let mut webhook = webhook("one", "demo");
        webhook.secret = WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
        let post = Post {
            webhook: &webhook,
            id: &DeliveryId("msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned()),
            body: r#"{"test": 2432232314}"#,
            at: 1_614_265_330_999,
        };
        let url = checked_url("https://shop.example:8443/a%20b?c=d#e", false).unwrap();
        let request = request(&url, &post).unwrap();
        let header = |name: &str| request.headers()[name].to_str().unwrap();
        assert_eq!(header("webhook-id"), "msg_p5jXN8AQM9LWM0D4loKWxJek");
        assert_eq!(header("webhook-timestamp"), "1614265330");
        assert_eq!(
            header("webhook-signature"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
        assert_eq!(
            (header("host"), request.uri().to_string()),
            ("shop.example:8443", "/a%20b?c=d".to_owned())
        );
    }

    #[tokio::test]
    async fn an_answer_counts_whose_body_never_ends() {
        let (here, mut receiver) = tokio::io::duplex(4096);
        let post = Request::new(Body::empty());
        let answer = async {
            receiver.read_u8().await.unwrap();
            receiver
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nh")
                .await
                .unwrap();
        };
        let (said, ()) = tokio::join!(exchange(here, post), answer);
        let said = said.unwrap();
        assert_eq!(said.outcome, "answered 200");
        drop(receiver);
    }

    #[test]
    fn an_address_is_judged_before_anything_is_sent_there() {
        use WebhookUrlError::{Credentials, NoUrl, Private, Scheme};
        for (text, refused) in [
            ("https://shop.example/hook?a=b", None),
            ("https://1.1.1.1/hook", None),
            ("shop.example", Some(NoUrl)),
            ("http://shop.example/hook", Some(Scheme)),
            ("ftp://shop.example/hook", Some(Scheme)),
            ("https://sam:secret@shop.example/", Some(Credentials)),
            ("https://127.0.0.1/", Some(Private)),
            ("https://0x7f.1/", Some(Private)),
            ("https://2130706433/", Some(Private)),
            ("https://[::1]/", Some(Private)),
            ("https://169.254.169.254/latest/meta-data", Some(Private)),
        ] {
            assert_eq!(checked_url(text, false).err(), refused, "{text}");
        }
        for text in ["http://127.0.0.1:8080/hook", "https://[::1]/"] {
            assert!(checked_url(text, true).is_ok(), "{text}");
        }
        assert_eq!(checked_url("file:///etc/passwd", true).err(), Some(Scheme));
    }
}
