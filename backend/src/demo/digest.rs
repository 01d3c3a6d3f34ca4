//! The content of an installation as one number: the same demo gives the same one, on any machine and on either engine.
//!
//! It covers every row of every organisation, opened, and the rows that stand above the organisations. Left out is only what
//! chance makes: keys, the hashes under them, nonces (which opened text no longer has), the salts of passwords, sessions.

use crate::Backend;
use crate::db::IdentityTx;
use crate::entity::{
    Platform, account, district, district_member, engagement, engagement_evaluator, engagement_organisation,
    organisation, rule_setting,
};
use crate::hex;
use crate::organisations::Organisation;
use crate::transfer::tables::{self, Rows};
use domain::refusal::Refusal;
use sea_orm::{AccessMode, IdenStatic, Iterable, ModelTrait};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// What chance makes above the organisations: the sealed key of each, the salted hash of each password.
const CHANCE: [&str; 2] = ["data_key", "password_hash"];

/// The hash of everything, in hexadecimal.
///
/// # Errors
/// When the database does not answer.
pub async fn digest(backend: &Backend) -> Result<String, Refusal> {
    let core = backend.core();
    let mut everything = Everything::default();
    let tx = core.db.identity(None, AccessMode::ReadOnly).await?;
    above::<district::Entity>(&tx, &mut everything).await?;
    above::<organisation::Entity>(&tx, &mut everything).await?;
    above::<account::Entity>(&tx, &mut everything).await?;
    above::<district_member::Entity>(&tx, &mut everything).await?;
    above::<rule_setting::Entity>(&tx, &mut everything).await?;
    above::<engagement::Entity>(&tx, &mut everything).await?;
    above::<engagement_organisation::Entity>(&tx, &mut everything).await?;
    above::<engagement_evaluator::Entity>(&tx, &mut everything).await?;
    let mut organisations = tx.find::<organisation::Entity>().all().await?;
    drop(tx);
    organisations.sort_by(|one, other| one.slug.cmp(&other.slug));
    for row in organisations {
        let organisation = Organisation::read(core, row)?;
        let tx = core.db.read(organisation.id.uuid()).await?;
        everything.table(&organisation.slug)?;
        tables::all(&tx, &organisation, &mut everything).await?;
    }
    everything.end();
    Ok(hex::encode(&everything.hash.finalize()))
}

async fn above<E>(tx: &IdentityTx, to: &mut Everything) -> Result<(), Refusal>
where
    E: Platform,
    E::Model: ModelTrait<Entity = E>,
{
    to.table(E::default().table_name())?;
    for row in tx.find::<E>().all().await? {
        let mut object = Map::new();
        for column in E::Column::iter().filter(|column| !CHANCE.contains(&column.as_str())) {
            object.insert(column.as_str().to_owned(), tables::plain(column.as_str(), row.get(column))?);
        }
        to.row(&Value::Object(object))?;
    }
    Ok(())
}

/// Rows on their way into the hash: sorted within each table, because engines sort text differently.
#[derive(Default)]
struct Everything {
    hash: Sha256,
    lines: Vec<String>,
}

impl Everything {
    fn end(&mut self) {
        self.lines.sort_unstable();
        for line in self.lines.drain(..) {
            self.hash.update(line.as_bytes());
            self.hash.update(b"\n");
        }
    }
}

impl Rows for Everything {
    type Error = Refusal;

    fn table(&mut self, name: &str) -> Result<(), Refusal> {
        self.end();
        self.hash.update(format!("[{name}]\n").as_bytes());
        Ok(())
    }

    fn row(&mut self, row: &Value) -> Result<(), Refusal> {
        self.lines.push(row.to_string());
        Ok(())
    }
}
