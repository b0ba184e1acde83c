//! `/admin/audit`: what staff changed, the newest first.

use leptos::prelude::*;

use crate::features::audit::model::AuditPage;
use crate::features::audit::service;
use crate::shared::pagination::Position;
use crate::ui::dates::day_and_time;
use crate::web::page::{Frame, PageRequest, PageResponse, PageResult};

pub async fn log(request: PageRequest) -> PageResult {
    let after = Position::parse(request.query("after"))?;
    let is_first = after.is_none();
    let AuditPage { rows, next } = service::page(&request.ctx, after).await?;
    let role = request.ctx.require_signed_in()?.role;
    let time_zone = request.ctx.settings.store.time_zone.clone();
    PageResponse::new("Audit log", move || {
        let older = next.map(|after| format!("/admin/audit?after={after}"));
        let newest = (!is_first).then(|| view! { <p><a href="/admin/audit">"The newest"</a></p> });
        let is_empty = rows.is_empty();
        let rows = rows
            .into_iter()
            .map(|row| {
                let labels = [label("Before", &row.before), label("After", &row.after), label("Of", &row.object)];
                view! {
                    <tr>
                        <td>{day_and_time(row.at, &time_zone)}</td>
                        <th scope="row">{row.action}</th>
                        <td data-label=labels[0]>{row.before}</td>
                        <td data-label=labels[1]>{row.after}</td>
                        <td data-label=labels[2]><code>{row.object}</code></td>
                        <td data-label="By"><code>{row.actor}</code></td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <h1>"Audit log"</h1>
            <p class="hint">"Who changed what, when, from what to what. Rows are added and never changed."</p>
            <table class="admin-table">
                <thead>
                    <tr><th scope="col">"When"</th><th scope="col">"What"</th><th scope="col">"Before"</th><th scope="col">"After"</th><th scope="col">"Of"</th><th scope="col">"By"</th></tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {is_empty.then(|| view! { <p>"Nothing is written down here yet."</p> })}
            {newest}
            {older.map(|href| view! { <p><a href=href>"Older rows"</a></p> })}
        }
        .into_any()
    })
    .in_frame(Frame::Admin(role))
    .answer()
}

/// What stands in front of a cell where a small screen hides the headings; nothing in front of
/// nothing.
fn label(name: &'static str, text: &str) -> Option<&'static str> {
    (!text.is_empty()).then_some(name)
}
