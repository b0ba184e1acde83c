//! The colours of the products, and the background colour of each department.

use crate::picture::colour::Lch;

/// A colourway by its name. `None`: the object keeps the colours it was drawn in.
pub struct Colourway {
    pub name: &'static str,
    /// Three letters, for the end of a SKU.
    pub code: &'static str,
    pub tone: Option<Lch>,
}

const fn colour(name: &'static str, code: &'static str, l: f32, c: f32, h: f32) -> Colourway {
    Colourway { name, code, tone: Some(Lch::new(l, c, h)) }
}

/// One family: muted, warm, far enough apart to be told from each other on a small tile.
pub(crate) const COLOURWAYS: &[Colourway] = &[
    colour("Moss", "MOS", 0.53, 0.080, 125.0),
    colour("Sage", "SAG", 0.72, 0.050, 140.0),
    colour("Forest", "FOR", 0.40, 0.065, 155.0),
    colour("Juniper", "JUN", 0.47, 0.065, 172.0),
    colour("Petrol", "PET", 0.46, 0.065, 210.0),
    colour("Mist", "MIS", 0.82, 0.028, 215.0),
    colour("Sky", "SKY", 0.74, 0.075, 235.0),
    colour("Lake", "LAK", 0.56, 0.090, 240.0),
    colour("Navy", "NAV", 0.36, 0.080, 262.0),
    colour("Slate", "SLA", 0.50, 0.032, 250.0),
    colour("Ink", "INK", 0.29, 0.030, 265.0),
    colour("Heather", "HEA", 0.64, 0.065, 315.0),
    colour("Plum", "PLU", 0.41, 0.090, 345.0),
    colour("Rose", "ROS", 0.72, 0.085, 12.0),
    colour("Blush", "BLU", 0.83, 0.045, 32.0),
    colour("Tomato", "TOM", 0.58, 0.160, 30.0),
    colour("Rust", "RUS", 0.54, 0.125, 42.0),
    colour("Clay", "CLA", 0.64, 0.095, 48.0),
    colour("Ochre", "OCH", 0.71, 0.120, 76.0),
    colour("Butter", "BUT", 0.87, 0.085, 92.0),
    colour("Oat", "OAT", 0.85, 0.030, 84.0),
    colour("Ivory", "IVO", 0.93, 0.016, 90.0),
    colour("Sand", "SAN", 0.77, 0.050, 76.0),
    colour("Stone", "STO", 0.68, 0.012, 80.0),
    colour("Charcoal", "CHA", 0.37, 0.008, 250.0),
    colour("Black", "BLA", 0.26, 0.006, 80.0),
    colour("Walnut", "WAL", 0.41, 0.055, 50.0),
    colour("Oak", "OAK", 0.70, 0.075, 70.0),
    colour("Chestnut", "CHE", 0.47, 0.085, 42.0),
    colour("Tan", "TAN", 0.64, 0.085, 60.0),
    colour("Brass", "BRA", 0.76, 0.095, 88.0),
    colour("Copper", "COP", 0.64, 0.090, 50.0),
    colour("Steel", "STE", 0.74, 0.010, 245.0),
    Colourway { name: "Natural", code: "NAT", tone: None },
];

/// # Panics
/// When a table of goods names a colour that is not in the palette; a test reads all tables.
pub(crate) fn find_colourway(name: &str) -> &'static Colourway {
    COLOURWAYS
        .iter()
        .find(|colourway| colourway.name == name)
        .unwrap_or_else(|| panic!("no colour named {name}"))
}

/// Close in lightness and chroma: a grid of mixed departments stays even.
pub(crate) fn background(department: &str) -> Lch {
    let hue = match department {
        "kitchen" => 95.0,
        "table" => 70.0,
        "lighting" => 88.0,
        "furniture" => 55.0,
        "textiles" => 35.0,
        "clothing" => 240.0,
        "shoes" => 75.0,
        "bags" => 60.0,
        "watches-and-jewellery" => 310.0,
        "audio" => 260.0,
        "cameras" => 215.0,
        "stationery-and-books" => 100.0,
        "garden" => 135.0,
        "outdoors" => 185.0,
        "play" => 20.0,
        _ => 85.0,
    };
    // Warm grounds carry a little more chroma than cool ones, which would look cold at the same.
    let cool = matches!(
        department,
        "clothing" | "audio" | "cameras" | "watches-and-jewellery" | "outdoors"
    );
    Lch::new(0.932, if cool { 0.013 } else { 0.021 }, hue)
}
