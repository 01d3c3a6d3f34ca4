//! The style sheet, the islands and the pictures: files that a build puts in one folder, served with their own names.

use app::Assets;
use axum::Router;
use axum::extract::Request;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tower::ServiceBuilder;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// The folder of a build.
pub struct Site {
    folder: PathBuf,
    /// Under which name each file is served.
    pub assets: Assets,
    hashed: bool,
}

/// `manifest.json`: logical name to the name under which the file lies in the folder.
#[derive(Deserialize)]
struct Manifest(BTreeMap<String, String>);

impl Site {
    /// Reads the manifest of the folder. Without one the pages are served without style and islands, which is said in the
    /// log: tests of the server alone need no site.
    ///
    /// # Errors
    /// When the manifest is there but cannot be read.
    pub fn open(folder: &Path) -> std::io::Result<Self> {
        let path = folder.join("manifest.json");
        let manifest = if path.exists() {
            serde_json::from_slice::<Manifest>(&std::fs::read(path)?)?.0
        } else {
            tracing::warn!(folder = %folder.display(), "no manifest.json: pages will have no style (./dev build makes it)");
            BTreeMap::new()
        };
        let name = |logical: &str| manifest.get(logical).map(|name| format!("/{name}")).unwrap_or_default();
        let css = name("banyan.css");
        Ok(Self {
            folder: folder.to_owned(),
            hashed: !css.is_empty() && !css.ends_with("/banyan.css"),
            assets: Assets {
                css,
                islands_js: name("islands.js"),
                js: name("banyan.js"),
                wasm: name("banyan_bg.wasm"),
                touch_js: name("touch.js"),
                favicon: name("favicon.svg"),
            },
        })
    }

    /// Serves `/pkg`.
    pub fn router(&self) -> Router {
        // A hashed name never changes its content; an unhashed one is asked for each time.
        let cache = if self.hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
        let files = ServeDir::new(self.folder.join("pkg")).precompressed_br().precompressed_gzip();
        let header = SetResponseHeaderLayer::overriding(CACHE_CONTROL, HeaderValue::from_static(cache));
        Router::new()
            .nest_service("/pkg", ServiceBuilder::new().layer(header).service(files))
            .layer(from_fn(nothing_hidden))
    }
}

/// A build puts no name into the folder that begins with a dot. What has one was left there by somebody's tools, and is not
/// there for anybody.
async fn nothing_hidden(request: Request, next: Next) -> Response {
    let hidden = |part: &str| part.starts_with('.') || part.get(..3).is_some_and(|dot| dot.eq_ignore_ascii_case("%2e"));
    if request.uri().path().split('/').any(hidden) {
        return StatusCode::NOT_FOUND.into_response();
    }
    next.run(request).await
}
