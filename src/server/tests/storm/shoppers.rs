//! Shoppers in a storm: each buys, pays in some way or none, and tries again where an answer says
//! so.

use std::time::Duration;

use axum::http::Method;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

use crate::server::tests::storm::Storm;
use crate::server::tests::storm::history::Promise;
use crate::testing::browser::{Browser, Page};
use crate::testing::sandbox::session_id;
use crate::testing::shopper::{ADDRESS, DECLINED, PAID};

const GOODS: [&str; 4] = ["LAST", "BOWL", "MUG", "MUG"];
/// How often a shopper sends the same request.
const TRIES: u32 = 8;
/// Every request ends much sooner; the bound is generous for a busy machine.
const LONGEST_ANSWER: Duration = Duration::from_secs(60);

/// One purchase after the other, each by somebody else.
pub async fn shop(storm: &Storm, number: u64) {
    let mut random = storm.random(100 + number);
    let mut purchase = 0;
    while !storm.is_over() {
        purchase += 1;
        let name = format!("shopper-{number}-{purchase}");
        let shopper = Shopper {
            storm,
            random: storm.random(random.random()),
            browser: storm.app.browser(),
            name,
        };
        shopper.buy().await;
    }
}

/// How a shopper goes on after Stripe's page has opened.
#[derive(Clone, Copy, Debug)]
enum Plan {
    PayAndReturn,
    /// The browser is closed on Stripe's page: only the webhook brings the news.
    PayAndLeave,
    BeDeclinedAndRetry,
    BeDeclinedAndLeave,
    Abandon,
    /// The session ends at Stripe while the shopper still looks at it.
    LetExpireAndRetry,
    /// The money arrives later, or never.
    TransferAndReturn,
    /// Pays in the first tab, and in the second one what a retry opened.
    PayTwice,
    ReturnInTwoTabs,
}

const PLANS: [Plan; 12] = [
    Plan::PayAndReturn,
    Plan::PayAndReturn,
    Plan::PayAndReturn,
    Plan::PayAndLeave,
    Plan::PayAndLeave,
    Plan::BeDeclinedAndRetry,
    Plan::BeDeclinedAndLeave,
    Plan::Abandon,
    Plan::LetExpireAndRetry,
    Plan::TransferAndReturn,
    Plan::PayTwice,
    Plan::ReturnInTwoTabs,
];

struct Shopper<'a> {
    storm: &'a Storm,
    random: StdRng,
    browser: Browser,
    name: String,
}

enum Placed {
    /// Stripe's page is open.
    AtStripe(String),
    /// There is an order, and Stripe does not answer.
    Waiting(String),
}

impl Shopper<'_> {
    async fn buy(mut self) {
        let Some(review) = self.come_to_review().await else { return };
        let placed = if self.random.random_ratio(1, 6) {
            let mut second = self.second_tab();
            let (here, there) = tokio::join!(self.place(&review), second.place(&review));
            here.or(there)
        } else {
            self.place(&review).await
        };
        let session = match placed {
            Some(Placed::AtStripe(session)) => Some(session),
            Some(Placed::Waiting(number)) => self.retry_payment(&number).await,
            None => None,
        };
        if let Some(session) = session {
            let plan = *PLANS.choose(&mut self.random).expect("a plan");
            self.storm.history.note(format!("{} at {session} wants to {plan:?}", self.name));
            self.go_on(&session, plan).await;
        }
    }

    async fn come_to_review(&mut self) -> Option<Page> {
        for _ in 0..self.random.random_range(1..=2) {
            let sku = *GOODS.choose(&mut self.random).expect("goods");
            let quantity = self.random.random_range(1..=2_u32).to_string();
            self.post("/api/cart/add", &[("sku", sku), ("quantity", &quantity), ("from", "/cart")])
                .await?;
        }
        let email = format!("{}@example.com", self.name);
        self.post("/api/checkout/contact", &[("email", &email), ("from", "/checkout")]).await?;
        self.post("/api/checkout/shipping", &ADDRESS).await?;
        let review = self.get("/checkout?step=review").await?;
        // Somebody else took the last one, or the cart is empty.
        let is_complete = ["key", "shown_total"]
            .iter()
            .all(|field| review.body.contains(&format!("name=\"{field}\"")));
        is_complete.then_some(review)
    }

    async fn place(&mut self, review: &Page) -> Option<Placed> {
        let (key, shown_total) = (review.hidden("key"), review.hidden("shown_total"));
        let fields = [
            ("key", &*key),
            ("shown_total", &*shown_total),
            ("terms", "on"),
            ("note", ""),
            ("from", "/checkout?step=review"),
        ];
        let page = self.post("/api/checkout/place", &fields).await?;
        self.where_to_pay(&page)
    }

    /// A new session, or the one that is open still.
    async fn retry_payment(&mut self, number: &str) -> Option<String> {
        for _ in 0..3 {
            let page = self.post("/api/payments/retry", &[("number", number)]).await?;
            if let Some(Placed::AtStripe(session)) = self.where_to_pay(&page) {
                return Some(session);
            }
            let pause = Duration::from_millis(self.random.random_range(200..1_500));
            self.storm.wait(pause).await;
        }
        None
    }

    /// Reads where an answer leads, and holds the store to what it says.
    fn where_to_pay(&mut self, page: &Page) -> Option<Placed> {
        let location = page.location().to_owned();
        if page.status != 303 {
            return None;
        }
        if location.contains("/pay/") {
            let session = session_id(&location);
            self.storm.history.count("sessions", format!("{} {session}", self.name));
            self.storm.history.promise(Promise::Session { id: session.clone() });
            return Some(Placed::AtStripe(session));
        }
        self.remember_order(page).map(Placed::Waiting)
    }

    fn remember_order(&self, page: &Page) -> Option<String> {
        let number = page.location().strip_prefix("/order/")?.split(['?', '#']).next()?.to_owned();
        self.storm.history.count("orders", format!("{} {number}", self.name));
        self.storm.history.promise(Promise::Order {
            number: number.clone(),
            browser: Box::new(self.browser.clone()),
        });
        Some(number)
    }

    async fn go_on(&mut self, session: &str, plan: Plan) {
        match plan {
            Plan::PayAndReturn => {
                self.pay(session, json!({ "card": PAID })).await;
                self.come_back(session).await;
            }
            Plan::PayAndLeave => self.pay(session, json!({ "card": PAID })).await,
            Plan::BeDeclinedAndRetry => {
                self.pay(session, json!({ "card": DECLINED })).await;
                self.come_back(session).await;
                self.pay_again(session).await;
            }
            Plan::BeDeclinedAndLeave => self.pay(session, json!({ "card": DECLINED })).await,
            Plan::Abandon => {}
            Plan::LetExpireAndRetry => {
                self.at_stripe(&format!("sessions/{session}/expire"), json!({})).await;
                self.come_back(session).await;
                self.pay_again(session).await;
            }
            Plan::TransferAndReturn => {
                self.pay(session, json!({ "method": "bank_transfer" })).await;
                self.storm.history.add_unsettled(session.to_owned());
                self.come_back(session).await;
            }
            Plan::PayTwice => {
                let mut second = self.second_tab();
                tokio::join!(self.pay(session, json!({ "card": PAID })), second.pay_again(session));
                self.come_back(session).await;
            }
            Plan::ReturnInTwoTabs => {
                self.pay(session, json!({ "card": PAID })).await;
                let mut second = self.second_tab();
                tokio::join!(self.come_back(session), second.come_back(session));
            }
        }
    }

    async fn pay_again(&mut self, session: &str) {
        let number = self.storm.app.sandbox.session(session).await["client_reference_id"]
            .as_str()
            .map(str::to_owned);
        let Some(number) = number else { return };
        if let Some(session) = self.retry_payment(&number).await {
            self.pay(&session, json!({ "card": PAID })).await;
            self.come_back(&session).await;
        }
    }

    async fn pay(&mut self, session: &str, means: Value) {
        let answer = self.at_stripe(&format!("sessions/{session}/pay"), means).await;
        if answer["outcome"] == "paid" {
            self.storm.history.count("payments", format!("{} {session}", self.name));
        }
    }

    /// What the shopper does on Stripe's page. Stripe may refuse it: the session is paid already,
    /// or over.
    async fn at_stripe(&mut self, path: &str, body: Value) -> Value {
        let (status, answer) = self.storm.app.sandbox.control(Method::POST, path, body).await;
        self.storm.history.note(format!(
            "{} {path}: {} {}",
            self.name,
            status.as_u16(),
            answer["outcome"]
        ));
        answer
    }

    async fn come_back(&mut self, session: &str) {
        let path = format!("/checkout/return?session_id={session}");
        if let Some(page) = self.get(&path).await {
            self.remember_order(&page);
        }
    }

    fn second_tab(&mut self) -> Self {
        let random = self.storm.random(self.random.random());
        Self {
            storm: self.storm,
            random,
            browser: self.browser.clone(),
            name: format!("{}-second-tab", self.name),
        }
    }

    async fn get(&mut self, path: &str) -> Option<Page> {
        self.ask(path, None).await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Option<Page> {
        self.ask(path, Some(fields)).await
    }

    /// Sends a request to either process, and again while the answer says that it may work later;
    /// `None` when the shopper gives up.
    async fn ask(&mut self, path: &str, form: Option<&[(&str, &str)]>) -> Option<Page> {
        for _ in 0..TRIES {
            if self.storm.is_over() {
                return None;
            }
            let at = self.random.random_range(0..self.storm.instances.len());
            self.browser.move_to(self.storm.instances[at].router.clone());
            let asked = async {
                match form {
                    Some(fields) => self.browser.post(path, fields).await,
                    None => self.browser.get(path).await,
                }
            };
            let Ok(page) = tokio::time::timeout(LONGEST_ANSWER, asked).await else {
                self.storm.history.break_rule(format!(
                    "{} {path} at process {}: no answer",
                    self.name,
                    at + 1
                ));
                return None;
            };
            let status = page.status.as_u16();
            self.storm.history.note(format!(
                "{} {path} at process {}: {status} {}",
                self.name,
                at + 1,
                page.location()
            ));
            if status < 500 && status != 429 {
                return Some(page);
            }
            self.storm
                .history
                .count(if status == 500 { "answers of 500" } else { "refusals" }, path);
            let pause = Duration::from_millis(self.random.random_range(100..800));
            self.storm.wait(pause).await;
        }
        None
    }
}
