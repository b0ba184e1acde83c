//! The order's page, and the one-button page of the mailed link.

mod order;
mod progress;

use leptos::prelude::*;

use crate::features::orders::service;
use crate::shared::error::{AppError, ErrorKind};
use crate::ui::button::Button;
use crate::ui::empty_state::BOX;
use crate::ui::error_summary::ErrorSummary;
use crate::ui::form::PostForm;
use crate::web::page::{PageAnswer, PageRequest, PageResponse, PageResult};

pub use order::tone;

/// `/order/{number}`: the order for a browser that may see it, a button for a mailed link, nothing
/// for a number alone.
pub async fn order(request: PageRequest) -> PageResult {
    let number = request.param("number").to_owned();
    let key = request.query("key").filter(|key| !key.is_empty()).map(str::to_owned);
    let found = service::find_for_browser(&request.ctx, &number).await;
    match (found, key) {
        // The key has done its work: it does not stay in the address.
        (Ok(_), Some(_)) if request.form.is_none() => {
            PageAnswer::redirect(format!("/order/{number}"))
        }
        (Ok(order), _) => order::page(request, &order).await,
        (Err(error), None) => Err(error),
        (Err(_), Some(key)) => open_with_key(request, number, key).await,
    }
}

/// Reading a mail must not open anything by itself: programs follow links, people press buttons.
async fn open_with_key(request: PageRequest, number: String, key: String) -> PageResult {
    if !service::link_is_valid(&request.ctx, &number, &key).await? {
        let message = "This link does not work any more. Links to an order last 30 days; the newest mail about your order has a fresh one.";
        return Err(AppError::new(ErrorKind::NotFound, "link_ended", message));
    }
    let error = request.form.as_ref().map(|form| form.error.clone());
    let from = request.location;
    PageResponse::new(format!("Order {number}"), move || {
        view! {
            {error.map(|error| view! { <ErrorSummary error=error/> })}
            <section class=BOX>
                <img class="lit-for-day" src="/parcel.svg" width="200" height="160" alt=""/>
                <h1>{format!("Order {number}")}</h1>
                <p>"Press the button to see your order on this device. Do so on your own device only: it is remembered for 30 days."</p>
                <PostForm action="/api/orders/open" from=from class="mt-2">
                    <input type="hidden" name="number" value=number/>
                    <input type="hidden" name="key" value=key/>
                    <Button>"Show my order"</Button>
                </PostForm>
            </section>
        }
        .into_any()
    })
    .answer()
}
