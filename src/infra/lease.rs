//! One holder at a time for scheduled work, however many instances run.

use std::time::Duration;

use mongodb::bson::{Document, doc};

use crate::infra::collections::{Collection, Erasure};
use crate::infra::mongo::{Mongo, with_deadline_unique};
use crate::shared::error::AppResult;
use crate::shared::ids::InstanceId;
use crate::shared::timestamp::Timestamp;

const COLLECTION: &str = "job_leases";

pub fn collection() -> Collection {
    Collection::new(COLLECTION, Erasure::NotPersonal)
}

/// Takes or renews the lease of `job`; false while another holder has it. Each taking raises the
/// fencing number.
pub async fn take(
    mongo: &Mongo,
    job: &str,
    holder: InstanceId,
    life: Duration,
    now: Timestamp,
) -> AppResult<bool> {
    let free_or_ours =
        doc! { "_id": job, "$or": [{ "until": { "$lte": now } }, { "holder": holder }] };
    let change =
        doc! { "$set": { "holder": holder, "until": now + life }, "$inc": { "fence": 1_i64 } };
    // With the lease in other hands the upsert meets the existing id and is refused.
    let taken = with_deadline_unique(
        mongo.collection::<Document>(COLLECTION).update_one(free_or_ours, change).upsert(true),
    )
    .await?;
    Ok(taken.is_some())
}
