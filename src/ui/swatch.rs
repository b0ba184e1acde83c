//! A dot in the colour that a choice names: one class for each of `style/theme.css`.

/// Every colour of the theme.
const SWATCHES: [(&str, &str); 33] = [
    ("Moss", "swatch swatch-moss"),
    ("Sage", "swatch swatch-sage"),
    ("Forest", "swatch swatch-forest"),
    ("Juniper", "swatch swatch-juniper"),
    ("Petrol", "swatch swatch-petrol"),
    ("Mist", "swatch swatch-mist"),
    ("Sky", "swatch swatch-sky"),
    ("Lake", "swatch swatch-lake"),
    ("Navy", "swatch swatch-navy"),
    ("Slate", "swatch swatch-slate"),
    ("Ink", "swatch swatch-ink"),
    ("Heather", "swatch swatch-heather"),
    ("Plum", "swatch swatch-plum"),
    ("Rose", "swatch swatch-rose"),
    ("Blush", "swatch swatch-blush"),
    ("Tomato", "swatch swatch-tomato"),
    ("Rust", "swatch swatch-rust"),
    ("Clay", "swatch swatch-clay"),
    ("Ochre", "swatch swatch-ochre"),
    ("Butter", "swatch swatch-butter"),
    ("Oat", "swatch swatch-oat"),
    ("Ivory", "swatch swatch-ivory"),
    ("Sand", "swatch swatch-sand"),
    ("Stone", "swatch swatch-stone"),
    ("Charcoal", "swatch swatch-charcoal"),
    ("Black", "swatch swatch-black"),
    ("Walnut", "swatch swatch-walnut"),
    ("Oak", "swatch swatch-oak"),
    ("Chestnut", "swatch swatch-chestnut"),
    ("Tan", "swatch swatch-tan"),
    ("Brass", "swatch swatch-brass"),
    ("Copper", "swatch swatch-copper"),
    ("Steel", "swatch swatch-steel"),
];

/// The classes of a colour's dot; a word that is no colour of the theme has none.
pub fn swatch_class(name: &str) -> Option<&'static str> {
    SWATCHES.iter().find(|(known, _)| *known == name).map(|(_, class)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_theme_has_each_colour() {
        let theme = include_str!("../../style/theme.css");
        for (name, classes) in SWATCHES {
            let class = classes.split(' ').next_back().unwrap();
            assert!(theme.contains(&format!(".{class} {{ background")), "{name}");
        }
        assert_eq!(theme.matches(".swatch-").count(), SWATCHES.len());
        assert_eq!(swatch_class("36"), None);
    }
}
