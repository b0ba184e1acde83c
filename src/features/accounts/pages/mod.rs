//! The account's pages: the doors in, the links of mails, and what a signed-in visitor keeps here.

mod addresses;
mod links;
mod orders;
mod overview;
mod second_factor;
mod security;
mod sign_in;

use leptos::prelude::*;

use crate::ui::form::{Button, ButtonKind, PostForm};

pub use addresses::addresses;
pub use links::{forgot, reset, verify};
pub use orders::orders;
pub use overview::overview;
pub use second_factor::second_step;
pub use security::security;
pub use sign_in::{sign_in, sign_up};

const PASSWORD_HINT: &str =
    "At least 8 characters; three or four words are easy to remember and hard to guess.";
/// Characters of an e-mail address.
const EMAIL_CHARS: u32 = 254;
const PARTS: [(&str, &str); 5] = [
    ("Overview", "/account"),
    ("Orders", "/account/orders"),
    ("Addresses", "/account/addresses"),
    ("Sign-in and security", "/account/security"),
    ("Your data", "/account/privacy"),
];

/// What surrounds every page of a signed-in visitor.
#[component]
pub fn AccountFrame(
    /// Path of the part shown.
    current: &'static str,
    heading: String,
    children: Children,
) -> impl IntoView {
    let links = PARTS
        .into_iter()
        .map(|(name, href)| {
            let is_current = (href == current).then_some("page");
            view! { <li><a class="quiet-link" href=href aria-current=is_current>{name}</a></li> }
        })
        .collect_view();
    view! {
        <h1>{heading}</h1>
        <div class="columns account">
            <nav class="account-nav" aria-label="Your account">
                <ul>
                    {links}
                    <li>
                        <PostForm action="/api/accounts/sign_out" from=current.to_owned()>
                            <Button kind=ButtonKind::Text>"Sign out"</Button>
                        </PostForm>
                    </li>
                </ul>
            </nav>
            <div class="account-main">{children()}</div>
        </div>
    }
    .into_any()
}
