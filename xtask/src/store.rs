//! The store itself: its environment, starting it, running its operator commands.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use anyhow::Result;

use crate::build::{self, Profile};
use crate::paths;
use crate::process::{self, Group};
use crate::progress::step;
use crate::services::{Secrets, Services, ready, set_variable};

const PATIENCE: Duration = Duration::from_secs(90);

/// Everything the store reads from its environment.
#[derive(Clone)]
pub struct Environment {
    variables: Vec<(String, String)>,
    port: u16,
}

impl Environment {
    pub fn new(services: &Services, secrets: &Secrets, data: &Path, port: u16) -> Self {
        let mut variables = vec![
            ("LEPTOS_SITE_ADDR".to_owned(), format!("127.0.0.1:{port}")),
            ("LEPTOS_SITE_ROOT".to_owned(), paths::site().display().to_string()),
            ("CARTWRIGHT_BASE_URL".to_owned(), address(port)),
            (
                "CARTWRIGHT_MONGODB_DATABASE".to_owned(),
                or_set("CARTWRIGHT_MONGODB_DATABASE", "cartwright"),
            ),
            ("CARTWRIGHT_REDIS_PREFIX".to_owned(), or_set("CARTWRIGHT_REDIS_PREFIX", "cw:")),
            (
                "CARTWRIGHT_MEDIA_DIR".to_owned(),
                or_set("CARTWRIGHT_MEDIA_DIR", &data.join("media").display().to_string()),
            ),
        ];
        variables.extend(services.addresses().iter().cloned());
        variables.extend(secrets.all().iter().cloned());
        Self { variables, port }
    }

    /// The environment a running store wrote down; `None` when it does not say where the store is.
    pub fn from_assignments(variables: Vec<(String, String)>) -> Option<Self> {
        let (_, address) = variables.iter().find(|(name, _)| name == "CARTWRIGHT_BASE_URL")?;
        let port = address.rsplit(':').next()?.parse().ok()?;
        Some(Self { variables, port })
    }

    /// The same with another value for one variable.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn variables(&self) -> &[(String, String)] {
        &self.variables
    }

    /// One value; empty where there is none.
    pub fn variable(&self, name: &str) -> &str {
        self.variables.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn address(&self) -> String {
        address(self.port)
    }

    /// An operator command, such as `catalog count`.
    pub fn command(&self, profile: Profile, arguments: &[&str]) -> Command {
        let mut command = process::command(build::program("cartwright", profile));
        command.args(arguments);
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command
    }
}

pub fn address(port: u16) -> String {
    format!("http://localhost:{port}")
}

/// A running store; dropping it ends it.
pub struct Store {
    process: Group,
    log: PathBuf,
    /// How much of the log was already looked at.
    seen: usize,
}

impl Store {
    pub fn start(environment: &Environment, profile: Profile, log: &Path) -> Result<Self> {
        step("start the store", |_| {
            let mut process =
                process::spawn_service(environment.command(profile, &["serve"]), log)?;
            ready::wait("The store", &mut process, log, PATIENCE, || {
                Ok(ready::http_status(environment.port, "/readyz")? == 200)
            })?;
            Ok(Self { process, log: log.to_path_buf(), seen: 0 })
        })
    }

    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.process.ended()
    }

    /// Errors the store logged since the last call; the rest of the log is for the file.
    pub fn new_errors(&mut self) -> Vec<String> {
        let text = fs::read(&self.log).unwrap_or_default();
        let fresh = text.get(self.seen..).unwrap_or_default();
        let complete = fresh.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        self.seen += complete;
        let lines = String::from_utf8_lossy(&fresh[..complete]).into_owned();
        lines
            .lines()
            .filter(|line| line.contains("ERROR") || line.contains("panicked at"))
            .map(str::to_owned)
            .collect()
    }
}

fn or_set(name: &str, default: &str) -> String {
    set_variable(name).unwrap_or_else(|| default.to_owned())
}
