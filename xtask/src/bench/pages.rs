//! `cargo xtask bench`: how quickly the store answers, what Lighthouse makes of its pages and how
//! sign-in holds against those who try it, written to `docs/performance.md`. Numbers are reported,
//! never judged: they are the machine's too. That sign-in gives everybody the same answer is
//! judged.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

use super::answers::{Answers, Reader};
use super::lighthouse::{self, Score};
use super::orders;
use super::sign_ins::{self, SignIns};
use crate::build::Profile;
use crate::demo_store::DemoStore;
use crate::failure::Failure;
use crate::paths;
use crate::progress::{say, step};
use crate::setup::{self, Purpose};

pub struct Options {
    /// A store that runs already; else a release build of this checkout is started.
    pub store: Option<String>,
    /// Of Lighthouse, for each page.
    pub runs: u32,
}

/// A page as it is called in the report, and where it is.
pub struct Page {
    name: &'static str,
    path: String,
}

pub fn run(options: &Options) -> Result<()> {
    let tools = setup::ensure(Purpose::Test)?;
    setup::lighthouse()?;
    let own = match options.store {
        Some(_) => None,
        None => Some(DemoStore::own(&tools, "bench", Profile::Release)?),
    };
    let address =
        own.as_ref().map_or_else(|| options.store.clone().unwrap_or_default(), DemoStore::address);
    let pages = pages(&address)?;
    let answers = step("answer times", |_| {
        let mut reader = Reader::open(&address)?;
        pages.iter().map(|page| reader.measure(&page.path)).collect::<Result<Vec<_>>>()
    })?;
    let paths: Vec<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    let scores = lighthouse::measure(&tools, &address, &paths, options.runs)?;
    // Accounts are made and tried by the hundred: not in a store that is somebody's.
    let sign_ins = own.as_ref().map(|store| sign_ins::measure(store, &paths)).transpose()?;
    let file = report_file(options)?;
    let what = if own.is_some() { "Release build, demo shop" } else { "A store that ran already" };
    let text = report(what, &pages, &answers, &scores, sign_ins.as_ref(), options.runs);
    // What `--orders` measured stays as it is.
    let text = orders::keep_section(&fs::read_to_string(&file).unwrap_or_default(), text);
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    for (page, (answer, score)) in pages.iter().zip(answers.iter().zip(&scores)) {
        say(&format!(
            "  {:<8} {} ms, performance {}",
            page.name,
            milliseconds(answer.times.median()),
            score.performance.median
        ));
    }
    if let Some(SignIns { alike, storm }) = &sign_ins {
        say(&format!("  {}\n  {}", alike.line(), storm.line()));
    }
    say(&format!("The report: {}", file.display()));
    match sign_ins.and_then(|sign_ins| sign_ins.alike.difference) {
        None => Ok(()),
        Some(difference) => Err(Failure::new(format!(
            "Sign-in tells who has an account. {difference}."
        ))
        .mend("src/features/accounts/service/sign_in.rs must answer every wrong password alike")
        .into()),
    }
}

/// The documentation is about a release build of this checkout; what else was measured is nobody
/// else's to read.
fn report_file(options: &Options) -> Result<PathBuf> {
    if options.store.is_none() {
        return Ok(paths::root().join("docs/performance.md"));
    }
    let folder = paths::root().join("target/bench");
    fs::create_dir_all(&folder)?;
    Ok(folder.join("performance.md"))
}

/// The first department and the first product in it.
fn pages(address: &str) -> Result<Vec<Page>> {
    let mut reader = Reader::open(address)?;
    let listing = reader.first_link("/", "/c/")?;
    let product = reader.first_link(&listing, "/p/")?;
    Ok(vec![
        Page { name: "Home", path: "/".to_owned() },
        Page { name: "Listing", path: listing },
        Page { name: "Product", path: product },
    ])
}

fn report(
    what: &str,
    pages: &[Page],
    answers: &[Answers],
    scores: &[Score],
    sign_ins: Option<&SignIns>,
    runs: u32,
) -> String {
    let mut text = format!(
        "# Performance\n\n\
         Written by `cargo xtask bench` on {}, which also ran the database,\n\
         Redis and whatever asked. The numbers are that machine's as much as the store's: compare them with those of the same\n\
         machine only. What may not grow unnoticed is checked elsewhere, as counts and bytes (`cargo xtask bench --gates`,\n\
         `src/testing/gates.rs`).\n\n\
         ## The server\n\n\
         {what}, warm data. {} requests one after the other over one connection, after {} that are not counted;\n\
         brotli.\n\n\
         | Page | Least | Median | 95 % | Bytes |\n|---|---|---|---|---|\n",
        machine(),
        super::answers::COUNTED,
        super::answers::WARM_UP,
    );
    for (page, answer) in pages.iter().zip(answers) {
        let [least, median, p95] =
            [answer.times.least(), answer.times.median(), answer.times.p95()].map(milliseconds);
        text.push_str(&format!(
            "| {} | {least} ms | {median} ms | {p95} ms | {} |\n",
            page.name, answer.bytes
        ));
    }
    text.push_str(&format!(
        "\n## Lighthouse\n\n\
         Lighthouse {}, mobile: slow 4G and a processor four times slower, both simulated. Medians ({runs} × each page),\n\
         least and greatest in brackets; each run with a browser that knows nothing yet.\n\n\
         | | Aim | {} |\n|---|---|{}\n",
        lighthouse::version(),
        pages.iter().map(|page| page.name).collect::<Vec<_>>().join(" | "),
        "---|".repeat(pages.len()),
    ));
    for (name, aim, show) in ROWS {
        let cells: Vec<String> = scores.iter().map(show).collect();
        text.push_str(&format!("| {name} | {aim} | {} |\n", cells.join(" | ")));
    }
    let lost: Vec<String> = pages
        .iter()
        .zip(scores)
        .flat_map(|(page, score)| {
            score.lost.iter().map(move |what| format!("- {}: {what}\n", page.name))
        })
        .collect();
    if !lost.is_empty() {
        text.push_str(&format!("\nWhat is missing from 100:\n\n{}", lost.concat()));
    }
    if let Some(SignIns { alike, storm }) = sign_ins {
        text.push_str(&alike.section());
        text.push_str(&storm.section());
    }
    text.push_str(
        "\n## Again\n\n\
         `cargo xtask bench` builds the store with optimisation, starts it on data of its own, measures, and writes this page;\n\
         nothing else should run meanwhile. Lighthouse is installed for it alone, into `end2end/lighthouse`. `--runs 3` is\n\
         quicker. `--store http://localhost:3000` measures the pages of a store that runs already and writes to `target/bench/`\n\
         instead. Single runs are in `target/bench/lighthouse.json`.\n",
    );
    text
}

type Row = (&'static str, &'static str, fn(&Score) -> String);

const ROWS: &[Row] = &[
    ("Performance", "95", |score| score.performance.to_string()),
    ("Accessibility", "100", |score| score.accessibility.to_string()),
    ("Best practices", "100", |score| score.best_practices.to_string()),
    ("SEO", "100", |score| score.seo.to_string()),
    ("First paint", "", |score| format!("{} ms", score.first_paint_ms)),
    ("Largest paint", "1800 ms", |score| format!("{} ms", score.largest_paint_ms)),
    ("Blocking time", "100 ms", |score| format!("{} ms", score.blocking_ms)),
    ("Layout shift", "0", |score| score.shift.to_string()),
    ("Bytes, all", "", |score| score.bytes.to_string()),
];

/// In words that say nothing about whose machine it is.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = fs::read_to_string("/proc/meminfo").ok().and_then(|text| gigabytes(&text));
    let memory =
        memory.map(|gigabytes| format!(" and {gigabytes} GB of memory")).unwrap_or_default();
    format!("a machine with {cores} {}{memory}", if cores == 1 { "core" } else { "cores" })
}

/// From the first line of `/proc/meminfo`, which is in KiB.
fn gigabytes(meminfo: &str) -> Option<u64> {
    let kibibytes: u64 = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?
        .split_whitespace()
        .next()?
        .parse()
        .ok()?;
    Some((kibibytes + (1 << 19)) >> 20)
}

/// With two decimals below ten: `0.84`, `12`.
pub fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    if milliseconds < 10.0 { format!("{milliseconds:.2}") } else { format!("{milliseconds:.0}") }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{gigabytes, milliseconds};

    #[test]
    fn memory_is_rounded() {
        assert_eq!(gigabytes("MemTotal:       24597504 kB\nMemFree: 1 kB\n"), Some(23));
        assert_eq!(gigabytes(""), None);
    }

    #[test]
    fn small_times_keep_their_decimals() {
        assert_eq!(milliseconds(Duration::from_micros(842)), "0.84");
        assert_eq!(milliseconds(Duration::from_micros(12_400)), "12");
    }
}
