//! What the cart's drawer shows: the lines and their sum, without a frame, for the island that puts
//! it into the page.

use leptos::prelude::*;

use crate::features::cart::model::CartView;
use crate::features::cart::service;
use crate::features::shipping::model::free_shipping_hint;
use crate::shared::ids::Sku;
use crate::shared::validate;
use crate::ui::button::{ButtonKind, ButtonLink};
use crate::ui::drawer::DrawerHead;
use crate::ui::field::HINT;
use crate::ui::form::PostForm;
use crate::ui::goods_line::Room;
use crate::ui::notice::{HINT_LINE, UNDO};
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
        <PostForm action="/api/cart/add" from="/cart".to_owned() class="mx-5 mt-4 flex flex-none gap-2.5 rounded-control bg-accent-pale px-4 py-3">
            <input type="hidden" name="sku" value=removed.sku.to_string()/>
            <input type="hidden" name="quantity" value=removed.units/>
            <p class="flex-1" role="status">"Removed from your cart."</p>
            <button type="submit" class=UNDO>"Undo"</button>
        </PostForm>
    }
    .into_any()
}

#[component]
fn Drawer(cart: CartView, removed: Option<Removed>) -> impl IntoView {
    let items = cart.totals().map(|totals| totals.items.to_string()).unwrap_or_default();
    let hint = cart.missing_for_free_shipping().map(free_shipping_hint);
    let next = match cart.charge_problem() {
        Some(problem) => view! { <p class=HINT_LINE>{problem.message()}</p> }.into_any(),
        None => {
            view! { <ButtonLink kind=ButtonKind::Wide href="/checkout">"Go to checkout"</ButtonLink> }
                .into_any()
        }
    };
    // Without scripts these forms lead to the cart's own page.
    let lines = cart
        .lines
        .iter()
        .map(|line| view! { <Line line=line.clone() refused=None from="/cart".to_owned() room=Room::Drawer/> })
        .collect_view();
    let heading = if cart.is_empty() { "Your cart is empty" } else { "In your cart" };
    view! {
        <DrawerHead heading=heading closes="cart-drawer"/>
        {removed.map(|removed| view! { <PutBack removed=removed/> })}
        <ul class="flex-1 overflow-y-auto px-5">{lines}</ul>
        {(!cart.is_empty())
            .then(|| {
                view! {
                    <div class="grid gap-2.5 border-t border-line px-5 pt-4 pb-5">
                        {hint.map(|text| view! { <p class=HINT>{text}</p> })}
                        <p class="flex justify-between tabular-nums"><span>"Items"</span><strong>{items}</strong></p>
                        {next}
                        <ButtonLink kind=ButtonKind::QuietWide href="/cart">"View cart"</ButtonLink>
                    </div>
                }
            })}
    }
    .into_any()
}
