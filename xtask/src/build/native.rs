//! Builds the server and the development tools in one cargo call.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::Value;

use crate::progress::run_step;
use crate::{paths, process};

/// All commands use the same packages: another set would have other unified features, and cargo
/// would compile crates again.
pub(crate) const PACKAGES: &[&str] = &[
    "-p",
    "cartwright",
    "-p",
    "stripe-sandbox",
    "-p",
    "mail-sink",
    "-p",
    "demo-catalog",
    "-p",
    "fault-proxy",
    "-p",
    "catalog-file",
    "--features",
    "cartwright/ssr",
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Debug,
    Release,
}

pub(crate) fn build_server(profile: Profile) -> Result<()> {
    build_server_and_tell(profile, |_| ())
}

/// Builds the server and the development tools. `on_program` is called with the name of each
/// program as soon as it can be run, while the others are still being built.
pub(crate) fn build_server_and_tell(
    profile: Profile,
    mut on_program: impl FnMut(&str),
) -> Result<()> {
    run_step("build the server", |step| {
        let mut cargo = process::command("cargo");
        cargo.args(["build", "--message-format=json-render-diagnostics"]).args(PACKAGES);
        if profile == Profile::Release {
            cargo.arg("--release");
        }
        let finished = process::run_logged_with(cargo, "build-server", step, |line| {
            if let Some(program) = read_finished_program(line) {
                on_program(&program);
            }
        })?;
        finished
            .require_success(
                "Building the server",
                "fix the error shown, then the same command again",
            )
            .map(drop)
    })
}

/// The name of the program that one of cargo's messages says is built.
fn read_finished_program(line: &str) -> Option<String> {
    // Most messages are of libraries, and large.
    if !line.starts_with('{') || line.contains("\"executable\":null") {
        return None;
    }
    let message: Value = serde_json::from_str(line).ok()?;
    message["executable"].as_str()?;
    Some(message["target"]["name"].as_str()?.to_owned())
}

/// Where the build leaves a program.
pub(crate) fn program_path(name: &str, profile: Profile) -> PathBuf {
    let folder = match profile {
        Profile::Debug => "debug",
        Profile::Release => "release",
    };
    paths::native_target().join(folder).join(name)
}

#[cfg(test)]
mod tests {
    use super::read_finished_program;

    #[test]
    fn a_program_is_known_by_cargos_message_about_it() {
        let of = |executable: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","target":{{"name":"demo-catalog"}},"executable":{executable}}}"#
            )
        };
        let program = read_finished_program(&of("\"/t/demo-catalog\""));
        assert_eq!(program.as_deref(), Some("demo-catalog"));
        assert_eq!(read_finished_program(&of("null")), None);
        assert_eq!(read_finished_program("   Compiling demo-catalog v0.1.0"), None);
    }
}
