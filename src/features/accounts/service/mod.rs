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

use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, oid::ObjectId};
use serde::Deserialize;

use crate::features::accounts::model::mails::{AccountMail, SendAccountMail};
use crate::features::accounts::store::accounts::ACCOUNTS;
use crate::infra::crypto::{Purpose, SealContext};
use crate::infra::ctx::Ctx;
use crate::infra::outbox;
use crate::infra::rate_limit::Rule;
use crate::shared::error::{AppError, AppResult};

pub use account::{
    claim, claim_unconfirmed, confirmed_address, erase, find_unconfirmed, me, request_email_change,
    save_name,
};
pub use addresses::{
    add_address, make_default_address, remove_address, save_address, saved_address, saved_addresses,
};
pub use compose_mail::compose_mail;
pub use guest_orders::{join_orders, join_orders_now};
pub use import::import_users;
pub use links::{
    LinkState, confirm, forgot_password, link_state, reset_password, send_verification_again,
};
pub use passwords::{change_password, confirm_own_password};
pub use second_factor::{confirm_code, second_step};
pub use sessions::{
    allow_export, devices, end_other_sessions, end_session, export_is_allowed, forget_copies,
    identify, session_ids, sign_out, take_export,
};
pub use sign_in::{SignIn, sign_in};
pub use sign_up::sign_up;
pub use staff::{
    create_demo_staff, create_first_owner, demo_address, demo_code, disable, end_sessions_of,
    invite, set_role, staff,
};

/// Mails to one account that a stranger can cause, in an hour (section 6.4 of the limits).
const MAILS: Rule = Rule { name: "account_mails", limit: 3, window_seconds: 3_600 };

/// What one network address can have mailed, in an hour.
const MAIL_REQUESTS: Rule =
    Rule { name: "account_mail_requests", limit: 10, window_seconds: 3_600 };

/// The table `[accounts]` of the options.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSettings {
    /// Milliseconds before which no answer leaves that could tell by its time whether an address is
    /// known (R6).
    answer_floor_ms: u64,
}

/// Checks the feature's table at start.
pub fn check_settings(settings: &crate::infra::settings::Settings) -> Result<(), String> {
    settings.section::<AccountSettings>("accounts").map(drop)
}

fn answer_floor(ctx: &Ctx) -> AppResult<Duration> {
    let settings =
        ctx.settings.section::<AccountSettings>("accounts").map_err(AppError::internal)?;
    Ok(Duration::from_millis(settings.answer_floor_ms))
}

fn email_index(ctx: &Ctx, email: &str) -> Vec<String> {
    ctx.keyring.email_index(email)
}

fn seal(ctx: &Ctx, id: ObjectId, field: &str, text: &str) -> Binary {
    let bytes = ctx.keyring.seal(
        Purpose::Pii,
        SealContext { collection: ACCOUNTS, id: &id.to_hex(), field },
        text,
    );
    Binary { subtype: BinarySubtype::Generic, bytes }
}

fn open(ctx: &Ctx, id: ObjectId, field: &str, sealed: &Binary) -> AppResult<String> {
    ctx.keyring.open(
        Purpose::Pii,
        SealContext { collection: ACCOUNTS, id: &id.to_hex(), field },
        &sealed.bytes,
    )
}

fn mail(mail: AccountMail, account_id: ObjectId) -> SendAccountMail {
    SendAccountMail::to_account(mail, &account_id.to_hex())
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
