//! How a member likes to see a list: what it is narrowed to, by what it is sorted, which columns it has, under a name. Nobody
//! else sees it.

use crate::change::{Command, act};
use crate::entity::view::{ActiveModel, Column, Entity};
use crate::happening::Happening;
use crate::scope::StaffScope;
use domain::access::{Action, Object};
use domain::events::{Event, EventKind, Subject};
use domain::ids::ViewId;
use domain::lang::text;
use domain::refusal::{Problem, Refusal};
use domain::registers::Kind;
use domain::text::clean_line;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, Order};
use serde::Serialize;
use uuid::Uuid;

/// Views of one list, at most: as many as one finds again at a glance.
const MOST: u64 = 12;
/// Characters of a name.
const NAME: usize = 30;
/// Bytes of what a list is narrowed to.
const QUERY: usize = 500;

act!(
    /// Keeping and removing views of one's own.
    Keep = View Edit => view
);

/// A view of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its id.
    pub id: ViewId,
    /// Its name.
    pub name: String,
    /// What follows the question mark of the list's address.
    pub query: String,
}

/// A view to be kept.
#[derive(Clone, Debug, Serialize)]
pub struct KeepView {
    /// Of which list: a noun's, or a register's.
    pub list: Kind,
    /// Its name.
    pub name: String,
    /// What follows the question mark. What somebody searched for is never in it.
    pub query: String,
}

/// One's own views of a list, in the order in which they were kept.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn list(scope: &StaffScope, list: &Kind) -> Result<Vec<View>, Refusal> {
    scope.need(Object::View, Action::Edit)?;
    let tx = scope.read().await?;
    let rows = tx.find::<Entity>().filter(own(scope.member().uuid()).add(Column::List.eq(list.code())));
    let rows = rows.order(Column::Id, Order::Asc).all().await?;
    Ok(rows.into_iter().map(|row| View { id: row.id.into(), name: row.name, query: row.query }).collect())
}

/// Keeps a view; one of the same name and list is replaced.
///
/// # Errors
/// When the name is none, or there are too many.
pub async fn keep(scope: &StaffScope, command: Command<KeepView>) -> Result<ViewId, Refusal> {
    scope
        .run(&command, async |change, asked| {
            let permit = change.permit_new::<Keep>()?;
            let me = change.need_member()?.uuid();
            change.registers().name(&asked.list).ok_or(Refusal::NotFound)?;
            let name = clean_line(&asked.name, NAME).map_err(|problem| Refusal::field("name", problem))?;
            if asked.query.len() > QUERY || !asked.query.is_ascii() {
                return Err(Refusal::field("name", Problem::TooLong { max: QUERY }));
            }
            let of_list = || own(me).add(Column::List.eq(asked.list.code()));
            change.delete_where::<_, Entity>(&permit, of_list().add(Column::Name.eq(&*name))).await?;
            if change.find::<Entity>().filter(of_list()).count().await? >= MOST {
                let text = text(
                    "一个列表最多保存 12 个视图。请先删掉一个不用的。",
                    "A list keeps at most 12 views. Remove one that you do not need.",
                );
                return Err(Refusal::WrongState { text });
            }
            let id = change.new_id();
            let row = ActiveModel {
                id: Set(id),
                member_id: Set(me),
                list: Set(asked.list.code().to_owned()),
                name: Set(name),
                query: Set(asked.query.clone()),
                created_at: Set(change.now().millis()),
                ..Default::default()
            };
            change.insert(&permit, row).await?;
            let event = Event::new(EventKind::ViewKept, Subject { kind: Object::View, id }, change.now());
            change.emit(Happening { event, number: String::new(), responsible: None });
            Ok(id.into())
        })
        .await
}

/// Removes a view of one's own.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, or it is another's.
pub async fn remove(scope: &StaffScope, command: Command<ViewId>) -> Result<(), Refusal> {
    scope
        .run(&command, async |change, view| {
            let permit = change.permit_new::<Keep>()?;
            let this = own(change.need_member()?.uuid()).add(Column::Id.eq(view.uuid()));
            let row = change.find::<Entity>().filter(this.clone()).need().await?;
            change.delete_where::<_, Entity>(&permit, this).await?;
            let event = Event::new(EventKind::ViewRemoved, Subject { kind: Object::View, id: row.id }, change.now());
            change.emit(Happening { event, number: String::new(), responsible: None });
            Ok(())
        })
        .await
}

fn own(member: Uuid) -> Condition {
    Condition::all().add(Column::MemberId.eq(member))
}
