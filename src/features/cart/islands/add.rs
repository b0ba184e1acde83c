//! Putting something into the cart: wraps any form that adds, on a product's page or on a tile.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::features::cart::api::add_to_cart;
use crate::ui::server_class::server_class;
use crate::ui::type_erasure::erase_on_server;

use super::browser::{self, Change};

/// The way to the cart is shown beside "It is in your cart", unless that stands open already.
const OUTCOME: &str = "relative text-accent refused:text-error [&>a]:py-2.5 not-added:[&>a]:hidden drawer-open:[&>a]:hidden";

/// Where a button stands between being pressed and being answered; the stylesheet shows the words
/// for it.
#[derive(Clone, PartialEq)]
enum Stage {
    Ready,
    Sending,
    Added,
    Refused(String),
}

impl Stage {
    const fn key(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Sending => "sending",
            Self::Added => "added",
            Self::Refused(_) => "refused",
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Added => "It is in your cart. ".to_owned(),
            Self::Refused(reason) => reason.clone(),
            Self::Ready | Self::Sending => String::new(),
        }
    }
}

#[island]
pub fn AddToCart(
    /// The id of the words that say how it went, where a field refers to them.
    #[prop(optional)]
    outcome_id: Option<String>,
    /// The form.
    children: Children,
) -> impl IntoView {
    let stage = RwSignal::new(Stage::Ready);
    let submit = move |event: SubmitEvent| {
        let Some(asked) =
            browser::parse_cart_form(&event).filter(|asked| asked.change == Change::Add)
        else {
            return;
        };
        event.prevent_default();
        if stage.get_untracked() == Stage::Sending {
            return;
        }
        stage.set(Stage::Sending);
        let field = browser::QuantityField::of(&event);
        spawn_local(async move {
            let answer = add_to_cart(asked.sku, asked.quantity).await;
            field.set_validity(answer.is_err());
            browser::announce(browser::CHANGED);
            stage.set(match answer {
                Ok(_) => {
                    browser::announce(browser::ADDED);
                    Stage::Added
                }
                Err(error) => Stage::Refused(error.message.into_owned()),
            });
        });
    };
    erase_on_server(view! {
        <div data-stage=move || stage.with(Stage::key) on:submit=submit>
            {children()}
            // Said once, when it changes.
            <p class=server_class(OUTCOME) role="status" id=outcome_id>
                {move || stage.with(Stage::words)}
                <a href="/cart">"View cart"</a>
            </p>
        </div>
    })
}
