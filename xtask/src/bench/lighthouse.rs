//! Lighthouse, run by a script of its own package, and the medians of what it found.

use std::fmt;
use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::progress::step;
use crate::setup::Tools;
use crate::{paths, process};

/// One page's runs together.
pub struct Score {
    pub performance: Spread,
    pub accessibility: Spread,
    pub best_practices: Spread,
    pub seo: Spread,
    pub first_paint_ms: Spread,
    pub largest_paint_ms: Spread,
    pub blocking_ms: Spread,
    pub shift: Spread,
    pub bytes: Spread,
    /// What kept a category other than performance from 100, in any run.
    pub lost: Vec<String>,
}

pub struct Spread {
    least: f64,
    pub median: f64,
    greatest: f64,
}

impl Spread {
    /// `None` without a single number.
    fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let least = *values.first()?;
        Some(Self { least, median: *values.get(values.len() / 2)?, greatest: *values.last()? })
    }
}

impl fmt::Display for Spread {
    /// `98 (96–99)`; where all runs agree, one number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Scores, milliseconds and bytes are whole; shifts are not.
        let shown = |value: f64| {
            if value >= 1.0 || value == 0.0 { format!("{value:.0}") } else { format!("{value:.3}") }
        };
        let [least, median, greatest] = [self.least, self.median, self.greatest].map(shown);
        if least == greatest {
            write!(f, "{median}")
        } else {
            write!(f, "{median} ({least}–{greatest})")
        }
    }
}

/// What the lock file installs.
pub fn version() -> String {
    let manifest = fs::read_to_string(paths::lighthouse().join("package.json")).unwrap_or_default();
    let manifest: Value = serde_json::from_str(&manifest).unwrap_or_default();
    manifest["dependencies"]["lighthouse"].as_str().unwrap_or("of an unknown version").to_owned()
}

pub fn measure(tools: &Tools, address: &str, paths: &[&str], runs: u32) -> Result<Vec<Score>> {
    let addresses: Vec<String> =
        paths.iter().map(|path| format!("{}{path}", address.trim_end_matches('/'))).collect();
    let file = paths::root().join("target/bench/lighthouse.json");
    fs::create_dir_all(file.with_file_name(""))?;
    step("Lighthouse", |step| {
        let mut node = process::command("node");
        node.arg(paths::lighthouse().join("measure.mjs"))
            .arg(&file)
            .arg(runs.to_string())
            .args(&addresses);
        if let Some(chromium) = &tools.chromium {
            node.env("CHROME_PATH", chromium);
        }
        process::run_logged(node, "bench-lighthouse", step)?
            .or_fail("Lighthouse", "see the log")
            .map(drop)
    })?;
    let found: Value = serde_json::from_str(&fs::read_to_string(&file)?)
        .context("Lighthouse's numbers are no JSON")?;
    addresses
        .iter()
        .map(|address| {
            score(&found[address.as_str()])
                .with_context(|| format!("Lighthouse left out {address}"))
        })
        .collect()
}

fn score(runs: &Value) -> Option<Score> {
    let runs = runs.as_array()?;
    let spread =
        |name: &str| Spread::of(runs.iter().filter_map(|run| run[name].as_f64()).collect());
    let mut lost: Vec<String> = runs
        .iter()
        .filter_map(|run| run["lost"].as_array())
        .flatten()
        .filter_map(|what| what.as_str().map(str::to_owned))
        .collect();
    lost.sort();
    lost.dedup();
    Some(Score {
        performance: spread("performance")?,
        accessibility: spread("accessibility")?,
        best_practices: spread("best-practices")?,
        seo: spread("seo")?,
        first_paint_ms: spread("first_contentful_paint_ms")?,
        largest_paint_ms: spread("largest_contentful_paint_ms")?,
        blocking_ms: spread("total_blocking_time_ms")?,
        shift: spread("cumulative_layout_shift")?,
        bytes: spread("bytes")?,
        lost,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Spread, score};

    fn shown(values: &[f64]) -> Option<String> {
        Spread::of(values.to_vec()).map(|spread| spread.to_string())
    }

    #[test]
    fn a_spread_is_shown_where_there_is_one() {
        assert_eq!(shown(&[98.0, 96.0, 99.0]).as_deref(), Some("98 (96–99)"));
        assert_eq!(shown(&[100.0, 100.0]).as_deref(), Some("100"));
        assert_eq!(shown(&[0.0, 0.0, 0.0123]).as_deref(), Some("0 (0–0.012)"));
        assert_eq!(shown(&[]), None);
    }

    #[test]
    fn what_was_lost_is_named_once() {
        let run = |seo: u32| {
            json!({ "performance": 90, "accessibility": 100, "best-practices": 100, "seo": seo, "first_contentful_paint_ms": 1,
                "largest_contentful_paint_ms": 1, "total_blocking_time_ms": 0, "cumulative_layout_shift": 0, "bytes": 1,
                "lost": ["meta-description: missing"] })
        };
        let score = score(&json!([run(92), run(92)])).expect("a score");
        assert_eq!(score.lost, ["meta-description: missing"]);
        assert_eq!(score.seo.to_string(), "92");
    }
}
