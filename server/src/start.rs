//! From settings to a business that can be asked.

use crate::config::Config;
use backend::audit::{CheckpointError, CheckpointKey, Checkpoints};
use backend::backup::{BackupError, Keys};
use backend::db::{Database, OpenError, prepare_folder};
use backend::demo::DemoError;
use backend::master::{self, KeysError};
use backend::{Backend, Clock, MasterKey, PolicyError, StaffScope, Store, SystemChance, SystemClock, identity, search};
use domain::lang::Lang;
use domain::refusal::{FieldError, Refusal};
use std::sync::Arc;

/// Why a command stopped, in a sentence for the person at the command line.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The settings cannot be read.
    #[error("settings: {0}")]
    Config(#[from] Box<figment::Error>),
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The policy is not sound.
    #[error("policy: {0}")]
    Policy(#[from] PolicyError),
    /// A value is not what it should be, or the business said no.
    #[error("{}", .0.iter().map(said).collect::<Vec<_>>().join("\n"))]
    Invalid(Vec<FieldError>),
    /// The business said no.
    #[error("{0}")]
    Refused(Refusal),
    /// The demo cannot be made.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// A file, a folder or a port.
    #[error("{0}: {1}")]
    Io(String, #[source] std::io::Error),
    /// The checkpoints cannot be used.
    #[error("checkpoints: {0}")]
    Checkpoints(#[from] CheckpointError),
    /// The master key cannot be used or exchanged.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// A backup cannot be made or taken in.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The account for whom the operator would act is no member there.
    #[error("{}", no_member(.sign_in_name, .organisation, Lang::En))]
    NoMember {
        /// The account's sign-in name.
        sign_in_name: String,
        /// The organisation's address.
        organisation: String,
    },
    /// Anything that needs a sentence of its own.
    #[error("{0}")]
    Said(String),
}

impl Failure {
    /// The sentence in one language; what only an operator can mend is said in English.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Refused(refusal), _) => refusal.say(lang),
            (Self::NoMember { sign_in_name, organisation }, _) => no_member(sign_in_name, organisation, lang),
            (Self::Io(path, error), Lang::Zh) => format!("文件 {path} 无法读取或写入：{error}。"),
            _ => self.to_string(),
        }
    }
}

fn no_member(sign_in_name: &str, organisation: &str, lang: Lang) -> String {
    lang.pick(
        format!("{sign_in_name} 不是 {organisation} 的成员，请核对登录名和机构地址。"),
        format!("{sign_in_name} is no member of {organisation}"),
    )
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(errors) => Self::Invalid(errors),
            other => Self::Refused(other),
        }
    }
}

fn said(error: &FieldError) -> String {
    format!("{}: {}", error.field.replace('_', "-"), error.problem.say(Lang::En))
}

/// Opens the business. An SQLite file is brought up to date first, as there is nobody else who could do it; on PostgreSQL
/// the application does not own its tables, so an old schema is only reported.
///
/// # Errors
/// When the database, the keys or the policy cannot be used.
pub async fn open(config: &Config) -> Result<Backend, Failure> {
    open_at(config, Arc::new(SystemClock)).await
}

/// Like [`open`], by another clock: tests move it.
///
/// # Errors
/// As [`open`].
pub async fn open_at(config: &Config, clock: Arc<dyn Clock>) -> Result<Backend, Failure> {
    let url = config.database();
    if config.is_sqlite() {
        migrate(config).await?;
    }
    let database = Database::open(&url).await?;
    database.check_schema().await?;
    let folder = config.attachments();
    let store = Store::in_folder(&folder).map_err(|error| Failure::Io(folder.display().to_string(), error))?;
    let backend = Backend::new(database, store, master_key(config)?, clock, Arc::new(SystemChance)).await?;
    master::check(backend.core()).await?;
    backend.keep_checkpoints(Checkpoints::open(&config.checkpoints(), checkpoint_key(config)?)?);
    Ok(backend)
}

/// Like [`open`], for a program that looks persons up: those whom an older one wrote get the pieces by which they are found.
///
/// # Errors
/// As [`open`].
pub async fn open_complete(config: &Config) -> Result<Backend, Failure> {
    let backend = open(config).await?;
    let search::Completed { made } = search::complete(backend.core()).await?;
    if made > 0 {
        tracing::info!(persons = made, "made the pieces by which persons are found");
    }
    Ok(backend)
}

fn master_key(config: &Config) -> Result<MasterKey, Failure> {
    let path = config.master_key();
    MasterKey::load_or_create(&path).map_err(|error| Failure::Io(path.display().to_string(), error))
}

/// The key that signs checkpoints, made when it is not there yet.
///
/// # Errors
/// When its file cannot be read or made.
pub fn checkpoint_key(config: &Config) -> Result<CheckpointKey, Failure> {
    let path = config.checkpoint_key();
    CheckpointKey::load_or_create(&path).map_err(|error| Failure::Io(path.display().to_string(), error))
}

/// The keys of this installation, for a sealed file of their own.
///
/// # Errors
/// When one cannot be read or made.
pub fn keys(config: &Config) -> Result<Keys, Failure> {
    let path = config.checkpoint_key();
    Keys::of(&master_key(config)?, &path).map_err(|error| Failure::Io(path.display().to_string(), error))
}

/// A member of an organisation, for whom the operator acts at the command line: whoever can read the master key needs no
/// password, and what is done stands under the member's name.
///
/// # Errors
/// When there is no such account, or it is no member there.
pub async fn acting_as(backend: &Backend, sign_in_name: &str, organisation: &str) -> Result<StaffScope, Failure> {
    let nobody = |_| Failure::NoMember { sign_in_name: sign_in_name.to_owned(), organisation: organisation.to_owned() };
    let account = identity::account_named(backend.core(), sign_in_name).await.map_err(nobody)?;
    backend.staff(account, organisation).await.map_err(nobody)
}

/// Brings the schema up to date.
///
/// # Errors
/// When the owner of the tables is not known, or the engine refuses.
pub async fn migrate(config: &Config) -> Result<(), Failure> {
    let url = config.database();
    if config.is_sqlite() {
        prepare_folder(&url).map_err(|error| Failure::Io(url.clone(), error))?;
        return Ok(backend::db::migrate(&url, None).await?);
    }
    if config.owner_url.is_empty() {
        return Err(Failure::Said(
            "BANYAN_OWNER_URL must name the PostgreSQL user who owns the tables; DATABASE_URL names the plain user that \
             the application signs in with."
                .to_owned(),
        ));
    }
    Ok(backend::db::migrate(&config.owner_url, config.database_user().as_deref()).await?)
}
