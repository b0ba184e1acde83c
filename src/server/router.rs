//! The one list of routes and the one order of layers.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::app::speculation;
use crate::features::privacy::model::Format;
use crate::features::{payments, privacy};
use crate::server::app::App;
use crate::server::middleware::client_info::ClientInfo;
use crate::server::middleware::{client_info, headers, origin, read_limit};
use crate::server::{forms, pages, sitemap};
use crate::shared::error::AppError;
use crate::web::cookies::append_cookies;

/// Bytes; uploads will bring a limit of their own.
const LARGEST_BODY: usize = 256 * 1024;

pub fn router(app: Arc<App>) -> Router {
    let routes = routes(&app);
    layered(app, routes)
}

fn routes(app: &App) -> Router<Arc<App>> {
    Router::new()
        .merge(pages::routes())
        .merge(forms::routes())
        .merge(sitemap::routes())
        .merge(app.assets.routes(&app.clients.settings.services.media_dir))
        .route("/account/privacy/{file}", get(own_data))
        .route("/webhooks/stripe", post(stripe_webhook))
        .route("/csp-report", post(policy_report))
        .route(speculation::PATH, get(speculation_rules))
        .route("/healthz", get(|| async { "alive" }))
        .route("/readyz", get(ready))
        .fallback(pages::not_found)
}

/// Layers stand innermost first: a request meets them from the last line to the first (request id
/// and peer, headers, panics, reads per address, size of the body, origin).
pub(super) fn layered(app: Arc<App>, routes: Router<Arc<App>>) -> Router {
    routes
        .layer(from_fn_with_state(app.clone(), origin::layer))
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .layer(from_fn_with_state(app.clone(), read_limit::layer))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), headers::layer))
        .layer(from_fn_with_state(app.clone(), client_info::layer))
        .with_state(app)
}

/// Stripe's own calls: the raw bytes are verified before anything reads them.
async fn stripe_webhook(
    State(app): State<Arc<App>>,
    Extension(client): Extension<ClientInfo>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Response<Body> {
    let ctx = app.webhook_ctx(&client.request_id, client.client_ip);
    let signature = headers
        .get("stripe-signature")
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let work = tokio::spawn({
        let ctx = ctx.clone();
        async move { payments::service::receive_webhook(&ctx, &signature, &body).await }
    });
    let status = match work.await {
        Ok(Ok(())) => StatusCode::OK,
        Ok(Err(error)) => {
            ctx.log_failure(&error);
            StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    (status, [(header::CACHE_CONTROL, "no-store")], "").into_response()
}

/// Somebody's own data as a file: after their password, for their session, once.
async fn own_data(
    State(app): State<Arc<App>>,
    Extension(client): Extension<ClientInfo>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    if pages::is_speculative_request(&headers) {
        return pages::refuse_speculation();
    }
    let ctx = match app.personal_ctx(&client.request_id, client.client_ip, &headers).await {
        Ok(ctx) => ctx,
        Err(error) => return pages::error_response(&app, &client, &error, &headers).await,
    };
    let answer = async {
        let format = Format::from_key(&file).ok_or_else(AppError::not_found)?;
        Ok::<_, AppError>((format, privacy::service::export(&ctx, format).await?))
    };
    let mut response = match answer.await {
        Ok((format, text)) => {
            let disposition = format!("attachment; filename=\"{}\"", format.file_name());
            let fixed = [
                (header::CONTENT_TYPE, format.content_type()),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (fixed, [(header::CONTENT_DISPOSITION, disposition)], text).into_response()
        }
        Err(error) => pages::error_response(&app, &client, &error, &headers).await,
    };
    // Whether it was given or refused: the request may have renewed the session.
    append_cookies(response.headers_mut(), &ctx);
    response
}

/// Counts what the content policy stopped; reads no cookie and keeps no body.
async fn policy_report(body: axum::body::Bytes) -> StatusCode {
    tracing::warn!(bytes = body.len(), "content policy report");
    StatusCode::NO_CONTENT
}

/// A shopper on a page of an hour ago follows rules of an hour ago.
async fn speculation_rules() -> impl IntoResponse {
    (
        [
            (header::CONTENT_TYPE, speculation::CONTENT_TYPE),
            (header::CACHE_CONTROL, "public, max-age=3600"),
        ],
        speculation::RULES.as_str(),
    )
}

/// Ready means: start-up is done and the database answers. Redis and Stripe may be away (R107).
async fn ready(State(app): State<Arc<App>>) -> impl IntoResponse {
    let answers = tokio::time::timeout(Duration::from_secs(1), app.clients.mongo.ping())
        .await
        .is_ok_and(|ping| ping.is_ok());
    let ready = answers && app.ready.load(Ordering::Relaxed);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(header::CACHE_CONTROL, "no-store")], if ready { "ready" } else { "not ready" })
}

/// A defect of the store: one plain answer, the details in the log alone.
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response<Body> {
    let cause = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned());
    tracing::error!(cause = cause.as_deref().unwrap_or("unknown"), "a request panicked");
    let mut response =
        Response::new(Body::from("Something went wrong on our side. Try again in a moment."));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, axum::http::HeaderValue::from_static("no-store"));
    response
}
