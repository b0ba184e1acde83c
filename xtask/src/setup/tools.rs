//! The tools that the commands need, and where they were found.

use std::path::PathBuf;

/// What the caller is about to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Build and run the store.
    Run,
    /// Build and run the store, and test it with a browser.
    Test,
}

/// Where the tools were found.
pub(crate) struct Tools {
    pub(crate) wasm_bindgen: PathBuf,
    pub(crate) mongo: Mongo,
    pub(crate) redis_server: PathBuf,
    /// Known only for [`Purpose::Test`].
    pub(crate) chromium: Option<PathBuf>,
}

#[derive(Clone)]
pub(crate) enum Mongo {
    /// MongoDB itself.
    Mongod(PathBuf),
    /// The wire-compatible development server.
    Compatible(PathBuf),
}
