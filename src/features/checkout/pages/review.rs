//! The last step: consent, a note, and a button that says what it costs.

use leptos::prelude::*;

use crate::features::checkout::model::CheckoutView;
use crate::ui::button::{Button, ButtonKind, ButtonLink};
use crate::ui::field::{Checkbox, FIELD, HINT, Requirement, TextArea};
use crate::ui::form::{FieldState, PostForm, Ticked};
use crate::ui::notice::BOX;
use crate::web::page::FormState;

use super::steps::FIELDS;

const NOTE_CHARACTERS: u32 = 500;

#[component]
pub fn ReviewForm(view: CheckoutView, refused: Option<FormState>, from: String) -> impl IntoView {
    let note = FieldState::of(refused.as_ref(), "note", &view.note);
    let (terms, terms_error) = FieldState::ticked(refused.as_ref(), "terms", Ticked::No);
    let total = view.totals.total;
    if let Some(problem) = view.totals.charge_problem() {
        return view! {
            <p class=format!("{BOX} mb-5")>{problem.message()}</p>
            <p><ButtonLink kind=ButtonKind::Quiet href="/cart">"Change your cart"</ButtonLink></p>
        }
        .into_any();
    }
    let (button, follows) = if total.is_zero() {
        ("Place the order".to_owned(), "There is nothing to pay.")
    } else {
        (
            format!("Pay {total}"),
            "Stripe’s payment page follows: card, Apple Pay or Google Pay. Nothing is charged before you confirm there.",
        )
    };
    view! {
        <PostForm action="/api/checkout/place" from=from class=FIELDS>
            <input type="hidden" name="key" value=view.key/>
            <input type="hidden" name="shown_total" value=total.minor()/>
            <TextArea name="note" label="Note to us" state=note requirement=Requirement::Optional max_length=NOTE_CHARACTERS hint="At most 500 characters."/>
            <Checkbox name="terms" ticked=terms error=terms_error requirement=Requirement::Required>
                "I agree to the " <a href="/pages/terms" target="_blank">"terms and conditions"<span class="sr-only">" (opens in a new tab)"</span></a> "."
            </Checkbox>
            <div class=FIELD>
                <p class=HINT>{follows}</p>
                <p class="mt-2 grid"><Button>{button}</Button></p>
            </div>
        </PostForm>
    }
    .into_any()
}
