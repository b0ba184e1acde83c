//! Text that the reports in `docs/performance.md` share, and the place of their sections.

use std::fs;
use std::ops::Range;
use std::time::Duration;

/// The section that `cargo xtask bench --orders` writes; the other sections are from
/// `cargo xtask bench`.
pub(crate) const ORDERS_HEADING: &str = "## Orders";
/// The section that people write by hand.
const BUILDING_HEADING: &str = "## Building and testing";
/// The last section of the page: how to measure again.
const LAST_HEADING: &str = "## Again";

/// The machine in words that do not identify it.
pub(crate) fn describe_machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = fs::read_to_string("/proc/meminfo").ok().and_then(|text| parse_gigabytes(&text));
    let memory =
        memory.map(|gigabytes| format!(" and {gigabytes} GB of memory")).unwrap_or_default();
    format!("a machine with {cores} {}{memory}", if cores == 1 { "core" } else { "cores" })
}

/// From the first line of `/proc/meminfo`, which is in KiB.
fn parse_gigabytes(meminfo: &str) -> Option<u64> {
    let kibibytes: u64 = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?
        .split_whitespace()
        .next()?
        .parse()
        .ok()?;
    Some((kibibytes + (1 << 19)) >> 20)
}

/// With two decimals below ten: `0.84`, `12`.
pub(crate) fn format_milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    if milliseconds < 10.0 { format!("{milliseconds:.2}") } else { format!("{milliseconds:.0}") }
}

/// The new page with the sections of the page before that are measured or written by others.
pub(crate) fn keep_other_sections(before: &str, page: String) -> String {
    [ORDERS_HEADING, BUILDING_HEADING].into_iter().fold(page, |page, heading| {
        match find_section(before, heading) {
            Some(place) => replace_section(&page, heading, &before[place]),
            None => page,
        }
    })
}

/// Replaces a section. A page without it gets it before its last section.
pub(crate) fn replace_section(page: &str, heading: &str, section: &str) -> String {
    let place = find_section(page, heading).unwrap_or_else(|| {
        let last = find_heading(page, 0, |line| line == LAST_HEADING).unwrap_or(page.len());
        last..last
    });
    let parts = [&page[..place.start], section, &page[place.end..]].map(str::trim);
    let mut text =
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    text.push('\n');
    text
}

fn find_section(page: &str, heading: &str) -> Option<Range<usize>> {
    let start = find_heading(page, 0, |line| line == heading)?;
    let end = find_heading(page, start + heading.len(), |line| line.starts_with("## "))
        .unwrap_or(page.len());
    Some(start..end)
}

/// The position of the first wanted line at or after `start_at`.
fn find_heading(page: &str, start_at: usize, is_wanted: impl Fn(&str) -> bool) -> Option<usize> {
    let mut start = 0;
    for line in page.split_inclusive('\n') {
        if start >= start_at && is_wanted(line.trim_end()) {
            return Some(start);
        }
        start += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_rounded() {
        assert_eq!(parse_gigabytes("MemTotal:       24597504 kB\nMemFree: 1 kB\n"), Some(23));
        assert_eq!(parse_gigabytes(""), None);
    }

    #[test]
    fn small_times_keep_their_decimals() {
        assert_eq!(format_milliseconds(Duration::from_micros(842)), "0.84");
        assert_eq!(format_milliseconds(Duration::from_micros(12_400)), "12");
    }

    #[test]
    fn a_new_section_stands_before_the_last_one() {
        let page = "# Performance\n\nText.\n\n## The server\n\nFast.\n\n## Again\n\nSo.\n";
        let expected = "# Performance\n\nText.\n\n## The server\n\nFast.\n\n## Orders\n\nMany.\n\n## Again\n\nSo.\n";
        assert_eq!(replace_section(page, ORDERS_HEADING, "## Orders\n\nMany.\n"), expected);
        assert_eq!(
            replace_section("# Performance\n", ORDERS_HEADING, "## Orders\n\nMany.\n"),
            "# Performance\n\n## Orders\n\nMany.\n"
        );
    }

    #[test]
    fn a_section_takes_the_place_of_the_one_before() {
        let page = "# Performance\n\n## Orders\n\nFew.\n\n### Of which\n\n## Login storm\n\nCalm.\n\n## Again\n\nSo.\n";
        let expected =
            "# Performance\n\n## Orders\n\nMany.\n\n## Login storm\n\nCalm.\n\n## Again\n\nSo.\n";
        assert_eq!(replace_section(page, ORDERS_HEADING, "## Orders\n\nMany.\n"), expected);
        assert_eq!(
            replace_section("## Orders of others\n\n## Again\n", ORDERS_HEADING, "## Orders\n"),
            "## Orders of others\n\n## Orders\n\n## Again\n"
        );
    }

    #[test]
    fn a_page_written_anew_keeps_the_section() {
        let before = "# Performance\n\n## Orders\n\nMany.\n\n## Building and testing\n\nSlow.\n\n## Again\n\nOld.\n";
        let fresh = "# Performance\n\n## Again\n\nNew.\n".to_owned();
        assert_eq!(
            keep_other_sections(before, fresh.clone()),
            "# Performance\n\n## Orders\n\nMany.\n\n## Building and testing\n\nSlow.\n\n## Again\n\nNew.\n"
        );
        assert_eq!(keep_other_sections("", fresh.clone()), fresh);
    }
}
