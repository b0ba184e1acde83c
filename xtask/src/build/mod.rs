//! Builds the store: the server and the development tools, the browser module, the static files.

mod browser;
mod compress;
mod native;
mod public;
mod site;

use anyhow::Result;

pub(crate) use native::{PACKAGES, Profile, build_server, build_server_and_tell, program_path};
pub(crate) use site::AssetSizes;

use crate::setup::Tools;

/// The two cargo builds run one after the other, because each uses all cores.
pub(crate) fn build_all(tools: &Tools, profile: Profile) -> Result<AssetSizes> {
    build_server(profile)?;
    build_assets(tools)
}

/// Builds only what the browser downloads.
pub(crate) fn build_assets(tools: &Tools) -> Result<AssetSizes> {
    let module = browser::build_module(tools)?;
    let sheets = browser::build_stylesheets()?;
    public::copy_public_files()?;
    site::assemble_site(&module, &sheets)
}
