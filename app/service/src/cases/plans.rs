//! Plans: made after the assessment, discussed by the team, approved by somebody else.

use super::assessments::returned;
use super::desk::{Desk, Done, answer, done};
use super::papers::{Document, dates, document, on_paper, paper_badge};
use super::review::{Review, review};
use super::sheet::{Sheet, mark, moment, said, sheet, summary, typed, version, when};
use backend::StaffScope;
use backend::cases::{
    self, ApprovePlan, PlanView, RecordDiscussion, ReturnPlan, SubmitPlan, approve_plan, record_discussion,
    return_plan, submit_plan,
};
use domain::access::{Action, Object};
use domain::events::Subject;
use domain::forms::{Answers, FormKey, FormTemplate};
use domain::ids::{CaseId, PlanId};
use domain::refusal::{Blocked, Problem, Refusal};
use domain::rules::{RuleBook, gates};
use domain::workflow::PaperState;
use leptos::prelude::*;
use pages::components::badge::Tone;
use pages::components::button::{Button, hidden_fields, print};
use pages::components::facts::facts;
use pages::components::field::{Field, Input, Need, field};
use pages::components::icons::Icon;
use pages::components::notice::notice;
use pages::components::page_head::{PageHead, page_head};
use pages::components::section::{section, split};
use pages::handling::{Answer, Request, refused};
use pages::ui::{Ui, Words};

pub(super) async fn form(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(scope, request).await?;
    Ok(Answer::page(form_page(&desk, None)?))
}

/// What stands in the way of making a plan now.
pub(super) fn in_the_way(desk: &Desk) -> Vec<Blocked> {
    let facts = gates::PlanFacts { assessment_approved: desk.is_assessed() };
    gates::create_plan(RuleBook::builtin(), &desk.rules, &facts)
}

fn form_page(desk: &Desk, refusal: Option<&Refusal>) -> Result<String, Refusal> {
    desk.need(Object::Plan, Action::Create)?;
    let ui = desk.ui;
    let template = FormTemplate::builtin(FormKey::Plan);
    let last = desk.file.plans.first();
    let sent_back = last.filter(|plan| plan.state == PaperState::Returned);
    let answers = match last {
        _ if !desk.request.form.0.is_empty() => desk.request.form.answers(),
        // The next revision begins with what the last one said.
        Some(plan) => plan.answers.clone(),
        None => from_assessment(desk),
    };
    let revision = last.map_or(1, |plan| plan.revision + 1);
    let title = match revision {
        1 => ui.t("制定服务计划", "Make a service plan").to_owned(),
        _ => ui
            .words(|| format!("修订服务计划（第 {revision} 稿）"), || format!("Revise the plan (revision {revision})")),
    };
    let missing = in_the_way(desk);
    let notice = match sent_back {
        Some(plan) => returned(desk, plan.returned.as_deref()),
        None => said(desk, (refusal.is_none() && !missing.is_empty()).then_some(&Refusal::Blocked(missing))),
    };
    let body = || {
        sheet(
            desk,
            Sheet {
                title: title.clone().into(),
                lead: Some(
                    ui.t(
                        "提交后经团队讨论，由编写人以外的人批准后执行。",
                        "The team discusses it, and somebody else approves it.",
                    )
                    .into(),
                ),
                action: desk.below("plans/new"),
                hidden: Vec::new(),
                notice,
                first: None,
                template: Some(template),
                answers: &answers,
                refusal,
                button: ui.t("提交审批", "Hand in for approval").into(),
                beside: None,
            },
        )
    };
    Ok(desk.page(&title, body))
}

/// A first plan begins with the goals of the assessment, and with today.
fn from_assessment(desk: &Desk) -> Answers {
    let approved = desk.file.assessments.iter().find(|paper| paper.state == PaperState::Approved);
    let mut answers = Answers::from([("starts_on".to_owned(), desk.ui.now.day().to_string())]);
    if let Some(goals) = approved.and_then(|paper| paper.answers.get("goals")) {
        answers.insert("goals".to_owned(), goals.clone());
    }
    answers
}

pub(super) async fn submit(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let case: CaseId = request.id("case")?;
    let outcome = hand_in(&scope, &request, case).await;
    let to = outcome.map(|()| done(&scope, case, Done::PlanSubmitted));
    answer(scope, request, to, form_page).await
}

async fn hand_in(scope: &StaffScope, request: &Request, case: CaseId) -> Result<(), Refusal> {
    let operation = request.form.operation().map_err(|_| Refusal::Stale)?;
    let command = SubmitPlan { operation, case, answers: request.form.answers() };
    submit_plan(scope, command).await.map(drop)
}

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(scope, request).await?;
    Ok(Answer::page(paper_page(&desk, None)?))
}

fn paper_page(desk: &Desk, refusal: Option<&Refusal>) -> Result<String, Refusal> {
    let plan = desk.plan(desk.request.id("plan")?)?;
    let ui = desk.ui;
    let title = name(desk, plan);
    let body = || {
        let head = PageHead {
            back: desk.back(),
            title: title.clone().into(),
            badges: vec![paper_badge(ui, plan.state)],
            facts: vec![(ui.t("编写", "By").into(), plan.written.author.clone().into())],
            actions: vec![print(ui)],
            ..PageHead::default()
        };
        let facts_of = |ui: Ui| {
            let mut lines = dates(ui, &plan.written, false);
            if let Some((at, _)) = &plan.discussion {
                lines.push((ui.t("团队讨论", "Discussed").into(), ui.moment(*at).into()));
            }
            lines
        };
        let sheet = Document {
            form: FormKey::Plan,
            answers: &plan.answers,
            title: ui.t("个案服务计划表", "Service plan").into(),
            facts: facts_of(on_paper(ui)),
            signs: vec![
                ui.t("服务对象（监护人）", "Client (guardian)").into(),
                ui.t("负责社工", "Worker").into(),
                ui.t("审核人", "Approved by").into(),
            ],
        };
        let why = plan.returned.clone().filter(|_| plan.state == PaperState::Returned).map(|why| {
            let words = format!("{}{why}", ui.t("退回原因：", "Sent back because: "));
            view! { <div class="no-print">{notice(Tone::Due, words)}</div> }
        });
        let main = view! {
            {why}
            {document(desk, sheet)}
            <div class="no-print review__part">{discussion(desk, plan, refusal)}</div>
            <div class="review__part">{decide(desk, plan, refusal)}</div>
        };
        let side = view! { <div class="no-print">{section(ui.t("时间与人员", "Dates and people"), facts(facts_of(ui)))}</div> };
        view! { <div class="no-print">{page_head(ui, head)}</div>{said(desk, refusal)}{split(main.into_any(), side.into_any())} }.into_any()
    };
    Ok(desk.page(&title, body))
}

/// 服务计划（第 2 稿）
pub(super) fn name(desk: &Desk, plan: &PlanView) -> String {
    let revision = plan.revision;
    desk.ui.words(|| format!("服务计划（第 {revision} 稿）"), || format!("Service plan, revision {revision}"))
}

/// What the team said; or the form to write it down, while the plan waits.
fn discussion(desk: &Desk, plan: &PlanView, refusal: Option<&Refusal>) -> Option<AnyView> {
    let ui = desk.ui;
    let waits = plan.state == PaperState::Submitted;
    let written = plan.discussion.as_ref().map(|(at, said)| {
        let when = ui.moment(*at);
        view! { <p class="review__follows">{when}</p><p class="pre-line">{said.clone()}</p> }.into_any()
    });
    let may = waits && desk.may(Object::Plan, Action::Record);
    if written.is_none() && !may {
        return None;
    }
    let form = (may && written.is_none()).then(|| discussion_form(desk, plan, refusal));
    Some(section(ui.t("团队讨论", "The team's discussion"), view! { {written}{form} }.into_any()))
}

fn discussion_form(desk: &Desk, plan: &PlanView, refusal: Option<&Refusal>) -> AnyView {
    let (ui, form) = (desk.ui, &desk.request.form);
    let errors = refused(refusal);
    let mut met = when(
        "occurred_at",
        ui.t("讨论时间", "When the team met").into(),
        ui.t("实际讨论的时间，可以早于今天。", "When it met; may be before today.").into(),
        typed(form, "occurred_at", || ui.now.to_input()),
        Some(ui.now),
    );
    let mut words = Field {
        name: "discussion".to_owned(),
        label: ui.t("参加人和讨论意见", "Who took part, and what was said").into(),
        help: Some(ui.t("写明参加人、主要意见和结论。", "Who was there, what was said, and the conclusion.").into()),
        need: Need::Required,
        input: Input::Area { value: form.get("discussion").to_owned(), rows: 5, max: Some(2_000) },
        ..Field::default()
    };
    let labels: Vec<(String, Words)> =
        [&met, &words].into_iter().map(|question| (question.name.clone(), question.label.clone())).collect();
    mark(ui, &mut met, errors);
    mark(ui, &mut words, errors);
    let of_this = errors.iter().any(|error| labels.iter().any(|(name, _)| *name == error.field));
    let fields = vec![("operation", desk.operation()), ("version", plan.version.to_string())];
    let action = format!("{}/discussion", desk.at().plan(desk.file.id, plan.id));
    view! {
        {of_this.then(|| summary(ui, None, &labels, errors))}
        <form class="form" method="post" action=action novalidate>
            {hidden_fields(fields)}
            {field(ui, met)}
            {field(ui, words)}
            <div>{Button::primary(ui.t("记录团队讨论", "Write the discussion down")).icon(Icon::People).submit()}</div>
        </form>
    }
    .into_any()
}

fn decide(desk: &Desk, plan: &PlanView, refusal: Option<&Refusal>) -> Option<AnyView> {
    let (ui, author) = (desk.ui, plan.written.author_id);
    (plan.state == PaperState::Submitted).then(|| {
        let (discussed, approver) = (plan.discussion.is_some(), Some(desk.scope.member()));
        let facts = author.map(|author| gates::ActivateFacts { discussed, author, approver });
        let missing = facts.map(|facts| gates::activate_plan(RuleBook::builtin(), &desk.rules, &facts));
        let of_review = refusal.filter(|refusal| !names(refusal, &["discussion", "occurred_at"]));
        review(
            desk,
            Review {
                object: Object::Plan,
                address: desk.at().plan(desk.file.id, plan.id),
                version: plan.version,
                author,
                missing: missing.unwrap_or_default(),
                refusal: of_review,
                button: ui.t("批准服务计划", "Approve the plan").into(),
                follows: ui
                    .t("批准后计划生效，服务开始。", "Once approved, the plan is in force and service begins.")
                    .into(),
            },
        )
    })
}

fn names(refusal: &Refusal, fields: &[&str]) -> bool {
    refused(Some(refusal)).iter().any(|error| fields.contains(&error.field.as_str()))
}

pub(super) async fn discuss(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let (case, plan) = address(&scope, &request).await?;
    let outcome = async {
        let form = &request.form;
        let (operation, version) = (form.operation().map_err(|_| Refusal::Stale)?, version(form, "version")?);
        let discussion = form.get("discussion").to_owned();
        let empty =
            discussion.trim().is_empty().then(|| domain::refusal::FieldError::new("discussion", Problem::Required));
        match (moment(form, "occurred_at"), empty) {
            (Ok(occurred), None) => {
                record_discussion(&scope, RecordDiscussion { operation, plan, version, occurred, discussion }).await
            }
            (occurred, empty) => Err(Refusal::Invalid(occurred.err().into_iter().chain(empty).collect())),
        }
    };
    let to = outcome
        .await
        .map(|()| format!("{}?done=plan-discussed", pages::addresses::At(&scope.organisation().slug).plan(case, plan)));
    answer(scope, request, to, paper_page).await
}

pub(super) async fn approve(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let (case, plan) = address(&scope, &request).await?;
    let outcome = async {
        let operation = request.form.operation().map_err(|_| Refusal::Stale)?;
        let version = version(&request.form, "version")?;
        approve_plan(&scope, ApprovePlan { operation, plan, version }).await
    };
    let to = outcome.await.map(|()| done(&scope, case, Done::PlanApproved));
    answer(scope, request, to, paper_page).await
}

pub(super) async fn send_back(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let (case, plan) = address(&scope, &request).await?;
    let outcome = async {
        let operation = request.form.operation().map_err(|_| Refusal::Stale)?;
        let version = version(&request.form, "version")?;
        let reason = request.form.get("reason").to_owned();
        return_plan(&scope, ReturnPlan { operation, plan, version, reason }).await
    };
    let to = outcome.await.map(|()| done(&scope, case, Done::PlanReturned));
    answer(scope, request, to, paper_page).await
}

/// The case and the plan that the address names; a plan of another case is none.
async fn address(scope: &StaffScope, request: &Request) -> Result<(CaseId, PlanId), Refusal> {
    let (case, plan) = (request.id("case")?, request.id("plan")?);
    let of: CaseId = cases::case_of(scope, Subject::from(plan)).await?;
    if of == case { Ok((case, plan)) } else { Err(Refusal::NotFound) }
}
