//! `cargo xtask clean-data`: forgets everything the development store knows.

use std::fs;
use std::io::{IsTerminal, Write, stdin, stdout};

use anyhow::{Context, Result};

use crate::failure::Failure;
use crate::progress::say;
use crate::{paths, run};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    Given,
    ToBeAsked,
}

pub fn run(consent: Consent) -> Result<()> {
    let data = paths::data();
    if !data.exists() {
        say("There are no data.");
        return Ok(());
    }
    let _lock = run::hold_data()?;
    if consent == Consent::ToBeAsked && !confirmed()? {
        say("Nothing was removed.");
        return Ok(());
    }
    fs::remove_dir_all(&data).with_context(|| format!("cannot remove {}", data.display()))?;
    say("The data are gone; the next `cargo xtask run` starts with the demo catalogue.");
    Ok(())
}

fn confirmed() -> Result<bool> {
    if !stdin().is_terminal() {
        return Err(Failure::new("Nobody is here to confirm.")
            .mend("cargo xtask clean-data --yes")
            .into());
    }
    print!(
        "Remove the database, orders, mails, pictures and keys in {}? [y/N] ",
        paths::data().display()
    );
    stdout().flush()?;
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
