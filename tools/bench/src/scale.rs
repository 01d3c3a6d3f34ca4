//! What a million obligations cost the pages that show them: the same pages over 200 organisations that owe and owed 1,000
//! things together, and over 200 that owe and owed 1,000,000, side by side in one run.
//!
//! What is open is the same in both, five in each organisation, so that both show the same rows; what was met lies behind them.
//! A third world is as large and has a hundred open in each. The rows are written straight into the table, spread over two years.

use crate::Against;
use crate::cost::{Cost, micros};
use crate::table::middle;
use anyhow::{Context as _, Result, ensure};
use std::fmt::Write as _;
use std::path::Path;
use trials::browser::Browser;
use trials::engine::{Engine, Kind};
use trials::road::{PASSWORD, STATION};
use trials::server::Server;
use trials::{record, shell};

/// How many organisations there are.
const ORGANISATIONS: i64 = 200;
const DISTRICT: &str = "qingrong";
/// Requests of each page before a round that are not counted.
const WARMING: usize = 3;

#[derive(clap::Args)]
pub struct Scale {
    #[command(flatten)]
    against: Against,
    #[arg(long, default_value_t = 9)]
    rounds: usize,
    /// How many requests of each page in a round
    #[arg(long, default_value_t = 30)]
    requests: usize,
}

/// How much each organisation owed, and how much of it is open.
#[derive(Clone, Copy)]
struct Size {
    name: &'static str,
    rows: i64,
    open: i64,
}

const SIZES: [Size; 3] = [
    Size { name: "1,000", rows: 5, open: 5 },
    Size { name: "1,000,000", rows: 5_000, open: 5 },
    Size { name: "1,000,000, 20,000 of them open", rows: 5_000, open: 100 },
];

/// A page that shows obligations, and who looks at it.
struct Page {
    name: &'static str,
    who: &'static str,
    path: String,
}

fn pages() -> Vec<Page> {
    let page = |name, who, path: String| Page { name, who, path };
    vec![
        page("today, of a worker", "qs01.worker1", format!("/o/{STATION}")),
        page("today, of the head", "qs01.head", format!("/o/{STATION}")),
        page("duties of a station", "qs01.head", format!("/o/{STATION}/duties")),
        page("50 cases with their clocks", "qs01.head", format!("/o/{STATION}/cases")),
        page("the district", "qingrong.admin", format!("/d/{DISTRICT}")),
        page("duties of the district", "qingrong.admin", format!("/d/{DISTRICT}/duties")),
        page("a station, by the district", "qingrong.admin", format!("/d/{DISTRICT}/stations/{STATION}")),
    ]
}

/// A district of one size, served.
struct World {
    engine: Engine,
    server: Server,
    people: Vec<(&'static str, Browser)>,
}

pub fn run(scale: &Scale) -> Result<()> {
    let mut worlds = SIZES.iter().map(|size| World::open(scale, *size)).collect::<Result<Vec<_>>>()?;
    let pages = pages();
    // By page, then by world, one for each round.
    let mut costs: Vec<Vec<Vec<Cost>>> = pages.iter().map(|_| worlds.iter().map(|_| Vec::new()).collect()).collect();
    for round in 0..scale.rounds {
        for (page, costs) in pages.iter().zip(&mut costs) {
            let mut order: Vec<usize> = (0..worlds.len()).collect();
            if round % 2 == 1 {
                order.reverse();
            }
            for at in order {
                costs[at].push(worlds[at].measure(page, scale.requests)?);
            }
        }
    }
    println!("{}", markdown(scale, &pages, &costs)?);
    for World { mut server, engine, .. } in worlds {
        server.stop()?;
        engine.remove()?;
    }
    Ok(())
}

impl World {
    fn open(scale: &Scale, size: Size) -> Result<Self> {
        let name = format!("obligations-{}-{}", size.rows, size.open);
        let folder = |engine: &Engine| fill(engine, &scale.against.binary, size);
        let engine =
            Engine::with_more(scale.against.engine, &name, &scale.against.work, &scale.against.binary, folder)?;
        let server = Server::start(&engine, &scale.against.binary, &[("BANYAN_LOG", "warn")])?;
        let mut people: Vec<(&'static str, Browser)> = Vec::new();
        for page in pages() {
            if !people.iter().any(|(who, _)| *who == page.who) {
                people.push((page.who, Browser::signed_in(&server.base(), page.who, PASSWORD)?));
            }
        }
        Ok(Self { engine, server, people })
    }

    fn measure(&mut self, page: &Page, requests: usize) -> Result<Cost> {
        self.ask(page, WARMING)?;
        let (program, database) = self.used()?;
        self.ask(page, requests)?;
        let (program_after, database_after) = self.used()?;
        let each = |used: f64| used / requests as f64;
        Ok(Cost { program: each(program_after - program), database: each(database_after - database) })
    }

    fn ask(&mut self, page: &Page, times: usize) -> Result<()> {
        let who = self.people.iter_mut().find(|(who, _)| *who == page.who).context("signed in")?;
        for _ in 0..times {
            let status = who.1.get(&page.path)?.status;
            ensure!(status == 200, "{} answered {status}", page.path);
        }
        Ok(())
    }

    fn used(&self) -> Result<(f64, f64)> {
        let program = self.server.pid().context("a process")?.as_raw_nonzero().get();
        let database: Vec<i32> = self.engine.processes()?.iter().map(|pid| pid.as_raw_nonzero().get()).collect();
        let database = if database.is_empty() { 0.0 } else { micros(&database)? };
        Ok((micros(&[program])?, database))
    }
}

/// Organisations up to their number, and what each of them owes and owed.
fn fill(engine: &Engine, binary: &Path, size: Size) -> Result<()> {
    let there = engine.number("SELECT count(*) FROM organisations")?;
    for n in there..ORGANISATIONS {
        let (slug, code) = (format!("more{n}"), format!("MO{n}"));
        let head = format!("{slug}.head");
        shell::run(engine.command(binary).args(["organisation", "create", "--district", DISTRICT]).args([
            "--slug",
            &slug,
            "--code",
            &code,
            "--name",
            &format!("第 {n} 社工站"),
            "--operator",
            "榕江社工服务中心",
            "--area",
            "东街",
            "--street",
            "东街街道",
            "--packs",
            "S",
            "--about",
            "为东街居民服务。",
            "--address",
            "东街 1 号",
            "--phone",
            "0990-8123100",
            "--hours",
            "9:00-17:00",
            "--head-sign-in-name",
            &head,
            "--head-name",
            "林见微",
        ]))?;
    }
    ensure!(engine.number("SELECT count(*) FROM organisations")? == ORGANISATIONS, "200 organisations");
    engine.execute("DELETE FROM obligations")?;
    engine.execute(&owed(engine.kind, size))?;
    engine.execute(match engine.kind {
        Kind::Postgres => "VACUUM ANALYZE obligations",
        Kind::Sqlite => "ANALYZE",
    })?;
    let rows = engine.number("SELECT count(*) FROM obligations")?;
    ensure!(rows == ORGANISATIONS * size.rows, "{rows} rows");
    Ok(())
}

/// The rows as one statement: those about a case name a case of the house, where there is one; one in ten was met late.
fn owed(kind: Kind, Size { rows, open, .. }: Size) -> String {
    let (id, now, yes) = match kind {
        Kind::Postgres => ("gen_random_uuid()", "(extract(epoch FROM now()) * 1000)::bigint", ("true", "false")),
        Kind::Sqlite => ("randomblob(16)", "(unixepoch() * 1000)", ("1", "0")),
    };
    let day = 86_400_000_i64;
    // All of it was told already: else the program would tell while it is measured.
    format!(
        "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {rows}),
         c AS (SELECT organisation_id, id, number, responsible_id,
                 row_number() OVER (PARTITION BY organisation_id ORDER BY id) - 1 AS place,
                 count(*) OVER (PARTITION BY organisation_id) AS many FROM cases),
         o AS (SELECT o.id AS house, n.n, c.id AS case_id, c.number, c.responsible_id,
                 CASE WHEN n.n <= {open} THEN {now} - n.n * 3600000 ELSE {now} - {day} * 2 - n.n * (CAST({day} AS bigint) * 730 / {rows}) END AS opened
               FROM organisations o CROSS JOIN n LEFT JOIN c ON c.organisation_id = o.id AND c.place = n.n % c.many)
         INSERT INTO obligations (organisation_id, id, rule, rule_version, step, subject_kind, subject_id, subject_number,
             responsible_id, opened_at, warn_at, due_at, late_at, escalates_at, unit, met_at, cancelled_at, paused_at, paused_ms, open, told)
         SELECT house, {id}, 'PLN-08', 1, 0, 'case', coalesce(case_id, {id}), coalesce(number, 'MO/GA/2026/001'), responsible_id,
             opened, opened + {day} / 2, opened + {day}, opened + {day}, NULL, 'hours',
             CASE WHEN n <= {open} THEN NULL WHEN n % 10 = 0 THEN opened + {day} * 2 ELSE opened + {day} / 3 END,
             NULL, NULL, 0, CASE WHEN n <= {open} THEN {} ELSE {} END, 'late'
         FROM o",
        yes.0, yes.1
    )
}

fn markdown(scale: &Scale, pages: &[Page], costs: &[Vec<Vec<Cost>>]) -> Result<String> {
    let mut text = String::new();
    let (rounds, requests) = (scale.rounds, scale.requests);
    writeln!(
        text,
        "{:?}: {rounds} rounds of {requests} requests of each page; load {}.\n",
        scale.against.engine,
        record::load()
    )?;
    writeln!(
        text,
        "| processor time for each request, µs | {} | to {} |",
        SIZES.map(|size| size.name).join(" | "),
        SIZES[0].name
    )?;
    writeln!(text, "|---|---|---|---|---|")?;
    for (page, costs) in pages.iter().zip(costs) {
        let total = |at: usize| middle(costs[at].iter().map(|cost| cost.total()).collect()).median;
        let ratio = |at: usize| {
            middle(costs[at].iter().zip(&costs[0]).map(|(one, first)| one.total() / first.total()).collect()).median
        };
        let cells: Vec<String> = (0..costs.len()).map(|at| format!("{:.0}", total(at))).collect();
        writeln!(text, "| {} | {} | {:.2}, {:.2} |", page.name, cells.join(" | "), ratio(1), ratio(2))?;
    }
    Ok(text)
}
