//! A random series of faults that a seed reproduces.

use std::time::Duration;

use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::address::Protocol;
use crate::fault::Fault;
use crate::mongodb::errors::CommandError;
use crate::mongodb::rules::{Action, CommandFilter, Rule};
use crate::mongodb::topology::Topology;

/// A fault that is injected at one dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Injection {
    Network(Fault),
    Commands(Rule),
    Topology(Topology),
}

/// An entry of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduledFault {
    /// Time since the start of the schedule. Never less than in the entry before.
    pub at: Duration,
    /// Position in the list of dependencies.
    pub dependency: usize,
    pub injection: Injection,
    pub lasts: Duration,
}

/// An endless series of faults. Several can be active at once, but only one at each dependency.
#[derive(Clone, Debug)]
pub struct Schedule {
    random: ChaCha8Rng,
    dependencies: Vec<Protocol>,
    now: Duration,
    /// When each dependency works again.
    free_at: Vec<Duration>,
}

impl Schedule {
    /// The same seed and dependencies give the same schedule.
    pub fn random(seed: u64, dependencies: &[Protocol]) -> Self {
        let free_at = vec![Duration::ZERO; dependencies.len()];
        Self {
            random: ChaCha8Rng::seed_from_u64(seed),
            dependencies: dependencies.to_vec(),
            now: Duration::ZERO,
            free_at,
        }
    }
}

impl Iterator for Schedule {
    type Item = ScheduledFault;

    /// `None` only if there is no dependency.
    fn next(&mut self) -> Option<ScheduledFault> {
        let dependency =
            (0..self.dependencies.len()).collect::<Vec<_>>().choose(&mut self.random).copied()?;
        let pause = self.random.random_range(200..2_000);
        // A dependency has a time to recover before it fails again.
        let recovery = Duration::from_millis(self.random.random_range(300..1_500));
        self.now =
            (self.now + Duration::from_millis(pause)).max(self.free_at[dependency] + recovery);
        let lasts = Duration::from_millis(self.random.random_range(100..3_000));
        self.free_at[dependency] = self.now + lasts;
        let injection = match self.dependencies[dependency] {
            Protocol::MongoDb => random_mongodb_injection(&mut self.random),
            Protocol::Tcp => Injection::Network(random_network_fault(&mut self.random)),
        };
        Some(ScheduledFault { at: self.now, dependency, injection, lasts })
    }
}

fn random_network_fault(random: &mut ChaCha8Rng) -> Fault {
    match random.random_range(0..10) {
        0 | 1 => Fault::Down,
        2 => Fault::Reset,
        3 => Fault::BlackHole,
        4 => Fault::Stall,
        5 => Fault::latency(Duration::from_millis(random.random_range(5..400))),
        6 => Fault::SlowClose { delay: Duration::from_millis(random.random_range(50..1_000)) },
        7 => Fault::Slice { bytes: random.random_range(20..200), pause: Duration::from_millis(1) },
        8 => Fault::Bandwidth { bytes_per_second: random.random_range(5_000..100_000) },
        _ => Fault::ByteLimit(random.random_range(500..50_000)),
    }
}

fn random_mongodb_injection(random: &mut ChaCha8Rng) -> Injection {
    match random.random_range(0..10) {
        0..4 => Injection::Network(random_network_fault(random)),
        4 => Injection::Topology(Topology::NoPrimary),
        _ => Injection::Commands(random_mongodb_rule(random)),
    }
}

fn random_mongodb_rule(random: &mut ChaCha8Rng) -> Rule {
    let commands = match random.random_range(0..4) {
        0 => CommandFilter::Any,
        1 => CommandFilter::AnyWrite,
        _ => CommandFilter::Named(vec!["commitTransaction".to_owned()]),
    };
    let action = match random.random_range(0..6) {
        0 => Action::CutBeforeForwarding,
        1 | 2 => Action::CutBeforeReply,
        3 => Action::Delay { by: Duration::from_millis(random.random_range(100..2_500)) },
        4 => Action::AnswerAfterForwarding(CommandError::interrupted_by_state_change()),
        _ => Action::Answer(CommandError::new(
            *[10107, 189, 11602, 91, 112, 251].choose(random).unwrap_or(&10107),
        )),
    };
    Rule::new(commands, action).after(random.random_range(0..6)).times(random.random_range(1..4))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEPENDENCIES: [Protocol; 3] = [Protocol::MongoDb, Protocol::Tcp, Protocol::Tcp];

    #[test]
    fn a_seed_gives_one_schedule() {
        let first: Vec<_> = Schedule::random(7, &DEPENDENCIES).take(500).collect();
        assert_eq!(first, Schedule::random(7, &DEPENDENCIES).take(500).collect::<Vec<_>>());
        assert_ne!(first, Schedule::random(8, &DEPENDENCIES).take(500).collect::<Vec<_>>());
        assert_eq!(Schedule::random(7, &[]).next(), None);
    }

    #[test]
    fn faults_of_one_dependency_do_not_overlap() {
        let mut free_at = [Duration::ZERO; DEPENDENCIES.len()];
        let mut last = Duration::ZERO;
        for entry in Schedule::random(1, &DEPENDENCIES).take(2_000) {
            assert!(entry.at >= last && entry.at > free_at[entry.dependency], "{entry:?}");
            last = entry.at;
            free_at[entry.dependency] = entry.at + entry.lasts;
        }
    }

    #[test]
    fn only_mongodb_gets_rules_and_every_kind_of_fault_occurs() {
        let entries: Vec<_> = Schedule::random(3, &DEPENDENCIES).take(2_000).collect();
        let is_of_network =
            |entry: &&ScheduledFault| matches!(entry.injection, Injection::Network(_));
        assert!(
            entries.iter().filter(|entry| entry.dependency != 0).all(|entry| is_of_network(&entry))
        );
        let mut kinds: Vec<_> =
            entries.iter().map(|entry| format!("{:?}", entry.injection)).collect();
        kinds.iter_mut().for_each(|kind| kind.truncate(20));
        kinds.sort();
        kinds.dedup();
        assert!(kinds.len() >= 11, "{kinds:?}");
    }
}
