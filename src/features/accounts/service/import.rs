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
            guest_orders::join_orders_now(ctx, new.id).await?;
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
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .flexible(true)
        .from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let columns = reader.headers().map_err(|_| refused(1, "it cannot be read."))?.clone();
    let position = |name: &str| columns.iter().position(|column| column.eq_ignore_ascii_case(name));
    let (Some(email), Some(hash)) = (position("email"), position("password_hash")) else {
        return Err(refused(1, "the heading must name the columns email and password_hash."));
    };
    let name = position("name");
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            refused(error.position().map_or(1, csv::Position::line), "it cannot be read.")
        })?;
        let line = record.position().map_or(1, csv::Position::line);
        // A quotation mark that is not closed takes the next lines with it.
        if record.iter().any(|field| field.contains(['\n', '\r'])) {
            return Err(refused(line, "a quotation mark is not closed."));
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
        ] {
            assert!(read_rows(file).unwrap_err().message.starts_with(line), "{file}");
        }
    }
}
