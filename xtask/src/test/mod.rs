//! `cargo xtask test`: everything CI checks, quick failures first, and one line of totals at the
//! end.

mod browser;
mod checks;
mod node_tests;
mod rust_tests;

use std::process::ExitCode;

use anyhow::Result;
use clap::ValueEnum;

use crate::bench;
use crate::build::{self, Profile};
use crate::demo_store::Apart;
use crate::leaks;
use crate::paths;
use crate::progress::{say, seconds};
use crate::setup::{self, Purpose, Tools};
use crate::store::Environment;
use crate::tally::Tally;

/// What shoppers and customers leave behind when they buy in a browser.
const USED: &[&str] = &["accounts", "carts", "checkouts", "orders", "outbox", "sessions"];

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Sources, pure rules, companions, sizes: nothing that needs a database
    Unit,
    /// The store against real services
    Features,
    /// The store in a browser
    Browser,
}

pub struct Options {
    pub only: Option<Part>,
    pub filter: Option<String>,
}

impl Options {
    fn wants(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }

    /// A filter names tests; checks of the whole are then beside the point.
    fn wants_whole(&self, part: Part) -> bool {
        self.wants(part) && self.filter.is_none()
    }
}

pub fn run(options: &Options) -> ExitCode {
    let started = std::time::Instant::now();
    let mut total = Tally::default();
    if let Err(error) = suites(options, &mut total) {
        fail(&mut total, &error);
    }
    if total == Tally::default() {
        fail(&mut total, &anyhow::anyhow!("Nothing was tested."));
    }
    say(&format!("\nAfter {}:", seconds(started.elapsed())));
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.is_green() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The store's tests of one name, with further variables of their environment.
pub fn store_tests(filter: &str, variables: Vec<(String, String)>) -> Result<Tally> {
    let tools = setup::ensure(Purpose::Run)?;
    build::native(Profile::Debug)?;
    let options = Options { only: Some(Part::Features), filter: Some(filter.to_owned()) };
    let mut run = Run::start(&tools, &options, Profile::Debug)?;
    run.added = variables;
    rust_tests::store(&rust_tests::build(Profile::Debug)?, &run)
}

/// What a measurement among the store's tests prints: a test that is left out otherwise. Everything
/// is built with optimisation before the services start.
pub fn store_measurement(tools: &Tools, test: &str) -> Result<String> {
    build::native(Profile::Release)?;
    let programs = rust_tests::build(Profile::Release)?;
    let run = Run::start(tools, &Options { only: None, filter: None }, Profile::Release)?;
    rust_tests::measurement(&programs, &run, test)
}

/// A failed suite is counted and the next one runs; an error here means that nothing further can
/// run.
fn suites(options: &Options, total: &mut Tally) -> Result<()> {
    if options.wants_whole(Part::Unit) {
        count(total, checks::formatting());
        count(total, browser::check_configuration().map(|()| Tally::default()));
    }
    let tools =
        setup::ensure(if options.wants(Part::Browser) { Purpose::Test } else { Purpose::Run })?;
    if options.wants_whole(Part::Unit) {
        count(total, checks::lints());
    }
    build::native(Profile::Debug)?;
    let run = Run::start(&tools, options, Profile::Debug)?;
    if options.wants(Part::Unit) {
        count(
            total,
            rust_tests::build_tools().and_then(|programs| rust_tests::companions(&programs, &run)),
        );
    }
    if options.wants(Part::Unit) || options.wants(Part::Features) {
        rust_suites(options, &run, total);
    }
    if options.wants(Part::Unit) {
        count(total, node_tests::sandbox_client(&run));
        count(total, node_tests::leak_search(&run));
    }
    if options.wants_whole(Part::Unit) {
        count(total, node_tests::pricing_parity());
        count(total, bench::gates(&tools));
    }
    if options.wants(Part::Browser) && browser::exist() {
        build::assets(&tools)?;
        let chromium = tools.chromium.as_deref().unwrap_or(std::path::Path::new("chromium"));
        count(total, browser::run(&run, chromium));
        // The shoppers are gone, and what they left is still there.
        if options.filter.is_none() {
            count(total, run.search_leaks());
        }
    }
    Ok(())
}

fn rust_suites(options: &Options, run: &Run, total: &mut Tally) {
    let programs = match rust_tests::build(Profile::Debug) {
        Ok(programs) => programs,
        Err(error) => return fail(total, &error),
    };
    if options.wants(Part::Unit) {
        count(total, rust_tests::companions(&programs, run));
    }
    if options.wants(Part::Features) {
        count(total, rust_tests::store(&programs, run));
    } else {
        count(total, rust_tests::pure_rules(&programs, run));
    }
}

fn count(total: &mut Tally, outcome: Result<Tally>) {
    match outcome {
        Ok(tally) => *total += tally,
        Err(error) => fail(total, &error),
    }
}

fn fail(total: &mut Tally, error: &anyhow::Error) {
    say(&format!("\n{error:#}\n"));
    *total += Tally::FAILED;
}

/// Services on data that live as long as this run.
pub struct Run {
    apart: Apart,
    /// Of which build the store and the companions are.
    profile: Profile,
    pub filter: Option<String>,
    /// Further variables of the tests' environment.
    added: Vec<(String, String)>,
}

impl Run {
    fn start(tools: &Tools, options: &Options, profile: Profile) -> Result<Self> {
        let apart = Apart::start(tools, "test", profile)?;
        Ok(Self { apart, profile, filter: options.filter.clone(), added: Vec::new() })
    }

    /// What tests read from their environment.
    fn variables(&self) -> Vec<(String, String)> {
        let mut variables = self.apart.variables();
        variables.push((
            "CARTWRIGHT_BIN".to_owned(),
            build::program("cartwright", self.profile).display().to_string(),
        ));
        variables.extend(self.added.iter().cloned());
        variables
    }

    /// In what all tests of this run left, and by the browser tests' own store.
    fn search_leaks(&self) -> Result<Tally> {
        let variables = [self.variables(), self.browser_store().variables().to_vec()].concat();
        leaks::search(&variables, &paths::logs().join("test"), USED)?;
        Ok(Tally::PASSED)
    }

    /// A store of the browser tests' own.
    fn browser_store(&self) -> Environment {
        self.apart.environment()
    }
}
