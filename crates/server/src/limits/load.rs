//! What the server takes on at once, from one address and altogether, and what it refuses first when that is too much.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::network;
use super::settings::LoadSettings;

/// What is refused first. Later ones are let in when earlier ones no longer are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Priority {
    /// New streams, pages, and whatever can come a little later.
    Ordinary,
    /// What people write.
    Message,
    /// What reaches a person.
    Escalation,
    /// What says whether the server is well, and files, which cost next to nothing.
    Always,
}

/// Counts what is under way.
#[derive(Debug)]
pub(crate) struct Load {
    requests: Arc<Places>,
    /// So many requests there may be before one of a priority is refused.
    ordinary: usize,
    message: usize,
    escalation: usize,
    requests_each: usize,
    streams: Arc<Places>,
    max_streams: usize,
    streams_each: usize,
}

/// Places of one kind. No code panics while it holds the lock.
#[derive(Debug, Default)]
struct Places(Mutex<Taken>);

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    /// By whom: addresses without a place are not in here.
    by: HashMap<IpAddr, usize>,
}

impl Places {
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place that is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.all = taken.all.saturating_sub(1);
        if let Some(held) = taken.by.get_mut(&self.address) {
            *held = held.saturating_sub(1);
            if *held == 0 {
                taken.by.remove(&self.address);
            }
        }
    }
}

impl Load {
    pub(crate) fn new(settings: &LoadSettings) -> Self {
        let unlimited = |most: usize| if most == 0 { usize::MAX } else { most };
        let escalation = unlimited(settings.requests);
        // Somebody is let in of each, whatever the reserves are.
        let message = escalation
            .saturating_sub(settings.reserved_for_escalations)
            .max(1);
        Self {
            requests: Arc::default(),
            ordinary: message
                .saturating_sub(settings.reserved_for_messages)
                .max(1),
            message,
            escalation,
            requests_each: unlimited(settings.requests_per_address),
            streams: Arc::default(),
            max_streams: unlimited(settings.streams),
            streams_each: unlimited(settings.streams_per_address),
        }
    }

    /// A place among the requests, as long as there is one for this priority, and this address does not hold its share.
    pub(crate) fn request(&self, priority: Priority, address: IpAddr) -> Option<Place> {
        let (most, each) = match priority {
            Priority::Ordinary => (self.ordinary, self.requests_each),
            Priority::Message => (self.message, self.requests_each),
            Priority::Escalation => (self.escalation, self.requests_each),
            Priority::Always => (usize::MAX, usize::MAX),
        };
        take(&self.requests, address, most, each)
    }

    /// A place among the customers' streams, as long as there is one, and this address does not hold its share.
    pub(crate) fn stream(&self, address: IpAddr) -> Option<Place> {
        take(&self.streams, address, self.max_streams, self.streams_each)
    }
}

fn take(places: &Arc<Places>, address: IpAddr, most: usize, each: usize) -> Option<Place> {
    let address = network(address);
    let mut taken = places.lock();
    let held = taken.by.get(&address).copied().unwrap_or_default();
    if taken.all >= most || held >= each {
        return None;
    }
    taken.all += 1;
    taken.by.insert(address, held + 1);
    Some(Place {
        places: Arc::clone(places),
        address,
    })
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const ANN: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));
    const BOB: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 9));

    fn load(requests: usize, messages: usize, escalations: usize) -> Load {
        Load::new(&LoadSettings {
            streams: 2,
            streams_per_address: 0,
            requests,
            requests_per_address: 0,
            reserved_for_messages: messages,
            reserved_for_escalations: escalations,
        })
    }

    #[test]
    fn ordinary_requests_are_refused_before_messages_and_messages_before_escalations() {
        use Priority::{Always, Escalation, Message, Ordinary};
        let load = load(6, 2, 1);
        let mut held = Vec::new();
        let mut refused = Vec::new();
        for priority in [Ordinary, Message, Escalation] {
            while let Some(place) = load.request(priority, ANN) {
                held.push(place);
            }
            refused.push(held.len());
        }
        assert_eq!(refused, [3, 5, 6]);
        assert!(load.request(Always, ANN).is_some());
        held.truncate(4);
        assert!(load.request(Ordinary, ANN).is_none() && load.request(Message, ANN).is_some());
        held.clear();
        assert!(load.request(Ordinary, ANN).is_some());
    }

    #[test]
    fn streams_have_places_of_their_own() {
        let load = load(1, 0, 0);
        let (first, second) = (load.stream(ANN).unwrap(), load.stream(ANN).unwrap());
        assert!(load.stream(ANN).is_none() && load.request(Priority::Ordinary, ANN).is_some());
        drop(first);
        let third = load.stream(ANN);
        assert!(third.is_some() && load.stream(ANN).is_none());
        drop(second);
    }

    #[test]
    fn zero_is_no_limit_and_reserves_that_are_too_large_shut_nobody_out() {
        let unlimited = load(0, 1, 1);
        let held: Vec<_> = (0..10_000)
            .map_while(|_| unlimited.request(Priority::Ordinary, ANN))
            .collect();
        assert_eq!(held.len(), 10_000);
        let all_reserved = load(2, 5, 5);
        assert!(all_reserved.request(Priority::Ordinary, ANN).is_some());
    }

    #[test]
    fn one_address_holds_its_share_and_leaves_the_rest_to_others() {
        let load = Load::new(&LoadSettings {
            streams: 10,
            streams_per_address: 1,
            requests: 10,
            requests_per_address: 2,
            reserved_for_messages: 0,
            reserved_for_escalations: 0,
        });
        let escalation = |address| load.request(Priority::Escalation, address);
        let held = [escalation(ANN).unwrap(), escalation(ANN).unwrap()];
        assert!(escalation(ANN).is_none() && escalation(BOB).is_some());
        assert!(load.request(Priority::Always, ANN).is_some());
        let stream = load.stream(ANN).unwrap();
        assert!(load.stream(ANN).is_none() && load.stream(BOB).is_some());
        drop((held, stream));
        assert!(escalation(ANN).is_some() && load.stream(ANN).is_some());
        assert!(load.requests.lock().by.is_empty() && load.streams.lock().by.is_empty());
    }
}
