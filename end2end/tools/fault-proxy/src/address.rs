//! Reads the host and port of a service from its address, and replaces them by the proxy's.
//!
//! The `url` crate refuses an address with several hosts, which `mongodb://` allows. Therefore this
//! module has its own parser.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// The protocol that the proxy understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// Bytes only: Redis, HTTP, SMTP.
    Tcp,
    /// Commands of MongoDB, in `OP_MSG` messages.
    MongoDb,
}

impl Protocol {
    /// From the scheme; without a scheme, from MongoDB's default port.
    pub fn from_address(address: &str) -> Self {
        let is_mongodb = match AddressParts::parse(address).scheme {
            "" => address.ends_with(":27017"),
            scheme => scheme == "mongodb://",
        };
        if is_mongodb { Self::MongoDb } else { Self::Tcp }
    }
}

/// The parts of an address. Joined, they are the whole address.
struct AddressParts<'a> {
    /// With its `://`, or empty.
    scheme: &'a str,
    /// With its `@`, or empty.
    credentials: &'a str,
    /// One host or several, separated by commas.
    hosts: &'a str,
    /// Path and query.
    rest: &'a str,
}

impl<'a> AddressParts<'a> {
    fn parse(address: &'a str) -> Self {
        let (scheme, rest) = address.split_at(address.find("://").map_or(0, |at| at + 3));
        let (authority, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (credentials, hosts) = authority.split_at(authority.rfind('@').map_or(0, |at| at + 1));
        Self { scheme, credentials, hosts, rest }
    }

    fn default_port(&self) -> Option<u16> {
        match self.scheme {
            "mongodb://" => Some(27017),
            "redis://" | "rediss://" => Some(6379),
            "http://" => Some(80),
            "https://" => Some(443),
            "smtp://" => Some(25),
            "smtps://" => Some(465),
            _ => None,
        }
    }
}

/// `host:port` of the first host that an address names; `None` if it names none, or no port is
/// known.
pub(crate) fn first_host_and_port(address: &str) -> Option<String> {
    let parts = AddressParts::parse(address);
    let host = parts.hosts.split(',').next().filter(|host| !host.is_empty())?;
    // The colons of an IPv6 address stand inside of brackets.
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    if has_port {
        return Some(host.to_owned());
    }
    parts.default_port().map(|port| format!("{host}:{port}"))
}

/// The same address with the proxy instead of all its hosts.
pub(crate) fn replace_hosts(address: &str, proxy: SocketAddr) -> String {
    let AddressParts { scheme, credentials, rest, .. } = AddressParts::parse(address);
    format!("{scheme}{credentials}{proxy}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_host_is_found_with_its_port() {
        for (address, expected) in [
            ("127.0.0.1:27017", "127.0.0.1:27017"),
            ("mongodb://127.0.0.1:4000/?directConnection=true", "127.0.0.1:4000"),
            ("mongodb://user:p%40ss@one:1,two:2/db?replicaSet=rs", "one:1"),
            ("mongodb://one,two:2", "one:27017"),
            ("redis://:secret@localhost/0", "localhost:6379"),
            ("http://[::1]/v1", "[::1]:80"),
            ("http://[::1]:81", "[::1]:81"),
            ("smtp://mail:1025?tls=none", "mail:1025"),
        ] {
            assert_eq!(first_host_and_port(address).as_deref(), Some(expected), "{address}");
        }
        assert_eq!(first_host_and_port("localhost"), None, "no port is known");
        assert_eq!(first_host_and_port("redis:///0"), None);
    }

    #[test]
    fn the_proxy_takes_the_place_of_every_host() {
        let proxy = "127.0.0.1:5000".parse().expect("an address");
        for (address, expected) in [
            ("127.0.0.1:27017", "127.0.0.1:5000"),
            (
                "mongodb://u:p@one:1,two:2/db?replicaSet=rs",
                "mongodb://u:p@127.0.0.1:5000/db?replicaSet=rs",
            ),
            ("redis://localhost", "redis://127.0.0.1:5000"),
            ("smtp://mail:1025?tls=none", "smtp://127.0.0.1:5000?tls=none"),
        ] {
            assert_eq!(replace_hosts(address, proxy), expected);
        }
    }

    #[test]
    fn the_protocol_follows_from_the_address() {
        assert_eq!(Protocol::from_address("mongodb://db:1/"), Protocol::MongoDb);
        assert_eq!(Protocol::from_address("127.0.0.1:27017"), Protocol::MongoDb);
        assert_eq!(Protocol::from_address("redis://db:27017"), Protocol::Tcp);
        assert_eq!(Protocol::from_address("127.0.0.1:6379"), Protocol::Tcp);
    }
}
