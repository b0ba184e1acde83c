//! A store for a command to read: the one that runs, or a new one with its own services and data,
//! which end with the command.

use std::process::Command;

use anyhow::Result;

use crate::build::{self, Profile};
use crate::progress::print_line;
use crate::services::{ExternalServices, Secrets, ServiceDirs, Services, ports};
use crate::setup::Tools;
use crate::store::{self, StoreEnvironment, StoreProcess};
use crate::temp_folder::TempFolder;
use crate::{paths, seed, session};

/// Services with temporary data, and a port for a store. Fields are dropped in this order.
pub(crate) struct IsolatedServices {
    services: Services,
    secrets: Secrets,
    store_port: u16,
    folder: TempFolder,
}

impl IsolatedServices {
    /// `purpose` names the folders of data and logs.
    pub(crate) fn start(tools: &Tools, purpose: &str, profile: Profile) -> Result<Self> {
        let folder = TempFolder::new(purpose)?;
        let secrets = Secrets::load_or_create(folder.path(), ExternalServices::AlwaysLocal)?;
        let store_port = ports::find_any()?;
        let (data, logs) = (folder.path().to_path_buf(), paths::logs().join(purpose));
        let dirs = ServiceDirs { data, logs, external: ExternalServices::AlwaysLocal, profile };
        let services = Services::start(tools, &dirs, &secrets, &store::address(store_port))?;
        Ok(Self { services, secrets, store_port, folder })
    }

    /// The environment variables for programs that use the store and its services.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let mut variables = self.services.addresses().to_vec();
        variables.extend(self.secrets.variables().iter().cloned());
        let addresses = [("STRIPE_SANDBOX_URL", "STRIPE_API_BASE"), ("MAIL_SINK_SMTP", "SMTP_URL")];
        for (alias, name) in addresses {
            if let Some((_, address)) =
                self.services.addresses().iter().find(|(known, _)| known == name)
            {
                variables.push((alias.to_owned(), address.clone()));
            }
        }
        variables
    }

    /// A store with a database of its own, even where a shared server is configured.
    pub(crate) fn environment(&self) -> StoreEnvironment {
        let process = std::process::id();
        StoreEnvironment::new(&self.services, &self.secrets, self.folder.path(), self.store_port)
            .with_variable("CARTWRIGHT_MONGODB_DATABASE", &format!("cartwright_browser_{process}"))
            .with_variable("CARTWRIGHT_REDIS_PREFIX", &format!("cwb{process}:"))
            .with_variable(
                "CARTWRIGHT_MEDIA_DIR",
                &self.folder.path().join("media").display().to_string(),
            )
            // Every shopper in the tests has an own IP address, so that tests do not share rate
            // limits.
            .with_variable("CARTWRIGHT_TRUSTED_PROXIES", "127.0.0.1")
    }
}

/// A store with the demo catalogue. Fields are dropped in this order.
pub(crate) struct DemoStore {
    _store: Option<StoreProcess>,
    _services: Option<IsolatedServices>,
    environment: StoreEnvironment,
    profile: Profile,
}

impl DemoStore {
    /// The store of `cargo xtask run` if one runs; else a new store with the demo catalogue.
    pub(crate) fn find_or_start(tools: &Tools, purpose: &str) -> Result<Self> {
        if let Some(environment) = session::find_running_environment()? {
            print_line(&format!("The store at {} is used.", environment.address()));
            return Ok(Self {
                _store: None,
                _services: None,
                environment,
                profile: Profile::Debug,
            });
        }
        Self::start(tools, purpose, Profile::Debug)
    }

    pub(crate) fn start(tools: &Tools, purpose: &str, profile: Profile) -> Result<Self> {
        seed::build_server_and_catalog(profile)?;
        build::build_assets(tools)?;
        let services = IsolatedServices::start(tools, purpose, profile)?;
        let environment = services.environment();
        seed::import_if_empty(&environment, profile)?;
        seed::create_staff(&environment, profile)?;
        let store = StoreProcess::start(
            &environment,
            profile,
            &paths::logs().join(purpose).join("store.log"),
        )?;
        Ok(Self { _store: Some(store), _services: Some(services), environment, profile })
    }

    pub(crate) fn address(&self) -> String {
        self.environment.address()
    }

    /// An operator command on the store's data.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.environment.command(self.profile, arguments)
    }

    /// The addresses of the store, its sandbox and its mails, for programs that use them.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let mut variables = self.environment.variables().to_vec();
        variables.push(("BASE_URL".to_owned(), self.address()));
        variables
    }
}
