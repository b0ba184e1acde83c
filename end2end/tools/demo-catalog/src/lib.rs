//! The demo shop's goods: a catalogue written from hand-made parts, and a picture for every colour of it.
//!
//! Development and test only; nothing here is shipped with the store.

pub mod icons;
