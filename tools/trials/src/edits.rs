//! Two colleagues change the same thing at the same moment: one is first, the other is told and loses nothing that was
//! typed, and nothing is overwritten in silence.

use crate::Common;
use crate::browser::{Answer, Browser, Fields, value};
use crate::ledger::halves;
use crate::record::Report;
use crate::road::{People, Road, STATION, Step, pairs, taken};
use crate::server::Server;
use anyhow::{Context as _, Result};
use clap::Args;
use fastrand::Rng;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::time::Instant;

#[derive(Args)]
pub struct Edits {
    #[command(flatten)]
    common: Common,
    /// How many pairs
    #[arg(long, default_value_t = 10_000)]
    count: usize,
    /// How many pairs of colleagues work at the same time
    #[arg(long, default_value_t = 3)]
    workers: usize,
}

/// What is done with one application, in this order: the address below its own, the field that is typed into, and what
/// else the form needs. Each leads to the state of the next.
const ACTS: &[(&str, &str, &[(&str, &str)])] = &[
    ("inquire", "note", &[]),
    ("supplement/ask", "missing", &[]),
    ("supplement", "note", &[]),
    ("supplement/ask", "missing", &[]),
    ("supplement", "note", &[]),
    ("inquire", "note", &[]),
    ("supplement/ask", "missing", &[]),
    ("supplement", "note", &[]),
];
/// How often a client's record is corrected after each application.
const CORRECTIONS: usize = 8;

/// A form that two colleagues open.
struct Paper<'a> {
    /// The page that has the form.
    page: &'a str,
    action: &'a str,
    /// What is typed into.
    field: &'a str,
    more: &'a [(&'a str, &'a str)],
    /// The page that shows what was written.
    shown: &'a str,
}

struct Work<'a> {
    began: Instant,
    limit: &'a Edits,
    person: AtomicU64,
    pairs: AtomicUsize,
    wrong: Mutex<Vec<String>>,
}

impl Edits {
    pub fn run(self) -> Result<Report> {
        let common = &self.common;
        let engine = common.engine()?;
        let asked = "SELECT count(*) FROM audit_entries WHERE kind IN ('application.inquiry_opened', \
                     'application.supplement_asked', 'application.supplemented', 'client.changed')";
        let before = engine.number(asked)?;
        let mut server = Server::start(&engine, &common.binary, common.settings())?;
        let people = People::sign_in(&server.base())?;
        let work = Work {
            began: Instant::now(),
            limit: &self,
            person: AtomicU64::new(1),
            pairs: AtomicUsize::new(0),
            wrong: Mutex::default(),
        };
        people.at_once(self.workers, common.seed, |people, rng| work.live(people, rng))?;
        let mut report = Report::new("edits", common);
        let pairs = work.pairs.into_inner();
        report.number("pairs", pairs);
        report.text("in", format!("{} s", work.began.elapsed().as_secs()));
        report.wrong(work.wrong.into_inner().ok().context("a worker panicked")?);
        server.stop()?;
        let done = engine.number(asked)? - before;
        report.number("changes", done);
        if usize::try_from(done) != Ok(pairs) {
            report.wrong([format!("{pairs} pairs left {done} changes")]);
        }
        report.wrong(halves(&engine)?);
        engine.remove()?;
        Ok(report)
    }

    fn is_over(&self, pairs: usize, began: Instant) -> bool {
        pairs >= self.count || began.elapsed() >= self.common.time()
    }
}

impl Work<'_> {
    fn live(&self, mut people: People, mut rng: Rng) -> Result<()> {
        let mut colleague = people.windows();
        let client = self.client(&mut people)?;
        while !self.is_over() {
            let mut road = self.enter();
            self.walk(&mut people, &mut road, Step::Accept)?;
            let (file, whole) = (road.application(), format!("{}?whole=yes", road.application()));
            for (path, field, more) in ACTS {
                let action = format!("{file}/{path}");
                let paper = Paper { page: file, action: &action, field, more, shown: &whole };
                self.pair(&mut people, &mut colleague, &paper, &mut rng)?;
            }
            let edit = format!("{client}/edit");
            // The record itself shows no whole address; the form does.
            let paper = Paper { page: &edit, action: &edit, field: "address", more: &[], shown: &edit };
            for _ in 0..CORRECTIONS {
                self.pair(&mut people, &mut colleague, &paper, &mut rng)?;
            }
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.limit.is_over(self.pairs.load(Ordering::SeqCst), self.began)
    }

    fn enter(&self) -> Road {
        Road::new(self.person.fetch_add(1, Ordering::SeqCst), Step::Enter)
    }

    /// Goes on until this step is done.
    fn walk(&self, people: &mut People, road: &mut Road, last: Step) -> Result<()> {
        loop {
            let post = road.prepare(people)?;
            let answer = people.browser(post.who).post(&post.action, &post.fields)?;
            taken(&post, &answer).with_context(|| format!("{:?} answered {}", post.step, answer.status))?;
            road.went_on(people, &post, &answer)?;
            if post.step == last {
                return Ok(());
            }
        }
    }

    /// Somebody whose application became a case: the record's address.
    fn client(&self, people: &mut People) -> Result<String> {
        let mut road = self.enter();
        self.walk(people, &mut road, Step::Confirm)?;
        people.head.get(road.case())?.link(&format!("/o/{STATION}/clients/")).context("the case leads to its client")
    }

    fn pair(&self, people: &mut People, colleague: &mut People, paper: &Paper, rng: &mut Rng) -> Result<()> {
        if self.is_over() {
            return Ok(());
        }
        self.pairs.fetch_add(1, Ordering::SeqCst);
        let typed = [rng.u32(..), rng.u32(..)].map(|number| format!("已与家属核对，编号 {number:08x}。"));
        let forms = [filled(&mut people.head, paper, &typed[0])?, filled(&mut colleague.head, paper, &typed[1])?];
        let versions = [0, 1].map(|who| value(&forms[who], "version").to_owned());
        let together = Barrier::new(2);
        let send = |people: &mut People, form: &Fields| {
            together.wait();
            people.head.post(paper.action, form)
        };
        let answers: [Result<Answer>; 2] = std::thread::scope(|scope| {
            let other = scope.spawn(|| send(colleague, &forms[1]));
            let one = send(people, &forms[0]);
            [one, other.join().unwrap_or_else(|_| anyhow::bail!("a colleague panicked"))]
        });
        let [one, other] = answers;
        let answers = [one?, other?];
        let shown = people.head.get(paper.shown)?;
        if let Some(what) = judge(&versions, &typed, &answers, &shown) {
            let statuses = [answers[0].status, answers[1].status];
            let mut wrong = self.wrong.lock().ok().context("a worker panicked")?;
            wrong.push(format!("{} from version {versions:?} was answered {statuses:?}: {what}", paper.action));
        }
        Ok(())
    }
}

/// The form as it stands, with one answer changed. A record's form says what stood in each of its fields.
fn filled(browser: &mut Browser, paper: &Paper, typed: &str) -> Result<Fields> {
    let mut fields = browser.get(paper.page)?.hidden(paper.action)?;
    let stood = fields.iter().filter_map(|(name, value)| Some((name.strip_prefix("was.")?.to_owned(), value.clone())));
    let kept: Fields = stood.filter(|(name, _)| name != paper.field).collect();
    fields.extend(kept);
    fields.extend(pairs(paper.more));
    fields.push((paper.field.to_owned(), typed.to_owned()));
    Ok(fields)
}

/// What is wrong with how a pair was answered, and with what the file shows afterwards.
fn judge(versions: &[String; 2], typed: &[String; 2], answers: &[Answer; 2], shown: &Answer) -> Option<&'static str> {
    if versions[0] != versions[1] || versions[0].is_empty() {
        return Some("the pair did not begin from one version");
    }
    let won: Vec<usize> = (0..2).filter(|who| answers[*who].status == 303).collect();
    let [winner] = won[..] else { return Some("not exactly one was first") };
    let loser = 1 - winner;
    if answers[loser].status != 409 {
        return Some("the other was not told of the conflict");
    }
    if !answers[loser].body.contains(&typed[loser]) {
        return Some("what the other typed is lost");
    }
    if !shown.body.contains(&typed[winner]) {
        return Some("what the first wrote is not there");
    }
    if shown.body.contains(&typed[loser]) {
        return Some("what the other wrote is there as well");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, location: String::new(), body: body.to_owned() }
    }

    #[test]
    fn each_way_of_losing_something_is_seen() {
        let (same, typed) = (["1", "1"].map(str::to_owned), ["甲", "乙"].map(str::to_owned));
        let judged = |answers: [(u16, &str); 2], shown: &str| {
            judge(&same, &typed, &answers.map(|(status, body)| answer(status, body)), &answer(200, shown))
        };
        assert_eq!(judged([(303, ""), (409, "乙")], "甲"), None);
        assert_eq!(judged([(409, "甲"), (303, "")], "乙"), None);
        for (answers, shown) in [
            ([(303, ""), (303, "")], "乙"),
            ([(409, "甲"), (409, "乙")], ""),
            ([(303, ""), (422, "乙")], "甲"),
            ([(303, ""), (409, "")], "甲"),
            ([(303, ""), (409, "乙")], ""),
            ([(303, ""), (409, "乙")], "甲乙"),
        ] {
            assert!(judged(answers, shown).is_some(), "{answers:?} {shown}");
        }
        let apart = ["1", "2"].map(str::to_owned);
        let answers = [answer(303, ""), answer(409, "乙")];
        assert!(judge(&apart, &typed, &answers, &answer(200, "甲")).is_some());
    }
}
