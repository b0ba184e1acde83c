//! How long the store takes to answer: one request after the other over one connection.

use std::time::Instant;

use anyhow::{Context, Result};

use super::connection::{Connection, Visitor};
use super::samples::DurationSamples;

/// Requests before the measurement: code is loaded, connections are opened.
pub(crate) const WARM_UP_REQUESTS: usize = 50;
pub(crate) const MEASURED_REQUESTS: usize = 300;
/// One address may send this many requests before the rate limit.
const REQUESTS_PER_ADDRESS: usize = 500;

/// The response times of one page.
pub(crate) struct ResponseTimes {
    pub(crate) times: DurationSamples,
    /// Bytes of the body as it went over the wire.
    pub(crate) bytes: usize,
}

/// Reads pages without reaching the rate limit of one address.
pub(crate) struct PageReader {
    connection: Connection,
    /// How many requests were sent.
    sent: usize,
}

impl PageReader {
    /// `address` is `http://host:port`.
    pub(crate) fn open(address: &str) -> Result<Self> {
        Ok(Self { connection: Connection::open(address)?, sent: 0 })
    }

    pub(crate) fn measure(&mut self, path: &str) -> Result<ResponseTimes> {
        for _ in 0..WARM_UP_REQUESTS {
            self.read(path, "br")?;
        }
        let mut times = Vec::with_capacity(MEASURED_REQUESTS);
        let mut bytes = 0;
        for _ in 0..MEASURED_REQUESTS {
            let asked = Instant::now();
            bytes = self.read(path, "br")?.len();
            times.push(asked.elapsed());
        }
        Ok(ResponseTimes { times: DurationSamples::new(times), bytes })
    }

    /// The first link in a page that begins with `prefix`.
    pub(crate) fn first_link(&mut self, page: &str, prefix: &str) -> Result<String> {
        let html = String::from_utf8_lossy(&self.read(page, "identity")?).into_owned();
        let start = format!("href=\"{prefix}");
        let rest =
            html.split_once(&start).with_context(|| format!("{page} has no link to {prefix}…"))?.1;
        let end = rest.find('"').context("a link without an end")?;
        Ok(format!("{prefix}{}", &rest[..end]))
    }

    /// The body of a page, as it came.
    pub(crate) fn read(&mut self, path: &str, encoding: &str) -> Result<Vec<u8>> {
        self.sent += 1;
        self.connection.get(
            path,
            encoding,
            Visitor::Reading((self.sent / REQUESTS_PER_ADDRESS) as u16),
        )
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    use super::{MEASURED_REQUESTS, PageReader, WARM_UP_REQUESTS};

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
                    stream
                        .write_all(
                            b"HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n<a href=\"/c/table\">",
                        )
                        .expect("to be read");
                }
            }
            requests
        });
        let mut reader = PageReader::open(&address).expect("a connection");
        assert_eq!(reader.first_link("/", "/c/").ok().as_deref(), Some("/c/table"));
        let answers = reader.measure("/c/table").expect("answers");
        assert_eq!((answers.bytes, answers.times.count()), (19, MEASURED_REQUESTS));
        drop(reader);
        assert_eq!(server.join().ok(), Some(1 + WARM_UP_REQUESTS + MEASURED_REQUESTS));
    }
}
