//! Everything the store is made of: the server and its companions, the browser module, the static files.

mod compress;
mod front;
mod native;
mod public;
mod site;

use anyhow::Result;

pub use native::{Profile, program};
pub use site::Sizes;

use crate::setup::Tools;

/// What a build left behind.
pub struct Built {
    pub build_id: String,
    pub sizes: Sizes,
}

/// One cargo after the other, since each fills the cores; what did not change is skipped.
pub fn all(tools: &Tools, profile: Profile) -> Result<Built> {
    native::build(profile)?;
    assets(tools)
}

/// The browser's side alone.
pub fn assets(tools: &Tools) -> Result<Built> {
    let module = front::module(tools)?;
    let stylesheet = front::stylesheet()?;
    public::publish()?;
    site::assemble(&module, &stylesheet)
}
