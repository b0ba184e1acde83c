//! Runs Lighthouse and computes the medians of its results.

use std::fmt;
use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::progress::run_step;
use crate::setup::Tools;
use crate::{paths, process};

/// One page's runs together.
pub(crate) struct Score {
    pub(crate) performance: Spread,
    pub(crate) accessibility: Spread,
    pub(crate) best_practices: Spread,
    pub(crate) seo: Spread,
    pub(crate) first_paint_ms: Spread,
    pub(crate) largest_paint_ms: Spread,
    pub(crate) blocking_ms: Spread,
    pub(crate) shift: Spread,
    pub(crate) bytes: Spread,
    /// The audits that kept a category other than performance below 100, in any run.
    pub(crate) failed_audits: Vec<String>,
}

pub(crate) struct Spread {
    least: f64,
    pub(crate) median: f64,
    greatest: f64,
}

impl Spread {
    /// `None` without a single number.
    fn new(mut values: Vec<f64>) -> Option<Self> {
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
pub(crate) fn installed_version() -> String {
    let manifest = fs::read_to_string(paths::lighthouse().join("package.json")).unwrap_or_default();
    let manifest: Value = serde_json::from_str(&manifest).unwrap_or_default();
    manifest["dependencies"]["lighthouse"].as_str().unwrap_or("of an unknown version").to_owned()
}

pub(crate) fn measure(
    tools: &Tools,
    address: &str,
    paths: &[&str],
    runs: u32,
) -> Result<Vec<Score>> {
    let addresses: Vec<String> =
        paths.iter().map(|path| format!("{}{path}", address.trim_end_matches('/'))).collect();
    let file = paths::root().join("target/bench/lighthouse.json");
    fs::create_dir_all(file.with_file_name(""))?;
    run_step("Lighthouse", |step| {
        let mut node = process::command("node");
        node.arg(paths::lighthouse().join("measure.mjs"))
            .arg(&file)
            .arg(runs.to_string())
            .args(&addresses);
        if let Some(chromium) = &tools.chromium {
            node.env("CHROME_PATH", chromium);
        }
        process::run_logged(node, "bench-lighthouse", step)?
            .require_success("Lighthouse", "see the log")
            .map(drop)
    })?;
    let found: Value = serde_json::from_str(&fs::read_to_string(&file)?)
        .context("Lighthouse's numbers are no JSON")?;
    addresses
        .iter()
        .map(|address| {
            parse_score(&found[address.as_str()])
                .with_context(|| format!("Lighthouse left out {address}"))
        })
        .collect()
}

fn parse_score(runs: &Value) -> Option<Score> {
    let runs = runs.as_array()?;
    let spread =
        |name: &str| Spread::new(runs.iter().filter_map(|run| run[name].as_f64()).collect());
    let mut failed_audits: Vec<String> = runs
        .iter()
        .filter_map(|run| run["lost"].as_array())
        .flatten()
        .filter_map(|what| what.as_str().map(str::to_owned))
        .collect();
    failed_audits.sort();
    failed_audits.dedup();
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
        failed_audits,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Spread, parse_score};

    fn shown(values: &[f64]) -> Option<String> {
        Spread::new(values.to_vec()).map(|spread| spread.to_string())
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
        let score = parse_score(&json!([run(92), run(92)])).expect("a score");
        assert_eq!(score.failed_audits, ["meta-description: missing"]);
        assert_eq!(score.seo.to_string(), "92");
    }
}
