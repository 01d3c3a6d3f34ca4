//! How the rules were kept in a month, as the station itself and its district see it; where a number leads is each one's own.

use crate::components::badge::Tone;
use crate::components::chart::bar;
use crate::components::empty::empty;
use crate::components::figures::{FigureCard, figures};
use crate::components::filters::{SavedView, views};
use crate::components::icons::Icon;
use crate::components::section::section;
use crate::components::table::{Column, Row, Table, cell, row_count, row_title, table};
use crate::ui::Ui;
use backend::compliance::{Compliance, RuleKept};
use backend::duties::Which;
use domain::compliance::{Kept, weight};
use domain::registers::Register;
use domain::rules::RuleId;
use domain::time::Month;
use leptos::prelude::*;

/// How many months one can look back on.
const MONTHS: i64 = 5;

/// Where a number leads.
pub struct Ways<'a> {
    /// To another month.
    pub month: &'a dyn Fn(Month) -> String,
    /// To the duties of a rule that stand so.
    pub duties: &'a dyn Fn(RuleId, Which) -> String,
    /// To the strips of a register.
    pub register: &'a dyn Fn(&Register) -> String,
    /// To the clause of a rule.
    pub rule: &'a dyn Fn(RuleId) -> String,
}

/// The month that is asked for, or the running one.
#[must_use]
pub fn month(ui: Ui, asked: Option<Month>) -> Month {
    asked.unwrap_or(Month::of(ui.now.day()))
}

/// The score of a month, and the rules behind it.
#[must_use]
pub fn compliance(ui: Ui, judged: &Compliance, ways: &Ways<'_>) -> AnyView {
    let now = Month::of(ui.now.day());
    let months = (0..MONTHS).map(|back| now.plus(-back)).map(|month| SavedView {
        words: ui.month(month).into(),
        href: (ways.month)(month),
        count: None,
        current: month == judged.month,
    });
    let months = views(ui, months.collect());
    if judged.rules.is_empty() {
        let why = ui.t("到期的事办了或没办，都会记在这里。", "What falls due is told here, done or not.");
        let nothing = empty(Icon::Good, ui.t("这个月没有到期的事", "Nothing fell due in this month"), why, Vec::new());
        return view! { {months}{nothing} }.into_any();
    }
    let (counted, told): (Vec<&RuleKept>, Vec<&RuleKept>) =
        judged.rules.iter().partition(|part| weight(part.rule.strength) > 0);
    let part = |title: &'static str, rules: &[&RuleKept]| {
        (!rules.is_empty()).then(|| section(title, rule_table(ui, rules, ways)))
    };
    view! {
        {months}
        {numbers(ui, judged, &counted)}
        <div id="rules">
            {part(ui.t("计分的条款", "Rules that count"), &counted)}
            {part(ui.t("只提示、不计分的条款", "Rules that advise and do not count"), &told)}
        </div>
    }
    .into_any()
}

fn numbers(ui: Ui, judged: &Compliance, counted: &[&RuleKept]) -> AnyView {
    let all = counted.iter().fold(Kept::default(), |sum, part| sum + part.kept);
    let score = judged.score.map_or_else(|| "—".to_owned(), |tenths| format!("{}.{}", tenths / 10, tenths % 10));
    let card = |words: &'static str, count, tone| FigureCard::count(words, count, tone, "#rules");
    figures(vec![
        FigureCard {
            label: ui.t("得分", "Score").into(),
            value: score.into(),
            unit: Some(ui.t("分", "of 100").into()),
            href: "#rules".into(),
            note: Some(
                ui.t("规定的条款权重 3，限值由产品默认的权重 1", "Duties weigh 3, those with a default number 1")
                    .into(),
            ),
            ..FigureCard::default()
        },
        card(ui.t("按时办了", "Done in time"), all.in_time, Tone::Plain),
        card(ui.t("逾期了结", "Settled late"), all.late, Tone::Due),
        card(ui.t("没有办", "Not done"), all.missed, Tone::Late),
    ])
}

fn rule_table(ui: Ui, rules: &[&RuleKept], ways: &Ways<'_>) -> AnyView {
    let columns = vec![
        Column::title(ui.t("条款", "Rule")),
        Column::text(ui.t("按时率", "In time")).named_on_phone(),
        Column::number(ui.t("到期", "Fell due")).named_on_phone(),
        Column::number(ui.t("按时", "In time")).named_on_phone(),
        Column::number(ui.t("逾期了结", "Settled late")).named_on_phone(),
        Column::number(ui.t("没有办", "Not done")).named_on_phone(),
        Column::number(ui.t("权重", "Weight")).named_on_phone(),
    ];
    let row = |part: &&RuleKept| {
        let RuleKept { rule, register, kept } = part;
        let behind = |which: Which| match register {
            Some(register) => (ways.register)(register),
            None => (ways.duties)(rule.id, which),
        };
        let share = kept.in_time * 100 / kept.owed().max(1);
        let tone = if kept.missed > 0 {
            Tone::Late
        } else if kept.late > 0 {
            Tone::Due
        } else {
            Tone::Plain
        };
        Row {
            late: kept.missed > 0,
            cells: vec![
                row_title(ui.text(&rule.title), (ways.rule)(rule.id), Some(rule.id.to_string().into())),
                bar(tone, format!("{share}%"), kept.in_time, kept.owed(), None),
                cell(kept.owed().to_string()),
                row_count(kept.in_time, behind(Which::Kept)),
                row_count(kept.late, behind(Which::SettledLate)),
                row_count(kept.missed, behind(Which::Overdue)),
                cell(weight(rule.strength).to_string()),
            ],
        }
    };
    let caption = ui.t(
        "各条款的执行情况；待办点开是明细，定期要做的点开是台账。过去的月份照当时算：后来离开的人、废止的版本也算在内。",
        "How each rule was kept; duties open into their rows, what is done again and again into its register. A month that is \
         over counts as it was, with those who left since and the editions that were superseded since.",
    );
    let rows = rules.iter().map(row).collect();
    table(ui, Table { caption: caption.into(), columns, rows, ..Table::default() })
}
