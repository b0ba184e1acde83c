//! A word from the shop: what was just done, what is worth knowing.

#[cfg(feature = "ssr")]
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::web::notice::{Notice, Undo};

#[cfg(feature = "ssr")]
use super::icon::{Drawn, Icon};

macro_rules! notice {
    () => {
        "flex gap-2.5 rounded-control bg-accent-pale px-4 py-3"
    };
}

/// The box; a margin is the place's.
pub const BOX: &str = notice!();
/// Words that come and go: without any there is no box.
pub const HINT_LINE: &str = concat!(notice!(), " empty:hidden");

/// What was just done, once, above the page; and where the boot script says that the connection is
/// gone.
#[cfg(feature = "ssr")]
#[component]
pub fn NoticePlace(notice: Option<Notice>) -> impl IntoView {
    let notice = notice.map(|notice| {
        view! {
            // Takes the focus, so that a screen reader says it and the keyboard goes on from here.
            <div class=concat!(notice!(), " mt-4") tabindex="-1" autofocus=true>
                <Drawn icon=Icon::Check class="mt-0.75 size-5"/>
                <p class="flex-1">{notice.text}</p>
                {notice.undo.map(|undo| view! { <UndoForm undo=undo/> })}
            </div>
        }
    });
    view! {
        <div class="px-edge print:hidden" role="status">{notice}</div>
        // Over everything, because it is about everything.
        <p
            class="fixed inset-x-gutter bottom-[calc(1rem+env(safe-area-inset-bottom))] z-3 mx-auto w-fit rounded-control bg-ink px-5 py-3 text-paper shadow-floating empty:sr-only print:hidden"
            role="status"
            data-connection
        ></p>
    }
}

#[cfg(feature = "ssr")]
#[component]
fn UndoForm(undo: Undo) -> impl IntoView {
    let fields = undo
        .fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    view! {
        <form method="post" action=undo.action>
            {fields}
            <button type="submit" class=UNDO>"Undo"</button>
        </form>
    }
}

/// A button of words in a notice: as easy to press, without making the box higher.
pub const UNDO: &str = "-my-2.5 min-h-11 text-accent underline underline-offset-[0.2em]";
