//! Two instances behind nginx: each is exchanged while people work, and what is revoked on one holds on the other.

use crate::browser::{Browser, value};
use crate::engine::{Engine, Kind};
use crate::proxy::Proxy;
use crate::record::{Report, hundredths};
use crate::road::{PASSWORD, People, Road, STATION, Step, pairs, taken};
use crate::server::Server;
use crate::{Common, shell};
use anyhow::{Context as _, Result, ensure};
use clap::Args;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

#[derive(Args)]
pub struct Rolling {
    #[command(flatten)]
    common: Common,
    /// How often both instances are exchanged
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How many people get a role that is taken away again
    #[arg(long, default_value_t = 100)]
    revocations: usize,
    /// How many people work at the same time
    #[arg(long, default_value_t = 4)]
    workers: usize,
    /// The operators' configuration
    #[arg(long, value_name = "FILE", default_value = "docs/nginx.conf")]
    nginx: PathBuf,
}

struct Work {
    stop: AtomicBool,
    person: AtomicU64,
    requests: AtomicUsize,
    failed: Mutex<Vec<String>>,
}

impl Rolling {
    pub fn run(self) -> Result<Report> {
        let common = &self.common;
        ensure!(common.engine == Kind::Postgres, "two instances need PostgreSQL");
        let engine = common.engine()?;
        let port = shell::free_port()?;
        let public = format!("http://127.0.0.1:{port}");
        let settings =
            [("BANYAN_LOG", "warn"), ("BANYAN_PUBLIC_URL", public.as_str()), ("BANYAN_TRUSTED_PROXY", "127.0.0.1")];
        let mut one = Server::start(&engine, &common.binary, &settings)?;
        let mut two = Server::start(&engine, &common.binary, &settings)?;
        let proxy = Proxy::start(&self.nginx, engine.folder.join("nginx"), port, [one.port, two.port])?;
        let people = People::sign_in(&proxy.base())?;
        let mut report = Report::new("rolling", common);

        let work = Work {
            stop: AtomicBool::new(false),
            person: AtomicU64::new(1),
            requests: AtomicUsize::new(0),
            failed: Mutex::default(),
        };
        let (began, mut times) = (Instant::now(), Vec::new());
        std::thread::scope(|scope| -> Result<()> {
            let workers: Vec<_> = (0..self.workers)
                .map(|_| {
                    let (people, work) = (people.windows(), &work);
                    scope.spawn(move || work.live(people))
                })
                .collect();
            let exchanged = self.exchange(&engine, &mut [&mut one, &mut two], began, &mut times);
            work.stop.store(true, Ordering::SeqCst);
            for worker in workers {
                worker.join().ok().context("a worker panicked")?;
            }
            exchanged
        })?;
        let requests = work.requests.into_inner();
        report.number("exchanges", times.len());
        report.number("requests", requests);
        report.text("at", format!("{:.0} a second", requests as f64 / began.elapsed().as_secs_f64()));
        report.text("stop to ready again", hundredths(&times));
        let failed = work.failed.into_inner().ok().context("a worker panicked")?;
        report.number("failed", failed.len());
        report.wrong(failed);

        let (asked, stale) = self.revoke(&people, [&one.base(), &two.base()])?;
        report.number("roles revoked on one and asked on the other", asked);
        report.number("stale", stale.len());
        report.wrong(stale);
        drop(proxy);
        one.stop()?;
        two.stop()?;
        engine.remove()?;
        Ok(report)
    }

    fn exchange(
        &self,
        engine: &Engine,
        servers: &mut [&mut Server; 2],
        began: Instant,
        times: &mut Vec<Duration>,
    ) -> Result<()> {
        for _ in 0..self.rounds {
            for server in servers.iter_mut() {
                if began.elapsed() > self.common.time() {
                    return Ok(());
                }
                std::thread::sleep(Duration::from_millis(1_500));
                let stopped = server.stop()?;
                times.push(stopped + server.restart(engine)?);
            }
        }
        std::thread::sleep(Duration::from_millis(1_500));
        Ok(())
    }

    /// New people get two roles each; both are taken away through one instance, and the next request goes to the other.
    fn revoke(&self, people: &People, [one, two]: [&str; 2]) -> Result<(usize, Vec<String>)> {
        let (mut asked, mut stale) = (0, Vec::new());
        let mut head = people.head.at(one);
        let began = Instant::now();
        for n in 0..self.revocations {
            if began.elapsed() > self.common.time() {
                break;
            }
            // Members are a grave matter: whoever signed in long ago has to prove again who it is.
            if n % 10 == 0 {
                head = people.resident.at(one);
                head.sign_in(&format!("{STATION}.head"), PASSWORD)?;
            }
            let (name, password) = (format!("trial.{n}"), "many words in a row");
            let member = engage(&mut head, &people.resident.at(two), &name, password)?;
            let mut person = people.resident.at(one);
            person.sign_in(&name, password)?;
            let mut person = person.at(two);
            for (role, page) in [("intake", "/applications"), ("archivist", "")] {
                let page = format!("/o/{STATION}{page}");
                let before = person.get(&page)?.status;
                ensure!(before == 200, "{name} cannot open {page} as {role}: {before}");
                let shown = head.get(&member)?;
                let action = format!("{member}/revoke");
                let form = shown.body.split("<form").find(|form| form.contains(&format!("value=\"{role}\"")));
                let operation = form.and_then(|form| form.split("name=\"operation\" value=\"").nth(1));
                let operation = operation.and_then(|rest| rest.split('"').next()).context("the role can be revoked")?;
                let done = head.post(&action, &pairs(&[("operation", operation), ("role", role)]))?;
                let after = person.get(&page)?.status;
                ensure!(done.status == 303, "revoking is answered {}", done.status);
                asked += 1;
                if !matches!(after, 401 | 403 | 404) {
                    stale.push(format!("{name} was no {role} any more and still got {after}"));
                }
            }
        }
        Ok((asked, stale))
    }
}

/// Makes somebody a member with two roles, through one instance; the person chooses a password on the other. Answers the
/// member's page.
fn engage(head: &mut Browser, stranger: &Browser, name: &str, password: &str) -> Result<String> {
    let form = format!("/o/{STATION}/members/new");
    let shown = head.get(&form)?;
    let mut fields = shown.hidden(&form)?;
    let from = shown.input("from").context("the form says from when")?;
    fields.extend(pairs(&[
        ("name", "方试行"),
        ("sign_in_name", name),
        ("roles", "intake"),
        ("roles", "archivist"),
        ("from", &from),
    ]));
    let added = head.post(&form, &fields)?;
    let member = added.link(&format!("/o/{STATION}/members/")).context("the page leads to the new member")?;
    let rest = added.body.split("/activate/").nth(1).context("the page has a link that works once")?;
    let token: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    let mut stranger = stranger.window();
    let path = format!("/activate/{token}");
    let mut fields = stranger.get(&path)?.hidden(&path)?;
    fields.extend(pairs(&[("password", password), ("again", password)]));
    let activated = stranger.post(&path, &fields)?;
    ensure!(activated.status == 303, "activating is answered {}", activated.status);
    Ok(member)
}

impl Work {
    fn live(&self, mut people: People) {
        while !self.stop.load(Ordering::SeqCst) {
            let person = self.person.fetch_add(1, Ordering::SeqCst);
            let mut road = Road::new(person, if person % 3 == 0 { Step::Apply } else { Step::Enter });
            while !road.is_over() && !self.stop.load(Ordering::SeqCst) {
                if let Err(error) = self.step(&mut people, &mut road) {
                    if let Ok(mut failed) = self.failed.lock() {
                        failed.push(format!("{error:#}"));
                    }
                    break;
                }
            }
        }
    }

    /// One page and one form; the pages that people look at in between.
    fn step(&self, people: &mut People, road: &mut Road) -> Result<()> {
        let post = road.prepare(people)?;
        let answer = people.browser(post.who).post(&post.action, &post.fields)?;
        taken(&post, &answer).with_context(|| {
            format!("{:?} {} answered {}", post.step, value(&post.fields, "operation"), answer.status)
        })?;
        road.went_on(people, &post, &answer)?;
        let list = people.worker.get(&format!("/o/{STATION}/cases"))?;
        ensure!(list.status == 200, "the list of cases answered {}", list.status);
        self.requests.fetch_add(3, Ordering::SeqCst);
        Ok(())
    }
}
