//! The duties of a worker or a station, most urgent first.

use backend::StaffScope;
use backend::duties::{DutyFigures, DutyFilter, DutyRow, Which, calendar, figures, list};
use domain::access::{Action, Object, Reach};
use domain::refusal::Refusal;
use domain::rules::{Family, RuleBook};
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::button::Button;
use pages::components::duty_line::{DutyLine, duty_line_with};
use pages::components::empty::empty;
use pages::components::filters::{Filter, SavedView, filters, views};
use pages::components::icons::Icon;
use pages::components::page_head::{PageHead, page_head};
use pages::components::pager::pager;
use pages::duty::{action, due, note, standing, title};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Form, Request};
use pages::paging::Pages;
use pages::ui::{Ui, Words};

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let ui = request.ui;
    let pages = Pages::read(&request.query);
    let filter = DutyFilter { after: pages.after(), ..read(&request.query) };
    let found = list(&scope, &filter).await?;
    let counts = figures(&scope, filter.mine).await?;
    let title = ui.t("待办与时限", "Duties");
    let html = staff_page(&request, &scope, Area::Duties, title, || {
        let at = At(&scope.organisation().slug);
        let own_only = scope.reach(Object::Duty, Action::List) != Reach::All;
        let shown = found.rows.len();
        let (previous, next) = pages.links(&address(at, &filter), found.next.map(|id| id.to_string()));
        let lead = if own_only {
            ui.t(
                "这里是您要办的事。每一项都能打开要办的内容和背后的条款。",
                "What you owe. Each opens its subject and the clause behind it.",
            )
        } else {
            ui.t(
                "本站要办的事，最急的在前。每一项都能打开要办的内容和背后的条款。",
                "What the station owes, most urgent first. Each opens its subject and the clause behind it.",
            )
        };
        let head = PageHead {
            title: title.into(),
            lead: Some(lead.into()),
            actions: vec![Button::plain(ui.t("规范条款", "Rules")).icon(Icon::Rules).link(at.area("duties/rules"))],
            ..PageHead::default()
        };
        let body = if found.rows.is_empty() {
            nothing(ui, at, &filter)
        } else {
            let lines = found.rows.into_iter().map(|row| line(ui, &scope, at, own_only || filter.mine, row));
            view! { <ol class="duties">{lines.collect_view()}</ol> }.into_any()
        };
        let count = ui.words(|| format!("本页 {shown} 项"), || format!("{shown} on this page"));
        view! {
            {page_head(ui, head)}
            {saved(ui, at, &filter, counts)}
            {narrow(ui, at, &filter, own_only, count.clone())}
            {body}
            {pager(ui, count, previous, next)}
        }
        .into_any()
    });
    Ok(Answer::page(html))
}

/// What the address asks for; what it asks wrongly is as if it were not there.
fn read(query: &Form) -> DutyFilter {
    DutyFilter {
        which: Which::parse(query.get("which")),
        mine: query.get("mine") == "1",
        rule: query.maybe("rule"),
        after: None,
    }
}

/// The address of the list narrowed so, from its first page.
pub(super) fn address(at: At<'_>, filter: &DutyFilter) -> String {
    let mut pairs = Vec::new();
    if filter.which != Which::default() {
        pairs.push(format!("which={}", filter.which.code()));
    }
    if filter.mine {
        pairs.push("mine=1".to_owned());
    }
    if let Some(rule) = filter.rule {
        pairs.push(format!("rule={rule}"));
    }
    let list = at.area("duties");
    if pairs.is_empty() { list } else { format!("{list}?{}", pairs.join("&")) }
}

fn saved(ui: Ui, at: At<'_>, filter: &DutyFilter, counts: DutyFigures) -> AnyView {
    let view = |which: Which, zh: &'static str, en: &'static str, count: Option<u64>| SavedView {
        words: ui.t(zh, en).into(),
        href: address(at, &DutyFilter { which, after: None, ..filter.clone() }),
        count: count.filter(|_| filter.rule.is_none()),
        current: filter.which == which,
    };
    views(
        ui,
        vec![
            view(Which::Open, "未办", "Open", None),
            view(Which::Overdue, "已逾期", "Overdue", Some(counts.overdue)),
            view(Which::Today, "今天到期", "Due today", Some(counts.today)),
            view(Which::Week, "七天内到期", "Due in 7 days", Some(counts.week)),
            view(Which::SettledLate, "逾期了结", "Settled late", None),
            view(Which::Settled, "已了结", "Settled", None),
        ],
    )
}

fn narrow(ui: Ui, at: At<'_>, filter: &DutyFilter, own_only: bool, count: String) -> AnyView {
    let mut choices = Vec::new();
    if !own_only {
        choices.push(Filter::Select {
            name: "mine",
            label: ui.t("谁的", "Whose").into(),
            options: vec![
                (String::new(), ui.t("全站", "The station's").into()),
                ("1".to_owned(), ui.t("我的", "Mine").into()),
            ],
            value: if filter.mine { "1".to_owned() } else { String::new() },
        });
    }
    let clocks = RuleBook::builtin().iter().filter(|rule| rule.family == Family::Clock);
    let every = std::iter::once((String::new(), Words::from(ui.t("全部条款", "Any rule"))));
    let rules = clocks.map(|rule| (rule.id.to_string(), Words::from(format!("{} {}", rule.id, ui.text(&rule.title)))));
    choices.push(Filter::Select {
        name: "rule",
        label: ui.t("条款", "Rule").into(),
        options: every.chain(rules).collect(),
        value: filter.rule.map(|rule| rule.to_string()).unwrap_or_default(),
    });
    let mut keep = Vec::new();
    if filter.which != Which::default() {
        keep.push(("which", filter.which.code().to_owned()));
    }
    filters(ui, at.area("duties"), keep, choices, Some(count.into()))
}

/// One duty as a line of a list.
pub(super) fn line(ui: Ui, scope: &StaffScope, at: At<'_>, own: bool, row: DutyRow) -> AnyView {
    let duty = &row.duty;
    let number = if row.number.is_empty() { ui.name(duty.subject.kind).to_owned() } else { row.number.clone() };
    let subject = at.open_to(scope, duty.subject);
    let action = subject.as_ref().and_then(|_| action(ui, at, &row));
    let owner = row.responsible.as_ref().filter(|_| !own).map(|(_, name)| Words::from(name.clone()));
    let state = standing(ui, calendar(scope), &row);
    let line = DutyLine {
        due: (duty.due, duty.unit(RuleBook::builtin())),
        met: duty.met.or(duty.cancelled),
        what: title(ui, &row).into(),
        subject: (number.into(), subject),
        whom: None,
        owner,
        rule: (duty.rule.to_string().into(), at.rule(duty.rule)),
        action,
    };
    let note = note(ui, &row).unwrap_or_else(|| due(ui, &row).into());
    duty_line_with(ui, state, Some(note), line)
}

fn nothing(ui: Ui, at: At<'_>, filter: &DutyFilter) -> AnyView {
    let (title, why) = match filter.which {
        Which::Open => (
            ui.t("没有要办的事", "Nothing is owed"),
            ui.t("受理申请、预约服务、完成服务后，按规范要办的事会自动出现在这里。", "When applications are accepted, visits appointed and services completed, what the norms demand appears here by itself."),
        ),
        Which::Overdue => (ui.t("没有逾期", "Nothing is overdue"), ui.t("所有要办的事都在时限内。", "Everything is within its time.")),
        Which::Today => (ui.t("今天没有到期的事", "Nothing is due today"), ui.t("可以看看七天内到期的。", "See what is due within seven days.")),
        Which::Week => (ui.t("七天内没有到期的事", "Nothing is due in seven days"), ui.t("没有已知的时限落在这几天。", "No known time limit falls into these days.")),
        Which::SettledLate => (ui.t("没有逾期了结的事", "Nothing was settled late"), ui.t("逾期的事即使办完，也会一直留在这里。", "What was late stays here for ever, even when it is done.")),
        Which::Settled => (ui.t("还没有了结的事", "Nothing is settled yet"), ui.t("办完的事会列在这里。", "What is done is listed here.")),
    };
    let narrowed = filter.mine || filter.rule.is_some() || filter.which != Which::Open;
    let next = narrowed.then(|| Button::plain(ui.t("看全部未办", "See all that is open")).link(at.area("duties")));
    empty(Icon::Good, title, why, next.into_iter().collect())
}
