//! Redis as a helper that may be missing: short deadlines, a breaker in front, and "not available"
//! as an answer.
//!
//! Invariant: nothing that must be right lives here. Whoever calls has another way to answer, which
//! is why a failure is the small value [`Unavailable`] and never an error that a shopper could see.

mod breaker;
mod link;
#[cfg(test)]
pub(in crate::infra) mod test_support;
#[cfg(test)]
mod tests;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use redis::{FromRedisValue, Script, cmd};

use self::link::Link;

/// Redis did not answer in time, refused the command, or is being left alone after too many
/// failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable;

/// Where Redis is and how long to wait for it.
#[derive(Clone)]
pub struct RedisOptions {
    /// `redis://` or, with TLS, `rediss://`; may hold user, password and database number.
    pub url: String,
    /// Begins every key and channel, so that several stores can share one Redis: with "cw:" the key
    /// "page:1" becomes `cw:page:1`.
    pub prefix: String,
    /// For one command, waiting for the connection included.
    pub command_deadline: Duration,
    pub connect_deadline: Duration,
    /// Failures within `failure_window` after which Redis is left alone.
    pub failures: usize,
    pub failure_window: Duration,
    /// How long it is left alone before one ping asks again.
    pub pause: Duration,
}

impl RedisOptions {
    pub fn new(url: impl Into<String>, prefix: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            prefix: prefix.into(),
            command_deadline: Duration::from_millis(50),
            connect_deadline: Duration::from_millis(200),
            failures: 5,
            failure_window: Duration::from_secs(10),
            pause: Duration::from_secs(5),
        }
    }
}

/// The store's client; clones share one connection and one breaker.
#[derive(Clone)]
pub struct Redis(Option<Arc<Link>>);

impl Redis {
    /// Connects, or starts without: a dead Redis costs this call at most the connect deadline and
    /// one command's.
    ///
    /// # Errors
    /// A sentence for the operator when the address cannot be read. A Redis that does not answer is
    /// no error.
    pub async fn connect(options: RedisOptions) -> Result<Self, String> {
        Ok(Self(Some(Link::connect(options).await?)))
    }

    /// A client for a store without Redis: everything is [`Unavailable`] at once.
    pub const fn unavailable() -> Self {
        Self(None)
    }

    /// Whether the next command will be sent at all. True is no promise that it succeeds.
    #[cfg(test)]
    pub fn is_available(&self) -> bool {
        self.0.as_ref().is_some_and(|link| link.is_available())
    }

    /// Commands sent since the start, pings and failed ones included.
    #[cfg(test)]
    pub fn commands_sent(&self) -> u64 {
        self.0.as_ref().map_or(0, |link| link.commands_sent())
    }

    /// The value, or `None` when Redis knows no such key.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Unavailable> {
        let link = self.link()?;
        link.run(cmd("GET").arg(link.key(key))).await
    }

    /// Stores a value for `ttl`, at least one millisecond.
    pub async fn set_with_ttl(
        &self,
        key: &str,
        value: &[u8],
        ttl: Duration,
    ) -> Result<(), Unavailable> {
        let link = self.link()?;
        link.run(cmd("SET").arg(link.key(key)).arg(value).arg("PX").arg(milliseconds(ttl))).await
    }

    /// Stores a versioned value unless the same or a newer version is there; says whether it was
    /// stored.
    ///
    /// Read it back with [`Self::get_versioned`]. A writer that was slow cannot bring an old value
    /// back this way, but a deleted key has no version: to withdraw a value, store a marker under a
    /// newer version instead of deleting.
    pub async fn set_if_newer(
        &self,
        key: &str,
        version: i64,
        value: &[u8],
        ttl: Duration,
    ) -> Result<bool, Unavailable> {
        let link = self.link()?;
        let mut call = SET_IF_NEWER.prepare_invoke();
        call.key(link.key(key)).arg(version_text(version)).arg(value).arg(milliseconds(ttl));
        link.invoke(&call).await
    }

    /// A value stored by [`Self::set_if_newer`] and its version; anything else under that key
    /// counts as absent.
    pub async fn get_versioned(&self, key: &str) -> Result<Option<(i64, Vec<u8>)>, Unavailable> {
        Ok(self.get(key).await?.and_then(split_version))
    }

    /// Deletes a key; says whether it was there.
    pub async fn delete(&self, key: &str) -> Result<bool, Unavailable> {
        let link = self.link()?;
        link.run(cmd("DEL").arg(link.key(key))).await
    }

    /// Sends a message to whoever listens on the channel now; the channel's name gets the prefix as
    /// well.
    #[cfg(test)]
    pub async fn publish(&self, channel: &str, message: &[u8]) -> Result<(), Unavailable> {
        let link = self.link()?;
        let _listeners: i64 = link.run(cmd("PUBLISH").arg(link.key(channel)).arg(message)).await?;
        Ok(())
    }

    /// Runs a script on one key: atomic, and one round trip.
    pub(in crate::infra) async fn script<T: FromRedisValue>(
        &self,
        script: &Script,
        key: &str,
        arguments: &[u64],
    ) -> Result<T, Unavailable> {
        let link = self.link()?;
        let mut call = script.prepare_invoke();
        call.key(link.key(key)).arg(arguments);
        link.invoke(&call).await
    }

    fn link(&self) -> Result<&Arc<Link>, Unavailable> {
        self.0.as_ref().ok_or(Unavailable)
    }
}

/// What stands before the value, so that versions compare as texts: numbers in Lua are exact to 2⁵³
/// only.
const VERSION_DIGITS: usize = 20;

static SET_IF_NEWER: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
        local held = redis.call('GET', KEYS[1])
        if held then
            local version = string.match(string.sub(held, 1, 20), '^%d+$')
            if version and #version == 20 and version >= ARGV[1] then return 0 end
        end
        redis.call('SET', KEYS[1], ARGV[1] .. ARGV[2], 'PX', ARGV[3])
        return 1
        ",
    )
});

/// Twenty digits whose order as texts is the order of the versions, negative ones included.
fn version_text(version: i64) -> String {
    format!("{:020}", version.cast_unsigned() ^ (1 << 63))
}

fn split_version(stored: Vec<u8>) -> Option<(i64, Vec<u8>)> {
    let digits = stored.get(..VERSION_DIGITS)?;
    let digits = digits.iter().all(u8::is_ascii_digit).then_some(digits)?;
    let biased = std::str::from_utf8(digits).ok()?.parse::<u64>().ok()?;
    Some(((biased ^ (1 << 63)).cast_signed(), stored[VERSION_DIGITS..].to_vec()))
}

fn milliseconds(ttl: Duration) -> u64 {
    // Redis refuses a life of zero, and one beyond its own clock's range.
    u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).clamp(1, 1 << 50)
}
