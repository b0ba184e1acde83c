//! Which pictures the catalogue needs: one shot per kind, colour, way of placing and view, shared
//! by products.

use std::collections::{BTreeMap, BTreeSet};

use catalog_file::{CatalogFile, Image};
use sha2::{Digest, Sha256};

use crate::goods::Kind;
use crate::palette::{self, Colourway};
use crate::picture::colour::Lch;
use crate::picture::encode::WIDTHS;
use crate::picture::scene::{MASTER, Placing, Pose, View};

/// Raise it when the way pictures are made changes, so that stores fetch the new ones.
const RECIPE: u32 = 1;

/// Everything a picture depends on. Equal shots are one picture.
#[derive(Clone, Copy)]
pub struct Shot {
    pub department: &'static str,
    pub kind: &'static Kind,
    pub colour: &'static Colourway,
    /// 0 or 1: two products of a kind side by side are placed differently.
    pub take: u32,
    pub view: View,
}

impl Shot {
    /// A hash over the whole recipe of the picture: the same content always has the same name.
    pub fn stem(&self) -> String {
        let recipe = format!(
            "{RECIPE}|{}|{:?}|{:?}|{:?}|{:?}|{:?}",
            self.kind.drawing.icon,
            self.kind.drawing.parts,
            self.kind.drawing.carrier,
            self.colour.tone,
            self.ground(),
            self.placing(),
        );
        hex(&Sha256::digest(recipe.as_bytes())[..10])
    }

    pub fn image(&self) -> Image {
        Image {
            stem: self.stem(),
            alt: self.alt(),
            width: MASTER,
            height: MASTER,
            widths: WIDTHS.to_vec(),
        }
    }

    fn alt(&self) -> String {
        let mut thing = self.kind.thing.to_string();
        if let Some(first) = thing.get(..1) {
            thing.replace_range(..1, &first.to_uppercase());
        }
        let colour = match self.colour.tone {
            Some(_) => format!(" in {}", self.colour.name.to_lowercase()),
            None => String::new(),
        };
        let view = match (self.view, self.kind.drawing.pose) {
            (View::Front, Pose::Stands) => "front view",
            (View::Front, Pose::Lies) => "from above",
            (View::Turned, _) => "turned",
            (View::Close, _) => "close up",
        };
        format!("{thing}{colour}, {view}")
    }

    /// The department's tint; the second take is lit a little warmer.
    pub fn ground(&self) -> Lch {
        let tint = palette::ground(self.department);
        if self.take == 0 { tint } else { Lch::new(tint.l - 0.010, tint.c * 1.12, tint.h + 8.0) }
    }

    pub fn placing(&self) -> Placing {
        let drawing = &self.kind.drawing;
        // Colours of one product keep one direction; only where there is a single colour do
        // products need it.
        let mirrored = drawing.mirrors && self.take == 1 && self.kind.colours.len() == 1;
        // Lying things may be turned freely; standing ones only lean as a hand-held camera would.
        let (degrees, size) = match (drawing.pose, self.view, self.take) {
            (Pose::Lies, View::Front, 0) => (0.0, 1.0),
            (Pose::Lies, View::Front, _) => (8.0, 0.97),
            (Pose::Lies, View::Turned, 0) => (-16.0, 0.93),
            (Pose::Lies, View::Turned, _) => (22.0, 0.90),
            (Pose::Lies, View::Close, _) => (6.0, 1.62),
            (Pose::Stands, View::Front, 0) => (0.0, 1.0),
            (Pose::Stands, View::Front, _) => (0.0, 0.95),
            (Pose::Stands, View::Turned, _) => (0.0, 0.86),
            (Pose::Stands, View::Close, _) => (0.0, 1.62),
        };
        // The turned view of a standing thing shows its other side.
        let other_side =
            drawing.pose == Pose::Stands && self.view == View::Turned && drawing.mirrors;
        Placing {
            view: self.view,
            pose: drawing.pose,
            mirrored: mirrored != other_side,
            degrees,
            size,
        }
    }
}

/// All shots of a catalogue by stem, each once.
#[derive(Default)]
pub struct Shots {
    by_stem: BTreeMap<String, Shot>,
}

impl Shots {
    pub fn add(&mut self, shot: Shot) -> Image {
        let image = shot.image();
        self.by_stem.entry(image.stem.clone()).or_insert(shot);
        image
    }

    pub fn contains(&self, shot: &Shot) -> bool {
        self.by_stem.contains_key(&shot.stem())
    }

    /// Drops what no product shows in the end.
    pub fn retain_used(&mut self, catalog: &CatalogFile) {
        let used: BTreeSet<&str> = catalog
            .products
            .iter()
            .flat_map(|product| product.info.images.iter().map(|image| image.stem.as_str()))
            .collect();
        self.by_stem.retain(|stem, _| used.contains(stem.as_str()));
    }

    pub fn iter(&self) -> impl Iterator<Item = (&String, &Shot)> {
        self.by_stem.iter()
    }

    pub fn len(&self) -> usize {
        self.by_stem.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_stem.is_empty()
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
