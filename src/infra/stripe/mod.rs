//! The connection to Stripe: kept-alive connections, deadlines, a breaker and shares; what is said
//! over it belongs to `features::payments`.

mod breaker;
mod client;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;

pub use self::client::StripeHttp;
use crate::infra::clock::Clock;
use crate::infra::settings::Services;
use crate::shared::timestamp::Timestamp;
use breaker::ErrorRateBreaker;

/// The version of Stripe's API that requests ask for and answers are read in; the crates are
/// generated from it.
pub fn api_version() -> String {
    stripe_client_core::VERSION.as_str().to_owned()
}

/// Who waits for an answer. Each has a share of its own, so that one cannot use up the others'.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// A shopper in front of a page.
    Visitor,
    Webhook,
    Job,
}

impl Share {
    /// For a whole operation, retries and pauses included.
    pub const fn deadline(self) -> Duration {
        match self {
            Self::Visitor => Duration::from_secs(15),
            Self::Webhook => Duration::from_secs(8),
            Self::Job => Duration::from_secs(25),
        }
    }

    /// Calls at the same time. Together they stay well below what Stripe allows an account in a
    /// second (100 in live mode, docs.stripe.com/rate-limits).
    const fn calls_at_once(self) -> usize {
        match self {
            Self::Visitor => 24,
            Self::Webhook => 16,
            Self::Job => 8,
        }
    }
}

/// One client of the process for each share; all share connections, breaker and clock.
#[derive(Clone)]
pub struct StripeConnection {
    visitor: StripeHttp,
    webhook: StripeHttp,
    job: StripeHttp,
    /// Milliseconds by which Stripe's clock is ahead of ours, as its last answer said.
    clock_offset: Arc<AtomicI64>,
    /// Whether the key belongs to real money; events of the other mode are refused.
    pub livemode: bool,
}

impl StripeConnection {
    pub fn open(services: &Services, clock: Clock) -> Result<Self, String> {
        let clock_offset = Arc::new(AtomicI64::new(0));
        let breaker = Arc::new(ErrorRateBreaker::default());
        let shared = client::Connection::open(services, clock, clock_offset.clone(), breaker)?;
        let of = |share: Share| {
            StripeHttp::new(shared.clone(), share, Arc::new(Semaphore::new(share.calls_at_once())))
        };
        Ok(Self {
            visitor: of(Share::Visitor),
            webhook: of(Share::Webhook),
            job: of(Share::Job),
            clock_offset,
            livemode: services.stripe_secret_key.contains("_live_"),
        })
    }

    pub const fn client(&self, share: Share) -> &StripeHttp {
        match share {
            Share::Visitor => &self.visitor,
            Share::Webhook => &self.webhook,
            Share::Job => &self.job,
        }
    }

    /// The moment by Stripe's clock, given ours; in whole seconds, as Stripe counts.
    pub fn now_at_stripe(&self, now: Timestamp) -> Timestamp {
        let ahead = self.clock_offset.load(Ordering::Relaxed);
        let there = Timestamp::from_unix_ms(now.unix_ms().saturating_add(ahead));
        Timestamp::from_unix_seconds(there.unix_seconds())
    }
}
