//! `kill -9` at random moments while people work.

use crate::browser::Answer;
use crate::engine::{Engine, Kind};
use crate::ledger::{Before, Ledger};
use crate::record::{Report, hundredths};
use crate::road::{People, Post, Road, Step, taken};
use crate::server::Server;
use crate::{Common, shell};
use anyhow::{Context as _, Result, ensure};
use clap::Args;
use fastrand::Rng;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// From the start of the program until it is ready.
const READY_WITHIN: Duration = Duration::from_secs(2);
/// People get so many forms through before the next kill, when they do so within the time; then chance decides.
const FORMS: usize = 4;
const FORMS_WITHIN: Duration = Duration::from_secs(3);
/// What chance adds, in milliseconds.
const BETWEEN: std::ops::Range<u64> = 0..300;
/// Of a hundred forms whose answer was lost in a crash, so many are never sent again.
const GIVEN_UP: u8 = 25;

/// When nobody gets a form through between so many kills in a row, people wait for something that does not come.
const STUCK_AFTER: usize = 20;

#[derive(Args)]
pub struct Kills {
    #[command(flatten)]
    common: Common,
    /// How often
    #[arg(long, default_value_t = 100)]
    count: usize,
    /// How many people work at the same time
    #[arg(long, default_value_t = 8)]
    workers: u64,
}

/// Shared by everybody who works.
struct Work<'a> {
    ledger: &'a Ledger,
    stop: AtomicBool,
    person: AtomicU64,
    /// How many forms were sent again because their answer was lost.
    again: AtomicU64,
}

impl Kills {
    pub fn run(self) -> Result<Report> {
        let common = &self.common;
        let mut engine = common.engine()?;
        let before = Before::read(&engine)?;
        let ledger = Ledger::new(&common.work)?;
        let mut server = Server::start(&engine, &common.binary, common.settings())?;
        let people = People::sign_in(&server.base())?;
        let work =
            Work { ledger: &ledger, stop: AtomicBool::new(false), person: AtomicU64::new(1), again: AtomicU64::new(0) };
        let mut rng = Rng::with_seed(common.seed);
        let mut times = Times::default();
        std::thread::scope(|scope| -> Result<()> {
            let workers: Vec<_> = (0..self.workers)
                .map(|worker| {
                    let (people, rng, work) = (people.windows(), rng.fork(), &work);
                    // Every other one is a resident at the form, the others are at the desk.
                    let begins = if worker % 2 == 0 { Step::Apply } else { Step::Enter };
                    scope.spawn(move || work.live(people, rng, begins))
                })
                .collect();
            let killed = self.kill(&mut engine, &mut server, &ledger, &mut rng, &mut times);
            work.stop.store(true, Ordering::SeqCst);
            for worker in workers {
                worker.join().ok().context("a worker panicked")??;
            }
            killed
        })?;
        server.stop()?;
        let again = work.again.load(Ordering::SeqCst);
        self.report(engine, &before, ledger, times, again)
    }

    fn kill(
        &self,
        engine: &mut Engine,
        server: &mut Server,
        ledger: &Ledger,
        rng: &mut Rng,
        times: &mut Times,
    ) -> Result<()> {
        let (began, mut idle) = (Instant::now(), 0);
        while times.kills() < self.count && began.elapsed() < self.common.time() {
            idle = if self.let_work(ledger, rng)? == 0 { idle + 1 } else { 0 };
            ensure!(idle < STUCK_AFTER, "nobody gets a form through any more");
            if engine.kind == Kind::Postgres && times.kills() % 2 == 1 {
                times.recoveries.push(engine.kill_and_restart()?);
                times.returns.push(server.wait_until_ready()?);
            } else {
                server.kill()?;
                times.starts.push(server.restart(engine)?);
            }
        }
        Ok(())
    }

    /// Lets people work for a while; answers how many forms they got through.
    fn let_work(&self, ledger: &Ledger, rng: &mut Rng) -> Result<usize> {
        let (began, promised) = (Instant::now(), ledger.promised()?);
        while ledger.promised()? < promised + FORMS && began.elapsed() < FORMS_WITHIN {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(rng.u64(BETWEEN)));
        Ok(ledger.promised()? - promised)
    }

    fn report(self, engine: Engine, before: &Before, ledger: Ledger, times: Times, again: u64) -> Result<Report> {
        let mut settled = ledger.settle(before, &engine)?;
        let verified = shell::run(engine.command(&self.common.binary).args(["audit", "verify"]));
        settled.wrong.extend(verified.err().map(|error| error.to_string()));
        let slow = times.starts.iter().filter(|time| **time > READY_WITHIN).count();
        if slow > 0 {
            settled.wrong.push(format!("{slow} starts took more than {} s", READY_WITHIN.as_secs()));
        }
        let mut report = Report::new("kills", &self.common);
        report.number("kills of the server", times.starts.len());
        if engine.kind == Kind::Postgres {
            report.number("kills of the database", times.recoveries.len());
        }
        report.number("acknowledged", settled.promised);
        report.number("sent again after a crash", again);
        report.number("unanswered, whole", settled.there);
        report.number("unanswered, not there", settled.not_there);
        report.text("start to ready, median / longest", hundredths(&times.starts));
        if engine.kind == Kind::Postgres {
            report.text("database recovered", hundredths(&times.recoveries));
            report.text("service ready after that", hundredths(&times.returns));
        }
        report.wrong(settled.wrong);
        ensure!(times.kills() > 0, "nothing was killed");
        engine.remove()?;
        Ok(report)
    }
}

#[derive(Default)]
struct Times {
    /// From starting the program until it is ready.
    starts: Vec<Duration>,
    /// From starting the database until it answers: what its own crash recovery takes.
    recoveries: Vec<Duration>,
    /// From then until the program, which ran all the time, is ready again.
    returns: Vec<Duration>,
}

impl Times {
    fn kills(&self) -> usize {
        self.starts.len() + self.recoveries.len()
    }
}

impl Work<'_> {
    /// Works until told to stop.
    fn live(&self, mut people: People, mut rng: Rng, begins: Step) -> Result<()> {
        while !self.stop.load(Ordering::SeqCst) {
            let person = self.person.fetch_add(1, Ordering::SeqCst);
            let mut road = Road::new(person, begins);
            while !road.is_over() && !self.stop.load(Ordering::SeqCst) {
                let Ok(post) = road.prepare(&mut people) else {
                    pause();
                    continue;
                };
                if !self.send(&mut people, &mut rng, &mut road, &post)? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Sends a form until it is taken; false when its person gave up after an answer was lost.
    fn send(&self, people: &mut People, rng: &mut Rng, road: &mut Road, post: &Post) -> Result<bool> {
        self.ledger.sends(post)?;
        let mut lost = false;
        loop {
            match people.browser(post.who).post(&post.action, &post.fields) {
                Ok(answer) if taken(post, &answer).is_some() => {
                    self.ledger.promises(post, &taken(post, &answer).unwrap_or_default())?;
                    return self.go_on(people, road, post, &answer);
                }
                // The service says that it cannot: nothing was promised, and the same form may be sent again.
                Ok(answer) if answer.status == 503 => {}
                Ok(answer) => {
                    self.ledger.breach(format!("{:?} answered {}", post.step, answer.status))?;
                    return Ok(false);
                }
                Err(_) => {}
            }
            if !lost {
                if rng.u8(0..100) < GIVEN_UP {
                    return Ok(false);
                }
                lost = true;
                self.again.fetch_add(1, Ordering::SeqCst);
            }
            if self.stop.load(Ordering::SeqCst) {
                return Ok(false);
            }
            pause();
        }
    }

    fn go_on(&self, people: &mut People, road: &mut Road, post: &Post, answer: &Answer) -> Result<bool> {
        while road.went_on(people, post, answer).is_err() {
            if self.stop.load(Ordering::SeqCst) {
                return Ok(false);
            }
            pause();
        }
        Ok(true)
    }
}

fn pause() {
    std::thread::sleep(Duration::from_millis(10));
}
