//! Measures sign-in: whether it reveals who has an account, and how a login storm slows the shop.

mod client;
mod enumeration;
mod login_storm;

use std::fs;

use anyhow::Result;

pub(crate) use enumeration::EnumerationResult;
pub(crate) use login_storm::LoginStorm;

use super::response_times::PageReader;
use crate::demo_store::DemoStore;
use crate::failure::Failure;
use crate::paths;
use crate::process;
use crate::progress::run_step;
use client::{AccountKind, SignInClient};

/// A hash from another shop: bcrypt at the highest cost that the store imports, because its time
/// differs most.
const BCRYPT: &str = "$2b$12$MwUKAYy/aQT2UsycR7On2u9D8rrLJqYNj7Xxeq83MhGsyupig9nIC";
/// A hash in the store's own format. Its password is unknown and not needed.
const ARGON2ID: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE";

pub(crate) struct SignIns {
    pub(crate) enumeration: EnumerationResult,
    pub(crate) login_storm: LoginStorm,
}

/// Use only a store that nobody else uses: this creates accounts and sends requests up to its
/// limits.
pub(crate) fn measure(store: &DemoStore, pages: &[&str]) -> Result<SignIns> {
    let mut client = SignInClient { store, visitors: 0 };
    run_step("accounts to sign in to", |step| {
        for number in 0..=enumeration::ACCOUNTS {
            step.set_message(format!("{number} of {}", enumeration::ACCOUNTS));
            client.sign_up(&AccountKind::Known.email(number))?;
        }
        import_users(store, step)
    })?;
    let enumeration = run_step("sign-in times", |step| enumeration::measure(&mut client, step))?;
    let login_storm = run_step("login storm", |step| {
        login_storm::measure(&mut client, &mut PageReader::open(&store.address())?, pages, step)
    })?;
    Ok(SignIns { enumeration, login_storm })
}

/// Imports the users with the operator's command.
fn import_users(store: &DemoStore, step: &crate::progress::Step) -> Result<()> {
    let file = paths::root().join("target/bench/users.csv");
    fs::create_dir_all(file.with_file_name(""))?;
    let rows = |kind: AccountKind, count: usize, hash: &'static str| {
        (0..count).map(move |number| format!("{},\"{hash}\"\n", kind.email(number)))
    };
    let imported = rows(AccountKind::Imported, enumeration::ACCOUNTS + 1, BCRYPT).chain(rows(
        AccountKind::Brought,
        login_storm::ACCOUNTS,
        ARGON2ID,
    ));
    fs::write(&file, format!("email,password_hash\n{}", imported.collect::<String>()))?;
    let mut import = store.command(&["users", "import"]);
    import.arg(&file);
    let said = process::run_logged(import, "bench-users", step)?
        .require_success("Importing the users", "see the log")?;
    let expected = format!("{} users imported", enumeration::ACCOUNTS + 1 + login_storm::ACCOUNTS);
    if !said.contains(&expected) {
        return Err(Failure::new(format!("Importing the users did not end with \"{expected}\"."))
            .with_fix("see target/logs/bench-users.log")
            .into());
    }
    Ok(())
}
