//! What the files that must not compile do, done rightly: so that they fail for their reason and for no other.

use backend::change::{Act, Change, Permit, Writes};
use backend::db::{EvaluatorTx, OversightTx, ReadTx};
use backend::entity::{case, client, paper};
use backend::members::{self, AddMember};
use backend::{Command, EvaluatorScope, StaffScope};
use domain::access::{Action, Object};
use domain::refusal::Refusal;
use sea_orm::ColumnTrait;

struct AddClient;

impl Act for AddClient {
    const OBJECT: Object = Object::Client;
    const ACTION: Action = Action::Create;
}

impl Writes<client::Entity> for AddClient {}

async fn write(change: &Change<'_>, row: client::ActiveModel) -> Result<(), Refusal> {
    let permit: Permit<AddClient> = change.permit_new()?;
    change.insert(&permit, row).await
}

async fn read(tx: &ReadTx, district: &OversightTx, evaluator: &EvaluatorTx) -> Result<usize, Refusal> {
    let own = tx.find::<client::Entity>().filter(client::Column::Version.eq(1)).all().await?;
    let district = district.find::<case::Entity>().all().await?;
    let evaluated = evaluator.find::<paper::Entity>().all().await?;
    Ok(own.len() + district.len() + evaluated.len())
}

async fn operate(scope: &StaffScope, command: Command<AddMember>) -> Result<(), Refusal> {
    members::add_member(scope, command).await.map(drop)
}

fn evaluate(scope: &EvaluatorScope) -> Result<(), Refusal> {
    scope.need(Object::Case, Action::Read)
}
