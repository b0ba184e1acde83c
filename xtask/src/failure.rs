//! The error that a person reads when a command fails: one sentence, the command that fixes the
//! problem, and the log.

use std::fmt;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub(crate) struct Failure {
    sentence: String,
    fix: Option<String>,
    log: Option<PathBuf>,
}

impl Failure {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), fix: None, log: None }
    }

    /// The command or action after which the failed command can succeed.
    pub(crate) fn with_fix(mut self, command: impl Into<String>) -> Self {
        self.fix = Some(command.into());
        self
    }

    pub(crate) fn with_log(mut self, path: &Path) -> Self {
        self.log = Some(path.to_path_buf());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.sentence)?;
        if let Some(fix) = &self.fix {
            write!(f, "\n  to fix it: {fix}")?;
        }
        if let Some(log) = &self.log {
            write!(f, "\n  the details: {}", log.display())?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
