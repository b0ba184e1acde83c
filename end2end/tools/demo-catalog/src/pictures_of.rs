//! Decides which pictures each product shows.

use crate::build::Plan;
use crate::catalog::Image;
use crate::palette::Colourway;
use crate::picture::scene::View;
use crate::shots::{Shot, Shots};

/// The store takes this many images of a product.
const MOST_IMAGES: usize = 16;

pub struct ProductImages {
    pub images: Vec<Image>,
    /// For each of the product's colours, the index of its front view.
    pub of_colour: Vec<u32>,
}

/// Three views of each product's first colour, one of its others, and a second one where it exists already.
pub fn all(plans: &[Plan]) -> (Shots, Vec<ProductImages>) {
    let mut shots = Shots::default();
    for plan in plans {
        for view in [View::Front, View::Turned, View::Close] {
            shots.add(shot(plan, plan.colours[0], view));
        }
        for colour in &plan.colours[1..] {
            shots.add(shot(plan, colour, View::Front));
        }
    }
    let images = plans.iter().map(|plan| of_product(plan, &mut shots)).collect();
    (shots, images)
}

fn of_product(plan: &Plan, shots: &mut Shots) -> ProductImages {
    let mut images = Vec::new();
    let mut of_colour = Vec::new();
    for (place, colour) in plan.colours.iter().enumerate() {
        of_colour.push(images.len() as u32);
        images.push(shots.add(shot(plan, colour, View::Front)));
        let turned = shot(plan, colour, View::Turned);
        let still_to_come = plan.colours.len() - place - 1;
        if place == 0 {
            images.push(shots.add(turned));
            images.push(shots.add(shot(plan, colour, View::Close)));
        } else if shots.contains(&turned) && images.len() + still_to_come < MOST_IMAGES {
            images.push(turned.image());
        }
    }
    ProductImages { images, of_colour }
}

fn shot(plan: &Plan, colour: &'static Colourway, view: View) -> Shot {
    Shot {
        department: plan.department,
        kind: plan.kind,
        colour,
        take: plan.take(),
        view,
    }
}
