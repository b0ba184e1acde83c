//! The breaker before Stripe: when half of the latest calls fail, it is left alone for a few
//! seconds.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Calls that are looked at, and how old they may be.
const CALLS: usize = 20;
const WINDOW: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_secs(5);

#[derive(Default)]
pub struct ErrorRateBreaker(Mutex<State>);

#[derive(Default)]
struct State {
    /// When each of the latest calls ended and whether it failed.
    calls: VecDeque<(Instant, bool)>,
    open_until: Option<Instant>,
}

impl ErrorRateBreaker {
    /// Whether a call may be made. After the pause one call is let through; its outcome decides for
    /// the others.
    pub fn allows(&self, now: Instant) -> bool {
        let mut state = self.state();
        match state.open_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                state.open_until = Some(now + PAUSE);
                true
            }
        }
    }

    /// Counts a call; true when this one opened the breaker.
    pub fn record(&self, now: Instant, failed: bool) -> bool {
        let mut state = self.state();
        if state.open_until.is_some() {
            if !failed {
                *state = State::default();
            }
            return false;
        }
        state.calls.push_back((now, failed));
        while state.calls.front().is_some_and(|(at, _)| {
            state.calls.len() > CALLS || now.saturating_duration_since(*at) > WINDOW
        }) {
            state.calls.pop_front();
        }
        let failures = state.calls.iter().filter(|(_, failed)| *failed).count();
        if state.calls.len() < CALLS || failures * 2 < state.calls.len() {
            return false;
        }
        state.open_until = Some(now + PAUSE);
        true
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r100_half_of_twenty_failing_calls_open_it_and_one_success_closes_it() {
        let (breaker, start) = (ErrorRateBreaker::default(), Instant::now());
        for n in 0..19 {
            assert!(!breaker.record(start, n % 2 == 0) && breaker.allows(start));
        }
        assert!(breaker.record(start, true));
        assert!(!breaker.allows(start + Duration::from_secs(4)));
        let later = start + Duration::from_secs(6);
        assert!(breaker.allows(later), "one call tries");
        assert!(!breaker.allows(later), "the others wait for it");
        breaker.record(later, false);
        assert!(breaker.allows(later));
    }

    #[test]
    fn r100_single_failures_and_old_ones_do_not_open_it() {
        let (breaker, start) = (ErrorRateBreaker::default(), Instant::now());
        for second in 0..200 {
            let now = start + Duration::from_secs(second);
            assert!(!breaker.record(now, second % 3 == 0), "{second}");
        }
        let quiet = ErrorRateBreaker::default();
        for second in 0..40 {
            assert!(
                !quiet.record(start + Duration::from_secs(second * 5), true),
                "too few calls to judge"
            );
        }
    }
}
