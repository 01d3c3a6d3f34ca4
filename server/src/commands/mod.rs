//! What can be said at the command line: one file for each word.

mod admin;
mod audit;
mod backup;
mod demo;
mod export;
mod import;
mod keys;
mod migrate;
mod organisation;
mod rules;
mod serve;

use crate::config::Config;
use crate::start::Failure;
use clap::{Parser, Subcommand};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Banyan 榕荫: service management for social-work stations and their districts.
#[derive(Parser)]
#[command(name = "banyan", version)]
struct Line {
    /// A file of settings, as banyan.sample.toml describes it; banyan.toml is read when none is named
    #[arg(long, env = "BANYAN_CONFIG", global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where data and keys are kept
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Errand,
}

#[derive(Subcommand)]
enum Errand {
    /// Serve the pages
    Serve(serve::Serve),
    /// Bring the schema of the database up to date
    Migrate,
    /// Accounts that stand above the organisations
    #[command(subcommand)]
    Admin(admin::Admin),
    /// The audit chains and their checkpoints
    #[command(subcommand)]
    Audit(audit::Audit),
    /// The master key: exchanging it while the service runs
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Write everything, or one organisation, to a sealed file, while the server goes on
    Backup(backup::Backup),
    /// Take a backup in: everything into an empty installation, or one organisation into its district
    Restore(backup::Restore),
    /// Make the demo district in an empty database and print its sign-ins
    Demo,
    /// Organisations
    #[command(subcommand)]
    Organisation(organisation::OrganisationCommand),
    /// Take in what an organisation kept elsewhere
    #[command(subcommand)]
    Import(import::Import),
    /// Write one organisation's data out, a table a file, a row a line
    Export(export::Export),
    /// Print the rule book
    Rules(rules::Rules),
}

/// Does what the command line says.
pub async fn run() -> ExitCode {
    let line = Line::parse();
    match obey(line).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("banyan: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn obey(line: Line) -> Result<(), Failure> {
    let mut config = Config::read(line.config.as_deref())?;
    config.data_dir = line.data.unwrap_or(config.data_dir);
    start_log(&config.log);
    match line.command {
        Errand::Serve(serve) => serve.run(config).await,
        Errand::Migrate => migrate::run(&config).await,
        Errand::Admin(admin) => admin.run(&config).await,
        Errand::Audit(audit) => audit.run(&config).await,
        Errand::Keys(keys) => keys.run(&config).await,
        Errand::Backup(backup) => backup.run(&config).await,
        Errand::Restore(restore) => restore.run(&config).await,
        Errand::Demo => demo::run(&config).await,
        Errand::Organisation(organisation) => organisation.run(&config).await,
        Errand::Import(import) => import.run(&config).await,
        Errand::Export(export) => export.run(&config).await,
        Errand::Rules(rules) => rules.run(),
    }
}

/// Lines for a person at a terminal, JSON for whoever collects them.
fn start_log(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        log.with_target(false).compact().init();
    } else {
        log.json().flatten_event(true).with_current_span(false).with_span_list(false).init();
    }
}

/// Where a one-time link leads.
fn one_time_link(config: &Config, token: &str) -> String {
    let base =
        if config.public_url.is_empty() { format!("http://{}", config.listen) } else { config.public_url.clone() };
    format!("{}/activate/{token}", base.trim_end_matches('/'))
}

/// Says what became of an account, and how its person gets in.
fn tell_account(config: &Config, sign_in_name: &str, activation: Option<&str>) {
    match activation {
        Some(token) => {
            println!("account {sign_in_name}: new; to be activated within 72 hours, once, at");
            println!("  {}", one_time_link(config, token));
        }
        None => println!("account {sign_in_name}: exists already and keeps its password"),
    }
}
