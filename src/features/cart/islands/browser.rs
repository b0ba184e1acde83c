//! The few things that only a browser has; on the server they do nothing.

/// Tells the badge that the cart's cookie changed.
pub fn announce_change() {
    #[cfg(feature = "hydrate")]
    if let (Some(window), Ok(event)) = (web_sys::window(), web_sys::Event::new("cart-changed")) {
        let _ = window.dispatch_event(&event);
    }
}

/// The number of units the hint cookie names.
pub fn units_in_cookie() -> u32 {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let document = web_sys::window().and_then(|window| window.document());
        let cookies = document.and_then(|document| document.dyn_into::<web_sys::HtmlDocument>().ok()).and_then(|document| document.cookie().ok());
        let hint = cookies.as_deref().and_then(|all| all.split("; ").find_map(|cookie| cookie.strip_prefix("__Host-hint=")));
        hint.map_or(0, crate::features::cart::model::units_in_hint)
    }
    #[cfg(not(feature = "hydrate"))]
    0
}

/// Moves the focus once the page shows its new state.
pub fn focus_soon(id: String) {
    #[cfg(feature = "hydrate")]
    leptos::prelude::request_animation_frame(move || {
        use wasm_bindgen::JsCast;
        let element = web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id(&id));
        if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
    #[cfg(not(feature = "hydrate"))]
    drop(id);
}
