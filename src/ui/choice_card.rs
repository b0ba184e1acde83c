//! One of several ways, with what it costs: a radio button as large as its card.

use leptos::prelude::*;

use super::field::CHOICE_TICK;
use super::form::Ticked;

#[component]
pub fn ChoiceCard(
    id: String,
    name: &'static str,
    value: String,
    ticked: Ticked,
    #[prop(into)] label: String,
    #[prop(into)] hint: String,
    #[prop(into)] price: String,
) -> impl IntoView {
    view! {
        <div
            class="flex items-start gap-3 rounded-control border border-line bg-raised px-4 not-first-of-type:mt-2 has-checked:border-accent has-checked:inset-ring-1 has-checked:inset-ring-accent"
            data-choice=""
        >
            <input type="radio" class=CHOICE_TICK name=name id=id.clone() value=value checked=ticked == Ticked::Yes required=true/>
            <label class="flex flex-1 justify-between gap-4 py-2.25" for=id>
                <span>{label}<span class="block text-small text-soft">{hint}</span></span>
                <span class="font-semibold tabular-nums" data-price="">{price}</span>
            </label>
        </div>
    }
}
