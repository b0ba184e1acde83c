//! Accounts as browsers see them, on real servers.

mod links;
mod personal;
mod sessions;
mod sign_in;
mod staff;
mod visitor;
