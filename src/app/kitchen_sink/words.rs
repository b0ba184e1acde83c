//! Everything but fields: buttons, words on things, prices, answers, ways, pictures, drawings.

use leptos::prelude::*;
use strum::VariantArray as _;

use super::Group;
use crate::features::catalog::model::Image;
use crate::shared::error::AppError;
use crate::shared::ids::Sku;
use crate::shared::money::{BasisPoints, Currency, Money};
use crate::shared::pagination::{PageNumber, PageSize, Paging};
use crate::shared::pricing::{
    PricingInput, PricingLine, Promotion, PromotionEffect, PromotionScope, TaxBasis, TaxClass,
    TaxTable, Totals, price,
};
use crate::ui::badge::{Badge, Tone};
use crate::ui::breadcrumb::Breadcrumb;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::dates;
use crate::ui::empty_state::{EmptyState, HeadingLevel};
use crate::ui::error_summary::ErrorSummary;
use crate::ui::icon::{Drawn, Icon};
use crate::ui::notice::NoticePlace;
use crate::ui::pagination::Pagination;
use crate::ui::picture::{Loading, Picture};
use crate::ui::price::{Price, PriceRange, percent_off};
use crate::ui::tint::tint_class;
use crate::ui::totals::{ShippingLine, TotalsBlock};
use crate::ui::type_erasure::erase_on_server;
use crate::web::notice::{Notice, Undo};

const TINTS: [&str; 16] = [
    "kitchen",
    "table",
    "lighting",
    "furniture",
    "textiles",
    "clothing",
    "shoes",
    "bags",
    "watches-and-jewellery",
    "audio",
    "cameras",
    "stationery-and-books",
    "garden",
    "outdoors",
    "play",
    "unknown",
];
/// 22 November 2026, 19:30 UTC.
const MOMENT: i64 = 1_795_375_800_000;

#[component]
pub fn Buttons() -> impl IntoView {
    view! {
        <Group id="buttons" heading="Buttons and links">
            <div class="chips">
                <Button>"Add to cart"</Button>
                <Button kind=ButtonKind::Quiet>"Apply"</Button>
                <Button kind=ButtonKind::Text>"Remove"</Button>
                <button type="button" class="button" disabled=true>"Sold out"</button>
                <button type="button" class="button" aria-disabled="true">"Adding…"</button>
                <a class="button" href="#buttons">"A link as a button"</a>
                <a class="button button-quiet" href="#buttons">"A quiet one"</a>
                <a href="#buttons">"A plain link"</a>
                <a class="quiet-link" href="#buttons">"A quiet link"</a>
            </div>
            <p><button type="button" class="button button-wide">"Pay €42.10"</button></p>
        </Group>
    }
    .into_any()
}

#[component]
pub fn WordsOnThings() -> impl IntoView {
    view! {
        <Group id="words" heading="Words on things">
            <ul class="chips">
                <li><Badge text="Plain" tone=Tone::Plain/></li>
                <li><Badge text="Paid" tone=Tone::Good/></li>
                <li><Badge text="−20%" tone=Tone::Sale/></li>
                <li><Badge text="Only 3 left" tone=Tone::Warning/></li>
            </ul>
            <ul class="chips">
                <li><a class="chip" href="#words">"Moss"</a></li>
                <li><a class="chip" href="#words" aria-current="true">"Sand"</a></li>
                <li><a class="chip chip-gone" href="#words">"Clay"<span class="sr-only">", sold out"</span></a></li>
            </ul>
            <p class="stock stock-in">"In stock"</p>
            <p class="stock stock-low">"Only 3 left"</p>
            <p class="stock stock-out">"Sold out at the moment"</p>
            <ul class="chips">{TINTS.map(|name| view! { <li class=format!("lead-good {}", tint_class(name))>{name}</li> }).collect_view()}</ul>
        </Group>
    }
    .into_any()
}

#[component]
pub fn Prices() -> impl IntoView {
    let eur = |minor| Money::new(minor, Currency::EUR);
    let saved =
        percent_off(eur(3_900), eur(4_900)).map(|percent| format!("{percent}% less than before"));
    view! {
        <Group id="prices" heading="Prices and totals">
            <Price price=eur(4_900) compare_at=None/>
            <Price price=eur(4_900) compare_at=None range=PriceRange::From/>
            <Price price=eur(3_900) compare_at=Some(eur(4_900)) lowest_30_days=Some(eur(4_100))/>
            <Price price=eur(3_900) compare_at=Some(eur(4_900)) range=PriceRange::From/>
            <Price price=eur(104_210_000) compare_at=Some(eur(204_210_000))/>
            <Price price=Money::new(1_250, Currency::KWD) compare_at=None/>
            <p>{saved}</p>
            <TotalsBlock totals=totals(PricesHold::Tax, vec![spring_sale()]) shipping=ShippingLine::Priced/>
            <TotalsBlock totals=totals(PricesHold::Tax, Vec::new()) shipping=ShippingLine::Estimated/>
            <TotalsBlock totals=totals(PricesHold::Tax, Vec::new()) shipping=ShippingLine::Later/>
            <TotalsBlock totals=totals(PricesHold::NoTax, Vec::new()) shipping=ShippingLine::None/>
        </Group>
    }
    .into_any()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PricesHold {
    Tax,
    NoTax,
}

fn totals(hold: PricesHold, promotions: Vec<Promotion>) -> Totals {
    let line = |name: &str, quantity, minor, tax_class| PricingLine {
        sku: Sku::new("SINK"),
        name: name.to_owned(),
        quantity,
        unit_price: Money::new(minor, Currency::EUR),
        tax_class,
        needs_shipping: true,
    };
    let lines = vec![
        line("Teapot", 2, 4_900, TaxClass::Standard),
        line("The Long Way Round", 1, 1_850, TaxClass::Reduced),
    ];
    let input = PricingInput {
        currency: Currency::EUR,
        prices_include_tax: hold == PricesHold::Tax,
        taxes: TaxTable {
            basis: TaxBasis::Shop,
            standard: BasisPoints(2_100),
            reduced: BasisPoints(900),
        },
        lines,
        promotions,
        shipping: None,
    };
    price(&input).expect("amounts as small as these have a sum")
}

fn spring_sale() -> Promotion {
    Promotion {
        id: "spring".to_owned(),
        label: "Spring sale, 10% off".to_owned(),
        effect: PromotionEffect::PercentOff(BasisPoints(1_000)),
        scope: PromotionScope::AllLines,
    }
}

#[component]
pub fn Answers() -> impl IntoView {
    let several = AppError::invalid("invalid_fields", "Some fields need another look.")
        .with_field("sink_refused", "Enter an e-mail address, such as anna@example.com.")
        .with_field("sink_select_refused", "Choose a colour.");
    let one =
        AppError::conflict("not_enough_stock", "Only 2 of these are left. Choose 2 or fewer.");
    view! {
        <Group id="answers" heading="Answers">
            <NoticePlace notice=Some(taken_back())/>
            <ErrorSummary error=several/>
            <ErrorSummary error=one/>
            <EmptyState heading="Your cart is empty" text="What you add stays here for thirty days." action="Go to the shop" href="/" level=HeadingLevel::Two/>
        </Group>
    }
    .into_any()
}

#[component]
pub fn Wayfinding(time_zone: String) -> impl IntoView {
    let steps =
        vec![("Home".to_owned(), "/".to_owned()), ("Kitchen".to_owned(), "/c/kitchen".to_owned())];
    // In the middle of many: every part of it is there. A page has one, as its landmark has one
    // name.
    let paging = PageNumber::try_from(10)
        .ok()
        .and_then(|page| Paging::new(page, PageSize::TwentyFour, 500).ok());
    view! {
        <Group id="ways" heading="Where one is">
            <Breadcrumb steps=steps current="A teapot with a name that takes more than one line on a small screen"/>
            {paging.map(|paging| view! { <Pagination paging=paging base="/kitchen-sink".to_owned()/> })}
            <p>{dates::day(MOMENT, &time_zone)}" – "{dates::day_and_time(MOMENT, &time_zone)}" – "{dates::time(MOMENT, &time_zone)}</p>
        </Group>
    }
    .into_any()
}

#[component]
pub fn Pictures(image: Option<Image>) -> impl IntoView {
    let pictures = image.map(|image| {
        [Loading::Lazy, Loading::Eager]
            .map(|loading| {
                let Image { stem, alt, width, height, widths } = image.clone();
                let picture = view! { <Picture stem=stem alt=alt width=width height=height widths=widths sizes="15rem" loading=loading/> };
                view! { <li class="lead-good tint-kitchen">{erase_on_server(picture)}</li> }
            })
            .collect_view()
    });
    view! {
        <Group id="pictures" heading="Pictures">
            <ul class="lead-goods">
                {pictures}
                <li class="lead-good tint-plain"><span class="picture-missing">"No picture yet"</span></li>
            </ul>
        </Group>
    }
    .into_any()
}

#[component]
pub fn Icons() -> impl IntoView {
    view! {
        <Group id="icons" heading="Drawings">
            <ul class="chips">{Icon::VARIANTS.iter().copied().map(|icon| view! { <li class="chip"><Drawn icon=icon/>{format!("{icon:?}")}</li> }).collect_view()}</ul>
        </Group>
    }
    .into_any()
}

fn taken_back() -> Notice {
    let undo = Undo { action: "/api/cart/add".to_owned(), fields: Vec::new() };
    Notice { text: "Removed from your cart.".to_owned(), undo: Some(undo) }
}
