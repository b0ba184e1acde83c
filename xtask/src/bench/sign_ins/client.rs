//! Signs up and signs in as many visitors, each from an address of its own.

use anyhow::{Result, bail};

use crate::bench::connection::{Connection, Response, Visitor};
use crate::demo_store::DemoStore;

/// A try too many would be answered by the limit of the account, not by the password: five are
/// free.
pub(crate) const TRIES_PER_ACCOUNT: usize = 4;
const PASSWORD: &str = "seven quiet herons at dusk";
pub(crate) const WRONG_PASSWORD: &str = "six quiet herons at dusk";

/// Whose address is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccountKind {
    /// Signed up here.
    Known,
    Unknown,
    /// Brought from another shop, with a hash of another kind.
    Imported,
    /// For the storm, which takes more accounts than there is time to sign up.
    Brought,
}

impl AccountKind {
    /// Addresses of all kinds are equally long, so that answers which show them are too.
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

/// Where visitors come in, each from an address of their own.
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
