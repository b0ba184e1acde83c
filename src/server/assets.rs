//! The built files: one folder per build that browsers keep for ever, and the stylesheet that every
//! page carries.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use tower_http::services::ServeDir;

const BOOT: &str = include_str!("../app/boot.js");

#[derive(Clone)]
pub struct Assets {
    site_root: PathBuf,
    build_id: String,
    /// The stylesheet's text.
    pub style: String,
}

#[derive(serde::Deserialize)]
struct BuildFile {
    build_id: String,
}

impl Assets {
    /// Finds the build that `cargo xtask` left in the site folder.
    pub fn load(site_root: PathBuf) -> Result<Self, String> {
        let missing = |e: std::io::Error| {
            format!(
                "{} holds no build of the browser part ({e}); `cargo xtask run` makes it",
                site_root.display()
            )
        };
        let text = std::fs::read_to_string(site_root.join("build.json")).map_err(missing)?;
        let build: BuildFile =
            serde_json::from_str(&text).map_err(|e| format!("build.json: {e}"))?;
        let style = std::fs::read_to_string(
            site_root.join("pkg").join(&build.build_id).join("cartwright.css"),
        )
        .map_err(missing)?;
        Ok(Self { build_id: build.build_id, style, site_root: site_root.clone() })
    }

    /// Every page carries it: without remarks and indents.
    pub fn boot_script(&self) -> String {
        let lines =
            BOOT.lines().map(str::trim).filter(|line| !line.starts_with("//")).collect::<Vec<_>>();
        lines.join("\n").replace("__PKG__", &format!("/pkg/{}", self.build_id))
    }

    /// The address of the sheet that the admin's pages have.
    pub fn admin_style(&self) -> String {
        format!("/pkg/{}/admin.css", self.build_id)
    }

    /// Routes of all files: hashed ones, pictures, and what lies at the root.
    pub fn routes<S: Clone + Send + Sync + 'static>(&self, media_dir: &Path) -> Router<S> {
        let immutable = axum::middleware::map_response(|response| {
            cached(response, "public, max-age=31536000, immutable")
        });
        let media = axum::middleware::map_response(media_headers);
        let day =
            axum::middleware::map_response(|response| cached(response, "public, max-age=86400"));
        let built =
            ServeDir::new(self.site_root.join("pkg")).precompressed_br().precompressed_gzip();
        let fonts = ServeDir::new(self.site_root.join("fonts"));
        let mut routes = Router::new()
            .nest_service(
                "/pkg",
                tower::ServiceBuilder::new().layer(immutable.clone()).service(built),
            )
            // Their names carry a number that rises with their contents.
            .nest_service("/fonts", tower::ServiceBuilder::new().layer(immutable).service(fonts))
            .nest_service(
                "/media",
                tower::ServiceBuilder::new().layer(media).service(ServeDir::new(media_dir)),
            );
        for name in root_files(&self.site_root) {
            let file = tower_http::services::ServeFile::new(self.site_root.join(&name));
            routes = routes.route_service(
                &format!("/{name}"),
                tower::ServiceBuilder::new().layer(day.clone()).service(file),
            );
        }
        routes
    }
}

/// The plain files of `public/`, by name: nothing else of the folder is reachable.
fn root_files(site_root: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(site_root) else { return Vec::new() };
    let names = entries
        .flatten()
        .filter(|e| e.path().is_file())
        .filter_map(|e| e.file_name().into_string().ok());
    names
        .filter(|name| {
            name != "build.json"
                && !name.starts_with('.')
                && !name.ends_with(".br")
                && !name.ends_with(".gz")
        })
        .collect()
}

async fn cached<B>(mut response: Response<B>, value: &'static str) -> Response<B> {
    if response.status().is_success() || response.status() == axum::http::StatusCode::NOT_MODIFIED {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    }
    response
}

/// Pictures are content: whatever was uploaded, a browser must never run it.
async fn media_headers<B>(response: Response<B>) -> Response<B> {
    let mut response = cached(response, "public, max-age=31536000, immutable").await;
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    response
}
