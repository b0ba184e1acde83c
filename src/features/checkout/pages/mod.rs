//! The checkout's pages: the steps and the way back from the payment page.

mod contact;
mod payment_return;
mod review;
mod shipping;
mod steps;
mod summary;

pub use payment_return::payment_return;
pub use steps::checkout;
