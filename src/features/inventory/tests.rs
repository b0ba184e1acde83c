//! Stock on real servers: the ledger is the stock, nothing goes below zero, nothing moves twice.

use futures::future::join_all;
use strum::VariantArray as _;

use crate::features::inventory::model::{
    Cause, CauseKind, Movement, StockLevelCrossed, StockRequest,
};
use crate::features::inventory::{service, store};
use crate::infra::ctx::Ctx;
use crate::infra::mongo::new_id;
use crate::shared::error::AppResult;
use crate::shared::ids::{OrderId, ProductId, Sku};
use crate::testing::app::TestApp;
use crate::testing::catalog::TestCatalog;

fn demand(wanted: &[(&str, u32)]) -> Vec<StockRequest> {
    wanted.iter().map(|(sku, units)| StockRequest { sku: Sku::new(*sku), units: *units }).collect()
}

/// One movement in a transaction of its own.
async fn moved(
    ctx: &Ctx,
    movement: Movement,
    order: OrderId,
    wanted: &[(&str, u32)],
) -> AppResult<()> {
    let (wanted, cause) = (demand(wanted), Cause::order(order));
    ctx.mongo
        .transaction(|tx| {
            let (ctx, wanted, cause) = (ctx.clone(), wanted.clone(), cause.clone());
            Box::pin(async move {
                match movement {
                    Movement::Reserve => service::reserve(&ctx, tx, &cause, &wanted).await,
                    Movement::Release => service::release(&ctx, tx, &cause, &wanted).await,
                    Movement::Sell => service::sell(&ctx, tx, &cause, &wanted).await,
                    other => unreachable!("no use-case moves stock by {other:?}"),
                }
            })
        })
        .await
}

/// On hand, available, reserved, sold.
async fn level(app: &TestApp, sku: &str) -> [i64; 4] {
    let stock =
        app.documents("stock").await.into_iter().find(|s| s.get_str("_id") == Ok(sku)).unwrap();
    ["on_hand", "available", "reserved", "sold"].map(|field| stock.get_i64(field).unwrap())
}

/// The same from the ledger alone.
async fn ledger(app: &TestApp, sku: &str) -> [i64; 4] {
    let mut sum = [0; 4];
    for row in
        app.documents("stock_ledger").await.iter().filter(|row| row.get_str("sku") == Ok(sku))
    {
        let movement = Movement::VARIANTS
            .iter()
            .copied()
            .find(|m| Ok(m.key()) == row.get_str("movement"))
            .unwrap();
        let change = movement.change(row.get_i64("units").unwrap());
        for (total, part) in
            sum.iter_mut().zip([change.on_hand, change.available, change.reserved, change.sold])
        {
            *total += part;
        }
    }
    sum
}

#[track_caller]
fn assert_whole(sku: &str, [on_hand, available, reserved, sold]: [i64; 4]) {
    assert!(
        available >= 0 && reserved >= 0 && sold >= 0 && on_hand == available + reserved + sold,
        "{sku}: {on_hand} {available} {reserved} {sold}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cat_7_i3_after_any_movements_the_ledger_is_the_stock() {
    let app = TestApp::start().await;
    let seed = rand::random::<u64>();
    let mut dice = seed;
    // A small generator, so that a failure names a sequence that can be run again.
    let mut roll = |sides: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % sides
    };
    let skus = ["TEAPOT", "MUG", "LAMP", "BOOK"];
    let mut open: Vec<(OrderId, Vec<(&str, u32)>)> = Vec::new();
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..80 {
        if open.is_empty() || roll(2) == 0 {
            let order = new_id();
            let first = usize::try_from(roll(4)).unwrap();
            let count = usize::try_from(roll(3)).unwrap() + 1;
            let wanted: Vec<(&str, u32)> = (0..count)
                .map(|n| (skus[(first + n) % 4], u32::try_from(roll(6)).unwrap() + 1))
                .collect();
            match moved(&app.ctx(), Movement::Reserve, order, &wanted).await {
                Ok(()) => {
                    taken += 1;
                    open.push((order, wanted));
                }
                Err(error) => {
                    refused += 1;
                    assert_eq!(error.code, "out_of_stock", "seed {seed}");
                }
            }
        } else {
            let place = usize::try_from(roll(u64::try_from(open.len()).unwrap())).unwrap();
            let (order, wanted) = open.swap_remove(place);
            let movement = if roll(3) == 0 { Movement::Sell } else { Movement::Release };
            moved(&app.ctx(), movement, order, &wanted).await.unwrap();
        }
    }
    assert!(taken > 0 && refused > 0, "seed {seed}: {taken} taken, {refused} refused");
    for sku in skus {
        let now = level(&app, sku).await;
        assert_whole(sku, now);
        assert_eq!(ledger(&app, sku).await, now, "{sku}, seed {seed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r67_i3_many_at_once_never_reserve_more_than_there_is() {
    let app = TestApp::with_catalog(&TestCatalog::one("FEW", 7)).await;
    let ctx = app.ctx();
    let outcomes = join_all((0..30).map(|n| {
        let ctx = ctx.clone();
        let units = 1 + n % 2;
        async move {
            moved(&ctx, Movement::Reserve, new_id(), &[("FEW", units)])
                .await
                .map(|()| i64::from(units))
        }
    }))
    .await;
    let reserved: i64 = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).sum();
    for error in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert!(error.code == "out_of_stock" || error.status() == 503, "{error:?}");
    }
    let now = level(&app, "FEW").await;
    assert_eq!(now, [7, 7 - reserved, reserved, 0]);
    assert!((1..=7).contains(&reserved));
    assert_eq!(ledger(&app, "FEW").await, now);
}

#[tokio::test(flavor = "multi_thread")]
async fn r67_all_lines_or_none_and_the_refusal_names_what_is_left() {
    let app = TestApp::start().await;
    let refused =
        moved(&app.ctx(), Movement::Reserve, new_id(), &[("MUG", 5), ("TEAPOT", 11), ("BOOK", 1)])
            .await
            .unwrap_err();
    assert_eq!((refused.code.as_ref(), refused.status()), ("out_of_stock", 409));
    assert!(refused.message.contains("Only 10"), "{}", refused.message);
    for (sku, units) in [("MUG", 100), ("TEAPOT", 10), ("BOOK", 50)] {
        assert_eq!(level(&app, sku).await, [units, units, 0, 0]);
        assert_eq!(ledger(&app, sku).await, [units, units, 0, 0]);
    }
    // Two lines of one sku count together.
    let twice = moved(&app.ctx(), Movement::Reserve, new_id(), &[("TEAPOT", 6), ("TEAPOT", 6)])
        .await
        .unwrap_err();
    assert_eq!(twice.code, "out_of_stock");
    let unknown =
        moved(&app.ctx(), Movement::Reserve, new_id(), &[("NOSUCH", 1)]).await.unwrap_err();
    assert_eq!(unknown.code, "out_of_stock");
}

#[tokio::test(flavor = "multi_thread")]
async fn cat_7_one_order_moves_its_goods_once() {
    let app = TestApp::start().await;
    let ctx = app.ctx();
    let (order, other) = (new_id(), new_id());
    let goods = [("TEAPOT", 2)];
    moved(&ctx, Movement::Reserve, order, &goods).await.unwrap();
    // Held by another order, so that there would be something to take.
    moved(&ctx, Movement::Reserve, other, &[("TEAPOT", 6)]).await.unwrap();
    let before = level(&app, "TEAPOT").await;
    assert!(moved(&ctx, Movement::Reserve, order, &goods).await.is_err(), "reserved twice");
    assert_eq!(level(&app, "TEAPOT").await, before);
    let outcomes = join_all((0..4).map(|_| moved(&ctx, Movement::Sell, order, &goods))).await;
    assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 1, "{outcomes:?}");
    assert_eq!(level(&app, "TEAPOT").await, [10, 2, 6, 2]);
    moved(&ctx, Movement::Release, other, &[("TEAPOT", 6)]).await.unwrap();
    assert!(
        moved(&ctx, Movement::Release, other, &[("TEAPOT", 6)]).await.is_err(),
        "released twice"
    );
    assert_eq!(level(&app, "TEAPOT").await, [10, 8, 0, 2]);
    assert_eq!(ledger(&app, "TEAPOT").await, [10, 8, 0, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn cat_7_listings_follow_when_a_product_runs_out_and_comes_back() {
    let app = TestApp::start().await;
    let ctx = app.ctx();
    let in_stock = async || {
        let lamp = app
            .documents("products")
            .await
            .into_iter()
            .find(|p| p.get_str("slug") == Ok("lamp"))
            .unwrap();
        lamp.get_document("summary").unwrap().get_bool("in_stock").unwrap()
    };
    assert!(in_stock().await);
    let order = new_id();
    moved(&ctx, Movement::Reserve, order, &[("LAMP", 1)]).await.unwrap();
    app.run_due_jobs().await;
    assert!(!in_stock().await);
    assert!(app.browser().get("/c/home/kitchen").await.body.contains("Sold out"));
    moved(&ctx, Movement::Release, order, &[("LAMP", 1)]).await.unwrap();
    app.run_due_jobs().await;
    assert!(in_stock().await);
    // Out of order or twice: each row looks at the stock as it is now.
    let last = new_id();
    moved(&ctx, Movement::Reserve, last, &[("LAMP", 1)]).await.unwrap();
    moved(&ctx, Movement::Release, last, &[("LAMP", 1)]).await.unwrap();
    app.run_due_jobs().await;
    assert!(in_stock().await);
    assert!(app.open_rows().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn cat_7_every_row_names_its_actor_and_its_reason() {
    let app = TestApp::start().await;
    app.browser().come_to_payment(&[("MUG", "2")], "anna@example.com").await;
    let rows = app.documents("stock_ledger").await;
    assert!(rows.iter().all(|row| row.get_str("actor").is_ok_and(|a| !a.is_empty())
        && row.get_str("reason").is_ok_and(|r| !r.is_empty())
        && row.get_i64("at").is_ok()));
    let held = rows.iter().find(|row| row.get_str("movement") == Ok("reserve")).unwrap();
    assert_eq!(
        held.get_document("cause").unwrap().get_str("id").unwrap(),
        app.order().await.id.to_string()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn r67_i3_the_write_itself_refuses_more_than_there_is() {
    let app = TestApp::start().await;
    let ctx = app.ctx();
    for (units, fits) in [(11, false), (10, true), (1, false)] {
        let after = ctx
            .mongo
            .transaction(|tx| {
                let mongo = ctx.mongo.clone();
                Box::pin(async move {
                    store::move_units(&mongo, tx, &Sku::new("TEAPOT"), &[Movement::Reserve], units)
                        .await
                })
            })
            .await
            .unwrap();
        assert_eq!(after.is_some(), fits, "{units} of what is left");
    }
    assert_eq!(level(&app, "TEAPOT").await, [10, 0, 10, 0]);
}

/// A movement by a cause of its own, such as a shipment.
async fn move_by(
    ctx: &Ctx,
    cause: Cause,
    movement: Movement,
    sku: &str,
    units: i64,
) -> AppResult<bool> {
    let sku = Sku::new(sku);
    ctx.mongo
        .transaction(|tx| {
            let (mongo, cause, sku) = (ctx.mongo.clone(), cause.clone(), sku.clone());
            let row = store::LedgerRow {
                id: new_id(),
                sku: sku.clone(),
                movement,
                units,
                cause,
                actor: "test".into(),
                reason: "test".into(),
                at: ctx.now(),
            };
            Box::pin(async move {
                store::write_ledger(&mongo, tx, &[row]).await?;
                match store::move_units(&mongo, tx, &sku, &[movement], units).await? {
                    Some(_) => Ok(true),
                    None => Err(crate::shared::error::AppError::conflict("none", "None.").into()),
                }
            })
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn r142_part_shipments_part_returns_and_a_cancel_after_payment_of_one_sku_all_fit() {
    let app = TestApp::start().await;
    let (ctx, order) = (app.ctx(), new_id());
    moved(&ctx, Movement::Reserve, order, &[("TEAPOT", 8)]).await.unwrap();
    moved(&ctx, Movement::Sell, order, &[("TEAPOT", 8)]).await.unwrap();
    let by = |kind, id: &str| Cause::new(kind, id);
    move_by(&ctx, by(CauseKind::Shipment, "s-1"), Movement::Ship, "TEAPOT", 3).await.unwrap();
    move_by(&ctx, by(CauseKind::Shipment, "s-2"), Movement::Ship, "TEAPOT", 2).await.unwrap();
    assert!(
        move_by(&ctx, by(CauseKind::Shipment, "s-2"), Movement::Ship, "TEAPOT", 2).await.is_err(),
        "shipped twice"
    );
    move_by(&ctx, by(CauseKind::Return, "r-1"), Movement::Return, "TEAPOT", 1).await.unwrap();
    move_by(&ctx, by(CauseKind::Return, "r-2"), Movement::Return, "TEAPOT", 1).await.unwrap();
    move_by(&ctx, Cause::order(order), Movement::Cancel, "TEAPOT", 3).await.unwrap();
    assert!(
        move_by(&ctx, by(CauseKind::Shipment, "s-3"), Movement::Ship, "TEAPOT", 1).await.is_err(),
        "nothing is left to ship"
    );
    assert_eq!(level(&app, "TEAPOT").await, [7, 7, 0, 0]);
    assert_eq!(ledger(&app, "TEAPOT").await, [7, 7, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn cat_7_two_workers_leave_the_stock_of_a_listing_as_it_is() {
    let app = TestApp::with_catalog(&TestCatalog::one("LAST", 1)).await;
    let ctx = app.ctx();
    let in_stock = async || {
        app.documents("products").await[0]
            .get_document("summary")
            .unwrap()
            .get_bool("in_stock")
            .unwrap()
    };
    let stock = app.documents("stock").await.remove(0);
    let product_id = ProductId::parse(stock.get_str("product_id").unwrap()).unwrap();
    for round in 0..12 {
        let order = new_id();
        let look = async || {
            let message = StockLevelCrossed { product_id };
            crate::features::catalog::jobs::stock_level_crossed(&ctx, message).await.unwrap();
        };
        // A look that began before the goods went must not have the last word.
        let (_, sold, ()) =
            tokio::join!(look(), moved(&ctx, Movement::Reserve, order, &[("LAST", 1)]), look());
        sold.unwrap();
        look().await;
        assert!(!in_stock().await, "round {round}");
        let (_, back, ()) =
            tokio::join!(look(), moved(&ctx, Movement::Release, order, &[("LAST", 1)]), look());
        back.unwrap();
        look().await;
        assert!(in_stock().await, "round {round}");
    }
}
