//! Drawing a sample, on the evaluator's side and on the station's.

use super::cases::{EvidenceLine, lines, note_everywhere};
use super::engagements::engaging;
use super::in_period;
use super::sampling::draw;
use crate::db::Found;
use crate::entity::case;
use crate::scope::{EvaluatorScope, StaffScope};
use domain::access::{Action, Object};
use domain::ids::EngagementId;
use domain::refusal::{FieldError, Problem, Refusal};
use domain::text;
use sea_orm::{ColumnTrait, Order, QuerySelect};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Longest seed, in characters.
const SEED: usize = 40;
/// Largest sample of one organisation.
const LARGEST: usize = 50;

/// Which sample: `each` cases of every engaged organisation, so that a station can repeat its own part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// What both sides know: a word, a date, a number drawn in front of both.
    pub seed: String,
    /// How many cases of each organisation.
    pub each: usize,
}

/// A case of the sample.
#[derive(Clone, Debug)]
pub struct SampledCase {
    /// Its rank: what `sha256sum` says of `seed|number`.
    pub rank: String,
    /// The case.
    pub line: EvidenceLine,
}

impl Sample {
    /// The clean seed.
    fn check(&self) -> Result<String, Refusal> {
        let mut errors = Vec::new();
        let seed = text::clean_line(&self.seed, SEED);
        let seed = seed.map_err(|problem| errors.push(FieldError::new("seed", problem)));
        if !(1..=LARGEST).contains(&self.each) {
            errors.push(FieldError::new(
                "each",
                Problem::NotANumber { min: 1.into(), max: (LARGEST as i64).into(), decimals: 0 },
            ));
        }
        match seed {
            Ok(seed) if errors.is_empty() => Ok(seed),
            _ => Err(errors.into()),
        }
    }
}

/// Draws a sample among the cases of the period, organisation by organisation, each in the order of its ranks. Seed and
/// size stand in every engaged organisation's audit chain, so that it can repeat its own part.
///
/// # Errors
/// [`Refusal::Invalid`] for a seed or a size that does not do; when the engagement has ended.
pub async fn sample(scope: &EvaluatorScope, command: &Sample) -> Result<Vec<SampledCase>, Refusal> {
    scope.need(Object::Case, Action::Sample)?;
    let seed = command.check()?;
    let tx = scope.read().await?;
    let population = population(tx.find::<case::Entity>().filter(in_period(scope.engagement()))).await?;
    let mut ranks = Vec::new();
    for organisation in scope.organisations() {
        let here = population.get(&organisation.id.uuid()).cloned().unwrap_or_default();
        ranks.extend(draw(here, |(_, number)| number, &seed, command.each));
    }
    let drawn = case::Column::Id.is_in(ranks.iter().map(|(_, (id, _))| *id));
    let rows = tx.find::<case::Entity>().filter(drawn).all().await?;
    let lines = lines(scope, tx, &rows).await?;
    let what = format!("sample {} {seed}", command.each);
    note_everywhere(scope, scope.organisations(), &what).await?;
    let mut lines: HashMap<Uuid, EvidenceLine> = lines.into_iter().map(|line| (line.id.uuid(), line)).collect();
    let sampled = |(rank, (id, _)): (String, (Uuid, String))| Some(SampledCase { rank, line: lines.remove(&id)? });
    Ok(ranks.into_iter().filter_map(sampled).collect())
}

/// The same for the station's own part: the ranks and numbers that the seed draws.
///
/// # Errors
/// [`Refusal::NotFound`] when the engagement does not open this station.
pub async fn repeat_sample(
    scope: &StaffScope,
    engagement: EngagementId,
    command: &Sample,
) -> Result<Vec<(String, String)>, Refusal> {
    let engagement = engaging(scope, engagement).await?;
    let seed = command.check()?;
    let tx = scope.read().await?;
    let mut population = population(tx.find::<case::Entity>().filter(in_period(&engagement))).await?;
    let here = population.remove(&scope.organisation().id.uuid()).unwrap_or_default();
    let drawn = draw(here, |(_, number)| number, &seed, command.each);
    Ok(drawn.into_iter().map(|(rank, (_, number))| (rank, number)).collect())
}

/// The ids and numbers of the cases, by organisation.
async fn population(found: Found<'_, case::Entity>) -> Result<BTreeMap<Uuid, Vec<(Uuid, String)>>, Refusal> {
    use case::Column;
    let rows = found
        .order(Column::Number, Order::Asc)
        .shape(|select| select.select_only().column(Column::OrganisationId).column(Column::Id).column(Column::Number))
        .tuples::<(Uuid, Uuid, String)>()
        .await?;
    let mut population: BTreeMap<Uuid, Vec<(Uuid, String)>> = BTreeMap::new();
    for (organisation, id, number) in rows {
        population.entry(organisation).or_default().push((id, number));
    }
    Ok(population)
}
