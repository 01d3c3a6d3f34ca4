//! One rule: its clause, what it demands here, and how it is kept.

use super::list::{address, line};
use super::rules::{live_badge, value};
use backend::StaffScope;
use backend::duties::{self, DutyRow, RuleFigures, Which};
use domain::packs::Pack;
use domain::refusal::Refusal;
use domain::registers::Registers;
use domain::rules::{OrgRules, Owner, Rule, RuleBook, RuleClock, RuleId, Strength, Stricter, Trigger, Warning};
use domain::units::UnitKind;
use leptos::prelude::*;
use pages::addresses::At;
use pages::clause::{amount, standing, status};
use pages::components::badge::{Tone, badge};
use pages::components::empty::empty_line;
use pages::components::facts::facts;
use pages::components::figures::{FigureCard, figures};
use pages::components::notice::notice;
use pages::components::page_head::{PageHead, page_head};
use pages::components::rows::{ListRow, rows};
use pages::components::section::{SectionHead, section, section_with, split};
use pages::components::table::{Column, Row, Table, cell, table};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};
use pages::ui::{Ui, Words};

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let ui = request.ui;
    let id: RuleId = request.id("rule")?;
    let rule = RuleBook::builtin().rule_on(id, ui.now.day()).ok_or(Refusal::NotFound)?;
    let binding = duties::binding(&scope).await?;
    let (counts, recent) = match rule.clock {
        Some(_) => (duties::rule_figures(&scope, id).await?, duties::history(&scope, id).await?),
        None => (RuleFigures::default(), Vec::new()),
    };
    let title = format!("{id} {}", ui.text(&rule.title));
    let html = staff_page(&request, &scope, Area::Rules, title, || {
        let at = At(&scope.organisation().slug);
        let main = view! {
            {wording(ui, rule, &binding)}
            {evidence(ui, &scope, at, rule, counts, recent)}
            {history(ui, rule)}
        };
        let side = view! {
            {section(ui.t("出处", "Source"), source(ui, rule, &binding))}
            {rule.clock.as_ref().map(|clock| section(ui.t("计时", "The clock"), ticking(ui, scope.registers(), clock)))}
        };
        view! { {page_head(ui, head(ui, at, rule, &binding))}{split(main.into_any(), side.into_any())} }.into_any()
    });
    Ok(Answer::page(html))
}

fn head(ui: Ui, at: At<'_>, rule: &Rule, binding: &OrgRules) -> PageHead {
    let tone = if rule.strength == Strength::M { Tone::Info } else { Tone::Plain };
    PageHead {
        back: Some((ui.t("规范条款", "Rules").into(), at.area("duties/rules"))),
        title: ui.text(&rule.title).into(),
        number: Some(rule.id.to_string().into()),
        badges: vec![
            badge(tone, ui.name(rule.strength)),
            badge(Tone::Plain, ui.name(rule.family)),
            live_badge(ui, binding.is_live(rule, ui.now.day())),
            status(ui, rule),
        ],
        ..PageHead::default()
    }
}

fn wording(ui: Ui, rule: &Rule, binding: &OrgRules) -> AnyView {
    let not_live = (!binding.is_live(rule, ui.now.day())).then(|| {
        let words = ui.t(
            "本机构执行的规范里没有这一条，区里也没有采用，所以不在这里检查和计时。",
            "None of this organisation's norms has this rule and the district has not adopted it: it is neither checked nor timed here.",
        );
        notice(Tone::Info, words)
    });
    let limits = (!rule.parameters.is_empty()).then(|| limits(ui, rule, binding));
    let follows: Vec<&str> = rule.consequences.iter().map(|consequence| ui.name(*consequence)).collect();
    let lines =
        vec![(Words::from(ui.t("不满足时", "When it is not met")), Words::from(follows.join(ui.t("、", ", "))))];
    let body = view! {
        {not_live}
        {standing(ui, rule)}
        <blockquote class="clause">
            <p>{ui.text(&rule.wording)}</p>
            <footer>{ui.text(&rule.clause)}</footer>
        </blockquote>
        {facts(lines)}
    };
    view! { {section(ui.t("要求", "What it demands"), body.into_any())}{limits} }.into_any()
}

fn limits(ui: Ui, rule: &Rule, binding: &OrgRules) -> AnyView {
    let columns = vec![
        Column::title(ui.t("限值", "Limit")),
        Column::text(ui.t("本机构", "Here")).named_on_phone(),
        Column::text(ui.t("默认", "Default")).named_on_phone(),
        Column::text(ui.t("区里可以", "The district may")).named_on_phone(),
    ];
    let lines = rule.parameters.iter().map(|parameter| {
        let changed = binding.value(parameter, ui.now.day()) != parameter.default;
        let here = value(ui, parameter, binding);
        let here = if changed { badge(Tone::Info, here) } else { cell(here) };
        let may = match (parameter.strength, parameter.stricter) {
            (Strength::M, Stricter::Lower) => ui.t("只能调小", "make it smaller"),
            (Strength::M, Stricter::Higher) => ui.t("只能调大", "make it larger"),
            _ => ui.t("调整", "change it"),
        };
        Row {
            cells: vec![
                cell(ui.text(&parameter.label)),
                here,
                cell(amount(ui, parameter.default, parameter.unit)),
                cell(may),
            ],
            late: false,
        }
    });
    let caption = ui.t("本条款的限值", "The limits of this rule");
    section(
        ui.t("限值", "Limits"),
        table(ui, Table { caption: caption.into(), columns, rows: lines.collect(), ..Table::default() }),
    )
}

fn source(ui: Ui, rule: &Rule, binding: &OrgRules) -> AnyView {
    let of: Vec<Pack> = Pack::ALL.into_iter().filter(|pack| rule.packs.contains(*pack)).collect();
    let adopted = binding.has_adopted(rule.id, ui.now.day());
    let mut lines: Vec<ListRow> = of
        .into_iter()
        .map(|pack| {
            let own = binding.packs(ui.now.day()).contains(pack);
            ListRow {
                title: ui.text(&pack.norm()).into(),
                note: Some(ui.name(pack).into()),
                end: own.then(|| badge(Tone::Good, ui.t("本机构执行", "Followed here"))),
                ..ListRow::default()
            }
        })
        .collect();
    if adopted {
        let title = ui.t("区里采用为全区要求", "Adopted by the district for all");
        lines.push(ListRow { title: title.into(), end: Some(live_badge(ui, true)), ..ListRow::default() });
    }
    rows(lines)
}

/// What opens, meets, pauses and ends the clock.
fn ticking(ui: Ui, registers: &Registers, clock: &RuleClock) -> AnyView {
    let named = |triggers: &[Trigger]| {
        let names = triggers.iter().map(|trigger| ui.text(&trigger.name(registers)));
        names.collect::<Vec<_>>().join(ui.t("、", ", "))
    };
    let owner = match clock.owner {
        Owner::Responsible => ui.t("负责该事项的人", "Whoever is responsible for it"),
        Owner::Role(role) => ui.name(role),
        Owner::Post(UnitKind::Site) => ui.t("站点负责人", "Whoever heads the site"),
        Owner::Post(UnitKind::Department) => ui.t("部门负责人", "Whoever heads the department"),
        Owner::Post(UnitKind::Project) => ui.t("项目负责人", "Whoever heads the project"),
        Owner::Post(UnitKind::Group) => ui.t("项目组组长", "Whoever heads the project group"),
    };
    let mut lines: Vec<(Words, Words)> = vec![
        (ui.t("开始", "Begins with").into(), named(&clock.opens_on).into()),
        (ui.t("完成", "Met by").into(), named(&clock.met_by).into()),
    ];
    if clock.before {
        let words = ui.t("在约定的日子之前", "Before the appointed day");
        lines.push((ui.t("期限", "Due").into(), words.into()));
    }
    if clock.every.is_some() {
        let words = ui.t("完成后再次计时，直到不再需要", "Once met it is owed again, until it is no longer needed");
        lines.push((ui.t("重复", "Again").into(), words.into()));
    }
    if !clock.paused_by.is_empty() {
        lines.push((ui.t("暂停", "Paused by").into(), named(&clock.paused_by).into()));
        lines.push((ui.t("继续", "Goes on with").into(), named(&clock.resumed_by).into()));
    }
    if !clock.cancelled_by.is_empty() {
        lines.push((ui.t("不再需要", "Ended by").into(), named(&clock.cancelled_by).into()));
    }
    let words = match clock.warn {
        Warning::AtPercent(percent) => {
            ui.words(|| format!("时限过去 {percent}% 时"), || format!("when {percent}% has passed"))
        }
        Warning::HoursBefore(hours) if hours % 24 == 0 => {
            let days = hours / 24;
            ui.words(|| format!("到期前 {days} 天"), || format!("{days} days before"))
        }
        Warning::HoursBefore(hours) => ui.words(|| format!("到期前 {hours} 小时"), || format!("{hours} hours before")),
    };
    lines.push((ui.t("提醒", "Reminder").into(), words.into()));
    lines.push((ui.t("由谁办", "Owed by").into(), owner.into()));
    facts(lines)
}

/// How it is kept: numbers that open into their rows, then the last of them.
fn evidence(ui: Ui, scope: &StaffScope, at: At<'_>, rule: &Rule, counts: RuleFigures, recent: Vec<DutyRow>) -> AnyView {
    let title = ui.t("执行情况", "How it is kept");
    if !rule.has_engine() {
        return ().into_any();
    }
    if rule.clock.is_none() {
        let words = ui.t(
            "这一条在办理时当场检查：不满足就办不下去，所以没有逾期可记。",
            "This rule is checked on the spot: the step cannot be taken without it, so nothing can be late.",
        );
        return section(title, empty_line(words));
    }
    let of = |which: Which| address(at, which, rule.id, None);
    let numbers = vec![
        FigureCard::count(ui.t("按时了结", "Settled in time"), counts.met, Tone::Plain, of(Which::Settled)),
        FigureCard::count(ui.t("逾期了结", "Settled late"), counts.late, Tone::Late, of(Which::SettledLate)),
        FigureCard::count(ui.t("正在办", "Open"), counts.open, Tone::Plain, of(Which::Open)),
        FigureCard::count(ui.t("已逾期", "Overdue"), counts.overdue, Tone::Late, of(Which::Overdue)),
    ];
    let list = if recent.is_empty() {
        empty_line(ui.t("还没有按这一条产生的时限。", "No duty has come from this rule yet."))
    } else {
        let lines = recent.into_iter().take(10).map(|row| line(ui, scope, at, false, row));
        view! { <ol class="duties">{lines.collect_view()}</ol> }.into_any()
    };
    section(title, view! { {figures(numbers)}{list} }.into_any())
}

fn history(ui: Ui, rule: &Rule) -> AnyView {
    let versions = RuleBook::builtin().history(rule.id).iter().rev().map(|version| {
        let number = version.version;
        let since = ui.day(version.effective_from);
        ListRow {
            title: ui.words(|| format!("第 {number} 版"), || format!("Version {number}")).into(),
            note: Some(ui.text(&version.wording).into()),
            end: Some(ui.words(|| format!("{since}起"), || format!("since {since}")).into_any()),
            ..ListRow::default()
        }
    });
    let head = SectionHead { title: ui.t("历次版本", "Versions").into(), ..SectionHead::default() };
    section_with(head, rows(versions.collect()))
}
