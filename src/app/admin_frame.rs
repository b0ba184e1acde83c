//! What surrounds the pages of staff: a sidebar with what the role may see, and the way out.

use leptos::prelude::*;

use super::frame::SKIP;
use crate::shared::access::{Permission, Role};
use crate::ui::admin::side::{Side, SideFoot, SideName, SidePlace, SidePlaces, SideWay};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::field::HINT;
use crate::ui::form::PostForm;
use crate::ui::notice::NoticePlace;
use crate::web::notice::Notice;

/// The pages of the admin, each with what one must be allowed to see it.
const PLACES: [(&str, &str, Permission); 3] = [
    ("Orders", "/admin/orders", Permission::ViewOrders),
    ("Staff", "/admin/staff", Permission::ManageStaff),
    ("Audit log", "/admin/audit", Permission::ViewAudit),
];

const FRAME: &str = "grid min-h-screen grid-cols-1 grid-rows-[auto_1fr] tabular-nums xl:grid-cols-[232px_minmax(0,1fr)] xl:grid-rows-[1fr] print:block";

#[component]
pub fn AdminFrame(
    store_name: String,
    role: Role,
    path: String,
    notice: Option<Notice>,
    children: Children,
) -> impl IntoView {
    let here = path.split(['?', '#']).next().unwrap_or_default().to_owned();
    let places = PLACES
        .into_iter()
        .filter(|(_, _, permission)| role.may(*permission))
        .map(|(name, href, _)| {
            view! { <SidePlace name=name href=href is_here=here.starts_with(href)/> }
        })
        .collect_view();
    view! {
        <a class=SKIP href="#content">"Skip to content"</a>
        <div class=FRAME>
            <Side>
                <SideName name=store_name href="/admin"/>
                <SidePlaces label="Admin">{places}</SidePlaces>
                <SideFoot>
                    <p class=HINT>{format!("Signed in as {}", role.label().to_lowercase())}</p>
                    <SideWay name="To the shop" href="/"/>
                    <SideWay name="Your sign-in" href="/account/security"/>
                    <PostForm action="/api/accounts/sign_out" from="/login".to_owned()><Button kind=ButtonKind::Text>"Sign out"</Button></PostForm>
                </SideFoot>
            </Side>
            <div class="min-w-0 p-4 xl:px-10 xl:py-8">
                <NoticePlace notice=notice/>
                <main id="content" class="grid max-w-7xl grid-cols-1 gap-6" tabindex="-1">{children()}</main>
            </div>
        </div>
    }
    .into_any()
}
