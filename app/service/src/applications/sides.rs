//! What stands beside an application: what is owed, the agreement; and below it, everything that happened.

use super::act::{involved, is_told_only};
use super::desk::ApplicationDesk;
use backend::applications::{AgreementView, ApplicationAct};
use backend::duties::{self, DutyRow};
use domain::agreements::Signer;
use domain::applications::ApplicationState;
use domain::rules::Standing;
use leptos::prelude::*;
use pages::components::button::Button;
use pages::components::duty_line::{DutyLine, duty_line_with};
use pages::components::empty::empty_line;
use pages::components::icons::Icon;
use pages::components::rows::{ListRow, rows};
use pages::components::section::{SectionHead, section, section_with};
use pages::components::timeline::{Entry, timeline};
use pages::duty;
use pages::trail::who_looked;
use pages::ui::Words;

pub(super) fn side(desk: &ApplicationDesk<'_>) -> AnyView {
    let agreement = desk.file.agreement.as_ref().map(|agreement| written(desk, agreement));
    let looked = who_looked(desk.ui, desk.scope, &desk.file.id.to_string());
    view! { {owed(desk)}{agreement}{contact(desk)}{looked} }.into_any()
}

/// Open duties first; what is settled below.
fn owed(desk: &ApplicationDesk<'_>) -> AnyView {
    let ui = desk.ui;
    let calendar = duties::calendar(desk.scope);
    let line = |row: &DutyRow| {
        let rule = row.duty.rule.to_string();
        let href = desk.rule(&rule);
        duty_line_with(
            ui,
            duty::standing(ui, calendar, row),
            duty::note(ui, row),
            DutyLine {
                due: (row.duty.due, row.duty.unit),
                met: row.duty.met.or(row.duty.cancelled),
                what: duty::title(ui, row).into(),
                subject: (duty::until(ui, row).into(), Some(href.clone())),
                whom: None,
                owner: row.responsible.as_ref().map(|(_, name)| name.clone().into()),
                rule: (rule.into(), href),
                action: None,
            },
        )
    };
    let open = |row: &&DutyRow| row.duty.is_open();
    let (first, then): (Vec<&DutyRow>, Vec<&DutyRow>) = desk.file.duties.iter().partition(open);
    let late = first.iter().filter(|row| row.duty.standing(ui.now) == Standing::Late).count();
    let count = (late > 0).then(|| ui.words(|| format!("{late} 项超期"), || format!("{late} late")).into());
    let head = SectionHead { title: ui.t("待办与时限", "Duties").into(), count, ..SectionHead::default() };
    let body = if desk.file.duties.is_empty() {
        empty_line(
            ui.t("受理后，规范要求的时限会列在这里。", "Once accepted, the times that the norms set stand here."),
        )
    } else {
        let lines = first.into_iter().chain(then).map(line);
        view! { <ol class="duties duties--narrow">{lines.collect_view()}</ol> }.into_any()
    };
    section_with(head, body)
}

fn written(desk: &ApplicationDesk<'_>, agreement: &AgreementView) -> AnyView {
    let ui = desk.ui;
    let told_only = is_told_only(desk.file, ui.now.day());
    let explained = agreement.explained.as_ref().map(|(at, by)| format!("{} · {by}", ui.moment(*at)));
    let mut lines = vec![ListRow {
        icon: Some(Icon::Check),
        title: ui.t("已说明权利、义务、风险", "Rights, duties and risks explained").into(),
        note: explained.map(Into::into),
        ..ListRow::default()
    }];
    for signer in involved(desk.file, ui.now.day()).iter().copied() {
        let signed = if signer == Signer::Guardian { &agreement.guardian } else { &agreement.client };
        let title: Words = match (signer, told_only) {
            (Signer::Client, true) => ui.t("告知儿童本人", "The child was told").into(),
            _ => ui.words(|| format!("{}签署", ui.name(signer)), || format!("{} signed", ui.name(signer))).into(),
        };
        let note = match signed {
            Some((at, words)) => format!("{words} · {}", ui.moment(*at)),
            None => ui.t("还没有", "Not yet").to_owned(),
        };
        lines.push(ListRow {
            icon: Some(if signed.is_some() { Icon::Check } else { Icon::Pen }),
            title,
            note: Some(note.into()),
            missing: signed.is_none(),
            ..ListRow::default()
        });
    }
    let words = if desk.may(ApplicationAct::Prepare) {
        ui.t("修改", "Change")
    } else {
        ui.t("查看与打印", "Read and print")
    };
    let href = desk.to("agreement");
    let head = SectionHead {
        title: ui.t("服务协议", "Agreement").into(),
        count: Some(agreement.number.clone().into()),
        more: Some((words.into(), href.clone())),
        ..SectionHead::default()
    };
    let paper = desk.may(ApplicationAct::Prepare).then(|| {
        let print = Button::plain(ui.t("打印协议", "Print it")).icon(Icon::Printer).small();
        view! { <div class="buttons act__more">{print.link(format!("{href}?paper=yes"))}</div> }
    });
    section_with(head, view! { {rows(lines)}{paper} }.into_any())
}

/// How to reach the person: one dials from here.
fn contact(desk: &ApplicationDesk<'_>) -> AnyView {
    let ui = desk.ui;
    let person = &desk.file.person;
    let dial = |label: &'static str, name: &str, phone: &str| {
        let link = view! { <a class="link" href=format!("tel:{phone}")>{phone.to_owned()}</a> }.into_any();
        ListRow {
            icon: Some(Icon::Phone),
            title: label.into(),
            note: (!name.is_empty()).then(|| name.to_owned().into()),
            end: Some(link),
            ..ListRow::default()
        }
    };
    let mut lines = vec![dial(ui.t("申请人", "Applicant"), "", person.get("phone"))];
    if !person.get("guardian_phone").is_empty() {
        lines.push(dial(ui.t("监护人", "Guardian"), person.get("guardian_name"), person.get("guardian_phone")));
    }
    section(ui.t("联系", "Reach them"), rows(lines))
}

/// Changes of state and what the applicant was told, newest first.
pub(super) fn history(desk: &ApplicationDesk<'_>) -> AnyView {
    let (ui, file) = (desk.ui, desk.file);
    let mut entries = Vec::new();
    for step in &file.history {
        let state: Words =
            ApplicationState::parse(&step.to).map_or_else(|_| step.to.clone().into(), |state| ui.name(state).into());
        // Who applies has no name in the house.
        let by = if step.actor.is_empty() { ui.t("申请人", "Applicant").to_owned() } else { step.actor.clone() };
        entries.push(Entry {
            body: step.reason.clone().map(Into::into),
            late: duty::late_at(ui, &file.duties, step.at),
            ..Entry::state(step.at, state, by)
        });
    }
    for notice in &file.notices {
        let (state, mode) = (ui.name(notice.state), ui.name(notice.mode));
        let title = ui.words(|| format!("已告知申请人：{state}"), || format!("Applicant told: {state}"));
        let by = notice.by.clone().map_or_else(|| mode.to_owned(), |by| format!("{by} · {mode}"));
        // What was told together with a step was settled by the step.
        let with_step = file.history.iter().any(|step| step.at == notice.at);
        let late = duty::late_at(ui, &file.duties, notice.at).filter(|_| !with_step);
        let (title, by) = (title.into(), by.into());
        entries.push(Entry { occurred: Some(notice.at), title, by, late, ..Entry::default() });
    }
    let came = ui.words(
        || format!("提交申请（{}）", ui.name(file.channel)),
        || format!("Application sent ({})", ui.name(file.channel)),
    );
    entries.push(Entry::state(file.submitted, came, Words::default()));
    timeline(ui, entries)
}
