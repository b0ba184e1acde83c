//! A dot in the colour that a choice names: one class for each swatch of `style/theme.css`.

use leptos::prelude::*;

/// Every colour of the theme.
pub const SWATCHES: [(&str, &str); 33] = [
    ("Moss", "bg-swatch-moss"),
    ("Sage", "bg-swatch-sage"),
    ("Forest", "bg-swatch-forest"),
    ("Juniper", "bg-swatch-juniper"),
    ("Petrol", "bg-swatch-petrol"),
    ("Mist", "bg-swatch-mist"),
    ("Sky", "bg-swatch-sky"),
    ("Lake", "bg-swatch-lake"),
    ("Navy", "bg-swatch-navy"),
    ("Slate", "bg-swatch-slate"),
    ("Ink", "bg-swatch-ink"),
    ("Heather", "bg-swatch-heather"),
    ("Plum", "bg-swatch-plum"),
    ("Rose", "bg-swatch-rose"),
    ("Blush", "bg-swatch-blush"),
    ("Tomato", "bg-swatch-tomato"),
    ("Rust", "bg-swatch-rust"),
    ("Clay", "bg-swatch-clay"),
    ("Ochre", "bg-swatch-ochre"),
    ("Butter", "bg-swatch-butter"),
    ("Oat", "bg-swatch-oat"),
    ("Ivory", "bg-swatch-ivory"),
    ("Sand", "bg-swatch-sand"),
    ("Stone", "bg-swatch-stone"),
    ("Charcoal", "bg-swatch-charcoal"),
    ("Black", "bg-swatch-black"),
    ("Walnut", "bg-swatch-walnut"),
    ("Oak", "bg-swatch-oak"),
    ("Chestnut", "bg-swatch-chestnut"),
    ("Tan", "bg-swatch-tan"),
    ("Brass", "bg-swatch-brass"),
    ("Copper", "bg-swatch-copper"),
    ("Steel", "bg-swatch-steel"),
];

/// The ground of a colour's dot; a word that is no colour of the theme has none.
pub fn swatch_class(name: &str) -> Option<&'static str> {
    SWATCHES.iter().find(|(known, _)| *known == name).map(|(_, class)| *class)
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DotSize {
    /// On a tile.
    #[default]
    Small,
    /// Beside the word it stands for.
    Large,
}

impl DotSize {
    const fn class(self) -> &'static str {
        match self {
            Self::Small => "size-3",
            Self::Large => "-ml-1 mr-2 size-4",
        }
    }
}

/// One dot, drawn with what `swatch_class` answers.
#[component]
pub fn Dot(ground: &'static str, #[prop(default = DotSize::Small)] size: DotSize) -> impl IntoView {
    view! { <span class=format!("flex-none rounded-full inset-ring-1 inset-ring-rim {} {ground}", size.class())></span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_theme_has_each_colour() {
        let theme = include_str!("../../style/theme.css");
        for (name, class) in SWATCHES {
            let token = class.trim_start_matches("bg-");
            assert!(theme.contains(&format!("--color-{token}: ")), "{name}");
        }
        assert_eq!(theme.matches("--color-swatch-").count(), SWATCHES.len());
        assert_eq!(swatch_class("36"), None);
    }
}
