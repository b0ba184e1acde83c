//! A word on a thing, never a colour alone.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Good,
    Sale,
    Warning,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "text-soft",
            Self::Good => "text-accent",
            Self::Sale => "text-sale",
            Self::Warning => "text-low",
        }
    }
}

/// What a badge is laid on must differ from its own ground.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ground {
    /// Light, for pictures and tinted grounds.
    #[default]
    Raised,
    /// For the plain page.
    Sunken,
}

impl Ground {
    const fn class(self) -> &'static str {
        match self {
            Self::Raised => "bg-raised",
            Self::Sunken => "bg-sunken",
        }
    }
}

#[component]
pub fn Badge(
    #[prop(into)] text: String,
    tone: Tone,
    #[prop(default = Ground::Raised)] ground: Ground,
) -> impl IntoView {
    let class = format!(
        "inline-block rounded-full px-2.5 py-0.5 text-small font-semibold {} {}",
        ground.class(),
        tone.class()
    );
    view! { <span class=class>{text}</span> }
}
