//! A small choice among others: a part of the shop, a colour, a size.

use leptos::prelude::*;

macro_rules! chip {
    () => {
        "inline-flex min-h-11 min-w-11 items-center justify-center rounded-full border border-line bg-raised px-4 py-1 hover:border-accent current:border-accent current:bg-accent-pale current:inset-ring-1 current:inset-ring-accent"
    };
}

pub const OFFERED: &str = concat!(chip!(), " text-ink no-underline");
pub const GONE: &str = concat!(chip!(), " text-soft decoration-auto line-through");
/// The list that chips stand in.
pub const LIST: &str = "flex flex-wrap gap-2";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChipState {
    #[default]
    Offered,
    Chosen,
    /// Cannot be had; still leads somewhere.
    Gone,
    ChosenGone,
}

#[component]
pub fn Chip(
    #[prop(into)] href: String,
    #[prop(default = ChipState::Offered)] state: ChipState,
    children: Children,
) -> impl IntoView {
    let class = match state {
        ChipState::Offered | ChipState::Chosen => OFFERED,
        ChipState::Gone | ChipState::ChosenGone => GONE,
    };
    let current = matches!(state, ChipState::Chosen | ChipState::ChosenGone).then_some("true");
    view! { <a class=class href=href aria-current=current>{children()}</a> }
}
