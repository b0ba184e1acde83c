//! Writes one master picture in all widths and both formats.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use jpeg_encoder::{ColorType, Encoder as JpegEncoder, SamplingFactor};
use resvg::tiny_skia::Pixmap;

use super::scene::MASTER;

/// The widths every picture is kept in, in pixels; the last is the master's.
pub const WIDTHS: [u32; 4] = [240, 480, 960, MASTER];

/// Writes `<stem>-<width>.webp` and `.jpg` into `folder`. Answers the number of bytes written.
///
/// # Errors
/// When an encoder refuses or the disk does.
pub fn write(master: &Pixmap, folder: &Path, stem: &str) -> Result<u64> {
    let full = rgb(master);
    let mut bytes = 0;
    for width in WIDTHS {
        let scaled;
        let pixels = if width == MASTER {
            &full
        } else {
            scaled = scale(&full, width)?;
            &scaled
        };
        for (extension, encoded) in [
            ("webp", webp(pixels, width)?),
            ("jpg", jpeg(pixels, width)?),
        ] {
            let path = folder.join(format!("{stem}-{width}.{extension}"));
            std::fs::write(&path, &encoded)
                .with_context(|| format!("writing {}", path.display()))?;
            bytes += encoded.len() as u64;
        }
    }
    Ok(bytes)
}

/// A master is opaque everywhere, so its premultiplied channels are the plain ones.
fn rgb(master: &Pixmap) -> Vec<u8> {
    master
        .data()
        .chunks_exact(4)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
        .collect()
}

fn scale(full: &[u8], width: u32) -> Result<Vec<u8>> {
    let source = ImageRef::new(MASTER, MASTER, full, PixelType::U8x3)?;
    let mut target = Image::new(width, width, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    Resizer::new().resize(&source, &mut target, &options)?;
    Ok(target.into_vec())
}

fn webp(pixels: &[u8], width: u32) -> Result<Vec<u8>> {
    let mut config = webp::WebPConfig::new().map_err(|()| anyhow!("WebP settings"))?;
    config.quality = if width > 480 { 74.0 } else { 80.0 };
    // The fast end of 0 to 6: a third of the default's time for a few per cent more bytes.
    config.method = 0;
    let memory = webp::Encoder::from_rgb(pixels, width, width)
        .encode_advanced(&config)
        .map_err(|error| anyhow!("WebP: {error:?}"))?;
    Ok(memory.to_vec())
}

fn jpeg(pixels: &[u8], width: u32) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(64 * 1024);
    // Large pictures are shown reduced on dense screens, which hides what the lower setting loses.
    let quality = match width {
        MASTER.. => 64,
        960.. => 70,
        _ => 80,
    };
    let mut encoder = JpegEncoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_optimized_huffman_tables(true);
    let side = u16::try_from(width)?;
    encoder.encode(pixels, side, side, ColorType::Rgb)?;
    Ok(bytes)
}
