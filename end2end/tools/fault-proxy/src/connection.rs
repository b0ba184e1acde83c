//! Carries one connection: from when it may begin, through both directions, to how it ends.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bson::Document;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::{Mutex as AsyncMutex, watch};

use crate::address::Protocol;
use crate::counters::Direction;
use crate::fault::{Fault, Setting};
use crate::mongodb::message::{Command, Message};
use crate::mongodb::rules::Action;
use crate::mongodb::script::Decision;
use crate::mongodb::topology::changed_hello;
use crate::state::ProxyState;
use crate::transfer::{Allowance, Transfer, closed};

const BUFFER: usize = 16 * 1024;
/// A driver is to read an error before it asks anew what the server is.
const BEFORE_NEWS: Duration = Duration::from_millis(20);

/// Carries a connection to its end.
pub(crate) async fn carry(mut client: TcpStream, shared: Arc<ProxyState>) {
    let _open = shared.counters.open_connection();
    let mut setting = shared.network.subscribe();
    let Some(opened) = admit(&client, &mut setting).await else { return };
    let Ok(mut upstream) = TcpStream::connect(&shared.upstream).await else { return };
    // Each write leaves as a packet of its own, as whoever made it wanted.
    let _ = (client.set_nodelay(true), upstream.set_nodelay(true));
    let ended_by = {
        let (client, upstream) = (client.split(), upstream.split());
        tokio::select! {
            biased;
            fault = end_by_fault(&mut setting, opened) => fault,
            () = carry_both_ways(client, upstream, &shared) => Fault::None,
        }
    };
    match ended_by {
        Fault::Reset => {
            let _ = (client.set_zero_linger(), upstream.set_zero_linger());
        }
        Fault::BlackHole => {
            let _ = setting.wait_for(|setting| setting.fault != Fault::BlackHole).await;
        }
        Fault::LostHost => std::future::pending().await,
        _ => {}
    }
}

/// Waits until a connection may begin, and answers the number of the setting it begins under;
/// `None` if it is closed at once.
async fn admit(client: &TcpStream, setting: &mut watch::Receiver<Setting>) -> Option<u64> {
    loop {
        let Setting { fault, number, .. } = *setting.borrow_and_update();
        match fault {
            Fault::Down => return None,
            Fault::Reset => {
                let _ = client.set_zero_linger();
                return None;
            }
            Fault::LostHost => std::future::pending().await,
            Fault::BlackHole | Fault::Stall => setting.changed().await.ok()?,
            _ => return Some(number),
        }
    }
}

/// Answers the fault that ends a connection which began under setting `opened`.
async fn end_by_fault(setting: &mut watch::Receiver<Setting>, opened: u64) -> Fault {
    match setting.wait_for(|setting| setting.end_of(opened).is_some()).await {
        Ok(setting) => setting.end_of(opened).unwrap_or_default(),
        // The proxy is gone.
        Err(_) => Fault::Down,
    }
}

type Halves<'a> = (ReadHalf<'a>, WriteHalf<'a>);

async fn carry_both_ways(client: Halves<'_>, upstream: Halves<'_>, shared: &ProxyState) {
    let allowance = Allowance::default();
    let transfer = |direction| Transfer {
        direction,
        setting: shared.network.subscribe(),
        allowance: &allowance,
        counters: &shared.counters,
    };
    let (to_upstream, to_client) = (transfer(Direction::ToUpstream), transfer(Direction::ToClient));
    match shared.protocol {
        Protocol::Tcp => {
            let (from_client, client) = client;
            let (from_upstream, upstream) = upstream;
            join(
                carry_bytes(from_client, upstream, to_upstream),
                carry_bytes(from_upstream, client, to_client),
            )
            .await;
        }
        Protocol::MongoDb => {
            let (from_client, client) = client;
            let (from_upstream, upstream) = upstream;
            let connection = MongoConnection {
                shared,
                client: AsyncMutex::new(client),
                expected: Mutex::default(),
            };
            let answers = transfer(Direction::ToClient);
            tokio::select! {
                () = join(
                    connection.carry_commands(from_client, upstream, to_upstream, answers),
                    connection.carry_replies(from_upstream, to_client),
                ) => {}
                () = connection.end_wait_for_news() => {}
            }
        }
    }
}

/// A client that has closed may still read its answers; an upstream that has closed ends all.
async fn join(
    to_upstream: impl Future<Output = io::Result<()>>,
    to_client: impl Future<Output = io::Result<()>>,
) {
    tokio::pin!(to_client);
    tokio::select! {
        sent = to_upstream => if sent.is_ok() {
            let _ = to_client.await;
        },
        _ = &mut to_client => {}
    }
}

async fn carry_bytes(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    mut transfer: Transfer<'_>,
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            transfer.before_close().await;
            return to.shutdown().await;
        }
        transfer.pass(&buffer[..read], &mut to).await?;
    }
}

/// A connection whose commands are understood.
struct MongoConnection<'a> {
    shared: &'a ProxyState,
    client: AsyncMutex<WriteHalf<'a>>,
    /// Replies that will not just pass, by the number of the request.
    expected: Mutex<HashMap<i32, Reply>>,
}

/// What becomes of a reply.
#[derive(Debug)]
enum Reply {
    Cut,
    Replace {
        body: Document,
        is_state_change: bool,
    },
    /// The reply to `hello`, which may say something else than the server does.
    Hello {
        awaits_change: bool,
    },
}

impl MongoConnection<'_> {
    async fn carry_commands(
        &self,
        mut from: ReadHalf<'_>,
        mut upstream: WriteHalf<'_>,
        mut transfer: Transfer<'_>,
        mut answers: Transfer<'_>,
    ) -> io::Result<()> {
        while let Some(message) = Message::read(&mut from).await? {
            let Some(command) = Command::of(&message) else {
                transfer.pass(message.bytes(), &mut upstream).await?;
                continue;
            };
            let id = message.request_id();
            if command.is_hello() {
                self.expect(id, Reply::Hello { awaits_change: command.awaits_change });
            }
            let mut is_last = false;
            match self.shared.script.decide(&command, &self.shared.network) {
                Decision::Forward => {}
                // Whoever runs this connection sees the silence and ends it.
                Decision::Hold | Decision::Act(Action::FallSilent) => std::future::pending().await,
                Decision::Act(Action::CutBeforeForwarding) => return Err(closed()),
                Decision::Act(Action::CutBeforeReply) => {
                    self.expect(id, Reply::Cut);
                    is_last = !command.wants_reply;
                }
                Decision::Act(Action::Answer(error)) => {
                    if command.wants_reply {
                        let reply = Message::new(!id, id, &error.reply_to(&command));
                        answers.pass(reply.bytes(), &mut *self.client.lock().await).await?;
                        self.tell_news(error.is_state_change());
                    }
                    continue;
                }
                Decision::Act(Action::AnswerAfterForwarding(error)) => {
                    let body = error.reply_to(&command);
                    self.expect(
                        id,
                        Reply::Replace { body, is_state_change: error.is_state_change() },
                    );
                }
                Decision::Act(Action::Delay { by }) => tokio::time::sleep(by).await,
            }
            transfer.pass(message.bytes(), &mut upstream).await?;
            if is_last {
                return Err(closed());
            }
        }
        transfer.before_close().await;
        upstream.shutdown().await
    }

    async fn carry_replies(
        &self,
        mut from: ReadHalf<'_>,
        mut transfer: Transfer<'_>,
    ) -> io::Result<()> {
        while let Some(message) = Message::read(&mut from).await? {
            let expected = self.expected().remove(&message.response_to());
            let mut is_news = false;
            let message = match expected {
                None => message,
                Some(Reply::Cut) => return Err(closed()),
                Some(Reply::Replace { body, is_state_change }) => {
                    is_news = is_state_change;
                    message.with_body(&body)
                }
                Some(Reply::Hello { awaits_change }) => {
                    // The next one of a series answers the one before.
                    if message.has_more_to_come() {
                        self.expect(message.request_id(), Reply::Hello { awaits_change });
                    }
                    self.hello(message)
                }
            };
            transfer.pass(message.bytes(), &mut *self.client.lock().await).await?;
            self.tell_news(is_news);
        }
        transfer.before_close().await;
        self.client.lock().await.shutdown().await
    }

    fn hello(&self, message: Message) -> Message {
        let reply = message.body().and_then(|body| Document::try_from(body).ok());
        let changed = reply.and_then(|reply| {
            changed_hello(&reply, self.shared.script.topology(), self.shared.address)
        });
        changed.map_or(message.clone(), |body| message.with_body(&body))
    }

    /// A server that is no primary any more tells so at once everyone who waits for news of it.
    fn tell_news(&self, is_state_change: bool) {
        if is_state_change {
            self.shared.script.announce_topology_change();
        }
    }

    /// A driver that waits for news of the server would wait through a change that only the proxy
    /// knows of: its connection is closed, and it asks anew.
    async fn end_wait_for_news(&self) {
        let mut changes = self.shared.script.topology_changes();
        loop {
            if changes.changed().await.is_err() {
                return;
            }
            let is_waiting = |reply: &Reply| matches!(reply, Reply::Hello { awaits_change: true });
            if self.expected().values().any(is_waiting) {
                tokio::time::sleep(BEFORE_NEWS).await;
                return;
            }
        }
    }

    fn expect(&self, request: i32, reply: Reply) {
        self.expected().insert(request, reply);
    }

    fn expected(&self) -> MutexGuard<'_, HashMap<i32, Reply>> {
        self.expected.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
