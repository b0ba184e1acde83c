//! The grounds goods are shown on: one class for each of `style/theme.css`.

/// Every tint of the theme.
pub const TINTS: [(&str, &str); 15] = [
    ("kitchen", "tint-kitchen"),
    ("table", "tint-table"),
    ("lighting", "tint-lighting"),
    ("furniture", "tint-furniture"),
    ("textiles", "tint-textiles"),
    ("clothing", "tint-clothing"),
    ("shoes", "tint-shoes"),
    ("bags", "tint-bags"),
    ("watches-and-jewellery", "tint-watches"),
    ("audio", "tint-audio"),
    ("cameras", "tint-cameras"),
    ("stationery-and-books", "tint-stationery"),
    ("garden", "tint-garden"),
    ("outdoors", "tint-outdoors"),
    ("play", "tint-play"),
];

/// The class of a tint; an unknown one gets the neutral ground.
pub fn tint_class(name: &str) -> &'static str {
    TINTS.iter().find(|(known, _)| *known == name).map_or("tint-plain", |(_, class)| class)
}
