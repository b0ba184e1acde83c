//! A picture in the widths it was made in, so that a phone never loads what only a large screen
//! needs.

use leptos::prelude::*;

/// As large as its place, cut where the shapes differ.
pub const FILLING: &str = "size-full object-cover";

/// How soon a picture is fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loading {
    /// When it comes near the screen.
    #[default]
    Lazy,
    /// With the page.
    Eager,
    /// Before everything else: the one picture a page is about.
    First,
}

#[component]
pub fn Picture(
    /// Files are `/media/{stem}-{width}.webp` and `.jpg`.
    stem: String,
    /// Empty where the words beside the picture say the same.
    alt: String,
    /// Pixels of the largest file.
    width: u32,
    height: u32,
    widths: Vec<u32>,
    /// How wide the picture is shown, as the `sizes` attribute has it.
    sizes: &'static str,
    #[prop(default = Loading::Lazy)] loading: Loading,
    /// Of the picture itself: fills its place unless said otherwise.
    #[prop(default = FILLING)]
    class: &'static str,
    /// Of the element around the picture's formats.
    #[prop(default = "")]
    frame_class: &'static str,
) -> impl IntoView {
    let usual = widths
        .iter()
        .copied()
        .find(|w| *w >= 480)
        .or_else(|| widths.last().copied())
        .unwrap_or(width);
    let (lazy, priority) = match loading {
        Loading::Lazy => (Some("lazy"), None),
        Loading::Eager => (None, None),
        Loading::First => (None, Some("high")),
    };
    view! {
        <picture class=(!frame_class.is_empty()).then_some(frame_class)>
            <source type="image/webp" srcset=candidates(&stem, &widths, "webp") sizes=sizes/>
            <img
                class=class
                src=file(&stem, usual, "jpg")
                srcset=candidates(&stem, &widths, "jpg")
                sizes=sizes
                width=width
                height=height
                alt=alt
                loading=lazy
                fetchpriority=priority
                decoding="async"
            />
        </picture>
    }
}

/// The address of one file.
pub fn file(stem: &str, width: u32, format: &str) -> String {
    format!("/media/{stem}-{width}.{format}")
}

fn candidates(stem: &str, widths: &[u32], format: &str) -> String {
    widths
        .iter()
        .map(|width| format!("{} {width}w", file(stem, *width, format)))
        .collect::<Vec<_>>()
        .join(", ")
}
