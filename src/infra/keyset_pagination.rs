//! Pages of lists that grow: the next page begins after the last row shown, by time and id, so that
//! rows of the same moment are neither lost nor shown twice.

use mongodb::bson::{Document, doc};

use crate::shared::pagination::Position;

/// The order of a list: the newest first, rows of one moment by falling id.
pub fn newest_first(time_field: &str) -> Document {
    doc! { time_field: -1, "_id": -1 }
}

/// Narrows a filter to what comes after a row in [`newest_first`].
pub fn older_than(mut filter: Document, time_field: &str, after: Option<Position>) -> Document {
    let Some(Position { at, id }) = after else { return filter };
    // The plain bound on the time lets the index begin at the right place.
    filter.insert(time_field, doc! { "$lte": at });
    filter.insert("$or", vec![doc! { time_field: { "$lt": at } }, doc! { "_id": { "$lt": id } }]);
    filter
}
