//! One line of the cart: what it is, how many, what stands in its way. All of it are forms; the ids
//! are what the island finds its places by.

use leptos::prelude::*;

use crate::features::cart::model::{CartLine, LineProblem};
use crate::shared::ids::Sku;
use crate::shared::pricing::MAX_QUANTITY;
use crate::ui::form::{Button, ButtonKind, PostForm};
use crate::ui::icon::{Drawn, Icon};
use crate::ui::picture::Picture;

use super::RefusedLine;

const LINE_SIZES: &str = "6rem";

#[component]
pub(super) fn Line(line: CartLine, refused: Option<RefusedLine>, from: String) -> impl IntoView {
    let id = format!("line-{}", line.sku);
    let total = line
        .unit_price
        .checked_times(line.quantity)
        .map(|total| total.to_string())
        .unwrap_or_default();
    let problem = line
        .problem
        .clone()
        .map(|problem| view! { <Problem problem=problem sku=line.sku.clone() from=from.clone()/> });
    let (name, sku) = (line.name.clone(), line.sku.to_string());
    // What is gone has one button, and its problem brings it.
    let living = (line.problem != Some(LineProblem::Gone)).then(|| {
        view! {
            <p class="cart-line-total" id=format!("total-{}", line.sku)>{total}</p>
            <div class="cart-line-actions">
                <Stepper sku=line.sku.clone() quantity=line.quantity refused=refused from=from.clone()/>
                <PostForm action="/api/cart/remove" from=from.clone() class="cart-line-remove">
                    <input type="hidden" name="sku" value=sku/>
                    <Button kind=ButtonKind::Text>"Remove"<span class="sr-only">" "{name}</span></Button>
                </PostForm>
            </div>
        }
    });
    let undo =
        view! { <UndoForm sku=line.sku.clone() name=line.name.clone() quantity=line.quantity/> };
    view! {
        <li class="cart-line" id=id tabindex="-1">
            <What line=line/>
            {living}
            {problem}
            {undo}
        </li>
    }
    .into_any()
}

/// What stays of a line that the island took away.
#[component]
fn UndoForm(sku: Sku, name: String, quantity: u32) -> impl IntoView {
    view! {
        <PostForm action="/api/cart/add" from="/cart".to_owned() class="cart-line-undo">
            <input type="hidden" name="sku" value=sku.to_string()/>
            <input type="hidden" name="quantity" id=format!("undo-{sku}") value=quantity/>
            <p>{name}" is out of your cart."</p>
            <Button kind=ButtonKind::Text>"Undo"</Button>
        </PostForm>
    }
    .into_any()
}

#[component]
fn What(line: CartLine) -> impl IntoView {
    let picture = line.image.map(|image| {
        view! { <Picture stem=image.stem alt=String::new() width=image.width height=image.height widths=image.widths sizes=LINE_SIZES/> }
    });
    // What is no longer sold has no page: a link without an address is plain text.
    let href = (!line.slug.is_empty()).then(|| format!("/p/{}?sku={}", line.slug, line.sku));
    let unit = (!line.unit_price.is_zero()).then(|| format!("{} each", line.unit_price));
    view! {
        <div class="cart-line-picture">{picture}</div>
        <div class="cart-line-what">
            <p class="cart-line-name"><a href=href>{line.name}</a></p>
            {(!line.variant.is_empty()).then(|| view! { <p class="cart-line-variant">{line.variant}</p> })}
            {unit.map(|text| view! { <p class="cart-line-unit">{text}</p> })}
        </div>
    }
    .into_any()
}

/// A typed number between two buttons, each a form of its own.
#[component]
fn Stepper(sku: Sku, quantity: u32, refused: Option<RefusedLine>, from: String) -> impl IntoView {
    let id = format!("quantity-{sku}");
    let refusal_id = format!("refusal-{sku}");
    let (own_sku, described_by) = (sku.to_string(), refusal_id.clone());
    let typed =
        refused.as_ref().map_or_else(|| quantity.to_string(), |refused| refused.quantity.clone());
    let invalid = refused.as_ref().map(|_| "true");
    let reason = refused.map(|refused| refused.message);
    view! {
        <div class="stepper">
            <StepForm part="less" label="One less" icon=Icon::Minus sku=sku.clone() quantity=quantity.saturating_sub(1).max(1) from=from.clone()/>
            <PostForm action="/api/cart/set" from=from.clone()>
                <input type="hidden" name="sku" value=own_sku/>
                <label class="sr-only" for=id.clone()>"Quantity"</label>
                <input
                    id=id.clone()
                    name="quantity"
                    inputmode="numeric"
                    autocomplete="off"
                    maxlength="2"
                    value=typed
                    autofocus=invalid.is_some()
                    aria-invalid=invalid
                    aria-describedby=described_by
                />
                <button type="submit" class="stepper-update">"Update"</button>
            </PostForm>
            <StepForm part="more" label="One more" icon=Icon::Plus sku=sku quantity=quantity.saturating_add(1).min(MAX_QUANTITY) from=from/>
        </div>
        <p class="field-error line-error" id=refusal_id role="alert">{reason}</p>
    }
    .into_any()
}

#[component]
fn StepForm(
    part: &'static str,
    label: &'static str,
    icon: Icon,
    sku: Sku,
    quantity: u32,
    from: String,
) -> impl IntoView {
    view! {
        <PostForm action="/api/cart/set" from=from>
            <input type="hidden" name="sku" value=sku.to_string()/>
            <input type="hidden" name="quantity" id=format!("{part}-{sku}") value=quantity/>
            <button type="submit" aria-label=label><Drawn icon=icon/></button>
        </PostForm>
    }
    .into_any()
}

/// What stands in the way of this line, and the button that settles it.
#[component]
fn Problem(problem: LineProblem, sku: Sku, from: String) -> impl IntoView {
    view! {
        <PostForm action="/api/cart/accept" from=from class="cart-line-problem">
            <input type="hidden" name="sku" value=sku.to_string()/>
            <p><Drawn icon=Icon::Alert/>{problem.message()}</p>
            <Button kind=ButtonKind::Quiet>{problem.fix()}</Button>
        </PostForm>
    }
    .into_any()
}
