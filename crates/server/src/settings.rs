//! Settings: built-in defaults, then a file, then the environment, then the command line.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use config::{Config, Environment, File, FileFormat};
use serde::Deserialize;
use thiserror::Error;

pub use crate::accounts::SessionSettings;
pub use crate::http::client_address::{NoNetwork, TrustedProxy};
pub use crate::limits::settings::{
    AddressLimits, LimitSettings, LoadSettings, TimeLimits, VisitorLimits,
};
use crate::{Database, Origin};

/// The settings with their defaults, as a commented file: the manual.
pub const MANUAL: &str = include_str!("../config.default.toml");

/// Begins the name of every environment variable that is a setting.
const PREFIX: &str = "DESKBELL_";

/// Everything that can be set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where everything is kept.
    pub database: Database,
    /// The folder of a model that is used in place of the built-in one.
    #[serde(default)]
    pub model: Option<PathBuf>,
    /// How the server is reached.
    pub server: ServerSettings,
    /// What is taken from whom.
    pub limits: LimitSettings,
    /// What is logged.
    pub log: LogSettings,
    /// What is measured.
    #[serde(default)]
    pub metrics: MetricsSettings,
}

/// How the server is reached.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address browsers use, if it is not what they say.
    #[serde(default)]
    pub public_url: Option<Origin>,
    /// Proxies whose `x-forwarded-for` is believed.
    pub trusted_proxies: Vec<TrustedProxy>,
    /// Seconds between saying at `/readyz` that the server stops and stopping.
    pub drain_seconds: u16,
    /// How long agents stay signed in.
    pub sessions: SessionSettings,
}

/// What is logged.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    /// Directives of the log filter.
    pub filter: String,
    /// For whom.
    pub format: LogFormat,
}

/// For whom the log is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// What is measured.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsSettings {
    /// Where the measurements are served; nowhere if not given.
    #[serde(default)]
    pub listen: Option<SocketAddr>,
}

/// What the command line says about settings.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Where everything is kept.
    pub database: Option<Database>,
    /// The folder of a model.
    pub model: Option<PathBuf>,
    /// Where to listen.
    pub listen: Option<SocketAddr>,
    /// The address browsers use.
    pub public_url: Option<Origin>,
}

/// A setting is unknown or has a value that is not possible. Names it and where it was set.
#[derive(Debug, Error)]
#[error(
    "the settings cannot be used: {0} (`deskbell config` prints all settings with their meaning)"
)]
pub struct SettingsError(#[from] config::ConfigError);

impl Settings {
    /// Merges defaults, `file`, those of the `environment` that are settings, and `overrides`.
    ///
    /// # Errors
    /// If the file cannot be read, or a setting is unknown or has a value that is not possible.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        overrides: Overrides,
    ) -> Result<Self, SettingsError> {
        let mut builder = Config::builder().add_source(File::from_str(MANUAL, FileFormat::Toml));
        if let Some(file) = file {
            builder = builder.add_source(File::from(file).format(FileFormat::Toml).required(true));
        }
        let environment = Environment::with_prefix("DESKBELL")
            .prefix_separator("_")
            .separator("__")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("server.trusted_proxies")
            .source(Some(
                environment
                    .into_iter()
                    .filter(is_setting)
                    .collect::<HashMap<_, _>>(),
            ));
        let mut settings: Self = builder.add_source(environment).build()?.try_deserialize()?;
        if let Some(database) = overrides.database {
            settings.database = database;
        }
        if overrides.model.is_some() {
            settings.model = overrides.model;
        }
        if let Some(listen) = overrides.listen {
            settings.server.listen = listen;
        }
        if overrides.public_url.is_some() {
            settings.server.public_url = overrides.public_url;
        }
        Ok(settings)
    }

    /// The address to put into shop pages.
    #[must_use]
    pub fn public_address(&self) -> String {
        match &self.server.public_url {
            Some(url) => url.to_string(),
            // "Every network of this machine" is no address that a browser could open.
            None if self.server.listen.ip().is_unspecified() => {
                format!("http://localhost:{}", self.server.listen.port())
            }
            None => format!("http://{}", self.server.listen),
        }
    }
}

/// Other variables that begin alike, such as those of tests, are not ours to judge.
fn is_setting((name, _): &(String, String)) -> bool {
    name.strip_prefix(PREFIX)
        .is_some_and(|rest| rest == "DATABASE" || rest == "MODEL" || rest.contains("__"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn load(file: Option<&str>, environment: &[(&str, &str)]) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deskbell.toml");
        if let Some(text) = file {
            std::fs::write(&path, text).unwrap();
        }
        let environment = environment
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        Settings::load(file.map(|_| &*path), environment, Overrides::default())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_manual_is_the_default() {
        let settings = load(None, &[]).unwrap();
        assert_eq!(settings.database.to_string(), "deskbell.db");
        assert_eq!(settings.model, None);
        assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8737");
        assert_eq!(settings.server.public_url, None);
        assert_eq!(settings.server.trusted_proxies, []);
        assert_eq!(settings.limits.address.messages_per_minute, 60);
        assert_eq!(settings.limits.times.idle, Duration::from_secs(75));
        assert_eq!(settings.server.drain_seconds, 0);
        let sessions = settings.server.sessions;
        assert_eq!((sessions.idle_hours.get(), sessions.days.get()), (12, 7));
        assert_eq!(settings.metrics.listen, None);
        assert_eq!(settings.log.format, LogFormat::Text);
    }

    #[test]
    fn the_environment_wins_over_the_file_and_flags_over_both() {
        let file = "database = \"file.db\"\n[server]\nlisten = \"127.0.0.1:1\"\npublic_url = \"https://chat.example\"";
        let environment = [
            ("DESKBELL_SERVER__LISTEN", "127.0.0.1:2"),
            ("DESKBELL_SERVER__TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8"),
            ("DESKBELL_LIMITS__VISITOR__MESSAGES_PER_MINUTE", "0"),
        ];
        let settings = load(Some(file), &environment).unwrap();
        assert_eq!(settings.database.to_string(), "file.db");
        assert_eq!(settings.server.listen.port(), 2);
        assert_eq!(settings.public_address(), "https://chat.example");
        let proxies = settings.server.trusted_proxies.iter();
        let proxies: Vec<_> = proxies.map(ToString::to_string).collect();
        assert_eq!(proxies, ["127.0.0.1/32", "10.0.0.0/8"]);
        assert_eq!(settings.limits.visitor.messages_per_minute, 0);
        let flags = Overrides {
            database: Some(Database::Sqlite("flag.db".into())),
            ..Overrides::default()
        };
        let environment = [
            ("DESKBELL_DATABASE", "environment.db"),
            ("DESKBELL_MODEL", "model"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let settings = Settings::load(None, environment, flags).unwrap();
        assert_eq!(settings.database.to_string(), "flag.db");
        assert_eq!(settings.model.as_deref(), Some(Path::new("model")));
    }

    #[test]
    fn the_password_of_a_database_is_not_shown_also_where_its_address_is_wrong() {
        let file = "database = \"postgresql://desk:secret@db.example/shop\"";
        let settings = load(Some(file), &[]).unwrap();
        let shown = format!("{} {settings:?}", settings.database);
        assert!(
            shown.contains("postgres://desk@db.example:5432/shop"),
            "{shown}"
        );
        let wrong = "postgres://desk:secret@db.example:port/shop";
        let file = format!("database = \"{wrong}\"");
        let refused = [
            load(Some(&file), &[]).unwrap_err(),
            load(None, &[("DESKBELL_DATABASE", wrong)]).unwrap_err(),
        ];
        for said in refused.into_iter().chain([shown]) {
            assert!(!said.contains("secret"), "{said}");
        }
    }

    #[test]
    fn unknown_settings_and_bad_values_are_named() {
        let refused = |file, environment: &[_]| load(file, environment).unwrap_err();
        assert!(refused(Some("[server]\nlissten = \"x\""), &[]).contains("lissten"));
        assert!(refused(Some("[server]\nlisten = \"here\""), &[]).contains("server.listen"));
        assert!(refused(Some("[log]\nformat = \"xml\""), &[]).contains("xml"));
        assert!(refused(None, &[("DESKBELL_LOG__FORMATT", "json")]).contains("formatt"));
        let proxies = "[server]\ntrusted_proxies = [\"proxy.example\"]";
        assert!(refused(Some(proxies), &[]).contains("\"proxy.example\" is neither"));
        let times = "[limits.times]\nbody_seconds = 0";
        assert!(refused(Some(times), &[]).contains("at least one second"));
        assert!(
            refused(None, &[("DESKBELL_SERVER__PUBLIC_URL", "chat.example")]).contains("https://")
        );
        assert!(load(None, &[("DESKBELL_CHROMIUM", "/usr/bin/chromium")]).is_ok());
    }
}
