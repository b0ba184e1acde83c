//! Waits until a service answers in its protocol.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::failure::Failure;
use crate::process::ProcessGroup;

const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(2);

/// Repeats `is_ready` until it is true, the process ends, or the timeout is over.
pub(crate) fn wait_until_ready(
    name: &str,
    process: &mut ProcessGroup,
    log: &Path,
    timeout: Duration,
    is_ready: impl Fn() -> Result<bool>,
) -> Result<()> {
    let deadline = Instant::now() + timeout;
    loop {
        if let Some(status) = process.try_wait() {
            let cause = read_last_line(log).map(|line| format!(": {line}")).unwrap_or_default();
            return Err(Failure::new(format!(
                "{name} ended before it was ready ({status}){cause}"
            ))
            .with_fix("see the log, then the same command again")
            .with_log(log)
            .into());
        }
        if is_ready().unwrap_or(false) {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(Failure::new(format!(
                "{name} did not answer within {} s.",
                timeout.as_secs()
            ))
            .with_fix("see the log, then the same command again")
            .with_log(log)
            .into());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub(crate) fn connect(port: u16) -> Result<TcpStream> {
    let stream =
        TcpStream::connect_timeout(&SocketAddr::from(([127, 0, 0, 1], port)), ATTEMPT_TIMEOUT)?;
    stream.set_read_timeout(Some(ATTEMPT_TIMEOUT))?;
    stream.set_write_timeout(Some(ATTEMPT_TIMEOUT))?;
    Ok(stream)
}

/// The status of `GET path`.
pub(crate) fn read_http_status(port: u16, path: &str) -> Result<u16> {
    let mut stream = connect(port)?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n")?;
    let mut start = [0_u8; 12];
    stream.read_exact(&mut start)?;
    std::str::from_utf8(&start[9..])?.parse().context("not an HTTP answer")
}

fn read_last_line(log: &Path) -> Option<String> {
    let text = fs::read_to_string(log).ok()?;
    text.lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .map(|line| line.chars().take(300).collect())
}
