//! Faults of single commands of MongoDB, with messages made by hand.

mod support;

use std::time::Duration;

use bson::doc;
use fault_proxy::{Action, CommandError, CommandFilter, Fault, FaultProxy, Rule};
use support::mongodb::{MORE_TO_COME, Store, commit, find, insert, message, next_message, update};
use support::{Rig, rest_of, send};
use tokio::io::AsyncReadExt;
use tokio::time::Instant;

#[tokio::test]
async fn without_a_rule_commands_pass_and_are_counted() {
    let mut store = Store::start().await;
    let mut client = store.client().await;
    for command in [find(), insert(), insert()] {
        client.succeeds(command).await;
    }
    assert_eq!(store.done(), ["find", "insert", "insert"]);
    let counted = store.rig.proxy.command_counts();
    assert_eq!(
        counted.into_iter().collect::<Vec<_>>(),
        [("find".to_owned(), 1), ("insert".to_owned(), 2)]
    );
}

#[tokio::test]
async fn the_nth_write_is_cut_before_the_server_sees_it() {
    let mut store = Store::start().await;
    let mut hits =
        store.rig.proxy.add_rule(Rule::on_any_write(Action::CutBeforeForwarding).after(1));
    let mut client = store.client().await;
    client.succeeds(insert()).await;
    client.succeeds(find()).await;
    assert_eq!(hits.count(), 0);
    assert!(client.run(commit()).await.is_none());
    hits.wait_for_first().await;
    assert_eq!(store.done(), ["insert", "find"]);
    let mut again = store.client().await;
    again.succeeds(commit()).await;
    assert_eq!(hits.count(), 1, "a rule acts once");
}

#[tokio::test]
async fn a_command_cut_before_its_reply_is_done() {
    let mut store = Store::start().await;
    store.rig.proxy.add_rule(Rule::on_command("commitTransaction", Action::CutBeforeReply));
    let mut client = store.client().await;
    client.succeeds(insert()).await;
    assert!(client.run(commit()).await.is_none());
    assert_eq!(store.done(), ["insert", "commitTransaction"]);
}

#[tokio::test]
async fn an_error_is_answered_with_the_labels_of_a_server_and_the_connection_goes_on() {
    let mut store = Store::start().await;
    store.rig.proxy.add_rule(
        Rule::on_any_write(Action::Answer(CommandError::not_writable_primary())).times(2),
    );
    let mut client = store.client().await;
    let refused = client.run(insert()).await.expect("a reply");
    assert_eq!((refused.body.get_f64("ok"), refused.body.get_i32("code")), (Ok(0.0), Ok(10107)));
    assert_eq!(refused.body.get_str("codeName"), Ok("NotWritablePrimary"));
    assert_eq!(refused.labels(), ["RetryableWriteError"]);
    let inside = doc! { "update": "stock", "txnNumber": 3_i64, "autocommit": false };
    assert_eq!(client.run(inside).await.expect("a reply").labels(), ["TransientTransactionError"]);
    client.succeeds(insert()).await;
    assert_eq!(store.done(), ["insert"], "the refused ones did not reach the server");
}

#[tokio::test]
async fn an_error_may_hide_that_the_work_was_done() {
    let mut store = Store::start().await;
    store.rig.proxy.add_rule(Rule::on_command(
        "insert",
        Action::AnswerAfterForwarding(CommandError::write_concern_failed()),
    ));
    let mut client = store.client().await;
    let reply = client.run(insert()).await.expect("a reply");
    assert_eq!(
        reply.body.get_document("writeConcernError").and_then(|error| error.get_i32("code")),
        Ok(64)
    );
    client.succeeds(find()).await;
    assert_eq!(store.done(), ["insert", "find"]);
}

#[tokio::test]
async fn nobody_answers_who_was_not_asked() {
    let mut store = Store::start().await;
    store.rig.proxy.add_rule(Rule::on_any_write(Action::Answer(CommandError::out_of_disk_space())));
    let mut client = store.client().await;
    client.send(&insert(), MORE_TO_COME).await;
    client.succeeds(find()).await;
    assert_eq!(store.done(), ["find"]);
    store.rig.proxy.add_rule(Rule::on_any_write(Action::CutBeforeReply));
    client.send(&insert(), MORE_TO_COME).await;
    assert_eq!(rest_of(&mut client.stream).await, "");
    assert_eq!(store.done.recv().await.as_deref(), Some("insert"));
}

#[tokio::test]
async fn a_rule_may_be_about_one_collection_and_last() {
    let mut store = Store::start().await;
    let refusal = Action::Answer(CommandError::write_conflict());
    let rule = Rule::new(CommandFilter::Any, refusal).on_collection("stock").until_cleared();
    let hits = store.rig.proxy.add_rule(rule);
    let mut client = store.client().await;
    for _ in 0..3 {
        client.succeeds(insert()).await;
        assert_eq!(client.run(update()).await.expect("a reply").body.get_i32("code"), Ok(112));
    }
    assert_eq!(hits.count(), 3);
    store.rig.proxy.clear();
    client.succeeds(update()).await;
    assert_eq!(store.done(), ["insert", "insert", "insert", "update"]);
}

#[tokio::test]
async fn the_first_due_rule_acts_and_all_of_them_count() {
    let store = Store::start().await;
    let proxy = &store.rig.proxy;
    proxy.add_rule(Rule::on_command("find", Action::Answer(CommandError::new(1))));
    proxy.add_rule(Rule::on_command("find", Action::Answer(CommandError::new(2))).after(1));
    let mut client = store.client().await;
    for expected in [1, 2] {
        assert_eq!(client.run(find()).await.expect("a reply").body.get_i32("code"), Ok(expected));
    }
    client.succeeds(find()).await;
}

#[tokio::test(start_paused = true)]
async fn a_single_command_is_slow() {
    let store = Store::start().await;
    store
        .rig
        .proxy
        .add_rule(Rule::on_command("find", Action::Delay { by: Duration::from_secs(9) }));
    let mut client = store.client().await;
    let started = Instant::now();
    client.succeeds(insert()).await;
    assert!(started.elapsed() < Duration::from_secs(9));
    client.succeeds(find()).await;
    assert!(started.elapsed() >= Duration::from_secs(9));
}

#[tokio::test]
async fn silence_falls_before_a_write_on_every_connection_until_it_is_cleared() {
    let ends: [fn(&FaultProxy); 2] = [FaultProxy::clear, |proxy| proxy.set(Fault::None)];
    for end_silence in ends {
        let mut store = Store::start().await;
        let mut first = store.client().await;
        let mut second = store.client().await;
        first.succeeds(find()).await;
        store.rig.proxy.silence_after_writes(1);
        second.succeeds(insert()).await;
        second.send(&update(), 0).await;
        store.rig.proxy.wait_until_silent().await;
        first.send(&find(), 0).await;
        let mut third = store.client().await;
        third.send(&find(), 0).await;
        end_silence(&store.rig.proxy);
        assert!(next_message(&mut first.stream).await.is_none());
        assert!(next_message(&mut second.stream).await.is_none());
        // What came during the silence waited for its end.
        assert_eq!(
            next_message(&mut third.stream).await.expect("a reply").body.get_str("did"),
            Ok("find")
        );
        store.client().await.succeeds(update()).await;
        assert_eq!(store.done(), ["find", "insert", "find", "update"]);
    }
}

#[tokio::test]
async fn commands_are_understood_however_the_bytes_come() {
    let store = Store::start().await;
    let mut client = store.client().await;
    // Two in one packet, the second of them with its end missing.
    let second = message(2, 0, 0, &insert());
    let (beginning, end) = second.split_at(30);
    send(&mut client.stream, [&message(1, 0, 0, &find()), beginning].concat()).await;
    assert_eq!(next_message(&mut client.stream).await.map(|reply| reply.response_to), Some(1));
    send(&mut client.stream, end).await;
    assert_eq!(next_message(&mut client.stream).await.map(|reply| reply.response_to), Some(2));
    for byte in message(3, 0, 0, &doc! { "insert": "orders", "note": "x".repeat(300) }) {
        send(&mut client.stream, [byte]).await;
    }
    assert_eq!(next_message(&mut client.stream).await.map(|reply| reply.response_to), Some(3));
    assert_eq!(store.rig.proxy.command_counts().get("insert"), Some(&2));
}

#[tokio::test]
async fn large_replies_and_slow_ones_arrive_whole() {
    let rig = Rig::start("mongodb://").await;
    let (mut client, mut server) = rig.connect().await;
    rig.proxy.set(Fault::Slice { bytes: 50_000, pause: Duration::ZERO });
    let large = doc! { "cursor": "x".repeat(3_000_000), "ok": 1.0 };
    send(&mut client, message(1, 0, 0, &find())).await;
    assert_eq!(next_message(&mut server).await.expect("a command").id, 1);
    let replies = [message(5, 1, 0, &large), message(6, 2, 0, &doc! { "ok": 1.0 })].concat();
    let sending = tokio::spawn(async move {
        send(&mut server, replies).await;
        server
    });
    assert!(next_message(&mut client).await.expect("a reply").body == large, "the reply differs");
    assert_eq!(next_message(&mut client).await.expect("a reply").id, 6);
    drop(sending);
}

#[tokio::test]
async fn what_is_not_understood_passes_as_it_is() {
    let rig = Rig::start("mongodb://").await;
    let (mut client, mut server) = rig.connect().await;
    rig.proxy.add_rule(Rule::new(CommandFilter::Any, Action::CutBeforeForwarding));
    let mut compressed = message(1, 0, 0, &insert());
    compressed[12..16].copy_from_slice(&2012_i32.to_le_bytes());
    send(&mut client, &compressed).await;
    let mut arrived = vec![0; compressed.len()];
    server.read_exact(&mut arrived).await.expect("the message");
    assert_eq!(arrived, compressed);
}
