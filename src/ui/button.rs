//! Buttons, and links that look like them. Where neither component fits, the class strings are for
//! any element.

use leptos::prelude::*;

/// What every button with an outline has; the macro keeps it one literal that Tailwind can read.
macro_rules! outlined {
    () => {
        "inline-flex items-center justify-center gap-2 rounded-control border px-5.5 py-2 text-center leading-tight font-semibold no-underline transition-colors disabled:cursor-default disabled:bg-line disabled:text-soft aria-disabled:opacity-75 form-sending:cursor-progress form-sending:opacity-70"
    };
}

macro_rules! primary {
    () => {
        concat!(outlined!(), " border-transparent bg-accent text-on-accent hover:bg-accent-strong")
    };
}

pub const PRIMARY: &str = concat!(primary!(), " min-h-11");
pub const WIDE: &str = concat!(primary!(), " min-h-13 w-full text-lead");
pub const QUIET: &str = concat!(outlined!(), " min-h-11 border-edge text-ink hover:bg-accent-pale");
pub const QUIET_WIDE: &str =
    concat!(outlined!(), " min-h-13 w-full border-edge text-lead text-ink hover:bg-accent-pale");
/// Looks like a link and acts like a button.
pub const TEXT: &str = "min-h-11 text-accent underline underline-offset-[0.2em]";
/// A drawing alone, as large as a finger needs; its colours are the place's.
pub const ICON: &str = "grid size-11 place-items-center";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// What the page is for; one of them in a view.
    #[default]
    Primary,
    /// As `Primary`, as wide as its place and a little higher.
    Wide,
    Quiet,
    /// As `Quiet`, below a `Wide` one.
    QuietWide,
    Text,
}

impl ButtonKind {
    pub const fn class(self) -> &'static str {
        match self {
            Self::Primary => PRIMARY,
            Self::Wide => WIDE,
            Self::Quiet => QUIET,
            Self::QuietWide => QUIET_WIDE,
            Self::Text => TEXT,
        }
    }
}

/// Sends its form.
#[component]
pub fn Button(
    #[prop(default = ButtonKind::Primary)] kind: ButtonKind,
    children: Children,
) -> impl IntoView {
    view! { <button type="submit" class=kind.class()>{children()}</button> }
}

#[component]
pub fn ButtonLink(
    #[prop(into)] href: String,
    #[prop(default = ButtonKind::Primary)] kind: ButtonKind,
    children: Children,
) -> impl IntoView {
    view! { <a class=kind.class() href=href>{children()}</a> }
}
