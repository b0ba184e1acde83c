//! `cargo xtask bench`: measures response times, Lighthouse scores and sign-in, and writes them to
//! `docs/performance.md`. The numbers depend on the machine, so only one result can fail: sign-in
//! must give the same answer for every address.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::lighthouse::{self, Score};
use super::report;
use super::response_times::{PageReader, ResponseTimes};
use super::sign_ins::{self, SignIns};
use crate::build::Profile;
use crate::demo_store::DemoStore;
use crate::failure::Failure;
use crate::paths;
use crate::progress::{print_line, run_step};
use crate::setup::{self, Purpose};

pub(crate) struct Options {
    /// A store that runs already; else a release build of this checkout is started.
    pub(crate) store: Option<String>,
    /// How often Lighthouse measures each page.
    pub(crate) runs: u32,
}

/// A page of the report.
pub(crate) struct Page {
    name: &'static str,
    path: String,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let tools = setup::ensure(Purpose::Test)?;
    setup::install_lighthouse()?;
    let own_store = match options.store {
        Some(_) => None,
        None => Some(DemoStore::start(&tools, "bench", Profile::Release)?),
    };
    let address = own_store
        .as_ref()
        .map_or_else(|| options.store.clone().unwrap_or_default(), DemoStore::address);
    let pages = find_pages(&address)?;
    let answers = run_step("answer times", |_| {
        let mut reader = PageReader::open(&address)?;
        pages.iter().map(|page| reader.measure(&page.path)).collect::<Result<Vec<_>>>()
    })?;
    let paths: Vec<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    let scores = lighthouse::measure(&tools, &address, &paths, options.runs)?;
    // This creates hundreds of accounts, so it never uses somebody's running store.
    let sign_ins = own_store.as_ref().map(|store| sign_ins::measure(store, &paths)).transpose()?;
    let file = report_path(options)?;
    let what =
        if own_store.is_some() { "Release build, demo shop" } else { "A store that ran already" };
    let text = render_report(what, &pages, &answers, &scores, sign_ins.as_ref(), options.runs);
    // The section that `--orders` wrote stays.
    let text = report::keep_other_sections(&fs::read_to_string(&file).unwrap_or_default(), text);
    fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    for (page, (answer, score)) in pages.iter().zip(answers.iter().zip(&scores)) {
        print_line(&format!(
            "  {:<8} {} ms, performance {}",
            page.name,
            report::format_milliseconds(answer.times.median()),
            score.performance.median
        ));
    }
    if let Some(SignIns { enumeration, login_storm }) = &sign_ins {
        print_line(&format!("  {}\n  {}", enumeration.summarise(), login_storm.summarise()));
    }
    print_line(&format!("The report: {}", file.display()));
    match sign_ins.and_then(|sign_ins| sign_ins.enumeration.difference) {
        None => Ok(()),
        Some(difference) => Err(Failure::new(format!(
            "Sign-in tells who has an account. {difference}."
        ))
        .with_fix("src/features/accounts/service/sign_in.rs must answer every wrong password alike")
        .into()),
    }
}

/// The documentation is about a release build of this checkout; what else was measured is nobody
/// else's to read.
fn report_path(options: &Options) -> Result<PathBuf> {
    if options.store.is_none() {
        return Ok(paths::root().join("docs/performance.md"));
    }
    let folder = paths::root().join("target/bench");
    fs::create_dir_all(&folder)?;
    Ok(folder.join("performance.md"))
}

/// The first department and the first product in it.
fn find_pages(address: &str) -> Result<Vec<Page>> {
    let mut reader = PageReader::open(address)?;
    let listing = reader.first_link("/", "/c/")?;
    let product = reader.first_link(&listing, "/p/")?;
    Ok(vec![
        Page { name: "Home", path: "/".to_owned() },
        Page { name: "Listing", path: listing },
        Page { name: "Product", path: product },
    ])
}

fn render_report(
    what: &str,
    pages: &[Page],
    answers: &[ResponseTimes],
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
        report::describe_machine(),
        super::response_times::MEASURED_REQUESTS,
        super::response_times::WARM_UP_REQUESTS,
    );
    for (page, answer) in pages.iter().zip(answers) {
        let [least, median, p95] = [answer.times.min(), answer.times.median(), answer.times.p95()]
            .map(report::format_milliseconds);
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
        lighthouse::installed_version(),
        pages.iter().map(|page| page.name).collect::<Vec<_>>().join(" | "),
        "---|".repeat(pages.len()),
    ));
    for (name, aim, show) in ROWS {
        let cells: Vec<String> = scores.iter().map(show).collect();
        text.push_str(&format!("| {name} | {aim} | {} |\n", cells.join(" | ")));
    }
    let failed_audits: Vec<String> = pages
        .iter()
        .zip(scores)
        .flat_map(|(page, score)| {
            score.failed_audits.iter().map(move |what| format!("- {}: {what}\n", page.name))
        })
        .collect();
    if !failed_audits.is_empty() {
        text.push_str(&format!("\nWhat is missing from 100:\n\n{}", failed_audits.concat()));
    }
    if let Some(SignIns { enumeration, login_storm }) = sign_ins {
        text.push_str(&enumeration.render_section());
        text.push_str(&login_storm.render_section());
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
