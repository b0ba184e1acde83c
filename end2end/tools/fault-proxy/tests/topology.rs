//! What MongoDB says of itself, and when drivers ask for it.

mod support;

use std::time::Duration;

use bson::doc;
use fault_proxy::{Action, CommandError, Rule, Topology};
use support::mongodb::{MORE_TO_COME, Store, find, insert, message, next_message};
use support::{Rig, send};
use tokio::io::AsyncReadExt;

#[tokio::test]
async fn a_stream_of_hello_replies_passes_unharmed_and_can_be_changed() {
    let rig = Rig::start("mongodb://").await;
    let (mut client, mut server) = rig.connect().await;
    let ask = doc! { "hello": 1, "topologyVersion": {}, "maxAwaitTimeMS": 10_000 };
    send(&mut client, message(1, 0, 1 << 16, &ask)).await;
    assert_eq!(next_message(&mut server).await.expect("a command").flags, 1 << 16);
    let says = doc! { "isWritablePrimary": true, "setName": "rs", "ok": 1.0 };
    for (id, response_to) in [(100, 1), (101, 100)] {
        let sent = message(id, response_to, MORE_TO_COME, &says);
        send(&mut server, &sent).await;
        let mut arrived = vec![0; sent.len()];
        client.read_exact(&mut arrived).await.expect("a reply");
        assert_eq!(arrived, sent, "byte for byte");
    }
    rig.proxy.set_topology(Topology::NoPrimary, Duration::MAX);
    // Nobody would tell the driver: it has to ask anew.
    assert!(next_message(&mut client).await.is_none());
    let (mut client, mut server) = rig.connect().await;
    send(&mut client, message(2, 0, 1 << 16, &ask)).await;
    next_message(&mut server).await.expect("a command");
    for (id, response_to) in [(200, 2), (201, 200)] {
        send(&mut server, message(id, response_to, MORE_TO_COME, &says)).await;
        let reply = next_message(&mut client).await.expect("a reply");
        assert_eq!((reply.id, reply.response_to, reply.flags), (id, response_to, MORE_TO_COME));
        assert_eq!(reply.body.get_bool("isWritablePrimary"), Ok(false));
    }
}

#[tokio::test]
async fn who_waits_for_news_asks_anew_after_an_error_that_says_no_primary() {
    for action in [Action::Answer, Action::AnswerAfterForwarding] {
        let mut store = Store::start().await;
        let mut monitor = store.client().await;
        // Nobody answers this one.
        monitor.send(&doc! { "hello": 1, "topologyVersion": {} }, MORE_TO_COME).await;
        assert_eq!(store.done.recv().await.as_deref(), Some("hello"));
        let mut client = store.client().await;
        store.rig.proxy.add_rule(Rule::on_any_write(action(CommandError::write_conflict())));
        store
            .rig
            .proxy
            .add_rule(Rule::on_any_write(action(CommandError::primary_stepped_down())).after(1));
        client.run(insert()).await.expect("a conflict is no news");
        assert_eq!(store.rig.proxy.open_connections(), 2);
        assert_eq!(client.run(insert()).await.expect("a reply").body.get_i32("code"), Ok(189));
        assert!(next_message(&mut monitor.stream).await.is_none());
        client.succeeds(insert()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_primary_nobody_takes_writes_for_a_time() {
    let mut store = Store::start().await;
    let mut client = store.client().await;
    let proxy_address = store.rig.proxy.local_address().to_string();
    let hello = client.run(doc! { "hello": 1 }).await.expect("a reply");
    assert_eq!(
        hello.body.get_str("me"),
        Ok(proxy_address.as_str()),
        "nobody goes around the proxy"
    );
    store.rig.proxy.set_topology(Topology::NoPrimary, Duration::from_secs(10));
    let hello = client.run(doc! { "hello": 1 }).await.expect("a reply");
    assert_eq!(
        (hello.body.get_bool("isWritablePrimary"), hello.body.get_bool("secondary")),
        (Ok(false), Ok(true))
    );
    assert_eq!(client.run(insert()).await.expect("a reply").body.get_i32("code"), Ok(10107));
    client.succeeds(find()).await;
    tokio::time::advance(Duration::from_secs(10)).await;
    let hello = client.run(doc! { "hello": 1 }).await.expect("a reply");
    assert_eq!(hello.body.get_bool("isWritablePrimary"), Ok(true));
    client.succeeds(insert()).await;
    assert_eq!(store.done(), ["hello", "hello", "find", "hello", "insert"]);
}

#[tokio::test]
async fn a_standalone_belongs_to_no_set() {
    let store = Store::start().await;
    let mut client = store.client().await;
    store.rig.proxy.set_topology(Topology::Standalone, Duration::MAX);
    let hello = client.run(doc! { "hello": 1 }).await.expect("a reply");
    assert_eq!(hello.body, doc! { "isWritablePrimary": true, "ok": 1.0, "ismaster": true });
    store.rig.proxy.clear();
    let hello = client.run(doc! { "hello": 1 }).await.expect("a reply");
    assert_eq!(hello.body.get_str("setName"), Ok("rs"));
}
