//! For tests: the real Redis, a path to it that can fail, and a Redis that refuses.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::{Redis, RedisOptions};

/// The address of the Redis that the tests share; each test keeps to keys of its own.
pub fn redis_url() -> String {
    std::env::var("REDIS_URL").expect("REDIS_URL is not set: this test needs a real Redis; start services with cargo xtask test")
}

/// A prefix that no other test uses.
pub fn own_prefix() -> String {
    format!("test-{:016x}:", rand::random::<u64>())
}

/// Deadlines that a busy machine keeps, for tests of something else than deadlines.
pub fn patient(url: &str, prefix: &str) -> RedisOptions {
    let second = Duration::from_secs(1);
    RedisOptions { command_deadline: 5 * second, connect_deadline: 5 * second, ..RedisOptions::new(url, prefix) }
}

/// A client of the real Redis with a prefix of its own.
pub async fn own_redis() -> Redis {
    Redis::connect(patient(&redis_url(), &own_prefix())).await.expect("the address of Redis")
}

/// Everything the real Redis holds, asked past the client under test.
pub async fn raw_connection() -> redis::aio::MultiplexedConnection {
    let client = redis::Client::open(redis_url()).expect("the address of Redis");
    client.get_multiplexed_async_connection().await.expect("Redis does not answer: start services with cargo xtask test")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    Fine,
    /// Connections stay open and nothing passes.
    BlackHole,
    /// The same, and what met it stays dead; only connections opened later work, as after a host was replaced.
    Lost,
    /// Every packet takes this long.
    Slow(Duration),
    /// Connections are closed, and new ones at once.
    Cut,
}

/// A way to the real Redis whose weather a test makes.
pub struct Path {
    pub address: String,
    weather: Arc<watch::Sender<Weather>>,
}

impl Path {
    pub async fn open() -> Self {
        let target = host_and_port(&redis_url());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("redis://{}/", listener.local_addr().expect("bound"));
        let weather = Arc::new(watch::Sender::new(Weather::Fine));
        let sky = Arc::clone(&weather);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *sky.borrow() == Weather::Cut {
                    continue;
                }
                let server = TcpStream::connect(&target).await.expect("Redis does not answer: start services with cargo xtask test");
                let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
                tokio::spawn(carry(from_client, to_server, sky.subscribe()));
                tokio::spawn(carry(from_server, to_client, sky.subscribe()));
            }
        });
        Self { address, weather }
    }

    pub fn set(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut weather: watch::Receiver<Weather>) {
    let mut cut = weather.clone();
    let work = async {
        let mut packet = [0u8; 4096];
        while let Ok(length @ 1..) = from.read(&mut packet).await {
            let now = *weather.borrow_and_update();
            match now {
                Weather::Slow(delay) => tokio::time::sleep(delay).await,
                Weather::BlackHole => {
                    let _ = weather.wait_for(|weather| *weather != Weather::BlackHole).await;
                }
                Weather::Lost => std::future::pending().await,
                Weather::Fine | Weather::Cut => {}
            }
            if to.write_all(&packet[..length]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = work => {}
        _ = cut.wait_for(|weather| *weather == Weather::Cut) => {}
    }
}

fn host_and_port(url: &str) -> String {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest).split('/').next().unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_owned()
}

/// A server that greets and answers pings, finds nothing, and refuses every write like a Redis without memory left.
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
