//! What surrounds a page: header, departments, notice and footer of the shop; the bare frame of the
//! checkout.

use leptos::prelude::*;

use crate::features::cart::islands::{CartBadge, CartDrawer};
use crate::features::search::islands::SearchBox;
use crate::ui::form::{Button, ButtonKind};
use crate::ui::icon::{Drawn, Icon};
use crate::web::notice::{Notice, Undo};

#[component]
pub fn ShopFrame(
    store_name: String,
    /// Name and address of each top category.
    departments: Vec<(String, String)>,
    search_text: String,
    notice: Option<Notice>,
    /// Of the page shown.
    path: String,
    children: Children,
) -> impl IntoView {
    view! {
        <a class="skip-link" href="#content">"Skip to content"</a>
        <header class="shop-header">
            <div class="shop-bar">
                <StoreName name=store_name.clone()/>
                <DepartmentMenu departments=departments.clone() path=path.clone()/>
                <a class="quiet-link account-link" href="/account"><Drawn icon=Icon::Person/><span>"Account"</span></a>
                <a class="cart-link" href="/cart"><Drawn icon=Icon::Basket/><span>"Cart"</span><CartBadge/></a>
            </div>
            <div class="shop-search"><SearchBox text=search_text/></div>
            <CartDrawer/>
        </header>
        <NoticePlace notice=notice/>
        <main id="content" class="page" tabindex="-1">{children()}</main>
        <footer class="shop-footer">
            <div class="shop-footer-row">
                <nav aria-label="All departments">
                    <h2>"Departments"</h2>
                    <ul class="footer-departments"><DepartmentLinks departments=departments path=path/></ul>
                </nav>
                <nav aria-label="Service">
                    <h2>"Service"</h2>
                    <ul>
                        <li><a href="/cart">"Your cart"</a></li>
                        <li><a href="/account">"Your account"</a></li>
                        <li><a href="/pages/shipping">"Delivery"</a></li>
                        <li><a href="/pages/returns">"Returns"</a></li>
                        <li><a href="/pages/privacy">"Privacy"</a></li>
                        <li><a href="/pages/terms">"Terms and conditions"</a></li>
                        <li><a href="/pages/about">"About us"</a></li>
                    </ul>
                </nav>
                <p class="footer-name">{store_name}</p>
            </div>
        </footer>
    }
}

/// A panel that the browser itself opens, closes and gives focus back from.
#[component]
fn DepartmentMenu(departments: Vec<(String, String)>, path: String) -> impl IntoView {
    view! {
        <button type="button" class="menu-button" popovertarget="departments"><Drawn icon=Icon::Menu/><span>"Departments"</span></button>
        <nav id="departments" class="menu-panel" popover="auto" aria-label="Departments">
            <p class="menu-head">
                <strong>"Departments"</strong>
                <button type="button" class="menu-close" popovertarget="departments" popovertargetaction="hide" aria-label="Close"><Drawn icon=Icon::Close/></button>
            </p>
            <ul><DepartmentLinks departments=departments path=path/></ul>
        </nav>
    }
}

#[component]
fn DepartmentLinks(departments: Vec<(String, String)>, path: String) -> impl IntoView {
    departments
        .into_iter()
        .map(|(name, href)| {
            let current = (href == path).then_some("page");
            view! { <li><a href=href aria-current=current>{name}</a></li> }
        })
        .collect_view()
}

#[component]
fn StoreName(name: String) -> impl IntoView {
    view! { <a class="shop-name" href="/">{name}</a> }
}

#[component]
pub fn CheckoutFrame(
    store_name: String,
    notice: Option<Notice>,
    children: Children,
) -> impl IntoView {
    view! {
        <a class="skip-link" href="#content">"Skip to content"</a>
        <header class="shop-header">
            <div class="shop-bar">
                <StoreName name=store_name/>
                <a class="quiet-link" href="/cart">"Back to cart"</a>
            </div>
        </header>
        <NoticePlace notice=notice/>
        <main id="content" class="page" tabindex="-1">{children()}</main>
        <footer class="checkout-footer"><a href="/pages/terms">"Terms and conditions"</a></footer>
    }
}

#[component]
pub fn NoticePlace(notice: Option<Notice>) -> impl IntoView {
    let notice = notice.map(|notice| {
        view! {
            // Takes the focus, so that a screen reader says it and the keyboard goes on from here.
            <div class="notice" tabindex="-1" autofocus=true>
                <Drawn icon=Icon::Check/>
                <p>{notice.text}</p>
                {notice.undo.map(|undo| view! { <UndoForm undo=undo/> })}
            </div>
        }
    });
    view! {
        <div class="notice-place" role="status">{notice}</div>
        // The boot script says here when the connection is gone.
        <p class="connection" role="status"></p>
    }
}

#[component]
fn UndoForm(undo: Undo) -> impl IntoView {
    let fields = undo
        .fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view();
    view! { <form method="post" action=undo.action>{fields}<Button kind=ButtonKind::Text>"Undo"</Button></form> }
}
