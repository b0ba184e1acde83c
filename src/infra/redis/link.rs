//! The connection behind the breaker: one multiplexed line that reconnects by itself.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{
    Client, Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult, ScriptInvocation, cmd,
};

use super::breaker::{Admission, Breaker};
use super::{RedisOptions, Unavailable};

/// A full Redis refuses every write; the log hears of it once in this time.
const REFUSAL_LOG_PAUSE: Duration = Duration::from_secs(60);

pub struct Link {
    client: Client,
    prefix: String,
    command_deadline: Duration,
    connect_deadline: Duration,
    breaker: Breaker,
    /// Replaced as a whole by each ping: a line to a host that vanished would otherwise wait for
    /// its end for minutes.
    line: Mutex<ConnectionManager>,
    commands: AtomicU64,
    refusal_logged: Mutex<Option<Instant>>,
}

impl Link {
    pub async fn connect(options: RedisOptions) -> Result<Arc<Self>, String> {
        // The library's own message could repeat the address with its password.
        let client = Client::open(options.url.as_str()).map_err(|_| {
            "the address of Redis is not written as redis://host:port/ or rediss://host:port/"
                .to_owned()
        })?;
        let line = lazy_line(&client, options.connect_deadline)
            .map_err(|error| format!("Redis: {error}"))?;
        let link = Arc::new(Self {
            client,
            prefix: options.prefix,
            command_deadline: options.command_deadline,
            connect_deadline: options.connect_deadline,
            breaker: Breaker::new(options.failures, options.failure_window, options.pause),
            line: Mutex::new(line),
            commands: AtomicU64::new(0),
            refusal_logged: Mutex::new(None),
        });
        link.probe().await;
        Ok(link)
    }

    pub fn key(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    #[cfg(test)]
    pub fn is_available(&self) -> bool {
        self.breaker.is_closed()
    }

    #[cfg(test)]
    pub fn commands_sent(&self) -> u64 {
        self.commands.load(Ordering::Relaxed)
    }

    pub async fn run<T: FromRedisValue>(self: &Arc<Self>, command: &Cmd) -> Result<T, Unavailable> {
        let mut line = self.admitted_line()?;
        self.within_deadline(command.query_async(&mut line)).await
    }

    pub async fn invoke<T: FromRedisValue>(
        self: &Arc<Self>,
        call: &ScriptInvocation<'_>,
    ) -> Result<T, Unavailable> {
        let mut line = self.admitted_line()?;
        self.within_deadline(call.invoke_async(&mut line)).await
    }

    fn admitted_line(self: &Arc<Self>) -> Result<ConnectionManager, Unavailable> {
        match self.breaker.admit(Instant::now()) {
            Admission::Pass => {}
            Admission::Refuse => return Err(Unavailable),
            Admission::RefuseAndProbe => {
                let link = Arc::clone(self);
                tokio::spawn(async move { link.probe().await });
                return Err(Unavailable);
            }
        }
        self.commands.fetch_add(1, Ordering::Relaxed);
        Ok(lock(&self.line).clone())
    }

    async fn within_deadline<T>(
        &self,
        answer: impl Future<Output = RedisResult<T>>,
    ) -> Result<T, Unavailable> {
        let failure = match tokio::time::timeout(self.command_deadline, answer).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) if is_refusal(&error) => {
                // It answered, and quickly: a full Redis still serves reads, so the breaker stays
                // out of this.
                self.log_refusal(&error);
                return Err(Unavailable);
            }
            Ok(Err(error)) => error.category().to_owned(),
            Err(_) => format!("no answer in {} ms", self.command_deadline.as_millis()),
        };
        if self.breaker.failed(Instant::now()) {
            tracing::warn!(
                reason = failure,
                "redis: left alone after repeated failures; the store goes on without it"
            );
        }
        Err(Unavailable)
    }

    /// Opens a new line, pings, and opens or closes the breaker accordingly.
    async fn probe(&self) {
        self.commands.fetch_add(1, Ordering::Relaxed);
        let ping = async {
            let mut line = lazy_line(&self.client, self.connect_deadline)?;
            let _pong: redis::Value = cmd("PING").query_async(&mut line).await?;
            Ok::<_, RedisError>(line)
        };
        let reason =
            match tokio::time::timeout(self.connect_deadline + self.command_deadline, ping).await {
                Ok(Ok(line)) => {
                    *lock(&self.line) = line;
                    if self.breaker.close() {
                        tracing::warn!("redis: answers again");
                    }
                    return;
                }
                Ok(Err(error)) => error.category().to_owned(),
                Err(_) => "no answer to a ping".to_owned(),
            };
        if self.breaker.open(Instant::now()) {
            tracing::warn!(reason, "redis: does not answer; the store goes on without it");
        }
    }

    fn log_refusal(&self, error: &RedisError) {
        let now = Instant::now();
        let mut logged = lock(&self.refusal_logged);
        if logged.is_none_or(|last| now.saturating_duration_since(last) >= REFUSAL_LOG_PAUSE) {
            *logged = Some(now);
            // The code alone ("OOM", "WRONGTYPE"): the full text may repeat a key.
            tracing::warn!(
                code = error.code().unwrap_or("unknown"),
                "redis: refuses commands; the store goes on without them"
            );
        }
    }
}

/// Makes a line that connects at its first command, and again whenever it was cut.
fn lazy_line(client: &Client, connect_deadline: Duration) -> RedisResult<ConnectionManager> {
    let config = ConnectionManagerConfig::new()
        // The breaker decides when to try again, and nothing else does.
        .set_number_of_retries(0)
        .set_connection_timeout(Some(connect_deadline))
        .set_response_timeout(Some(connect_deadline));
    ConnectionManager::new_lazy_with_config(client.clone(), config)
}

/// Redis itself said no, as opposed to no answer at all.
fn is_refusal(error: &RedisError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Server(_) | ErrorKind::Extension | ErrorKind::UnexpectedReturnType
    )
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Only whole values are written under these locks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
