//! For tests: the real Redis, a proxy in front of it that can fail, and a Redis that refuses.

use std::time::Duration;

use fault_proxy::FaultProxy;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::{Redis, RedisOptions};

/// The address of the Redis that the tests share; each test keeps to keys of its own.
pub fn redis_url() -> String {
    std::env::var("REDIS_URL").expect(
        "REDIS_URL is not set: this test needs a real Redis; start services with cargo xtask test",
    )
}

/// A prefix that no other test uses.
pub fn own_prefix() -> String {
    format!("test-{:016x}:", rand::random::<u64>())
}

/// Deadlines that a busy machine keeps, for tests of something else than deadlines.
pub fn patient(url: &str, prefix: &str) -> RedisOptions {
    let second = Duration::from_secs(1);
    RedisOptions {
        command_deadline: 5 * second,
        connect_deadline: 5 * second,
        ..RedisOptions::new(url, prefix)
    }
}

/// A client of the real Redis with a prefix of its own.
pub async fn own_redis() -> Redis {
    Redis::connect(patient(&redis_url(), &own_prefix())).await.expect("the address of Redis")
}

/// Everything the real Redis holds, asked past the client under test.
pub async fn raw_connection() -> redis::aio::MultiplexedConnection {
    let client = redis::Client::open(redis_url()).expect("the address of Redis");
    client
        .get_multiplexed_async_connection()
        .await
        .expect("Redis does not answer: start services with cargo xtask test")
}

/// A proxy in front of the real Redis, and the address that leads through it.
pub async fn redis_behind_proxy() -> (FaultProxy, String) {
    let proxy = FaultProxy::start(&redis_url()).await;
    let address = proxy.address_for(&redis_url());
    (proxy, address)
}

/// A server that greets and answers pings, finds nothing, and refuses every write like a Redis
/// without memory left.
pub async fn full_redis() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("redis://{}/", listener.local_addr().expect("bound"));
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0u8; 4096];
                while let Ok(length @ 1..) = client.read(&mut request).await {
                    let text = String::from_utf8_lossy(&request[..length]).to_uppercase();
                    let mut answers = String::new();
                    // The commands of one packet, each beginning with its number of words.
                    for command in text.split("\r\n*") {
                        let name = command.split("\r\n").nth(2).unwrap_or_default();
                        answers += match name {
                            "CLIENT" | "SELECT" => "+OK\r\n",
                            "PING" => "+PONG\r\n",
                            "GET" => "$-1\r\n",
                            _ => "-OOM command not allowed when used memory > 'maxmemory'.\r\n",
                        };
                    }
                    if client.write_all(answers.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}
