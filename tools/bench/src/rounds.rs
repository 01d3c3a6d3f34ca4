//! The contenders, in rounds that are interleaved and turned round each time.

use crate::Run;
use crate::cost::{Cost, micros};
use crate::page::Prepared;
use crate::table::{Results, Sample};
use crate::{load, sizes};
use anyhow::{Context as _, Result, bail, ensure};
use std::collections::HashMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use trials::browser::{Answer, Browser};
use trials::engine::{Engine, Kind};
use trials::road::{PASSWORD, STATION};
use trials::server::{self, Server};
use trials::{record, shell};
use uuid::Uuid;

/// Requests before each measurement that are not counted.
const WARMING: usize = 30;

/// What is asked for, in the order of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Contender {
    /// `/healthz` of the product: axum, its layers, nothing else.
    Bare,
    /// An address that nobody has, without a session: a page that says so.
    NotThere,
    /// The same below an organisation that does not exist, signed in: session and account were read.
    Session,
    /// A case that does not exist, in one's own organisation: membership, roles and policy were asked too.
    Permit,
    /// The page written by hand.
    ByHand,
    /// The list of cases.
    List,
    /// The list with row security switched off in the database.
    WithoutRowSecurity,
}

impl Contender {
    pub const ALL: [Self; 7] =
        [Self::Bare, Self::NotThere, Self::Session, Self::Permit, Self::ByHand, Self::List, Self::WithoutRowSecurity];

    fn path(self) -> String {
        match self {
            Self::Bare => "/healthz".to_owned(),
            Self::NotThere => "/nowhere".to_owned(),
            Self::Session => "/o/nowhere/cases".to_owned(),
            Self::Permit => format!("/o/{STATION}/cases/cas_0"),
            Self::ByHand => "/cases".to_owned(),
            Self::List | Self::WithoutRowSecurity => format!("/o/{STATION}/cases"),
        }
    }

    fn status(self) -> u16 {
        if matches!(self, Self::NotThere | Self::Session | Self::Permit) { 404 } else { 200 }
    }
}

struct Bench<'a> {
    run: &'a Run,
    engine: Engine,
    server: Server,
    worker: Browser,
    nobody: Browser,
    by_hand: Browser,
    hand: Hand,
}

/// The hand-written page's process.
struct Hand(Child);

impl Drop for Hand {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn run(run: &Run) -> Result<()> {
    let name = format!("cases-{}", run.cases);
    let engine = Engine::with_more(Kind::Postgres, &name, &run.work, &run.binary, |engine| {
        load::cases(engine, &run.binary, run.cases)
    })?;
    let site = std::fs::canonicalize(&run.site).unwrap_or_default();
    let settings = [("BANYAN_LOG", "warn"), ("BANYAN_SITE_DIR", site.to_str().unwrap_or_default())];
    let server = Server::start(&engine, &run.binary, &settings)?;
    let mut worker = Browser::signed_in(&server.base(), &format!("{STATION}.worker1"), PASSWORD)?;
    let list = worker.get(&Contender::List.path())?;
    let prepared = prepare(&engine, &list)?;
    let (hand, port) = Hand::start(&engine, &prepared)?;
    let base = server.base();
    let mut bench = Bench {
        run,
        engine,
        server,
        worker,
        nobody: Browser::new(&base),
        by_hand: Browser::new(&format!("http://127.0.0.1:{port}")),
        hand,
    };
    bench.same_page(&list)?;
    let before = bench.entries()?;
    let mut samples = Vec::new();
    for round in 0..run.rounds {
        let mut order = Contender::ALL;
        if round % 2 == 1 {
            order.reverse();
        }
        for contender in order {
            samples.push(Sample { round, contender, cost: bench.measure(contender)? });
        }
    }
    let results = Results {
        cases: run.cases,
        rounds: run.rounds,
        requests: run.requests,
        // The row for row security is one more list.
        entries: bench.entries()? - before,
        bytes: list.body.len(),
        load: record::load(),
        samples,
        sizes: sizes::all(&run.site, &base, &mut bench.worker)?,
    };
    println!("{}", results.markdown());
    if let Some(file) = &run.json {
        std::fs::write(file, results.json()?)?;
    }
    let Bench { mut server, engine, hand, .. } = bench;
    drop(hand);
    server.stop()?;
    engine.remove()
}

impl Bench<'_> {
    fn measure(&mut self, contender: Contender) -> Result<Cost> {
        let switched = contender == Contender::WithoutRowSecurity;
        if switched {
            self.row_security("DISABLE")?;
        }
        self.ask(contender, WARMING)?;
        let requests = if contender == Contender::Bare { self.run.requests * 10 } else { self.run.requests };
        let (program, database) = self.used(contender)?;
        self.ask(contender, requests)?;
        let (program_after, database_after) = self.used(contender)?;
        if switched {
            self.row_security("ENABLE")?;
        }
        let each = |used: f64| used / requests as f64;
        Ok(Cost { program: each(program_after - program), database: each(database_after - database) })
    }

    fn ask(&mut self, contender: Contender, times: usize) -> Result<()> {
        let browser = match contender {
            Contender::Bare | Contender::NotThere => &mut self.nobody,
            Contender::ByHand => &mut self.by_hand,
            _ => &mut self.worker,
        };
        let path = contender.path();
        for _ in 0..times {
            let status = browser.get(&path)?.status;
            ensure!(status == contender.status(), "{path} answered {status}");
        }
        Ok(())
    }

    fn used(&self, contender: Contender) -> Result<(f64, f64)> {
        let program = match contender {
            Contender::ByHand => i32::try_from(self.hand.0.id())?,
            _ => self.server.pid().context("a process")?.as_raw_nonzero().get(),
        };
        let database: Vec<i32> = self.engine.processes()?.iter().map(|pid| pid.as_raw_nonzero().get()).collect();
        Ok((micros(&[program])?, micros(&database)?))
    }

    fn row_security(&self, how: &str) -> Result<()> {
        let tables = "SELECT format('ALTER TABLE %I %s ROW LEVEL SECURITY', tablename, '";
        let of = "') FROM pg_tables WHERE schemaname = 'public' AND tablename IN (SELECT tablename FROM pg_policies)";
        let statements = self.engine.rows(&format!("{tables}{how}{of}"))?;
        self.engine.rows(&statements.join("; ")).map(drop)
    }

    /// How many entries the trails have: what is noted for a request is one more.
    fn entries(&self) -> Result<i64> {
        self.engine.number("SELECT count(*) FROM audit_entries")
    }

    /// Both lists are the same to look at, or nothing is compared.
    fn same_page(&mut self, list: &Answer) -> Result<()> {
        let by_hand = self.by_hand.get(&Contender::ByHand.path())?;
        let (ours, theirs) = (visible(&list.body), visible(&by_hand.body));
        if ours != theirs {
            let first = ours.iter().zip(&theirs).find(|(one, other)| one != other);
            bail!("the page by hand shows something else: {first:?}, {} and {} texts", ours.len(), theirs.len());
        }
        Ok(())
    }
}

impl Hand {
    fn start(engine: &Engine, prepared: &Prepared) -> Result<(Self, u16)> {
        let file = engine.folder.join("prepared.json");
        std::fs::write(&file, serde_json::to_vec(prepared)?)?;
        let port = shell::free_port()?;
        let child = Command::new(std::env::current_exe()?)
            .args(["page", "--port", &port.to_string(), "--prepared"])
            .arg(&file)
            .env("DATABASE_URL", engine.address(Engine::OWNER).context("PostgreSQL")?)
            .stdin(Stdio::null())
            .spawn()?;
        let hand = Self(child);
        for _ in 0..500 {
            if server::is_ready(port) {
                return Ok((hand, port));
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        bail!("the page by hand does not start")
    }
}

/// What the page by hand is told: the frame, each name, each due time in words.
fn prepare(engine: &Engine, list: &Answer) -> Result<Prepared> {
    let (before, rest) = list.body.split_once("<tbody>").context("a table")?;
    let (rows, after) = rest.split_once("</tbody>").context("its end")?;
    let mut words = HashMap::new();
    for row in rows.split("</tr>").filter(|row| row.contains("cas_")) {
        let id = row.split("cas_").nth(1).and_then(|rest| rest.get(..32)).context("a case's id")?;
        let name = visible(row).into_iter().next().context("a name")?;
        let due =
            row.split("data-label=\"最近时限\"").nth(1).and_then(|rest| rest.split_once('>')).context("a due time")?;
        let due = due.1.split("</td>").next().unwrap_or_default();
        words.insert(Uuid::parse_str(id)?, (name, due.to_owned()));
    }
    ensure!(words.len() == 50, "the list shows {} cases", words.len());
    let id = |sql: &str| -> Result<Uuid> { Ok(Uuid::parse_str(engine.rows(sql)?.first().context("a row")?)?) };
    Ok(Prepared {
        station: STATION.to_owned(),
        organisation: id(&format!("SELECT id FROM organisations WHERE slug = '{STATION}'"))?,
        worker: id(&format!(
            "SELECT m.id FROM members m JOIN accounts a ON a.id = m.account_id JOIN organisations o ON o.id = m.organisation_id \
             WHERE a.sign_in_name = '{STATION}.worker1' AND o.slug = '{STATION}'"
        ))?,
        before: format!("{before}<tbody>"),
        after: format!("</tbody>{after}"),
        words,
    })
}

/// The texts of a page in their order, without its marks.
fn visible(html: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for piece in html.split('<') {
        let text = piece.split_once('>').map_or("", |(_, text)| text).trim();
        if !text.is_empty() {
            texts.push(text.to_owned());
        }
    }
    texts
}

/// Kept beside the path of a file, for its error.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| path.display().to_string())
}
