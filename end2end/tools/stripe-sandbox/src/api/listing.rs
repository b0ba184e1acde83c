//! Stripe's list answers: newest first, `limit`, `starting_after`, `ending_before` and `created`.

use serde_json::{Value, json};

use crate::account::Account;
use crate::api_error::ApiError;
use crate::form::Params;
use crate::table::{Row, Table};

/// A page of a table. Lists are eventually consistent: for the lag in the account's settings, a new
/// object is missing from lists although it can be retrieved by id.
pub(crate) fn paginate_table<T: Row>(
    account: &Account,
    table: &Table<T>,
    url: &str,
    params: &Params,
    render: impl Fn(&T) -> Value,
    wanted: impl Fn(&T) -> bool,
) -> Result<Value, ApiError> {
    let created = CreatedRange::read(params)?;
    let newest = account.now() - account.settings.list_lag_seconds;
    let is_listed =
        |row: &&T| row.created() <= newest && created.contains(row.created()) && wanted(row);
    let rows: Vec<&T> = table.iter().rev().filter(is_listed).collect();
    // The cursor may be a row that the filters leave out, so rows are compared by their place in
    // the whole table.
    select_page(&rows, table.iter().rev().map(Row::id), |row| row.id(), url, params, render)
}

/// A page of rows that are not in a table.
pub(crate) fn paginate_rows<T>(
    rows: &[T],
    id: impl Fn(&T) -> &str,
    url: &str,
    params: &Params,
    render: impl Fn(&T) -> Value,
) -> Result<Value, ApiError> {
    let references: Vec<&T> = rows.iter().collect();
    select_page(&references, rows.iter().map(&id), |row| id(row), url, params, render)
}

fn select_page<'a, T>(
    rows: &[&'a T],
    all_ids: impl Iterator<Item = &'a str>,
    id: impl Fn(&T) -> &str,
    url: &str,
    params: &Params,
    render: impl Fn(&T) -> Value,
) -> Result<Value, ApiError> {
    let limit = params.integer("limit")?.unwrap_or(10);
    if !(1..=100).contains(&limit) {
        let message = "This value must be between 1 and 100.";
        return Err(ApiError::invalid("parameter_invalid_integer", message, "limit"));
    }
    let limit = usize::try_from(limit).unwrap_or(100);
    let order: Vec<&str> = all_ids.collect();
    let place = |wanted: &str| order.iter().position(|candidate| *candidate == wanted);
    let cursor = |field: &str| match params.text(field) {
        None => Ok(None),
        Some(wanted) => {
            place(wanted).map(Some).ok_or_else(|| ApiError::no_such("object", wanted, field))
        }
    };
    let (after, before) = (cursor("starting_after")?, cursor("ending_before")?);
    let in_window: Vec<&&T> = rows
        .iter()
        .filter(|row| {
            let place = place(id(row));
            after.is_none_or(|after| place > Some(after))
                && before.is_none_or(|before| place < Some(before))
        })
        .collect();
    // `ending_before` asks for the rows nearest to its cursor.
    let skipped = if before.is_some() { in_window.len().saturating_sub(limit) } else { 0 };
    let data: Vec<Value> =
        in_window.iter().skip(skipped).take(limit).map(|row| render(row)).collect();
    Ok(json!({ "object": "list", "data": data, "has_more": in_window.len() > limit, "url": url }))
}

struct CreatedRange {
    lowest: i64,
    highest: i64,
}

impl CreatedRange {
    fn read(params: &Params) -> Result<CreatedRange, ApiError> {
        if let Some(exact) = params.integer("created")? {
            return Ok(CreatedRange { lowest: exact, highest: exact });
        }
        let mut range = CreatedRange { lowest: i64::MIN, highest: i64::MAX };
        if let Some(bounds) = params.child("created") {
            for (field, offset) in [("gte", 0), ("gt", 1)] {
                if let Some(bound) = bounds.integer(field)? {
                    range.lowest = range.lowest.max(bound + offset);
                }
            }
            for (field, offset) in [("lte", 0), ("lt", -1)] {
                if let Some(bound) = bounds.integer(field)? {
                    range.highest = range.highest.min(bound + offset);
                }
            }
        }
        Ok(range)
    }

    fn contains(&self, created: i64) -> bool {
        (self.lowest..=self.highest).contains(&created)
    }
}
