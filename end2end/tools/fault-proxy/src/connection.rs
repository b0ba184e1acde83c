//! Serves one connection: waits until it may begin, forwards both directions and closes it.

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
use crate::fault::{Fault, FaultState};
use crate::fault_writer::{ByteBudget, FaultWriter, closed_by_fault};
use crate::mongodb::message::{Command, Message};
use crate::mongodb::rule_engine::Decision;
use crate::mongodb::rules::Action;
use crate::mongodb::topology::rewrite_hello;
use crate::state::ProxyState;

const BUFFER: usize = 16 * 1024;
/// A driver reads the error in this time, before its waiting `hello` is closed.
const HELLO_CLOSE_DELAY: Duration = Duration::from_millis(20);

/// Serves a connection until it ends.
pub(crate) async fn serve(mut client: TcpStream, shared: Arc<ProxyState>) {
    let _open = shared.counters.open_connection();
    let mut setting = shared.network.subscribe();
    let Some(opened) = wait_until_allowed(&client, &mut setting).await else { return };
    let Ok(mut upstream) = TcpStream::connect(&shared.upstream).await else { return };
    // Each write is sent at once, as the sender wanted.
    let _ = (client.set_nodelay(true), upstream.set_nodelay(true));
    let ended_by = {
        let (client, upstream) = (client.split(), upstream.split());
        tokio::select! {
            biased;
            fault = wait_for_closing_fault(&mut setting, opened) => fault,
            () = forward_both_ways(client, upstream, &shared) => Fault::None,
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

/// Waits until a connection may begin and returns the number of the fault state it begins in;
/// `None` if it is closed at once.
async fn wait_until_allowed(
    client: &TcpStream,
    setting: &mut watch::Receiver<FaultState>,
) -> Option<u64> {
    loop {
        let FaultState { fault, number, .. } = *setting.borrow_and_update();
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

/// Returns the fault that closes a connection. `opened` is the number of the state it began in.
async fn wait_for_closing_fault(setting: &mut watch::Receiver<FaultState>, opened: u64) -> Fault {
    match setting.wait_for(|setting| setting.closing_fault(opened).is_some()).await {
        Ok(setting) => setting.closing_fault(opened).unwrap_or_default(),
        // The proxy is gone.
        Err(_) => Fault::Down,
    }
}

type Halves<'a> = (ReadHalf<'a>, WriteHalf<'a>);

async fn forward_both_ways(client: Halves<'_>, upstream: Halves<'_>, shared: &ProxyState) {
    let budget = ByteBudget::default();
    let writer = |direction| FaultWriter {
        direction,
        setting: shared.network.subscribe(),
        budget: &budget,
        counters: &shared.counters,
    };
    let (to_upstream, to_client) = (writer(Direction::ToUpstream), writer(Direction::ToClient));
    match shared.protocol {
        Protocol::Tcp => {
            let (from_client, client) = client;
            let (from_upstream, upstream) = upstream;
            join(
                forward_bytes(from_client, upstream, to_upstream),
                forward_bytes(from_upstream, client, to_client),
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
            let answers = writer(Direction::ToClient);
            tokio::select! {
                () = join(
                    connection.forward_commands(from_client, upstream, to_upstream, answers),
                    connection.forward_replies(from_upstream, to_client),
                ) => {}
                () = connection.close_waiting_hello() => {}
            }
        }
    }
}

/// A client that has closed can still read replies. When the upstream closes, everything ends.
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

async fn forward_bytes(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    mut writer: FaultWriter<'_>,
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            writer.wait_before_close().await;
            return to.shutdown().await;
        }
        writer.write(&buffer[..read], &mut to).await?;
    }
}

/// A connection to MongoDB, whose commands the proxy understands.
struct MongoConnection<'a> {
    shared: &'a ProxyState,
    client: AsyncMutex<WriteHalf<'a>>,
    /// Replies that the proxy changes or drops, by the id of the request.
    expected: Mutex<HashMap<i32, Reply>>,
}

/// What the proxy does with a reply.
#[derive(Debug)]
enum Reply {
    Cut,
    Replace {
        body: Document,
        is_state_change: bool,
    },
    /// The reply to `hello`, which the proxy may change.
    Hello {
        awaits_change: bool,
    },
}

impl MongoConnection<'_> {
    async fn forward_commands(
        &self,
        mut from: ReadHalf<'_>,
        mut upstream: WriteHalf<'_>,
        mut writer: FaultWriter<'_>,
        mut answers: FaultWriter<'_>,
    ) -> io::Result<()> {
        while let Some(message) = Message::read(&mut from).await? {
            let Some(command) = Command::from_message(&message) else {
                writer.write(message.bytes(), &mut upstream).await?;
                continue;
            };
            let id = message.request_id();
            if command.is_hello() {
                self.expect_reply(id, Reply::Hello { awaits_change: command.awaits_change });
            }
            let mut is_last = false;
            match self.shared.rules.decide(&command, &self.shared.network) {
                Decision::Forward => {}
                // The task of this connection sees the silence and ends the connection.
                Decision::Hold | Decision::Act(Action::Silence) => std::future::pending().await,
                Decision::Act(Action::CutBeforeForwarding) => return Err(closed_by_fault()),
                Decision::Act(Action::CutBeforeReply) => {
                    self.expect_reply(id, Reply::Cut);
                    is_last = !command.wants_reply;
                }
                Decision::Act(Action::Answer(error)) => {
                    if command.wants_reply {
                        let reply = Message::new(!id, id, &error.reply_to(&command));
                        answers.write(reply.bytes(), &mut *self.client.lock().await).await?;
                        if error.is_state_change() {
                            self.shared.rules.announce_topology_change();
                        }
                    }
                    continue;
                }
                Decision::Act(Action::AnswerAfterForwarding(error)) => {
                    let body = error.reply_to(&command);
                    self.expect_reply(
                        id,
                        Reply::Replace { body, is_state_change: error.is_state_change() },
                    );
                }
                Decision::Act(Action::Delay { by }) => tokio::time::sleep(by).await,
            }
            writer.write(message.bytes(), &mut upstream).await?;
            if is_last {
                return Err(closed_by_fault());
            }
        }
        writer.wait_before_close().await;
        upstream.shutdown().await
    }

    async fn forward_replies(
        &self,
        mut from: ReadHalf<'_>,
        mut writer: FaultWriter<'_>,
    ) -> io::Result<()> {
        while let Some(message) = Message::read(&mut from).await? {
            let expected = self.expected().remove(&message.response_to());
            let mut has_new_state = false;
            let message = match expected {
                None => message,
                Some(Reply::Cut) => return Err(closed_by_fault()),
                Some(Reply::Replace { body, is_state_change }) => {
                    has_new_state = is_state_change;
                    message.replace_body(&body)
                }
                Some(Reply::Hello { awaits_change }) => {
                    // In a series, each reply is the request of the next one.
                    if message.has_more_to_come() {
                        self.expect_reply(message.request_id(), Reply::Hello { awaits_change });
                    }
                    self.rewrite_hello(message)
                }
            };
            writer.write(message.bytes(), &mut *self.client.lock().await).await?;
            // A server that is no longer primary informs everybody who waits for a change.
            if has_new_state {
                self.shared.rules.announce_topology_change();
            }
        }
        writer.wait_before_close().await;
        self.client.lock().await.shutdown().await
    }

    fn rewrite_hello(&self, message: Message) -> Message {
        let reply = message.body().and_then(|body| Document::try_from(body).ok());
        let changed = reply.and_then(|reply| {
            rewrite_hello(&reply, self.shared.rules.topology(), self.shared.address)
        });
        changed.map_or(message.clone(), |body| message.replace_body(&body))
    }

    /// Closes the connection on which a driver waits for a change of the server. The server does
    /// not know about changes that the proxy makes, so the driver has to ask again.
    async fn close_waiting_hello(&self) {
        let mut changes = self.shared.rules.subscribe_topology_changes();
        loop {
            if changes.changed().await.is_err() {
                return;
            }
            let is_waiting = |reply: &Reply| matches!(reply, Reply::Hello { awaits_change: true });
            if self.expected().values().any(is_waiting) {
                tokio::time::sleep(HELLO_CLOSE_DELAY).await;
                return;
            }
        }
    }

    fn expect_reply(&self, request: i32, reply: Reply) {
        self.expected().insert(request, reply);
    }

    fn expected(&self) -> MutexGuard<'_, HashMap<i32, Reply>> {
        self.expected.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
