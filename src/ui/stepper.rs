//! A number between two buttons. Each of the three parts is a form of its own.

use leptos::prelude::*;

use super::icon::{Drawn, Icon};

/// For the element around the three forms.
pub const STEPPER: &str = "flex sm:col-start-3 sm:row-start-1";
/// For the form with the number.
pub const STEPPER_FORM: &str = "group/step relative";

/// Which end of it a button stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Less,
    More,
}

impl End {
    const fn class(self) -> &'static str {
        match self {
            Self::Less => {
                "grid size-11 place-items-center rounded-l-control border border-r-0 border-edge hover:bg-accent-pale"
            }
            Self::More => {
                "grid size-11 place-items-center rounded-r-control border border-l-0 border-edge hover:bg-accent-pale"
            }
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Less => Icon::Minus,
            Self::More => Icon::Plus,
        }
    }
}

#[component]
pub fn StepperButton(end: End, label: &'static str) -> impl IntoView {
    view! { <button type="submit" class=end.class() aria-label=label><Drawn icon=end.icon()/></button> }
}

/// The typed number, and the button that is shown only while somebody types.
#[component]
pub fn StepperField(
    id: String,
    name: &'static str,
    label: &'static str,
    value: String,
    is_invalid: bool,
    described_by: String,
) -> impl IntoView {
    view! {
        <label class="sr-only" for=id.clone()>{label}</label>
        <input
            id=id
            name=name
            class="min-h-11 w-13 rounded-none border border-edge bg-raised px-3 py-2 text-center aria-invalid:border-error aria-invalid:inset-ring-1 aria-invalid:inset-ring-error"
            inputmode="numeric"
            autocomplete="off"
            maxlength="2"
            value=value
            autofocus=is_invalid
            aria-invalid=is_invalid.then_some("true")
            aria-describedby=described_by
        />
        <button
            type="submit"
            class="absolute top-[calc(100%+0.25rem)] left-1/2 z-1 min-h-11 -translate-x-1/2 rounded-control bg-accent px-4 text-on-accent group-not-focus-within/step:[clip-path:inset(50%)] hover:bg-accent-strong"
        >
            "Update"
        </button>
    }
}
