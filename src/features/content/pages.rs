//! A page of text, drawn from its parts: elements and escaped text, never HTML from a text.

use leptos::prelude::*;

use crate::features::content::model::{Block, Inline, Level, ListKind, TERMS};
use crate::features::content::service;
use crate::infra::ctx::Ctx;
use crate::shared::timestamp::Timestamp;
use crate::ui::breadcrumb::Breadcrumb;
use crate::ui::dates;
use crate::ui::structured_data::breadcrumb;
use crate::web::page::{PageRequest, PageResponse, PageResult};

pub async fn page(request: PageRequest) -> PageResult {
    let page = service::page(&request.ctx, request.param("slug")).await?;
    let path = format!("/pages/{}", page.slug);
    let steps = vec![("Home".to_owned(), "/".to_owned())];
    let trail = breadcrumb(&request.ctx.settings.base_url, &steps, &page.title, &path);
    let state = state(&request.ctx, &page.slug, page.updated_at);
    let (title, blocks) = (page.title.clone(), page.blocks);
    let sections = sections(&blocks);
    PageResponse::new(page.title, move || {
        view! {
            <Breadcrumb steps=steps current=title.clone()/>
            <div class="lg:grid lg:grid-cols-[minmax(0,42rem)_16rem] lg:items-start lg:justify-between lg:gap-12">
                <div class="prose">
                    <h1>{title}</h1>
                    <p class="text-soft">{state}</p>
                    {render_blocks(blocks)}
                </div>
                <Contents sections=sections/>
            </div>
        }
        .into_any()
    })
    .description(page.description)
    .canonical(path)
    .with_data(vec![trail])
    .answer()
}

/// The terms have the version that orders name; other pages say when they were changed.
fn state(ctx: &Ctx, slug: &str, updated_at: Timestamp) -> String {
    let store = &ctx.settings.store;
    if slug == TERMS {
        format!("Version {}, in force since {}.", store.terms_version, store.terms_updated)
    } else {
        format!("Last changed {}.", dates::day(updated_at, &store.time_zone))
    }
}

/// Id and words of each heading.
fn sections(blocks: &[Block]) -> Vec<(String, String)> {
    let heading = |block: &Block| match block {
        Block::Heading { level: Level::Two, id, text } => Some((id.clone(), plain(text))),
        _ => None,
    };
    blocks.iter().filter_map(heading).collect()
}

fn plain(text: &[Inline]) -> String {
    let words = |inline: &Inline| match inline {
        Inline::Text(text) => text.clone(),
        Inline::LineBreak => " ".to_owned(),
        Inline::Emphasis(text) | Inline::Strong(text) | Inline::Link { text, .. } => plain(text),
    };
    text.iter().map(words).collect()
}

/// Beside the text where there is room.
#[component]
fn Contents(sections: Vec<(String, String)>) -> impl IntoView {
    (sections.len() > 2).then(|| {
        view! {
            <nav class="sticky top-24 border-l border-line pl-6 text-fine max-lg:hidden" aria-labelledby="text-sections">
                <p class="font-semibold" id="text-sections">"On this page"</p>
                <ul>{sections.into_iter().map(|(id, words)| view! { <li><a class="flex min-h-11 items-center leading-[1.3] text-soft no-underline hover:underline" href=format!("#{id}")>{words}</a></li> }).collect_view()}</ul>
            </nav>
        }
    })
}

fn render_blocks(blocks: Vec<Block>) -> AnyView {
    blocks.into_iter().map(block).collect_view().into_any()
}

fn block(block: Block) -> AnyView {
    match block {
        Block::Heading { level: Level::Two, id, text } => {
            view! { <h2 id=id>{line(text)}</h2> }.into_any()
        }
        Block::Heading { level: Level::Three, id, text } => {
            view! { <h3 id=id>{line(text)}</h3> }.into_any()
        }
        Block::Paragraph(text) => view! { <p>{line(text)}</p> }.into_any(),
        Block::Plain(text) => line(text),
        Block::List { kind, items } => {
            let items = items
                .into_iter()
                .map(|item| view! { <li>{render_blocks(item)}</li> })
                .collect_view();
            match kind {
                ListKind::Bullets => view! { <ul>{items}</ul> }.into_any(),
                ListKind::Numbers => view! { <ol>{items}</ol> }.into_any(),
            }
        }
    }
}

fn line(text: Vec<Inline>) -> AnyView {
    text.into_iter().map(inline).collect_view().into_any()
}

fn inline(inline: Inline) -> AnyView {
    match inline {
        Inline::Text(text) => text.into_any(),
        Inline::LineBreak => view! { <br/> }.into_any(),
        Inline::Emphasis(text) => view! { <em>{line(text)}</em> }.into_any(),
        Inline::Strong(text) => view! { <strong>{line(text)}</strong> }.into_any(),
        Inline::Link { to, text } => {
            view! { <a href=to.as_str().to_owned()>{line(text)}</a> }.into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::content::model::LinkTarget;

    #[test]
    fn the_contents_name_the_sections_in_words() {
        let text = vec![
            Inline::Text("Where ".to_owned()),
            Inline::Strong(vec![Inline::Text("we".to_owned())]),
            Inline::LineBreak,
        ];
        let heading =
            |level, id: &str| Block::Heading { level, id: id.to_owned(), text: text.clone() };
        let found = sections(&[
            heading(Level::Two, "a"),
            Block::Paragraph(Vec::new()),
            heading(Level::Three, "b"),
        ]);
        assert_eq!(found, [("a".to_owned(), "Where we ".to_owned())]);
    }

    #[test]
    fn r49_a26_text_stays_text_wherever_it_stands() {
        let hostile = || vec![Inline::Text("</h2><script>alert(1)</script> & \" '".to_owned())];
        let link = Inline::Link { to: LinkTarget::parse("/pages/terms").unwrap(), text: hostile() };
        let html = render_blocks(vec![
            Block::Heading { level: Level::Two, id: "\"><script>".to_owned(), text: hostile() },
            Block::Paragraph(vec![Inline::Emphasis(hostile()), Inline::Strong(hostile()), link]),
            Block::List { kind: ListKind::Numbers, items: vec![vec![Block::Plain(hostile())]] },
        ])
        .to_html();
        assert!(!html.contains("<script"), "{html}");
        assert_eq!(html.matches("&lt;script&gt;alert(1)").count(), 5, "{html}");
    }
}
