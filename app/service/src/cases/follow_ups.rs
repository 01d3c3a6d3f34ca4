//! Follow-ups at 3, 6 and 12 months after service began.

use super::desk::{Desk, Done, answer, done};
use super::papers::{Document, dates, document, follow_up_badge, on_paper};
use super::sheet::{Sheet, both, chosen, completed, moment, sheet, typed, version, when};
use backend::StaffScope;
use backend::cases::{self, MONTHS, RecordFollowUp};
use domain::access::{Action, Object};
use domain::follow_ups::FollowUpState;
use domain::forms::{Answers, FormKey, FormTemplate};
use domain::ids::CaseId;
use domain::refusal::{FieldError, Problem, Refusal};
use domain::workflow::Workflow;
use leptos::prelude::*;
use pages::components::button::print;
use pages::components::field::{Field, Input, Need, Offered};
use pages::components::page_head::{PageHead, page_head};
use pages::handling::{Answer, Form, Request};
use pages::ui::Ui;

pub(super) async fn form(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(scope, request).await?;
    desk.file.state.next(Action::FollowUp)?;
    Ok(Answer::page(form_page(&desk, None)?))
}

/// The months that are not followed up yet.
pub(super) fn open_months(desk: &Desk) -> Vec<i64> {
    MONTHS.into_iter().filter(|month| desk.file.follow_ups.iter().all(|done| done.month != *month)).collect()
}

/// 第 3 个月跟进回访
pub(super) fn name(ui: Ui, month: i64) -> String {
    ui.words(|| format!("第 {month} 个月跟进回访"), || format!("Follow-up at {month} months"))
}

fn form_page(desk: &Desk, refusal: Option<&Refusal>) -> Result<String, Refusal> {
    desk.need(Object::FollowUp, Action::Record)?;
    let (ui, form) = (desk.ui, &desk.request.form);
    let template = FormTemplate::builtin(FormKey::FollowUp);
    let answers = if form.0.is_empty() { Answers::new() } else { form.answers() };
    let open = open_months(desk);
    let first_month = || {
        let asked = desk.request.query.get("month").to_owned();
        if asked.is_empty() { open.first().map(ToString::to_string).unwrap_or_default() } else { asked }
    };
    let options = open.iter().map(|month| {
        Offered::new(month.to_string(), ui.words(|| format!("第 {month} 个月"), || format!("{month} months")))
    });
    let month = Field {
        name: "month".to_owned(),
        label: ui.t("哪一次跟进", "Which follow-up").into(),
        need: Need::Required,
        input: Input::One { options: options.collect(), value: typed(form, "month", first_month), stacked: false },
        ..Field::default()
    };
    let occurred = when(
        "occurred_at",
        ui.t("回访时间", "When it happened").into(),
        ui.t("实际联系服务对象的时间。", "When the person was contacted.").into(),
        typed(form, "occurred_at", || ui.now.to_input()),
        Some(ui.now),
    );
    let reached = [
        Offered::new(FollowUpState::Done.code(), ui.t("联系上了", "Yes")),
        Offered::new(FollowUpState::NotReached.code(), ui.t("没有联系上", "No")),
    ];
    let mut state = Field {
        name: "state".to_owned(),
        label: ui.t("是否联系上", "Was the person reached").into(),
        need: Need::Required,
        input: Input::One {
            options: reached.to_vec(),
            value: typed(form, "state", || FollowUpState::Done.code().to_owned()),
            stacked: false,
        },
        ..Field::default()
    };
    state.help = Some(
        ui.t(
            "未联系上的，请在下面写明几次、用什么方式联系过。",
            "If not, say below how often and by which ways it was tried.",
        )
        .into(),
    );
    let title = ui.t("记录跟进回访", "Write a follow-up");
    let body = || {
        sheet(
            desk,
            Sheet {
                title: title.into(),
                lead: None,
                action: desk.below("follow-ups/new"),
                hidden: vec![("version", desk.file.version.to_string())],
                notice: None,
                first: Some((ui.t("时间和情况", "When and how it went").into(), vec![month, occurred, state])),
                template: Some(template),
                answers: &answers,
                refusal,
                button: ui.t("提交回访记录", "Hand the follow-up in").into(),
                beside: None,
            },
        )
    };
    Ok(desk.page(title, body))
}

pub(super) async fn record(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let case: CaseId = request.id("case")?;
    let template = FormTemplate::builtin(FormKey::FollowUp);
    let outcome = put_down(&scope, &request.form, case).await;
    let outcome = outcome.map_err(|refusal| completed(refusal, &request.form, template, scope.now().day()));
    let to = outcome.map(|()| done(&scope, case, Done::FollowedUp));
    answer(scope, request, to, form_page).await
}

async fn put_down(scope: &StaffScope, form: &Form, case: CaseId) -> Result<(), Refusal> {
    let operation = form.operation().map_err(|_| Refusal::Stale)?;
    let version = version(form, "version")?;
    let month = form.get("month").parse::<i64>().ok().filter(|month| MONTHS.contains(month));
    let month = month.ok_or_else(|| FieldError::new("month", Problem::NotAChoice));
    let when_and_how = both(moment(form, "occurred_at"), chosen(form, "state"));
    let (month, (occurred, state)) = match (month, when_and_how) {
        (Ok(month), Ok(rest)) => (month, rest),
        (Err(error), Ok(_)) => return Err(Refusal::Invalid(vec![error])),
        (Err(error), Err(Refusal::Invalid(mut errors))) => {
            errors.insert(0, error);
            return Err(Refusal::Invalid(errors));
        }
        (_, Err(refusal)) => return Err(refusal),
    };
    let command = RecordFollowUp { operation, case, version, month, occurred, state, answers: form.answers() };
    cases::record_follow_up(scope, command).await.map(drop)
}

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(scope, request).await?;
    let follow_up = desk.follow_up(desk.request.id("follow_up")?)?;
    let ui = desk.ui;
    let title = name(ui, follow_up.month);
    let body = || {
        let head = PageHead {
            back: desk.back(),
            title: title.clone().into(),
            badges: vec![follow_up_badge(ui, follow_up.state)],
            facts: dates(ui, &follow_up.written, true),
            actions: vec![print(ui)],
            ..PageHead::default()
        };
        let mut facts = vec![(ui.t("结果", "Outcome").into(), ui.name(follow_up.state).into())];
        facts.extend(dates(on_paper(ui), &follow_up.written, true));
        let sheet = Document {
            form: FormKey::FollowUp,
            answers: &follow_up.answers,
            title: title.clone().into(),
            facts,
            signs: vec![ui.t("回访人", "Followed up by").into(), ui.t("督导", "Supervisor").into()],
        };
        view! { <div class="no-print">{page_head(ui, head)}</div>{document(&desk, sheet)} }.into_any()
    };
    Ok(Answer::page(desk.page(&title, body)))
}
