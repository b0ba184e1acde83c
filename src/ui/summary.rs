//! The box of what everything costs: the same in cart, checkout and order.

use super::server_class::server_class;

/// For the element around it, a `section` or an `aside`.
pub const SUMMARY: &str = server_class(
    "grid gap-4 rounded-tile bg-sunken p-5 break-inside-avoid lg:sticky lg:top-24 print:static print:bg-transparent",
);

/// The same above a form on a small screen, beside it on a wide one.
pub const SUMMARY_BESIDE: &str = server_class(
    "grid gap-4 rounded-tile bg-sunken px-5 py-2 break-inside-avoid lg:sticky lg:top-24 lg:col-start-2 lg:row-start-1 lg:py-5 print:static print:bg-transparent",
);
