//! HTTP: from a socket to a handler and back.
//!
//! A request passes, in this order: request log, security headers, panic net, time limit, origin check, session, and then
//! the one handler that its route names. The route says which face it belongs to; the face says which scope is opened, from
//! the session's account and the address. No handler ever sees a request without its scope.

mod answers;
mod assets;
mod forms;
mod guard;
mod log;
mod mount;
mod preferences;
mod store;

pub use assets::Site;

use crate::config::Config;
use app::Assets;
use app::routes::Route;
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::get;
use backend::{Backend, identity};
use domain::refusal::Refusal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
    stopping: AtomicBool,
}

impl Shared {
    /// Puts the parts together.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn new(backend: Backend, site: &Site, config: Config) -> Result<Self, Refusal> {
        let demo = identity::has_demo_accounts(backend.core()).await?;
        let assets = Box::leak(Box::new(site.assets.clone()));
        Ok(Self { backend, assets, demo, config, stopping: AtomicBool::new(false) })
    }

    /// From now on the service says that it is not ready for more.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    async fn readiness(&self) -> (StatusCode, &'static str) {
        if self.stopping.load(Ordering::SeqCst) {
            (StatusCode::SERVICE_UNAVAILABLE, "stopping")
        } else if self.backend.database().ping().await {
            (StatusCode::OK, "ok")
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "no database")
        }
    }
}

/// Everything that is served.
pub fn router(shared: &Arc<Shared>, site: &Site) -> Router {
    serving(shared, site, app::routes::routes())
}

/// What is served when the table of routes is this one: tests put routes of their own into it.
pub fn serving(shared: &Arc<Shared>, site: &Site, routes: Vec<Route>) -> Router {
    let https = shared.config.is_https();
    let sessions = SessionManagerLayer::new(store::Store::new(shared.backend.clone()))
        .with_name(if https { "__Host-session" } else { "session" })
        .with_secure(https)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(time::Duration::hours(SESSION_HOURS)));
    let asked = shared.clone();
    let health = Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(async move || asked.readiness().await));
    mount::pages(shared, routes)
        .layer(sessions)
        .layer(map_response(answers::never_bare))
        .layer(from_fn_with_state(shared.clone(), guard::same_origin))
        .merge(health)
        .merge(site.router())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(TIME_LIMIT)))
        .layer(CatchPanicLayer::custom(guard::panicked))
        .layer(from_fn_with_state(shared.clone(), guard::headers))
        .layer(from_fn(log::request))
}
