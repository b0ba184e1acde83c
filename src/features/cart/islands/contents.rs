//! The cart page made quick: its own forms are answered in place, and the totals are exact at once
//! by the same rules as the server's, whose answer wins.

use leptos::either::Either;
use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::features::cart::api::set_quantity;
use crate::features::cart::model::CartView;
use crate::features::shipping::model::free_shipping_hint;
use crate::shared::pricing::MAX_QUANTITY;
use crate::ui::button::WIDE;
use crate::ui::columns::COLUMNS;
use crate::ui::notice::HINT_LINE;
use crate::ui::server_class::server_class;
use crate::ui::summary::SUMMARY;
use crate::ui::totals::{ShippingLine, TotalsBlock};
use crate::ui::type_erasure::erase_on_server;

use super::browser::{self, CartFormRequest, Change};

/// What the lines on the page and the totals share.
///
/// Invariant: one request is under way at a time and only the last answer of a run is shown, so
/// that answers can never overtake each other.
#[derive(Clone, Copy)]
struct State {
    /// What is shown, ahead of the server while it is asked.
    cart: RwSignal<CartView>,
    /// The first one is under way.
    waiting: StoredValue<Vec<CartFormRequest>>,
    /// What will leave nothing behind; sent when nothing waits.
    last: StoredValue<Option<CartFormRequest>>,
}

impl State {
    /// Shows a change and asks the server; a later change of the same line replaces one that was
    /// not sent yet.
    fn ask(self, asked: CartFormRequest) {
        // Enter in a field both changes it and sends its form.
        if self.waiting.with_value(|waiting| waiting.last() == Some(&asked)) {
            return;
        }
        let confirmed = self.cart.get_untracked();
        browser::show_refusal(&asked.sku, "");
        self.show(&asked);
        let idle = self.waiting.with_value(Vec::is_empty);
        self.waiting.update_value(|waiting| {
            if waiting.len() > 1 && waiting.last().is_some_and(|last| last.sku == asked.sku) {
                waiting.pop();
            }
            waiting.push(asked);
        });
        if idle {
            spawn_local(self.work(confirmed));
        }
    }

    /// An empty cart is another page, which the plain form leads to.
    fn would_be_empty(self, asked: &CartFormRequest) -> bool {
        let removes = asked.change == Change::Remove || asked.quantity.trim().parse() == Ok(0_u32);
        removes
            && self
                .cart
                .with_untracked(|cart| cart.lines.iter().all(|line| line.sku.as_str() == asked.sku))
    }

    /// Whether a plain form has to wait, for answers that are still on their way; it is sent after
    /// them.
    fn is_current(self, asked: &CartFormRequest) -> bool {
        let busy = self.waiting.with_value(|waiting| !waiting.is_empty());
        self.last.set_value(busy.then(|| asked.clone()));
        busy
    }

    /// Asks until nothing waits; then the server's last word is shown, and why anything was
    /// refused.
    async fn work(self, mut confirmed: CartView) {
        let mut refused = None;
        while let Some(asked) = self.waiting.with_value(|waiting| waiting.first().cloned()) {
            // A quantity of zero removes the line.
            let quantity =
                if asked.change == Change::Remove { "0".to_owned() } else { asked.quantity };
            match set_quantity(asked.sku.clone(), quantity).await {
                Ok(view) => confirmed = view,
                Err(error) => refused = Some((asked.sku, error.message)),
            }
            self.waiting.update_value(|waiting| drop(waiting.remove(0)));
        }
        browser::announce(browser::CHANGED);
        if let Some(asked) = self.last.try_update_value(Option::take).flatten() {
            browser::send(&asked);
            return;
        }
        // Where more moved than quantities, the page itself is asked for again.
        if self.cart.with_untracked(|shown| !same_lines(shown, &confirmed)) {
            browser::reload();
            return;
        }
        self.cart.set(confirmed);
        self.draw();
        if let Some((sku, reason)) = refused {
            browser::show_refusal(&sku, &reason);
        }
    }

    fn show(self, asked: &CartFormRequest) {
        if asked.change == Change::Remove {
            self.cart.update(|cart| cart.lines.retain(|line| line.sku.as_str() != asked.sku));
            browser::take_line_away(&asked.sku);
            return;
        }
        let Some(quantity) =
            asked.quantity.parse().ok().filter(|quantity| (1..=MAX_QUANTITY).contains(quantity))
        else {
            return;
        };
        self.cart.update(|cart| {
            for line in cart.lines.iter_mut().filter(|line| line.sku.as_str() == asked.sku) {
                line.quantity = quantity;
            }
        });
        self.draw();
    }

    /// Brings numbers into the lines, which the server drew.
    fn draw(self) {
        self.cart.with_untracked(|cart| {
            for line in &cart.lines {
                let total = line
                    .unit_price
                    .checked_times(line.quantity)
                    .map(|total| total.to_string())
                    .unwrap_or_default();
                browser::show_line(line.sku.as_str(), line.quantity, &total);
            }
        });
    }
}

/// Whether two carts look alike but for their quantities.
fn same_lines(shown: &CartView, answer: &CartView) -> bool {
    let pairs = shown.lines.iter().zip(&answer.lines);
    let mut alike = pairs.map(|(shown, answer)| {
        shown.sku == answer.sku
            && shown.unit_price == answer.unit_price
            && shown.problem == answer.problem
    });
    shown.lines.len() == answer.lines.len() && alike.all(|alike| alike)
}

#[island]
pub fn CartContents(
    cart: CartView,
    /// The lines, as forms.
    children: Children,
) -> impl IntoView {
    let shipping = if cart.needs_shipping() { ShippingLine::Later } else { ShippingLine::None };
    let has_problems = cart.has_problems();
    let state = State {
        cart: RwSignal::new(cart),
        waiting: StoredValue::new(Vec::new()),
        last: StoredValue::new(None),
    };
    let on_submit = move |event: SubmitEvent| {
        let Some(asked) =
            browser::parse_cart_form(&event).filter(|asked| asked.change != Change::Add)
        else {
            return;
        };
        if !state.would_be_empty(&asked) {
            event.prevent_default();
            state.ask(asked);
        } else if state.is_current(&asked) {
            event.prevent_default();
        }
    };
    let totals = move || state.cart.with(|cart| cart.totals().ok());
    let problem =
        move || state.cart.with(CartView::charge_problem).map(|problem| problem.message());
    let hint = move || {
        problem().or_else(|| {
            state.cart.with(CartView::missing_for_free_shipping).map(free_shipping_hint)
        })
    };
    let next = if has_problems {
        Either::Left(settle_all())
    } else {
        Either::Right(to_checkout(move || problem().is_some()))
    };
    let outcome = move || {
        totals().map(|totals| format!("Total {}. {}", totals.total, problem().unwrap_or_default()))
    };
    erase_on_server(view! {
        <div class=COLUMNS on:submit=on_submit on:change=move |event: Event| browser::submit_typed(&event)>
            {children()}
            <section class=SUMMARY aria-label="Summary">
                {move || totals().map(|totals| view! { <TotalsBlock totals=totals shipping=shipping/> })}
                <p class=server_class(HINT_LINE)>{hint}</p>
                {next}
            </section>
        </div>
        <p class="sr-only" role="status">{outcome}</p>
    })
}

/// The checkout waits as well while the sum cannot be paid.
fn to_checkout(waits: impl Fn() -> bool + Send + Sync + 'static) -> impl IntoView {
    view! { <a class=server_class(WIDE) href="/checkout" hidden=waits>"Go to checkout"</a> }
}

/// The checkout waits until every line is as it can be had.
fn settle_all() -> impl IntoView {
    view! {
        <form method="post" action="/api/cart/accept" class=server_class("grid gap-3")>
            <input type="hidden" name="from" value="/cart"/>
            <input type="hidden" name="sku" value="all"/>
            <p>"Some lines changed since you added them. Settle them, then go to checkout."</p>
            <button type="submit" class=server_class(WIDE)>"Settle all"</button>
        </form>
    }
}
