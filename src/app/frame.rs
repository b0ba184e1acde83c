//! What surrounds a page: header, departments, notice and footer of the shop; the bare frame of the checkout.

use leptos::prelude::*;

use crate::features::cart::islands::CartBadge;
use crate::features::search::islands::SearchBox;

#[component]
pub fn ShopFrame(
    store_name: String,
    /// Name and address of each top category.
    departments: Vec<(String, String)>,
    search_text: String,
    notice: Option<String>,
    location: String,
    children: Children,
) -> impl IntoView {
    let _ = location;
    view! {
        <a class="skip-link" href="#content">"Skip to content"</a>
        <header class="shop-header">
            <div class="shop-header-row">
                <a class="shop-name" href="/">{store_name.clone()}</a>
                <SearchBox text=search_text/>
                <a class="cart-link" href="/cart">"Cart" <CartBadge/></a>
            </div>
            <nav class="departments" aria-label="Departments">
                <ul>
                    {departments.into_iter().map(|(name, href)| view! { <li><a href=href>{name}</a></li> }).collect_view()}
                </ul>
            </nav>
        </header>
        <Notice text=notice/>
        <main id="content" class="page" tabindex="-1">{children()}</main>
        <footer class="shop-footer">
            <p>{store_name}</p>
            <nav aria-label="Service"><a href="/pages/terms">"Terms and conditions"</a></nav>
        </footer>
    }
}

#[component]
pub fn CheckoutFrame(store_name: String, notice: Option<String>, children: Children) -> impl IntoView {
    view! {
        <a class="skip-link" href="#content">"Skip to content"</a>
        <header class="checkout-header">
            <a class="shop-name" href="/">{store_name}</a>
            <a href="/cart">"Back to cart"</a>
        </header>
        <Notice text=notice/>
        <main id="content" class="page" tabindex="-1">{children()}</main>
    }
}

#[component]
fn Notice(text: Option<String>) -> impl IntoView {
    view! { <div class="notice-place" role="status">{text.map(|text| view! { <p class="notice">{text}</p> })}</div> }
}
