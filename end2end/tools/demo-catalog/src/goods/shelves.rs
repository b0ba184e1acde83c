//! The category tree, in the order in which the shop shows it.

/// A category: its key (which holds its parents), name, and the sentence on its page.
pub type Shelf = (&'static str, &'static str, &'static str);

pub const SHELVES: &[Shelf] = &[
    (
        "kitchen",
        "Kitchen",
        "Pots, knives and jars that are used every day.",
    ),
    (
        "kitchen/cookware",
        "Cookware",
        "For the stove, the oven and the middle of the table.",
    ),
    (
        "kitchen/cookware/pans",
        "Pans",
        "Flat and shallow, for frying, searing and braising.",
    ),
    (
        "kitchen/cookware/pots",
        "Pots",
        "Deep and upright, for soup, pasta and milk.",
    ),
    (
        "kitchen/tea-and-coffee",
        "Tea and coffee",
        "Pots and cups for the first quarter of an hour.",
    ),
    (
        "kitchen/knives-and-tools",
        "Knives and tools",
        "What hands hold while they cook.",
    ),
    (
        "kitchen/storage",
        "Kitchen storage",
        "Jars and crocks that keep things as they are.",
    ),
    (
        "table",
        "Table",
        "Cups, plates and glasses for weekdays and guests.",
    ),
    (
        "table/cups-and-mugs",
        "Cups and mugs",
        "For tea, coffee and soup out of hand.",
    ),
    (
        "table/glassware",
        "Glassware",
        "Glasses and carafes with a heavy foot.",
    ),
    (
        "table/plates-and-bowls",
        "Plates and bowls",
        "Sets that can be added to for years.",
    ),
    (
        "table/cutlery",
        "Cutlery",
        "Knives that cut, forks that hold.",
    ),
    ("table/vases", "Vases", "For a few stems, or for none."),
    (
        "lighting",
        "Lighting",
        "Light where it is needed, and dusk elsewhere.",
    ),
    (
        "lighting/lamps",
        "Lamps",
        "For reading, for corners, for over the sofa.",
    ),
    (
        "lighting/lanterns",
        "Lanterns",
        "Paper, clay and a small flame.",
    ),
    (
        "lighting/candles",
        "Candles",
        "Poured and dipped, coloured through.",
    ),
    (
        "lighting/torches",
        "Torches",
        "For the fuse box and the tent.",
    ),
    (
        "lighting/bulbs",
        "Bulbs",
        "Warm light in the usual sockets.",
    ),
    (
        "furniture",
        "Furniture",
        "Things to sit on, lie on and put away in.",
    ),
    (
        "furniture/seating",
        "Seating",
        "For dinner, for work, for the afternoon.",
    ),
    (
        "furniture/seating/chairs",
        "Chairs",
        "Light enough to carry, strong enough to stand on.",
    ),
    (
        "furniture/seating/sofas",
        "Sofas",
        "With covers that come off.",
    ),
    ("furniture/beds", "Beds", "That make no sound."),
    (
        "furniture/storage-furniture",
        "Storage furniture",
        "Drawers, ladders and shelves.",
    ),
    (
        "furniture/mirrors",
        "Mirrors",
        "Clear glass in frames of wood and brass.",
    ),
    (
        "furniture/clocks",
        "Clocks",
        "Faces you can read across the room.",
    ),
    (
        "textiles",
        "Textiles",
        "Cloth, yarn and what belongs to the bath.",
    ),
    (
        "textiles/bedding",
        "Bedding",
        "For the night and the guest room.",
    ),
    ("textiles/bath", "Bath", "Robes, soap and sponges."),
    (
        "textiles/yarn-and-sewing",
        "Yarn and sewing",
        "For making and for mending.",
    ),
    (
        "textiles/yarn-and-sewing/yarn",
        "Yarn and cord",
        "Wool, cotton and braided cord.",
    ),
    (
        "textiles/yarn-and-sewing/sewing",
        "Sewing",
        "Thread, ribbon and shears.",
    ),
    (
        "textiles/baskets",
        "Baskets",
        "Woven tight, for washing, apples and logs.",
    ),
    (
        "clothing",
        "Clothing",
        "Cut plainly, sewn well, mended without charge.",
    ),
    ("clothing/tops", "Tops", "For next to the skin and over it."),
    (
        "clothing/tops/t-shirts",
        "T-shirts and vests",
        "Knitted to keep their shape.",
    ),
    (
        "clothing/tops/shirts",
        "Shirts and blouses",
        "Linen and cotton that need not be ironed.",
    ),
    (
        "clothing/trousers",
        "Trousers and shorts",
        "Denim, cotton and deep pockets.",
    ),
    ("clothing/dresses", "Dresses", "With pockets."),
    (
        "clothing/coats",
        "Coats",
        "For October, for January and for the workshop.",
    ),
    ("clothing/underwear", "Underwear", "That is not noticed."),
    (
        "clothing/nightwear",
        "Nightwear and robes",
        "From the last page to the first coffee.",
    ),
    (
        "clothing/swimwear",
        "Swimwear",
        "For pools, lakes and lying about.",
    ),
    (
        "clothing/scarves-and-gloves",
        "Scarves and gloves",
        "Against wind and cold hands.",
    ),
    ("clothing/socks", "Socks", "That stay up without a mark."),
    ("clothing/hats", "Hats", "Shade, warmth and height."),
    (
        "shoes",
        "Shoes",
        "Made on lasts that fit, with soles that can be replaced.",
    ),
    ("shoes/boots", "Boots", "For hills, streets and wet leaves."),
    (
        "shoes/trainers",
        "Trainers",
        "For running and for every day.",
    ),
    (
        "shoes/leather-shoes",
        "Leather shoes",
        "That can be soled again.",
    ),
    (
        "shoes/heels-and-flats",
        "Heels and flats",
        "For standing, dancing and the office.",
    ),
    ("shoes/sandals", "Sandals", "Step in and go."),
    (
        "bags",
        "Bags",
        "For work, for weekends and for what gets lost.",
    ),
    (
        "bags/backpacks",
        "Backpacks",
        "That stand up when put down.",
    ),
    ("bags/handbags", "Handbags", "Big enough for a book."),
    ("bags/small-bags", "Pouches and purses", "For small things."),
    (
        "bags/work-bags",
        "Work bags",
        "Papers stay flat, tools stay put.",
    ),
    (
        "bags/luggage",
        "Luggage",
        "Runs straight, also on old pavements.",
    ),
    ("bags/totes", "Totes", "For bread, books and the lake."),
    (
        "watches-and-jewellery",
        "Watches and jewellery",
        "Small things, made to be kept.",
    ),
    (
        "watches-and-jewellery/watches",
        "Watches",
        "With nothing on the dial that is not read.",
    ),
    (
        "watches-and-jewellery/jewellery",
        "Jewellery",
        "Stones, beads and silver.",
    ),
    (
        "watches-and-jewellery/eyewear",
        "Eyewear",
        "For the sun and for small print.",
    ),
    ("audio", "Audio", "To listen with, to speak into, to play."),
    (
        "audio/headphones",
        "Headphones",
        "Sound that stays when it is quiet.",
    ),
    (
        "audio/radios",
        "Radios and telephones",
        "With one knob for each thing.",
    ),
    (
        "audio/microphones",
        "Microphones",
        "For stage, desk and studio.",
    ),
    (
        "audio/instruments",
        "Instruments",
        "Set up before they leave.",
    ),
    (
        "audio/instruments/strings",
        "Strings",
        "Guitars, banjos and violins.",
    ),
    ("audio/instruments/wind", "Wind", "Brass and wood."),
    (
        "audio/instruments/percussion",
        "Percussion",
        "Drums and shakers.",
    ),
    (
        "audio/instruments/keys",
        "Keys",
        "Keyboards and accordions.",
    ),
    (
        "cameras",
        "Cameras",
        "For pictures, still and moving, and for looking closely.",
    ),
    (
        "cameras/still-cameras",
        "Still cameras",
        "For the pocket you always wear.",
    ),
    (
        "cameras/film-and-video",
        "Film and video",
        "Three minutes of film or three hours of play.",
    ),
    (
        "cameras/projectors",
        "Projectors and screens",
        "A wall and a dark evening.",
    ),
    ("cameras/optics", "Optics", "Near, far and very small."),
    (
        "stationery-and-books",
        "Stationery and books",
        "Paper, pens and things to read.",
    ),
    (
        "stationery-and-books/notebooks",
        "Notebooks",
        "That open flat.",
    ),
    (
        "stationery-and-books/writing",
        "Writing",
        "Pens that begin at once.",
    ),
    (
        "stationery-and-books/drawing",
        "Drawing",
        "Pencils, brushes, colours.",
    ),
    (
        "stationery-and-books/desk-tools",
        "Desk tools",
        "To cut, measure, pin and file.",
    ),
    (
        "stationery-and-books/books",
        "Books",
        "To keep near the place where they are needed.",
    ),
    (
        "garden",
        "Garden",
        "Plants, and what it takes to look after them.",
    ),
    ("garden/plants", "Plants", "Grown slowly, sent on Mondays."),
    ("garden/flowers", "Flowers", "Seeds, bulbs and bunches."),
    ("garden/tools", "Tools", "Forged, sharpened and balanced."),
    (
        "garden/garden-living",
        "Garden living",
        "Pails, brooms, bells and a place to sit.",
    ),
    (
        "outdoors",
        "Outdoors",
        "For hills, roads, water and weather.",
    ),
    (
        "outdoors/camping",
        "Camping",
        "Up in five minutes, also in the rain.",
    ),
    (
        "outdoors/cycling",
        "Cycling and rolling",
        "Two wheels, four wheels, small wheels.",
    ),
    (
        "outdoors/rain",
        "Rain",
        "Umbrellas that come back from a gust.",
    ),
    (
        "outdoors/water",
        "Water",
        "To float, to swim, to wait for fish.",
    ),
    ("outdoors/winter", "Winter", "For the three days it snows."),
    ("outdoors/sport", "Sport", "Balls, rackets and gloves."),
    ("play", "Play", "Toys and games that can be passed on."),
    ("play/toys", "Toys", "Wood and tin, without batteries."),
    ("play/soft-toys", "Soft toys", "With serious faces."),
    ("play/games", "Games", "For two, for four, for one."),
    (
        "play/outdoor-play",
        "Outdoor play",
        "Wind, wheels and lawns.",
    ),
    (
        "play/video-games",
        "Video games",
        "Sticks and pads that last.",
    ),
    (
        "play/dressing-up",
        "Parties and dressing up",
        "Hats, balloons and boxes.",
    ),
];
