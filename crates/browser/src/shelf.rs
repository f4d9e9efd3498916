//! Named texts kept on this device.

use std::cell::RefCell;

use web_sys::Storage;

/// The browser's local storage below a prefix. Where the browser blocks it, a memory that lives as long as the page.
#[derive(Debug)]
pub struct Shelf {
    prefix: String,
    storage: Option<Storage>,
    memory: RefCell<Vec<(String, String)>>,
}

impl Shelf {
    /// What is kept below `prefix`, which nobody else may use.
    #[must_use]
    pub fn of(prefix: String) -> Self {
        let storage = web_sys::window().and_then(|window| window.local_storage().ok().flatten());
        // Some browsers hand out a storage that then refuses every write.
        let storage = storage.filter(|storage| {
            storage.set_item("deskbell", "1").is_ok() && storage.remove_item("deskbell").is_ok()
        });
        Self {
            prefix,
            storage,
            memory: RefCell::default(),
        }
    }

    /// Whether it outlives the page.
    #[must_use]
    pub fn is_lasting(&self) -> bool {
        self.storage.is_some()
    }

    /// The text kept as `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        let key = format!("{}{name}", self.prefix);
        match &self.storage {
            Some(storage) => storage.get_item(&key).ok().flatten(),
            None => {
                let memory = self.memory.borrow();
                let kept = memory.iter().find(|it| it.0 == key);
                kept.map(|it| it.1.clone())
            }
        }
    }

    /// The texts whose names begin with `start`.
    #[must_use]
    pub fn all(&self, start: &str) -> Vec<String> {
        let prefix = format!("{}{start}", self.prefix);
        match &self.storage {
            Some(storage) => (0..storage.length().unwrap_or(0))
                .filter_map(|index| storage.key(index).ok().flatten())
                .filter(|key| key.starts_with(&prefix))
                .filter_map(|key| storage.get_item(&key).ok().flatten())
                .collect(),
            None => {
                let memory = self.memory.borrow();
                let kept = memory.iter().filter(|it| it.0.starts_with(&prefix));
                kept.map(|it| it.1.clone()).collect()
            }
        }
    }

    /// Keeps `value` as `name`. A full storage cannot be helped here: the value lives on with whoever has it, as
    /// long as the page does.
    pub fn set(&self, name: &str, value: &str) {
        let key = format!("{}{name}", self.prefix);
        if let Some(storage) = &self.storage {
            let _ = storage.set_item(&key, value);
        } else {
            let mut memory = self.memory.borrow_mut();
            memory.retain(|it| it.0 != key);
            memory.push((key, value.to_owned()));
        }
    }

    /// Forgets `name`.
    pub fn remove(&self, name: &str) {
        let key = format!("{}{name}", self.prefix);
        if let Some(storage) = &self.storage {
            let _ = storage.remove_item(&key);
        } else {
            self.memory.borrow_mut().retain(|it| it.0 != key);
        }
    }
}
