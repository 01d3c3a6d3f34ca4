//! The end: service is completed, and the result told. With its summary, a paper, the case is closed.

use super::desk::Desk;
use backend::StaffScope;
use backend::cases::{self, CaseAct, TellResult};
use domain::applications::TellMode;
use domain::ids::CaseId;
use domain::papers::PaperState;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::Tone;
use pages::components::button::{Button, hidden_fields};
use pages::components::field::{Field, Input, Need, Offered, error_summary, field};
use pages::components::notice::{notice_with, refusal as refusal_notice};
use pages::components::page_head::{PageHead, page_head};
use pages::handling::{Answer, Request, answer_form, refused};

/// A step of the case that is confirmed on a page of its own.
struct Step {
    title: &'static str,
    lead: &'static str,
    address: &'static str,
    before: Option<AnyView>,
    question: Option<Field>,
    button: &'static str,
}

fn page(desk: &Desk<'_>, step: Step, refusal: Option<&Refusal>) -> String {
    let (ui, title) = (desk.ui, step.title);
    desk.page(title, || {
        let said = refusal.filter(|refusal| !matches!(refusal, Refusal::Invalid(_)));
        let said =
            said.map(|refusal| refusal_notice(ui, refusal, |rule| desk.at().area(&format!("duties/rules/{rule}"))));
        let errors = refused(refusal);
        let lines = errors.iter().map(|error| (error.field.clone(), error.problem.say(ui.lang).into())).collect();
        let question = step.question.map(|question| {
            let error = errors.iter().find(|error| error.field == question.name);
            field(ui, Field { error: error.map(|error| error.problem.say(ui.lang).into()), ..question })
        });
        let hidden = vec![
            ("version", desk.file.version.to_string()),
            ("operation", desk.request.next_operation(refusal, || desk.scope.new_operation()).to_string()),
        ];
        let head =
            PageHead { back: desk.back(), title: title.into(), lead: Some(step.lead.into()), ..PageHead::default() };
        view! {
            {page_head(ui, head)}
            {said}
            {error_summary(ui, lines)}
            {step.before}
            <form class="form" method="post" action=desk.below(step.address) novalidate>
                {hidden_fields(hidden)}
                {question}
                <div class="form__foot">
                    {Button::primary(step.button).submit()}
                    {Button::quiet(ui.t("返回个案", "Back to the case")).link(desk.at().case(desk.file.id))}
                </div>
            </form>
        }
        .into_any()
    })
}

pub(super) async fn finish_form(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(&scope, &request).await?;
    desk.file.acts.may(CaseAct::Finish)?;
    Ok(Answer::page(finish_page(&desk, None)))
}

fn finish_page(desk: &Desk<'_>, refusal: Option<&Refusal>) -> String {
    let ui = desk.ui;
    let step = Step {
        title: ui.t("服务完成", "Service completed"),
        lead: ui.t(
            "确认计划中的服务都已做完。之后不再写服务记录，当天要向服务对象反馈结果，再结案。",
            "Confirm that everything in the plan was done. No more records are written then; the result is told the same day, and the case is closed.",
        ),
        address: "finish",
        before: unfinished(desk),
        question: None,
        button: ui.t("确认服务完成", "Confirm: completed"),
    };
    page(desk, step, refusal)
}

/// What would be left lying.
fn unfinished(desk: &Desk<'_>) -> Option<AnyView> {
    let ui = desk.ui;
    let lines = [
        (
            desk.count("visit", PaperState::Planned),
            ui.t("个预约还没有记录，完成后不能再写", "appointments without a record; none can be written afterwards"),
        ),
        (desk.count("record", PaperState::Returned), ui.t("份记录被退回过", "records were sent back")),
        (desk.count("record", PaperState::Submitted), ui.t("份记录还在等审核", "records waiting for approval")),
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
    let done = async {
        cases::finish(&scope, request.command(case)?).await?;
        Ok(Answer::SeeOther(format!("{}?done=finished", At(&scope.organisation().slug).case(case))))
    };
    answer_form(done, async |refusal| Ok(finish_page(&Desk::open(&scope, &request).await?, Some(refusal)))).await
}

pub(super) async fn result_form(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(&scope, &request).await?;
    desk.file.acts.may(CaseAct::Tell)?;
    Ok(Answer::page(result_page(&desk, None)))
}

fn result_page(desk: &Desk<'_>, refusal: Option<&Refusal>) -> String {
    let ui = desk.ui;
    let options = TellMode::ALL
        .iter()
        .filter(|mode| mode.is_of_result())
        .map(|mode| Offered::new(mode.code(), mode.say(ui.lang)))
        .collect();
    let input = Input::One { options, value: desk.request.form.get("mode").to_owned(), stacked: false };
    let mode = Field {
        name: "mode".to_owned(),
        label: ui.t("反馈方式", "How the client was told").into(),
        need: Need::Required,
        input,
        ..Field::default()
    };
    let step = Step {
        title: ui.t("反馈结果", "Tell the result"),
        lead: ui.t(
            "先把服务结果告诉服务对象（未成年人也告诉监护人），再在这里记下。办理时限到此为止。",
            "Tell the client the result first (and a minor's guardian), then note it here. The handling time ends with it.",
        ),
        address: "result",
        before: None,
        question: Some(mode),
        button: ui.t("记下已反馈", "Note that it was told"),
    };
    page(desk, step, refusal)
}

pub(super) async fn tell_result(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let case: CaseId = request.id("case")?;
    let done = async {
        let mode = request.form.read("mode")?;
        cases::tell_result(&scope, request.command(TellResult { case, mode })?).await?;
        Ok(Answer::SeeOther(format!("{}?done=told", At(&scope.organisation().slug).case(case))))
    };
    answer_form(done, async |refusal| Ok(result_page(&Desk::open(&scope, &request).await?, Some(refusal)))).await
}

/// What was just done, in words.
pub(super) fn done(desk: &Desk<'_>, word: &str) -> Option<&'static str> {
    let ui = desk.ui;
    match word {
        "finished" => Some(ui.t("已确认服务完成，请当天反馈结果。", "Completed: tell the client the result today.")),
        "told" => Some(ui.t("结果已反馈，可以结案。", "The result is told; the case can be closed.")),
        "begun" => Some(ui.t("个案已开，请先做需求评估。", "The case is opened: assess the need first.")),
        _ => None,
    }
}
