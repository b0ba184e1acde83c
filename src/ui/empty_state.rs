//! Nothing there yet: one sentence, one action, one small drawing.

use leptos::either::Either;
use leptos::prelude::*;

use super::button::ButtonLink;

/// The box of a page that has little to say, its words in the middle.
pub const BOX: &str =
    "mx-auto my-[clamp(1.5rem,6vw,4rem)] grid max-w-136 justify-items-center gap-3 text-center";

#[component]
pub fn EmptyState(
    #[prop(into)] heading: String,
    #[prop(into)] text: String,
    #[prop(into)] action: String,
    #[prop(into)] href: String,
    /// A page that is empty as a whole; elsewhere the heading is below the page's own.
    #[prop(default = HeadingLevel::One)]
    level: HeadingLevel,
) -> impl IntoView {
    view! {
        <section class=BOX>
            <EmptyDrawing/>
            {match level {
                HeadingLevel::One => Either::Left(view! { <h1>{heading}</h1> }),
                HeadingLevel::Two => Either::Right(view! { <h2>{heading}</h2> }),
            }}
            <p>{text}</p>
            <p class="mt-2"><ButtonLink href=href>{action}</ButtonLink></p>
        </section>
    }
}

/// Says nothing that the words beside it do not say.
#[component]
pub fn EmptyDrawing(#[prop(default = "lit-for-day")] class: &'static str) -> impl IntoView {
    view! { <img class=class src="/empty.svg" width="200" height="160" alt=""/> }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadingLevel {
    One,
    Two,
}
