//! A case as the keeper of its papers: what it allows, what is known of it, and what follows from them for it.

use super::queries::BoundCase;
use super::{MONTHS, happening, read, state, step};
use crate::change::{Change, Permit, Writes};
use crate::clients;
use crate::db::FileLane;
use crate::entity::case;
use crate::happening::Happening;
use crate::keys;
use crate::organisations::Organisation;
use crate::papers::{Ask, Deciding, Folder, Head, Key, Opened, Writing};
use domain::access::{Action, Object};
use domain::cases::CaseState;
use domain::events::{Event, EventKind, Subject};
use domain::forms::Answers;
use domain::ids::ApplicationId;
use domain::lang::text;
use domain::papers::Deed;
use domain::refusal::{Problem, Refusal};
use domain::time::Moment;
use sea_orm::ActiveValue::Set;
use std::collections::BTreeMap;
use uuid::Uuid;

// With its first plan approved a case begins to be served; with its summary it is closed.
impl Writes<case::Entity> for Writing {}
impl Writes<case::Entity> for Deciding {}

/// A case with papers that were read already.
pub(crate) async fn folder(lane: &impl FileLane, file: Subject, heads: Vec<Head>) -> Result<Folder, Refusal> {
    let case = lane.find::<case::Entity>().by_id(file.id).need().await?;
    folder_of(&case, heads)
}

/// The same of a case that was read already.
pub(crate) fn folder_of(case: &case::Model, heads: Vec<Head>) -> Result<Folder, Refusal> {
    let state = state(case)?;
    let follow_ups = || heads.iter().filter(|head| head.register == "follow_up" && head.state.stands());
    let followed = |month: &i64| follow_ups().any(|head| head.code("month") == Some(&month.to_string()));
    let next_month = MONTHS.into_iter().find(|month| !followed(month)).map(|month| month.to_string());
    let known = [("told_mode", case.told_mode.clone()), ("next_month", next_month)];
    let known = known.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Ok(Folder {
        file: Subject { kind: Object::Case, id: case.id },
        number: case.number.clone(),
        state: (state.code().to_owned(), state.name()),
        responsible: Some(case.responsible_id.into()),
        key: Some(case.key_id),
        related: case.application_id.map(|id| ApplicationId::from(id).into()).into_iter().collect(),
        since: Moment::from_millis(case.accepted_at),
        known: known.collect::<BTreeMap<_, _>>(),
        heads,
    })
}

/// A case opened for the page of one of its papers: one query.
pub(crate) async fn opened<'o>(
    lane: &impl FileLane,
    organisation: &'o Organisation,
    id: Uuid,
    heads: Vec<Head>,
) -> Result<Opened<'o>, Refusal> {
    opened_as(organisation, BoundCase::find(lane.find().by_id(id)).await?, heads, |person| person.name().to_owned())
}

/// The same of a case that was read already, whose client is named so.
pub(crate) fn opened_as(
    organisation: &Organisation,
    bound: BoundCase,
    heads: Vec<Head>,
    named: impl FnOnce(&clients::Person) -> String,
) -> Result<Opened<'_>, Refusal> {
    let BoundCase { case, client, service, key, .. } = bound;
    let key = keys::opened(organisation, &key)?;
    let person = clients::profile(&key, &client)?;
    let heading = vec![
        (text("服务对象", "Client"), format!("{} {}", named(&person), client.number)),
        (text("服务项目", "Service"), service.name),
    ];
    Ok(Opened { folder: folder_of(&case, heads)?, key: Key::Person(key), heading })
}

/// What the case itself says to something that is to be done to one of its papers; what the rules say, they say themselves.
///
/// # Errors
/// [`Refusal::WrongState`] or [`Refusal::Invalid`] when it cannot be.
pub(crate) fn allows(folder: &Folder, ask: Ask<'_>, answers: Option<&Answers>) -> Result<(), Refusal> {
    match (ask.register.key.as_str(), ask.deed) {
        ("follow_up", Deed::Submit) if ask.replaces.is_none() && !folder.known.contains_key("next_month") => {
            Err(Refusal::WrongState {
                text: text(
                    "各次跟进回访都已记录；写错的请更正。",
                    "Every follow-up is written; what is wrong is corrected.",
                ),
            })
        }
        ("follow_up", Deed::Submit) => {
            let month = answers.and_then(|answers| answers.get("month"));
            let written = |paper: &Head| paper.code("month") == month.map(String::as_str) && paper.state.stands();
            let other = |paper: &Head| ask.replaces.is_none_or(|replaced| replaced.id != paper.id);
            if month.is_some() && folder.of("follow_up").any(|paper| written(paper) && other(paper)) {
                return Err(Refusal::field("month", Problem::WrittenAlready));
            }
            Ok(())
        }
        // With them the case took a step, which is not taken back.
        ("closing" | "follow_up", Deed::Withdraw) => Err(Refusal::WrongState {
            text: text("提交后不能撤回；写错的请更正。", "It cannot be taken back; what is wrong is corrected."),
        }),
        _ => Ok(()),
    }
}

/// What follows for the case from a paper that was handed in.
pub(crate) async fn written(
    change: &mut Change<'_>,
    permit: &Permit<Writing>,
    folder: &Folder,
    (register, is_correction): (&str, bool),
    answers: &Answers,
) -> Result<(), Refusal> {
    if is_correction {
        return Ok(());
    }
    match register {
        "closing" => {
            let case = read(change, folder.file.id).await?;
            let told = happening(change, &case, EventKind::CaseClosed);
            let changes = case::ActiveModel { closed_at: Set(Some(change.now().millis())), ..Default::default() };
            step(change, permit, (&case, case.version), Action::Close, changes, told).await
        }
        "follow_up" => {
            let case = read(change, folder.file.id).await?;
            let month = answers.get("month").map_or("", String::as_str);
            let place = MONTHS.iter().position(|known| known.to_string() == month);
            let place = place.ok_or_else(|| Refusal::field("month", Problem::NotAChoice))? + 1;
            let told = happening(change, &case, EventKind::CaseFollowUpRecorded);
            let event = told.event.with(Event::STEP, place.to_string()).with("month", month);
            let (changes, told) = (case::ActiveModel::default(), Happening { event, ..told });
            step(change, permit, (&case, case.version), Action::FollowUp, changes, told).await
        }
        _ => Ok(()),
    }
}

/// What follows for the case from a decision: with the first plan approved, service begins (CLO-12 begins to run).
pub(crate) async fn decided(
    change: &mut Change<'_>,
    permit: &Permit<Deciding>,
    folder: &Folder,
    register: &str,
    deed: Deed,
) -> Result<(), Refusal> {
    let begins = register == "plan" && deed == Deed::Approve && folder.state.0 == CaseState::Opened.code();
    if !begins {
        return Ok(());
    }
    let case = read(change, folder.file.id).await?;
    let told = happening(change, &case, EventKind::CaseServiceStarted);
    let changes = case::ActiveModel { started_at: Set(Some(change.now().millis())), ..Default::default() };
    step(change, permit, (&case, case.version), Action::Start, changes, told).await
}
