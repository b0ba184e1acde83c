//! Rules: which commands of MongoDB fail, and how.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::fault::milliseconds;
use crate::mongodb::errors::CommandError;
use crate::mongodb::message::Command;

/// Commands that change data, `commitTransaction` among them.
const WRITES: [&str; 6] =
    ["insert", "update", "delete", "findAndModify", "bulkWrite", "commitTransaction"];

/// Which commands a rule is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Commands {
    /// All but `hello`.
    Any,
    /// Those that change data, and the end of a transaction.
    AnyWrite,
    Named(Vec<String>),
}

/// What happens to a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The connection is closed, and the server never sees the command.
    CutBeforeForwarding,
    /// The server does the command, and the connection is closed instead of the reply.
    CutBeforeReply,
    /// The server never sees the command; the client gets this error.
    Answer(CommandError),
    /// The server does the command; the client gets this error all the same.
    AnswerAfterForwarding(CommandError),
    /// The command is held this long and then forwarded.
    Delay {
        #[serde(rename = "milliseconds", with = "milliseconds")]
        by: Duration,
    },
    /// The command and everything after it on any connection of the proxy meets a black hole, until
    /// the proxy is cleared.
    FallSilent,
}

/// The n-th command of some kind fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    commands: Commands,
    /// Only commands on this collection.
    #[serde(default)]
    collection: Option<String>,
    /// So many matching commands pass first.
    #[serde(default)]
    after: u64,
    /// How often the rule acts; until it is cleared if absent.
    #[serde(default = "once")]
    times: Option<u64>,
    action: Action,
}

fn once() -> Option<u64> {
    Some(1)
}

impl Rule {
    /// Acts once, on the first of these commands.
    pub fn new(commands: Commands, action: Action) -> Self {
        Self { commands, collection: None, after: 0, times: once(), action }
    }

    /// Acts once, on the first command with this name.
    pub fn on_command(name: &str, action: Action) -> Self {
        Self::new(Commands::Named(vec![name.to_owned()]), action)
    }

    pub fn on_any_write(action: Action) -> Self {
        Self::new(Commands::AnyWrite, action)
    }

    #[must_use]
    pub fn on_collection(self, name: &str) -> Self {
        Self { collection: Some(name.to_owned()), ..self }
    }

    /// Lets so many matching commands pass first.
    #[must_use]
    pub fn after(self, passing: u64) -> Self {
        Self { after: passing, ..self }
    }

    #[must_use]
    pub fn times(self, times: u64) -> Self {
        Self { times: Some(times), ..self }
    }

    #[must_use]
    pub fn until_cleared(self) -> Self {
        Self { times: None, ..self }
    }

    fn matches(&self, command: &Command) -> bool {
        let is_named = match &self.commands {
            Commands::Any => !command.is_hello(),
            Commands::AnyWrite => is_write(command),
            Commands::Named(names) => names.contains(&command.name),
        };
        is_named
            && self
                .collection
                .as_ref()
                .is_none_or(|wanted| command.collection.as_ref() == Some(wanted))
    }
}

/// Whether the command changes data.
pub(crate) fn is_write(command: &Command) -> bool {
    WRITES.contains(&command.name.as_str())
}

/// How often a rule acted.
#[derive(Clone, Debug)]
pub struct Hits(watch::Receiver<u64>);

impl Hits {
    pub fn count(&self) -> u64 {
        *self.0.borrow()
    }

    /// Ends when the rule has acted for the first time; never if the rule is cleared before.
    pub async fn first(&mut self) {
        if self.0.wait_for(|hits| *hits > 0).await.is_err() {
            std::future::pending().await
        }
    }
}

/// A rule with what it has seen.
#[derive(Debug)]
pub(crate) struct ActiveRule {
    rule: Rule,
    seen: u64,
    hits: watch::Sender<u64>,
}

impl ActiveRule {
    pub fn new(rule: Rule) -> (Self, Hits) {
        let hits = watch::Sender::new(0);
        let receiver = hits.subscribe();
        (Self { rule, seen: 0, hits }, Hits(receiver))
    }

    /// What happens to the command. Each matching command counts, whichever rule acts on it.
    pub fn act_on(&mut self, command: &Command, is_free: bool) -> Option<Action> {
        if !self.rule.matches(command) {
            return None;
        }
        self.seen += 1;
        let is_due = self.seen > self.rule.after
            && self.rule.times.is_none_or(|times| *self.hits.borrow() < times);
        if !is_due || !is_free {
            return None;
        }
        self.hits.send_modify(|hits| *hits += 1);
        Some(self.rule.action.clone())
    }
}
