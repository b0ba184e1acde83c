//! Books, which have titles instead of ranges.

use super::{Drawing, Kind, ONE_SIZE, sizes};
use crate::picture::recolour::Carrier;

pub const KINDS: &[Kind] = &[
    Kind {
        code: "BOOKSET",
        drawing: Drawing::of("books").carrier(Carrier::Nothing),
        shelf: "stationery-and-books/books",
        also: &[],
        thing: "set of books",
        forms: &[
            "Three Walks: a Boxed Set",
            "The Small Library",
            "Seasons in Three Volumes",
            "The Mending Books",
            "Letters, in Three Volumes",
        ],
        euros: (39, 79),
        grams: 1500,
        colours: &["Natural"],
        sizes: ONE_SIZE,
        materials: &["book"],
        facts: &[
            ("Pages", &["612", "704", "856"]),
            ("Binding", &["Cloth", "Paper over board"]),
            ("Language", &["English"]),
        ],
        notes: &[
            "Three volumes that belong side by side.",
            "To be read in order, or by opening one.",
            "Set in a type that is easy on tired eyes.",
            "The notes stand at the foot of the page.",
            "Each volume has a ribbon of its own.",
            "The box is covered in the same cloth.",
        ],
        terms: &["reading", "novel", "box set"],
    },
    Kind {
        code: "BOOK",
        drawing: Drawing::of("closed-book").carrier(Carrier::Main(35.0)),
        shelf: "stationery-and-books/books",
        also: &[],
        thing: "book",
        forms: &[
            "A Field Guide to Ordinary Trees",
            "The Patient Cook",
            "How Things Are Joined",
            "Notes from a Slow Train",
            "Bread, Salt, Fire",
            "A Year of Small Repairs",
            "Weather for Beginners",
        ],
        euros: (16, 38),
        grams: 520,
        colours: &["Rust", "Moss", "Lake", "Ochre"],
        sizes: sizes("Binding", &["Paperback", "Hardcover"], 55),
        materials: &["book"],
        facts: &[
            ("Pages", &["208", "264", "336"]),
            ("Language", &["English"]),
            ("Illustrations", &["42 drawings", "Maps and plates"]),
        ],
        notes: &[
            "A book to keep near the place where it is needed.",
            "Written by someone who has done it often.",
            "Short chapters, each for one evening.",
            "Drawings where drawings help.",
            "The index is long and useful.",
            "Printed on paper that stays light.",
        ],
        terms: &["reading", "guide", "hardcover"],
    },
    Kind {
        code: "OPENBOOK",
        drawing: Drawing::of("open-book")
            .carrier(Carrier::Hue(235.0, 40.0))
            .lies(),
        shelf: "stationery-and-books/books",
        also: &[],
        thing: "picture book",
        forms: &[
            "The Atlas of Islands",
            "The Big Book of Knots",
            "A Picture Book of Boats",
            "Gardens Seen from Above",
        ],
        euros: (24, 58),
        grams: 980,
        colours: &["Lake", "Forest", "Plum"],
        sizes: ONE_SIZE,
        materials: &["book"],
        facts: &[
            ("Pages", &["96", "144"]),
            ("Format", &["24 × 30 cm", "28 × 34 cm"]),
            ("Language", &["English"]),
        ],
        notes: &[
            "A book for the floor, with both elbows down.",
            "Every spread tells one thing.",
            "It opens flat across the fold.",
            "For children who look closely, and for the rest.",
            "Printed in six inks.",
            "The cover is cloth and can be wiped.",
        ],
        terms: &["atlas", "picture book", "children"],
    },
];
