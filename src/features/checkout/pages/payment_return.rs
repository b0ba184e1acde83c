//! Where Stripe sends a shopper back to: the payment's state in words, then the order.

use std::time::Duration;

use leptos::prelude::*;

use crate::features::payments;
use crate::features::payments::model::ReturnState;
use crate::ui::button::{Button, ButtonKind, ButtonLink};
use crate::ui::empty_state::{BOX, EmptyDrawing};
use crate::ui::error_summary::ErrorSummary;
use crate::ui::form::PostForm;
use crate::web::page::{Frame, PageAnswer, PageRequest, PageResponse, PageResult};

/// Until an uncertain page asks again by itself.
const ASK_AGAIN: Duration = Duration::from_secs(3);

pub async fn payment_return(request: PageRequest) -> PageResult {
    let session = request.query("session_id").unwrap_or_default();
    let state = payments::service::resolve_payment_return(&request.ctx, session).await?;
    let error = request.form.as_ref().map(|form| form.error.clone());
    let support = request.ctx.settings.store.support_email.clone();
    let from = request.location;
    let view = match state {
        ReturnState::Paid { number } => return PageAnswer::redirect(format!("/order/{number}")),
        ReturnState::Confirming => PageResponse::new("Confirming your payment", move || {
            view! { <Confirming again=from/> }.into_any()
        })
        .refreshed_every(ASK_AGAIN),
        ReturnState::NotCharged { number } => {
            PageResponse::new("You were not charged", move || {
                view! {
                    {error.map(|error| view! { <ErrorSummary error=error/> })}
                    <NotCharged number=number from=from/>
                }
                .into_any()
            })
        }
        ReturnState::Refunded => PageResponse::new("Your payment goes back to you", move || {
            view! { <Refunded support=support/> }.into_any()
        }),
        ReturnState::Unknown => PageResponse::new("We cannot show this payment", move || {
            view! { <Unknown support=support/> }.into_any()
        })
        .with_status(404),
    };
    view.in_frame(Frame::Checkout).answer()
}

#[component]
fn Confirming(again: String) -> impl IntoView {
    view! {
        <section class=BOX role="status">
            <span class="size-10 animate-turn rounded-full border-3 border-line border-t-accent" aria-hidden="true"></span>
            <h1>"Confirming your payment"</h1>
            <p>"This takes a few seconds, and this page looks again by itself. You can also close it: the confirmation comes by e-mail."</p>
            <p class="mt-2"><ButtonLink kind=ButtonKind::Quiet href=again>"Look again"</ButtonLink></p>
        </section>
    }
    .into_any()
}

#[component]
fn NotCharged(number: String, from: String) -> impl IntoView {
    let href = format!("/order/{number}");
    view! {
        <section class=BOX>
            <img class="lit-for-day" src="/purse.svg" width="200" height="160" alt=""/>
            <h1>"You were not charged"</h1>
            <p>"The payment was not completed. Order "{number.clone()}" is kept as it is, at the same total; you can try again or pay another way."</p>
            <PostForm action="/api/payments/retry" from=from class="mt-2">
                <input type="hidden" name="number" value=number/>
                <Button>"Try the payment again"</Button>
            </PostForm>
            <p><a href=href>"Look at the order"</a></p>
        </section>
    }
    .into_any()
}

/// The order had ended, or was paid another way.
#[component]
fn Refunded(support: String) -> impl IntoView {
    view! {
        <section class=BOX>
            <img class="lit-for-day" src="/purse.svg" width="200" height="160" alt=""/>
            <h1>"Your payment goes back to you"</h1>
            <p>"It arrived when this order could not take it any more, so we return all of it. That takes a few days, depending on your bank. If you still want the goods, order again; for anything else write to "{support}"."</p>
            <p class="mt-2"><ButtonLink href="/cart">"Go to the cart"</ButtonLink></p>
        </section>
    }
    .into_any()
}

/// Nothing is said about a payment that is not this browser's.
#[component]
fn Unknown(support: String) -> impl IntoView {
    view! {
        <section class=BOX>
            <EmptyDrawing/>
            <h1>"We cannot show this payment here"</h1>
            <p>"Open the link in your order’s e-mail, or go back to the browser you ordered with. If neither works, write to "{support}"."</p>
            <p class="mt-2"><ButtonLink href="/">"Go to the shop"</ButtonLink></p>
        </section>
    }
    .into_any()
}
