//! An address: the country first, then the fields that country needs, in its own order.

use leptos::prelude::*;

use crate::features::shipping::model::{
    AddressField, AddressInput, Country, ProvinceRule, country,
};
use crate::ui::button::QUIET;
use crate::ui::field::{Field, Requirement, Select, Width};
use crate::ui::form::FieldState;
use crate::web::page::FormState;

/// Which of the two addresses of a form this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Shipping,
    Billing,
}

impl Purpose {
    /// In front of every field's name.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Shipping => "",
            Self::Billing => "billing_",
        }
    }

    /// The browser's word for the section, in front of its own tokens.
    const fn section(self) -> &'static str {
        match self {
            Self::Shipping => "shipping",
            Self::Billing => "billing",
        }
    }

    /// The billing address may be out of sight.
    const fn need(self) -> Requirement {
        match self {
            Self::Shipping => Requirement::Required,
            Self::Billing => Requirement::Depends,
        }
    }
}

#[component]
pub fn AddressFields(
    purpose: Purpose,
    draft: AddressInput,
    /// Codes and names.
    countries: Vec<(String, String)>,
    refused: Option<FormState>,
    /// Where "Update country" sends the form.
    country_action: &'static str,
) -> impl IntoView {
    let prefix = purpose.prefix();
    let of = |name: &str, stored: &str| {
        FieldState::of(refused.as_ref(), &format!("{prefix}{name}"), stored)
    };
    let chosen = of("country", &draft.country);
    let rules = country(&chosen.value);
    let fields: Vec<AnyView> = rules
        .map(|rules| {
            rules
                .fields
                .iter()
                .map(|field| {
                    address_field(
                        purpose,
                        rules,
                        *field,
                        of(field.name(), stored_value(&draft, *field)),
                    )
                })
                .collect()
        })
        .unwrap_or_default();
    let options = std::iter::once((String::new(), "Choose a country".to_owned()))
        .filter(|_| rules.is_none())
        .chain(countries)
        .collect();
    view! {
        <div class="col-span-full flex items-end gap-2">
            <div class="min-w-0 flex-1">
                <Select
                    name=format!("{prefix}country")
                    label="Country"
                    state=chosen
                    options=options
                    autocomplete=format!("{} country", purpose.section())
                    requirement=purpose.need()
                />
            </div>
            <button type="submit" class=QUIET formaction=country_action formnovalidate=true>"Update country"</button>
        </div>
        {fields}
    }
    .into_any()
}

fn stored_value(draft: &AddressInput, field: AddressField) -> &str {
    match field {
        AddressField::Name => &draft.name,
        AddressField::Company => &draft.company,
        AddressField::Line1 => &draft.line1,
        AddressField::Line2 => &draft.line2,
        AddressField::City => &draft.city,
        AddressField::Province => &draft.province,
        AddressField::Postcode => &draft.postcode,
        AddressField::Phone => &draft.phone,
    }
}

fn address_field(
    purpose: Purpose,
    rules: &Country,
    field: AddressField,
    state: FieldState,
) -> AnyView {
    let name = format!("{}{}", purpose.prefix(), field.name());
    let token = |token: &str| format!("{} {token}", purpose.section());
    let needed = purpose.need();
    let line = |label: &'static str, auto: &str, need: Requirement| {
        view! { <Field name=name.clone() label=label autocomplete=token(auto) state=state.clone() requirement=need max_length=100/> }
            .into_any()
    };
    match field {
        AddressField::Name => line("Full name", "name", needed),
        AddressField::Company => line("Company", "organization", Requirement::Optional),
        AddressField::Line1 => line("Street and house number", "address-line1", needed),
        AddressField::Line2 => line("Apartment, floor, building", "address-line2", Requirement::Optional),
        AddressField::City => view! { <Field name=name label="City" autocomplete=token("address-level2") state=state requirement=needed max_length=100 width=Width::Half/> }.into_any(),
        AddressField::Postcode => {
            let need = if rules.postcode.required { needed } else { Requirement::Optional };
            let hint = format!("As in {}", rules.postcode.example);
            view! { <Field name=name label=rules.postcode.label autocomplete=token("postal-code") state=state requirement=need max_length=16 width=Width::Half hint=hint/> }.into_any()
        }
        AddressField::Province => province(name, rules, state, token("address-level1"), needed),
        AddressField::Phone => view! {
            <Field name=name label="Phone" kind="tel" inputmode="tel" autocomplete=token("tel") state=state requirement=Requirement::Optional max_length=30 hint="Only for questions about the delivery"/>
        }
        .into_any(),
    }
}

fn province(
    name: String,
    rules: &Country,
    state: FieldState,
    autocomplete: String,
    need: Requirement,
) -> AnyView {
    let ProvinceRule::Required { label, list } = rules.province else { return ().into_any() };
    let choose = (String::new(), format!("Choose the {}", label.to_lowercase()));
    let options = std::iter::once(choose)
        .chain(list.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())))
        .collect();
    view! { <Select name=name label=label state=state options=options autocomplete=autocomplete requirement=need width=Width::Half/> }
        .into_any()
}
