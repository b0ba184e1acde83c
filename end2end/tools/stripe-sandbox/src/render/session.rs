//! Checkout Sessions and their line items as JSON.

use serde_json::{Value, json};

use crate::records::{LineItem, Session, SessionStatus, ShippingOption};

pub(crate) fn render_session(session: &Session) -> Value {
    let payment_status = if session.paid { "paid" } else { "unpaid" };
    let url = (session.status == SessionStatus::Open).then_some(session.url.as_str());
    json!({
        "id": session.id,
        "object": "checkout.session",
        "adaptive_pricing": { "enabled": session.adaptive_pricing },
        "after_expiration": null,
        "allow_promotion_codes": null,
        "amount_subtotal": session.subtotal(),
        "amount_total": session.total(),
        "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
        "billing_address_collection": null,
        "branding_settings": null,
        "cancel_url": session.cancel_url,
        "client_reference_id": session.client_reference_id,
        "client_secret": null,
        "collected_information": null,
        "consent": null,
        "consent_collection": null,
        "created": session.created,
        "currency": session.currency,
        "currency_conversion": null,
        "custom_fields": [],
        "custom_text": {
            "after_submit": null,
            "shipping_address": null,
            "submit": null,
            "terms_of_service_acceptance": null,
        },
        "customer": null,
        "customer_account": null,
        "customer_creation": "if_required",
        "customer_details": customer_details(session),
        "customer_email": session.customer_email,
        "discounts": [],
        "expires_at": session.expires_at,
        "integration_identifier": null,
        "invoice": null,
        "invoice_creation": {
            "enabled": false,
            "invoice_data": {
                "account_tax_ids": null,
                "custom_fields": null,
                "description": null,
                "footer": null,
                "issuer": null,
                "metadata": {},
                "rendering_options": null,
            },
        },
        "livemode": false,
        "locale": session.locale,
        "metadata": session.metadata,
        "mode": "payment",
        "name_collection": null,
        "optional_items": null,
        "origin_context": null,
        "payment_intent": session.payment_intent,
        "payment_link": null,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": null,
        "payment_method_options": { "card": { "request_three_d_secure": "automatic" } },
        "payment_method_types": session.payment_method_types,
        "payment_status": payment_status,
        "permissions": null,
        "phone_number_collection": { "enabled": false },
        "presentment_details": session.presentment,
        "recovered_from": null,
        "saved_payment_method_options": null,
        "setup_intent": null,
        "shipping_address_collection": null,
        "shipping_cost": session.shipping().map(shipping_cost),
        "shipping_options": session.shipping_options.iter().map(shipping_option).collect::<Vec<_>>(),
        "status": session.status,
        "submit_type": session.submit_type,
        "subscription": null,
        "success_url": session.success_url,
        "total_details": {
            "amount_discount": 0,
            "amount_shipping": session.shipping().map_or(0, |option| option.amount),
            "amount_tax": 0,
        },
        "ui_mode": "hosted_page",
        "url": url,
        "wallet_options": null,
    })
}

pub(crate) fn render_line_item(item: &LineItem, session: &Session) -> Value {
    let total = item.unit_amount * item.quantity;
    json!({
        "id": item.id,
        "object": "item",
        "adjustable_quantity": null,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": session.currency,
        "description": item.name,
        "metadata": item.metadata,
        "price": {
            "id": item.price_id,
            "object": "price",
            "active": false,
            "billing_scheme": "per_unit",
            "created": session.created,
            "currency": session.currency,
            "custom_unit_amount": null,
            "livemode": false,
            "lookup_key": null,
            "metadata": {},
            "nickname": null,
            "product": item.product_id,
            "recurring": null,
            "tax_behavior": "unspecified",
            "tiers_mode": null,
            "transform_quantity": null,
            "type": "one_time",
            "unit_amount": item.unit_amount,
            "unit_amount_decimal": item.unit_amount.to_string(),
        },
        "quantity": item.quantity,
    })
}

/// The product Stripe makes up for a line item's inline price.
pub(crate) fn render_product(item: &LineItem, session: &Session) -> Value {
    json!({
        "id": item.product_id,
        "object": "product",
        "active": false,
        "created": session.created,
        "default_price": null,
        "description": item.description,
        "images": item.images,
        "livemode": false,
        "marketing_features": [],
        "metadata": item.product_metadata,
        "name": item.name,
        "package_dimensions": null,
        "shippable": null,
        "statement_descriptor": null,
        "tax_code": null,
        "type": "service",
        "unit_label": null,
        "updated": session.created,
        "url": null,
    })
}

pub(crate) fn render_shipping_rate(option: &ShippingOption, session: &Session) -> Value {
    json!({
        "id": option.rate_id,
        "object": "shipping_rate",
        "active": true,
        "created": session.created,
        "delivery_estimate": option.delivery_estimate,
        "display_name": option.display_name,
        "fixed_amount": { "amount": option.amount, "currency": session.currency },
        "livemode": false,
        "metadata": option.metadata,
        "tax_behavior": option.tax_behavior.as_deref().unwrap_or("unspecified"),
        "tax_code": null,
        "type": "fixed_amount",
    })
}

fn customer_details(session: &Session) -> Value {
    let email = session.payer_email.as_ref().or(session.customer_email.as_ref());
    if email.is_none() && session.payer_name.is_none() {
        return Value::Null;
    }
    json!({
        "address": null,
        "business_name": null,
        "email": email,
        "individual_name": null,
        "name": session.payer_name,
        "phone": null,
        "tax_exempt": "none",
        "tax_ids": null,
    })
}

fn shipping_cost(option: &ShippingOption) -> Value {
    json!({
        "amount_subtotal": option.amount,
        "amount_tax": 0,
        "amount_total": option.amount,
        "shipping_rate": option.rate_id,
    })
}

fn shipping_option(option: &ShippingOption) -> Value {
    json!({ "shipping_amount": option.amount, "shipping_rate": option.rate_id })
}
