//! Need assessments: written, read, approved or sent back.

use super::desk::{Desk, Done, answer, done};
use super::papers::{Document, dates, document, on_paper, paper_badge};
use super::review::{Review, review};
use super::sheet::{Sheet, completed, said, sheet, version};
use backend::StaffScope;
use backend::cases::{
    self, ApproveAssessment, AssessmentView, ReturnAssessment, SubmitAssessment, approve_assessment, return_assessment,
    submit_assessment,
};
use domain::access::{Action, Object};
use domain::forms::{Answers, FormKey, FormTemplate};
use domain::ids::{AssessmentId, CaseId};
use domain::refusal::Refusal;
use domain::rules::{RuleBook, gates};
use domain::workflow::PaperState;
use leptos::prelude::*;
use pages::components::badge::Tone;
use pages::components::button::print;
use pages::components::facts::facts;
use pages::components::notice::{notice, notice_with};
use pages::components::page_head::{PageHead, page_head};
use pages::components::section::{section, split};
use pages::handling::{Answer, Request};

pub(super) async fn form(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(scope, request).await?;
    Ok(Answer::page(form_page(&desk, None)?))
}

fn form_page(desk: &Desk, refusal: Option<&Refusal>) -> Result<String, Refusal> {
    desk.need(Object::Assessment, Action::Create)?;
    let ui = desk.ui;
    let template = FormTemplate::builtin(FormKey::Assessment);
    let last = desk.file.assessments.iter().find(|paper| paper.state == PaperState::Returned);
    let last = last.filter(|_| desk.waiting_assessment().is_none());
    let answers = match last {
        _ if !desk.request.form.0.is_empty() => desk.request.form.answers(),
        Some(returned) => returned.answers.clone(),
        None => Answers::from([("assessed_on".to_owned(), ui.now.day().to_string())]),
    };
    let title = ui.t("写需求评估报告", "Write a needs assessment");
    let body = || {
        sheet(
            desk,
            Sheet {
                title: title.into(),
                lead: Some(
                    ui.t(
                        "提交后由督导或站长审批；批准后才能制定服务计划。",
                        "The supervisor or the head approves it; then a plan can be made.",
                    )
                    .into(),
                ),
                action: desk.below("assessments/new"),
                hidden: Vec::new(),
                notice: last.and_then(|paper| returned(desk, paper.returned.as_deref())),
                first: None,
                template: Some(template),
                answers: &answers,
                refusal,
                button: ui.t("提交审批", "Hand in for approval").into(),
                beside: None,
            },
        )
    };
    Ok(desk.page(title, body))
}

/// Why the last one was sent back, before it is written anew.
pub(super) fn returned(desk: &Desk, why: Option<&str>) -> Option<AnyView> {
    let title = desk.ui.t("上一份被退回，请按意见修改", "The last one was sent back: please amend it");
    let why = why?.to_owned();
    Some(notice_with(Tone::Due, Some(title.into()), view! { <p class="pre-line">{why}</p> }.into_any(), None))
}

pub(super) async fn submit(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let case: CaseId = request.id("case")?;
    let outcome = hand_in(&scope, &request, case).await;
    let to = outcome.map(|()| done(&scope, case, Done::AssessmentSubmitted));
    answer(scope, request, to, form_page).await
}

async fn hand_in(scope: &StaffScope, request: &Request, case: CaseId) -> Result<(), Refusal> {
    let operation = request.form.operation().map_err(|_| Refusal::Stale)?;
    let command = SubmitAssessment { operation, case, answers: request.form.answers() };
    let template = FormTemplate::builtin(FormKey::Assessment);
    let submitted = submit_assessment(scope, command).await;
    submitted.map(drop).map_err(|refusal| {
        // When it happened is this form's day of assessment.
        completed(renamed(refusal), &request.form, template, scope.now().day())
    })
}

fn renamed(refusal: Refusal) -> Refusal {
    let Refusal::Invalid(mut errors) = refusal else { return refusal };
    for error in errors.iter_mut().filter(|error| error.field == "occurred_at") {
        error.field = "assessed_on".to_owned();
    }
    Refusal::Invalid(errors)
}

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(scope, request).await?;
    Ok(Answer::page(paper_page(&desk, None)?))
}

fn paper_page(desk: &Desk, refusal: Option<&Refusal>) -> Result<String, Refusal> {
    let paper = desk.assessment(desk.request.id("assessment")?)?;
    let ui = desk.ui;
    let title = ui.t("需求评估报告", "Needs-assessment report");
    let body = || {
        let head = PageHead {
            back: desk.back(),
            title: title.into(),
            badges: vec![paper_badge(ui, paper.state)],
            facts: vec![(ui.t("编写", "By").into(), paper.written.author.clone().into())],
            actions: vec![print(ui)],
            ..PageHead::default()
        };
        let signs = vec![ui.t("评估人", "Assessed by").into(), ui.t("审核人", "Approved by").into()];
        let sheet = Document {
            form: FormKey::Assessment,
            answers: &paper.answers,
            title: title.into(),
            facts: dates(on_paper(ui), &paper.written, false),
            signs,
        };
        let main = view! {
            {why(desk, paper)}
            {document(desk, sheet)}
            <div class="review__part">{decide(desk, paper, refusal)}</div>
        };
        let side = view! { <div class="no-print">{section(ui.t("时间与人员", "Dates and people"), facts(dates(ui, &paper.written, false)))}</div> };
        view! { <div class="no-print">{page_head(ui, head)}</div>{said(desk, refusal)}{split(main.into_any(), side.into_any())} }.into_any()
    };
    Ok(desk.page(title, body))
}

fn why(desk: &Desk, paper: &AssessmentView) -> Option<AnyView> {
    let why = paper.returned.clone().filter(|_| paper.state == PaperState::Returned)?;
    let words = format!("{}{why}", desk.ui.t("退回原因：", "Sent back because: "));
    Some(view! { <div class="no-print">{notice(Tone::Due, words)}</div> }.into_any())
}

fn decide(desk: &Desk, paper: &AssessmentView, refusal: Option<&Refusal>) -> Option<AnyView> {
    let (ui, author) = (desk.ui, paper.written.author_id);
    (paper.state == PaperState::Submitted).then(|| {
        let facts = author.map(|author| gates::ApproveFacts { author, approver: desk.scope.member() });
        let missing = facts.map(|facts| gates::approve_assessment(RuleBook::builtin(), &desk.rules, &facts));
        review(
            desk,
            Review {
                object: Object::Assessment,
                address: desk.at().assessment(desk.file.id, paper.id),
                version: paper.version,
                author,
                missing: missing.unwrap_or_default(),
                refusal,
                button: ui.t("批准需求评估", "Approve the assessment").into(),
                follows: ui
                    .t("批准后，负责社工可以制定服务计划。", "Once approved, the worker can make a plan.")
                    .into(),
            },
        )
    })
}

pub(super) async fn approve(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let (case, assessment) = address(&scope, &request).await?;
    let outcome = async {
        let operation = request.form.operation().map_err(|_| Refusal::Stale)?;
        let version = version(&request.form, "version")?;
        approve_assessment(&scope, ApproveAssessment { operation, assessment, version }).await
    };
    let to = outcome.await.map(|()| done(&scope, case, Done::AssessmentApproved));
    answer(scope, request, to, paper_page).await
}

pub(super) async fn send_back(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let (case, assessment) = address(&scope, &request).await?;
    let outcome = async {
        let operation = request.form.operation().map_err(|_| Refusal::Stale)?;
        let version = version(&request.form, "version")?;
        let reason = request.form.get("reason").to_owned();
        return_assessment(&scope, ReturnAssessment { operation, assessment, version, reason }).await
    };
    let to = outcome.await.map(|()| done(&scope, case, Done::AssessmentReturned));
    answer(scope, request, to, paper_page).await
}

/// The case and the paper that the address names; a paper of another case is none.
async fn address(scope: &StaffScope, request: &Request) -> Result<(CaseId, AssessmentId), Refusal> {
    let (case, assessment) = (request.id("case")?, request.id("assessment")?);
    let of: CaseId = cases::case_of(scope, domain::events::Subject::from(assessment)).await?;
    if of == case { Ok((case, assessment)) } else { Err(Refusal::NotFound) }
}
