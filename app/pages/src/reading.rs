//! A case's file for those who read and change nothing: the district by an opening, an evaluator within an engagement.
//! The trade's order of documents: who, assessment, plan, records, summary, follow-up; then what was owed.

use crate::components::badge::{Tone, badge, rule};
use crate::components::empty::empty_line;
use crate::components::facts::facts;
use crate::components::form::form_answers;
use crate::components::section::{SectionHead, section, section_with};
use crate::components::table::{Column, Row, Table, cell, table};
use crate::duty;
use crate::ui::{Ui, Words};
use backend::cases::{CaseFile, Written};
use backend::clients::Person;
use backend::duties::DutyRow;
use domain::choice::Choice;
use domain::forms::{Answers, FormKey, FormTemplate};
use domain::ids::RecordId;
use domain::rules::{RuleId, Standing};
use domain::time::Moment;
use leptos::prelude::*;

/// Everything that is in the file.
pub fn file(ui: Ui, file: &CaseFile, clause: impl Fn(&str) -> String) -> AnyView {
    let written_late = |record: RecordId| {
        let owed =
            file.duties.iter().find(|duty| duty.duty.rule == RuleId::PLN_08 && duty.duty.subject == record.into());
        owed.is_some_and(|duty| duty.duty.standing(ui.now).is_late())
    };
    let assessments = file.assessments.iter().map(|paper| {
        let title = ui.t("需求评估报告", "Needs assessment");
        document(ui, title.into(), ui.name(paper.state), &paper.written, false, FormKey::Assessment, &paper.answers)
    });
    let plans = file.plans.iter().map(|paper| {
        let title = ui
            .words(|| format!("服务计划（第 {} 版）", paper.revision), || format!("Plan, revision {}", paper.revision));
        let discussion = paper.discussion.as_ref().map(|(at, said)| {
            let words = format!("{} · {said}", ui.moment(*at));
            facts(vec![(ui.t("团队讨论", "Team discussion").into(), words.into())])
        });
        let plan =
            document(ui, title.into(), ui.name(paper.state), &paper.written, false, FormKey::Plan, &paper.answers);
        view! { {plan}{discussion} }.into_any()
    });
    let records = file.records.iter().map(|paper| {
        let title =
            ui.words(|| format!("服务记录 · {}", ui.name(paper.mode)), || format!("Record · {}", ui.name(paper.mode)));
        let is_late = written_late(paper.id);
        document(ui, title.into(), ui.name(paper.state), &paper.written, is_late, FormKey::Record, &paper.answers)
    });
    let follow_ups = file.follow_ups.iter().map(|paper| {
        let title =
            ui.words(|| format!("{} 个月跟进", paper.month), || format!("Follow-up after {} months", paper.month));
        document(ui, title.into(), ui.name(paper.state), &paper.written, false, FormKey::FollowUp, &paper.answers)
    });
    let closing = file.closing.as_ref().map(|answers| {
        section(ui.t("服务总结", "Summary"), form_answers(ui, FormTemplate::builtin(FormKey::Closing), answers))
    });
    let groups = [
        (ui.t("需求评估", "Needs assessment"), assessments.collect::<Vec<_>>()),
        (ui.t("服务计划", "Plan"), plans.collect()),
        (ui.t("服务记录", "Records"), records.collect()),
        (ui.t("跟进回访", "Follow-up"), follow_ups.collect()),
    ];
    let groups = groups.into_iter().map(|(title, papers)| {
        let count = papers.len().to_string();
        let body = if papers.is_empty() {
            empty_line(ui.t("卷宗中没有，或未向您开放。", "None in the file, or not opened to you."))
        } else {
            papers.collect_view().into_any()
        };
        section_with(SectionHead { title: title.into(), count: Some(count.into()), ..SectionHead::default() }, body)
    });
    view! {
        {section(ui.t("经过", "Course"), course(ui, file))}
        {groups.collect_view()}
        {closing}
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

fn document(
    ui: Ui,
    title: Words,
    state: &'static str,
    written: &Written,
    late: bool,
    form: FormKey,
    answers: &Answers,
) -> AnyView {
    let at = |moment: Option<Moment>| moment.map_or_else(|| "—".to_owned(), |at| ui.moment(at));
    let by =
        [Some(written.author.clone()), written.reviewer.clone()].into_iter().flatten().collect::<Vec<_>>().join(" → ");
    let dates = ui.words(
        || format!("发生 {} · 记录 {} · 审核 {}", at(written.occurred), at(written.recorded), at(written.approved)),
        || {
            format!(
                "occurred {} · recorded {} · approved {}",
                at(written.occurred),
                at(written.recorded),
                at(written.approved)
            )
        },
    );
    let late = late.then(|| badge(Tone::Late, ui.t("迟记", "Written late")));
    view! {
        <details class="fold">
            <summary>
                <b>{title}</b>" "
                {badge(Tone::Plain, state)}" "{late}
                <span class="table__sub">{dates}" · "{by}</span>
            </summary>
            {form_answers(ui, FormTemplate::builtin(form), answers)}
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
