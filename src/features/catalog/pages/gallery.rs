//! A product's pictures: a strip that is swiped or moved by keys, and small ones that lead to each.

use leptos::prelude::*;

use crate::features::catalog::model::{Image, Product, Variant};
use crate::ui::icon::{Drawn, Icon};
use crate::ui::picture::{Loading, file};

use super::tile::ProductPicture;

const MAIN_SIZES: &str = "(min-width: 60rem) 40rem, 100vw";

/// A link to a picture moves the strip, not the page.
const PICTURE: &str = "relative aspect-square shrink-0 basis-full snap-center scroll-mt-[100vh] overflow-hidden rounded-tile tint-ground";

/// The pictures in the order they are shown: the variant's own comes first.
pub fn images_of(product: &Product, variant: &Variant) -> Vec<Image> {
    let first = product.image_of(variant).cloned();
    let others = product.info.images.iter().filter(|image| Some(*image) != first.as_ref()).cloned();
    first.clone().into_iter().chain(others).collect()
}

#[component]
pub fn Gallery(images: Vec<Image>, tint: &'static str) -> impl IntoView {
    let count = images.len();
    if count == 0 {
        return view! { <div class=format!("min-w-0 {tint}")><div class=PICTURE data-gallery-picture><ProductPicture image=None alt="" sizes=MAIN_SIZES/></div></div> }.into_any();
    }
    let thumbs = images.clone();
    view! {
        <section class=format!("min-w-0 {tint}") aria-label="Pictures">
            // Focusable, so that arrow keys move it.
            <ul class="flex snap-x snap-mandatory gap-2 overflow-x-auto rounded-tile [scrollbar-width:none]" tabindex=(count > 1).then_some("0")>
                {images
                    .into_iter()
                    .enumerate()
                    .map(|(index, image)| {
                        let alt = image.alt.clone();
                        let loading = if index == 0 { Loading::First } else { Loading::Lazy };
                        view! {
                            <li id=format!("image-{}", index + 1) class=PICTURE data-gallery-picture>
                                <ProductPicture image=Some(image.clone()) alt=alt.clone() sizes=MAIN_SIZES loading=loading/>
                                <Zoom image=image alt=alt number=index + 1/>
                                {(count > 1).then(|| view! { <p class="absolute right-3 bottom-3 rounded-full bg-glass px-2.5 text-small text-on-tint"><span class="sr-only">"Image "</span>{format!("{} of {count}", index + 1)}</p> })}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            {(count > 1)
                .then(|| {
                    view! {
                        <ol class="mt-3 grid auto-cols-[4.75rem] grid-flow-col gap-2 overflow-x-auto lit-for-day [scrollbar-width:none]">
                            {thumbs
                                .into_iter()
                                .enumerate()
                                .map(|(index, image)| view! { <li><Thumb image=image number=index + 1/></li> })
                                .collect_view()}
                        </ol>
                    }
                })}
        </section>
    }
    .into_any()
}

/// The picture as large as it is, in a panel that the browser itself opens and closes.
#[component]
fn Zoom(image: Image, alt: String, number: usize) -> impl IntoView {
    let id = format!("zoom-{number}");
    let (own_id, label) = (id.clone(), alt.clone());
    let largest = image.widths.last().copied().unwrap_or(image.width);
    view! {
        <button type="button" class="absolute top-3 right-3 grid size-11 place-items-center rounded-full bg-glass text-on-tint hover:bg-white" popovertarget=id.clone() aria-label=format!("Enlarge image {number}")><Drawn icon=Icon::Enlarge/></button>
        <div id=own_id class="h-dvh max-h-none w-screen max-w-none bg-paper" popover="auto" role="dialog" aria-label=label>
            <div class="grid size-full touch-manipulation place-items-center-safe overflow-auto" tabindex="0" data-zoom>
                <img class="h-auto w-[max(100dvh,100vw)] max-w-none" src=file(&image.stem, largest, "webp") width=image.width height=image.height alt=alt loading="lazy" decoding="async"/>
            </div>
            <button type="button" class="absolute top-3 right-3 grid size-11 place-items-center rounded-full bg-raised text-ink" popovertarget=id popovertargetaction="hide" aria-label="Close"><Drawn icon=Icon::Close/></button>
        </div>
    }
    .into_any()
}

#[component]
fn Thumb(image: Image, number: usize) -> impl IntoView {
    let width = image.widths.first().copied().unwrap_or(image.width);
    view! {
        <a class="block overflow-hidden rounded-control" href=format!("#image-{number}")>
            <img class="aspect-square w-full object-cover hover:opacity-85" src=file(&image.stem, width, "webp") width="240" height="240" alt=format!("Image {number}") loading="lazy" decoding="async"/>
        </a>
    }
}
