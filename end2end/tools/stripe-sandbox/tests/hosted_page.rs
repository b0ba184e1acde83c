//! What a shopper meets on the hosted page, as plain forms.

mod support;

use serde_json::{Value, json};
use support::{GOOD_CARD, SESSION, TestSandbox, sandbox};

async fn status_of(sandbox: &TestSandbox, id: &str) -> (Value, Value) {
    let session = sandbox.get(&format!("/v1/checkout/sessions/{id}")).await.json();
    (session["status"].clone(), session["payment_status"].clone())
}

#[tokio::test]
async fn paying_leads_to_the_shop_and_twice_pays_once() {
    let sandbox = sandbox();
    let id = sandbox.new_session().await;
    let page = sandbox.get(&format!("/pay/{id}")).await;
    for expected in [
        "no real money moves",
        "Cartwright",
        "Teapot",
        "€50.00",
        "cc-number",
        "cc-exp",
        "cc-csc",
        "cc-name",
        "http://shop.test/cart",
        "ann@shop.test",
        "4000 0000 0000 0002",
    ] {
        assert!(page.text.contains(expected), "{expected}");
    }
    for _ in 0..2 {
        let paid = sandbox.post(&format!("/pay/{id}"), GOOD_CARD).await;
        assert_eq!(
            (paid.status, paid.header("location")),
            (303, format!("http://shop.test/return?id={id}").as_str())
        );
    }
    assert_eq!(status_of(&sandbox, &id).await, (json!("complete"), json!("paid")));
    let types = sandbox.event_types().await;
    assert_eq!(
        types,
        [
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded",
            "checkout.session.completed"
        ]
    );
    let page = sandbox.get(&format!("/pay/{id}")).await;
    assert!(
        page.text.contains("You have paid")
            && page.text.contains(&format!("http://shop.test/return?id={id}"))
    );
}

#[tokio::test]
async fn parallel_submissions_pay_once() {
    let sandbox = std::sync::Arc::new(sandbox());
    let id = sandbox.new_session().await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (sandbox, path) = (sandbox.clone(), format!("/pay/{id}"));
            tokio::spawn(async move { sandbox.post(&path, GOOD_CARD).await.status })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.expect("no panic"), 303);
    }
    let report = sandbox.control("GET", "report", Value::Null).await;
    assert_eq!(report["currencies"]["eur"]["captured"], 5000);
}

#[tokio::test]
async fn wrong_fields_are_marked_and_secrets_forgotten() {
    let sandbox = sandbox();
    let form = SESSION.replace("&customer_email=ann@shop.test", "");
    let created = sandbox.post("/v1/checkout/sessions", &form).await.json();
    let path = format!("/pay/{}", created["id"].as_str().unwrap_or_default());
    let typed =
        "email=ann@shop.test&number=4242424242424241&expiry=01/20&cvc=987&name=Ann <b>Other</b>";
    let page = sandbox.post(&path, typed).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("number-error") && page.text.contains("expiry-error"));
    assert!(page.text.contains("value=\"ann@shop.test\"") && page.text.contains("value=\"01/20\""));
    assert!(page.text.contains("Ann &lt;b&gt;Other&lt;/b&gt;") && !page.text.contains("<b>Other"));
    assert!(!page.text.contains("4242424242424241") && !page.text.contains("987"));
    assert!(page.text.contains("aria-invalid=\"true\""));
    let page = sandbox.post(&path, "").await;
    for field in ["email", "number", "expiry", "cvc", "name"] {
        assert!(page.text.contains(&format!("{field}-error")), "{field}");
    }
    let paid = sandbox.post(&path, &format!("email=ann@shop.test&{GOOD_CARD}")).await;
    assert_eq!(paid.status, 303);
    let session = sandbox.get(&format!("/v1/checkout/sessions/{}", &path[5..])).await.json();
    assert_eq!(session["customer_details"]["email"], "ann@shop.test");
}

#[tokio::test]
async fn a_declined_card_can_be_replaced() {
    let sandbox = sandbox();
    let id = sandbox.new_session().await;
    for (card, message) in [
        ("4000000000000002", "Your card was declined."),
        ("4000000000009995", "insufficient funds"),
    ] {
        let page = sandbox
            .post(&format!("/pay/{id}"), &GOOD_CARD.replace("4242 4242 4242 4242", card))
            .await;
        assert_eq!(page.status, 402);
        assert!(
            page.text.contains(message) && page.text.contains("You were not charged"),
            "{}",
            page.text
        );
        assert_eq!(status_of(&sandbox, &id).await, (json!("open"), json!("unpaid")));
    }
    assert_eq!(sandbox.post(&format!("/pay/{id}"), GOOD_CARD).await.status, 303);
    let intents = sandbox.get("/v1/payment_intents").await.json();
    assert_eq!(intents["data"].as_array().map(Vec::len), Some(1));
    let failures = sandbox
        .event_types()
        .await
        .iter()
        .filter(|kind| *kind == "payment_intent.payment_failed")
        .count();
    assert_eq!(failures, 2);
}

#[tokio::test]
async fn a_challenge_is_failed_and_then_passed() {
    let sandbox = sandbox();
    let id = sandbox.new_session().await;
    let challenge = format!("/pay/{id}/challenge");
    let challenged = GOOD_CARD.replace("4242 4242 4242 4242", "4000002500003155");
    for (answer, target) in
        [("fail", format!("/pay/{id}")), ("complete", format!("http://shop.test/return?id={id}"))]
    {
        let redirect = sandbox.post(&format!("/pay/{id}"), &challenged).await;
        assert_eq!((redirect.status, redirect.header("location")), (303, challenge.as_str()));
        assert_eq!(status_of(&sandbox, &id).await.0, "open");
        assert!(sandbox.get(&challenge).await.text.contains("ending in 3155"));
        let redirect = sandbox.post(&challenge, &format!("answer={answer}")).await;
        assert_eq!((redirect.status, redirect.header("location")), (303, target.as_str()));
        if answer == "fail" {
            assert!(sandbox.get(&target).await.text.contains("unable to authenticate"));
        }
    }
    let charges = sandbox.get("/v1/charges?limit=1").await.json();
    assert_eq!(
        charges["data"][0]["payment_method_details"]["card"]["three_d_secure"]["result"],
        "authenticated"
    );
}

#[tokio::test]
async fn an_expired_page_says_so() {
    let sandbox = sandbox();
    let id = sandbox.new_session().await;
    sandbox.post(&format!("/v1/checkout/sessions/{id}/expire"), "").await;
    let page = sandbox.get(&format!("/pay/{id}")).await;
    assert!(page.text.contains("expired") && page.text.contains("http://shop.test/cart"));
    assert_eq!(sandbox.post(&format!("/pay/{id}"), GOOD_CARD).await.status, 410);
    assert_eq!(sandbox.get("/pay/cs_test_unknown").await.status, 404);
}

#[tokio::test]
async fn a_bank_transfer_arrives_or_fails_later() {
    let sandbox = sandbox();
    for (outcome, payment_status, event) in [
        ("succeed", "paid", "checkout.session.async_payment_succeeded"),
        ("fail", "unpaid", "checkout.session.async_payment_failed"),
    ] {
        let id = sandbox.new_session().await;
        assert_eq!(sandbox.post(&format!("/pay/{id}"), "method=bank_transfer").await.status, 303);
        assert_eq!(status_of(&sandbox, &id).await, (json!("complete"), json!("unpaid")));
        assert!(
            sandbox
                .get(&format!("/pay/{id}"))
                .await
                .text
                .contains("Waiting for your bank transfer")
        );
        sandbox
            .control("POST", &format!("sessions/{id}/settle"), json!({ "outcome": outcome }))
            .await;
        assert_eq!(status_of(&sandbox, &id).await, (json!("complete"), json!(payment_status)));
        assert_eq!(sandbox.event_types().await.last().map(String::as_str), Some(event));
    }
}

#[tokio::test]
async fn delivery_is_chosen_on_the_page() {
    let sandbox = sandbox();
    let option = |place: usize, name: &str, amount: i64| {
        let prefix = format!("shipping_options[{place}][shipping_rate_data]");
        format!(
            "&{prefix}[display_name]={name}&{prefix}[fixed_amount][amount]={amount}&{prefix}[fixed_amount][currency]=eur"
        )
    };
    let form = format!("{SESSION}{}{}", option(0, "Post", 490), option(1, "Courier", 990));
    let created = sandbox.post("/v1/checkout/sessions", &form).await.json();
    let path = format!("/pay/{}", created["id"].as_str().unwrap_or_default());
    assert!(sandbox.get(&path).await.text.contains("€54.90"));
    assert_eq!(sandbox.post(&format!("{path}/shipping"), "shipping=1").await.status, 303);
    sandbox.post(&format!("{path}/shipping"), "shipping=7").await;
    assert!(sandbox.get(&path).await.text.contains("Pay €59.90"));
    sandbox.post(&path, "method=wallet").await;
    let report = sandbox.control("GET", "report", Value::Null).await;
    assert_eq!(report["currencies"]["eur"]["captured"], 5990);
}
