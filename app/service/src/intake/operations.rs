//! The operations, each at its own address: read the form, ask the backend, and back to the file.

use super::act::Act;
use super::desk::Kept;
use super::file;
use backend::StaffScope;
use backend::intake;
use domain::applications::TellMode;
use domain::assessments::Method;
use domain::ids::ApplicationId;
use domain::refusal::Refusal;
use pages::addresses::At;
use pages::handling::{Answer, Form, Request, answer_form};

pub(super) async fn accept(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let accept = |id, form: &Form| {
        let (operation, version) = (form.operation()?, form.version()?);
        Ok(intake::Accept { operation, application: id, version, grade: form.maybe("grade") })
    };
    run(&scope, &request, Act::Accept, accept, intake::accept).await
}

pub(super) async fn review(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let review = |id, form: &Form| {
        Ok(intake::ToReview { operation: form.operation()?, application: id, version: form.version()? })
    };
    run(&scope, &request, Act::Review, review, intake::review).await
}

pub(super) async fn ask(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let ask = |id, form: &Form| {
        let (operation, version) = (form.operation()?, form.version()?);
        Ok(intake::AskSupplement { operation, application: id, version, missing: form.get("missing").to_owned() })
    };
    run(&scope, &request, Act::Ask, ask, intake::ask_supplement).await
}

pub(super) async fn supplement(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let supplement = |id, form: &Form| {
        let (operation, version) = (form.operation()?, form.version()?);
        Ok(intake::Supplement { operation, application: id, version, note: form.get("note").to_owned() })
    };
    run(&scope, &request, Act::Supplement, supplement, intake::supplement).await
}

pub(super) async fn inquire(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let inquire = |id, form: &Form| {
        let (operation, version) = (form.operation()?, form.version()?);
        Ok(intake::Inquire { operation, application: id, version, note: form.get("note").to_owned() })
    };
    run(&scope, &request, Act::Inquire, inquire, intake::inquire).await
}

pub(super) async fn screen(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let screen = |id, form: &Form| {
        let (operation, version) = (form.operation()?, form.version()?);
        let method: Method = form.read("method")?;
        Ok(intake::Screen { operation, application: id, version, method, note: form.get("note").to_owned() })
    };
    run(&scope, &request, Act::Screen, screen, intake::screen).await
}

pub(super) async fn refuse(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let refuse = |id, form: &Form| {
        Ok(intake::Refuse {
            operation: form.operation()?,
            application: id,
            version: form.version()?,
            criterion: form.get("criterion").to_owned(),
            note: form.get("note").to_owned(),
            mode: form.maybe("mode").filter(|mode| *mode != TellMode::Message),
            referral: form.maybe("referral"),
        })
    };
    run(&scope, &request, Act::Refuse, refuse, intake::refuse).await
}

pub(super) async fn withdraw(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let withdraw = |id, form: &Form| {
        let (operation, version) = (form.operation()?, form.version()?);
        Ok(intake::Withdraw { operation, application: id, version, note: form.get("note").to_owned() })
    };
    run(&scope, &request, Act::Withdraw, withdraw, intake::withdraw).await
}

pub(super) async fn tell(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let tell =
        |id, form: &Form| Ok(intake::Tell { operation: form.operation()?, application: id, mode: form.read("mode")? });
    run(&scope, &request, Act::Tell, tell, intake::tell).await
}

pub(super) async fn sign(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let sign = |id, form: &Form| {
        let (operation, version) = (form.operation()?, form.version()?);
        let (signer, signature) = (form.read("signer")?, form.get("signature").to_owned());
        Ok(intake::Sign { operation, application: id, version, signer, signature })
    };
    run(&scope, &request, Act::Sign, sign, intake::sign).await
}

pub(super) async fn confirm(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let confirm = |id, form: &Form| {
        let (operation, version) = (form.operation()?, form.version()?);
        let (responsible, another) = (form.read("responsible")?, form.get("another") == "yes");
        Ok(intake::Confirm { operation, application: id, version, responsible, another })
    };
    run(&scope, &request, Act::Confirm, confirm, confirmed).await
}

async fn confirmed(scope: &StaffScope, command: intake::Confirm) -> Result<(), Refusal> {
    intake::confirm(scope, command).await.map(drop)
}

/// Does what the form asks, then back to the file: done, or with what was refused and what was typed.
async fn run<C>(
    scope: &StaffScope,
    request: &Request,
    act: Act,
    command: impl FnOnce(ApplicationId, &Form) -> Result<C, Refusal>,
    operation: impl AsyncFnOnce(&StaffScope, C) -> Result<(), Refusal>,
) -> Result<Answer, Refusal> {
    let id: ApplicationId = request.id("id")?;
    let done = async {
        operation(scope, command(id, &request.form)?).await?;
        let file = At(&scope.organisation().slug).application(id);
        Ok(Answer::SeeOther(format!("{file}?done={}", act.key())))
    };
    let again = async |refusal: &Refusal| {
        let kept = Kept { act, form: &request.form, refusal };
        file::page(scope, request, id, Some(kept)).await
    };
    answer_form(done, again).await
}
