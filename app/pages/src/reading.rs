//! A case's file for those who read and change nothing: the district by an opening, an evaluator within an engagement.
//! The trade's order of documents: who, assessment, plan, records, summary, follow-up; then what was owed.

use crate::components::badge::{Tone, badge, rule};
use crate::components::empty::empty_line;
use crate::components::facts::facts;
use crate::components::form::form_answers;
use crate::components::section::{SectionHead, section, section_with};
use crate::components::table::{Column, Row, Table, cell, table};
use crate::duty;
use crate::papers::{late, state_badge, title};
use crate::ui::{Ui, Words};
use backend::cases::CaseFile;
use backend::clients::Person;
use backend::duties::DutyRow;
use backend::papers::PaperView;
use domain::choice::Choice;
use domain::nouns::Object;
use domain::registers::{Register, Registers};
use domain::rules::Standing;
use domain::time::Moment;
use leptos::prelude::*;

/// Everything that is in the file, register by register.
pub fn file(ui: Ui, registers: &Registers, file: &CaseFile, clause: impl Fn(&str) -> String) -> AnyView {
    let groups = registers.of_file(Object::Case).map(|register| {
        let papers: Vec<AnyView> =
            file.of(&register.key).map(|paper| document(ui, registers, register, file, paper)).collect();
        let count = papers.len().to_string();
        let body = if papers.is_empty() {
            empty_line(ui.t("卷宗中没有，或未向您开放。", "None in the file, or not opened to you."))
        } else {
            papers.into_any()
        };
        let title = ui.text(&register.title).into();
        section_with(SectionHead { title, count: Some(count.into()), ..SectionHead::default() }, body)
    });
    view! {
        {section(ui.t("经过", "Course"), course(ui, file))}
        {groups.collect_view()}
        {section(ui.t("时限", "Timeliness"), timeliness(ui, &file.duties, clause))}
    }
    .into_any()
}

/// The person, as far as this reader may know.
pub fn person(ui: Ui, person: &Person) -> AnyView {
    section(ui.t("服务对象", "Client"), form_answers(ui, &Person::questions(), person.answers()))
}

fn course(ui: Ui, file: &CaseFile) -> AnyView {
    let at = |moment: Option<Moment>| -> Words { moment.map(|at| ui.moment(at)).unwrap_or_default().into() };
    let told = file.told.map(|(at, mode)| format!("{} · {}", ui.moment(at), ui.name(mode))).unwrap_or_default();
    facts(vec![
        (ui.t("服务", "Service").into(), file.service.clone().into()),
        (ui.t("负责人", "Responsible").into(), file.responsible.1.clone().into()),
        (ui.t("受理", "Accepted").into(), at(Some(file.accepted))),
        (ui.t("开案", "Opened").into(), at(Some(file.opened))),
        (ui.t("开始服务", "Service began").into(), at(file.started)),
        (ui.t("反馈结果", "Result told").into(), told.into()),
        (ui.t("结案", "Closed").into(), at(file.closed)),
    ])
}

fn document(ui: Ui, registers: &Registers, register: &Register, file: &CaseFile, paper: &PaperView) -> AnyView {
    let written = &paper.written;
    let at = |moment: Option<Moment>| moment.map_or_else(|| "—".to_owned(), |at| ui.moment(at));
    let by =
        [Some(written.author.clone()), written.reviewer.clone()].into_iter().flatten().collect::<Vec<_>>().join(" → ");
    let dates = [at(written.occurred), at(written.recorded), at(written.decided)];
    let [occurred, recorded, decided] = dates;
    let dates = ui.words(
        || format!("发生 {occurred} · 记录 {recorded} · 审核 {decided}"),
        || format!("occurred {occurred} · recorded {recorded} · approved {decided}"),
    );
    let late = late(ui, &file.folder, &file.duties, &paper.head);
    let late = late.map(|late| badge(Tone::Late, late));
    let answers = registers.form_as_it_was(register, paper.head.template);
    let answers = answers.map(|form| form_answers(ui, form, &paper.answers));
    let reason = paper.reason.clone().map(|reason| facts(vec![(ui.t("原因", "Reason").into(), reason.into())]));
    view! {
        <details class="fold">
            <summary>
                <b>{title(ui, registers, &paper.head)}</b>" "
                {state_badge(ui, paper.head.state)}" "{late}
                <span class="table__sub">{dates}" · "{by}</span>
            </summary>
            {answers}
            {reason}
        </details>
    }
    .into_any()
}

/// What was and is owed, with how it stands for ever.
pub fn timeliness(ui: Ui, duties: &[DutyRow], clause: impl Fn(&str) -> String) -> AnyView {
    if duties.is_empty() {
        return empty_line(ui.t("没有计时的事项。", "Nothing was under a clock."));
    }
    let columns = vec![
        Column::title(ui.t("事项", "Duty")),
        Column::state(ui.t("结果", "Standing")),
        Column::short(ui.t("开始", "Opened")).named_on_phone(),
        Column::short(ui.t("到期", "Due")).named_on_phone(),
        Column::short(ui.t("完成", "Done")).named_on_phone(),
        Column::short(ui.t("依据", "Rule")),
    ];
    let row = |row: &DutyRow| {
        let standing = row.duty.standing(ui.now);
        let number = row.duty.rule.to_string();
        Row {
            late: standing.is_late(),
            cells: vec![
                cell(duty::title(ui, row)),
                badge(tone(standing), standing.say(ui.lang)),
                cell(ui.moment(row.duty.opened)),
                cell(duty::until(ui, row)),
                cell(row.duty.met.map(|met| ui.moment(met)).unwrap_or_default()),
                rule(ui, number.clone(), clause(&number)),
            ],
        }
    };
    let caption = ui.t("本案的时限", "The case's clocks");
    table(ui, Table { caption: caption.into(), columns, rows: duties.iter().map(row).collect(), ..Table::default() })
}

fn tone(standing: Standing) -> Tone {
    match standing {
        Standing::Late | Standing::MetLate => Tone::Late,
        Standing::Due => Tone::Due,
        Standing::Met => Tone::Good,
        Standing::Open | Standing::Paused | Standing::Cancelled => Tone::Plain,
    }
}

/// The state of anything in a word.
pub fn state(ui: Ui, state: impl Choice) -> AnyView {
    badge(Tone::Plain, ui.name(state))
}
