//! `FaultProxy` listens in front of one upstream and injects the faults that a test sets.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use crate::address::{self, Protocol};
use crate::connection;
use crate::counters::{Counters, Stats};
use crate::fault::Fault;
use crate::mongodb::rule_engine::RuleEngine;
use crate::mongodb::rules::{Action, Hits, Rule};
use crate::mongodb::topology::Topology;
use crate::schedule::Injection;
use crate::state::ProxyState;

/// Stands in front of one upstream. Dropping it closes everything.
#[derive(Debug)]
pub struct FaultProxy {
    shared: Arc<ProxyState>,
    accepting: AbortHandle,
}

impl FaultProxy {
    /// Stands in front of the service at an address such as `mongodb://127.0.0.1:27017/?…` or
    /// `127.0.0.1:6379`, on a free port.
    ///
    /// # Panics
    /// If the address names no host and port, or no port is free.
    pub async fn start(upstream: &str) -> Self {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let started = Self::listen(free, upstream, Protocol::from_address(upstream)).await;
        started.unwrap_or_else(|error| panic!("no fault proxy in front of {upstream}: {error}"))
    }

    /// # Errors
    /// The address of the upstream names no host and port; the port to listen on is taken.
    pub async fn listen(
        listen: SocketAddr,
        upstream: &str,
        protocol: Protocol,
    ) -> io::Result<Self> {
        let upstream = address::first_host_and_port(upstream).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("{upstream} names no host and port"),
            )
        })?;
        let listener = TcpListener::bind(listen).await?;
        let shared = Arc::new(ProxyState {
            upstream,
            address: listener.local_addr()?,
            protocol,
            network: watch::Sender::default(),
            rules: RuleEngine::default(),
            counters: Counters::default(),
        });
        let accepting = tokio::spawn(accept(listener, shared.clone())).abort_handle();
        Ok(Self { shared, accepting })
    }

    pub fn local_address(&self) -> SocketAddr {
        self.shared.address
    }

    /// The address of a service with the proxy instead of its hosts.
    pub fn address_for(&self, address: &str) -> String {
        address::replace_hosts(address, self.shared.address)
    }

    /// Replaces the fault of the network and ends a silence. Rules stay.
    pub fn set(&self, fault: Fault) {
        self.shared.rules.set_fault(&self.shared.network, fault);
    }

    /// Removes all faults and rules and restores MongoDB's own topology.
    pub fn clear(&self) {
        self.shared.rules.clear();
        self.set(Fault::None);
    }

    pub fn fault(&self) -> Fault {
        self.shared.network.borrow().fault
    }

    /// Adds a rule for commands of MongoDB; where several are due, the first one acts.
    pub fn add_rule(&self, rule: Rule) -> Hits {
        self.shared.rules.add_rule(rule)
    }

    /// Becomes silent at the write that follows the next `passing` writes.
    pub fn silence_after_writes(&self, passing: u64) {
        self.add_rule(Rule::on_any_write(Action::Silence).after(passing));
    }

    /// Returns when a rule has made the proxy silent.
    pub async fn wait_until_silent(&self) {
        let _ = self.shared.rules.subscribe_silence().wait_for(|is_silent| *is_silent).await;
    }

    /// Changes the topology that MongoDB reports for some time. Connections on which a driver waits
    /// for a change are closed, so that the driver asks again at once.
    pub fn set_topology(&self, topology: Topology, lasting: Duration) {
        self.shared.rules.set_topology(topology, lasting);
    }

    /// Applies an entry of a schedule; [`FaultProxy::clear`] ends it.
    pub fn inject(&self, injection: &Injection) {
        match injection {
            Injection::Network(fault) => self.set(*fault),
            Injection::Commands(rule) => drop(self.add_rule(rule.clone())),
            Injection::Topology(topology) => self.set_topology(*topology, Duration::MAX),
        }
    }

    /// How many connections are open now.
    pub fn open_connections(&self) -> usize {
        *self.shared.counters.subscribe_open().borrow()
    }

    /// Returns when exactly this many connections are open.
    pub async fn wait_for_connections(&self, wanted: usize) {
        let _ = self.shared.counters.subscribe_open().wait_for(|open| *open == wanted).await;
    }

    /// How many of MongoDB's commands arrived, by name.
    pub fn command_counts(&self) -> BTreeMap<String, u64> {
        self.shared.rules.command_counts()
    }

    pub fn stats(&self) -> Stats {
        self.shared.counters.stats(self.command_counts())
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<ProxyState>) {
    // Dropping the set with this task ends all connections.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((client, _)) => drop(connections.spawn(connection::serve(client, shared.clone()))),
                // Too many open files, or a client that has already closed. The next accept may
                // succeed.
                Err(error) => {
                    eprintln!("fault-proxy: {error}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}
