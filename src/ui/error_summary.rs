//! Why a form was refused, above everything else on the page.

use leptos::prelude::*;

use crate::shared::error::AppError;

use super::icon::{Drawn, Icon};

const LINK: &str = "inline-flex min-h-11 items-center text-inherit";

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
        <div class="mb-6 flex gap-2.5 rounded-control bg-error-pale px-4 py-3 text-error" role="alert" tabindex="-1" autofocus=true>
            <Drawn icon=Icon::Alert class="mt-0.75 size-5"/>
            <div>
                {message.map(|text| view! { <p>{text}</p> })}
                {(!links.is_empty())
                    .then(|| view! { <ul>{links.into_iter().map(|(href, text)| view! { <li><a class=LINK href=href>{text}</a></li> }).collect_view()}</ul> })}
            </div>
        </div>
    }
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
