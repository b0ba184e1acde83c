//! The cart's interactive pieces. Each is a plain form first; the module only makes it faster.

mod add;
mod badge;
mod browser;
mod contents;
mod drawer;

pub use add::AddToCart;
pub use badge::CartBadge;
pub use contents::CartContents;
pub use drawer::CartDrawer;
