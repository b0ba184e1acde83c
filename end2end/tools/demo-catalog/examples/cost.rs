//! Times each step of making one picture, to find what a slow run spends its time on.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use demo_catalog::picture::{drawing, encode, recolour, scene};

fn main() -> anyhow::Result<()> {
    let icons = std::env::args().nth(1).expect("path of icons.json");
    let start = Instant::now();
    let (_, shots) = demo_catalog::build::generate_catalog(42);
    println!("catalogue {:?}, {} pictures", start.elapsed(), shots.len());
    let names: BTreeSet<String> =
        shots.iter().map(|(_, shot)| shot.kind.drawing.icon.to_string()).collect();
    let start = Instant::now();
    let bodies = demo_catalog::icons::read(Path::new(&icons), &names)?;
    println!("icons {:?}", start.elapsed());
    let folder = std::env::temp_dir().join("demo-catalog-cost");
    std::fs::create_dir_all(&folder)?;
    let mut spent = [0.0f64; 4];
    let mut bytes = 0;
    let step = (shots.len() / 40).max(1);
    for (stem, shot) in shots.iter().step_by(step) {
        let mut at = Instant::now();
        let mut lap = |slot: usize| {
            spent[slot] += at.elapsed().as_secs_f64() * 1000.0;
            at = Instant::now();
        };
        let drawing = shot.kind.drawing;
        let svg = drawing::compose(&bodies[drawing.icon], drawing.parts)?;
        let mut object = drawing::rasterise(&svg, demo_catalog::write::OBJECT_SIDE)?.pixels;
        lap(0);
        recolour::recolour(&mut object, drawing.mask, shot.colour.tone);
        lap(1);
        let master = scene::paint(&object, shot.background(), shot.placement())?;
        lap(2);
        bytes += encode::write_picture(&master, &folder, stem)?;
        lap(3);
    }
    let count = shots.iter().step_by(step).count() as f64;
    println!("rasterise, recolour, paint, encode (ms): {:.0?}", spent.map(|ms| ms / count));
    println!("{:.0} kB each", bytes as f64 / count / 1000.0);
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
