//! The table of pages and how one of them becomes an answer.

mod document;
pub mod error_page;
mod frame;
pub mod pages;
pub mod render;
