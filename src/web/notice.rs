//! The one line that the next page shows about what was just done, and the form that takes it back.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::infra::client_storage::{ReadableBy, StoredItem};
use crate::infra::ctx::Ctx;

const NOTICE: StoredItem = StoredItem { name: "notice", readable_by: ReadableBy::Server };
/// The next page must be asked for within this time.
const NOTICE_LIFE: Duration = Duration::from_mins(1);

/// What happened, in one line, and the form that takes it back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub text: String,
    pub undo: Option<Undo>,
}

/// A form with nothing to fill in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// The server function's path.
    pub action: String,
    pub fields: Vec<(String, String)>,
}

/// Gives the notice to the next page of this visitor.
pub fn keep_notice(ctx: &Ctx, notice: &Notice) {
    let text = serde_json::to_string(notice).unwrap_or_default();
    let expires_at = ctx.now() + NOTICE_LIFE;
    let signed = ctx.keyring.sign_item_until(NOTICE.name, &text, expires_at);
    ctx.client_storage().set(NOTICE, signed, NOTICE_LIFE);
}

/// Reads the notice and has it forgotten: it is shown once.
pub fn take_notice(ctx: &Ctx) -> Option<Notice> {
    let signed = ctx.client_storage().get(NOTICE)?;
    ctx.client_storage().remove(NOTICE);
    serde_json::from_str(&ctx.keyring.verify_item(NOTICE.name, signed, ctx.now())?).ok()
}
