//! Redis as it is on good days, and every way in which it fails.

use std::time::{Duration, Instant};

use fault_proxy::Fault;
use futures::StreamExt as _;

use super::test_support::{
    full_redis, own_prefix, own_redis, patient, raw_connection, redis_behind_proxy, redis_url,
};
use super::*;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_value_comes_back_until_it_is_deleted() {
    let redis = own_redis().await;
    assert!(redis.is_available());
    assert_eq!(redis.get("k").await, Ok(None));
    let value = [0u8, 255, b'\n', b'"'];
    assert_eq!(redis.set_with_ttl("k", &value, MINUTE).await, Ok(()));
    assert_eq!(redis.get("k").await, Ok(Some(value.to_vec())));
    assert_eq!(redis.clone().delete("k").await, Ok(true));
    assert_eq!(redis.delete("k").await, Ok(false));
    assert_eq!(redis.get("k").await, Ok(None));
    // The ping of the start, and each call once.
    assert_eq!(redis.commands_sent(), 7);
}

#[tokio::test]
async fn a_value_ends_with_its_life_and_carries_the_prefix() {
    let prefix = own_prefix();
    let redis = Redis::connect(patient(&redis_url(), &prefix)).await.unwrap();
    redis.set_with_ttl("short", b"1", Duration::from_millis(30)).await.unwrap();
    redis.set_with_ttl("none", b"1", Duration::ZERO).await.unwrap();
    redis.set_with_ttl("long", b"1", Duration::MAX).await.unwrap();
    redis.set_with_ttl("minute", b"1", MINUTE).await.unwrap();
    let left: i64 = cmd("PTTL")
        .arg(format!("{prefix}minute"))
        .query_async(&mut raw_connection().await)
        .await
        .unwrap();
    assert!((50_000..=60_000).contains(&left), "{left}");
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(redis.get("short").await, Ok(None));
    assert_eq!(redis.get("none").await, Ok(None));
    assert_eq!(redis.get("long").await, Ok(Some(b"1".to_vec())));
    redis.delete("long").await.unwrap();
}

#[tokio::test]
async fn only_a_newer_version_replaces_a_value() {
    let redis = own_redis().await;
    let versions = [
        (i64::MIN, true),
        (-5, true),
        (-5, false),
        (-6, false),
        (0, true),
        (9, true),
        (10, true),
        (9, false),
    ];
    for (version, stored) in versions {
        assert_eq!(
            redis.set_if_newer("k", version, version.to_string().as_bytes(), MINUTE).await,
            Ok(stored),
            "{version}"
        );
    }
    assert_eq!(redis.get_versioned("k").await, Ok(Some((10, b"10".to_vec()))));
    // Beyond 2⁵³, where floating-point numbers skip every other integer.
    assert_eq!(redis.set_if_newer("k", (1 << 53) + 1, b"a", MINUTE).await, Ok(true));
    assert_eq!(redis.set_if_newer("k", 1 << 53, b"b", MINUTE).await, Ok(false));
    assert_eq!(redis.set_if_newer("k", i64::MAX, b"c", MINUTE).await, Ok(true));
    assert_eq!(redis.get_versioned("k").await, Ok(Some((i64::MAX, b"c".to_vec()))));
}

#[tokio::test]
async fn the_newest_of_many_writers_wins_whatever_their_order() {
    let redis = own_redis().await;
    let writers = (0..64i64).map(|n| {
        let (redis, version) = (redis.clone(), (n * 37) % 64);
        tokio::spawn(async move {
            redis.set_if_newer("k", version, &version.to_be_bytes(), MINUTE).await
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap().unwrap();
    }
    assert_eq!(redis.get_versioned("k").await, Ok(Some((63, 63i64.to_be_bytes().to_vec()))));
}

#[tokio::test]
async fn what_is_no_versioned_value_counts_as_absent_and_is_replaced() {
    let redis = own_redis().await;
    for foreign in [
        &b""[..],
        b"x",
        b"999999999999999999",
        b"99999999999999999999",
        b"9999999999999999999x",
        &[255; 40],
    ] {
        redis.set_with_ttl("k", foreign, MINUTE).await.unwrap();
        let reads = redis.get_versioned("k").await.unwrap();
        assert_eq!(reads, None, "{foreign:?}");
    }
    redis.set_with_ttl("k", &[255; 40], MINUTE).await.unwrap();
    assert_eq!(redis.set_if_newer("k", 1, b"v", MINUTE).await, Ok(true));
    assert_eq!(redis.get_versioned("k").await, Ok(Some((1, b"v".to_vec()))));
}

#[tokio::test]
async fn f16_a_script_that_redis_does_not_hold_runs_all_the_same() {
    let redis = own_redis().await;
    // New to the server, as every script is after a restart; emptying its store of scripts would
    // disturb other tests.
    let script = Script::new(&format!("return tonumber(ARGV[1]) + 1 -- {}", own_prefix()));
    assert_eq!(redis.script::<i64>(&script, "k", &[1]).await, Ok(2));
    assert_eq!(redis.script::<i64>(&script, "k", &[2]).await, Ok(3));
}

#[tokio::test]
async fn a_published_message_reaches_a_listener() {
    let prefix = own_prefix();
    let redis = Redis::connect(patient(&redis_url(), &prefix)).await.unwrap();
    let mut listener = redis::Client::open(redis_url()).unwrap().get_async_pubsub().await.unwrap();
    listener.subscribe(format!("{prefix}tags")).await.unwrap();
    redis.publish("tags", b"product:1").await.unwrap();
    let message = tokio::time::timeout(Duration::from_secs(5), listener.on_message().next())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(message.get_payload_bytes(), b"product:1");
}

#[tokio::test]
async fn f13_a_store_without_redis_starts_and_asks_nobody() {
    let started = Instant::now();
    // Port 1 of this machine: nothing listens there.
    let redis = Redis::connect(RedisOptions::new("redis://127.0.0.1:1/", "x:")).await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    assert!(!redis.is_available());
    let sent = redis.commands_sent();

    let asked = Instant::now();
    for _ in 0..10_000 {
        assert_eq!(redis.get("k").await, Err(Unavailable));
    }
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?} for 10,000 refusals", asked.elapsed());
    assert_eq!(redis.set_if_newer("k", 1, b"v", MINUTE).await, Err(Unavailable));
    assert_eq!(redis.commands_sent(), sent);

    let absent = Redis::unavailable();
    assert!(!absent.is_available());
    assert_eq!(absent.get("k").await, Err(Unavailable));
    assert_eq!(absent.publish("c", b"m").await, Err(Unavailable));
    assert_eq!(absent.commands_sent(), 0);
}

#[tokio::test]
async fn f13_an_address_that_cannot_be_read_is_named_without_its_password() {
    for address in ["", "localhost", "http://user:hunter2@localhost/", "redis://user:hunter2@:x/"] {
        let refusal = Redis::connect(RedisOptions::new(address, "x:")).await.err().expect(address);
        assert!(
            refusal.contains("redis://host:port/") && !refusal.contains("hunter2"),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn f13_redis_dies_under_load_and_is_used_again_when_it_is_back() {
    let (proxy, address) = redis_behind_proxy().await;
    let options =
        RedisOptions { pause: Duration::from_millis(100), ..patient(&address, &own_prefix()) };
    let redis = Redis::connect(options).await.unwrap();
    redis.set_with_ttl("k", b"v", MINUTE).await.unwrap();

    proxy.set(Fault::Down);
    let lookups = (0..50).map(|_| {
        let redis = redis.clone();
        tokio::spawn(async move { redis.get("k").await })
    });
    for lookup in lookups.collect::<Vec<_>>() {
        assert_eq!(lookup.await.unwrap(), Err(Unavailable));
    }
    assert!(!redis.is_available());

    proxy.clear();
    assert_eq!(eventually(&redis).await, Some(b"v".to_vec()));
    assert!(redis.is_available());
}

#[tokio::test]
async fn a_cut_connection_is_made_anew_without_a_pause() {
    let (proxy, address) = redis_behind_proxy().await;
    // A pause this long would fail the test if the breaker had any part in it.
    let redis =
        Redis::connect(RedisOptions { pause: 60 * MINUTE, ..patient(&address, &own_prefix()) })
            .await
            .unwrap();
    redis.set_with_ttl("k", b"v", MINUTE).await.unwrap();
    proxy.set(Fault::Down);
    let _ = redis.get("k").await;
    proxy.clear();
    let mut tries = 0;
    while redis.get("k").await.is_err() {
        tries += 1;
        assert!(tries < 4, "still cut after {tries} tries");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(redis.is_available());
}

#[tokio::test]
async fn f14_a_black_hole_costs_each_request_one_deadline_and_soon_nothing() {
    for fault in [Fault::Stall, Fault::latency(Duration::from_secs(2)), Fault::LostHost] {
        let (proxy, address) = redis_behind_proxy().await;
        let patient_at_first = RedisOptions {
            connect_deadline: Duration::from_secs(5),
            pause: Duration::from_millis(300),
            ..RedisOptions::new(&address, own_prefix())
        };
        let redis = Redis::connect(patient_at_first).await.unwrap();
        redis.set_with_ttl("k", b"v", MINUTE).await.unwrap();

        proxy.set(fault);
        let started = Instant::now();
        let lookups = (0..100).map(|_| {
            let redis = redis.clone();
            tokio::spawn(async move { redis.get("k").await })
        });
        for lookup in lookups.collect::<Vec<_>>() {
            assert_eq!(lookup.await.unwrap(), Err(Unavailable));
        }
        let waited = started.elapsed();
        assert!(
            waited >= Duration::from_millis(50) && waited < Duration::from_millis(250),
            "{fault:?}: {waited:?}"
        );
        assert!(!redis.is_available());

        let sent = redis.commands_sent();
        let refused = Instant::now();
        for _ in 0..1_000 {
            assert_eq!(redis.get("k").await, Err(Unavailable));
        }
        assert!(
            refused.elapsed() < Duration::from_millis(200),
            "{fault:?}: {:?} for 1,000 refusals",
            refused.elapsed()
        );
        assert_eq!(redis.commands_sent(), sent);

        proxy.clear();
        assert_eq!(eventually(&redis).await, Some(b"v".to_vec()), "{fault:?}");
    }
}

#[tokio::test]
async fn f15_a_full_redis_refuses_writes_and_still_serves_reads() {
    let redis = Redis::connect(patient(&full_redis().await, "x:")).await.unwrap();
    for _ in 0..20 {
        assert_eq!(redis.set_with_ttl("k", b"v", MINUTE).await, Err(Unavailable));
        assert_eq!(redis.set_if_newer("k", 1, b"v", MINUTE).await, Err(Unavailable));
        assert_eq!(redis.get("k").await, Ok(None));
    }
    assert!(redis.is_available(), "a refusal is an answer, not a failure");
}

#[tokio::test]
async fn a_key_of_another_type_is_an_ordinary_refusal() {
    let prefix = own_prefix();
    let redis = Redis::connect(patient(&redis_url(), &prefix)).await.unwrap();
    let mut raw = raw_connection().await;
    let _: i64 = cmd("LPUSH").arg(format!("{prefix}k")).arg(1).query_async(&mut raw).await.unwrap();
    for _ in 0..10 {
        assert_eq!(redis.get("k").await, Err(Unavailable));
    }
    assert!(redis.is_available());
    redis.delete("k").await.unwrap();
}

#[test]
fn versions_read_as_texts_keep_their_order() {
    let versions = [i64::MIN, -1_000, -1, 0, 1, 9, 10, 1 << 53, i64::MAX];
    let texts: Vec<String> = versions.into_iter().map(version_text).collect();
    assert!(
        texts.is_sorted() && texts.iter().all(|text| text.len() == VERSION_DIGITS),
        "{texts:?}"
    );
    for (version, text) in versions.into_iter().zip(texts) {
        assert_eq!(
            split_version(format!("{text}12").into_bytes()),
            Some((version, b"12".to_vec()))
        );
    }
}

/// The value once Redis is used again, within ten seconds.
async fn eventually(redis: &Redis) -> Option<Vec<u8>> {
    for _ in 0..200 {
        if let Ok(value) = redis.get("k").await {
            return value;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("Redis was not used again within ten seconds");
}
