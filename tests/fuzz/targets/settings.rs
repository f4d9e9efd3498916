//! Settings: any file is taken or refused, and what is shown of them has no password in it.
#![no_main]

use std::fs;

use deskbell_server::Database;
use deskbell_server::settings::{Overrides, Settings};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let path = std::env::temp_dir().join(format!("deskbell-fuzz-{}.toml", std::process::id()));
    fs::write(&path, text).expect("there is room for a small file");
    if let Ok(settings) = Settings::load(Some(&path), [], Overrides::default()) {
        assert!(!settings.public_address().contains([' ', '\n']));
    }
    let environment = [(
        "DESKBELL_SERVER__TRUSTED_PROXIES".to_owned(),
        text.to_owned(),
    )];
    let _ = Settings::load(None, environment, Overrides::default());
    // Letters that no other part of an address would be shown with.
    let address = format!("postgres://desk:QxZ{text}");
    if let Ok(database @ Database::Postgres(_)) = Database::try_from(address)
        && text.contains('@')
        && !text.contains("QxZ")
    {
        assert!(
            !database.to_string().contains("QxZ"),
            "the password is shown"
        );
    }
});
