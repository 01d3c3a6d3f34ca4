//! Deciding about a paper, and what else is done to one that was handed in.

use super::show::page;
use backend::StaffScope;
use backend::paperwork::{self, Decide};
use domain::ids::PaperId;
use domain::papers::{Deed, Right};
use domain::refusal::Refusal;
use pages::addresses::At;
use pages::handling::{Answer, Request};
use pages::papers::done_word;

pub(crate) async fn decide(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    take(scope, request, Right::Decide).await
}

pub(crate) async fn change(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    take(scope, request, Right::Write).await
}

async fn take(scope: StaffScope, request: Request, right: Right) -> Result<Answer, Refusal> {
    let paper: PaperId = request.id("paper")?;
    let open = paperwork::place_of(&scope, paper).await?;
    let form = &request.form;
    let deed = Deed::parse(form.get("deed")).ok().filter(|deed| deed.right() == right).ok_or(Refusal::NotFound)?;
    let outcome = async {
        let operation = form.operation().map_err(|_| Refusal::Stale)?;
        let version = form.get("version").parse().map_err(|_| Refusal::Stale)?;
        let reason = form.get("reason").to_owned();
        paperwork::decide(&scope, Decide { operation, paper, version, deed, reason }).await
    };
    match outcome.await {
        Ok(()) => {
            let at = At(&scope.organisation().slug);
            let file = at.subject(open.file).unwrap_or_default();
            Ok(Answer::SeeOther(format!("{file}?done={}", done_word(&open.register, deed))))
        }
        Err(refusal @ (Refusal::Invalid(_) | Refusal::Blocked(_) | Refusal::Stale | Refusal::WrongState { .. })) => {
            let html = page(&scope, &request, Some(&refusal)).await?;
            Ok(Answer::again(&refusal, html))
        }
        Err(refusal) => Err(refusal),
    }
}
