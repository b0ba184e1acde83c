//! Users of another shop: brought with their password hashes, which are replaced at their next
//! sign-in (R2).

use crate::features::accounts::model::Import;
use crate::features::accounts::store::{NAME, accounts};
use crate::infra::ctx::{Actor, Ctx};
use crate::infra::passwords::is_known_hash;
use crate::shared::access::Role;
use crate::shared::error::{AppError, AppResult};
use crate::shared::validate;

use super::{guest_orders, sign_up};

/// Imports one user for each line of a CSV file. Who is here already stays as they are, so that it
/// can be run again.
///
/// # Errors
/// `Invalid` with the number of the first line that cannot be read; nothing of the file is imported
/// then.
pub async fn import_users(ctx: &Ctx, csv: &str) -> AppResult<Import> {
    if ctx.request.actor != Actor::System {
        return Err(AppError::not_found());
    }
    let mut new = Vec::new();
    for row in read_rows(csv)? {
        let refused =
            |why: &str| AppError::invalid("import_refused", format!("Line {}: {why}", row.line));
        let email =
            validate::email("email", &row.email).map_err(|error| refused(&error.message))?;
        if !is_known_hash(&row.password_hash) {
            return Err(refused(
                "the password hash is neither bcrypt of cost 4 to 12 nor argon2id.",
            ));
        }
        let mut account =
            sign_up::new_account(ctx, &email, Role::Customer, Some(row.password_hash));
        account.name =
            (!row.name.is_empty()).then(|| NAME.seal(&ctx.keyring, account.id, &row.name));
        // The other shop's addresses were confirmed there.
        account.verified_at = Some(ctx.now());
        new.push(account);
    }
    let mut done = Import::default();
    for new in new {
        if accounts::insert_unless_known(&ctx.mongo, &new).await? {
            // What they bought here as guests is theirs from the start.
            guest_orders::attach_guest_orders_now(ctx, new.id).await?;
            done.imported += 1;
        } else {
            done.known += 1;
        }
    }
    Ok(done)
}

/// One user of another shop, as the file has them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ImportedRow {
    /// Counted from 1, the heading included.
    line: u64,
    email: String,
    password_hash: String,
    name: String,
}

/// Reads a CSV file (RFC 4180) with a heading that names its columns, in any order.
///
/// # Errors
/// `Invalid` with the line that cannot be read.
fn read_rows(csv: &str) -> AppResult<Vec<ImportedRow>> {
    let refused =
        |line: u64, why: &str| AppError::invalid("import_refused", format!("Line {line}: {why}"));
    let csv = csv.trim_start_matches('\u{feff}');
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(csv.as_bytes());
    let columns = reader.headers().map_err(|_| refused(1, "it cannot be read."))?.clone();
    let position = |name: &str| columns.iter().position(|column| column.eq_ignore_ascii_case(name));
    let (Some(email), Some(hash)) = (position("email"), position("password_hash")) else {
        return Err(refused(1, "the heading must name the columns email and password_hash."));
    };
    let name = position("name");
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        let start = reader.position().clone();
        let line = line_of_record(csv, &start);
        if !reader.read_record(&mut record).map_err(|_| refused(line, "it cannot be read."))? {
            break;
        }
        // A quotation mark that is not closed takes the next lines with it, or the end of the file.
        let raw = raw_record(csv, &start, reader.position());
        if raw.matches('"').count() % 2 == 1 || raw.trim().contains('\n') {
            return Err(refused(line, "a quotation mark is not closed."));
        }
        if raw.trim().is_empty() {
            continue;
        }
        if record.len() != columns.len() {
            let why = format!("{} fields instead of {}.", record.len(), columns.len());
            return Err(refused(line, &why));
        }
        let field = |place: Option<usize>| {
            place.and_then(|place| record.get(place)).unwrap_or_default().to_owned()
        };
        rows.push(ImportedRow {
            line,
            email: field(Some(email)),
            password_hash: field(Some(hash)),
            name: field(name),
        });
    }
    Ok(rows)
}

/// The text between two positions of the reader.
fn raw_record<'t>(csv: &'t str, start: &csv::Position, end: &csv::Position) -> &'t str {
    let byte = |position: &csv::Position| usize::try_from(position.byte()).unwrap_or(usize::MAX);
    csv.get(byte(start)..byte(end)).unwrap_or_default()
}

/// The reader's position is before the empty lines that it skips.
fn line_of_record(csv: &str, position: &csv::Position) -> u64 {
    let behind = usize::try_from(position.byte()).ok().and_then(|byte| csv.get(byte..));
    let skipped = behind.unwrap_or_default().bytes().take_while(|byte| b"\r\n".contains(byte));
    position.line() + skipped.filter(|byte| *byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2_a_file_of_users_is_read_by_its_heading() {
        let rows = read_rows(
            "\u{feff}Name,email,password_hash\r\n\"Lovelace, \"\"Ada\"\"\",ada@example.org,$2b$10$abc\r\n\r\n,b@example.org,x\n",
        )
        .unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(
            (rows[0].line, rows[0].name.as_str(), rows[0].email.as_str()),
            (2, "Lovelace, \"Ada\"", "ada@example.org")
        );
        assert_eq!(
            (rows[1].line, rows[1].name.as_str(), rows[1].password_hash.as_str()),
            (4, "", "x")
        );
        for (file, line) in [
            ("", "Line 1"),
            ("email,name\n", "Line 1"),
            ("email,password_hash\na@b.c\n", "Line 2"),
            ("email,password_hash\n\"a,b\n", "Line 2"),
            ("email,password_hash\na,\"b\nc,d\n", "Line 2"),
            ("email,password_hash\r\na,b\r\n\r\nc,\"d\r\n", "Line 4"),
            ("email,password_hash\na,b\n   \nc,\"d", "Line 4"),
        ] {
            assert!(read_rows(file).unwrap_err().message.starts_with(line), "{file}");
        }
    }
}
