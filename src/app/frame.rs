//! What surrounds a page: header, departments, notice and footer of the shop; the bare frame of the
//! checkout.

use leptos::prelude::*;

use crate::features::cart::islands::{CartBadge, CartDrawer};
use crate::features::search::islands::SearchBox;
use crate::ui::button;
use crate::ui::icon::{Drawn, Icon};
use crate::ui::link;
use crate::ui::notice::NoticePlace;
use crate::web::notice::Notice;

/// The first row of the header. It stays at the top of the window where that leaves room to read.
macro_rules! bar {
    () => {
        "z-2 flex min-h-14 items-center gap-x-3 gap-y-1 bg-paper px-edge tall:sticky tall:top-0 print:bg-transparent"
    };
}

/// What the header stands in from a tablet on: one row with a line below.
macro_rules! header {
    () => {
        "z-2 bg-paper tall:sticky tall:top-0 md:flex md:min-h-17 md:items-center md:gap-[clamp(0.75rem,2vw,1.5rem)] md:border-b md:border-line md:px-edge print:bg-transparent print:p-0"
    };
}

macro_rules! header_link {
    () => {
        "order-2 flex min-h-11 min-w-11 items-center text-ink no-underline hover:underline print:hidden"
    };
}

/// Of the skip link, which is seen only when it has the focus.
pub(super) const SKIP: &str = "absolute top-2 left-2 z-4 rounded-control bg-raised px-4 py-2.5 not-focus:sr-only print:hidden";
const MAIN: &str = "w-full flex-1 px-edge pt-4 pb-band [&>h1:first-child]:mt-head print:p-0";
const MENU_LINK: &str = "flex min-h-11 items-center rounded-control px-3 text-inherit no-underline hover:bg-accent-pale current:bg-accent-pale";

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
        <a class=SKIP href="#content">"Skip to content"</a>
        // On a phone the search scrolls away and the slim bar stays.
        <header class=concat!(header!(), " max-md:contents")>
            <div class=concat!(bar!(), " md:contents")>
                <StoreName name=store_name.clone()/>
                <DepartmentMenu departments=departments.clone() path=path.clone()/>
                // Between a phone and a desk the search needs the room of the word.
                <a class=concat!(header_link!(), " ml-auto gap-2 max-lg:-mr-3 max-lg:justify-center") href="/account">
                    <Drawn icon=Icon::Person class="size-6"/>
                    <span class="max-lg:sr-only">"Account"</span>
                </a>
                <a class=concat!(header_link!(), " relative gap-3") href="/cart">
                    <Drawn icon=Icon::Basket class="size-6"/>
                    <span class="max-[23rem]:sr-only">"Cart"</span>
                    <CartBadge/>
                </a>
            </div>
            <div class="border-b border-line px-edge pb-2.5 md:order-1 md:flex-[1_1_20rem] md:border-0 md:p-0 print:hidden"><SearchBox text=search_text/></div>
            <CartDrawer/>
        </header>
        <NoticePlace notice=notice/>
        <main id="content" class=MAIN tabindex="-1">{children()}</main>
        <footer class="border-t border-line bg-sunken print:hidden">
            <div class="grid gap-8 px-edge py-10 md:grid-cols-[3fr_1fr]">
                <nav aria-label="All departments">
                    <h2 class="mb-2 text-base">"Departments"</h2>
                    <ul class="columns-[9rem]"><DepartmentLinks departments=departments path=path class=link::SOFT/></ul>
                </nav>
                <nav aria-label="Service">
                    <h2 class="mb-2 text-base">"Service"</h2>
                    <ul>{SERVICE.map(|(name, href)| view! { <li><a class=link::SOFT href=href>{name}</a></li> }).collect_view()}</ul>
                </nav>
                <p class="text-small text-soft">{store_name}</p>
            </div>
        </footer>
    }
}

const SERVICE: [(&str, &str); 7] = [
    ("Your cart", "/cart"),
    ("Your account", "/account"),
    ("Delivery", "/pages/shipping"),
    ("Returns", "/pages/returns"),
    ("Privacy", "/pages/privacy"),
    ("Terms and conditions", "/pages/terms"),
    ("About us", "/pages/about"),
];

/// A panel that the browser itself opens, closes and gives focus back from: at the edge of a phone,
/// below the header elsewhere.
#[component]
fn DepartmentMenu(departments: Vec<(String, String)>, path: String) -> impl IntoView {
    view! {
        <button
            type="button"
            class="flex min-h-11 min-w-11 items-center justify-center gap-2 hover:underline max-md:-order-1 max-md:-ml-3 print:hidden"
            popovertarget="departments"
        >
            <Drawn icon=Icon::Menu/>
            <span class="max-md:sr-only">"Departments"</span>
        </button>
        <nav
            id="departments"
            class="inset-y-0 right-auto left-0 h-dvh w-[min(20rem,86vw)] overflow-auto bg-raised p-4 text-inherit shadow-panel backdrop:bg-veil md:top-17 md:bottom-auto md:left-edge md:h-auto md:w-[min(44rem,90vw)] md:rounded-tile"
            popover="auto"
            aria-label="Departments"
        >
            <p class="flex items-center justify-between pb-2 pl-3 md:hidden">
                <strong>"Departments"</strong>
                <button type="button" class=button::ICON popovertarget="departments" popovertargetaction="hide" aria-label="Close"><Drawn icon=Icon::Close/></button>
            </p>
            <ul class="md:columns-3"><DepartmentLinks departments=departments path=path class=MENU_LINK/></ul>
        </nav>
    }
}

#[component]
fn DepartmentLinks(
    departments: Vec<(String, String)>,
    path: String,
    class: &'static str,
) -> impl IntoView {
    departments
        .into_iter()
        .map(|(name, href)| {
            let current = (href == path).then_some("page");
            view! { <li><a class=class href=href aria-current=current>{name}</a></li> }
        })
        .collect_view()
}

#[component]
fn StoreName(name: String) -> impl IntoView {
    view! { <a class="flex min-h-11 items-center font-serif text-heading leading-none font-medium tracking-[-0.01em] text-ink no-underline md:flex-none" href="/">{name}</a> }
}

#[component]
pub fn CheckoutFrame(
    store_name: String,
    notice: Option<Notice>,
    children: Children,
) -> impl IntoView {
    view! {
        <a class=SKIP href="#content">"Skip to content"</a>
        <header class=header!()>
            <div class=concat!(bar!(), " md:flex-1 md:p-0")>
                <StoreName name=store_name/>
                <a class=concat!(header_link!(), " ml-auto") href="/cart">"Back to cart"</a>
            </div>
        </header>
        <NoticePlace notice=notice/>
        <main id="content" class=MAIN tabindex="-1">{children()}</main>
        <footer class="px-gutter py-2 text-center text-small text-soft"><a class=link::TARGET href="/pages/terms">"Terms and conditions"</a></footer>
    }
}
