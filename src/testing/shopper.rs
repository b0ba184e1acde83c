//! The steps of a purchase as a shopper without scripts takes them.

use crate::testing::browser::{Browser, Page};
use crate::testing::sandbox::session_id;

pub const PAID: &str = "4242424242424242";
pub const DECLINED: &str = "4000000000000002";

pub const ADDRESS: [(&str, &str); 8] = [
    ("name", "Anna Visser"),
    ("line1", "Keizersgracht 1"),
    ("city", "Amsterdam"),
    ("postcode", "1015 CJ"),
    ("country", "NL"),
    ("method", "standard"),
    ("billing_same", "on"),
    ("from", "/checkout?step=shipping"),
];

impl Browser {
    pub async fn add(&mut self, sku: &str, quantity: &str) -> Page {
        self.post("/api/cart/add", &[("sku", sku), ("quantity", quantity), ("from", "/cart")]).await
    }

    /// From an empty cart to the review page.
    pub async fn come_to_review(&mut self, lines: &[(&str, &str)], email: &str) -> Page {
        for (sku, quantity) in lines {
            self.add(sku, quantity).await.assert_status(303);
        }
        self.post("/api/checkout/contact", &[("email", email), ("from", "/checkout")])
            .await
            .assert_status(303);
        self.post("/api/checkout/shipping", &ADDRESS).await.assert_status(303);
        let page = self.get("/checkout?step=review").await;
        page.assert_status(200);
        page
    }

    /// Sends the review page's form.
    pub async fn place(&mut self, review: &Page) -> Page {
        self.place_with(&review.hidden("key"), &review.hidden("shown_total"), "").await
    }

    pub async fn place_with(&mut self, key: &str, shown_total: &str, note: &str) -> Page {
        let fields = [
            ("key", key),
            ("shown_total", shown_total),
            ("terms", "on"),
            ("note", note),
            ("from", "/checkout?step=review"),
        ];
        self.post("/api/checkout/place", &fields).await
    }

    /// From an empty cart to Stripe's page; answers the session's id.
    pub async fn come_to_payment(&mut self, lines: &[(&str, &str)], email: &str) -> String {
        let review = self.come_to_review(lines, email).await;
        let placed = self.place(&review).await;
        placed.assert_status(303);
        assert!(placed.location().contains("/pay/"), "not sent to Stripe: {}", placed.location());
        session_id(placed.location())
    }

    /// From a shipping form that is filled in already to Stripe's page.
    pub async fn come_to_payment_as_typed(&mut self) -> String {
        self.post("/api/checkout/shipping", &ADDRESS).await.assert_status(303);
        let review = self.get("/checkout?step=review").await;
        review.assert_status(200);
        let placed = self.place(&review).await;
        placed.assert_status(303);
        session_id(placed.location())
    }

    pub async fn come_back(&mut self, session_id: &str) -> Page {
        self.get(&format!("/checkout/return?session_id={session_id}")).await
    }
}
