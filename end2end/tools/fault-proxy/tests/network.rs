//! Faults of the network, seen from both ends of a connection.

mod support;

use std::io::ErrorKind;
use std::time::Duration;

use fault_proxy::{Fault, FaultProxy};
use support::{Rig, receive, rest_of, send};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::Instant;

#[tokio::test]
async fn without_a_fault_everything_passes_and_is_counted() {
    let rig = Rig::start("").await;
    let (mut client, mut upstream) = rig.connect().await;
    send(&mut client, "question").await;
    receive(&mut upstream, "question").await;
    // A client that has said everything still gets its answer.
    client.shutdown().await.expect("half closed");
    assert_eq!(rest_of(&mut upstream).await, "");
    send(&mut upstream, "answer").await;
    drop(upstream);
    assert_eq!(rest_of(&mut client).await, "answer");
    rig.proxy.wait_for_connections(0).await;
    let stats = rig.proxy.stats();
    assert_eq!(
        (stats.bytes_to_upstream, stats.bytes_to_client, stats.accepted_connections),
        (8, 6, 1)
    );
}

#[tokio::test]
async fn a_large_transfer_arrives_whole() {
    let rig = Rig::start("").await;
    let (mut client, mut upstream) = rig.connect().await;
    let sent = "0123456789".repeat(100_000);
    let copy = sent.clone();
    let sending = tokio::spawn(async move {
        send(&mut client, copy).await;
        client.shutdown().await
    });
    assert!(rest_of(&mut upstream).await == sent, "the bytes differ");
    sending.await.expect("no panic").expect("closed");
}

#[tokio::test]
async fn down_closes_connections_and_refuses_new_ones() {
    let rig = Rig::start("").await;
    let (mut client, mut upstream) = rig.connect().await;
    rig.proxy.set(Fault::Down);
    assert_eq!(
        (rest_of(&mut client).await, rest_of(&mut upstream).await),
        (String::new(), String::new())
    );
    assert_eq!(rest_of(&mut rig.client().await).await, "");
    rig.proxy.clear();
    let (mut client, mut upstream) = rig.connect().await;
    send(&mut client, "again").await;
    receive(&mut upstream, "again").await;
}

#[tokio::test]
async fn a_fault_that_was_cleared_at_once_has_ended_the_connections_all_the_same() {
    let rig = Rig::start("").await;
    let (mut client, mut upstream) = rig.connect().await;
    rig.proxy.set(Fault::Down);
    rig.proxy.clear();
    assert_eq!(
        (rest_of(&mut client).await, rest_of(&mut upstream).await),
        (String::new(), String::new())
    );
}

#[tokio::test]
async fn reset_is_no_clean_end() {
    let rig = Rig::start("").await;
    let (mut client, mut upstream) = rig.connect().await;
    rig.proxy.set(Fault::Reset);
    let mut byte = [0];
    for stream in [&mut client, &mut upstream, &mut rig.client().await] {
        assert_eq!(
            stream.read(&mut byte).await.map_err(|error| error.kind()),
            Err(ErrorKind::ConnectionReset)
        );
    }
}

#[tokio::test]
async fn what_a_black_hole_took_is_lost() {
    let rig = Rig::start("").await;
    let (mut client, mut upstream) = rig.connect().await;
    rig.proxy.set(Fault::BlackHole);
    send(&mut client, "lost").await;
    send(&mut upstream, "lost as well").await;
    // Connections made meanwhile begin when it ends.
    let mut later = rig.client().await;
    send(&mut later, "later").await;
    assert_eq!(rig.proxy.stats().bytes_to_upstream, 0);
    rig.proxy.clear();
    receive(&mut rig.accept().await, "later").await;
    rig.proxy.wait_for_connections(1).await;
    let mut bytes = Vec::new();
    // The proxy closes with bytes unread, which the other side may see as a reset.
    let _ = upstream.read_to_end(&mut bytes).await;
    let _ = client.read_to_end(&mut bytes).await;
    assert!(bytes.is_empty());
}

#[tokio::test]
async fn what_a_stall_held_goes_on() {
    let rig = Rig::start("").await;
    let (mut client, mut upstream) = rig.connect().await;
    rig.proxy.set(Fault::Stall);
    send(&mut client, "held").await;
    let mut later = rig.client().await;
    send(&mut later, "later").await;
    assert_eq!(rig.proxy.stats().bytes_to_upstream, 0);
    rig.proxy.clear();
    receive(&mut upstream, "held").await;
    receive(&mut rig.accept().await, "later").await;
}

#[tokio::test]
async fn a_stall_passes_nothing() {
    let rig = Rig::start("").await;
    let (mut client, mut upstream) = rig.connect().await;
    rig.proxy.set(Fault::Stall);
    send(&mut client, "held").await;
    rig.proxy.set(Fault::Down);
    assert_eq!(rest_of(&mut upstream).await, "");
}

#[tokio::test]
async fn a_lost_host_never_answers_and_a_new_connection_does() {
    let rig = Rig::start("").await;
    let (mut client, mut upstream) = rig.connect().await;
    rig.proxy.set(Fault::LostHost);
    send(&mut client, "lost").await;
    rig.proxy.clear();
    let (mut second, mut second_upstream) = rig.connect().await;
    send(&mut second, "heard").await;
    receive(&mut second_upstream, "heard").await;
    assert_eq!(rig.proxy.open_connections(), 2, "the first one is open still");
    drop(rig);
    let mut bytes = Vec::new();
    let _ = upstream.read_to_end(&mut bytes).await;
    assert!(bytes.is_empty());
}

#[tokio::test(start_paused = true)]
async fn latency_takes_its_time_in_each_direction() {
    let rig = Rig::start("").await;
    let (mut client, mut upstream) = rig.connect().await;
    rig.proxy.set(Fault::Latency {
        to_upstream: Duration::from_secs(2),
        to_client: Duration::from_secs(5),
    });
    let started = Instant::now();
    send(&mut client, "question").await;
    receive(&mut upstream, "question").await;
    assert!(started.elapsed() >= Duration::from_secs(2));
    send(&mut upstream, "answer").await;
    receive(&mut client, "answer").await;
    assert!(started.elapsed() >= Duration::from_secs(7));
}

#[tokio::test]
async fn who_clears_latency_need_not_wait_for_it() {
    let rig = Rig::start("").await;
    let (mut client, mut upstream) = rig.connect().await;
    rig.proxy.set(Fault::latency(Duration::from_secs(3_600)));
    send(&mut client, "question").await;
    rig.proxy.clear();
    receive(&mut upstream, "question").await;
}

#[tokio::test(start_paused = true)]
async fn slices_arrive_one_after_the_other() {
    let rig = Rig::start("").await;
    let (mut client, mut upstream) = rig.connect().await;
    rig.proxy.set(Fault::Slice { bytes: 3, pause: Duration::from_secs(1) });
    let started = Instant::now();
    send(&mut client, "0123456789").await;
    receive(&mut upstream, "0123456789").await;
    assert!(started.elapsed() >= Duration::from_secs(3), "three pauses lie between four pieces");
}

#[tokio::test(start_paused = true)]
async fn a_narrow_connection_is_slow() {
    let rig = Rig::start("").await;
    let (mut client, mut upstream) = rig.connect().await;
    rig.proxy.set(Fault::Bandwidth { bytes_per_second: 10 });
    let started = Instant::now();
    send(&mut client, "0123456789").await;
    receive(&mut upstream, "0123456789").await;
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_byte_limit_counts_both_directions_of_each_connection() {
    let rig = Rig::start("").await;
    let (mut before, mut before_upstream) = rig.connect().await;
    send(&mut before, "not counted").await;
    receive(&mut before_upstream, "not counted").await;
    rig.proxy.set(Fault::ByteLimit(10));
    let after = rig.connect().await;
    for (mut client, mut upstream) in [(before, before_upstream), after] {
        send(&mut client, "012345").await;
        receive(&mut upstream, "012345").await;
        send(&mut upstream, "6789").await;
        assert_eq!(rest_of(&mut client).await, "6789");
        assert_eq!(rest_of(&mut upstream).await, "");
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_close_is_learnt_later() {
    let rig = Rig::start("").await;
    let (mut client, mut upstream) = rig.connect().await;
    rig.proxy.set(Fault::SlowClose { delay: Duration::from_secs(4) });
    let started = Instant::now();
    send(&mut upstream, "last").await;
    drop(upstream);
    receive(&mut client, "last").await;
    assert_eq!(rest_of(&mut client).await, "");
    assert!(started.elapsed() >= Duration::from_secs(4));
}

#[tokio::test]
async fn an_upstream_that_is_away_is_a_closed_connection() {
    let Rig { proxy, upstream } = Rig::start("").await;
    drop(upstream);
    let mut client =
        tokio::net::TcpStream::connect(proxy.local_address()).await.expect("the proxy listens");
    assert_eq!(rest_of(&mut client).await, "");
}

#[tokio::test]
async fn an_upstream_that_closes_ends_a_client_that_does_not_read() {
    let rig = Rig::start("").await;
    let (_client, upstream) = rig.connect().await;
    drop(upstream);
    rig.proxy.wait_for_connections(0).await;
}

#[tokio::test]
async fn the_end_of_a_proxy_is_the_end_of_its_connections() {
    let rig = Rig::start("").await;
    let (mut client, mut upstream) = rig.connect().await;
    let Rig { proxy, .. } = rig;
    drop(proxy);
    assert_eq!(
        (rest_of(&mut client).await, rest_of(&mut upstream).await),
        (String::new(), String::new())
    );
}

#[tokio::test]
async fn an_address_gets_the_proxy_s_host() {
    let proxy = FaultProxy::start("redis://:secret@127.0.0.1:1/0").await;
    let address = proxy.address_for("redis://:secret@127.0.0.1:1/0");
    assert_eq!(address, format!("redis://:secret@{}/0", proxy.local_address()));
}
