//! A small shop with enough words to confuse one for another.

use crate::features::catalog::model::Product;

use crate::testing::catalog::product;

/// Kinds of things: key, what one is called, other words for it.
const KINDS: [(&str, &str, &str); 60] = [
    ("teapot", "Teapot", "infuser brew"),
    ("kettle", "Kettle", "boiler whistle"),
    ("frying-pan", "Frying Pan", "skillet"),
    ("saucepan", "Saucepan", "pot"),
    ("casserole", "Casserole", "braiser"),
    ("knife", "Chef's Knife", "blade"),
    ("cutting-board", "Cutting Board", "chopping"),
    ("grinder", "Coffee Grinder", "mill beans"),
    ("mug", "Mug", "cup beaker"),
    ("plate", "Dinner Plate", "dish"),
    ("bowl", "Salad Bowl", "serving"),
    ("cutlery", "Cutlery Set", "forks spoons flatware"),
    ("carafe", "Carafe", "decanter jug"),
    ("tablecloth", "Tablecloth", "linen"),
    ("candle", "Candle", "beeswax light"),
    ("lantern", "Lantern", "storm light"),
    ("pendant", "Pendant Lamp", "ceiling light"),
    ("desk-lamp", "Desk Lamp", "reading light"),
    ("armchair", "Armchair", "seat lounge"),
    ("bookshelf", "Bookshelf", "bookcase shelving"),
    ("sideboard", "Sideboard", "cabinet"),
    ("stool", "Stool", "seat"),
    ("mirror", "Wall Mirror", "looking glass"),
    ("blanket", "Blanket", "throw"),
    ("cushion", "Cushion", "pillow"),
    ("curtain", "Curtain", "drape"),
    ("duvet", "Duvet Cover", "bedding"),
    ("towel", "Bath Towel", "terry"),
    ("sweater", "Sweater", "jumper pullover"),
    ("raincoat", "Raincoat", "waterproof mac"),
    ("jacket", "Jacket", "coat"),
    ("trousers", "Trousers", "pants chinos"),
    ("scarf", "Scarf", "shawl"),
    ("gloves", "Gloves", "mittens"),
    ("sneakers", "Sneakers", "trainers"),
    ("boots", "Boots", "walking"),
    ("sandals", "Sandals", "slippers"),
    ("backpack", "Backpack", "rucksack"),
    ("suitcase", "Suitcase", "luggage trolley"),
    ("wallet", "Wallet", "purse"),
    ("wristwatch", "Wristwatch", "timepiece"),
    ("necklace", "Necklace", "pendant chain"),
    ("earrings", "Earrings", "studs jewellery"),
    ("bracelet", "Bracelet", "bangle"),
    ("headphones", "Headphones", "headset"),
    ("speaker", "Bookshelf Speaker", "loudspeaker"),
    ("turntable", "Turntable", "record player"),
    ("radio", "Kitchen Radio", "tuner"),
    ("camera", "Film Camera", "photo"),
    ("tripod", "Tripod", "stand"),
    ("binoculars", "Binoculars", "field glasses"),
    ("notebook", "Notebook", "journal"),
    ("fountain-pen", "Fountain Pen", "ink nib"),
    ("watering-can", "Watering Can", "garden"),
    ("secateurs", "Secateurs", "pruning shears"),
    ("hammock", "Hammock", "garden swing"),
    ("tent", "Tent", "camping shelter"),
    ("sleeping-bag", "Sleeping Bag", "camping"),
    ("puzzle", "Jigsaw Puzzle", "game"),
    ("umbrella", "Umbrella", "parasol"),
];

/// Four of each kind: key and number, name, material.
const FORMS: [(&str, &str); 4] = [
    ("Everyday", "stoneware"),
    ("Heritage", "walnut"),
    ("Small", "recycled cotton"),
    ("Travel", "aluminium"),
];
const BRANDS: [&str; 5] = ["Hallow", "Fjord & Field", "Marlow", "Odette", "Northbank"];

pub fn products() -> Vec<Product> {
    let mut all = Vec::new();
    for (place, (key, thing, terms)) in KINDS.iter().enumerate() {
        for (number, (form, material)) in FORMS.iter().enumerate() {
            let mut one = product(&format!("{key}-{number}"), &format!("{form} {thing}"));
            one.info.brand = BRANDS[(place + number) % BRANDS.len()].into();
            one.info.search_terms = vec![(*terms).into()];
            one.info.description = format!(
                "Made of {material}. A {} to keep for years, packed without plastic.",
                thing.to_lowercase()
            );
            one.popularity = i64::try_from((place * 37 + number * 11) % 100).unwrap_or(0);
            all.push(one);
        }
    }
    all
}
