//! The database under trial: an SQLite file, or a PostgreSQL of its own that syncs every commit and can be killed.

use crate::shell;
use anyhow::{Context as _, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A database with the demo in it, in a folder that is thrown away at the end.
pub struct Engine {
    pub kind: Kind,
    /// Where the data and the keys are.
    pub folder: PathBuf,
    cluster: Option<Cluster>,
}

impl Engine {
    /// A fresh copy of the demo. The demo itself is made once a day for each build of the program, and kept in `work`.
    pub fn with_demo(kind: Kind, work: &Path, banyan: &Path) -> Result<Self> {
        let demo = Self::demo(kind, work, banyan)?;
        let folder = run_folder(work);
        copy(&demo, &folder)?;
        Self::open(kind, folder, banyan, Haste::Durable)
    }

    /// A fresh copy of the demo to which something was added, which is made as seldom, under a name of its own.
    pub fn with_more(
        kind: Kind,
        name: &str,
        work: &Path,
        banyan: &Path,
        add: impl FnOnce(&Self) -> Result<()>,
    ) -> Result<Self> {
        let template = work.join(format!("{name}-{kind:?}").to_lowercase());
        let made = Made::now(banyan)?;
        if !made.stands_in(&template) {
            let demo = Self::demo(kind, work, banyan)?;
            let _ = fs::remove_dir_all(&template);
            copy(&demo, &template)?;
            made.forget(&template)?;
            let mut engine = Self::open(kind, template.clone(), banyan, Haste::Reckless)?;
            add(&engine)?;
            engine.stop()?;
            made.note(&template)?;
        }
        let folder = run_folder(work);
        copy(&template, &folder)?;
        Self::open(kind, folder, banyan, Haste::Durable)
    }

    fn demo(kind: Kind, work: &Path, banyan: &Path) -> Result<PathBuf> {
        let template = work.join(format!("demo-{kind:?}").to_lowercase());
        let made = Made::now(banyan)?;
        if !made.stands_in(&template) {
            let _ = fs::remove_dir_all(&template);
            let mut engine = Self::empty(kind, template.clone(), Haste::Reckless)?;
            engine.migrate(banyan)?;
            shell::run(engine.command(banyan).arg("demo"))?;
            engine.stop()?;
            made.note(&template)?;
        }
        Ok(template)
    }

    /// A fresh copy of a demo that somebody else made in an SQLite data folder.
    pub fn over_demo(kind: Kind, data: &Path, work: &Path, banyan: &Path) -> Result<Self> {
        ensure!(kind == Kind::Sqlite, "a data folder holds no PostgreSQL");
        let folder = run_folder(work);
        fs::create_dir_all(&folder)?;
        copy(data, &folder.join("data"))?;
        Self::open(kind, folder, banyan, Haste::Durable)
    }

    fn open(kind: Kind, folder: PathBuf, banyan: &Path, haste: Haste) -> Result<Self> {
        let mut engine = Self { kind, folder, cluster: None };
        if kind == Kind::Postgres {
            engine.cluster = Some(Cluster::start(engine.folder.join("cluster"), haste)?);
        }
        // The demo may be older than the binary.
        engine.migrate(banyan)?;
        Ok(engine)
    }

    fn empty(kind: Kind, folder: PathBuf, haste: Haste) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        let mut engine = Self { kind, folder, cluster: None };
        if kind == Kind::Postgres {
            let cluster = Cluster::make(engine.folder.join("cluster"), haste)?;
            for statement in [
                "CREATE ROLE banyan_owner LOGIN CREATEROLE",
                "CREATE ROLE banyan LOGIN NOINHERIT",
                "CREATE DATABASE banyan OWNER banyan_owner",
            ] {
                cluster.query("postgres", statement)?;
            }
            engine.cluster = Some(cluster);
        }
        Ok(engine)
    }

    fn migrate(&self, banyan: &Path) -> Result<()> {
        shell::run(self.command(banyan).arg("migrate")).map(drop)
    }

    /// The program, told where its data are.
    pub fn command(&self, banyan: &Path) -> Command {
        let mut command = Command::new(banyan);
        // Nothing of the caller's settings reaches a trial.
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BANYAN_") || name == "DATABASE_URL") {
            command.env_remove(name);
        }
        command.current_dir(&self.folder).env("BANYAN_DATA_DIR", self.folder.join("data"));
        // Everything comes from one address here, and more often than people would; the limits have tests of their own.
        command.env("BANYAN_RATE_LIMITS", "false");
        if let Some(cluster) = &self.cluster {
            command.env("DATABASE_URL", cluster.address("banyan"));
            command.env("BANYAN_OWNER_URL", cluster.address("banyan_owner"));
        }
        command
    }

    /// The rows of a query, its columns parted by `|`.
    pub fn rows(&self, sql: &str) -> Result<Vec<String>> {
        let text = match &self.cluster {
            Some(cluster) => cluster.query("banyan", sql)?,
            None => shell::output("sqlite3", &["-readonly", path(&self.file()), sql])?,
        };
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// Carries out a statement.
    pub fn execute(&self, sql: &str) -> Result<()> {
        match &self.cluster {
            Some(cluster) => cluster.query("banyan", sql).map(drop),
            None => shell::output("sqlite3", &[path(&self.file()), sql]).map(drop),
        }
    }

    /// Every table that is ours.
    pub fn tables(&self) -> Result<Vec<String>> {
        self.rows(match self.kind {
            Kind::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
            Kind::Postgres => "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
        })
    }

    /// Every row of a table, each column whole.
    pub fn dump(&self, table: &str) -> Result<Vec<String>> {
        let sql = format!("SELECT * FROM {table}");
        match &self.cluster {
            Some(_) => self.rows(&sql),
            None => {
                let text = shell::output("sqlite3", &["-readonly", "-quote", path(&self.file()), &sql])?;
                Ok(text.lines().map(str::to_owned).collect())
            }
        }
    }

    /// The number that a query answers.
    pub fn number(&self, sql: &str) -> Result<i64> {
        let rows = self.rows(sql)?;
        rows.first().and_then(|row| row.parse().ok()).with_context(|| format!("{sql}: {rows:?}"))
    }

    /// An id as 32 hexadecimal digits, in the engine's words.
    pub fn hex(&self, column: &str) -> String {
        match self.kind {
            Kind::Sqlite => format!("lower(hex({column}))"),
            Kind::Postgres => format!("replace({column}::text, '-', '')"),
        }
    }

    /// What the engine's own check complains of.
    pub fn damage(&self) -> Result<Vec<String>> {
        match &self.cluster {
            None => {
                let mut found = self.rows("PRAGMA integrity_check")?;
                found.retain(|line| line != "ok");
                found.extend(self.rows("PRAGMA foreign_key_check")?);
                Ok(found)
            }
            Some(cluster) => {
                let checked = shell::run(cluster.program("pg_amcheck").args([
                    "--install-missing",
                    "--heapallindexed",
                    "-d",
                    "banyan",
                ]));
                Ok(checked.err().map(|error| error.to_string()).into_iter().collect())
            }
        }
    }

    /// Kills the database with everything that belongs to it, and starts it again: how long until it answered.
    pub fn kill_and_restart(&mut self) -> Result<Duration> {
        let cluster = self.cluster.as_mut().context("SQLite has no process of its own")?;
        cluster.kill()?;
        let began = Instant::now();
        cluster.run(Haste::Durable)?;
        Ok(began.elapsed())
    }

    /// Where PostgreSQL is, for somebody who signs in as this user.
    pub fn address(&self, user: &str) -> Option<String> {
        self.cluster.as_ref().map(|cluster| cluster.address(user))
    }

    /// Who owns the whole of PostgreSQL here.
    pub const OWNER: &'static str = OWNER;

    /// The processes of the database.
    pub fn processes(&self) -> Result<Vec<Pid>> {
        self.cluster.as_ref().map_or(Ok(Vec::new()), Cluster::processes)
    }

    fn file(&self) -> PathBuf {
        self.folder.join("data/banyan.db")
    }

    fn stop(&mut self) -> Result<()> {
        self.cluster.take().map_or(Ok(()), |cluster| cluster.stop())
    }

    /// Stops it and removes its folder.
    pub fn remove(mut self) -> Result<()> {
        self.stop()?;
        Ok(fs::remove_dir_all(&self.folder)?)
    }
}

/// A folder of its own for each: one run may have several.
fn run_folder(work: &Path) -> PathBuf {
    static NTH: AtomicUsize = AtomicUsize::new(1);
    work.join(format!("run-{}-{}", std::process::id(), NTH.fetch_add(1, Ordering::SeqCst)))
}

/// What a template was made from: the program's own bytes and the day, since an older program's demo lacks what a newer
/// one's has, and yesterday's has other duties open.
struct Made(String);

impl Made {
    /// In the template's folder.
    const FILE: &str = "made";

    fn now(banyan: &Path) -> Result<Self> {
        let (digest, day) = (shell::output("sha256sum", &["-b", path(banyan)])?, shell::output("date", &["+%F"])?);
        let digest = digest.split(' ').next().unwrap_or_default();
        Ok(Self(format!("{digest} {day}")))
    }

    fn stands_in(&self, template: &Path) -> bool {
        fs::read_to_string(template.join(Self::FILE)).is_ok_and(|made| made == self.0)
    }

    fn note(&self, template: &Path) -> Result<()> {
        Ok(fs::write(template.join(Self::FILE), &self.0)?)
    }

    fn forget(&self, template: &Path) -> Result<()> {
        Ok(fs::remove_file(template.join(Self::FILE))?)
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    shell::output("cp", &["-a", "--reflink=auto", path(from), path(to)]).map(drop)
}

/// How careful PostgreSQL is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Haste {
    /// As in production.
    Durable,
    /// While the demo is made, which can be made again.
    Reckless,
}

/// A PostgreSQL of our own.
struct Cluster {
    folder: PathBuf,
    port: u16,
}

const OWNER: &str = "owner";

impl Cluster {
    fn make(folder: PathBuf, haste: Haste) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        if is_root() {
            shell::output("chown", &["postgres:", path(&folder)])?;
        }
        let data = folder.join("data");
        let options = ["-U", OWNER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "-D"];
        shell::run(as_postgres("initdb")?.args(options).arg(&data))?;
        Self::start(folder, haste)
    }

    fn start(folder: PathBuf, haste: Haste) -> Result<Self> {
        let cluster = Self { folder, port: shell::free_port()? };
        cluster.run(haste)?;
        Ok(cluster)
    }

    fn run(&self, haste: Haste) -> Result<()> {
        let careful = if haste == Haste::Durable { "on" } else { "off" };
        let log = fs::File::options().create(true).append(true).open(self.folder.with_extension("log"))?;
        let mut command = as_postgres("postgres")?;
        command.arg("-D").arg(self.folder.join("data"));
        for setting in [
            format!("port={}", self.port),
            "listen_addresses=127.0.0.1".to_owned(),
            format!("unix_socket_directories={}", self.folder.display()),
            "max_connections=120".to_owned(),
            format!("fsync={careful}"),
            format!("synchronous_commit={careful}"),
            format!("full_page_writes={careful}"),
            // After a crash one call instead of one for each file, which on a busy disk takes many seconds.
            "recovery_init_sync_method=syncfs".to_owned(),
        ] {
            command.arg("-c").arg(setting);
        }
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let mut child = command.spawn()?;
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(60) {
            if shell::run(self.program("pg_isready").arg("-q")).is_ok() {
                // Whoever kills the postmaster ends this child as well; somebody has to take note of it.
                std::thread::spawn(move || child.wait());
                return Ok(());
            }
            ensure!(
                child.try_wait()?.is_none(),
                "PostgreSQL ended; see {}",
                self.folder.with_extension("log").display()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!("PostgreSQL does not answer")
    }

    fn kill(&self) -> Result<()> {
        let doomed = self.processes()?;
        for pid in &doomed {
            let _ = kill_process(*pid, Signal::KILL);
        }
        let gone = |pid: &Pid| !Path::new(&format!("/proc/{}", pid.as_raw_nonzero())).exists();
        let began = Instant::now();
        while !doomed.iter().all(gone) {
            ensure!(began.elapsed() < Duration::from_secs(10), "killed processes of PostgreSQL do not go");
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// The postmaster and all its children.
    fn processes(&self) -> Result<Vec<Pid>> {
        let file = fs::read_to_string(self.folder.join("data/postmaster.pid"))?;
        let master = file.lines().next().and_then(|line| line.parse().ok()).and_then(Pid::from_raw);
        let master = master.context("postmaster.pid names a process")?;
        let mut found = vec![master];
        for entry in fs::read_dir("/proc")?.filter_map(Result::ok) {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw)
            else {
                continue;
            };
            let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
            if parent == Some(master.as_raw_nonzero().to_string().as_str()) {
                found.push(pid);
            }
        }
        Ok(found)
    }

    fn query(&self, database: &str, sql: &str) -> Result<String> {
        shell::run(self.program("psql").args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            database,
            "-c",
            sql,
        ]))
    }

    /// A client program, told where the cluster is.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(bin(name));
        command.args(["-h", "127.0.0.1", "-U", OWNER, "-p", &self.port.to_string()]);
        command
    }

    fn address(&self, user: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/banyan", self.port)
    }

    fn stop(&self) -> Result<()> {
        shell::run(as_postgres("pg_ctl")?.args(["-m", "fast", "-w", "stop", "-D"]).arg(self.folder.join("data")))
            .map(drop)
    }
}

/// Whoever fails in between leaves no server behind.
impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// Debian keeps the server's programs out of `PATH`; the newest version is taken.
fn bin(name: &str) -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let mut found: Vec<PathBuf> =
        versions.map(|version| version.path().join("bin").join(name)).filter(|path| path.exists()).collect();
    found.sort();
    found.pop().unwrap_or_else(|| PathBuf::from(name))
}

/// PostgreSQL refuses to be root.
fn as_postgres(program: &str) -> Result<Command> {
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(bin(program));
        command
    } else {
        Command::new(bin(program))
    };
    command.current_dir("/");
    Ok(command)
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap_or_default()
}
