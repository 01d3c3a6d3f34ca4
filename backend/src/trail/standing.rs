//! A chain as its organisation and an evaluator see it: where it ends, what was last signed, and whether it is whole.

use crate::acting::Acting;
use crate::audit::chain::{GENESIS, Landmarks, Verdict, walk};
use crate::audit::checkpoints::{Checkpoint, landmarks, read_file};
use crate::audit::key::PublicKey;
use crate::db::FileLane;
use crate::entity::{audit_entry, audit_head};
use crate::fault::{Fault, fault};
use crate::hex;
use crate::kernel::Core;
use crate::organisations::{OperatorScope, Organisation};
use crate::scope::{EvaluatorScope, StaffScope};
use domain::access::{Action, Object, Reach};
use domain::ids::OrganisationId;
use domain::refusal::Refusal;
use domain::time::{Moment, Span};
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Where a chain stands.
#[derive(Clone, Debug)]
pub struct ChainStanding {
    /// How many entries it has.
    pub entries: i64,
    /// The hash of the last one, in hexadecimal.
    pub head: String,
    /// When the last one was added.
    pub latest: Option<Moment>,
    /// Its last checkpoint, where the installation keeps some.
    pub checkpoint: Option<Checkpoint>,
    /// The key by which checkpoints are checked.
    pub key: Option<PublicKey>,
    /// The hash of the entry that was asked for, in hexadecimal, when there is one of that number.
    pub asked: Option<String>,
}

/// A chain, recomputed.
#[derive(Clone, Debug)]
pub struct Examination {
    /// What was found.
    pub verdict: Verdict,
    /// How many checkpoints the chain was held against.
    pub checkpoints: usize,
    /// How long it took.
    pub took: Span,
}

/// The first half of a hash in groups of four digits, to be read over the telephone or compared with a printed sheet.
#[must_use]
pub fn fingerprint(hash: &str) -> String {
    let half: Vec<char> = hash.to_uppercase().chars().take(32).collect();
    half.chunks(4).map(|group| group.iter().collect()).collect::<Vec<String>>().join(" ")
}

/// Where the organisation's chain stands; `asked` is the number of an entry whose hash somebody holds.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn standing(scope: &StaffScope, asked: Option<i64>) -> Result<ChainStanding, Refusal> {
    scope.need(Object::AuditTrail, Action::Read)?;
    stand_of(&scope.read().await?, scope.core(), scope.organisation().id, asked).await
}

/// Recomputes the organisation's chain and holds it against the checkpoints that the installation keeps.
///
/// # Errors
/// When the policy says no, or the database or the folder of checkpoints does not answer.
pub async fn examine(scope: &StaffScope) -> Result<Examination, Refusal> {
    scope.need(Object::AuditTrail, Action::Read)?;
    let kept = kept_landmarks(scope.core(), scope.organisation().id).await?;
    look_through(&scope.read().await?, scope.core(), scope.organisation().id, kept).await
}

/// The organisations of an engagement and where their chains stand. The view is noted first.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn chains(scope: &EvaluatorScope) -> Result<Vec<(Arc<Organisation>, ChainStanding)>, Refusal> {
    scope.need(Object::AuditTrail, Action::Read)?;
    for organisation in scope.organisations() {
        scope.note(organisation, organisation.id.into(), "audit").await?;
    }
    let ids: Vec<OrganisationId> = scope.organisations().iter().map(|organisation| organisation.id).collect();
    let standings = stand(&scope.read().await?, scope.core(), &ids, None).await?;
    Ok(scope.organisations().iter().cloned().zip(standings).collect())
}

/// Where the chain of one engaged organisation stands; `asked` is the number of an entry whose hash the evaluator holds.
/// The view is noted first.
///
/// # Errors
/// [`Refusal::NotFound`] when the engagement does not open the organisation.
pub async fn chain_of(
    scope: &EvaluatorScope,
    slug: &str,
    asked: Option<i64>,
) -> Result<(Arc<Organisation>, ChainStanding), Refusal> {
    let organisation = engaged(scope, slug)?;
    scope.note(&organisation, organisation.id.into(), "audit").await?;
    let standing = stand_of(&scope.read().await?, scope.core(), organisation.id, asked).await?;
    Ok((organisation, standing))
}

/// Recomputes the chain of one engaged organisation and holds it against the checkpoints that the installation keeps.
///
/// # Errors
/// [`Refusal::NotFound`] when the engagement does not open the organisation.
pub async fn examine_of(scope: &EvaluatorScope, slug: &str) -> Result<Examination, Refusal> {
    let organisation = engaged(scope, slug)?;
    let kept = kept_landmarks(scope.core(), organisation.id).await?;
    look_through(&scope.read().await?, scope.core(), organisation.id, kept).await
}

/// Reads the organisation's whole chain and recomputes every hash.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn verify(scope: &StaffScope) -> Result<Verdict, Refusal> {
    scope.need(Object::AuditTrail, Action::Read)?;
    walk(&scope.read().await?, scope.organisation().id.uuid(), 1, Landmarks::default()).await
}

/// Like [`verify`], at the command line.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn verify_as_operator(scope: &OperatorScope) -> Result<Verdict, Refusal> {
    verify_against(scope, 1, Landmarks::default()).await
}

/// Recomputes the organisation's chain from the entry `from` on, and holds it against landmarks.
///
/// # Errors
/// When the policy says no or the database does not answer.
pub async fn verify_against(scope: &OperatorScope, from: i64, landmarks: Landmarks) -> Result<Verdict, Refusal> {
    let Acting { core, organisation, roles, .. } = &scope.acting;
    if core.policy.widest(roles, Object::AuditTrail, Action::Read) == Reach::None {
        return Err(Refusal::Forbidden);
    }
    walk(&core.db.read(organisation.id.uuid()).await?, organisation.id.uuid(), from, landmarks).await
}

fn engaged(scope: &EvaluatorScope, slug: &str) -> Result<Arc<Organisation>, Refusal> {
    scope.need(Object::AuditTrail, Action::Read)?;
    scope.organisations().iter().find(|one| one.slug == slug).cloned().ok_or(Refusal::NotFound)
}

/// Where these chains stand, in their order: two queries, however many they are.
async fn stand(
    tx: &(impl FileLane + Sync),
    core: &Core,
    organisations: &[OrganisationId],
    asked: Option<i64>,
) -> Result<Vec<ChainStanding>, Refusal> {
    let ids = organisations.iter().map(|id| id.uuid());
    let heads = tx.find::<audit_head::Entity>().filter(audit_head::Column::OrganisationId.is_in(ids));
    let heads = heads.filter(audit_head::Column::Id.eq(0)).all().await?;
    let heads: HashMap<Uuid, (i64, Vec<u8>)> =
        heads.into_iter().map(|head| (head.organisation_id, (head.seq, head.hash))).collect();
    let last = |organisation: Uuid| heads.get(&organisation).cloned().unwrap_or((0, GENESIS.to_vec()));
    let wanted = organisations.iter().fold(Condition::any(), |wanted, id| {
        let seqs = [Some(last(id.uuid()).0), asked].into_iter().flatten();
        wanted.add(
            Condition::all()
                .add(audit_entry::Column::OrganisationId.eq(id.uuid()))
                .add(audit_entry::Column::Seq.is_in(seqs)),
        )
    });
    let entries = tx.find::<audit_entry::Entity>().filter(wanted).all().await?;
    let entries: HashMap<(Uuid, i64), audit_entry::Model> =
        entries.into_iter().map(|entry| ((entry.organisation_id, entry.seq), entry)).collect();
    let checkpoints = core.checkpoints.get();
    let standing = |organisation: &OrganisationId| {
        let (seq, hash) = last(organisation.uuid());
        let entry = |seq: i64| entries.get(&(organisation.uuid(), seq));
        ChainStanding {
            entries: seq,
            head: hex::encode(&hash),
            latest: entry(seq).map(|entry| Moment::from_millis(entry.at)),
            checkpoint: checkpoints.and_then(|kept| kept.last(*organisation)),
            key: checkpoints.map(|kept| kept.public_key()),
            asked: asked.and_then(entry).map(|entry| hex::encode(&entry.hash)),
        }
    };
    Ok(organisations.iter().map(standing).collect())
}

async fn stand_of(
    tx: &(impl FileLane + Sync),
    core: &Core,
    organisation: OrganisationId,
    asked: Option<i64>,
) -> Result<ChainStanding, Refusal> {
    stand(tx, core, &[organisation], asked).await?.pop().ok_or(Refusal::NotFound)
}

async fn look_through(
    tx: &(impl FileLane + Sync),
    core: &Core,
    organisation: OrganisationId,
    kept: Landmarks,
) -> Result<Examination, Refusal> {
    let (began, checkpoints) = (core.clock.now(), kept.count());
    let verdict = walk(tx, organisation.uuid(), 1, kept).await?;
    Ok(Examination { verdict, checkpoints, took: core.clock.now().since(began) })
}

/// What the folder of checkpoints says of one chain. Its files may be long, so they are read aside.
async fn kept_landmarks(core: &Core, organisation: OrganisationId) -> Result<Landmarks, Refusal> {
    let Some(kept) = core.checkpoints.get() else { return Ok(Landmarks::default()) };
    let folder = kept.folder().to_owned();
    let read = tokio::task::spawn_blocking(move || read_file(&folder)).await;
    let system = |error: String| fault(Fault::System(error));
    let lines = read.map_err(|error| system(error.to_string()))?.map_err(|error| system(error.to_string()))?;
    Ok(landmarks(&lines).remove(&organisation).unwrap_or_default())
}
