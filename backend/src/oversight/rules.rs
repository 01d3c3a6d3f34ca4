//! What a district says of the rules: which norms bind a station, which other rules its stations follow, with which limits. Each
//! from a first day on, and none of it backwards: what was in time yesterday is not late today.

use crate::change::{Act, Command, act, run};
use crate::entity::{organisation, rule_setting};
use crate::happening::Happening;
use crate::identity;
use crate::organisations::{Organisation, with_setting};
use crate::scope::OversightScope;
use domain::access::{Action, Object};
use domain::events::{Event, EventKind};
use domain::forms::Decimal;
use domain::ids::AccountId;
use domain::packs::PackSet;
use domain::refusal::{FieldError, Problem, Refusal};
use domain::rules::{OrgRules, RuleBook, RuleId};
use domain::time::{Day, History, Moment};
use sea_orm::ActiveValue::Set;
use sea_orm::{AccessMode, ColumnTrait, Condition};
use serde::Serialize;
use std::sync::Arc;

act!(
    /// Adopting a rule, or setting one of its limits.
    MayRule = Rule Edit
);
act!(
    /// Saying which norms bind a station.
    MayGive = Organisation Edit
);

/// What a district said of the rules.
#[derive(Clone, Debug)]
pub struct RuleSettings {
    /// As it binds a station that carries no norm: adopted rules and limits.
    pub rules: OrgRules,
    /// What was said, newest first.
    pub rows: Vec<SettingRow>,
}

/// One thing that was said.
#[derive(Clone, Debug)]
pub struct SettingRow {
    /// Of which rule.
    pub rule: RuleId,
    /// Of which limit; none where the rule was adopted, or is adopted no longer.
    pub parameter: Option<String>,
    /// From which day on.
    pub from: Day,
    /// To what the limit was set; none is the default.
    pub value: Option<i64>,
    /// Whether the rule is followed by all.
    pub adopted: bool,
    /// Who said it; nobody, where the district was set up with it.
    pub by: Option<String>,
    /// When it was said.
    pub at: Moment,
}

/// What the district said of the rules, and who said it.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn rule_settings(scope: &OversightScope) -> Result<RuleSettings, Refusal> {
    scope.need(Object::Rule, Action::Read)?;
    let of_district = rule_setting::Column::DistrictId.eq(scope.district().id.uuid());
    let tx = scope.core().db.identity(None, AccessMode::ReadOnly).await?;
    let mut rows = tx.find::<rule_setting::Entity>().filter(of_district).all().await?;
    drop(tx);
    rows.sort_by_key(|row| std::cmp::Reverse((row.effective_from, row.set_at)));
    let names =
        identity::display_names(scope.core(), rows.iter().filter_map(|row| row.set_by).map(AccountId::from)).await?;
    let rules = rows.iter().try_fold(OrgRules::default(), with_setting)?;
    // What names no rule was refused above.
    let read = |row: &rule_setting::Model| {
        Some(SettingRow {
            rule: row.rule.parse().ok()?,
            parameter: Some(row.parameter.clone()).filter(|parameter| !parameter.is_empty()),
            from: row.effective_from.into(),
            value: row.value,
            adopted: row.adopted,
            by: row.set_by.and_then(|by| names.get(&by).cloned()),
            at: Moment::from_millis(row.set_at),
        })
    };
    Ok(RuleSettings { rows: rows.iter().filter_map(read).collect(), rules })
}

/// Sets a limit for all stations of the district.
#[derive(Clone, Debug, Serialize)]
pub struct SetLimit {
    /// Which.
    pub parameter: String,
    /// To what; none is the default again.
    pub value: Option<i64>,
    /// From which day on.
    pub from: Day,
}

/// Sets a limit for all stations of the district: what a norm makes a duty, only in the stricter direction (R03). Each station
/// finds it in its audit chain.
///
/// # Errors
/// [`Refusal::NotFound`] when no rule has such a limit, [`Refusal::Invalid`] with every field that needs correcting.
pub async fn set_limit(scope: &OversightScope, command: Command<SetLimit>) -> Result<(), Refusal> {
    scope.need(Object::Rule, Action::Edit)?;
    let asked = &command.body;
    let day = asked.from.max(scope.now().day());
    let rule = RuleBook::builtin().on(day).find(|rule| rule.parameter(&asked.parameter).is_some());
    let (rule, parameter) =
        rule.and_then(|rule| Some((rule.id, rule.parameter(&asked.parameter)?))).ok_or(Refusal::NotFound)?;
    let mut errors = Vec::new();
    if asked.value.is_some_and(|value| !parameter.may_be(value)) {
        let (min, max) = parameter.range().into_inner();
        errors.push(FieldError::new(
            "value",
            Problem::NotANumber { min: Decimal::new(min, 0), max: Decimal::new(max, 0), decimals: 0 },
        ));
    }
    errors.extend(too_early(scope, asked.from));
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let said = |event: Event, asked: &SetLimit| {
        let value = asked.value.map_or_else(|| "default".to_owned(), |value| value.to_string());
        event.with("rule", rule.to_string()).with("parameter", &*asked.parameter).with("value", value)
    };
    for station in scope.organisations() {
        tell::<MayRule, _>(scope, station, &command, EventKind::OrganisationRuleSet, asked.from, said).await?;
    }
    put(scope, (rule, &asked.parameter), asked.from, (asked.value, false)).await
}

/// Says that all stations follow a rule, though it is of other norms than theirs; or that they no longer do.
#[derive(Clone, Debug, Serialize)]
pub struct AdoptRule {
    /// Which.
    pub rule: RuleId,
    /// Whether they do.
    pub follows: bool,
    /// From which day on.
    pub from: Day,
}

/// Adopts a rule for all stations of the district, or no longer. Each station finds it in its audit chain.
///
/// # Errors
/// [`Refusal::NotFound`] when the book has no such rule, [`Refusal::Invalid`] for a day that is past.
pub async fn adopt_rule(scope: &OversightScope, command: Command<AdoptRule>) -> Result<(), Refusal> {
    scope.need(Object::Rule, Action::Edit)?;
    let AdoptRule { rule, follows, from } = command.body;
    RuleBook::builtin().rule_on(rule, from.max(scope.now().day())).ok_or(Refusal::NotFound)?;
    if let Some(error) = too_early(scope, from) {
        return Err(vec![error].into());
    }
    let kind = if follows { EventKind::OrganisationRuleAdopted } else { EventKind::OrganisationRuleDropped };
    let said = |event: Event, _: &AdoptRule| event.with("rule", rule.to_string());
    for station in scope.organisations() {
        tell::<MayRule, _>(scope, station, &command, kind, from, said).await?;
    }
    put(scope, (rule, ""), from, (None, follows)).await
}

/// Says which norms bind a station.
#[derive(Clone, Debug, Serialize)]
pub struct GivePacks {
    /// Which station, by its address.
    pub organisation: String,
    /// Which norms.
    pub packs: PackSet,
    /// From which day on.
    pub from: Day,
}

/// Says which norms bind a station from a day on; it finds that in its audit chain.
///
/// # Errors
/// [`Refusal::NotFound`] for a station of another district, [`Refusal::Invalid`] without a norm or for a day that is past.
pub async fn give_packs(scope: &OversightScope, command: Command<GivePacks>) -> Result<(), Refusal> {
    scope.need(Object::Organisation, Action::Edit)?;
    let GivePacks { packs, from, organisation } = &command.body;
    let station = scope.organisation(organisation)?;
    let mut errors = Vec::new();
    if packs.is_empty() {
        errors.push(FieldError::new("packs", Problem::Required));
    }
    errors.extend(too_early(scope, *from));
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let said = |event: Event, asked: &GivePacks| event.with("packs", asked.packs.to_string());
    tell::<MayGive, _>(scope, station, &command, EventKind::OrganisationPacksGiven, *from, said).await?;
    let tx = scope.core().db.identity(None, AccessMode::ReadWrite).await?;
    let this = organisation::Column::Id.eq(station.id.uuid());
    let row = tx.find::<organisation::Entity>().filter(this.clone()).need().await?;
    let mut given: History<PackSet> = row.packs.parse()?;
    given.change(*from, *packs);
    let unchanged = Condition::all().add(this).add(organisation::Column::Version.eq(row.version));
    let given = organisation::ActiveModel {
        packs: Set(given.to_string()),
        version: Set(row.version + 1),
        ..Default::default()
    };
    if tx.update::<organisation::Entity>(given, unchanged).await? == 0 {
        return Err(Refusal::Stale);
    }
    tx.commit().await
}

/// What is said of the rules holds from a day that is not past.
fn too_early(scope: &OversightScope, from: Day) -> Option<FieldError> {
    (from < scope.now().day()).then(|| FieldError::new("from", Problem::PastDay))
}

/// Leaves it in the audit chain of a station, once however often it is sent.
async fn tell<A: Act, B: Serialize>(
    scope: &OversightScope,
    station: &Arc<Organisation>,
    command: &Command<B>,
    kind: EventKind,
    from: Day,
    said: impl Fn(Event, &B) -> Event,
) -> Result<(), Refusal> {
    run(&scope.acting(station), command, async |change, asked| {
        let _permit = change.permit_new::<A>()?;
        let event = said(Event::new(kind, station.id, change.now()), asked).with("from", from.to_string());
        change.emit(Happening { event, number: String::new(), responsible: None });
        Ok(())
    })
    .await
}

/// Keeps what was said; what was to begin on the same day gives way.
async fn put(
    scope: &OversightScope,
    (rule, parameter): (RuleId, &str),
    from: Day,
    (value, adopted): (Option<i64>, bool),
) -> Result<(), Refusal> {
    use rule_setting::Column;
    let said = rule_setting::ActiveModel {
        value: Set(value),
        adopted: Set(adopted),
        set_by: Set(Some(scope.account().uuid())),
        set_at: Set(scope.now().millis()),
        ..Default::default()
    };
    let (district, rule) = (scope.district().id.uuid(), rule.to_string());
    let same = Condition::all()
        .add(Column::DistrictId.eq(district))
        .add(Column::Rule.eq(&*rule))
        .add(Column::Parameter.eq(parameter))
        .add(Column::EffectiveFrom.eq(from.inner()));
    let tx = scope.core().db.identity(None, AccessMode::ReadWrite).await?;
    if tx.update::<rule_setting::Entity>(said.clone(), same).await? == 0 {
        let (parameter, effective_from) = (Set(parameter.to_owned()), Set(from.inner()));
        let (district_id, rule) = (Set(district), Set(rule));
        tx.insert(rule_setting::ActiveModel { district_id, rule, parameter, effective_from, ..said }).await?;
    }
    tx.commit().await
}
