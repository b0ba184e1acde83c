//! The page shown when there is nothing else to show.

use leptos::prelude::*;

use crate::shared::error::{AppError, ErrorKind};
use crate::ui::button::ButtonLink;
use crate::ui::empty_state::{BOX, EmptyDrawing};
use crate::web::page::PageResponse;

/// Says what happened and what to do; `reference` lets staff find the log line.
pub fn error_view(error: &AppError, reference: &str) -> PageResponse {
    let heading = match error.kind {
        ErrorKind::NotFound => "This page does not exist",
        ErrorKind::Gone => "This is no longer sold",
        ErrorKind::TooManyRequests => "Please wait a moment",
        ErrorKind::Unavailable => "We will be right back",
        ErrorKind::Internal => "Something went wrong",
        _ => "That did not work",
    };
    let message = match error.kind {
        // What was not found may have more to say than that the address leads nowhere.
        ErrorKind::NotFound if error.code == "not_found" => {
            "The address may be mistyped, or the page may have moved. Search for what you need, or start from a department.".to_owned()
        }
        _ => error.message.to_string(),
    };
    let reference = (error.status() >= 500).then(|| reference.to_owned());
    PageResponse::new(heading, move || {
        view! {
            <section class=BOX>
                <EmptyDrawing/>
                <h1>{heading}</h1>
                <p>{message}</p>
                {reference.map(|id| view! { <p class="text-soft">"Reference: "<code>{id}</code></p> })}
                <p class="mt-2"><ButtonLink href="/">"Go to the shop"</ButtonLink></p>
            </section>
        }
        .into_any()
    })
    .with_status(error.status())
}
