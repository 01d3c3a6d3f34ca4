//! Deciding about a paper, and what else is done to one that was handed in.

use super::show::page;
use backend::StaffScope;
use backend::paperwork::{self, Decide};
use domain::ids::PaperId;
use domain::papers::{Deed, Right};
use domain::refusal::Refusal;
use pages::addresses::At;
use pages::handling::{Answer, Request, answer_form};
use pages::papers::done_word;

pub(crate) async fn decide(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    take(scope, request, Right::Decide).await
}

pub(crate) async fn change(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    take(scope, request, Right::Write).await
}

async fn take(scope: StaffScope, request: Request, right: Right) -> Result<Answer, Refusal> {
    let asked = asked(&request, right)?;
    let (place, deed) = (paperwork::place_of(&scope, asked.paper).await?, asked.deed);
    let done = async {
        paperwork::decide(&scope, request.command(asked)?).await?;
        let file = At(&scope.organisation().slug).subject(place.file).unwrap_or_default();
        Ok(Answer::SeeOther(format!("{file}?done={}", done_word(&place.register, deed))))
    };
    answer_form(done, async |refusal| page(&scope, &request, Some(refusal)).await).await
}

/// What is asked to be done to the paper in the address, by whoever has this right.
pub(crate) fn asked(request: &Request, right: Right) -> Result<Decide, Refusal> {
    let paper: PaperId = request.id("paper")?;
    let deed = Deed::parse(request.form.get("deed")).ok().filter(|deed| deed.right() == right);
    let reason = request.form.get("reason").to_owned();
    Ok(Decide { paper, deed: deed.ok_or(Refusal::NotFound)?, reason })
}
