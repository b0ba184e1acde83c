//! Bags: backpacks, handbags, purses, work bags, luggage, totes.

use super::{Drawing, Kind, ONE_SIZE, sizes};
use crate::picture::recolour::Carrier;

pub const KINDS: &[Kind] = &[
    Kind {
        code: "BACKPACK", drawing: Drawing::of("backpack").carrier(Carrier::Main(30.0)), shelf: "bags/backpacks", also: &["outdoors/camping"], thing: "backpack",
        forms: &["Backpack", "Day Pack", "School Backpack", "City Backpack", "Small Backpack", "Travel Backpack", "Laptop Backpack"],
        euros: (59, 169), grams: 780, colours: &["Moss", "Rust", "Navy", "Ochre", "Charcoal", "Plum"],
        sizes: sizes("Volume", &["14 l", "20 l", "26 l"], 18), materials: &["canvas", "recycled-nylon"],
        facts: &[("Laptop", &["13 in", "15 in"]), ("Water", &["Sheds rain", "Waxed"]), ("Straps", &["Padded, 6 cm"])],
        notes: &["A bag that stands up when you put it down.", "One big room, one small pocket, one sleeve for a computer.", "The zip runs round the whole top and opens with one hand.", "Straps are set close at the neck and do not slip.", "The back is padded, the bottom doubled.", "A bottle fits inside, upright."],
        terms: &["rucksack", "bag", "school bag"],
    },
    Kind {
        code: "HANDBAG", drawing: Drawing::of("handbag").carrier(Carrier::Hue(55.0, 40.0)), shelf: "bags/handbags", also: &[], thing: "handbag",
        forms: &["Handbag", "Day Bag", "Top-Handle Bag", "Market Handbag", "Two-Tone Bag", "Small Handbag"],
        euros: (119, 349), grams: 720, colours: &["Tan", "Forest", "Navy", "Blush", "Charcoal", "Rust"],
        sizes: ONE_SIZE, materials: &["leather", "canvas"],
        facts: &[("Size", &["28 × 22 × 11 cm", "34 × 25 × 13 cm"]), ("Closing", &["Magnet", "Zip"]), ("Pockets", &["Two inside, one with zip"])],
        notes: &["Big enough for a book and an umbrella.", "The handles are round and fill the hand.", "It opens wide and shows what is in it.", "The foot is leather, the corners are doubled.", "A long strap clips on and comes off.", "Edges are dyed, waxed and rubbed smooth."],
        terms: &["purse", "bag", "leather bag"],
    },
    Kind {
        code: "CLUTCH", drawing: Drawing::of("clutch-bag").carrier(Carrier::Whole), shelf: "bags/small-bags", also: &[], thing: "pouch",
        forms: &["Pouch", "Zip Pouch", "Wash Bag", "Evening Clutch", "Cable Pouch"],
        euros: (19, 79), grams: 140, colours: &["Blush", "Moss", "Slate", "Ochre", "Plum"],
        sizes: sizes("Size", &["Small", "Large"], 35), materials: &["leather", "canvas"],
        facts: &[("Lining", &["Cotton", "Wipeable"]), ("Zip", &["Brass"])],
        notes: &["For what would otherwise lie at the bottom of the bag.", "It lies flat when empty and stands when full.", "The zip has a tab long enough for cold fingers.", "Lined in a light cloth, so small things are found.", "Soft leather that shows its creases.", "Two of them fit in the lid of a suitcase."],
        terms: &["clutch", "cosmetic bag", "case"],
    },
    Kind {
        code: "PURSE", drawing: Drawing::of("purse").carrier(Carrier::Main(30.0)), shelf: "bags/small-bags", also: &[], thing: "coin purse",
        forms: &["Coin Purse", "Clasp Purse", "Little Purse", "Pocket Purse"],
        euros: (18, 59), grams: 80, colours: &["Tomato", "Forest", "Navy", "Ochre", "Black"],
        sizes: ONE_SIZE, materials: &["leather"],
        facts: &[("Size", &["9 × 8 cm", "11 × 9 cm"]), ("Clasp", &["Brass, ball"])],
        notes: &["It closes with a sound you will come to like.", "The clasp is brass and set by hand.", "Coins on one side, keys on the other.", "Leather that darkens where you touch it.", "Small in the pocket, wide when open.", "It holds a folded note without protest."],
        terms: &["wallet", "purse", "change"],
    },
    Kind {
        code: "BRIEFCASE", drawing: Drawing::of("briefcase").carrier(Carrier::Whole), shelf: "bags/work-bags", also: &[], thing: "briefcase",
        forms: &["Briefcase", "Document Case", "Work Bag", "Slim Briefcase", "Satchel"],
        euros: (149, 429), grams: 1250, colours: &["Chestnut", "Black", "Forest", "Navy", "Tan"],
        sizes: ONE_SIZE, materials: &["leather"],
        facts: &[("Laptop", &["14 in", "15 in"]), ("Size", &["38 × 28 × 9 cm", "40 × 30 × 10 cm"]), ("Lock", &["Brass, with key", "Push"])],
        notes: &["Papers stay flat and the lid stays shut.", "Room for a day's work and a sandwich.", "The handle is stitched round a cord.", "It stands on four brass feet.", "Inside, two rooms and a row of loops for pens.", "The leather is firm and softens at the fold."],
        terms: &["attaché", "office bag", "laptop bag"],
    },
    Kind {
        code: "SUITCASE", drawing: Drawing::of("luggage").carrier(Carrier::Main(45.0)), shelf: "bags/luggage", also: &[], thing: "suitcase",
        forms: &["Cabin Suitcase", "Suitcase", "Weekend Trolley", "Check-In Suitcase", "Rolling Case", "Long-Trip Suitcase"],
        euros: (129, 379), grams: 3400, colours: &["Lake", "Forest", "Ochre", "Slate", "Rust", "Plum"],
        sizes: sizes("Volume", &["36 l", "62 l", "90 l"], 22), materials: &["recycled-abs", "aluminium"],
        facts: &[("Wheels", &["Four, replaceable", "Two, replaceable"]), ("Lock", &["Three figures, TSA"]), ("Weight", &["2.9 kg", "3.4 kg", "4.1 kg"])],
        notes: &["It runs straight and quietly, also on old pavements.", "Ribs give the shell its stiffness, so it can be thin.", "The handle has three heights and no play.", "Half the inside closes with a zip, half with a strap.", "Wheels come off with one screw.", "The small one fits the cabins of most airlines."],
        terms: &["luggage", "trolley", "carry on"],
    },
    Kind {
        code: "TOTE", drawing: Drawing::of("shopping-bags").carrier(Carrier::Main(40.0)).without(&[[14.7, 13.7, 29.9, 30.0]]), shelf: "bags/totes", also: &[], thing: "tote bag",
        forms: &["Tote Bag", "Shopper", "Striped Tote", "Market Bag", "Book Tote", "Beach Tote"],
        euros: (19, 69), grams: 320, colours: &["Lake", "Moss", "Rust", "Oat", "Navy"],
        sizes: ONE_SIZE, materials: &["canvas", "paper"],
        facts: &[("Size", &["38 × 42 cm", "42 × 36 × 14 cm"]), ("Load", &["12 kg", "15 kg"])],
        notes: &["For bread, books and the way to the lake.", "The handles are long enough for the shoulder.", "It folds into its own pocket.", "The base is flat, so bottles stand.", "Stitched with a cross where the handles pull.", "The stripes are woven, not printed."],
        terms: &["shopping bag", "shopper", "carrier"],
    },
    Kind {
        code: "TOOLBAG", drawing: Drawing::of("toolbox").carrier(Carrier::Main(35.0)), shelf: "garden/tools", also: &["bags/work-bags"], thing: "toolbox",
        forms: &["Toolbox", "Tackle Box", "Craft Box", "Painter's Box", "First-Aid Box"],
        euros: (29, 98), grams: 1700, colours: &["Tomato", "Moss", "Lake", "Ochre", "Charcoal"],
        sizes: ONE_SIZE, materials: &["steel"],
        facts: &[("Size", &["36 × 19 × 15 cm", "42 × 22 × 20 cm"]), ("Tray", &["One, lifts out"])],
        notes: &["A box that closes even when it is a little too full.", "The tray lifts out and takes the small things.", "Two latches, each with an eye for a padlock.", "Corners are folded, not cut.", "The paint is baked on and takes a knock.", "The handle lies flat, so boxes stack."],
        terms: &["tool case", "tool chest", "box"],
    },
];
