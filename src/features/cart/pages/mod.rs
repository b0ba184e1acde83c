//! The cart's page: lines, what stands in their way, and what they cost together.

pub mod add_form;
mod drawer;
mod line;

use leptos::prelude::*;

use crate::features::cart::islands::CartContents;
use crate::features::cart::model::CartView;
use crate::features::cart::service;
use crate::ui::empty_state::{EmptyState, HeadingLevel};
use crate::ui::error_summary::ErrorSummary;
use crate::web::page::{FormState, PageRequest, PageResponse, PageResult};

pub use drawer::drawer;
use line::Line;

pub async fn cart(request: PageRequest) -> PageResult {
    let cart = service::view(&request.ctx).await?;
    let refused = request
        .form
        .as_ref()
        .and_then(RefusedLine::of)
        .filter(|refused| cart.lines.iter().any(|line| line.sku.as_str() == refused.sku));
    // What no line can say stands above them all.
    let error = request.form.as_ref().filter(|_| refused.is_none()).map(|form| form.error.clone());
    let from = request.location;
    PageResponse::new("Cart", move || {
        view! {
            {error.map(|error| view! { <ErrorSummary error=error/> })}
            <CartPage cart=cart refused=refused from=from/>
        }
        .into_any()
    })
    .answer()
}

/// What a plain form asked of a line, and why that was refused.
#[derive(Clone)]
struct RefusedLine {
    sku: String,
    /// As typed.
    quantity: String,
    message: String,
}

impl RefusedLine {
    fn of(form: &FormState) -> Option<Self> {
        let of_a_line = ["/api/cart/set", "/api/cart/remove", "/api/cart/accept"]
            .contains(&form.action.as_str());
        let sku = form.value("sku").filter(|_| of_a_line)?.to_owned();
        let quantity = form.value("quantity").unwrap_or_default().to_owned();
        Some(Self { sku, quantity, message: form.error.message.to_string() })
    }
}

#[component]
fn CartPage(cart: CartView, refused: Option<RefusedLine>, from: String) -> impl IntoView {
    if cart.is_empty() {
        return view! {
            <EmptyState heading="Your cart is empty" text="Whatever you add will wait here for you." action="Go to the shop" href="/" level=HeadingLevel::One/>
        }
        .into_any();
    }
    let lines = cart
        .lines
        .iter()
        .map(|line| {
            let refused = refused.clone().filter(|refused| refused.sku == line.sku.as_str());
            view! { <Line line=line.clone() refused=refused from=from.clone()/> }
        })
        .collect_view();
    view! {
        <h1>"Your cart"</h1>
        <CartContents cart=cart>
            <ul class="border-t border-line">{lines}</ul>
        </CartContents>
    }
    .into_any()
}
