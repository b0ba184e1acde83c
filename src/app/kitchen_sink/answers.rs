//! How a page answers: what was done, what went wrong, what is not there, what is to do.

use leptos::prelude::*;

use super::{Group, STACKED};
use crate::shared::error::AppError;
use crate::ui::button::Button;
use crate::ui::call_out::CallOut;
use crate::ui::drawer::DrawerHead;
use crate::ui::empty_state::{EmptyDrawing, EmptyState, HeadingLevel};
use crate::ui::error_summary::ErrorSummary;
use crate::ui::notice::{HINT_LINE, NoticePlace};
use crate::web::notice::{Notice, Undo};

fn several() -> AppError {
    AppError::invalid("invalid_fields", "Some fields need another look.")
        .with_field("sink_refused", "Enter an e-mail address, such as anna@example.com.")
        .with_field("sink_select_refused", "Choose a colour.")
}

fn one() -> AppError {
    AppError::conflict("not_enough_stock", "Only 2 of these are left. Choose 2 or fewer.")
}

fn taken_back() -> Notice {
    let undo = Undo { action: "/api/cart/add".to_owned(), fields: Vec::new() };
    Notice { text: "Removed from your cart.".to_owned(), undo: Some(undo) }
}

#[component]
pub fn Answers() -> impl IntoView {
    view! {
        <Group id="answers" heading="Answers" class=STACKED>
            {sample!("What was done, with the way back", <NoticePlace notice=Some(taken_back())/>)}
            {sample!("A hint that may be empty", <p class=HINT_LINE>"€12.00 more and delivery is free."</p>)}
            {sample!("Something to do", <CallOut text="Your payment did not go through."><Button>"Pay now"</Button></CallOut>)}
            {sample!("Refused, several fields", <ErrorSummary error=several()/>)}
            {sample!("Refused, one reason", <ErrorSummary error=one()/>)}
            {sample!("Nothing there yet", <EmptyState heading="Your cart is empty" text="What you add stays here for thirty days." action="Go to the shop" href="/" level=HeadingLevel::Two/>)}
            {sample!("Its drawing alone", <EmptyDrawing/>)}
            {sample!("The head of a panel", <DrawerHead heading="Your cart" closes="cart-drawer"/>)}
        </Group>
    }
    .into_any()
}
