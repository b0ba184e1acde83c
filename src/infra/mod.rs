//! Clients of everything outside the process, each with its deadline; the only place that opens a
//! connection.

pub mod cache;
pub mod client_storage;
pub mod clock;
pub mod collections;
pub mod crypto;
pub mod ctx;
pub mod keyset_pagination;
pub mod lease;
pub mod mail;
pub mod mongo;
pub mod outbox;
pub mod passwords;
pub mod rate_limit;
pub mod redis;
pub mod reencrypt;
pub mod sealed;
pub mod settings;
pub mod stripe;
