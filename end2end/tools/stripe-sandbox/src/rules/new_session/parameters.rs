//! The parameters Stripe documents for a session in payment mode; those the sandbox has no use for
//! are accepted and ignored, every other one is refused by name.

use crate::api_error::ApiError;
use crate::form::Params;

const SESSION: &[&str] = &[
    "adaptive_pricing",
    "allow_promotion_codes",
    "automatic_tax",
    "billing_address_collection",
    "branding_settings",
    "cancel_url",
    "client_reference_id",
    "consent_collection",
    "currency",
    "custom_fields",
    "custom_text",
    "customer_creation",
    "customer_email",
    "excluded_payment_method_types",
    "expand",
    "expires_at",
    "integration_identifier",
    "invoice_creation",
    "line_items",
    "locale",
    "metadata",
    "mode",
    "name_collection",
    "origin_context",
    "payment_intent_data",
    "payment_method_options",
    "payment_method_types",
    "phone_number_collection",
    "saved_payment_method_options",
    "shipping_address_collection",
    "shipping_options",
    "submit_type",
    "success_url",
    "tax_id_collection",
    "ui_mode",
    "wallet_options",
];
const LINE_ITEM: &[&str] = &[
    "adjustable_quantity",
    "dynamic_tax_rates",
    "metadata",
    "price",
    "price_data",
    "quantity",
    "tax_rates",
];
const PRICE_DATA: &[&str] = &[
    "currency",
    "product",
    "product_data",
    "recurring",
    "tax_behavior",
    "unit_amount",
    "unit_amount_decimal",
];
const PRODUCT_DATA: &[&str] =
    &["description", "images", "metadata", "name", "tax_code", "tax_details", "unit_label"];
const SHIPPING_OPTION: &[&str] = &["shipping_rate", "shipping_rate_data"];
const SHIPPING_RATE_DATA: &[&str] = &[
    "delivery_estimate",
    "display_name",
    "fixed_amount",
    "metadata",
    "tax_behavior",
    "tax_code",
    "type",
];
const PAYMENT_INTENT_DATA: &[&str] = &[
    "application_fee_amount",
    "capture_method",
    "description",
    "metadata",
    "on_behalf_of",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
];
const SHIPPING: &[&str] = &["address", "carrier", "name", "phone", "tracking_number"];
const ADDRESS: &[&str] = &["city", "country", "line1", "line2", "postal_code", "state"];

pub(super) fn refuse_unknown(params: &Params) -> Result<(), ApiError> {
    params.refuse_unknown(SESSION)?;
    refuse_in_child(params, "adaptive_pricing", &["enabled"])?;
    for item in params.list("line_items") {
        item.refuse_unknown(LINE_ITEM)?;
        if let Some(price) = refuse_in_child(&item, "price_data", PRICE_DATA)? {
            refuse_in_child(&price, "product_data", PRODUCT_DATA)?;
        }
    }
    for option in params.list("shipping_options") {
        option.refuse_unknown(SHIPPING_OPTION)?;
        refuse_in_child(&option, "shipping_rate_data", SHIPPING_RATE_DATA)?;
    }
    if let Some(payment) = refuse_in_child(params, "payment_intent_data", PAYMENT_INTENT_DATA)?
        && let Some(shipping) = refuse_in_child(&payment, "shipping", SHIPPING)?
    {
        refuse_in_child(&shipping, "address", ADDRESS)?;
    }
    Ok(())
}

fn refuse_in_child<'a>(
    params: &Params<'a>,
    field: &str,
    known: &[&str],
) -> Result<Option<Params<'a>>, ApiError> {
    let child = params.child(field);
    if let Some(child) = &child {
        child.refuse_unknown(known)?;
    }
    Ok(child)
}
