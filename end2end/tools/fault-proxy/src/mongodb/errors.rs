//! Errors that the proxy sends instead of the server, with the labels that a server would give.

use bson::{Bson, Document, doc};
use serde::{Deserialize, Serialize};

use crate::mongodb::message::Command;

/// Names of codes (MongoDB's src/mongo/base/error_codes.yml).
const NAMES: [(i32, &str); 22] = [
    (6, "HostUnreachable"),
    (7, "HostNotFound"),
    (24, "LockTimeout"),
    (50, "MaxTimeMSExpired"),
    (64, "WriteConcernFailed"),
    (89, "NetworkTimeout"),
    (91, "ShutdownInProgress"),
    (112, "WriteConflict"),
    (134, "ReadConcernMajorityNotAvailableYet"),
    (189, "PrimarySteppedDown"),
    (246, "SnapshotUnavailable"),
    (251, "NoSuchTransaction"),
    (262, "ExceededTimeLimit"),
    (286, "ChangeStreamHistoryLost"),
    (9001, "SocketException"),
    (10107, "NotWritablePrimary"),
    (11600, "InterruptedAtShutdown"),
    (11601, "Interrupted"),
    (11602, "InterruptedDueToReplStateChange"),
    (13435, "NotPrimaryNoSecondaryOk"),
    (13436, "NotPrimaryOrSecondary"),
    (14031, "OutOfDiskSpace"),
];

/// Codes after which a write may be sent again.
const RETRYABLE: [i32; 12] = [6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436];
/// Codes that end a transaction which may then be run again.
const TRANSIENT: [i32; 3] = [24, 112, 246];
const NO_SUCH_TRANSACTION: i32 = 251;
/// Codes after which a driver asks who the primary is.
const STATE_CHANGES: [i32; 7] = [91, 189, 10107, 11600, 11602, 13435, 13436];

const TRANSIENT_TRANSACTION_ERROR: &str = "TransientTransactionError";
const RETRYABLE_WRITE_ERROR: &str = "RetryableWriteError";

/// The error that replaces the server's reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandError {
    pub code: i32,
    /// If absent, the labels that a server would give.
    #[serde(default)]
    labels: Option<Vec<String>>,
    /// The command itself succeeds; only its write concern fails.
    #[serde(default)]
    is_write_concern_error: bool,
}

impl CommandError {
    pub fn new(code: i32) -> Self {
        Self { code, labels: None, is_write_concern_error: false }
    }

    /// The server is no longer primary.
    pub fn not_writable_primary() -> Self {
        Self::new(10107)
    }

    /// The server steps down while the command runs.
    pub fn primary_stepped_down() -> Self {
        Self::new(189)
    }

    pub fn interrupted_by_state_change() -> Self {
        Self::new(11602)
    }

    pub fn write_conflict() -> Self {
        Self::new(112)
    }

    pub fn no_such_transaction() -> Self {
        Self::new(NO_SUCH_TRANSACTION)
    }

    pub fn out_of_disk_space() -> Self {
        Self::new(14031)
    }

    /// The write was done, and the majority did not confirm it in time: `ok` is 1, with a
    /// `writeConcernError` beside it.
    pub fn write_concern_failed() -> Self {
        Self { is_write_concern_error: true, ..Self::new(64) }
    }

    /// Replaces the labels that a server would give.
    pub fn with_labels<'a>(self, labels: impl IntoIterator<Item = &'a str>) -> Self {
        Self { labels: Some(labels.into_iter().map(str::to_owned).collect()), ..self }
    }

    /// Whether the error says that the server is no longer primary, or soon will not be.
    pub(crate) fn is_state_change(&self) -> bool {
        STATE_CHANGES.contains(&self.code)
    }

    /// The reply to a command.
    pub(crate) fn reply_to(&self, command: &Command) -> Document {
        let name = NAMES
            .iter()
            .find(|(code, _)| *code == self.code)
            .map_or("UnknownError", |(_, name)| name);
        let cause = format!("{name}, injected by the fault proxy");
        let mut reply = if self.is_write_concern_error {
            // `value` is what findAndModify answers.
            let error = doc! { "code": self.code, "codeName": name, "errmsg": cause };
            doc! { "n": 1, "nModified": 1, "value": Bson::Null, "ok": 1.0, "writeConcernError": error }
        } else {
            doc! { "ok": 0.0, "errmsg": cause, "code": self.code, "codeName": name }
        };
        let labels = self.labels.clone().unwrap_or_else(|| self.server_labels(command));
        if !labels.is_empty() {
            reply.insert("errorLabels", labels);
        }
        reply
    }

    /// The same decision as in the server (MongoDB's src/mongo/db/error_labels.cpp).
    fn server_labels(&self, command: &Command) -> Vec<String> {
        let mut labels = Vec::new();
        let is_retryable = RETRYABLE.contains(&self.code);
        if command.is_in_transaction {
            let ends_here = TRANSIENT.contains(&self.code)
                || match command.ends_transaction() {
                    true => self.code == NO_SUCH_TRANSACTION && !self.is_write_concern_error,
                    false => self.code == NO_SUCH_TRANSACTION || is_retryable,
                };
            if ends_here {
                labels.push(TRANSIENT_TRANSACTION_ERROR.to_owned());
            }
        }
        if is_retryable && (command.is_retryable_write || command.ends_transaction()) {
            labels.push(RETRYABLE_WRITE_ERROR.to_owned());
        }
        labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mongodb::message::Message;

    fn labels(error: &CommandError, command: Document) -> Vec<String> {
        let command = Command::from_message(&Message::new(1, 0, &command)).expect("a command");
        let reply = error.reply_to(&command);
        let labels = reply.get_array("errorLabels").cloned().unwrap_or_default();
        labels.iter().filter_map(Bson::as_str).map(str::to_owned).collect()
    }

    #[test]
    fn labels_are_those_of_a_server() {
        let retried = || doc! { "insert": "a", "txnNumber": 1_i64 };
        let inside = || doc! { "insert": "a", "txnNumber": 1_i64, "autocommit": false };
        let commit = || doc! { "commitTransaction": 1, "txnNumber": 1_i64, "autocommit": false };
        let read = || doc! { "find": "a" };
        for (error, command, expected) in [
            (CommandError::not_writable_primary(), retried(), vec![RETRYABLE_WRITE_ERROR]),
            (CommandError::not_writable_primary(), inside(), vec![TRANSIENT_TRANSACTION_ERROR]),
            (CommandError::not_writable_primary(), commit(), vec![RETRYABLE_WRITE_ERROR]),
            (CommandError::not_writable_primary(), read(), vec![]),
            (CommandError::write_conflict(), inside(), vec![TRANSIENT_TRANSACTION_ERROR]),
            (CommandError::write_conflict(), commit(), vec![TRANSIENT_TRANSACTION_ERROR]),
            (CommandError::no_such_transaction(), commit(), vec![TRANSIENT_TRANSACTION_ERROR]),
            (CommandError::out_of_disk_space(), retried(), vec![]),
            (CommandError::write_concern_failed(), commit(), vec![]),
            (CommandError::out_of_disk_space().with_labels(["Own"]), read(), vec!["Own"]),
        ] {
            assert_eq!(labels(&error, command.clone()), expected, "{} to {command}", error.code);
        }
    }

    #[test]
    fn a_failed_write_concern_is_no_failed_command() {
        let command =
            Command::from_message(&Message::new(1, 0, &doc! { "insert": "a" })).expect("a command");
        let reply = CommandError::write_concern_failed().reply_to(&command);
        assert_eq!(reply.get_f64("ok"), Ok(1.0));
        assert_eq!(
            reply.get_document("writeConcernError").and_then(|error| error.get_i32("code")),
            Ok(64)
        );
        let reply = CommandError::new(10107).reply_to(&command);
        assert_eq!(
            (reply.get_f64("ok"), reply.get_str("codeName")),
            (Ok(0.0), Ok("NotWritablePrimary"))
        );
    }
}
