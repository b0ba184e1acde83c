//! What a person reads when a command cannot go on: one sentence, the command that mends it, the
//! log.

use std::fmt;
use std::path::{Path, PathBuf};

#[derive(Debug)]
pub struct Failure {
    sentence: String,
    mend: Option<String>,
    log: Option<PathBuf>,
}

impl Failure {
    pub fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), mend: None, log: None }
    }

    /// The command (or the one action) after which the same command would go on.
    pub fn mend(mut self, command: impl Into<String>) -> Self {
        self.mend = Some(command.into());
        self
    }

    pub fn log(mut self, path: &Path) -> Self {
        self.log = Some(path.to_path_buf());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.sentence)?;
        if let Some(mend) = &self.mend {
            write!(f, "\n  to mend it: {mend}")?;
        }
        if let Some(log) = &self.log {
            write!(f, "\n  the details: {}", log.display())?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
