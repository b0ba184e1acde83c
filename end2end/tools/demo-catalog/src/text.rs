//! Product descriptions, put together from sentences written for the kind, the material and the
//! maker.

use rand::Rng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand_chacha::ChaCha8Rng;

use crate::goods::ProductKind;
use crate::goods::brands::Brand;
use crate::goods::materials::Material;

/// Said of anything that is packed and sent.
const CLOSINGS: &[&str] = &[
    "It is packed in paper and card.",
    "If it is not what you expected, send it back within thirty days.",
    "Spare parts are kept and can be asked for by mail.",
    "Two years of guarantee, and a workshop that answers.",
    "Sent the same day if ordered before noon.",
    "Made in small runs; when a colour is gone, it may take a month to return.",
    "The picture is true to colour on most screens; ask us for a sample if it matters.",
    "What breaks in use is mended at cost.",
    "We have used one in the office for a year.",
    "A small card in the box says how to look after it.",
    "Measured by us, not copied from the maker.",
    "Price and maker are the same in our shop and here.",
];

/// Two to four short paragraphs.
pub(crate) fn write_description(
    rng: &mut ChaCha8Rng,
    kind: &ProductKind,
    nth: usize,
    range: Option<&str>,
    brand: &Brand,
    material: &Material,
) -> String {
    // Products of one kind open differently.
    let opener = kind.notes[nth % kind.notes.len()];
    // The first three notes sum a thing up, the others describe it: those come first as details,
    // each part in any order.
    let (summaries, remarks) = kind.notes.split_at(kind.notes.len().min(3));
    let mut summaries = summaries.to_vec();
    let mut remarks = remarks.to_vec();
    remarks.shuffle(rng);
    summaries.shuffle(rng);
    let details: Vec<&str> =
        remarks.into_iter().chain(summaries).filter(|note| *note != opener).collect();
    let mut details = details.into_iter();
    let mut stuff: Vec<&str> = material.sentences.to_vec();
    stuff.shuffle(rng);
    let mut stuff = stuff.into_iter();

    let naming = range.map(|range| {
        let thing = kind.thing;
        let article = if thing.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        format!("{range} is {article} {thing} by {}.", brand.name)
    });
    let mut paragraphs: Vec<Vec<String>> = Vec::new();
    let mut first = vec![opener.to_string()];
    match rng.random_range(0..5) {
        0 | 1 => first.splice(0..0, naming).for_each(drop),
        2 => {}
        _ => first.extend(details.next().map(String::from)),
    }
    first.extend(details.next().map(String::from));
    paragraphs.push(first);

    let mut second: Vec<String> = stuff.next().map(String::from).into_iter().collect();
    match rng.random_range(0..3) {
        0 => second.extend(stuff.next().map(String::from)),
        1 => second.extend(details.next().map(String::from)),
        _ => second.splice(0..0, details.next().map(String::from)).for_each(drop),
    }
    paragraphs.push(second);

    if rng.random_bool(0.65) {
        let mut third: Vec<String> = brand
            .sentences
            .choose(rng)
            .map(|sentence| (*sentence).to_string())
            .into_iter()
            .collect();
        if rng.random_bool(0.5) {
            third.extend(details.next().map(String::from));
        }
        paragraphs.push(third);
    }
    if rng.random_bool(0.35) {
        paragraphs
            .push(CLOSINGS.choose(rng).map(|closing| (*closing).to_string()).into_iter().collect());
    }
    paragraphs
        .into_iter()
        .map(|sentences| {
            let said: Vec<String> = sentences.into_iter().filter(|s| !s.is_empty()).collect();
            said.join(" ")
        })
        .collect::<Vec<_>>()
        .join("\n\n")
}
