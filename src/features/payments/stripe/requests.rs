//! Our requests to Stripe and how their failures are told apart.

use std::collections::HashMap;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use stripe::{IdempotencyKey, RequestStrategy, StripeError, StripeRequest};
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionAdaptivePricing, CreateCheckoutSessionLineItems,
    CreateCheckoutSessionLineItemsPriceData, CreateCheckoutSessionPaymentIntentData,
    CreateCheckoutSessionPaymentIntentDataShipping,
    CreateCheckoutSessionPaymentIntentDataShippingAddress, ExpireCheckoutSession,
    ListCheckoutSession, ProductData, RetrieveCheckoutSession,
};
use stripe_core::dispute::RetrieveDispute;
use stripe_core::event::ListEvent;
use stripe_core::payment_intent::RetrievePaymentIntent;
use stripe_core::refund::{CreateRefund, ListRefund};
use stripe_shared::{
    CheckoutSession, CheckoutSessionMode, CheckoutSessionPaymentStatus, CheckoutSessionStatus,
    PaymentIntentStatus,
};
use stripe_types::{RangeBoundsTs, RangeQueryTs};

use crate::features::orders::model::payment::DisputeState;
use crate::features::payments::model::RefundState;
use crate::features::payments::stripe::webhook_event::{EventObject, KINDS, WebhookEvent};
use crate::infra::stripe::StripeHttp;
use crate::shared::ids::{AttemptId, OrderId, RefundId};
use crate::shared::money::{Currency, Money};
use crate::shared::pricing::charge_rules::{from_provider_amount, to_provider_amount};
use crate::shared::timestamp::Timestamp;

const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_millis(2_000)];
/// Lines that one session takes (docs.stripe.com/api/checkout/sessions/create, `line_items`).
pub const MAX_LINES: usize = 100;
/// What ties an object at Stripe to one of our attempts.
pub const ATTEMPT_ID: &str = "attempt_id";
pub const ORDER_ID: &str = "order_id";
/// Which shop made it: several may share one Stripe account.
pub const SHOP: &str = "shop";
const REFUND_ID: &str = "refund_id";

/// Why a request did not succeed, by what may be done next.
#[derive(Debug)]
pub enum StripeFailure {
    /// Whether the work was done is not known: only the same key with the same content may be sent
    /// again.
    Unknown(String),
    /// Stripe answered that it failed, which it may repeat under this key; whether the work was
    /// done is not known.
    ServerError(String),
    /// A request with this key is being worked on at this moment.
    InProgress(String),
    /// Nothing was done, and it says nothing about the object: a key without rights, too many
    /// requests. Later it may pass.
    Unavailable(String),
    /// Stripe refused the content; nothing was done.
    Refused { code: Option<String>, cause: String },
    /// The key was used with other content: a defect of the store, never retried.
    KeyConflict(String),
}

impl StripeFailure {
    fn refused(cause: impl Into<String>) -> Self {
        Self::Refused { code: None, cause: cause.into() }
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
    /// What was really taken, in the currency it was taken in; `None` if Stripe names a currency we
    /// do not know.
    pub received: Option<Money>,
    pub payment_intent: Option<String>,
    pub metadata: HashMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionStatus {
    Open,
    Complete,
    Expired,
}

/// What came of the wish to expire a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    Expired,
    /// Paid, on its way, or expired by itself: it must be looked at.
    NotOpen,
}

/// One refund as Stripe sees it.
#[derive(Clone, Debug)]
pub struct StripeRefund {
    pub id: String,
    pub amount: Money,
    pub state: RefundState,
    pub failure: Option<String>,
    /// Our own id, if we asked for it.
    pub our_id: Option<RefundId>,
}

/// One dispute as Stripe sees it.
#[derive(Clone, Debug)]
pub struct StripeDispute {
    pub id: String,
    pub payment_intent: Option<String>,
    pub amount: Money,
    pub state: DisputeState,
    pub reason: String,
    /// Until when evidence can be handed in.
    pub respond_by: Option<Timestamp>,
    /// Minor units.
    pub fee_minor: i64,
}

/// A line on Stripe's page.
#[derive(Clone, Debug)]
pub struct PageLine {
    pub name: String,
    pub unit_price: Money,
    pub quantity: u64,
}

/// Where goods are sent; Stripe passes it to the checks against fraud.
#[derive(Clone, Debug)]
pub struct ShipTo {
    pub name: String,
    pub line1: String,
    pub line2: Option<String>,
    pub city: Option<String>,
    pub postal_code: Option<String>,
    pub state: Option<String>,
    pub country: String,
    pub phone: Option<String>,
}

/// Everything a new session is made of; the same values give the same request.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub idempotency_key: String,
    pub order_id: OrderId,
    pub attempt_id: AttemptId,
    pub shop: String,
    pub order_number: String,
    pub description: String,
    pub currency: Currency,
    pub lines: Vec<PageLine>,
    pub email: String,
    pub ship_to: Option<ShipTo>,
    pub success_url: String,
    pub cancel_url: String,
    /// By Stripe's clock.
    pub expires_at: Timestamp,
}

/// # Errors
/// [`StripeFailure`]; safe to repeat with the same content.
pub async fn create_session(
    client: &StripeHttp,
    new: &NewSession,
) -> Result<SessionState, StripeFailure> {
    let request = session_request(new)?;
    let key = idempotency_key(&new.idempotency_key)?;
    let tries = async {
        let mut failure = StripeFailure::Unknown(String::new());
        for pause in PAUSES.iter().map(Some).chain([None]) {
            let strategy = RequestStrategy::Idempotent(key.clone());
            match request.customize().request_strategy(strategy).send(client).await {
                Ok(session) => return Ok(read_session(&session)),
                Err(error) => failure = classify(&error),
            }
            let may_pass =
                !matches!(failure, StripeFailure::Refused { .. } | StripeFailure::KeyConflict(_));
            match pause {
                Some(pause) if may_pass => tokio::time::sleep(add_jitter(*pause)).await,
                _ => break,
            }
        }
        Err(failure)
    };
    // One deadline for all tries together.
    tokio::time::timeout(client.share.deadline(), tries)
        .await
        .unwrap_or_else(|_| Err(StripeFailure::Unknown("no answer before the deadline".into())))
}

fn session_request(new: &NewSession) -> Result<CreateCheckoutSession, StripeFailure> {
    let currency = stripe_currency(new.currency)?;
    let lines =
        new.lines.iter().map(|line| page_line(line, &currency)).collect::<Result<Vec<_>, _>>()?;
    let metadata = || {
        HashMap::from(
            [
                (ORDER_ID, new.order_id.as_str()),
                (ATTEMPT_ID, new.attempt_id.as_str()),
                (SHOP, &new.shop),
            ]
            .map(|(k, v)| (k.to_owned(), v.to_owned())),
        )
    };
    let mut adaptive_pricing = CreateCheckoutSessionAdaptivePricing::new();
    // The shopper pays the sum that was shown (PAY-16).
    adaptive_pricing.enabled = Some(false);
    let mut payment = CreateCheckoutSessionPaymentIntentData::new();
    payment.description = Some(new.description.clone());
    payment.metadata = Some(metadata());
    payment.shipping = new.ship_to.as_ref().map(shipping);
    Ok(CreateCheckoutSession::new()
        .mode(CheckoutSessionMode::Payment)
        .line_items(lines)
        .client_reference_id(new.order_number.clone())
        .metadata(metadata())
        .payment_intent_data(payment)
        .adaptive_pricing(adaptive_pricing)
        .customer_email(new.email.clone())
        .success_url(new.success_url.clone())
        .cancel_url(new.cancel_url.clone())
        .expires_at(new.expires_at.unix_seconds()))
}

fn shipping(to: &ShipTo) -> CreateCheckoutSessionPaymentIntentDataShipping {
    let mut address = CreateCheckoutSessionPaymentIntentDataShippingAddress::new(to.line1.clone());
    address.line2 = to.line2.clone();
    address.city = to.city.clone();
    address.postal_code = to.postal_code.clone();
    address.state = to.state.clone();
    address.country = Some(to.country.clone());
    let mut shipping =
        CreateCheckoutSessionPaymentIntentDataShipping::new(address, to.name.clone());
    shipping.phone = to.phone.clone();
    shipping
}

pub async fn session(client: &StripeHttp, id: &str) -> Result<SessionState, StripeFailure> {
    let request = RetrieveCheckoutSession::new(id).expand(vec!["payment_intent".to_owned()]);
    request
        .send(client)
        .await
        .map(|session| read_session(&session))
        .map_err(|error| classify(&error))
}

/// Ends a session that is still open. The key is used once in a minute: a failure that Stripe
/// stores under it is not given again for a day.
pub async fn expire_session(
    client: &StripeHttp,
    id: &str,
    stripe_now: Timestamp,
) -> Result<Expiry, StripeFailure> {
    let key = idempotency_key(&format!("expire:{id}:{}", stripe_now.unix_seconds() / 60))?;
    let request = ExpireCheckoutSession::new(id)
        .customize()
        .request_strategy(RequestStrategy::Idempotent(key));
    match request.send(client).await {
        Ok(_) => Ok(Expiry::Expired),
        Err(error) => match classify(&error) {
            StripeFailure::Refused { .. } => Ok(Expiry::NotOpen),
            failure => Err(failure),
        },
    }
}

/// Looks for the session of an attempt whose answer was lost, among all that were made since it was
/// stored (by Stripe's clock).
pub async fn find_session(
    client: &StripeHttp,
    attempt_id: AttemptId,
    since: Timestamp,
) -> Result<Option<SessionState>, StripeFailure> {
    let list =
        ListCheckoutSession::new().created(RangeQueryTs::gte(since.unix_seconds())).limit(100);
    let mut sessions = list.paginate().stream(client);
    let search = async {
        while let Some(session) = sessions.next().await {
            let session = session.map_err(|error| classify(&error))?;
            if session
                .metadata
                .as_ref()
                .and_then(|m| m.get(ATTEMPT_ID))
                .is_some_and(|id| id == attempt_id.as_str())
            {
                return Ok(Some(read_session(&session)));
            }
        }
        Ok(None)
    };
    tokio::time::timeout(client.share.deadline(), search).await.unwrap_or_else(|_| {
        Err(StripeFailure::Unknown("the list of sessions was not read to its end in time".into()))
    })
}

/// The session that a payment belongs to, if it is one of a checkout.
pub async fn session_of_payment(
    client: &StripeHttp,
    payment_intent: &str,
) -> Result<Option<SessionState>, StripeFailure> {
    let request = ListCheckoutSession::new().payment_intent(payment_intent).limit(1);
    let found = request.send(client).await.map_err(|error| classify(&error))?;
    Ok(found.data.first().map(read_session))
}

/// What a payment says about where it comes from.
pub async fn metadata_of_payment(
    client: &StripeHttp,
    payment_intent: &str,
) -> Result<HashMap<String, String>, StripeFailure> {
    RetrievePaymentIntent::new(payment_intent)
        .send(client)
        .await
        .map(|payment| payment.metadata)
        .map_err(|error| classify(&error))
}

/// Gives money back; the same key is one refund.
pub async fn refund(
    client: &StripeHttp,
    payment_intent: &str,
    amount: Money,
    our_id: &RefundId,
    key: &str,
) -> Result<StripeRefund, StripeFailure> {
    let request = CreateRefund::new()
        .payment_intent(payment_intent)
        .amount(to_stripe_amount(amount)?)
        .metadata([(REFUND_ID.to_owned(), our_id.to_string())]);
    let strategy = RequestStrategy::Idempotent(idempotency_key(key)?);
    let answer = request
        .customize()
        .request_strategy(strategy)
        .send(client)
        .await
        .map_err(|error| classify(&error))?;
    read_refund(&answer)
}

/// Every refund of a payment, ours and those made in Stripe's own dashboard, read to the end of the
/// list.
pub async fn refunds_of_payment(
    client: &StripeHttp,
    payment_intent: &str,
) -> Result<Vec<StripeRefund>, StripeFailure> {
    let list = ListRefund::new().payment_intent(payment_intent).limit(100);
    let refunds = list.paginate().stream(client).map_err(|error| classify(&error));
    refunds.and_then(|refund| std::future::ready(read_refund(&refund))).try_collect().await
}

pub async fn dispute(client: &StripeHttp, id: &str) -> Result<StripeDispute, StripeFailure> {
    let dispute = RetrieveDispute::new(id).send(client).await.map_err(|error| classify(&error))?;
    read_dispute(&dispute)
}

/// The events about our subjects that Stripe recorded between two moments (by its clock), the
/// oldest first.
pub async fn events_between(
    client: &StripeHttp,
    since: Timestamp,
    until: Timestamp,
) -> Result<Vec<WebhookEvent>, StripeFailure> {
    let kinds: Vec<String> = KINDS.iter().map(|kind| (*kind).to_owned()).collect();
    let between = RangeQueryTs::Bounds(RangeBoundsTs {
        gte: Some(since.unix_seconds()),
        lt: Some(until.unix_seconds()),
        ..RangeBoundsTs::default()
    });
    let list = ListEvent::new().created(between).types(kinds).limit(100);
    let mut events: Vec<WebhookEvent> = list
        .paginate()
        .stream(client)
        .map_err(|error| classify(&error))
        .and_then(|event| std::future::ready(read_event(&event)))
        .try_collect()
        .await?;
    events.reverse();
    Ok(events)
}

fn read_event(event: &stripe_shared::Event) -> Result<WebhookEvent, StripeFailure> {
    let object = miniserde::json::to_string(&event.data.object);
    let object: EventObject =
        serde_json::from_str(&object).map_err(|error| StripeFailure::Unknown(error.to_string()))?;
    Ok(WebhookEvent::new(event.id.to_string(), event.type_.to_string(), event.livemode, object))
}

fn page_line(
    line: &PageLine,
    currency: &stripe_types::Currency,
) -> Result<CreateCheckoutSessionLineItems, StripeFailure> {
    let mut price = CreateCheckoutSessionLineItemsPriceData::new(currency.clone());
    price.unit_amount = Some(to_stripe_amount(line.unit_price)?);
    price.product_data = Some(ProductData::new(line.name.clone()));
    let mut item = CreateCheckoutSessionLineItems::new();
    item.price_data = Some(price);
    item.quantity = Some(line.quantity);
    Ok(item)
}

fn read_session(session: &CheckoutSession) -> SessionState {
    let payment = session.payment_intent.as_ref().and_then(|p| p.as_object());
    let received = match payment {
        // The payment says what was taken; the session may show it converted.
        Some(payment) if payment.amount_received > 0 => {
            from_stripe_amount(payment.amount_received, &payment.currency)
        }
        _ => session
            .currency
            .as_ref()
            .and_then(|currency| from_stripe_amount(session.amount_total.unwrap_or(0), currency)),
    };
    SessionState {
        id: session.id.to_string(),
        url: session.url.clone(),
        status: match session.status {
            Some(CheckoutSessionStatus::Complete) => SessionStatus::Complete,
            Some(CheckoutSessionStatus::Expired) => SessionStatus::Expired,
            _ => SessionStatus::Open,
        },
        paid: matches!(
            session.payment_status,
            CheckoutSessionPaymentStatus::Paid | CheckoutSessionPaymentStatus::NoPaymentRequired
        ),
        payment_failed: payment.is_some_and(|p| {
            matches!(
                p.status,
                PaymentIntentStatus::RequiresPaymentMethod | PaymentIntentStatus::Canceled
            )
        }),
        received,
        payment_intent: session.payment_intent.as_ref().map(|p| p.id().to_string()),
        metadata: session.metadata.clone().unwrap_or_default(),
    }
}

fn read_refund(refund: &stripe_shared::Refund) -> Result<StripeRefund, StripeFailure> {
    Ok(StripeRefund {
        id: refund.id.to_string(),
        amount: from_stripe_amount(refund.amount, &refund.currency)
            .ok_or_else(|| unknown_currency(&refund.currency))?,
        state: match refund.status.as_deref() {
            Some("succeeded") => RefundState::Succeeded,
            Some("failed") => RefundState::Failed,
            Some("canceled") => RefundState::Canceled,
            Some("requires_action") => RefundState::RequiresAction,
            _ => RefundState::Pending,
        },
        failure: refund.failure_reason.clone(),
        our_id: refund.metadata.as_ref().and_then(|m| m.get(REFUND_ID)).map(RefundId::new),
    })
}

fn read_dispute(dispute: &stripe_shared::Dispute) -> Result<StripeDispute, StripeFailure> {
    use stripe_shared::DisputeStatus as S;
    let fee: i64 = dispute.balance_transactions.iter().map(|transaction| transaction.fee).sum();
    Ok(StripeDispute {
        id: dispute.id.to_string(),
        payment_intent: dispute.payment_intent.as_ref().map(|p| p.id().to_string()),
        amount: from_stripe_amount(dispute.amount, &dispute.currency)
            .ok_or_else(|| unknown_currency(&dispute.currency))?,
        state: match &dispute.status {
            S::WarningNeedsResponse => DisputeState::InquiryNeedsResponse,
            S::WarningUnderReview => DisputeState::InquiryUnderReview,
            S::WarningClosed => DisputeState::InquiryClosed,
            S::UnderReview => DisputeState::UnderReview,
            S::Won => DisputeState::Won,
            S::Lost => DisputeState::Lost,
            S::Prevented => DisputeState::Prevented,
            // A word of a later version: until we know it, somebody has to look.
            _ => DisputeState::NeedsResponse,
        },
        reason: dispute.reason.clone(),
        respond_by: dispute.evidence_details.due_by.map(Timestamp::from_unix_seconds),
        fee_minor: fee,
    })
}

fn unknown_currency(currency: &stripe_types::Currency) -> StripeFailure {
    StripeFailure::Unavailable(format!(
        "Stripe names the currency {currency}, which the store does not know"
    ))
}

/// Minor units as Stripe counts them.
///
/// # Errors
/// `Refused` for an amount that Stripe does not take in this currency.
pub fn to_stripe_amount(amount: Money) -> Result<i64, StripeFailure> {
    to_provider_amount(amount).map_err(|problem| StripeFailure::refused(problem.message()))
}

/// An amount that Stripe names, as money; `None` for a currency we do not know.
fn from_stripe_amount(amount: i64, currency: &stripe_types::Currency) -> Option<Money> {
    from_provider_amount(amount, Currency::parse(&currency.to_string())?)
}

fn stripe_currency(currency: Currency) -> Result<stripe_types::Currency, StripeFailure> {
    currency
        .code()
        .to_lowercase()
        .parse()
        .map_err(|_| StripeFailure::refused(format!("Stripe knows no currency {currency:?}")))
}

fn idempotency_key(text: &str) -> Result<IdempotencyKey, StripeFailure> {
    IdempotencyKey::new(text)
        .map_err(|_| StripeFailure::refused("an idempotency key is empty or too long"))
}

fn classify(error: &StripeError) -> StripeFailure {
    // Never Stripe's message: it repeats what was sent, such as an e-mail address.
    match error {
        StripeError::Stripe(details, status) => {
            let code = details.code.as_ref().map(ToString::to_string);
            let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".into());
            let cause = format!(
                "status {status}, code {}, parameter {}",
                word(&code),
                word(&details.param)
            );
            match status {
                401 | 403 | 429 => StripeFailure::Unavailable(cause),
                409 => StripeFailure::InProgress(cause),
                424 | 500.. => StripeFailure::ServerError(cause),
                _ if matches!(details.type_, stripe::ApiErrorsType::IdempotencyError) => {
                    StripeFailure::KeyConflict(cause)
                }
                _ => StripeFailure::Refused { code, cause },
            }
        }
        StripeError::ConfigError(cause) => StripeFailure::Unavailable(cause.clone()),
        StripeError::JSONDeserialize(cause) | StripeError::ClientError(cause) => {
            StripeFailure::Unknown(cause.clone())
        }
        StripeError::Timeout => StripeFailure::Unknown("no answer before the deadline".into()),
    }
}

/// Full jitter: many shoppers who failed together do not come back together.
fn add_jitter(longest: Duration) -> Duration {
    longest.mul_f64(rand::random_range(0.2..1.0))
}
