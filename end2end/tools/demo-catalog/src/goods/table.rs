//! Table: cups, glasses, plates, cutlery, vases.

use super::{Drawing, Kind, ONE_SIZE, sizes};
use crate::picture::recolour::Carrier;

const SETS: super::Sizes = sizes("Pieces", &["1", "4", "6"], 220);

pub const KINDS: &[Kind] = &[
    Kind {
        code: "MUG", drawing: Drawing::of("hot-beverage").carrier(Carrier::Hue(300.0, 60.0)), shelf: "table/cups-and-mugs", also: &["kitchen/tea-and-coffee"], thing: "mug",
        forms: &["Mug", "Coffee Mug", "Tall Mug", "Studio Mug", "Camp Mug", "Half-Pint Mug"],
        euros: (12, 28), grams: 360, colours: &["Oat", "Moss", "Clay", "Sky", "Charcoal", "Butter"],
        sizes: SETS, materials: &["stoneware", "porcelain", "enamel"],
        facts: &[("Capacity", &["250 ml", "330 ml", "400 ml"]), ("Dishwasher", &["Suitable"])],
        notes: &["The cup you reach for without looking.", "A thin lip and a thick foot.", "Three fingers fit the handle, four if they are slim.", "It stacks two high and stays there.", "Glazed all over except a narrow ring underneath.", "The weight sits low, so it does not tip on a crowded desk."],
        terms: &["cup", "coffee cup", "tea mug"],
    },
    Kind {
        code: "TEACUP", drawing: Drawing::of("teacup-without-handle").carrier(Carrier::Greys).without(&[[8.9, 1.9, 23.1, 9.6], [5.9, 13.0, 12.1, 21.2], [8.1, 9.9, 9.9, 16.1]]), shelf: "table/cups-and-mugs", also: &[], thing: "tea bowl",
        forms: &["Tea Bowl", "Espresso Cup", "Cup and Saucer", "Breakfast Bowl", "Tasting Cup"],
        euros: (9, 26), grams: 220, colours: &["Ivory", "Sage", "Blush", "Slate", "Ochre"],
        sizes: SETS, materials: &["porcelain", "stoneware"],
        facts: &[("Capacity", &["90 ml", "150 ml", "200 ml"]), ("Dishwasher", &["Suitable"])],
        notes: &["A cup without a handle tells you when the tea is ready to drink.", "Small, round and made to be held with both hands.", "The wall is thin where it meets the lip.", "A saucer of oiled wood goes with it.", "Cups of one set are picked to match in height.", "The inside is always white, so you see the colour of the tea."],
        terms: &["cup", "espresso", "matcha bowl"],
    },
    Kind {
        code: "TUMBLER", drawing: Drawing::of("tumbler-glass").carrier(Carrier::Main(70.0)).without(&[[2.9, 12.9, 29.0, 27.1]]), shelf: "table/glassware", also: &[], thing: "tumbler",
        forms: &["Tumbler", "Water Glass", "Low Tumbler", "Juice Glass", "Whisky Tumbler"],
        euros: (7, 22), grams: 260, colours: &["Mist", "Sage", "Rose", "Butter", "Slate"],
        sizes: SETS, materials: &["glass"],
        facts: &[("Capacity", &["220 ml", "300 ml"]), ("Dishwasher", &["Suitable"])],
        notes: &["A plain glass with a heavy foot.", "For water at noon and something else at nine.", "Straight walls, so they stand close in the cupboard.", "The rim is fire-polished and smooth.", "Tempered, and slow to chip.", "A little colour in the glass, even through and through."],
        terms: &["glass", "drinking glass", "rocks glass"],
    },
    Kind {
        code: "WINE", drawing: Drawing::of("wine-glass").carrier(Carrier::Main(40.0)), shelf: "table/glassware", also: &[], thing: "wine glass",
        forms: &["Wine Glass", "Red Wine Glass", "Rosé Glass", "Tasting Glass", "Bistro Glass"],
        euros: (9, 34), grams: 170, colours: &["Plum", "Rose", "Ochre", "Butter"],
        sizes: SETS, materials: &["glass"],
        facts: &[("Capacity", &["340 ml", "480 ml"]), ("Stem", &["Drawn", "Set"])],
        notes: &["A glass for weekdays that can face guests.", "The bowl narrows just enough to keep the scent.", "The stem is drawn from the bowl, so there is no joint to break.", "It stands in an ordinary dishwasher rack.", "The foot is wide and flat.", "Thin at the rim, not so thin that you hold your breath."],
        terms: &["stemware", "goblet", "glasses"],
    },
    Kind {
        code: "PLATE", drawing: Drawing::of("fork-and-knife-with-plate").carrier(Carrier::Whole).only(&[[5.6, 5.97, 27.8, 28.1]]).lies(), shelf: "table/plates-and-bowls", also: &[], thing: "plate",
        forms: &["Dinner Plate", "Side Plate", "Breakfast Plate", "Serving Plate", "Pasta Plate", "Everyday Plate"],
        euros: (11, 38), grams: 640, colours: &["Ivory", "Sage", "Clay", "Mist", "Charcoal", "Blush"],
        sizes: SETS, materials: &["stoneware", "porcelain"],
        facts: &[("Diameter", &["21 cm", "24 cm", "27 cm"]), ("Dishwasher", &["Suitable"])],
        notes: &["A plate with a low rim that keeps the sauce in.", "Food looks at home on it.", "Flat enough for a knife, deep enough for a little gravy.", "They stack without rattling.", "The foot is polished and does not scratch the one below.", "Replacements stay in the row for years."],
        terms: &["dish", "dinnerware", "crockery"],
    },
    Kind {
        code: "FORKKNIFE", drawing: Drawing::of("fork-and-knife").carrier(Carrier::Whole).lies(), shelf: "table/cutlery", also: &[], thing: "knife and fork",
        forms: &["Knife and Fork", "Table Cutlery", "Fish Knife and Fork", "Dessert Cutlery", "Picnic Cutlery"],
        euros: (18, 64), grams: 160, colours: &["Steel", "Brass", "Copper", "Charcoal"],
        sizes: sizes("Settings", &["1", "4", "6"], 230), materials: &["stainless", "brass"],
        facts: &[("Finish", &["Satin", "Polished"]), ("Length", &["20.5 cm", "21 cm"])],
        notes: &["The fork has four tines and a back you can eat peas from.", "Cutlery with some weight at the handle end.", "The knife cuts; it is ground, not only shaped.", "Edges are rounded where fingers rest.", "Settings can be bought one at a time.", "Forged in one piece, without a hollow handle."],
        terms: &["flatware", "silverware", "fork", "knife"],
    },
    Kind {
        code: "SPOON", drawing: Drawing::of("spoon").carrier(Carrier::Whole).lies(), shelf: "table/cutlery", also: &["kitchen/knives-and-tools"], thing: "spoon",
        forms: &["Table Spoon", "Soup Spoon", "Serving Spoon", "Tea Spoon", "Ladle Spoon"],
        euros: (5, 19), grams: 55, colours: &["Steel", "Brass", "Oak", "Walnut"],
        sizes: sizes("Pieces", &["1", "6"], 400), materials: &["stainless", "beech"],
        facts: &[("Finish", &["Satin", "Polished", "Oiled"]), ("Length", &["14 cm", "20 cm", "24 cm"])],
        notes: &["A spoon shaped for the mouth, not for the drawer.", "The bowl is oval and shallow.", "Smooth all the way round, without a seam.", "It balances on a finger at the neck.", "Long enough for the honey jar.", "Matches the other cutlery of the row."],
        terms: &["cutlery", "teaspoon", "ladle"],
    },
    Kind {
        code: "CHOPSTICK", drawing: Drawing::of("chopsticks").carrier(Carrier::Main(40.0)).lies(), shelf: "table/cutlery", also: &[], thing: "pair of chopsticks",
        forms: &["Chopsticks", "Cooking Chopsticks", "Travel Chopsticks", "Lacquered Chopsticks"],
        euros: (6, 22), grams: 25, colours: &["Tomato", "Forest", "Ochre", "Navy"],
        sizes: sizes("Pairs", &["1", "5"], 320), materials: &["beech", "walnut-wood"],
        facts: &[("Length", &["22.5 cm", "24 cm"]), ("Tip", &["Fine, grooved"])],
        notes: &["Fine at the tip, square at the top.", "They hold a grain of rice and do not roll off the table.", "Each pair is cut from one piece, so the grain matches.", "The lacquer is built up in thin coats.", "Shallow grooves help with noodles.", "Rinse them by hand and stand them in the air."],
        terms: &["sticks", "asian", "hashi"],
    },
    Kind {
        code: "CARAFE", drawing: Drawing::of("sake").carrier(Carrier::Hue(255.0, 50.0)), shelf: "table/glassware", also: &[], thing: "carafe with cup",
        forms: &["Carafe and Cup", "Sake Set", "Bedside Carafe", "Oil Carafe"],
        euros: (28, 62), grams: 680, colours: &["Lake", "Moss", "Rust", "Ink"],
        sizes: ONE_SIZE, materials: &["porcelain"],
        facts: &[("Capacity", &["0.4 l", "0.7 l"]), ("Cups", &["1", "2"])],
        notes: &["Water for the night, with a cup of its own.", "A narrow neck and a wide, calm belly.", "Warm it in a pan of water or cool it in the fridge.", "The painted band is under the glaze and stays.", "It pours in a thin stream.", "The neck is just wide enough for a bottle brush."],
        terms: &["decanter", "sake", "jug"],
    },
    Kind {
        code: "VASE", drawing: Drawing::of("amphora").carrier(Carrier::Whole), shelf: "table/vases", also: &["garden/flowers"], thing: "vase",
        forms: &["Vase", "Two-Handled Vase", "Tall Vase", "Mantel Vase", "Table Vase", "Floor Vase"],
        euros: (32, 118), grams: 1500, colours: &["Clay", "Ivory", "Moss", "Slate", "Ochre"],
        sizes: sizes("Height", &["22 cm", "34 cm"], 45), materials: &["terracotta", "stoneware"],
        facts: &[("Watertight", &["Yes, glazed inside"]), ("Opening", &["4 cm", "6 cm"])],
        notes: &["A vase that looks finished when it is empty.", "The neck gathers a few stems so that they stand.", "Shaped after jars that once carried oil.", "The pattern is drawn by hand before firing.", "Heavy at the foot; a branch does not pull it over.", "A felt ring underneath is kind to wood."],
        terms: &["flower vase", "urn", "amphora"],
    },
];
