//! Lays named drawings of the vector set on one sheet, to choose by eye which of them read as
//! goods.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use resvg::{tiny_skia, usvg};

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let names: Vec<String> =
        std::fs::read_to_string(&args[2])?.split_whitespace().map(String::from).collect();
    let wanted: BTreeSet<String> = names.iter().cloned().collect();
    let start = Instant::now();
    let bodies = demo_catalog::icons::read(Path::new(&args[1]), &wanted)?;
    eprintln!("read {:?}", start.elapsed());
    let (cell, columns) = (120u32, 15u32);
    for (page, chunk) in names.chunks(150).enumerate() {
        let rows = (chunk.len() as u32).div_ceil(columns);
        let mut sheet = tiny_skia::Pixmap::new(cell * columns, cell * rows).unwrap();
        sheet.fill(tiny_skia::Color::from_rgba8(0xF4, 0xEF, 0xE6, 255));
        for (i, name) in chunk.iter().enumerate() {
            let svg = format!(
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>{}</svg>",
                bodies[name]
            );
            let tree = usvg::Tree::from_str(&svg, &usvg::Options::default())?;
            let s = (cell as f32 - 16.0) / 32.0;
            let mut p = tiny_skia::Pixmap::new(cell, cell).unwrap();
            resvg::render(
                &tree,
                tiny_skia::Transform::from_row(s, 0.0, 0.0, s, 8.0, 8.0),
                &mut p.as_mut(),
            );
            let (x, y) = ((i as u32 % columns) * cell, (i as u32 / columns) * cell);
            sheet.draw_pixmap(
                x as i32,
                y as i32,
                p.as_ref(),
                &Default::default(),
                Default::default(),
                None,
            );
        }
        let file = format!("{}-{page}.png", args[3]);
        sheet.save_png(&file)?;
        for (r, row) in chunk.chunks(columns as usize).enumerate() {
            println!("{file} row {r}: {}", row.join(" "));
        }
    }
    eprintln!("all {:?}", start.elapsed());
    let tree = usvg::Tree::from_str(
        &format!(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>{}</svg>",
            bodies["camera"]
        ),
        &usvg::Options::default(),
    )?;
    for px in [600, 1100] {
        let t = Instant::now();
        let mut p = tiny_skia::Pixmap::new(px, px).unwrap();
        let s = px as f32 / 32.0;
        resvg::render(&tree, tiny_skia::Transform::from_scale(s, s), &mut p.as_mut());
        eprintln!("camera at {px}: {:?}", t.elapsed());
    }
    Ok(())
}
