//! Words on things: badges, chips, stock; and the colours behind them.

use leptos::prelude::*;

use super::{Group, STACKED};
use crate::features::catalog::pages::buy_box::StockWords;
use crate::features::inventory::model::Availability;
use crate::ui::badge::{Badge, Ground, Tone};
use crate::ui::chip::{self, Chip, ChipState};
use crate::ui::swatch::{Dot, DotSize, SWATCHES};
use crate::ui::tint::TINTS;

#[component]
pub fn WordsOnThings() -> impl IntoView {
    view! {
        <Group id="words" heading="Words on things">
            {sample!("Badge", <Badge text="Sold out" tone=Tone::Plain/>)}
            {sample!("Badge, good", <Badge text="Paid" tone=Tone::Good/>)}
            {sample!("Badge, sale", <Badge text="−20%" tone=Tone::Sale/>)}
            {sample!("Badge, warning", <Badge text="Only 3 left" tone=Tone::Warning/>)}
            {sample!("Badge on the plain page", <Badge text="Paid" tone=Tone::Good ground=Ground::Sunken/>)}
            {sample!("Chip", <Chip href="#words">"Linen"</Chip>)}
            {sample!("Chip, chosen", <Chip href="#words" state=ChipState::Chosen>"Linen"</Chip>)}
            {sample!("Chip, gone", <Chip href="#words" state=ChipState::Gone>"Linen"<span class="sr-only">", sold out"</span></Chip>)}
            {sample!("Chip, chosen and gone", <Chip href="#words" state=ChipState::ChosenGone>"Linen"<span class="sr-only">", sold out"</span></Chip>)}
            {sample!("Chip with a colour", <Chip href="#words"><Dot ground="bg-swatch-moss" size=DotSize::Large/>"Moss"</Chip>)}
            {sample!("In stock", <StockWords availability=Availability::InStock/>)}
            {sample!("Few left", <StockWords availability=Availability::Low(3)/>)}
            {sample!("Sold out", <StockWords availability=Availability::SoldOut/>)}
        </Group>
    }
    .into_any()
}

#[component]
pub fn Colours() -> impl IntoView {
    let dots = SWATCHES
        .map(|(name, ground)| view! { <li class="flex items-center"><Dot ground=ground size=DotSize::Large/>{name}</li> })
        .collect_view();
    let grounds = TINTS
        .map(|(name, tint)| view! { <li class=format!("rounded-tile px-4 py-3 text-on-tint tint-ground {tint}")>{name}</li> })
        .collect_view();
    view! {
        <Group id="colours" heading="Colours of goods" class=STACKED>
            <ul class="flex flex-wrap gap-x-6 gap-y-2">{dots}</ul>
            <ul class=chip::LIST>{grounds}</ul>
        </Group>
    }
    .into_any()
}
