//! `cargo xtask test`: everything that CI checks, fast checks first, and one line of totals at the
//! end.

mod browser;
mod checks;
mod node_tests;
mod rust_tests;
mod test_run;

use std::process::ExitCode;

use anyhow::Result;
use clap::ValueEnum;

use crate::build::{self, Profile};
use crate::progress::{format_duration, print_line};
use crate::setup::{self, Purpose, Tools};
use crate::test_counts::TestCounts;
use crate::{seed, size_gates};

use test_run::TestRun;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    /// Sources, pure rules, development tools, sizes: nothing that needs a database
    Unit,
    /// The store against real services
    Features,
    /// The store in a browser
    Browser,
}

pub(crate) struct Options {
    pub(crate) only: Option<Suite>,
    pub(crate) filter: Option<String>,
}

impl Options {
    fn has_suite(&self, part: Suite) -> bool {
        self.only.is_none_or(|only| only == part)
    }

    /// Whether checks without a test name run: they do not run when a filter selects tests.
    fn has_whole_suite(&self, part: Suite) -> bool {
        self.has_suite(part) && self.filter.is_none()
    }
}

pub(crate) fn run(options: &Options) -> ExitCode {
    let started = std::time::Instant::now();
    let mut total = TestCounts::default();
    if let Err(error) = run_suites(options, &mut total) {
        add_failure(&mut total, &error);
    }
    if total == TestCounts::default() {
        add_failure(&mut total, &anyhow::anyhow!("Nothing was tested."));
    }
    print_line(&format!("\nAfter {}:", format_duration(started.elapsed())));
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs the store's tests with this name and with more environment variables.
pub(crate) fn run_store_tests(
    filter: &str,
    variables: Vec<(String, String)>,
) -> Result<TestCounts> {
    let tools = setup::ensure(Purpose::Run)?;
    build::build_server(Profile::Debug)?;
    let mut run = TestRun::start(&tools, Some(filter), Profile::Debug)?;
    run.more_variables = variables;
    rust_tests::run_store_tests(&rust_tests::compile_store(Profile::Debug)?, &run)
}

/// Runs an ignored test of the store that measures, and returns what it prints. Everything is built
/// with optimisation before the services start.
pub(crate) fn run_store_measurement(tools: &Tools, test: &str) -> Result<String> {
    build::build_server(Profile::Release)?;
    let programs = rust_tests::compile_store(Profile::Release)?;
    let run = TestRun::start(tools, None, Profile::Release)?;
    rust_tests::run_measurement(&programs, &run, test)
}

/// Counts a failed suite and goes on with the next one. An error here means that nothing else can
/// run.
fn run_suites(options: &Options, total: &mut TestCounts) -> Result<()> {
    if options.has_whole_suite(Suite::Unit) {
        add_result(total, checks::check_formatting());
        add_result(total, browser::check_configuration().map(|()| TestCounts::default()));
    }
    let purpose = if options.has_suite(Suite::Browser) { Purpose::Test } else { Purpose::Run };
    let (tools, ()) = setup::ensure_beside(purpose, || {
        if options.has_whole_suite(Suite::Unit) {
            add_result(total, checks::check_lints());
            add_result(total, checks::check_dependencies());
        }
        if options.has_suite(Suite::Browser) {
            seed::build_server_and_catalog(Profile::Debug)
        } else {
            build::build_server(Profile::Debug)
        }
    })?;
    let run = TestRun::start(&tools, options.filter.as_deref(), Profile::Debug)?;
    if options.has_suite(Suite::Unit) {
        add_result(
            total,
            rust_tests::compile_tools()
                .and_then(|programs| rust_tests::run_tool_tests(&programs, &run)),
        );
    }
    if options.has_suite(Suite::Unit) || options.has_suite(Suite::Features) {
        run_rust_suites(options, &run, total);
    }
    if options.has_suite(Suite::Unit) {
        add_result(total, node_tests::run_sandbox_client_tests(&run));
        add_result(total, node_tests::run_leak_search_tests(&run));
    }
    if options.has_whole_suite(Suite::Unit) {
        add_result(total, node_tests::compare_pricing());
        add_result(total, size_gates::check(&tools));
    }
    if options.has_suite(Suite::Browser) && browser::has_tests() {
        build::build_assets(&tools)?;
        let chromium = tools.chromium.as_deref().unwrap_or(std::path::Path::new("chromium"));
        add_result(total, browser::run(&run, chromium));
        // The tests have ended and their data still exist.
        if options.filter.is_none() {
            add_result(total, run.search_leaks());
        }
    }
    Ok(())
}

fn run_rust_suites(options: &Options, run: &TestRun, total: &mut TestCounts) {
    let programs = match rust_tests::compile_store(Profile::Debug) {
        Ok(programs) => programs,
        Err(error) => return add_failure(total, &error),
    };
    if options.has_suite(Suite::Unit) {
        add_result(total, rust_tests::run_tool_tests(&programs, run));
    }
    if options.has_suite(Suite::Features) {
        add_result(total, rust_tests::run_store_tests(&programs, run));
    } else {
        add_result(total, rust_tests::run_pure_tests(&programs, run));
    }
}

fn add_result(total: &mut TestCounts, outcome: Result<TestCounts>) {
    match outcome {
        Ok(counts) => *total += counts,
        Err(error) => add_failure(total, &error),
    }
}

fn add_failure(total: &mut TestCounts, error: &anyhow::Error) {
    print_line(&format!("\n{error:#}\n"));
    *total += TestCounts::ONE_FAILED;
}
