//! The composition root: builds every client once, assembles routes and layers, runs the loops.

pub mod accept;
pub mod app;
pub mod assets;
pub mod commands;
pub mod forms;
pub mod jobs;
pub mod middleware;
pub mod pages;
pub mod policy;
pub mod rotation;
pub mod router;
pub mod sitemap;
pub mod tls;

#[cfg(test)]
mod tests;
