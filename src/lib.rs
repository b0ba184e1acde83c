//! Cartwright: a complete online store, in Rust from database to browser.
//!
//! Read in this order: `shared` (pure rules), `infra` (clients of the outside world), `features`
//! (one folder a subject), `app` (the table of pages), `server` (where everything is put together).

// A page's view is one deeply nested type.
#![recursion_limit = "512"]

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("`ssr` and `hydrate` are two builds of one package: choose one");

pub mod features;
pub mod shared;

#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod ui;

#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod infra;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod web;

#[cfg(all(test, feature = "ssr"))]
pub mod testing;
