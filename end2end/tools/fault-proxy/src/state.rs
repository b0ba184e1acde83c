//! The state of one proxy that all its connections read.

use std::net::SocketAddr;

use tokio::sync::watch;

use crate::address::Protocol;
use crate::counters::Counters;
use crate::fault::FaultState;
use crate::mongodb::rule_engine::RuleEngine;

#[derive(Debug)]
pub(crate) struct ProxyState {
    /// Host and port.
    pub(crate) upstream: String,
    /// Where the proxy listens.
    pub(crate) address: SocketAddr,
    pub(crate) protocol: Protocol,
    pub(crate) network: watch::Sender<FaultState>,
    pub(crate) rules: RuleEngine,
    pub(crate) counters: Counters,
}
