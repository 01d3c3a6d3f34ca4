//! What follows an application and by when, as the norms that bind the station promise it.
//!
//! A station whose norms name no time promises none: better no date than one that nobody owes.

use backend::organisations::Organisation;
use domain::calendar::WorkCalendar;
use domain::rules::{OrgRules, RuleBook, RuleId};
use domain::time::Moment;
use pages::ui::{Ui, Words};

/// When the initial review of an application that came in then is finished at the latest.
pub(super) fn reviewed_by(station: &Organisation, submitted: Moment) -> Option<Moment> {
    due(station, RuleId::INT_07, submitted)
}

/// When the result is told at the latest, for the goal that the station is measured by.
pub(super) fn answered_by(station: &Organisation, submitted: Moment) -> Option<Moment> {
    due(station, RuleId::INT_19, submitted)
}

fn due(station: &Organisation, rule: RuleId, from: Moment) -> Option<Moment> {
    let book = RuleBook::builtin();
    let rules = OrgRules::of(station.given.clone());
    let rule = book.rule_on(rule, from.day()).filter(|rule| rules.is_live(rule, from.day()))?;
    let parameter = rule.parameter(rule.clock.as_ref()?.limits.first()?)?;
    Some(WorkCalendar::builtin().due(from, rules.value(parameter, from.day()), parameter.unit))
}

/// What happens after an application came in, step by step.
pub(super) fn what_follows(ui: Ui, station: &Organisation, submitted: Moment) -> Vec<Words> {
    let review = match reviewed_by(station, submitted) {
        Some(by) => {
            let by = ui.moment(by);
            ui.words(
                || format!("{by} 前完成初审，缺什么材料会写在查询页面上。"),
                || format!("We look at it before {by}; if anything is missing, the status page says what."),
            )
        }
        None => ui
            .t(
                "工作人员审核申请，缺什么材料会写在查询页面上。",
                "We look at it; if anything is missing, the status page says what.",
            )
            .to_owned(),
    };
    vec![
        review.into(),
        ui.t(
            "通过初审后，社工按您留的电话联系您，了解情况。",
            "After that a social worker calls you to understand your situation.",
        )
        .into(),
        ui.t(
            "适合的，与您签订服务协议后开始服务；不适合的，说明原因并介绍更合适的单位。",
            "If the service suits you, you sign an agreement and it begins; if not, we say why and name a better place.",
        )
        .into(),
    ]
}
