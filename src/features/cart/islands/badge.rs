//! The number beside the cart, from a cookie: pages stay the same for everyone.

use leptos::html::Span;
use leptos::prelude::*;

use crate::ui::server_class::server_class;

use super::browser::{CHANGED, units_in_cookie};

const BADGE: &str = "absolute top-0.5 left-3.5 h-5 min-w-5 rounded-full px-1 text-center text-tiny leading-5 font-semibold text-on-accent not-empty:bg-accent not-empty:ring-2 not-empty:ring-paper";

/// Its place is reserved, so that the number appears without moving anything.
#[island]
pub fn CartBadge() -> impl IntoView {
    let place = NodeRef::<Span>::new();
    let show = move || {
        let units = match units_in_cookie() {
            0 => String::new(),
            units @ 1..=99 => units.to_string(),
            _ => "99+".to_owned(),
        };
        if let Some(place) = place.get_untracked() {
            place.set_text_content(Some(&units));
        }
    };
    Effect::new(move || {
        show();
        // `pageshow`: a page brought back by the browser's Back button shows the cart as it is now.
        for event in [CHANGED, "pageshow"] {
            window_event_listener_untyped(event, move |_| show());
        }
    });
    view! { <span node_ref=place class=server_class(BADGE)></span> }
}
