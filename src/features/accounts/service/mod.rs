//! Use-cases of accounts.

mod account;
mod addresses;
mod compose_mail;
mod current_account;
mod guest_orders;
mod import;
mod links;
mod mailed_links;
mod open_session;
mod passwords;
mod second_factor;
mod sessions;
mod sign_in;
mod sign_up;
mod staff;

use std::time::Duration;

use serde::Deserialize;

use crate::features::accounts::model::mails::{AccountMail, SendAccountMail};
use crate::infra::ctx::Ctx;
use crate::infra::outbox;
use crate::infra::rate_limit::Rule;
use crate::infra::settings::{SettingsTable, StoreSettings};
use crate::shared::error::AppResult;
use crate::shared::ids::AccountId;

pub use account::{
    claim_unconfirmed, confirmed_address, erase, find_unconfirmed, lock_account, me,
    request_email_change, save_name,
};
pub use addresses::{
    add_address, make_default_address, remove_address, save_address, saved_address, saved_addresses,
};
pub use compose_mail::compose_mail;
pub use guest_orders::{attach_guest_orders, attach_guest_orders_now};
pub use import::import_users;
pub use links::{
    LinkState, confirm, forgot_password, link_state, reset_password, send_verification_again,
};
pub use passwords::{change_password, confirm_own_password};
pub use second_factor::{confirm_code, second_step};
pub use sessions::{
    allow_export, authenticate, devices, end_other_sessions, end_session, evict_sessions,
    export_is_allowed, session_ids, sign_out, take_export,
};
pub use sign_in::{SignIn, sign_in};
pub use sign_up::sign_up;
pub use staff::{
    create_demo_staff, create_first_owner, demo_code, disable, end_sessions_of, invite, set_role,
    staff,
};

#[cfg(test)]
pub use staff::demo_address;

/// Mails to one account that a stranger can cause, in an hour (section 6.4 of the limits).
const MAILS: Rule = Rule { name: "account_mails", limit: 3, window: Duration::from_hours(1) };

/// What one network address can have mailed, in an hour.
const MAIL_REQUESTS: Rule =
    Rule { name: "account_mail_requests", limit: 10, window: Duration::from_hours(1) };

/// The table `[accounts]` of the options.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSettings {
    /// Milliseconds before which no answer leaves that could tell by its time whether an address is
    /// known (R6).
    answer_floor_ms: u64,
}

impl SettingsTable for AccountSettings {
    const NAME: &'static str = "accounts";

    fn problems(&self, _: &StoreSettings) -> Vec<String> {
        Vec::new()
    }
}

fn answer_floor(ctx: &Ctx) -> Duration {
    Duration::from_millis(ctx.settings.table::<AccountSettings>().answer_floor_ms)
}

fn email_index(ctx: &Ctx, email: impl AsRef<str>) -> Vec<String> {
    ctx.keyring.email_index(email)
}

fn mail(mail: AccountMail, account_id: AccountId) -> SendAccountMail {
    SendAccountMail::to_account(mail, account_id)
}

/// Leaves a mail in the outbox, on its own.
async fn mail_later(ctx: &Ctx, mail: SendAccountMail) -> AppResult<()> {
    let now = ctx.now();
    ctx.mongo
        .transaction(move |tx| {
            let mail = mail.clone();
            Box::pin(async move { outbox::enqueue(tx, &mail, now) })
        })
        .await
}
