//! `deskbell site`.

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, bail};
use deskbell_desk::{
    AnswerBook, AuditedAct, DirectoryError, IdentityKeys, Language, Retention, Site, Store,
};
use deskbell_protocol::{ContactText, FallbackContact, IntentId};
use deskbell_triage::policy::Policy;

use super::commands::SiteOptions;
use super::{audit, table};
use crate::settings::Settings;
use crate::{ModelFiles, Origin};

/// What the bot of an English shop says unless the merchant says otherwise, as a file for `--answers`.
pub(super) const BUILT_IN_ANSWERS: &str = include_str!("../../answers.default.toml");

/// Longest name of a shop, in characters.
const MAX_NAME_CHARS: usize = 60;

pub(super) async fn add(
    store: &dyn Store,
    settings: &Settings,
    options: &SiteOptions,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let present = store.site(&options.key).await?;
    let known = present.is_some();
    let site = match (present, options.replace) {
        (Some(present), true) => changed(present, settings, options)?,
        (None, true) if options.name.is_none() || options.origins.is_empty() => bail!(
            "there is no site '{}' yet: to add it, --name and --origin are needed",
            options.key
        ),
        (_, _) => changed(blank(options)?, settings, options)?,
    };
    let act = if known {
        AuditedAct::SiteChanged
    } else {
        AuditedAct::SiteAdded
    };
    if options.replace || !known {
        audit::record(store, act, options.key.as_str(), None).await?;
    }
    if options.replace {
        store.replace_site(&site).await?;
    } else {
        store.add_site(&site).await.map_err(|error| match error {
            DirectoryError::Exists => anyhow::anyhow!(
                "there is a site '{}' already; --replace changes it",
                options.key
            ),
            other => other.into(),
        })?;
    }
    let (server, key) = (settings.public_address(), &site.key);
    writeln!(
        out,
        "The site '{key}' ({}) is ready for {}.",
        site.name,
        site.origins.join(" and ")
    )?;
    writeln!(out, "Put this into its pages, before </body>:\n")?;
    writeln!(
        out,
        "<script async src=\"{server}/embed.js\" data-site=\"{key}\"></script>"
    )?;
    writeln!(
        out,
        "<noscript><a href=\"{server}/contact/{key}\">Talk to a human</a></noscript>"
    )?;
    about_language(&site, out)
}

/// Says what the customers of a shop that is not English read, as long as the merchant has not seen to that.
fn about_language(site: &Site, out: &mut impl Write) -> anyhow::Result<()> {
    let Site { key, language, .. } = site;
    let english = built_in_answers("en")?;
    let without = built_in_answers(language)?;
    if Language::named(language).is_none() {
        writeln!(
            out,
            "\nThe chat has no words in the language '{language}' yet: the bot says in English that it is one."
        )?;
    }
    if english == without || (site.answers != english && site.answers != without) {
        return Ok(());
    }
    if site.answers == english {
        writeln!(
            out,
            "\nThe language of this shop is '{language}', but its bot has the built-in answers, which are English.\n\
             With --replace --language {language} it has none until you give it some in that language."
        )?;
    } else {
        writeln!(
            out,
            "\nThe bot has no answers in the language '{language}' yet: the built-in ones are English. Whatever it is asked,\n\
             it says in that language that it cannot answer and that a person can."
        )?;
    }
    writeln!(
        out,
        "To give it answers, translate the English ones and write what is true of your shop:\n\n  \
         deskbell site answers > answers.toml\n  \
         deskbell site add --key {key} --replace --answers answers.toml"
    )?;
    Ok(())
}

pub(super) async fn list(store: &dyn Store, out: &mut impl Write) -> anyhow::Result<()> {
    let sites = store.sites().await?;
    if sites.is_empty() {
        writeln!(
            out,
            "There is no site yet. `deskbell site add --help` shows how to add one."
        )?;
        return Ok(());
    }
    let rows: Vec<_> = sites
        .into_iter()
        .map(|site| {
            [
                site.key.to_string(),
                site.name,
                site.language,
                site.retention.days().to_string(),
                site.origins.join(" "),
            ]
        })
        .collect();
    Ok(table::write(
        out,
        ["KEY", "NAME", "LANGUAGE", "DAYS KEPT", "ORIGINS"],
        &rows,
    )?)
}

/// A new site before the options are applied.
fn blank(options: &SiteOptions) -> anyhow::Result<Site> {
    Ok(Site {
        key: options.key.clone(),
        name: String::new(),
        language: "en".to_owned(),
        origins: Vec::new(),
        contact: FallbackContact::default(),
        answers: built_in_answers("en")?,
        policy: Policy::default(),
        retention: Retention::default(),
        identity: IdentityKeys::default(),
    })
}

fn changed(site: Site, settings: &Settings, options: &SiteOptions) -> anyhow::Result<Site> {
    let mut site = site;
    if let Some(name) = &options.name {
        site.name = checked("--name", name, MAX_NAME_CHARS)?;
    }
    if !options.origins.is_empty() {
        site.origins = options.origins.iter().map(Origin::to_string).collect();
        site.origins.sort();
        site.origins.dedup();
    }
    if let Some(language) = &options.language {
        let tag = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if !(2..=35).contains(&language.len()) || !language.bytes().all(tag) {
            bail!("--language: '{language}' is no language tag, such as en or pt-BR");
        }
        // The answers of a merchant stay, whatever their language is.
        let built_in = site.answers == built_in_answers(&site.language)?
            || site.answers == built_in_answers("en")?;
        site.language.clone_from(language);
        if built_in {
            site.answers = built_in_answers(language)?;
        }
    }
    if let Some(phone) = &options.phone {
        site.contact.phone = Some(checked("--phone", phone, 40)?);
    }
    if let Some(email) = &options.email {
        site.contact.email = Some(checked("--email", email, 200)?);
    }
    if let Some(retention) = options.retention_days {
        site.retention = retention;
    }
    if let Some(path) = &options.answers {
        site.answers = read_answers(path, settings.model.as_deref())?;
    }
    Ok(site)
}

/// What the bot says unless the merchant says otherwise: the built-in answers to customers who are spoken to in English,
/// none to others. Nobody wants to be greeted in their language and answered in another one.
fn built_in_answers(language: &str) -> anyhow::Result<AnswerBook> {
    let english = Language::default();
    match Language::named(language).unwrap_or(english) {
        language if language == english => {
            parse_answers(BUILT_IN_ANSWERS).context("the built-in answer book")
        }
        language => Ok(AnswerBook::without_answers(language)),
    }
}

/// A short text that customers see, in one line.
pub(super) fn checked(option: &str, text: &str, max: usize) -> anyhow::Result<String> {
    let text = ContactText::new(text).map_err(|error| {
        anyhow::anyhow!("{option}: {}", error.to_string().replace("message", "text"))
    })?;
    let text = String::from(text);
    if text.chars().count() > max || text.contains(['\n', '\t', '\u{2028}', '\u{2029}']) {
        bail!("{option}: one line of at most {max} characters is possible");
    }
    Ok(text)
}

fn read_answers(path: &Path, model: Option<&Path>) -> anyhow::Result<AnswerBook> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("{shown} cannot be read"))?;
    let book = parse_answers(&text).with_context(|| format!("{shown} cannot be used"))?;
    let known = ModelFiles::open(model)?.labels()?;
    if let Some(unknown) = book.answers.keys().find(|intent| !known.contains(*intent)) {
        let known: Vec<_> = known.iter().map(IntentId::as_str).collect();
        let other = match model {
            Some(_) => "",
            None => "; for labels of your own, --model names the folder of your model",
        };
        bail!(
            "{shown}: answers.{unknown}: the model knows no such intent; it knows {}{other}",
            known.join(", ")
        );
    }
    Ok(book)
}

fn parse_answers(text: &str) -> anyhow::Result<AnswerBook> {
    let book: AnswerBook = toml::from_str(text)?;
    book.check()?;
    Ok(book)
}

#[cfg(test)]
mod tests {
    use deskbell_triage::policy::{OUT_OF_SCOPE, SENSITIVE, TALK_TO_HUMAN};
    use deskbell_triage::taxonomy;

    use super::*;

    #[test]
    fn the_built_in_answer_book_has_an_answer_to_everything_that_the_bot_may_answer() {
        let book = parse_answers(BUILT_IN_ANSWERS).unwrap();
        for intent in taxonomy::INTENTS {
            let a_persons =
                intent == TALK_TO_HUMAN || intent == OUT_OF_SCOPE || SENSITIVE.contains(&intent);
            let answered = book
                .answers
                .keys()
                .any(|answered| answered.as_str() == intent);
            assert_eq!(answered, !a_persons, "{intent}");
        }
    }
}
