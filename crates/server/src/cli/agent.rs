//! `deskbell agent`.

use std::io::{self, Read as _, Write};

use anyhow::{Context as _, ensure};
use deskbell_desk::{Agent, AuditedAct, Role, Store};
use deskbell_protocol::{AgentId, AgentName, EmailAddress};

use super::commands::{AgentOptions, PasswordOptions, RoleOptions, WhoOptions};
use super::{audit, site, table};
use crate::passwords::{self, MIN_CHARS};
use crate::secrets;

/// Longest name of an agent, in characters.
const MAX_NAME_CHARS: usize = 60;

pub(super) async fn add(
    store: &dyn Store,
    options: &AgentOptions,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let email = checked_email(&options.email)?;
    let name = site::checked("--name", &options.name, MAX_NAME_CHARS)?;
    // Asked before the password: nobody wants to think of one in vain.
    ensure!(
        store.agent_by_email(&email).await?.is_none(),
        "{email} is there already; `deskbell agent password` sets a new password"
    );
    let password = read_password(options.password_stdin)?;
    // Whoever sets the server up is the first.
    let first = store.agents().await?.is_empty();
    let usual = if first { Role::Operator } else { Role::Agent };
    let agent = Agent {
        name: AgentName {
            id: AgentId::new(secrets::random_id()?)?,
            name: name.clone(),
        },
        email,
        password_hash: passwords::hash(&password)?,
        online: false,
        role: options.role.unwrap_or(usual),
    };
    let detail = Some(agent.role.to_string());
    audit::record(store, AuditedAct::AgentAdded, &agent.email, detail).await?;
    store.add_agent(&agent).await?;
    writeln!(
        out,
        "{name} can sign in as {} at the address /console of the server. Role: {}.",
        agent.email, agent.role
    )?;
    Ok(())
}

pub(super) async fn list(store: &dyn Store, out: &mut impl Write) -> anyhow::Result<()> {
    let agents = store.agents().await?;
    if agents.is_empty() {
        writeln!(
            out,
            "There is no agent yet. `deskbell agent add --help` shows how to add one."
        )?;
        return Ok(());
    }
    let rows: Vec<_> = agents
        .into_iter()
        .map(|agent| {
            let there = if agent.online { "yes" } else { "no" };
            [
                agent.email,
                agent.name.name,
                agent.role.to_string(),
                there.to_owned(),
            ]
        })
        .collect();
    Ok(table::write(
        out,
        ["EMAIL", "NAME", "ROLE", "AVAILABLE"],
        &rows,
    )?)
}

pub(super) async fn password(
    store: &dyn Store,
    options: &PasswordOptions,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let agent = with_email(store, &options.email).await?;
    let hash = passwords::hash(&read_password(options.password_stdin)?)?;
    audit::record(store, AuditedAct::PasswordSet, &agent.email, None).await?;
    store.set_password(&agent.name.id, &hash).await?;
    writeln!(
        out,
        "{} has a new password and is signed out everywhere.",
        agent.name.name
    )?;
    Ok(())
}

pub(super) async fn role(
    store: &dyn Store,
    options: &RoleOptions,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let agent = with_email(store, &options.email).await?;
    let detail = Some(options.role.to_string());
    audit::record(store, AuditedAct::RoleSet, &agent.email, detail).await?;
    store.set_role(&agent.name.id, options.role).await?;
    writeln!(
        out,
        "{} has the role {} now.",
        agent.name.name, options.role
    )?;
    Ok(())
}

pub(super) async fn sign_out(
    store: &dyn Store,
    options: &WhoOptions,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let agent = with_email(store, &options.email).await?;
    audit::record(store, AuditedAct::SignedOutEverywhere, &agent.email, None).await?;
    store.end_sessions(&agent.name.id).await?;
    writeln!(out, "{} is signed out everywhere.", agent.name.name)?;
    Ok(())
}

pub(super) async fn totp_reset(
    store: &dyn Store,
    options: &WhoOptions,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let agent = with_email(store, &options.email).await?;
    let (id, name) = (&agent.name.id, &agent.name.name);
    if store.totp(id).await?.is_none() {
        writeln!(out, "{name} has no second step.")?;
        return Ok(());
    }
    audit::record(store, AuditedAct::TotpReset, &agent.email, None).await?;
    store.reset_totp(id).await?;
    store.end_sessions(id).await?;
    writeln!(
        out,
        "{name} signs in with the password alone again, and is signed out everywhere."
    )?;
    Ok(())
}

async fn with_email(store: &dyn Store, text: &str) -> anyhow::Result<Agent> {
    let email = checked_email(text)?;
    let unknown = || {
        format!("nobody has the e-mail address {email}; `deskbell agent list` shows who is there")
    };
    store.agent_by_email(&email).await?.with_context(unknown)
}

fn checked_email(text: &str) -> anyhow::Result<String> {
    let email = text.trim().to_lowercase();
    ensure!(
        EmailAddress::new(&email).is_ok(),
        "--email: '{text}' is no e-mail address"
    );
    Ok(email)
}

fn read_password(from_stdin: bool) -> anyhow::Result<String> {
    let password = if from_stdin {
        let mut text = String::new();
        io::stdin()
            .read_to_string(&mut text)
            .context("the password cannot be read")?;
        let line = text.strip_suffix('\n').unwrap_or(&text);
        line.strip_suffix('\r').unwrap_or(line).to_owned()
    } else {
        let ask = |prompt| {
            rpassword::prompt_password(prompt)
                .context("there is no terminal to ask for the password; use --password-stdin")
        };
        let password = ask("Password: ")?;
        check_password(&password)?;
        ensure!(
            password == ask("The same again: ")?,
            "the two passwords differ"
        );
        password
    };
    check_password(&password)?;
    Ok(password)
}

fn check_password(password: &str) -> anyhow::Result<()> {
    ensure!(
        password.chars().count() >= MIN_CHARS,
        "the password must have at least {MIN_CHARS} characters"
    );
    Ok(())
}
