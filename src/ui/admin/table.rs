//! A table with one thing a row; on a small screen each thing is a block of its own.

use leptos::prelude::*;

/// Which side of its column a cell keeps to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Start,
    /// Figures that are compared with those above and below.
    End,
}

#[component]
pub fn Table(
    /// What each column holds.
    headings: Vec<(&'static str, Align)>,
    children: Children,
) -> impl IntoView {
    let headings = headings
        .into_iter()
        .map(|(name, align)| view! { <th scope="col" class=heading(align)>{name}</th> })
        .collect_view();
    view! {
        <table class="w-full border-collapse">
            <thead class="max-md:sr-only"><tr>{headings}</tr></thead>
            <tbody>{children()}</tbody>
        </table>
    }
}

const fn heading(align: Align) -> &'static str {
    match align {
        Align::Start => {
            "sticky top-0 h-11 border-b border-line bg-paper px-3 py-1 text-left align-middle font-semibold text-soft"
        }
        Align::End => {
            "sticky top-0 h-11 border-b border-line bg-paper px-3 py-1 text-right align-middle font-semibold whitespace-nowrap text-soft"
        }
    }
}

#[component]
pub fn TableRow(children: Children) -> impl IntoView {
    view! {
        <tr class="hover:bg-sunken max-md:grid max-md:grid-cols-[1fr_auto] max-md:gap-x-4 max-md:gap-y-0.5 max-md:border-b max-md:border-line max-md:py-2">
            {children()}
        </tr>
    }
}

/// What a row is about.
#[component]
pub fn RowHead(children: Children) -> impl IntoView {
    view! {
        <th scope="row" class="h-11 border-b border-line px-3 py-1 text-left align-middle font-semibold text-soft max-md:h-auto max-md:border-0 max-md:px-0 max-md:py-0.5">
            {children()}
        </th>
    }
}

/// The page about what a row is about.
#[component]
pub fn RowLink(#[prop(into)] href: String, children: Children) -> impl IntoView {
    view! { <a class="inline-flex min-h-11 items-center font-semibold" href=href>{children()}</a> }
}

#[component]
pub fn Cell(#[prop(default = Align::Start)] align: Align, children: Children) -> impl IntoView {
    view! { <td class=cell(align)>{children()}</td> }
}

const fn cell(align: Align) -> &'static str {
    match align {
        Align::Start => {
            "h-11 border-b border-line px-3 py-1 align-middle max-md:h-auto max-md:border-0 max-md:px-0 max-md:py-0.5"
        }
        Align::End => {
            "h-11 border-b border-line px-3 py-1 text-right align-middle whitespace-nowrap max-md:h-auto max-md:border-0 max-md:px-0 max-md:py-0.5"
        }
    }
}

/// A cell that needs its column's name where a small screen hides the headings; nothing stands in
/// front of nothing.
#[component]
pub fn NamedCell(
    name: &'static str,
    text: String,
    #[prop(optional)] is_code: bool,
) -> impl IntoView {
    let name = (!text.is_empty()).then_some(name);
    let text = if is_code {
        view! { <code class="text-small wrap-anywhere">{text}</code> }.into_any()
    } else {
        text.into_any()
    };
    let class = if name.is_some() {
        "h-11 border-b border-line px-3 py-1 align-middle max-md:col-span-full max-md:h-auto max-md:border-0 max-md:px-0 max-md:py-0.5 max-md:before:text-soft max-md:before:content-[attr(data-name)_':_']"
    } else {
        cell(Align::Start)
    };
    view! { <td class=class data-name=name>{text}</td> }
}
