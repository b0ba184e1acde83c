//! How long the store takes to answer: one request after the other over one connection.

use std::time::Instant;

use anyhow::{Context, Result};

use super::connection::{Connection, Visitor};
use super::times::Times;

/// Requests nobody counts: code is paged in, connections are opened.
pub const WARM_UP: usize = 50;
pub const COUNTED: usize = 300;
/// What one address may read without being asked to wait.
const READS: usize = 500;

/// The answers of one page.
pub struct Answers {
    pub times: Times,
    /// Bytes of the body as it went over the wire.
    pub bytes: usize,
}

/// Reads pages, as many as are wanted.
pub struct Reader {
    connection: Connection,
    /// How many requests were sent.
    sent: usize,
}

impl Reader {
    /// `address` is `http://host:port`.
    pub fn open(address: &str) -> Result<Self> {
        Ok(Self { connection: Connection::open(address)?, sent: 0 })
    }

    pub fn measure(&mut self, path: &str) -> Result<Answers> {
        for _ in 0..WARM_UP {
            self.read(path, "br")?;
        }
        let mut times = Vec::with_capacity(COUNTED);
        let mut bytes = 0;
        for _ in 0..COUNTED {
            let asked = Instant::now();
            bytes = self.read(path, "br")?.len();
            times.push(asked.elapsed());
        }
        Ok(Answers { times: Times::of(times), bytes })
    }

    /// The first address in a page's text that begins so.
    pub fn first_link(&mut self, page: &str, prefix: &str) -> Result<String> {
        let html = String::from_utf8_lossy(&self.read(page, "identity")?).into_owned();
        let start = format!("href=\"{prefix}");
        let rest =
            html.split_once(&start).with_context(|| format!("{page} has no link to {prefix}…"))?.1;
        let end = rest.find('"').context("a link without an end")?;
        Ok(format!("{prefix}{}", &rest[..end]))
    }

    /// The body of a page, as it came.
    pub fn read(&mut self, path: &str, encoding: &str) -> Result<Vec<u8>> {
        self.sent += 1;
        self.connection.page(path, encoding, Visitor::Reading((self.sent / READS) as u16))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    use super::{COUNTED, Reader, WARM_UP};

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
        let mut reader = Reader::open(&address).expect("a connection");
        assert_eq!(reader.first_link("/", "/c/").ok().as_deref(), Some("/c/table"));
        let answers = reader.measure("/c/table").expect("answers");
        assert_eq!((answers.bytes, answers.times.count()), (19, COUNTED));
        drop(reader);
        assert_eq!(server.join().ok(), Some(1 + WARM_UP + COUNTED));
    }
}
