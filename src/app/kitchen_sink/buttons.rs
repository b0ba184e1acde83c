//! Buttons, links that are pressed, and the drawings on them.

use leptos::prelude::*;
use strum::VariantArray as _;

use super::{Group, STACKED};
use crate::ui::actions::{ACTIONS, ActionLink};
use crate::ui::button::{Button, ButtonKind, ButtonLink, ICON, PRIMARY, QUIET};
use crate::ui::icon::{Drawn, Icon};
use crate::ui::link;

#[component]
pub fn Buttons() -> impl IntoView {
    view! {
        <Group id="buttons" heading="Buttons and links">
            {sample!("Primary", <Button>"Add to cart"</Button>)}
            {sample!("Quiet", <Button kind=ButtonKind::Quiet>"Apply"</Button>)}
            {sample!("Words alone", <Button kind=ButtonKind::Text>"Remove"</Button>)}
            {sample!("Wide", <Button kind=ButtonKind::Wide>"Pay €42.10"</Button>)}
            {sample!("Wide and quiet", <Button kind=ButtonKind::QuietWide>"Keep looking"</Button>)}
            {sample!("Disabled", <button type="button" class=PRIMARY disabled=true>"Sold out"</button>)}
            {sample!("Disabled, quiet", <button type="button" class=QUIET disabled=true>"Apply"</button>)}
            {sample!("Busy", <button type="button" class=PRIMARY aria-disabled="true">"Adding…"</button>)}
            {sample!("A link as a button", <ButtonLink href="#buttons">"Go to the shop"</ButtonLink>)}
            {sample!("A quiet one", <ButtonLink href="#buttons" kind=ButtonKind::Quiet>"Back to cart"</ButtonLink>)}
            {sample!("A drawing alone", <button type="button" class=ICON aria-label="Close"><Drawn icon=Icon::Close/></button>)}
            {sample!("A link in a text", <a href="#buttons">"About delivery"</a>)}
            {sample!("A quiet link", <a class=link::QUIET href="#buttons">"Edit"</a>)}
            {sample!("A link of a list", <a class=link::SOFT href="#buttons">"Terms and conditions"</a>)}
            {sample!("Links side by side", <p class=ACTIONS><Button>"Save"</Button><ActionLink href="#buttons">"Cancel"</ActionLink></p>)}
        </Group>
    }
    .into_any()
}

#[component]
pub fn Icons() -> impl IntoView {
    let all = Icon::VARIANTS
        .iter()
        .copied()
        .map(|icon| view! { <li class="flex items-center gap-2"><Drawn icon=icon/>{format!("{icon:?}")}</li> })
        .collect_view();
    view! {
        <Group id="icons" heading="Drawings" class=STACKED>
            <ul class="flex flex-wrap gap-x-6 gap-y-3">{all}</ul>
            {sample!("Small, usual, large", <p class="flex items-center gap-2"><Drawn icon=Icon::Basket class="size-4"/><Drawn icon=Icon::Basket/><Drawn icon=Icon::Basket class="size-6"/></p>)}
        </Group>
    }
    .into_any()
}
