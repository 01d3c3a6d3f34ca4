//! What comes next: the one main action of a case, and everything else that can be done now.
//!
//! An action is listed only when the workflow, the rules and the policy let this person do it.

use super::desk::Desk;
use super::ending;
use super::follow_ups::{name, open_months};
use super::plans;
use domain::access::{Action, Object, Reach};
use domain::cases::CaseState;
use domain::ids::MemberId;
use domain::records::RecordState;
use domain::workflow::{PaperState, Workflow};
use pages::components::icons::Icon;
use pages::ui::Words;

/// Something that can be done, and where.
#[derive(Clone, Debug)]
pub(super) struct Move {
    pub(super) icon: Icon,
    pub(super) words: Words,
    pub(super) href: String,
}

/// What can be done now.
pub(super) struct Moves {
    /// What the case waits for from this person, most urgent first.
    pub(super) main: Vec<Move>,
    /// What can be done as well.
    pub(super) more: Vec<Move>,
    /// What the case waits for from others, when there is nothing for this person.
    pub(super) waits: Option<Words>,
}

/// What can be done now.
pub(super) fn moves(desk: &Desk) -> Moves {
    let mut main = reviews(desk);
    main.extend(amendments(desk));
    main.extend(onward(desk));
    let waits = main.is_empty().then(|| waits(desk)).flatten();
    Moves { main, more: also(desk), waits }
}

fn go(icon: Icon, words: impl Into<Words>, href: String) -> Move {
    Move { icon, words: words.into(), href }
}

/// Papers of others that this person approves.
fn reviews(desk: &Desk) -> Vec<Move> {
    let (ui, at, case) = (desk.ui, desk.at(), desk.file.id);
    let others = |author: Option<MemberId>| author != Some(desk.scope.member());
    let mut moves = Vec::new();
    if let Some(paper) = desk.waiting_assessment()
        && others(paper.written.author_id)
        && desk.may(Object::Assessment, Action::Approve)
    {
        moves.push(go(Icon::Check, ui.t("审核需求评估", "Review the assessment"), at.assessment(case, paper.id)));
    }
    if let Some(plan) = desk.waiting_plan()
        && others(plan.written.author_id)
        && desk.may(Object::Plan, Action::Approve)
    {
        moves.push(go(Icon::Check, ui.t("审核服务计划", "Review the plan"), at.plan(case, plan.id)));
    }
    let waiting = |record: &&backend::cases::RecordView| {
        record.state == RecordState::Recorded && others(record.written.author_id)
    };
    let records: Vec<_> = desk.file.records.iter().filter(waiting).collect();
    if let (Some(oldest), true) = (records.last(), desk.may(Object::Record, Action::Approve)) {
        let count = records.len();
        let words = match count {
            1 => ui.t("审核服务记录", "Review the record").to_owned(),
            _ => ui.words(|| format!("审核服务记录（{count} 份）"), || format!("Review records ({count})")),
        };
        moves.push(go(Icon::Check, words, at.record(case, oldest.id)));
    }
    moves
}

/// What was sent back, and visits that are over without a record.
fn amendments(desk: &Desk) -> Vec<Move> {
    let ui = desk.ui;
    let mut moves = Vec::new();
    if !(desk.file.state == CaseState::Serving && desk.may(Object::Record, Action::Record)) {
        return moves;
    }
    let write = |record: &backend::cases::RecordView| desk.below(&format!("records/new?of={}", record.id));
    for record in &desk.file.records {
        let over = record.planned.is_some_and(|at| at <= ui.now);
        match record.state {
            RecordState::Returned => {
                moves.push(go(Icon::Undo, ui.t("修改被退回的记录", "Amend the returned record"), write(record)))
            }
            RecordState::Planned if over => {
                let day = record.planned.map(|at| ui.short_day(at.day())).unwrap_or_default();
                let words = ui.words(|| format!("填写 {day} 的服务记录"), || format!("Write the record of {day}"));
                moves.push(go(Icon::Pen, words, write(record)));
            }
            _ => {}
        }
    }
    moves
}

/// The next step on the common road.
fn onward(desk: &Desk) -> Vec<Move> {
    let (ui, file) = (desk.ui, &desk.file);
    let latest = file.plans.first();
    let in_hand = latest.is_some_and(|plan| matches!(plan.state, PaperState::Submitted | PaperState::Approved));
    let mut moves = Vec::new();
    match file.state {
        CaseState::Opened
            if !desk.is_assessed()
                && desk.waiting_assessment().is_none()
                && desk.may(Object::Assessment, Action::Create) =>
        {
            let again = file.assessments.iter().any(|paper| paper.state == PaperState::Returned);
            let words = if again {
                ui.t("重写需求评估", "Write the assessment anew")
            } else {
                ui.t("写需求评估", "Write the assessment")
            };
            moves.push(go(Icon::Clipboard, words, desk.below("assessments/new")));
        }
        CaseState::Opened
            if !in_hand
                && plans::in_the_way(desk).is_empty()
                && desk.may(Object::Plan, Action::Create)
                && desk.waiting_assessment().is_none() =>
        {
            let words = if latest.is_some() {
                ui.t("修订服务计划", "Revise the plan")
            } else {
                ui.t("制定服务计划", "Make a plan")
            };
            moves.push(go(Icon::Book, words, desk.below("plans/new")));
        }
        CaseState::Serving if desk.may(Object::Record, Action::Record) => {
            moves.push(go(Icon::Pen, ui.t("写服务记录", "Write a record"), desk.below("records/new")));
        }
        CaseState::Closing if file.told.is_none() && desk.may(Object::Case, Action::Tell) => {
            moves.push(go(Icon::Message, ui.t("反馈结果", "Tell the result"), desk.below("result")));
        }
        CaseState::Closing if ending_is_clear(desk) && desk.may(Object::Case, Action::Close) => {
            moves.push(go(Icon::Archive, ui.t("结案", "Close the case"), desk.below("close")));
        }
        CaseState::Closed | CaseState::Following => moves.extend(follow_up(desk, true)),
        _ => {}
    }
    if let Some(plan) = desk.waiting_plan()
        && plan.discussion.is_none()
        && desk.may(Object::Plan, Action::Record)
    {
        moves.push(go(
            Icon::People,
            ui.t("记录团队讨论", "Write the discussion down"),
            desk.at().plan(file.id, plan.id),
        ));
    }
    moves
}

fn ending_is_clear(desk: &Desk) -> bool {
    desk.file.told.is_some() || ending::in_the_way(desk).is_empty()
}

/// The next follow-up: when its month has come, or already before.
fn follow_up(desk: &Desk, come: bool) -> Option<Move> {
    let started = desk.file.started?;
    if !desk.file.state.allows(Action::FollowUp) || !desk.may(Object::FollowUp, Action::Record) {
        return None;
    }
    let month = open_months(desk).into_iter().next()?;
    let has_come = started.day().plus_months(month) <= desk.ui.now.day();
    (has_come == come).then(|| {
        let words =
            desk.ui.words(|| format!("记录{}", name(desk.ui, month)), || format!("Write: {}", name(desk.ui, month)));
        go(Icon::Phone, words, desk.below(&format!("follow-ups/new?month={month}")))
    })
}

/// What can be done besides.
fn also(desk: &Desk) -> Vec<Move> {
    let (ui, file) = (desk.ui, &desk.file);
    let serving = file.state == CaseState::Serving;
    let mut moves = Vec::new();
    if serving && desk.may(Object::Record, Action::Create) {
        moves.push(go(Icon::Calendar, ui.t("预约服务", "Appoint a visit"), desk.below("visits/new")));
    }
    if file.state.is_open() {
        moves.extend(follow_up(desk, true));
    }
    moves.extend(follow_up(desk, false));
    if file.state.is_open()
        && desk.is_assessed()
        && desk.waiting_assessment().is_none()
        && desk.may(Object::Assessment, Action::Create)
    {
        moves.push(go(Icon::Clipboard, ui.t("再次需求评估", "Assess again"), desk.below("assessments/new")));
    }
    if file.state.is_open()
        && desk.plan_in_force().is_some()
        && desk.waiting_plan().is_none()
        && desk.may(Object::Plan, Action::Create)
    {
        moves.push(go(Icon::Book, ui.t("修订服务计划", "Revise the plan"), desk.below("plans/new")));
    }
    if file.state.allows(Action::Submit) && desk.may(Object::Case, Action::Close) {
        moves.push(go(Icon::Flag, ui.t("服务完成", "Service completed"), desk.below("finish")));
    }
    if file.closing.is_some() {
        moves.push(go(Icon::File, ui.t("服务总结", "Service summary"), desk.below("summary")));
    }
    if desk.scope.reach(Object::AuditTrail, Action::Read) != Reach::None {
        let href = desk.at().area(&format!("audit?subject={}", file.id));
        moves.push(go(Icon::Eye, ui.t("谁看过、改过", "Who looked at it"), href));
    }
    moves
}

/// Why there is nothing to do for this person.
fn waits(desk: &Desk) -> Option<Words> {
    let ui = desk.ui;
    let words = if desk.waiting_assessment().is_some() {
        ui.t("需求评估等待审批", "The assessment waits for approval")
    } else if desk.waiting_plan().is_some() {
        ui.t("服务计划等待审批", "The plan waits for approval")
    } else {
        return None;
    };
    Some(words.into())
}
