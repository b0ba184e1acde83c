//! Pages of text: delivery, returns, privacy, terms, and what else a shop has to say.
//!
//! Invariants: a page's text is a small part of Markdown, checked when it is written and read again
//! when it is shown; it never becomes HTML but as elements and escaped text. Whoever orders can
//! read the terms: they are always there. Collection: `content_pages`.

pub mod model;

#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod service;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(all(test, feature = "ssr"))]
mod tests;
