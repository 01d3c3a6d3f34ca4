//! The district on one page: six numbers, and the stations in the order in which they need someone.

use super::at;
use backend::OversightScope;
use backend::oversight::{Figures, MonthFigures, StationFigures, stations, total};
use domain::figures::{Figure, Handling};
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::components::badge::Tone;
use pages::components::chart::{bar, sparkline};
use pages::components::empty::empty;
use pages::components::figures::{FigureCard, figures};
use pages::components::filters::{SavedView, views};
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::components::section::{SectionHead, section, section_with};
use pages::components::table::{Column, Row, Table, cell, row_count, row_title, table};
use pages::frames::{DistrictArea, Sheet, district_page};
use pages::handling::{Answer, Request};
use pages::ui::Ui;

pub(super) async fn show(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let stations = stations(&scope).await?;
    let ui = request.ui;
    let title = scope.district().name.clone();
    let html = district_page(&request, &scope, DistrictArea::Overview, Sheet::wide(title.clone()), || {
        let head = PageHead {
            title: title.into(),
            lead: Some(
                ui.words(
                    || format!("{} · 共 {} 家机构", ui.day(ui.now.day()), stations.len()),
                    || format!("{} · {} organisations", ui.day(ui.now.day()), stations.len()),
                )
                .into(),
            ),
            ..PageHead::default()
        };
        let order = Order::read(request.query.get("by"));
        let body = if stations.is_empty() { nothing(ui) } else { body(ui, &scope, order, &stations) };
        view! { {page_head(ui, head)}{body} }.into_any()
    });
    Ok(Answer::page(html))
}

fn nothing(ui: Ui) -> AnyView {
    empty(
        Icon::Grid,
        ui.t("还没有机构", "No organisations yet"),
        ui.t(
            "请平台运营人员用 banyan organisation create 建立第一家。",
            "The platform's operator sets the first one up with banyan organisation create.",
        ),
        Vec::new(),
    )
}

/// In which order the stations stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// The neediest first.
    Need,
    /// Street by street, the one with the neediest station first.
    Street,
}

impl Order {
    fn read(raw: &str) -> Self {
        if raw == "street" { Self::Street } else { Self::Need }
    }
}

fn body(ui: Ui, scope: &OversightScope, order: Order, stations: &[StationFigures]) -> AnyView {
    let all = total(stations);
    let month = |of: fn(&MonthFigures) -> u64| -> Vec<u32> {
        let months = stations.first().map_or(0, |station| station.months.len());
        (0..months)
            .map(|at| stations.iter().filter_map(|station| station.months.get(at)).map(of).sum::<u64>())
            .map(|sum| u32::try_from(sum).unwrap_or(u32::MAX))
            .collect()
    };
    let numbers = vec![
        FigureCard::count(ui.name(Figure::Overdue), all.overdue, Tone::Late, at(scope, "/duties?which=overdue")),
        FigureCard {
            note: Some(ui.t("逾期满一天", "a day past their time").into()),
            ..FigureCard::count(
                ui.name(Figure::Escalated),
                all.escalated,
                Tone::Late,
                at(scope, "/duties?which=escalated"),
            )
        },
        FigureCard::count(ui.name(Figure::Due), all.due, Tone::Due, at(scope, "/duties?which=today")),
        FigureCard::count(ui.name(Figure::Open), all.open, Tone::Plain, "#stations"),
        FigureCard {
            note: Some(ui.t("本月", "this month").into()),
            trend: Some(sparkline(
                ui.t("近十二个月收到的申请", "Applications in twelve months"),
                Tone::Plain,
                &month(|m| m.received),
            )),
            ..FigureCard::count(ui.name(Figure::Received), all.received, Tone::Plain, "#stations")
        },
        FigureCard {
            note: Some(ui.t("本月", "this month").into()),
            trend: Some(sparkline(
                ui.t("近十二个月结案", "Cases closed in twelve months"),
                Tone::Good,
                &month(|m| m.closed),
            )),
            ..FigureCard::count(ui.name(Figure::Closed), all.closed, Tone::Plain, "#stations")
        },
    ];
    let saved = |words: &'static str, href: String, this: Order| SavedView {
        words: words.into(),
        href,
        count: None,
        current: this == order,
    };
    let orders = vec![
        saved(ui.t("最需要关注的在前", "The neediest first"), at(scope, "#stations"), Order::Need),
        saved(ui.t("按街道", "By street"), at(scope, "?by=street#stations"), Order::Street),
    ];
    let most = stations.iter().map(|station| station.figures.overdue).max().unwrap_or(0);
    let lists = match order {
        Order::Need => {
            let title = ui.t("各机构，最需要关注的在前", "Organisations, the neediest first");
            section(title, station_table(ui, scope, stations, most))
        }
        Order::Street => streets(ui, scope, stations, most),
    };
    view! { {figures(numbers)}<div id="stations">{views(ui, orders)}{lists}</div> }.into_any()
}

/// A list for each street.
fn streets(ui: Ui, scope: &OversightScope, stations: &[StationFigures], most: u64) -> AnyView {
    let mut streets: Vec<(&str, Vec<&StationFigures>)> = Vec::new();
    for station in stations {
        let street = &*station.organisation.street;
        match streets.iter_mut().find(|(known, _)| *known == street) {
            Some((_, there)) => there.push(station),
            None => streets.push((street, vec![station])),
        }
    }
    let list = |(street, there): (&str, Vec<&StationFigures>)| {
        let there: Vec<StationFigures> = there.into_iter().cloned().collect();
        let head = SectionHead {
            title: street.to_owned().into(),
            count: Some(ui.words(|| format!("{} 家", there.len()), || there.len().to_string()).into()),
            ..SectionHead::default()
        };
        section_with(head, station_table(ui, scope, &there, most))
    };
    streets.into_iter().map(list).collect_view().into_any()
}

/// Some of the district's stations; `most` is what the longest bar of the page stands for.
fn station_table(ui: Ui, scope: &OversightScope, stations: &[StationFigures], most: u64) -> AnyView {
    let all = total(stations);
    let columns = vec![
        Column::title(ui.t("机构", "Organisation")),
        Column::text(ui.name(Figure::Overdue)).named_on_phone(),
        Column::number(ui.name(Figure::Due)).named_on_phone(),
        Column::number(ui.name(Figure::Open)).named_on_phone(),
        Column::number(ui.t("本月收到", "Received this month")).named_on_phone(),
        Column::number(ui.t("本月结案", "Closed this month")).named_on_phone(),
        Column::number(ui.t("平均办理（天）", "Average days")).named_on_phone(),
        Column::text(ui.t("近十二个月收到", "Twelve months received")).not_on_phone(),
    ];
    let rows = stations.iter().map(|station| row(ui, scope, station, most)).collect();
    let total = vec![
        cell(ui.t("合计", "Total")),
        cell(all.overdue.to_string()),
        cell(all.due.to_string()),
        cell(all.open.to_string()),
        cell(all.received.to_string()),
        cell(all.closed.to_string()),
        cell(days(all.handling)),
        cell(""),
    ];
    let caption = ui.t(
        "各机构的待办、个案与办理情况；每个数字都能点开成明细。",
        "Duties, cases and handling by organisation; every number opens into its rows.",
    );
    table(ui, Table { caption: caption.into(), columns, rows, total: Some(total), ..Table::default() })
}

fn row(ui: Ui, scope: &OversightScope, station: &StationFigures, most: u64) -> Row {
    let organisation = &station.organisation;
    let behind = |figure: Figure| at(scope, &format!("/stations/{}?figure={}", organisation.slug, figure.code()));
    let Figures { open, due, overdue, received, closed, handling, .. } = station.figures;
    let packs: Vec<&str> = organisation.packs.iter().map(|pack| ui.name(pack)).collect();
    let note = format!("{} · {}", organisation.street, packs.join(ui.t("、", ", ")));
    let trend: Vec<u32> =
        station.months.iter().map(|month| u32::try_from(month.received).unwrap_or(u32::MAX)).collect();
    let overdue_cell = view! {
        <a class="table__link" href=behind(Figure::Overdue)>
            {bar(if overdue == 0 { Tone::Plain } else { Tone::Late }, overdue.to_string(), overdue, most.max(1), None)}
        </a>
    };
    let average = match handling.days() {
        None => cell(""),
        Some(_) => view! { <a class="table__link" href=behind(Figure::Handled)>{days(handling)}</a> }.into_any(),
    };
    Row {
        late: overdue > 0,
        cells: vec![
            row_title(organisation.name.clone(), behind(Figure::Overdue), Some(note.into())),
            overdue_cell.into_any(),
            row_count(due, behind(Figure::Due)),
            row_count(open, behind(Figure::Open)),
            row_count(received, behind(Figure::Received)),
            row_count(closed, behind(Figure::Closed)),
            average,
            sparkline(organisation.name.clone(), Tone::Plain, &trend),
        ],
    }
}

fn days(handling: Handling) -> String {
    handling.days().map_or_else(String::new, |days| format!("{days:.1}"))
}
