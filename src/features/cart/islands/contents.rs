//! The cart page's lines and totals: exact at once by the same rules as the server's, whose answer wins.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};

use crate::features::cart::api::{accept_changes, remove_from_cart, set_quantity};
use crate::features::cart::model::CartView;
use crate::features::shipping::model::free_shipping_hint;
use crate::shared::error::AppError;
use crate::shared::ids::Sku;
use crate::ui::feedback::EmptyState;
use crate::ui::icon::{Drawn, Icon};
use crate::ui::totals::{ShippingLine, TotalsBlock};

use super::browser::{announce_change, focus_soon};
use super::line::Line;

/// What a plain form asked of a line, and why that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedLine {
    pub sku: String,
    /// As typed.
    pub quantity: String,
    pub message: String,
}

#[derive(Clone, PartialEq)]
pub(super) enum Change {
    Set(Sku, String),
    Remove(Sku),
    /// A sku, or "all".
    Accept(String),
}

impl Change {
    pub fn sku(&self) -> &str {
        match self {
            Self::Set(sku, _) | Self::Remove(sku) => sku.as_str(),
            Self::Accept(sku) => sku,
        }
    }

    async fn send(self) -> Result<CartView, AppError> {
        match self {
            Self::Set(sku, quantity) => set_quantity(sku.to_string(), quantity).await,
            Self::Remove(sku) => remove_from_cart(sku.to_string()).await,
            Self::Accept(sku) => accept_changes(sku).await,
        }
    }
}

/// What the lines and the totals share.
///
/// Invariant: one request is under way at a time, and only the last answer of a run is shown, so that answers can
/// never overtake each other.
#[derive(Clone, Copy)]
pub(super) struct Shared {
    pub cart: RwSignal<CartView>,
    pub refused: RwSignal<Option<RefusedLine>>,
    /// Lines being changed.
    pub waiting: RwSignal<Vec<Change>>,
    /// Raised with each answer.
    pub settled: RwSignal<u32>,
    confirmed: StoredValue<CartView>,
    said: RwSignal<String>,
}

impl Shared {
    /// Asks the server; a later change of the same line replaces one that has not been sent yet.
    pub fn ask(self, change: Change) {
        self.refused.set(None);
        let idle = self.waiting.with_untracked(Vec::is_empty);
        self.waiting.update(|waiting| {
            // The first one is under way already.
            let mut index = 0;
            waiting.retain(|other| {
                index += 1;
                index == 1 || other.sku() != change.sku()
            });
            waiting.push(change);
        });
        if idle {
            spawn_local(self.work());
        }
    }

    async fn work(self) {
        while let Some(change) = self.waiting.with_untracked(|waiting| waiting.first().cloned()) {
            let answer = change.clone().send().await;
            self.waiting.update(|waiting| drop(waiting.remove(0)));
            match answer {
                Ok(view) => self.confirmed.set_value(view),
                Err(error) => self.refuse(&change, &error),
            }
        }
        self.cart.set(self.confirmed.get_value());
        self.settled.update(|count| *count += 1);
        self.said.set(self.total_in_words());
        announce_change();
    }

    fn refuse(self, change: &Change, error: &AppError) {
        let quantity = match change {
            Change::Set(_, typed) => typed.clone(),
            _ => String::new(),
        };
        self.refused.set(Some(RefusedLine { sku: change.sku().to_owned(), quantity, message: error.message.to_string() }));
    }

    /// Shows a new quantity before the server has answered.
    pub fn show_quantity(self, sku: &Sku, quantity: u32) {
        self.cart.update(|cart| {
            for line in cart.lines.iter_mut().filter(|line| &line.sku == sku) {
                line.quantity = quantity;
            }
        });
    }

    /// Takes the line away at once; the focus goes to its neighbour, or to the words that nothing is left.
    pub fn show_without(self, sku: &Sku) {
        let mut next = None;
        self.cart.update(|cart| {
            let at = cart.lines.iter().position(|line| &line.sku == sku);
            cart.lines.retain(|line| &line.sku != sku);
            next = at.and_then(|at| cart.lines.get(at).or_else(|| cart.lines.last())).map(|line| line.sku.clone());
        });
        focus_soon(next.map_or_else(|| "cart-summary".to_owned(), |sku| format!("line-{sku}")));
    }

    fn total_in_words(self) -> String {
        self.cart.with_untracked(|cart| match cart.totals() {
            Ok(totals) if !cart.is_empty() => format!("Total {}", totals.total),
            _ => "Your cart is empty".to_owned(),
        })
    }
}

#[island]
pub fn CartContents(cart: CartView, refused: Option<RefusedLine>, from: String) -> impl IntoView {
    let shared = Shared {
        confirmed: StoredValue::new(cart.clone()),
        cart: RwSignal::new(cart),
        refused: RwSignal::new(refused),
        waiting: RwSignal::new(Vec::new()),
        settled: RwSignal::new(0),
        said: RwSignal::new(String::new()),
    };
    let lines = move || shared.cart.with(|cart| cart.lines.clone());
    let line_from = from.clone();
    view! {
        <div class="columns">
            <ul class="cart-lines">
                <For each=lines key=|line| line.sku.clone() let:line>
                    <Line first=line shared=shared from=line_from.clone()/>
                </For>
            </ul>
            <section class="summary" id="cart-summary" tabindex="-1" aria-label="Summary">
                {move || summary(&shared.cart.get(), shared, from.clone())}
            </section>
        </div>
        <p class="sr-only" role="status">{shared.said}</p>
    }
}

fn summary(cart: &CartView, shared: Shared, from: String) -> AnyView {
    if cart.is_empty() {
        return view! {
            <EmptyState
                heading="Your cart is empty"
                text="Whatever you add will wait here for you."
                action="Go to the shop"
                href="/"
                level=crate::ui::feedback::HeadingLevel::Two
            />
        }
        .into_any();
    }
    let shipping = if cart.needs_shipping() { ShippingLine::Later } else { ShippingLine::None };
    let hint = cart.missing_for_free_shipping().map(free_shipping_hint);
    view! {
        {cart.totals().ok().map(|totals| view! { <TotalsBlock totals=totals shipping=shipping/> })}
        {hint.map(|text| view! { <p class="hint-line">{text}</p> })}
        {if cart.has_problems() {
            view! { <FixAll shared=shared from=from/> }.into_any()
        } else {
            view! { <p><a class="button button-wide" href="/checkout">"Go to checkout"</a></p> }.into_any()
        }}
    }
    .into_any()
}

/// The checkout waits until every line is as it can be had.
#[component]
fn FixAll(shared: Shared, from: String) -> impl IntoView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        shared.ask(Change::Accept("all".to_owned()));
    };
    view! {
        <form method="post" action="/api/cart/accept" class="fix-all" on:submit=submit>
            <input type="hidden" name="from" value=from/>
            <input type="hidden" name="sku" value="all"/>
            <p><Drawn icon=Icon::Alert/>"Some lines changed since you added them. Settle them, then go to checkout."</p>
            <button type="submit" class="button button-wide">"Settle all"</button>
        </form>
    }
}
