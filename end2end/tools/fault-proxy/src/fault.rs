//! Faults of the network between a program and its upstream.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A fault of the network. It applies to every connection of a proxy until another one is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    #[default]
    None,
    /// Connections are closed, and new ones at once: a service that ended.
    Down,
    /// The same by TCP resets: a service that was killed, or a firewall that refuses.
    Reset,
    /// Nothing passes and nothing is closed. What was sent is lost: connections that met the fault
    /// are closed when it ends, and connections made during it begin then.
    BlackHole,
    /// Nothing passes and nothing is closed. When the fault ends, everything that was held goes on.
    Stall,
    /// As a black hole, but connections that met it stay silent for ever, as after a host was
    /// replaced; only connections made after the fault work.
    LostHost,
    /// Each packet is held this long, one after the other.
    Latency {
        #[serde(rename = "to_upstream_ms", with = "milliseconds", default)]
        to_upstream: Duration,
        #[serde(rename = "to_client_ms", with = "milliseconds", default)]
        to_client: Duration,
    },
    /// One side learns only after a delay that the other one has closed.
    SlowClose {
        #[serde(rename = "delay_ms", with = "milliseconds")]
        delay: Duration,
    },
    /// Packets arrive in pieces of some bytes, with a pause after each.
    Slice {
        bytes: usize,
        #[serde(rename = "pause_ms", with = "milliseconds", default)]
        pause: Duration,
    },
    /// Each direction of each connection is this slow.
    Bandwidth { bytes_per_second: u64 },
    /// Each connection is closed after so many more bytes, both directions counted together.
    ByteLimit(u64),
}

impl Fault {
    /// The same latency in both directions.
    pub fn latency(each_way: Duration) -> Self {
        Self::Latency { to_upstream: each_way, to_client: each_way }
    }

    /// Whether the connections that are open when it is set never carry data again.
    pub(crate) fn is_closing(self) -> bool {
        matches!(self, Self::Down | Self::Reset | Self::BlackHole | Self::LostHost)
    }
}

/// The current fault, and the last one that closed connections: a test may have set and cleared it
/// before a connection read the state.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FaultState {
    pub(crate) fault: Fault,
    /// Counts how often a fault was set.
    pub(crate) number: u64,
    last_closing: Option<(u64, Fault)>,
}

impl FaultState {
    pub(crate) fn set(&mut self, fault: Fault) {
        self.number += 1;
        self.fault = fault;
        if fault.is_closing() {
            self.last_closing = Some((self.number, fault));
        }
    }

    /// The fault that closed a connection, if one did. `opened` is the number of the state in which
    /// the connection began.
    pub(crate) fn closing_fault(&self, opened: u64) -> Option<Fault> {
        self.last_closing.filter(|(number, _)| *number > opened).map(|(_, fault)| fault)
    }
}

/// Durations as whole milliseconds in JSON.
pub(crate) mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        duration: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }
}
