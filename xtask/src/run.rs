//! `cargo xtask run`: sets up, builds and starts the store.

use std::time::Duration;

use anyhow::Result;

use crate::build::{self, Profile};
use crate::session::{self, DevSession};
use crate::setup::{self, Purpose};
use crate::store::StoreProcess;
use crate::{seed, size_gates};

pub(crate) struct Options {
    pub(crate) profile: Profile,
    pub(crate) port: u16,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let (mut session, mut store) = start(options)?;
    loop {
        std::thread::sleep(Duration::from_millis(300));
        session.check_processes(&mut store)?;
    }
}

/// Starts everything and prints the address. `dev` uses this too.
pub(crate) fn start(options: &Options) -> Result<(DevSession, StoreProcess)> {
    // Before anything long: the data may be in use.
    drop(session::lock_data()?);
    let (tools, ()) =
        setup::ensure_beside(Purpose::Run, || seed::build_server_and_catalog(options.profile))?;
    size_gates::print(build::build_assets(&tools)?)?;
    let session = DevSession::open(&tools, options.profile, options.port)?;
    seed::import_if_empty(&session.environment, options.profile)?;
    seed::create_staff(&session.environment, options.profile)?;
    let store = session.start_store(options.profile)?;
    session.print_summary();
    Ok((session, store))
}
