//! One drawing of the vector set made ready: parts left out, cropped to the object, rasterised
//! large.

use anyhow::{Context, Result, bail};
use resvg::{tiny_skia, usvg};
use tiny_skia::{Pixmap, Rect, Transform};

use crate::icons::VIEW_BOX;

/// A rectangle of the 32-unit view box: left, top, right, bottom.
pub type Area = [f32; 4];

/// Which parts of a drawing are the object. Parts are the drawing's outermost shapes.
#[derive(Clone, Copy, Debug)]
pub enum Parts {
    All,
    /// Leave out parts that lie wholly within one of the areas (a moon beside the tent).
    Without(&'static [Area]),
    /// Keep only parts that lie wholly within one of the areas (the lamp beside the sofa).
    Only(&'static [Area]),
}

/// The object alone, on a transparent ground, premultiplied; its longest side fills the pixmap's.
pub struct Sprite {
    pub pixels: Pixmap,
}

/// The document to render: the body, with the unwanted parts gone.
///
/// # Errors
/// When the body is not SVG, or nothing of it would remain.
pub fn compose(body: &str, parts: Parts) -> Result<String> {
    let whole = svg_document(body);
    let (areas, keep) = match parts {
        Parts::All => return Ok(whole),
        Parts::Without(areas) => (areas, false),
        Parts::Only(areas) => (areas, true),
    };
    let elements = find_elements(&whole)?;
    let mut marked = whole.clone();
    // From the end, so that earlier positions stay true.
    for (index, range) in elements.iter().enumerate().rev() {
        marked.replace_range(
            range.clone(),
            &format!("<g id=\"part{index}\">{}</g>", &whole[range.clone()]),
        );
    }
    let tree = usvg::Tree::from_str(&marked, &usvg::Options::default())?;
    let mut kept = whole.clone();
    let mut left = elements.len();
    for (index, range) in elements.iter().enumerate().rev() {
        let within = tree
            .node_by_id(&format!("part{index}"))
            .map(|node| node.abs_bounding_box())
            .is_some_and(|bounds| areas.iter().any(|area| contains(*area, bounds)));
        if within != keep {
            kept.replace_range(range.clone(), "");
            left -= 1;
        }
    }
    if left == 0 {
        bail!("no part of the drawing lies in {areas:?}");
    }
    Ok(kept)
}

/// The bounds of every part of a drawing, in view-box units: the measure for writing `Parts`.
///
/// # Errors
/// When the body is not SVG.
pub fn measure_parts(body: &str) -> Result<Vec<Area>> {
    let whole = svg_document(body);
    let mut bounds = Vec::new();
    for range in find_elements(&whole)? {
        let mut alone = whole.clone();
        for other in find_elements(&whole)?.into_iter().rev() {
            if other != range {
                alone.replace_range(other, "");
            }
        }
        let tree = usvg::Tree::from_str(&alone, &usvg::Options::default())?;
        let b = tree.root().abs_bounding_box();
        bounds.push([b.left(), b.top(), b.right(), b.bottom()]);
    }
    Ok(bounds)
}

/// Rasterises a composed drawing so that the object's longest side is `side` pixels.
///
/// # Errors
/// When the document is not SVG or draws nothing.
pub fn rasterise(svg: &str, side: u32) -> Result<Sprite> {
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default())?;
    // The declared bounds include invisible filter margins; a small rendering tells what is really
    // inked.
    let probe_scale = 4.0;
    let probe_side = (VIEW_BOX * probe_scale) as u32;
    let mut probe = Pixmap::new(probe_side, probe_side).context("probe size")?;
    resvg::render(&tree, Transform::from_scale(probe_scale, probe_scale), &mut probe.as_mut());
    let inked = find_inked_bounds(&probe).context("the drawing is empty")?;
    let scale = side as f32 / inked.width().max(inked.height()) * probe_scale;
    let (width, height) = (
        (inked.width() / probe_scale * scale).ceil() as u32,
        (inked.height() / probe_scale * scale).ceil() as u32,
    );
    let mut pixels = Pixmap::new(width, height).context("sprite size")?;
    let move_to_origin = Transform::from_scale(scale, scale)
        .pre_translate(-inked.left() / probe_scale, -inked.top() / probe_scale);
    resvg::render(&tree, move_to_origin, &mut pixels.as_mut());
    Ok(Sprite { pixels })
}

fn svg_document(body: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" \
         viewBox=\"0 0 32 32\" width=\"32\" height=\"32\">{body}</svg>"
    )
}

/// The text ranges of the outermost shapes, looking through one enclosing group.
fn find_elements(svg: &str) -> Result<Vec<std::ops::Range<usize>>> {
    let document = usvg::roxmltree::Document::parse(svg)?;
    let mut parent = document.root_element();
    loop {
        let children: Vec<_> = child_shapes(parent).collect();
        match children.as_slice() {
            [only] if only.has_tag_name((SVG, "g")) => parent = *only,
            _ => return Ok(children.iter().map(|child| child.range()).collect()),
        }
    }
}

const SVG: &str = "http://www.w3.org/2000/svg";

fn child_shapes<'a, 'input>(
    parent: usvg::roxmltree::Node<'a, 'input>,
) -> impl Iterator<Item = usvg::roxmltree::Node<'a, 'input>> {
    parent.children().filter(|node| node.is_element() && !node.has_tag_name((SVG, "defs")))
}

fn contains([left, top, right, bottom]: Area, inner: Rect) -> bool {
    inner.left() >= left && inner.top() >= top && inner.right() <= right && inner.bottom() <= bottom
}

/// The box around everything more than faintly visible, one pixel generous.
fn find_inked_bounds(pixmap: &Pixmap) -> Option<Rect> {
    let width = pixmap.width();
    let mut bounds: Option<(u32, u32, u32, u32)> = None;
    for (index, pixel) in pixmap.pixels().iter().enumerate() {
        if pixel.alpha() > 8 {
            let (x, y) = (index as u32 % width, index as u32 / width);
            let (l, t, r, b) = bounds.unwrap_or((x, y, x, y));
            bounds = Some((l.min(x), t.min(y), r.max(x), b.max(y)));
        }
    }
    let (l, t, r, b) = bounds?;
    Rect::from_ltrb(
        l.saturating_sub(1) as f32,
        t.saturating_sub(1) as f32,
        (r + 2) as f32,
        (b + 2) as f32,
    )
}
