//! The button pressed twice, or twenty times: one effect, and everybody is told the same.

use crate::Common;
use crate::ledger::{Before, Ledger};
use crate::record::Report;
use crate::road::{People, Post, Road, Step, taken};
use crate::server::Server;
use anyhow::{Context as _, Result};
use clap::Args;
use fastrand::Rng;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

#[derive(Args)]
pub struct Doubles {
    #[command(flatten)]
    common: Common,
    /// How many forms
    #[arg(long, default_value_t = 10_000)]
    count: usize,
    /// How many people work at the same time
    #[arg(long, default_value_t = 3)]
    workers: usize,
}

/// Most windows in which one form is sent at the same moment.
const WINDOWS: usize = 20;

struct Work<'a> {
    ledger: &'a Ledger,
    began: Instant,
    limit: &'a Doubles,
    person: AtomicU64,
    forms: AtomicUsize,
    sent: AtomicUsize,
}

impl Doubles {
    pub fn run(self) -> Result<Report> {
        let common = &self.common;
        let engine = common.engine()?;
        let before = Before::read(&engine)?;
        let ledger = Ledger::new(&common.work)?;
        let mut server = Server::start(&engine, &common.binary, common.settings())?;
        let people = People::sign_in(&server.base())?;
        let work = Work {
            ledger: &ledger,
            began: Instant::now(),
            limit: &self,
            person: AtomicU64::new(1),
            forms: AtomicUsize::new(0),
            sent: AtomicUsize::new(0),
        };
        people.at_once(self.workers, common.seed, |people, rng| work.live(people, rng))?;
        let mut report = Report::new("doubles", common);
        report.number("forms", work.forms.into_inner());
        report.number("posts", work.sent.into_inner());
        report.text("in", format!("{} s", work.began.elapsed().as_secs()));
        server.stop()?;
        let settled = ledger.settle(&before, &engine)?;
        report.number("effects", settled.promised + settled.there);
        report.wrong(settled.wrong);
        engine.remove()?;
        Ok(report)
    }

    fn is_over(&self, forms: usize, began: Instant) -> bool {
        forms >= self.count || began.elapsed() >= self.common.time()
    }
}

impl Work<'_> {
    fn live(&self, mut people: People, mut rng: Rng) -> Result<()> {
        let mut windows: Vec<People> = (0..WINDOWS).map(|_| people.windows()).collect();
        while !self.limit.is_over(self.forms.load(Ordering::SeqCst), self.began) {
            let person = self.person.fetch_add(1, Ordering::SeqCst);
            let mut road = Road::new(person, if person % 4 == 0 { Step::Apply } else { Step::Enter });
            while !road.is_over() && !self.limit.is_over(self.forms.load(Ordering::SeqCst), self.began) {
                let post = road.prepare(&mut people)?;
                // Mostly somebody taps twice; sometimes a button is hammered.
                let times = if rng.u8(0..10) < 7 { 2 } else { rng.usize(3..=WINDOWS) };
                self.press(&mut people, &mut windows[..times], &mut road, &post)?;
            }
        }
        Ok(())
    }

    /// Sends the form from all windows at the same moment.
    fn press(&self, people: &mut People, windows: &mut [People], road: &mut Road, post: &Post) -> Result<()> {
        self.ledger.sends(post)?;
        self.forms.fetch_add(1, Ordering::SeqCst);
        self.sent.fetch_add(windows.len(), Ordering::SeqCst);
        let together = Barrier::new(windows.len());
        let answers = std::thread::scope(|scope| {
            let pressed: Vec<_> = windows
                .iter_mut()
                .map(|window| {
                    let together = &together;
                    scope.spawn(move || {
                        together.wait();
                        window.browser(post.who).post(&post.action, &post.fields)
                    })
                })
                .collect();
            pressed.into_iter().map(|window| window.join().ok().context("a window panicked")?).collect::<Vec<_>>()
        });
        let mut first = None;
        for answer in answers {
            let answer = answer?;
            match taken(post, &answer) {
                Some(result) => self.ledger.promises(post, &result)?,
                None => self.ledger.breach(format!("{:?} sent at once was answered {}", post.step, answer.status))?,
            }
            first = first.or(Some(answer));
        }
        road.went_on(people, post, &first.context("somebody pressed")?)
    }
}
