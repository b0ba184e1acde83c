//! The checkout's pages: the steps, the way back from the payment page, and the terms.

mod address;
mod contact;
mod payment_return;
mod review;
mod shipping;
mod steps;
mod summary;
mod terms;

pub use payment_return::payment_return;
pub use steps::checkout;
pub use terms::terms;
