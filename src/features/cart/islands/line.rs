//! One line of the cart: what it is, how many, what stands in its way.

use leptos::ev::{Event, SubmitEvent};
use leptos::html::Input;
use leptos::prelude::*;

use crate::features::cart::model::{CartLine, LineProblem};
use crate::shared::ids::Sku;
use crate::shared::pricing::MAX_QUANTITY;
use crate::ui::icon::{Drawn, Icon};
use crate::ui::picture::Picture;

use super::contents::{Change, Shared};

const LINE_SIZES: &str = "6rem";

#[component]
pub(super) fn Line(
    /// As it stood when the line was drawn; what may change is read from the cart.
    first: CartLine,
    shared: Shared,
    from: String,
) -> impl IntoView {
    let sku = first.sku.clone();
    let wanted = sku.clone();
    let line = Memo::new(move |_| shared.cart.with(|cart| cart.lines.iter().find(|line| line.sku == wanted).cloned()));
    let part = move |of: fn(&CartLine) -> String| move || line.with(|line| line.as_ref().map(of));
    let waiting = {
        let sku = sku.clone();
        move || shared.waiting.with(|changes| changes.iter().any(|change| change.sku() == sku.as_str()))
    };
    let id = format!("line-{sku}");
    let gone = first.problem == Some(LineProblem::Gone);
    view! {
        <li class="cart-line" id=id tabindex="-1" class:waiting=waiting>
            <Thumbnail line=first.clone()/>
            <div class="cart-line-what">
                <Name line=first.clone()/>
                {(!gone).then(|| view! { <p class="cart-line-unit">{part(|line| line.unit_price.to_string())}" each"</p> })}
            </div>
            // What is gone has one button, and its problem brings it.
            {(!gone)
                .then(|| {
                    view! {
                        <p class="cart-line-total">{part(line_total)}</p>
                        <div class="cart-line-actions">
                            <Quantity first=first.clone() line=line shared=shared from=from.clone()/>
                            <Remove line=first shared=shared from=from.clone()/>
                        </div>
                    }
                })}
            {move || {
                let problem = line.with(|line| line.as_ref().and_then(|line| line.problem.clone()))?;
                Some(problem_view(&problem, sku.clone(), shared, from.clone()))
            }}
        </li>
    }
    .into_any()
}

fn line_total(line: &CartLine) -> String {
    line.unit_price.checked_times(line.quantity).map(|total| total.to_string()).unwrap_or_default()
}

#[component]
fn Thumbnail(line: CartLine) -> impl IntoView {
    let picture = line.image.map(|image| {
        view! { <Picture stem=image.stem alt=String::new() width=image.width height=image.height widths=image.widths sizes=LINE_SIZES/> }
    });
    view! { <div class="cart-line-picture">{picture}</div> }
}

#[component]
fn Name(line: CartLine) -> impl IntoView {
    let name = if line.slug.is_empty() {
        view! { <p class="cart-line-name">{line.name}</p> }.into_any()
    } else {
        let href = format!("/p/{}?sku={}", line.slug, line.sku);
        view! { <p class="cart-line-name"><a href=href>{line.name}</a></p> }.into_any()
    };
    let variant = (!line.variant.is_empty()).then(|| view! { <p class="cart-line-variant">{line.variant}</p> });
    view! {
        {name}
        {variant}
    }
}

/// A typed number between two buttons. Without scripts each button is a form of its own.
#[component]
fn Quantity(first: CartLine, line: Memo<Option<CartLine>>, shared: Shared, from: String) -> impl IntoView {
    let sku = first.sku;
    let input = NodeRef::<Input>::new();
    let id = format!("quantity-{sku}");
    let error_id = format!("{id}-error");
    let refused = {
        let sku = sku.clone();
        Memo::new(move |_| shared.refused.with(|refused| refused.as_ref().filter(|r| r.sku == sku.as_str()).map(|r| r.message.clone())))
    };
    let typed = shared.refused.with_untracked(|refused| refused.as_ref().filter(|r| r.sku == sku.as_str()).map(|r| r.quantity.clone()));
    // After an answer the field shows what the cart holds, whatever was typed into it.
    Effect::new(move |again: Option<()>| {
        shared.settled.track();
        let quantity = line.with(|line| line.as_ref().map(|line| line.quantity));
        if let (Some(()), Some(input), Some(quantity)) = (again, input.get(), quantity) {
            input.set_value(&quantity.to_string());
        }
    });
    let ask = {
        let sku = sku.clone();
        move |typed: String| {
            if line.with_untracked(|line| line.as_ref().is_some_and(|line| line.quantity.to_string() == typed)) {
                return;
            }
            if let Some(quantity) = typed.parse().ok().filter(|quantity| (1..=MAX_QUANTITY).contains(quantity)) {
                shared.show_quantity(&sku, quantity);
            }
            shared.ask(Change::Set(sku.clone(), typed));
        }
    };
    let step = {
        let ask = ask.clone();
        move |event: SubmitEvent, by: i64| {
            event.prevent_default();
            let quantity = line.with_untracked(|line| line.as_ref().map_or(1, |line| i64::from(line.quantity)));
            ask((quantity + by).clamp(1, i64::from(MAX_QUANTITY)).to_string());
        }
    };
    let (less, more) = (step.clone(), step);
    let (on_change, on_submit) = (ask.clone(), ask);
    view! {
        <div class="stepper">
            <StepForm sku=sku.clone() quantity=first.quantity.saturating_sub(1).max(1) icon=Icon::Minus label="One less" from=from.clone() on_step=move |event| less(event, -1)/>
            <form
                method="post"
                action="/api/cart/set"
                on:submit=move |event: SubmitEvent| {
                    event.prevent_default();
                    on_submit(input.get_untracked().map(|input| input.value()).unwrap_or_default());
                }
            >
                <input type="hidden" name="from" value=from.clone()/>
                <input type="hidden" name="sku" value=sku.to_string()/>
                <label class="sr-only" for=id.clone()>"Quantity"</label>
                <input
                    node_ref=input
                    id=id
                    name="quantity"
                    inputmode="numeric"
                    autocomplete="off"
                    maxlength="2"
                    value=typed.unwrap_or_else(|| first.quantity.to_string())
                    aria-describedby=error_id.clone()
                    aria-invalid=move || refused.with(Option::is_some).then_some("true")
                    on:change=move |event: Event| on_change(event_target_value(&event))
                />
                <button type="submit" class="stepper-update">"Update"</button>
            </form>
            <StepForm sku=sku quantity=first.quantity.saturating_add(1).min(MAX_QUANTITY) icon=Icon::Plus label="One more" from=from on_step=move |event| more(event, 1)/>
        </div>
        <p class="field-error line-error" id=error_id role="alert">{refused}</p>
    }
    .into_any()
}

#[component]
fn StepForm(sku: Sku, quantity: u32, icon: Icon, label: &'static str, from: String, on_step: impl Fn(SubmitEvent) + 'static) -> impl IntoView {
    view! {
        <form method="post" action="/api/cart/set" on:submit=on_step>
            <input type="hidden" name="from" value=from/>
            <input type="hidden" name="sku" value=sku.to_string()/>
            <input type="hidden" name="quantity" value=quantity/>
            <button type="submit" aria-label=label><Drawn icon=icon/></button>
        </form>
    }
}

#[component]
fn Remove(line: CartLine, shared: Shared, from: String) -> impl IntoView {
    let sku = line.sku.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        shared.ask(Change::Remove(sku.clone()));
        shared.show_without(&sku);
    };
    view! {
        <form method="post" action="/api/cart/remove" class="cart-line-remove" on:submit=submit>
            <input type="hidden" name="from" value=from/>
            <input type="hidden" name="sku" value=line.sku.to_string()/>
            <button type="submit" class="button-text">"Remove"<span class="sr-only">" "{line.name}</span></button>
        </form>
    }
}

/// What stands in the way of this line, and the button that settles it.
fn problem_view(problem: &LineProblem, sku: Sku, shared: Shared, from: String) -> AnyView {
    let (message, fix) = (problem.message(), problem.fix());
    let value = sku.to_string();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        shared.ask(Change::Accept(sku.to_string()));
    };
    view! {
        <form method="post" action="/api/cart/accept" class="cart-line-problem" on:submit=submit>
            <input type="hidden" name="from" value=from/>
            <input type="hidden" name="sku" value=value/>
            <p><Drawn icon=Icon::Alert/>{message}</p>
            <button type="submit" class="button button-quiet">{fix}</button>
        </form>
    }
    .into_any()
}
