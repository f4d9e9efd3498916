//! Settings: built-in defaults, then a file, then the environment, then the command line.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use config::{Config, Environment, File, FileFormat};
use serde::Deserialize;
use thiserror::Error;

use crate::Origin;

/// The settings with their defaults, as a commented file: the manual.
pub const MANUAL: &str = include_str!("../config.default.toml");

/// Begins the name of every environment variable that is a setting.
const PREFIX: &str = "DESKBELL_";

/// Everything that can be set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The SQLite file.
    pub database: PathBuf,
    /// The folder of a model that is used in place of the built-in one.
    #[serde(default)]
    pub model: Option<PathBuf>,
    /// How the server is reached.
    pub server: ServerSettings,
    /// What is logged.
    pub log: LogSettings,
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
    /// Whether a proxy's `x-forwarded-for` is to be believed.
    pub trust_forwarded_for: bool,
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

/// What the command line says about settings.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The SQLite file.
    pub database: Option<PathBuf>,
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
        assert_eq!(settings.database, Path::new("deskbell.db"));
        assert_eq!(settings.model, None);
        assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8737");
        assert_eq!(settings.server.public_url, None);
        assert!(!settings.server.trust_forwarded_for);
        assert_eq!(settings.log.format, LogFormat::Text);
    }

    #[test]
    fn the_environment_wins_over_the_file_and_flags_over_both() {
        let file = "database = \"file.db\"\n[server]\nlisten = \"127.0.0.1:1\"\npublic_url = \"https://chat.example\"";
        let environment = [
            ("DESKBELL_SERVER__LISTEN", "127.0.0.1:2"),
            ("DESKBELL_SERVER__TRUST_FORWARDED_FOR", "true"),
        ];
        let settings = load(Some(file), &environment).unwrap();
        assert_eq!(settings.database, Path::new("file.db"));
        assert_eq!(settings.server.listen.port(), 2);
        assert_eq!(settings.public_address(), "https://chat.example");
        assert!(settings.server.trust_forwarded_for);
        let flags = Overrides {
            database: Some("flag.db".into()),
            ..Overrides::default()
        };
        let environment = [
            ("DESKBELL_DATABASE", "environment.db"),
            ("DESKBELL_MODEL", "model"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let settings = Settings::load(None, environment, flags).unwrap();
        assert_eq!(settings.database, Path::new("flag.db"));
        assert_eq!(settings.model.as_deref(), Some(Path::new("model")));
    }

    #[test]
    fn unknown_settings_and_bad_values_are_named() {
        let refused = |file, environment: &[_]| load(file, environment).unwrap_err();
        assert!(refused(Some("[server]\nlissten = \"x\""), &[]).contains("lissten"));
        assert!(refused(Some("[server]\nlisten = \"here\""), &[]).contains("server.listen"));
        assert!(refused(Some("[log]\nformat = \"xml\""), &[]).contains("xml"));
        assert!(refused(None, &[("DESKBELL_LOG__FORMATT", "json")]).contains("formatt"));
        assert!(
            refused(None, &[("DESKBELL_SERVER__PUBLIC_URL", "chat.example")]).contains("https://")
        );
        assert!(load(None, &[("DESKBELL_CHROMIUM", "/usr/bin/chromium")]).is_ok());
    }
}
