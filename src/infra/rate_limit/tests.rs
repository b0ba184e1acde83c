//! Limits with Redis, without it, and while it comes and goes.

use std::net::Ipv4Addr;

use fault_proxy::Fault;

use super::*;
use crate::infra::redis::test_support::{
    full_redis, own_prefix, own_redis, patient, raw_connection, redis_behind_proxy, redis_url,
};

const RULE: Rule = Rule { name: "login", limit: 6, window: Duration::from_mins(10) };

fn keyring() -> Keyring {
    let key = |letter: &str| letter.repeat(21) + "ABCDEFGHIJKLMNOPQRSTU" + "A=";
    Keyring::from_settings(
        &format!("1:{}", key("a")),
        &format!("1:{}", key("b")),
        &key("c"),
        &format!("1:{}", key("d")),
    )
    .expect("test keys")
}

pub(super) fn limiter(redis: Redis, instances: u32) -> RateLimiter {
    RateLimiter::new(redis, keyring(), instances)
}

/// How many of `tries` requests pass.
async fn passed(limiter: &RateLimiter, rule: Rule, key: &str, tries: u32) -> u32 {
    let mut passed = 0;
    for _ in 0..tries {
        passed += u32::from(limiter.check(rule, key).await.is_ok());
    }
    passed
}

#[tokio::test]
async fn two_instances_share_one_limit() {
    let redis = own_redis().await;
    let (one, two) = (limiter(redis.clone(), 2), limiter(redis, 2));
    let mut allowed = 0;
    for _ in 0..10 {
        allowed +=
            passed(&one, RULE, "203.0.113.7", 1).await + passed(&two, RULE, "203.0.113.7", 1).await;
    }
    assert_eq!(allowed, RULE.limit);
    assert_eq!(passed(&one, RULE, "203.0.113.8", 1).await, 1, "another subject");
    assert_eq!(
        passed(&one, Rule { name: "other", ..RULE }, "203.0.113.7", 1).await,
        1,
        "another rule"
    );
    assert_eq!(one.check(RULE, "203.0.113.7").await, Err(RetryAfter(900)));
}

#[tokio::test]
async fn of_many_requests_at_once_exactly_the_limit_passes() {
    let redis = own_redis().await;
    let limiters = [limiter(redis.clone(), 2), limiter(redis, 2)];
    let rule = Rule { name: "burst", limit: 20, window: Duration::from_mins(1) };
    let checks = (0..100).map(|n| {
        let limiter = limiters[n % 2].clone();
        tokio::spawn(async move { limiter.check(rule, "k").await.is_ok() })
    });
    let mut allowed = 0;
    for check in checks.collect::<Vec<_>>() {
        allowed += u32::from(check.await.unwrap());
    }
    assert_eq!(allowed, 20);
}

#[tokio::test]
async fn a_window_ends_with_and_without_redis() {
    let rule = Rule { name: "short", limit: 2, window: Duration::from_secs(1) };
    for redis in [own_redis().await, Redis::unavailable()] {
        let limiter = limiter(redis, 1);
        assert_eq!(passed(&limiter, rule, "k", 5).await, 2);
        assert_eq!(limiter.check(rule, "k").await, Err(RetryAfter(5)));
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        assert_eq!(passed(&limiter, rule, "k", 5).await, 2);
    }
}

#[tokio::test]
async fn r83_redis_holds_neither_address_nor_account_and_forgets_every_counter() {
    let prefix = own_prefix();
    let limiter = limiter(Redis::connect(patient(&redis_url(), &prefix)).await.unwrap(), 1);
    for subject in ["203.0.113.7", "ada@example.org"] {
        limiter.check(RULE, subject).await.unwrap();
    }
    let mut raw = raw_connection().await;
    let keys: Vec<String> =
        redis::cmd("KEYS").arg(format!("{prefix}*")).query_async(&mut raw).await.unwrap();
    assert_eq!(keys.len(), 2);
    for key in keys {
        assert!(!key.contains("203.0") && !key.contains("ada") && !key.contains("login"), "{key}");
        let left: i64 = redis::cmd("PTTL").arg(&key).query_async(&mut raw).await.unwrap();
        assert!((1..=600_000).contains(&left), "{left}");
        // A counter whose end was lost gets a new one.
        let _: i64 = redis::cmd("PERSIST").arg(&key).query_async(&mut raw).await.unwrap();
    }
    limiter.check(RULE, "203.0.113.7").await.unwrap();
    let keys: Vec<String> =
        redis::cmd("KEYS").arg(format!("{prefix}*")).query_async(&mut raw).await.unwrap();
    let mut ends = 0;
    for key in keys {
        let left: i64 = redis::cmd("PTTL").arg(key).query_async(&mut raw).await.unwrap();
        ends += u32::from(left > 0);
    }
    assert_eq!(ends, 1);
}

#[tokio::test]
async fn f13_without_redis_each_instance_lets_its_share_through() {
    for (instances, share) in [(0, 6), (1, 6), (2, 3), (4, 2), (100, 1)] {
        let limiter = limiter(Redis::unavailable(), instances);
        assert_eq!(passed(&limiter, RULE, "k", 30).await, share, "{instances} instances");
    }
}

#[tokio::test]
async fn f13_a_redis_dying_in_the_middle_frees_nobody() {
    let (proxy, address) = redis_behind_proxy().await;
    let limiter = limiter(Redis::connect(patient(&address, &own_prefix())).await.unwrap(), 1);
    assert_eq!(passed(&limiter, RULE, "k", 4).await, 4);
    proxy.set(Fault::Down);
    assert_eq!(passed(&limiter, RULE, "k", 20).await, 2);
}

#[tokio::test]
async fn f15_a_full_redis_leaves_the_local_limit_in_force() {
    let limiter = limiter(Redis::connect(patient(&full_redis().await, "x:")).await.unwrap(), 2);
    assert_eq!(passed(&limiter, RULE, "k", 20).await, 3);
}

#[tokio::test]
async fn f16_a_redis_flushed_again_and_again_frees_nobody() {
    let prefix = own_prefix();
    let limiter = limiter(Redis::connect(patient(&redis_url(), &prefix)).await.unwrap(), 2);
    let mut raw = raw_connection().await;
    let mut allowed = 0;
    for _ in 0..20 {
        allowed += passed(&limiter, RULE, "k", 1).await;
        let keys: Vec<String> =
            redis::cmd("KEYS").arg(format!("{prefix}*")).query_async(&mut raw).await.unwrap();
        let _: i64 = redis::cmd("DEL").arg(keys).query_async(&mut raw).await.unwrap();
    }
    assert_eq!(allowed, RULE.limit);
}

#[test]
fn reads_of_cached_pages_are_counted_for_each_network() {
    let (counter, start) =
        (InProcessCounter::new(1_200, Duration::from_secs(60), 10_000), Instant::now());
    let busy = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));
    let passed = (0..2_000).filter(|_| counter.check_at(busy, start).is_ok()).count();
    assert_eq!(passed, 1_200);
    assert_eq!(counter.check_at(busy, start + Duration::from_secs(50)), Err(RetryAfter(15)));
    assert_eq!(
        counter.check_at("::ffff:203.0.113.7".parse().unwrap(), start),
        Err(RetryAfter(60)),
        "the same address in IPv6's clothes"
    );
    assert_eq!(counter.check_at("203.0.113.8".parse().unwrap(), start), Ok(()));
    assert_eq!(counter.check_at(busy, start + Duration::from_secs(60)), Ok(()));
}

#[test]
fn a_client_is_its_ipv4_address_or_its_ipv6_network() {
    let key = |ip: &str| client_key(ip.parse().unwrap());
    assert_eq!(key("203.0.113.7"), "203.0.113.7");
    assert_eq!(key("::ffff:203.0.113.7"), "203.0.113.7");
    assert_eq!(key("2001:db8:1:2:aaaa::1"), key("2001:db8:1:2:bbbb::2"));
    assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
}

#[test]
fn the_wait_is_told_coarsely_and_never_too_short() {
    let cases = [
        (0, 5),
        (1, 5),
        (5_000, 5),
        (5_001, 15),
        (15_000, 15),
        (59_999, 60),
        (61_000, 300),
        (900_000, 900),
        (900_001, 3600),
        (3_600_001, 7200),
    ];
    for (left_ms, seconds) in cases {
        assert_eq!(round_up(Duration::from_millis(left_ms)), RetryAfter(seconds), "{left_ms} ms");
    }
    assert_eq!(round_up(Duration::MAX), RetryAfter(u32::MAX));
    let error = AppError::from(RetryAfter(60));
    assert_eq!((error.status(), error.retry_after), (429, Some(60)));
}
