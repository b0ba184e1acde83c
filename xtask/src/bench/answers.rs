//! How long the store takes to answer: one request after the other over one connection, without a browser.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Requests nobody counts: code is paged in, connections are opened.
pub const WARM_UP: usize = 50;
pub const COUNTED: usize = 300;
const PATIENCE: Duration = Duration::from_secs(30);

/// The answers of one page.
pub struct Answers {
    /// From the least to the greatest.
    times: Vec<Duration>,
    /// Bytes of the body as it went over the wire.
    pub bytes: usize,
}

impl Answers {
    pub fn least(&self) -> Duration {
        self.at(0, 1)
    }

    pub fn median(&self) -> Duration {
        self.at(1, 2)
    }

    /// 19 of 20 came sooner.
    pub fn p95(&self) -> Duration {
        self.at(19, 20)
    }

    fn at(&self, part: usize, of: usize) -> Duration {
        let index = self.times.len() * part / of;
        self.times.get(index).copied().unwrap_or_default()
    }
}

/// One keep-alive connection to a store.
pub struct Connection {
    host: String,
    stream: BufReader<TcpStream>,
    /// How many requests were sent.
    sent: u32,
}

impl Connection {
    /// `address` is `http://host:port`.
    pub fn open(address: &str) -> Result<Self> {
        let host = address.strip_prefix("http://").context("answer times are measured over plain http")?.trim_end_matches('/');
        let stream = TcpStream::connect(host).with_context(|| format!("nothing answers at {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { host: host.to_owned(), stream: BufReader::new(stream), sent: 0 })
    }

    pub fn measure(&mut self, path: &str) -> Result<Answers> {
        for _ in 0..WARM_UP {
            self.get(path, "br")?;
        }
        let mut times = Vec::with_capacity(COUNTED);
        let mut bytes = 0;
        for _ in 0..COUNTED {
            let asked = Instant::now();
            bytes = self.get(path, "br")?.len();
            times.push(asked.elapsed());
        }
        times.sort_unstable();
        Ok(Answers { times, bytes })
    }

    /// The first address in a page's text that begins so.
    pub fn first_link(&mut self, page: &str, prefix: &str) -> Result<String> {
        let html = String::from_utf8_lossy(&self.get(page, "identity")?).into_owned();
        let start = format!("href=\"{prefix}");
        let rest = html.split_once(&start).with_context(|| format!("{page} has no link to {prefix}…"))?.1;
        let end = rest.find('"').context("a link without an end")?;
        Ok(format!("{prefix}{}", &rest[..end]))
    }

    /// The body of a page, as it came.
    fn get(&mut self, path: &str, encoding: &str) -> Result<Vec<u8>> {
        self.sent += 1;
        // A store behind a proxy counts requests by this address, so that no shopper's limit is reached; others do not
        // believe it (RFC 2544's range for tests).
        let [_, _, high, low] = (self.sent / 500).to_be_bytes();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAccept: text/html\r\nAccept-Encoding: {encoding}\r\nX-Forwarded-For: 198.19.{high}.{low}\r\n\r\n",
            self.host
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let length = self.read_head(path)?;
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(body)
    }

    /// How long the body is; fails on anything but a whole page.
    fn read_head(&mut self, path: &str) -> Result<usize> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        if line.split(' ').nth(1) != Some("200") {
            bail!("{path} answered \"{}\"", line.trim());
        }
        let mut length = None;
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                bail!("{path} stopped in the middle of its answer");
            }
            let header = line.trim_end();
            if header.is_empty() {
                return length.with_context(|| format!("{path} does not say how long it is"));
            }
            if let Some((name, value)) = header.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
                length = Some(value.trim().parse().with_context(|| format!("{path}: {name} is not a number"))?);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::time::Duration;

    use super::{Answers, COUNTED, Connection, WARM_UP};

    #[test]
    fn order_statistics() {
        let answers = Answers { times: (1..=100).map(Duration::from_millis).collect(), bytes: 0 };
        assert_eq!(answers.least(), Duration::from_millis(1));
        assert_eq!(answers.median(), Duration::from_millis(51));
        assert_eq!(answers.p95(), Duration::from_millis(96));
    }

    #[test]
    fn all_requests_go_over_one_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("one connection");
            let reader = BufReader::new(stream.try_clone().expect("a second handle"));
            let mut requests = 0;
            for line in reader.lines().map_while(Result::ok) {
                if line.is_empty() {
                    requests += 1;
                    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n<a href=\"/c/table\">").expect("to be read");
                }
            }
            requests
        });
        let mut connection = Connection::open(&address).expect("a connection");
        assert_eq!(connection.first_link("/", "/c/").ok().as_deref(), Some("/c/table"));
        let answers = connection.measure("/c/table").expect("answers");
        assert_eq!((answers.bytes, answers.times.len()), (19, COUNTED));
        drop(connection);
        assert_eq!(server.join().ok(), Some(1 + WARM_UP + COUNTED));
    }
}
