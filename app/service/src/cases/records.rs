//! Appointments and records of service: planned, written down, approved.

use super::desk::{Desk, Done, answer, done};
use super::papers::{Document, dates, document, on_paper, record_badge};
use super::review::{Review, review};
use super::sheet::{Sheet, both, choose, chosen, completed, moment, said, sheet, typed, version, when};
use backend::cases::{
    self, ApproveRecord, CancelVisit, PlanVisit, RecordView, ReturnRecord, WriteRecord, approve_record, cancel_visit,
    return_record, write_record,
};
use backend::{StaffScope, duties};
use domain::access::{Action, Object};
use domain::events::Subject;
use domain::forms::{Answers, FormKey, FormTemplate};
use domain::ids::{CaseId, RecordId};
use domain::records::{ContactMode, RecordState};
use domain::refusal::{FieldError, Problem, Refusal};
use domain::rules::{OrgRules, RuleBook, RuleId};
use domain::time::{Moment, Span};
use domain::workflow::Workflow;
use leptos::prelude::*;
use pages::components::badge::{Tone, badge};
use pages::components::button::{Button, print};
use pages::components::facts::facts;
use pages::components::icons::Icon;
use pages::components::notice::{notice, notice_with};
use pages::components::page_head::{PageHead, page_head};
use pages::components::section::{section, split};
use pages::duty::late_by;
use pages::handling::{Answer, Form, Request};
use pages::ui::{Ui, Words};

/// Contents that PLN-07 demands where it binds.
const DEMANDED: [&str; 3] = ["content", "feedback", "effect"];

pub(super) async fn visit_form(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(scope, request).await?;
    desk.file.state.next(Action::Record)?;
    Ok(Answer::page(visit_page(&desk, None)?))
}

fn visit_page(desk: &Desk, refusal: Option<&Refusal>) -> Result<String, Refusal> {
    desk.need(Object::Record, Action::Create)?;
    let (ui, form) = (desk.ui, &desk.request.form);
    let title = ui.t("预约服务", "Appoint a visit");
    let ends = when(
        "ends",
        ui.t("预计结束时间", "When it will end").into(),
        ui.t("服务结束后开始计算记录时限。", "From then on the record is due.").into(),
        typed(form, "ends", || next_hour(ui.now).to_input()),
        None,
    );
    let mode = choose(ui, "mode", ui.t("服务方式", "How").into(), &ContactMode::ALL, form.get("mode"));
    let answers = Answers::new();
    let body = || {
        sheet(
            desk,
            Sheet {
                title: title.into(),
                lead: Some(
                    ui.t(
                        "预约会列入待办；服务后从这里填写记录，也可以取消。",
                        "It becomes a duty; afterwards write the record from it, or cancel it.",
                    )
                    .into(),
                ),
                action: desk.below("visits/new"),
                hidden: Vec::new(),
                notice: None,
                first: Some((ui.t("时间和方式", "When and how").into(), vec![ends, mode])),
                template: None,
                answers: &answers,
                refusal,
                button: ui.t("预约", "Appoint").into(),
                beside: None,
            },
        )
    };
    Ok(desk.page(title, body))
}

/// Tomorrow at the next full hour.
fn next_hour(now: Moment) -> Moment {
    let parts = now.parts();
    Moment::at(now.day(), parts.hour, 0).plus(Span::hours(25))
}

pub(super) async fn plan_visit(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let case: CaseId = request.id("case")?;
    let outcome = async {
        let form = &request.form;
        let operation = form.operation().map_err(|_| Refusal::Stale)?;
        let (ends, mode) = both(moment(form, "ends"), chosen(form, "mode"))?;
        cases::plan_visit(&scope, PlanVisit { operation, case, ends, mode }).await
    };
    let to = outcome.await.map(|_| done(&scope, case, Done::VisitPlanned));
    answer(scope, request, to, visit_page).await
}

pub(super) async fn form(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(scope, request).await?;
    desk.file.state.next(Action::Record)?;
    Ok(Answer::page(form_page(&desk, None)?))
}

fn form_page(desk: &Desk, refusal: Option<&Refusal>) -> Result<String, Refusal> {
    desk.need(Object::Record, Action::Record)?;
    let (ui, form) = (desk.ui, &desk.request.form);
    let of = of(desk)?;
    let answers = match of {
        _ if !form.0.is_empty() => form.answers(),
        Some(record) => record.answers.clone(),
        None => Answers::new(),
    };
    let first_moment = || {
        let known = of.and_then(|record| record.written.occurred.or(record.planned)).filter(|at| *at <= ui.now);
        known.unwrap_or(ui.now).to_input()
    };
    let occurred = when(
        "occurred_at",
        ui.t("服务时间", "When it happened").into(),
        ui.t(
            "实际服务结束的时间。记录时间由系统自动记下，两者都不能更改。",
            "When the service ended. When it was written is noted by itself; neither can be changed.",
        )
        .into(),
        typed(form, "occurred_at", first_moment),
        Some(ui.now),
    );
    let mode_at_first = || of.map(|record| record.mode.code().to_owned()).unwrap_or_default();
    let mode =
        choose(ui, "mode", ui.t("服务方式", "How").into(), &ContactMode::ALL, &typed(form, "mode", mode_at_first));
    let mut hidden = Vec::new();
    if let Some(record) = of {
        hidden.push(("of", record.id.to_string()));
        hidden.push(("of_version", record.version.to_string()));
    }
    let sent_back = of.filter(|record| record.state == RecordState::Returned);
    let notice = sent_back.map(|record| {
        let title = ui.t("这份记录被退回，请按意见修改", "This record was sent back: please amend it");
        let why = record.returned.clone().unwrap_or_default();
        notice_with(Tone::Due, Some(title.into()), view! { <p class="pre-line">{why}</p> }.into_any(), None)
    });
    let title = if sent_back.is_some() {
        ui.t("修改服务记录", "Amend the record")
    } else {
        ui.t("写服务记录", "Write a record")
    };
    let template = template(&desk.rules);
    let body = || {
        sheet(
            desk,
            Sheet {
                title: title.into(),
                lead: None,
                action: desk.below("records/new"),
                hidden,
                notice,
                first: Some((ui.t("时间和方式", "When and how").into(), vec![occurred, mode])),
                template: Some(&template),
                answers: &answers,
                refusal,
                button: ui.t("提交记录", "Hand the record in").into(),
                beside: None,
            },
        )
    };
    Ok(desk.page(title, body))
}

/// The form, with what PLN-07 demands marked as needed where it binds.
fn template(rules: &OrgRules) -> FormTemplate {
    let mut template = FormTemplate::builtin(FormKey::Record).clone();
    if RuleBook::builtin().rule(RuleId::PLN_07).is_some_and(|rule| rules.is_live(rule)) {
        for field in template.sections.iter_mut().flat_map(|section| &mut section.fields) {
            field.required |= DEMANDED.contains(&field.key.as_str());
        }
    }
    template
}

/// The appointment that was kept, or the record that was sent back: named by the address, later by the form.
fn of(desk: &Desk) -> Result<Option<&RecordView>, Refusal> {
    let (form, query) = (desk.request.form.get("of"), desk.request.query.get("of"));
    let raw = if form.is_empty() { query } else { form };
    if raw.is_empty() {
        return Ok(None);
    }
    let id: RecordId = raw.parse().map_err(|_| Refusal::NotFound)?;
    desk.record(id).map(Some)
}

pub(super) async fn write(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let case: CaseId = request.id("case")?;
    let template = template(&duties::binding(&scope).await?);
    let outcome = put_down(&scope, &request.form, case).await;
    let outcome = outcome.map_err(|refusal| completed(refusal, &request.form, &template, scope.now().day()));
    let to = outcome.map(|()| done(&scope, case, Done::RecordWritten));
    answer(scope, request, to, form_page).await
}

async fn put_down(scope: &StaffScope, form: &Form, case: CaseId) -> Result<(), Refusal> {
    let operation = form.operation().map_err(|_| Refusal::Stale)?;
    let of = match form.get("of") {
        "" => None,
        raw => Some((raw.parse::<RecordId>()?, version(form, "of_version")?)),
    };
    let occurred = moment(form, "occurred_at")
        .and_then(|at| if at > scope.now() { Err(FieldError::new("occurred_at", Problem::FutureDay)) } else { Ok(at) });
    let (occurred, mode) = both(occurred, chosen(form, "mode"))?;
    let command = WriteRecord { operation, case, of, occurred, mode, answers: form.answers() };
    write_record(scope, command).await.map(drop)
}

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(scope, request).await?;
    Ok(Answer::page(record_page(&desk, None)?))
}

fn record_page(desk: &Desk, refusal: Option<&Refusal>) -> Result<String, Refusal> {
    let record = desk.record(desk.request.id("record")?)?;
    let ui = desk.ui;
    let planned_only = matches!(record.state, RecordState::Planned | RecordState::Cancelled);
    let title = if planned_only { ui.t("服务预约", "Appointment") } else { ui.t("服务记录", "Service record") };
    let body = || {
        let mut actions = actions(desk, record);
        if !planned_only {
            actions.push(print(ui));
        }
        let mut badges = vec![record_badge(ui, record.state)];
        badges.extend(late_badge(desk, record));
        let head = PageHead {
            back: desk.back(),
            title: title.into(),
            number: Some(ui.name(record.mode).into()),
            badges,
            actions,
            ..PageHead::default()
        };
        let facts_of = |ui: Ui| {
            let mut lines: Vec<(Words, Words)> = vec![(ui.t("服务方式", "How").into(), ui.name(record.mode).into())];
            if let Some(planned) = record.planned {
                lines.push((ui.t("预约时间", "Appointed for").into(), ui.moment(planned).into()));
            }
            lines.extend(dates(ui, &record.written, true));
            lines
        };
        let main = if planned_only {
            planned_words(desk, record)
        } else {
            let sheet = Document {
                form: FormKey::Record,
                answers: &record.answers,
                title: ui.t("服务记录表", "Service record").into(),
                facts: facts_of(on_paper(ui)),
                signs: vec![ui.t("服务人员", "Worker").into(), ui.t("审核人", "Approved by").into()],
            };
            let why = record.returned.clone().filter(|_| record.state == RecordState::Returned).map(|why| {
                let words = format!("{}{why}", ui.t("退回原因：", "Sent back because: "));
                view! { <div class="no-print">{notice(Tone::Due, words)}</div> }
            });
            view! {
                {why}
                {document(desk, sheet)}
                <div class="review__part">{decide(desk, record, refusal)}</div>
            }
            .into_any()
        };
        let side = view! { <div class="no-print">{section(ui.t("时间与人员", "Dates and people"), facts(facts_of(ui)))}</div> };
        view! { <div class="no-print">{page_head(ui, head)}</div>{said(desk, refusal)}{split(main, side.into_any())} }
            .into_any()
    };
    Ok(desk.page(title, body))
}

fn late_badge(desk: &Desk, record: &RecordView) -> Option<AnyView> {
    let duty = desk.file.duties.iter().find(|duty| duty.duty.subject == Subject::from(record.id))?;
    late_by(desk.ui, duty).map(|late| {
        let words = desk.ui.words(|| format!("迟记 {late}"), || format!("Written {late} late"));
        badge(Tone::Late, words)
    })
}

fn planned_words(desk: &Desk, record: &RecordView) -> AnyView {
    let ui = desk.ui;
    let words = match (record.state, record.planned) {
        (RecordState::Cancelled, _) => {
            ui.t("这次预约已取消，不再计时。", "This appointment was cancelled; no time runs.").to_owned()
        }
        (_, Some(at)) if at > ui.now => ui.words(
            || format!("预约在 {} 结束。服务后请从这里填写记录。", ui.moment(at)),
            || format!("It ends {}. Write the record from here afterwards.", ui.moment(at)),
        ),
        _ => ui
            .t(
                "预约时间已过，请填写服务记录；没有服务的请取消预约。",
                "The time has passed: please write the record, or cancel it if it did not take place.",
            )
            .to_owned(),
    };
    notice(Tone::Info, words)
}

/// What can be done with an appointment or a record that was sent back.
fn actions(desk: &Desk, record: &RecordView) -> Vec<AnyView> {
    let ui = desk.ui;
    let mut actions = Vec::new();
    let serving = desk.file.state.allows(Action::Record);
    if record.state.allows(Action::Record) && serving && desk.may(Object::Record, Action::Record) {
        let words = match record.state {
            RecordState::Returned => ui.t("修改记录", "Amend the record"),
            _ => ui.t("填写服务记录", "Write the record"),
        };
        let href = desk.below(&format!("records/new?of={}", record.id));
        actions.push(Button::primary(words).icon(Icon::Pen).link(href));
    }
    if record.state.allows(Action::Cancel) && desk.may(Object::Record, Action::Create) {
        let fields = vec![("operation", desk.operation()), ("version", record.version.to_string())];
        let action = format!("{}/cancel", desk.at().record(desk.file.id, record.id));
        actions.push(Button::danger(ui.t("取消预约", "Cancel it")).icon(Icon::Ban).post(action, fields));
    }
    actions
}

fn decide(desk: &Desk, record: &RecordView, refusal: Option<&Refusal>) -> Option<AnyView> {
    let ui = desk.ui;
    (record.state == RecordState::Recorded).then(|| {
        review(
            desk,
            Review {
                object: Object::Record,
                address: desk.at().record(desk.file.id, record.id),
                version: record.version,
                author: record.written.author_id,
                missing: Vec::new(),
                refusal,
                button: ui.t("审核通过", "Approve the record").into(),
                follows: ui.t("审核后记录定稿，不能再改。", "Once approved, the record cannot be changed.").into(),
            },
        )
    })
}

pub(super) async fn approve(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let (case, record) = address(&scope, &request).await?;
    let outcome = async {
        let operation = request.form.operation().map_err(|_| Refusal::Stale)?;
        let version = version(&request.form, "version")?;
        approve_record(&scope, ApproveRecord { operation, record, version }).await
    };
    let to = outcome.await.map(|()| done(&scope, case, Done::RecordApproved));
    answer(scope, request, to, record_page).await
}

pub(super) async fn send_back(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let (case, record) = address(&scope, &request).await?;
    let outcome = async {
        let operation = request.form.operation().map_err(|_| Refusal::Stale)?;
        let version = version(&request.form, "version")?;
        let reason = request.form.get("reason").to_owned();
        return_record(&scope, ReturnRecord { operation, record, version, reason }).await
    };
    let to = outcome.await.map(|()| done(&scope, case, Done::RecordReturned));
    answer(scope, request, to, record_page).await
}

pub(super) async fn cancel(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let (case, record) = address(&scope, &request).await?;
    let outcome = async {
        let operation = request.form.operation().map_err(|_| Refusal::Stale)?;
        let version = version(&request.form, "version")?;
        cancel_visit(&scope, CancelVisit { operation, record, version }).await
    };
    let to = outcome.await.map(|()| done(&scope, case, Done::VisitCancelled));
    answer(scope, request, to, record_page).await
}

/// The case and the record that the address names; a record of another case is none.
async fn address(scope: &StaffScope, request: &Request) -> Result<(CaseId, RecordId), Refusal> {
    let (case, record) = (request.id("case")?, request.id("record")?);
    let of: CaseId = cases::case_of(scope, Subject::from(record)).await?;
    if of == case { Ok((case, record)) } else { Err(Refusal::NotFound) }
}
