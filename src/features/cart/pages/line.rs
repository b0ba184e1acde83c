//! One line of the cart: what it is, how many, what stands in its way. All of it are forms; the ids
//! are what the island finds its places by.

use leptos::prelude::*;

use crate::features::cart::model::{CartLine, LineProblem};
use crate::shared::ids::Sku;
use crate::shared::pricing::MAX_QUANTITY;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::ERROR;
use crate::ui::form::PostForm;
use crate::ui::goods_line::{GoodsLine, LineActions, LinePicture, LineTotal, LineWords, Room};
use crate::ui::icon::{Drawn, Icon};
use crate::ui::notice::UNDO;
use crate::ui::picture::Picture;
use crate::ui::stepper::{End, STEPPER, STEPPER_FORM, StepperButton, StepperField};

use super::RefusedLine;

const LINE_SIZES: &str = "6rem";

#[component]
pub(super) fn Line(
    line: CartLine,
    refused: Option<RefusedLine>,
    from: String,
    #[prop(default = Room::Page)] room: Room,
) -> impl IntoView {
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
        let stepper = view! { <Stepper sku=line.sku.clone() quantity=line.quantity refused=refused from=from.clone()/> };
        view! {
            <LineTotal amount=total room=room id=format!("total-{}", line.sku)/>
            <LineActions room=room>
                {stepper}
                <PostForm action="/api/cart/remove" from=from class="text-right sm:col-[3/-1]">
                    <input type="hidden" name="sku" value=sku/>
                    <Button kind=ButtonKind::Text>"Remove"<span class="sr-only">" "{name}</span></Button>
                </PostForm>
            </LineActions>
        }
    });
    let undo =
        view! { <UndoForm sku=line.sku.clone() name=line.name.clone() quantity=line.quantity/> };
    view! {
        <GoodsLine room=room id=id>
            <What line=line room=room/>
            {living}
            {problem}
            {undo}
        </GoodsLine>
    }
    .into_any()
}

/// What stays of a line that the island took away.
#[component]
fn UndoForm(sku: Sku, name: String, quantity: u32) -> impl IntoView {
    view! {
        <PostForm action="/api/cart/add" from="/cart".to_owned() class="hidden gap-2.5 rounded-control bg-accent-pale px-4 py-3 removed:flex">
            <input type="hidden" name="sku" value=sku.to_string()/>
            <input type="hidden" name="quantity" id=format!("undo-{sku}") value=quantity/>
            <p class="flex-1">{name}" is out of your cart."</p>
            <button type="submit" class=UNDO>"Undo"</button>
        </PostForm>
    }
    .into_any()
}

#[component]
fn What(line: CartLine, room: Room) -> impl IntoView {
    let picture = line.image.map(|image| {
        view! { <Picture stem=image.stem alt=String::new() width=image.width height=image.height widths=image.widths sizes=LINE_SIZES/> }
    });
    // What is no longer sold has no page: a link without an address is plain text.
    let href = (!line.slug.is_empty()).then(|| format!("/p/{}?sku={}", line.slug, line.sku));
    let unit = (!line.unit_price.is_zero()).then(|| format!("{} each", line.unit_price));
    let details = [Some(line.variant).filter(|variant| !variant.is_empty()), unit];
    view! {
        <LinePicture>{picture}</LinePicture>
        <LineWords name=line.name href=href details=details.into_iter().flatten().collect() room=room/>
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
    let reason = refused.map(|refused| refused.message);
    let is_invalid = reason.is_some();
    view! {
        <div class=STEPPER>
            <StepForm part="less" label="One less" end=End::Less sku=sku.clone() quantity=quantity.saturating_sub(1).max(1) from=from.clone()/>
            <PostForm action="/api/cart/set" from=from.clone() class=STEPPER_FORM>
                <input type="hidden" name="sku" value=own_sku/>
                <StepperField
                    id=id
                    name="quantity"
                    label="Quantity"
                    value=typed
                    is_invalid=is_invalid
                    described_by=described_by
                />
            </PostForm>
            <StepForm part="more" label="One more" end=End::More sku=sku quantity=quantity.saturating_add(1).min(MAX_QUANTITY) from=from/>
        </div>
        <p class=format!("{ERROR} col-[2/-1] sm:justify-self-end") id=refusal_id role="alert">{reason}</p>
    }
    .into_any()
}

#[component]
fn StepForm(
    part: &'static str,
    label: &'static str,
    end: End,
    sku: Sku,
    quantity: u32,
    from: String,
) -> impl IntoView {
    view! {
        <PostForm action="/api/cart/set" from=from>
            <input type="hidden" name="sku" value=sku.to_string()/>
            <input type="hidden" name="quantity" id=format!("{part}-{sku}") value=quantity/>
            <StepperButton end=end label=label/>
        </PostForm>
    }
    .into_any()
}

/// What stands in the way of this line, and the button that settles it.
#[component]
fn Problem(problem: LineProblem, sku: Sku, from: String) -> impl IntoView {
    view! {
        <PostForm action="/api/cart/accept" from=from class="col-span-full flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-control bg-sunken py-2 pr-2 pl-4 text-low">
            <input type="hidden" name="sku" value=sku.to_string()/>
            <p class="flex gap-2"><Drawn icon=Icon::Alert class="mt-0.75 size-5"/>{problem.message()}</p>
            <Button kind=ButtonKind::Quiet>{problem.fix()}</Button>
        </PostForm>
    }
    .into_any()
}
