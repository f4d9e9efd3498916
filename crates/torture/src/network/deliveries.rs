//! Which copies of which writes may still be on their way to a server.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::lock;

/// Copies that are under way, by the name of their write.
#[derive(Debug, Default)]
pub struct Deliveries(Mutex<HashMap<String, u32>>);

impl Deliveries {
    /// A copy sets off.
    pub fn set_off(&self, write: Option<&str>) {
        if let Some(write) = write {
            *lock(&self.0).entry(write.to_owned()).or_default() += 1;
        }
    }

    /// A copy has been dealt with, or never will be. One that is never told of stays under way for ever.
    pub fn done(&self, write: Option<&str>) {
        let mut under_way = lock(&self.0);
        if let Some(copies) = write.and_then(|write| under_way.get_mut(write)) {
            *copies = copies.saturating_sub(1);
        }
    }

    /// Whether a copy of this write may still be on its way.
    pub fn under_way(&self, write: &str) -> bool {
        lock(&self.0).get(write).is_some_and(|copies| *copies > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_is_under_way_until_its_last_copy_has_been_dealt_with() {
        let deliveries = Deliveries::default();
        deliveries.set_off(Some("a"));
        deliveries.set_off(Some("a"));
        deliveries.done(Some("a"));
        assert!(deliveries.under_way("a"));
        deliveries.done(Some("a"));
        assert!(!deliveries.under_way("a") && !deliveries.under_way("b"));
    }
}
