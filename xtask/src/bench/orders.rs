//! `cargo xtask bench --orders`: measures how many orders per second the store takes, compared with
//! bare transactions that write the same documents. Writes one section of `docs/performance.md`.

use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use super::report;
use crate::failure::Failure;
use crate::progress::print_line;
use crate::services;
use crate::setup::{self, Mongo, Purpose, Tools};
use crate::{paths, test};

const TEST: &str = "features::payments::tests::orders_per_second::orders_per_second";
/// What a line with a result begins with.
const MARK: &str = "orders-bench: ";
/// Orders a second, and milliseconds within which 99 of 100 are paid.
const FLOOR: (f64, u32) = (50.0, 100);
/// A million orders an hour.
const AIM: (f64, u32) = (278.0, 25);
/// How many times as many orders the bare transactions may make.
const AIM_RATIO: f64 = 1.5;

pub(crate) fn run() -> Result<()> {
    let tools = setup::ensure(Purpose::Run)?;
    let output = test::run_store_measurement(&tools, TEST)?;
    let results: Vec<Measurement> = output.lines().filter_map(Measurement::parse_line).collect();
    if results.is_empty() {
        return Err(Failure::new("The measurement of orders printed no result.")
            .with_fix("see target/logs/measurement.log")
            .into());
    }
    let file = paths::root().join("docs/performance.md");
    let page =
        fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let text = report::replace_section(
        &page,
        report::ORDERS_HEADING,
        &render_section(&results, database_name(&tools)),
    );
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    for result in &results {
        print_line(&format!(
            "  {:<16} {:>2} buyers, {:<6} {:>7.1} orders/s",
            result.kind, result.buyers, result.setting, result.per_second
        ));
    }
    print_line(&format!("The report: {}", file.display()));
    Ok(())
}

/// The result of one measurement.
#[derive(Clone, Debug, PartialEq)]
struct Measurement {
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

impl Measurement {
    /// Reads one printed line. The test harness may have begun the line with the test's name.
    fn parse_line(line: &str) -> Option<Self> {
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
    cart_to_paid: Option<&'a Measurement>,
    place_to_paid: Option<&'a Measurement>,
    bare: Option<&'a Measurement>,
}

/// One row for each setting, in the order in which they were measured.
fn group_rows(results: &[Measurement]) -> Vec<Row<'_>> {
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
        let shown = |number: fn(&Measurement) -> String| {
            kinds.map(|kind| kind.map_or_else(missing_cell, number))
        };
        let [cart, place, bare] =
            shown(|one| format!("{:.1} ({:.1} / {:.1})", one.per_second, one.p50_ms, one.p99_ms));
        let commands = shown(|one| format!("{:.1}", one.commands_per_order)).join(" / ");
        let ratio = self.ratio().map_or_else(missing_cell, |ratio| format!("{ratio:.2} ×"));
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

fn missing_cell() -> String {
    "–".to_owned()
}

fn render_section(results: &[Measurement], database: &str) -> String {
    let mut text = format!(
        "{}\n\n\
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
        report::ORDERS_HEADING,
        report::describe_machine(),
    );
    let rows = group_rows(results);
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
            format_buyers(best.buyers),
            compare_with_targets(best)
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

fn format_buyers(count: u64) -> String {
    format!("{count} {}", if count == 1 { "buyer" } else { "buyers" })
}

/// Where a result stands between floor and aim, by rate and time together.
fn compare_with_targets(outcome: &Measurement) -> &'static str {
    let reaches =
        |(rate, ms): (f64, u32)| outcome.per_second >= rate && outcome.p99_ms <= f64::from(ms);
    match (reaches(AIM), reaches(FLOOR)) {
        (true, _) => "which reaches the aim",
        (false, true) => "which reaches the floor",
        (false, false) => "which does not reach the floor",
    }
}

/// Which server the numbers are about: those of a compatible one are not MongoDB's.
fn database_name(tools: &Tools) -> &'static str {
    match &tools.mongo {
        _ if services::read_variable("MONGODB_URI").is_some() => "the one that `MONGODB_URI` names",
        Mongo::Mongod(_) => "MongoDB",
        Mongo::Compatible(_) => "the development server that is compatible with MongoDB",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(kind: &str, buyers: u64, skus: u64, per_second: f64) -> Measurement {
        let setting = if skus == 1 { "hot" } else { "spread" }.to_owned();
        let (orders, given_up, p50_ms, p99_ms, commands_per_order) = (400, 0, 12.5, 40.0, 28.0);
        Measurement {
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
        assert_eq!(Measurement::parse_line(&format!("orders-bench: {json}")), expected);
        assert_eq!(
            Measurement::parse_line(&format!("test a::b ... orders-bench: {json}\r")),
            expected
        );
    }

    #[test]
    fn other_lines_are_no_results() {
        let lines = [
            "",
            "test result: ok. 1 passed; 0 failed",
            "orders-bench: {",
            "orders-bench: {\"setting\":\"hot\",\"buyers\":8}",
        ];
        assert!(lines.into_iter().all(|line| Measurement::parse_line(line).is_none()));
    }

    #[test]
    fn a_setting_is_one_row_with_its_ratio() {
        let results = [
            outcome("cart_to_paid", 1, 1, 20.0),
            outcome("place_to_paid", 1, 1, 40.0),
            outcome("bare_transaction", 1, 1, 60.0),
            outcome("place_to_paid", 8, 32, 300.0),
        ];
        let rows = group_rows(&results);
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
        let text = render_section(&results, "MongoDB");
        assert!(text.starts_with("## Orders\n\n") && text.contains(&first), "{text}");
        assert!(
            text.contains("300.0 a second with\n8 buyers at once, which reaches the floor."),
            "{text}"
        );
    }

    #[test]
    fn the_aim_is_a_rate_and_a_time() {
        assert_eq!(
            compare_with_targets(&outcome("place_to_paid", 8, 32, 49.0)),
            "which does not reach the floor"
        );
        let quick = Measurement { p99_ms: 20.0, ..outcome("place_to_paid", 8, 32, 278.0) };
        assert_eq!(compare_with_targets(&quick), "which reaches the aim");
    }
}
