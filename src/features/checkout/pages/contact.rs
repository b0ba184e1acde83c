//! The first step: where the confirmation goes.

use leptos::prelude::*;

use crate::ui::field::Field;
use crate::ui::form::{Button, FieldState, PostForm};
use crate::web::page::FormState;

#[component]
pub fn ContactForm(email: String, refused: Option<FormState>, from: String) -> impl IntoView {
    let state = FieldState::of(refused.as_ref(), "email", &email);
    view! {
        <PostForm action="/api/checkout/contact" from=from class="fields">
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
            <p class="field"><Button>"Continue to shipping"</Button></p>
        </PostForm>
    }
    .into_any()
}
