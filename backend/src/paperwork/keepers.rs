//! The kinds of files in which papers lie, and what each knows of its papers: one arm for each.

use super::shelves;
use crate::cases;
use crate::change::{Change, Permit};
use crate::db::FileLane;
use crate::organisations::Organisation;
use crate::papers::{self, Ask, Deciding, Folder, Head, Opened, Writing};
use domain::access::Object;
use domain::events::Subject;
use domain::forms::Answers;
use domain::ids::MemberId;
use domain::papers::Deed;
use domain::refusal::Refusal;
use domain::registers::Register;
use domain::rules::{Rules, Verdict};

/// A file with its papers, as somebody sees it; of a shelf, those of one register and what they may be about.
pub(super) async fn folder(
    lane: &impl FileLane,
    organisation: &Organisation,
    (file, register): (Subject, &Register),
    me: MemberId,
) -> Result<Folder, Refusal> {
    let heads = papers::heads_in(lane, file, Some(register), Some(me));
    match file.kind {
        Object::Case => cases::keeper::folder(lane, file, heads.await?).await,
        _ => shelves::folder(lane, organisation, file, heads.await?).await,
    }
}

/// A file opened for the page of one of its papers, which were read already.
pub(crate) async fn opened<'o>(
    lane: &impl FileLane,
    organisation: &'o Organisation,
    file: Subject,
    heads: Vec<Head>,
) -> Result<Opened<'o>, Refusal> {
    match file.kind {
        Object::Case => cases::keeper::opened(lane, organisation, file.id, heads).await,
        _ => Ok(shelves::opened(organisation, shelves::folder(lane, organisation, file, heads).await?)),
    }
}

/// What the rules miss before something is done to a paper of the file. `answers` are there when it is handed in.
///
/// # Errors
/// What no rule says, but the file itself.
pub(super) fn heed(
    folder: &Folder,
    rules: Rules<'_>,
    ask: Ask<'_>,
    answers: Option<&Answers>,
) -> Result<Verdict, Refusal> {
    if folder.file.kind == Object::Case {
        cases::keeper::allows(folder, ask, answers)?;
    }
    Ok(papers::heed(folder, rules, ask, answers))
}

/// What follows for the file from a paper that was handed in.
pub(super) async fn written(
    change: &mut Change<'_>,
    permit: &Permit<Writing>,
    folder: &Folder,
    (register, is_correction): (&str, bool),
    answers: &Answers,
) -> Result<(), Refusal> {
    match folder.file.kind {
        Object::Case => cases::keeper::written(change, permit, folder, (register, is_correction), answers).await,
        _ => Ok(()),
    }
}

/// What follows for the file from a decision.
pub(super) async fn decided(
    change: &mut Change<'_>,
    permit: &Permit<Deciding>,
    folder: &Folder,
    register: &str,
    deed: Deed,
) -> Result<(), Refusal> {
    match folder.file.kind {
        Object::Case => cases::keeper::decided(change, permit, folder, register, deed).await,
        _ => Ok(()),
    }
}
