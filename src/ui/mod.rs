//! The component kit: what pages and islands are made of, without a business word in it.

pub mod feedback;
pub mod icon;
pub mod picture;
pub mod price;
pub mod totals;
pub mod type_erasure;

#[cfg(feature = "ssr")]
pub mod dates;
#[cfg(feature = "ssr")]
pub mod field;
#[cfg(feature = "ssr")]
pub mod form;
#[cfg(feature = "ssr")]
pub mod navigation;
#[cfg(feature = "ssr")]
pub mod structured_data;
#[cfg(feature = "ssr")]
pub mod swatch;
#[cfg(feature = "ssr")]
pub mod tint;
