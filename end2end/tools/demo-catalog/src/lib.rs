//! Generates the catalogue of the demo shop and a picture for every colour of its products.
//!
//! For development and tests only: the store does not contain it.

pub mod build;
pub mod goods;
pub mod icons;
mod palette;
pub mod picture;
pub mod picture_specs;
mod plan;
mod product_images;
mod text;
mod variants;
pub mod write;
