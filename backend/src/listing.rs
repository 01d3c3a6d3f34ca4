//! Lists: in which order, from where, how many. What is listed and how far one sees it is the area's affair.

use crate::db::{Found, ReadTx};
use crate::entity::TenantOwned;
use crate::scope::StaffScope;
use domain::access::{Action, Object};
use domain::events::{EventKind, Subject};
use domain::refusal::Refusal;
use sea_orm::{ColumnTrait, Condition, EntityTrait, ModelTrait, Order};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Rows on one page.
pub const PAGE: u64 = 50;
/// Rows of a list that is taken out whole, at most.
pub const WHOLE: u64 = 5_000;

/// Which part of a list is asked for, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slice {
    /// By which of its columns, and whether the largest stands first; without it the list has its own order.
    pub sort: Option<(String, bool)>,
    /// The row after which the page begins; one that is not there is as if it were not said.
    pub after: Option<Uuid>,
    /// All of it, as far as a list is taken out at once, rather than a page.
    pub whole: bool,
}

impl Slice {
    /// The page after this row, in the list's own order.
    #[must_use]
    pub fn after(row: impl Into<Uuid>) -> Self {
        Self { after: Some(row.into()), ..Self::default() }
    }

    /// How many rows it has at most.
    #[must_use]
    pub const fn most(&self) -> u64 {
        if self.whole { WHOLE } else { PAGE }
    }
}

/// Rows of a list.
#[derive(Clone, Debug)]
pub struct Listed<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// The last of them, when there are more.
    pub next: Option<Uuid>,
}

impl<R> Listed<R> {
    /// A list with nothing on it.
    #[must_use]
    pub const fn none() -> Self {
        Self { rows: Vec::new(), next: None }
    }

    /// The same part of the list, its rows read.
    pub(crate) fn with<S>(&self, rows: Vec<S>) -> Listed<S> {
        Listed { rows, next: self.next }
    }
}

/// What a list can be sorted by: the word in the address, and the column. None of them is ever empty.
pub(crate) type Sorts<E> = [(&'static str, <E as EntityTrait>::Column)];

/// Reads a part of what was found. Its own order is by `own`; rows that are equal there stand by their ids, the same way round.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn slice<E: TenantOwned>(
    tx: &ReadTx,
    found: Found<'_, E>,
    slice: &Slice,
    own: (E::Column, Order),
    sorts: &Sorts<E>,
) -> Result<Listed<E::Model>, Refusal> {
    let chosen = slice.sort.as_ref().and_then(|(word, down)| {
        let (_, column) = sorts.iter().find(|(known, _)| known == word)?;
        Some((*column, if *down { Order::Desc } else { Order::Asc }))
    });
    let last = match slice.after {
        Some(after) => tx.find::<E>().by_id(after).one().await?,
        None => None,
    };
    page(found, last.as_ref(), chosen.unwrap_or(own), slice.most()).await
}

/// The rows that follow after this one, in this order.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn page<E: TenantOwned>(
    mut found: Found<'_, E>,
    last: Option<&E::Model>,
    (column, order): (E::Column, Order),
    most: u64,
) -> Result<Listed<E::Model>, Refusal> {
    let past = |column: E::Column, last: &E::Model| match order {
        Order::Desc => column.lt(last.get(column)),
        _ => column.gt(last.get(column)),
    };
    if let Some(last) = last {
        let same = Condition::all().add(column.eq(last.get(column))).add(past(E::ID, last));
        found = found.filter(Condition::any().add(past(column, last)).add(same));
    }
    let mut rows = found.sorted(column, order).limit(most + 1).all().await?;
    let more = rows.len() as u64 > most;
    rows.truncate(most as usize);
    let next = rows.last().filter(|_| more).map(|row| row.get(E::ID).unwrap::<Uuid>());
    Ok(Listed { rows, next })
}

/// Says in the trail that a list leaves the house: which, and how many rows.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn taken_out(scope: &StaffScope, list: Object, rows: usize) -> Result<(), Refusal> {
    scope.need(list, Action::Export)?;
    let subject = Subject { kind: Object::Export, id: scope.organisation().id.uuid() };
    let detail = BTreeMap::from([("list".to_owned(), list.code().to_owned()), ("rows".to_owned(), rows.to_string())]);
    scope.note_with(EventKind::ExportMade, subject, detail).await
}
