//! Requests that our own pages did not send, or not in this way.

use axum::body::Body;
use axum::http::{HeaderName, Method, Request, header};

use crate::server::forms::allowed_target;
use crate::server::tests::{FUNCTIONS, elsewhere, encoded, good_fields};
use crate::testing::app::TestApp;
use crate::testing::browser::Browser;
use crate::web::form::FormSuccess;

const FORM: &str = "application/x-www-form-urlencoded";

fn request(
    method: &str,
    path: &str,
    content_type: &str,
    headers: &[(&str, &str)],
    body: String,
) -> Request<Body> {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, content_type)
        .body(Body::from(body))
        .unwrap();
    for (name, value) in headers {
        request.headers_mut().append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    request
}

/// A visitor for whom every function would have something to do.
async fn shopper(app: &TestApp) -> Browser {
    let mut visitor = app.browser();
    visitor.come_to_review(&[("TEAPOT", "1"), ("MUG", "1")], "anna@example.com").await;
    visitor
}

async fn books(app: &TestApp) -> Vec<String> {
    let mut books = Vec::new();
    for collection in ["carts", "checkouts", "orders", "refunds", "stock", "outbox"] {
        books.extend(app.documents(collection).await.iter().map(ToString::to_string));
    }
    books
}

#[tokio::test(flavor = "multi_thread")]
async fn r29_a12_a13_only_our_own_pages_reach_a_server_function() {
    let app = TestApp::start().await;
    let visitor = shopper(&app).await;
    let before = books(&app).await;
    let base = app.app.clients.settings.base_url.clone();
    let other_port = base.rsplit_once(':').map(|(host, _)| format!("{host}:1")).unwrap();
    let foreign: Vec<Vec<(&str, &str)>> = vec![
        vec![],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("sec-fetch-site", "none")],
        vec![("sec-fetch-site", "cross-site"), ("origin", &base)],
        vec![("origin", "null")],
        vec![("origin", "https://evil.example")],
        vec![("origin", &other_port)],
        vec![("referer", &base)],
    ];
    for (path, _) in FUNCTIONS {
        let mut sender = elsewhere(&app, &visitor);
        for headers in &foreign {
            for (kind, accept) in [
                (FORM, "text/html"),
                ("text/plain", "*/*"),
                ("multipart/form-data; boundary=b", "text/html"),
            ] {
                let mut headers = headers.clone();
                headers.extend([("accept", accept), ("x-http-method-override", "GET")]);
                let page = sender
                    .send(request("POST", path, kind, &headers, encoded(&good_fields(path))))
                    .await;
                assert_eq!(page.status.as_u16(), 403, "{path} {headers:?}");
                assert!(
                    page.location().is_empty() && page.headers.get(header::SET_COOKIE).is_none(),
                    "{path} {headers:?}"
                );
                assert!(!page.body.contains("__err"), "{path}");
            }
        }
    }
    assert_eq!(books(&app).await, before, "a refused request changed something");
    // The same request with our own origin is what the functions are for.
    let own = elsewhere(&app, &visitor)
        .send(request(
            "POST",
            "/api/cart/add",
            FORM,
            &[("origin", &base), ("accept", "text/html")],
            encoded(&good_fields("/api/cart/add")),
        ))
        .await;
    own.assert_status(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn r29_pages_and_unknown_paths_are_guarded_and_two_paths_are_exempt() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    for path in ["/", "/cart", "/checkout", "/api/none", "/nowhere"] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let page = visitor
                .send(request(
                    method,
                    path,
                    FORM,
                    &[("sec-fetch-site", "cross-site")],
                    String::new(),
                ))
                .await;
            assert_eq!(page.status.as_u16(), 403, "{method} {path}");
        }
    }
    visitor
        .send(request("POST", "/csp-report", "application/csp-report", &[], "{}".into()))
        .await
        .assert_status(204);
    visitor
        .send(request("POST", "/webhooks/stripe", "application/json", &[], "{}".into()))
        .await
        .assert_status(400);
    // Exempt is the path as it is, nothing that looks like it.
    for path in ["/csp-report/", "/webhooks/stripe/x", "/webhooks/stripe%2f"] {
        visitor.send(request("POST", path, FORM, &[], String::new())).await.assert_status(403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r30_functions_answer_to_posted_forms_only() {
    let app = TestApp::start().await;
    let visitor = shopper(&app).await;
    let before = books(&app).await;
    let own: &[(&str, &str)] = &[("sec-fetch-site", "same-origin"), ("accept", "text/html")];
    let island: &[(&str, &str)] =
        &[("sec-fetch-site", "same-origin"), ("accept", "application/json")];
    for (path, _) in FUNCTIONS {
        let mut sender = elsewhere(&app, &visitor);
        let fields = encoded(&good_fields(path));
        for method in ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"] {
            let page = sender
                .send(request(method, &format!("{path}?{fields}"), FORM, own, fields.clone()))
                .await;
            assert!(
                [404, 405].contains(&page.status.as_u16()),
                "{method} {path} gave {}",
                page.status
            );
        }
        let json = serde_json::to_string(&good_fields(path)).unwrap();
        for (kind, body) in [
            ("text/plain", &fields),
            ("application/json", &json),
            ("multipart/form-data; boundary=b", &fields),
            ("application/cbor", &fields),
            ("", &fields),
        ] {
            for headers in [own, island] {
                let page = sender.send(request("POST", path, kind, headers, body.clone())).await;
                assert!(page.status.is_client_error(), "{path} took {kind:?}: {}", page.status);
            }
        }
    }
    assert_eq!(books(&app).await, before, "a refused request changed something");
}

#[tokio::test(flavor = "multi_thread")]
async fn r35_a_form_leads_to_our_own_pages_only() {
    let app = TestApp::start().await;
    let hostile = [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/%2fevil.example",
        "/%5cevil.example",
        "%2f%2fevil.example",
        "/.//evil.example",
        "/..//evil.example",
        "/\t/evil.example",
        "/cart\r\nLocation: https://evil.example",
        "/cart%0d%0aLocation:%20https://evil.example",
        "http:/evil.example",
        "evil.example",
        "/p/old-teapot\u{0}//evil.example",
        "/@evil.example/../..//evil.example",
    ];
    let base = app.app.clients.settings.base_url.clone();
    for from in hostile {
        let mut visitor = app.browser();
        let refused = visitor
            .post("/api/cart/add", &[("sku", "TEAPOT"), ("quantity", "0"), ("from", from)])
            .await;
        refused.assert_status(422);
        assert!(
            refused.location().is_empty() && !refused.body.contains("evil.example"),
            "{from:?}: {}",
            refused.body
        );
        let done = visitor
            .post(
                "/api/cart/add",
                &[
                    ("sku", "TEAPOT"),
                    ("quantity", "1"),
                    ("from", from),
                    ("next", from),
                    ("return_to", from),
                ],
            )
            .await;
        done.assert_status(303);
        assert_eq!(done.location(), "/cart", "{from:?}");
        let Ok(referer) = format!("{base}{from}").parse::<axum::http::HeaderValue>() else {
            continue;
        };
        for referer in [
            referer,
            axum::http::HeaderValue::from_str(from.trim())
                .unwrap_or(axum::http::HeaderValue::from_static("x")),
        ] {
            let mut forged = request(
                "POST",
                "/api/cart/add",
                FORM,
                &[("sec-fetch-site", "same-origin"), ("accept", "text/html")],
                "sku=TEAPOT&quantity=0".into(),
            );
            forged.headers_mut().insert(header::REFERER, referer);
            let page = visitor.send(forged).await;
            page.assert_status(422);
            assert!(page.location().is_empty() && !page.body.contains("evil.example"), "{from:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r35_a_use_case_that_names_another_host_leads_home() {
    let app = TestApp::start().await;
    let ctx = app.ctx();
    let payment = format!("{}/pay/cs_test_1", ctx.settings.payment_page_origin());
    for own in ["/", "/cart", "/order/100001?key=a", &payment] {
        assert_eq!(allowed_target(&ctx, &FormSuccess::to(own)), own);
    }
    let beside = format!("{}.evil.example/pay", ctx.settings.payment_page_origin());
    for foreign in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "https:evil.example",
        "/%0d%0aset-cookie:a=b",
        "evil",
        "",
        &beside,
    ] {
        assert_eq!(allowed_target(&ctx, &FormSuccess::to(foreign)), "/", "{foreign:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r35_moved_pages_lead_to_our_own_paths_whatever_follows_them() {
    let app = TestApp::start().await;
    let mut visitor = app.browser();
    for path in [
        "/p/old-teapot?next=//evil.example",
        "/p/old-teapot?//evil.example",
        "/p/old-teapot?%0d%0aSet-Cookie:%20a=b",
        "/checkout?step=//evil.example",
        "/checkout/return?session_id=//evil.example",
    ] {
        let page = visitor.get(path).await;
        let to = page.location();
        assert!(
            to.is_empty() || to == "/cart" || to.starts_with("/p/teapot?"),
            "{path} leads to {to}"
        );
        assert!(page.headers.get(header::SET_COOKIE).is_none(), "{path}");
    }
    for path in
        ["//evil.example", "//evil.example/%2e%2e", "/%2f%2fevil.example", "/\\evil.example"]
    {
        let Ok(uri) = path.parse::<axum::http::Uri>() else { continue };
        let page = visitor.send(Request::get(uri).body(Body::empty()).unwrap()).await;
        assert!(
            page.status.is_client_error() && page.location().is_empty(),
            "{path}: {} {}",
            page.status,
            page.location()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r41_a11_fields_that_no_function_declares_have_no_effect() {
    let app = TestApp::start().await;
    let extra = [
        ("role", "admin"),
        ("user[role]", "admin"),
        ("is_admin", "true"),
        ("permissions[]", "*"),
        ("_id", "000000000000000000000000"),
        ("owner", "x"),
        ("status", "paid"),
        ("state", "paid"),
        ("paid", "true"),
        ("paid_at", "1"),
        ("version", "9"),
        ("price", "1"),
        ("total", "1"),
        ("total_minor", "1"),
        ("currency", "idr"),
        ("cart_id", "x"),
        ("hold_expires_at", "9999999999999"),
        ("lines[TEAPOT][price]", "1"),
        ("form[method]", "free"),
    ];
    let with = |fields: &[(&'static str, &str)]| {
        fields
            .iter()
            .map(|(k, v)| (*k, (*v).to_owned()))
            .chain(extra.iter().map(|(k, v)| (*k, (*v).to_owned())))
            .collect::<Vec<_>>()
    };
    let mut visitor = app.browser();
    let send = async |visitor: &mut Browser, path: &str, fields: Vec<(&'static str, String)>| {
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        visitor.post(path, &pairs).await
    };
    send(&mut visitor, "/api/cart/add", with(&[("sku", "TEAPOT"), ("quantity", "1")]))
        .await
        .assert_status(303);
    send(&mut visitor, "/api/cart/set", with(&[("sku", "TEAPOT"), ("quantity", "1")]))
        .await
        .assert_status(303);
    send(&mut visitor, "/api/checkout/contact", with(&[("email", "anna@example.com")]))
        .await
        .assert_status(303);
    send(&mut visitor, "/api/checkout/shipping", with(&crate::testing::shopper::ADDRESS))
        .await
        .assert_status(303);
    let review = visitor.get("/checkout?step=review").await;
    let (key, total) = (review.hidden("key"), review.hidden("shown_total"));
    send(
        &mut visitor,
        "/api/checkout/place",
        with(&[("key", &key), ("shown_total", &total), ("terms", "on")]),
    )
    .await
    .assert_status(303);
    let order = &app.documents("orders").await[0];
    assert_eq!(
        (order.get_str("state"), order.get_i64("total_minor"), order.get_str("currency")),
        (Ok("pending_payment"), Ok(5_390), Ok("EUR"))
    );
    assert!(order.get_i64("paid_at").is_err(), "{order}");
    for collection in ["orders", "carts", "checkouts", "refunds"] {
        for document in app.documents(collection).await {
            for name in [
                "role",
                "user",
                "is_admin",
                "permissions",
                "owner",
                "status",
                "paid",
                "price",
                "total",
                "form",
            ] {
                assert!(!document.contains_key(name), "{collection} took {name}");
            }
        }
    }
    app.assert_invariants().await;
}

/// Functions that hash a password before they look at anything else: slow, and tested beside their
/// feature.
const HASHING: [&str; 10] = [
    "sign_up",
    "sign_in",
    "forgot",
    "reset",
    "confirm",
    "/password",
    "/email",
    "/export",
    "/erase",
    "sign_out",
];

#[tokio::test(flavor = "multi_thread")]
async fn r36_r37_r39_acc_13_a23_foreign_ids_reach_nothing_wherever_they_are_put() {
    let app = TestApp::start().await;
    let (mut owner, email) = app.customer().await;
    owner.post("/api/accounts/name", &[("name", "Odile Canary")]).await.assert_status(303);
    owner
        .post("/api/accounts/add_address", &crate::testing::shopper::ADDRESS)
        .await
        .assert_status(303);
    owner.come_to_payment(&[("TEAPOT", "1")], &email).await;
    let of_owner = async || {
        let mut seen = Vec::new();
        for collection in ["accounts", "sessions", "carts", "checkouts", "orders", "refunds"] {
            seen.extend(app.documents(collection).await.first().map(ToString::to_string));
        }
        seen
    };
    let before = of_owner().await;
    let hex = |document: &mongodb::bson::Document, field: &str| {
        document.get_str(field).unwrap().to_owned()
    };
    let (account, order) = (&app.documents("accounts").await[0], &app.documents("orders").await[0]);
    let address = account.get_array("addresses").unwrap()[0].as_document().unwrap();
    let family = app.documents("sessions").await[0].get_str("_id").unwrap().to_owned();
    let number = order.get_str("number").unwrap().to_owned();
    let ids = [
        hex(account, "_id"),
        hex(order, "_id"),
        hex(order, "cart_id"),
        hex(address, "id"),
        family,
        number.clone(),
    ];
    let (customer, _) = app.customer().await;
    for thief in [customer, app.browser()] {
        for (path, _) in
            FUNCTIONS.iter().filter(|(path, _)| !HASHING.iter().any(|word| path.contains(word)))
        {
            for id in &ids {
                let mut fields = good_fields(path);
                fields.retain(|(name, _)| *name != "number");
                let foreign = [
                    "id",
                    "address_id",
                    "number",
                    "session_id",
                    "cart_id",
                    "order_id",
                    "account_id",
                    "owner",
                    "holder",
                    "id[]",
                ];
                fields.extend(foreign.map(|name| (name, id.clone())));
                let fields: Vec<(&str, &str)> =
                    fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let page = elsewhere(&app, &thief).post(path, &fields).await;
                assert!(!page.body.contains("Odile") && !page.body.contains(&email), "{path} {id}");
            }
        }
        for path in [
            format!("/order/{number}"),
            format!("/account/addresses?edit={}", ids[3]),
            format!("/admin/orders/{number}"),
            format!("/account?account_id={}", ids[0]),
            format!("/checkout?cart_id={}", ids[2]),
        ] {
            let page = elsewhere(&app, &thief).get(&path).await;
            assert!(
                !page.body.contains("Odile")
                    && !page.body.contains(&email)
                    && !page.body.contains("/p/teapot"),
                "{path}"
            );
        }
    }
    assert_eq!(of_owner().await, before, "somebody else's id changed something");
}
