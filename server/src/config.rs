//! Settings: from the environment, or from a file, or what a single station needs. `banyan.sample.toml` describes each.

use backend::identity::sessions::Lifetime;
use domain::time::Span;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The file that is read when none is named.
const USUAL: &str = "banyan.toml";

/// All settings. Each can be given as `BANYAN_…` in the environment; the database also as `DATABASE_URL`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Config {
    /// Where the address of the database is; empty means the SQLite file in `data_dir`.
    #[serde(default)]
    pub database_url: String,
    /// The PostgreSQL user who owns the tables, for `banyan migrate`; empty on SQLite.
    #[serde(default)]
    pub owner_url: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where data and keys are kept.
    pub data_dir: PathBuf,
    /// Where the audit chains' checkpoints are kept; empty means `checkpoints` in `data_dir`.
    #[serde(default)]
    pub checkpoint_dir: PathBuf,
    /// Where the contents of attachments are kept, sealed; empty means `attachments` in `data_dir`.
    #[serde(default)]
    pub attachment_dir: PathBuf,
    /// Where the style sheet and the islands are.
    pub site_dir: PathBuf,
    /// Where the fonts lie that papers are printed with; empty means where the system keeps them.
    #[serde(default)]
    pub print_fonts: PathBuf,
    /// The address people use, as `https://banyan.example.cn`; cookies are secure when it is https.
    #[serde(default)]
    pub public_url: String,
    /// The proxy in front, whose `X-Forwarded-For` is believed; empty means none.
    #[serde(default)]
    pub trusted_proxy: String,
    /// The mail server that takes letters to applicants, as `smtps://user:password@mail.example.cn`; empty means no letters.
    #[serde(default)]
    pub smtp_url: String,
    /// Whom letters come from, as `榕荫 <noreply@example.cn>`.
    #[serde(default)]
    pub smtp_from: String,
    /// The gateway that takes text messages; empty means no text messages.
    #[serde(default)]
    pub sms_url: String,
    /// How the gateway is asked: `POST` or `GET`.
    #[serde(default)]
    pub sms_method: String,
    /// What the gateway is sent, with `{telephone}`, `{text}` and `{id}`.
    #[serde(default)]
    pub sms_body: String,
    /// A header that the gateway knows us by, as `Authorization: Bearer …`.
    #[serde(default)]
    pub sms_header: String,
    /// What the gateway's answer holds when it has taken a message; empty means that its status says so.
    #[serde(default)]
    pub sms_accepted: String,
    /// After so many seconds without an answer a message counts as not taken.
    pub delivery_seconds: u16,
    /// After so many minutes without being used a session ends.
    pub idle_minutes: u16,
    /// After so many hours a session ends in any case.
    pub session_hours: u16,
    /// Whether it is counted how often somebody asks; `false` only for measuring.
    pub rate_limits: bool,
    /// What is logged, in the words of tracing's filter.
    pub log: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: String::new(),
            owner_url: String::new(),
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            data_dir: PathBuf::from("data"),
            checkpoint_dir: PathBuf::new(),
            attachment_dir: PathBuf::new(),
            site_dir: PathBuf::from("site"),
            print_fonts: PathBuf::new(),
            public_url: String::new(),
            trusted_proxy: String::new(),
            smtp_url: String::new(),
            smtp_from: String::new(),
            sms_url: String::new(),
            sms_method: "POST".to_owned(),
            sms_body: String::new(),
            sms_header: String::new(),
            sms_accepted: String::new(),
            delivery_seconds: 20,
            idle_minutes: 30,
            session_hours: 12,
            rate_limits: true,
            log: "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn,tower_sessions=error".to_owned(),
        }
    }
}

impl Config {
    /// Reads the settings: from the file that is named, or from `banyan.toml` where there is one; the environment is
    /// stronger than the file.
    ///
    /// # Errors
    /// When the file or a value cannot be read.
    pub fn read(file: Option<&Path>) -> Result<Self, Box<figment::Error>> {
        let figment = Figment::from(Serialized::defaults(Self::default()));
        let figment = match file {
            Some(file) => figment.merge(Toml::file_exact(file)),
            None if Path::new(USUAL).exists() => figment.merge(Toml::file_exact(USUAL)),
            None => figment,
        };
        figment.merge(Env::prefixed("BANYAN_")).merge(Env::raw().only(&["DATABASE_URL"])).extract().map_err(Box::new)
    }

    /// The address of the database.
    #[must_use]
    pub fn database(&self) -> String {
        if self.database_url.is_empty() {
            format!("sqlite://{}?mode=rwc", self.data_dir.join("banyan.db").display())
        } else {
            self.database_url.clone()
        }
    }

    /// Whether the database is an SQLite file.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.database().starts_with("sqlite:")
    }

    /// The user whom the database's address names.
    #[must_use]
    pub fn database_user(&self) -> Option<String> {
        let (_, rest) = self.database_url.split_once("://")?;
        let (user, _) = rest.split_once('@')?;
        Some(user.split(':').next().unwrap_or(user).to_owned())
    }

    /// Where the master key is kept, outside the database.
    #[must_use]
    pub fn master_key(&self) -> PathBuf {
        self.data_dir.join("keys").join("master.key")
    }

    /// Where the key that signs checkpoints is kept, outside the database.
    #[must_use]
    pub fn checkpoint_key(&self) -> PathBuf {
        self.data_dir.join("keys").join("checkpoint.key")
    }

    /// Where checkpoints are kept.
    #[must_use]
    pub fn checkpoints(&self) -> PathBuf {
        self.folder(&self.checkpoint_dir, "checkpoints")
    }

    /// Where the contents of attachments are kept.
    #[must_use]
    pub fn attachments(&self) -> PathBuf {
        self.folder(&self.attachment_dir, "attachments")
    }

    /// A folder as it was set, else the one of its usual name beside the data.
    fn folder(&self, set: &Path, usual: &str) -> PathBuf {
        if set.as_os_str().is_empty() { self.data_dir.join(usual) } else { set.to_owned() }
    }

    /// How long sessions last.
    #[must_use]
    pub fn lifetime(&self) -> Lifetime {
        let (idle, absolute) = (i64::from(self.idle_minutes.max(1)), i64::from(self.session_hours.max(1)));
        Lifetime { idle: Span::minutes(idle), absolute: Span::hours(absolute) }
    }

    /// The host under which people find the service, where that is set.
    #[must_use]
    pub fn public_host(&self) -> Option<&str> {
        let (_, rest) = self.public_url.split_once("://")?;
        rest.split('/').next()
    }

    /// Whether people come by https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}
