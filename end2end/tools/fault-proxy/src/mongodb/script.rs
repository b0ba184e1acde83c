//! Decides for each command of MongoDB what becomes of it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::fault::{Fault, Setting};
use crate::mongodb::errors::CommandError;
use crate::mongodb::message::Command;
use crate::mongodb::rules::{Action, ActiveRule, Hits, Rule, is_write};
use crate::mongodb::topology::Topology;

/// The rules of one proxy, and what they have seen.
#[derive(Debug, Default)]
pub(crate) struct Script {
    state: Mutex<State>,
    silence: watch::Sender<bool>,
    topology_changes: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    rules: Vec<ActiveRule>,
    topology: Topology,
    /// When the server says again what it is; never if absent.
    topology_ends: Option<Instant>,
    commands: BTreeMap<String, u64>,
    is_silent: bool,
}

impl State {
    fn topology(&self) -> Topology {
        if self.topology_ends.is_some_and(|ends| Instant::now() >= ends) {
            Topology::AsItIs
        } else {
            self.topology
        }
    }
}

/// What becomes of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Forward,
    Act(Action),
    /// Silence has fallen.
    Hold,
}

impl Script {
    pub fn add_rule(&self, rule: Rule) -> Hits {
        let (rule, hits) = ActiveRule::new(rule);
        self.state().rules.push(rule);
        hits
    }

    pub fn set_topology(&self, topology: Topology, lasting: Duration) {
        let mut state = self.state();
        state.topology = topology;
        state.topology_ends = Instant::now().checked_add(lasting);
        drop(state);
        self.announce_topology_change();
    }

    /// Drivers that wait for news of the server are to ask anew.
    pub fn announce_topology_change(&self) {
        self.topology_changes.send_modify(|changes| *changes += 1);
    }

    /// Ends all rules, and lets the server say again what it is.
    pub fn clear(&self) {
        let mut state = self.state();
        state.rules.clear();
        let has_changed = state.topology() != Topology::AsItIs;
        state.topology = Topology::AsItIs;
        drop(state);
        if has_changed {
            self.announce_topology_change();
        }
    }

    /// Sets the fault of the network; a silence that has fallen ends with the fault before.
    pub fn set_fault(&self, network: &watch::Sender<Setting>, fault: Fault) {
        let mut state = self.state();
        state.is_silent = false;
        network.send_modify(|setting| setting.replace(fault));
        self.silence.send_replace(false);
    }

    /// Counts the command and says what becomes of it. Silence is a black hole of the network.
    pub fn decide(&self, command: &Command, network: &watch::Sender<Setting>) -> Decision {
        let mut state = self.state();
        *state.commands.entry(command.name.clone()).or_default() += 1;
        if state.is_silent {
            return Decision::Hold;
        }
        let mut action = None;
        for rule in &mut state.rules {
            action = rule.act_on(command, action.is_none()).or(action);
        }
        match action {
            Some(Action::FallSilent) => {
                // All under the lock: no command after this one passes, and whoever ends the
                // silence ends all of it.
                state.is_silent = true;
                network.send_modify(|setting| setting.replace(Fault::BlackHole));
                self.silence.send_replace(true);
                Decision::Hold
            }
            Some(action) => Decision::Act(action),
            None if state.topology() == Topology::WithoutPrimary && is_write(command) => {
                Decision::Act(Action::Answer(CommandError::not_writable_primary()))
            }
            None => Decision::Forward,
        }
    }

    pub fn topology(&self) -> Topology {
        self.state().topology()
    }

    pub fn topology_changes(&self) -> watch::Receiver<u64> {
        self.topology_changes.subscribe()
    }

    pub fn silence(&self) -> watch::Receiver<bool> {
        self.silence.subscribe()
    }

    pub fn commands(&self) -> BTreeMap<String, u64> {
        self.state().commands.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
