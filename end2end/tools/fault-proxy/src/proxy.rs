//! `FaultProxy`: listens in front of one upstream, and holds what a test set.

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
use crate::mongodb::rules::{Action, Hits, Rule};
use crate::mongodb::script::Script;
use crate::mongodb::topology::Topology;
use crate::schedule::Disturbance;
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
        let started = Self::listen(free, upstream, Protocol::of(upstream)).await;
        started.unwrap_or_else(|error| panic!("no fault proxy in front of {upstream}: {error}"))
    }

    /// # Errors
    /// The address of the upstream names no host and port; the port to listen on is taken.
    pub async fn listen(
        listen: SocketAddr,
        upstream: &str,
        protocol: Protocol,
    ) -> io::Result<Self> {
        let upstream = address::host_and_port(upstream).ok_or_else(|| {
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
            script: Script::default(),
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
        address::with_host(address, self.shared.address)
    }

    /// Sets the fault of the network; it replaces the one before, and ends a silence. Rules stay.
    pub fn set(&self, fault: Fault) {
        self.shared.script.set_fault(&self.shared.network, fault);
    }

    /// Everything passes: no fault, no rule, and MongoDB says what it is.
    pub fn clear(&self) {
        self.shared.script.clear();
        self.set(Fault::None);
    }

    pub fn fault(&self) -> Fault {
        self.shared.network.borrow().fault
    }

    /// Adds a rule for commands of MongoDB; where several are due, the first one acts.
    pub fn add_rule(&self, rule: Rule) -> Hits {
        self.shared.script.add_rule(rule)
    }

    /// Falls silent instead of passing the write after the next `passing` ones.
    pub fn fall_silent_after_writes(&self, passing: u64) {
        self.add_rule(Rule::on_any_write(Action::FallSilent).after(passing));
    }

    /// Ends when a rule has made the proxy fall silent.
    pub async fn silenced(&self) {
        let _ = self.shared.script.silence().wait_for(|is_silent| *is_silent).await;
    }

    /// Lets MongoDB say something else of itself for a time. Connections on which a driver waits
    /// for news of the server are closed, so that it asks at once.
    pub fn set_topology(&self, topology: Topology, lasting: Duration) {
        self.shared.script.set_topology(topology, lasting);
    }

    /// Applies an entry of a schedule; [`FaultProxy::clear`] ends it.
    pub fn disturb(&self, disturbance: &Disturbance) {
        match disturbance {
            Disturbance::Network(fault) => self.set(*fault),
            Disturbance::Commands(rule) => drop(self.add_rule(rule.clone())),
            Disturbance::Topology(topology) => self.set_topology(*topology, Duration::MAX),
        }
    }

    /// Connections that are open now.
    pub fn connections(&self) -> usize {
        *self.shared.counters.open().borrow()
    }

    /// Ends when so many connections are open.
    pub async fn until_connections(&self, wanted: usize) {
        let _ = self.shared.counters.open().wait_for(|open| *open == wanted).await;
    }

    /// MongoDB's commands by name, as they arrived.
    pub fn count_commands(&self) -> BTreeMap<String, u64> {
        self.shared.script.commands()
    }

    pub fn stats(&self) -> Stats {
        self.shared.counters.stats(self.count_commands())
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<ProxyState>) {
    // Ends its connections when it is dropped with this task.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((client, _)) => drop(connections.spawn(connection::carry(client, shared.clone()))),
                // Too many open files, or a client that has gone again: the next one may do better.
                Err(error) => {
                    eprintln!("fault-proxy: {error}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}
