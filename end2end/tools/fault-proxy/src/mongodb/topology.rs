//! What MongoDB says of itself: the proxy's own address in it, and a replica set that lost its
//! primary or is none.

use std::net::SocketAddr;

use bson::{Document, doc};
use serde::{Deserialize, Serialize};

/// What `hello` answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topology {
    /// What the server says.
    #[default]
    AsItIs,
    /// The server is a secondary: nobody takes writes, and those that come are refused with 10107.
    WithoutPrimary,
    /// The server belongs to no replica set, so it has no transactions.
    Standalone,
}

/// Of a replica set only.
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

/// A changed reply to `hello`; `None` if it can pass as it is.
pub(crate) fn changed_hello(
    reply: &Document,
    topology: Topology,
    proxy: SocketAddr,
) -> Option<Document> {
    let mut changed = reply.clone();
    // A driver that looks for the members of a set would find the server and go around the proxy.
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
        Topology::AsItIs => {}
        Topology::WithoutPrimary => {
            changed
                .extend(doc! { "isWritablePrimary": false, "ismaster": false, "secondary": true });
            // Without a version the driver asks again and again instead of waiting for news.
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
        let changed = changed_hello(&hello(), Topology::AsItIs, proxy()).expect("a change");
        assert_eq!(changed.get_array("hosts").map(Vec::len), Ok(1));
        assert_eq!(
            (changed.get_str("me"), changed.get_str("primary")),
            (Ok("127.0.0.1:5000"), Ok("127.0.0.1:5000"))
        );
        assert_eq!(
            changed_hello(&doc! { "ismaster": true, "ok": 1.0 }, Topology::AsItIs, proxy()),
            None
        );
    }

    #[test]
    fn a_set_without_a_primary_and_no_set_at_all() {
        let secondary =
            changed_hello(&hello(), Topology::WithoutPrimary, proxy()).expect("a change");
        assert_eq!(secondary.get_bool("isWritablePrimary"), Ok(false));
        assert_eq!(secondary.get_str("setName"), Ok("rs"));
        assert!(!secondary.contains_key("primary") && !secondary.contains_key("topologyVersion"));
        let standalone = changed_hello(&hello(), Topology::Standalone, proxy()).expect("a change");
        assert!(SET_FIELDS.iter().all(|field| !standalone.contains_key(field)), "{standalone}");
    }
}
