//! Colour arithmetic in OKLab, where equal steps look equal, so that turned hues keep their light
//! and shade.

use std::sync::LazyLock;

/// A colour as lightness (0 to 1), chroma (0 to about 0.3) and hue in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lch {
    pub l: f32,
    pub c: f32,
    pub h: f32,
}

/// A colour in OKLab's rectangular form.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lab {
    pub l: f32,
    pub a: f32,
    pub b: f32,
}

impl Lch {
    pub const fn new(l: f32, c: f32, h: f32) -> Self {
        Self { l, c, h }
    }

    pub fn to_lab(self) -> Lab {
        let (sin, cos) = self.h.to_radians().sin_cos();
        Lab { l: self.l, a: self.c * cos, b: self.c * sin }
    }

    pub fn to_srgb(self) -> [u8; 3] {
        self.to_lab().to_srgb()
    }
}

impl Lab {
    /// The conversion published with OKLab (Björn Ottosson, 2020).
    pub fn from_srgb([r, g, b]: [u8; 3]) -> Self {
        let (r, g, b) =
            (TO_LINEAR[usize::from(r)], TO_LINEAR[usize::from(g)], TO_LINEAR[usize::from(b)]);
        let l = (0.412_221_47 * r + 0.536_332_54 * g + 0.051_445_993 * b).cbrt();
        let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
        let s = (0.088_302_46 * r + 0.281_718_84 * g + 0.629_978_7 * b).cbrt();
        Self {
            l: 0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
            a: 1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
            b: 0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
        }
    }

    pub fn to_srgb(self) -> [u8; 3] {
        let l = (self.l + 0.396_337_78 * self.a + 0.215_803_76 * self.b).powi(3);
        let m = (self.l - 0.105_561_346 * self.a - 0.063_854_17 * self.b).powi(3);
        let s = (self.l - 0.089_484_18 * self.a - 1.291_485_5 * self.b).powi(3);
        [
            from_linear(4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s),
            from_linear(-1.268_438 * l + 2.609_757_4 * m - 0.341_319_38 * s),
            from_linear(-0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s),
        ]
    }

    pub fn to_lch(self) -> Lch {
        Lch { l: self.l, c: self.a.hypot(self.b), h: self.b.atan2(self.a).to_degrees() }
    }

    pub fn mix(self, other: Self, share: f32) -> Self {
        Self {
            l: self.l + (other.l - self.l) * share,
            a: self.a + (other.a - self.a) * share,
            b: self.b + (other.b - self.b) * share,
        }
    }
}

/// The signed turn from one hue to another, in -180 to 180 degrees.
pub fn hue_difference(to: f32, from: f32) -> f32 {
    (to - from + 540.0).rem_euclid(360.0) - 180.0
}

/// 0 below `low`, 1 above `high`, smooth in between.
pub fn smoothstep(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

static TO_LINEAR: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|i| {
        let x = i as f32 / 255.0;
        if x <= 0.040_45 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) }
    })
});

/// Fine enough that no step of the 8-bit result is skipped in the dark end.
const FROM_LINEAR_STEPS: usize = 1 << 14;

static FROM_LINEAR: LazyLock<Vec<u8>> = LazyLock::new(|| {
    (0..=FROM_LINEAR_STEPS)
        .map(|i| {
            let x = i as f32 / FROM_LINEAR_STEPS as f32;
            let y = if x <= 0.003_130_8 { x * 12.92 } else { 1.055 * x.powf(1.0 / 2.4) - 0.055 };
            (y * 255.0).round() as u8
        })
        .collect()
});

fn from_linear(x: f32) -> u8 {
    FROM_LINEAR[(x.clamp(0.0, 1.0) * FROM_LINEAR_STEPS as f32) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_survives_the_round_trip() {
        for rgb in [[0, 0, 0], [255, 255, 255], [212, 46, 107], [18, 130, 77], [90, 90, 96]] {
            let back = Lab::from_srgb(rgb).to_lch().to_srgb();
            for (x, y) in rgb.iter().zip(back) {
                assert!(x.abs_diff(y) <= 2, "{rgb:?} became {back:?}");
            }
        }
    }

    #[test]
    fn hues_turn_the_short_way_round() {
        assert_eq!(hue_difference(10.0, 350.0), 20.0);
        assert_eq!(hue_difference(350.0, 10.0), -20.0);
    }
}
