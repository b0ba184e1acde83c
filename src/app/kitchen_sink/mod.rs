//! Every part of the component kit in every state, for looking and for tests that look. Not there
//! in production.

mod fields;
mod words;

use leptos::prelude::*;

use crate::features::catalog;
use crate::infra::settings::Settings;
use crate::shared::error::{AppError, AppResult};
use crate::web::page::{PageRequest, PageResponse, PageResult};

use fields::Fields;
use words::{Answers, Buttons, Icons, Pictures, Prices, Wayfinding, WordsOnThings};

/// # Errors
/// `NotFound` in production.
pub async fn kitchen_sink(request: PageRequest) -> PageResult {
    outside_production(&request.ctx.settings)?;
    let cards = catalog::service::best_selling(&request.ctx).await?;
    let image = cards.into_iter().find_map(|card| card.image);
    let time_zone = request.ctx.settings.store.time_zone.clone();
    PageResponse::new("Kitchen sink", move || {
        view! {
            <div class="listing-head">
                <h1>"Kitchen sink"</h1>
                <p class="lede">"Every part of the component kit in every state."</p>
            </div>
            <Buttons/>
            <WordsOnThings/>
            <Prices/>
            <Fields/>
            <Answers/>
            <Wayfinding time_zone=time_zone/>
            <Pictures image=image/>
            <Icons/>
        }
        .into_any()
    })
    .answer()
}

/// One group of parts under its name.
#[component]
fn Group(id: &'static str, heading: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="band" aria-labelledby=id>
            <h2 id=id>{heading}</h2>
            {children()}
        </section>
    }
}

fn outside_production(settings: &Settings) -> AppResult<()> {
    if settings.production { Err(AppError::not_found()) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
