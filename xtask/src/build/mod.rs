//! Everything the store is made of: the server and its companions, the browser module, the static
//! files.

mod compress;
mod front;
mod native;
mod public;
mod site;

use anyhow::Result;

pub use native::{PACKAGES, Profile, build as native, program};
pub use site::Sizes;

use crate::setup::Tools;

/// One cargo after the other, since each fills the cores; what did not change is skipped.
pub fn all(tools: &Tools, profile: Profile) -> Result<Sizes> {
    native(profile)?;
    assets(tools)
}

/// The browser's side alone.
pub fn assets(tools: &Tools) -> Result<Sizes> {
    let module = front::module(tools)?;
    let stylesheet = front::stylesheet()?;
    public::publish()?;
    site::assemble(&module, &stylesheet)
}
