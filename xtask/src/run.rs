//! `cargo xtask run`: from a fresh clone to a store in the browser.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::build::{self, Profile};
use crate::failure::Failure;
use crate::lock::{self, Lock};
use crate::progress::say;
use crate::services::{self, Companions, Secrets, ServiceDirs, Services, ports};
use crate::setup::{self, Tools};
use crate::store::{self, Environment, Store};
use crate::{bench, paths, seed};

pub const PREFERRED_PORT: u16 = 3000;

pub struct Options {
    pub profile: Profile,
    pub port: u16,
}

pub fn run(options: &Options) -> Result<()> {
    let (mut session, mut store) = start(options)?;
    loop {
        std::thread::sleep(Duration::from_millis(300));
        session.watch(&mut store)?;
    }
}

/// Everything up and the address told; `dev` goes on from here as well.
pub fn start(options: &Options) -> Result<(Session, Store)> {
    // Before anything long: the data may be in use.
    drop(hold_data()?);
    let tools = setup::ensure(setup::Purpose::Run)?;
    bench::report(build::all(&tools, options.profile)?)?;
    let session = Session::open(&tools, options.profile, options.port)?;
    seed::if_empty(&session.environment, options.profile)?;
    seed::staff(&session.environment, options.profile)?;
    let store = session.start_store(options.profile)?;
    session.announce();
    Ok((session, store))
}

/// The checkout's own data with the services on them. Fields are dropped in this order.
pub struct Session {
    services: Services,
    pub environment: Environment,
    _noted: NotedEnvironment,
    _lock: Lock,
}

impl Session {
    pub fn open(tools: &Tools, profile: Profile, port: u16) -> Result<Self> {
        let lock = hold_data()?;
        let data = paths::data();
        // One that was killed could not take its note away.
        let _ = fs::remove_file(NotedEnvironment::path());
        let secrets = Secrets::load_or_create(&data, Companions::AsConfigured)?;
        let port = store_port(port)?;
        let dirs = ServiceDirs {
            data: data.clone(),
            logs: data.join("logs"),
            companions: Companions::AsConfigured,
            profile,
        };
        let services = Services::start(tools, &dirs, &secrets, &store::address(port))?;
        let environment = Environment::new(&services, &secrets, &data, port);
        let noted = NotedEnvironment::write(&environment)?;
        Ok(Self { services, environment, _noted: noted, _lock: lock })
    }

    pub fn start_store(&self, profile: Profile) -> Result<Store> {
        Store::start(&self.environment, profile, &store_log())
    }

    /// Shows new errors of the store; fails when the store or a service is gone.
    pub fn watch(&mut self, store: &mut Store) -> Result<()> {
        for line in store.new_errors() {
            say(&line);
        }
        if let Some(status) = store.ended() {
            return Err(Failure::new(format!("The store ended ({status})."))
                .mend("see the log, then the same command again")
                .log(&store_log())
                .into());
        }
        match self.services.first_ended() {
            Some(name) => Err(Failure::new(format!("{name} ended by itself."))
                .mend("see the logs, then the same command again")
                .log(&paths::data().join("logs"))
                .into()),
            None => Ok(()),
        }
    }

    fn announce(&self) {
        let payments = match &self.services.stripe_sandbox {
            Some(address) => format!("{address}  (sandbox, no real money)"),
            None => "Stripe, with the key you set".to_owned(),
        };
        let mails = self.services.mails.as_deref().unwrap_or("sent to the server you set");
        say(&format!(
            "
  The store is open:   {}

  Cards to pay with    4242 4242 4242 4242   is paid
                       4000 0000 0000 0002   is declined
                       4000 0000 0000 9995   has insufficient funds
                       4000 0025 0000 3155   asks for confirmation
                       any future date, any three digits
  Staff sign in at     {}/login
                       owner@demo.example, orders@demo.example,
                       catalogue@demo.example, read-only@demo.example
  Their password       {}
  Their code           cargo xtask code owner (or orders, catalogue, read_only)
  Payments             {payments}
  Mails                {mails}
  The store's log      {}

  Stop with Ctrl-C. The data stay in .cartwright/; `cargo xtask clean-data` removes them.
",
            self.environment.address(),
            self.environment.address(),
            self.environment.variable(services::DEMO_PASSWORD),
            store_log().display(),
        ));
    }
}

/// What a store that runs now was started with.
pub fn environment_of_running_store() -> Result<Option<Environment>> {
    if lock::try_take(&lock_file())?.is_ok() {
        return Ok(None);
    }
    let assignments = services::read_assignments(
        &fs::read_to_string(NotedEnvironment::path()).unwrap_or_default(),
    );
    match Environment::from_assignments(assignments) {
        Some(environment) => Ok(Some(environment)),
        None => Err(Failure::new("A store is just starting.")
            .mend("wait until its address is shown, then the same command again")
            .into()),
    }
}

/// Tells whose the data are when they are not ours to take.
pub fn hold_data() -> Result<Lock> {
    lock::try_take(&lock_file())?.map_err(|holder| {
        let sentence = format!("Process {holder} already runs a store on this checkout's data.");
        Failure::new(sentence)
            .mend(format!("stop it with Ctrl-C in its terminal, or: kill {holder}"))
            .into()
    })
}

fn store_port(preferred: u16) -> Result<u16> {
    let port = ports::free(preferred)?;
    if port != preferred {
        say(&format!("Port {preferred} is taken by another program; the store goes to {port}."));
    }
    Ok(port)
}

fn store_log() -> PathBuf {
    paths::data().join("logs/store.log")
}

fn lock_file() -> PathBuf {
    paths::data().join("lock")
}

/// Lets `cargo xtask seed` find the running services. It holds the keys too, so it is private and
/// short-lived.
struct NotedEnvironment;

impl NotedEnvironment {
    fn path() -> PathBuf {
        paths::data().join("running.env")
    }

    fn write(environment: &Environment) -> Result<Self> {
        services::write_private(&Self::path(), environment.variables())?;
        Ok(Self)
    }
}

impl Drop for NotedEnvironment {
    fn drop(&mut self) {
        let _ = fs::remove_file(Self::path());
    }
}
