//! One folder a subject, each with the same role files; `testing::tidy` holds the directions
//! between them.

pub mod accounts;
pub mod audit;
pub mod cart;
pub mod catalog;
pub mod checkout;
pub mod content;
pub mod inventory;
pub mod notifications;
pub mod orders;
pub mod payments;
pub mod privacy;
pub mod search;
pub mod shipping;
