//! Use-cases of the checkout.

mod place_order;
mod steps;

pub use place_order::{PlaceOrder, place_order};
pub use steps::{
    erase, export_input, keep_draft, save_contact, save_shipping, use_saved_address, view,
};
