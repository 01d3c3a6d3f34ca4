//! A busy organisation and its neighbour: how long somebody of another organisation waits for a page alone, beside a crowd
//! that writes, and while somebody does not let go of the head of the busy organisation's chain; on one instance and on two.

use crate::Common;
use crate::browser::{Answer, Browser};
use crate::engine::{Engine, Kind};
use crate::record::{Report, quantiles};
use crate::road::{PASSWORD, People, Post, Road, STATION, Step, taken};
use crate::server::{self, Server};
use anyhow::{Context as _, Result, ensure};
use clap::Args;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

#[derive(Args)]
pub struct Neighbour {
    #[command(flatten)]
    common: Common,
    /// How many write in the busy organisation at the same time
    #[arg(long, default_value_t = 64)]
    writers: usize,
    /// How many pages of each kind the neighbour opens, alone and beside them
    #[arg(long, default_value_t = 1_000)]
    pages: usize,
    /// For how many seconds the head is held
    #[arg(long, default_value_t = 14)]
    held: u64,
    /// How many wait for it, at each instance
    #[arg(long, default_value_t = 20)]
    waiting: usize,
}

/// The neighbour's organisation.
const NEIGHBOUR: &str = "fl01";
/// What whoever waited in vain is told.
const BUSY: &str = "本机构此刻非常繁忙";

/// The instances, the busy organisation's people, and one of the neighbour's.
struct Scene {
    servers: Vec<Server>,
    people: People,
    neighbour: Visitor,
}

/// How long pages took.
#[derive(Default)]
struct Times {
    /// A list: only read.
    list: Vec<Duration>,
    /// A file: opening it leaves an entry in the trail, so it is written too.
    file: Vec<Duration>,
}

impl Neighbour {
    pub fn run(self) -> Result<Report> {
        let common = &self.common;
        ensure!(common.engine == Kind::Postgres, "two instances need PostgreSQL");
        let engine = common.engine()?;
        let mut report = Report::new("neighbour", common);
        let person = AtomicU64::new(1);
        for instances in [1, 2] {
            report.number(if instances == 1 { "instance" } else { "instances" }, instances);
            let mut scene = Scene::set(&engine, common, instances)?;
            let alone = scene.neighbour.looks(self.pages)?;
            report.times("alone", &alone);
            let beside = self.beside(&mut scene, &person, &mut report)?;
            report.compared(&format!("beside {} writers", self.writers), &alone, &beside);
            let meanwhile = self.hold(&engine, &mut scene, &person, &mut report)?;
            report.compared("while the head is held", &alone, &meanwhile);
            for mut server in scene.servers {
                server.stop()?;
            }
        }
        engine.remove()?;
        Ok(report)
    }

    /// The neighbour looks while a crowd applies for services, each again and again.
    fn beside(&self, scene: &mut Scene, person: &AtomicU64, report: &mut Report) -> Result<Times> {
        let (stop, done) = (AtomicBool::new(false), AtomicU64::new(0));
        let crowd: Vec<People> = (0..self.writers).map(|at| scene.resident(at)).collect();
        let apply = |mut people: People| -> Result<Vec<String>> {
            let mut refused = Vec::new();
            while !stop.load(Ordering::SeqCst) {
                let post = application(&mut people, person)?;
                let answer = send(&mut people, &post)?;
                match taken(&post, &answer) {
                    Some(_) => drop(done.fetch_add(1, Ordering::SeqCst)),
                    None => refused.push(format!("beside others an application was answered {}", answer.status)),
                }
            }
            Ok(refused)
        };
        let (times, refused) = std::thread::scope(|scope| -> Result<_> {
            let writers: Vec<_> = crowd.into_iter().map(|people| scope.spawn(|| apply(people))).collect();
            // All of them opened the form at the same moment; that is another crowd.
            while done.load(Ordering::SeqCst) < writers.len() as u64 && !writers.iter().any(|one| one.is_finished()) {
                std::thread::sleep(Duration::from_millis(10));
            }
            let times = scene.neighbour.looks(self.pages);
            stop.store(true, Ordering::SeqCst);
            let mut refused = Vec::new();
            for writer in writers {
                refused.extend(writer.join().ok().context("a writer panicked")??);
            }
            Ok((times?, refused))
        })?;
        report.number("applications meanwhile", done.into_inner());
        report.wrong(refused);
        Ok(times)
    }

    /// The neighbour looks while somebody holds the head, and a crowd at each instance waits for it.
    fn hold(&self, engine: &Engine, scene: &mut Scene, person: &AtomicU64, report: &mut Report) -> Result<Times> {
        let mut crowd = Vec::new();
        for at in 0..self.waiting * scene.servers.len() {
            let mut people = scene.resident(at);
            let post = application(&mut people, person)?;
            crowd.push((people, post));
        }
        let Scene { servers, neighbour, .. } = scene;
        let (times, answers) = std::thread::scope(|scope| -> Result<_> {
            let head = format!(
                "SELECT h.seq FROM audit_heads h JOIN organisations o ON o.id = h.organisation_id \
                 WHERE o.slug = '{STATION}' FOR UPDATE OF h; SELECT pg_sleep({})",
                self.held
            );
            let holding = scope.spawn(move || engine.rows(&head));
            while engine.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")? == 0 {
                ensure!(!holding.is_finished(), "the head is not held");
            }
            let wait = |(mut people, post): (People, Post)| {
                let began = Instant::now();
                Ok((send(&mut people, &post)?, post, began.elapsed()))
            };
            let waiting: Vec<_> = crowd.into_iter().map(|one| scope.spawn(move || wait(one))).collect();
            let mut times = Times::default();
            while !holding.is_finished() {
                neighbour.look(&mut times)?;
                ensure!(servers.iter().all(|server| server::is_ready(server.port)), "an instance was not ready");
            }
            holding.join().ok().context("psql panicked")??;
            let answers = waiting.into_iter().map(|one| one.join().ok().context("a writer panicked")?);
            Ok((times, answers.collect::<Result<Vec<(Answer, Post, Duration)>>>()?))
        })?;
        let mut sent_away = Vec::new();
        for (answer, post, waited) in &answers {
            match answer.status {
                503 if answer.body.contains(BUSY) => sent_away.push(*waited),
                _ if taken(post, answer).is_some() => {}
                status => report.wrong([format!("while the head was held an application was answered {status}")]),
            }
        }
        report.number("waited meanwhile", answers.len());
        let longest = sent_away.iter().max().copied().unwrap_or_default();
        report
            .number("of them sent away", format!("{} (after {:.1} s at most)", sent_away.len(), longest.as_secs_f64()));
        Ok(times)
    }
}

impl Scene {
    fn set(engine: &Engine, common: &Common, instances: usize) -> Result<Self> {
        // Nobody asks as often as this crowd.
        let settings = [("BANYAN_LOG", "warn"), ("BANYAN_RATE_LIMITS", "false")];
        let servers: Vec<Server> =
            (0..instances).map(|_| Server::start(engine, &common.binary, &settings)).collect::<Result<_>>()?;
        let first = servers.first().context("an instance")?.base();
        let mut neighbour = Browser::signed_in(&first, &format!("{NEIGHBOUR}.worker1"), PASSWORD)?;
        let list = format!("/o/{NEIGHBOUR}/cases");
        let file = neighbour.get(&list)?.link(&format!("{list}/")).context("the neighbour has a case")?;
        let windows = servers.iter().map(|server| neighbour.at(&server.base())).collect();
        let neighbour = Visitor { windows, list, file };
        Ok(Self { people: People::sign_in(&first)?, neighbour, servers })
    }

    /// Somebody of the crowd, who comes to the instances in turn.
    fn resident(&self, at: usize) -> People {
        let mut people = self.people.windows();
        people.resident = people.resident.at(&self.servers[at % self.servers.len()].base());
        people
    }
}

/// Somebody of the neighbour's, with a window at each instance.
struct Visitor {
    windows: Vec<Browser>,
    list: String,
    file: String,
}

impl Visitor {
    fn looks(&mut self, times: usize) -> Result<Times> {
        let mut taken = Times::default();
        while taken.list.len() < times {
            self.look(&mut taken)?;
        }
        Ok(taken)
    }

    /// Opens the list and a file at each instance.
    fn look(&mut self, times: &mut Times) -> Result<()> {
        for window in &mut self.windows {
            for (path, times) in [(&self.list, &mut times.list), (&self.file, &mut times.file)] {
                let began = Instant::now();
                let status = window.get(path)?.status;
                times.push(began.elapsed());
                ensure!(status == 200, "the neighbour's {path} was answered {status}");
            }
        }
        Ok(())
    }
}

impl Report {
    fn times(&mut self, when: &str, times: &Times) {
        for (what, times) in [("list", &times.list), ("file", &times.file)] {
            let (half, most) = quantiles(times);
            let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
            self.text(&format!("{what} {when} p50 / p99"), format!("{:.1} / {:.1} ms", millis(half), millis(most)));
        }
    }

    /// Beside others nobody waits twice as long as alone, but for one in a hundred.
    fn compared(&mut self, when: &str, alone: &Times, then: &Times) {
        self.times(when, then);
        for (what, alone, then) in [("list", &alone.list, &then.list), ("file", &alone.file, &then.file)] {
            let ratio = quantiles(then).1.as_secs_f64() / quantiles(alone).1.as_secs_f64();
            if ratio > 2.0 {
                self.wrong([format!("the neighbour's {what} {when} took {ratio:.1} times as long as alone (p99)")]);
            }
        }
    }
}

/// The form of a resident whom nobody was before, filled in.
fn application(people: &mut People, person: &AtomicU64) -> Result<Post> {
    Road::new(person.fetch_add(1, Ordering::SeqCst), Step::Apply).prepare(people)
}

fn send(people: &mut People, post: &Post) -> Result<Answer> {
    people.browser(post.who).post(&post.action, &post.fields)
}
