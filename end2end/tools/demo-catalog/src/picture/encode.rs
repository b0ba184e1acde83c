//! Writes one master picture in all widths and both formats.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use jpeg_encoder::{ColorType, Encoder as JpegEncoder, SamplingFactor};
use resvg::tiny_skia::Pixmap;

use super::scene::MASTER_SIDE;

/// The widths every picture is kept in, in pixels; the last is the master's.
pub const WIDTHS: [u32; 4] = [240, 480, 960, MASTER_SIDE];

/// Writes `<stem>-<width>.webp` and `.jpg` into `folder`. Returns the number of bytes written.
///
/// # Errors
/// When an encoder refuses or the disk does.
pub fn write_picture(master: &Pixmap, folder: &Path, stem: &str) -> Result<u64> {
    let mut pixels = remove_alpha(master);
    let mut pixels_width = MASTER_SIDE;
    let mut bytes = 0;
    // Each is scaled from the next larger one, which costs a fraction of scaling the master every
    // time.
    for width in WIDTHS.into_iter().rev() {
        if width < pixels_width {
            pixels = resize(&pixels, pixels_width, width)?;
            pixels_width = width;
        }
        for (extension, encoded) in
            [("webp", encode_webp(&pixels, width)?), ("jpg", encode_jpeg(&pixels, width)?)]
        {
            let path = folder.join(format!("{stem}-{width}.{extension}"));
            std::fs::write(&path, &encoded)
                .with_context(|| format!("writing {}", path.display()))?;
            bytes += encoded.len() as u64;
        }
    }
    Ok(bytes)
}

/// A master is opaque everywhere, so its premultiplied channels are the plain ones.
fn remove_alpha(master: &Pixmap) -> Vec<u8> {
    let rgba = master.data();
    let mut rgb = vec![0; rgba.len() / 4 * 3];
    for (plain, pixel) in rgb.chunks_exact_mut(3).zip(rgba.chunks_exact(4)) {
        plain.copy_from_slice(&pixel[..3]);
    }
    rgb
}

fn resize(pixels: &[u8], from: u32, to: u32) -> Result<Vec<u8>> {
    let source = ImageRef::new(from, from, pixels, PixelType::U8x3)?;
    let mut target = Image::new(to, to, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    Resizer::new().resize(&source, &mut target, &options)?;
    Ok(target.into_vec())
}

fn encode_webp(pixels: &[u8], width: u32) -> Result<Vec<u8>> {
    let mut config = webp::WebPConfig::new().map_err(|()| anyhow!("WebP settings"))?;
    config.quality = if width > 480 { 74.0 } else { 80.0 };
    // The fast end of 0 to 6: a third of the default's time for a few per cent more bytes.
    config.method = 0;
    let memory = webp::Encoder::from_rgb(pixels, width, width)
        .encode_advanced(&config)
        .map_err(|error| anyhow!("WebP: {error:?}"))?;
    Ok(memory.to_vec())
}

fn encode_jpeg(pixels: &[u8], width: u32) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(64 * 1024);
    // Large pictures are shown reduced on dense screens, which hides what the lower setting loses.
    let quality = match width {
        MASTER_SIDE.. => 64,
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
