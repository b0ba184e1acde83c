//! What surrounds the pages of staff: a sidebar with what the role may see, and the way out.

use leptos::prelude::*;

use crate::shared::access::{Permission, Role};
use crate::ui::button::{Button, ButtonKind};
use crate::ui::form::PostForm;
use crate::ui::notice::NoticePlace;
use crate::web::notice::Notice;

/// The pages of the admin, each with what one must be allowed to see it.
const PLACES: [(&str, &str, Permission); 3] = [
    ("Orders", "/admin/orders", Permission::ViewOrders),
    ("Staff", "/admin/staff", Permission::ManageStaff),
    ("Audit log", "/admin/audit", Permission::ViewAudit),
];

#[component]
pub fn AdminFrame(
    store_name: String,
    role: Role,
    path: String,
    notice: Option<Notice>,
    children: Children,
) -> impl IntoView {
    let here = path.split(['?', '#']).next().unwrap_or_default().to_owned();
    let places = PLACES.into_iter().filter(|(_, _, permission)| role.may(*permission));
    view! {
        <a class="skip-link" href="#content">"Skip to content"</a>
        <div class="admin">
            <header class="admin-side">
                <p class="admin-name"><a href="/admin">{store_name}</a></p>
                <nav aria-label="Admin">
                    <ul>
                        {places
                            .map(|(name, href, _)| {
                                let current = here.starts_with(href).then_some("page");
                                view! { <li><a href=href aria-current=current>{name}</a></li> }
                            })
                            .collect_view()}
                    </ul>
                </nav>
                <div class="admin-foot">
                    <p class="hint">{format!("Signed in as {}", role.label().to_lowercase())}</p>
                    <p><a href="/">"To the shop"</a></p>
                    <p><a href="/account/security">"Your sign-in"</a></p>
                    <PostForm action="/api/accounts/sign_out" from="/login".to_owned()><Button kind=ButtonKind::Text>"Sign out"</Button></PostForm>
                </div>
            </header>
            <div class="admin-main">
                <NoticePlace notice=notice/>
                <main id="content" tabindex="-1">{children()}</main>
            </div>
        </div>
    }
    .into_any()
}
