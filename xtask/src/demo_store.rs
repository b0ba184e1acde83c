//! A store to look at: the one that runs already, or one of the command's own on services and data
//! that live as long.

use std::process::Command;

use anyhow::Result;

use crate::build::{self, Profile};
use crate::progress::say;
use crate::scratch::Scratch;
use crate::services::{Companions, Secrets, ServiceDirs, Services, ports};
use crate::setup::Tools;
use crate::store::{self, Environment, Store};
use crate::{paths, run, seed};

/// Services on scratch data, and a place for a store on them. Fields are dropped in this order.
pub struct Apart {
    services: Services,
    secrets: Secrets,
    store_port: u16,
    scratch: Scratch,
}

impl Apart {
    /// `purpose` names the folders of data and logs.
    pub fn start(tools: &Tools, purpose: &str, profile: Profile) -> Result<Self> {
        let scratch = Scratch::new(purpose)?;
        let secrets = Secrets::load_or_create(scratch.path(), Companions::AlwaysOurs)?;
        let store_port = ports::any()?;
        let (data, logs) = (scratch.path().to_path_buf(), paths::logs().join(purpose));
        let dirs = ServiceDirs { data, logs, companions: Companions::AlwaysOurs, profile };
        let services = Services::start(tools, &dirs, &secrets, &store::address(store_port))?;
        Ok(Self { services, secrets, store_port, scratch })
    }

    /// What programs that drive the store and its companions read from their environment.
    pub fn variables(&self) -> Vec<(String, String)> {
        let mut variables = self.services.addresses().to_vec();
        variables.extend(self.secrets.all().iter().cloned());
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
    pub fn environment(&self) -> Environment {
        let process = std::process::id();
        Environment::new(&self.services, &self.secrets, self.scratch.path(), self.store_port)
            .with("CARTWRIGHT_MONGODB_DATABASE", &format!("cartwright_browser_{process}"))
            .with("CARTWRIGHT_REDIS_PREFIX", &format!("cwb{process}:"))
            .with("CARTWRIGHT_MEDIA_DIR", &self.scratch.path().join("media").display().to_string())
            // Every shopper of the tests comes from an address of their own, so that no test uses
            // up another one's limits.
            .with("CARTWRIGHT_TRUSTED_PROXIES", "127.0.0.1")
    }
}

/// A store with the demo catalogue. Fields are dropped in this order.
pub struct DemoStore {
    _store: Option<Store>,
    _apart: Option<Apart>,
    environment: Environment,
    profile: Profile,
}

impl DemoStore {
    /// The store of `cargo xtask run`, where one runs; else one of our own, built and filled.
    pub fn running_or_own(tools: &Tools, purpose: &str) -> Result<Self> {
        if let Some(environment) = run::environment_of_running_store()? {
            say(&format!("The store at {} is used.", environment.address()));
            return Ok(Self { _store: None, _apart: None, environment, profile: Profile::Debug });
        }
        Self::own(tools, purpose, Profile::Debug)
    }

    pub fn own(tools: &Tools, purpose: &str, profile: Profile) -> Result<Self> {
        build::native(profile)?;
        build::assets(tools)?;
        let apart = Apart::start(tools, purpose, profile)?;
        let environment = apart.environment();
        seed::if_empty(&environment, profile)?;
        seed::staff(&environment, profile)?;
        let store =
            Store::start(&environment, profile, &paths::logs().join(purpose).join("store.log"))?;
        Ok(Self { _store: Some(store), _apart: Some(apart), environment, profile })
    }

    pub fn address(&self) -> String {
        self.environment.address()
    }

    /// An operator command on the store's data.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.environment.command(self.profile, arguments)
    }

    /// For programs that drive the store: where it, its sandbox and its mails are.
    pub fn variables(&self) -> Vec<(String, String)> {
        let mut variables = self.environment.variables().to_vec();
        variables.push(("BASE_URL".to_owned(), self.address()));
        variables
    }
}
