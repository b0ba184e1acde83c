//! The account's pages: the doors in, the links of mails, and what a signed-in visitor keeps here.

mod addresses;
mod links;
mod orders;
mod overview;
mod second_factor;
mod security;
mod sign_in;

use leptos::prelude::*;

use crate::ui::button::{Button, ButtonKind};
use crate::ui::columns::COLUMNS_WITH_SIDE;
use crate::ui::form::PostForm;

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
            view! { <li><a class=PLACE href=href aria-current=is_current>{name}</a></li> }
        })
        .collect_view();
    view! {
        <h1>{heading}</h1>
        <div class=COLUMNS_WITH_SIDE>
            <nav aria-label="Your account">
                <ul class="flex flex-wrap gap-x-5 lg:grid">
                    {links}
                    <li>
                        <PostForm action="/api/accounts/sign_out" from=current.to_owned()>
                            <Button kind=ButtonKind::Text>"Sign out"</Button>
                        </PostForm>
                    </li>
                </ul>
            </nav>
            <div class="grid grid-cols-1 gap-10">{children()}</div>
        </div>
    }
    .into_any()
}

/// A part of such a page under its own heading.
#[component]
pub fn AccountSection(
    /// Of the heading.
    id: &'static str,
    heading: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="grid grid-cols-1 gap-5" aria-labelledby=id>
            <h2 id=id>{heading}</h2>
            {children()}
        </section>
    }
}

/// The last cell of a form: its button, and the way out beside it.
pub const FORM_END: &str = "col-span-full flex flex-wrap items-center gap-x-6";
/// A page that is a form and little else.
const NARROW: &str = "mx-auto mt-[clamp(0.5rem,4vw,2.5rem)] grid max-w-104 grid-cols-1 gap-5";
/// A link to a part of the account.
const PLACE: &str = "flex min-h-11 min-w-11 items-center gap-2 text-ink no-underline hover:underline current:font-semibold current:text-accent";
