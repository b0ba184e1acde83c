//! The layers every request passes, one file each; their order is in `server::router`.

pub mod client_info;
pub mod headers;
pub mod origin;
pub mod read_limit;
