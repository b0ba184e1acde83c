//! The component kit: what pages and islands are made of, without a business word in it.

#[cfg(feature = "ssr")]
pub mod page;
