//! The end: service is completed, the result told, the case closed, the summary read.

use super::desk::{Desk, Done, answer, done};
use super::papers::{Document, document, on_paper};
use super::sheet::{Sheet, choose, chosen, said, sheet, version};
use backend::StaffScope;
use backend::cases::{self, Close, Finish, TellResult};
use domain::access::{Action, Object};
use domain::applications::TellMode;
use domain::forms::{Answers, FormKey, FormTemplate};
use domain::ids::CaseId;
use domain::records::RecordState;
use domain::refusal::{Blocked, Refusal};
use domain::rules::{RuleBook, gates};
use domain::workflow::Workflow;
use leptos::prelude::*;
use pages::components::badge::Tone;
use pages::components::button::print;
use pages::components::notice::{notice, notice_with};
use pages::components::page_head::{PageHead, page_head};
use pages::handling::{Answer, Request};
use pages::ui::{Ui, Words};

pub(super) async fn finish_form(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(scope, request).await?;
    desk.file.state.next(Action::Submit)?;
    Ok(Answer::page(finish_page(&desk, None)?))
}

fn finish_page(desk: &Desk, refusal: Option<&Refusal>) -> Result<String, Refusal> {
    desk.need(Object::Case, Action::Close)?;
    let ui = desk.ui;
    let title = ui.t("服务完成", "Service completed");
    let answers = Answers::new();
    let body = || {
        sheet(
            desk,
            Sheet {
                title: title.into(),
                lead: Some(
                    ui.t(
                        "确认计划中的服务都已做完。之后不再写服务记录，当天要向服务对象反馈结果，再结案。",
                        "Confirm that everything in the plan was done. No more records are written then; the result is told the same day, and the case is closed.",
                    )
                    .into(),
                ),
                action: desk.below("finish"),
                hidden: vec![("version", desk.file.version.to_string())],
                notice: unfinished(desk),
                first: None,
                template: None,
                answers: &answers,
                refusal,
                button: ui.t("确认服务完成", "Confirm: completed").into(),
                beside: None,
            },
        )
    };
    Ok(desk.page(title, body))
}

/// What would be left lying.
fn unfinished(desk: &Desk) -> Option<AnyView> {
    let ui = desk.ui;
    let count = |state: RecordState| desk.file.records.iter().filter(|record| record.state == state).count();
    let lines = [
        (
            count(RecordState::Planned),
            ui.t("个预约还没有记录，完成后不能再写", "appointments without a record; none can be written afterwards"),
        ),
        (count(RecordState::Returned), ui.t("份记录被退回，还没有修改", "records sent back and not amended")),
        (count(RecordState::Recorded), ui.t("份记录还在等审核", "records waiting for approval")),
    ];
    let lines: Vec<AnyView> = lines
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| view! { <li>{count}" "{words}</li> }.into_any())
        .collect();
    let title = ui.t("请先看一下：", "Before you go on:");
    (!lines.is_empty()).then(|| notice_with(Tone::Due, Some(title.into()), view! { <ul>{lines}</ul> }.into_any(), None))
}

pub(super) async fn finish(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let case: CaseId = request.id("case")?;
    let outcome = async {
        let operation = request.form.operation().map_err(|_| Refusal::Stale)?;
        let version = version(&request.form, "version")?;
        cases::finish(&scope, Finish { operation, case, version }).await
    };
    let to = outcome.await.map(|()| done(&scope, case, Done::Finished));
    answer(scope, request, to, finish_page).await
}

pub(super) async fn result_form(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(scope, request).await?;
    desk.file.state.next(Action::Tell)?;
    Ok(Answer::page(result_page(&desk, None)?))
}

fn result_page(desk: &Desk, refusal: Option<&Refusal>) -> Result<String, Refusal> {
    desk.need(Object::Case, Action::Tell)?;
    let ui = desk.ui;
    let title = ui.t("反馈结果", "Tell the result");
    let answers = Answers::new();
    let mode = choose(
        ui,
        "mode",
        ui.t("反馈方式", "How the client was told").into(),
        &TellMode::ALL,
        desk.request.form.get("mode"),
    );
    let told = desk.file.told.map(|(at, mode)| {
        let (at, mode) = (ui.moment(at), ui.name(mode));
        notice(
            Tone::Info,
            ui.words(|| format!("已于 {at} 以“{mode}”反馈过。"), || format!("It was told {at}, {mode}.")),
        )
    });
    let body = || {
        sheet(
            desk,
            Sheet {
                title: title.into(),
                lead: Some(
                    ui.t(
                        "先把服务结果告诉服务对象（未成年人也告诉监护人），再在这里记下。办理时限到此为止。",
                        "Tell the client the result first (and a minor's guardian), then note it here. The handling time ends with it.",
                    )
                    .into(),
                ),
                action: desk.below("result"),
                hidden: vec![("version", desk.file.version.to_string())],
                notice: told,
                first: Some((ui.t("反馈", "Telling").into(), vec![mode])),
                template: None,
                answers: &answers,
                refusal,
                button: ui.t("记下已反馈", "Note that it was told").into(),
                beside: None,
            },
        )
    };
    Ok(desk.page(title, body))
}

pub(super) async fn tell_result(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let case: CaseId = request.id("case")?;
    let outcome = async {
        let form = &request.form;
        let (operation, version) = (form.operation().map_err(|_| Refusal::Stale)?, version(form, "version")?);
        let mode = chosen(form, "mode").map_err(|error| Refusal::Invalid(vec![error]))?;
        cases::tell_result(&scope, TellResult { operation, case, version, mode }).await
    };
    let to = outcome.await.map(|()| done(&scope, case, Done::ResultTold));
    answer(scope, request, to, result_page).await
}

pub(super) async fn close_form(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(scope, request).await?;
    desk.file.state.next(Action::Close)?;
    Ok(Answer::page(close_page(&desk, None)?))
}

/// What the rules would miss if the case were closed with a reason now.
pub(super) fn in_the_way(desk: &Desk) -> Vec<Blocked> {
    let served = |state: &RecordState| matches!(state, RecordState::Recorded | RecordState::Approved);
    let facts = gates::CloseFacts {
        accepted: true,
        assessed: desk.is_assessed(),
        served: desk.file.records.iter().any(|record| served(&record.state)),
        result_told: desk.file.told.is_some(),
        reason_given: true,
    };
    gates::close_case(RuleBook::builtin(), &desk.rules, &facts)
}

fn close_page(desk: &Desk, refusal: Option<&Refusal>) -> Result<String, Refusal> {
    desk.need(Object::Case, Action::Close)?;
    let ui = desk.ui;
    let title = ui.t("结案", "Close the case");
    let answers = match desk.file.told {
        _ if !desk.request.form.0.is_empty() => desk.request.form.answers(),
        Some((_, mode)) => Answers::from([("told_how".to_owned(), mode.code().to_owned())]),
        None => Answers::new(),
    };
    let missing = in_the_way(desk);
    let missing = (refusal.is_none() && !missing.is_empty()).then_some(Refusal::Blocked(missing));
    let body = || {
        sheet(
            desk,
            Sheet {
                title: title.into(),
                lead: Some(
                    ui.t(
                        "写下服务总结和评价。结案后不能更改，跟进回访照常进行。",
                        "Write the summary and evaluation. It cannot be changed afterwards; follow-ups go on.",
                    )
                    .into(),
                ),
                action: desk.below("close"),
                hidden: vec![("version", desk.file.version.to_string())],
                notice: said(desk, missing.as_ref()),
                first: None,
                template: Some(FormTemplate::builtin(FormKey::Closing)),
                answers: &answers,
                refusal,
                button: ui.t("结案", "Close the case").into(),
                beside: None,
            },
        )
    };
    Ok(desk.page(title, body))
}

pub(super) async fn close(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let case: CaseId = request.id("case")?;
    let outcome = async {
        let operation = request.form.operation().map_err(|_| Refusal::Stale)?;
        let version = version(&request.form, "version")?;
        cases::close(&scope, Close { operation, case, version, answers: request.form.answers() }).await
    };
    let to = outcome.await.map(|()| done(&scope, case, Done::Closed));
    answer(scope, request, to, close_page).await
}

pub(super) async fn summary(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(scope, request).await?;
    let ui = desk.ui;
    let answers = desk.file.closing.as_ref().ok_or(Refusal::NotFound)?;
    let title = ui.t("服务总结", "Service summary");
    let body = || {
        let facts = |ui: Ui| {
            let mut lines: Vec<(Words, Words)> =
                vec![(ui.t("负责社工", "Worker").into(), desk.file.responsible.1.clone().into())];
            if let Some(closed) = desk.file.closed {
                lines.push((ui.t("结案", "Closed").into(), ui.moment(closed).into()));
            }
            lines
        };
        let head = PageHead {
            back: desk.back(),
            title: title.into(),
            facts: facts(ui),
            actions: vec![print(ui)],
            ..PageHead::default()
        };
        let sheet = Document {
            form: FormKey::Closing,
            answers,
            title: ui.t("结案总结表", "Closing summary").into(),
            facts: facts(on_paper(ui)),
            signs: vec![ui.t("负责社工", "Worker").into(), ui.t("督导", "Supervisor").into()],
        };
        view! { <div class="no-print">{page_head(ui, head)}</div>{document(&desk, sheet)} }.into_any()
    };
    Ok(Answer::page(desk.page(title, body)))
}
