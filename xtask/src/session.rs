//! The development store of this checkout: its data, the services on them, and the file that lets
//! other commands find a running store.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::build::Profile;
use crate::failure::Failure;
use crate::lock::{self, Lock};
use crate::paths;
use crate::progress::print_line;
use crate::services::{self, ExternalServices, Secrets, ServiceDirs, Services, ports};
use crate::setup::Tools;
use crate::store::{self, StoreEnvironment, StoreProcess};

pub(crate) const PREFERRED_PORT: u16 = 3000;

/// The checkout's data and the services on them. Fields are dropped in this order.
pub(crate) struct DevSession {
    services: Services,
    pub(crate) environment: StoreEnvironment,
    _environment_file: EnvironmentFile,
    _lock: Lock,
}

impl DevSession {
    pub(crate) fn open(tools: &Tools, profile: Profile, port: u16) -> Result<Self> {
        let lock = lock_data()?;
        let data = paths::data();
        // A process that was killed could not remove its file.
        let _ = fs::remove_file(EnvironmentFile::path());
        let secrets = Secrets::load_or_create(&data, ExternalServices::AsConfigured)?;
        let port = store_port(port)?;
        let dirs = ServiceDirs {
            data: data.clone(),
            logs: data.join("logs"),
            external: ExternalServices::AsConfigured,
            profile,
        };
        let services = Services::start(tools, &dirs, &secrets, &store::address(port))?;
        let environment = StoreEnvironment::new(&services, &secrets, &data, port);
        let environment_file = EnvironmentFile::write(&environment)?;
        Ok(Self { services, environment, _environment_file: environment_file, _lock: lock })
    }

    pub(crate) fn start_store(&self, profile: Profile) -> Result<StoreProcess> {
        StoreProcess::start(&self.environment, profile, &store_log())
    }

    /// Shows new errors of the store; fails when the store or a service is gone.
    pub(crate) fn check_processes(&mut self, store: &mut StoreProcess) -> Result<()> {
        for line in store.read_new_errors() {
            print_line(&line);
        }
        if let Some(status) = store.try_wait() {
            return Err(Failure::new(format!("The store ended ({status})."))
                .with_fix("see the log, then the same command again")
                .with_log(&store_log())
                .into());
        }
        match self.services.find_ended_service() {
            Some(name) => Err(Failure::new(format!("{name} ended by itself."))
                .with_fix("see the logs, then the same command again")
                .with_log(&paths::data().join("logs"))
                .into()),
            None => Ok(()),
        }
    }

    pub(crate) fn print_summary(&self) {
        let payments = match &self.services.stripe_sandbox {
            Some(address) => format!("{address}  (sandbox, no real money)"),
            None => "Stripe, with the key you set".to_owned(),
        };
        let mails = self.services.mail_inbox.as_deref().unwrap_or("sent to the server you set");
        print_line(&format!(
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

/// The environment of the store that runs now.
pub(crate) fn find_running_environment() -> Result<Option<StoreEnvironment>> {
    if lock::try_acquire(&lock_file())?.is_ok() {
        return Ok(None);
    }
    let assignments =
        services::parse_variables(&fs::read_to_string(EnvironmentFile::path()).unwrap_or_default());
    match StoreEnvironment::from_variables(assignments) {
        Some(environment) => Ok(Some(environment)),
        None => Err(Failure::new("A store is just starting.")
            .with_fix("wait until its address is shown, then the same command again")
            .into()),
    }
}

/// Fails when another process uses the data, and names that process.
pub(crate) fn lock_data() -> Result<Lock> {
    lock::try_acquire(&lock_file())?.map_err(|holder| {
        let sentence = format!("Process {holder} already runs a store on this checkout's data.");
        Failure::new(sentence)
            .with_fix(format!("stop it with Ctrl-C in its terminal, or: kill {holder}"))
            .into()
    })
}

fn store_port(preferred: u16) -> Result<u16> {
    let port = ports::find_free(preferred)?;
    if port != preferred {
        print_line(&format!(
            "Port {preferred} is taken by another program; the store goes to {port}."
        ));
    }
    Ok(port)
}

fn store_log() -> PathBuf {
    paths::data().join("logs/store.log")
}

fn lock_file() -> PathBuf {
    paths::data().join("lock")
}

/// Lets other commands find the running services. It also holds the keys, so only its owner may
/// read it, and it is removed at the end.
struct EnvironmentFile;

impl EnvironmentFile {
    fn path() -> PathBuf {
        paths::data().join("running.env")
    }

    fn write(environment: &StoreEnvironment) -> Result<Self> {
        services::write_private_variables(&Self::path(), environment.variables())?;
        Ok(Self)
    }
}

impl Drop for EnvironmentFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(Self::path());
    }
}
