//! Finds free ports.

use std::net::TcpListener;

use anyhow::{Context, Result};

/// The preferred port, so that addresses stay the same from run to run; else the next free one.
pub(crate) fn find_free(preferred: u16) -> Result<u16> {
    (preferred..=u16::MAX).take(100).find(|port| is_free(*port)).map_or_else(find_any, Ok)
}

/// A free port that the system chooses, for commands that run beside others.
pub(crate) fn find_any() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}
