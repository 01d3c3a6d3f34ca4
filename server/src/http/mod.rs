//! HTTP: from a socket to a handler and back.
//!
//! A request passes, in this order: request log, panic net, time limit, security headers, origin check, session, and then
//! the one handler that its route names. The route says which face it belongs to; the face says which scope is opened, from
//! the session's account and the address. No handler ever sees a request without its scope.

mod assets;
mod guard;
mod log;
mod mount;
mod preferences;
mod store;

pub use assets::Site;

use crate::config::Config;
use app::Assets;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use backend::Backend;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

/// How long a request may take, in seconds.
const TIME_LIMIT: u64 = 30;
/// How long a session lasts after signing in, in hours: one working day.
const SESSION_HOURS: i64 = 12;

/// What every request needs.
pub struct Shared {
    /// The business.
    pub backend: Backend,
    /// The files of the front end, for the life of the program.
    pub assets: &'static Assets,
    /// The sign-ins are known: every page says so.
    pub demo: bool,
    /// Settings.
    pub config: Config,
}

/// Everything that is served.
pub fn router(shared: &Arc<Shared>, site: &Site) -> Router {
    let sessions = SessionManagerLayer::new(store::Store::new(shared.backend.clone()))
        .with_name(if shared.config.is_https() { "__Host-session" } else { "session" })
        .with_secure(shared.config.is_https())
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(time::Duration::hours(SESSION_HOURS)));
    let health = {
        let shared = shared.clone();
        Router::new().route("/healthz", get(async || "ok")).route(
            "/readyz",
            get(async move || if shared.backend.database().ping().await { (StatusCode::OK, "ok") } else { (StatusCode::SERVICE_UNAVAILABLE, "no database") }),
        )
    };
    mount::pages(shared)
        .layer(sessions)
        .layer(axum::middleware::from_fn(guard::same_origin))
        .merge(health)
        .merge(site.router())
        .layer(axum::middleware::from_fn(guard::headers))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(TIME_LIMIT)))
        .layer(CatchPanicLayer::custom(guard::panicked))
        .layer(axum::middleware::from_fn(log::request))
}
