//! Waits until a program answers in its own language.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::failure::Failure;
use crate::process::Group;

const ATTEMPT: Duration = Duration::from_secs(2);

/// Asks again and again until `answers` is content, the process ends, or time is up.
pub fn wait(
    name: &str,
    process: &mut Group,
    log: &Path,
    patience: Duration,
    answers: impl Fn() -> Result<bool>,
) -> Result<()> {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(status) = process.ended() {
            let cause = last_line(log).map(|line| format!(": {line}")).unwrap_or_default();
            return Err(Failure::new(format!(
                "{name} ended before it was ready ({status}){cause}"
            ))
            .mend("see the log, then the same command again")
            .log(log)
            .into());
        }
        if answers().unwrap_or(false) {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(Failure::new(format!(
                "{name} did not answer within {} s.",
                patience.as_secs()
            ))
            .mend("see the log, then the same command again")
            .log(log)
            .into());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub fn connect(port: u16) -> Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&SocketAddr::from(([127, 0, 0, 1], port)), ATTEMPT)?;
    stream.set_read_timeout(Some(ATTEMPT))?;
    stream.set_write_timeout(Some(ATTEMPT))?;
    Ok(stream)
}

/// The status of `GET path`.
pub fn http_status(port: u16, path: &str) -> Result<u16> {
    let mut stream = connect(port)?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n")?;
    let mut start = [0_u8; 12];
    stream.read_exact(&mut start)?;
    std::str::from_utf8(&start[9..])?.parse().context("not an HTTP answer")
}

fn last_line(log: &Path) -> Option<String> {
    let text = fs::read_to_string(log).ok()?;
    text.lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .map(|line| line.chars().take(300).collect())
}
