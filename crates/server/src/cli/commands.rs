//! What can be written on the command line, and its help.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use deskbell_protocol::SiteKey;

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
    /// The SQLite file; made if there is none [default: deskbell.db]
    #[arg(long, global = true, value_name = "PATH", env = "DESKBELL_DATABASE")]
    pub(super) database: Option<PathBuf>,
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
    Add(SiteOptions),
    /// List the shops
    List,
    /// Print the built-in English answers, as a file for --answers
    #[command(after_help = "\
Examples:
  deskbell site answers > answers.toml
  deskbell site add --key fern --replace --answers answers.toml")]
    Answers,
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
    /// Change the shop with this key; what is not given stays as it is
    #[arg(long)]
    pub(super) replace: bool,
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
}

#[derive(Debug, Args)]
pub(super) struct AgentOptions {
    /// E-mail address to sign in with
    #[arg(long)]
    pub(super) email: String,
    /// The name that customers see
    #[arg(long)]
    pub(super) name: String,
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
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
