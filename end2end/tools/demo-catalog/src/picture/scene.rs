//! Sets an object on its ground as one photographer would: same light, same height, a soft shadow.

use anyhow::{Context, Result};
use resvg::tiny_skia::{
    Color, FilterQuality, GradientStop, Paint, Pixmap, PixmapPaint, Point, PremultipliedColorU8,
    RadialGradient, Rect, Shader, SpreadMode, Transform,
};

use super::colour::Lch;

/// The side of every master picture, in pixels.
pub const MASTER: u32 = 1600;

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
pub struct Placing {
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
pub fn paint(object: &Pixmap, ground: Lch, placing: Placing) -> Result<Pixmap> {
    let mut picture = Pixmap::new(MASTER, MASTER).context("master size")?;
    paint_ground(&mut picture, ground);
    let transform = place(object, placing);
    paint_shadow(&mut picture, object, transform, ground, placing)?;
    let paint = PixmapPaint {
        quality: FilterQuality::Bilinear,
        ..PixmapPaint::default()
    };
    picture.draw_pixmap(0, 0, object.as_ref(), &paint, transform, None);
    Ok(picture)
}

/// A pool of light behind the object, falling off towards the corners.
fn paint_ground(picture: &mut Pixmap, ground: Lch) {
    let shade = |lightness: f32, chroma: f32| {
        let [r, g, b] = Lch::new(ground.l + lightness, ground.c * chroma, ground.h).srgb();
        Color::from_rgba8(r, g, b, 255)
    };
    let side = MASTER as f32;
    let centre = Point::from_xy(side * 0.5, side * 0.36);
    let gradient = RadialGradient::new(
        centre,
        0.0,
        centre,
        side * 0.86,
        vec![
            GradientStop::new(0.0, shade(0.022, 0.75)),
            GradientStop::new(0.45, shade(0.006, 0.95)),
            GradientStop::new(1.0, shade(-0.030, 1.15)),
        ],
        SpreadMode::Pad,
        Transform::identity(),
    );
    let paint = Paint {
        shader: gradient.unwrap_or(Shader::SolidColor(shade(0.0, 1.0))),
        ..Paint::default()
    };
    if let Some(all) = Rect::from_xywh(0.0, 0.0, side, side) {
        picture.fill_rect(all, &paint, Transform::identity(), None);
    }
}

/// From the object's pixels to the picture's.
fn place(object: &Pixmap, placing: Placing) -> Transform {
    let (width, height) = (object.width() as f32, object.height() as f32);
    let side = MASTER as f32;
    // Square objects look larger than long ones of the same length, so they get the lower end of 62 to 70 %.
    let squareness = width.min(height) / width.max(height);
    let share = (0.70 - 0.08 * squareness) * placing.size;
    let scale = share * side / width.max(height);
    let (centre_x, centre_y) = match (placing.view, placing.pose) {
        // Close enough that the frame cuts the object: its upper part, off the middle.
        (View::Close, _) => (side * 0.56, side * 0.64),
        // Standing objects share one floor line, a little above the lower edge.
        (_, Pose::Stands) => {
            let floor = side * (0.5 + 0.33 * placing.size.min(1.0));
            let centred = side * 0.5;
            let on_floor = floor - height * scale / 2.0;
            (side * 0.5, on_floor * 0.55 + centred * 0.45)
        }
        (_, Pose::Lies) => (side * 0.5, side * 0.495),
    };
    let flip = if placing.mirrored { -scale } else { scale };
    Transform::from_translate(-width / 2.0, -height / 2.0)
        .post_scale(flip, scale)
        .post_concat(Transform::from_rotate(placing.degrees))
        .post_translate(centre_x, centre_y)
}

/// The shadow is worked out small, because it is blurred anyway.
const SHADOW: u32 = 200;

fn paint_shadow(
    picture: &mut Pixmap,
    object: &Pixmap,
    transform: Transform,
    ground: Lch,
    placing: Placing,
) -> Result<()> {
    let small = SHADOW as f32 / MASTER as f32;
    let mut silhouette = Pixmap::new(SHADOW, SHADOW).context("shadow size")?;
    let paint = PixmapPaint {
        quality: FilterQuality::Bilinear,
        ..PixmapPaint::default()
    };
    silhouette.draw_pixmap(
        0,
        0,
        object.as_ref(),
        &paint,
        transform.post_scale(small, small),
        None,
    );
    let mask: Vec<f32> = silhouette
        .pixels()
        .iter()
        .map(|pixel| f32::from(pixel.alpha()) / 255.0)
        .collect();
    let side = SHADOW as usize;
    let mut darkness = vec![0.0f32; side * side];
    let mut add = |layer: &[f32], down: usize, strength: f32| {
        for y in down..side {
            for x in 0..side {
                darkness[y * side + x] += strength * layer[(y - down) * side + x];
            }
        }
    };
    match placing.pose {
        Pose::Lies => {
            add(&blurred(mask.clone(), side, 5), 5, 0.30);
            add(&blurred(mask, side, 1), 1, 0.16);
        }
        Pose::Stands => {
            let foot = footprint(&mask, side);
            add(&blurred(foot.clone(), side, 2), 0, 0.30);
            add(&blurred(foot, side, 6), 1, 0.42);
            add(&blurred(mask, side, 9), 5, 0.12);
        }
    }
    let [r, g, b] = Lch::new(0.26, ground.c * 1.2, ground.h).srgb();
    for (pixel, dark) in silhouette.pixels_mut().iter_mut().zip(darkness) {
        let alpha = dark.clamp(0.0, 0.6);
        let premultiplied = |channel: u8| (f32::from(channel) * alpha) as u8;
        *pixel = PremultipliedColorU8::from_rgba(
            premultiplied(r),
            premultiplied(g),
            premultiplied(b),
            (alpha * 255.0).round() as u8,
        )
        .unwrap_or(PremultipliedColorU8::TRANSPARENT);
    }
    picture.draw_pixmap(
        0,
        0,
        silhouette.as_ref(),
        &paint,
        Transform::from_scale(1.0 / small, 1.0 / small),
        None,
    );
    Ok(())
}

/// What of the object is near the ground, pressed flat: for each column, a short ellipse at the object's foot.
fn footprint(mask: &[f32], side: usize) -> Vec<f32> {
    let lowest = (0..side)
        .rev()
        .find(|y| mask[y * side..(y + 1) * side].iter().any(|alpha| *alpha > 0.5));
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
fn blurred(mut layer: Vec<f32>, side: usize, radius: usize) -> Vec<f32> {
    for _ in 0..3 {
        layer = transposed(&box_blurred(&layer, side, radius), side);
        layer = transposed(&box_blurred(&layer, side, radius), side);
    }
    layer
}

fn box_blurred(layer: &[f32], side: usize, radius: usize) -> Vec<f32> {
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

fn transposed(layer: &[f32], side: usize) -> Vec<f32> {
    let mut out = vec![0.0f32; layer.len()];
    for y in 0..side {
        for x in 0..side {
            out[x * side + y] = layer[y * side + x];
        }
    }
    out
}
