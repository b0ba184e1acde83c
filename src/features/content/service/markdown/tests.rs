//! What Markdown becomes, and what it never becomes.

use super::*;

fn words() -> Words {
    Words { store: "Juniper & <Row>".into(), support_email: "hello@juniper-row.example".into() }
}

fn blocks(text: &str) -> Vec<Block> {
    let read = read(text, &words());
    assert!(read.refused.is_empty(), "{text}: {:?}", read.refused);
    read.blocks
}

fn text(words: &str) -> Vec<Inline> {
    vec![Inline::Text(words.to_owned())]
}

#[test]
fn headings_paragraphs_lists_links_and_stress_are_kept() {
    let found = blocks(
        "# Sending\n\nIt *goes* **out**\ntoday. [Write](mailto:{support_email}) or [read](/pages/terms#x).\n\n## Sending\n\n- one\n- two\n  1. deep\n\n### End\n",
    );
    let heading = |level, id: &str, words: &str| Block::Heading {
        level,
        id: id.to_owned(),
        text: text(words),
    };
    let link = |to: &str, words: &str| Inline::Link {
        to: LinkTarget::parse(to).unwrap(),
        text: text(words),
    };
    let deep =
        Block::List { kind: ListKind::Numbers, items: vec![vec![Block::Plain(text("deep"))]] };
    assert_eq!(
        found,
        [
            heading(Level::Two, "sending", "Sending"),
            Block::Paragraph(vec![
                Inline::Text("It ".into()),
                Inline::Emphasis(text("goes")),
                Inline::Text(" ".into()),
                Inline::Strong(text("out")),
                Inline::Text(" today. ".into()),
                link("mailto:hello@juniper-row.example", "Write"),
                Inline::Text(" or ".into()),
                link("/pages/terms#x", "read"),
                Inline::Text(".".into()),
            ]),
            heading(Level::Two, "sending-2", "Sending"),
            Block::List {
                kind: ListKind::Bullets,
                items: vec![vec![Block::Plain(text("one"))], vec![Block::Plain(text("two")), deep]]
            },
            heading(Level::Three, "end", "End"),
        ]
    );
}

#[test]
fn r49_the_shops_words_bring_no_marks() {
    let name =
        Words { store: "**Bold** [x](javascript:y) <b>".into(), support_email: "x:y".into() };
    assert_eq!(
        read("At {store}.", &name).blocks,
        [Block::Paragraph(text("At **Bold** [x](javascript:y) <b>."))]
    );
    assert_eq!(
        read("[Write](mailto:{support_email})", &name).blocks,
        [Block::Paragraph(text("Write"))]
    );
}

#[test]
fn r49_a26_what_could_run_is_left_out_and_named() {
    for hostile in [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<!-- -->",
        "[x](javascript:alert(1))",
        "[x](JAVASCRIPT:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](java%0ascript:alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "[x](data:text/html;base64,PHN2Zz4=)",
        "[x](//evil.example)",
        "[x][y]\n\n[y]: javascript:alert(1)",
        "<javascript:alert(1)>",
        "![x](https://evil.example/a.png)",
        "> - <svg onload=alert(1)>",
    ] {
        let read = read(hostile, &words());
        assert!(!read.refused.is_empty(), "{hostile}: {:?}", read.blocks);
        let shown = format!("{:?}", read.blocks);
        assert!(!shown.contains("LinkTarget"), "{hostile}: {shown}");
    }
    // Text that only looks like HTML is text.
    assert_eq!(blocks("1 < 2 & `<b>`"), [Block::Paragraph(text("1 < 2 & <b>"))]);
}

#[test]
fn a_text_of_nothing_but_marks_stays_shallow() {
    fn depth(blocks: &[Block]) -> usize {
        let of = |block: &Block| match block {
            Block::List { items, .. } => {
                1 + items.iter().map(|item| depth(item)).max().unwrap_or(0)
            }
            Block::Heading { text, .. } | Block::Paragraph(text) | Block::Plain(text) => {
                1 + inline_depth(text)
            }
        };
        blocks.iter().map(of).max().unwrap_or(0)
    }
    fn inline_depth(inlines: &[Inline]) -> usize {
        let of = |inline: &Inline| match inline {
            Inline::Text(_) | Inline::LineBreak => 0,
            Inline::Emphasis(text) | Inline::Strong(text) | Inline::Link { text, .. } => {
                1 + inline_depth(text)
            }
        };
        inlines.iter().map(of).max().unwrap_or(0)
    }
    for deep in [
        "> ".repeat(5_000) + "x",
        "- ".repeat(5_000) + "x",
        "*a **b ".repeat(2_000) + &"** c*".repeat(2_000),
        "[".repeat(5_000),
    ] {
        let read = read(&deep, &words());
        assert!(depth(&read.blocks) <= DEEPEST + 1, "{}", depth(&read.blocks));
    }
}
