//! Every table of an organisation as JSON, opened: what an export holds, and what the demo's digest is taken over.
//!
//! A row is shown by its columns' own names, read from the entity, so that a new column cannot be forgotten. Only columns
//! that are not plain are named here: sealed ones with the place that they are sealed for, hashes, and those that are never
//! shown. A column of bytes that nobody named is an error, not a surprise.

use crate::applications::{CONTENT, FORM, MISSING, REFUSAL, SIGNATURE};
use crate::change::REASON;
use crate::clients::PROFILE;
use crate::db::ReadTx;
use crate::entity::{
    TenantOwned, agreement, application, audit_entry, case, client, member, member_role, message, notice, obligation,
    opening, paper, paper_fact, person_key, service, tally, transition, unit, view,
};
use crate::fault::{Fault, fault};
use crate::hex;
use crate::keys;
use crate::organisations::Organisation;
use crate::papers::CONTENT as PAPER;
use crate::seal::{Place, Seals};
use domain::papers::PaperState;
use domain::refusal::Refusal;
use domain::time::{Day, Moment};
use sea_orm::{
    ColumnTrait, Condition, IdenStatic, Iterable, ModelTrait, PrimaryKeyToColumn, QueryOrder, QuerySelect,
    Value as Stored,
};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// How many rows are read at a time.
const STRIDE: u64 = 500;

/// Tables that are not shown, each with its reason; a test holds the list against the schema.
pub const NOT_SHOWN: [(&str, &str); 7] = [
    ("person_keys", "keys never leave"),
    ("search_pieces", "hashes for looking persons up, made anew from what is known of them"),
    ("attachments", "lie in the store, and are kept as files from the papers and applications on which they hang"),
    ("deliveries", "what is on its way; of what arrived the notices tell"),
    ("sequences", "follow from the numbers"),
    ("operations", "guard against a second sending, of no use elsewhere"),
    ("audit_heads", "the last of the audit entries"),
];

/// Where rows go, table after table.
pub trait Rows {
    /// What can go wrong there.
    type Error: From<Refusal>;
    /// Begins a table.
    ///
    /// # Errors
    /// When it cannot be begun.
    fn table(&mut self, name: &str) -> Result<(), Self::Error>;
    /// Takes one row.
    ///
    /// # Errors
    /// When it cannot be taken.
    fn row(&mut self, row: &Value) -> Result<(), Self::Error>;
}

/// How a column that is not plain is shown.
#[derive(Clone, Copy)]
enum Shown {
    /// Sealed answers of a form, opened.
    Answers(&'static str),
    /// Sealed text, opened.
    Text(&'static str),
    /// JSON that is kept as text.
    Json,
    /// A hash.
    Hash,
    /// Not at all.
    Never,
}

use Shown::{Answers, Hash, Json, Never, Text};

/// The columns of a table that are not plain.
type Special = &'static [(&'static str, Shown)];

/// Hands every table of the organisation to `to`, in a fixed order.
pub(crate) async fn all<T: Rows + Send>(tx: &ReadTx, organisation: &Organisation, to: &mut T) -> Result<(), T::Error> {
    let reader = Reader { tx, organisation, keys: whose(tx).await? };
    reader.table::<member::Entity, T>(&[], to).await?;
    reader.table::<member_role::Entity, T>(&[], to).await?;
    reader.table::<unit::Entity, T>(&[], to).await?;
    reader.table::<service::Entity, T>(&[("criteria", Json)], to).await?;
    let client: Special = &[("profile", Answers(PROFILE)), ("identity_index", Never), ("phone_index", Never)];
    reader.table::<client::Entity, T>(client, to).await?;
    let application: Special = &[
        ("form", Answers(FORM)),
        ("missing", Text(MISSING)),
        ("refusal_note", Text(REFUSAL)),
        ("identity_index", Never),
        ("phone_index", Never),
        ("receipt_index", Never),
    ];
    reader.table::<application::Entity, T>(application, to).await?;
    let agreement: Special = &[
        ("content", Answers(CONTENT)),
        ("client_signature", Text(SIGNATURE)),
        ("guardian_signature", Text(SIGNATURE)),
    ];
    reader.table::<agreement::Entity, T>(agreement, to).await?;
    reader.table::<notice::Entity, T>(&[], to).await?;
    reader.table::<message::Entity, T>(&[], to).await?;
    reader.table::<view::Entity, T>(&[], to).await?;
    reader.table::<case::Entity, T>(&[], to).await?;
    // A draft is nobody's but its author's.
    let handed_in = Condition::all().add(paper::Column::State.ne(PaperState::Draft.code()));
    reader.these::<paper::Entity, T>(&[("content", Answers(PAPER))], handed_in, to).await?;
    reader.table::<paper_fact::Entity, T>(&[], to).await?;
    reader.table::<transition::Entity, T>(&[("reason", Text(REASON))], to).await?;
    reader.table::<obligation::Entity, T>(&[], to).await?;
    reader.table::<tally::Entity, T>(&[], to).await?;
    reader.table::<opening::Entity, T>(&[], to).await?;
    reader.table::<audit_entry::Entity, T>(&[("detail", Json), ("previous", Hash), ("hash", Hash)], to).await
}

/// Which person's key opens what is written in or under a row, by the row's id.
async fn whose(tx: &ReadTx) -> Result<HashMap<Uuid, Uuid>, Refusal> {
    let mut keys: HashMap<Uuid, Uuid> = HashMap::new();
    keys.extend(tx.find::<client::Entity>().all().await?.iter().map(|row| (row.id, row.key_id)));
    keys.extend(tx.find::<application::Entity>().all().await?.iter().map(|row| (row.id, row.key_id)));
    keys.extend(tx.find::<agreement::Entity>().all().await?.iter().map(|row| (row.id, row.key_id)));
    keys.extend(tx.find::<case::Entity>().all().await?.iter().map(|row| (row.id, row.key_id)));
    let papers = tx.find::<paper::Entity>();
    let papers = papers.shape(|select| select.select_only().columns([paper::Column::Id, paper::Column::KeyId]));
    // What no person's key seals is sealed by the organisation's.
    let papers = papers.tuples::<(Uuid, Option<Uuid>)>().await?;
    keys.extend(papers.into_iter().filter_map(|(id, key)| Some((id, key?))));
    Ok(keys)
}

struct Reader<'t> {
    tx: &'t ReadTx,
    organisation: &'t Organisation,
    keys: HashMap<Uuid, Uuid>,
}

impl Reader<'_> {
    async fn table<E, T>(&self, special: Special, to: &mut T) -> Result<(), T::Error>
    where
        E: TenantOwned,
        E::Model: ModelTrait<Entity = E>,
        T: Rows,
    {
        self.these::<E, T>(special, Condition::all(), to).await
    }

    /// The rows of a table that meet a condition.
    async fn these<E, T>(&self, special: Special, which: Condition, to: &mut T) -> Result<(), T::Error>
    where
        E: TenantOwned,
        E::Model: ModelTrait<Entity = E>,
        T: Rows,
    {
        to.table(E::default().table_name())?;
        for page in 0_u64.. {
            let rows = self
                .tx
                .find::<E>()
                .filter(which.clone())
                .shape(|select| {
                    E::PrimaryKey::iter()
                        .fold(select, |select, key| select.order_by_asc(key.into_column()))
                        .limit(STRIDE)
                        .offset(page * STRIDE)
                })
                .all()
                .await?;
            let wanted: Vec<Uuid> = rows.iter().filter_map(|row| self.key_of::<E>(row)).collect();
            let found = self.tx.find::<person_key::Entity>();
            let opened = keys::open_many(found, self.organisation, wanted).await?;
            for row in &rows {
                // What is about no person is sealed by the organisation's key.
                let key = match self.key_of::<E>(row) {
                    Some(person) => opened.get(&person).map(|key| key as &dyn Seals),
                    None => Some(&self.organisation.key as &dyn Seals),
                };
                to.row(&shown::<E>(row, special, key)?)?;
            }
            if (rows.len() as u64) < STRIDE {
                break;
            }
        }
        Ok(())
    }

    /// The key of the person whom the row is about: by the row itself, or by what it belongs to.
    fn key_of<E>(&self, row: &E::Model) -> Option<Uuid>
    where
        E: TenantOwned,
        E::Model: ModelTrait<Entity = E>,
    {
        let names = ["id", "subject_id"];
        let columns = E::Column::iter().filter(|column| names.contains(&column.as_str()));
        columns.filter_map(|column| uuid(row.get(column))).find_map(|id| self.keys.get(&id).copied())
    }
}

/// A row as an object of its columns.
fn shown<E>(row: &E::Model, special: Special, key: Option<&dyn Seals>) -> Result<Value, Refusal>
where
    E: TenantOwned,
    E::Model: ModelTrait<Entity = E>,
{
    let id = uuid(row.get(E::ID)).unwrap_or_default();
    let mut object = Map::new();
    for column in E::Column::iter() {
        let name = column.as_str();
        // The organisation stands in the manifest.
        if name == "organisation_id" {
            continue;
        }
        let as_shown = special.iter().find(|(special, _)| *special == name).map(|(_, shown)| *shown);
        let value = match (as_shown, row.get(column)) {
            (Some(Never), _) => continue,
            (Some(Json), Stored::String(Some(text))) => {
                serde_json::from_str(&text).map_err(|_| fault(Fault::Stored("JSON")))?
            }
            (Some(Hash), Stored::Bytes(Some(bytes))) => Value::String(hex::encode(&bytes)),
            (Some(Answers(place)), Stored::Bytes(Some(sealed))) => match open(key, place, id, &sealed)? {
                Some(text) => serde_json::from_str(&text).map_err(|_| fault(Fault::Stored("answers")))?,
                None => Value::Null,
            },
            (Some(Text(place)), Stored::Bytes(Some(sealed))) => open(key, place, id, &sealed)?.into(),
            (_, value) => plain(name, value)?,
        };
        object.insert(name.to_owned(), value);
    }
    Ok(Value::Object(object))
}

/// Sealed text, opened; of an erased person nothing is left.
fn open(key: Option<&dyn Seals>, column: &str, row: Uuid, sealed: &[u8]) -> Result<Option<String>, Refusal> {
    key.map(|key| key.open(Place { column, row }, sealed).map_err(fault)).transpose()
}

/// A plain value; moments are told by their columns' names.
pub(crate) fn plain(name: &str, value: Stored) -> Result<Value, Refusal> {
    Ok(match value {
        Stored::BigInt(Some(number)) if name == "at" || name.ends_with("_at") => {
            Value::String(Moment::from_millis(number).to_iso())
        }
        Stored::BigInt(number) => json!(number),
        Stored::Bool(yes) => json!(yes),
        Stored::String(text) => json!(text),
        Stored::Uuid(id) => json!(id),
        Stored::TimeDate(day) => json!(day.map(|day| Day::from(day).to_string())),
        Stored::Bytes(None) => Value::Null,
        _ => return Err(fault(Fault::Stored("a column that nobody said how to show"))),
    })
}

fn uuid(value: Stored) -> Option<Uuid> {
    if let Stored::Uuid(id) = value { id } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_nobody_spoke_for_are_not_shown() {
        assert!(plain("secret", Stored::Bytes(Some(vec![1]))).is_err());
        assert_eq!(plain("paused_ms", Stored::BigInt(Some(5))).unwrap(), json!(5));
    }
}
