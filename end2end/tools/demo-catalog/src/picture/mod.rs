//! Turns a vector drawing into the pictures of a product: cut, coloured, set on a ground, lit,
//! encoded.

pub mod colour;
pub mod drawing;
pub mod encode;
pub mod recolour;
pub mod scene;
