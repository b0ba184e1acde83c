//! What only a browser has: events, the cookie, the lines the server drew. On the server it does
//! nothing.

#[cfg(feature = "hydrate")]
pub use page::{
    QuantityField, announce, fragment, open_filled, parse_cart_form, reload, send, show_line,
    show_quantity, show_refusal, submit_typed, take_line_away, units_in_cookie,
};
#[cfg(not(feature = "hydrate"))]
pub use without_a_page::{
    QuantityField, announce, fragment, open_filled, parse_cart_form, reload, send, show_line,
    show_quantity, show_refusal, submit_typed, take_line_away, units_in_cookie,
};

/// The event of a cart whose cookie changed, and of one that something was put into.
pub const CHANGED: &str = "cart-changed";
pub const ADDED: &str = "cart-added";

/// What a form asks of the cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartFormRequest {
    pub change: Change,
    pub sku: String,
    /// As typed; of a line that goes, what it held.
    pub quantity: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// Only a browser can tell which form was sent.
#[cfg_attr(not(feature = "hydrate"), allow(dead_code))]
pub enum Change {
    Add,
    Set,
    Remove,
}

#[cfg(feature = "hydrate")]
mod page {
    use wasm_bindgen::JsCast;
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{
        Element, Event, FormData, HtmlDocument, HtmlElement, HtmlFormElement, HtmlInputElement,
        Response,
    };

    use super::{CartFormRequest, Change};
    use crate::features::cart::model::units_in_hint;

    pub fn announce(name: &str) {
        if let (Some(window), Ok(event)) = (web_sys::window(), Event::new(name)) {
            let _ = window.dispatch_event(&event);
        }
    }

    /// A part of a page, drawn by the server.
    pub async fn fragment(path: &str) -> Option<String> {
        let answer = JsFuture::from(web_sys::window()?.fetch_with_str(path)).await.ok()?;
        let answer: Response = answer.dyn_into().ok()?;
        if !answer.ok() {
            return None;
        }
        JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
    }

    /// Puts a part drawn by the server into a panel and opens it. The focus goes to what had it,
    /// drawn again, else to the heading.
    pub fn open_filled(panel: &HtmlElement, html: &str) {
        let held = panel.query_selector("form:focus-within > [id]").ok().flatten().map(|part| {
            format!("form:has(> #{}) > :is(button, input:not([type=hidden]))", part.id())
        });
        panel.set_inner_html(html);
        // Fails where it is open already.
        let _ = panel.show_popover();
        let again = held.and_then(|selector| panel.query_selector(&selector).ok().flatten());
        let place = again.or_else(|| panel.query_selector("h2").ok().flatten());
        if let Some(place) = place.and_then(|place| place.dyn_into::<HtmlElement>().ok()) {
            let _ = place.focus();
        }
    }

    /// The number of units the hint cookie names.
    pub fn units_in_cookie() -> u32 {
        let cookies = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.dyn_into::<HtmlDocument>().ok())
            .and_then(|document| document.cookie().ok())
            .unwrap_or_default();
        cookies
            .split("; ")
            .find_map(|cookie| cookie.strip_prefix("__Host-hint="))
            .map_or(0, units_in_hint)
    }

    pub fn reload() {
        if let Some(window) = web_sys::window() {
            let _ = window.location().reload();
        }
    }

    /// Reads a form; `None` for the forms that are better answered by a whole page.
    pub fn parse_cart_form(event: &Event) -> Option<CartFormRequest> {
        let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
        let change = match form.get_attribute("action")?.as_str() {
            "/api/cart/add" => Change::Add,
            "/api/cart/set" => Change::Set,
            "/api/cart/remove" => Change::Remove,
            _ => return None,
        };
        let fields = FormData::new_with_form(&form).ok()?;
        // What is sent is no longer being typed.
        if let Some(field) = form
            .query_selector("input[name=quantity]")
            .ok()
            .flatten()
            .and_then(|field| field.dyn_into::<HtmlInputElement>().ok())
        {
            field.set_default_value(&field.value());
        }
        let sku = fields.get("sku").as_string()?;
        let quantity = if change == Change::Remove {
            value("undo", &sku)
        } else {
            fields.get("quantity").as_string()
        };
        Some(CartFormRequest { change, sku, quantity: quantity.unwrap_or_default() })
    }

    /// Sends the form that asked for this.
    pub fn send(asked: &CartFormRequest) {
        let part = if asked.change == Change::Remove {
            "form[action='/api/cart/remove']"
        } else {
            "form:has(> input[inputmode])"
        };
        let form =
            of_line("line", &asked.sku).and_then(|line| line.query_selector(part).ok().flatten());
        if let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) {
            let _ = form.request_submit();
        }
    }

    /// The typed quantity of a form that adds; tiles have none to type.
    pub struct QuantityField(Option<Element>);

    impl QuantityField {
        pub fn of(event: &Event) -> Self {
            let form = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            Self(form.and_then(|form| form.query_selector("[inputmode]").ok().flatten()))
        }

        /// A refusal is tied to the field and takes the focus there; the words are the form's
        /// outcome.
        pub fn set_validity(self, refused: bool) {
            let Some(field) = self.0 else { return };
            // What an earlier answer of the server drew into the page.
            if let Some(old) = field
                .owner_document()
                .and_then(|document| document.get_element_by_id("quantity-error"))
            {
                old.remove();
            }
            if refused {
                let _ = field.set_attribute("aria-invalid", "true");
                let _ = field.set_attribute("aria-describedby", "quantity-outcome");
                if let Ok(field) = field.dyn_into::<HtmlElement>() {
                    let _ = field.focus();
                }
            } else {
                let _ = field.remove_attribute("aria-invalid");
                let _ = field.remove_attribute("aria-describedby");
            }
        }
    }

    /// A number that was typed counts when its field is left.
    pub fn submit_typed(event: &Event) {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(form) = input.and_then(|input| input.form()) {
            let _ = form.request_submit();
        }
    }

    /// The ids are those of the page's lines.
    pub fn show_quantity(sku: &str, quantity: u32) {
        set_value("quantity", sku, quantity);
        set_value("undo", sku, quantity);
        set_value("less", sku, quantity.saturating_sub(1).max(1));
        set_value("more", sku, quantity.saturating_add(1));
    }

    pub fn show_line(sku: &str, quantity: u32, total: &str) {
        show_quantity(sku, quantity);
        if let Some(element) = of_line("total", sku) {
            element.set_text_content(Some(total));
        }
    }

    /// An empty reason takes the last one away.
    pub fn show_refusal(sku: &str, reason: &str) {
        if let Some(element) = of_line("refusal", sku) {
            element.set_text_content(Some(reason));
        }
        if let Some(input) = of_line("quantity", sku) {
            let _ = if reason.is_empty() {
                input.remove_attribute("aria-invalid")
            } else {
                input.set_attribute("aria-invalid", "true")
            };
        }
    }

    /// The way back stays in the line's place; the focus goes to its neighbour.
    pub fn take_line_away(sku: &str) {
        let Some(line) = of_line("line", sku) else { return };
        let neighbour = line.next_element_sibling().or_else(|| line.previous_element_sibling());
        let _ = line.set_attribute("data-removed", "");
        if let Ok(Some(undo)) = line.query_selector("form[action='/api/cart/add']") {
            line.replace_children_with_node_1(&undo);
        }
        if let Some(element) = neighbour.and_then(|element| element.dyn_into::<HtmlElement>().ok())
        {
            let _ = element.focus();
        }
    }

    /// A field that someone is typing in, which an answer must not overwrite, differs from its
    /// default.
    fn set_value(part: &str, sku: &str, value: u32) {
        let input =
            of_line(part, sku).and_then(|element| element.dyn_into::<HtmlInputElement>().ok());
        if let Some(input) = input.filter(|input| input.value() == input.default_value()) {
            input.set_default_value(&value.to_string());
            input.set_value(&value.to_string());
        }
    }

    fn value(part: &str, sku: &str) -> Option<String> {
        of_line(part, sku)
            .and_then(|element| element.dyn_into::<HtmlInputElement>().ok())
            .map(|input| input.value())
    }

    fn of_line(part: &str, sku: &str) -> Option<Element> {
        web_sys::window()?.document()?.get_element_by_id(&format!("{part}-{sku}"))
    }
}

#[cfg(not(feature = "hydrate"))]
mod without_a_page {
    use super::CartFormRequest;

    pub fn announce(_: &str) {}
    pub async fn fragment(_: &str) -> Option<String> {
        None
    }
    pub fn open_filled<E>(_: &E, _: &str) {}
    pub fn units_in_cookie() -> u32 {
        0
    }
    pub fn reload() {}
    pub fn parse_cart_form<E>(_: &E) -> Option<CartFormRequest> {
        None
    }
    pub fn send(_: &CartFormRequest) {}
    pub fn submit_typed<E>(_: &E) {}
    pub struct QuantityField;
    impl QuantityField {
        pub fn of<E>(_: &E) -> Self {
            Self
        }
        pub fn set_validity(self, _: bool) {}
    }
    pub fn show_quantity(_: &str, _: u32) {}
    pub fn show_line(_: &str, _: u32, _: &str) {}
    pub fn show_refusal(_: &str, _: &str) {}
    pub fn take_line_away(_: &str) {}
}
