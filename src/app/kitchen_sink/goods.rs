//! Goods: tiles of a grid, lines of a cart, pictures.

use leptos::prelude::*;

use super::{Group, STACKED};
use crate::features::catalog::model::{Image, ProductCard};
use crate::features::catalog::pages::tile::{MissingPicture, ProductTile};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::choice_card::ChoiceCard;
use crate::ui::form::Ticked;
use crate::ui::goods_line::{GoodsLine, LineActions, LinePicture, LineTotal, LineWords};
use crate::ui::picture::{Loading, Picture};
use crate::ui::stepper::{End, STEPPER, STEPPER_FORM, StepperButton, StepperField};
use crate::ui::type_erasure::erase_on_server;

const SIZES: &str = "15rem";

#[component]
pub fn Tiles(card: Option<ProductCard>) -> impl IntoView {
    let card = card?;
    let usual = card.clone();
    let sold_out = ProductCard { in_stock: false, ..card.clone() };
    let reduced = ProductCard {
        compare_at: card.price.checked_times(2).ok(),
        in_stock: true,
        ..card.clone()
    };
    let varied = ProductCard {
        price_varies: true,
        first_option_count: 4,
        only_sku: None,
        colours: ["Moss", "Clay", "Oat", "Navy"].map(str::to_owned).to_vec(),
        in_stock: true,
        ..card.clone()
    };
    let long = ProductCard {
        name: "A teapot with a name so long that it takes more than the two lines which a tile has for it".to_owned(),
        image: None,
        second_image: None,
        ..card
    };
    let list = "grid grid-cols-[14.5rem]";
    Some(view! {
        <Group id="tiles" heading="Tiles">
            {sample!("Tile", <ul class=list><ProductTile card=usual loading=Loading::Lazy from="/".to_owned()/></ul>)}
            {sample!("Reduced", <ul class=list><ProductTile card=reduced loading=Loading::Lazy from="/".to_owned()/></ul>)}
            {sample!("Sold out", <ul class=list><ProductTile card=sold_out loading=Loading::Lazy from="/".to_owned()/></ul>)}
            {sample!("With options", <ul class=list><ProductTile card=varied loading=Loading::Lazy from="/".to_owned()/></ul>)}
            {sample!("Long name, no picture", <ul class=list><ProductTile card=long loading=Loading::Lazy from="/".to_owned()/></ul>)}
        </Group>
    })
}

fn picture(image: Option<Image>) -> impl IntoView {
    image.map(|image| {
        let Image { stem, alt, width, height, widths } = image;
        erase_on_server(view! { <Picture stem=stem alt=alt width=width height=height widths=widths sizes=SIZES/> })
    })
}

#[component]
pub fn Lines(image: Option<Image>) -> impl IntoView {
    view! {
        <Group id="lines" heading="Lines and choices" class=STACKED>
            {sample!("A line of a cart",
                <ul>
                    <GoodsLine>
                        <LinePicture>{picture(image)}</LinePicture>
                        <LineWords name="Teapot".to_owned() href=Some("/p/teapot".to_owned()) details=vec!["Moss".to_owned(), "€49.00 each".to_owned()]/>
                        <LineTotal amount="€98.00"/>
                        <LineActions><Button kind=ButtonKind::Text>"Remove"</Button></LineActions>
                    </GoodsLine>
                </ul>
            )}
            {sample!("A number between two buttons",
                <div class=STEPPER>
                    <form><StepperButton end=End::Less label="One less"/></form>
                    <form class=STEPPER_FORM><StepperField id="sink-quantity".to_owned() name="quantity" label="Quantity" value="2".to_owned() is_invalid=false described_by="lines".to_owned()/></form>
                    <form><StepperButton end=End::More label="One more"/></form>
                </div>
            )}
            {sample!("One of several ways",
                <fieldset>
                    <ChoiceCard id="sink-standard".to_owned() name="sink_way" value="standard".to_owned() ticked=Ticked::Yes label="Standard" hint="2 to 4 days" price="€4.95"/>
                    <ChoiceCard id="sink-express".to_owned() name="sink_way" value="express".to_owned() ticked=Ticked::No label="Express" hint="Tomorrow" price="€12.50"/>
                </fieldset>
            )}
        </Group>
    }
    .into_any()
}

#[component]
pub fn Pictures(image: Option<Image>) -> impl IntoView {
    let shown = image.map(|image| {
        let Image { stem, alt, width, height, widths } = image;
        sample!("On its ground", <div class="aspect-square overflow-hidden rounded-tile tint-ground tint-kitchen"><Picture stem=stem alt=alt width=width height=height widths=widths sizes=SIZES/></div>)
    });
    view! {
        <Group id="pictures" heading="Pictures">
            {shown}
            {sample!("None yet", <div class="aspect-square rounded-tile tint-ground tint-plain"><MissingPicture/></div>)}
        </Group>
    }
    .into_any()
}
