//! The search field: a plain form that also suggests while someone types.

use std::time::Duration;

use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::features::search::api::suggest;
use crate::features::search::model::{Suggestion, SuggestionKind};
use crate::ui::icon::{Drawn, Icon};
use crate::ui::server_class::server_class;
use crate::ui::type_erasure::erase_on_server;

const FIELD: &str =
    server_class("min-h-11 w-full rounded-control border border-edge bg-raised py-2 pr-12 pl-3");
const BUTTON: &str = server_class(
    "absolute inset-y-0 right-0 grid w-11 place-items-center rounded-control text-soft hover:text-accent",
);
const SUGGESTIONS: &str = server_class(
    "absolute inset-x-0 top-[calc(100%+0.375rem)] z-1 rounded-tile bg-raised p-2 shadow-panel",
);
/// Typing goes on for so long before anything is asked.
const PAUSE: Duration = Duration::from_millis(120);
/// Characters; one letter begins everything.
const LEAST_TYPED: usize = 2;

/// What the list below the field shows, and which line of it the arrow keys have reached.
#[derive(Clone, Copy)]
struct Offer {
    lines: RwSignal<Vec<Suggestion>>,
    open: RwSignal<bool>,
    reached: RwSignal<Option<usize>>,
    /// Numbers the questions: an answer to any but the latest comes too late.
    question: StoredValue<u32>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Offer {
    fn new() -> Self {
        Self {
            lines: RwSignal::new(Vec::new()),
            open: RwSignal::new(false),
            reached: RwSignal::new(None),
            question: StoredValue::new(0),
            timer: StoredValue::new(None),
        }
    }

    fn typed(self, text: String) {
        if let Some(timer) = self.timer.get_value() {
            timer.clear();
        }
        let number = self.question.get_value().wrapping_add(1);
        self.question.set_value(number);
        if text.trim().chars().count() < LEAST_TYPED {
            self.show(Vec::new());
            return;
        }
        let ask = move || {
            spawn_local(async move {
                // Without an answer there is nothing to suggest; the form itself works all the
                // same.
                let lines = suggest(text).await.unwrap_or_default();
                if self.question.try_get_value() == Some(number) {
                    self.show(lines);
                }
            });
        };
        self.timer.set_value(set_timeout_with_handle(ask, PAUSE).ok());
    }

    fn show(self, lines: Vec<Suggestion>) {
        self.reached.set(None);
        self.open.set(!lines.is_empty());
        self.lines.set(lines);
    }

    fn close(self) {
        self.open.set(false);
        self.reached.set(None);
    }

    /// From the field through the list and back to the field.
    fn step(self, forward: bool) {
        let count = self.lines.with_untracked(Vec::len);
        if count == 0 {
            return;
        }
        let reached = match (self.reached.get_untracked(), forward) {
            (None, true) => Some(0),
            (None, false) => Some(count - 1),
            (Some(line), true) => (line + 1 < count).then_some(line + 1),
            (Some(line), false) => line.checked_sub(1),
        };
        self.open.set(true);
        self.reached.set(reached);
    }

    fn key(self, event: &KeyboardEvent) {
        match event.key().as_str() {
            key @ ("ArrowDown" | "ArrowUp") => {
                event.prevent_default();
                self.step(key == "ArrowDown");
            }
            "Escape" if self.open.get_untracked() => {
                event.prevent_default();
                self.close();
            }
            "Enter" => {
                let reached = self.reached.get_untracked();
                let href = reached.and_then(|line| {
                    self.lines.with_untracked(|lines| lines.get(line).map(|s| s.href.clone()))
                });
                if let Some(href) = href {
                    event.prevent_default();
                    // Back brings the page as it was left: not with an open list.
                    self.close();
                    let _ = window().location().set_href(&href);
                }
            }
            _ => {}
        }
    }

    fn spoken(self) -> String {
        match (self.open.get(), self.lines.with(Vec::len)) {
            (false, _) => String::new(),
            (true, 1) => "1 suggestion".to_owned(),
            (true, count) => format!("{count} suggestions"),
        }
    }
}

#[island]
pub fn SearchBox(
    /// What was searched for on this page.
    text: String,
) -> impl IntoView {
    let offer = Offer::new();
    let input = NodeRef::<Input>::new();
    let typed =
        move |_| offer.typed(input.get_untracked().map(|input| input.value()).unwrap_or_default());
    erase_on_server(view! {
        <form class=server_class("relative flex gap-2") role="search" method="get" action="/search">
            <label class=server_class("sr-only") for="search-field">"Search products"</label>
            <input
                node_ref=input
                id="search-field"
                class=FIELD
                type="search"
                name="q"
                maxlength="200"
                placeholder="Search"
                autocomplete="off"
                autocapitalize="none"
                enterkeyhint="search"
                role="combobox"
                aria-autocomplete="list"
                aria-haspopup="listbox"
                aria-controls="search-suggestions"
                aria-expanded=move || offer.open.get().to_string()
                aria-activedescendant=move || offer.reached.get().map(option_id)
                value=text
                on:input=typed
                on:keydown=move |event| offer.key(&event)
                on:blur=move |_| offer.close()
            />
            <button class=BUTTON type="submit" aria-label="Search"><Drawn icon=Icon::Search/></button>
            // A press must not take the focus from the field, which would close the list before the
            // click arrives.
            <div
                id="search-suggestions"
                class=SUGGESTIONS
                role="listbox"
                aria-label="Suggestions"
                hidden=move || !offer.open.get()
                on:mousedown=|event| event.prevent_default()
            >
                {move || offer.lines.get().into_iter().enumerate().map(|(line, suggestion)| option(offer, line, suggestion)).collect_view()}
            </div>
            <p class=server_class("sr-only") role="status">{move || offer.spoken()}</p>
        </form>
    })
}

fn option_id(line: usize) -> String {
    format!("search-suggestion-{line}")
}

fn option(offer: Offer, line: usize, suggestion: Suggestion) -> impl IntoView + use<> {
    let note = match suggestion.kind {
        SuggestionKind::Category => Some("Department".to_owned()),
        SuggestionKind::Product => suggestion.price,
    };
    view! {
        <a
            id=option_id(line)
            class="flex min-h-11 items-center gap-3 rounded-control px-2 py-1 text-inherit no-underline hover:bg-accent-pale aria-selected:bg-accent-pale"
            role="option"
            tabindex="-1"
            href=suggestion.href
            aria-selected=move || (offer.reached.get() == Some(line)).to_string()
        >
            {suggestion.image.map(|src| view! { <img class="rounded-control" src=src alt="" width="48" height="48"/> })}
            <span class="flex-1">{suggestion.label}</span>
            {note.map(|note| view! { <span class="text-small text-soft">{note}</span> })}
        </a>
    }
}
