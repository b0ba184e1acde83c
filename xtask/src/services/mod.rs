//! The services the store needs: used where an address is configured, started here where none is.

mod mongo;
pub mod ports;
pub mod ready;
mod redis;
mod sandbox;
mod secrets;
mod wire;

use std::path::PathBuf;

use anyhow::Result;

pub use secrets::{DEMO_PASSWORD, Secrets, read_assignments, write_private};

use crate::build::Profile;
use crate::process::Group;
use crate::progress::step;
use crate::setup::Tools;

/// Set for a server that was started here: of somebody else's, tools keep to the store's part.
const OWN_MONGODB: &str = "OWN_MONGODB";
const OWN_REDIS: &str = "OWN_REDIS";

/// Running services and where they are. Dropping it ends them, the last started first.
pub struct Services {
    addresses: Vec<(String, String)>,
    started: Vec<(&'static str, Group)>,
    /// Where a person looks at payments, if the sandbox plays Stripe.
    pub stripe_sandbox: Option<String>,
    /// Where a person reads the mails, if the sink takes them.
    pub mails: Option<String>,
}

/// Where services keep their data and write what they say.
pub struct ServiceDirs {
    pub data: PathBuf,
    pub logs: PathBuf,
    pub companions: Companions,
    /// Of which build the companions are.
    pub profile: Profile,
}

/// Who plays Stripe and takes the mails.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Companions {
    /// What the variables name, ours where they name nothing.
    AsConfigured,
    /// Ours whatever is set: a test must never reach the real Stripe or send a real mail.
    AlwaysOurs,
}

impl Companions {
    fn set_variable(self, name: &str) -> Option<String> {
        if self == Self::AsConfigured { set_variable(name) } else { None }
    }
}

impl ServiceDirs {
    fn log(&self, service: &str) -> PathBuf {
        self.logs.join(format!("{service}.log"))
    }
}

/// A variable that is set to something.
pub fn set_variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Services {
    /// `store` is the address the store will have, for Stripe's messages to it.
    pub fn start(
        tools: &Tools,
        dirs: &ServiceDirs,
        secrets: &Secrets,
        store: &str,
    ) -> Result<Self> {
        let mut services =
            Self { addresses: Vec::new(), started: Vec::new(), stripe_sandbox: None, mails: None };
        step("services", |step| {
            step.note("MongoDB");
            services.database(tools, dirs)?;
            step.note("Redis");
            services.redis(tools, dirs)?;
            step.note("Stripe sandbox");
            services.stripe(dirs, secrets, store)?;
            step.note("mail sink");
            services.mail(dirs)?;
            step.note(services.summary());
            Ok(())
        })?;
        Ok(services)
    }

    /// Every address, as the variables the store and the tests read.
    pub fn addresses(&self) -> &[(String, String)] {
        &self.addresses
    }

    /// The first service that ended by itself.
    pub fn first_ended(&mut self) -> Option<&'static str> {
        self.started.iter_mut().find_map(|(name, process)| process.ended().map(|_| *name))
    }

    fn database(&mut self, tools: &Tools, dirs: &ServiceDirs) -> Result<()> {
        let uri = match set_variable("MONGODB_URI") {
            Some(uri) => uri,
            None => {
                let (process, uri) =
                    mongo::start(&tools.mongo, &dirs.data.join("mongodb"), &dirs.log("mongodb"))?;
                self.started.push(("MongoDB", process));
                self.set(OWN_MONGODB, "yes".to_owned());
                uri
            }
        };
        self.set("MONGODB_URI", uri);
        Ok(())
    }

    fn redis(&mut self, tools: &Tools, dirs: &ServiceDirs) -> Result<()> {
        let url = match set_variable("REDIS_URL") {
            Some(url) => url,
            None => {
                let (process, url) = redis::start(
                    &tools.redis_server,
                    &dirs.data.join("redis"),
                    &dirs.log("redis"),
                )?;
                self.started.push(("Redis", process));
                self.set(OWN_REDIS, "yes".to_owned());
                url
            }
        };
        self.set("REDIS_URL", url);
        Ok(())
    }

    /// A key of the developer's own means the real Stripe in test mode.
    fn stripe(&mut self, dirs: &ServiceDirs, secrets: &Secrets, store: &str) -> Result<()> {
        if dirs.companions.set_variable("STRIPE_SECRET_KEY").is_some() {
            if let Some(base) = set_variable("STRIPE_API_BASE") {
                self.set("STRIPE_API_BASE", base);
            }
            return Ok(());
        }
        let (process, address) = sandbox::start_stripe(
            dirs.profile,
            &dirs.data,
            &dirs.log("stripe-sandbox"),
            secrets,
            store,
        )?;
        self.started.push(("The Stripe sandbox", process));
        self.set("STRIPE_API_BASE", address.called);
        self.stripe_sandbox = Some(address.shown);
        Ok(())
    }

    fn mail(&mut self, dirs: &ServiceDirs) -> Result<()> {
        if let Some(url) = dirs.companions.set_variable("SMTP_URL") {
            self.set("SMTP_URL", url);
            return Ok(());
        }
        let (process, smtp, address) =
            sandbox::start_mail(dirs.profile, &dirs.data, &dirs.log("mail-sink"))?;
        self.started.push(("The mail sink", process));
        self.set("SMTP_URL", smtp);
        self.set("MAIL_SINK_HTTP", address.called);
        self.mails = Some(address.shown);
        Ok(())
    }

    fn set(&mut self, name: &str, value: String) {
        self.addresses.push((name.to_owned(), value));
    }

    fn summary(&self) -> String {
        match self.started.len() {
            0 => "all configured from outside".to_owned(),
            count => format!("{count} started"),
        }
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        while let Some((_, mut process)) = self.started.pop() {
            process.stop();
        }
    }
}
