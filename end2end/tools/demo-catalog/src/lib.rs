//! The demo shop's goods: a catalogue written from hand-made parts, and a picture for every colour
//! of it.
//!
//! Development and test only; nothing here is shipped with the store.

pub mod build;
pub mod catalog;
pub mod goods;
pub mod icons;
pub mod palette;
pub mod picture;
pub mod pictures_of;
mod plan;
pub mod shots;
pub mod text;
pub mod variants;
pub mod write;
