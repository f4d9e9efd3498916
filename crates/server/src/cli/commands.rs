//! What can be written on the command line, and its help.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use deskbell_desk::{Retention, Role};
use deskbell_protocol::{ConversationId, EmailAddress, SiteKey};

use super::webhook::WebhookCommand;
use crate::Origin;

/// A customer-service chat with a person one bell away: the server and its administration.
#[derive(Debug, Parser)]
#[command(
    name = "deskbell",
    version,
    max_term_width = 100,
    propagate_version = true
)]
#[command(after_help = "\
Examples:
  deskbell site add --key fern --name \"Fern & Field\" --origin https://fern.example
  deskbell agent add --email sam@fern.example --name Sam
  deskbell serve
  echo 'where is my parcel??' | deskbell triage")]
pub(super) struct Arguments {
    /// The SQLite file, made if there is none, or the PostgreSQL database that several servers share
    /// (postgres://user@host/database) [default: deskbell.db]
    // The value may hold a password: it is not shown, and not judged here, where it would be quoted.
    #[arg(
        long,
        global = true,
        value_name = "PATH or URL",
        env = "DESKBELL_DATABASE",
        hide_env_values = true
    )]
    pub(super) database: Option<OsString>,
    /// A TOML file with settings; `deskbell config` prints them all with their meaning
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the server until it gets an interrupt or termination signal
    #[command(after_help = "\
Prints one line, \"listening on http://ADDRESS\", when it is ready for requests. The log goes to standard error.

Examples:
  deskbell serve
  deskbell serve --listen 0.0.0.0:8737 --public-url https://chat.fern.example")]
    Serve(ServeOptions),
    /// Shops that may embed the chat
    #[command(subcommand)]
    Site(SiteCommand),
    /// People who answer
    #[command(subcommand)]
    Agent(AgentCommand),
    /// What is stored about a customer
    #[command(subcommand)]
    Customer(CustomerCommand),
    /// Addresses of your own that are told what happens in a shop's chats
    #[command(subcommand, after_long_help = super::webhook::ABOUT)]
    Webhook(WebhookCommand),
    /// Read messages, one per line, and print what the model reads and the policy decides
    #[command(after_help = "\
Each line of standard input is a message; each line of standard output a JSON object with text, intent, confidence,
sentiment, sentiment_scores, decision and reason, or with text and error. Each message counts as the first of its
conversation. A model with labels of its own adds built_in: what would be read without them.

Examples:
  echo 'can I speak to somebody' | deskbell triage
  deskbell triage --model my-model 'my brakes squeak'")]
    Triage(TriageOptions),
    /// Teach the model labels of your own, from a table of examples
    #[command(after_help = "\
The table has a header with the columns text and label, and one message a row; commas, semicolons or tabs separate the
columns, and the file is UTF-8. Ten examples of each label are a good start. Text and labels do not leave this machine.

DIR gets model.onnx and manifest.json, and confusion.html, a page about what is mixed up. A request for a person, the
sensitive intents and the mood are still read by the built-in labels: nothing that is taught here changes those.

Examples:
  deskbell train --data examples.csv --out my-model
  deskbell train --data examples.csv --test test.csv --out my-model
  deskbell serve --model my-model")]
    Train(TrainOptions),
    /// Copy the database to a file, also while the server runs, and check the copy
    #[command(after_help = "\
The copy has everything that was acknowledged before the command began. It gets its name only when it is whole, checked
and on the disk; nothing is ever replaced. In a folder it is called deskbell-DATE.db, with the date and time in UTC.

To go back to a backup: stop the server, delete deskbell.db-wal and deskbell.db-shm if they are there, copy the backup to
deskbell.db, start the server.

Examples:
  deskbell backup --to /var/backups/deskbell --keep 14
  deskbell backup --to before-the-upgrade.db")]
    Backup(BackupOptions),
    /// Move everything from a SQLite file to a PostgreSQL database, which several servers can share
    #[command(after_help = "\
Stop the server first. The database has to be there and be empty. Sites, people, sessions and conversations with all their
events are copied in one transaction, read back and compared, by number and by SHA-256, before that is committed. The file
is only read; keep it until you are content. Agents stay signed in, and customers go on where they were.

Examples:
  deskbell migrate-store --from deskbell.db --to postgres://deskbell@db.example/deskbell
  PGPASSWORD=... deskbell migrate-store --from deskbell.db --to 'postgres://deskbell@db.example/deskbell?sslmode=verify-full'")]
    MigrateStore(MigrateStoreOptions),
    /// Show what was done with accounts and sites, by whom and when
    #[command(after_help = "\
Sign-ins, also failed ones, new accounts, passwords, roles, second steps, signing out everywhere, and sites that were added or
changed. It is only ever added to. The last column is the id of the request, as in the server's log, or 'command line'.

Examples:
  deskbell audit --since 7d
  deskbell audit --json > audit.jsonl")]
    Audit(AuditOptions),
    /// Ask the running server whether it is ready; fails if it is not, for health checks
    #[command(after_help = "\
Asks at the address where the server listens, as in its settings.

Examples:
  deskbell health
  deskbell health --listen 127.0.0.1:8737")]
    Health(HealthOptions),
    /// Print all settings with their defaults and meaning, as a file for --config
    Config,
}

#[derive(Debug, Args)]
pub(super) struct ServeOptions {
    /// Where to listen [default: 127.0.0.1:8737]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(super) listen: Option<SocketAddr>,
    /// The address browsers use, if a proxy stands in front
    #[arg(long, value_name = "ORIGIN")]
    pub(super) public_url: Option<Origin>,
    /// Folder with the model to read messages with, here and on devices [default: the model that is built in]
    #[arg(long, value_name = "DIR")]
    pub(super) model: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct BackupOptions {
    /// The file to make, or a folder that is there already
    #[arg(long, value_name = "PATH")]
    pub(super) to: PathBuf,
    /// Delete all but the N newest of its own backups in the folder, after the new one is checked
    #[arg(long, value_name = "N")]
    pub(super) keep: Option<NonZeroU16>,
}

#[derive(Debug, Args)]
pub(super) struct MigrateStoreOptions {
    /// The SQLite file
    #[arg(long, value_name = "PATH")]
    pub(super) from: OsString,
    /// The PostgreSQL database
    #[arg(long, value_name = "URL")]
    pub(super) to: OsString,
}

#[derive(Debug, Args)]
pub(super) struct AuditOptions {
    /// Only of the last days, hours or minutes, such as 7d, 12h or 30m [default: all]
    #[arg(long, value_name = "TIME", value_parser = ago)]
    pub(super) since: Option<Ago>,
    /// One JSON object a line; times are milliseconds since 1970-01-01 00:00 UTC
    #[arg(long)]
    pub(super) json: bool,
}

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ago(pub(super) i64);

fn ago(text: &str) -> anyhow::Result<Ago> {
    let unit = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000)]
        .into_iter()
        .find_map(|(name, millis)| Some((text.strip_suffix(name)?, millis)));
    let time = unit.and_then(|(number, millis)| Some((number.parse::<u32>().ok()?, millis)));
    let (number, millis) =
        time.ok_or_else(|| anyhow::anyhow!("a time is such as 7d, 12h or 30m"))?;
    Ok(Ago(i64::from(number) * millis))
}

#[derive(Debug, Args)]
pub(super) struct HealthOptions {
    /// Where the server listens [default: 127.0.0.1:8737]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(super) listen: Option<SocketAddr>,
}

#[derive(Debug, Subcommand)]
pub(super) enum SiteCommand {
    /// Add a shop and print the snippet for its pages
    #[command(after_help = "\
Examples:
  deskbell site add --key fern --name \"Fern & Field\" --origin https://fern.example
  deskbell site add --key fern --name \"Fern & Field\" --origin https://fern.example \\
      --origin https://www.fern.example --phone \"+44 20 7946 0000\" --answers answers.toml
  deskbell site add --key fern --replace --answers answers.toml

The built-in answers are English. A shop in another of our languages gets a bot that has no answers yet: it says in that
language that it cannot answer and that a person can. `deskbell site answers` prints the English ones: translate them,
write what is true of your shop, and give the file to --answers.")]
    Add(Box<SiteOptions>),
    /// List the shops
    List,
    /// Print the built-in English answers, as a file for --answers
    #[command(after_help = "\
Examples:
  deskbell site answers > answers.toml
  deskbell site add --key fern --replace --answers answers.toml")]
    Answers,
    /// Keys for customers whom the shop's own server names and signs: agents see them as verified
    #[command(subcommand, after_long_help = super::identity::EXAMPLES)]
    Identity(IdentityCommand),
}

#[derive(Debug, Subcommand)]
pub(super) enum IdentityCommand {
    /// Show which keys a site has
    Show(IdentityOptions),
    /// Make a secret for HS256 and show it once; the former one counts for 24 hours more
    NewSecret(IdentityOptions),
    /// Remove the secret, and the former one, at once
    RemoveSecret(IdentityOptions),
    /// Take what the private half of this key signs (EdDSA with Ed25519)
    SetPublicKey {
        #[command(flatten)]
        site: IdentityOptions,
        /// The public key, as PEM or JWK
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
    /// Remove the public key
    RemovePublicKey(IdentityOptions),
}

#[derive(Debug, Args)]
pub(super) struct IdentityOptions {
    /// Key of the site
    #[arg(long)]
    pub(super) key: SiteKey,
}

#[derive(Debug, Args)]
pub(super) struct SiteOptions {
    /// Public key, as in the script tag: letters, digits, '-' and '_'
    #[arg(long)]
    pub(super) key: SiteKey,
    /// The shop's name as customers know it
    #[arg(long, required_unless_present = "replace")]
    pub(super) name: Option<String>,
    /// Where the shop's pages are, such as https://shop.example; may be repeated
    #[arg(
        long = "origin",
        value_name = "ORIGIN",
        required_unless_present = "replace"
    )]
    pub(super) origins: Vec<Origin>,
    /// Language tag of the shop, and of its answers [default: en]
    #[arg(long, value_name = "TAG")]
    pub(super) language: Option<String>,
    /// Phone number for when the chat cannot help
    #[arg(long)]
    pub(super) phone: Option<String>,
    /// E-mail address for when the chat cannot help
    #[arg(long)]
    pub(super) email: Option<String>,
    /// What the bot says, as a TOML file [default: general answers in English, none in another language]
    #[arg(long, value_name = "FILE")]
    pub(super) answers: Option<PathBuf>,
    /// Folder with the model that the server uses, whose labels the answers may have [default: as in the settings]
    #[arg(long, value_name = "DIR")]
    pub(super) model: Option<PathBuf>,
    /// For how many days after its last event a conversation is kept, unless it waits for a person or is with one: 1 to
    /// 3650 [default: 90]
    #[arg(long, value_name = "DAYS", value_parser = retention)]
    pub(super) retention_days: Option<Retention>,
    /// Change the shop with this key; what is not given stays as it is
    #[arg(long)]
    pub(super) replace: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum CustomerCommand {
    /// Write everything that is stored about a customer as JSON
    #[command(after_help = "\
An e-mail address finds the conversations in which the shop's page introduced the customer with it, or the customer left
it as a way to be reached, at any time; nobody has checked that it is theirs. What messages say is not searched. A
customer without an address is found by the id of the conversation, which the console shows in its address.

Each conversation has where it stands, with contact and introduction, and all its events. Times are milliseconds since
1970-01-01 00:00 UTC.

Examples:
  deskbell customer export --email ana@example.org --out ana.json
  deskbell customer export --conversation 0123456789abcdef0123456789abcdef")]
    Export(ExportOptions),
    /// Erase everything that is stored about a customer, also while the server runs
    #[command(after_help = "\
Finds the same conversations as `deskbell customer export`. They are gone at once, wherever they stand; whoever reads one
is cut off, and a customer who writes again begins anew. Backups that were made before still have them.

Examples:
  deskbell customer erase --email ana@example.org
  deskbell customer erase --email ana@example.org --site fern --yes")]
    Erase(EraseOptions),
}

#[derive(Debug, Args)]
pub(super) struct ExportOptions {
    #[command(flatten)]
    pub(super) customer: CustomerOptions,
    /// The file to make, for nobody else to read [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct EraseOptions {
    #[command(flatten)]
    pub(super) customer: CustomerOptions,
    /// Do not ask
    #[arg(long)]
    pub(super) yes: bool,
}

/// Whom it is about.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("whom").required(true))]
pub(super) struct CustomerOptions {
    /// The customer's e-mail address, in whatever capitals
    #[arg(long, value_parser = EmailAddress::new, group = "whom")]
    pub(super) email: Option<EmailAddress>,
    /// The id of one conversation
    #[arg(long, value_name = "ID", value_parser = conversation_id, group = "whom")]
    pub(super) conversation: Option<ConversationId>,
    /// Only what is at this site [default: at all of them]
    #[arg(long, value_name = "KEY")]
    pub(super) site: Option<SiteKey>,
}

fn conversation_id(text: &str) -> Result<ConversationId, deskbell_protocol::IdError> {
    ConversationId::new(text)
}

fn retention(text: &str) -> anyhow::Result<Retention> {
    let days = text.parse::<u32>().ok();
    let retention = days.and_then(|days| Retention::try_from(days).ok());
    retention.ok_or_else(|| deskbell_desk::RetentionError.into())
}

#[derive(Debug, Subcommand)]
pub(super) enum AgentCommand {
    /// Add a person who answers
    #[command(after_help = "\
Asks for the password, or reads it from standard input with --password-stdin.

Examples:
  deskbell agent add --email sam@fern.example --name Sam
  pass show deskbell/sam | deskbell agent add --email sam@fern.example --name Sam --password-stdin")]
    Add(AgentOptions),
    /// List the people who answer
    List,
    /// Set a new password and sign the person out everywhere
    Password(PasswordOptions),
    /// Give somebody another role
    #[command(after_help = "\
An agent answers customers. A supervisor may read every conversation, too. An operator may also read what `deskbell audit`
shows.

Examples:
  deskbell agent role --email sam@fern.example --role supervisor")]
    Role(RoleOptions),
    /// Sign somebody out everywhere
    SignOut(WhoOptions),
    /// Take somebody's second step of signing in away, with the recovery codes, and sign them out everywhere
    #[command(after_help = "\
For somebody who lost both the authenticator app and the recovery codes. Make sure that it is they who ask.")]
    TotpReset(WhoOptions),
}

#[derive(Debug, Args)]
pub(super) struct WhoOptions {
    /// Who
    #[arg(long)]
    pub(super) email: String,
}

#[derive(Debug, Args)]
pub(super) struct RoleOptions {
    /// Who
    #[arg(long)]
    pub(super) email: String,
    /// agent, supervisor or operator
    #[arg(long)]
    pub(super) role: Role,
}

#[derive(Debug, Args)]
pub(super) struct AgentOptions {
    /// E-mail address to sign in with
    #[arg(long)]
    pub(super) email: String,
    /// The name that customers see
    #[arg(long)]
    pub(super) name: String,
    /// agent, supervisor or operator [default: operator for the first person, agent for all others]
    #[arg(long)]
    pub(super) role: Option<Role>,
    /// Read the password from standard input instead of asking
    #[arg(long)]
    pub(super) password_stdin: bool,
}

#[derive(Debug, Args)]
pub(super) struct PasswordOptions {
    /// Whose password
    #[arg(long)]
    pub(super) email: String,
    /// Read the password from standard input instead of asking
    #[arg(long)]
    pub(super) password_stdin: bool,
}

#[derive(Debug, Args)]
pub(super) struct TriageOptions {
    /// Folder with model.onnx and manifest.json [default: the model that is built in]
    #[arg(long, value_name = "DIR")]
    pub(super) model: Option<PathBuf>,
    /// Messages to read; without any, each line of standard input is one
    #[arg(value_name = "TEXT")]
    pub(super) texts: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct TrainOptions {
    /// Table of examples to learn from, with the columns text and label
    #[arg(long, value_name = "FILE")]
    pub(super) data: PathBuf,
    /// Table of examples to measure with; without it, the measure is cross-validation
    #[arg(long, value_name = "FILE")]
    pub(super) test: Option<PathBuf>,
    /// Folder to write the model to; made if there is none
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Folder with the model to start from [default: the model that is built in]
    #[arg(long, value_name = "DIR")]
    pub(super) model: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn a_length_of_time_has_a_unit() {
        assert_eq!(ago("7d").unwrap(), Ago(7 * 86_400_000));
        assert_eq!(ago("12h").unwrap(), Ago(12 * 3_600_000));
        assert_eq!(ago("30m").unwrap(), Ago(30 * 60_000));
        for strange in ["", "7", "d", "-1d", "7w", "1é"] {
            assert!(ago(strange).is_err(), "{strange}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
