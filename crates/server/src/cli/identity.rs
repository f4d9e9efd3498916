//! `deskbell site identity`.

use std::io::Write;

use anyhow::Context as _;
use deskbell_desk::{AuditedAct, IdentitySecret, Site, Store};
use deskbell_protocol::{SiteKey, Timestamp};

use super::audit;
use super::commands::{IdentityCommand, IdentityOptions};
use crate::{identity, secrets};

/// How a shop's server signs.
pub(super) const EXAMPLES: &str = include_str!("../../identity.examples.txt");

pub(super) async fn run(
    store: &dyn Store,
    command: IdentityCommand,
    now: Timestamp,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    match command {
        IdentityCommand::Show(IdentityOptions { key }) => show(&site(store, &key).await?, now, out),
        IdentityCommand::NewSecret(IdentityOptions { key }) => {
            let mut site = site(store, &key).await?;
            let secret = secrets::random_token()?;
            site.identity
                .replace_secret(IdentitySecret(secret.clone()), now);
            replace(store, &site, "identity secret made").await?;
            writeln!(
                out,
                "The secret of the site '{key}' for HS256, which is not shown again:\n\n  {secret}\n"
            )?;
            if site.identity.former.is_some() {
                writeln!(out, "The former one counts for 24 hours more.")?;
            }
            Ok(writeln!(
                out,
                "Give it to your shop's server and to nobody else. `deskbell site identity --help` shows how to sign with it."
            )?)
        }
        IdentityCommand::RemoveSecret(IdentityOptions { key }) => {
            let mut site = site(store, &key).await?;
            (site.identity.secret, site.identity.former) = (None, None);
            replace(store, &site, "identity secret removed").await?;
            Ok(writeln!(
                out,
                "No secret of the site '{key}' counts any more."
            )?)
        }
        IdentityCommand::SetPublicKey { site: of, file } => {
            let mut site = site(store, &of.key).await?;
            let shown = file.display();
            let text = std::fs::read_to_string(&file)
                .with_context(|| format!("{shown} cannot be read"))?;
            let key = identity::read_public_key(&text)
                .with_context(|| format!("{shown} cannot be used"))?;
            site.identity.public_key = Some(key);
            replace(store, &site, "identity public key set").await?;
            Ok(writeln!(
                out,
                "The site '{}' takes what is signed with this key's private half (EdDSA).",
                of.key
            )?)
        }
        IdentityCommand::RemovePublicKey(IdentityOptions { key }) => {
            let mut site = site(store, &key).await?;
            site.identity.public_key = None;
            replace(store, &site, "identity public key removed").await?;
            Ok(writeln!(
                out,
                "The site '{key}' has no public key any more."
            )?)
        }
    }
}

/// Puts `site` in the place of what it was before, and leaves `what` was changed in the audit log.
async fn replace(store: &dyn Store, site: &Site, what: &str) -> anyhow::Result<()> {
    let (key, detail) = (site.key.as_str(), Some(what.to_owned()));
    audit::record(store, AuditedAct::SiteChanged, key, detail).await?;
    Ok(store.replace_site(site).await?)
}

async fn site(store: &dyn Store, key: &SiteKey) -> anyhow::Result<Site> {
    let found = store.site(key).await?;
    found.with_context(|| {
        format!("there is no site '{key}'; `deskbell site list` shows which there are")
    })
}

fn show(site: &Site, now: Timestamp, out: &mut impl Write) -> anyhow::Result<()> {
    let keys = &site.identity;
    let secret = match keys.secrets_at(now).count() {
        0 => "none",
        1 => "there is one",
        _ => "there is one, and the former one still counts",
    };
    let public_key = match &keys.public_key {
        Some(key) => data_encoding::BASE64URL_NOPAD.encode(key),
        None => "none".to_owned(),
    };
    writeln!(out, "Secret (HS256):     {secret}")?;
    writeln!(out, "Public key (EdDSA): {public_key}")?;
    if keys.is_empty() {
        writeln!(
            out,
            "\nNo signed identity is taken. `deskbell site identity new-secret --key {}` makes a secret.",
            site.key
        )?;
    }
    Ok(())
}
