//! Signs up and signs in as many visitors, each from an address of its own.

use anyhow::{Result, bail};

use crate::bench::connection::{Connection, Response, Visitor};
use crate::demo_store::DemoStore;

/// The limit of an account allows five tries. With more, the limit would answer instead of the
/// password check.
pub(crate) const TRIES_PER_ACCOUNT: usize = 4;
const PASSWORD: &str = "seven quiet herons at dusk";
pub(crate) const WRONG_PASSWORD: &str = "six quiet herons at dusk";

/// The kind of account whose address is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccountKind {
    /// Signed up here.
    Known,
    Unknown,
    /// Imported from another shop, with another kind of hash.
    Imported,
    /// For the login storm, which needs more accounts than can sign up in time.
    Brought,
}

impl AccountKind {
    /// Addresses of all kinds have the same length, so that answers that show them have it too.
    pub(crate) fn email(self, number: usize) -> String {
        let name = match self {
            Self::Known => "known",
            Self::Unknown => "other",
            Self::Imported => "moved",
            Self::Brought => "brought",
        };
        format!("{name}-{number:04}@sign-in.example")
    }
}

/// Sends requests of visitors, each from an IP address of its own.
pub(crate) struct SignInClient<'a> {
    pub(crate) store: &'a DemoStore,
    pub(crate) visitors: u16,
}

impl SignInClient<'_> {
    pub(crate) fn next_visitor(&mut self) -> Visitor {
        self.visitors += 1;
        Visitor::SigningIn(self.visitors)
    }

    pub(crate) fn sign_up(&mut self, email: &str) -> Result<()> {
        let visitor = self.next_visitor();
        let fields = [("email", email), ("password", PASSWORD)];
        let answer = Connection::open(&self.store.address())?.post_form(
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

pub(crate) fn submit_wrong_password(
    connection: &mut Connection,
    email: &str,
    visitor: Visitor,
) -> Result<Response> {
    connection.post_form(
        "/api/accounts/sign_in",
        &[("email", email), ("password", WRONG_PASSWORD)],
        "/login",
        visitor,
    )
}
