//! Every page of the store, one row each: its path, who may open it, what search engines, referrers
//! and browsers that look ahead may do with it, and the function that answers.

use std::sync::LazyLock;

use futures::future::BoxFuture;

use crate::app::kitchen_sink::kitchen_sink;
use crate::features::{accounts, audit, cart, catalog, checkout, content, orders, privacy, search};
use crate::infra::ctx::{Ctx, Outcome, SecurityEvent};
use crate::shared::access::Permission;
use crate::shared::error::{AppError, AppResult, ErrorKind};
use crate::web::page::{PageRequest, PageResult};

use self::Audience::{Customer, Everyone, Staff, StaffWith, Visitor};
use self::LookAhead::{Never, Prefetch, Prerender};
use self::Referrer::{Sent, Withheld};
use self::Robots::{Listed, OffLimits, Unlisted};

/// Who may open a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The same bytes for everybody: no cookie is read or set.
    Everyone,
    /// Anybody, with what is theirs.
    Visitor,
    /// Whoever is signed in.
    Customer,
    /// Every role of staff.
    Staff,
    StaffWith(Permission),
}

/// Who may keep a page's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CachePolicy {
    Shared,
    /// Made for one visitor: `no-store`.
    NoStore,
}

/// What search engines do with a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Robots {
    /// Found in the sitemap and kept under its canonical address.
    Listed,
    /// Read and not kept.
    Unlisted,
    /// Not even read: named in `robots.txt`.
    OffLimits,
}

/// Whether other sites learn a page's address from the links on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Referrer {
    Sent,
    Withheld,
}

/// What a browser may do before anybody opens a page: the pattern of addresses that the speculation
/// rules name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookAhead {
    Never,
    Prefetch(&'static str),
    Prerender(&'static str),
}

pub type PageFunction = fn(PageRequest) -> BoxFuture<'static, PageResult>;

pub struct Page {
    /// In the router's notation.
    pub path: &'static str,
    pub audience: Audience,
    pub robots: Robots,
    pub referrer: Referrer,
    pub look_ahead: LookAhead,
    pub answer: PageFunction,
}

impl Page {
    pub const fn cache_policy(&self) -> CachePolicy {
        match self.audience {
            Everyone => CachePolicy::Shared,
            Visitor | Customer | Staff | StaffWith(_) => CachePolicy::NoStore,
        }
    }

    /// Refuses whoever is not of the page's audience; services ask again, for whoever calls them
    /// (R40).
    ///
    /// # Errors
    /// `Unauthorized` for a guest where somebody must be signed in, `Forbidden` for another role.
    pub fn admit(&self, ctx: &Ctx) -> AppResult<()> {
        match self.audience {
            Everyone | Visitor => Ok(()),
            Customer => ctx.require_signed_in().map(drop),
            Staff if ctx.require_signed_in()?.role.is_staff() => Ok(()),
            Staff => {
                ctx.log_security_event(SecurityEvent {
                    name: "access_denied",
                    outcome: Outcome::Refused,
                    object: "admin",
                });
                Err(AppError::new(
                    ErrorKind::Forbidden,
                    "not_allowed",
                    "This part of the shop is for its staff.",
                ))
            }
            StaffWith(permission) => ctx.require(permission).map(drop),
        }
    }

    /// The first part of the path, such as `/order` of `/order/{number}`.
    fn section(&self) -> String {
        format!("/{}", self.path.split('/').nth(1).unwrap_or_default())
    }
}

macro_rules! page {
    ($path:literal, $audience:expr, $robots:expr, $referrer:expr, $look_ahead:expr, $function:path) => {
        Page {
            path: $path,
            audience: $audience,
            robots: $robots,
            referrer: $referrer,
            look_ahead: $look_ahead,
            answer: |request| Box::pin($function(request)),
        }
    };
}

const VIEW_ORDERS: Audience = StaffWith(Permission::ViewOrders);
const MANAGE_STAFF: Audience = StaffWith(Permission::ManageStaff);
const VIEW_AUDIT: Audience = StaffWith(Permission::ViewAudit);

#[rustfmt::skip]
pub const PAGES: &[Page] = &[
    page!("/", Everyone, Listed, Sent, Prefetch("/"), catalog::pages::home),
    page!("/c/{*path}", Everyone, Listed, Sent, Prefetch("/c/*"), catalog::pages::category),
    page!("/p/{slug}", Everyone, Listed, Sent, Prerender("/p/*"), catalog::pages::product),
    page!("/pages/{slug}", Everyone, Listed, Sent, Prefetch("/pages/*"), content::pages::page),
    page!("/search", Everyone, Unlisted, Sent, Prefetch("/search?*"), search::pages::results),
    page!("/kitchen-sink", Everyone, Unlisted, Sent, Never, kitchen_sink),

    page!("/cart", Visitor, OffLimits, Sent, Never, cart::pages::cart),
    page!("/cart/drawer", Visitor, OffLimits, Sent, Never, cart::pages::drawer),
    page!("/checkout", Visitor, OffLimits, Withheld, Never, checkout::pages::checkout),
    page!("/checkout/return", Visitor, OffLimits, Withheld, Never, checkout::pages::payment_return),
    page!("/order/{number}", Visitor, OffLimits, Withheld, Never, orders::pages::order),

    page!("/login", Visitor, Unlisted, Withheld, Never, accounts::pages::sign_in),
    page!("/login/code", Visitor, Unlisted, Withheld, Never, accounts::pages::second_step),
    page!("/signup", Visitor, Unlisted, Sent, Never, accounts::pages::sign_up),
    page!("/forgot", Visitor, Unlisted, Sent, Never, accounts::pages::forgot),
    page!("/reset", Visitor, Unlisted, Withheld, Never, accounts::pages::reset),
    page!("/verify", Visitor, Unlisted, Withheld, Never, accounts::pages::verify),

    page!("/account", Customer, OffLimits, Withheld, Never, accounts::pages::overview),
    page!("/account/orders", Customer, OffLimits, Withheld, Never, accounts::pages::orders),
    page!("/account/addresses", Customer, OffLimits, Withheld, Never, accounts::pages::addresses),
    page!("/account/security", Customer, OffLimits, Withheld, Never, accounts::pages::security),
    page!("/account/privacy", Customer, OffLimits, Withheld, Never, privacy::pages::privacy),

    page!("/admin", Staff, OffLimits, Withheld, Never, orders::admin_pages::start),
    page!("/admin/orders", VIEW_ORDERS, OffLimits, Withheld, Never, orders::admin_pages::list),
    page!("/admin/orders/{number}", VIEW_ORDERS, OffLimits, Withheld, Never, orders::admin_pages::one),
    page!("/admin/staff", MANAGE_STAFF, OffLimits, Withheld, Never, accounts::admin_pages::staff),
    page!("/admin/audit", VIEW_AUDIT, OffLimits, Withheld, Never, audit::admin_pages::log),
];

/// The sections that `robots.txt` closes: what belongs to one visitor, and what staff see.
pub fn off_limits() -> Vec<String> {
    sections(|page| page.robots == OffLimits)
}

/// Whether addresses under this path are not sent to other sites in the `Referer` header: pages,
/// files and errors alike.
pub fn withholds_referrer(path: &str) -> bool {
    static PRIVATE: LazyLock<Vec<String>> =
        LazyLock::new(|| sections(|page| page.referrer == Withheld));
    PRIVATE.iter().any(|section| path.starts_with(section.as_str()))
}

fn sections(wanted: impl Fn(&Page) -> bool) -> Vec<String> {
    let mut sections: Vec<String> = Vec::new();
    for section in PAGES.iter().filter(|page| wanted(page)).map(Page::section) {
        if !sections.contains(&section) {
            sections.push(section);
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r129_what_the_rows_of_a_section_say_does_not_contradict() {
        for page in PAGES {
            let path = page.path;
            let alike = |other: &&Page| other.section() == page.section();
            for other in PAGES.iter().filter(alike) {
                assert_eq!(page.referrer, other.referrer, "{path} and {}", other.path);
                assert_eq!(page.robots == OffLimits, other.robots == OffLimits, "{path}");
            }
            if page.cache_policy() == CachePolicy::NoStore {
                assert_ne!(page.robots, Listed, "{path}");
                assert_eq!(page.look_ahead, Never, "{path}: never asked for ahead");
            }
        }
        assert_eq!(off_limits(), ["/cart", "/checkout", "/order", "/account", "/admin"]);
        for path in ["/order/100001", "/account/privacy/data.json", "/reset?token=x"] {
            assert!(withholds_referrer(path), "{path}");
        }
        assert!(!withholds_referrer("/p/teapot"));
    }
}
