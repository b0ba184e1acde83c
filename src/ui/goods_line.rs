//! One thing in a cart, an order or a summary: its picture, what it is, what it costs.

use leptos::prelude::*;

/// How much room a line has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Room {
    /// As wide as the page's column.
    #[default]
    Page,
    /// In the panel beside the page.
    Drawer,
}

impl Room {
    const fn line(self) -> &'static str {
        match self {
            Self::Page => {
                "grid grid-cols-[5rem_minmax(0,1fr)_auto] items-start gap-x-4 gap-y-2 border-b border-line py-5 break-inside-avoid sm:grid-cols-[6rem_minmax(0,1fr)_auto_6rem] removed:block removed:py-3"
            }
            Self::Drawer => {
                "grid grid-cols-[4.5rem_minmax(0,1fr)_auto] items-start gap-x-4 gap-y-2 border-b border-line py-5 last:border-0"
            }
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Page => "sm:row-span-2",
            Self::Drawer => "col-start-2 row-start-1",
        }
    }

    const fn total(self) -> &'static str {
        match self {
            Self::Page => {
                "col-start-3 row-start-1 text-right font-semibold tabular-nums sm:col-start-4"
            }
            Self::Drawer => "col-start-3 row-start-1 text-right font-semibold tabular-nums",
        }
    }

    const fn actions(self) -> &'static str {
        match self {
            Self::Page => {
                "col-span-2 col-start-2 flex flex-wrap justify-between gap-x-4 gap-y-1 sm:contents"
            }
            Self::Drawer => {
                "col-span-2 col-start-2 row-start-2 flex flex-wrap justify-between gap-x-4 gap-y-1"
            }
        }
    }
}

#[component]
pub fn GoodsLine(
    #[prop(default = Room::Page)] room: Room,
    /// For a script that finds it, and takes the focus when its neighbour goes.
    #[prop(optional)]
    id: Option<String>,
    children: Children,
) -> impl IntoView {
    let tabindex = id.is_some().then_some("-1");
    view! { <li class=room.line() id=id tabindex=tabindex>{children()}</li> }
}

/// The picture on its ground, as wide as its column.
#[component]
pub fn LinePicture(children: Children) -> impl IntoView {
    view! {
        <div class="relative row-span-2 aspect-square overflow-hidden rounded-control tint-ground [&_img]:size-full [&_img]:object-cover">
            {children()}
        </div>
    }
}

/// Its name as a link, and what else there is to know.
#[component]
pub fn LineWords(
    name: String,
    /// A link without an address is plain text.
    href: Option<String>,
    details: Vec<String>,
    #[prop(default = Room::Page)] room: Room,
) -> impl IntoView {
    view! {
        <div class=room.words()>
            <p class="leading-snug font-semibold"><a class=LINE_LINK href=href>{name}</a></p>
            {details.into_iter().map(|text| view! { <p class="text-fine text-soft">{text}</p> }).collect_view()}
        </div>
    }
}

/// A name that leads somewhere: as tall as a finger, without pushing the lines around it apart.
pub const LINE_LINK: &str =
    "relative -my-3 inline-block py-3 text-inherit no-underline hover:underline";
/// For other pictures of goods: a rounded square.
pub const PICTURE: &str = "relative aspect-square overflow-hidden rounded-control tint-ground [&_img]:size-full [&_img]:object-cover";

#[component]
pub fn LineTotal(
    #[prop(into)] amount: String,
    #[prop(default = Room::Page)] room: Room,
    #[prop(optional)] id: Option<String>,
) -> impl IntoView {
    view! { <p class=room.total() id=id>{amount}</p> }
}

/// What can be done with it.
#[component]
pub fn LineActions(#[prop(default = Room::Page)] room: Room, children: Children) -> impl IntoView {
    view! { <div class=room.actions()>{children()}</div> }
}
