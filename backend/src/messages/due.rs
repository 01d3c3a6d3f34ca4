//! What presses is told when its time comes: to its owner that it is due soon and that it is late, to the next tier what the rule
//! says it is told of. Each step once, whichever program finds it.

use crate::audit::Head;
use crate::db::{ReadTx, WriteTx};
use crate::entity::obligation::{self, Column};
use crate::entity::{member, member_role};
use crate::kernel::Core;
use crate::memberships::{is_valid, valid_roles};
use crate::obligations;
use crate::organisations::{self, Organisation};
use crate::registers::{self, House, Line, Strip};
use crate::telling::{Telling, tell};
use domain::access::{Action, Object, Reach, Role};
use domain::messages::Step;
use domain::refusal::Refusal;
use domain::registers::Register;
use domain::rules::{Consequence, Owner, Standing};
use domain::time::{Day, Moment};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, Order};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// Tells what is due. It remembers on which day it looked through an organisation's registers; another program, or this one begun
/// anew, finds what was told already.
#[derive(Debug, Default)]
pub struct Teller {
    looked: HashMap<Uuid, Day>,
}

impl Teller {
    /// Tells what is due in every organisation. One whose turn does not come is told the next time.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn tell(&mut self, core: &Core) -> Result<(), Refusal> {
        for row in organisations::all(core).await? {
            let organisation = Organisation::read(core, row)?;
            if let Err(refusal) = self.tell_in(core, &organisation).await {
                tracing::warn!(%refusal, organisation = organisation.slug, "what is due here is told later");
            }
        }
        Ok(())
    }

    async fn tell_in(&mut self, core: &Core, organisation: &Organisation) -> Result<(), Refusal> {
        let (id, now) = (organisation.id.uuid(), core.clock.now());
        let looked = self.looked.get(&id) == Some(&now.day());
        let tx = core.db.read(id).await?;
        let presses = tx.find::<obligation::Entity>().filter(to_be_told(now)).count().await? > 0;
        let upkeep = if looked { Vec::new() } else { upkeep(core, &tx, organisation, now.day()).await? };
        drop(tx);
        if presses || !upkeep.is_empty() {
            // Under the head: of two programs the second finds what the first told.
            let (tx, _head) = Head::take(&core.db, id).await?;
            let staff = Staff::read(core, &tx).await?;
            let told = of_duties(&tx, &staff, now).await?;
            tell(core, &tx, told.into_iter().chain(upkeep).collect()).await?;
            tx.commit().await?;
        }
        self.looked.insert(id, now.day());
        Ok(())
    }
}

/// The duties of which somebody is to be told: a step was reached that nobody knows of. What stands still is not told.
fn to_be_told(now: Moment) -> Condition {
    let before = |step: Step| {
        let earlier = Step::ALL.into_iter().filter(move |told| *told < step).map(Some);
        Column::Told.is_in(earlier.chain([None]).map(word))
    };
    let at = now.millis();
    let reached = Condition::any()
        .add(Condition::all().add(Column::WarnAt.lte(at)).add(before(Step::Near)))
        .add(Condition::all().add(Column::LateAt.lt(at)).add(before(Step::Late)))
        .add(Condition::all().add(Column::EscalatesAt.lte(at)).add(before(Step::Escalated)));
    Condition::all().add(Column::Open.eq(true)).add(Column::PausedAt.is_null()).add(reached)
}

/// How a row says how far somebody was told.
fn word(told: Option<Step>) -> &'static str {
    told.map_or("", |step| step.kind().code())
}

/// Tells of duties, and keeps how far.
async fn of_duties(tx: &WriteTx, staff: &Staff, now: Moment) -> Result<Vec<Telling>, Refusal> {
    let mut told = Vec::new();
    let mut reached: BTreeMap<Step, Vec<Uuid>> = BTreeMap::new();
    let owed = tx.find::<obligation::Entity>().filter(to_be_told(now));
    for row in owed.order(Column::DueAt, Order::Asc).order(Column::Id, Order::Asc).all().await? {
        let duty = obligations::duty(&row)?;
        let Some(step) = duty.step(now) else { continue };
        let known = Step::ALL.into_iter().find(|step| word(Some(*step)) == row.told);
        reached.entry(step).or_default().push(row.id);
        for step in step.due_after(known) {
            for to in staff.told(step, row.responsible_id.as_slice()) {
                told.push(Telling {
                    to,
                    kind: step.kind(),
                    told_for: None,
                    rule: Some(row.rule.clone()),
                    register: None,
                    subject: duty.subject,
                    subject_number: row.subject_number.clone(),
                    number: 1,
                    due: Some(duty.due),
                });
            }
        }
    }
    for (step, duties) in reached {
        let known = obligation::ActiveModel { told: Set(word(Some(step)).to_owned()), ..Default::default() };
        tx.update::<obligation::Entity>(known, Condition::all().add(Column::Id.is_in(duties)), None).await?;
    }
    Ok(told)
}

/// What is asked again and again and presses: as one for each place and turn, and for each who is told.
async fn upkeep(core: &Core, tx: &ReadTx, organisation: &Organisation, today: Day) -> Result<Vec<Telling>, Refusal> {
    let registers: Vec<Arc<Register>> = registers::offered(&core.registers, organisation).cloned().collect();
    let house = House::read(tx, organisation, &registers, today).await?;
    let staff = Staff::read(core, tx).await?;
    let mut told: BTreeMap<String, Telling> = BTreeMap::new();
    for register in &registers {
        for strip in house.strips(register).iter().filter(|strip| registers::is_told(strip.asked_by())) {
            for line in &strip.lines {
                let Some(pressing) = Pressing::of(strip, line, today) else { continue };
                let owners = match strip.duty.owner {
                    Owner::Role(role) => staff.with(role),
                    owner => house.owner(owner, line).into_iter().collect(),
                };
                for step in pressing.step.due_after(None) {
                    for to in staff.told(step, &owners) {
                        let telling = pressing.telling(step, to, register, strip, line);
                        let key = telling.told_for.clone().unwrap_or_default();
                        told.entry(key).and_modify(|known| known.number += 1).or_insert(telling);
                    }
                }
            }
        }
    }
    Ok(told.into_values().collect())
}

/// How far a line presses, and which turn of it.
struct Pressing {
    step: Step,
    /// The first day of the turn, by which it is told from others.
    turn: Day,
    /// The day by which it had to be done; none of what simply has to be there.
    due: Option<Day>,
}

impl Pressing {
    fn of(strip: &Strip, line: &Line, today: Day) -> Option<Self> {
        let turn = line.foremost()?;
        // What has to be in force and is not has no day by which it had to be: it is missing from the first on.
        let due = (!strip.duty.is_of_today() || !turn.counted.is_empty()).then_some(turn.stretch.last);
        let late_since = due.map_or(turn.stretch.first, |due| due.plus_days(1));
        let escalates = strip.asked_by().is_some_and(|rule| rule.consequences.contains(&Consequence::Escalate));
        let step = match turn.standing {
            Standing::Due => Step::Near,
            Standing::Late if escalates && today > late_since => Step::Escalated,
            Standing::Late => Step::Late,
            _ => return None,
        };
        Some(Self { step, turn: turn.stretch.first, due })
    }

    fn telling(&self, step: Step, to: Option<Uuid>, register: &Register, strip: &Strip, line: &Line) -> Telling {
        let (kind, place) = (step.kind(), line.place.file);
        let rule = strip.rule.map(|rule| rule.to_string());
        let asked_by = rule.as_deref().unwrap_or(&register.key);
        let whom = to.map_or_else(|| "district".to_owned(), |member| member.simple().to_string());
        Telling {
            to,
            kind,
            told_for: Some(format!("{kind}/{asked_by}/{place}/{}/{whom}", self.turn)),
            register: Some(register.key.clone()),
            subject: place,
            subject_number: String::new(),
            number: 1,
            due: self.due.map(Moment::end_of),
            rule,
        }
    }
}

/// Who works here now, with their roles; and the next tier: whoever may give the work to somebody else.
struct Staff {
    working: Vec<(Uuid, Vec<Role>)>,
    above: Vec<Uuid>,
}

impl Staff {
    async fn read(core: &Core, tx: &ReadTx) -> Result<Self, Refusal> {
        let now = core.clock.now();
        let rows = tx.find::<member::Entity>().joined(|select| {
            select.find_also(member::Entity, member_role::Entity).into_model::<member::Model, member_role::Model>()
        });
        let mut staff: HashMap<Uuid, Vec<Role>> = HashMap::new();
        for (member, role) in rows.await?.into_iter().filter(|(member, _)| is_valid(member, now)) {
            staff.entry(member.id).or_default().extend(valid_roles(role.as_slice(), now));
        }
        let mut working: Vec<_> = staff.into_iter().filter(|(_, roles)| !roles.is_empty()).collect();
        working.sort_by_key(|(id, _)| *id);
        let reassigns = |roles: &[Role]| core.policy.widest(roles, Object::Case, Action::Reassign) == Reach::All;
        let above = working.iter().filter(|(_, roles)| reassigns(roles)).map(|(id, _)| *id).collect();
        Ok(Self { working, above })
    }

    fn with(&self, role: Role) -> Vec<Uuid> {
        self.working.iter().filter(|(_, roles)| roles.contains(&role)).map(|(id, _)| *id).collect()
    }

    /// Who is told of a step: the owners, or the next tier where there is none; that it was not done, the next tier and the district.
    fn told(&self, step: Step, owners: &[Uuid]) -> Vec<Option<Uuid>> {
        let working = |owner: &&Uuid| self.working.iter().any(|(id, _)| id == *owner);
        let owners: Vec<Uuid> = owners.iter().filter(working).copied().collect();
        let above = || self.above.iter().filter(|above| !owners.contains(above)).copied().map(Some);
        match step {
            Step::Escalated => above().chain([None]).collect(),
            _ if owners.is_empty() => above().collect(),
            _ => owners.iter().copied().map(Some).collect(),
        }
    }
}
