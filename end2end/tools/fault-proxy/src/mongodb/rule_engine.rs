//! Applies the rules: decides for each command of MongoDB whether it passes.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::fault::{Fault, FaultState};
use crate::mongodb::errors::CommandError;
use crate::mongodb::message::Command;
use crate::mongodb::rules::{Action, ActiveRule, Hits, Rule, is_write};
use crate::mongodb::topology::Topology;

/// The rules of one proxy and their state.
#[derive(Debug, Default)]
pub(crate) struct RuleEngine {
    state: Mutex<State>,
    silence: watch::Sender<bool>,
    topology_changes: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    rules: Vec<ActiveRule>,
    topology: Topology,
    /// When the topology is again the server's own; never if absent.
    topology_ends: Option<Instant>,
    commands: BTreeMap<String, u64>,
    is_silent: bool,
}

impl State {
    fn topology(&self) -> Topology {
        if self.topology_ends.is_some_and(|ends| Instant::now() >= ends) {
            Topology::Unchanged
        } else {
            self.topology
        }
    }
}

/// What the proxy does with a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Forward,
    Act(Action),
    /// The proxy is silent: nothing passes.
    Hold,
}

impl RuleEngine {
    pub(crate) fn add_rule(&self, rule: Rule) -> Hits {
        let (rule, hits) = ActiveRule::new(rule);
        self.state().rules.push(rule);
        hits
    }

    pub(crate) fn set_topology(&self, topology: Topology, lasting: Duration) {
        let mut state = self.state();
        state.topology = topology;
        state.topology_ends = Instant::now().checked_add(lasting);
        drop(state);
        self.announce_topology_change();
    }

    /// Makes drivers that wait for a change of the server ask again.
    pub(crate) fn announce_topology_change(&self) {
        self.topology_changes.send_modify(|changes| *changes += 1);
    }

    /// Removes all rules and restores the server's own topology.
    pub(crate) fn clear(&self) {
        let mut state = self.state();
        state.rules.clear();
        let has_changed = state.topology() != Topology::Unchanged;
        state.topology = Topology::Unchanged;
        drop(state);
        if has_changed {
            self.announce_topology_change();
        }
    }

    /// Sets the fault of the network and ends a silence.
    pub(crate) fn set_fault(&self, network: &watch::Sender<FaultState>, fault: Fault) {
        let mut state = self.state();
        state.is_silent = false;
        network.send_modify(|setting| setting.set(fault));
        self.silence.send_replace(false);
    }

    /// Counts the command and decides what happens to it. Silence is a black hole of the network.
    pub(crate) fn decide(
        &self,
        command: &Command,
        network: &watch::Sender<FaultState>,
    ) -> Decision {
        let mut state = self.state();
        *state.commands.entry(command.name.clone()).or_default() += 1;
        if state.is_silent {
            return Decision::Hold;
        }
        let mut action = None;
        for rule in &mut state.rules {
            if rule.count(command) && action.is_none() {
                action = Some(rule.act());
            }
        }
        match action {
            Some(Action::Silence) => {
                // All changes happen under the lock, so that no later command passes and that
                // `set_fault` ends the whole silence.
                state.is_silent = true;
                network.send_modify(|setting| setting.set(Fault::BlackHole));
                self.silence.send_replace(true);
                Decision::Hold
            }
            Some(action) => Decision::Act(action),
            None if state.topology() == Topology::NoPrimary && is_write(command) => {
                Decision::Act(Action::Answer(CommandError::not_writable_primary()))
            }
            None => Decision::Forward,
        }
    }

    pub(crate) fn topology(&self) -> Topology {
        self.state().topology()
    }

    pub(crate) fn subscribe_topology_changes(&self) -> watch::Receiver<u64> {
        self.topology_changes.subscribe()
    }

    pub(crate) fn subscribe_silence(&self) -> watch::Receiver<bool> {
        self.silence.subscribe()
    }

    pub(crate) fn command_counts(&self) -> BTreeMap<String, u64> {
        self.state().commands.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
