//! Starts the store and runs its operator commands in its environment.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use anyhow::Result;
use url::Url;

use crate::build::{self, Profile};
use crate::paths;
use crate::process::{self, ProcessGroup};
use crate::progress::run_step;
use crate::services::{Secrets, Services, read_variable, readiness};

const START_TIMEOUT: Duration = Duration::from_secs(90);

/// All environment variables of the store.
#[derive(Clone)]
pub(crate) struct StoreEnvironment {
    variables: Vec<(String, String)>,
    port: u16,
}

impl StoreEnvironment {
    pub(crate) fn new(services: &Services, secrets: &Secrets, data: &Path, port: u16) -> Self {
        let mut variables = vec![
            ("LEPTOS_SITE_ADDR".to_owned(), format!("127.0.0.1:{port}")),
            ("LEPTOS_SITE_ROOT".to_owned(), paths::site().display().to_string()),
            ("CARTWRIGHT_BASE_URL".to_owned(), address(port)),
            (
                "CARTWRIGHT_MONGODB_DATABASE".to_owned(),
                variable_or("CARTWRIGHT_MONGODB_DATABASE", "cartwright"),
            ),
            ("CARTWRIGHT_REDIS_PREFIX".to_owned(), variable_or("CARTWRIGHT_REDIS_PREFIX", "cw:")),
            (
                "CARTWRIGHT_MEDIA_DIR".to_owned(),
                variable_or("CARTWRIGHT_MEDIA_DIR", &data.join("media").display().to_string()),
            ),
        ];
        variables.extend(services.addresses().iter().cloned());
        variables.extend(secrets.variables().iter().cloned());
        Self { variables, port }
    }

    /// The environment that a running store saved; `None` when it does not name the store's
    /// address.
    pub(crate) fn from_variables(variables: Vec<(String, String)>) -> Option<Self> {
        let (_, address) = variables.iter().find(|(name, _)| name == "CARTWRIGHT_BASE_URL")?;
        let port = Url::parse(address).ok()?.port_or_known_default()?;
        Some(Self { variables, port })
    }

    /// Returns the environment with another value for one variable.
    pub(crate) fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn variables(&self) -> &[(String, String)] {
        &self.variables
    }

    /// The value of one variable; empty if it is not set.
    pub(crate) fn variable(&self, name: &str) -> &str {
        self.variables.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn address(&self) -> String {
        address(self.port)
    }

    /// An operator command, such as `catalog count`.
    pub(crate) fn command(&self, profile: Profile, arguments: &[&str]) -> Command {
        let mut command = process::command(build::program_path("cartwright", profile));
        command.args(arguments);
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command
    }
}

pub(crate) fn address(port: u16) -> String {
    format!("http://localhost:{port}")
}

/// A running store. Dropping it stops the store.
pub(crate) struct StoreProcess {
    process: ProcessGroup,
    log: PathBuf,
    /// How many bytes of the log were read.
    bytes_read: usize,
}

impl StoreProcess {
    pub(crate) fn start(
        environment: &StoreEnvironment,
        profile: Profile,
        log: &Path,
    ) -> Result<Self> {
        run_step("start the store", |_| {
            let mut process =
                process::spawn_service(environment.command(profile, &["serve"]), log)?;
            readiness::wait_until_ready("The store", &mut process, log, START_TIMEOUT, || {
                Ok(readiness::read_http_status(environment.port, "/readyz")? == 200)
            })?;
            Ok(Self { process, log: log.to_path_buf(), bytes_read: 0 })
        })
    }

    pub(crate) fn try_wait(&mut self) -> Option<ExitStatus> {
        self.process.try_wait()
    }

    /// The errors that the store logged since the last call.
    pub(crate) fn read_new_errors(&mut self) -> Vec<String> {
        let text = fs::read(&self.log).unwrap_or_default();
        let fresh = text.get(self.bytes_read..).unwrap_or_default();
        let complete = fresh.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        self.bytes_read += complete;
        let lines = String::from_utf8_lossy(&fresh[..complete]).into_owned();
        lines
            .lines()
            .filter(|line| line.contains("ERROR") || line.contains("panicked at"))
            .map(str::to_owned)
            .collect()
    }
}

fn variable_or(name: &str, default: &str) -> String {
    read_variable(name).unwrap_or_else(|| default.to_owned())
}
