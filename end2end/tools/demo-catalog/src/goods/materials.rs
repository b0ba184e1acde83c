//! What things are made of: the attribute, the care line, and sentences for descriptions.

pub struct Material {
    pub key: &'static str,
    pub name: &'static str,
    pub care: &'static str,
    pub sentences: &'static [&'static str],
}

const fn material(
    key: &'static str,
    name: &'static str,
    care: &'static str,
    sentences: &'static [&'static str],
) -> Material {
    Material { key, name, care, sentences }
}

pub const MATERIALS: &[Material] = &[
    material(
        "stoneware",
        "Stoneware",
        "Dishwasher, up to 65 °C",
        &[
            "Stoneware, fired once at 1,220 °C.",
            "The clay is dense and rings when you tap it.",
            "Small specks in the glaze come from iron in the clay.",
        ],
    ),
    material(
        "porcelain",
        "Porcelain",
        "Dishwasher, up to 65 °C",
        &[
            "Hard porcelain, thin enough to let light through at the rim.",
            "The body is white all the way through.",
            "Fired at 1,380 °C, it does not take up colour or smell.",
        ],
    ),
    material(
        "terracotta",
        "Terracotta",
        "Wipe with a damp cloth",
        &[
            "Terracotta from one clay pit, which is why the tone is even.",
            "The clay breathes and grows a bloom of white with time.",
            "It is fired slowly, so that it stands frost down to a few degrees.",
        ],
    ),
    material(
        "cast-iron",
        "Cast iron",
        "By hand, dry at once",
        &[
            "Cast in sand, one mould for each piece.",
            "The iron is three millimetres thick and even.",
            "Iron takes its time to warm and keeps warm in return.",
        ],
    ),
    material(
        "carbon-steel",
        "Carbon steel",
        "By hand, dry and oil",
        &[
            "Carbon steel, which takes a fine edge and a dark skin.",
            "It will change colour with use; that is a good sign.",
            "The steel is hardened in oil and tempered twice.",
        ],
    ),
    material(
        "stainless",
        "Stainless steel",
        "Dishwasher",
        &[
            "Stainless steel, brushed rather than polished.",
            "The steel holds no taste and no grudge.",
            "Eighteen parts chromium, ten parts nickel.",
        ],
    ),
    material(
        "enamel",
        "Enamelled steel",
        "By hand, no metal tools",
        &[
            "Steel with two coats of enamel, each fired on its own.",
            "Enamel does not scratch with wood or silicone.",
            "A chip at the rim does no harm; the steel below is sealed.",
        ],
    ),
    material(
        "steel",
        "Steel",
        "Dry cloth",
        &[
            "Sheet steel, powder-coated in a matt finish.",
            "The seams are welded and ground flush.",
            "The colour is baked on and resists knocks.",
        ],
    ),
    material(
        "aluminium",
        "Aluminium",
        "Soft cloth",
        &[
            "Aluminium, turned and anodised.",
            "The surface is blasted with glass beads and feels like chalk.",
            "Light, stiff and endlessly recyclable.",
        ],
    ),
    material(
        "brass",
        "Brass",
        "Dry cloth, polish if you wish",
        &[
            "Brass without lacquer, so it darkens where it is not touched.",
            "The brass is drawn, then brushed by hand.",
            "A little polish brings the shine back.",
        ],
    ),
    material(
        "silver",
        "Sterling silver",
        "Soft cloth",
        &[
            "Sterling silver, 925 parts in a thousand.",
            "The silver is largely recycled.",
            "Hallmarked on the inside.",
        ],
    ),
    material(
        "glass",
        "Glass",
        "Dishwasher",
        &[
            "Soda-lime glass without lead.",
            "A bubble here and there shows that it was blown.",
            "The glass is heated once more at the end, which takes the tension out.",
        ],
    ),
    material(
        "beech",
        "Beech",
        "Damp cloth, oil now and then",
        &[
            "Beech from managed forests, oiled twice.",
            "The wood is steamed, which gives it an even pinkish tone.",
            "Close-grained and smooth, it does not splinter.",
        ],
    ),
    material(
        "oak",
        "Oak",
        "Damp cloth, oil once a year",
        &[
            "Solid oak, finished with hard oil.",
            "The boards are chosen so that the grain runs on.",
            "Oak darkens a little in the sun.",
        ],
    ),
    material(
        "ash",
        "Ash",
        "Damp cloth, oil once a year",
        &[
            "Ash, because it bends before it breaks.",
            "The grain runs straight from end to end.",
            "Finished with linseed oil.",
        ],
    ),
    material(
        "walnut-wood",
        "Walnut",
        "Damp cloth, wax once a year",
        &[
            "European walnut, with its quiet stripes.",
            "Waxed, not lacquered, so a scratch can be rubbed out.",
            "Every piece has its own shade.",
        ],
    ),
    material(
        "maple",
        "Maple",
        "Dry cloth",
        &[
            "Maple, dried for six years.",
            "The flame in the wood is not a print.",
            "A thin lacquer leaves the grain to be felt.",
        ],
    ),
    material(
        "spruce",
        "Spruce and maple",
        "Dry cloth, away from heaters",
        &[
            "Spruce from high slopes, with narrow rings.",
            "The varnish is spirit-based and thin.",
            "Tap it and it answers.",
        ],
    ),
    material(
        "bamboo",
        "Bamboo",
        "Damp cloth",
        &[
            "Bamboo, split and shaved to an even width.",
            "Light, springy and quick to grow.",
            "Smoked over straw, which keeps insects away.",
        ],
    ),
    material(
        "willow",
        "Willow",
        "Brush, a spray of water in winter",
        &[
            "Willow rods, boiled and peeled.",
            "Cut in winter, woven in spring.",
            "The rods are soaked overnight before they are bent.",
        ],
    ),
    material(
        "rattan",
        "Rattan",
        "Brush, a spray of water in winter",
        &[
            "Rattan, woven over a frame of the same.",
            "It gives a little, which is why it lasts.",
            "Finished without varnish.",
        ],
    ),
    material(
        "straw",
        "Wheat straw",
        "Brush, steam into shape",
        &[
            "Wheat straw, plaited and sewn in a spiral.",
            "The plait is seven straws wide.",
            "Stiffened with a little gelatine, as it always was.",
        ],
    ),
    material(
        "linen",
        "Linen",
        "40 °C, line dry",
        &[
            "Linen from flax grown near the coast.",
            "The cloth is washed with stones, so it begins soft.",
            "It creases, and looks right creased.",
        ],
    ),
    material(
        "cotton",
        "Cotton",
        "40 °C, tumble low",
        &[
            "Organic cotton, long in the fibre.",
            "Woven tightly and left unbleached where it is not dyed.",
            "Dyes are tested for skin.",
        ],
    ),
    material(
        "jersey",
        "Cotton jersey",
        "30 °C, inside out",
        &[
            "Combed cotton, knitted from two-ply yarn.",
            "The jersey is heavy enough to hang well.",
            "A touch of nothing else: it is all cotton.",
        ],
    ),
    material(
        "denim",
        "Denim",
        "30 °C, inside out, seldom",
        &[
            "Ring-spun denim, dyed with indigo on the rope.",
            "The weft is undyed, so it fades to white and not to grey.",
            "Pre-shrunk to within two per cent.",
        ],
    ),
    material(
        "canvas",
        "Cotton canvas",
        "Brush, sponge with cold water",
        &[
            "Cotton canvas of 500 grams, waxed on one side.",
            "The cloth is stiff at first and breaks in.",
            "Edges are bound with webbing.",
        ],
    ),
    material(
        "wool",
        "Wool",
        "Brush, dry clean if needed",
        &[
            "Wool with a short, dense pile.",
            "It sheds a light rain and airs itself.",
            "Spun, woven and finished in one valley.",
        ],
    ),
    material(
        "lambswool",
        "Lambswool",
        "By hand, cold, dry flat",
        &[
            "Lambswool of the first shearing.",
            "The wool is dyed before it is spun, which gives the colour its depth.",
            "Mulesing-free, and traced to the farm.",
        ],
    ),
    material(
        "merino",
        "Merino wool",
        "30 °C, wool cycle",
        &[
            "Merino of 19.5 microns, fine enough for bare skin.",
            "Warm when wet and slow to smell.",
            "It needs airing more often than washing.",
        ],
    ),
    material(
        "silk",
        "Silk",
        "By hand, cold, iron cool",
        &[
            "Silk with a dry hand and little shine.",
            "The weight is 19 momme.",
            "It takes colour as nothing else does.",
        ],
    ),
    material(
        "leather",
        "Leather",
        "Dry cloth, cream twice a year",
        &[
            "Leather tanned with bark, over six weeks.",
            "Scars of the hide are left where they do no harm.",
            "It gets darker, softer and better.",
        ],
    ),
    material(
        "suede",
        "Suede",
        "Brush, proof before wearing",
        &[
            "Suede with a short nap.",
            "Proof it once before the first rain.",
            "A crepe brush takes off most marks.",
        ],
    ),
    material(
        "recycled-nylon",
        "Recycled nylon",
        "30 °C, no softener",
        &[
            "Nylon made from fishing nets and carpet ends.",
            "Woven tight, coated on the inside.",
            "It dries in the time it takes to eat.",
        ],
    ),
    material(
        "rubber",
        "Natural rubber",
        "Water and soap",
        &[
            "Natural rubber, vulcanised in the mould.",
            "It stays supple in the cold.",
            "The smell goes after a week.",
        ],
    ),
    material(
        "silicone",
        "Silicone",
        "Fresh water",
        &["Soft silicone that does not yellow.", "Free of latex.", "It seals at the first touch."],
    ),
    material(
        "recycled-abs",
        "Recycled plastic",
        "Damp cloth",
        &[
            "The shell is recycled plastic, coloured through.",
            "Screwed, not glued, so it can be opened and mended.",
            "The surface is fine and does not show fingers.",
        ],
    ),
    material(
        "acetate",
        "Cellulose acetate",
        "Soft cloth",
        &[
            "Acetate, which is made of cotton and wood.",
            "Warm to the touch and full of depth.",
            "Tumbled with birch chips until it shines.",
        ],
    ),
    material(
        "cellulose",
        "Cellulose",
        "60 °C",
        &[
            "Plant cellulose with cotton fibres inside.",
            "It dries stiff, which keeps it fresh.",
            "Compostable at the end.",
        ],
    ),
    material(
        "beeswax",
        "Beeswax",
        "Away from the sun",
        &[
            "Pure beeswax, filtered twice.",
            "The colour comes from mineral pigments.",
            "It smells of the hive when warm.",
        ],
    ),
    material(
        "soy-wax",
        "Soy wax",
        "Away from the sun",
        &[
            "Soy wax without palm or paraffin.",
            "It burns cooler and longer than most.",
            "Spills wash out with warm water.",
        ],
    ),
    material(
        "soap",
        "Plant oils",
        "Keep dry between uses",
        &[
            "Olive, coconut and a little castor oil.",
            "Without palm oil, without microplastics.",
            "Made in batches of eighty litres.",
        ],
    ),
    material(
        "paper",
        "Paper",
        "Keep dry",
        &[
            "Paper from European mills, FSC-certified.",
            "A little cotton in the pulp gives it strength.",
            "Printed with plant-based inks.",
        ],
    ),
    material(
        "book",
        "Paper, cloth",
        "Keep dry, away from the sun",
        &[
            "Printed on wood-free paper of 100 grams.",
            "Thread-sewn, with head and tail bands.",
            "Set in a serif drawn for long reading.",
        ],
    ),
    material(
        "graphite",
        "Graphite and cedar",
        "Keep dry",
        &[
            "Graphite with fine clay, fired and waxed.",
            "Incense cedar, cut along the grain.",
            "The paint is water-based.",
        ],
    ),
    material(
        "plant",
        "Living plant",
        "Water as described",
        &[
            "Raised in peat-free soil.",
            "Grown within a day's drive, under glass that is not heated.",
            "Each one is looked over before it is packed.",
        ],
    ),
    material(
        "flowers",
        "Flowers, seeds, bulbs",
        "Cool and airy",
        &[
            "Grown in the open, without forcing.",
            "From two nurseries we have visited.",
            "Checked for pests and packed dry.",
        ],
    ),
];

/// # Panics
/// When a table of goods names a material that is not in the table; a test reads all tables.
pub fn of(key: &str) -> &'static Material {
    MATERIALS
        .iter()
        .find(|material| material.key == key)
        .unwrap_or_else(|| panic!("no material {key}"))
}
