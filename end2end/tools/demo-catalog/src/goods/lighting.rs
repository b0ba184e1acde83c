//! Lighting: lamps, lanterns, candles, bulbs.

use super::{Drawing, Kind, ONE_SIZE, sizes};
use crate::picture::recolour::Carrier;

pub const KINDS: &[Kind] = &[
    Kind {
        code: "FLOORLAMP", drawing: Drawing::of("couch-and-lamp").carrier(Carrier::Main(45.0)).without(&[[2.0, 17.0, 23.4, 31.0], [21.8, 20.0, 25.4, 31.0]]), shelf: "lighting/lamps", also: &["furniture/seating"], thing: "floor lamp",
        forms: &["Floor Lamp", "Reading Lamp", "Arc Lamp", "Corner Lamp", "Standing Lamp", "Study Lamp"],
        euros: (89, 279), grams: 5400, colours: &["Brass", "Charcoal", "Moss", "Tomato", "Ivory"],
        sizes: ONE_SIZE, materials: &["steel", "brass"],
        facts: &[("Height", &["142 cm", "155 cm"]), ("Socket", &["E27"]), ("Cable", &["2.4 m, textile"])],
        notes: &["Light where the book is, and not in the eyes of the others.", "The shade turns with one hand.", "A lamp that leans over the sofa without getting in the way.", "The switch is in the cable, at the height of a seated hand.", "The base is heavy enough for a cat.", "Takes an ordinary bulb, up to 60 W or its LED equal."],
        terms: &["standing light", "light", "uplighter"],
    },
    Kind {
        code: "BULB", drawing: Drawing::of("light-bulb").carrier(Carrier::Main(50.0)), shelf: "lighting/bulbs", also: &[], thing: "bulb",
        forms: &["Globe Bulb", "Filament Bulb", "Evening Bulb", "Dimmable Bulb", "Reading Bulb"],
        euros: (7, 24), grams: 70, colours: &["Butter", "Ochre", "Ivory", "Mist"],
        sizes: sizes("Power", &["4 W", "7 W", "11 W"], 15), materials: &["glass"],
        facts: &[("Socket", &["E27", "E14"]), ("Life", &["15,000 hours", "25,000 hours"])],
        notes: &["A warm light that does not hum or flicker.", "For lamps in which the bulb is seen.", "The colour stays the same when it is dimmed.", "It reaches full brightness at once.", "Colour rendering of 90 and more, so food looks like food.", "The glass is tinted, not painted."],
        terms: &["led", "lamp", "light bulb"],
    },
    Kind {
        code: "CANDLE", drawing: Drawing::of("candle").carrier(Carrier::Hue(50.0, 38.0)), shelf: "lighting/candles", also: &["table/vases"], thing: "candle",
        forms: &["Pillar Candle", "Dinner Candle", "Church Candle", "Scented Candle", "Hand-Dipped Candle", "Beeswax Candle"],
        euros: (6, 32), grams: 420, colours: &["Ivory", "Rust", "Sage", "Plum", "Butter", "Slate"],
        sizes: sizes("Height", &["10 cm", "15 cm", "20 cm"], 30), materials: &["beeswax", "soy-wax"],
        facts: &[("Burns for", &["18 hours", "32 hours", "60 hours"]), ("Wick", &["Cotton, without metal"])],
        notes: &["It burns down straight and leaves little behind.", "Coloured through, so it looks the same halfway down.", "A steady flame for a long table.", "The wick is cotton and needs trimming to half a centimetre.", "Poured slowly, which keeps the surface even.", "Keep it out of draughts and it will not drip."],
        terms: &["wax", "pillar", "tealight"],
    },
    Kind {
        code: "LANTERN", drawing: Drawing::of("red-paper-lantern").carrier(Carrier::Main(30.0)), shelf: "lighting/lanterns", also: &["garden/garden-living"], thing: "paper lantern",
        forms: &["Paper Lantern", "Garden Lantern", "Pendant Lantern", "Terrace Lantern", "Long Lantern"],
        euros: (14, 58), grams: 340, colours: &["Tomato", "Ivory", "Moss", "Lake", "Ochre"],
        sizes: sizes("Height", &["30 cm", "45 cm"], 35), materials: &["paper", "bamboo"],
        facts: &[("Socket", &["E27, cable sold separately", "For LED candles only"]), ("Folds flat", &["Yes"])],
        notes: &["It folds flat for the winter and opens in a minute.", "Paper takes the edge off any bulb.", "A row of three over a table is enough for a party.", "The ribs are split bamboo, bound by hand.", "It weighs little and hangs from a thread.", "Treated against damp, though not against rain."],
        terms: &["lampion", "shade", "party light"],
    },
    Kind {
        code: "TORCH", drawing: Drawing::of("flashlight").carrier(Carrier::Greys).without(&[[12.8, 2.2, 14.6, 8.0], [1.6, 13.4, 7.35, 15.2], [4.5, 4.7, 9.4, 9.6]]).lies(), shelf: "lighting/torches", also: &["outdoors/camping"], thing: "torch",
        forms: &["Torch", "Pocket Torch", "Camp Torch", "Hall Torch", "Long-Range Torch"],
        euros: (19, 69), grams: 190, colours: &["Slate", "Forest", "Tomato", "Black", "Ochre"],
        sizes: ONE_SIZE, materials: &["aluminium"],
        facts: &[("Light", &["180 lm", "320 lm", "600 lm"]), ("Battery", &["USB-C, 9 hours", "2 × AA, 12 hours"]), ("Water", &["IPX4", "IPX7"])],
        notes: &["For the fuse box, the tent and the walk back from the pub.", "One button, three levels, and it remembers the last.", "It stands on its tail and lights a whole tent.", "The body is ribbed and does not slip out of a glove.", "The beam is wide near the feet and long ahead.", "A small red light shows when it should be charged."],
        terms: &["flashlight", "lamp", "led torch"],
    },
    Kind {
        code: "OILLAMP", drawing: Drawing::of("diya-lamp").carrier(Carrier::Main(28.0)), shelf: "lighting/lanterns", also: &[], thing: "oil lamp",
        forms: &["Oil Lamp", "Table Oil Lamp", "Clay Lamp", "Evening Lamp"],
        euros: (12, 36), grams: 260, colours: &["Clay", "Rust", "Petrol", "Plum"],
        sizes: ONE_SIZE, materials: &["terracotta"],
        facts: &[("Burns for", &["4 hours a filling", "6 hours a filling"]), ("Fuel", &["Lamp oil", "Olive oil"])],
        notes: &["An old shape with a clean flame.", "It burns what is left in the salad-oil bottle.", "Small enough for the windowsill.", "The rim is glazed so that soot wipes off.", "Two spare wicks lie in the box.", "Put it on a plate and out of reach of curtains."],
        terms: &["diya", "oil burner", "lamp"],
    },
];
