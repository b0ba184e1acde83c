//! Puts pictures side by side on one PNG, to judge by eye whether they look like one shop.
//!
//! Arguments: path of icons.json, the PNG to write, and which pictures: `mixed <n>` (fronts of
//! mixed departments, from the n-th on), `kind <CODE>` (all of one kind), `kinds <n>` (one front of
//! each kind, from the n-th kind on).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, bail};
use demo_catalog::picture::{drawing, recolour, scene};
use demo_catalog::picture_specs::PictureSpec;
use resvg::tiny_skia::{FilterQuality, Pixmap, PixmapPaint, Transform};

const CELL: u32 = 220;
const COLUMNS: u32 = 8;
const CELLS: usize = 48;

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [icons, out, which, value] = args.as_slice() else {
        bail!("icons.json, the PNG, `mixed`, `kind` or `kinds`, and a value");
    };
    let (_, shots) = demo_catalog::build::generate_catalog(42);
    let fronts = || shots.iter().filter(|(_, shot)| shot.view == scene::View::Front);
    let chosen: Vec<&PictureSpec> = match which.as_str() {
        "kind" => {
            shots.iter().map(|(_, shot)| shot).filter(|shot| shot.kind.code == value).collect()
        }
        "kinds" => {
            let kinds: BTreeMap<&str, &PictureSpec> =
                fronts().map(|(_, shot)| (shot.kind.code, shot)).collect();
            demo_catalog::goods::kinds()
                .into_iter()
                .filter_map(|(_, kind)| kinds.get(kind.code).copied())
                .skip(value.parse()?)
                .take(CELLS)
                .collect()
        }
        // Stems are hashes, so their order is a shuffle already.
        _ => fronts().map(|(_, shot)| shot).skip(value.parse()?).take(CELLS).collect(),
    };
    let names: BTreeSet<String> =
        chosen.iter().map(|shot| shot.kind.drawing.icon.to_string()).collect();
    let bodies = demo_catalog::icons::read(Path::new(icons), &names)?;
    let rows = (chosen.len() as u32).div_ceil(COLUMNS);
    let mut sheet = Pixmap::new(COLUMNS * CELL, rows * CELL).context("nothing chosen")?;
    let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
    let mut labels = Vec::new();
    for (index, shot) in chosen.into_iter().enumerate() {
        let drawing = shot.kind.drawing;
        let svg = drawing::compose(&bodies[drawing.icon], drawing.parts)?;
        let mut object = drawing::rasterise(&svg, 480)?.pixels;
        recolour::recolour(&mut object, drawing.mask, shot.colour.tone);
        let mut picture = scene::paint(&object, shot.background(), shot.placement())?;
        let mut side = scene::MASTER_SIDE;
        // Halving first: one bilinear step may not skip pixels.
        while side / 2 >= CELL {
            let mut half = Pixmap::new(side / 2, side / 2).context("size")?;
            half.draw_pixmap(0, 0, picture.as_ref(), &paint, Transform::from_scale(0.5, 0.5), None);
            (picture, side) = (half, side / 2);
        }
        let scale = (CELL - 4) as f32 / side as f32;
        let (x, y) = (index as u32 % COLUMNS * CELL, index as u32 / COLUMNS * CELL);
        let at = Transform::from_scale(scale, scale).post_translate(x as f32, y as f32);
        sheet.draw_pixmap(0, 0, picture.as_ref(), &paint, at, None);
        labels.push(format!("{} {}", shot.kind.code, shot.colour.name));
    }
    sheet.save_png(out)?;
    for row in labels.chunks(COLUMNS as usize) {
        println!("{}", row.join(" | "));
    }
    Ok(())
}
