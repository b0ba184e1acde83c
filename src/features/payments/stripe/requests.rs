//! Our requests to Stripe and how their failures are told apart.

use std::time::Duration;

use stripe::{IdempotencyKey, RequestStrategy, StripeError, StripeRequest};
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionLineItemsPriceData, ExpireCheckoutSession,
    ListCheckoutSession, ProductData, RetrieveCheckoutSession,
};
use stripe_core::refund::{CreateRefund, ListRefund};
use stripe_shared::{CheckoutSession, CheckoutSessionMode, CheckoutSessionPaymentStatus, CheckoutSessionStatus, PaymentIntentStatus};

use stripe_types::RangeQueryTs;

use crate::infra::stripe::StripeConnection;
use crate::shared::money::{Currency, Money};

/// Pages of 100 sessions each.
const PAGES_SEARCHED: u32 = 20;
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_millis(2_000)];

/// Why a request did not succeed, by what may be done next (security document 6.7).
#[derive(Debug)]
pub enum StripeFailure {
    /// Whether the work was done is not known: only the same key with the same content may be sent again.
    Unknown(String),
    /// Stripe refused the content; nothing was done.
    Refused(String),
    /// The key was used with other content: a defect of ours, never retried.
    KeyConflict(String),
}

impl StripeFailure {
    pub fn cause(&self) -> &str {
        match self {
            Self::Unknown(cause) | Self::Refused(cause) | Self::KeyConflict(cause) => cause,
        }
    }
}

/// What a session shows, reduced to what decides.
#[derive(Clone, Debug)]
pub struct SessionState {
    pub id: String,
    pub url: Option<String>,
    pub status: SessionStatus,
    pub paid: bool,
    /// The session is complete and its money will never come: a delayed method that failed.
    pub payment_failed: bool,
    pub amount_total: i64,
    /// Lower case.
    pub currency: String,
    pub payment_intent: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionStatus {
    Open,
    Complete,
    Expired,
}

/// One refund as Stripe sees it.
#[derive(Clone, Debug)]
pub struct RefundSeen {
    pub id: String,
    pub amount: i64,
    pub failed: bool,
    /// Our own id, if we asked for it.
    pub our_id: Option<String>,
}

/// A line on Stripe's page.
#[derive(Clone, Debug)]
pub struct PageLine {
    pub name: String,
    pub unit_price: Money,
    pub quantity: u64,
}

/// Everything a new session is made of; the same values give the same request.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub idempotency_key: String,
    pub order_id: String,
    pub order_number: String,
    pub currency: Currency,
    pub lines: Vec<PageLine>,
    pub email: String,
    pub success_url: String,
    pub cancel_url: String,
    /// Unix seconds.
    pub expires_at: i64,
}

/// # Errors
/// [`StripeFailure`]; safe to repeat with the same content.
pub async fn create_session(connection: &StripeConnection, new: &NewSession) -> Result<SessionState, StripeFailure> {
    let currency = stripe_currency(new.currency)?;
    let lines = new.lines.iter().map(|line| page_line(line, &currency)).collect::<Result<Vec<_>, _>>()?;
    let request = CreateCheckoutSession::new()
        .mode(CheckoutSessionMode::Payment)
        .line_items(lines)
        .client_reference_id(new.order_number.clone())
        .metadata([("order_id".to_owned(), new.order_id.clone())])
        .customer_email(new.email.clone())
        .success_url(new.success_url.clone())
        .cancel_url(new.cancel_url.clone())
        .expires_at(new.expires_at);
    let key = idempotency_key(&new.idempotency_key)?;
    let mut failure = StripeFailure::Unknown(String::new());
    for pause in PAUSES.iter().map(Some).chain([None]) {
        let strategy = RequestStrategy::Idempotent(key.clone());
        match request.customize().request_strategy(strategy).send(&connection.client).await {
            Ok(session) => return Ok(state(&session)),
            Err(error) => failure = classified(&error),
        }
        match (&failure, pause) {
            (StripeFailure::Unknown(_), Some(pause)) => tokio::time::sleep(jittered(*pause)).await,
            _ => break,
        }
    }
    Err(failure)
}

pub async fn session(connection: &StripeConnection, id: &str) -> Result<SessionState, StripeFailure> {
    RetrieveCheckoutSession::new(id)
        .expand(vec!["payment_intent".to_owned()])
        .send(&connection.client)
        .await
        .map(|s| state(&s))
        .map_err(|e| classified(&e))
}

/// Ends a session that is still open. `Refused` means that it is not open: then it must be looked at.
pub async fn expire_session(connection: &StripeConnection, id: &str) -> Result<(), StripeFailure> {
    ExpireCheckoutSession::new(id).send(&connection.client).await.map(drop).map_err(|e| classified(&e))
}

/// Looks for the session of an attempt whose answer was lost, among those made since the attempt was stored. Order and
/// end of the session name it.
pub async fn find_session(
    connection: &StripeConnection,
    order_id: &str,
    expires_at: i64,
    since_seconds: i64,
) -> Result<Option<SessionState>, StripeFailure> {
    let mut after: Option<String> = None;
    for _ in 0..PAGES_SEARCHED {
        let mut request = ListCheckoutSession::new().created(RangeQueryTs::gte(since_seconds)).limit(100);
        if let Some(last) = &after {
            request = request.starting_after(last.clone());
        }
        let page = request.send(&connection.client).await.map_err(|e| classified(&e))?;
        let ours = |s: &&CheckoutSession| {
            s.metadata.as_ref().and_then(|m| m.get("order_id")).is_some_and(|id| id == order_id) && s.expires_at == expires_at
        };
        if let Some(found) = page.data.iter().find(ours) {
            return Ok(Some(state(found)));
        }
        after = page.data.last().map(|s| s.id.to_string()).filter(|_| page.has_more);
        if after.is_none() {
            break;
        }
    }
    Ok(None)
}

/// The session that a payment belongs to.
pub async fn session_of_payment(connection: &StripeConnection, payment_intent: &str) -> Result<Option<String>, StripeFailure> {
    let found =
        ListCheckoutSession::new().payment_intent(payment_intent).limit(1).send(&connection.client).await.map_err(|e| classified(&e))?;
    Ok(found.data.first().map(|s| s.id.to_string()))
}

/// Gives money back; `our_id` makes the request repeatable.
pub async fn refund(connection: &StripeConnection, payment_intent: &str, amount: Money, our_id: &str) -> Result<RefundSeen, StripeFailure> {
    let request = CreateRefund::new()
        .payment_intent(payment_intent)
        .amount(as_stripe_counts(amount)?)
        .metadata([("refund_id".to_owned(), our_id.to_owned())]);
    let key = idempotency_key(&format!("refund:{our_id}"))?;
    let answer = request.customize().request_strategy(RequestStrategy::Idempotent(key)).send(&connection.client).await;
    answer.map(|refund| seen(&refund)).map_err(|e| classified(&e))
}

/// Every refund of a payment, ours and those made in Stripe's own dashboard.
pub async fn refunds_of_payment(connection: &StripeConnection, payment_intent: &str) -> Result<Vec<RefundSeen>, StripeFailure> {
    let found = ListRefund::new().payment_intent(payment_intent).limit(100).send(&connection.client).await.map_err(|e| classified(&e))?;
    Ok(found.data.iter().map(seen).collect())
}

fn page_line(line: &PageLine, currency: &stripe_types::Currency) -> Result<CreateCheckoutSessionLineItems, StripeFailure> {
    let mut price = CreateCheckoutSessionLineItemsPriceData::new(currency.clone());
    price.unit_amount = Some(as_stripe_counts(line.unit_price)?);
    price.product_data = Some(ProductData::new(line.name.clone()));
    let mut item = CreateCheckoutSessionLineItems::new();
    item.price_data = Some(price);
    item.quantity = Some(line.quantity);
    Ok(item)
}

fn state(session: &CheckoutSession) -> SessionState {
    SessionState {
        id: session.id.to_string(),
        url: session.url.clone(),
        status: match session.status {
            Some(CheckoutSessionStatus::Complete) => SessionStatus::Complete,
            Some(CheckoutSessionStatus::Expired) => SessionStatus::Expired,
            _ => SessionStatus::Open,
        },
        paid: matches!(session.payment_status, CheckoutSessionPaymentStatus::Paid | CheckoutSessionPaymentStatus::NoPaymentRequired),
        payment_failed: session
            .payment_intent
            .as_ref()
            .and_then(|p| p.as_object())
            .is_some_and(|p| matches!(p.status, PaymentIntentStatus::RequiresPaymentMethod | PaymentIntentStatus::Canceled)),
        amount_total: as_we_count(session.amount_total.unwrap_or(0), session.currency.as_ref()),
        currency: session.currency.as_ref().map(|c| c.to_string().to_lowercase()).unwrap_or_default(),
        payment_intent: session.payment_intent.as_ref().map(|p| p.id().to_string()),
    }
}

fn seen(refund: &stripe_shared::Refund) -> RefundSeen {
    RefundSeen {
        id: refund.id.to_string(),
        amount: as_we_count(refund.amount, Some(&refund.currency)),
        failed: matches!(refund.status.as_deref(), Some("failed" | "canceled")),
        our_id: refund.metadata.as_ref().and_then(|m| m.get("refund_id").cloned()),
    }
}

/// Two currencies without a minor unit that Stripe counts in hundredths all the same (docs.stripe.com/currencies,
/// "Special cases").
const HUNDREDTHS_AT_STRIPE: [&str; 2] = ["ISK", "UGX"];

/// Minor units as Stripe counts them.
///
/// # Errors
/// `Refused` for thousandths that do not end in 0: Stripe takes hundredths of such a currency at the finest.
fn as_stripe_counts(amount: Money) -> Result<i64, StripeFailure> {
    let (minor, currency) = (amount.minor(), amount.currency());
    if currency.minor_digits() == 3 && minor % 10 != 0 {
        return Err(StripeFailure::Refused(format!("Stripe takes no thousandths: {amount}")));
    }
    if HUNDREDTHS_AT_STRIPE.contains(&currency.code()) {
        return minor.checked_mul(100).ok_or_else(|| StripeFailure::Refused(format!("{amount} is too much")));
    }
    Ok(minor)
}

/// Our minor units of an amount that Stripe names.
fn as_we_count(amount: i64, currency: Option<&stripe_types::Currency>) -> i64 {
    let code = currency.map(|c| c.to_string().to_uppercase()).unwrap_or_default();
    if HUNDREDTHS_AT_STRIPE.contains(&code.as_str()) { amount / 100 } else { amount }
}

fn stripe_currency(currency: Currency) -> Result<stripe_types::Currency, StripeFailure> {
    currency.code().to_lowercase().parse().map_err(|_| StripeFailure::Refused(format!("Stripe knows no currency {currency:?}")))
}

fn idempotency_key(text: &str) -> Result<IdempotencyKey, StripeFailure> {
    IdempotencyKey::new(text).map_err(|_| StripeFailure::Refused("an idempotency key is empty or too long".into()))
}

fn classified(error: &StripeError) -> StripeFailure {
    let cause = error.to_string();
    match error {
        StripeError::Stripe(_, 429 | 409 | 500..) => StripeFailure::Unknown(cause),
        StripeError::Stripe(details, _) if matches!(details.type_, stripe::ApiErrorsType::IdempotencyError) => {
            StripeFailure::KeyConflict(cause)
        }
        StripeError::Stripe(_, _) | StripeError::ConfigError(_) => StripeFailure::Refused(cause),
        StripeError::JSONDeserialize(_) | StripeError::ClientError(_) | StripeError::Timeout => StripeFailure::Unknown(cause),
    }
}

/// Full jitter: many shoppers who failed together do not come back together.
fn jittered(longest: Duration) -> Duration {
    longest.mul_f64(rand::random_range(0.2..1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::parse(code).unwrap())
    }

    #[test]
    fn pay_12_amounts_reach_stripe_in_the_units_it_counts_in() {
        for (minor, code, at_stripe) in
            [(1_999, "EUR", 1_999), (500, "JPY", 500), (500, "ISK", 50_000), (7, "UGX", 700), (1_250, "KWD", 1_250)]
        {
            assert_eq!(as_stripe_counts(money(minor, code)).unwrap(), at_stripe, "{code}");
            let currency: stripe_types::Currency = code.to_lowercase().parse().unwrap();
            assert_eq!(as_we_count(at_stripe, Some(&currency)), minor, "{code}");
        }
        assert!(as_stripe_counts(money(1_255, "KWD")).is_err(), "Stripe refuses the third decimal");
        assert!(as_stripe_counts(money(i64::MAX, "ISK")).is_err());
    }
}
