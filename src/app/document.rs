//! The HTML document around every page: head, the one style block, the one script that wakes the
//! islands.

use leptos::prelude::*;

use crate::ui::structured_data::{DATA_BLOCK, data_block};
use crate::web::notice::Notice;
use crate::web::page::{Frame, PageResponse, Subject};

use super::admin_frame::AdminFrame;
use super::frame::{CheckoutFrame, ShopFrame};

/// What every document has in common; rebuilt every 30 seconds, because departments change.
pub struct Shell {
    pub store_name: String,
    pub tagline: String,
    pub base_url: String,
    /// The shop's whole stylesheet, inlined: a page needs no second request to be readable.
    pub style: String,
    /// The address of the admin's own stylesheet, which its pages have instead.
    pub admin_style: String,
    /// Starts the interactive parts after the page has loaded, shows the network state, and
    /// animates images between pages.
    pub boot_script: String,
    pub departments: Vec<(String, String)>,
}

/// Draws a page inside its frame.
pub fn document(
    shell: &Shell,
    view: PageResponse,
    location: &str,
    notice: Option<Notice>,
) -> AnyView {
    let title = if view.title.is_empty() {
        format!("{} · {}", shell.store_name, shell.tagline)
    } else {
        format!("{} · {}", view.title, shell.store_name)
    };
    let canonical = view.canonical.as_ref().map(|path| format!("{}{path}", shell.base_url));
    let robots = (!view.is_indexed()).then_some("noindex");
    let description = (!view.description.is_empty()).then(|| view.description.clone());
    let card = canonical.clone().map(|url| {
        let picture = view.picture.map(|path| format!("{}{path}", shell.base_url));
        view! { <SocialCard site=shell.store_name.clone() title=title.clone() description=view.description subject=view.subject url=url picture=picture/> }
    });
    let data = (!view.data.is_empty())
        .then(|| view! { <script type=DATA_BLOCK>{data_block(&view.data)}</script> });
    let content = (view.body)();
    if view.frame == Frame::Part {
        return content;
    }
    let style = if matches!(view.frame, Frame::Admin(_)) {
        let address = shell.admin_style.clone();
        view! { <link rel="stylesheet" href=address/> }.into_any()
    } else {
        view! { <style>{shell.style.clone()}</style> }.into_any()
    };
    let framed = match view.frame {
        Frame::Shop => {
            let path = location.split(['?', '#']).next().unwrap_or_default().to_owned();
            view! {
                <ShopFrame store_name=shell.store_name.clone() departments=shell.departments.clone() search_text=view.search_text notice=notice path=path>
                    {content}
                </ShopFrame>
            }
            .into_any()
        }
        Frame::Checkout => view! {
            <CheckoutFrame store_name=shell.store_name.clone() notice=notice>{content}</CheckoutFrame>
        }
        .into_any(),
        Frame::Admin(role) => view! {
            <AdminFrame store_name=shell.store_name.clone() role=role path=location.to_owned() notice=notice>{content}</AdminFrame>
        }
        .into_any(),
        Frame::Part => ().into_any(),
    };
    let refresh_seconds = view.refresh_every.map(|every| every.as_secs());
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>{title}</title>
                {description.map(|text| view! { <meta name="description" content=text/> })}
                {canonical.map(|url| view! { <link rel="canonical" href=url/> })}
                {robots.map(|value| view! { <meta name="robots" content=value/> })}
                {refresh_seconds.map(|seconds| view! { <noscript><meta http-equiv="refresh" content=seconds/></noscript> })}
                {card}
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#fcfaf6"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#0d1713"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {font_ahead()}
                {style}
                // Before anything is drawn: a page can say where its picture travels from only in
                // its first frame.
                <script>{shell.boot_script.clone()}</script>
            </head>
            <body data-ask-again=refresh_seconds>
                {framed}
                {data}
            </body>
        </html>
    }
    .into_any()
}

/// What networks show when someone shares the page (ogp.me).
#[component]
fn SocialCard(
    site: String,
    title: String,
    description: String,
    subject: Subject,
    url: String,
    picture: Option<String>,
) -> impl IntoView {
    let size = if picture.is_some() { "summary_large_image" } else { "summary" };
    view! {
        {property("og:site_name", site)}
        {property("og:title", title)}
        {property("og:description", description)}
        {property("og:type", subject.key().to_owned())}
        {property("og:url", url)}
        {picture.map(|address| property("og:image", address))}
        <meta name="twitter:card" content=size/>
    }
}

/// Every page is set in it; the other one comes with the titles. The macro cannot write `as`.
fn font_ahead() -> impl IntoView {
    let link =
        leptos::html::link().attr("rel", "preload").attr("href", "/fonts/figtree-latin-1.woff2");
    link.attr("as", "font").attr("type", "font/woff2").attr("crossorigin", "anonymous")
}

/// The macro knows no `property` attribute.
fn property(name: &'static str, content: String) -> impl IntoView {
    leptos::html::meta().attr("property", name).attr("content", content)
}
