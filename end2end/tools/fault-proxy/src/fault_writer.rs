//! Writes bytes to one side of a connection under the current fault.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::counters::{Counters, Direction};
use crate::fault::{Fault, FaultState};

/// The pause between two writes of a slow connection.
const SLOW_WRITE_INTERVAL: Duration = Duration::from_millis(20);

/// The bytes that a connection has used of a byte limit. Invariant: they belong to the fault state
/// with this `number`.
#[derive(Debug, Default)]
pub(crate) struct ByteBudget {
    number: AtomicU64,
    used: AtomicU64,
}

impl ByteBudget {
    /// How many of the `wanted` bytes may still pass. Both directions run in one task, so the
    /// numbers do not change in between.
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
pub(crate) struct FaultWriter<'a> {
    pub(crate) direction: Direction,
    pub(crate) setting: watch::Receiver<FaultState>,
    pub(crate) budget: &'a ByteBudget,
    pub(crate) counters: &'a Counters,
}

impl FaultWriter<'_> {
    /// # Errors
    /// The other side is gone, or the fault wants the connection closed.
    pub(crate) async fn write(
        &mut self,
        bytes: &[u8],
        to: &mut (impl AsyncWrite + Unpin),
    ) -> io::Result<()> {
        let mut rest = bytes;
        let mut has_waited = false;
        while !rest.is_empty() {
            let FaultState { fault, number, .. } = *self.setting.borrow_and_update();
            let mut limit = None;
            let count = match fault {
                Fault::None | Fault::SlowClose { .. } => rest.len(),
                Fault::Stall => {
                    self.setting.changed().await.map_err(|_| closed_by_fault())?;
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
                    let (count, time) = plan_slow_write(bytes_per_second, rest.len());
                    self.wait(time).await;
                    count
                }
                Fault::ByteLimit(most) => {
                    limit = Some(most);
                    self.budget.take(number, most, rest.len())
                }
                // The task of this connection sees the same fault and ends the connection.
                Fault::Down | Fault::Reset | Fault::BlackHole | Fault::LostHost => {
                    std::future::pending().await
                }
            };
            let (piece, remaining) = rest.split_at(count);
            to.write_all(piece).await?;
            self.counters.add_bytes(self.direction, count);
            rest = remaining;
            if limit.is_some_and(|limit| self.budget.is_used_up(limit)) {
                return Err(closed_by_fault());
            }
            if let Fault::Slice { pause, .. } = fault {
                self.wait(pause).await;
            }
        }
        Ok(())
    }

    /// Waits, after the other side has closed, until this side may be closed too.
    pub(crate) async fn wait_before_close(&mut self) {
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

    /// Waits, but no longer than until another fault is set.
    async fn wait(&mut self, time: Duration) {
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            _ = self.setting.changed() => {}
        }
    }
}

/// How many bytes a slow connection writes next, and how long to wait before.
fn plan_slow_write(bytes_per_second: u64, wanted: usize) -> (usize, Duration) {
    let rate = bytes_per_second.max(1);
    let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
    let step = u64::try_from(SLOW_WRITE_INTERVAL.as_millis()).unwrap_or(1);
    let count = (rate.saturating_mul(step) / 1_000).clamp(1, wanted);
    let time = Duration::from_nanos(count.saturating_mul(1_000_000_000) / rate);
    (usize::try_from(count).unwrap_or(usize::MAX), time)
}

/// The proxy itself closes the connection.
pub(crate) fn closed_by_fault() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "closed by a fault")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_connection_carries_its_rate() {
        assert_eq!(plan_slow_write(1_000, 500), (20, Duration::from_millis(20)));
        assert_eq!(plan_slow_write(1_000, 5), (5, Duration::from_millis(5)));
        assert_eq!(plan_slow_write(10, 500), (1, Duration::from_millis(100)));
        assert_eq!(plan_slow_write(0, 500), (1, Duration::from_secs(1)));
    }

    #[test]
    fn a_byte_limit_counts_from_when_it_was_set() {
        let budget = ByteBudget::default();
        assert_eq!(budget.take(1, 10, 4), 4);
        assert_eq!(budget.take(1, 10, 100), 6);
        assert!(budget.is_used_up(10));
        assert_eq!(budget.take(2, 10, 100), 10);
    }
}
