//! What a shopper downloads before anything else can happen, in bytes after brotli.

use std::fs;

use anyhow::{Context, Result};

use super::Gate;
use crate::build::Sizes;
use crate::paths;

/// Budgets are decimal kilobytes.
const KB: u64 = 1000;

pub fn gates(sizes: Sizes) -> Result<Vec<Gate>> {
    let recorded =
        fs::read_to_string(paths::root().join("end2end/bench/gates.toml")).unwrap_or_default();
    Ok(vec![
        Gate {
            name: "browser module and glue",
            measured: sizes.module_and_glue,
            limit: 120 * KB,
            aim: Some(90 * KB),
            recorded: recorded_number(&recorded, "module_and_glue_brotli_bytes")?,
        },
        Gate {
            name: "stylesheet",
            measured: sizes.stylesheet,
            limit: 20 * KB,
            aim: Some(8 * KB),
            recorded: recorded_number(&recorded, "stylesheet_brotli_bytes")?,
        },
    ])
}

/// Reads `name = number`, which is all the file holds besides comments.
fn recorded_number(text: &str, name: &str) -> Result<Option<u64>> {
    let lines = text.lines().filter_map(|line| line.split('#').next()?.split_once('='));
    let Some((_, value)) = lines.into_iter().find(|(key, _)| key.trim() == name) else {
        return Ok(None);
    };
    let number = value
        .trim()
        .replace('_', "")
        .parse()
        .with_context(|| format!("end2end/bench/gates.toml: {name} is not a number"))?;
    Ok(Some(number))
}

#[cfg(test)]
mod tests {
    use super::recorded_number;

    #[test]
    fn reads_numbers_among_comments() {
        let text = "# sizes\nmodule_and_glue_brotli_bytes = 80_123 # islands of the cart\n";
        assert_eq!(recorded_number(text, "module_and_glue_brotli_bytes").ok(), Some(Some(80_123)));
        assert_eq!(recorded_number(text, "stylesheet_brotli_bytes").ok(), Some(None));
        assert!(recorded_number("x = many", "x").is_err());
    }
}
