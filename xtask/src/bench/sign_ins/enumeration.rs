//! Measures whether sign-in reveals by its answer or by its time that an address has an account
//! (user enumeration; R6, attack A1).

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use sha2::{Digest, Sha256};

use super::client::{AccountKind, SignInClient, TRIES_PER_ACCOUNT, submit_wrong_password};
use crate::bench::connection::{Connection, Response};
use crate::bench::samples::DurationSamples;
use crate::progress::Step;

const KINDS: [(AccountKind, &str); 3] = [
    (AccountKind::Known, "Known"),
    (AccountKind::Unknown, "Unknown"),
    (AccountKind::Imported, "Imported (bcrypt, cost 12)"),
];
/// The status of an answer to a wrong password.
const REFUSED: u16 = 401;
const TRIES_PER_KIND: usize = 100;
/// Measured accounts of each kind. One more is for the warm-up.
pub(crate) const ACCOUNTS: usize = TRIES_PER_KIND / TRIES_PER_ACCOUNT;
/// The tries have a random order that is the same in every run.
const SEED: &str = "42";
/// A larger difference between two medians, in percent, would reveal who has an account.
const MAX_SPREAD_PERCENT: f64 = 5.0;
/// A smaller p-value means that the difference is not chance.
const MIN_P_VALUE: f64 = 0.01;

pub(crate) struct EnumerationResult {
    /// In the order of `KINDS`.
    times: [DurationSamples; 3],
    /// The status and size of the answers, if all are equal.
    status: u16,
    bytes: usize,
    /// How the first different answer differs.
    pub(crate) difference: Option<String>,
}

pub(crate) fn measure(client: &mut SignInClient, step: &Step) -> Result<EnumerationResult> {
    let mut connection = Connection::open(&client.store.address())?;
    for (kind, _) in KINDS {
        for _ in 0..TRIES_PER_ACCOUNT {
            submit_wrong_password(&mut connection, &kind.email(ACCOUNTS), client.next_visitor())?;
        }
    }
    let mut times = KINDS.map(|_| Vec::with_capacity(TRIES_PER_KIND));
    let (mut first, mut difference) = (None, None);
    for (done, (place, number)) in shuffled_tries().into_iter().enumerate() {
        let ((kind, title), visitor) = (KINDS[place], client.next_visitor());
        let email = kind.email(number / TRIES_PER_ACCOUNT);
        let asked = Instant::now();
        let answer = submit_wrong_password(&mut connection, &email, visitor)?;
        times[place].push(asked.elapsed());
        step.set_message(format!("{} of {}", done + 1, KINDS.len() * TRIES_PER_KIND));
        let seen = ComparableResponse::new(&answer, &email);
        let first = first.get_or_insert_with(|| seen.clone());
        difference =
            difference.or_else(|| first.difference(&seen).map(|what| format!("{title}: {what}")));
    }
    let (status, bytes) =
        first.map_or((0, 0), |seen: ComparableResponse| (seen.status, seen.body.len()));
    if status != REFUSED {
        bail!("wrong passwords were answered {status}, not {REFUSED}");
    }
    Ok(EnumerationResult { times: times.map(DurationSamples::new), status, bytes, difference })
}

/// Every try as the index of its kind and its number.
fn shuffled_tries() -> Vec<(usize, usize)> {
    let mut tries: Vec<_> = (0..KINDS.len())
        .flat_map(|place| (0..TRIES_PER_KIND).map(move |number| (place, number)))
        .collect();
    tries.sort_by_cached_key(|(place, number)| Sha256::digest(format!("{SEED} {place} {number}")));
    tries
}

/// An answer without what differs between any two requests: their id, the time, the address that
/// was typed.
#[derive(Clone, PartialEq, Eq)]
struct ComparableResponse {
    status: u16,
    headers: Vec<String>,
    body: String,
}

impl ComparableResponse {
    fn new(answer: &Response, email: &str) -> Self {
        let id = answer.header("x-request-id").filter(|id| !id.is_empty()).unwrap_or("\0");
        let neutral = |text: &str| {
            text.replace(email, "…").replace(&email.replace('@', "%40"), "…").replace(id, "…")
        };
        let headers = answer.headers.iter().filter(|(name, _)| name != "date");
        Self {
            status: answer.status,
            headers: headers.map(|(name, value)| neutral(&format!("{name}: {value}"))).collect(),
            body: neutral(&String::from_utf8_lossy(&answer.body)),
        }
    }

    /// The difference in words; `None` if both are equal byte for byte.
    fn difference(&self, other: &Self) -> Option<String> {
        if self.status != other.status {
            return Some(format!("status {}, not {}", other.status, self.status));
        }
        if self.headers != other.headers {
            let odd = other
                .headers
                .iter()
                .find(|header| !self.headers.contains(header))
                .or(self.headers.last());
            return Some(format!("other headers (`{}`)", odd.map_or("", String::as_str)));
        }
        let at = self.body.bytes().zip(other.body.bytes()).position(|(one, two)| one != two);
        let at = at
            .or((self.body.len() != other.body.len())
                .then(|| self.body.len().min(other.body.len())))?;
        Some(format!("another body from byte {at} on"))
    }
}

impl EnumerationResult {
    /// The difference of the medians, in percent of the smallest.
    fn spread(&self) -> f64 {
        let medians = self.times.each_ref().map(|times| times.median().as_secs_f64());
        let (least, greatest) = (
            medians.iter().copied().fold(f64::MAX, f64::min),
            medians.iter().copied().fold(0.0, f64::max),
        );
        (greatest / least - 1.0) * 100.0
    }

    pub(crate) fn summarise(&self) -> String {
        let bodies = self.difference.as_deref().unwrap_or("equal");
        format!("sign-in: medians {:.2} % apart, answers {bodies}", self.spread())
    }

    pub(crate) fn render_section(&self) -> String {
        let mut text = format!(
            "\n## Sign-in times\n\n\
             {} sign-ins with a wrong password, one after the other in a random order (seed {SEED}): {TRIES_PER_KIND} for an\n\
             address that is known, one that is not, and one that was imported with a hash of another kind. Each comes from an\n\
             address of its own, and {TRIES_PER_ACCOUNT} are for one account, so that no limit answers.\n\n\
             | Address | Least | Median | 95 % | The same as the known, by chance |\n|---|---|---|---|---|\n",
            KINDS.len() * TRIES_PER_KIND,
        );
        for ((_, title), times) in KINDS.iter().zip(&self.times) {
            let [least, median, p95] =
                [times.min(), times.median(), times.p95()].map(format_precise_milliseconds);
            text.push_str(&format!(
                "| {title} | {least} ms | {median} ms | {p95} ms | {} |\n",
                self.format_p_value(times)
            ));
        }
        let spread = self.spread();
        let mark = if spread > MAX_SPREAD_PERCENT { " **More than allowed.**" } else { "" };
        text.push_str(&format!(
            "\nThe medians lie {spread:.2} % apart; {MAX_SPREAD_PERCENT} % are allowed.{mark} The last column is the rank test of Mann and Whitney:\n\
             below {MIN_P_VALUE} it is not chance that they differ. "
        ));
        text.push_str(&match &self.difference {
            None => format!(
                "All answers are equal, byte for byte, without the typed\naddress, date and request id: status {}, the same headers, {} bytes.\n",
                self.status, self.bytes
            ),
            Some(difference) => format!("**The answers differ.** {difference}.\n"),
        });
        text
    }

    fn format_p_value(&self, times: &DurationSamples) -> String {
        let [known, ..] = &self.times;
        if std::ptr::eq(times, known) {
            return String::new();
        }
        let p_value = times.mann_whitney_p_value(known);
        if p_value < MIN_P_VALUE { format!("**{p_value:.4}**") } else { format!("{p_value:.2}") }
    }
}

/// In milliseconds with two decimals: the differences are far smaller than the minimum response
/// time.
fn format_precise_milliseconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, id: &str, body: &str) -> Response {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let headers = vec![
            header("date", id),
            header("x-request-id", id),
            header("content-type", "text/html"),
        ];
        Response { status, headers, body: body.into() }
    }

    #[test]
    fn what_belongs_to_the_request_is_no_difference() {
        let one = ComparableResponse::new(
            &answer(401, "id-1", "<input value=\"a@b.example\"> id-1"),
            "a@b.example",
        );
        let two = ComparableResponse::new(
            &answer(401, "id-2", "<input value=\"c@d.example\"> id-2"),
            "c@d.example",
        );
        assert_eq!(one.difference(&two), None);
    }

    #[test]
    fn the_first_difference_is_told() {
        let one = ComparableResponse::new(&answer(401, "1", "wrong"), "a@b.example");
        let differs = |other: Response| {
            one.difference(&ComparableResponse::new(&other, "a@b.example")).unwrap_or_default()
        };
        assert_eq!(differs(answer(429, "1", "wrong")), "status 429, not 401");
        assert_eq!(differs(answer(401, "1", "wrung")), "another body from byte 2 on");
        assert_eq!(differs(answer(401, "1", "wrong!")), "another body from byte 5 on");
        let mut more = answer(401, "1", "wrong");
        more.headers.push(("retry-after".to_owned(), "5".to_owned()));
        assert_eq!(differs(more), "other headers (`retry-after: 5`)");
    }

    #[test]
    fn tries_are_mixed_and_no_account_is_tried_too_often() {
        let tries = shuffled_tries();
        assert_eq!(tries.len(), 300);
        let first: Vec<usize> = tries.iter().take(20).map(|(place, _)| *place).collect();
        assert!((0..3).all(|place| first.contains(&place)), "{first:?}");
        let of_one = tries
            .iter()
            .filter(|(place, number)| *place == 2 && number / TRIES_PER_ACCOUNT == 7)
            .count();
        assert_eq!(of_one, TRIES_PER_ACCOUNT);
        assert_eq!(
            tries.iter().map(|(_, number)| number / TRIES_PER_ACCOUNT).max(),
            Some(ACCOUNTS - 1)
        );
    }

    #[test]
    fn every_kind_of_address_is_as_long_as_the_others() {
        assert!(KINDS.windows(2).all(|pair| pair[0].0.email(7).len() == pair[1].0.email(11).len()));
    }
}
