//! HTTP: from a socket to a handler and back.
//!
//! A request passes, in this order: request log, security headers, panic net, method, host, origin check, and then what its
//! route in the table says: its limits in bytes, seconds and number, the session, the scope that its face needs, a fresh
//! proof where it is grave, and its handler. No handler ever sees a request without its scope.

mod answers;
mod assets;
mod forms;
mod guard;
mod log;
mod mount;
mod preferences;
mod printing;
mod rates;
mod session;

pub use assets::Site;
pub use mount::TurnedAway;

use crate::config::Config;
use app::Assets;
use app::limits::Rate;
use app::route::Route;
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use backend::{Backend, identity};
use domain::refusal::Refusal;
use printing::Printing;
use rates::{Asker, Rates};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

/// How long a file may take, in seconds; every page says for itself.
const TIME_LIMIT: u64 = 30;

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
    press: Printing,
    rates: Rates,
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
        let press = Printing::new(&config.print_fonts);
        Ok(Self { backend, assets, demo, config, press, rates: Rates::default(), stopping: AtomicBool::new(false) })
    }

    /// Says in the log what papers are printed with.
    pub async fn look_at_press(&self) {
        self.press.look().await;
    }

    /// From now on the service says that it is not ready for more.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    /// Takes a token of somebody's, where requests are counted.
    fn counted(&self, rate: Rate, who: Asker) -> Result<(), Refusal> {
        if self.config.rate_limits { self.rates.take(rate, who, self.backend.now()) } else { Ok(()) }
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
    serving(shared, site, app::routes())
}

/// What is served when the table of routes is this one: tests put routes of their own into it.
pub fn serving(shared: &Arc<Shared>, site: &Site, routes: Vec<Route>) -> Router {
    let asked = shared.clone();
    let health = Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(async move || asked.readiness().await));
    let files = site
        .router()
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(TIME_LIMIT)));
    mount::pages(shared, routes)
        .layer(session::layer(shared))
        .layer(from_fn_with_state(shared.clone(), guard::same_origin))
        .merge(files)
        .layer(from_fn_with_state(shared.clone(), guard::own_name))
        // Whoever watches over the service asks for it by any name.
        .merge(health)
        .layer(from_fn(guard::methods))
        .layer(CatchPanicLayer::custom(guard::panicked))
        .layer(from_fn_with_state(shared.clone(), guard::headers))
        .layer(from_fn(log::request))
}
