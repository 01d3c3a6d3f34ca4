//! The registers of the engaged houses, and their papers, masked.

use super::{at, rule_at};
use backend::EvaluatorScope;
use backend::evaluations::{EvaluatedRegister, HouseRegisters, MaskedPaper, paper, register, registers};
use backend::registers::PaperRow;
use domain::ids::PaperId;
use domain::nouns::{Object, Sight};
use domain::refusal::Refusal;
use domain::registers::Register;
use leptos::prelude::*;
use pages::components::badge::{Tone, badge};
use pages::components::card::cards;
use pages::components::empty::{empty, empty_line};
use pages::components::facts::facts;
use pages::components::form::form_answers;
use pages::components::icons::Icon;
use pages::components::notice::notice_with;
use pages::components::page_head::{PageHead, page_head};
use pages::components::pager::pager;
use pages::components::section::{section, split};
use pages::components::table::{Column, Row, Table, cell, row_title, table};
use pages::frames::{EvaluatorArea, Sheet, evaluator_page};
use pages::handling::{Answer, Request};
use pages::papers::{dates, state_badge, title};
use pages::registers::{Ways, answer, day, questions, strip, tile};
use pages::ui::{Ui, Words};

pub(super) async fn list(scope: EvaluatorScope, request: Request) -> Result<Answer, Refusal> {
    let (ui, houses) = (request.ui, registers(&scope).await?);
    let title = ui.t("台账", "Registers");
    let html = evaluator_page(&request, &scope, EvaluatorArea::Registers, title, || {
        let head = PageHead { title: title.into(), facts: vec![days(ui, &scope)], ..PageHead::default() };
        let body = if houses.iter().all(|house| house.registers.is_empty()) {
            let why = ui.t("本次评估没有开放台账。", "The engagement opens no register.");
            empty(Icon::Clipboard, ui.t("没有台账", "No registers"), why, Vec::new())
        } else {
            houses.iter().map(|house| tiles(ui, &scope, house)).collect_view().into_any()
        };
        view! { {page_head(ui, head)}{body} }.into_any()
    });
    Ok(Answer::page(html))
}

/// The days that are judged.
fn days(ui: Ui, scope: &EvaluatorScope) -> (Words, Words) {
    let engagement = scope.engagement();
    (ui.t("评估期间", "Period").into(), format!("{} – {}", engagement.from, engagement.to).into())
}

fn tiles(ui: Ui, scope: &EvaluatorScope, house: &HouseRegisters) -> AnyView {
    let body = if house.registers.is_empty() {
        empty_line(ui.t("没有适用的台账。", "No register applies here."))
    } else {
        let tiles = house.registers.iter().map(|(register, strips)| {
            tile(ui, register, strips, register_at(scope, &house.organisation.slug, register))
        });
        cards(tiles.collect())
    };
    section(house.organisation.name.clone(), body)
}

fn register_at(scope: &EvaluatorScope, house: &str, register: &Register) -> String {
    at(scope, &format!("/registers/{house}/{}", register.key))
}

fn paper_at(scope: &EvaluatorScope, paper: PaperId) -> String {
    at(scope, &format!("/papers/{paper}"))
}

pub(super) async fn show(scope: EvaluatorScope, request: Request) -> Result<Answer, Refusal> {
    let after = request.query.maybe("after");
    let page = register(&scope, request.param("org"), request.param("register"), after).await?;
    let ui = request.ui;
    let tab = format!("{} · {}", ui.text(&page.register.title), page.organisation.name);
    let html = evaluator_page(&request, &scope, EvaluatorArea::Registers, Sheet::wide(tab), || {
        let here = register_at(&scope, &page.organisation.slug, &page.register);
        let rows = &page.papers.rows;
        let shown = ui.words(|| format!("本页 {} 份", rows.len()), || format!("{} on this page", rows.len()));
        let next = page.papers.next.map(|next| format!("{here}?after={}", PaperId::from(next)));
        let list = if rows.is_empty() {
            empty_line(ui.t("评估期间内没有记录。", "No paper tells of anything within the period."))
        } else {
            view! { {papers(ui, &scope, &page)}{pager(ui, shown, after.map(|_| here), next)} }.into_any()
        };
        let head = PageHead {
            back: Some((ui.t("台账", "Registers").into(), at(&scope, "/registers"))),
            title: ui.text(&page.register.title).into(),
            facts: vec![(ui.t("机构", "Organisation").into(), page.organisation.name.clone().into()), days(ui, &scope)],
            ..PageHead::default()
        };
        view! { {page_head(ui, head)}{strips(ui, &scope, &page)}{section(ui.t("记录", "Papers"), list)} }.into_any()
    });
    Ok(Answer::page(html))
}

fn strips(ui: Ui, scope: &EvaluatorScope, page: &EvaluatedRegister) -> AnyView {
    let (from, to) = (scope.engagement().from, scope.engagement().to);
    let ways = Ways {
        // A paper of another time may have made a period good; it stays closed.
        paper: &|counted| (from <= counted.on && counted.on <= to).then(|| paper_at(scope, counted.paper)),
        write: &|_| None,
        rule: &|rule| rule_at(scope, rule),
        registers: scope.registers(),
    };
    page.strips.iter().map(|asked| strip(ui, &page.register, asked, &ways)).collect_view().into_any()
}

fn papers(ui: Ui, scope: &EvaluatorScope, page: &EvaluatedRegister) -> AnyView {
    let register = &page.register;
    let of_units = register.lies_in == Object::Unit;
    let asked: Vec<_> = questions(scope.registers(), register).collect();
    let mut columns = vec![Column::title(ui.t("日期", "Day"))];
    columns.extend(of_units.then(|| Column::text(ui.t("地点", "Where"))));
    columns.extend(asked.iter().map(|question| Column::text(ui.text(&question.label)).named_on_phone()));
    columns.push(Column::text(ui.t("编写人", "Author")).named_on_phone());
    columns.push(Column::state(ui.t("状态", "State")));
    let row = |row: &PaperRow| {
        let number = row.head.number.clone().map(Into::into);
        let mut cells = vec![row_title(day(ui, row), paper_at(scope, row.head.id), number)];
        cells.extend(of_units.then(|| cell(row.place.clone())));
        cells.extend(asked.iter().map(|question| cell(answer(ui, question, row))));
        cells.push(cell(row.author.clone()));
        cells.push(state_badge(ui, row.head.state));
        Row { late: false, cells }
    };
    let rows = page.papers.rows.iter().map(row).collect();
    table(ui, Table { caption: ui.text(&register.title).into(), columns, rows, ..Table::default() })
}

pub(super) async fn sheet(scope: EvaluatorScope, request: Request) -> Result<Answer, Refusal> {
    let shown = paper(&scope, request.id("paper")?).await?;
    let ui = request.ui;
    let tab = format!("{} · {}", ui.text(&shown.register.title), shown.organisation.name);
    let html = evaluator_page(&request, &scope, EvaluatorArea::Registers, tab, || body(ui, &scope, &shown));
    Ok(Answer::page(html))
}

fn body(ui: Ui, scope: &EvaluatorScope, shown: &MaskedPaper) -> AnyView {
    let MaskedPaper { organisation, register, form, place, paper } = shown;
    let masked = (register.seen_by.evaluator == Sight::Masked).then(|| badge(Tone::Info, ui.t("已脱敏", "Masked")));
    let mut about = vec![(ui.t("机构", "Organisation").into(), organisation.name.clone().into())];
    if register.lies_in == Object::Unit {
        about.push((ui.t("地点", "Where").into(), place.clone().into()));
    }
    let head = PageHead {
        back: Some((ui.text(&register.title).into(), register_at(scope, &organisation.slug, register))),
        title: title(ui, scope.registers(), &paper.head).into(),
        number: paper.head.number.clone().map(Into::into),
        badges: std::iter::once(state_badge(ui, paper.head.state)).chain(masked).collect(),
        facts: about,
        ..PageHead::default()
    };
    let reason = paper.reason.clone().map(|reason| {
        let why = view! { <p class="pre-line">{reason}</p> }.into_any();
        notice_with(Tone::Due, Some(ui.t("原因", "Reason").into()), why, None)
    });
    let main = view! { {reason}{form_answers(ui, form, &paper.answers)} };
    let side = section(ui.t("时间与人员", "Dates and people"), facts(dates(ui, register, &paper.written)));
    view! { {page_head(ui, head)}{split(main.into_any(), side)} }.into_any()
}
