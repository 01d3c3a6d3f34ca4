//! Taking a roster in: each good row becomes a client by one operation, each bad one comes back.
//!
//! The same file adds nothing the second time, and neither does a person who stands in it twice ([`super::who`]). The
//! operation's id follows from the organisation and what the person is known by: an import that was cut off, or that two
//! people start at once, cannot make a record twice either.

use super::columns::RosterColumn;
use super::roster::{Roster, RowAt, RowPlace, ToldRow, ranges};
use super::rows::{RosterEntry, RowVerdict};
use super::who::{ByWhat, Known, People, STRIDE};
use crate::change::Command;
use crate::clients::{AddClient, ClientOrigin, Person, add};
use crate::members;
use crate::scope::StaffScope;
use domain::access::{Action, Object};
use domain::events::{EventKind, Subject};
use domain::ids::MemberId;
use domain::lang::{Lang, Text, text, texts};
use domain::refusal::{Problem, Refusal};
use domain::text::PersonName;
use std::collections::{BTreeMap, HashMap};

/// What became of a roster: every row was taken, refused or passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportOutcome {
    /// Clients that are new.
    pub added: usize,
    /// Rows about people who were known already.
    pub known: usize,
    /// Rows that are about nobody.
    pub passed_over: Vec<RowPlace>,
    /// Rows that were taken, and about which something has to be said.
    pub noted: Vec<ToldRow>,
    /// Rows that were not taken.
    pub refused: Vec<ToldRow>,
}

impl ImportOutcome {
    /// How many rows there were, and what became of them.
    #[must_use]
    pub fn account(&self) -> Vec<Text> {
        let Self { added, known, passed_over, refused, .. } = self;
        let taken = added + known;
        let read = taken + passed_over.len() + refused.len();
        let mut account = vec![texts(
            format!(
                "共 {read} 行：导入 {taken} 行（新建 {added} 人，已有 {known} 人），退回 {} 行，跳过 {} 行。",
                refused.len(),
                passed_over.len()
            ),
            format!(
                "{read} rows: {taken} taken ({added} new, {known} known already), {} refused, {} passed over.",
                refused.len(),
                passed_over.len()
            ),
        )];
        let mut by_sheet: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for place in passed_over {
            by_sheet.entry(&place.sheet).or_default().push(place.row);
        }
        for (sheet, rows) in by_sheet {
            let on = |lang: Lang| match sheet {
                "" => String::new(),
                sheet => lang.pick(format!("工作表“{sheet}”"), format!(" on “{sheet}”")),
            };
            account.push(texts(
                format!(
                    "跳过的是没有写明任何人的行（预先填好的空行、合计、签名等）：{}第 {} 行。",
                    on(Lang::Zh),
                    ranges(&rows, "、")
                ),
                format!(
                    "Passed over were rows about nobody (prepared, sums, signatures): {}{}.",
                    ranges(&rows, ", "),
                    on(Lang::En)
                ),
            ));
        }
        account
    }
}

/// Takes a roster in.
///
/// # Errors
/// When the policy says no, or the database does not answer; what was taken until then stays, and importing again goes on.
pub async fn import_clients(scope: &StaffScope, roster: &Roster) -> Result<ImportOutcome, Refusal> {
    scope.need(Object::Import, Action::Create)?;
    let staff = Staff::of(scope).await?;
    let mut above = People::default();
    let mut outcome = ImportOutcome::default();
    let rows: Vec<_> = roster.judged(scope.now().day()).collect();
    for chunk in rows.chunks(STRIDE) {
        let entries = chunk.iter().filter_map(|(_, verdict)| verdict.entry());
        let on_file = People::on_file(scope, entries).await?;
        for (at, verdict) in chunk {
            match verdict {
                RowVerdict::PassOver => outcome.passed_over.push(at.place()),
                RowVerdict::Refuse(remarks) => outcome.refused.push(at.told(remarks.clone())),
                RowVerdict::Take(entry) => take(scope, &staff, at, entry, (&mut above, &on_file), &mut outcome).await?,
            }
        }
    }
    let subject = Subject { kind: Object::Import, id: scope.organisation().id.uuid() };
    let counts = [("added", outcome.added), ("known", outcome.known), ("bad", outcome.refused.len())];
    let counts = counts.into_iter().map(|(key, count)| (key.to_owned(), count.to_string())).collect();
    scope.note_with(EventKind::ImportFinished, subject, counts).await?;
    Ok(outcome)
}

/// Enters the person of one row, unless the person is known or somebody has to look first.
async fn take(
    scope: &StaffScope,
    staff: &Staff,
    at: &RowAt<'_>,
    entry: &RosterEntry,
    (above, on_file): (&mut People, &People),
    outcome: &mut ImportOutcome,
) -> Result<(), Refusal> {
    let mut flaws = Vec::new();
    let responsible = staff.find(entry.responsible.as_deref()).unwrap_or_else(|reason| {
        flaws.push(at.remark(RosterColumn::Responsible, reason));
        None
    });
    let person = Person::of(&entry.answers);
    let mut remarks = entry.remarks.clone();
    let mut known = false;
    match People::find_in([above, on_file], &person) {
        Some(Known::Doubtful(column, reason)) => flaws.push(at.remark(column, reason)),
        Some(Known::Perhaps(column, reason)) => remarks.push(at.remark(column, reason)),
        Some(Known::Same(otherwise)) => {
            // What is doubtful about a row was said when its person was entered.
            remarks = otherwise.into_iter().map(|(column, reason)| at.remark(column, reason)).collect();
            known = true;
        }
        None => {}
    }
    if !flaws.is_empty() {
        outcome.refused.push(at.told(flaws));
        return Ok(());
    }
    let place = at.place();
    above.add(&person, texts(format!("本表{}", place.say(Lang::Zh)), format!("{} of this file", place.say(Lang::En))));
    if !known && enter(scope, entry, &person, responsible).await? {
        outcome.added += 1;
    } else {
        outcome.known += 1;
    }
    if !remarks.is_empty() {
        outcome.noted.push(at.told(remarks));
    }
    Ok(())
}

/// Makes the record; says whether it is new.
async fn enter(
    scope: &StaffScope,
    entry: &RosterEntry,
    person: &Person,
    responsible: Option<MemberId>,
) -> Result<bool, Refusal> {
    let operation = ByWhat::of(person).operation(scope.organisation().id.uuid());
    let client = AddClient { answers: entry.answers.clone(), responsible, origin: ClientOrigin::Roster };
    match add(scope, Command::of(operation, client)).await {
        Ok(added) => Ok(added.new),
        // Somebody else is importing the same person at this moment.
        Err(Refusal::WrongState { .. } | Refusal::Stale) => Ok(false),
        Err(refusal) => Err(refusal),
    }
}

/// The members by name, and whether they may answer for somebody.
struct Staff {
    by_name: HashMap<String, Vec<Candidate>>,
}

/// A member, and what speaks against it.
type Candidate = (MemberId, Result<(), Problem>);

impl Staff {
    async fn of(scope: &StaffScope) -> Result<Self, Refusal> {
        let mut by_name: HashMap<String, Vec<_>> = HashMap::new();
        for member in members::list(scope).await?.into_iter().filter(|member| member.active) {
            let may = members::may_receive(scope, &member, &members::CASE);
            by_name.entry(PersonName::sought(&member.name)).or_default().push((member.id, may));
        }
        Ok(Self { by_name })
    }

    fn find(&self, name: Option<&str>) -> Result<Option<MemberId>, Text> {
        let Some(name) = name.map(PersonName::sought).filter(|name| !name.is_empty()) else { return Ok(None) };
        match self.by_name.get(&name).map(Vec::as_slice) {
            Some([(member, Ok(()))]) => Ok(Some(*member)),
            Some([(_, Err(problem))]) => Err(texts(problem.say(Lang::Zh), problem.say(Lang::En))),
            Some(_) => Err(text(
                "本机构有两名以上同名成员，请留空，导入后再指定。",
                "Several members have this name: please leave it empty and assign somebody afterwards.",
            )),
            None => Err(text(
                "本机构没有这名在职成员，请核对姓名，或留空。",
                "No active member has this name: please check it, or leave it empty.",
            )),
        }
    }
}
