//! Chooses the images of each product.

use crate::palette::Colourway;
use crate::picture::scene::View;
use crate::picture_specs::{PictureSpec, PictureSpecs};
use crate::plan::Plan;
use catalog_file::Image;

/// The store takes this many images of a product.
const MOST_IMAGES: usize = 16;

pub(crate) struct ProductImages {
    pub images: Vec<Image>,
    /// For each of the product's colours, the index of its front view.
    pub of_colour: Vec<u32>,
}

/// Two or three views of each product's first colour, one of its others, and a second one where it
/// exists already.
pub(crate) fn assign_images(plans: &[Plan]) -> (PictureSpecs, Vec<ProductImages>) {
    let mut specs = PictureSpecs::default();
    for plan in plans {
        for view in choose_views(plan) {
            specs.add(picture_spec(plan, plan.colours[0], view));
        }
        for colour in &plan.colours[1..] {
            specs.add(picture_spec(plan, colour, View::Front));
        }
    }
    let images = plans.iter().map(|plan| assign_product_images(plan, &mut specs)).collect();
    (specs, images)
}

/// Close-ups of every second product, and of those that would have two pictures only: all of them
/// would take longer to make than a first start may last.
fn choose_views(plan: &Plan) -> Vec<View> {
    let mut views = vec![View::Front, View::Turned];
    if plan.nth.is_multiple_of(2) || plan.colours.len() == 1 {
        views.push(View::Close);
    }
    views
}

fn assign_product_images(plan: &Plan, specs: &mut PictureSpecs) -> ProductImages {
    let mut images = Vec::new();
    let mut of_colour = Vec::new();
    for (place, colour) in plan.colours.iter().enumerate() {
        of_colour.push(images.len() as u32);
        if place == 0 {
            images.extend(
                choose_views(plan)
                    .into_iter()
                    .map(|view| specs.add(picture_spec(plan, colour, view))),
            );
            continue;
        }
        images.push(specs.add(picture_spec(plan, colour, View::Front)));
        let turned = picture_spec(plan, colour, View::Turned);
        let still_to_come = plan.colours.len() - place - 1;
        if specs.contains(&turned) && images.len() + still_to_come < MOST_IMAGES {
            images.push(turned.to_image());
        }
    }
    ProductImages { images, of_colour }
}

fn picture_spec(plan: &Plan, colour: &'static Colourway, view: View) -> PictureSpec {
    PictureSpec {
        department: plan.department,
        kind: plan.kind,
        colour,
        arrangement: plan.arrangement(colour),
        view,
    }
}
