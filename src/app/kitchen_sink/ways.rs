//! Where one is, how far one has come, and what has happened.

use leptos::prelude::*;

use super::{Group, STACKED};
use crate::shared::pagination::{PageNumber, PageSize, Paging};
use crate::shared::timestamp::Timestamp;
use crate::ui::badge::{Badge, Ground, Tone};
use crate::ui::breadcrumb::Breadcrumb;
use crate::ui::dates;
use crate::ui::facts::{Fact, FactLines, Facts};
use crate::ui::history::{Event, History};
use crate::ui::pagination::Pagination;
use crate::ui::rows::{Row, RowWords, Rows};
use crate::ui::step::{DoneStep, OpenStep, StepAhead};

/// 22 November 2026, 19:30 UTC.
const MOMENT: Timestamp = Timestamp::from_unix_seconds(1_795_375_800);

fn steps() -> Vec<(String, String)> {
    vec![("Home".to_owned(), "/".to_owned()), ("Kitchen".to_owned(), "/c/kitchen".to_owned())]
}

/// In the middle of many: every part of it is there. A page has one, as its landmark has one name.
fn middle() -> Paging {
    let page = PageNumber::try_from(10).expect("a page");
    Paging::new(page, PageSize::TwentyFour, 500).expect("as many pages")
}

#[component]
pub fn Wayfinding() -> impl IntoView {
    view! {
        <Group id="ways" heading="Where one is" class=STACKED>
            {sample!("Breadcrumb", <Breadcrumb steps=steps() current="A teapot with a name that takes more than one line on a small screen"/>)}
            {sample!("Pages of a list", <Pagination paging=middle() base="/kitchen-sink".to_owned()/>)}
        </Group>
    }
    .into_any()
}

#[component]
pub fn Steps() -> impl IntoView {
    view! {
        <Group id="steps" heading="Steps" class=STACKED>
            {sample!("Done", <DoneStep heading="Contact" href="#steps" words=vec!["anna@example.com".to_owned()]/>)}
            {sample!("Open", <OpenStep heading="Delivery"><p>"What is asked now."</p></OpenStep>)}
            {sample!("Ahead", <StepAhead heading="Review"/>)}
        </Group>
    }
    .into_any()
}

#[component]
pub fn RowsAndFacts(time_zone: String) -> impl IntoView {
    let moment = dates::day_and_time(MOMENT, &time_zone);
    let dates = format!(
        "{} – {moment} – {}",
        dates::day(MOMENT, &time_zone),
        dates::time(MOMENT, &time_zone)
    );
    view! {
        <Group id="facts" heading="Rows and facts" class=STACKED>
            {sample!("Rows", <Rows><Row><RowWords>"Order 100001"</RowWords><Badge text="Paid" tone=Tone::Good ground=Ground::Sunken/></Row></Rows>)}
            {sample!("Facts", <Facts><Fact heading="Delivery"><p>"Standard, 2 to 4 days"</p></Fact><FactLines heading="Address" lines=vec!["Anna Jansen".to_owned(), "Keizersgracht 1".to_owned()]/></Facts>)}
            {sample!("What happened", <History><Event moment=moment text="Paid".to_owned()/></History>)}
            <p>{dates}</p>
        </Group>
    }
    .into_any()
}
