//! sqlmap and wapiti against the running demo, in three guises: another site that makes a signed-in browser send forms, a
//! resident, and an evaluator, who may read and nothing else. Afterwards the data are as they were, but for what a resident
//! may bring about.

use crate::browser::{Browser, Fields};
use crate::engine::Engine;
use crate::record::Report;
use crate::road::{PASSWORD, People, Road, STATION, Step, pairs};
use crate::server::Server;
use crate::{Common, shell};
use anyhow::{Context as _, Result, ensure};
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Args)]
pub struct Attack {
    #[command(flatten)]
    common: Common,
}

/// What reading and asking leave behind: sessions, counts of wrong passwords, the trail, and a denied form's claim.
const READING: &[&str] = &["sessions", "sign_in_failures", "audit_entries", "audit_heads"];
/// What applying makes.
const APPLYING: &[&str] =
    &["applications", "notices", "person_keys", "obligations", "operations", "sequences", "tallies"];
/// Rows that are counted up, not added.
const COUNTED: &[&str] = &["sessions", "sign_in_failures", "audit_heads", "sequences", "tallies"];

/// What wapiti tries. Its modules `ssrf` and `xxe` would call a host outside this machine.
const MODULES: &str = "backup,blindsql,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,shellshock,sql,xss";

/// What weighs. The rest are hints about a service that is not behind https here; and forms without a token, which these
/// need not have: where a form comes from is asked of the browser, and that another site changes nothing is tried here.
const WEIGHTY: &[&str] = &[
    "SQL Injection",
    "Blind SQL Injection",
    "Command execution",
    "Path Traversal",
    "Cross Site Scripting",
    "Stored Cross Site Scripting",
    "Reflected Cross Site Scripting",
    "CRLF Injection",
    "Open Redirect",
    "Backup file",
    "Htaccess Bypass",
    "Internal Server Error",
];

type Rows = BTreeMap<String, BTreeSet<String>>;

struct Site<'a> {
    base: String,
    folder: PathBuf,
    /// A tenth of the time that there is, in seconds: sqlmap has two of them for its list and a half for each form, wapiti
    /// one for finding pages and a twelfth for each of its modules.
    tenth: u64,
    report: &'a mut Report,
}

impl Attack {
    pub fn run(self) -> Result<Report> {
        let common = &self.common;
        let engine = common.engine()?;
        let mut server = Server::start(&engine, &common.binary, common.settings())?;
        let mut people = People::sign_in(&server.base())?;
        let mut evaluator = Browser::signed_in(&server.base(), "evaluator.lin", PASSWORD)?;
        let urls = urls(&mut people.head, &mut evaluator)?;
        let mut report = Report::new("attack", common);
        let mut site = Site {
            base: server.base(),
            folder: engine.folder.clone(),
            tenth: common.seconds / 10,
            report: &mut report,
        };

        let before = rows(&engine)?;
        let origin = server.base();
        let (cookie, ours) = (people.head.cookie(), ("Origin", origin.as_str()));
        site.sqlmap("staff", &urls, &[("Cookie", &cookie)])?;
        let search = pairs(&[("q", "王"), ("kind", "elder")]);
        site.sqlmap_form("the search", &format!("/o/{STATION}/clients"), &search, &[("Cookie", &cookie), ours])?;
        site.wapiti("another site", &format!("/o/{STATION}"), &[("Cookie", &cookie)])?;
        site.unchanged("another site", &before, &rows(&engine)?, READING);

        let before = rows(&engine)?;
        site.wapiti("an evaluator", &urls.evaluator, &[("Cookie", &evaluator.cookie()), ours])?;
        site.unchanged("an evaluator", &before, &rows(&engine)?, READING);

        let before = rows(&engine)?;
        site.sqlmap_form("the sign-in", "/sign-in", &pairs(&[("name", "a"), ("password", "b"), ("to", "/")]), &[ours])?;
        site.sqlmap_form(
            "the status",
            &format!("/s/{STATION}/status"),
            &pairs(&[("code", "AAAA-BBBB-CCCC")]),
            &[ours],
        )?;
        let application = Road::new(1, Step::Apply).prepare(&mut people)?;
        site.sqlmap_form("the application", &application.action, &application.fields, &[ours])?;
        site.wapiti("a resident", &format!("/s/{STATION}"), &[ours])?;
        let came = site.unchanged("a resident", &before, &rows(&engine)?, &[READING, APPLYING].concat());
        ensure!(came > 0, "nobody could apply: the attack did not reach what it was to try");

        ensure!(crate::server::is_ready(server.port), "the service does not answer any more");
        server.stop()?;
        let answered = server.log()?;
        let broken = answered.matches("a handler panicked").count() + answered.matches("\"status\":500").count();
        report.number("panics and answers of 500", broken);
        if broken > 0 {
            report.wrong([format!("{broken} panics or answers of 500")]);
        }
        report.wrong(crate::ledger::halves(&engine)?);
        engine.remove()?;
        Ok(report)
    }
}

/// Addresses with something in them that can be bent.
struct Urls {
    staff: Vec<String>,
    evaluator: String,
}

fn urls(head: &mut Browser, evaluator: &mut Browser) -> Result<Urls> {
    let cases = head.get(&format!("/o/{STATION}/cases?ended=1"))?;
    let case = cases.link(&format!("/o/{STATION}/cases/")).context("there is a case")?;
    let id = case.rsplit('/').next().unwrap_or_default();
    let engagement = evaluator.get("/")?.location;
    ensure!(engagement.starts_with("/e/"), "the evaluator is led to {engagement}");
    let station = format!("/o/{STATION}");
    let mut staff: Vec<String> = [
        "/cases?state=serving&ended=1&mine=1",
        &format!("/cases?ended=1&after={id}"),
        &format!("/cases?client={id}"),
        "/clients?search=0101&kind=elder",
        &format!("/clients?kind=child&after={id}"),
        "/applications?state=submitted&decided=1",
        &format!("/applications?after={id}"),
        "/duties?mine=1&state=late",
        "/duties/rules?q=INT",
        "/duties/rules/INT-07?x=1",
        &format!("/audit?subject={id}"),
        "/audit?kind=case.opened&who=a",
        "/audit/openings?after=1",
        "/members?done=revoked",
    ]
    .iter()
    .map(|path| format!("{station}{path}"))
    .collect();
    staff.extend([
        format!("{case}?done=assessment.submit"),
        format!("{station}/papers/new/record/{id}?about={id}&replaces={id}&mode=visit"),
        format!("/s/{STATION}?via=board"),
        format!("/s/{STATION}/apply/escort?via=board"),
        "/?to=/o/qs01".to_owned(),
        "/sign-in?to=/o/qs01".to_owned(),
        "/activate/abcdef?x=1".to_owned(),
    ]);
    Ok(Urls { staff, evaluator: engagement })
}

impl Site<'_> {
    fn sqlmap(&mut self, name: &str, urls: &Urls, headers: &[(&str, &str)]) -> Result<()> {
        let list = self.folder.join("urls");
        let lines: Vec<String> = urls.staff.iter().map(|path| format!("{}{path}", self.base)).collect();
        fs::write(&list, lines.join("\n"))?;
        let mut command = self.sqlmap_command(2 * self.tenth);
        command.arg("-m").arg(&list).arg("--headers").arg(joined(headers, "\n"));
        self.report.number("addresses by sqlmap", urls.staff.len());
        self.run_sqlmap(name, &mut command)
    }

    /// Each form is sent under an operation of its own, so that none is only the answer to one before.
    fn sqlmap_form(&mut self, name: &str, path: &str, form: &Fields, headers: &[(&str, &str)]) -> Result<()> {
        let mut command = self.sqlmap_command(self.tenth / 2);
        let data = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        command.args([
            "-u",
            &format!("{}{path}", self.base),
            "--data",
            &data,
            "--skip=operation",
            "--answers=resend=N",
        ]);
        command.args(["--eval", "import uuid;operation='opr_'+uuid.uuid4().hex"]);
        command.arg("--headers").arg(joined(headers, "\n"));
        self.run_sqlmap(name, &mut command)
    }

    fn sqlmap_command(&self, seconds: u64) -> Command {
        let mut command = Command::new("timeout");
        command.args([&seconds.to_string(), "sqlmap", "--batch", "--level=1", "--risk=1", "--timeout=10"]);
        command.args(["--disable-coloring", "--flush-session", "--output-dir"]).arg(self.folder.join("sqlmap"));
        command
    }

    fn run_sqlmap(&mut self, name: &str, command: &mut Command) -> Result<()> {
        let ran = command.output().context("sqlmap (apt-get install sqlmap)")?;
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        ensure!(said.contains("starting @"), "sqlmap did not begin: {said}");
        fs::write(self.folder.join(format!("sqlmap {name}")), &said)?;
        let found = said.lines().filter(|line| line.contains("is vulnerable") || line.contains("injection point(s)"));
        self.report.wrong(found.map(|line| format!("sqlmap, {name}: {line}")));
        self.bounded(&format!("sqlmap, {name}"), ran.status.code());
        Ok(())
    }

    fn wapiti(&mut self, name: &str, path: &str, headers: &[(&str, &str)]) -> Result<()> {
        let found = self.folder.join(format!("wapiti {name}.json"));
        let mut command = Command::new("timeout");
        command.args([
            &(4 * self.tenth).to_string(),
            "wapiti",
            "-u",
            &format!("{}{path}", self.base),
            "--scope",
            "folder",
        ]);
        command.args(["--max-scan-time", &self.tenth.to_string(), "--max-attack-time", &(self.tenth / 12).to_string()]);
        command.args(["--max-links-per-page", "20", "--depth", "2", "--flush-session", "--no-bugreport", "-v", "0"]);
        command.args(["-m", MODULES]);
        command.args(["-f", "json", "-o"]).arg(&found);
        for (name, value) in headers {
            command.args(["-H", &format!("{name}: {value}")]);
        }
        let ran = command.output().context("wapiti (apt-get install wapiti)")?;
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        let cut = said.matches("Max attack time was reached").count();
        self.report.number(&format!("modules of wapiti as {name} that the clock cut off"), cut);
        let end = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
        ensure!(found.exists(), "wapiti as {name} wrote no report; it ended with {:?}: {end}", ran.status.code());
        let counts = findings(&found)?;
        let all = counts.iter().map(|(kind, n)| format!("{n} {kind}")).collect::<Vec<_>>();
        self.report
            .text(&format!("wapiti as {name}:"), if all.is_empty() { "nothing".to_owned() } else { all.join(" + ") });
        let weighty = counts.into_iter().filter(|(kind, _)| WEIGHTY.contains(&kind.as_str()));
        self.report.wrong(weighty.map(|(kind, n)| format!("wapiti, {name}: {n} {kind}")));
        self.bounded(&format!("wapiti, {name}"), ran.status.code());
        Ok(())
    }

    /// A tool that was stopped by the clock found nothing in what it had time for; that is said.
    fn bounded(&mut self, tool: &str, code: Option<i32>) {
        if code == Some(124) {
            self.report.text(tool, "was stopped by the clock");
        }
    }

    /// What was there is there; what came came where it may. Answers how many rows of work came.
    fn unchanged(&mut self, guise: &str, before: &Rows, after: &Rows, may: &[&str]) -> usize {
        let mut wrong = Vec::new();
        let mut came = 0;
        for (table, now) in after {
            let none = BTreeSet::new();
            let then = before.get(table).unwrap_or(&none);
            let (gone, new) = (then.difference(now).count(), now.difference(then).count());
            if new > 0 && !may.contains(&table.as_str()) {
                wrong.push(format!("{guise} brought {new} rows into {table}"));
            }
            if gone > 0 && !(may.contains(&table.as_str()) && COUNTED.contains(&table.as_str())) {
                wrong.push(format!("{guise} changed or removed {gone} rows of {table}"));
            }
            came += if APPLYING.contains(&table.as_str()) { new } else { 0 };
        }
        self.report.number(&format!("rows of work by {guise}"), came);
        self.report.wrong(wrong);
        came
    }
}

fn joined(headers: &[(&str, &str)], by: &str) -> String {
    headers.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join(by)
}

/// Every row of every table, as text.
fn rows(engine: &Engine) -> Result<Rows> {
    let tables = engine.tables()?;
    tables.into_iter().map(|table| Ok((table.clone(), engine.dump(&table)?.into_iter().collect()))).collect()
}

/// How often each kind of weakness is in wapiti's report.
fn findings(report: &Path) -> Result<BTreeMap<String, usize>> {
    let list = "import json,sys; v=json.load(open(sys.argv[1]))['vulnerabilities']; \
                a=json.load(open(sys.argv[1])).get('anomalies',{}); v.update(a); \
                print('\\n'.join(f'{len(v[k])}|{k}' for k in v if v[k]))";
    let text = shell::output("python3", &["-c", list, report.to_str().unwrap_or_default()])?;
    text.lines()
        .map(|line| {
            let (n, kind) = line.split_once('|').context("wapiti's report")?;
            Ok((kind.to_owned(), n.parse()?))
        })
        .collect()
}
