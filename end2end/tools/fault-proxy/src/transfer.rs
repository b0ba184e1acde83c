//! Writes bytes to one side of a connection as the fault of the moment has it.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::counters::{Counters, Direction};
use crate::fault::{Fault, Setting};

/// A slow connection gets its bytes this often.
const SLOW_STEP: Duration = Duration::from_millis(20);

/// The bytes that a connection passed under a byte limit. Invariant: they are of setting `number`.
#[derive(Debug, Default)]
pub(crate) struct Allowance {
    number: AtomicU64,
    used: AtomicU64,
}

impl Allowance {
    /// How many of `wanted` bytes may still pass. Both directions run in one task, so nothing else
    /// changes the numbers in between.
    fn take(&self, number: u64, limit: u64, wanted: usize) -> usize {
        if self.number.swap(number, Ordering::Relaxed) != number {
            self.used.store(0, Ordering::Relaxed);
        }
        let left = limit.saturating_sub(self.used.load(Ordering::Relaxed));
        let granted = usize::try_from(left).unwrap_or(usize::MAX).min(wanted);
        self.used.fetch_add(u64::try_from(granted).unwrap_or(u64::MAX), Ordering::Relaxed);
        granted
    }

    fn is_used_up(&self, limit: u64) -> bool {
        self.used.load(Ordering::Relaxed) >= limit
    }
}

/// One direction of one connection.
pub(crate) struct Transfer<'a> {
    pub direction: Direction,
    pub setting: watch::Receiver<Setting>,
    pub allowance: &'a Allowance,
    pub counters: &'a Counters,
}

impl Transfer<'_> {
    /// # Errors
    /// The other side is gone, or the fault wants the connection closed.
    pub async fn pass(
        &mut self,
        bytes: &[u8],
        to: &mut (impl AsyncWrite + Unpin),
    ) -> io::Result<()> {
        let mut rest = bytes;
        let mut has_waited = false;
        while !rest.is_empty() {
            let Setting { fault, number, .. } = *self.setting.borrow_and_update();
            let mut limit = None;
            let count = match fault {
                Fault::None | Fault::SlowClose { .. } => rest.len(),
                Fault::Stall => {
                    self.setting.changed().await.map_err(|_| closed())?;
                    continue;
                }
                Fault::Latency { to_upstream, to_client } => {
                    if !has_waited {
                        has_waited = true;
                        self.wait(if self.direction == Direction::ToUpstream {
                            to_upstream
                        } else {
                            to_client
                        })
                        .await;
                        continue;
                    }
                    rest.len()
                }
                Fault::Slice { bytes, .. } => bytes.clamp(1, rest.len()),
                Fault::Bandwidth { bytes_per_second } => {
                    let (count, time) = slow_step(bytes_per_second, rest.len());
                    self.wait(time).await;
                    count
                }
                Fault::ByteLimit(most) => {
                    limit = Some(most);
                    self.allowance.take(number, most, rest.len())
                }
                // Whoever runs this connection sees the same fault and ends it.
                Fault::Down | Fault::Reset | Fault::BlackHole | Fault::LostHost => {
                    std::future::pending().await
                }
            };
            let (piece, remaining) = rest.split_at(count);
            to.write_all(piece).await?;
            self.counters.add_bytes(self.direction, count);
            rest = remaining;
            if limit.is_some_and(|limit| self.allowance.is_used_up(limit)) {
                return Err(closed());
            }
            if let Fault::Slice { pause, .. } = fault {
                self.wait(pause).await;
            }
        }
        Ok(())
    }

    /// The other direction has ended; answers when this side may learn of it.
    pub async fn before_close(&mut self) {
        loop {
            let fault = self.setting.borrow_and_update().fault;
            match fault {
                Fault::SlowClose { delay } => {
                    let ends = Instant::now() + delay;
                    self.wait(delay).await;
                    if Instant::now() >= ends {
                        return;
                    }
                }
                Fault::Stall => {
                    if self.setting.changed().await.is_err() {
                        return;
                    }
                }
                _ => return,
            }
        }
    }

    /// Ends early when another fault is set.
    async fn wait(&mut self, time: Duration) {
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            _ = self.setting.changed() => {}
        }
    }
}

/// How many bytes a slow connection carries next, and how long they take.
fn slow_step(bytes_per_second: u64, wanted: usize) -> (usize, Duration) {
    let rate = bytes_per_second.max(1);
    let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
    let step = u64::try_from(SLOW_STEP.as_millis()).unwrap_or(1);
    let count = (rate.saturating_mul(step) / 1_000).clamp(1, wanted);
    let time = Duration::from_nanos(count.saturating_mul(1_000_000_000) / rate);
    (usize::try_from(count).unwrap_or(usize::MAX), time)
}

/// The proxy itself closes the connection.
pub(crate) fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "closed by a fault")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_connection_carries_its_rate() {
        assert_eq!(slow_step(1_000, 500), (20, Duration::from_millis(20)));
        assert_eq!(slow_step(1_000, 5), (5, Duration::from_millis(5)));
        assert_eq!(slow_step(10, 500), (1, Duration::from_millis(100)));
        assert_eq!(slow_step(0, 500), (1, Duration::from_secs(1)));
    }

    #[test]
    fn a_byte_limit_counts_from_when_it_was_set() {
        let allowance = Allowance::default();
        assert_eq!(allowance.take(1, 10, 4), 4);
        assert_eq!(allowance.take(1, 10, 100), 6);
        assert!(allowance.is_used_up(10));
        assert_eq!(allowance.take(2, 10, 100), 10);
    }
}
