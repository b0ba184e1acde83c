//! The first step: where the confirmation goes.

use leptos::prelude::*;

use crate::ui::button::Button;
use crate::ui::field::{FIELD, Field};
use crate::ui::form::{FieldState, PostForm};
use crate::web::page::FormState;

use super::steps::FIELDS;

#[component]
pub fn ContactForm(email: String, refused: Option<FormState>, from: String) -> impl IntoView {
    let state = FieldState::of(refused.as_ref(), "email", &email);
    view! {
        <PostForm action="/api/checkout/contact" from=from class=FIELDS>
            <Field
                name="email"
                label="E-mail address"
                kind="email"
                inputmode="email"
                autocomplete="email"
                max_length=254
                state=state
                hint="For the confirmation and what happens to this order. No account is needed."
            />
            <p class=FIELD><Button>"Continue to shipping"</Button></p>
        </PostForm>
    }
    .into_any()
}
