//! Decides which pictures each product shows.

use crate::catalog::Image;
use crate::palette::Colourway;
use crate::picture::scene::View;
use crate::plan::Plan;
use crate::shots::{Shot, Shots};

/// The store takes this many images of a product.
const MOST_IMAGES: usize = 16;

pub struct ProductImages {
    pub images: Vec<Image>,
    /// For each of the product's colours, the index of its front view.
    pub of_colour: Vec<u32>,
}

/// Two or three views of each product's first colour, one of its others, and a second one where it
/// exists already.
pub fn all(plans: &[Plan]) -> (Shots, Vec<ProductImages>) {
    let mut shots = Shots::default();
    for plan in plans {
        for view in views(plan) {
            shots.add(shot(plan, plan.colours[0], view));
        }
        for colour in &plan.colours[1..] {
            shots.add(shot(plan, colour, View::Front));
        }
    }
    let images = plans.iter().map(|plan| of_product(plan, &mut shots)).collect();
    (shots, images)
}

/// Close-ups of every second product, and of those that would have two pictures only: all of them
/// would take longer to make than a first start may last.
fn views(plan: &Plan) -> Vec<View> {
    let mut views = vec![View::Front, View::Turned];
    if plan.nth.is_multiple_of(2) || plan.colours.len() == 1 {
        views.push(View::Close);
    }
    views
}

fn of_product(plan: &Plan, shots: &mut Shots) -> ProductImages {
    let mut images = Vec::new();
    let mut of_colour = Vec::new();
    for (place, colour) in plan.colours.iter().enumerate() {
        of_colour.push(images.len() as u32);
        if place == 0 {
            images.extend(views(plan).into_iter().map(|view| shots.add(shot(plan, colour, view))));
            continue;
        }
        images.push(shots.add(shot(plan, colour, View::Front)));
        let turned = shot(plan, colour, View::Turned);
        let still_to_come = plan.colours.len() - place - 1;
        if shots.contains(&turned) && images.len() + still_to_come < MOST_IMAGES {
            images.push(turned.image());
        }
    }
    ProductImages { images, of_colour }
}

fn shot(plan: &Plan, colour: &'static Colourway, view: View) -> Shot {
    Shot { department: plan.department, kind: plan.kind, colour, take: plan.take(colour), view }
}
