//! Forms: how the post of one ended, and where its sender goes now.

use std::sync::{Arc, Mutex, MutexGuard};

use axum::http::StatusCode;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::infra::ctx::Ctx;
use crate::shared::error::{AppError, AppResult};
use crate::web::notice::{Notice, Undo};

/// How a form post ended: the edge turns it into a redirect or into the page again.
#[derive(Clone, Debug)]
pub enum FormOutcome {
    Done(FormSuccess),
    Refused(AppError),
}

/// Where a successful form leads and the one line shown there.
#[derive(Clone, Debug)]
pub struct FormSuccess {
    /// A path of the shop, or the payment page.
    pub to: String,
    pub notice: Option<Notice>,
}

impl FormSuccess {
    pub fn to(path: impl Into<String>) -> Self {
        Self { to: path.into(), notice: None }
    }

    pub fn with_notice(mut self, text: &'static str) -> Self {
        self.notice = Some(Notice { text: text.to_owned(), undo: None });
        self
    }

    /// Offers to take back what the notice says.
    pub fn with_undo(mut self, undo: Undo) -> Self {
        if let Some(notice) = &mut self.notice {
            notice.undo = Some(undo);
        }
        self
    }
}

/// What a server function leaves for the edge besides its own answer; one for each request.
#[derive(Clone, Default)]
pub struct FormReply(Arc<Mutex<Reply>>);

#[derive(Default)]
struct Reply {
    outcome: Option<FormOutcome>,
    clears_site_data: bool,
}

impl FormReply {
    /// How the form post ended, if a server function ran.
    pub fn take_outcome(&self) -> Option<FormOutcome> {
        self.reply().outcome.take()
    }

    /// Whether the browser is asked to drop what it keeps of this site.
    pub fn clears_site_data(&self) -> bool {
        self.reply().clears_site_data
    }

    fn reply(&self) -> MutexGuard<'_, Reply> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }
}

/// The context of the request being served; server functions start with it.
///
/// # Errors
/// `Internal` outside of a request.
pub fn request_ctx() -> AppResult<Ctx> {
    use_context::<Ctx>().ok_or_else(|| AppError::internal("no request context was provided"))
}

/// Ends a server function: remembers the outcome for a form post and sets the status for an island.
///
/// # Errors
/// Those of `result`.
pub fn finish<T>(
    ctx: &Ctx,
    result: AppResult<T>,
    success: impl FnOnce(&T) -> FormSuccess,
) -> AppResult<T> {
    let outcome = match &result {
        Ok(value) => FormOutcome::Done(success(value)),
        Err(error) => {
            ctx.log_failure(error);
            if let Some(response) = use_context::<ResponseOptions>() {
                response.set_status(StatusCode::from_u16(error.status()).unwrap_or_default());
            }
            FormOutcome::Refused(error.clone())
        }
    };
    if let Some(reply) = use_context::<FormReply>() {
        reply.reply().outcome = Some(outcome);
    }
    result
}

/// Asks the browser to drop what it keeps of this site, besides the cookies that are removed one by
/// one (R27).
pub fn clear_site_data() {
    if let Some(reply) = use_context::<FormReply>() {
        reply.reply().clears_site_data = true;
    }
}
