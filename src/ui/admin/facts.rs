//! A fact of a few lines, such as an address.

use leptos::prelude::*;

#[component]
pub fn Fact(heading: &'static str, lines: Vec<String>) -> impl IntoView {
    view! {
        <section>
            <h2>{heading}</h2>
            {lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
        </section>
    }
}
