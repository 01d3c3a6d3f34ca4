//! What comes next: the one main action of a case, and everything else that can be done now.
//!
//! An action is listed only when the workflow, the rules and the policy let this person do it: that was asked of the
//! functions that the operations ask, and came with the file.

use super::desk::Desk;
use backend::cases::CaseAct;
use backend::papers::{Head, Offer};
use domain::access::{Action, Object, Reach};
use domain::cases::CaseState;
use domain::papers::{Deed, PaperState};
use pages::components::icons::Icon;
use pages::papers::title;
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
pub(super) fn moves(desk: &Desk<'_>) -> Moves {
    let mut main = reviews(desk);
    main.extend(amendments(desk));
    main.extend(onward(desk));
    let waits = main.is_empty().then(|| waits(desk)).flatten();
    Moves { main, more: also(desk), waits }
}

fn go(icon: Icon, words: impl Into<Words>, href: String) -> Move {
    Move { icon, words: words.into(), href }
}

/// What this person may do now with a new paper.
fn writes(desk: &Desk<'_>, register: &str) -> bool {
    desk.file.offers(register, Deed::Submit, None)
}

fn head(desk: &Desk<'_>, offer: &Offer) -> Option<Head> {
    offer.paper.or(offer.about).or(offer.replaces).and_then(|id| desk.file.folder.head(id).ok()).cloned()
}

/// Papers of others that this person decides about: whoever may send one back may look at it.
fn reviews(desk: &Desk<'_>) -> Vec<Move> {
    let ui = desk.ui;
    let mut moves = Vec::new();
    for register in desk.scope.registers().of_file(Object::Case) {
        let decides =
            |offer: &&Offer| offer.register.key == register.key && offer.deed == Deed::Return && offer.outcome.is_ok();
        let mut waiting: Vec<Head> =
            desk.file.offers.iter().filter(decides).filter_map(|offer| head(desk, offer)).collect();
        waiting.sort_by_key(|head| head.submitted);
        let Some(oldest) = waiting.first() else { continue };
        let (name, count) = (ui.text(&register.title), waiting.len());
        let words = match count {
            1 => ui.words(|| format!("审核{name}"), || format!("Review: {name}")),
            _ => ui.words(|| format!("审核{name}（{count} 份）"), || format!("Review: {name} ({count})")),
        };
        moves.push(go(Icon::Check, words, desk.at().paper(oldest.id)));
    }
    moves
}

/// One's drafts, what was sent back, and appointments that are over without a record.
fn amendments(desk: &Desk<'_>) -> Vec<Move> {
    let (ui, registers) = (desk.ui, desk.scope.registers());
    let mut moves = Vec::new();
    for offer in desk.file.offers.iter().filter(|offer| offer.outcome.is_ok() && offer.deed == Deed::Submit) {
        let Some(of) = head(desk, offer) else { continue };
        let name = title(ui, registers, &of);
        let href = || desk.at().write(&offer.register.key, desk.file.folder.file, offer.about, offer.replaces);
        let over = offer.register.about.is_some() && of.moment("ends_at").filter(|at| *at <= ui.now).is_some();
        if offer.paper.is_some() {
            let words = ui.words(|| format!("继续写{name}"), || format!("Go on writing: {name}"));
            moves.push(go(Icon::Pen, words, href()));
        } else if offer.replaces.is_some() && of.state == PaperState::Returned {
            let words = ui.words(|| format!("修改被退回的{name}"), || format!("Amend what was sent back: {name}"));
            moves.push(go(Icon::Undo, words, href()));
        } else if offer.replaces.is_none() && of.state == PaperState::Planned && over {
            let day = of.moment("ends_at").map(|at| ui.short_day(at.day())).unwrap_or_default();
            let words = ui.words(|| format!("填写 {day} 的服务记录"), || format!("Write the record of {day}"));
            moves.push(go(Icon::Pen, words, href()));
        } else if offer.about.is_some() && offer.replaces.is_none() && of.state == PaperState::Submitted {
            let spoken = desk
                .file
                .folder
                .of(&offer.register.key)
                .any(|paper| paper.about == Some(of.id) && paper.state.stands());
            if !spoken {
                let name = ui.text(&offer.register.title);
                let words = ui.words(|| format!("记录{name}"), || format!("Write down: {name}"));
                moves.push(go(Icon::People, words, href()));
            }
        }
    }
    moves
}

/// The next step on the common road.
fn onward(desk: &Desk<'_>) -> Vec<Move> {
    let (ui, file) = (desk.ui, &desk.file);
    let none = |register: &str| {
        !file.folder.has(register, &[PaperState::Submitted, PaperState::Approved, PaperState::Returned])
    };
    let assessed = file.folder.has("assessment", &[PaperState::Approved]);
    match file.state {
        CaseState::Opened if none("assessment") && writes(desk, "assessment") => {
            vec![go(Icon::Clipboard, ui.t("写需求评估", "Write the assessment"), desk.write("assessment"))]
        }
        CaseState::Opened if assessed && none("plan") && writes(desk, "plan") => {
            vec![go(Icon::Book, ui.t("制定服务计划", "Make a plan"), desk.write("plan"))]
        }
        CaseState::Serving if writes(desk, "record") => {
            vec![go(Icon::Pen, ui.t("写服务记录", "Write a record"), desk.write("record"))]
        }
        CaseState::Closing if desk.file.acts.open(CaseAct::Tell) => {
            vec![go(Icon::Message, ui.t("反馈结果", "Tell the result"), desk.below("result"))]
        }
        CaseState::Closing if writes(desk, "closing") => {
            vec![go(Icon::Archive, ui.t("结案", "Close the case"), desk.write("closing"))]
        }
        CaseState::Closed | CaseState::Following => follow_up(desk, true).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The next follow-up: when its month has come, or already before.
fn follow_up(desk: &Desk<'_>, come: bool) -> Option<Move> {
    let started = desk.file.started?;
    let month: i64 = desk.file.folder.known.get("next_month")?.parse().ok()?;
    let has_come = started.day().plus_months(month) <= desk.ui.now.day();
    (has_come == come && writes(desk, "follow_up")).then(|| {
        let words =
            desk.ui.words(|| format!("记录第 {month} 个月跟进回访"), || format!("Write: follow-up at {month} months"));
        go(Icon::Phone, words, desk.write("follow_up"))
    })
}

/// What can be done besides.
fn also(desk: &Desk<'_>) -> Vec<Move> {
    let (ui, file) = (desk.ui, &desk.file);
    let mut moves = Vec::new();
    if writes(desk, "visit") {
        moves.push(go(Icon::Calendar, ui.t("预约服务", "Appoint a visit"), desk.write("visit")));
    }
    if file.state.is_open() {
        moves.extend(follow_up(desk, true));
    }
    moves.extend(follow_up(desk, false));
    if file.folder.has("assessment", &[PaperState::Approved]) && writes(desk, "assessment") {
        moves.push(go(Icon::Clipboard, ui.t("再次需求评估", "Assess again"), desk.write("assessment")));
    }
    if file.folder.has("plan", &[PaperState::Approved, PaperState::Returned]) && writes(desk, "plan") {
        moves.push(go(Icon::Book, ui.t("修订服务计划", "Revise the plan"), desk.write("plan")));
    }
    if desk.file.acts.open(CaseAct::Finish) {
        moves.push(go(Icon::Flag, ui.t("服务完成", "Service completed"), desk.below("finish")));
    }
    if desk.scope.reach(Object::AuditTrail, Action::Read) != Reach::None {
        let href = desk.at().area(&format!("audit?subject={}", file.id));
        moves.push(go(Icon::Eye, ui.t("谁看过、改过", "Who looked at it"), href));
    }
    moves
}

/// Why there is nothing to do for this person.
fn waits(desk: &Desk<'_>) -> Option<Words> {
    let ui = desk.ui;
    let waiting = desk.file.folder.heads.iter().find(|head| head.state.waits())?;
    let name = title(ui, desk.scope.registers(), waiting);
    Some(ui.words(|| format!("{name}等待审批"), || format!("Waits for approval: {name}")).into())
}
