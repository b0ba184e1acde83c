//! Where a view's type ends, for parts that are drawn on the server and woken in the browser.

#[cfg(feature = "ssr")]
use leptos::prelude::{AnyView, IntoAny};

/// On the server the type is erased: pages made of many parts would grow types too deep to compile.
#[cfg(feature = "ssr")]
pub fn erase_on_server(view: impl IntoAny) -> AnyView {
    view.into_any()
}

/// In the browser each erased type costs a few kilobytes of module, and the islands are shallow.
#[cfg(not(feature = "ssr"))]
pub fn erase_on_server<V>(view: V) -> V {
    view
}
