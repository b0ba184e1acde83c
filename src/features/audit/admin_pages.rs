//! `/admin/audit`: what staff changed, the newest first.

use leptos::prelude::*;

use crate::features::audit::model::AuditPage;
use crate::features::audit::service;
use crate::shared::pagination::Position;
use crate::ui::admin::table::{Align, Cell, NamedCell, RowHead, Table, TableRow};
use crate::ui::dates::day_and_time;
use crate::ui::field::HINT;
use crate::ui::link::TARGET;
use crate::web::page::{Frame, PageRequest, PageResponse, PageResult};

const COLUMNS: [&str; 6] = ["When", "What", "Before", "After", "Of", "By"];

pub async fn log(request: PageRequest) -> PageResult {
    let after = Position::parse(request.query("after"))?;
    let is_first = after.is_none();
    let AuditPage { rows, next } = service::page(&request.ctx, after).await?;
    let role = request.ctx.require_signed_in()?.role;
    let time_zone = request.ctx.settings.store.time_zone.clone();
    PageResponse::new("Audit log", move || {
        let older = next.map(|after| format!("/admin/audit?after={after}"));
        let newest = (!is_first).then(|| view! { <p><a class=TARGET href="/admin/audit">"The newest"</a></p> });
        let is_empty = rows.is_empty();
        let rows = rows
            .into_iter()
            .map(|row| {
                let moment = day_and_time(row.at, &time_zone);
                view! {
                    <TableRow>
                        <Cell>{moment}</Cell>
                        <RowHead>{row.action}</RowHead>
                        <NamedCell name="Before" text=row.before/>
                        <NamedCell name="After" text=row.after/>
                        <NamedCell name="Of" text=row.object is_code=true/>
                        <NamedCell name="By" text=row.actor is_code=true/>
                    </TableRow>
                }
            })
            .collect_view();
        view! {
            <h1>"Audit log"</h1>
            <p class=HINT>"Who changed what, when, from what to what. Rows are added and never changed."</p>
            <Table headings=COLUMNS.map(|name| (name, Align::Start)).to_vec()>{rows}</Table>
            {is_empty.then(|| view! { <p>"Nothing is written down here yet."</p> })}
            {newest}
            {older.map(|href| view! { <p><a class=TARGET href=href>"Older rows"</a></p> })}
        }
        .into_any()
    })
    .in_frame(Frame::Admin(role))
    .answer()
}
