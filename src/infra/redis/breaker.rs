//! The breaker: after a few failures Redis is left alone for a while, then one ping decides.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub struct Breaker {
    failures: usize,
    window: Duration,
    pause: Duration,
    state: Mutex<State>,
}

enum State {
    /// Commands pass; the times of the latest failures, oldest first, never more than `failures`.
    Closed(VecDeque<Instant>),
    Open {
        since: Instant,
    },
    /// A ping is under way and decides; commands are refused meanwhile.
    Probing {
        since: Instant,
    },
}

#[derive(Debug, PartialEq, Eq)]
pub enum Admission {
    Pass,
    Refuse,
    /// Refused as well, but this caller has to start the ping: no shopper waits for it.
    RefuseAndProbe,
}

impl Breaker {
    /// A closed breaker; `failures` within `window` open it for `pause`.
    pub fn new(failures: usize, window: Duration, pause: Duration) -> Self {
        Self {
            failures: failures.max(1),
            window,
            pause,
            state: Mutex::new(State::Closed(VecDeque::new())),
        }
    }

    pub fn admit(&self, now: Instant) -> Admission {
        let mut state = self.state();
        match *state {
            State::Closed(_) => Admission::Pass,
            // A ping that was lost with its task must not keep the breaker shut for ever.
            State::Open { since } | State::Probing { since }
                if now.saturating_duration_since(since) >= self.pause =>
            {
                *state = State::Probing { since: now };
                Admission::RefuseAndProbe
            }
            State::Open { .. } | State::Probing { .. } => Admission::Refuse,
        }
    }

    #[cfg(test)]
    pub fn is_closed(&self) -> bool {
        matches!(*self.state(), State::Closed(_))
    }

    /// Counts a failed command; true when this one opened the breaker.
    pub fn failed(&self, now: Instant) -> bool {
        let mut state = self.state();
        // Commands that were under way when the breaker opened fail late and change nothing.
        let State::Closed(times) = &mut *state else { return false };
        times.push_back(now);
        while times.front().is_some_and(|oldest| {
            times.len() > self.failures || now.saturating_duration_since(*oldest) > self.window
        }) {
            times.pop_front();
        }
        if times.len() < self.failures {
            return false;
        }
        *state = State::Open { since: now };
        true
    }

    /// Opens the breaker whatever was counted; true when it was closed until now.
    pub fn open(&self, now: Instant) -> bool {
        let mut state = self.state();
        let was_closed = matches!(*state, State::Closed(_));
        *state = State::Open { since: now };
        was_closed
    }

    /// The ping was answered; true when the breaker was not closed already.
    pub fn close(&self) -> bool {
        let mut state = self.state();
        let was_open = !matches!(*state, State::Closed(_));
        if was_open {
            *state = State::Closed(VecDeque::new());
        }
        was_open
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code that can panic runs under the lock; a poisoned state is still a whole one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn breaker() -> (Breaker, Instant) {
        (Breaker::new(5, 10 * SECOND, 5 * SECOND), Instant::now())
    }

    #[test]
    fn f14_five_failures_in_ten_seconds_open_it() {
        let (breaker, start) = breaker();
        for second in 0..4 {
            assert!(!breaker.failed(start + second * SECOND));
        }
        assert_eq!(breaker.admit(start + 9 * SECOND), Admission::Pass);
        assert!(breaker.failed(start + 10 * SECOND));
        assert_eq!(breaker.admit(start + 10 * SECOND), Admission::Refuse);
        assert!(!breaker.failed(start + 11 * SECOND), "it opens once");
        assert!(!breaker.is_closed());
    }

    #[test]
    fn failures_far_apart_leave_it_closed() {
        let (breaker, start) = breaker();
        for step in 0..100 {
            assert!(!breaker.failed(start + step * 3 * SECOND), "failure {step}");
        }
        assert!(breaker.is_closed());
    }

    #[test]
    fn f13_after_the_pause_one_caller_pings_and_the_others_go_on_without() {
        let (breaker, start) = breaker();
        assert!(breaker.open(start));
        assert!(!breaker.open(start));
        assert_eq!(breaker.admit(start + 4 * SECOND), Admission::Refuse);
        assert_eq!(breaker.admit(start + 5 * SECOND), Admission::RefuseAndProbe);
        assert_eq!(breaker.admit(start + 5 * SECOND), Admission::Refuse);
        // The ping failed: another pause.
        assert!(!breaker.open(start + 6 * SECOND));
        assert_eq!(breaker.admit(start + 10 * SECOND), Admission::Refuse);
        assert_eq!(breaker.admit(start + 11 * SECOND), Admission::RefuseAndProbe);
        assert!(breaker.close());
        assert!(!breaker.close());
        assert_eq!(breaker.admit(start + 11 * SECOND), Admission::Pass);
        assert!(!breaker.failed(start + 11 * SECOND), "the count begins anew");
    }

    #[test]
    fn a_lost_ping_is_repeated() {
        let (breaker, start) = breaker();
        breaker.open(start);
        assert_eq!(breaker.admit(start + 5 * SECOND), Admission::RefuseAndProbe);
        assert_eq!(breaker.admit(start + 10 * SECOND), Admission::RefuseAndProbe);
    }
}
