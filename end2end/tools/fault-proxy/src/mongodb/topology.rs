//! Changes the reply to `hello`: it names the proxy's address, and can pretend that the replica set
//! has no primary or that the server belongs to none.

use std::net::SocketAddr;

use bson::{Document, doc};
use serde::{Deserialize, Serialize};

/// The topology that the reply to `hello` describes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topology {
    /// The server's own.
    #[default]
    Unchanged,
    /// The server is a secondary. There is no primary, and writes fail with code 10107.
    NoPrimary,
    /// The server belongs to no replica set, so it has no transactions.
    Standalone,
}

/// Fields that only a member of a replica set has.
const SET_FIELDS: [&str; 11] = [
    "setName",
    "setVersion",
    "hosts",
    "passives",
    "arbiters",
    "primary",
    "me",
    "secondary",
    "electionId",
    "lastWrite",
    "topologyVersion",
];

/// The changed reply to `hello`; `None` if nothing has to change.
pub(crate) fn rewrite_hello(
    reply: &Document,
    topology: Topology,
    proxy: SocketAddr,
) -> Option<Document> {
    let mut changed = reply.clone();
    // Otherwise a driver would find the server's own address and bypass the proxy.
    let address = proxy.to_string();
    for field in ["me", "primary"] {
        if changed.contains_key(field) {
            changed.insert(field, &address);
        }
    }
    if changed.contains_key("hosts") {
        changed.insert("hosts", vec![&address]);
        changed.remove("passives");
        changed.remove("arbiters");
    }
    match topology {
        Topology::Unchanged => {}
        Topology::NoPrimary => {
            changed
                .extend(doc! { "isWritablePrimary": false, "ismaster": false, "secondary": true });
            // Without a version the driver polls instead of waiting for a change.
            for field in ["primary", "electionId", "topologyVersion"] {
                changed.remove(field);
            }
        }
        Topology::Standalone => {
            for field in SET_FIELDS {
                changed.remove(field);
            }
            changed.extend(doc! { "isWritablePrimary": true, "ismaster": true });
        }
    }
    (changed != *reply).then_some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy() -> SocketAddr {
        "127.0.0.1:5000".parse().expect("an address")
    }

    fn hello() -> Document {
        doc! {
            "isWritablePrimary": true, "setName": "rs", "hosts": ["db1:1", "db2:1"], "me": "db1:1", "primary": "db1:1",
            "electionId": 1, "topologyVersion": { "counter": 1_i64 }, "ok": 1.0,
        }
    }

    #[test]
    fn members_of_the_set_are_the_proxy() {
        let changed = rewrite_hello(&hello(), Topology::Unchanged, proxy()).expect("a change");
        assert_eq!(changed.get_array("hosts").map(Vec::len), Ok(1));
        assert_eq!(
            (changed.get_str("me"), changed.get_str("primary")),
            (Ok("127.0.0.1:5000"), Ok("127.0.0.1:5000"))
        );
        assert_eq!(
            rewrite_hello(&doc! { "ismaster": true, "ok": 1.0 }, Topology::Unchanged, proxy()),
            None
        );
    }

    #[test]
    fn a_set_without_a_primary_and_no_set_at_all() {
        let secondary = rewrite_hello(&hello(), Topology::NoPrimary, proxy()).expect("a change");
        assert_eq!(secondary.get_bool("isWritablePrimary"), Ok(false));
        assert_eq!(secondary.get_str("setName"), Ok("rs"));
        assert!(!secondary.contains_key("primary") && !secondary.contains_key("topologyVersion"));
        let standalone = rewrite_hello(&hello(), Topology::Standalone, proxy()).expect("a change");
        assert!(SET_FIELDS.iter().all(|field| !standalone.contains_key(field)), "{standalone}");
    }
}
