//! How an organisation keeps its rules, month by month: of what fell due, what was done in time, settled late and not done, rule
//! by rule, and the score that follows ([`domain::compliance`]).
//!
//! Duties are counted by the very conditions that their list is filtered by, upkeep by the turns that its strips show: a number
//! opens into what it counts. What has to be in force is judged as it stands today, so it counts in the running month alone.

use crate::db::{Found, RuledLane};
use crate::duties::{self, Which, due_in};
use crate::entity::obligation::{Column, Entity};
use crate::organisations::Organisation;
use crate::oversight;
use crate::registers::{self, House, Strip};
use crate::scope::{OversightScope, StaffScope};
use domain::access::{Action, Object, Reach};
use domain::compliance::{Kept, score};
use domain::papers::Right;
use domain::refusal::Refusal;
use domain::registers::Register;
use domain::rules::{Consequence, Rule, RuleBook, RuleId, Standing};
use domain::time::{Moment, Month};
use sea_orm::QuerySelect;
use sea_orm::sea_query::{Expr, ExprTrait};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How the rules were kept in a month.
#[derive(Clone, Debug)]
pub struct Compliance {
    /// The month.
    pub month: Month,
    /// The score in tenths of a point; none where nothing that counts fell due.
    pub score: Option<u64>,
    /// Rule by rule, the worst kept first; only those of which something fell due.
    pub rules: Vec<RuleKept>,
}

/// How one rule was kept.
#[derive(Clone, Debug)]
pub struct RuleKept {
    /// The rule.
    pub rule: &'static Rule,
    /// The register whose strip shows what is counted; none where duties are.
    pub register: Option<Arc<Register>>,
    /// How often.
    pub kept: Kept,
}

/// How this organisation keeps its rules, as far as one may see: whoever sees only the own duties, those.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn compliance(scope: &StaffScope, month: Month) -> Result<Compliance, Refusal> {
    let reach = scope.need(Object::Duty, Action::List)?;
    let tx = scope.read().await?;
    let owed = duties::within(&tx, reach, scope.member(), false);
    let reads =
        |register: &Arc<Register>| reach == Reach::All && scope.papers_reach(register, Right::Read) == Reach::All;
    let registers = registers::offered(scope.registers(), scope.organisation()).filter(|register| reads(register));
    judge(&tx, scope.organisation(), owed, &registers.cloned().collect::<Vec<_>>(), (month, scope.now())).await
}

/// How a station of the district keeps its rules, read through the station's own lane.
///
/// # Errors
/// [`Refusal::NotFound`] when the organisation is not of this district.
pub async fn of_station(
    scope: &OversightScope,
    slug: &str,
    month: Month,
) -> Result<(Arc<Organisation>, Compliance), Refusal> {
    scope.need(Object::Figures, Action::Read)?;
    let organisation = scope.organisation(slug)?.clone();
    let seen = oversight::seen(scope, &organisation);
    let tx = scope.core().db.read(organisation.id.uuid()).await?;
    let judged = judge(&tx, &organisation, tx.find::<Entity>(), &seen, (month, scope.now())).await?;
    Ok((organisation, judged))
}

async fn judge(
    lane: &impl RuledLane,
    organisation: &Organisation,
    owed: Found<'_, Entity>,
    registers: &[Arc<Register>],
    (month, now): (Month, Moment),
) -> Result<Compliance, Refusal> {
    let mut rules: BTreeMap<RuleId, RuleKept> = BTreeMap::new();
    let mut count = |id: RuleId, register: Option<&Arc<Register>>, kept: Kept| {
        let Some(rule) = RuleBook::builtin().rule_on(id, month.last_day()) else { return };
        if kept.owed() > 0 && rule.consequences.contains(&Consequence::Count) {
            let known = || RuleKept { rule, register: register.cloned(), kept: Kept::default() };
            let known = rules.entry(id).or_insert_with(known);
            known.kept = known.kept + kept;
        }
    };
    for (rule, kept) in of_duties(owed, month, now).await? {
        count(rule, None, kept);
    }
    let house = House::read(lane, organisation, registers, now.day()).await?.ever();
    for register in registers {
        for strip in house.strips_among(register, registers) {
            if let Some(rule) = strip.rule {
                count(rule, Some(register), of_strip(&strip, month, now));
            }
        }
    }
    let mut rules: Vec<RuleKept> = rules.into_values().collect();
    rules.sort_by_key(|part| part.kept.in_time * 1000 / part.kept.owed());
    Ok(Compliance { month, score: score(rules.iter().map(|part| (part.rule.strength, part.kept))), rules })
}

/// What duties fell due in a month, rule by rule.
async fn of_duties(owed: Found<'_, Entity>, month: Month, now: Moment) -> Result<Vec<(RuleId, Kept)>, Refusal> {
    let ways = [Which::Kept, Which::SettledLate, Which::Overdue];
    let rows = owed.filter(due_in(month)).shape(|select| {
        let count = |which: Which| Expr::expr(Expr::case(which.condition(now), 1)).count();
        let select = select.select_only().column(Column::Rule).group_by(Column::Rule);
        ways.into_iter().fold(select, |select, which| select.expr(count(which)))
    });
    let rows = rows.tuples::<(String, i64, i64, i64)>().await?;
    let kept = |(rule, in_time, late, missed): (String, i64, i64, i64)| {
        let [in_time, late, missed] = [in_time, late, missed].map(i64::unsigned_abs);
        Some((rule.parse().ok()?, Kept { in_time, late, missed }))
    };
    Ok(rows.into_iter().filter_map(kept).collect())
}

/// What a strip's turns say that ended in a month: each subject by itself.
fn of_strip(strip: &Strip, month: Month, now: Moment) -> Kept {
    let is_now = Month::of(now.day()) == month;
    let turns = strip.lines.iter().flat_map(|line| &line.turns);
    let ended = turns.filter(|turn| match strip.duty.is_of_today() {
        true => is_now,
        false => Month::of(turn.stretch.last) == month,
    });
    let kept = |standing: Standing| match standing {
        Standing::Met => Kept { in_time: 1, ..Kept::default() },
        Standing::MetLate => Kept { late: 1, ..Kept::default() },
        Standing::Late => Kept { missed: 1, ..Kept::default() },
        // In force, and to be renewed soon.
        Standing::Due if strip.duty.is_of_today() => Kept { in_time: 1, ..Kept::default() },
        _ => Kept::default(),
    };
    ended.map(|turn| kept(turn.standing)).fold(Kept::default(), std::ops::Add::add)
}
