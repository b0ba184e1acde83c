//! Class strings of an island's elements that only the server writes.

/// A browser that wakes an island leaves the classes it finds, so the strings need not stand in its
/// module. Not for elements that the browser makes itself.
pub const fn server_class(class: &'static str) -> &'static str {
    if cfg!(feature = "ssr") { class } else { "" }
}
