//! `cargo xtask clean-data`: removes all data of the development store.

use std::fs;
use std::io::{IsTerminal, Write, stdin, stdout};

use anyhow::{Context, Result};

use crate::failure::Failure;
use crate::progress::print_line;
use crate::{paths, session};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Confirmation {
    Given,
    Ask,
}

pub(crate) fn run(confirmation: Confirmation) -> Result<()> {
    let data = paths::data();
    if !data.exists() {
        print_line("There are no data.");
        return Ok(());
    }
    let _lock = session::lock_data()?;
    if confirmation == Confirmation::Ask && !ask_for_confirmation()? {
        print_line("Nothing was removed.");
        return Ok(());
    }
    fs::remove_dir_all(&data).with_context(|| format!("cannot remove {}", data.display()))?;
    print_line("The data are gone; the next `cargo xtask run` starts with the demo catalogue.");
    Ok(())
}

fn ask_for_confirmation() -> Result<bool> {
    if !stdin().is_terminal() {
        return Err(Failure::new("Nobody is here to confirm.")
            .with_fix("cargo xtask clean-data --yes")
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
