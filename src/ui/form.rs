//! Forms that work without scripts: the frame that names its page, and what a field shows.

use leptos::prelude::*;

use crate::web::page::FormState;

/// What a field shows: the stored value, or what was typed and why it was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldState {
    pub value: String,
    pub error: Option<String>,
}

impl FieldState {
    pub fn of(refused: Option<&FormState>, name: &str, stored: &str) -> Self {
        match refused {
            None => Self { value: stored.to_owned(), error: None },
            Some(form) => Self {
                value: form.value(name).unwrap_or_default().to_owned(),
                error: form.error.message_for(name).map(str::to_owned),
            },
        }
    }

    /// For a box: browsers send nothing at all for one that is not ticked.
    pub fn ticked(
        refused: Option<&FormState>,
        name: &str,
        stored: Ticked,
    ) -> (Ticked, Option<String>) {
        match refused {
            None => (stored, None),
            Some(form) => {
                let ticked = if form.value(name).is_some_and(|value| value == "on") {
                    Ticked::Yes
                } else {
                    Ticked::No
                };
                (ticked, form.error.message_for(name).map(str::to_owned))
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ticked {
    Yes,
    No,
}

/// A form whose refusal is shown on the page it stands on.
#[component]
pub fn PostForm(
    action: &'static str,
    /// Path and query of the page.
    from: String,
    #[prop(optional)] class: Option<&'static str>,
    /// For buttons that stand elsewhere.
    #[prop(optional)]
    id: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    view! {
        <form method="post" action=action class=class id=id>
            <input type="hidden" name="from" value=from/>
            {children()}
        </form>
    }
}
