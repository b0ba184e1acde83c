//! The composition root: builds every client once, assembles routes and layers, runs the loops.

pub(crate) mod accept;
pub(crate) mod app;
pub(crate) mod assets;
pub mod commands;
pub(crate) mod content_policy;
pub(crate) mod forms;
pub(crate) mod jobs;
pub(crate) mod key_rotation;
pub(crate) mod middleware;
pub(crate) mod pages;
pub(crate) mod router;
pub(crate) mod sitemap;
pub(crate) mod tls;

#[cfg(test)]
mod tests;
