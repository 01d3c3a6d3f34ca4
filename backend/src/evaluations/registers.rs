//! The registers of the engaged houses as an evaluator sees them: what was asked within the period and how it stands, its
//! papers, one of them. What the engagement does not open is not there.

use super::cases::note_everywhere;
use super::file::mask_paper;
use crate::db::EvaluatorTx;
use crate::entity::paper;
use crate::listing::{self, Listed, PAGE};
use crate::members;
use crate::organisations::{Organisation, among};
use crate::papers::{self, Head, Key, PaperView};
use crate::paperwork;
use crate::registers::{House, PaperRow, Strip, rows};
use crate::scope::EvaluatorScope;
use domain::access::{Action, Object};
use domain::forms::{FormTemplate, Privacy};
use domain::ids::PaperId;
use domain::masking::Veil;
use domain::nouns::Sight;
use domain::papers::PaperState;
use domain::refusal::Refusal;
use domain::registers::{Kind, Register};
use domain::rules::periodic::Stretch;
use domain::time::Moment;
use sea_orm::{ColumnTrait, Condition, Order};
use std::sync::Arc;

/// A house with those of its registers that are opened.
#[derive(Clone, Debug)]
pub struct HouseRegisters {
    /// The house.
    pub organisation: Arc<Organisation>,
    /// Each register, with what its rules asked within the period.
    pub registers: Vec<(Arc<Register>, Vec<Strip>)>,
}

/// One register of a house, within the period.
#[derive(Clone, Debug)]
pub struct EvaluatedRegister {
    /// The house.
    pub organisation: Arc<Organisation>,
    /// The register.
    pub register: Arc<Register>,
    /// What its rules asked.
    pub strips: Vec<Strip>,
    /// Its papers.
    pub papers: Listed<PaperRow>,
}

/// A paper of a register, masked.
#[derive(Clone, Debug)]
pub struct MaskedPaper {
    /// Whose it is.
    pub organisation: Arc<Organisation>,
    /// Its register.
    pub register: Arc<Register>,
    /// The form in the version that was filled in.
    pub form: Arc<FormTemplate>,
    /// What it lies in: the house, or one of its units.
    pub place: String,
    /// The paper.
    pub paper: PaperView,
}

/// The opened registers of every engaged house.
///
/// # Errors
/// When the engagement has ended or the database does not answer.
pub async fn registers(scope: &EvaluatorScope) -> Result<Vec<HouseRegisters>, Refusal> {
    scope.need(Object::Engagement, Action::Read)?;
    let opened = opened(scope);
    let tx = scope.read().await?;
    let engaged = scope.organisations().iter().map(Arc::as_ref);
    let houses = House::read_all(&tx, engaged, &opened, scope.now().day()).await?;
    drop(tx);
    let days = period(scope);
    let shown = |house: House<'_>| {
        let house = house.only(days);
        let organisation = among(scope.organisations(), house.organisation().id.uuid())?.clone();
        let offered = opened.iter().filter(|register| register.is_offered_to(organisation.packs));
        let registers = offered.map(|register| (register.clone(), house.strips_among(register, &opened))).collect();
        Ok(HouseRegisters { organisation, registers })
    };
    let houses = houses.into_iter().map(shown).collect::<Result<_, Refusal>>()?;
    note_everywhere(scope, scope.organisations(), "registers").await?;
    Ok(houses)
}

/// One register of an engaged house, with its papers of the period, the newest first.
///
/// # Errors
/// [`Refusal::NotFound`] when the engagement opens no such register, or the house is not engaged.
pub async fn register(
    scope: &EvaluatorScope,
    organisation: &str,
    register: &str,
    after: Option<PaperId>,
) -> Result<EvaluatedRegister, Refusal> {
    scope.need(Object::Engagement, Action::Read)?;
    let house = scope.organisations().iter().find(|engaged| engaged.slug == organisation).ok_or(Refusal::NotFound)?;
    let offered = |known: &&Arc<Register>| known.key == register && known.is_offered_to(house.packs);
    let opened = opened(scope);
    let register = opened.iter().find(offered).cloned().ok_or(Refusal::NotFound)?;
    let tx = scope.read().await?;
    let seen = House::read(&tx, house, std::slice::from_ref(&register), scope.now().day()).await?.only(period(scope));
    let of_house = paper::Column::OrganisationId.eq(house.id.uuid());
    let within = || tx.find::<paper::Entity>().filter(open(scope, [&register])).filter(of_house.clone());
    let last = match after {
        Some(after) => within().by_id(after).one().await?,
        None => None,
    };
    let found = listing::page(within(), last.as_ref(), (paper::Column::OccurredAt, Order::Desc), PAGE).await?;
    let mut papers = rows(&tx, &seen, found).await?;
    drop(tx);
    papers.rows.iter_mut().for_each(|row| cover_facts(scope, &register, &mut row.head));
    scope.note_register(house, scope.engagement().id.into(), &register).await?;
    Ok(EvaluatedRegister {
        organisation: house.clone(),
        strips: seen.strips_among(&register, &opened),
        register,
        papers,
    })
}

/// A paper of an opened register, masked. The view is noted before anything is shown.
///
/// # Errors
/// [`Refusal::NotFound`] when the engagement does not open the paper: another house's, of a file, of a register that is not
/// opened, outside the period, a draft.
pub async fn paper(scope: &EvaluatorScope, id: PaperId) -> Result<MaskedPaper, Refusal> {
    scope.need(Object::Engagement, Action::Read)?;
    let tx = scope.read().await?;
    let row = tx.find::<paper::Entity>().by_id(id).filter(open(scope, &opened(scope))).need().await?;
    let organisation = among(scope.organisations(), row.organisation_id)?.clone();
    let register = scope.registers().get(&row.register).ok_or(Refusal::NotFound)?.clone();
    let (mut paper, place) = read(&tx, &organisation, id).await?;
    drop(tx);
    let form = scope.registers().form_as_it_was(&register, paper.head.template).ok_or(Refusal::NotFound)?.clone();
    if register.seen_by.evaluator == Sight::Masked {
        mask_paper(&mut paper, Some(&form), &Veil::default());
    }
    cover_facts(scope, &register, &mut paper.head);
    scope.note_register(&organisation, id.into(), &register).await?;
    Ok(MaskedPaper { organisation, register, form, place, paper })
}

/// The registers with pages of their own that the engagement opens, area by area.
fn opened(scope: &EvaluatorScope) -> Vec<Arc<Register>> {
    let seen = |register: &&Arc<Register>| register.seen_by.evaluator >= Sight::Masked;
    let named = |register: &&Arc<Register>| scope.engagement().opens(Kind::papers(&register.key));
    let mut opened: Vec<Arc<Register>> = scope.registers().shelved().filter(seen).filter(named).cloned().collect();
    opened.sort_by_key(|register| register.area);
    opened
}

/// The days that an engagement is about.
fn period(scope: &EvaluatorScope) -> Stretch {
    Stretch { first: scope.engagement().from, last: scope.engagement().to }
}

/// The papers of these registers that are opened: what happened within the period, and is no draft.
fn open<'r>(scope: &EvaluatorScope, registers: impl IntoIterator<Item = &'r Arc<Register>>) -> Condition {
    use paper::Column;
    let Stretch { first, last } = period(scope);
    Condition::all()
        .add(Column::Register.is_in(registers.into_iter().map(|register| register.key.as_str())))
        .add(Column::State.ne(PaperState::Draft.code()))
        .add(Column::OccurredAt.gte(Moment::start_of(first).millis()))
        .add(Column::OccurredAt.lt(Moment::end_of(last).millis()))
}

/// A paper of a house with what was written, and what it lies in.
async fn read(tx: &EvaluatorTx, house: &Organisation, id: PaperId) -> Result<(PaperView, String), Refusal> {
    let heads = papers::heads(tx, Condition::all().add(paper::Column::Id.eq(id.uuid())), None).await?;
    let file = heads.first().ok_or(Refusal::NotFound)?.file;
    let mut folder = paperwork::shelves(tx, house, std::iter::once(file)).await?.pop().ok_or(Refusal::NotFound)?;
    folder.heads = heads;
    let (names, history) = (members::names(tx).await?, papers::history(tx, [id.uuid()]).await?);
    let key = Key::Organisation(&house.key);
    let mut views = papers::views(tx, &key, (&names, &history), &folder, |_| true).await?;
    Ok((views.pop().ok_or(Refusal::NotFound)?, folder.number))
}

/// Takes away what stands beside the sealed paper of somebody's affairs: a list has no veil for it.
fn cover_facts(scope: &EvaluatorScope, register: &Register, head: &mut Head) {
    let form = scope.registers().form_as_it_was(register, head.template);
    let internal = |key: &str| {
        let field = form.and_then(|form| form.field(key));
        field.is_some_and(|field| field.privacy == Privacy::Plain)
    };
    if register.seen_by.evaluator == Sight::Masked {
        head.facts.retain(|key, _| internal(key));
    }
}
