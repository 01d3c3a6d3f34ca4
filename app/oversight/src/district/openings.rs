//! Opening a named case: for a written reason, for a day, and the station sees it.

use super::{at, rule_at};
use backend::OversightScope;
use backend::oversight::{OpenCase, mine, open_case, openable, opened_case};
use domain::ids::CaseId;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::components::badge::{Tone, badge};
use pages::components::button::{Button, hidden_fields};
use pages::components::empty::empty;
use pages::components::field::{Field, Input, Need, error_summary, field};
use pages::components::icons::Icon;
use pages::components::notice::{notice, refusal as refusal_notice};
use pages::components::page_head::{PageHead, page_head};
use pages::components::table::{Column, Row, Table, cell, row_title, table};
use pages::frames::{DistrictArea, district_page};
use pages::handling::{Answer, Request, answer_form, refused};
use pages::reading;
use pages::ui::Ui;

pub(super) async fn list(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let openings = mine(&scope).await?;
    let ui = request.ui;
    let title = ui.t("调阅记录", "Openings");
    let html = district_page(&request, &scope, DistrictArea::Openings, title, || {
        let head = PageHead {
            title: title.into(),
            lead: Some(
                ui.t(
                    "每次调阅都写明理由、当日有效，机构看得到。",
                    "Each opening has a reason, lasts a day, and is seen by the station.",
                )
                .into(),
            ),
            ..PageHead::default()
        };
        let columns = vec![
            Column::title(ui.t("个案", "Case")),
            Column::state(ui.t("状态", "State")),
            Column::text(ui.t("机构", "Organisation")).named_on_phone(),
            Column::long(ui.t("理由", "Reason")),
            Column::short(ui.t("调阅", "Opened")).named_on_phone(),
            Column::short(ui.t("有效至", "Until")).named_on_phone(),
        ];
        let rows = openings.iter().map(|(organisation, number, opening)| {
            let live = opening.is_live(ui.now);
            Row {
                late: false,
                cells: vec![
                    if live {
                        row_title(number.clone(), at(&scope, &format!("/openings/{}", opening.id)), None)
                    } else {
                        cell(number.clone())
                    },
                    if live {
                        badge(Tone::Accent, ui.t("有效", "Live"))
                    } else {
                        badge(Tone::Plain, ui.t("已失效", "Expired"))
                    },
                    cell(organisation.name.clone()),
                    cell(opening.reason.clone()),
                    cell(ui.moment(opening.opened)),
                    cell(ui.moment(opening.expires)),
                ],
            }
        });
        let list = if openings.is_empty() {
            empty(
                Icon::Eye,
                ui.t("还没有调阅过个案", "No case was opened yet"),
                ui.t(
                    "在机构的明细里选择一个个案，写明理由后调阅。",
                    "Choose a case among a station's rows and open it with a reason.",
                ),
                vec![Button::plain(ui.t("去总览", "To the overview")).link(at(&scope, ""))],
            )
        } else {
            table(ui, Table { caption: title.into(), columns, rows: rows.collect(), ..Table::default() })
        };
        view! { {page_head(ui, head)}{list} }.into_any()
    });
    Ok(Answer::page(html))
}

pub(super) async fn ask(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let case = request.id::<CaseId>("case")?;
    let number = openable(&scope, request.param("org"), case).await?;
    Ok(Answer::page(form(&scope, &request, (case, number), None)))
}

pub(super) async fn open(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let case = request.id::<CaseId>("case")?;
    let opening =
        OpenCase { organisation: request.param("org").to_owned(), case, reason: request.form.get("reason").to_owned() };
    let done = async {
        let opening = open_case(&scope, request.command(opening)?).await?;
        Ok(Answer::SeeOther(at(&scope, &format!("/openings/{opening}"))))
    };
    let again = async |refusal: &Refusal| {
        let number = openable(&scope, request.param("org"), case).await?;
        Ok(form(&scope, &request, (case, number), Some(refusal)))
    };
    answer_form(done, again).await
}

fn form(
    scope: &OversightScope,
    request: &Request,
    (case, number): (CaseId, String),
    refusal: Option<&Refusal>,
) -> String {
    let ui = request.ui;
    let title = ui.t("调阅具名个案", "Open a named case");
    let slug = request.param("org").to_owned();
    let operation = request.next_operation(refusal, || scope.new_operation());
    let error = refused(refusal).iter().find(|error| error.field == "reason").map(|error| error.problem.say(ui.lang));
    district_page(request, scope, DistrictArea::Overview, title, || {
        let head = PageHead {
            back: Some((
                ui.t("返回明细", "Back to the rows").into(),
                at(scope, &format!("/stations/{slug}?figure=open")),
            )),
            title: title.into(),
            number: Some(number.into()),
            ..PageHead::default()
        };
        let summary = error.clone().map(|words| ("reason".to_owned(), words.into())).into_iter().collect();
        let question = Field {
            name: "reason".to_owned(),
            label: ui.t("调阅理由", "Reason").into(),
            help: Some(
                ui.t(
                    "10 至 500 字，机构会看到。例如：核查 11 月 20 日收到的投诉。",
                    "10 to 500 characters; the station reads it. For example: checking the complaint of 20 November.",
                )
                .into(),
            ),
            need: Need::Required,
            error: error.map(Into::into),
            input: Input::Area { value: request.form.get("reason").to_owned(), rows: 4, max: Some(500) },
            ..Field::default()
        };
        view! {
            {page_head(ui, head)}
            {said(ui, scope, refusal)}
            {error_summary(ui, summary)}
            {notice(Tone::Info, ui.t("调阅后 24 小时内可看到姓名和卷宗内容；调阅人、时间和理由写入机构的审计记录。", "For 24 hours you will see the name and the file. Who opened it, when and why is written into the station's audit trail."))}
            <form class="form" method="post" action=at(scope, &format!("/stations/{slug}/cases/{case}/open")) novalidate>
                {hidden_fields(vec![("operation", operation.to_string())])}
                {field(ui, question)}
                <div class="form__foot">{Button::primary(ui.t("写明理由并调阅", "Open with this reason")).submit()}</div>
            </form>
        }
        .into_any()
    })
}

pub(super) async fn show(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let named = opened_case(&scope, request.id("opening")?).await?;
    let ui = request.ui;
    let title = named.file.number.clone();
    let html = district_page(&request, &scope, DistrictArea::Openings, title.clone(), || {
        let head = PageHead {
            back: Some((ui.t("调阅记录", "Openings").into(), at(&scope, "/openings"))),
            title: named.file.client.2.name().to_owned().into(),
            number: Some(title.into()),
            badges: vec![reading::state(ui, named.file.state)],
            facts: vec![
                (ui.t("机构", "Organisation").into(), named.organisation.name.clone().into()),
                (ui.t("理由", "Reason").into(), named.opening.reason.clone().into()),
                (ui.t("有效至", "Until").into(), ui.moment(named.opening.expires).into()),
            ],
            ..PageHead::default()
        };
        view! {
            {page_head(ui, head)}
            {reading::person(ui, &named.file.client.2)}
            {reading::file(ui, scope.registers(), &named.file, |rule| rule_at(&scope, rule))}
        }
        .into_any()
    });
    Ok(Answer::page(html))
}

/// What was refused, above a form.
pub(super) fn said(ui: Ui, scope: &OversightScope, refusal: Option<&Refusal>) -> Option<AnyView> {
    refusal
        .filter(|refusal| !matches!(refusal, Refusal::Invalid(_)))
        .map(|refusal| refusal_notice(ui, refusal, |rule| rule_at(scope, rule)))
}
