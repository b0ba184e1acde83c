//! Every page of the store: its path, who may keep its bytes, and the function that answers.

use futures::future::BoxFuture;

use crate::app::kitchen_sink::kitchen_sink;
use crate::features::{accounts, audit, cart, catalog, checkout, content, orders, privacy, search};
use crate::web::page::{PageRequest, PageResult};

/// Who may keep a page's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// The same bytes for every visitor: no cookie is read or set.
    Public,
    /// Made for one visitor: `no-store`.
    Personal,
}

pub type PageFunction = fn(PageRequest) -> BoxFuture<'static, PageResult>;

pub struct Page {
    /// In the router's notation.
    pub path: &'static str,
    pub privacy: Privacy,
    pub answer: PageFunction,
}

macro_rules! page {
    ($privacy:ident $path:literal => $function:path) => {
        Page {
            path: $path,
            privacy: Privacy::$privacy,
            answer: |request| Box::pin($function(request)),
        }
    };
}

pub const PAGES: &[Page] = &[
    page!(Public "/" => catalog::pages::home),
    page!(Public "/c/{*path}" => catalog::pages::category),
    page!(Public "/p/{slug}" => catalog::pages::product),
    page!(Public "/search" => search::pages::results),
    page!(Public "/pages/{slug}" => content::pages::page),
    page!(Public "/kitchen-sink" => kitchen_sink),
    page!(Personal "/cart" => cart::pages::cart),
    page!(Personal "/cart/drawer" => cart::pages::drawer),
    page!(Personal "/checkout" => checkout::pages::checkout),
    page!(Personal "/checkout/return" => checkout::pages::payment_return),
    page!(Personal "/order/{number}" => orders::pages::order),
    page!(Personal "/login" => accounts::pages::sign_in),
    page!(Personal "/signup" => accounts::pages::sign_up),
    page!(Personal "/forgot" => accounts::pages::forgot),
    page!(Personal "/reset" => accounts::pages::reset),
    page!(Personal "/verify" => accounts::pages::verify),
    page!(Personal "/account" => accounts::pages::overview),
    page!(Personal "/account/orders" => accounts::pages::orders),
    page!(Personal "/account/addresses" => accounts::pages::addresses),
    page!(Personal "/account/security" => accounts::pages::security),
    page!(Personal "/account/privacy" => privacy::pages::privacy),
    page!(Personal "/login/code" => accounts::pages::second_step),
    page!(Personal "/admin" => orders::admin_pages::start),
    page!(Personal "/admin/orders" => orders::admin_pages::list),
    page!(Personal "/admin/orders/{number}" => orders::admin_pages::one),
    page!(Personal "/admin/staff" => accounts::admin_pages::staff),
    page!(Personal "/admin/audit" => audit::admin_pages::log),
];
