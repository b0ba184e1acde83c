//! The sandbox's clock: the system's clock, or a fixed clock that only tests advance.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Clone)]
pub enum Clock {
    System,
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stays at the given Unix time in milliseconds.
    pub fn fixed(milliseconds: i64) -> Clock {
        Clock::Fixed(Arc::new(AtomicI64::new(milliseconds)))
    }

    /// Advances a fixed clock. The system's clock cannot be advanced; each account has an offset
    /// instead.
    pub fn advance_fixed(&self, milliseconds: i64) {
        if let Clock::Fixed(now) = self {
            now.fetch_add(milliseconds, Ordering::SeqCst);
        }
    }

    /// Unix time in milliseconds.
    pub fn now_milliseconds(&self) -> i64 {
        match self {
            Clock::Fixed(now) => now.load(Ordering::SeqCst),
            Clock::System => {
                let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
            }
        }
    }
}
