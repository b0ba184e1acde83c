//! MongoDB as a single-node replica set, or the wire-compatible development server.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::mongo_protocol::{self, Document};
use super::{ports, readiness};
use crate::failure::Failure;
use crate::process::{self, ProcessGroup};
use crate::setup::Mongo;

const PREFERRED_PORT: u16 = 27117;
const START_TIMEOUT: Duration = Duration::from_secs(60);
const REPLICA_SET: &str = "rs0";

pub(crate) fn start(program: &Mongo, data: &Path, log: &Path) -> Result<(ProcessGroup, String)> {
    let port = ports::find_free(PREFERRED_PORT)?;
    fs::create_dir_all(data)?;
    let mut server = match program {
        Mongo::Mongod(path) => {
            let mut mongod = process::command(path);
            mongod
                .args([
                    "--replSet",
                    REPLICA_SET,
                    "--bind_ip",
                    "127.0.0.1",
                    "--wiredTigerCacheSizeGB",
                    "0.25",
                    "--port",
                ])
                .arg(port.to_string());
            mongod.arg("--dbpath").arg(data);
            mongod
        }
        Mongo::Compatible(path) => {
            let mut server = process::command(path);
            server
                .args([
                    "--host",
                    "127.0.0.1",
                    "--cache-size",
                    "256M",
                    "--sync-on-commit",
                    "--log-level",
                    "WARNING",
                    "--port",
                ])
                .arg(port.to_string());
            server.arg("--storage-path").arg(data);
            server
        }
    };
    server.current_dir(data);
    let mut process = process::spawn_service(server, log)?;
    readiness::wait_until_ready("MongoDB", &mut process, log, START_TIMEOUT, || {
        Ok(mongo_protocol::run_command(port, &Document::new().int("hello", 1))?.is_ok())
    })?;
    if matches!(program, Mongo::Mongod(_)) {
        initiate_replica_set(port)?;
    }
    readiness::wait_until_ready("MongoDB's primary", &mut process, log, START_TIMEOUT, || {
        is_primary(port)
    })?;
    Ok((process, format!("mongodb://127.0.0.1:{port}/?directConnection=true")))
}

fn is_primary(port: u16) -> Result<bool> {
    Ok(mongo_protocol::run_command(port, &Document::new().int("hello", 1))?
        .bool("isWritablePrimary"))
}

/// Makes the node a replica set with one member. The stored configuration has the earlier port, so
/// a changed port needs a new configuration.
fn initiate_replica_set(port: u16) -> Result<()> {
    let initiated = mongo_protocol::run_command(
        port,
        &Document::new().document("replSetInitiate", replica_set_config(port, 1)),
    )?;
    if initiated.is_ok() {
        return Ok(());
    }
    let deadline = Instant::now() + Duration::from_secs(15);
    while Instant::now() < deadline {
        if is_primary(port).unwrap_or(false) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(250));
    }
    // A forced configuration must only be newer than the stored one, and the server itself adds a
    // large random number.
    let forced = Document::new()
        .document("replSetReconfig", replica_set_config(port, 2))
        .bool("force", true);
    let reply = mongo_protocol::run_command(port, &forced)?;
    if reply.is_ok() {
        return Ok(());
    }
    let reason = reply.text("errmsg").unwrap_or_default();
    Err(Failure::new(format!("MongoDB would not become a replica set: {reason}"))
        .with_fix("cargo xtask clean-data")
        .into())
}

fn replica_set_config(port: u16, version: i32) -> Document {
    let member = Document::new().int("_id", 0).text("host", &format!("127.0.0.1:{port}"));
    Document::new().text("_id", REPLICA_SET).int("version", version).array("members", &[member])
}
