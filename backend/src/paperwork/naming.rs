//! What answers name: members, clients, services and other things of the organisation, each by its id, with the words for it.
//!
//! A form that asks for such a thing gets, as its options, what may be chosen or what was: pages show them like any choice.

use crate::attachments;
use crate::change::Change;
use crate::clients::profile;
use crate::db::ReadTx;
use crate::entity::{application, case, client, member, person_key, service, unit};
use crate::keys;
use crate::organisations::Organisation;
use crate::policy::Policy;
use crate::scope::StaffScope;
use crate::units::stays;
use domain::access::{Action, Object, Reach, Role};
use domain::attachments::Unfit;
use domain::forms::{Answers, Choosable, FormTemplate, TemplateField, chosen};
use domain::ids::MemberId;
use domain::lang::texts;
use domain::nouns::Subject;
use domain::refusal::{FieldError, Problem, Refusal};
use domain::time::Day;
use sea_orm::{ColumnTrait, Condition, Order};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// The most things of one kind that are offered.
const OFFERED: u64 = 1_000;

/// Where things are looked up, and for whom.
pub(super) struct Naming<'a> {
    tx: &'a ReadTx,
    organisation: &'a Organisation,
    policy: &'a Policy,
    roles: &'a [Role],
    me: MemberId,
    today: Day,
}

/// Which things of a kind.
enum Wanted<'w> {
    /// What may be chosen, and these.
    Choosable(&'w [Uuid]),
    /// Of these, what may be chosen.
    WithinReach(&'w [Uuid]),
    /// These.
    These(&'w [Uuid]),
}

impl<'a> Naming<'a> {
    pub(super) fn of(scope: &'a StaffScope, tx: &'a ReadTx) -> Self {
        let policy = &scope.acting().core.policy;
        let (me, today) = (scope.member(), scope.now().day());
        Self { tx, organisation: scope.organisation(), policy, roles: scope.roles(), me, today }
    }

    pub(super) fn within(change: &'a Change<'_>, organisation: &'a Organisation, me: MemberId) -> Self {
        let (tx, policy, today) = (change.lane(), change.policy(), change.now().day());
        Self { tx, organisation, policy, roles: change.roles(), me, today }
    }

    /// A form to be filled in: its options are what may be chosen, and what was.
    pub(super) async fn choosable(&self, form: FormTemplate, answers: &Answers) -> Result<FormTemplate, Refusal> {
        let mut words = BTreeMap::new();
        for (kind, ids) in named(&form, answers) {
            words.insert(kind, self.found(kind, Wanted::Choosable(&ids)).await?);
        }
        Ok(with_options(form, &words))
    }

    /// A form that was filled in: its options are what was named.
    pub(super) async fn said(&self, form: &Arc<FormTemplate>, answers: &Answers) -> Result<Arc<FormTemplate>, Refusal> {
        let named = named(form, answers);
        if named.is_empty() {
            return Ok(form.clone());
        }
        let mut words = BTreeMap::new();
        for (kind, ids) in named {
            words.insert(kind, self.found(kind, Wanted::These(&ids)).await?);
        }
        Ok(Arc::new(with_options(form.as_ref().clone(), &words)))
    }

    /// The same of many forms: each kind of thing is looked up once for all of them.
    pub(super) async fn all_said(
        &self,
        filled: &[(&Arc<FormTemplate>, &Answers)],
    ) -> Result<Vec<Arc<FormTemplate>>, Refusal> {
        let mut ids: BTreeMap<Object, Vec<Uuid>> = BTreeMap::new();
        for (form, answers) in filled {
            named(form, answers).into_iter().for_each(|(kind, some)| ids.entry(kind).or_default().extend(some));
        }
        let mut words = BTreeMap::new();
        for (kind, ids) in ids {
            words.insert(kind, self.found(kind, Wanted::These(&ids)).await?);
        }
        Ok(filled.iter().map(|(form, _)| Arc::new(with_options(form.as_ref().clone(), &words))).collect())
    }

    /// The answers that name what is not there, or out of one's reach; the two are told apart by no one.
    pub(super) async fn unknown(&self, form: &FormTemplate, answers: &Answers) -> Result<Vec<FieldError>, Refusal> {
        let mut known = BTreeSet::new();
        for (kind, ids) in named(form, answers) {
            let found = self.found(kind, Wanted::WithinReach(&ids)).await?;
            known.extend(found.into_iter().map(|(id, _)| Subject { kind, id }.to_string()));
        }
        let asked =
            answers.iter().filter(|(name, _)| form.named(name).is_some_and(|field| field.refers_to().is_some()));
        let unknown = asked.filter(|(_, answer)| chosen(answer).any(|id| !known.contains(id)));
        let problem = |name: &str| match form.named(name).is_some_and(TemplateField::takes_files) {
            true => Problem::Attachment(Unfit::Gone),
            false => Problem::NotAChoice,
        };
        Ok(unknown.map(|(name, _)| FieldError::new(name, problem(name))).collect())
    }

    /// Things of a kind with their words, in the order in which they are offered.
    async fn found(&self, kind: Object, wanted: Wanted<'_>) -> Result<Vec<(Uuid, String)>, Refusal> {
        match kind {
            Object::Member => self.members(wanted).await,
            Object::Client => self.clients(wanted).await,
            Object::Unit => {
                use unit::Column;
                let found = self.tx.find::<unit::Entity>().filter(wanted.these(Column::Id, stays(self.today)));
                let found = found.sorted(Column::Name, Order::Asc).limit(OFFERED).all().await?;
                Ok(found.into_iter().map(|unit| (unit.id, unit.name)).collect())
            }
            Object::Service => {
                use service::Column;
                let open = Condition::all().add(Column::Open.eq(true));
                let found = self.tx.find::<service::Entity>().filter(wanted.these(Column::Id, open));
                let found = found.sorted(Column::Name, Order::Asc).limit(OFFERED).all().await?;
                Ok(found.into_iter().map(|service| (service.id, service.name)).collect())
            }
            Object::Case => {
                use case::Column;
                let mine = self.reach(kind, Column::ResponsibleId);
                let found = self.tx.find::<case::Entity>().filter(wanted.these(Column::Id, mine));
                let found = found.sorted(Column::Id, Order::Desc).limit(OFFERED).all().await?;
                Ok(found.into_iter().map(|case| (case.id, case.number)).collect())
            }
            Object::Application => {
                use application::Column;
                let mine = self.reach(kind, Column::HandlerId);
                let found = self.tx.find::<application::Entity>().filter(wanted.these(Column::Id, mine));
                let found = found.sorted(Column::Id, Order::Desc).limit(OFFERED).all().await?;
                Ok(found.into_iter().map(|application| (application.id, application.number)).collect())
            }
            Object::Attachment => {
                let (ids, waiting) = match wanted {
                    Wanted::Choosable(ids) => (ids, Some(self.me)),
                    Wanted::WithinReach(ids) | Wanted::These(ids) => (ids, None),
                };
                attachments::called(self.tx, self.organisation, ids, waiting).await
            }
            // No form asks for another kind: the language says which.
            _ => Ok(Vec::new()),
        }
    }

    /// Colleagues are known to everybody of the house; those who work here now are offered.
    async fn members(&self, wanted: Wanted<'_>) -> Result<Vec<(Uuid, String)>, Refusal> {
        use member::Column;
        let today = self.today.inner();
        let at_work = Condition::all()
            .add(Column::DisabledAt.is_null())
            .add(Column::ValidFrom.lte(today))
            .add(Condition::any().add(Column::ValidUntil.is_null()).add(Column::ValidUntil.gte(today)));
        // What was done with somebody who has left since is told all the same.
        let these = match wanted {
            Wanted::WithinReach(ids) => Wanted::These(ids),
            other => other,
        };
        let found = self.tx.find::<member::Entity>().filter(these.these(Column::Id, at_work));
        let found = found.sorted(Column::Name, Order::Asc).limit(OFFERED).all().await?;
        Ok(found.into_iter().map(|member| (member.id, member.name)).collect())
    }

    /// Masked, as on every list: the number says who is meant.
    async fn clients(&self, wanted: Wanted<'_>) -> Result<Vec<(Uuid, String)>, Refusal> {
        use client::Column;
        let mine = self.reach(Object::Client, Column::ResponsibleId);
        let found = self.tx.find::<client::Entity>().filter(wanted.these(Column::Id, mine));
        let rows = found.sorted(Column::Id, Order::Desc).limit(OFFERED).all().await?;
        let keys = self.tx.find::<person_key::Entity>();
        let keys = keys::open_many(keys, self.organisation, rows.iter().map(|row| row.key_id)).await?;
        let words = rows.into_iter().map(|row| {
            let person = keys.get(&row.key_id).map(|key| profile(key, &row)).transpose()?.unwrap_or_default();
            Ok((row.id, format!("{} · {}", person.masked_name(), row.number)))
        });
        words.collect()
    }

    /// What of a kind is within reach, where `responsible` says who answers for it.
    fn reach(&self, kind: Object, responsible: impl ColumnTrait) -> Condition {
        match self.policy.widest(self.roles, kind, Action::List) {
            Reach::All => Condition::all(),
            Reach::Own => Condition::all().add(responsible.eq(self.me.uuid())),
            Reach::None => Condition::all().add(responsible.is_null()).add(responsible.is_not_null()),
        }
    }
}

impl Wanted<'_> {
    fn these(&self, id: impl ColumnTrait, choosable: Condition) -> Condition {
        let named = |ids: &[Uuid]| id.is_in(ids.iter().copied());
        match self {
            Self::Choosable(ids) => Condition::any().add(choosable).add(named(ids)),
            Self::WithinReach(ids) => Condition::all().add(choosable).add(named(ids)),
            Self::These(ids) => Condition::all().add(named(ids)),
        }
    }
}

/// The kinds of things that a form asks for, with those that the answers name.
fn named(form: &FormTemplate, answers: &Answers) -> BTreeMap<Object, Vec<Uuid>> {
    let columns = form.fields().flat_map(|field| &field.columns);
    let kinds = form.fields().chain(columns).filter_map(TemplateField::refers_to);
    let mut named: BTreeMap<Object, Vec<Uuid>> = kinds.map(|kind| (kind, Vec::new())).collect();
    if named.is_empty() {
        return named;
    }
    for (name, answer) in answers {
        let Some(kind) = form.named(name).and_then(TemplateField::refers_to) else { continue };
        let subjects = chosen(answer).filter_map(|id| id.parse::<Subject>().ok());
        let subjects = subjects.filter(|subject| subject.kind == kind).map(|subject| subject.id);
        named.entry(kind).or_default().extend(subjects);
    }
    named
}

fn with_options(mut form: FormTemplate, words: &BTreeMap<Object, Vec<(Uuid, String)>>) -> FormTemplate {
    let fill = |field: &mut TemplateField| {
        let Some(kind) = field.refers_to() else { return };
        let option = |(id, words): &(Uuid, String)| Choosable {
            value: Subject { kind, id: *id }.to_string(),
            label: texts(words.clone(), words.clone()),
            score: None,
        };
        field.options = words.get(&kind).into_iter().flatten().map(option).collect();
    };
    for field in form.sections.iter_mut().flat_map(|section| &mut section.fields) {
        fill(field);
        field.columns.iter_mut().for_each(fill);
    }
    form
}
