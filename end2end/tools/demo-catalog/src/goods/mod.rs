//! What the shop sells: one entry per kind of thing, by department.

use crate::picture::drawing::{Area, Parts};
use crate::picture::recolour::ColourMask;
use crate::picture::scene::Pose;

pub mod brands;
pub mod categories;
pub mod materials;

mod audio;
mod bags;
mod books;
mod cameras;
mod clothing;
mod furniture;
mod garden;
mod kitchen;
mod lighting;
mod outdoors;
mod play;
mod shoes;
mod stationery;
mod table;
mod textiles;
mod watches;

/// A kind of thing, from which several products are made: one per form.
pub struct ProductKind {
    /// The middle of its SKUs, unique.
    pub code: &'static str,
    pub drawing: Drawing,
    /// The key of its main category.
    pub category: &'static str,
    /// Keys of further categories.
    pub other_categories: &'static [&'static str],
    /// What it is, within a sentence.
    pub thing: &'static str,
    /// What it is, in a product's name. One product each.
    pub forms: &'static [&'static str],
    /// The lowest and highest base price, in whole euros.
    pub euros: (u32, u32),
    pub grams: u32,
    /// Names of the palette.
    pub colours: &'static [&'static str],
    pub sizes: Sizes,
    /// Keys of the table of materials.
    pub materials: &'static [&'static str],
    /// Attributes and the values they may take.
    pub facts: &'static [(&'static str, &'static [&'static str])],
    /// Sentences about it, in the order in which its products open with them.
    pub notes: &'static [&'static str],
    /// Other words people search it by.
    pub terms: &'static [&'static str],
}

/// A second option beside colour.
#[derive(Clone, Copy)]
pub struct Sizes {
    pub name: &'static str,
    pub values: &'static [&'static str],
    /// How much dearer each value is than the one before, per cent of the base price.
    pub step: u32,
}

pub const ONE_SIZE: Sizes = sizes("", &[], 0);
pub const CLOTHES: Sizes = sizes("Size", &["XS", "S", "M", "L", "XL"], 0);
pub const SHOES: Sizes = sizes("Size", &["37", "38", "39", "40", "41", "42", "43", "44"], 0);

pub const fn sizes(name: &'static str, values: &'static [&'static str], step: u32) -> Sizes {
    Sizes { name, values, step }
}

/// How a kind of thing is pictured.
#[derive(Clone, Copy)]
pub struct Drawing {
    pub icon: &'static str,
    pub parts: Parts,
    pub mask: ColourMask,
    pub pose: Pose,
    /// Whether it may be shown mirrored. Not dials, keyboards or maps.
    pub can_mirror: bool,
}

impl Drawing {
    /// A standing object that carries its colour in its most common hue.
    pub const fn new(icon: &'static str) -> Self {
        Self {
            icon,
            parts: Parts::All,
            mask: ColourMask::Main(40.0),
            pose: Pose::Stands,
            can_mirror: true,
        }
    }

    pub const fn lying(self) -> Self {
        Self { pose: Pose::Lies, ..self }
    }

    pub const fn without_mirror(self) -> Self {
        Self { can_mirror: false, ..self }
    }

    pub const fn mask(self, mask: ColourMask) -> Self {
        Self { mask, ..self }
    }

    pub const fn without(self, areas: &'static [Area]) -> Self {
        Self { parts: Parts::Without(areas), ..self }
    }

    pub const fn only(self, areas: &'static [Area]) -> Self {
        Self { parts: Parts::Only(areas), ..self }
    }
}

/// All kinds with the key of their department, in the order of the shop's departments.
pub fn kinds() -> Vec<(&'static str, &'static ProductKind)> {
    let departments: [(&str, &[ProductKind]); 16] = [
        ("kitchen", kitchen::KINDS),
        ("table", table::KINDS),
        ("lighting", lighting::KINDS),
        ("furniture", furniture::KINDS),
        ("textiles", textiles::KINDS),
        ("clothing", clothing::KINDS),
        ("shoes", shoes::KINDS),
        ("bags", bags::KINDS),
        ("watches-and-jewellery", watches::KINDS),
        ("audio", audio::KINDS),
        ("cameras", cameras::KINDS),
        ("stationery-and-books", stationery::KINDS),
        ("stationery-and-books", books::KINDS),
        ("garden", garden::KINDS),
        ("outdoors", outdoors::KINDS),
        ("play", play::KINDS),
    ];
    departments
        .into_iter()
        .flat_map(|(department, kinds)| kinds.iter().map(move |kind| (department, kind)))
        .collect()
}
