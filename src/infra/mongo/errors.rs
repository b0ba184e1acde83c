//! What the driver's errors mean for us: a refusal, a dependency that will be back, or a defect.

use mongodb::error::{Error as MongoError, TRANSIENT_TRANSACTION_ERROR};

use crate::shared::error::AppError;

/// Whether a unique index refused the write.
pub fn is_duplicate_key(error: &MongoError) -> bool {
    use mongodb::error::{ErrorKind, WriteFailure};
    match error.kind.as_ref() {
        ErrorKind::Write(WriteFailure::WriteError(write)) => write.code == 11_000,
        ErrorKind::Command(command) => command.code == 11_000,
        ErrorKind::InsertMany(many) => many.write_errors.iter().flatten().any(|e| e.code == 11_000),
        _ => false,
    }
}

/// What a server answers while it has no primary, is stepping down or starting, was told to give
/// up, or could not have a write acknowledged by a majority: all of it passes.
const PASSING_CODES: [i32; 14] =
    [6, 7, 50, 64, 89, 91, 189, 262, 9_001, 10_107, 11_600, 11_602, 13_435, 13_436];

pub(super) fn driver_error(error: MongoError) -> AppError {
    use mongodb::error::ErrorKind;
    if error_code(&error).is_some_and(|code| PASSING_CODES.contains(&code)) {
        return AppError::unavailable(error);
    }
    match error.kind.as_ref() {
        ErrorKind::ServerSelection { .. }
        | ErrorKind::Io(_)
        | ErrorKind::ConnectionPoolCleared { .. }
        | ErrorKind::DnsResolve { .. } => AppError::unavailable(error),
        _ if error.contains_label("RetryableWriteError")
            || error.contains_label(TRANSIENT_TRANSACTION_ERROR) =>
        {
            AppError::unavailable(error)
        }
        _ => AppError::internal(error),
    }
}

pub(super) fn error_code(error: &MongoError) -> Option<i32> {
    use mongodb::error::{ErrorKind, WriteFailure};
    match error.kind.as_ref() {
        ErrorKind::Command(command) => Some(command.code),
        ErrorKind::Write(WriteFailure::WriteError(write)) => Some(write.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(concern)) => Some(concern.code),
        _ => None,
    }
}
