//! Tests of the test: each rule refuses what it is there for, and nothing else.

use super::paths::{module_of, named};
use super::problems_of;
use super::rules::{Edges, cycle, long_role_file, shared_endpoints};
use super::source::SourceFile;

fn problems(path: &str, text: &str) -> Vec<String> {
    problems_of(&SourceFile::new(path, text), &mut Edges::default())
}

fn refused(path: &str, code: &str, reason: &str) {
    let found = problems(path, &format!("//! A module.\n{code}\n"));
    assert!(found.len() == 1 && found[0].contains(reason), "{path}: {code}: {found:?}");
}

fn accepted(path: &str, code: &str) {
    let found = problems(path, &format!("//! A module.\n{code}\n"));
    assert!(found.is_empty(), "{path}: {code}: {found:?}");
}

#[test]
fn layers_look_downwards_only() {
    for (path, code) in [
        ("shared/money.rs", "use crate::infra::ctx::Ctx;"),
        ("shared/money.rs", "use crate::features::cart::model::CartLine;"),
        ("infra/mail.rs", "use crate::features::orders::model::OrderView;"),
        ("infra/mail.rs", "use crate::web::page::PageResponse;"),
        ("ui/field.rs", "use crate::infra::mongo::Mongo;"),
        ("ui/field.rs", "use crate::infra::ctx::Ctx;"),
        ("web/page.rs", "use crate::ui::field::Field;"),
        ("ui/price.rs", "use crate::features::catalog::model::Variant;"),
        ("app/pages.rs", "use crate::server::app::App;"),
        ("server/app.rs", "use crate::testing::app::TestApp;"),
        ("features/cart/service.rs", "use crate::server::app::App;"),
        ("features/cart/pages.rs", "use crate::app::pages::PAGES;"),
        ("features/cart/service.rs", "use crate::testing::app::TestApp;"),
        ("features/cart/service.rs", "use crate::web::page::PageResponse;"),
        ("features/cart/pages.rs", "use crate::infra::mongo::Mongo;"),
    ] {
        refused(path, code, "may not name");
    }
    for (path, code) in [
        ("infra/mail.rs", "use crate::shared::error::AppError;"),
        ("web/page.rs", "use crate::infra::ctx::Ctx;"),
        ("ui/form.rs", "use crate::web::page::FormState;"),
        ("app/pages.rs", "use crate::features::{cart, catalog};"),
        ("server/jobs.rs", "use crate::app::pages::PAGES;\nuse crate::features::payments;"),
        (
            "features/cart/pages.rs",
            "use crate::infra::ctx::Ctx;\nuse crate::web::page::PageResponse;",
        ),
    ] {
        accepted(path, code);
    }
}

#[test]
fn role_files_keep_to_their_table() {
    for (path, code) in [
        ("features/cart/model.rs", "use crate::infra::ctx::Ctx;"),
        ("features/cart/model.rs", "use crate::features::cart::store;"),
        ("features/cart/model.rs", "use crate::features::catalog::service::Sellable;"),
        ("features/cart/store.rs", "use crate::features::cart::service;"),
        ("features/cart/store.rs", "use crate::features::catalog::store;"),
        ("features/cart/service.rs", "use crate::features::cart::api::add;"),
        ("features/cart/service.rs", "use crate::features::catalog::store;"),
        ("features/cart/service.rs", "use crate::features::cart::jobs::send;"),
        (
            "features/payments/service.rs",
            "use crate::features::orders;\nfn f() { orders::jobs::send_mail }",
        ),
        ("features/orders/mails/mod.rs", "use crate::features::orders::service;"),
        ("features/orders/mails/mod.rs", "use crate::features::notifications::service;"),
        ("features/orders/mails/mod.rs", "use crate::infra::mail::Mail;"),
        ("features/payments/service.rs", "use crate::features::orders::mails::x;"),
        ("features/cart/api.rs", "use crate::infra::mongo::Mongo;"),
        ("features/cart/api.rs", "use crate::features::cart::store;"),
        ("features/cart/islands.rs", "use crate::features::cart::service;"),
        ("features/cart/islands/line.rs", "use crate::features::catalog::api::add;"),
        ("features/cart/pages.rs", "use crate::features::catalog::store;"),
        ("features/cart/mod.rs", "fn f() { crate::features::cart::model::x() }"),
    ] {
        refused(path, code, "may not name");
    }
    for (path, code) in [
        ("features/cart/service.rs", "use crate::features::cart::{model::Cart, store};"),
        (
            "features/payments/service.rs",
            "use crate::features::orders;\nfn f() { orders::model::mails::SendOrderMail }",
        ),
        (
            "features/orders/mails/mod.rs",
            "use crate::features::notifications::model::MailContent;\nuse crate::features::orders::model::OrderView;\nuse crate::shared::money::Money;",
        ),
        ("features/orders/service.rs", "use crate::features::orders::mails::render;"),
        ("features/cart/service/add.rs", "use super::rules;\nuse super::super::store;"),
        (
            "features/cart/pages.rs",
            "use crate::features::search::islands::SearchBox;\nuse crate::features::orders::service;",
        ),
        (
            "features/cart/islands.rs",
            "use crate::features::cart::api::add;\nuse crate::features::shipping::model::Hint;\nuse crate::ui::icon::Icon;",
        ),
        (
            "features/catalog/jobs.rs",
            "use crate::features::inventory;\nfn f() { inventory::service::available_of_product() }",
        ),
    ] {
        accepted(path, code);
    }
}

#[test]
fn features_name_each_other_only_along_listed_edges() {
    refused(
        "features/catalog/service.rs",
        "use crate::features::cart::service;",
        "no edge catalog → cart",
    );
    refused(
        "features/catalog/model.rs",
        "use crate::features::orders::model::OrderLine;",
        "no edge catalog → orders",
    );
    refused(
        "features/inventory/service.rs",
        "use crate::features::catalog::service;",
        "no edge inventory → catalog",
    );
    refused(
        "features/inventory/jobs.rs",
        "use crate::features::catalog::service;",
        "no edge inventory → catalog",
    );
    refused(
        "features/notifications/service.rs",
        "use crate::features::orders::service;",
        "no edge notifications → orders",
    );
    accepted("features/cart/service.rs", "use crate::features::catalog::service;");
    assert_eq!(
        cycle(&[("a", &["b"]), ("b", &["c"]), ("c", &["a"])]).unwrap(),
        ["a", "b", "c", "a"]
    );
    assert_eq!(cycle(&[("a", &["b", "c"]), ("b", &["c"])]), None);
    assert!(!Edges::default().unused().is_empty(), "an edge nobody uses is named");
}

#[test]
fn no_way_of_writing_a_path_gets_around_the_rules() {
    let forbidden = [
        "use crate::features::{catalog::model::Image, orders::service};",
        "use crate::{\n    features::{\n        catalog,\n        orders::{self, service as order_service},\n    },\n};",
        "use crate::features::orders;\nfn f() { orders::service::pay() }",
        "use crate::features::orders as paid;\nfn f() { paid::service::pay() }",
        "fn f() { crate::features::orders::service::pay() }",
        "use super::super::orders::service;",
        "pub(crate) use crate::features::orders::service::*;",
        "fn f<'a>(c: char) -> bool { c == '\"' && crate::features::orders::service::pay() }",
    ];
    for code in forbidden {
        let found = problems("features/catalog/service.rs", &format!("//! A module.\n{code}\n"));
        assert!(
            found.iter().any(|problem| problem.contains("no edge catalog → orders")),
            "{code}: {found:?}"
        );
    }
    for code in [
        "// use crate::features::orders::service;",
        "/* crate::features::orders::service /* twice */ */",
        "const A: &str = \"crate::features::orders::service\";",
        "const A: &str = r#\"a \" crate::features::orders::service\"#;",
        "const A: char = '\"'; // crate::features::orders::service",
        "use crate::features::inventory;\nfn f() { other::inventory::store::x() }",
    ] {
        accepted("features/catalog/service.rs", code);
    }
}

#[test]
fn tests_may_use_the_rig_and_any_feature() {
    let inline = "fn f() {}\n#[cfg(test)]\nmod tests {\n    use super::*;\n    use crate::testing::app::TestApp;\n    use crate::features::orders::store;\n}";
    accepted("features/catalog/service.rs", inline);
    accepted(
        "features/catalog/tests.rs",
        "use crate::testing::app::TestApp;\nuse crate::features::orders::service;",
    );
    refused("features/catalog/tests.rs", "use crate::server::app::App;", "tests here may not name");
    refused(
        "shared/money.rs",
        "#[cfg(all(test, feature = \"ssr\"))]\nmod tests { use crate::infra::clock::Clock; }",
        "tests here may not name",
    );
    // What follows a declaration of tests in another file is no test.
    refused(
        "features/catalog/service.rs",
        "#[cfg(test)]\nmod tests;\nfn f() { crate::testing::app::x() }",
        "may not name",
    );
}

#[test]
fn files_say_what_they_are_and_stay_short() {
    assert!(
        problems("shared/money.rs", "use std::fmt;\n")[0]
            .contains("src/shared/money.rs:1: the first line")
    );
    assert!(
        problems("shared/money.rs", &format!("//! Long.\n{}", "\n".repeat(600)))[0]
            .contains("601 lines")
    );
    assert!(problems("shared/money.rs", &format!("//! Long.\n{}", "\n".repeat(599))).is_empty());
    let role = |lines: usize, path: &str| {
        long_role_file(&SourceFile::new(path, &"//! Long.\n".repeat(lines))).is_some()
    };
    assert!(
        role(401, "features/cart/service.rs")
            && !role(400, "features/cart/service.rs")
            && !role(401, "features/cart/service/add.rs")
    );
}

#[test]
fn features_have_known_role_files() {
    assert!(
        problems("features/cart/helpers.rs", "//! Help.\n")[0]
            .contains("`helpers` is no role file")
    );
    assert!(
        problems("features/cart/utils/mod.rs", "//! Help.\n")[0]
            .contains("`utils` is no role file")
    );
    refused("features/cart/mod.rs", "pub mod model;\npub use model::Cart;", "re-exports nothing");
    accepted("features/cart/islands/helpers.rs", "");
}

#[test]
fn server_functions_have_an_address_of_their_own() {
    let function = |attribute: &str| {
        format!(
            "{attribute}\npub async fn add(#[server(default)] sku: String) -> Result<(), AppError> {{}}"
        )
    };
    accepted(
        "features/cart/api.rs",
        &function("#[server(prefix = \"/api\", endpoint = \"cart/add\")]"),
    );
    accepted(
        "features/cart/api.rs",
        &function("#[server(\n    prefix = \"/api\",\n    endpoint = \"cart/add\",\n)]"),
    );
    accepted(
        "features/cart/api.rs",
        "pub async fn add(\n    #[server(flatten)]\n    #[server(default)]\n    form: Form,\n) {}",
    );
    refused(
        "features/cart/api.rs",
        &function("#[server(prefix = \"/api\")]"),
        "names its endpoint",
    );
    refused(
        "features/cart/api.rs",
        &function("#[server(endpoint = \"cart/add\")]"),
        "names its prefix",
    );
    refused(
        "features/cart/api.rs",
        &function("#[server(prefix = \"/api\", endpoint = \"basket/add\")]"),
        "begins with cart/",
    );
    refused(
        "features/cart/api.rs",
        &function("#[server(prefix = \"/api\", endpoint = \"cart/add\", input = GetUrl)]"),
        "by POST",
    );
    refused(
        "features/cart/service.rs",
        &function("#[server(prefix = \"/api\", endpoint = \"cart/add\")]"),
        "api.rs",
    );
    refused(
        "ui/form.rs",
        &function("#[server(prefix = \"/api\", endpoint = \"cart/add\")]"),
        "api.rs",
    );
    assert_eq!(
        problems("features/cart/api.rs", &format!("//! A module.\n{}", function("#[server]")))
            .len(),
        2
    );
    let twice = ["features/cart/api.rs", "features/cart/api/more.rs"].map(|path| {
        SourceFile::new(path, &function("#[server(prefix = \"/api\", endpoint = \"cart/add\")]"))
    });
    assert_eq!(shared_endpoints(&twice).len(), 1);
    assert!(shared_endpoints(&twice[..1]).is_empty());
}

#[test]
fn words_that_break_a_rule_are_found() {
    refused(
        "features/cart/pages.rs",
        "fn f() { view! { <p style=\"color: red\">\"x\"</p> } }",
        "style attributes",
    );
    refused(
        "features/cart/pages.rs",
        "fn f() { view! { <p style:color=\"red\">\"x\"</p> } }",
        "style attributes",
    );
    refused(
        "features/cart/pages.rs",
        "fn f() { view! { <p inner_html=text></p> } }",
        "not escaped",
    );
    refused("features/cart/service.rs", "fn f() { std::time::SystemTime::now() }", "infra::clock");
    refused("features/cart/service.rs", "fn f() { todo!() }", "left over");
    refused("features/cart/service.rs", "fn f() { g().unwrap() }", "an error to answer");
    refused("features/cart/model.rs", "pub async fn f() {}", "pure rules");
    refused("features/cart/model/line.rs", "use mongodb::Client;", "pure rules");
    accepted(
        "features/cart/pages.rs",
        "fn f() { let style = 1; Shell { style: style.clone(), font_style:x } }",
    );
    accepted("infra/clock.rs", "fn f() { SystemTime::now() }");
    accepted("features/cart/model.rs", "#[cfg(test)]\nmod tests { async fn f() { todo!() } }");
    accepted("features/cart/service.rs", "fn f(ctx: &Ctx) { ctx.now() }");
}

#[test]
fn problems_name_file_and_line() {
    let found = problems("shared/money.rs", "//! Money.\n\n// Why.\nuse crate::infra::ctx::Ctx;\n");
    assert!(
        found[0].starts_with("src/shared/money.rs:4: may not name crate::infra::ctx::Ctx"),
        "{found:?}"
    );
}

#[test]
fn paths_are_read_as_the_compiler_reads_them() {
    assert_eq!(module_of("features/cart/service/mod.rs"), ["features", "cart", "service"]);
    assert_eq!(module_of("main.rs"), Vec::<String>::new());
    let file = SourceFile::new(
        "a/b.rs",
        "use crate::x::{self, y::{Z as W, V}, w::*};\nfn f() { super::c::d(); self::e::<T>(); }",
    );
    let all: Vec<String> =
        named(&file, &file.code).into_iter().map(|path| path.segments.join("::")).collect();
    assert_eq!(all, ["x", "x::y::Z", "x::y::V", "x::w", "a::c::d", "a::b::e"]);
}
