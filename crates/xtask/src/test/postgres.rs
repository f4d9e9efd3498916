//! What the tests of servers over one database need: PostgreSQL, which they start themselves.

use anyhow::{Result, bail};
use deskbell_postgres_process::{INSTALL, Programs};

use crate::{steps::Steps, test::browser};

/// Installs PostgreSQL where it is missing and can be installed.
///
/// # Errors
/// If it is missing and cannot, saying what to install.
pub fn ensure(steps: &mut Steps) -> Result<()> {
    if Programs::find().is_some() {
        return Ok(());
    }
    browser::install(&["postgresql"], steps)?;
    if Programs::find().is_none() {
        bail!("PostgreSQL is missing: {INSTALL}");
    }
    Ok(())
}
