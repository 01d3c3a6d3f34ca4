//! `banyan serve`

use crate::carriers;
use crate::config::Config;
use crate::http::{self, Shared, Site};
use crate::start::{self, Failure};
use axum::serve::ListenerExt;
use backend::audit::make_checkpoints;
use backend::messages::Teller;
use backend::{Backend, attachments, deliveries, identity, search};
use clap::Args;
use std::future::IntoFuture;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

/// After being told to stop, how long the service still answers while it says that it is not ready, so that whoever
/// distributes the requests sees it and sends no more.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long requests under way may take after that.
const LAST_WORDS: Duration = Duration::from_secs(7);
/// How often what is over is removed.
const SWEEP: Duration = Duration::from_secs(3_600);
/// How often the heads of the audit chains are signed.
const CHECKPOINT: Duration = Duration::from_secs(60);
/// How often it is looked for what has come to be due.
const TELL: Duration = Duration::from_secs(60);
/// How often it is looked for what is to be sent.
const SEND: Duration = Duration::from_secs(5);

#[derive(Args)]
pub(super) struct Serve {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Where the style sheet and the islands are
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// In an empty database, make the demo district first; print its sign-ins
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub(super) async fn run(self, mut config: Config) -> Result<(), Failure> {
        config.listen = self.listen.unwrap_or(config.listen);
        config.site_dir = self.site.unwrap_or(config.site_dir);
        serve(config, self.demo).await
    }
}

async fn serve(config: Config, demo: bool) -> Result<(), Failure> {
    let backend = start::open_complete(&config).await?;
    if demo {
        super::demo::load_once(&backend).await?;
    }
    backend.deliver_by(carriers::of(&config)?);
    let folder = config.site_dir.display().to_string();
    let site = Site::open(&config.site_dir).map_err(|error| Failure::Io(folder, error))?;
    let shared = Arc::new(Shared::new(backend.clone(), &site, config).await?);
    let asked = shared.config.listen;
    let listener = TcpListener::bind(asked).await.map_err(|error| Failure::Io(asked.to_string(), error))?;
    let listening = listener.local_addr().map_err(|error| Failure::Io(asked.to_string(), error))?;
    if !listening.ip().is_loopback() && !shared.config.is_https() {
        tracing::warn!(
            "people come in over plain http: set public_url to an https address (docs/operations.md, In front)"
        );
    }
    let looking = shared.clone();
    tokio::spawn(async move { looking.look_at_press().await });
    let sweeper = tokio::spawn(sweep(backend.clone()));
    let notary = tokio::spawn(sign_heads(backend.clone()));
    let teller = tokio::spawn(tell(backend.clone()));
    let sender = tokio::spawn(send(backend.clone()));

    let service = http::router(&shared, &site).into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.tap_io(|stream| {
        // Without this a page that comes in pieces waits for the other side's acknowledgements.
        let _ = stream.set_nodelay(true);
    });
    let told = Arc::new(tokio::sync::Notify::new());
    let (saying, stopping) = (shared.clone(), told.clone());
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        let patient = told_to_stop().await;
        tracing::info!("stopping");
        saying.stop();
        if patient {
            sleep(FAREWELL).await;
        }
        stopping.notify_one();
    });
    println!("banyan: http://{listening}");
    tracing::info!(%listening, demo = shared.demo, "serving");

    tokio::select! {
        ended = server.into_future() => ended.map_err(|error| Failure::Io(listening.to_string(), error))?,
        () = async { told.notified().await; sleep(LAST_WORDS).await } => tracing::warn!("requests were still under way"),
    }
    sweeper.abort();
    notary.abort();
    teller.abort();
    sender.abort();
    sign_once(&backend).await;
    if timeout(Duration::from_secs(1), backend.database().settle()).await.is_err() {
        tracing::warn!("the write-ahead log was not folded in; it is at the next start");
    }
    tracing::info!("stopped");
    Ok(())
}

/// Waits until somebody says stop; answers whether it was a machine, which deserves a farewell.
async fn told_to_stop() -> bool {
    let keyboard = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = keyboard => false,
        () = terminated() => true,
    }
}

#[cfg(unix)]
async fn terminated() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

/// Removes what is over: sessions, links, counts, files that were never handed in; what was missed is merely removed later, for it
/// opens nothing.
async fn sweep(backend: Backend) {
    let mut hourly = interval(SWEEP);
    hourly.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        hourly.tick().await;
        if let Err(refusal) = identity::sweep(backend.core()).await {
            tracing::warn!(%refusal, "what is over was not removed");
        }
        if let Err(refusal) = attachments::sweep(backend.core()).await {
            tracing::warn!(%refusal, "files that were never handed in were not removed");
        }
        // What an older instance still writes meanwhile, and who was erased.
        if let Err(refusal) = search::complete(backend.core()).await {
            tracing::warn!(%refusal, "the pieces by which persons are found were not completed");
        }
    }
}

/// Tells what is due when its time comes; what was missed while nothing ran is told then.
async fn tell(backend: Backend) {
    let mut every_minute = interval(TELL);
    every_minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut teller = Teller::default();
    loop {
        every_minute.tick().await;
        if let Err(refusal) = teller.tell(backend.core()).await {
            tracing::warn!(%refusal, "what is due was not told");
        }
    }
}

/// Sends what is due; what was missed while nothing ran is sent then, but for the night.
async fn send(backend: Backend) {
    let mut often = interval(SEND);
    often.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        often.tick().await;
        if let Err(refusal) = deliveries::send(backend.core()).await {
            tracing::warn!(%refusal, "what is due was not sent");
        }
    }
}

/// Keeps the heads of the audit chains outside the database, every minute in which one has grown.
async fn sign_heads(backend: Backend) {
    let mut every_minute = interval(CHECKPOINT);
    every_minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        every_minute.tick().await;
        sign_once(&backend).await;
    }
}

async fn sign_once(backend: &Backend) {
    match make_checkpoints(backend.core()).await {
        Ok(round) => {
            for (organisation, entry) in round.astray {
                tracing::error!(
                    organisation,
                    entry,
                    "the audit chain was cut or written anew behind its last checkpoint"
                );
            }
        }
        Err(error) => tracing::error!(%error, "the audit chains were not signed"),
    }
}
