//! Which network address a client has.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use serde::Deserialize;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// More proxies than this, one behind the other, are none of ours.
const MAX_HOPS: usize = 16;

/// The addresses of proxies whose word is taken for whom they speak for: one (`127.0.0.1`) or a network (`10.0.0.0/8`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct TrustedProxy(IpNet);

/// A text is neither an address nor a network.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("\"{0}\" is neither an address such as 127.0.0.1 nor a network such as 10.0.0.0/8")]
pub struct NoNetwork(String);

impl FromStr for TrustedProxy {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let text = text.trim();
        let address = text.parse::<IpAddr>().map(IpNet::from);
        let network = address.or_else(|_| text.parse::<IpNet>());
        network.map(Self).map_err(|_| NoNetwork(text.to_owned()))
    }
}

impl TryFrom<String> for TrustedProxy {
    type Error = NoNetwork;

    fn try_from(text: String) -> Result<Self, NoNetwork> {
        text.parse()
    }
}

impl fmt::Display for TrustedProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The address of the client behind `peer`, who connected to us.
///
/// Every proxy appends to `x-forwarded-for` whom it speaks for, so the list is read from its end for as long as the
/// proxy that wrote an entry is `trusted`; what stands before that, the client may have made up. If a trusted proxy
/// wrote what is no address, the proxy itself counts as the client. `forwarded` (RFC 7239) is not read: a proxy that
/// does not know it passes on whatever its client wrote there.
#[must_use]
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[TrustedProxy]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|proxy| proxy.0.contains(&address));
    let mut client = peer.to_canonical();
    let lists = headers.get_all(FORWARDED_FOR).iter().rev();
    let entries = lists.flat_map(|list| list.as_bytes().rsplit(|byte| *byte == b','));
    for entry in entries.take(MAX_HOPS) {
        if !is_trusted(client) {
            break;
        }
        match address(entry) {
            Some(before) => client = before,
            None => break,
        }
    }
    client
}

/// Whether `peer` seems to be a proxy of ours that is not `trusted`: from our own networks it speaks for somebody else.
/// All whom it speaks for then share what one address may do.
pub(crate) fn is_forgotten_proxy(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted: &[TrustedProxy],
) -> bool {
    let peer = peer.to_canonical();
    let is_near = peer.is_loopback()
        || match peer {
            IpAddr::V4(peer) => peer.is_private(),
            IpAddr::V6(peer) => peer.is_unique_local(),
        };
    let is_trusted = trusted.iter().any(|proxy| proxy.0.contains(&peer));
    is_near && !is_trusted && headers.contains_key(FORWARDED_FOR)
}

/// The address of the client that sent a request with these parts; nothing in a test without a connection.
pub(crate) fn peer(extensions: &axum::http::Extensions) -> Option<IpAddr> {
    let connection = extensions.get::<ConnectInfo<SocketAddr>>();
    connection.map(|ConnectInfo(address)| address.ip())
}

/// An entry of the list. Some proxies add the port, and then brackets around an IPv6 address.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(entry).ok()?.trim();
    let bare = || {
        let inner = text.strip_prefix('[')?.strip_suffix(']')?;
        inner.parse().ok().map(IpAddr::V6)
    };
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let address = text.parse().ok().or_else(with_port).or_else(bare)?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn client(peer: &str, trusted: &[&str], lists: &[&str]) -> String {
        let trusted: Vec<TrustedProxy> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for list in lists {
            let value = HeaderValue::from_bytes(list.as_bytes()).unwrap();
            headers.append(FORWARDED_FOR, value);
        }
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn the_client_is_whom_the_last_proxy_of_ours_saw() {
        let one: &[&str] = &["127.0.0.1"];
        let two: &[&str] = &["127.0.0.1", "10.0.0.0/8"];
        let six: &[&str] = &["2001:db8::/32", "::1"];
        for (peer, trusted, lists, expected) in [
            ("127.0.0.1", one, &["198.51.100.7"][..], "198.51.100.7"),
            ("127.0.0.1", one, &["198.51.100.7:4711"], "198.51.100.7"),
            (
                "127.0.0.1",
                two,
                &["198.51.100.7, 10.1.2.3"],
                "198.51.100.7",
            ),
            (
                "127.0.0.1",
                two,
                &["198.51.100.7", "10.1.2.3"],
                "198.51.100.7",
            ),
            (
                "10.9.9.9",
                two,
                &["198.51.100.7,10.1.2.3 ,  10.4.5.6"],
                "198.51.100.7",
            ),
            // Somebody within our own network.
            ("127.0.0.1", two, &["10.1.2.3"], "10.1.2.3"),
            ("127.0.0.1", one, &[], "127.0.0.1"),
            ("::1", six, &["2001:db9::5, 2001:db8::1"], "2001:db9::5"),
            ("::1", six, &["[2001:db9::5]:443"], "2001:db9::5"),
            ("::1", six, &["[2001:db9::5]"], "2001:db9::5"),
            // A socket for both kinds of addresses tells of the old kind in the new one's spelling.
            (
                "::ffff:127.0.0.1",
                one,
                &["::ffff:198.51.100.7"],
                "198.51.100.7",
            ),
        ] {
            assert_eq!(client(peer, trusted, lists), expected, "{peer} {lists:?}");
        }
    }

    #[test]
    fn nobody_becomes_somebody_else_by_writing_so() {
        let one: &[&str] = &["127.0.0.1"];
        for (peer, trusted, lists, expected) in [
            // No proxy was configured, or somebody came past it.
            (
                "198.51.100.7",
                &[][..],
                &["203.0.113.9"][..],
                "198.51.100.7",
            ),
            ("127.0.0.1", &[], &["203.0.113.9"], "127.0.0.1"),
            ("198.51.100.7", one, &["203.0.113.9"], "198.51.100.7"),
            (
                "198.51.100.7",
                one,
                &["203.0.113.9, 127.0.0.1"],
                "198.51.100.7",
            ),
            // The proxy appended; before that stands what the client sent.
            (
                "127.0.0.1",
                one,
                &["203.0.113.9, 198.51.100.7"],
                "198.51.100.7",
            ),
            (
                "127.0.0.1",
                one,
                &["203.0.113.9", "198.51.100.7"],
                "198.51.100.7",
            ),
            (
                "127.0.0.1",
                one,
                &["127.0.0.1, 198.51.100.7"],
                "198.51.100.7",
            ),
            (
                "127.0.0.1",
                one,
                &["203.0.113.9, 127.0.0.1, 198.51.100.7"],
                "198.51.100.7",
            ),
            // What is no address does not open the way to what stands before it.
            ("127.0.0.1", one, &["203.0.113.9, unknown"], "127.0.0.1"),
            ("127.0.0.1", one, &["203.0.113.9, _hidden"], "127.0.0.1"),
            ("127.0.0.1", one, &["203.0.113.9,"], "127.0.0.1"),
            ("127.0.0.1", one, &["203.0.113.9", ""], "127.0.0.1"),
            ("127.0.0.1", one, &["198.51.100.7 203.0.113.9"], "127.0.0.1"),
            ("127.0.0.1", one, &["198.51.100.256"], "127.0.0.1"),
            ("127.0.0.1", one, &["198.51.100.0/24"], "127.0.0.1"),
            ("127.0.0.1", one, &["[198.51.100.7]"], "127.0.0.1"),
            ("127.0.0.1", one, &["\u{e9}"], "127.0.0.1"),
        ] {
            assert_eq!(client(peer, trusted, lists), expected, "{peer} {lists:?}");
        }
    }

    #[test]
    fn a_proxy_that_was_forgotten_is_noticed_and_a_stranger_is_none() {
        for (peer, trusted, list, expected) in [
            ("127.0.0.1", "10.0.0.0/8", Some("198.51.100.7"), true),
            ("fd00::1", "10.0.0.0/8", Some("198.51.100.7"), true),
            ("192.168.1.2", "10.0.0.0/8", Some("198.51.100.7"), true),
            ("10.1.2.3", "10.0.0.0/8", Some("198.51.100.7"), false),
            ("127.0.0.1", "10.0.0.0/8", None, false),
            ("198.51.100.7", "10.0.0.0/8", Some("203.0.113.9"), false),
        ] {
            let list = list.map(|list| (FORWARDED_FOR, HeaderValue::from_static(list)));
            let headers = HeaderMap::from_iter(list);
            let trusted = [trusted.parse().unwrap()];
            let noticed = is_forgotten_proxy(peer.parse().unwrap(), &headers, &trusted);
            assert_eq!(noticed, expected, "{peer}");
        }
    }

    #[test]
    fn a_list_without_end_is_not_read_to_its_end() {
        let list = "127.0.0.1,".repeat(10_000) + "127.0.0.1";
        let found = client("127.0.0.1", &["127.0.0.1"], &["203.0.113.9", &list]);
        assert_eq!(found, "127.0.0.1");
    }

    #[test]
    fn what_is_no_network_is_named() {
        for text in ["", "proxy", "10.0.0.0/33", "10.0.0", "127.0.0.1:80"] {
            let refused = text.parse::<TrustedProxy>().unwrap_err().to_string();
            assert!(refused.contains(&format!("\"{text}\"")), "{refused}");
        }
        assert_eq!(
            "10.0.0.0/8".parse::<TrustedProxy>().unwrap().to_string(),
            "10.0.0.0/8"
        );
    }
}
