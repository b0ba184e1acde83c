//! Two columns on a wide screen, one on a small one: what one does, and what one gets.

use super::server_class::server_class;

/// For the element around both.
pub const COLUMNS: &str = server_class(
    "mt-6 grid grid-cols-1 gap-x-[clamp(1.5rem,4vw,4rem)] gap-y-8 lg:grid-cols-[minmax(0,1fr)_23rem] lg:items-start",
);

/// A list of places beside what they hold.
pub const COLUMNS_WITH_SIDE: &str = server_class(
    "mt-6 grid grid-cols-1 gap-x-[clamp(1.5rem,4vw,4rem)] gap-y-8 lg:grid-cols-[14rem_minmax(0,1fr)] lg:items-start",
);
