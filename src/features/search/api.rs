//! The search field's server function.

use leptos::prelude::*;

use crate::features::search::model::Suggestion;
use crate::shared::error::AppError;
use crate::shared::form_post::FormPost;

/// Products and categories for what has been typed so far.
#[server(protocol = FormPost, prefix = "/api", endpoint = "search/suggest")]
pub async fn suggest(#[server(default)] q: String) -> Result<Vec<Suggestion>, AppError> {
    use crate::features::search::service;
    use crate::web::form::{FormSuccess, finish, request_ctx};
    let ctx = request_ctx()?;
    finish(&ctx, service::suggest(&ctx, &q).await, |_| FormSuccess::to("/search"))
}
