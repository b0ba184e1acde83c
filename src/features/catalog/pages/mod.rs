//! The shop's windows: home, listings and products.

pub mod buy_box;
mod category;
mod gallery;
mod home;
mod product;
mod structured_data;
pub mod tile;

pub use category::category;
pub use home::home;
pub use product::product;
