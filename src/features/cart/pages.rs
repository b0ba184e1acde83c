//! The cart's page: lines, what stands in their way, and what they cost together.

use leptos::prelude::*;

use crate::features::cart::islands::{CartContents, RefusedLine};
use crate::features::cart::service;
use crate::ui::feedback::{EmptyState, ErrorSummary, HeadingLevel};
use crate::ui::page::{FormState, PageRequest, PageResult, View};

pub async fn cart(request: PageRequest) -> PageResult {
    let cart = service::view(&request.ctx).await?;
    let refused = request.form.as_ref().and_then(refused_line);
    // What no line can say stands above them all.
    let elsewhere = request.form.as_ref().filter(|_| !refused.as_ref().is_some_and(|r| cart.lines.iter().any(|line| line.sku.as_str() == r.sku)));
    let error = elsewhere.map(|form| form.error.clone());
    let from = request.location;
    View::new("Cart", move || {
        let content = if cart.is_empty() {
            view! {
                <EmptyState
                    heading="Your cart is empty"
                    text="Whatever you add will wait here for you."
                    action="Go to the shop"
                    href="/"
                    level=HeadingLevel::One
                />
            }
            .into_any()
        } else {
            view! {
                <h1>"Your cart"</h1>
                <CartContents cart=cart refused=refused from=from/>
            }
            .into_any()
        };
        view! {
            {error.map(|error| view! { <ErrorSummary error=error/> })}
            {content}
        }
        .into_any()
    })
    .answer()
}

/// The line a refused form was about.
fn refused_line(form: &FormState) -> Option<RefusedLine> {
    let of_a_line = ["/api/cart/set", "/api/cart/remove", "/api/cart/accept"].contains(&form.action.as_str());
    let sku = form.value("sku").filter(|_| of_a_line)?;
    let quantity = form.value("quantity").unwrap_or_default().to_owned();
    Some(RefusedLine { sku: sku.to_owned(), quantity, message: form.error.message.to_string() })
}
