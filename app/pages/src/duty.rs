//! Duties in words, wherever one is shown: how it stands, by how much it was late, what to do about it.

use crate::addresses::At;
use crate::components::badge::{Tone, badge, badge_with};
use crate::components::icons::Icon;
use crate::ui::{Ui, Words};
use backend::cases::MONTHS;
use backend::duties::DutyRow;
use domain::access::Object;
use domain::calendar::WorkCalendar;
use domain::rules::{RuleBook, RuleId, Standing};
use domain::time::{Moment, Span, Unit, say};
use leptos::prelude::*;

/// How a duty stands now. What was late stays late; a pause stands apart from it.
pub fn standing(ui: Ui, calendar: &WorkCalendar, row: &DutyRow) -> AnyView {
    let (tone, icon, words) = standing_words(ui, calendar, row);
    match icon {
        Some(icon) => badge_with(tone, icon, words),
        None => badge(tone, words),
    }
}

/// The same in words, with the tone and the mark of their badge.
pub fn standing_words(ui: Ui, calendar: &WorkCalendar, row: &DutyRow) -> (Tone, Option<Icon>, Words) {
    let duty = &row.duty;
    let left = || Words::from(duty.left(ui.lang, calendar, ui.now));
    match duty.standing(ui.now) {
        Standing::Open => (Tone::Plain, Some(Icon::Clock), left()),
        Standing::Due if ui.now > duty.due => (Tone::Due, Some(Icon::Clock), grace(ui, duty.late_after).into()),
        Standing::Due => (Tone::Due, None, left()),
        Standing::Late => (Tone::Late, None, left()),
        Standing::Met => (Tone::Good, None, ui.t("按时完成", "Done in time").into()),
        Standing::MetLate => (Tone::Late, None, late_words(ui, row).unwrap_or_default()),
        Standing::Cancelled => (Tone::Plain, None, ui.t("不再需要", "No longer needed").into()),
        Standing::Paused => (Tone::Info, Some(Icon::Pause), ui.t("暂停计时", "Paused").into()),
    }
}

fn grace(ui: Ui, until: Moment) -> String {
    let left = ui.left(until, Unit::Days);
    ui.words(|| format!("宽限期内，{left}"), || format!("Within grace, {left}"))
}

/// By how much a duty was settled late; none when it was not.
pub fn late_by(ui: Ui, row: &DutyRow) -> Option<String> {
    let duty = &row.duty;
    if duty.standing(ui.now) != Standing::MetLate {
        return None;
    }
    let settled = duty.met.or(duty.cancelled)?;
    let late = say::left(ui.lang, settled, duty.due, duty.unit);
    Some(late.trim_start_matches("已超 ").trim_end_matches(" late").to_owned())
}

/// The same as what is marked for ever.
pub fn late_words(ui: Ui, row: &DutyRow) -> Option<Words> {
    late_by(ui, row).map(|late| ui.words(|| format!("迟 {late}"), || format!("{late} late")).into())
}

/// By how much what was done at this moment was late: a duty was settled by it.
pub fn late_at(ui: Ui, duties: &[DutyRow], at: Moment) -> Option<Words> {
    duties.iter().filter(|row| row.duty.met == Some(at)).find_map(|row| late_words(ui, row))
}

/// Until when a duty can be met: the last day for what is counted in days, the minute for what is counted in hours.
pub fn until(ui: Ui, row: &DutyRow) -> String {
    let due = row.duty.due;
    match row.duty.unit {
        Unit::Hours => ui.moment(due),
        // Such limits end at 24:00, which is already the next day's first moment.
        _ => ui.day(due.minus(Span::millis(1)).day()),
    }
}

/// The same in a sentence.
pub fn due(ui: Ui, row: &DutyRow) -> String {
    let when = until(ui, row);
    ui.words(|| format!("{when}到期"), || format!("Due {when}"))
}

/// When it was settled, whether the next tier was told, and how long its clock stood still.
pub fn note(ui: Ui, row: &DutyRow) -> Option<Words> {
    let duty = &row.duty;
    let settled = match (duty.met, duty.cancelled) {
        (Some(met), _) => Some(ui.words(|| format!("{}完成", ui.moment(met)), || format!("Done {}", ui.moment(met)))),
        (None, Some(at)) => {
            Some(ui.words(|| format!("{}起不再需要", ui.moment(at)), || format!("Not needed since {}", ui.moment(at))))
        }
        (None, None) => duty.reported(ui.now).map(|at| {
            let when = ui.moment(at);
            ui.words(|| format!("{when}起已上报区级"), || format!("The district was told on {when}"))
        }),
    };
    let paused = match duty.paused {
        Some(since) => Some(
            ui.words(|| format!("{}起暂停计时", ui.moment(since)), || format!("Paused since {}", ui.moment(since))),
        ),
        None => stood_still(ui, row.paused_ms),
    };
    let parts: Vec<String> = settled.into_iter().chain(paused).collect();
    (!parts.is_empty()).then(|| parts.join(ui.t("；", "; ")).into())
}

fn stood_still(ui: Ui, millis: i64) -> Option<String> {
    let span = Span::millis(millis);
    let (hours, days) = (span.in_hours(), span.in_days());
    match millis {
        ..=0 => None,
        _ if days >= 3 => {
            Some(ui.words(|| format!("另有 {days} 天暂停，不计时"), || format!("{days} days paused, not counted")))
        }
        _ if hours >= 1 => {
            Some(ui.words(|| format!("另有 {hours} 小时暂停，不计时"), || format!("{hours} hours paused, not counted")))
        }
        _ => Some(ui.t("另有不足 1 小时暂停，不计时", "Less than an hour paused, not counted").to_owned()),
    }
}

/// What has to be done: the title of the rule, and which of a series.
pub fn title(ui: Ui, row: &DutyRow) -> String {
    let rule = row.duty.clause(RuleBook::builtin());
    let title = rule.map_or_else(|| row.duty.rule.to_string(), |rule| ui.text(&rule.title));
    match month(row) {
        Some(month) => ui.words(|| format!("第 {month} 个月跟进"), || format!("Follow-up at {month} months")),
        None => title,
    }
}

fn month(row: &DutyRow) -> Option<i64> {
    let place = usize::from(row.duty.step).checked_sub(1)?;
    (row.duty.rule == RuleId::CLO_12).then(|| MONTHS.get(place).copied()).flatten()
}

/// The one thing to do about an open duty, and where; none when it is settled.
pub fn action(ui: Ui, at: At<'_>, row: &DutyRow) -> Option<(Words, String)> {
    if !row.duty.is_open() {
        return None;
    }
    let subject = at.subject(row.duty.subject)?;
    let rule = row.duty.rule;
    let case = |path: String| format!("{subject}/{path}");
    Some(match (rule, row.duty.subject.kind) {
        (RuleId::INT_07, _) => (ui.t("去初审", "Review").into(), subject),
        (RuleId::INT_10, _) => (ui.t("去告知", "Tell").into(), subject),
        (RuleId::INT_14, _) => (ui.t("出具回执", "Issue the receipt").into(), subject),
        (RuleId::PLN_08, Object::Paper) => (ui.t("去填写", "Write").into(), subject),
        (RuleId::PLN_09, Object::Case) => (ui.t("去反馈", "Tell").into(), case("result".to_owned())),
        (RuleId::CLO_12, Object::Case) => {
            let month = month(row).map(|month| format!("?month={month}")).unwrap_or_default();
            let href = at.write("follow_up", row.duty.subject, None, None);
            (ui.t("去跟进", "Follow up").into(), format!("{href}{month}"))
        }
        _ => (ui.t("去办理", "Open").into(), subject),
    })
}
