//! What is decided about a product before its variants and pictures are generated.

use crate::goods::{ProductKind, Sizes};
use crate::palette::Colourway;

/// The decisions about one product, made before its variants and pictures.
pub(crate) struct Plan {
    pub department: &'static str,
    pub kind: &'static ProductKind,
    /// Counts the products of a kind from 0.
    pub nth: usize,
    pub form: &'static str,
    pub colours: Vec<&'static Colourway>,
    /// Options beside colour.
    pub sizes: Vec<Sizes>,
}

impl Plan {
    /// Which of the two arrangements (placement and light) this colour of the product has.
    ///
    /// By colour, so that products of a kind, which lead with different colours, differ in this
    /// too. Where there is only one colour, by product.
    pub(crate) fn arrangement(&self, colour: &Colourway) -> u32 {
        let place = self.kind.colours.iter().position(|name| *name == colour.name);
        let place = if self.kind.colours.len() == 1 { Some(self.nth) } else { place };
        (place.unwrap_or(0) % 2) as u32
    }
}
