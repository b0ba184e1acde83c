//! `payment_intent_data`: what the session hands to its PaymentIntent and to the charges of that.

use crate::api_error::ApiError;
use crate::form::Params;
use crate::records::{PaymentData, PostalAddress, Shipping};

const LONGEST_TEXT: usize = 5000;

pub(super) fn read(params: &Params) -> Result<PaymentData, ApiError> {
    let Some(data) = params.child("payment_intent_data") else {
        return Ok(PaymentData::default());
    };
    Ok(PaymentData {
        metadata: data.metadata("metadata")?,
        description: data.short_text("description", 1000)?.map(str::to_owned),
        receipt_email: data.short_text("receipt_email", 800)?.map(str::to_owned),
        shipping: data.child("shipping").map(|shipping| read_shipping(&shipping)).transpose()?,
    })
}

fn read_shipping(shipping: &Params) -> Result<Shipping, ApiError> {
    let address = shipping.required_child("address")?;
    address.required_text("line1")?;
    let country = address.short_text("country", 2)?;
    if let Some(country) = country.filter(|country| {
        country.len() != 2 || !country.bytes().all(|letter| letter.is_ascii_uppercase())
    }) {
        let message = format!(
            "Country '{country}' is unknown. Try using a 2-character alphanumeric country code instead, such as 'US', 'EG', or 'GB'."
        );
        return Err(ApiError::invalid(
            "country_code_invalid",
            message,
            &address.full_name("country"),
        ));
    }
    let text = |params: &Params, field: &str| {
        Ok(params.short_text(field, LONGEST_TEXT)?.map(str::to_owned))
    };
    Ok(Shipping {
        name: shipping.required_text("name")?.to_owned(),
        phone: text(shipping, "phone")?,
        carrier: text(shipping, "carrier")?,
        tracking_number: text(shipping, "tracking_number")?,
        address: PostalAddress {
            line1: text(&address, "line1")?,
            line2: text(&address, "line2")?,
            city: text(&address, "city")?,
            postal_code: text(&address, "postal_code")?,
            state: text(&address, "state")?,
            country: country.map(str::to_owned),
        },
    })
}
