//! The services and environment of one test run.

use anyhow::Result;

use crate::build::{self, Profile};
use crate::demo_store::IsolatedServices;
use crate::leak_search;
use crate::paths;
use crate::setup::Tools;
use crate::store::StoreEnvironment;
use crate::test_counts::TestCounts;

/// Collections that the browser tests must have filled before the search for leaks.
const FILLED_COLLECTIONS: &[&str] =
    &["accounts", "carts", "checkouts", "orders", "outbox", "sessions"];

/// Services with data that are removed at the end of the run.
pub(crate) struct TestRun {
    services: IsolatedServices,
    /// The build of the store and the development tools.
    profile: Profile,
    pub(crate) filter: Option<String>,
    /// More environment variables of the tests.
    pub(crate) more_variables: Vec<(String, String)>,
}

impl TestRun {
    pub(crate) fn start(tools: &Tools, filter: Option<&str>, profile: Profile) -> Result<Self> {
        let services = IsolatedServices::start(tools, "test", profile)?;
        Ok(Self {
            services,
            profile,
            filter: filter.map(str::to_owned),
            more_variables: Vec::new(),
        })
    }

    /// The environment of the tests.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let mut variables = self.services.variables();
        variables.push((
            "CARTWRIGHT_BIN".to_owned(),
            build::program_path("cartwright", self.profile).display().to_string(),
        ));
        variables.extend(self.more_variables.iter().cloned());
        variables
    }

    /// Searches the data of all tests of this run, also of the browser tests' store.
    pub(crate) fn search_leaks(&self) -> Result<TestCounts> {
        let variables = [self.variables(), self.browser_store().variables().to_vec()].concat();
        leak_search::search(&variables, &paths::logs().join("test"), FILLED_COLLECTIONS)?;
        Ok(TestCounts::ONE_PASSED)
    }

    /// The environment of the store for the browser tests.
    pub(crate) fn browser_store(&self) -> StoreEnvironment {
        self.services.environment()
    }
}
