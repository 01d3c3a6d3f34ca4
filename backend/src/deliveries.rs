//! Deliveries: takes what is due, hands it to a carrier, and writes down what became of it.
//!
//! The rows are written with the change of which they tell ([`crate::delivering`]).
//!
//! Any number of programs may do this at once. What one of them takes is its own for five minutes; what it does not come back
//! with by then, because it was stopped, another takes, under the same id. A carrier that heeds the id passes on each message
//! once; a program that is stopped between the carrier's yes and its own note is the one case in which it is asked twice.

use crate::acting::{Acting, Actor};
use crate::applications;
use crate::audit::Head;
pub use crate::carriers::{Carrier, Carriers, Letter};
use crate::db::WriteTx;
use crate::delivering::{ADDRESS, made, urgency};
use crate::entity::delivery::{ActiveModel, Column, Entity, Model};
use crate::entity::{application, person_key};
use crate::fault::{Fault, fault};
use crate::happening::Happening;
use crate::kernel::Core;
use crate::organisations::{self, Organisation};
use crate::seal::{PersonKey, Place};
use crate::{keys, settle};
use domain::applications::{ApplicationState, TellMode};
use domain::delivery::{Cause, DeliveryState, Saying, Urgency, Way, again};
use domain::events::EventKind;
use domain::lang::Lang;
use domain::refusal::Refusal;
use domain::time::{Moment, Span};
use futures_util::stream::{self, StreamExt};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, Order};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use uuid::Uuid;

/// How many of one organisation are taken at a time.
const TAKEN: u64 = 40;
/// How many are under way at a time.
const AT_ONCE: usize = 8;
/// How long what was taken is one's own: longer than all of it takes when no carrier answers.
const LEASE: Span = Span::minutes(5);
/// How long a carrier has.
const PATIENCE: Duration = Duration::from_secs(40);
/// How often it is tried to write down what became of it.
const NOTES: u8 = 3;

/// Sends what is due in every organisation, and says how many messages went. One whose turn does not come is served the next time.
///
/// # Errors
/// When the database does not answer.
pub async fn send(core: &Arc<Core>) -> Result<usize, Refusal> {
    let Some(carriers) = core.carriers.get() else { return Ok(0) };
    let mut sent = 0;
    for row in organisations::all(core).await? {
        let organisation = Arc::new(Organisation::read(core, row)?);
        let sender = Sender { acting: Acting::new(core.clone(), organisation, Actor::Program, Vec::new()), carriers };
        match sender.send().await {
            Ok(went) => sent += went,
            Err(refusal) => {
                let organisation = &sender.acting.organisation.slug;
                tracing::warn!(%refusal, organisation, "what is due here is sent later");
            }
        }
    }
    Ok(sent)
}

struct Sender<'a> {
    acting: Acting,
    carriers: &'a Carriers,
}

/// What became of one delivery.
struct Outcome {
    row: Model,
    carried: Result<(), Cause>,
}

impl Sender<'_> {
    async fn send(&self) -> Result<usize, Refusal> {
        let now = self.acting.core.clock.now();
        let tx = self.acting.core.db.read(self.acting.organisation.id.uuid()).await?;
        let due = tx.find::<Entity>().filter(due(now)).count().await? > 0;
        drop(tx);
        if !due {
            return Ok(0);
        }
        let (rows, keys, numbers) = self.take(now).await?;
        let mut letters = Vec::new();
        for row in rows {
            let letter = self.letter(&row, &keys, &numbers)?;
            letters.push((row, letter));
        }
        if letters.is_empty() {
            return Ok(0);
        }
        let carried: Vec<_> = letters.into_iter().map(|(row, letter)| self.outcome(row, letter)).collect();
        let outcomes: Vec<Outcome> = stream::iter(carried).buffer_unordered(AT_ONCE).collect().await;
        self.note(&outcomes).await?;
        Ok(outcomes.iter().filter(|outcome| outcome.carried.is_ok()).count())
    }

    /// Takes what is due, for as long as the lease lasts. Under the organisation's head: nobody else takes the same.
    async fn take(
        &self,
        now: Moment,
    ) -> Result<(Vec<Model>, HashMap<Uuid, PersonKey>, HashMap<Uuid, String>), Refusal> {
        let organisation = &self.acting.organisation;
        let (tx, _head) = Head::take(&self.acting.core.db, organisation.id.uuid()).await?;
        let mine = tx.find::<Entity>().filter(due(now)).order(Column::DueAt, Order::Asc).order(Column::Id, Order::Asc);
        let mut rows = mine.limit(TAKEN).all().await?;
        let lease = ActiveModel { leased_until: Set(Some(now.plus(LEASE).millis())), ..Default::default() };
        let these = Condition::all().add(Column::Id.is_in(rows.iter().map(|row| row.id)));
        tx.update::<Entity>(lease, these, Some(one_more())).await?;
        rows.iter_mut().for_each(|row| row.attempts += 1);
        let keys =
            keys::open_many(tx.find::<person_key::Entity>(), organisation, rows.iter().map(|row| row.key_id)).await?;
        let applications = application::Column::Id.is_in(rows.iter().map(|row| row.application_id));
        let numbers = tx.find::<application::Entity>().filter(applications).all().await?;
        let numbers = numbers.into_iter().map(|row| (row.id, row.number)).collect();
        tx.commit().await?;
        Ok((rows, keys, numbers))
    }

    /// What a row says and where it goes; or why it can go nowhere any more.
    fn letter(
        &self,
        row: &Model,
        keys: &HashMap<Uuid, PersonKey>,
        numbers: &HashMap<Uuid, String>,
    ) -> Result<Result<(Way, Letter), Cause>, Refusal> {
        // Whoever was erased is written to no more.
        let Some(key) = keys.get(&row.key_id) else { return Ok(Err(Cause::Erased)) };
        let stored = |_| fault(Fault::Stored("delivery"));
        let way = Way::parse(&row.way).map_err(stored)?;
        let organisation = &self.acting.organisation;
        let page = self.carriers.status_page(&organisation.slug);
        let saying = Saying {
            station: &organisation.name,
            phone: &organisation.phone,
            number: numbers.get(&row.application_id).map_or("", String::as_str),
            state: ApplicationState::parse(&row.told).map_err(stored)?,
            page: &page,
        };
        let letter = Letter {
            id: row.id,
            to: key.open(Place { column: ADDRESS, row: row.id }, &row.address).map_err(fault)?,
            subject: saying.subject(Lang::Zh),
            text: if way == Way::Email { saying.letter() } else { saying.line(Lang::Zh) },
        };
        Ok(Ok((way, letter)))
    }

    async fn outcome(&self, row: Model, letter: Result<(Way, Letter), Cause>) -> Outcome {
        let carried = match letter {
            Ok((way, letter)) => self.carry(way, &letter).await,
            Err(cause) => Err(cause),
        };
        Outcome { row, carried }
    }

    async fn carry(&self, way: Way, letter: &Letter) -> Result<(), Cause> {
        let carrier = self.carriers.by(way).ok_or(Cause::NoWay)?;
        let carried = timeout(PATIENCE, carrier.carry(letter)).await.unwrap_or(Err(Cause::NoAnswer));
        if let Err(cause) = carried {
            tracing::warn!(delivery = %letter.id, %way, %cause, "a message was not sent");
        }
        carried
    }

    /// Writes down what became of them; more than once, because what was sent must not be sent again for a database that rested.
    async fn note(&self, outcomes: &[Outcome]) -> Result<(), Refusal> {
        let mut noted = Ok(());
        for _ in 0..NOTES {
            noted = settle::witness(&self.acting, async |tx, now| {
                let mut happenings = Vec::new();
                for outcome in outcomes {
                    happenings.extend(note(&self.acting, tx, outcome, now).await?);
                }
                Ok(happenings)
            })
            .await;
            if noted.is_ok() {
                break;
            }
        }
        noted
    }
}

/// An attempt more.
fn one_more() -> (Column, SimpleExpr) {
    use sea_orm::sea_query::ExprTrait;
    (Column::Attempts, Expr::col(Column::Attempts).add(1))
}

/// What is to go now and is nobody's.
fn due(now: Moment) -> Condition {
    let open = DeliveryState::ALL.into_iter().filter(|state| state.is_open()).map(DeliveryState::code);
    let free = Condition::any().add(Column::LeasedUntil.is_null()).add(Column::LeasedUntil.lte(now.millis()));
    // What was due by day and was not sent until the night waits too (MSG-01).
    let quiet = (!Urgency::Civil.may_go(now)).then(|| Column::Urgent.eq(true));
    Condition::all().add(Column::State.is_in(open)).add(Column::DueAt.lte(now.millis())).add(free).add_option(quiet)
}

/// Writes down what became of one. Another program may have taken it meanwhile: what was sent is sent, whoever says so first.
async fn note(acting: &Acting, tx: &WriteTx, outcome: &Outcome, now: Moment) -> Result<Option<Happening>, Refusal> {
    let Outcome { row, carried } = outcome;
    let retry = carried.err().filter(|cause| cause.may_pass()).and_then(|_| again(urgency(row), row.attempts, now));
    let state = match (carried, retry) {
        (Ok(()), _) => DeliveryState::Sent,
        (Err(_), Some(_)) => DeliveryState::Failed,
        (Err(_), None) => DeliveryState::GivenUp,
    };
    let became = ActiveModel {
        state: Set(state.code().to_owned()),
        cause: Set(carried.err().map(|cause| cause.code().to_owned())),
        due_at: Set(retry.map_or(row.due_at, Moment::millis)),
        leased_until: Set(None),
        sent_at: Set(carried.ok().map(|()| now.millis())),
        ..Default::default()
    };
    let open = DeliveryState::ALL.into_iter().filter(|state| state.is_open()).map(DeliveryState::code);
    let mut this = Condition::all().add(Column::Id.eq(row.id)).add(Column::State.is_in(open));
    if state != DeliveryState::Sent {
        this = this.add(Column::Attempts.eq(row.attempts));
    }
    if tx.update::<Entity>(became, this, None).await? == 0 {
        return Ok(None);
    }
    let application = tx.find::<application::Entity>().by_id(row.application_id).need().await?;
    let is_news = applications::changed(tx, &application).await? <= made(row);
    match state {
        DeliveryState::Sent => {
            let told = ApplicationState::parse(&row.told).map_err(|_| fault(Fault::Stored("delivery")))?;
            let happening = applications::noticed(&acting.core, tx, &application, told, TellMode::Message, now).await?;
            // Whoever was told of what it was before is still to be told of what it is.
            Ok(is_news.then_some(happening))
        }
        DeliveryState::GivenUp if is_news && *carried != Err(Cause::Erased) => {
            Ok(Some(applications::happened(&application, EventKind::ApplicationNotReached, now)))
        }
        _ => Ok(None),
    }
}
