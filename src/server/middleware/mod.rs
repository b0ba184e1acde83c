//! The layers every request passes, one file each; their order is in `server::router`.

pub mod edge;
pub mod headers;
pub mod origin;
pub mod read_limit;
