//! Markdown to the few things a page of text may hold. HTML, pictures and links that lead nowhere
//! good are left out and named, so that writing refuses what reading would drop.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag};

use crate::features::content::model::{Block, Inline, Level, LinkTarget, ListKind, plain_text};
use crate::shared::validate::suggest_slug;

/// Formatting nested inside other formatting beyond this depth are dropped and their text kept: a
/// tree is walked by calls inside calls.
const DEEPEST: usize = 8;

/// What stands in a text for the shop's own words. They are put in after the marks were read, so
/// they bring none.
pub struct Words {
    /// `{store}`
    pub store: String,
    /// `{support_email}`
    pub support_email: String,
}

impl Words {
    pub fn fill(&self, text: &str) -> String {
        text.replace("{store}", &self.store).replace("{support_email}", &self.support_email)
    }
}

pub struct Read {
    pub blocks: Vec<Block>,
    /// What was left out, in words for whoever wrote it.
    pub refused: Vec<String>,
}

/// Reads a text; never fails.
pub fn read(text: &str, words: &Words) -> Read {
    let mut reader =
        Reader { words, open: vec![Open::new(Mark::None)], refused: Vec::new(), ids: Vec::new() };
    for event in Parser::new_ext(text, Options::empty()) {
        reader.take(event);
    }
    while reader.open.len() > 1 {
        reader.close();
    }
    let blocks = reader.open.pop().map(Open::into_blocks).unwrap_or_default();
    Read { blocks, refused: reader.refused }
}

/// What a piece of the text that has begun will become.
enum Mark {
    Heading(Level),
    Paragraph,
    List(ListKind),
    Item,
    Emphasis,
    Strong,
    Link(LinkTarget),
    /// Nothing by itself: its content goes into what is around it.
    None,
}

struct Open {
    mark: Mark,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
    items: Vec<Vec<Block>>,
}

impl Open {
    fn new(mark: Mark) -> Self {
        Self { mark, blocks: Vec::new(), inlines: Vec::new(), items: Vec::new() }
    }

    /// A block ends the line of text before it.
    fn push_block(&mut self, block: Block) {
        self.end_line();
        self.blocks.push(block);
    }

    fn end_line(&mut self) {
        if !self.inlines.is_empty() {
            let text = std::mem::take(&mut self.inlines);
            let block = if matches!(self.mark, Mark::Item) {
                Block::Plain(text)
            } else {
                Block::Paragraph(text)
            };
            self.blocks.push(block);
        }
    }

    fn into_blocks(mut self) -> Vec<Block> {
        self.end_line();
        self.blocks
    }
}

struct Reader<'a> {
    words: &'a Words,
    /// From the whole text to the piece being read. Invariant: never empty.
    open: Vec<Open>,
    refused: Vec<String>,
    ids: Vec<String>,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => {
                let mark = self.mark(&tag);
                let fits = self.open.len() <= DEEPEST;
                self.open.push(Open::new(if fits { mark } else { Mark::None }));
            }
            Event::End(_) => self.close(),
            Event::Text(text) | Event::Code(text) => {
                let text = self.words.fill(&text);
                self.push(Inline::Text(text));
            }
            Event::SoftBreak => self.push(Inline::Text(" ".to_owned())),
            Event::HardBreak => self.push(Inline::LineBreak),
            Event::Html(_) | Event::InlineHtml(_) => {
                self.refuse("Write without HTML: a page of text takes Markdown alone.")
            }
            _ => {}
        }
    }

    fn mark(&mut self, tag: &Tag<'_>) -> Mark {
        match tag {
            Tag::Paragraph => Mark::Paragraph,
            Tag::Heading { level: HeadingLevel::H1 | HeadingLevel::H2, .. } => {
                Mark::Heading(Level::Two)
            }
            Tag::Heading { .. } => Mark::Heading(Level::Three),
            Tag::List(None) => Mark::List(ListKind::Bullets),
            Tag::List(Some(_)) => Mark::List(ListKind::Numbers),
            Tag::Item => Mark::Item,
            Tag::Emphasis => Mark::Emphasis,
            Tag::Strong => Mark::Strong,
            Tag::Link { dest_url, .. } => self.link(dest_url),
            Tag::Image { .. } => {
                self.refuse("Leave out pictures: a page of text cannot show them.");
                Mark::None
            }
            _ => Mark::None,
        }
    }

    fn link(&mut self, address: &str) -> Mark {
        match LinkTarget::parse(&self.words.fill(address)) {
            Some(target) => Mark::Link(target),
            None => {
                self.refuse(
                    "Let links lead to /a-page-of-ours, #a-heading, https://… or mailto:….",
                );
                Mark::None
            }
        }
    }

    fn refuse(&mut self, sentence: &str) {
        if !self.refused.iter().any(|known| known == sentence) {
            self.refused.push(sentence.to_owned());
        }
    }

    fn push(&mut self, inline: Inline) {
        if let Some(open) = self.open.last_mut() {
            match (open.inlines.last_mut(), inline) {
                // The parser cuts text wherever a mark might have begun.
                (Some(Inline::Text(before)), Inline::Text(more)) => before.push_str(&more),
                (_, inline) => open.inlines.push(inline),
            }
        }
    }

    /// Ends the piece being read and hands it to what is around it.
    fn close(&mut self) {
        if self.open.len() < 2 {
            return;
        }
        let Some(done) = self.open.pop() else { return };
        let heading_id =
            matches!(done.mark, Mark::Heading(_)).then(|| self.heading_id(&done.inlines));
        let Some(around) = self.open.last_mut() else { return };
        match done.mark {
            Mark::Heading(level) => around.push_block(Block::Heading {
                level,
                id: heading_id.unwrap_or_default(),
                text: done.inlines,
            }),
            Mark::Paragraph => around.push_block(Block::Paragraph(done.inlines)),
            Mark::List(kind) => around.push_block(Block::List { kind, items: done.items }),
            Mark::Item => around.items.push(done.into_blocks()),
            Mark::Emphasis => around.inlines.push(Inline::Emphasis(done.inlines)),
            Mark::Strong => around.inlines.push(Inline::Strong(done.inlines)),
            Mark::Link(to) => around.inlines.push(Inline::Link { to, text: done.inlines }),
            Mark::None => {
                for items in done.items {
                    items.into_iter().for_each(|block| around.push_block(block));
                }
                done.blocks.into_iter().for_each(|block| around.push_block(block));
                around.inlines.extend(done.inlines);
            }
        }
    }

    /// Made of the heading's words; a second heading of the same words gets a number.
    fn heading_id(&mut self, text: &[Inline]) -> String {
        let base = match suggest_slug(&plain_text(text)) {
            empty if empty.is_empty() => "section".to_owned(),
            slug => slug,
        };
        let taken = self.ids.iter().filter(|id| **id == base).count();
        self.ids.push(base.clone());
        if taken == 0 { base } else { format!("{base}-{}", taken + 1) }
    }
}

#[cfg(test)]
mod tests;
