//! The services that the store needs. A service without a configured address is started here.

mod external;
mod mongo;
mod mongo_protocol;
pub(crate) mod ports;
pub(crate) mod readiness;
mod redis;
mod secrets;
mod stripe_and_mail;

use std::path::PathBuf;

use anyhow::Result;

pub(crate) use external::{ExternalServices, read_variable};
pub(crate) use secrets::{DEMO_PASSWORD, Secrets, parse_variables, write_private_variables};

use crate::build::Profile;
use crate::process::ProcessGroup;
use crate::progress::run_step;
use crate::setup::Tools;

/// Set for a server that was started here. In another server, tools use only the store's own data.
const OWN_MONGODB: &str = "OWN_MONGODB";
const OWN_REDIS: &str = "OWN_REDIS";

/// Running services and their addresses. Dropping it stops them, the last one first.
pub(crate) struct Services {
    addresses: Vec<(String, String)>,
    started: Vec<(&'static str, ProcessGroup)>,
    /// The address of the payments for people, if the sandbox replaces Stripe.
    pub(crate) stripe_sandbox: Option<String>,
    /// The address of the mails for people, if the mail sink receives them.
    pub(crate) mail_inbox: Option<String>,
}

/// The folders for the services' data and logs.
pub(crate) struct ServiceDirs {
    pub(crate) data: PathBuf,
    pub(crate) logs: PathBuf,
    pub(crate) external: ExternalServices,
    /// The build of the sandbox and the mail sink.
    pub(crate) profile: Profile,
}

impl ServiceDirs {
    fn log_path(&self, service: &str) -> PathBuf {
        self.logs.join(format!("{service}.log"))
    }
}

impl Services {
    /// `store` is the future address of the store, to which Stripe sends its webhooks.
    pub(crate) fn start(
        tools: &Tools,
        dirs: &ServiceDirs,
        secrets: &Secrets,
        store: &str,
    ) -> Result<Self> {
        let mut services = Self {
            addresses: Vec::new(),
            started: Vec::new(),
            stripe_sandbox: None,
            mail_inbox: None,
        };
        run_step("services", |step| {
            step.set_message("MongoDB");
            services.start_database(tools, dirs)?;
            step.set_message("Redis");
            services.start_redis(tools, dirs)?;
            step.set_message("Stripe sandbox");
            services.start_stripe(dirs, secrets, store)?;
            step.set_message("mail sink");
            services.start_mail(dirs)?;
            step.set_message(services.summarise());
            Ok(())
        })?;
        Ok(services)
    }

    /// Every address, as the variables the store and the tests read.
    pub(crate) fn addresses(&self) -> &[(String, String)] {
        &self.addresses
    }

    /// The first service that ended by itself.
    pub(crate) fn find_ended_service(&mut self) -> Option<&'static str> {
        self.started.iter_mut().find_map(|(name, process)| process.try_wait().map(|_| *name))
    }

    fn start_database(&mut self, tools: &Tools, dirs: &ServiceDirs) -> Result<()> {
        let uri = match read_variable("MONGODB_URI") {
            Some(uri) => uri,
            None => {
                let (process, uri) = mongo::start(
                    &tools.mongo,
                    &dirs.data.join("mongodb"),
                    &dirs.log_path("mongodb"),
                )?;
                self.started.push(("MongoDB", process));
                self.add_address(OWN_MONGODB, "yes".to_owned());
                uri
            }
        };
        self.add_address("MONGODB_URI", uri);
        Ok(())
    }

    fn start_redis(&mut self, tools: &Tools, dirs: &ServiceDirs) -> Result<()> {
        let url = match read_variable("REDIS_URL") {
            Some(url) => url,
            None => {
                let (process, url) = redis::start(
                    &tools.redis_server,
                    &dirs.data.join("redis"),
                    &dirs.log_path("redis"),
                )?;
                self.started.push(("Redis", process));
                self.add_address(OWN_REDIS, "yes".to_owned());
                url
            }
        };
        self.add_address("REDIS_URL", url);
        Ok(())
    }

    /// A configured key means the real Stripe in test mode.
    fn start_stripe(&mut self, dirs: &ServiceDirs, secrets: &Secrets, store: &str) -> Result<()> {
        if dirs.external.read_variable("STRIPE_SECRET_KEY").is_some() {
            if let Some(base) = read_variable("STRIPE_API_BASE") {
                self.add_address("STRIPE_API_BASE", base);
            }
            return Ok(());
        }
        let (process, address) = stripe_and_mail::start_stripe_sandbox(
            dirs.profile,
            &dirs.data,
            &dirs.log_path("stripe-sandbox"),
            secrets,
            store,
        )?;
        self.started.push(("The Stripe sandbox", process));
        self.add_address("STRIPE_API_BASE", address.for_programs);
        self.stripe_sandbox = Some(address.for_people);
        Ok(())
    }

    fn start_mail(&mut self, dirs: &ServiceDirs) -> Result<()> {
        if let Some(url) = dirs.external.read_variable("SMTP_URL") {
            self.add_address("SMTP_URL", url);
            return Ok(());
        }
        let (process, smtp, address) = stripe_and_mail::start_mail_sink(
            dirs.profile,
            &dirs.data,
            &dirs.log_path("mail-sink"),
        )?;
        self.started.push(("The mail sink", process));
        self.add_address("SMTP_URL", smtp);
        self.add_address("MAIL_SINK_HTTP", address.for_programs);
        self.mail_inbox = Some(address.for_people);
        Ok(())
    }

    fn add_address(&mut self, name: &str, value: String) {
        self.addresses.push((name.to_owned(), value));
    }

    fn summarise(&self) -> String {
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
