//! Paints an object on a background, always with the same light, the same height and a soft shadow.

use anyhow::{Context, Result};
use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use resvg::tiny_skia::{FilterQuality, IntSize, Pixmap, PixmapPaint, Transform};

use super::colour::Lch;

/// The side of every master picture, in pixels.
pub const MASTER_SIDE: u32 = 1600;

/// How an object meets the ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pose {
    /// It stands; its foot touches the ground.
    Stands,
    /// It lies and is seen from above.
    Lies,
}

/// Where the camera is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    Front,
    Turned,
    Close,
}

/// One way to place an object: `degrees` of turn, mirrored or not, and a share of the usual size.
#[derive(Clone, Copy, Debug)]
pub struct Placement {
    pub view: View,
    pub pose: Pose,
    pub mirrored: bool,
    pub degrees: f32,
    pub size: f32,
}

/// Paints the master picture of `object` on a ground of the tint `ground`.
///
/// # Errors
/// Only when a pixmap of a needed size cannot be had.
pub fn paint(object: &Pixmap, ground: Lch, placement: Placement) -> Result<Pixmap> {
    let transform = compute_transform(object, placement);
    let mut picture = paint_background(object, transform, ground, placement.pose)?;
    let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
    picture.draw_pixmap(0, 0, object.as_ref(), &paint, transform, None);
    Ok(picture)
}

/// From the object's pixels to the picture's.
fn compute_transform(object: &Pixmap, placement: Placement) -> Transform {
    let (width, height) = (object.width() as f32, object.height() as f32);
    let side = MASTER_SIDE as f32;
    // Square objects look larger than long ones of the same length, so they get the lower end of 62
    // to 70 %.
    let squareness = width.min(height) / width.max(height);
    let share = (0.70 - 0.08 * squareness) * placement.size;
    let scale = share * side / width.max(height);
    let (centre_x, centre_y) = match (placement.view, placement.pose) {
        // Close enough that the frame cuts the object: its upper part, off the middle.
        (View::Close, _) => (side * 0.56, side * 0.64),
        // Standing objects share one floor line, a little above the lower edge.
        (_, Pose::Stands) => {
            let floor = side * (0.5 + 0.33 * placement.size.min(1.0));
            let centred = side * 0.5;
            let on_floor = floor - height * scale / 2.0;
            (side * 0.5, on_floor * 0.55 + centred * 0.45)
        }
        (_, Pose::Lies) => (side * 0.5, side * 0.495),
    };
    let flip = if placement.mirrored { -scale } else { scale };
    Transform::from_translate(-width / 2.0, -height / 2.0)
        .post_scale(flip, scale)
        .post_concat(Transform::from_rotate(placement.degrees))
        .post_translate(centre_x, centre_y)
}

/// Background and shadow have no edges, so they are computed small and enlarged.
const SHADOW_SIDE: u32 = 200;

/// A pool of light behind the object, falling off towards the corners, and the object's shadow in
/// it.
fn paint_background(
    object: &Pixmap,
    transform: Transform,
    ground: Lch,
    pose: Pose,
) -> Result<Pixmap> {
    let shadow = compute_shadow(object, transform, pose)?;
    let side = SHADOW_SIDE as usize;
    let shade = Lch::new(0.30, ground.c * 1.3, ground.h).to_lab();
    let mut small = Vec::with_capacity(side * side * 4);
    for (index, dark) in shadow.into_iter().enumerate() {
        let across = (index % side) as f32 / side as f32 - 0.5;
        let down = (index / side) as f32 / side as f32 - 0.36;
        let far = across.hypot(down) / 0.86;
        let (lightness, chroma) = if far < 0.45 {
            (0.022 - 0.036 * far, 0.75 + 0.45 * far)
        } else {
            (0.006 - 0.065 * (far - 0.45), 0.95 + 0.36 * (far - 0.45))
        };
        let lit = Lch::new(ground.l + lightness, ground.c * chroma, ground.h).to_lab();
        let [r, g, b] = lit.mix(shade, dark.clamp(0.0, 0.6)).to_srgb();
        small.extend([r, g, b, 255]);
    }
    let small = Image::from_vec_u8(SHADOW_SIDE, SHADOW_SIDE, small, PixelType::U8x4)?;
    let mut large = Image::new(MASTER_SIDE, MASTER_SIDE, PixelType::U8x4);
    // Opaque throughout, so there is no alpha to multiply by.
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
        .use_alpha(false);
    Resizer::new().resize(&small, &mut large, &options)?;
    let size = IntSize::from_wh(MASTER_SIDE, MASTER_SIDE).context("master size")?;
    Pixmap::from_vec(large.into_vec(), size).context("master size")
}

/// How dark the shadow is at each point of a small picture, 0 to 1.
fn compute_shadow(object: &Pixmap, transform: Transform, pose: Pose) -> Result<Vec<f32>> {
    let scale = SHADOW_SIDE as f32 / MASTER_SIDE as f32;
    let mut silhouette = Pixmap::new(SHADOW_SIDE, SHADOW_SIDE).context("shadow size")?;
    let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
    silhouette.draw_pixmap(0, 0, object.as_ref(), &paint, transform.post_scale(scale, scale), None);
    let mask: Vec<f32> =
        silhouette.pixels().iter().map(|pixel| f32::from(pixel.alpha()) / 255.0).collect();
    let side = SHADOW_SIDE as usize;
    let mut darkness = vec![0.0f32; side * side];
    let mut add = |layer: &[f32], down: usize, strength: f32| {
        for (target, value) in darkness[down * side..].iter_mut().zip(layer) {
            *target += strength * value;
        }
    };
    match pose {
        Pose::Lies => {
            add(&blur(mask.clone(), side, 5), 5, 0.30);
            add(&blur(mask, side, 1), 1, 0.16);
        }
        Pose::Stands => {
            let foot = compute_footprint(&mask, side);
            add(&blur(foot.clone(), side, 2), 0, 0.30);
            add(&blur(foot, side, 6), 1, 0.42);
            add(&blur(mask, side, 9), 5, 0.12);
        }
    }
    Ok(darkness)
}

/// The part of the object near the ground, flattened: for each column, a short ellipse at its foot.
fn compute_footprint(mask: &[f32], side: usize) -> Vec<f32> {
    let lowest =
        (0..side).rev().find(|y| mask[y * side..(y + 1) * side].iter().any(|alpha| *alpha > 0.5));
    let mut flat = vec![0.0f32; mask.len()];
    let Some(lowest) = lowest else { return flat };
    let reach = side / 9;
    for x in 0..side {
        let near = (lowest.saturating_sub(reach)..=lowest)
            .map(|y| {
                let height = (lowest - y) as f32 / reach as f32;
                mask[y * side + x] * (1.0 - height)
            })
            .fold(0.0, f32::max);
        for y in lowest.saturating_sub(2)..=(lowest + 3).min(side - 1) {
            flat[y * side + x] = near;
        }
    }
    flat
}

/// Three box blurs, which look like a Gaussian one.
fn blur(mut layer: Vec<f32>, side: usize, radius: usize) -> Vec<f32> {
    for _ in 0..3 {
        layer = transpose(&box_blur(&layer, side, radius), side);
        layer = transpose(&box_blur(&layer, side, radius), side);
    }
    layer
}

fn box_blur(layer: &[f32], side: usize, radius: usize) -> Vec<f32> {
    let mut out = vec![0.0f32; layer.len()];
    let weight = 1.0 / (2 * radius + 1) as f32;
    for (line, target) in layer.chunks(side).zip(out.chunks_mut(side)) {
        let at = |x: isize| line[x.clamp(0, side as isize - 1) as usize];
        let reach = radius as isize;
        let mut sum: f32 = (-reach..=reach).map(at).sum();
        for (x, value) in target.iter_mut().enumerate() {
            *value = sum * weight;
            let x = x as isize;
            sum += at(x + reach + 1) - at(x - reach);
        }
    }
    out
}

fn transpose(layer: &[f32], side: usize) -> Vec<f32> {
    let mut out = vec![0.0f32; layer.len()];
    for y in 0..side {
        for x in 0..side {
            out[x * side + y] = layer[y * side + x];
        }
    }
    out
}
