//! What Stripe refuses in a new session: too many lines, wrong amounts, currencies it does not
//! charge in, unknown names.

mod support;

use serde_json::json;
use support::{NOW, SESSION, TestSandbox, sandbox};

const PATH: &str = "/v1/checkout/sessions";
const RETURN: &str = "mode=payment&success_url=http://shop.test/return";

fn line(place: usize, currency: &str, unit_amount: i64, quantity: i64) -> String {
    let line = format!("line_items[{place}]");
    format!(
        "&{line}[price_data][currency]={currency}&{line}[price_data][unit_amount]={unit_amount}&{line}[price_data][product_data][name]=x&{line}[quantity]={quantity}"
    )
}

/// Code and parameter of the refusal, or `ok`.
async fn outcome(sandbox: &TestSandbox, form: &str) -> (String, String) {
    let answer = sandbox.post(PATH, form).await;
    let text = |field: &str| answer.json()["error"][field].as_str().unwrap_or_default().to_owned();
    match answer.status {
        200 => ("ok".to_owned(), String::new()),
        400 => (text("code"), text("param")),
        other => panic!("{other}: {}", answer.text),
    }
}

async fn code_of(sandbox: &TestSandbox, currency: &str, unit_amount: i64) -> String {
    outcome(sandbox, &format!("{RETURN}{}", line(0, currency, unit_amount, 1))).await.0
}

#[tokio::test]
async fn a_session_has_at_most_100_lines() {
    let sandbox = sandbox();
    let lines: Vec<String> = (0..101).map(|place| line(place, "eur", 100, 1)).collect();
    let hundred = sandbox.post(PATH, &format!("{RETURN}{}", lines[..100].concat())).await;
    assert_eq!((hundred.status, &hundred.json()["amount_total"]), (200, &json!(10_000)));
    assert_eq!(outcome(&sandbox, &format!("{RETURN}{}", lines.concat())).await.1, "line_items");
    assert_eq!(
        outcome(&sandbox, RETURN).await,
        ("parameter_missing".to_owned(), "line_items".to_owned())
    );
    let options: String = (0..6)
        .map(|place| {
            let rate = format!("shipping_options[{place}][shipping_rate_data]");
            format!("&{rate}[display_name]=Post&{rate}[fixed_amount][amount]=1&{rate}[fixed_amount][currency]=eur")
        })
        .collect();
    assert_eq!(outcome(&sandbox, &format!("{SESSION}{options}")).await.1, "shipping_options");
}

#[tokio::test]
async fn amounts_end_where_the_currency_does() {
    let sandbox = sandbox();
    for (currency, smallest, largest) in [
        ("eur", 50, 99_999_999),
        ("gbp", 30, 99_999_999),
        ("jpy", 50, 99_999_999),
        ("huf", 17_500, 99_999_999),
        ("czk", 1500, 99_999_999),
        ("kwd", 10, 99_999_990),
        ("isk", 100, 99_999_900),
        ("inr", 50, 999_999_999),
        ("cop", 50, 9_999_999_999),
        ("idr", 50, 999_999_999_999),
        ("xof", 1, 99_999_999),
    ] {
        assert_eq!(code_of(&sandbox, currency, smallest).await, "ok", "{currency}");
        assert_eq!(code_of(&sandbox, currency, largest).await, "ok", "{currency}");
        assert_eq!(
            code_of(&sandbox, currency, largest + 1000).await,
            "amount_too_large",
            "{currency}"
        );
    }
    for (currency, too_small) in [
        ("eur", 49),
        ("gbp", 29),
        ("jpy", 49),
        ("huf", 17_499),
        ("thb", 999),
        ("kwd", 0),
        ("xof", 0),
    ] {
        assert_eq!(code_of(&sandbox, currency, too_small).await, "amount_too_small", "{currency}");
    }
}

#[tokio::test]
async fn amounts_of_some_currencies_go_in_steps() {
    let sandbox = sandbox();
    for (currency, step) in [
        ("bhd", 10),
        ("jod", 10),
        ("kwd", 10),
        ("omr", 10),
        ("tnd", 10),
        ("isk", 100),
        ("ugx", 100),
    ] {
        assert_eq!(code_of(&sandbox, currency, 100 * step).await, "ok", "{currency}");
        assert_eq!(
            code_of(&sandbox, currency, 100 * step + 1).await,
            "invalid_charge_amount",
            "{currency}"
        );
    }
    let form = format!("{RETURN}{}", line(0, "kwd", 5000, 1));
    let id = sandbox.post(PATH, &form).await.json()["id"].as_str().unwrap_or_default().to_owned();
    let paid = sandbox
        .control("POST", &format!("sessions/{id}/pay"), json!({ "card": "4242424242424242" }))
        .await;
    let intent = paid["session"]["payment_intent"].as_str().unwrap_or_default();
    let refused =
        sandbox.post("/v1/refunds", &format!("payment_intent={intent}&amount=1001")).await;
    assert_eq!((refused.status, refused.json()["error"]["param"].as_str()), (400, Some("amount")));
    assert_eq!(
        sandbox.post("/v1/refunds", &format!("payment_intent={intent}&amount=1000")).await.status,
        200
    );
}

#[tokio::test]
async fn currencies_stripe_does_not_charge_in_are_refused() {
    let sandbox = sandbox();
    for currency in ["iqd", "lyd", "irr", "kpw", "sdg", "syp", "cup", "xxx", "euro", "e"] {
        let form = format!("{RETURN}{}", line(0, currency, 5000, 1));
        assert_eq!(
            outcome(&sandbox, &form).await.1,
            "line_items[0][price_data][currency]",
            "{currency}"
        );
    }
    let answer = sandbox.post(PATH, &format!("{RETURN}{}", line(0, "EUR", 5000, 1))).await;
    assert_eq!(answer.json()["currency"], "eur");
}

#[tokio::test]
async fn sums_are_checked_line_by_line_and_as_a_whole() {
    let sandbox = sandbox();
    let sum = |lines: &[String]| format!("{RETURN}{}", lines.concat());
    let line_too_large = outcome(&sandbox, &sum(&[line(0, "eur", 50_000_000, 2)])).await;
    assert_eq!(
        line_too_large,
        ("amount_too_large".to_owned(), "line_items[0][price_data][unit_amount]".to_owned())
    );
    let overflowing = outcome(&sandbox, &sum(&[line(0, "idr", 999_999_999_999, 999_999)])).await;
    assert_eq!(overflowing.0, "amount_too_large");
    let total_too_large =
        outcome(&sandbox, &sum(&[line(0, "eur", 50_000_000, 1), line(1, "eur", 50_000_000, 1)]))
            .await;
    assert_eq!(total_too_large, ("amount_too_large".to_owned(), String::new()));
    for quantity in [0, -1, 1_000_000] {
        assert_eq!(
            outcome(&sandbox, &sum(&[line(0, "eur", 1, quantity)])).await.1,
            "line_items[0][quantity]"
        );
    }
    let many =
        sandbox.post(PATH, &sum(&[line(0, "eur", 7, 999), line(1, "eur", 11, 13)])).await.json();
    assert_eq!((&many["amount_subtotal"], &many["amount_total"]), (&json!(7136), &json!(7136)));
    let rate = "shipping_options[0][shipping_rate_data]";
    let shipping = format!(
        "&{rate}[display_name]=Post&{rate}[fixed_amount][amount]=1&{rate}[fixed_amount][currency]=eur"
    );
    let full = sum(&[line(0, "eur", 99_999_999, 1)]);
    assert_eq!(outcome(&sandbox, &full).await.0, "ok");
    assert_eq!(outcome(&sandbox, &format!("{full}{shipping}")).await.0, "amount_too_large");
}

#[tokio::test]
async fn texts_have_their_lengths() {
    let sandbox = sandbox();
    let name = "line_items[0][price_data][product_data][name]";
    for (change, param) in [
        (format!("{name}="), name),
        (format!("{name}=%20"), name),
        (format!("{name}={}", "n".repeat(251)), name),
        (format!("metadata[{}]=x", "k".repeat(41)), "metadata"),
        (format!("metadata[k]={}", "v".repeat(501)), "metadata"),
        ((0..50).map(|key| format!("metadata[k{key}]=v")).collect::<Vec<_>>().join("&"), "metadata"),
        (format!("payment_intent_data[metadata][k]={}", "v".repeat(501)), "payment_intent_data[metadata]"),
        (format!("payment_intent_data[description]={}", "d".repeat(1001)), "payment_intent_data[description]"),
        (format!("client_reference_id={}", "r".repeat(201)), "client_reference_id"),
        ("customer_email=ann".to_owned(), "customer_email"),
        ("payment_intent_data[shipping][name]=Ann".to_owned(), "payment_intent_data[shipping][address]"),
        ("payment_intent_data[shipping][name]=Ann&payment_intent_data[shipping][address][city]=Rome".to_owned(), "payment_intent_data[shipping][address][line1]"),
        ("payment_intent_data[shipping][name]=Ann&payment_intent_data[shipping][address][line1]=Via 1&payment_intent_data[shipping][address][country]=Italy".to_owned(), "payment_intent_data[shipping][address][country]"),
        ("adaptive_pricing[enabled]=maybe".to_owned(), "adaptive_pricing[enabled]"),
    ] {
        assert_eq!(outcome(&sandbox, &format!("{SESSION}&{change}")).await.1, param, "{change}");
    }
    let longest = format!(
        "{SESSION}&{name}={}&metadata[{}]={}",
        "é".repeat(250),
        "k".repeat(40),
        "v".repeat(500)
    );
    assert_eq!(outcome(&sandbox, &longest).await.0, "ok");
}

#[tokio::test]
async fn unknown_parameters_are_refused_at_every_depth() {
    let sandbox = sandbox();
    for unknown in [
        "amount",
        "adaptive_pricing[on]",
        "line_items[0][name]",
        "line_items[0][price_data][amount]",
        "line_items[0][price_data][product_data][title]",
        "shipping_options[0][rate]",
        "payment_intent_data[order]",
        "payment_intent_data[shipping][fax]",
        "payment_intent_data[shipping][address][street]",
    ] {
        let refused = outcome(&sandbox, &format!("{SESSION}&{unknown}=1")).await;
        assert_eq!(refused, ("parameter_unknown".to_owned(), unknown.to_owned()));
    }
    let (id, intent) = sandbox.paid_session().await;
    for path in [format!("{PATH}/{id}/expire"), format!("{PATH}/{id}"), "/v1/refunds".to_owned()] {
        let refused = sandbox.post(&path, &format!("payment_intent={intent}&order=1")).await.json();
        assert_eq!(refused["error"]["code"], "parameter_unknown", "{path}");
    }
}

#[tokio::test]
async fn payment_data_reaches_the_payment_and_its_charge() {
    let sandbox = sandbox();
    let shipping = "payment_intent_data[shipping]";
    let form = format!(
        "{SESSION}&payment_intent_data[description]=Order 7&payment_intent_data[metadata][attempt_id]=a1&{shipping}[name]=Ann Other&{shipping}[phone]=%2B44123&{shipping}[address][line1]=1 High St&{shipping}[address][line2]=Flat 2&{shipping}[address][city]=Leeds&{shipping}[address][postal_code]=LS1 1AA&{shipping}[address][state]=Yorkshire&{shipping}[address][country]=GB&expires_at={}",
        NOW + 3600
    );
    let id = sandbox.post(PATH, &form).await.json()["id"].as_str().unwrap_or_default().to_owned();
    sandbox
        .control("POST", &format!("sessions/{id}/pay"), json!({ "card": "4242424242424242" }))
        .await;
    let session =
        sandbox.get(&format!("{PATH}/{id}?expand[]=payment_intent.latest_charge")).await.json();
    let intent = &session["payment_intent"];
    let expected = json!({
        "name": "Ann Other", "phone": "+44123", "carrier": null, "tracking_number": null,
        "address": {
            "line1": "1 High St", "line2": "Flat 2", "city": "Leeds", "postal_code": "LS1 1AA", "state": "Yorkshire", "country": "GB",
        },
    });
    for object in [intent, &intent["latest_charge"]] {
        assert_eq!(object["description"], "Order 7");
        assert_eq!(object["metadata"], json!({ "order_id": "o1", "attempt_id": "a1" }));
        assert_eq!(object["shipping"], expected);
    }
    assert_eq!(session["metadata"], json!({ "order_id": "o1" }));
}
