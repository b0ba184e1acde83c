//! Rules decide which commands of MongoDB fail, and how.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::fault::milliseconds;
use crate::mongodb::errors::CommandError;
use crate::mongodb::message::Command;

/// Commands that change data, `commitTransaction` among them.
const WRITES: [&str; 6] =
    ["insert", "update", "delete", "findAndModify", "bulkWrite", "commitTransaction"];

/// The commands that a rule matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandFilter {
    /// All but `hello`.
    Any,
    /// Commands that change data or end a transaction.
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
    /// The proxy drops this command and everything after it on all connections, until it is
    /// cleared.
    Silence,
}

/// The n-th command of some kind fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    commands: CommandFilter,
    /// Only commands on this collection.
    #[serde(default)]
    collection: Option<String>,
    /// How many matching commands pass first.
    #[serde(default)]
    after: u64,
    /// How often the rule acts; until it is cleared if absent.
    #[serde(default = "default_times")]
    times: Option<u64>,
    action: Action,
}

fn default_times() -> Option<u64> {
    Some(1)
}

impl Rule {
    /// Acts once, on the first of these commands.
    pub fn new(commands: CommandFilter, action: Action) -> Self {
        Self { commands, collection: None, after: 0, times: default_times(), action }
    }

    /// Acts once, on the first command with this name.
    pub fn on_command(name: &str, action: Action) -> Self {
        Self::new(CommandFilter::Named(vec![name.to_owned()]), action)
    }

    pub fn on_any_write(action: Action) -> Self {
        Self::new(CommandFilter::AnyWrite, action)
    }

    #[must_use]
    pub fn on_collection(self, name: &str) -> Self {
        Self { collection: Some(name.to_owned()), ..self }
    }

    /// Lets this many matching commands pass first.
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
            CommandFilter::Any => !command.is_hello(),
            CommandFilter::AnyWrite => is_write(command),
            CommandFilter::Named(names) => names.contains(&command.name),
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

    /// Returns when the rule has acted once. Never returns if the rule is cleared before.
    pub async fn wait_for_first(&mut self) {
        if self.0.wait_for(|hits| *hits > 0).await.is_err() {
            std::future::pending().await
        }
    }
}

/// A rule and how many commands it matched.
#[derive(Debug)]
pub(crate) struct ActiveRule {
    rule: Rule,
    seen: u64,
    hits: watch::Sender<u64>,
}

impl ActiveRule {
    pub(crate) fn new(rule: Rule) -> (Self, Hits) {
        let hits = watch::Sender::new(0);
        let receiver = hits.subscribe();
        (Self { rule, seen: 0, hits }, Hits(receiver))
    }

    /// Counts the command if the rule matches it, and returns whether the rule is due for it. Every
    /// rule counts, also when another one acts.
    pub(crate) fn count(&mut self, command: &Command) -> bool {
        if !self.rule.matches(command) {
            return false;
        }
        self.seen += 1;
        self.seen > self.rule.after
            && self.rule.times.is_none_or(|times| *self.hits.borrow() < times)
    }

    /// Records a hit and returns the action.
    pub(crate) fn act(&mut self) -> Action {
        self.hits.send_modify(|hits| *hits += 1);
        self.rule.action.clone()
    }
}
