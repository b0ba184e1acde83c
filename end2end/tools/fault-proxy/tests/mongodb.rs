//! Faults of single commands of MongoDB, with messages made by hand.

mod support;

use std::time::Duration;

use bson::{Bson, Document, doc};
use fault_proxy::{Action, CommandError, Commands, Fault, FaultProxy, Rule, Topology};
use support::{Rig, rest_of, send};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::Instant;

const MORE_TO_COME: u32 = 1 << 1;

/// A message as it is on the wire.
fn message(id: i32, response_to: i32, flags: u32, body: &Document) -> Vec<u8> {
    let body = bson::to_vec(body).expect("a document");
    let length = i32::try_from(body.len() + 21).expect("small");
    let mut bytes = Vec::new();
    for number in [length, id, response_to, 2013] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(flags.to_le_bytes());
    bytes.push(0);
    bytes.extend(body);
    bytes
}

#[derive(Debug)]
struct Received {
    id: i32,
    response_to: i32,
    flags: u32,
    body: Document,
}

impl Received {
    fn name(&self) -> &str {
        self.body.keys().next().map_or("", String::as_str)
    }

    fn labels(&self) -> Vec<&str> {
        self.body.get_array("errorLabels").into_iter().flatten().filter_map(Bson::as_str).collect()
    }
}

/// The next message; `None` once the other side has closed.
async fn next_message(stream: &mut TcpStream) -> Option<Received> {
    let mut header = [0; 21];
    stream.read_exact(&mut header).await.ok()?;
    let number = |at: usize| i32::from_le_bytes(header[at..at + 4].try_into().expect("four bytes"));
    let mut body = vec![0; usize::try_from(number(0)).expect("a length") - 21];
    stream.read_exact(&mut body).await.ok()?;
    let body = bson::from_slice(&body).expect("a document");
    Some(Received { id: number(4), response_to: number(8), flags: number(16).cast_unsigned(), body })
}

/// A server that does everything, and tells what it did.
struct Store {
    rig: Rig,
    done: mpsc::UnboundedReceiver<String>,
}

impl Store {
    async fn start() -> Self {
        let Rig { proxy, upstream } = Rig::start("mongodb://").await;
        let listener = upstream.into_std().expect("a listener");
        let (tell, done) = mpsc::unbounded_channel();
        let serving = tokio::net::TcpListener::from_std(listener.try_clone().expect("a copy")).expect("a listener");
        tokio::spawn(async move {
            while let Ok((stream, _)) = serving.accept().await {
                tokio::spawn(serve(stream, tell.clone()));
            }
        });
        // Nobody else accepts; the rig keeps the port.
        let upstream = tokio::net::TcpListener::from_std(listener).expect("a listener");
        Self { rig: Rig { proxy, upstream }, done }
    }

    async fn client(&self) -> Client {
        Client { stream: self.rig.client().await, next_id: 1 }
    }

    /// What was done so far.
    fn done(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.done.try_recv().ok()).collect()
    }
}

async fn serve(mut stream: TcpStream, tell: mpsc::UnboundedSender<String>) {
    while let Some(command) = next_message(&mut stream).await {
        let name = command.name().to_owned();
        let reply = match name.as_str() {
            "hello" => doc! { "isWritablePrimary": true, "setName": "rs", "hosts": ["db:1"], "me": "db:1", "ok": 1.0 },
            name => doc! { "did": name, "ok": 1.0 },
        };
        let _ = tell.send(name);
        if command.flags & MORE_TO_COME == 0 {
            send(&mut stream, message(1_000 + command.id, command.id, 0, &reply)).await;
        }
    }
}

struct Client {
    stream: TcpStream,
    next_id: i32,
}

impl Client {
    /// The reply; `None` if the connection was closed instead.
    async fn run(&mut self, command: Document) -> Option<Received> {
        let id = self.send(&command, 0).await;
        let reply = next_message(&mut self.stream).await?;
        assert_eq!(reply.response_to, id);
        Some(reply)
    }

    async fn send(&mut self, command: &Document, flags: u32) -> i32 {
        let id = self.next_id;
        self.next_id += 1;
        send(&mut self.stream, message(id, 0, flags, command)).await;
        id
    }

    async fn succeeds(&mut self, command: Document) {
        let name = command.keys().next().cloned().unwrap_or_default();
        let reply = self.run(command).await.expect("a reply");
        assert_eq!(reply.body.get_str("did"), Ok(name.as_str()));
    }
}

fn find() -> Document {
    doc! { "find": "orders", "filter": {}, "$db": "shop" }
}

fn insert() -> Document {
    doc! { "insert": "orders", "txnNumber": 1_i64, "$db": "shop" }
}

fn update() -> Document {
    doc! { "update": "stock", "txnNumber": 2_i64, "$db": "shop" }
}

fn commit() -> Document {
    doc! { "commitTransaction": 1, "txnNumber": 3_i64, "autocommit": false, "$db": "admin" }
}

#[tokio::test]
async fn without_a_rule_commands_pass_and_are_counted() {
    let mut store = Store::start().await;
    let mut client = store.client().await;
    for command in [find(), insert(), insert()] {
        client.succeeds(command).await;
    }
    assert_eq!(store.done(), ["find", "insert", "insert"]);
    let counted = store.rig.proxy.count_commands();
    assert_eq!(counted.into_iter().collect::<Vec<_>>(), [("find".to_owned(), 1), ("insert".to_owned(), 2)]);
}

#[tokio::test]
async fn the_nth_write_is_cut_before_the_server_sees_it() {
    let mut store = Store::start().await;
    let mut hits = store.rig.proxy.add_rule(Rule::on_any_write(Action::CutBeforeForwarding).after(1));
    let mut client = store.client().await;
    client.succeeds(insert()).await;
    client.succeeds(find()).await;
    assert_eq!(hits.count(), 0);
    assert!(client.run(commit()).await.is_none());
    hits.first().await;
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
    store.rig.proxy.add_rule(Rule::on_any_write(Action::Answer(CommandError::not_writable_primary())).times(2));
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
    store.rig.proxy.add_rule(Rule::on_command("insert", Action::AnswerAfterForwarding(CommandError::write_concern_failed())));
    let mut client = store.client().await;
    let reply = client.run(insert()).await.expect("a reply");
    assert_eq!(reply.body.get_document("writeConcernError").and_then(|error| error.get_i32("code")), Ok(64));
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
    let rule = Rule::new(Commands::Any, refusal).on_collection("stock").until_cleared();
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
    store.rig.proxy.add_rule(Rule::on_command("find", Action::Delay { by: Duration::from_secs(9) }));
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
        store.rig.proxy.fall_silent_after_writes(1);
        second.succeeds(insert()).await;
        second.send(&update(), 0).await;
        store.rig.proxy.silenced().await;
        first.send(&find(), 0).await;
        let mut third = store.client().await;
        third.send(&find(), 0).await;
        end_silence(&store.rig.proxy);
        assert!(next_message(&mut first.stream).await.is_none());
        assert!(next_message(&mut second.stream).await.is_none());
        // What came during the silence waited for its end.
        assert_eq!(next_message(&mut third.stream).await.expect("a reply").body.get_str("did"), Ok("find"));
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
    assert_eq!(store.rig.proxy.count_commands().get("insert"), Some(&2));
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
    rig.proxy.set_topology(Topology::WithoutPrimary, Duration::MAX);
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

#[tokio::test(start_paused = true)]
async fn without_a_primary_nobody_takes_writes_for_a_time() {
    let mut store = Store::start().await;
    let mut client = store.client().await;
    let proxy_address = store.rig.proxy.local_address().to_string();
    let hello = client.run(doc! { "hello": 1 }).await.expect("a reply");
    assert_eq!(hello.body.get_str("me"), Ok(proxy_address.as_str()), "nobody goes around the proxy");
    store.rig.proxy.set_topology(Topology::WithoutPrimary, Duration::from_secs(10));
    let hello = client.run(doc! { "hello": 1 }).await.expect("a reply");
    assert_eq!((hello.body.get_bool("isWritablePrimary"), hello.body.get_bool("secondary")), (Ok(false), Ok(true)));
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

#[tokio::test]
async fn what_is_not_understood_passes_as_it_is() {
    let rig = Rig::start("mongodb://").await;
    let (mut client, mut server) = rig.connect().await;
    rig.proxy.add_rule(Rule::new(Commands::Any, Action::CutBeforeForwarding));
    let mut compressed = message(1, 0, 0, &insert());
    compressed[12..16].copy_from_slice(&2012_i32.to_le_bytes());
    send(&mut client, &compressed).await;
    let mut arrived = vec![0; compressed.len()];
    server.read_exact(&mut arrived).await.expect("the message");
    assert_eq!(arrived, compressed);
}
