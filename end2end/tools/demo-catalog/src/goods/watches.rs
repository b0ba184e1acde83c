//! Watches and jewellery, with glasses for reading and for the sun.

use super::{Drawing, Kind, ONE_SIZE, sizes};
use crate::picture::recolour::Carrier;

pub const KINDS: &[Kind] = &[
    Kind {
        code: "WATCH", drawing: Drawing::of("watch").carrier(Carrier::Hue(255.0, 35.0)).one_way(), shelf: "watches-and-jewellery/watches", also: &[], thing: "wristwatch",
        forms: &["Wristwatch", "Field Watch", "Day Watch", "Three-Hand Watch", "Dress Watch", "Swim Watch", "Automatic Watch"],
        euros: (129, 549), grams: 70, colours: &["Lake", "Forest", "Chestnut", "Charcoal", "Rust", "Plum"],
        sizes: sizes("Case", &["36 mm", "40 mm"], 5), materials: &["stainless", "leather"],
        facts: &[("Movement", &["Quartz", "Automatic"]), ("Water", &["5 bar", "10 bar"]), ("Glass", &["Mineral", "Sapphire"])],
        notes: &["A watch with nothing on the dial that you do not read.", "The hands differ in length enough to be told at a glance.", "The crown sits at the side where it does not press.", "The strap changes without a tool.", "Numerals catch the light of the day and give it back at night.", "It is sent out set to your time."],
        terms: &["watch", "timepiece", "wrist"],
    },
    Kind {
        code: "STOPWATCH", drawing: Drawing::of("stopwatch").carrier(Carrier::Hue(290.0, 45.0)).one_way(), shelf: "watches-and-jewellery/watches", also: &["outdoors/sport"], thing: "stopwatch",
        forms: &["Stopwatch", "Pocket Stopwatch", "Coach's Stopwatch", "Regatta Timer"],
        euros: (34, 119), grams: 130, colours: &["Charcoal", "Navy", "Forest", "Plum"],
        sizes: ONE_SIZE, materials: &["stainless"],
        facts: &[("Counts", &["30 minutes", "60 minutes"]), ("Step", &["1/5 s", "1/10 s"])],
        notes: &["Press, run, press.", "The crown is large and works in gloves.", "One hand sweeps, the other counts minutes.", "It lies in the palm and stays there.", "Wound once, it goes for eight hours.", "A loop at the top takes a cord."],
        terms: &["timer", "chronograph", "sport"],
    },
    Kind {
        code: "RING", drawing: Drawing::of("ring").carrier(Carrier::Hue(245.0, 40.0)), shelf: "watches-and-jewellery/jewellery", also: &[], thing: "ring",
        forms: &["Stone Ring", "Signet Ring", "Solitaire Ring", "Stacking Ring", "Evening Ring", "Cocktail Ring"],
        euros: (59, 420), grams: 8, colours: &["Lake", "Forest", "Plum", "Butter", "Rose"],
        sizes: sizes("Size", &["50", "52", "54", "56", "58"], 0), materials: &["silver"],
        facts: &[("Stone", &["Topaz", "Tourmaline", "Garnet", "Citrine"]), ("Band", &["2 mm", "3 mm"])],
        notes: &["One stone, held by four claws.", "The band is slightly domed inside and turns easily.", "Set low enough for a glove.", "Each stone is chosen by hand; small inclusions are its own.", "Polished, and quick to collect fine scratches that suit it.", "We change the size once without charge."],
        terms: &["jewelry", "gemstone", "band"],
    },
    Kind {
        code: "BEADS", drawing: Drawing::of("prayer-beads").without(&[[11.6, 22.7, 20.4, 30.1], [16.5, 23.7, 19.5, 28.7]]).carrier(Carrier::Hue(55.0, 38.0)).lies(), shelf: "watches-and-jewellery/jewellery", also: &[], thing: "bead bracelet",
        forms: &["Bead Bracelet", "Wooden Beads", "Stone Bracelet", "Bead Necklace"],
        euros: (19, 89), grams: 35, colours: &["Clay", "Walnut", "Sage", "Lake", "Plum"],
        sizes: sizes("Length", &["17 cm", "19 cm"], 0), materials: &["beech", "walnut-wood"],
        facts: &[("Bead", &["8 mm", "10 mm"]), ("Cord", &["Elastic", "Knotted silk"])],
        notes: &["Round beads on a strong cord, and that is all.", "Turned one by one and oiled.", "Light on the wrist and silent on the desk.", "The knot hides inside the largest bead.", "The colour deepens with wear.", "Take it off for swimming."],
        terms: &["bracelet", "jewelry", "necklace"],
    },
    Kind {
        code: "SUNGLASS", drawing: Drawing::of("sunglasses").carrier(Carrier::Whole), shelf: "watches-and-jewellery/eyewear", also: &["outdoors/water"], thing: "pair of sunglasses",
        forms: &["Sunglasses", "Driving Sunglasses", "Round Sunglasses", "Beach Sunglasses", "Polarised Sunglasses"],
        euros: (49, 179), grams: 32, colours: &["Black", "Chestnut", "Forest", "Navy", "Plum"],
        sizes: ONE_SIZE, materials: &["acetate"],
        facts: &[("Filter", &["Category 3", "Category 2"]), ("Polarised", &["Yes", "No"]), ("Width", &["138 mm", "142 mm"])],
        notes: &["Dark enough for snow, clear enough for a map.", "The frame is cut from a sheet and polished for three days.", "Hinges have five barrels and a screw you can reach.", "Full protection against UV up to 400 nm.", "They sit on the nose and not on the cheeks.", "A hard case comes with them."],
        terms: &["shades", "eyewear", "sun"],
    },
    Kind {
        code: "GLASSES", drawing: Drawing::of("glasses").carrier(Carrier::Whole), shelf: "watches-and-jewellery/eyewear", also: &[], thing: "pair of reading glasses",
        forms: &["Reading Glasses", "Screen Glasses", "Desk Glasses", "Library Glasses", "Spare Glasses"],
        euros: (29, 119), grams: 26, colours: &["Lake", "Chestnut", "Forest", "Charcoal", "Rust"],
        sizes: sizes("Strength", &["+1.0", "+1.5", "+2.0", "+2.5"], 0), materials: &["acetate"],
        facts: &[("Coating", &["Anti-reflective", "Blue filter"]), ("Width", &["136 mm", "140 mm"])],
        notes: &["For the small print and the evening.", "Light enough to be forgotten on the forehead.", "The bridge fits narrow and broad noses.", "Lenses are coated on both sides.", "Screws are secured and do not work loose.", "If the strength is wrong we exchange it."],
        terms: &["spectacles", "readers", "eyewear"],
    },
];
