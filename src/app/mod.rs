//! The table of pages and how one of them becomes an answer.

mod admin_frame;
mod document;
pub mod error_page;
mod frame;
mod kitchen_sink;
pub mod pages;
pub mod render;
pub mod speculation;
