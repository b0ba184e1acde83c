//! Cartwright: a complete online store, in Rust from database to browser.
//!
//! Read in this order: `shared` (pure rules), `infra` (clients of the outside world), `web` (what
//! pages and forms are asked and answer), `ui` (the component kit), `features` (one folder a
//! subject), `app` (the table of pages), `server` (where everything is put together).

// The server uses most of what models hold; the browser and the pure rules use a part.
#![cfg_attr(not(feature = "ssr"), allow(dead_code, unused_imports))]
// `pub` means "for the other modules of this crate": the modules themselves are private, so the
// compiler still finds what nobody uses.
#![allow(unreachable_pub)]
// A page's view is one deeply nested type.
#![recursion_limit = "512"]

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!("`ssr` and `hydrate` are two builds of one package: choose one");

mod features;
pub mod shared;

#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod ui;

#[cfg(feature = "ssr")]
mod app;
#[cfg(feature = "ssr")]
mod infra;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
mod web;

#[cfg(all(test, feature = "ssr"))]
mod testing;
