//! How a page answers: nothing there yet, something went wrong, a word on a thing.

use leptos::either::Either;
use leptos::prelude::*;

use crate::shared::error::AppError;

use super::icon::{Drawn, Icon};

/// One sentence, one action, one small drawing.
#[component]
pub fn EmptyState(
    #[prop(into)] heading: String,
    #[prop(into)] text: String,
    #[prop(into)] action: String,
    #[prop(into)] href: String,
    /// A page that is empty as a whole; elsewhere the heading is below the page's own.
    #[prop(default = HeadingLevel::One)]
    level: HeadingLevel,
) -> impl IntoView {
    view! {
        <section class="empty">
            <img src="/empty.svg" width="200" height="160" alt=""/>
            {match level {
                HeadingLevel::One => Either::Left(view! { <h1>{heading}</h1> }),
                HeadingLevel::Two => Either::Right(view! { <h2>{heading}</h2> }),
            }}
            <p>{text}</p>
            <p><a class="button" href=href>{action}</a></p>
        </section>
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadingLevel {
    One,
    Two,
}

/// A refused form in words, each linked to its field; takes the focus so that nobody has to look
/// for it.
#[component]
pub fn ErrorSummary(
    error: AppError,
    /// What stands in front of the fields' names in their ids.
    #[prop(default = "")]
    id_prefix: &'static str,
) -> impl IntoView {
    let said_by_a_field = error.fields.iter().any(|field| field.message == error.message);
    let message = (!said_by_a_field).then(|| error.message.to_string());
    let links: Vec<(String, String)> = error
        .fields
        .iter()
        .map(|field| (format!("#{id_prefix}{}", field.field), field.message.to_string()))
        .collect();
    view! {
        <div class="error-summary" role="alert" tabindex="-1" autofocus=true>
            <Drawn icon=Icon::Alert/>
            <div>
                {message.map(|text| view! { <p>{text}</p> })}
                {(!links.is_empty())
                    .then(|| view! { <ul>{links.into_iter().map(|(href, text)| view! { <li><a href=href>{text}</a></li> }).collect_view()}</ul> })}
            </div>
        </div>
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Good,
    Sale,
    Warning,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "badge",
            Self::Good => "badge badge-good",
            Self::Sale => "badge badge-sale",
            Self::Warning => "badge badge-warning",
        }
    }
}

/// A word on a thing, never a colour alone.
#[component]
pub fn Badge(#[prop(into)] text: String, tone: Tone) -> impl IntoView {
    view! { <span class=tone.class()>{text}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a11y_6_each_refusal_leads_to_its_field() {
        let error = AppError::invalid("invalid_fields", "Some fields need another look.")
            .with_field("city", "Enter a city.");
        let html = view! { <ErrorSummary error=error id_prefix="billing_"/> }.to_html();
        assert!(
            html.contains("href=\"#billing_city\"")
                && html.contains("Some fields need another look."),
            "{html}"
        );
        assert!(html.contains("role=\"alert\"") && html.contains("tabindex=\"-1\""), "{html}");
    }

    #[test]
    fn one_refusal_is_said_once() {
        let html =
            view! { <ErrorSummary error=AppError::field("x", "quantity", "Only 2 available.")/> }
                .to_html();
        assert_eq!(html.matches("Only 2 available.").count(), 1, "{html}");
    }
}
