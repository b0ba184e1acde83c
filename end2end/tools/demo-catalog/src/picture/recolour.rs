//! Gives an object another colour: shifts the hue of the masked pixels and keeps the others.

use resvg::tiny_skia::{Pixmap, PremultipliedColorU8};

use super::colour::{Lab, Lch, hue_difference, smoothstep};

/// The pixels of an object that get another colour.
#[derive(Clone, Copy, Debug)]
pub enum ColourMask {
    /// The drawing's most common hue, as far as these degrees to either side.
    Main(f32),
    /// The hue given in degrees, as far as the second number to either side.
    Hue(f32, f32),
    /// The colourless parts: enamelled metal, plastic.
    Greys,
    /// Everything: objects of one piece.
    Whole,
    /// Nothing: the object keeps its own colours (a sunflower, a violin).
    Nothing,
}

/// Pixels of less chroma than this count as colourless.
const GREY_CHROMA: f32 = 0.055;

/// Recolours in place. `target` is the average colour that the masked pixels get.
pub fn recolour(pixmap: &mut Pixmap, mask: ColourMask, target: Option<Lch>) {
    let weigher = ColourWeigher::new(pixmap, mask);
    let shift = target.and_then(|target| ColourShift::new(pixmap, &weigher, target));
    let height = pixmap.height() as usize;
    let width = pixmap.width() as usize;
    // Flat areas repeat one colour for thousands of pixels.
    let mut last = None;
    for (index, pixel) in pixmap.pixels_mut().iter_mut().enumerate() {
        let alpha = pixel.alpha();
        if alpha == 0 {
            continue;
        }
        let source = pixel.demultiply();
        let rgb = [source.red(), source.green(), source.blue()];
        let settled = match last {
            Some((from, to)) if from == rgb => to,
            _ => {
                let lab = Lab::from_srgb(rgb);
                let weight = shift.as_ref().map_or(0.0, |_| weigher.weight(lab));
                let kept = mute_colour(lab);
                let to = match &shift {
                    Some(shift) if weight > 0.0 => kept.mix(shift.apply(lab), weight),
                    _ => kept,
                };
                last = Some((rgb, to));
                to
            }
        };
        let down = (index / width) as f32 / height as f32;
        let lit = Lab { l: (settled.l + light_offset(down)).clamp(0.0, 1.0), ..settled };
        *pixel = premultiply(lit.to_srgb(), alpha);
    }
}

/// The soft light from above: a little brighter at the top of an object, a little darker at its
/// foot.
fn light_offset(down: f32) -> f32 {
    0.022 * (1.0 - smoothstep(0.0, 0.45, down)) - 0.030 * smoothstep(0.6, 1.0, down)
}

/// Mutes pixels that keep their own colour: the set's violet greys become plain ones, its brights a
/// little softer.
fn mute_colour(lab: Lab) -> Lab {
    let lch = lab.to_lch();
    let colourless = 1.0 - smoothstep(0.05, 0.13, lch.c);
    let violet = 1.0 - smoothstep(35.0, 60.0, hue_difference(lch.h, 300.0).abs());
    let bright = (lch.c - 0.12).max(0.0);
    let softer = (lch.c - 0.55 * bright) / lch.c.max(0.001);
    let factor = 0.86 * softer * (1.0 - 0.75 * colourless * violet);
    Lab { l: lab.l, a: lab.a * factor, b: lab.b * factor + 0.004 * colourless * violet }
}

/// Computes how far a pixel's colour belongs to the mask, 0 to 1.
struct ColourWeigher {
    mask: ColourMask,
    /// Middle and half width of the masked hues, for masks by hue.
    band: Option<(f32, f32)>,
}

impl ColourWeigher {
    fn new(pixmap: &Pixmap, mask: ColourMask) -> Self {
        let band = match mask {
            ColourMask::Main(width) => Some((find_main_hue(pixmap), width)),
            ColourMask::Hue(hue, width) => Some((hue, width)),
            ColourMask::Greys | ColourMask::Whole | ColourMask::Nothing => None,
        };
        Self { mask, band }
    }

    fn weight(&self, lab: Lab) -> f32 {
        match (self.mask, self.band) {
            (ColourMask::Whole, _) => 1.0,
            (ColourMask::Greys, _) => {
                1.0 - smoothstep(GREY_CHROMA, 2.0 * GREY_CHROMA, lab.to_lch().c)
            }
            (_, Some((middle, width))) => {
                let lch = lab.to_lch();
                let near =
                    1.0 - smoothstep(width, width * 1.5, hue_difference(lch.h, middle).abs());
                near * smoothstep(0.02, 0.05, lch.c)
            }
            _ => 0.0,
        }
    }
}

/// The hue that most of the drawing's colour lies around.
fn find_main_hue(pixmap: &Pixmap) -> f32 {
    let mut bins = [0.0f32; 36];
    for pixel in sample_pixels(pixmap) {
        let lch = Lab::from_srgb(pixel).to_lch();
        if lch.c > 0.03 {
            bins[(lch.h.rem_euclid(360.0) / 10.0) as usize % 36] += lch.c;
        }
    }
    // Neighbouring bins count too, so that a wide gradient outweighs a narrow trim.
    let smooth = |i: usize| bins[(i + 35) % 36] + 1.5 * bins[i] + bins[(i + 1) % 36];
    let best = (0..36).max_by(|x, y| smooth(*x).total_cmp(&smooth(*y)));
    best.unwrap_or(0) as f32 * 10.0 + 5.0
}

/// Moves the masked colours to the target: light and shade stay, the average colour changes.
struct ColourShift {
    middle: Lch,
    target: Lch,
}

impl ColourShift {
    fn new(pixmap: &Pixmap, weigher: &ColourWeigher, target: Lch) -> Option<Self> {
        let (mut total, mut l, mut a, mut b, mut c) = (0.0f32, 0.0, 0.0, 0.0, 0.0);
        for pixel in sample_pixels(pixmap) {
            let lab = Lab::from_srgb(pixel);
            let weight = weigher.weight(lab);
            total += weight;
            l += weight * lab.l;
            a += weight * lab.a;
            b += weight * lab.b;
            c += weight * lab.to_lch().c;
        }
        if total == 0.0 {
            return None;
        }
        let hue = Lab { l: 0.0, a, b }.to_lch().h;
        Some(Self { middle: Lch::new(l / total, c / total, hue), target })
    }

    fn apply(&self, lab: Lab) -> Lab {
        let lch = lab.to_lch();
        // Light colours have less room above them, dark ones less below: squeeze the range towards
        // the free side.
        let offset = lch.l - self.middle.l;
        let room = if offset > 0.0 {
            (0.985 - self.target.l) / (1.0 - self.middle.l).max(0.05)
        } else {
            (self.target.l - 0.06) / self.middle.l.max(0.05)
        };
        let l = self.target.l + offset * room.clamp(0.25, 1.1);
        let strength = if self.middle.c > GREY_CHROMA {
            (lch.c / self.middle.c).clamp(0.35, 1.35)
        } else {
            1.0
        };
        // Towards white every colour pales; without this, highlights look painted.
        let pale = 1.0 - smoothstep(0.9, 1.0, l) * 0.7;
        let spread = if self.middle.c > GREY_CHROMA {
            hue_difference(lch.h, self.middle.h).clamp(-60.0, 60.0) * 0.35
        } else {
            0.0
        };
        Lch::new(l, self.target.c * strength * pale, self.target.h + spread).to_lab()
    }
}

/// Every few opaque pixels: enough for averages.
fn sample_pixels(pixmap: &Pixmap) -> impl Iterator<Item = [u8; 3]> + '_ {
    pixmap.pixels().iter().step_by(37).filter(|pixel| pixel.alpha() > 200).map(|pixel| {
        let plain = pixel.demultiply();
        [plain.red(), plain.green(), plain.blue()]
    })
}

fn premultiply(rgb: [u8; 3], alpha: u8) -> PremultipliedColorU8 {
    let [r, g, b] = rgb.map(|channel| ((u16::from(channel) * u16::from(alpha) + 127) / 255) as u8);
    // Invariant: each channel is at most alpha, by the division above.
    PremultipliedColorU8::from_rgba(r, g, b, alpha).unwrap_or(PremultipliedColorU8::TRANSPARENT)
}
