//! The makers, all invented, and the names they give to their ranges.

pub struct Brand {
    pub name: &'static str,
    pub departments: &'static [&'static str],
    pub sentences: [&'static str; 2],
}

const fn brand(
    name: &'static str,
    departments: &'static [&'static str],
    sentences: [&'static str; 2],
) -> Brand {
    Brand {
        name,
        departments,
        sentences,
    }
}

pub const BRANDS: &[Brand] = &[
    brand(
        "Hollin & Wray",
        &["kitchen", "table"],
        [
            "Hollin & Wray have made things for the kitchen since two sisters took over a pottery.",
            "The mark of Hollin & Wray is pressed into the foot.",
        ],
    ),
    brand(
        "Ostra",
        &["kitchen", "table", "lighting"],
        [
            "Ostra works with three small foundries and names them on the label.",
            "At Ostra each piece passes one last pair of hands before it is packed.",
        ],
    ),
    brand(
        "Kettlewell",
        &["kitchen", "garden"],
        [
            "Kettlewell keeps spare parts for everything it has sold.",
            "Kettlewell began with pans and has stayed stubborn about them.",
        ],
    ),
    brand(
        "Maren Table",
        &["table", "lighting"],
        [
            "Maren Table fires on Tuesdays and Fridays.",
            "Seconds at Maren Table are sold in the workshop, never here.",
        ],
    ),
    brand(
        "Fennick",
        &["lighting", "furniture"],
        [
            "Fennick is a workshop of eleven people and one dog.",
            "Fennick signs the underside, in pencil.",
        ],
    ),
    brand(
        "Lund & Sable",
        &["furniture", "lighting"],
        [
            "Lund & Sable draw slowly and change little.",
            "Everything by Lund & Sable can be taken apart with one key.",
        ],
    ),
    brand(
        "Arkwood",
        &["furniture", "garden"],
        [
            "Arkwood plants two trees for each it uses, and shows you where.",
            "Arkwood dries its timber in the open for a year.",
        ],
    ),
    brand(
        "Tisvale",
        &["textiles", "clothing"],
        [
            "Tisvale weaves on looms older than its weavers.",
            "The mill of Tisvale runs on the river beside it.",
        ],
    ),
    brand(
        "Northloom",
        &["textiles", "clothing"],
        [
            "Northloom dyes in small lots and numbers them.",
            "Northloom buys its fibre from farms it can name.",
        ],
    ),
    brand(
        "Ebbe",
        &["clothing", "shoes"],
        [
            "Ebbe cuts its patterns once a year and keeps the good ones.",
            "Ebbe mends what it makes, at cost.",
        ],
    ),
    brand(
        "Calder Row",
        &["clothing", "bags"],
        [
            "Calder Row sews in one street, in four buildings.",
            "Calder Row prints the name of the sewer inside.",
        ],
    ),
    brand(
        "Sorrel",
        &["clothing", "textiles"],
        [
            "Sorrel makes few things, in many sizes.",
            "Sorrel tests each cloth for a year before it sells it.",
        ],
    ),
    brand(
        "Pike & Last",
        &["shoes"],
        [
            "Pike & Last have six lasts and fit most feet.",
            "Pike & Last will put on a new sole, twice.",
        ],
    ),
    brand(
        "Tarn",
        &["shoes", "outdoors", "bags"],
        [
            "Tarn tries everything on the hill behind the workshop.",
            "Tarn repairs, and prefers to.",
        ],
    ),
    brand(
        "Aldous Lane",
        &["bags", "watches-and-jewellery"],
        [
            "Aldous Lane cuts by hand and wastes little.",
            "At Aldous Lane one person makes the whole piece.",
        ],
    ),
    brand(
        "Brindle",
        &["bags", "shoes"],
        [
            "Brindle rubs its edges seven times.",
            "Brindle keeps the pattern of each bag it has made.",
        ],
    ),
    brand(
        "Quillon",
        &["watches-and-jewellery"],
        [
            "Quillon regulates in five positions.",
            "Quillon makes about two thousand pieces a year.",
        ],
    ),
    brand(
        "Ida Verne",
        &["watches-and-jewellery", "textiles"],
        [
            "Ida Verne sets stones at a bench by a north window.",
            "Ida Verne works with recycled metal only.",
        ],
    ),
    brand(
        "Halden Audio",
        &["audio"],
        [
            "Halden Audio listens with ordinary records.",
            "Halden Audio publishes its measurements.",
        ],
    ),
    brand(
        "Mosby",
        &["audio", "cameras"],
        [
            "Mosby makes things with knobs.",
            "Mosby supplies parts for ten years.",
        ],
    ),
    brand(
        "Corran Strings",
        &["audio"],
        [
            "Corran Strings sets up every instrument before it leaves.",
            "Corran Strings takes trade-ins.",
        ],
    ),
    brand(
        "Peregrine Optical",
        &["cameras"],
        [
            "Peregrine Optical grinds its glass in a former dairy.",
            "Peregrine Optical tests each lens on a brick wall.",
        ],
    ),
    brand(
        "Lumen & Co",
        &["cameras", "lighting"],
        [
            "Lumen & Co have repaired more than they have sold.",
            "Lumen & Co include the manual, on paper.",
        ],
    ),
    brand(
        "Plumb Line",
        &["stationery-and-books", "furniture"],
        [
            "Plumb Line is run by two former surveyors.",
            "Plumb Line sells by the piece as gladly as by the box.",
        ],
    ),
    brand(
        "Wren Paper",
        &["stationery-and-books"],
        [
            "Wren Paper folds, sews and cuts under one roof.",
            "Wren Paper uses the offcuts for its labels.",
        ],
    ),
    brand(
        "Foxglove Press",
        &["stationery-and-books"],
        [
            "Foxglove Press brings out nine titles a year.",
            "Foxglove Press keeps its books in print.",
        ],
    ),
    brand(
        "Underhill",
        &["garden", "outdoors"],
        [
            "Underhill forges in the morning and gardens after that.",
            "Underhill guarantees its handles.",
        ],
    ),
    brand(
        "Green Gate",
        &["garden", "table"],
        [
            "Green Gate grows what it sends.",
            "Green Gate packs with straw and paper.",
        ],
    ),
    brand(
        "Fell & Ford",
        &["outdoors"],
        [
            "Fell & Ford test in rain, which is never far.",
            "Fell & Ford rents out what it sells, so that you can try it.",
        ],
    ),
    brand(
        "Velo Anders",
        &["outdoors", "play"],
        [
            "Velo Anders builds to order and delivers by bicycle where it can.",
            "Velo Anders true their wheels by ear.",
        ],
    ),
    brand(
        "Pip & Otter",
        &["play"],
        [
            "Pip & Otter turn, sand and paint in a village school.",
            "Toys by Pip & Otter have been dropped by experts.",
        ],
    ),
    brand(
        "Merrow",
        &["play", "outdoors"],
        [
            "Merrow has children in the building, which helps.",
            "Merrow prints its rules on cloth.",
        ],
    ),
];

/// Names of ranges. Together with the form they make a product's name, so they are plain and short.
pub const RANGES: &[&str] = &[
    "Alder",
    "Amble",
    "Anselm",
    "Arden",
    "Aster",
    "Avon",
    "Balmer",
    "Barrow",
    "Beacon",
    "Beck",
    "Birk",
    "Bramble",
    "Brim",
    "Burrow",
    "Calla",
    "Canna",
    "Carrow",
    "Cedar",
    "Clover",
    "Cobb",
    "Corrie",
    "Cove",
    "Crake",
    "Dace",
    "Dale",
    "Darrow",
    "Dell",
    "Dorrit",
    "Dune",
    "Eider",
    "Elm",
    "Ember",
    "Esker",
    "Fallow",
    "Farne",
    "Fenn",
    "Fern",
    "Finch",
    "Fjell",
    "Flint",
    "Garth",
    "Glen",
    "Gorse",
    "Grove",
    "Hale",
    "Haven",
    "Hazel",
    "Heath",
    "Heron",
    "Holm",
    "Hythe",
    "Inver",
    "Isla",
    "Ivy",
    "Jarrow",
    "Juno",
    "Keld",
    "Kelso",
    "Kestrel",
    "Kiln",
    "Kirk",
    "Lark",
    "Larch",
    "Laurel",
    "Leeward",
    "Linden",
    "Ling",
    "Loch",
    "Lorne",
    "Lowen",
    "Maple Lane",
    "Marlow",
    "Marsh",
    "Meadow",
    "Merle",
    "Mill",
    "Moor",
    "Nave",
    "Nell",
    "Ness",
    "Nook",
    "Oakham",
    "Olden",
    "Orrin",
    "Osier",
    "Otley",
    "Pell",
    "Penn",
    "Perrin",
    "Petrel",
    "Pine",
    "Plover",
    "Quarry",
    "Quill",
    "Rand",
    "Ravel",
    "Reed",
    "Ridge",
    "Rill",
    "Roe",
    "Rowan",
    "Rudd",
    "Rush",
    "Sedge",
    "Selby",
    "Shaw",
    "Skerry",
    "Slate Row",
    "Sorley",
    "Spindle",
    "Stannard",
    "Stour",
    "Swale",
    "Tamar",
    "Tansy",
    "Teal",
    "Thorn",
    "Thrift",
    "Tilde",
    "Tolland",
    "Tove",
    "Trent",
    "Tweed",
    "Ulla",
    "Umber",
    "Vale",
    "Vesper",
    "Wade",
    "Weir",
    "Weld",
    "Wharf",
    "Willow",
    "Winnow",
    "Wold",
    "Wren",
    "Yarrow",
    "Yew",
];

/// The makers whose goods stand in a department.
pub fn of_department(department: &str) -> Vec<&'static Brand> {
    BRANDS
        .iter()
        .filter(|brand| brand.departments.contains(&department))
        .collect()
}
