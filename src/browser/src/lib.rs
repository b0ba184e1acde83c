//! The browser module: wakes the islands of a server-rendered page.

// Linked for its islands, which register themselves as exported functions.
extern crate cartwright;

/// Called by the shell's script once the module is loaded.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
