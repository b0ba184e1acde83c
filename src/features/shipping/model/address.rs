//! A postal address: what was typed, and what it becomes once its country's rules hold.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::countries::{AddressField, Country, ProvinceRule, country};
use super::postcode::PostcodeRule;
use crate::shared::error::{AppError, AppResult, FieldErrors};
use crate::shared::validate::{Required, mask_card_numbers, phone, text};

/// Characters of a name, a company or a line. Labels of common carriers hold 35; longer ones are
/// wrapped.
const MAX_LINE_CHARS: u32 = 100;

/// An address that mail can be sent to.
///
/// Invariant: made by `validate_address` alone, so no field holds a line break, a control character
/// or a card number.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    pub line1: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    pub city: String,
    /// The postal abbreviation, where the country has provinces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// In the country's own writing; empty only where the country does without.
    pub postcode: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// Says where, never who: debug output ends in logs.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("country", &self.country).finish_non_exhaustive()
    }
}

impl Address {
    /// The rules of its country.
    pub fn country(&self) -> Option<&'static Country> {
        country(&self.country)
    }

    /// The lines of a label, from the name to the country's name.
    pub fn lines(&self) -> Vec<String> {
        let order = self
            .country()
            .map_or(&[AddressField::Postcode, AddressField::City][..], |rules| rules.fields);
        let mut place = Vec::new();
        for field in order {
            match field {
                AddressField::City => place.push(self.city.as_str()),
                AddressField::Postcode if !self.postcode.is_empty() => place.push(&self.postcode),
                AddressField::Province => place.extend(self.province.as_deref()),
                _ => {}
            }
        }
        let place = place.join(" ");
        let country_name = self.country().map_or(self.country.as_str(), |rules| rules.name);
        let all = [
            Some(self.name.as_str()),
            self.company.as_deref(),
            Some(self.line1.as_str()),
            self.line2.as_deref(),
            Some(&place),
            Some(country_name),
        ];
        all.into_iter().flatten().map(str::to_owned).collect()
    }
}

/// The form as typed: kept as it is until it is right, so that nothing typed is lost.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AddressInput {
    pub name: String,
    pub company: String,
    pub line1: String,
    pub line2: String,
    pub city: String,
    pub province: String,
    pub postcode: String,
    pub country: String,
    pub phone: String,
}

/// As for `Address`.
impl fmt::Debug for AddressInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddressInput").field("country", &self.country).finish_non_exhaustive()
    }
}

/// A saved address fills the form again.
impl From<Address> for AddressInput {
    fn from(address: Address) -> Self {
        Self {
            name: address.name,
            company: address.company.unwrap_or_default(),
            line1: address.line1,
            line2: address.line2.unwrap_or_default(),
            city: address.city,
            province: address.province.unwrap_or_default(),
            postcode: address.postcode,
            country: address.country,
            phone: address.phone.unwrap_or_default(),
        }
    }
}

/// Checks an address against its country.
///
/// The refusals are for the fields `name`, `company`, `line1`, `line2`, `city`, `province`,
/// `postcode`, `country` and `phone`, each with `prefix` in front ("" or, say, "billing_"). Errors:
/// `invalid_fields` (422) with all refusals at once; with an unknown country only that one is
/// named, since the others depend on it.
pub fn validate_address(input: &AddressInput, prefix: &'static str) -> AppResult<Address> {
    read_address(input).map_err(|mut error| {
        if !prefix.is_empty() {
            for refusal in &mut error.fields {
                refusal.field = Cow::Owned(format!("{prefix}{}", refusal.field));
            }
        }
        error
    })
}

/// Checks a postcode alone, for the moment a person leaves the field; gives it back in the
/// country's writing.
///
/// Errors (422) for the field `postcode`: `required`, `postcode_invalid`, naming an example.
/// `country_unknown` (422).
#[cfg(test)]
pub fn validate_postcode(country_code: &str, typed: &str) -> AppResult<String> {
    let rules = country(country_code).ok_or_else(unknown_country)?;
    read_postcode(rules, typed)
}

fn read_address(input: &AddressInput) -> AppResult<Address> {
    let mut errors = FieldErrors::default();
    let Some(rules) = country(&input.country) else {
        errors.take::<Address>(Err(unknown_country()));
        return Err(errors.into_error());
    };
    let name = errors.take(line("name", "the name of who receives it", &input.name, Required::Yes));
    let company = errors.take(line("company", "the company", &input.company, Required::No));
    let line1 =
        errors.take(line("line1", "the street and house number", &input.line1, Required::Yes));
    let line2 = errors.take(line("line2", "the rest of the address", &input.line2, Required::No));
    let city = errors.take(line("city", "the city", &input.city, Required::Yes));
    let province = errors.take(read_province(rules, &input.province));
    let postcode = errors.take(read_postcode(rules, &input.postcode));
    let phone = errors.take(phone("phone", &input.phone));
    let read = move || {
        Some(Address {
            name: name?,
            company: filled(company?),
            line1: line1?,
            line2: filled(line2?),
            city: city?,
            province: province?,
            postcode: postcode?,
            country: rules.code.to_owned(),
            phone: phone?,
        })
    };
    read().ok_or_else(|| in_order_of_fields(errors.into_error(), rules))
}

/// A summary of refusals reads from the top of the form down.
fn in_order_of_fields(mut error: AppError, rules: &Country) -> AppError {
    error
        .fields
        .sort_by_key(|refusal| rules.fields.iter().position(|field| field.name() == refusal.field));
    error
}

fn line(field: &'static str, label: &str, value: &str, required: Required) -> AppResult<String> {
    text(field, label, value, MAX_LINE_CHARS, required).map(|line| mask_card_numbers(&line))
}

fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// Takes the abbreviation, or the name in any case, since browsers fill in either.
fn read_province(rules: &Country, typed: &str) -> AppResult<Option<String>> {
    let ProvinceRule::Required { label, list } = rules.province else {
        return Ok(None);
    };
    let typed = typed.trim();
    let found = list
        .iter()
        .find(|(code, name)| code.eq_ignore_ascii_case(typed) || name.eq_ignore_ascii_case(typed));
    match found {
        Some((code, _)) => Ok(Some((*code).to_owned())),
        None => Err(AppError::field(
            "province_invalid",
            "province",
            format!("Choose the {}.", label.to_lowercase()),
        )),
    }
}

fn read_postcode(rules: &Country, typed: &str) -> AppResult<String> {
    let PostcodeRule { label, example, required, .. } = rules.postcode;
    let typed = typed.trim();
    if typed.is_empty() && !required {
        return Ok(String::new());
    }
    if let Some(postcode) = rules.postcode.normalise(rules.code, typed) {
        return Ok(postcode);
    }
    let code = if typed.is_empty() { "required" } else { "postcode_invalid" };
    // "ZIP code" and "Eircode" keep their capitals.
    let label = if label.starts_with("Post") { label.to_lowercase() } else { label.to_owned() };
    let leave_out = if required { "" } else { ", or leave it empty" };
    Err(AppError::field(code, "postcode", format!("Enter the {label} as in {example}{leave_out}.")))
}

fn unknown_country() -> AppError {
    AppError::field("country_unknown", "country", "Choose a country from the list.")
}
