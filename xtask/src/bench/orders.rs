//! `cargo xtask bench --orders`: how many orders a second the store takes, beside bare transactions
//! that write the same documents; one section of `docs/performance.md`. Numbers are reported, never
//! judged: they are the machine's too.

use std::fs;
use std::ops::Range;

use anyhow::{Context, Result};
use serde_json::Value;

use super::pages;
use crate::failure::Failure;
use crate::progress::say;
use crate::services;
use crate::setup::{self, Mongo, Purpose, Tools};
use crate::{paths, test};

const TEST: &str = "features::payments::tests::orders_per_second::orders_per_second";
/// What a line with a result begins with.
const MARK: &str = "orders-bench: ";
const HEADING: &str = "## Orders";
/// The page's last section, which says how it is made.
const LAST_HEADING: &str = "## Again";
/// Orders a second, and milliseconds within which 99 of 100 are paid.
const FLOOR: (f64, u32) = (50.0, 100);
/// A million orders an hour.
const AIM: (f64, u32) = (278.0, 25);
/// How many times as many orders the bare transactions may make.
const AIM_RATIO: f64 = 1.5;

pub fn run() -> Result<()> {
    let tools = setup::ensure(Purpose::Run)?;
    let output = test::store_measurement(&tools, TEST)?;
    let results: Vec<Outcome> = output.lines().filter_map(Outcome::from_line).collect();
    if results.is_empty() {
        return Err(Failure::new("The measurement of orders printed no result.")
            .mend("see target/logs/measurement.log")
            .into());
    }
    let file = paths::root().join("docs/performance.md");
    let page =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let text = with_section(&page, &section(&results, database(&tools)));
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    for result in &results {
        say(&format!(
            "  {:<16} {:>2} buyers, {:<6} {:>7.1} orders/s",
            result.kind, result.buyers, result.setting, result.per_second
        ));
    }
    say(&format!("The report: {}", file.display()));
    Ok(())
}

/// What one measurement showed.
#[derive(Clone, Debug, PartialEq)]
struct Outcome {
    /// `hot` or `spread`.
    setting: String,
    buyers: u64,
    /// `cart_to_paid`, `place_to_paid` or `bare_transaction`.
    kind: String,
    /// Products that the buyers share.
    skus: u64,
    /// Those that were done.
    orders: u64,
    /// Those that a busy store did not take, however often it was asked.
    given_up: u64,
    per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    commands_per_order: f64,
}

impl Outcome {
    /// Reads one printed line. The test harness may have begun the line with the test's name.
    fn from_line(line: &str) -> Option<Self> {
        let (_, json) = line.split_once(MARK)?;
        let result: Value = serde_json::from_str(json.trim()).ok()?;
        Some(Self {
            setting: result["setting"].as_str()?.to_owned(),
            buyers: result["buyers"].as_u64()?,
            kind: result["kind"].as_str()?.to_owned(),
            skus: result["skus"].as_u64()?,
            orders: result["orders"].as_u64()?,
            given_up: result["given_up"].as_u64()?,
            per_second: result["per_second"].as_f64()?,
            p50_ms: result["p50_ms"].as_f64()?,
            p99_ms: result["p99_ms"].as_f64()?,
            commands_per_order: result["commands_per_order"].as_f64()?,
        })
    }
}

/// The three measurements of one setting.
struct Row<'a> {
    buyers: u64,
    skus: u64,
    cart_to_paid: Option<&'a Outcome>,
    place_to_paid: Option<&'a Outcome>,
    bare: Option<&'a Outcome>,
}

/// One row for each setting, in the order in which they were measured.
fn rows(results: &[Outcome]) -> Vec<Row<'_>> {
    let mut settings: Vec<(u64, u64)> = Vec::new();
    for result in results {
        if !settings.contains(&(result.buyers, result.skus)) {
            settings.push((result.buyers, result.skus));
        }
    }
    let find = |buyers: u64, skus: u64, kind: &str| {
        results
            .iter()
            .find(|result| result.buyers == buyers && result.skus == skus && result.kind == kind)
    };
    let row = |(buyers, skus): (u64, u64)| Row {
        buyers,
        skus,
        cart_to_paid: find(buyers, skus, "cart_to_paid"),
        place_to_paid: find(buyers, skus, "place_to_paid"),
        bare: find(buyers, skus, "bare_transaction"),
    };
    settings.into_iter().map(row).collect()
}

impl Row<'_> {
    fn line(&self) -> String {
        let kinds = [self.cart_to_paid, self.place_to_paid, self.bare];
        let shown =
            |number: fn(&Outcome) -> String| kinds.map(|kind| kind.map_or_else(unknown, number));
        let [cart, place, bare] =
            shown(|one| format!("{:.1} ({:.1} / {:.1})", one.per_second, one.p50_ms, one.p99_ms));
        let commands = shown(|one| format!("{:.1}", one.commands_per_order)).join(" / ");
        let ratio = self.ratio().map_or_else(unknown, |ratio| format!("{ratio:.2} ×"));
        format!(
            "| {} | {} | {cart} | {place} | {bare} | {ratio} | {commands} |\n",
            self.buyers, self.skus
        )
    }

    /// How many times as many orders the bare transactions make.
    fn ratio(&self) -> Option<f64> {
        let rate = self.place_to_paid?.per_second;
        (rate > 0.0).then_some(self.bare?.per_second / rate)
    }
}

fn unknown() -> String {
    "–".to_owned()
}

fn section(results: &[Outcome], database: &str) -> String {
    let mut text = format!(
        "{HEADING}\n\n\
         Written by `cargo xtask bench --orders` on {}, which also ran the buyers,\n\
         the database ({database}), Redis and the Stripe sandbox. Cargo's `release` profile for all that is built here.\n\n\
         So many buyers at once buy one thing each, again and again, each time with a new cart and from a new address: all of\n\
         them the same product, whose stock is one document, or one of 32. The sandbox is paid through its control\n\
         interface, answers at once and withholds its webhooks, so the return page brings the news; mails and other work\n\
         after the payment is not done meanwhile. Cart to paid: add, contact, shipping, review, place, pay, return page. Place\n\
         to paid: all buyers wait at the review page before the clock starts. Bare: two transactions that write one order's\n\
         documents (order, stock, two rows of its ledger, cart, outbox) by the same driver, with the same durability and as\n\
         many writers, and nothing else. After each measurement the books were compared with the sandbox's.\n\n\
         Orders a second, in brackets the time of one in milliseconds, p50 / p99; commands to MongoDB for one order, in the\n\
         order of the columns.\n\n\
         | Buyers | Products | Cart to paid | Place to paid | Bare | Bare to place | Commands |\n\
         |---|---|---|---|---|---|---|\n",
        pages::machine(),
    );
    let rows = rows(results);
    rows.iter().for_each(|row| text.push_str(&row.line()));
    let ((floor, floor_ms), (aim, aim_ms)) = (FLOOR, AIM);
    text.push_str(&format!(
        "\nFloor: {floor} orders a second from place to paid, 99 of 100 within {floor_ms} ms. Aim: {aim} a second, which is a million an\n\
         hour, within {aim_ms} ms, the bare transactions at most {AIM_RATIO} times as many. "
    ));
    let best = rows
        .iter()
        .filter_map(|row| row.place_to_paid)
        .max_by(|one, two| one.per_second.total_cmp(&two.per_second));
    if let Some(best) = best {
        text.push_str(&format!(
            "Most here: {:.1} a second with\n{} at once, {}.",
            best.per_second,
            buyers(best.buyers),
            verdict(best)
        ));
    }
    let orders: u64 = results.iter().map(|result| result.orders).sum();
    let given_up: u64 = results.iter().map(|result| result.given_up).sum();
    let mark = if given_up > 0 { "**" } else { "" };
    text.push_str(&format!(
        " {orders} orders were\nmeasured; {mark}{given_up} were given up{mark} after five tries, because the store was too busy.\n"
    ));
    text
}

fn buyers(count: u64) -> String {
    format!("{count} {}", if count == 1 { "buyer" } else { "buyers" })
}

/// Where a result stands between floor and aim, by rate and time together.
fn verdict(outcome: &Outcome) -> &'static str {
    let reaches =
        |(rate, ms): (f64, u32)| outcome.per_second >= rate && outcome.p99_ms <= f64::from(ms);
    match (reaches(AIM), reaches(FLOOR)) {
        (true, _) => "which reaches the aim",
        (false, true) => "which reaches the floor",
        (false, false) => "which does not reach the floor",
    }
}

/// Which server the numbers are about: those of a compatible one are not MongoDB's.
fn database(tools: &Tools) -> &'static str {
    match &tools.mongo {
        _ if services::set_variable("MONGODB_URI").is_some() => "the one that `MONGODB_URI` names",
        Mongo::Mongod(_) => "MongoDB",
        Mongo::Compatible(_) => "the development server that is compatible with MongoDB",
    }
}

/// A page written anew, with the section on orders of the one before.
pub fn keep_section(before: &str, page: String) -> String {
    match place_of_section(before) {
        Some(place) => with_section(&page, &before[place]),
        None => page,
    }
}

/// The page with this section: in place of the one it has, else before the last one.
fn with_section(page: &str, section: &str) -> String {
    let place = place_of_section(page).unwrap_or_else(|| {
        let last = heading_from(page, 0, |line| line == LAST_HEADING).unwrap_or(page.len());
        last..last
    });
    let parts = [&page[..place.start], section, &page[place.end..]].map(str::trim);
    let mut text =
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    text.push('\n');
    text
}

fn place_of_section(page: &str) -> Option<Range<usize>> {
    let start = heading_from(page, 0, |line| line == HEADING)?;
    let end = heading_from(page, start + HEADING.len(), |line| line.starts_with("## "))
        .unwrap_or(page.len());
    Some(start..end)
}

/// Where the first such line begins, at this place or behind it.
fn heading_from(page: &str, place: usize, is_wanted: impl Fn(&str) -> bool) -> Option<usize> {
    let mut start = 0;
    for line in page.split_inclusive('\n') {
        if start >= place && is_wanted(line.trim_end()) {
            return Some(start);
        }
        start += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(kind: &str, buyers: u64, skus: u64, per_second: f64) -> Outcome {
        let setting = if skus == 1 { "hot" } else { "spread" }.to_owned();
        let (orders, given_up, p50_ms, p99_ms, commands_per_order) = (400, 0, 12.5, 40.0, 28.0);
        Outcome {
            setting,
            buyers,
            kind: kind.to_owned(),
            skus,
            orders,
            given_up,
            per_second,
            p50_ms,
            p99_ms,
            commands_per_order,
        }
    }

    #[test]
    fn a_result_is_read_wherever_it_stands_in_its_line() {
        let json = serde_json::json!({
            "setting": "hot", "buyers": 8, "kind": "place_to_paid", "skus": 1, "orders": 400, "given_up": 0, "seconds": 4.0,
            "per_second": 100.0, "p50_ms": 12.5, "p99_ms": 40.0, "commands_per_order": 28.0,
        });
        let expected = Some(outcome("place_to_paid", 8, 1, 100.0));
        assert_eq!(Outcome::from_line(&format!("orders-bench: {json}")), expected);
        assert_eq!(Outcome::from_line(&format!("test a::b ... orders-bench: {json}\r")), expected);
    }

    #[test]
    fn other_lines_are_no_results() {
        let lines = [
            "",
            "test result: ok. 1 passed; 0 failed",
            "orders-bench: {",
            "orders-bench: {\"setting\":\"hot\",\"buyers\":8}",
        ];
        assert!(lines.into_iter().all(|line| Outcome::from_line(line).is_none()));
    }

    #[test]
    fn a_setting_is_one_row_with_its_ratio() {
        let results = [
            outcome("cart_to_paid", 1, 1, 20.0),
            outcome("place_to_paid", 1, 1, 40.0),
            outcome("bare_transaction", 1, 1, 60.0),
            outcome("place_to_paid", 8, 32, 300.0),
        ];
        let rows = rows(&results);
        assert_eq!(rows.len(), 2);
        let time = "(12.5 / 40.0)";
        let first = format!(
            "| 1 | 1 | 20.0 {time} | 40.0 {time} | 60.0 {time} | 1.50 × | 28.0 / 28.0 / 28.0 |\n"
        );
        assert_eq!(rows[0].line(), first);
        assert_eq!(
            rows[1].line(),
            format!("| 8 | 32 | – | 300.0 {time} | – | – | – / 28.0 / – |\n")
        );
        let text = section(&results, "MongoDB");
        assert!(text.starts_with("## Orders\n\n") && text.contains(&first), "{text}");
        assert!(
            text.contains("300.0 a second with\n8 buyers at once, which reaches the floor."),
            "{text}"
        );
    }

    #[test]
    fn the_aim_is_a_rate_and_a_time() {
        assert_eq!(
            verdict(&outcome("place_to_paid", 8, 32, 49.0)),
            "which does not reach the floor"
        );
        let quick = Outcome { p99_ms: 20.0, ..outcome("place_to_paid", 8, 32, 278.0) };
        assert_eq!(verdict(&quick), "which reaches the aim");
    }

    #[test]
    fn a_new_section_stands_before_the_last_one() {
        let page = "# Performance\n\nText.\n\n## The server\n\nFast.\n\n## Again\n\nSo.\n";
        let expected = "# Performance\n\nText.\n\n## The server\n\nFast.\n\n## Orders\n\nMany.\n\n## Again\n\nSo.\n";
        assert_eq!(with_section(page, "## Orders\n\nMany.\n"), expected);
        assert_eq!(
            with_section("# Performance\n", "## Orders\n\nMany.\n"),
            "# Performance\n\n## Orders\n\nMany.\n"
        );
    }

    #[test]
    fn a_section_takes_the_place_of_the_one_before() {
        let page = "# Performance\n\n## Orders\n\nFew.\n\n### Of which\n\n## Login storm\n\nCalm.\n\n## Again\n\nSo.\n";
        let expected =
            "# Performance\n\n## Orders\n\nMany.\n\n## Login storm\n\nCalm.\n\n## Again\n\nSo.\n";
        assert_eq!(with_section(page, "## Orders\n\nMany.\n"), expected);
        assert_eq!(
            with_section("## Orders of others\n\n## Again\n", "## Orders\n"),
            "## Orders of others\n\n## Orders\n\n## Again\n"
        );
    }

    #[test]
    fn a_page_written_anew_keeps_the_section() {
        let before = "# Performance\n\n## Orders\n\nMany.\n\n## Again\n\nOld.\n";
        let fresh = "# Performance\n\n## Again\n\nNew.\n".to_owned();
        assert_eq!(
            keep_section(before, fresh.clone()),
            "# Performance\n\n## Orders\n\nMany.\n\n## Again\n\nNew.\n"
        );
        assert_eq!(keep_section("", fresh.clone()), fresh);
    }
}
