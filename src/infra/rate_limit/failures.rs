//! Failed tries that make the next one wait, longer and longer, and are forgotten in time: for
//! passwords and codes.
//!
//! A try is counted before it is judged, in one step, so that many at once cannot pass as one; a
//! try that succeeds takes its count back. As with the other limits, what Redis lets through is
//! counted in this process too.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use moka::future::Cache;
use redis::Script;

use super::{LOCAL_SUBJECTS, RateLimiter, RetryAfter, round_up};

use crate::shared::timestamp::Timestamp;

/// How failures of one subject are held against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackoffPolicy {
    /// Unique among all rules.
    pub name: &'static str,
    /// Failures that cost nothing.
    pub free: u32,
    /// Failures beyond those that double the wait, which begins with two seconds.
    pub per_doubling: u32,
    pub longest_wait: Duration,
    /// After this long without a try everything is forgotten.
    pub forget_after: Duration,
}

/// What a success means for the subject's earlier failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Success {
    /// The subject has shown that it is who it says: forget them.
    Clears,
    /// Somebody behind a shared address got in: only this try does not count.
    TakesBackOne,
}

#[derive(Clone, Copy)]
pub(super) struct Failures {
    count: u32,
    /// By the caller's clock.
    blocked_until: Timestamp,
}

impl Default for Failures {
    fn default() -> Self {
        Self { count: 0, blocked_until: Timestamp::UNIX_EPOCH }
    }
}

pub(super) type LocalFailures = Cache<String, Arc<Mutex<Failures>>>;

pub(super) fn local_failures() -> LocalFailures {
    Cache::builder()
        .max_capacity(LOCAL_SUBJECTS as u64)
        .time_to_idle(Duration::from_secs(7_200))
        .build()
}

impl RateLimiter {
    /// Counts a try that is about to be judged.
    ///
    /// # Errors
    /// [`RetryAfter`] while the subject has to wait; such a try is not judged and not counted.
    pub async fn begin_try(
        &self,
        rule: BackoffPolicy,
        key: &str,
        now: Timestamp,
    ) -> Result<(), RetryAfter> {
        let subject = self.0.keyring.rate_limit_pseudonym(rule.name, key);
        let arguments = [
            u64::try_from(now.unix_ms()).unwrap_or(0),
            u64::from(rule.free),
            u64::from(rule.per_doubling.max(1)),
            whole_ms(rule.longest_wait),
            whole_ms(rule.forget_after),
        ];
        let left: Result<u64, _> =
            self.0.redis.script(&BEGIN, &format!("tries:{subject}"), &arguments).await;
        if let Ok(left_ms @ 1..) = left {
            return Err(round_up(Duration::from_millis(left_ms)));
        }
        let here = self.0.failures.get_with(subject, async { Arc::default() }).await;
        let mut here = here.lock().unwrap_or_else(PoisonError::into_inner);
        if here.blocked_until > now {
            return Err(round_up(here.blocked_until.saturating_since(now)));
        }
        here.count = here.count.saturating_add(1);
        if here.count > rule.free {
            here.blocked_until = now + wait(rule, here.count);
        }
        Ok(())
    }

    /// Takes back what [`Self::begin_try`] counted, because the try was right.
    pub async fn try_succeeded(&self, rule: BackoffPolicy, key: &str, success: Success) {
        let subject = self.0.keyring.rate_limit_pseudonym(rule.name, key);
        let name = format!("tries:{subject}");
        // Without Redis there is nothing there to take back.
        let _ = match success {
            Success::Clears => self.0.redis.delete(&name).await.map(drop),
            Success::TakesBackOne => {
                self.0.redis.script::<u64>(&TAKE_BACK, &name, &[]).await.map(drop)
            }
        };
        match success {
            Success::Clears => self.0.failures.invalidate(&subject).await,
            Success::TakesBackOne => {
                if let Some(here) = self.0.failures.get(&subject).await {
                    let mut here = here.lock().unwrap_or_else(PoisonError::into_inner);
                    *here = Failures { count: here.count.saturating_sub(1), ..Failures::default() };
                }
            }
        }
    }
}

/// Two seconds for the first failure too many, doubled from there.
fn wait(rule: BackoffPolicy, count: u32) -> Duration {
    let doublings = count.saturating_sub(rule.free).div_ceil(rule.per_doubling.max(1)).min(30);
    Duration::from_secs(1 << doublings).min(rule.longest_wait)
}

fn whole_ms(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}

/// Answers the milliseconds to wait, or zero after counting the try. The same steps as in this
/// process above.
static BEGIN: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local now, free, per, longest, forget = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
        local known = redis.call('HMGET', KEYS[1], 'count', 'until')
        local count, blocked = tonumber(known[1] or '0'), tonumber(known[2] or '0')
        if blocked > now then
            return blocked - now
        end
        count = count + 1
        if count > free then
            local doublings = math.min(math.ceil((count - free) / per), 30)
            blocked = now + math.min(1000 * 2 ^ doublings, longest)
        end
        redis.call('HSET', KEYS[1], 'count', string.format('%d', count), 'until', string.format('%d', blocked))
        redis.call('PEXPIRE', KEYS[1], forget)
        return 0
        ",
    )
});

static TAKE_BACK: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local count = tonumber(redis.call('HGET', KEYS[1], 'count') or '0')
        if count > 1 then
            redis.call('HSET', KEYS[1], 'count', string.format('%d', count - 1), 'until', '0')
        else
            redis.call('DEL', KEYS[1])
        end
        return count
        ",
    )
});

#[cfg(test)]
mod tests {
    use super::super::tests::limiter;
    use super::*;
    use crate::infra::redis::Redis;
    use crate::infra::redis::test_support::own_redis;

    const LOGIN: BackoffPolicy = BackoffPolicy {
        name: "login_account",
        free: 5,
        per_doubling: 1,
        longest_wait: Duration::from_mins(15),
        forget_after: Duration::from_hours(2),
    };
    const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

    #[tokio::test]
    async fn r7_acc_3_five_are_free_then_the_wait_doubles_up_to_a_quarter_of_an_hour() {
        for redis in [own_redis().await, Redis::unavailable()] {
            let limiter = limiter(redis, 1);
            let mut now = NOW;
            for _ in 0..6 {
                limiter
                    .begin_try(LOGIN, "ada", now)
                    .await
                    .expect("the sixth is judged and begins the wait");
            }
            let mut waits = Vec::new();
            for _ in 0..12 {
                let begun = now;
                while limiter.begin_try(LOGIN, "ada", now).await.is_err() {
                    now += Duration::from_secs(1);
                }
                waits.push(now.saturating_since(begun).as_secs());
            }
            assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
            assert!(limiter.begin_try(LOGIN, "grace", now).await.is_ok(), "another subject");
        }
    }

    #[tokio::test]
    async fn r7_thirty_at_once_are_not_one() {
        let redis = own_redis().await;
        let limiters = [limiter(redis.clone(), 2), limiter(redis, 2)];
        let tries = (0..30).map(|n| {
            let limiter = limiters[n % 2].clone();
            tokio::spawn(async move { limiter.begin_try(LOGIN, "ada", NOW).await.is_ok() })
        });
        let mut judged = 0;
        for outcome in tries.collect::<Vec<_>>() {
            judged += u32::from(outcome.await.unwrap());
        }
        assert_eq!(judged, 6);
    }

    #[tokio::test]
    async fn r7_a_success_clears_the_account_and_takes_one_back_from_the_address() {
        for redis in [own_redis().await, Redis::unavailable()] {
            let limiter = limiter(redis, 1);
            for _ in 0..30 {
                limiter.begin_try(LOGIN, "ada", NOW).await.expect("each is followed by a success");
                limiter.try_succeeded(LOGIN, "ada", Success::Clears).await;
            }
            for _ in 0..5 {
                limiter.begin_try(LOGIN, "shared address", NOW).await.unwrap();
            }
            for _ in 0..20 {
                limiter
                    .begin_try(LOGIN, "shared address", NOW)
                    .await
                    .expect("a success makes no room smaller");
                limiter.try_succeeded(LOGIN, "shared address", Success::TakesBackOne).await;
            }
            limiter.begin_try(LOGIN, "shared address", NOW).await.unwrap();
            assert!(limiter.begin_try(LOGIN, "shared address", NOW).await.is_err());
        }
    }

    #[tokio::test]
    async fn r101_f16_a_flushed_redis_frees_nobody_on_the_same_instance() {
        let redis = own_redis().await;
        let limiter = limiter(redis.clone(), 1);
        for _ in 0..6 {
            limiter.begin_try(LOGIN, "ada", NOW).await.unwrap();
        }
        let subject = limiter.0.keyring.rate_limit_pseudonym(LOGIN.name, "ada");
        assert!(redis.delete(&format!("tries:{subject}")).await.unwrap());
        assert!(limiter.begin_try(LOGIN, "ada", NOW).await.is_err());
    }
}
