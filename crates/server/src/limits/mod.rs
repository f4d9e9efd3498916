//! What is taken from whom, and how much at once.
//!
//! What must never be true: that one shop's customers are refused because of another's; that one customer's flood
//! refuses another's bell; that a bell is refused while a message is taken; that whoever waits as long as they were told
//! is refused for the same reason; that memory grows with the number of addresses that ask.

mod load;
mod operation;
mod rate;
pub mod settings;

use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deskbell_desk::VisitorHash;
use deskbell_protocol::{SiteKey, Timestamp};

pub(crate) use load::{Load, Place};
pub(crate) use operation::Operation;
use rate::Rates;
use settings::{AddressLimits, LimitSettings, VisitorLimits};

/// All limits of a server.
#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) load: Load,
    /// Nothing if nobody's rates count.
    quotas: Option<(AddressLimits, VisitorLimits)>,
    rates: Rates,
    noticed: AtomicBool,
}

/// Who does something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doer<'a> {
    pub(crate) address: IpAddr,
    /// If it is about one.
    pub(crate) site: Option<&'a SiteKey>,
    /// If it is somebody whose secret is known to be right.
    pub(crate) visitor: Option<&'a VisitorHash>,
}

impl Limits {
    pub(crate) fn new(settings: &LimitSettings) -> Self {
        let LimitSettings {
            rates,
            address,
            visitor,
            load,
            times: _,
        } = settings;
        Self {
            load: Load::new(load),
            quotas: rates.then(|| (address.clone(), visitor.clone())),
            rates: Rates::default(),
            noticed: AtomicBool::new(false),
        }
    }

    /// Whether the operator has yet to be told that addresses are not what they seem, and rates count by them. True once.
    pub(crate) fn is_first_notice(&self) -> bool {
        self.quotas.is_some() && !self.noticed.swap(true, Ordering::Relaxed)
    }

    /// Counts what somebody does.
    ///
    /// # Errors
    /// How long to wait, if they do it too often.
    pub(crate) fn take(
        &self,
        operation: Operation,
        doer: Doer<'_>,
        now: Timestamp,
    ) -> Result<(), Duration> {
        let Some((address, visitor)) = &self.quotas else {
            return Ok(());
        };
        // First, so that what is refused of one visitor costs the others behind their address nothing.
        if let (Some(who), Some(quota)) = (doer.visitor, operation.of_visitor(visitor)) {
            self.rates.take((operation, who), quota, now)?;
        }
        match operation.of_address(address) {
            Some(quota) => {
                let who = (operation, network(doer.address), doer.site);
                self.rates.take(who, quota, now)
            }
            None => Ok(()),
        }
    }
}

/// What counts as one address: of IPv6 a network of 64 bits, for whoever has one address there has them all.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let mut segments = address.segments();
            segments[4..].fill(0);
            Ipv6Addr::from(segments).into()
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Overrides, Settings};

    fn defaults() -> LimitSettings {
        Settings::load(None, [], Overrides::default())
            .unwrap()
            .limits
    }

    #[test]
    fn of_ipv6_a_whole_network_counts_as_one_address() {
        for (one, other, same) in [
            ("2001:db8::1", "2001:db8::ffff:1:2:3", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
            ("::ffff:192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
        ] {
            let network = |text: &str| network(text.parse().unwrap());
            assert_eq!(network(one) == network(other), same, "{one} {other}");
        }
    }

    #[test]
    fn shops_visitors_addresses_and_operations_have_quotas_of_their_own() {
        let limits = Limits::new(&defaults());
        let (here, there) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let (shop, other) = (
            SiteKey::new("shop").unwrap(),
            SiteKey::new("other").unwrap(),
        );
        let (visitor, other_visitor) =
            (VisitorHash("ann".to_owned()), VisitorHash("bob".to_owned()));
        let take = |operation, address, site, visitor| {
            let doer = Doer {
                address,
                site: Some(site),
                visitor,
            };
            limits.take(operation, doer, 1_700_000_000_000)
        };
        let message = |visitor| take(Operation::Message, here, &shop, Some(visitor));
        while message(&visitor).is_ok() {}
        assert_eq!(message(&other_visitor), Ok(()));
        assert_eq!(take(Operation::Ring, here, &shop, Some(&visitor)), Ok(()));
        while take(Operation::Open, here, &shop, None).is_ok() {}
        for (operation, address, site) in [
            (Operation::Open, there, &shop),
            (Operation::Open, here, &other),
            (Operation::OpenToRing, here, &shop),
            (Operation::ContactForm, here, &shop),
            (Operation::Agent, here, &shop),
        ] {
            assert_eq!(
                take(operation, address, site, None),
                Ok(()),
                "{operation:?}"
            );
        }
    }

    #[test]
    fn without_rates_nobody_is_refused() {
        let limits = Limits::new(&LimitSettings {
            rates: false,
            ..defaults()
        });
        let site = SiteKey::new("shop").unwrap();
        let doer = Doer {
            address: "192.0.2.1".parse().unwrap(),
            site: Some(&site),
            visitor: None,
        };
        assert!((0..1_000).all(|_| limits.take(Operation::Open, doer, 0).is_ok()));
    }
}
