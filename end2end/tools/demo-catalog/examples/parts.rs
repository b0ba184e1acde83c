//! Prints the bounds of every part of named drawings, to write down which parts to leave out.

use std::collections::BTreeSet;
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let icons = args.next().expect("path of icons.json");
    let names: BTreeSet<String> = args.collect();
    for (name, body) in demo_catalog::icons::read(Path::new(&icons), &names)? {
        println!("{name}");
        for (index, [l, t, r, b]) in
            demo_catalog::picture::drawing::measure_parts(&body)?.into_iter().enumerate()
        {
            println!("  {index:2}  {l:5.1} {t:5.1} {r:5.1} {b:5.1}");
        }
    }
    Ok(())
}
