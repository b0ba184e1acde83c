//! Labelled fields: the label above, help below it, the refusal at the field and tied to it.

use leptos::prelude::*;

use super::form::{FieldState, Ticked};
use super::icon::{Drawn, Icon};

macro_rules! control {
    () => {
        "rounded-control border border-edge bg-raised px-3 py-2 aria-invalid:border-error aria-invalid:inset-ring-1 aria-invalid:inset-ring-error"
    };
}

/// What is typed into or chosen from: as wide as its place.
pub const INPUT: &str = concat!(control!(), " min-h-11 w-full");
/// As `INPUT`, as wide as what it holds.
pub const FITTED: &str = concat!(control!(), " min-h-11");
/// As `INPUT`; its size is the place's.
pub const CONTROL: &str = control!();
/// The grid that a form's fields stand in.
pub const GRID: &str = "grid gap-x-4 gap-y-5 xs:grid-cols-2";
/// As `GRID`, on a page that is wider than fields should be.
pub const NARROW_GRID: &str = "grid max-w-136 gap-x-4 gap-y-5 xs:grid-cols-2";
/// A label, its control and the words about it.
pub const FIELD: &str = "col-span-full grid content-start gap-1";
/// As `FIELD`, half as wide where there is room.
pub const HALF: &str = "col-span-full grid content-start gap-1 xs:col-auto";
pub const LABEL: &str = "font-semibold";
pub const HINT: &str = "text-small text-soft";
pub const ERROR: &str = "flex gap-1.5 text-fine text-error empty:hidden";
/// A tick and its words, side by side.
pub const CHOICE: &str = "flex items-start gap-3";
/// Of the tick in a `CHOICE`: level with the first line.
pub const CHOICE_TICK: &str = "mt-3 mb-0.75 size-5 flex-none";
pub const CHOICE_WORDS: &str = "flex-1 py-2.25";

/// Whether a field may stay empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Requirement {
    #[default]
    Required,
    Optional,
    /// Another field decides: the browser must not insist where the field may be out of sight.
    Depends,
}

/// How much of a row a field takes where there is room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    #[default]
    Full,
    Half,
}

impl Width {
    const fn class(self) -> &'static str {
        match self {
            Self::Full => FIELD,
            Self::Half => HALF,
        }
    }
}

/// A single line of text. Its id is its name.
#[component]
pub fn Field(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    state: FieldState,
    /// The `type` attribute.
    #[prop(default = "text")]
    kind: &'static str,
    /// The browser's own token, such as "email" or "shipping postal-code".
    #[prop(into)]
    autocomplete: String,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional, into)] hint: String,
    #[prop(default = Requirement::Required)] requirement: Requirement,
    #[prop(default = 200)] max_length: u32,
    #[prop(default = Width::Full)] width: Width,
) -> impl IntoView {
    let hint = hint_unless_refused(hint, &state);
    let aria = AriaLinks::new(&name, &state, &hint);
    let below = name.clone();
    view! {
        <div class=width.class()>
            <Label name=name.clone() label=label requirement=requirement/>
            <input
                class=INPUT
                id=name.clone()
                name=name
                type=kind
                value=state.value
                autocomplete=autocomplete
                inputmode=inputmode
                maxlength=max_length
                required=requirement == Requirement::Required
                aria-invalid=aria.invalid
                aria-describedby=aria.described_by
            />
            <Refusal name=below.clone() error=state.error/>
            <Hint name=below text=hint/>
        </div>
    }
}

/// Several lines of text.
///
/// Invariant (R50): the only `<textarea>` of the store. This version of Leptos does not escape what
/// stands inside one, so it is escaped here; the test would also notice a version that does.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    state: FieldState,
    #[prop(optional, into)] hint: String,
    #[prop(default = Requirement::Required)] requirement: Requirement,
    max_length: u32,
    #[prop(default = 3)] rows: u32,
) -> impl IntoView {
    let hint = hint_unless_refused(hint, &state);
    let aria = AriaLinks::new(&name, &state, &hint);
    let below = name.clone();
    // A parser drops one line break after the tag, so that a text starting with one would lose it.
    let content = format!("\n{}", escape_text(&state.value));
    view! {
        <div class=FIELD>
            <Label name=name.clone() label=label requirement=requirement/>
            <textarea
                class=INPUT
                id=name.clone()
                name=name
                rows=rows
                maxlength=max_length
                required=requirement == Requirement::Required
                aria-invalid=aria.invalid
                aria-describedby=aria.described_by
            >
                {content}
            </textarea>
            <Refusal name=below.clone() error=state.error/>
            <Hint name=below text=hint/>
        </div>
    }
}

/// One of a list. Values with the words shown for them; an empty value asks for a choice.
#[component]
pub fn Select(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    state: FieldState,
    options: Vec<(String, String)>,
    #[prop(optional, into)] autocomplete: String,
    #[prop(optional, into)] hint: String,
    #[prop(default = Requirement::Required)] requirement: Requirement,
    #[prop(default = Width::Full)] width: Width,
) -> impl IntoView {
    let hint = hint_unless_refused(hint, &state);
    let aria = AriaLinks::new(&name, &state, &hint);
    let below = name.clone();
    let chosen = state.value;
    view! {
        <div class=width.class()>
            <Label name=name.clone() label=label requirement=requirement/>
            <select
                class=INPUT
                id=name.clone()
                name=name
                autocomplete=(!autocomplete.is_empty()).then_some(autocomplete)
                required=requirement == Requirement::Required
                aria-invalid=aria.invalid
                aria-describedby=aria.described_by
            >
                {options
                    .into_iter()
                    .map(|(value, text)| {
                        let selected = value == chosen;
                        view! { <option value=value selected=selected>{text}</option> }
                    })
                    .collect_view()}
            </select>
            <Refusal name=below.clone() error=state.error/>
            <Hint name=below text=hint/>
        </div>
    }
}

/// A box to tick; the words beside it may hold links.
#[component]
pub fn Checkbox(
    #[prop(into)] name: String,
    ticked: Ticked,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(default = Requirement::Optional)] requirement: Requirement,
    children: Children,
) -> impl IntoView {
    let aria =
        AriaLinks::new(&name, &FieldState { value: String::new(), error: error.clone() }, "");
    view! {
        <div class=FIELD>
            <Refusal name=name.clone() error=error/>
            <div class=CHOICE>
                <input
                    class=CHOICE_TICK
                    type="checkbox"
                    id=name.clone()
                    name=name.clone()
                    checked=ticked == Ticked::Yes
                    required=requirement == Requirement::Required
                    aria-invalid=aria.invalid
                    aria-describedby=aria.described_by
                />
                <label class=CHOICE_WORDS for=name>{children()}</label>
            </div>
        </div>
    }
}

/// A refusal says what to do; the hint beside it would say the same again.
fn hint_unless_refused(hint: String, state: &FieldState) -> String {
    if state.error.is_some() { String::new() } else { hint }
}

#[component]
fn Label(name: String, label: String, requirement: Requirement) -> impl IntoView {
    view! {
        <label class=LABEL for=name>
            {label}
            {(requirement == Requirement::Optional).then(|| view! { <span class="font-normal text-soft">" (optional)"</span> })}
        </label>
    }
}

#[component]
fn Hint(name: String, text: String) -> impl IntoView {
    (!text.is_empty()).then(|| view! { <p class=HINT id=hint_id(&name)>{text}</p> })
}

#[component]
fn Refusal(name: String, error: Option<String>) -> impl IntoView {
    error.map(|text| view! { <p class=ERROR id=error_id(&name)><Drawn icon=Icon::Alert class="mt-0.5 size-5"/>{text}</p> })
}

/// What ties a field to its help and its refusal.
struct AriaLinks {
    invalid: Option<&'static str>,
    described_by: Option<String>,
}

impl AriaLinks {
    fn new(name: &str, state: &FieldState, hint: &str) -> Self {
        let error = state.error.as_ref().map(|_| error_id(name));
        let hint = (!hint.is_empty()).then(|| hint_id(name));
        let ids: Vec<String> = error.into_iter().chain(hint).collect();
        Self {
            invalid: state.error.as_ref().map(|_| "true"),
            described_by: (!ids.is_empty()).then(|| ids.join(" ")),
        }
    }
}

fn error_id(name: &str) -> String {
    format!("{name}-error")
}

fn hint_id(name: &str) -> String {
    format!("{name}-hint")
}

/// The characters that could end the text or start an entity.
fn escape_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r50_text_cannot_leave_its_textarea() {
        let state = FieldState {
            value: "\n</textarea><script>alert(1)</script> & more".into(),
            error: None,
        };
        let html =
            view! { <TextArea name="note" label="Note" state=state max_length=500/> }.to_html();
        assert!(
            html.contains(">\n\n&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"),
            "{html}"
        );
        assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
    }

    #[test]
    fn r50_values_cannot_leave_their_attribute() {
        let state = FieldState { value: "\"><script>".into(), error: Some("<b>".into()) };
        let html =
            view! { <Field name="city" label="City" state=state autocomplete="address-level2"/> }
                .to_html();
        assert!(!html.contains("<script>") && !html.contains("<b>"), "{html}");
    }

    #[test]
    fn a_refused_field_is_tied_to_its_reason_which_stands_in_for_its_help() {
        let state = FieldState { value: String::new(), error: Some("Enter a city.".into()) };
        let html = view! { <Field name="city" label="City" state=state autocomplete="off" hint="As on letters."/> }.to_html();
        assert!(
            html.contains("aria-describedby=\"city-error\"") && !html.contains("As on letters."),
            "{html}"
        );
        assert!(
            html.contains("id=\"city-error\"") && html.contains("aria-invalid=\"true\""),
            "{html}"
        );
    }
}
