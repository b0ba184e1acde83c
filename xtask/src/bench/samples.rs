//! Statistics of measured times.

use std::time::Duration;

/// Sorted, the shortest first.
pub(crate) struct DurationSamples(Vec<Duration>);

impl DurationSamples {
    pub(crate) fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn min(&self) -> Duration {
        self.quantile(0, 1)
    }

    pub(crate) fn median(&self) -> Duration {
        self.quantile(1, 2)
    }

    /// 19 of 20 were shorter.
    pub(crate) fn p95(&self) -> Duration {
        self.quantile(19, 20)
    }

    /// 99 of 100 were shorter.
    pub(crate) fn p99(&self) -> Duration {
        self.quantile(99, 100)
    }

    pub(crate) fn max(&self) -> Duration {
        self.0.last().copied().unwrap_or_default()
    }

    /// The p-value of the rank test of Mann and Whitney: how likely chance alone gives a difference
    /// at least this large. Uses the normal approximation, which is good for about twenty samples
    /// or more on each side.
    pub(crate) fn mann_whitney_p_value(&self, other: &Self) -> f64 {
        let (here, there) = (self.count() as f64, other.count() as f64);
        let mut above = 0.0;
        for time in &self.0 {
            let shorter = other.0.partition_point(|than| than < time);
            let no_longer = other.0.partition_point(|than| than <= time);
            above += (shorter + no_longer) as f64 / 2.0;
        }
        let deviation = (here * there * (here + there + 1.0) / 12.0).sqrt();
        let distance = (above - here * there / 2.0).abs() / deviation;
        if distance.is_finite() { 2.0 * upper_tail(distance) } else { 1.0 }
    }

    fn quantile(&self, part: usize, of: usize) -> Duration {
        let index = self.0.len() * part / of;
        self.0.get(index).copied().unwrap_or_default()
    }
}

/// The part of a normal distribution that is this many deviations or more above its mean
/// (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17; exact to seven decimals).
fn upper_tail(deviations: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * deviations);
    let factors = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let polynomial = factors.iter().rev().fold(0.0, |sum, factor| (sum + factor) * t);
    (-deviations * deviations / 2.0).exp() / std::f64::consts::TAU.sqrt() * polynomial
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{DurationSamples, upper_tail};

    fn milliseconds(times: impl IntoIterator<Item = u64>) -> DurationSamples {
        DurationSamples::new(times.into_iter().map(Duration::from_millis).collect())
    }

    #[test]
    fn order_statistics() {
        let times = milliseconds((1..=100).rev());
        let found = [times.min(), times.median(), times.p95(), times.p99(), times.max()];
        assert_eq!(found.map(|time| time.as_millis()), [1, 51, 96, 100, 100]);
        assert_eq!(milliseconds([]).median(), Duration::ZERO);
    }

    #[test]
    fn the_rank_test_tells_what_chance_does_not() {
        let even = milliseconds((0..100).map(|n| n * 2));
        let odd = milliseconds((0..100).map(|n| n * 2 + 1));
        assert!(even.mann_whitney_p_value(&odd) > 0.8);
        assert!((even.mann_whitney_p_value(&even) - 1.0).abs() < 1e-6);
        let later = milliseconds((0..100).map(|n| n * 2 + 60));
        assert!(even.mann_whitney_p_value(&later) < 0.001);
        assert!((milliseconds([]).mann_whitney_p_value(&even) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn the_tail_is_the_one_of_the_tables() {
        for (deviations, tail) in
            [(0.0, 0.5), (1.0, 0.158_655), (1.96, 0.024_998), (3.0, 0.001_350)]
        {
            assert!(
                (upper_tail(deviations) - tail).abs() < 1e-6,
                "{deviations}: {}",
                upper_tail(deviations)
            );
        }
    }
}
