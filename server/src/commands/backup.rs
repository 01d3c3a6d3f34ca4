//! `banyan backup` and `banyan restore`: everything or one organisation, sealed, while the server goes on.

use crate::config::Config;
use crate::start::{self, Failure};
use backend::backup::{self, BackupError, Keys, Lock, Opened, Sealed, Unlock};
use clap::Args;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Where a passphrase may stand that nobody types.
const PASSPHRASE: &str = "BANYAN_BACKUP_PASSPHRASE";

#[derive(Args)]
pub(super) struct Backup {
    /// The file to make
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only this organisation
    #[arg(long, value_name = "SLUG")]
    organisation: Option<String>,
    /// A public key of age (age1…) that opens it; may be given several times
    #[arg(long = "to", value_name = "RECIPIENT")]
    recipients: Vec<String>,
    /// A file with the passphrase that opens it; else the environment's BANYAN_BACKUP_PASSPHRASE
    #[arg(long, value_name = "FILE", conflicts_with = "recipients")]
    passphrase_file: Option<PathBuf>,
    /// Also write the keys, sealed in the same way, to a file of their own: FILE.keys. Keep the two apart
    #[arg(long)]
    with_keys: bool,
}

#[derive(Args)]
pub(super) struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A file with the identity of age (AGE-SECRET-KEY-1…) that opens it
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// A file with the passphrase; else the environment's BANYAN_BACKUP_PASSPHRASE
    #[arg(long, value_name = "FILE", conflicts_with = "identity")]
    passphrase_file: Option<PathBuf>,
    /// The backup's FILE.keys, when it was made under another master key than this installation's
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
}

impl Backup {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        let lock = self.lock()?;
        let backend = start::open(config).await?;
        let began = Instant::now();
        let mut out = Sealed::new(&lock, create(&self.file)?).map_err(named(&self.file))?;
        let manifest = match backup::backup(backend.core(), self.organisation.as_deref(), &mut out).await {
            Ok(manifest) => manifest,
            Err(error) => {
                // Half a backup must not lie there as if it were one.
                let _ = std::fs::remove_file(&self.file);
                return Err(error.into());
            }
        };
        let size = finish(out, &self.file)?;
        println!(
            "{}: {} rows of {} organisations, {size} bytes, {:.1} s",
            self.file.display(),
            manifest.rows(),
            manifest.chains.len(),
            began.elapsed().as_secs_f64()
        );
        if self.with_keys {
            let path = beside(&self.file);
            let keys = start::keys(config)?;
            let mut out = Sealed::new(&lock, create(&path)?).map_err(named(&path))?;
            keys.write(&mut out).map_err(named(&path))?;
            finish(out, &path)?;
            println!("{}: the keys; keep it apart, whoever has both has everything", path.display());
        }
        Ok(())
    }

    fn lock(&self) -> Result<Lock, Failure> {
        if !self.recipients.is_empty() {
            let recipients = self.recipients.iter().map(String::as_str);
            return Lock::recipients(recipients).map_err(|error| Failure::Said(error.to_string()));
        }
        let passphrase = passphrase(self.passphrase_file.as_deref())?.ok_or_else(|| {
            Failure::Said(format!("say what opens the backup: --to RECIPIENT, --passphrase-file FILE, or {PASSPHRASE}"))
        })?;
        Lock::passphrase(&passphrase).map_err(|error| Failure::Said(error.to_string()))
    }
}

impl Restore {
    pub(super) async fn run(self, config: &Config) -> Result<(), Failure> {
        let unlock = self.unlock()?;
        let keys = match &self.keys {
            Some(path) => Some(Keys::read(open(path, &unlock)?)?),
            None => None,
        };
        let input = open(&self.file, &unlock)?;
        if let Some(keys) = &keys {
            let path = config.checkpoint_key();
            keys.keep_checkpoint_key(&path).map_err(named(&path))?;
        }
        let backend = start::open(config).await?;
        let began = Instant::now();
        let restored = backup::restore(backend.core(), input, keys.as_ref()).await?;
        backend.database().settle().await.map_err(|fault| Failure::Said(fault.to_string()))?;
        println!(
            "{} rows of {} organisations as of {}, {:.1} s",
            restored.manifest.rows(),
            restored.manifest.chains.len(),
            restored.heading.made_at,
            began.elapsed().as_secs_f64()
        );
        for chain in &restored.manifest.chains {
            println!("{}: the audit chain is whole, {} entries", chain.slug, chain.entries);
        }
        Ok(())
    }

    fn unlock(&self) -> Result<Unlock, Failure> {
        if let Some(path) = &self.identity {
            return Ok(Unlock::Identities(std::fs::read_to_string(path).map_err(named(path))?.into()));
        }
        let passphrase = passphrase(self.passphrase_file.as_deref())?.ok_or_else(|| {
            Failure::Said(format!(
                "say what opens the backup: --identity FILE, --passphrase-file FILE, or {PASSPHRASE}"
            ))
        })?;
        Ok(Unlock::Passphrase(passphrase.into()))
    }
}

/// The passphrase: from a file, or from the environment; never from the command line, which others can read.
fn passphrase(file: Option<&Path>) -> Result<Option<String>, Failure> {
    let text = match file {
        Some(path) => Some(std::fs::read_to_string(path).map_err(named(path))?),
        None => std::env::var(PASSPHRASE).ok(),
    };
    Ok(text.map(|text| text.trim_end_matches(['\r', '\n']).to_owned()).filter(|text| !text.is_empty()))
}

/// A new file, readable by its owner only.
fn create(path: &Path) -> Result<BufWriter<File>, Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(BufWriter::new).map_err(named(path))
}

/// Ends a sealed file; answers its size.
fn finish(out: Sealed<BufWriter<File>>, path: &Path) -> Result<u64, Failure> {
    let ended = || -> std::io::Result<u64> {
        let mut file = out.finish()?;
        file.flush()?;
        file.get_ref().sync_all()?;
        Ok(file.get_ref().metadata()?.len())
    };
    ended().map_err(named(path))
}

fn open(path: &Path, unlock: &Unlock) -> Result<Opened<BufReader<File>>, Failure> {
    let file = File::open(path).map_err(named(path))?;
    Opened::new(unlock, BufReader::new(file)).map_err(|error| match error {
        BackupError::Io(error) => named(path)(error),
        other => Failure::Said(format!("{}: {other}", path.display())),
    })
}

/// `banyan.backup` as `banyan.backup.keys`.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".keys");
    name.into()
}

fn named(path: &Path) -> impl Fn(std::io::Error) -> Failure {
    let name = path.display().to_string();
    move |error| Failure::Io(name.clone(), error)
}
