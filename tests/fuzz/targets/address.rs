//! Who asks and from where: origins have one spelling, and nobody but a trusted proxy says who somebody else is.
#![no_main]

use std::net::{IpAddr, Ipv4Addr};

use deskbell_server::settings::TrustedProxy;
use deskbell_server::{Origin, client_address};
use http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let peer = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let mut headers = HeaderMap::new();
    for list in bytes.split(|byte| *byte == b'\n') {
        if let Ok(value) = HeaderValue::from_bytes(list) {
            headers.append("x-forwarded-for", value);
        }
    }
    assert_eq!(
        client_address(peer, &headers, &[]),
        peer,
        "a stranger was believed"
    );
    let here: TrustedProxy = "127.0.0.1".parse().expect("this is an address");
    client_address(peer, &headers, &[here]);
    let everybody: TrustedProxy = "0.0.0.0/0".parse().expect("this is a network");
    client_address(peer, &headers, &[here, everybody]);

    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    if let Ok(origin) = text.parse::<Origin>() {
        assert_eq!(
            origin.as_str().parse(),
            Ok(origin.clone()),
            "a second spelling"
        );
        let plain = |c: char| c.is_ascii_alphanumeric() || "-.:/[]".contains(c);
        assert!(
            origin.as_str().chars().all(plain),
            "not safe in a header: {origin}"
        );
        assert!(!origin.authority().is_empty());
    }
    if let Ok(proxy) = text.parse::<TrustedProxy>() {
        assert_eq!(proxy.to_string().parse(), Ok(proxy));
    }
});
