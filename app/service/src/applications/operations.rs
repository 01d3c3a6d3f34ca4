//! The operations, each at its own address: read the form, ask the backend, and back to the file.

use super::act::Worded;
use super::desk::Kept;
use super::file;
use backend::applications::{self, ApplicationAct};
use backend::{Command, StaffScope};
use domain::applications::{ScreeningMethod, TellMode};
use domain::ids::ApplicationId;
use domain::refusal::{Problem, Refusal};
use domain::time::Moment;
use pages::addresses::At;
use pages::handling::{Answer, Form, Request, answer_form};

pub(super) async fn accept(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let accept = |id, form: &Form| Ok(applications::Accept { application: id, grade: form.maybe("grade") });
    run(&scope, &request, ApplicationAct::Accept, accept, applications::accept).await
}

pub(super) async fn review(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    run(&scope, &request, ApplicationAct::Review, |id, _| Ok(id), applications::review).await
}

pub(super) async fn ask(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let ask =
        |id, form: &Form| Ok(applications::AskSupplement { application: id, missing: form.get("missing").to_owned() });
    run(&scope, &request, ApplicationAct::Ask, ask, applications::ask_supplement).await
}

pub(super) async fn supplement(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let supplement =
        |id, form: &Form| Ok(applications::Supplement { application: id, note: form.get("note").to_owned() });
    run(&scope, &request, ApplicationAct::Supplement, supplement, applications::supplement).await
}

pub(super) async fn inquire(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let inquire = |id, form: &Form| Ok(applications::Inquire { application: id, note: form.get("note").to_owned() });
    run(&scope, &request, ApplicationAct::Inquire, inquire, applications::inquire).await
}

pub(super) async fn screen(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let screen = |id, form: &Form| {
        let method: ScreeningMethod = form.read("method")?;
        Ok(applications::Screen { application: id, method, note: form.get("note").to_owned() })
    };
    run(&scope, &request, ApplicationAct::Screen, screen, applications::screen).await
}

pub(super) async fn refuse(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let refuse = |id, form: &Form| {
        Ok(applications::Refuse {
            application: id,
            criterion: form.get("criterion").to_owned(),
            note: form.get("note").to_owned(),
            mode: form.maybe("mode").filter(|mode: &TellMode| mode.is_by_staff()),
            referral: form.maybe("referral"),
        })
    };
    run(&scope, &request, ApplicationAct::Refuse, refuse, applications::refuse).await
}

pub(super) async fn withdraw(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let withdraw = |id, form: &Form| Ok(applications::Withdraw { application: id, note: form.get("note").to_owned() });
    run(&scope, &request, ApplicationAct::Withdraw, withdraw, applications::withdraw).await
}

pub(super) async fn tell(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let tell = |id, form: &Form| {
        let at = Moment::parse(form.get("at")).map_err(|problem| match form.get("at") {
            "" => Problem::Required,
            _ => problem,
        });
        let at = at.map_err(|problem| Refusal::field("at", problem))?;
        Ok(applications::Tell { application: id, mode: form.read("mode")?, at })
    };
    run(&scope, &request, ApplicationAct::Tell, tell, applications::tell).await
}

pub(super) async fn sign(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let sign = |id, form: &Form| {
        let (signer, signature) = (form.read("signer")?, form.get("signature").to_owned());
        Ok(applications::Sign { application: id, signer, signature })
    };
    run(&scope, &request, ApplicationAct::Sign, sign, applications::sign).await
}

pub(super) async fn confirm(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let confirm = |id, form: &Form| {
        let (responsible, another) = (form.read("responsible")?, form.get("another") == "yes");
        Ok(applications::Confirm { application: id, responsible, another })
    };
    run(&scope, &request, ApplicationAct::Confirm, confirm, confirmed).await
}

async fn confirmed(scope: &StaffScope, command: Command<applications::Confirm>) -> Result<(), Refusal> {
    applications::confirm(scope, command).await.map(drop)
}

/// Does what the form asks, then back to the file: done, or with what was refused and what was typed.
async fn run<B>(
    scope: &StaffScope,
    request: &Request,
    act: ApplicationAct,
    body: impl FnOnce(ApplicationId, &Form) -> Result<B, Refusal>,
    operation: impl AsyncFnOnce(&StaffScope, Command<B>) -> Result<(), Refusal>,
) -> Result<Answer, Refusal> {
    let id: ApplicationId = request.id("id")?;
    let done = async {
        operation(scope, request.command(body(id, &request.form)?)?).await?;
        let file = At(&scope.organisation().slug).application(id);
        Ok(Answer::SeeOther(format!("{file}?done={}", act.key())))
    };
    let again = async |refusal: &Refusal| {
        let kept = Kept { act, form: &request.form, refusal };
        file::page(scope, request, id, Some(kept)).await
    };
    answer_form(done, again).await
}
