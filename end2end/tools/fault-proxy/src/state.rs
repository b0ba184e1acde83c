//! The state of one proxy that all its connections read.

use std::net::SocketAddr;

use tokio::sync::watch;

use crate::address::Protocol;
use crate::counters::Counters;
use crate::fault::Setting;
use crate::mongodb::script::Script;

#[derive(Debug)]
pub(crate) struct ProxyState {
    /// Host and port.
    pub(crate) upstream: String,
    /// Where the proxy listens.
    pub(crate) address: SocketAddr,
    pub(crate) protocol: Protocol,
    pub(crate) network: watch::Sender<Setting>,
    pub(crate) script: Script,
    pub(crate) counters: Counters,
}
