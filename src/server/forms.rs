//! Server functions at the client: islands get JSON, a plain form gets a redirect or its own page
//! again, filled in.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header, request::Parts};
use axum::{Extension, Router};
use leptos::prelude::provide_context;
use tower::ServiceExt;

use crate::features::accounts;
use crate::infra::ctx::{Ctx, Outcome, SecurityEvent};
use crate::infra::rate_limit::{RetryAfter, Rule};
use crate::server::app::App;
use crate::server::middleware::client_info::ClientInfo;
use crate::server::pages::{self, redirect};
use crate::shared::error::{AppError, ErrorKind};
use crate::shared::validate::{mask_card_numbers, own_path};
use crate::web::cookies::append_cookies;
use crate::web::form::{FormOutcome, FormReply, FormSuccess};
use crate::web::notice::keep_notice;
use crate::web::page::FormState;

/// Bytes of a form or an island's call.
const LARGEST_BODY: usize = 64 * 1024;
const WRITES: Rule = Rule { name: "writes", limit: 120, window: Duration::from_mins(1) };
/// Fields that are never shown again.
const NEVER_ECHOED: [&str; 3] = ["password", "current_password", "new_password"];

/// Every server function, by its registered path: one handler in front of them all.
pub fn routes() -> Router<Arc<App>> {
    leptos::server_fn::axum::server_fn_paths().fold(Router::new(), |router, (path, method)| {
        assert_eq!(method, Method::POST, "{path}: a server function must be called by POST");
        router.route(path, axum::routing::post(call))
    })
}

async fn call(
    State(app): State<Arc<App>>,
    Extension(client): Extension<ClientInfo>,
    request: Request,
) -> Response<Body> {
    // A task of its own: a shopper who goes away in the middle does not leave half of the work
    // behind.
    let work = tokio::spawn(run(app.clone(), client.clone(), request));
    match work.await {
        Ok(response) => response,
        Err(failure) => {
            tracing::error!(request_id = %client.request_id, cause = %failure, "a server function did not end");
            pages::error_response(
                &app,
                &client,
                &AppError::internal("task failed"),
                &HeaderMap::new(),
            )
            .await
        }
    }
}

async fn run(app: Arc<App>, client: ClientInfo, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let visitor = app.ctx(&client.request_id, client.client_ip, &parts.headers);
    let wants_page = parts
        .headers
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.contains("text/html"));
    let admitted = admit_request(&visitor, &parts, body).await;
    let (ctx, admitted) = match (accounts::service::authenticate(&visitor).await, admitted) {
        (Ok(actor), admitted) => (visitor.acting_as(actor), admitted),
        (Err(error), _) => {
            visitor.log_failure(&error);
            (visitor, Err(error))
        }
    };
    let reply = FormReply::default();
    let (outcome, bytes, island_answer) = match admitted {
        Err(error) => (Some(FormOutcome::Refused(error)), Bytes::new(), None),
        Ok(bytes) => {
            let answer = call_function(&ctx, &reply, &parts, bytes.clone()).await;
            (reply.take_outcome(), bytes, Some(answer))
        }
    };
    if let Some(FormOutcome::Refused(error)) = &outcome
        && error.kind == ErrorKind::TooManyRequests
    {
        ctx.log_security_event(SecurityEvent {
            name: "limit_hit",
            outcome: Outcome::Refused,
            object: parts.uri.path(),
        });
    }
    let mut response = if wants_page {
        answer_with_page(
            &app,
            &client,
            &ctx,
            &parts,
            &bytes,
            outcome.unwrap_or_else(|| FormOutcome::Refused(AppError::malformed())),
        )
        .await
    } else {
        answer_with_json(outcome, island_answer).await
    };
    append_cookies(response.headers_mut(), &ctx);
    if reply.clears_site_data() {
        response
            .headers_mut()
            .insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The function's own answer and whatever it asked to be sent along.
async fn call_function(
    ctx: &Ctx,
    reply: &FormReply,
    parts: &Parts,
    bytes: Bytes,
) -> Response<Body> {
    let mut request = Request::new(Body::from(bytes));
    *request.method_mut() = parts.method.clone();
    *request.uri_mut() = parts.uri.clone();
    *request.headers_mut() = parts.headers.clone();
    let (ctx, reply) = (ctx.clone(), reply.clone());
    let answer = leptos_axum::handle_server_fns_with_context(
        move || {
            provide_context(ctx.clone());
            provide_context(reply.clone());
        },
        request,
    )
    .await;
    axum::response::IntoResponse::into_response(answer)
}

/// Checks what can be checked before any function runs.
async fn admit_request(ctx: &Ctx, parts: &Parts, body: Body) -> Result<Bytes, AppError> {
    let form_encoded = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.starts_with("application/x-www-form-urlencoded"));
    if !form_encoded {
        return Err(AppError::new(
            ErrorKind::Malformed,
            "content_type",
            "This address takes forms only.",
        ));
    }
    if let Err(RetryAfter(seconds)) = ctx.limiter.check(WRITES, &ctx.request.limit_key()).await {
        return Err(AppError::too_many_requests(seconds));
    }
    to_bytes(body, LARGEST_BODY).await.map_err(|error| body_error(&error))
}

/// Too much came, or it stopped coming.
fn body_error(error: &axum::Error) -> AppError {
    let mut causes =
        std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    if causes.any(|cause| cause.is::<http_body_util::LengthLimitError>()) {
        return AppError::new(
            ErrorKind::TooLarge,
            "body_too_large",
            "That was more text than we can take. Shorten it and try again.",
        );
    }
    AppError::malformed()
}

async fn answer_with_page(
    app: &Arc<App>,
    client: &ClientInfo,
    ctx: &Ctx,
    parts: &Parts,
    bytes: &Bytes,
    outcome: FormOutcome,
) -> Response<Body> {
    match outcome {
        FormOutcome::Done(success) => {
            if let Some(notice) = &success.notice {
                keep_notice(ctx, notice);
            }
            redirect(&allowed_target(ctx, &success), false)
        }
        FormOutcome::Refused(error) => {
            let values: Vec<(String, String)> =
                form_urlencoded::parse(bytes).into_owned().collect();
            let origin = find_form_page(&values, &parts.headers, &ctx.settings.base_url);
            let shown = values
                .into_iter()
                .filter(|(name, _)| !NEVER_ECHOED.contains(&name.as_str()))
                .map(|(name, value)| (name, mask_card_numbers(&value)))
                .collect();
            let state = FormState::new(parts.uri.path().to_owned(), error, shown);
            render_form_page(app, client, ctx, &parts.headers, &origin, state).await
        }
    }
}

/// Renders the page that the form stands on, in this very answer.
async fn render_form_page(
    app: &Arc<App>,
    client: &ClientInfo,
    ctx: &Ctx,
    headers: &HeaderMap,
    origin: &str,
    state: FormState,
) -> Response<Body> {
    let mut request = Request::new(Body::empty());
    *request.headers_mut() = headers.clone();
    match origin.parse() {
        Ok(uri) => *request.uri_mut() = uri,
        Err(_) => return pages::error_response(app, client, &state.error, headers).await,
    }
    let error = state.error.clone();
    request.extensions_mut().insert(client.clone());
    request.extensions_mut().insert(state);
    request.extensions_mut().insert(ctx.clone());
    let router: Router = pages::routes().fallback(pages::not_found).with_state(app.clone());
    let answer = router.oneshot(request).await;
    match answer {
        // The page may have nothing to say about a form it does not hold any more.
        Ok(response)
            if response.status().as_u16() == error.status()
                || response.status().is_redirection() =>
        {
            response
        }
        Ok(unfit) => {
            let mut response = pages::error_response(app, client, &error, headers).await;
            // The page that is not shown may have renewed the visitor's session.
            for cookie in unfit.headers().get_all(header::SET_COOKIE) {
                response.headers_mut().append(header::SET_COOKIE, cookie.clone());
            }
            response
        }
        Err(never) => match never {},
    }
}

/// An island's answer: the function's own, with the right status even where the function never ran.
async fn answer_with_json(
    outcome: Option<FormOutcome>,
    answer: Option<Response<Body>>,
) -> Response<Body> {
    match (outcome, answer) {
        (Some(outcome), Some(mut answer)) => {
            answer.headers_mut().remove("serverfnredirect");
            if let FormOutcome::Refused(AppError { retry_after: Some(seconds), .. }) = outcome {
                answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            answer
        }
        (Some(FormOutcome::Refused(error)), None) => json(&error),
        // Arguments that could not be read: the function never ran.
        _ => json(&AppError::malformed()),
    }
}

fn json(error: &AppError) -> Response<Body> {
    let body = serde_json::to_vec(error).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Only paths of the shop and the payment page are ever followed (R35).
pub(super) fn allowed_target(ctx: &Ctx, success: &FormSuccess) -> String {
    let to_payment = success.to.starts_with(&format!("{}/", ctx.settings.payment_page_origin()));
    if to_payment || own_path(&success.to).is_some() { success.to.clone() } else { "/".into() }
}

/// The page a form names itself, else the one the browser names, else the home page.
fn find_form_page(values: &[(String, String)], headers: &HeaderMap, base_url: &str) -> String {
    let named =
        values.iter().find(|(name, _)| name == "from").and_then(|(_, value)| own_path(value));
    let referer = || {
        headers
            .get(header::REFERER)
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.strip_prefix(base_url))
            .and_then(own_path)
    };
    named.or_else(referer).unwrap_or("/").to_owned()
}
