//! Signing in, measured: whether the answers tell who has an account, and what a storm of tries
//! does to the shop.

mod alike;
mod storm;

use std::fs;

use anyhow::{Result, bail};

pub use alike::Alike;
pub use storm::Storm;

use super::answers::Reader;
use super::connection::{Answer, Connection, Visitor};
use crate::demo_store::DemoStore;
use crate::failure::Failure;
use crate::paths;
use crate::process;
use crate::progress::step;

/// A try too many would be answered by the limit of the account, not by the password: five are
/// free.
const TRIES_OF_AN_ACCOUNT: usize = 4;
const PASSWORD: &str = "seven quiet herons at dusk";
const WRONG_PASSWORD: &str = "six quiet herons at dusk";

/// What another shop's users bring. bcrypt at the greatest cost that is imported: the time that
/// differs most.
const BCRYPT: &str = "$2b$12$MwUKAYy/aQT2UsycR7On2u9D8rrLJqYNj7Xxeq83MhGsyupig9nIC";
/// As the store makes them. No password is known to it, and none is needed.
const ARGON2ID: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE";

/// Whose address is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Signed up here.
    Known,
    Unknown,
    /// Brought from another shop, with a hash of another kind.
    Imported,
    /// For the storm, which takes more accounts than there is time to sign up.
    Brought,
}

impl Kind {
    /// Addresses of all kinds are equally long, so that answers which show them are too.
    fn email(self, number: usize) -> String {
        let name = match self {
            Self::Known => "known",
            Self::Unknown => "other",
            Self::Imported => "moved",
            Self::Brought => "brought",
        };
        format!("{name}-{number:04}@sign-in.example")
    }
}

pub struct SignIns {
    pub alike: Alike,
    pub storm: Storm,
}

/// Of a store that nobody else uses: it is filled with accounts and tried to its limits.
pub fn measure(store: &DemoStore, pages: &[&str]) -> Result<SignIns> {
    let mut door = Door { store, visitors: 0 };
    step("accounts to sign in to", |step| {
        for number in 0..=alike::ACCOUNTS {
            step.note(format!("{number} of {}", alike::ACCOUNTS));
            door.sign_up(&Kind::Known.email(number))?;
        }
        import_users(store, step)
    })?;
    let alike = step("sign-in times", |step| alike::measure(&mut door, step))?;
    let storm = step("login storm", |step| {
        storm::measure(&mut door, &mut Reader::open(&store.address())?, pages, step)
    })?;
    Ok(SignIns { alike, storm })
}

/// Where visitors come in, each from an address of their own.
struct Door<'a> {
    store: &'a DemoStore,
    visitors: u16,
}

impl Door<'_> {
    fn next_visitor(&mut self) -> Visitor {
        self.visitors += 1;
        Visitor::SigningIn(self.visitors)
    }

    fn sign_up(&mut self, email: &str) -> Result<()> {
        let visitor = self.next_visitor();
        let fields = [("email", email), ("password", PASSWORD)];
        let answer = Connection::open(&self.store.address())?.submit(
            "/api/accounts/sign_up",
            &fields,
            "/signup",
            visitor,
        )?;
        if answer.status != 303 {
            bail!("signing up was answered {}", answer.status);
        }
        Ok(())
    }
}

fn try_to_sign_in(connection: &mut Connection, email: &str, visitor: Visitor) -> Result<Answer> {
    connection.submit(
        "/api/accounts/sign_in",
        &[("email", email), ("password", WRONG_PASSWORD)],
        "/login",
        visitor,
    )
}

/// Through the operator's own command, as when a shop moves.
fn import_users(store: &DemoStore, step: &crate::progress::Step) -> Result<()> {
    let file = paths::root().join("target/bench/users.csv");
    fs::create_dir_all(file.with_file_name(""))?;
    let rows = |kind: Kind, count: usize, hash: &'static str| {
        (0..count).map(move |number| format!("{},\"{hash}\"\n", kind.email(number)))
    };
    let imported = rows(Kind::Imported, alike::ACCOUNTS + 1, BCRYPT).chain(rows(
        Kind::Brought,
        storm::ACCOUNTS,
        ARGON2ID,
    ));
    fs::write(&file, format!("email,password_hash\n{}", imported.collect::<String>()))?;
    let mut import = store.command(&["users", "import"]);
    import.arg(&file);
    let said = process::run_logged(import, "bench-users", step)?
        .or_fail("Importing the users", "see the log")?;
    let expected = format!("{} users imported", alike::ACCOUNTS + 1 + storm::ACCOUNTS);
    if !said.contains(&expected) {
        return Err(Failure::new(format!("Importing the users did not end with \"{expected}\"."))
            .mend("see target/logs/bench-users.log")
            .into());
    }
    Ok(())
}
