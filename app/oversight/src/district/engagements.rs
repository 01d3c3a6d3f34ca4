//! Evaluations: what is opened to whom, until when.

use super::at;
use super::openings::said;
use backend::OversightScope;
use backend::evaluations::{CreateEngagement, EngagementRow, close_engagement, create_engagement, engagements};
use domain::refusal::{FieldError, Problem, Refusal};
use domain::registers::Kind;
use domain::time::{Day, Moment};
use leptos::prelude::*;
use pages::components::badge::{Tone, badge};
use pages::components::button::{Button, hidden_fields};
use pages::components::empty::empty;
use pages::components::field::{Field, Input, Need, Offered, TextKind, Width, error_summary, field};
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::components::table::{Column, Row, Table, cell, table};
use pages::frames::{DistrictArea, Sheet, district_page};
use pages::handling::{Answer, Form, Request, answer_form, refused};
use pages::ui::{Ui, Words};

pub(super) async fn list(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let engagements = engagements(&scope).await?;
    let ui = request.ui;
    let title = ui.t("评估任务", "Evaluations");
    let html = district_page(&request, &scope, DistrictArea::Engagements, Sheet::wide(title), || {
        let new = Button::primary(ui.t("新建评估任务", "New evaluation"))
            .icon(Icon::Plus)
            .link(at(&scope, "/engagements/new"));
        let head = PageHead {
            title: title.into(),
            lead: Some(
                ui.t(
                    "评估员只能读，信息已脱敏，每次查看都留痕，到期自动关闭。",
                    "Evaluators only read, masked; every view is logged; it closes by itself.",
                )
                .into(),
            ),
            actions: vec![new],
            ..PageHead::default()
        };
        let body = if engagements.is_empty() {
            empty(
                Icon::Clipboard,
                ui.t("还没有评估任务", "No evaluations yet"),
                ui.t(
                    "新建一个：选择机构、期间、记录种类、评估员和截止时间。",
                    "Make one: organisations, period, kinds of record, evaluators and an end.",
                ),
                Vec::new(),
            )
        } else {
            rows(ui, &scope, &engagements)
        };
        view! { {page_head(ui, head)}{body} }.into_any()
    });
    Ok(Answer::page(html))
}

fn rows(ui: Ui, scope: &OversightScope, engagements: &[EngagementRow]) -> AnyView {
    let columns = vec![
        Column::title(ui.t("任务", "Evaluation")),
        Column::state(ui.t("状态", "State")),
        Column::long(ui.t("机构", "Organisations")),
        Column::text(ui.t("评估员", "Evaluators")).named_on_phone(),
        Column::short(ui.t("期间", "Period")).named_on_phone(),
        Column::short(ui.t("截止", "Ends")).named_on_phone(),
        Column::action(ui.t("操作", "Action")),
    ];
    let row = |row: &EngagementRow| {
        let engagement = &row.engagement;
        let open = row.is_open(ui.now);
        let close = open.then(|| {
            let action = at(scope, &format!("/engagements/{}/close", engagement.id));
            let operation = scope.new_operation().to_string();
            Button::plain(ui.t("现在关闭", "Close now")).small().post(action, vec![("operation", operation)])
        });
        Row {
            late: false,
            cells: vec![
                // The address of its line, where the district lands after making it.
                view! { <span class="table__name" id=engagement.id.to_string()>{engagement.title.clone()}</span> }
                    .into_any(),
                if open {
                    badge(Tone::Accent, ui.t("开放中", "Open"))
                } else {
                    badge(Tone::Plain, ui.t("已结束", "Ended"))
                },
                cell(row.organisations.join(ui.t("、", ", "))),
                cell(row.evaluators.join(ui.t("、", ", "))),
                cell(format!("{} – {}", engagement.from, engagement.to)),
                cell(ui.moment(engagement.ends)),
                close.into_any(),
            ],
        }
    };
    let caption = ui.t("评估任务", "Evaluations");
    table(
        ui,
        Table { caption: caption.into(), columns, rows: engagements.iter().map(row).collect(), ..Table::default() },
    )
}

pub(super) async fn new(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    Ok(Answer::page(form(&scope, &request, None)))
}

pub(super) async fn create(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let done = async {
        let made = create_engagement(&scope, request.command(read(&request.form)?)?).await?;
        Ok(Answer::SeeOther(at(&scope, &format!("/engagements#{made}"))))
    };
    answer_form(done, async |refusal| Ok(form(&scope, &request, Some(refusal)))).await
}

pub(super) async fn close(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    close_engagement(&scope, request.command(request.id("engagement")?)?).await?;
    Ok(Answer::SeeOther(at(&scope, "/engagements")))
}

fn read(form: &Form) -> Result<CreateEngagement, Refusal> {
    let mut errors = Vec::new();
    let typed = |name: &str| match form.get(name).trim() {
        "" => Err(Problem::Required),
        raw => Ok(raw),
    };
    let mut day = |name: &str| {
        typed(name).and_then(Day::parse).unwrap_or_else(|problem| {
            errors.push(FieldError::new(name, problem));
            Moment::from_millis(0).day()
        })
    };
    let (from, to) = (day("from"), day("to"));
    let ends = typed("ends").and_then(Moment::parse);
    if let Err(problem) = &ends {
        errors.push(FieldError::new("ends", problem.clone()));
    }
    let kinds: Vec<Kind> = form.all("kinds").iter().map(|kind| Kind::from_code(kind)).collect();
    let (organisations, evaluators): (Vec<String>, Vec<String>) = (
        form.all("organisations"),
        form.get("evaluators")
            .split([',', '，', '、', ' ', '\n'])
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
    );
    for (field, empty) in [
        ("organisations", organisations.is_empty()),
        ("kinds", kinds.is_empty()),
        ("evaluators", evaluators.is_empty()),
        ("title", form.get("title").trim().is_empty()),
    ] {
        if empty {
            errors.push(FieldError::new(field, Problem::Required));
        }
    }
    match ends {
        Ok(ends) if errors.is_empty() => Ok(CreateEngagement {
            title: form.get("title").to_owned(),
            organisations,
            kinds,
            from,
            to,
            ends,
            evaluators,
        }),
        _ => Err(errors.into()),
    }
}

fn form(scope: &OversightScope, request: &Request, refusal: Option<&Refusal>) -> String {
    let (ui, typed) = (request.ui, &request.form);
    let title = ui.t("新建评估任务", "New evaluation");
    let operation = request.next_operation(refusal, || scope.new_operation());
    let questions =
        || -> Vec<Field> {
            let organisations =
                scope.organisations().iter().map(|one| Offered::new(one.slug.clone(), one.name.clone())).collect();
            let registers = scope.registers();
            let named = |kind: Kind| {
                let name = registers.name(&kind).map(|name| ui.text(&name)).unwrap_or_default();
                Offered::new(kind.code().to_owned(), name)
            };
            let kinds = registers.openable().map(named).collect();
            let ask = |name: &str, label: &'static str, help: Option<&'static str>, input: Input| Field {
                name: name.to_owned(),
                label: label.into(),
                help: help.map(Into::into),
                need: Need::Required,
                input,
                ..Field::default()
            };
            let value = |name: &str| typed.get(name).to_owned();
            vec![
                ask("title", ui.t("任务名称", "Title"), None, Input::text(value("title"))),
                ask(
                    "organisations",
                    ui.t("开放哪些机构", "Organisations"),
                    None,
                    Input::Many { options: organisations, values: typed.all("organisations"), stacked: true },
                ),
                ask(
                    "kinds",
                    ui.t("开放哪些记录", "Kinds of record"),
                    Some(ui.t("个案清单和日期总是可见。", "The list of cases with their dates is always shown.")),
                    Input::Many { options: kinds, values: typed.all("kinds"), stacked: false },
                ),
                ask(
                    "from",
                    ui.t("个案开案日期从", "Cases opened from"),
                    None,
                    Input::Day { value: value("from"), max: None },
                ),
                ask("to", ui.t("到", "To"), None, Input::Day { value: value("to"), max: None }),
                ask(
                    "ends",
                    ui.t("任务截止时间", "Ends at"),
                    Some(ui.t(
                        "到这一刻自动关闭，最长一年。",
                        "It closes by itself at this moment, at most a year from now.",
                    )),
                    Input::Moment { value: value("ends"), max: None },
                ),
                ask(
                    "evaluators",
                    ui.t("评估员账号", "Evaluators' sign-in names"),
                    Some(ui.t("多个账号用逗号分开。", "Separate several by commas.")),
                    Input::line(value("evaluators"), TextKind::Plain, Width::Full),
                ),
            ]
        };
    district_page(request, scope, DistrictArea::Engagements, title, || {
        let errors = refused(refusal);
        let mut lines: Vec<(String, Words)> = Vec::new();
        let fields: Vec<AnyView> = questions()
            .into_iter()
            .map(|mut question| {
                if let Some(error) = errors.iter().find(|error| error.field == question.name) {
                    let words = error.problem.say(ui.lang);
                    lines
                        .push((question.name.clone(), format!("{}{}{words}", question.label, ui.t("：", ": ")).into()));
                    question.error = Some(words.into());
                }
                field(ui, question)
            })
            .collect();
        let head = PageHead {
            back: Some((ui.t("评估任务", "Evaluations").into(), at(scope, "/engagements"))),
            title: title.into(),
            ..PageHead::default()
        };
        view! {
            {page_head(ui, head)}
            {said(ui, scope, refusal)}
            {error_summary(ui, lines)}
            <form class="form" method="post" action=at(scope, "/engagements") novalidate>
                {hidden_fields(vec![("operation", operation.to_string())])}
                {fields}
                <div class="form__foot">{Button::primary(ui.t("开放给评估员", "Open to the evaluators")).submit()}</div>
            </form>
        }
        .into_any()
    })
}
