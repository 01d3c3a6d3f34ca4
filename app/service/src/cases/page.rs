//! The page of one case.

use super::desk::Desk;
use super::documents::documents;
use super::ending;
use super::next::{Move, Moves, moves};
use super::timeline::story;
use super::volume;
use backend::StaffScope;
use backend::duties::{DutyRow, calendar};
use domain::applications::ApplicationState;
use domain::cases::CaseState;
use domain::identity::Sex;
use domain::papers::PaperState;
use domain::refusal::Refusal;
use domain::workflow::{Progress, Stage, stage_of};
use leptos::prelude::*;
use pages::components::badge::{Tone, badge, rule as rule_mark};
use pages::components::button::Button;
use pages::components::chart::bar;
use pages::components::empty::empty_line;
use pages::components::facts::facts;
use pages::components::menu::MenuItem;
use pages::components::notice::notice;
use pages::components::page_head::{PageHead, page_head};
use pages::components::rows::{ListRow, rows};
use pages::components::section::{SectionHead, section, section_with, split};
use pages::components::stepper::{StepState, stepper, steps};
use pages::duty::{action, due, note, standing, title};
use pages::handling::{Answer, Request};
use pages::papers::done;
use pages::trail::who_looked;
use pages::ui::{Ui, Words};

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(&scope, &request).await?;
    let title = desk.ui.t("个案", "Case");
    Ok(Answer::page(desk.page(title, || body(&desk))))
}

fn body(desk: &Desk<'_>) -> AnyView {
    let ui = desk.ui;
    let word = desk.request.query.get("done");
    let words = ending::done(desk, word).map(str::to_owned).or_else(|| done(ui, desk.scope.registers(), word));
    let done = words.map(|words| notice(Tone::Good, words));
    let main = section(ui.t("经过", "What happened"), story(desk));
    let side = view! {
        {open_duties(desk)}
        {progress(desk)}
        {documents(desk)}
        {people(desk)}
        {who_looked(ui, desk.scope, &desk.file.client.0.to_string())}
    };
    view! { {done}{head(desk)}{split(main, side.into_any())} }.into_any()
}

fn head(desk: &Desk<'_>) -> AnyView {
    let (ui, file) = (desk.ui, &desk.file);
    let Moves { main, more, waits } = moves(desk);
    let mut main = main.into_iter();
    let first = main.next().map(|Move { icon, words, href }| Button::primary(words).icon(icon).link(href));
    let item = |Move { icon, words, href }: Move| MenuItem::link(icon, words, href);
    let mut badges = vec![case_badge(ui, file.state)];
    badges.extend(waits.map(|waits| badge(Tone::Due, waits)));
    let now_late = file.duties.iter().filter(|row| row.duty.is_open() && row.duty.standing(ui.now).is_late()).count();
    if now_late > 0 {
        badges.push(badge(Tone::Late, ui.words(|| format!("{now_late} 项逾期"), || format!("{now_late} overdue"))));
    }
    let mut facts: Vec<(Words, Words)> = vec![
        (ui.t("服务", "Service").into(), file.service.clone().into()),
        (ui.t("来源", "From").into(), ui.name(file.origin).into()),
        (ui.t("负责社工", "Worker").into(), file.responsible.1.clone().into()),
        (ui.t("开案", "Opened").into(), ui.day(file.opened.day()).into()),
    ];
    if let Some(started) = file.started {
        let days = ui.now.day().since(started.day()) + 1;
        let day = ui.day(started.day());
        let words = if file.state.is_open() {
            ui.words(|| format!("{day}（第 {days} 天）"), || format!("{day} (day {days})"))
        } else {
            day
        };
        facts.push((ui.t("服务开始", "Service began").into(), words.into()));
    }
    page_head(
        ui,
        PageHead {
            back: Some((ui.t("个案", "Cases").into(), desk.at().area("cases"))),
            title: file.client.2.masked_name().into(),
            number: Some(file.number.clone().into()),
            badges,
            facts,
            actions: first.into_iter().collect(),
            more: main.chain(more).map(item).chain(volume::item(desk)).collect(),
            stepper: Some(road(desk)),
            ..PageHead::default()
        },
    )
}

/// The master lifecycle, with the day of each step that is behind.
fn road(desk: &Desk<'_>) -> AnyView {
    let (ui, file) = (desk.ui, &desk.file);
    let progress = Progress {
        application: file.application.as_ref().map(|_| ApplicationState::Confirmed),
        case: Some(file.state),
        result_told: file.told.is_some(),
    };
    let stage = stage_of(progress);
    // Who left the road did so where the last step was taken.
    let reached = stage.unwrap_or(if file.started.is_some() { Stage::Serve } else { Stage::Plan });
    let here = Stage::ALL.iter().position(|known| *known == reached).unwrap_or_default();
    let mut road = steps(Stage::ALL.map(|stage| stage.say(ui.lang)), here);
    for (step, stage) in road.iter_mut().zip(Stage::ALL) {
        let when = match stage {
            Stage::Apply => Some(file.accepted),
            Stage::Agree => Some(file.opened),
            Stage::Serve => file.started,
            Stage::Evaluate => file.told.map(|(at, _)| at),
            Stage::Close => file.closed,
            Stage::FollowUp => file.of("follow_up").next().and_then(|paper| paper.written.occurred),
            Stage::Assess | Stage::Plan => None,
        };
        step.when = when.map(|at| ui.short_day(at.day()).into());
        if step.state == StepState::Now && self::ended(stage_of(progress)) {
            step.state = StepState::Stopped;
        }
    }
    stepper(ui, road)
}

const fn ended(stage: Option<Stage>) -> bool {
    stage.is_none()
}

/// What is owed now, and what was settled late: that stays in sight.
fn open_duties(desk: &Desk<'_>) -> AnyView {
    let (ui, at) = (desk.ui, desk.at());
    let calendar = calendar(desk.scope);
    let line = |row: &DutyRow| {
        let rule = row.duty.rule;
        let href = action(ui, at, row).map(|(_, href)| href).or_else(|| at.subject(row.duty.subject));
        let owner = row.responsible.as_ref().filter(|(id, _)| *id != desk.file.responsible.0);
        let owner = owner.map(|(_, name)| view! { <span>{name.clone()}</span> });
        let below = view! {
            <span class="cluster">
                {standing(ui, calendar, row)}
                {rule_mark(ui, rule.to_string(), at.rule(rule))}
                {owner}
            </span>
        };
        let note = note(ui, row).unwrap_or_else(|| due(ui, row).into());
        ListRow {
            title: title(ui, row).into(),
            href,
            note: Some(note),
            below: Some(below.into_any()),
            ..ListRow::default()
        }
    };
    let open: Vec<ListRow> = desk.file.duties.iter().filter(|row| row.duty.is_open()).map(line).collect();
    let was_late = |row: &&DutyRow| !row.duty.is_open() && row.duty.standing(ui.now).is_late();
    let late: Vec<ListRow> = desk.file.duties.iter().filter(was_late).map(line).collect();
    let count = (!open.is_empty()).then(|| Words::from(open.len().to_string()));
    let body = if open.is_empty() {
        empty_line(ui.t("现在没有到期要办的事。", "Nothing is owed now."))
    } else {
        rows(open)
    };
    let late = (!late.is_empty()).then(|| section(ui.t("曾经逾期", "Was late"), rows(late)));
    let head = SectionHead { title: ui.t("待办与时限", "Duties").into(), count, ..SectionHead::default() };
    view! { {section_with(head, body)}{late} }.into_any()
}

/// How many of the planned sessions have taken place.
fn progress(desk: &Desk<'_>) -> Option<AnyView> {
    let ui = desk.ui;
    let plan = desk.newest("plan", PaperState::Approved)?;
    let planned: Option<u64> = plan.answers.get("sessions").and_then(|raw| raw.parse().ok());
    let held = desk.file.folder.of("record").filter(|record| record.state.stands()).count() as u64;
    let below = planned.map(|planned| bar(Tone::Accent, format!("{held}/{planned}"), held, planned, None));
    let goal = |key: &str| plan.answers.get(key).cloned().unwrap_or_default();
    let lines = vec![
        ListRow { title: goal("goals").into(), note: Some(goal("indicators").into()), ..ListRow::default() },
        ListRow {
            title: ui.t("服务次数", "Sessions").into(),
            note: Some(plan.answers.get("frequency").cloned().unwrap_or_default().into()),
            end: planned.is_none().then(|| ui.words(|| format!("{held} 次"), || held.to_string()).into_any()),
            below,
            ..ListRow::default()
        },
    ];
    Some(section(ui.t("目标与进度", "Goals and progress"), rows(lines)))
}

/// Who the case is about, and who works on it.
fn people(desk: &Desk<'_>) -> AnyView {
    let (ui, file) = (desk.ui, &desk.file);
    let (_, number, person) = &file.client;
    let age = person.age_on(ui.now.day()).map(|age| ui.words(|| format!("{age} 岁"), || format!("{age}")));
    let sex = Sex::parse(person.get("sex")).ok().map(|sex| ui.name(sex).to_owned());
    let about: Vec<String> = sex.into_iter().chain(age).collect();
    let mut lines: Vec<(Words, Words)> = vec![
        (ui.t("服务对象", "Client").into(), format!("{} {number}", person.name()).into()),
        (ui.t("性别年龄", "Sex, age").into(), about.join(ui.t("，", ", ")).into()),
        (ui.t("联系电话", "Telephone").into(), person.get("phone").to_owned().into()),
        (ui.t("现居地址", "Address").into(), person.get("address").to_owned().into()),
    ];
    if !person.get("guardian_name").is_empty() {
        let guardian = format!("{} {}", person.get("guardian_name"), person.get("guardian_phone"));
        lines.push((ui.t("监护人", "Guardian").into(), guardian.into()));
    }
    lines.push((ui.t("负责社工", "Worker").into(), file.responsible.1.clone().into()));
    if let Some(reviewer) = file.papers.iter().find_map(|paper| paper.written.reviewer.clone()) {
        lines.push((ui.t("审核人", "Reviewer").into(), reviewer.into()));
    }
    let more = Some((ui.t("服务对象档案", "Client's record").into(), desk.at().client(file.client.0)));
    section_with(SectionHead { title: ui.t("人员", "People").into(), more, ..SectionHead::default() }, facts(lines))
}

/// Where a case stands.
pub(super) fn case_badge(ui: Ui, state: CaseState) -> AnyView {
    let tone = match state {
        CaseState::Opened | CaseState::Serving => Tone::Accent,
        CaseState::Closing => Tone::Due,
        CaseState::Closed => Tone::Good,
        CaseState::Following => Tone::Info,
        CaseState::Archived | CaseState::Referred | CaseState::Withdrawn => Tone::Plain,
    };
    badge(tone, ui.name(state))
}
