//! The ledger outside: what was sent, and what the service promised to have done. Afterwards it is held against the
//! database, which must have kept every promise once, and nothing by halves.

use crate::engine::Engine;
use crate::road::{Post, Step};
use anyhow::{Context as _, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Written to while the trial runs; a promise is a line in the file before the trial goes on. The file stays when
/// something was wrong.
pub struct Ledger {
    lines: Mutex<Lines>,
    file: Mutex<File>,
    path: PathBuf,
}

#[derive(Default)]
struct Lines {
    sent: BTreeMap<String, Step>,
    promised: BTreeMap<String, String>,
    broken: Vec<String>,
}

impl Ledger {
    pub fn new(work: &Path) -> Result<Self> {
        let path = work.join(format!("ledger-{}", std::process::id()));
        Ok(Self { lines: Mutex::default(), file: Mutex::new(File::create(&path)?), path })
    }

    /// A form is about to be sent.
    pub fn sends(&self, post: &Post) -> Result<()> {
        self.write(|lines| lines.sent.insert(post.operation().to_owned(), post.step))?;
        self.line(&format!("sends {:?} {}", post.step, post.operation()))
    }

    /// The service answered that it is done. Answered twice, it must have answered the same.
    pub fn promises(&self, post: &Post, result: &str) -> Result<()> {
        self.write(|lines| {
            let before = lines.promised.insert(post.operation().to_owned(), result.to_owned());
            if before.as_ref().is_some_and(|before| before != result) {
                lines.broken.push(format!("{:?} {} was answered differently", post.step, post.operation()));
            }
        })?;
        self.line(&format!("done {:?} {} {result}", post.step, post.operation()))
    }

    /// Something went against what the service owes.
    pub fn breach(&self, what: String) -> Result<()> {
        self.line(&format!("BREACH {what}"))?;
        self.write(|lines| lines.broken.push(what))
    }

    /// How many promises there are.
    pub fn promised(&self) -> Result<usize> {
        self.write(|lines| lines.promised.len())
    }

    fn write<T>(&self, work: impl FnOnce(&mut Lines) -> T) -> Result<T> {
        let mut lines = self.lines.lock().ok().context("a worker panicked")?;
        Ok(work(&mut lines))
    }

    fn line(&self, line: &str) -> Result<()> {
        let mut file = self.file.lock().ok().context("a worker panicked")?;
        Ok(writeln!(file, "{line}")?)
    }

    /// Everything that is not as it was promised.
    pub fn settle(self, before: &Before, engine: &Engine) -> Result<Settled> {
        let Lines { sent, promised, broken: mut wrong } = self.lines.into_inner().ok().context("a worker panicked")?;
        let now: BTreeSet<String> = operations(engine)?.difference(&before.operations).cloned().collect();
        for (operation, result) in promised.iter().filter(|(operation, _)| !now.contains(*operation)) {
            wrong.push(format!("LOST: {operation} was answered {result}"));
        }
        for stranger in now.iter().filter(|operation| !sent.contains_key(*operation)) {
            wrong.push(format!("nobody sent {stranger}"));
        }
        for step in Step::ALL {
            let done = now.iter().filter(|operation| sent.get(*operation) == Some(&step)).count();
            for effect in step.effects() {
                let found = engine.number(effect)? - before.effects.get(effect).copied().unwrap_or_default();
                if usize::try_from(found) != Ok(done) {
                    wrong.push(format!("{step:?}: {done} operations, {found} effects by {effect}"));
                }
            }
        }
        wrong.extend(there_are(engine, TWICE)?);
        wrong.extend(halves(engine)?);
        wrong.extend(numbers(engine)?);
        if wrong.is_empty() {
            fs::remove_file(&self.path)?;
        }
        let unanswered = sent.keys().filter(|operation| !promised.contains_key(*operation));
        let (there, not_there): (Vec<&String>, Vec<&String>) =
            unanswered.partition(|operation| now.contains(*operation));
        Ok(Settled { promised: promised.len(), there: there.len(), not_there: not_there.len(), wrong })
    }
}

/// What stood in the database before the trial.
pub struct Before {
    operations: BTreeSet<String>,
    effects: BTreeMap<&'static str, i64>,
}

impl Before {
    pub fn read(engine: &Engine) -> Result<Self> {
        let effects = Step::ALL.iter().flat_map(|step| step.effects());
        let effects = effects.map(|effect| Ok((*effect, engine.number(effect)?))).collect::<Result<_>>()?;
        Ok(Self { operations: operations(engine)?, effects })
    }
}

/// The outcome.
pub struct Settled {
    /// Operations that the service answered as done.
    pub promised: usize,
    /// Operations without an answer that were done, wholly.
    pub there: usize,
    /// Operations without an answer of which nothing is there.
    pub not_there: usize,
    /// What was found wrong; empty when all is well.
    pub wrong: Vec<String>,
}

fn operations(engine: &Engine) -> Result<BTreeSet<String>> {
    let rows = engine.rows(&format!("SELECT {} FROM operations", engine.hex("id")))?;
    Ok(rows.into_iter().map(|hex| format!("opr_{hex}")).collect())
}

/// What must never be there: a part of an operation without the others.
const HALVES: &[(&str, &str)] = &[
    ("operations without their answer", "SELECT count(*) FROM operations WHERE length(result) = 0"),
    (
        "applications without exactly one entry of their submission",
        "SELECT count(*) FROM applications a WHERE (SELECT count(*) FROM audit_entries e WHERE e.organisation_id = \
         a.organisation_id AND e.subject_id = a.id AND e.kind = 'application.submitted') <> 1",
    ),
    (
        "applications whose state is not the last one that was written down",
        "SELECT count(*) FROM applications a WHERE a.state <> coalesce((SELECT t.to_state FROM transitions t WHERE \
         t.organisation_id = a.organisation_id AND t.subject_id = a.id ORDER BY t.at DESC, t.id DESC LIMIT 1), 'submitted')",
    ),
    (
        "confirmed applications without a case, or cases without one",
        "SELECT count(*) FROM (SELECT id FROM applications WHERE state = 'confirmed' EXCEPT SELECT application_id FROM cases \
         UNION ALL SELECT c.application_id FROM cases c JOIN applications a ON a.organisation_id = c.organisation_id AND a.id \
         = c.application_id WHERE a.state <> 'confirmed') AS alone",
    ),
    (
        "cases without exactly one entry of their opening",
        "SELECT count(*) FROM cases c WHERE (SELECT count(*) FROM audit_entries e WHERE e.organisation_id = \
         c.organisation_id AND e.subject_id = c.id AND e.kind = 'case.opened') <> 1",
    ),
    (
        "papers that were handed in without exactly one entry of it",
        "SELECT count(*) FROM papers p WHERE p.submitted_at IS NOT NULL AND (SELECT count(*) FROM audit_entries e WHERE \
         e.organisation_id = p.organisation_id AND e.subject_id = p.id AND e.kind = 'paper.submitted') <> 1",
    ),
    (
        "duties without their subject",
        "SELECT count(*) FROM obligations o WHERE NOT EXISTS (SELECT 1 FROM applications s WHERE s.organisation_id = \
         o.organisation_id AND s.id = o.subject_id) AND NOT EXISTS (SELECT 1 FROM cases s WHERE s.organisation_id = \
         o.organisation_id AND s.id = o.subject_id) AND NOT EXISTS (SELECT 1 FROM papers s WHERE s.organisation_id = \
         o.organisation_id AND s.id = o.subject_id) AND NOT EXISTS (SELECT 1 FROM clients s WHERE s.organisation_id = \
         o.organisation_id AND s.id = o.subject_id)",
    ),
    (
        "the same duty open twice",
        "SELECT count(*) FROM (SELECT rule FROM obligations WHERE open GROUP BY organisation_id, rule, step, subject_id HAVING \
         count(*) > 1) AS twice",
    ),
    (
        "audit chains whose head is not their last entry",
        "SELECT count(*) FROM audit_heads h WHERE h.seq <> (SELECT count(*) FROM audit_entries e WHERE e.organisation_id = \
         h.organisation_id) OR h.seq <> (SELECT max(seq) FROM audit_entries e WHERE e.organisation_id = h.organisation_id)",
    ),
    (
        "counts of received applications that are not the rows",
        "SELECT count(*) FROM organisations o WHERE (SELECT coalesce(sum(value), 0) FROM tallies t WHERE t.organisation_id = \
         o.id AND indicator = 'received') <> (SELECT count(*) FROM applications a WHERE a.organisation_id = o.id)",
    ),
    (
        "counts of opened cases that are not the rows",
        "SELECT count(*) FROM organisations o WHERE (SELECT coalesce(sum(value), 0) FROM tallies t WHERE t.organisation_id = \
         o.id AND indicator = 'opened') <> (SELECT count(*) FROM cases c WHERE c.organisation_id = o.id)",
    ),
];

/// What must never be there where each form is another person's.
const TWICE: &[(&str, &str)] = &[(
    "the same person's form twice",
    "SELECT count(*) FROM (SELECT identity_index FROM applications WHERE channel IN ('website', 'telephone') AND \
     identity_index IS NOT NULL GROUP BY organisation_id, identity_index HAVING count(*) > 1) AS twice",
)];

/// Operations of which a part is missing.
pub fn halves(engine: &Engine) -> Result<Vec<String>> {
    let mut wrong = engine.damage()?;
    wrong.extend(there_are(engine, HALVES)?);
    Ok(wrong)
}

/// Which of these are there, and how many.
fn there_are(engine: &Engine, never: &[(&str, &str)]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (what, count) in never {
        match engine.number(count)? {
            0 => {}
            n => found.push(format!("{n} {what}")),
        }
    }
    Ok(found)
}

/// Numbers run from 1 without gaps and are used once, whatever was killed.
fn numbers(engine: &Engine) -> Result<Vec<String>> {
    let mut series: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for table in ["applications", "clients", "cases", "agreements"] {
        for number in engine.rows(&format!("SELECT number FROM {table}"))? {
            let (kind, place) = number.rsplit_once('/').with_context(|| number.clone())?;
            series.entry(kind.to_owned()).or_default().push(place.parse()?);
        }
    }
    let mut wrong = Vec::new();
    for (kind, mut places) in series {
        places.sort_unstable();
        if !places.iter().zip(1..).all(|(place, expected)| *place == expected) {
            wrong.push(format!("the numbers {kind} have a gap or a double"));
        }
    }
    Ok(wrong)
}
