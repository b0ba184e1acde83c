//! What the cart's drawer shows: the lines and their sum, without a frame, for the island that puts
//! it into the page.

use leptos::prelude::*;

use crate::features::cart::model::CartView;
use crate::features::cart::service;
use crate::features::shipping::model::free_shipping_hint;
use crate::shared::ids::Sku;
use crate::shared::validate;
use crate::ui::form::{Button, ButtonKind, PostForm};
use crate::ui::icon::{Drawn, Icon};
use crate::web::page::{Frame, PageRequest, PageResponse, PageResult};

use super::line::Line;

pub async fn drawer(request: PageRequest) -> PageResult {
    let cart = service::view(&request.ctx).await?;
    let removed = Removed::of(&request);
    PageResponse::new("Cart", move || view! { <Drawer cart=cart removed=removed/> }.into_any())
        .in_frame(Frame::Part)
        .answer()
}

/// What the island has just taken out.
struct Removed {
    sku: Sku,
    units: u32,
}

impl Removed {
    fn of(request: &PageRequest) -> Option<Self> {
        let sku = Sku::parse(request.query("removed")?)?;
        let units = validate::quantity(request.query("units")?, "units").ok()?;
        Some(Self { sku, units })
    }
}

#[component]
fn PutBack(removed: Removed) -> impl IntoView {
    view! {
        <PostForm action="/api/cart/add" from="/cart".to_owned() class="notice">
            <input type="hidden" name="sku" value=removed.sku.to_string()/>
            <input type="hidden" name="quantity" value=removed.units/>
            <p role="status">"Removed from your cart."</p>
            <Button kind=ButtonKind::Text>"Undo"</Button>
        </PostForm>
    }
    .into_any()
}

#[component]
fn Drawer(cart: CartView, removed: Option<Removed>) -> impl IntoView {
    let items = cart.totals().map(|totals| totals.items.to_string()).unwrap_or_default();
    let hint = cart.missing_for_free_shipping().map(free_shipping_hint);
    let next = match cart.charge_problem() {
        Some(problem) => view! { <p class="hint-line">{problem.message()}</p> }.into_any(),
        None => {
            view! { <a class="button button-wide" href="/checkout">"Go to checkout"</a> }.into_any()
        }
    };
    // Without scripts these forms lead to the cart's own page.
    let lines = cart
        .lines
        .iter()
        .map(|line| view! { <Line line=line.clone() refused=None from="/cart".to_owned()/> })
        .collect_view();
    let heading = if cart.is_empty() { "Your cart is empty" } else { "In your cart" };
    view! {
        <div class="drawer-head">
            <h2 tabindex="-1" autofocus=true>{heading}</h2>
            <button type="button" class="menu-close" popovertarget="cart-drawer" popovertargetaction="hide" aria-label="Close"><Drawn icon=Icon::Close/></button>
        </div>
        {removed.map(|removed| view! { <PutBack removed=removed/> })}
        <ul class="cart-lines">{lines}</ul>
        {(!cart.is_empty())
            .then(|| {
                view! {
                    <div class="drawer-foot">
                        {hint.map(|text| view! { <p class="hint">{text}</p> })}
                        <p class="drawer-sum"><span>"Items"</span><strong>{items}</strong></p>
                        {next}
                        <a class="button button-quiet button-wide" href="/cart">"View cart"</a>
                    </div>
                }
            })}
    }
    .into_any()
}
