//! One keep-alive connection to a store, without a browser.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use url::{Url, form_urlencoded};

const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// A store behind a proxy counts requests by the address that is forwarded, so that no visitor uses
/// up another one's limits; others do not believe it (RFC 2544's range for tests).
#[derive(Clone, Copy)]
pub(crate) enum Visitor {
    Reading(u16),
    SigningIn(u16),
}

impl Visitor {
    fn address(self) -> Ipv4Addr {
        let (second, number) = match self {
            Self::SigningIn(number) => (18, number),
            Self::Reading(number) => (19, number),
        };
        let [high, low] = number.to_be_bytes();
        Ipv4Addr::new(198, second, high, low)
    }
}

pub(crate) struct Response {
    pub(crate) status: u16,
    /// In the order in which they came, names in small letters.
    pub(crate) headers: Vec<(String, String)>,
    /// As it went over the wire.
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

pub(crate) struct Connection {
    host: String,
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// `address` is `http://host:port`.
    pub(crate) fn open(address: &str) -> Result<Self> {
        let url = Url::parse(address).with_context(|| format!("not an address: {address}"))?;
        if url.scheme() != "http" {
            bail!("response times are measured over plain http");
        }
        let host = url.authority();
        let stream =
            TcpStream::connect(host).with_context(|| format!("nothing answers at {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(READ_TIMEOUT))?;
        Ok(Self { host: host.to_owned(), stream: BufReader::new(stream) })
    }

    /// The body of a page as it was sent. Fails for every status except 200.
    pub(crate) fn get(&mut self, path: &str, encoding: &str, visitor: Visitor) -> Result<Vec<u8>> {
        let request = format!("GET {path} HTTP/1.1\r\nAccept-Encoding: {encoding}\r\n");
        let response = self.exchange(path, request, visitor, "")?;
        if response.status != 200 {
            bail!("{path} answered {}", response.status);
        }
        Ok(response.body)
    }

    /// Submits the form of the page `from` as a browser without scripts does.
    pub(crate) fn post_form(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        from: &str,
        visitor: Visitor,
    ) -> Result<Response> {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("from", from)
            .extend_pairs(fields)
            .finish();
        let request = format!(
            "POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Sec-Fetch-Site: same-origin\r\nAccept-Encoding: identity\r\n",
            form.len()
        );
        self.exchange(path, request, visitor, &form)
    }

    fn exchange(
        &mut self,
        path: &str,
        mut request: String,
        visitor: Visitor,
        body: &str,
    ) -> Result<Response> {
        let (host, address) = (&self.host, visitor.address());
        request.push_str(&format!(
            "Host: {host}\r\nAccept: text/html\r\nX-Forwarded-For: {address}\r\n\r\n{body}"
        ));
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.read_response().with_context(|| format!("{path} was not answered as it should be"))
    }

    fn read_response(&mut self) -> Result<Response> {
        let first = self.read_line()?;
        let status = first
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .with_context(|| format!("no answer: \"{first}\""))?;
        let mut response = Response { status, headers: Vec::new(), body: Vec::new() };
        loop {
            let line = self.read_line()?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').context("a header without a value")?;
            response.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = response.header("content-length").context("it does not say how long it is")?;
        response.body = vec![0; length.parse().context("its length is not a number")?];
        self.stream.read_exact(&mut response.body)?;
        Ok(response)
    }

    fn read_line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            bail!("it stopped before its end");
        }
        Ok(line.trim_end().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::{Connection, Visitor};

    #[test]
    fn a_form_is_sent_as_a_browser_would() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("one connection");
            let mut request = Vec::new();
            while !request.ends_with(b"email=a%40b.example") {
                let mut byte = [0];
                stream.read_exact(&mut byte).expect("the whole form");
                request.extend(byte);
            }
            stream
                .write_all(
                    b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nX-Request-Id: 7\r\n\r\nno",
                )
                .expect("to be read");
            String::from_utf8_lossy(&request).into_owned()
        });
        let mut connection = Connection::open(&address).expect("a connection");
        let response = connection
            .post_form("/api/x", &[("email", "a@b.example")], "/login", Visitor::SigningIn(258))
            .expect("an answer");
        assert_eq!(
            (response.status, response.body.as_slice(), response.header("x-request-id")),
            (401, &b"no"[..], Some("7"))
        );
        let request = server.join().expect("a request");
        assert!(
            request.contains("\r\nContent-Length: 33\r\n")
                && request.ends_with("\r\n\r\nfrom=%2Flogin&email=a%40b.example"),
            "{request}"
        );
        assert!(request.contains("\r\nX-Forwarded-For: 198.18.1.2\r\n"), "{request}");
    }
}
