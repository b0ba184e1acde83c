//! Cameras: for stills and for film, projectors, optics.

use super::{Drawing, Kind, ONE_SIZE, sizes};
use crate::picture::recolour::Carrier;

pub const KINDS: &[Kind] = &[
    Kind {
        code: "CAMERA", drawing: Drawing::of("camera").carrier(Carrier::Hue(290.0, 50.0)).one_way(), shelf: "cameras/still-cameras", also: &[], thing: "camera",
        forms: &["Compact Camera", "Rangefinder Camera", "Film Camera", "Travel Camera", "Pocket Camera", "Mirrorless Camera", "Viewfinder Camera"],
        euros: (189, 1190), grams: 420, colours: &["Charcoal", "Chestnut", "Forest", "Navy", "Tan", "Rust"],
        sizes: ONE_SIZE, materials: &["aluminium"],
        facts: &[("Lens", &["28 mm f/2.8", "35 mm f/2", "40 mm f/2.8"]), ("Format", &["APS-C", "35 mm film", "Full frame"]), ("Shutter", &["Leaf, quiet", "Focal plane"])],
        notes: &["A camera for the pocket you always wear.", "Aperture on the lens, speed on the top: you see the settings while it is off.", "The shutter is heard by you alone.", "The finder is bright and shows what lies outside the frame.", "The grip is leather and does not get slippery.", "Batteries, strap and a cloth are in the box."],
        terms: &["photo", "photography", "digital camera"],
    },
    Kind {
        code: "CAMCORDER", drawing: Drawing::of("video-camera").carrier(Carrier::Greys).one_way(), shelf: "cameras/film-and-video", also: &[], thing: "video camera",
        forms: &["Video Camera", "Camcorder", "Event Camera", "Shoulder Camera"],
        euros: (289, 990), grams: 780, colours: &["Steel", "Charcoal", "Sand", "Slate"],
        sizes: ONE_SIZE, materials: &["aluminium"],
        facts: &[("Resolution", &["1080p", "4K"]), ("Zoom", &["12 ×", "20 ×"]), ("Slots", &["Two"])],
        notes: &["Made for recording a whole school play in one piece.", "The zoom is even and makes no noise.", "Two cards run side by side.", "The screen turns out and tilts.", "It has a real microphone, with a real socket.", "One charge lasts three hours."],
        terms: &["camcorder", "video", "recording"],
    },
    Kind {
        code: "CINE", drawing: Drawing::of("movie-camera").carrier(Carrier::Whole), shelf: "cameras/film-and-video", also: &[], thing: "cine camera",
        forms: &["Cine Camera", "Super 8 Camera", "16 mm Camera", "Film Camera Kit"],
        euros: (490, 1690), grams: 1900, colours: &["Charcoal", "Forest", "Navy", "Chestnut"],
        sizes: ONE_SIZE, materials: &["aluminium", "steel"],
        facts: &[("Film", &["Super 8", "16 mm"]), ("Speeds", &["18 and 24 frames", "24 and 25 frames"])],
        notes: &["Three minutes of film, and every second is meant.", "It runs on six ordinary cells.", "Loading takes as long as saying so.", "The motor is steady to half a per cent.", "Lenses with a C mount fit.", "Overhauled and tested with film."],
        terms: &["super8", "movie", "analogue"],
    },
    Kind {
        code: "PROJECTOR", drawing: Drawing::of("film-projector").carrier(Carrier::Greys), shelf: "cameras/projectors", also: &[], thing: "projector",
        forms: &["Film Projector", "Home Projector", "Reel Projector", "Garden Projector"],
        euros: (229, 790), grams: 5200, colours: &["Steel", "Sage", "Oat", "Charcoal"],
        sizes: ONE_SIZE, materials: &["steel"],
        facts: &[("Lamp", &["LED, 20,000 hours", "Halogen, 150 W"]), ("Picture", &["Up to 1.8 m", "Up to 2.5 m"])],
        notes: &["A wall, a dark evening, and it begins.", "The fan is quiet enough for talking scenes.", "It threads itself.", "The lamp is changed from the front.", "Two feet set the height.", "A cover against dust is included."],
        terms: &["cinema", "beamer", "film"],
    },
    Kind {
        code: "TELESCOPE", drawing: Drawing::of("telescope").carrier(Carrier::Hue(290.0, 60.0)), shelf: "cameras/optics", also: &["outdoors/camping"], thing: "telescope",
        forms: &["Telescope", "Field Telescope", "Refractor", "Garden Telescope", "Balcony Telescope"],
        euros: (119, 590), grams: 3900, colours: &["Slate", "Navy", "Brass", "Forest"],
        sizes: sizes("Aperture", &["60 mm", "80 mm"], 40), materials: &["aluminium"],
        facts: &[("Focal length", &["600 mm", "700 mm"]), ("Eyepieces", &["10 and 25 mm"]), ("Tripod", &["Included"])],
        notes: &["The rings of Saturn from a balcony, on a still night.", "Set it up in two minutes.", "The finder is a simple red dot.", "Focus turns slowly, with a fine drive.", "Small enough for the boot of a car.", "A card shows where to look each month."],
        terms: &["astronomy", "stars", "optics"],
    },
    Kind {
        code: "MICROSCOPE", drawing: Drawing::of("microscope").carrier(Carrier::Main(60.0)), shelf: "cameras/optics", also: &["play/games"], thing: "microscope",
        forms: &["Microscope", "School Microscope", "Field Microscope", "Student Microscope"],
        euros: (69, 320), grams: 2100, colours: &["Slate", "Sage", "Navy", "Charcoal"],
        sizes: ONE_SIZE, materials: &["steel"],
        facts: &[("Magnification", &["40 to 400 ×", "40 to 640 ×"]), ("Light", &["LED, dimmable"])],
        notes: &["Pond water is full of people.", "Three lenses on a turret that clicks.", "Coarse and fine focus share one axis.", "The arm is cast and stands firm.", "Ten slides are prepared; ten are empty.", "A telephone can be clipped to the eyepiece."],
        terms: &["science", "lab", "magnify"],
    },
    Kind {
        code: "MAGNIFIER", drawing: Drawing::of("magnifying-glass-tilted-left").carrier(Carrier::Hue(300.0, 40.0)).lies(), shelf: "cameras/optics", also: &["stationery-and-books/desk-tools"], thing: "magnifying glass",
        forms: &["Magnifying Glass", "Reading Lens", "Map Lens", "Stamp Lens"],
        euros: (12, 49), grams: 160, colours: &["Charcoal", "Walnut", "Tomato", "Forest"],
        sizes: ONE_SIZE, materials: &["glass", "beech"],
        facts: &[("Magnifies", &["2.5 ×", "4 ×"]), ("Diameter", &["60 mm", "80 mm"])],
        notes: &["For splinters, stamps and small type.", "Real glass, ground on both sides.", "Clear to the edge.", "The handle is short and thick.", "It hangs by a leather loop.", "Keep it in its sleeve, away from the sun."],
        terms: &["loupe", "lens", "reading"],
    },
    Kind {
        code: "MONITOR", drawing: Drawing::of("television").carrier(Carrier::Greys).one_way(), shelf: "cameras/projectors", also: &["audio/radios"], thing: "small television",
        forms: &["Small Television", "Studio Monitor", "Kitchen Television", "Portable Television"],
        euros: (149, 420), grams: 4300, colours: &["Oat", "Sage", "Clay", "Slate"],
        sizes: ONE_SIZE, materials: &["recycled-abs"],
        facts: &[("Screen", &["14 in", "19 in"]), ("Sockets", &["HDMI, aerial", "HDMI, USB-C"])],
        notes: &["A screen that does not fill the room.", "For the news, a film, a second picture while editing.", "The legs come off and it hangs on the wall.", "Two dials do what two dials should.", "The sound comes from the front.", "It is off when it is off."],
        terms: &["tv", "monitor", "screen"],
    },
];
