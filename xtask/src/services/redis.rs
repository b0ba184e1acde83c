//! Redis: cached copies and counters. Losing them costs only time.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::{ports, readiness};
use crate::process::{self, ProcessGroup};

const PREFERRED_PORT: u16 = 6479;

pub(crate) fn start(program: &Path, data: &Path, log: &Path) -> Result<(ProcessGroup, String)> {
    let port = ports::find_free(PREFERRED_PORT)?;
    fs::create_dir_all(data)?;
    let mut server = process::command(program);
    server.args([
        "--bind",
        "127.0.0.1",
        "--daemonize",
        "no",
        "--save",
        "60 1",
        "--appendonly",
        "no",
    ]);
    // Keys without an expiry (the cache's version counters) must stay when memory is low.
    server
        .args(["--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru", "--port"])
        .arg(port.to_string());
    server.arg("--dir").arg(data);
    let mut process = process::spawn_service(server, log)?;
    readiness::wait_until_ready("Redis", &mut process, log, Duration::from_secs(30), || {
        answers_ping(port)
    })?;
    Ok((process, format!("redis://127.0.0.1:{port}/")))
}

fn answers_ping(port: u16) -> Result<bool> {
    let mut stream = readiness::connect(port)?;
    stream.write_all(b"PING\r\n")?;
    let mut answer = [0_u8; 5];
    stream.read_exact(&mut answer)?;
    Ok(&answer == b"+PONG")
}
