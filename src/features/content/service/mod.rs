//! Use-cases of the pages of text: showing one, listing them, and adding those every shop begins
//! with.

mod markdown;
mod seed;

use crate::features::content::model::ContentPage;
use crate::features::content::service::markdown::Words;
use crate::features::content::store::{self, PageDocument, PageEntry};
use crate::infra::ctx::Ctx;
use crate::infra::mongo::new_id;
use crate::infra::settings::Settings;
use crate::shared::error::{AppError, AppResult};
use crate::shared::validate::{self, Required};

const TITLE_CHARS: u32 = 200;
const DESCRIPTION_CHARS: u32 = 300;
const BODY_CHARS: u32 = 20_000;

/// A page before it is stored.
pub struct NewPage<'a> {
    pub slug: &'a str,
    pub title: &'a str,
    pub description: &'a str,
    /// Markdown.
    pub body: &'a str,
}

/// # Errors
/// `NotFound` for an unknown slug.
pub async fn page(ctx: &Ctx, slug: &str) -> AppResult<ContentPage> {
    let PageDocument { slug, title, description, body, updated_at, .. } =
        store::by_slug(&ctx.mongo, slug).await?.ok_or_else(AppError::not_found)?;
    let words = words(&ctx.settings);
    let blocks = markdown::read(&body, &words).blocks;
    Ok(ContentPage { slug, title, description: words.fill(&description), blocks, updated_at })
}

/// Slug and time of the last change of every page.
pub async fn all(ctx: &Ctx) -> AppResult<Vec<PageEntry>> {
    store::all(&ctx.mongo).await
}

/// Adds the pages every shop begins with, but none that is there: what staff wrote stays.
pub async fn add_missing(ctx: &Ctx) -> AppResult<()> {
    let present = store::all(&ctx.mongo).await?;
    for new in seed::pages().iter().filter(|new| !present.iter().any(|page| page.slug == new.slug))
    {
        store::add(&ctx.mongo, &document(ctx, new)?).await?;
    }
    Ok(())
}

/// Checks a page as it is to be stored.
///
/// # Errors
/// `Invalid` for what is too long or empty, for HTML and pictures in the text, and for links that
/// lead nowhere good.
fn document(ctx: &Ctx, new: &NewPage<'_>) -> AppResult<PageDocument> {
    let slug = validate::slug("slug", new.slug)?;
    let title = validate::text("title", "a title", new.title, TITLE_CHARS, Required::Yes)?;
    let description = validate::text(
        "description",
        "a description",
        new.description,
        DESCRIPTION_CHARS,
        Required::Yes,
    )?;
    let body = validate::multiline_text("body", "a text", new.body, BODY_CHARS, Required::Yes)?;
    if let Some(refusal) = markdown::read(&body, &words(&ctx.settings)).refused.first() {
        return Err(AppError::field("content_refused", "body", refusal.clone()));
    }
    Ok(PageDocument { id: new_id(), slug, title, description, body, updated_at: ctx.now() })
}

fn words(settings: &Settings) -> Words {
    Words {
        store: settings.store.name.clone(),
        support_email: settings.store.support_email.clone(),
    }
}
