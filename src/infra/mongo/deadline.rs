//! Deadlines: every operation ends for us in time, and for the server a little sooner.

use std::future::IntoFuture;
use std::time::Duration;

use futures::TryStreamExt;
use mongodb::error::Error as MongoError;
use mongodb::{Cursor, action};
use serde::de::DeserializeOwned;

use super::errors::{driver_error, is_duplicate_key};
use crate::shared::error::{AppError, AppResult};

pub(super) const OPERATION_DEADLINE: Duration = Duration::from_secs(2);
/// What the server is told; a little less, so that its answer comes before we give up.
const SERVER_DEADLINE: Duration = Duration::from_millis(1_500);
const BULK_DEADLINE: Duration = Duration::from_secs(120);

/// An operation of the driver that the server itself is told to give up in time (`maxTimeMS`,
/// R145), so that nobody's abandoned query goes on there.
pub trait Operation: IntoFuture {
    fn within(self, limit: Duration) -> Self;
}

macro_rules! limited_operations {
    ($($operation:ty),+ $(,)?) => {$(
        impl<T: Send + Sync> Operation for $operation where Self: IntoFuture {
            fn within(self, limit: Duration) -> Self {
                self.max_time(limit)
            }
        }
    )+};
}

limited_operations!(
    action::Find<'_, T>,
    action::FindOne<'_, T>,
    action::FindOneAndUpdate<'_, T>,
    action::FindOneAndDelete<'_, T>,
);

impl Operation for action::CountDocuments<'_> {
    fn within(self, limit: Duration) -> Self {
        self.max_time(limit)
    }
}

impl Operation for action::EstimatedDocumentCount<'_> {
    fn within(self, limit: Duration) -> Self {
        self.max_time(limit)
    }
}

impl Operation for action::Aggregate<'_> {
    fn within(self, limit: Duration) -> Self {
        self.max_time(limit)
    }
}

/// The driver has no such option for these: they are short by themselves, and end for us at our own
/// deadline.
macro_rules! unlimited_operations {
    ($($operation:ty),+ $(,)?) => {$(
        impl Operation for $operation where Self: IntoFuture {
            fn within(self, _: Duration) -> Self {
                self
            }
        }
    )+};
}

unlimited_operations!(
    action::InsertOne<'_>,
    action::InsertMany<'_>,
    action::Update<'_>,
    action::Delete<'_>,
    action::ReplaceOne<'_>,
    action::RunCommand<'_>,
);

/// Gives one operation its deadline and its place in the error model.
pub async fn with_deadline<T>(
    operation: impl Operation<Output = Result<T, MongoError>>,
) -> AppResult<T> {
    match tokio::time::timeout(OPERATION_DEADLINE, operation.within(SERVER_DEADLINE).into_future())
        .await
    {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(driver_error(error)),
        Err(_) => Err(AppError::unavailable("a MongoDB operation exceeded its deadline")),
    }
}

/// All documents that a query finds, within one deadline.
pub async fn collect<T: DeserializeOwned + Send + Sync>(
    find: action::Find<'_, T>,
) -> AppResult<Vec<T>> {
    let documents = async { find.within(SERVER_DEADLINE).await?.try_collect().await };
    match tokio::time::timeout(OPERATION_DEADLINE, documents).await {
        Ok(Ok(documents)) => Ok(documents),
        Ok(Err(error)) => Err(driver_error(error)),
        Err(_) => Err(AppError::unavailable("a MongoDB query exceeded its deadline")),
    }
}

/// The next document of a query that is read one by one.
pub async fn next<T: DeserializeOwned + Unpin + Send + Sync>(
    cursor: &mut Cursor<T>,
) -> AppResult<Option<T>> {
    match tokio::time::timeout(OPERATION_DEADLINE, cursor.try_next()).await {
        Ok(Ok(document)) => Ok(document),
        Ok(Err(error)) => Err(driver_error(error)),
        Err(_) => Err(AppError::unavailable("a MongoDB query exceeded its deadline")),
    }
}

/// Like [`with_deadline`], for an operator's bulk work, which nobody waits for in a browser.
pub async fn with_deadline_bulk<T>(
    operation: impl IntoFuture<Output = Result<T, MongoError>>,
) -> AppResult<T> {
    match tokio::time::timeout(BULK_DEADLINE, operation.into_future()).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(driver_error(error)),
        Err(_) => Err(AppError::unavailable("a MongoDB bulk operation exceeded its deadline")),
    }
}

/// Like [`with_deadline`], but a unique index's refusal is an answer of its own.
pub async fn with_deadline_unique<T>(
    operation: impl Operation<Output = Result<T, MongoError>>,
) -> AppResult<Option<T>> {
    match tokio::time::timeout(OPERATION_DEADLINE, operation.within(SERVER_DEADLINE).into_future())
        .await
    {
        Ok(Ok(value)) => Ok(Some(value)),
        Ok(Err(error)) if is_duplicate_key(&error) => Ok(None),
        Ok(Err(error)) => Err(driver_error(error)),
        Err(_) => Err(AppError::unavailable("a MongoDB operation exceeded its deadline")),
    }
}
