//! Papers that everybody may read: without an account, and with nothing in them that tells of a person.
//!
//! Which papers and which parts of them, their registers say ([`domain::registers::Public`]).

use super::shelves;
use crate::entity::paper;
use crate::papers::{self, Head, Key, PaperView};
use crate::scope::PublicScope;
use domain::forms::FormTemplate;
use domain::ids::PaperId;
use domain::papers::PaperState;
use domain::refusal::Refusal;
use domain::registers::{Public, Register};
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashMap;
use std::sync::Arc;

/// A paper that everybody may read.
#[derive(Clone, Debug)]
pub struct Published {
    /// Its register.
    pub register: Arc<Register>,
    /// The public parts of its form.
    pub form: FormTemplate,
    /// The paper, with what was written in those parts.
    pub paper: PaperView,
}

impl Published {
    /// What it is called.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        let gist = self.register.gist.as_ref()?;
        self.paper.answers.get(gist).map(String::as_str)
    }
}

/// What an organisation has published, in the order of its registers, of each the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn published(scope: &PublicScope) -> Result<Vec<Published>, Refusal> {
    read(scope, None).await
}

/// One paper that an organisation has published.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none, it is not public, or it is not in force.
pub async fn published_one(scope: &PublicScope, id: PaperId) -> Result<Published, Refusal> {
    read(scope, Some(id)).await?.pop().ok_or(Refusal::NotFound)
}

async fn read(scope: &PublicScope, only: Option<PaperId>) -> Result<Vec<Published>, Refusal> {
    use paper::Column;
    let (tx, house) = (scope.read().await?, scope.organisation());
    let public: HashMap<&str, (&Arc<Register>, &Public)> = scope
        .registers()
        .public()
        .filter(|(register, _)| register.is_offered_to(house.packs))
        .map(|(register, public)| (register.key.as_str(), (register, public)))
        .collect();
    let in_force = PaperState::ALL.into_iter().filter(|state| state.is_in_force()).map(PaperState::code);
    let these = Condition::all()
        .add(Column::Register.is_in(public.keys().copied()))
        .add(Column::State.is_in(in_force))
        .add_option(only.map(|id| Column::Id.eq(id.uuid())));
    let mut heads = papers::heads(&tx, these, None).await?;
    heads.retain(|head| public.get(head.register.as_str()).is_some_and(|(_, public)| is_for_everybody(public, head)));
    heads.sort_by_key(|head| public.get(head.register.as_str()).map(|(register, _)| register.place));
    let folder = shelves::folder(&tx, house, house.id.into(), heads).await?;
    let key = Key::Organisation(&house.key);
    // Who wrote it is nobody else's affair.
    let views = papers::views(&tx, &key, (&HashMap::new(), &[]), &folder, |_| true).await?;
    let shown = |mut paper: PaperView| {
        let (register, public) = public.get(paper.head.register.as_str()).copied()?;
        let form = public.part_of(scope.registers().form_as_it_was(register, paper.head.template)?);
        paper.answers.retain(|name, _| form.asks(name));
        Some(Published { register: register.clone(), form, paper })
    };
    Ok(views.into_iter().filter_map(shown).collect())
}

fn is_for_everybody(public: &Public, head: &Head) -> bool {
    head.code(&public.only.field).is_some_and(|answer| public.only.is.iter().any(|is| is == answer))
}
