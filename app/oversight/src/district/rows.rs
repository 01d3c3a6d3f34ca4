//! The rows behind a number: dates and states, never a name.

use super::{at, rule_at};
use backend::OversightScope;
use backend::duties::DutyRow;
use backend::oversight::{ApplicationLine, CaseLine, FigureFilter, FigurePage, FigureRows, rows};
use domain::figures::Figure;
use domain::refusal::Refusal;
use domain::time::{Month, Span};
use leptos::prelude::*;
use pages::components::badge::{Tone, badge, clock, rule};
use pages::components::button::Button;
use pages::components::empty::empty;
use pages::components::filters::{SavedView, views};
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::components::pager::pager;
use pages::components::table::{Column, Row, Table, cell, table};
use pages::duty::{title, until};
use pages::frames::{DistrictArea, Sheet, district_page};
use pages::handling::{Answer, Request};
use pages::ui::Ui;

pub(super) async fn show(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let figure = request.query.maybe::<Figure>("figure").unwrap_or(Figure::Overdue);
    let filter = FigureFilter {
        organisation: request.param("org").to_owned(),
        figure,
        month: request.query.maybe::<Month>("month"),
        after: Some(request.query.get("after").to_owned()).filter(|after| !after.is_empty()),
    };
    let page = rows(&scope, &filter).await?;
    let ui = request.ui;
    let title = format!("{} · {}", page.organisation.name, ui.name(figure));
    let html = district_page(&request, &scope, DistrictArea::Overview, Sheet::wide(title), || {
        body(ui, &scope, figure, &page, filter.after.is_some())
    });
    Ok(Answer::page(html))
}

fn body(ui: Ui, scope: &OversightScope, figure: Figure, page: &FigurePage, further: bool) -> AnyView {
    let here = |rest: String| at(scope, &format!("/stations/{}?{rest}", page.organisation.slug));
    let lead = match page.month {
        Some(month) => ui.words(
            || format!("{} 年 {} 月。明细不含服务对象姓名；确有需要时写明理由调阅。", month.year(), month.month()),
            || format!("{month}. Rows carry no client's name; open a case by a written reason where it is needed."),
        ),
        None => ui
            .t(
                "截至此刻。明细不含服务对象姓名；确有需要时写明理由调阅。",
                "As of now. Rows carry no client's name; open a case by a written reason where it is needed.",
            )
            .to_owned(),
    };
    let head = PageHead {
        back: Some((scope.district().name.clone().into(), at(scope, ""))),
        title: page.organisation.name.clone().into(),
        lead: Some(lead.into()),
        actions: vec![
            Button::plain(ui.t("执行情况", "How rules are kept"))
                .icon(Icon::Chart)
                .link(at(scope, &format!("/stations/{}/compliance", page.organisation.slug))),
            Button::plain(ui.t("台账", "Registers"))
                .icon(Icon::Clipboard)
                .link(at(scope, &format!("/stations/{}/registers", page.organisation.slug))),
            Button::plain(ui.t("组织架构", "Structure"))
                .icon(Icon::Building)
                .link(at(scope, &format!("/stations/{}/units", page.organisation.slug))),
            Button::plain(ui.t("适用规范", "Norms"))
                .icon(Icon::Rules)
                .link(at(scope, &format!("/stations/{}/packs", page.organisation.slug))),
        ],
        ..PageHead::default()
    };
    let saved = Figure::ALL.map(|other| SavedView {
        words: ui.name(other).into(),
        href: here(format!("figure={}", other.code())),
        count: None,
        current: other == figure,
    });
    let month = page.month.map(|month| format!("&month={month}")).unwrap_or_default();
    let next = page.next.as_ref().map(|next| here(format!("figure={}{month}&after={next}", figure.code())));
    let first = further.then(|| here(format!("figure={}{month}", figure.code())));
    let shown = count(&page.rows);
    let list = if shown == 0 { nothing(ui) } else { list(ui, scope, page) };
    let shown = ui.words(|| format!("本页 {shown} 条"), || format!("{shown} on this page"));
    view! {
        {page_head(ui, head)}
        {views(ui, saved.into())}
        {list}
        {pager(ui, shown, first, next)}
    }
    .into_any()
}

fn count(rows: &FigureRows) -> usize {
    match rows {
        FigureRows::Cases(rows) => rows.len(),
        FigureRows::Duties(rows) => rows.len(),
        FigureRows::Applications(rows) => rows.len(),
    }
}

fn nothing(ui: Ui) -> AnyView {
    empty(
        Icon::Check,
        ui.t("没有明细", "No rows"),
        ui.t("这个数字目前为零。", "This number is zero at present."),
        Vec::new(),
    )
}

fn list(ui: Ui, scope: &OversightScope, page: &FigurePage) -> AnyView {
    match &page.rows {
        FigureRows::Cases(rows) => cases(ui, scope, &page.organisation.slug, rows),
        FigureRows::Duties(rows) => duties(ui, scope, rows),
        FigureRows::Applications(rows) => applications(ui, rows),
    }
}

fn cases(ui: Ui, scope: &OversightScope, slug: &str, rows: &[CaseLine]) -> AnyView {
    let columns = vec![
        Column::title(ui.t("个案", "Case")),
        Column::state(ui.t("状态", "State")),
        Column::short(ui.t("负责人", "Responsible")).not_on_phone(),
        Column::short(ui.t("受理", "Accepted")).not_on_phone(),
        Column::short(ui.t("开始服务", "Service began")).not_on_phone(),
        Column::short(ui.t("反馈结果", "Result told")).named_on_phone(),
        Column::short(ui.t("结案", "Closed")).named_on_phone(),
        Column::number(ui.t("办理（天）", "Days")).named_on_phone(),
        Column::number(ui.t("逾期", "Late")).named_on_phone(),
        Column::action(ui.t("调阅", "Open")),
    ];
    let day = |moment: Option<domain::time::Moment>| cell(moment.map(|at| ui.brief_day(at.day())).unwrap_or_default());
    let row = |line: &CaseLine| Row {
        late: line.late > 0,
        cells: vec![
            cell(line.number.clone()),
            badge(Tone::Plain, ui.name(line.state)),
            cell(line.responsible.clone()),
            day(Some(line.accepted)),
            day(line.started),
            day(line.told),
            day(line.closed),
            cell(line.handling().map(days).unwrap_or_default()),
            late(ui, line.late),
            Button::plain(ui.t("调阅", "Open"))
                .small()
                .link(at(scope, &format!("/stations/{slug}/cases/{}/open", line.id))),
        ],
    };
    let caption = ui.t("个案明细，不含姓名", "Cases, without names");
    table(ui, Table { caption: caption.into(), columns, rows: rows.iter().map(row).collect(), ..Table::default() })
}

fn applications(ui: Ui, rows: &[ApplicationLine]) -> AnyView {
    let columns = vec![
        Column::title(ui.t("申请", "Application")),
        Column::state(ui.t("状态", "State")),
        Column::text(ui.t("渠道", "Channel")).not_on_phone(),
        Column::short(ui.t("收到", "Received")).named_on_phone(),
        Column::short(ui.t("受理", "Accepted")).not_on_phone(),
        Column::short(ui.t("办结", "Decided")).not_on_phone(),
        Column::number(ui.t("逾期", "Late")).named_on_phone(),
    ];
    let row = |line: &ApplicationLine| Row {
        late: line.late > 0,
        cells: vec![
            cell(line.number.clone()),
            badge(Tone::Plain, ui.name(line.state)),
            cell(ui.name(line.channel)),
            cell(ui.moment(line.submitted)),
            cell(line.accepted.map(|at| ui.day(at.day())).unwrap_or_default()),
            cell(line.ended.map(|at| ui.day(at.day())).unwrap_or_default()),
            late(ui, line.late),
        ],
    };
    let caption = ui.t("申请明细，不含姓名", "Applications, without names");
    table(ui, Table { caption: caption.into(), columns, rows: rows.iter().map(row).collect(), ..Table::default() })
}

fn duties(ui: Ui, scope: &OversightScope, rows: &[DutyRow]) -> AnyView {
    let columns = duty_columns(ui);
    let rows =
        rows.iter().map(|row| Row { late: row.duty.standing(ui.now).is_late(), cells: duty_cells(ui, scope, row) });
    let caption = ui.t("待办明细，不含姓名", "Duties, without names");
    table(ui, Table { caption: caption.into(), columns, rows: rows.collect(), ..Table::default() })
}

/// The columns of a district's list of duties.
pub(super) fn duty_columns(ui: Ui) -> Vec<Column> {
    vec![
        Column::title(ui.t("事项", "Duty")),
        Column::state(ui.t("时限", "Time")),
        Column::short(ui.t("编号", "Number")).named_on_phone(),
        Column::short(ui.t("负责人", "Responsible")).named_on_phone(),
        Column::short(ui.t("开始", "Opened")).not_on_phone(),
        Column::short(ui.t("到期", "Due")).named_on_phone(),
        Column::short(ui.t("依据", "Rule")),
    ]
}

/// What a duty shows on a district's list: what, how late, of which subject, whose, since when, by which rule.
pub(super) fn duty_cells(ui: Ui, scope: &OversightScope, row: &DutyRow) -> Vec<AnyView> {
    let number = row.duty.rule.to_string();
    vec![
        cell(title(ui, row)),
        clock(ui, row.duty.due, row.duty.unit),
        cell(row.number.clone()),
        cell(row.responsible.as_ref().map(|(_, name)| name.clone()).unwrap_or_default()),
        cell(ui.day(row.duty.opened.day())),
        cell(until(ui, row)),
        rule(ui, number.clone(), rule_at(scope, &number)),
    ]
}

fn late(ui: Ui, n: usize) -> AnyView {
    if n == 0 { cell("") } else { badge(Tone::Late, ui.words(|| format!("{n} 项"), || n.to_string())) }
}

fn days(span: Span) -> String {
    let tenths = span.in_minutes() * 10 / (24 * 60);
    format!("{}.{}", tenths / 10, tenths % 10)
}
