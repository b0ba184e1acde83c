//! Rate limits shared by all instances through Redis, and kept by each instance alone when Redis is
//! missing.
//!
//! Invariant: never open. What Redis lets through is counted in this process as well, so a Redis
//! that is dead, flushed or evicting leaves a limit in force: with Redis one instance never lets
//! more than the whole limit through, without it no more than its share.

mod buckets;
mod failures;

use std::net::IpAddr;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use redis::Script;

use self::buckets::Buckets;
use self::failures::{LocalFailures, local_failures};
use crate::infra::crypto::Keyring;
use crate::infra::redis::Redis;
use crate::shared::error::AppError;

pub use self::failures::{BackoffPolicy, Success};

/// How often one subject may do one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Unique among all rules: subjects are counted under this name.
    pub name: &'static str,
    pub limit: u32,
    /// The window begins with the subject's first request and ends this much later, whatever
    /// happens in it.
    pub window: Duration,
}

/// Refused; seconds after which trying again makes sense, rounded up so coarsely that no rule can
/// be told from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter(pub u32);

impl From<RetryAfter> for AppError {
    fn from(refused: RetryAfter) -> Self {
        Self::too_many_requests(refused.0)
    }
}

/// Subjects remembered in this process, about 6 MB when full.
const LOCAL_SUBJECTS: usize = 100_000;

/// The store's limits; clones count together.
#[derive(Clone)]
pub struct RateLimiter(Arc<Limiter>);

struct Limiter {
    redis: Redis,
    keyring: Keyring,
    instances: u32,
    local: Buckets,
    failures: LocalFailures,
}

impl RateLimiter {
    /// `instances` is how many processes share the work; each one's part of a limit while Redis is
    /// away follows from it.
    pub fn new(redis: Redis, keyring: Keyring, instances: u32) -> Self {
        Self(Arc::new(Limiter {
            redis,
            keyring,
            instances: instances.max(1),
            local: Buckets::new(LOCAL_SUBJECTS),
            failures: local_failures(),
        }))
    }

    /// Counts one request of this subject and says whether it is within the rule.
    ///
    /// The subject (an address from [`client_key`], an account id) leaves this process as a keyed
    /// hash only.
    ///
    /// # Errors
    /// [`RetryAfter`] from the first request beyond the limit to the window's end.
    pub async fn check(&self, rule: Rule, key: &str) -> Result<(), RetryAfter> {
        let subject = self.0.keyring.rate_limit_pseudonym(rule.name, key);
        let window = rule.window.max(Duration::from_secs(1));
        let window_ms = u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
        let counted: Result<(u64, u64), _> =
            self.0.redis.script(&COUNT, &format!("rate:{subject}"), &[window_ms]).await;
        let limit_here = match counted {
            Ok((count, left_ms)) if count > u64::from(rule.limit) => {
                return Err(round_up(Duration::from_millis(left_ms)));
            }
            Ok(_) => rule.limit,
            Err(_) => rule.limit.div_ceil(self.0.instances),
        };
        // After Redis and only what it let through: its order among requests that come at once is
        // the one that counts.
        let here = self.0.local.count(&subject, window, Instant::now());
        if here.count > u64::from(limit_here) { Err(round_up(here.left)) } else { Ok(()) }
    }
}

/// Requests in the present window, this one included, and how long the window still lasts.
struct Count {
    count: u64,
    left: Duration,
}

/// Counts and starts the window in one step; a counter that lost its end gets a new one instead of
/// living for ever.
static COUNT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local count = redis.call('INCR', KEYS[1])
        local left = redis.call('PTTL', KEYS[1])
        if left < 0 then
            redis.call('PEXPIRE', KEYS[1], ARGV[1])
            left = tonumber(ARGV[1])
        end
        return {count, left}
        ",
    )
});

/// Counts requests of addresses in this process alone, without any wait: for pages that a cache
/// answers.
pub struct InProcessCounter {
    limit: u32,
    window: Duration,
    buckets: Buckets,
}

impl InProcessCounter {
    /// At most `limit` requests of one address in `window`; memory for about `addresses` of them,
    /// 64 bytes each.
    pub fn new(limit: u32, window: Duration, addresses: usize) -> Self {
        Self { limit, window, buckets: Buckets::new(addresses) }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// [`RetryAfter`] beyond the limit, until the window ends.
    pub fn check(&self, ip: IpAddr) -> Result<(), RetryAfter> {
        self.check_at(ip, Instant::now())
    }

    fn check_at(&self, ip: IpAddr, now: Instant) -> Result<(), RetryAfter> {
        let counted = self.buckets.count(&network_of(ip), self.window, now);
        if counted.count > u64::from(self.limit) { Err(round_up(counted.left)) } else { Ok(()) }
    }
}

/// What one client is counted as: its IPv4 address, or the /64 network of its IPv6 address, all of
/// which is its own.
pub fn client_key(ip: IpAddr) -> String {
    network_of(ip).to_string()
}

fn network_of(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into()),
    }
}

/// Steps people can read; the last one repeats.
const STEPS_SECONDS: [u64; 6] = [5, 15, 60, 300, 900, 3600];

fn round_up(left: Duration) -> RetryAfter {
    let seconds = left.as_millis().div_ceil(1000);
    let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
    let step = STEPS_SECONDS.into_iter().find(|step| seconds <= *step);
    let rounded = step.unwrap_or_else(|| seconds.div_ceil(3600).saturating_mul(3600));
    RetryAfter(u32::try_from(rounded).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests;
