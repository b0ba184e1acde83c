//! Serves the table of pages: finds the data, draws, and turns every failure into a page too.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header};
use axum::routing::get;
use axum::{Extension, Router};

use crate::app::error_page::error_view;
use crate::app::pages::{CachePolicy, PAGES, Page, Robots};
use crate::app::render;
use crate::infra::ctx::Ctx;
use crate::server::app::App;
use crate::server::middleware::client_info::ClientInfo;
use crate::shared::error::{AppError, AppResult, ErrorKind};
use crate::web::cookies::append_cookies;
use crate::web::notice::{Notice, take_notice};
use crate::web::page::{FormState, PageAnswer, PageRequest, PageResponse};

pub fn routes() -> Router<Arc<App>> {
    PAGES.iter().fold(Router::new(), |router, page| {
        router.route(
            page.path,
            get(
                move |State(app): State<Arc<App>>,
                      Extension(client): Extension<ClientInfo>,
                      params: RawPathParams,
                      request: Request| async move {
                    let params = params.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
                    serve(app, client, page, params, request).await
                },
            ),
        )
    })
}

/// A path that is no page.
pub async fn not_found(
    State(app): State<Arc<App>>,
    Extension(client): Extension<ClientInfo>,
    request: Request,
) -> Response<Body> {
    error_response(&app, &client, &AppError::not_found(), request.headers()).await
}

/// Any failure as a page.
pub async fn error_response(
    app: &Arc<App>,
    client: &ClientInfo,
    error: &AppError,
    headers: &HeaderMap,
) -> Response<Body> {
    let ctx = app.public_ctx(&client.request_id, client.client_ip);
    let view = error_view(error, &client.request_id);
    let shell = app.shell.read().await.clone();
    let mut response = match render::html(&shell, view, &ctx, "/", None).await {
        Ok(html) => render::respond(html, error.status(), CachePolicy::NoStore, headers),
        Err(failure) => {
            ctx.log_failure(&failure);
            plain_failure()
        }
    };
    set_retry_after(&mut response, error);
    response
}

async fn serve(
    app: Arc<App>,
    client: ClientInfo,
    page: &'static Page,
    params: Vec<(String, String)>,
    mut request: Request,
) -> Response<Body> {
    if page.cache_policy() == CachePolicy::NoStore && is_speculative_request(request.headers()) {
        return refuse_speculation();
    }
    let form = request.extensions_mut().remove::<FormState>();
    let headers = request.headers().clone();
    let uri = request.uri().clone();
    // A page shown again with what was typed is nobody else's.
    let privacy = if form.is_some() { CachePolicy::NoStore } else { page.cache_policy() };
    let ctx = match page.cache_policy() {
        CachePolicy::Shared => app.public_ctx(&client.request_id, client.client_ip),
        CachePolicy::NoStore => match request.extensions_mut().remove::<Ctx>() {
            // A refused form is shown to whoever sent it.
            Some(sender) => sender,
            None => match app.personal_ctx(&client.request_id, client.client_ip, &headers).await {
                Ok(ctx) => ctx,
                Err(error) => return error_response(&app, &client, &error, &headers).await,
            },
        },
    };
    let refusal = form.as_ref().map(|f| f.error.clone());
    let notice = (page.cache_policy() == CachePolicy::NoStore).then(|| take_notice(&ctx)).flatten();
    let asked = PageRequest::new(ctx.clone(), location(&uri), params, query(&uri), form);
    let outcome = match page.admit(&ctx) {
        Ok(()) => (page.answer)(asked).await,
        Err(error) => Err(error),
    };
    let mut response = match outcome {
        Ok(PageAnswer::Redirect { to, permanent }) => redirect(&to, permanent),
        Ok(PageAnswer::Page(mut view)) => {
            if page.robots != Robots::Listed {
                view.canonical = None;
            }
            if let Some(error) = &refusal {
                view.status = error.status();
            }
            match render_page(&app, view, &ctx, &uri, notice, privacy, &headers).await {
                Ok(response) => response,
                Err(error) => {
                    ctx.log_failure(&error);
                    error_response(&app, &client, &error, &headers).await
                }
            }
        }
        // A page that is somebody's: they sign in first and come back to it.
        Err(error) if error.kind == ErrorKind::Unauthorized && refusal.is_none() => {
            redirect(&sign_in_first(&uri), false)
        }
        Err(error) => {
            ctx.log_failure(&error);
            error_response(&app, &client, &error, &headers).await
        }
    };
    if let Some(error) = &refusal {
        set_retry_after(&mut response, error);
    }
    append_cookies(response.headers_mut(), &ctx);
    response
}

async fn render_page(
    app: &Arc<App>,
    view: PageResponse,
    ctx: &Ctx,
    uri: &Uri,
    notice: Option<Notice>,
    privacy: CachePolicy,
    headers: &HeaderMap,
) -> AppResult<Response<Body>> {
    let shell = app.shell.read().await.clone();
    let status = view.status;
    let html = render::html(&shell, view, ctx, &location(uri), notice).await?;
    Ok(render::respond(html, status, privacy, headers))
}

/// Whether a browser asks for a page that nobody has opened yet (Fetch, `Sec-Purpose`).
pub fn is_speculative_request(headers: &HeaderMap) -> bool {
    headers.get("sec-purpose").is_some_and(|purpose| purpose.as_bytes().starts_with(b"prefetch"))
}

/// A personal page is made when it is opened: it takes its notice along and may change what the
/// visitor's browser knows.
pub fn refuse_speculation() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A move to another address; paths of the shop were checked where they were made.
pub fn redirect(to: &str, permanent: bool) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() =
        if permanent { StatusCode::MOVED_PERMANENTLY } else { StatusCode::SEE_OTHER };
    let value = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, value);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn sign_in_first(uri: &Uri) -> String {
    let next: String = form_urlencoded::byte_serialize(location(uri).as_bytes()).collect();
    format!("/login?next={next}")
}

fn set_retry_after(response: &mut Response<Body>, error: &AppError) {
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

fn location(uri: &Uri) -> String {
    uri.path_and_query().map_or_else(|| "/".to_owned(), |p| p.as_str().to_owned())
}

fn query(uri: &Uri) -> Vec<(String, String)> {
    form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect()
}

fn plain_failure() -> Response<Body> {
    let mut response =
        Response::new(Body::from("Something went wrong on our side. Try again in a moment."));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
