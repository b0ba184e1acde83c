//! `cartwright keys rotate`: through every collection with sealed fields until nothing needs an
//! older key (R85).

use std::time::Duration;

use crate::infra::ctx::Ctx;
use crate::infra::reencrypt::RotationCursor;
use crate::infra::sealed::SealedCollection;
use crate::shared::error::{AppError, AppResult, ErrorKind};

/// Documents read at once.
const PAGE: i64 = 200;
/// Rounds after which somebody must be writing with an older key.
const ROUNDS: u32 = 10;
/// How often a page is tried again, and the pause before it. Longer than another node takes to step
/// in, and than the minute for which the database keeps the transaction of a command that was
/// killed.
const MAX_RETRIES: u32 = 45;
const PAUSE: Duration = Duration::from_secs(2);

/// How a collection came out.
#[derive(Debug)]
pub struct CollectionReport {
    pub collection: &'static str,
    pub documents: u64,
    pub reencrypted: u64,
    /// Documents that still need an older key because they do not open or cannot be written.
    pub failed: u64,
}

/// Encrypts again what an older key encrypted, and adds the values of the newest index key, beside
/// a store that is open. It ends with a round that found nothing to do.
///
/// # Errors
/// `Conflict` when every round finds something new, `Unavailable` when the database stays away.
/// What was done is done.
pub async fn rotate(
    ctx: &Ctx,
    mut watch: impl FnMut(&RotationCursor),
) -> AppResult<Vec<CollectionReport>> {
    let sealed: Vec<&'static SealedCollection> =
        ctx.collections.iter().filter_map(|collection| collection.sealed).collect();
    let new = |collection: &&SealedCollection| CollectionReport {
        collection: collection.name,
        documents: 0,
        reencrypted: 0,
        failed: 0,
    };
    let mut outcomes: Vec<CollectionReport> = sealed.iter().map(new).collect();
    for _ in 0..ROUNDS {
        let mut found = 0;
        for (collection, outcome) in sealed.iter().copied().zip(&mut outcomes) {
            let cursor = rotate_collection(ctx, collection, &mut watch).await?;
            found += cursor.reencrypted;
            outcome.documents = cursor.read;
            outcome.reencrypted += cursor.reencrypted;
            outcome.failed = cursor.failed;
        }
        if found == 0 {
            return Ok(outcomes);
        }
    }
    let message = "Values sealed with an older key keep coming. Start every instance with the new key in front, then run this again.";
    Err(AppError::conflict("older_key_in_use", message))
}

/// Which keys nothing needs any more, in words for the operator.
///
/// # Errors
/// One sentence when something still needs them.
pub fn describe_removable_keys(ctx: &Ctx, outcomes: &[CollectionReport]) -> Result<String, String> {
    let failed: u64 = outcomes.iter().map(|outcome| outcome.failed).sum();
    if failed > 0 {
        return Err(format!(
            "{failed} documents could not be sealed anew; the log says which, and why. Keep every key."
        ));
    }
    let lists = [
        ("CARTWRIGHT_DATA_KEYS", ctx.keyring.older_data_keys()),
        ("CARTWRIGHT_INDEX_KEYS", ctx.keyring.older_index_keys()),
    ];
    let can_go: String = lists
        .iter()
        .filter(|(_, ids)| !ids.is_empty())
        .map(|(name, ids)| format!("\n  {name}: {}", list_ids(ids)))
        .collect();
    if can_go.is_empty() {
        return Ok("There is no older key.".into());
    }
    Ok(format!("Nothing needs an older key any more. These can go:{can_go}"))
}

fn list_ids(ids: &[u32]) -> String {
    ids.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

/// One collection from its beginning to its end.
async fn rotate_collection(
    ctx: &Ctx,
    collection: &'static SealedCollection,
    watch: &mut impl FnMut(&RotationCursor),
) -> AppResult<RotationCursor> {
    let mut cursor = RotationCursor::new(collection);
    let mut retries = MAX_RETRIES;
    loop {
        match cursor.reencrypt_batch(ctx, PAGE).await {
            Ok(true) => retries = MAX_RETRIES,
            Ok(false) => return Ok(cursor),
            Err(error) if error.kind == ErrorKind::Unavailable && retries > 0 => {
                retries -= 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(error),
        }
        watch(&cursor);
    }
}
