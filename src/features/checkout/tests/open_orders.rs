//! R121: how many unpaid orders may hold goods at once.

use mongodb::bson::{Document, doc};

use crate::features::cart;
use crate::infra::mongo::new_id;
use crate::shared::ids::CartId;
use crate::testing::app::TestApp;
use crate::testing::browser::{Browser, Page};
use crate::testing::catalog::TestCatalog;

/// Takes every order away from its cart, as orders of earlier carts would be.
async fn belong_to_earlier_carts(app: &TestApp) {
    let orders = app.app.clients.mongo.collection::<Document>("orders");
    for order in app.orders().await {
        orders
            .update_one(
                doc! { "_id": order.id },
                doc! { "$set": { "cart_id": new_id::<CartId>() } },
            )
            .await
            .unwrap();
    }
}

async fn place(visitor: &mut Browser) -> Page {
    let review = visitor.get("/checkout?step=review").await;
    visitor.place(&review).await
}

#[tokio::test(flavor = "multi_thread")]
async fn r121_an_account_holds_the_goods_of_a_few_unpaid_orders_only() {
    let app = TestApp::start().await;
    let (mut visitor, email) = app.customer().await;
    visitor.come_to_review(&[("MUG", "1")], &email).await;
    for n in 0..app.ctx().settings.limits.max_open_orders {
        let placed = place(&mut visitor).await;
        assert!(
            placed.location().contains("/pay/"),
            "order {n}: {} {}",
            placed.status,
            placed.location()
        );
        belong_to_earlier_carts(&app).await;
    }
    let before = app.orders().await.len();
    let refused = place(&mut visitor).await;
    assert_eq!(app.orders().await.len(), before, "{} {}", refused.status, refused.location());
    let told = visitor.get("/checkout?step=review").await;
    assert!(
        [told.body.as_str(), refused.body.as_str()]
            .iter()
            .any(|body| body.contains("unpaid orders open")),
        "{}",
        refused.status
    );
    app.assert_invariants().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r121_a_cart_that_was_read_before_another_order_was_placed_places_none() {
    let app = TestApp::start().await;
    app.browser().add("MUG", "1").await.assert_status(303);
    let cart = app.documents("carts").await.remove(0);
    let id = CartId::parse(cart.get_str("_id").unwrap()).unwrap();
    let version = cart.get_i64("version").unwrap();
    let ctx = app.ctx();
    for is_first in [true, false] {
        let ctx_in = ctx.clone();
        let claim = ctx.mongo.transaction(move |tx| {
            let ctx = ctx_in.clone();
            Box::pin(async move { cart::service::claim_for_order(&ctx, tx, id, version).await })
        });
        assert_eq!(
            claim.await.map_err(|error| error.code).err(),
            (!is_first).then_some("cart_changed".into())
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r144_two_tabs_with_one_free_order_make_one_order() {
    let catalog = TestCatalog::one("FREE", 3).priced("FREE", 0).without_shipping("FREE");
    let app = TestApp::with_catalog(&catalog).await;
    let mut visitor = app.browser();
    let one = visitor.come_to_review(&[("FREE", "1")], "anna@example.com").await;
    let two = visitor.get("/checkout?step=review").await;
    let (mut left, mut right) = (visitor.clone(), visitor.clone());
    tokio::join!(left.place(&one), right.place(&two));
    assert_eq!(app.orders().await.len(), 1);
    app.assert_settled().await;
}
