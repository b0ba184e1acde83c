//! Links that are places to press rather than words in a text: as high as a finger needs.

/// In the colour of the text, underlined under the pointer: the header, the way back.
pub const QUIET: &str =
    "flex min-h-11 min-w-11 items-center gap-2 text-ink no-underline hover:underline";
/// Of lists of links on a ground of their own, quieter still.
pub const SOFT: &str =
    "inline-flex min-h-11 min-w-11 items-center text-soft no-underline hover:underline";
/// Looks as in a text.
pub const TARGET: &str = "inline-flex min-h-11 items-center";
