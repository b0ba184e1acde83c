//! Every part of the component kit in every state, each with the markup that makes it: for looking,
//! for copying, and for tests that look. Not there in production.

/// Draws a part below its name and, below it, the markup that makes it.
macro_rules! sample {
    ($name:literal, $($markup:tt)*) => {
        leptos::view! {
            <super::Sample name=$name markup=stringify!($($markup)*)>$($markup)*</super::Sample>
        }
    };
}

mod answers;
mod buttons;
mod fields;
mod goods;
mod money;
mod ways;
mod words;

use leptos::prelude::*;

use crate::features::catalog;
use crate::infra::settings::Settings;
use crate::shared::error::{AppError, AppResult};
use crate::ui::heading::{Band, LEDE, PageHead};
use crate::web::page::{PageRequest, PageResponse, PageResult};

use answers::Answers;
use buttons::{Buttons, Icons};
use fields::Fields;
use goods::{Lines, Pictures, Tiles};
use money::{Prices, Sums};
use ways::{RowsAndFacts, Steps, Wayfinding};
use words::{Colours, WordsOnThings};

/// # Errors
/// `NotFound` in production.
pub async fn kitchen_sink(request: PageRequest) -> PageResult {
    outside_production(&request.ctx.settings)?;
    let cards = catalog::service::best_selling(&request.ctx).await?;
    let card = cards.into_iter().find(|card| card.image.is_some());
    let image = card.as_ref().and_then(|card| card.image.clone());
    let time_zone = request.ctx.settings.store.time_zone.clone();
    PageResponse::new("Kitchen sink", move || {
        view! {
            <PageHead>
                <h1>"Kitchen sink"</h1>
                <p class=LEDE>"Every part of the component kit in every state, with the markup that makes it."</p>
            </PageHead>
            <Buttons/>
            <Icons/>
            <WordsOnThings/>
            <Colours/>
            <Fields/>
            <Answers/>
            <Prices/>
            <Sums/>
            <Wayfinding/>
            <Steps/>
            <RowsAndFacts time_zone=time_zone/>
            <Tiles card=card/>
            <Lines image=image.clone()/>
            <Pictures image=image/>
        }
        .into_any()
    })
    .answer()
}

/// Parts that belong together, under their name.
#[component]
fn Group(
    id: &'static str,
    heading: &'static str,
    /// Parts that need the page's width stand below each other.
    #[prop(default = "grid grid-cols-1 gap-x-8 gap-y-6 sm:grid-cols-2 lg:grid-cols-3")]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    view! { <Band id=id heading=heading><div class=class>{children()}</div></Band> }
}

/// The class of a `Group` whose parts need the page's width.
const STACKED: &str = "grid grid-cols-1 gap-6";

/// One part in one state; drawn by `sample!`.
#[component]
fn Sample(name: &'static str, markup: &'static str, children: Children) -> impl IntoView {
    // The compiler breaks long lines where it likes.
    let markup = markup.split_whitespace().collect::<Vec<_>>().join(" ");
    view! {
        <div class="grid grid-cols-1 content-start gap-2">
            <p class="text-small text-soft">{name}</p>
            <div>{children()}</div>
            <pre class="rounded-control bg-sunken px-3 py-2 text-small whitespace-pre-wrap text-soft"><code>{markup}</code></pre>
        </div>
    }
    .into_any()
}

fn outside_production(settings: &Settings) -> AppResult<()> {
    if settings.production { Err(AppError::not_found()) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
