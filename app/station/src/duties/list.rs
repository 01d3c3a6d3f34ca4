//! The duties of a worker or a station, most urgent first.

use backend::StaffScope;
use backend::duties::{DutyFigures, DutyFilter, DutyRow, Which, calendar, figures, list};
use backend::listing::Slice;
use domain::access::{Action, Object, Reach};
use domain::refusal::Refusal;
use domain::rules::{Family, RuleBook, RuleId};
use domain::time::Month;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::button::Button;
use pages::components::duty_line::{DutyLine, duty_line_with};
use pages::components::empty::empty;
use pages::components::filters::Filter;
use pages::components::icons::Icon;
use pages::components::table::Column;
use pages::duty::{action, due, note, standing, standing_words, title};
use pages::frames::Area;
use pages::listing::{Asked, Cell, Choice, Desk, Face, Field, List, Part};
use pages::ui::{Ui, Words};

/// Duties, and how many there are.
pub(super) struct Duties {
    counts: DutyFigures,
}

impl List for Duties {
    type Row = DutyRow;
    const NOUN: Object = Object::Duty;
    const PLACE: &'static str = "duties";
    const AREA: Area = Area::Duties;
    const NARROWS: &'static [&'static str] = &["which", "mine", "rule", "due"];

    async fn read(scope: &StaffScope, asked: &Asked, slice: &Slice) -> Result<(Self, Part<DutyRow>), Refusal> {
        let (mine, rule, due) = (asked.is("mine"), asked.maybe("rule"), asked.maybe("due"));
        let filter = DutyFilter { which: which(asked), mine, rule, due };
        let part = Part::of(Object::Duty, list(scope, &filter, slice).await?);
        Ok((Self { counts: figures(scope, filter.mine).await? }, part))
    }

    fn title(&self, desk: Desk<'_>) -> Words {
        desk.ui.t("待办与时限", "Duties").into()
    }

    fn face<'p>(&'p self, desk: Desk<'p>) -> Face<'p, DutyRow> {
        let Desk { ui, scope, at, asked } = desk;
        let own_only = scope.reach(Object::Duty, Action::List) != Reach::All;
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
        let own = own_only || asked.is("mine");
        Face {
            lead: Some(lead.into()),
            above: None,
            actions: vec![
                Button::plain(ui.t("执行情况", "How they are kept"))
                    .icon(Icon::Chart)
                    .link(at.area("duties/compliance")),
                Button::plain(ui.t("规范条款", "Rules")).icon(Icon::Rules).link(at.area("duties/rules")),
            ],
            unit: "项",
            views: self.views(desk),
            filters: narrow(desk, own_only),
            chips: due_chip(desk).into_iter().collect(),
            caption: ui.t("待办与时限", "Duties").into(),
            columns: columns(desk),
            as_lines: Some(Box::new(move |rows| {
                let lines = rows.iter().map(|row| line(ui, scope, at, own, row.clone()));
                view! { <ol class="duties">{lines.collect_view()}</ol> }.into_any()
            })),
            late: |_| false,
            empty: Box::new(move || nothing(desk)),
        }
    }
}

impl Duties {
    fn views(&self, desk: Desk<'_>) -> Vec<Choice> {
        let Desk { ui, asked, .. } = desk;
        let rest: Vec<_> = [("mine", asked.get("mine")), ("rule", asked.get("rule")), ("due", asked.get("due"))]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let counted = |count: u64| Some(count).filter(|_| asked.get("rule").is_empty());
        let view = |which: Which, words: &'static str, count: Option<u64>| {
            let this = (which != Which::default()).then(|| ("which", which.code()));
            Choice::new(words, &this.into_iter().chain(rest.iter().copied()).collect::<Vec<_>>()).count(count)
        };
        vec![
            view(Which::Open, ui.t("未办", "Open"), None),
            view(Which::Overdue, ui.t("已逾期", "Overdue"), counted(self.counts.overdue)),
            view(Which::Escalated, ui.t("已上报区级", "Told to the district"), None),
            view(Which::Today, ui.t("今天到期", "Due today"), counted(self.counts.today)),
            view(Which::Week, ui.t("七天内到期", "Due in 7 days"), counted(self.counts.week)),
            view(Which::Kept, ui.t("按时完成", "Done in time"), None),
            view(Which::SettledLate, ui.t("逾期了结", "Settled late"), None),
            view(Which::Settled, ui.t("已了结", "Settled"), None),
        ]
    }
}

/// The month to which the list is narrowed, to be taken away.
fn due_chip(desk: Desk<'_>) -> Option<(Words, String)> {
    let Desk { ui, at, asked, .. } = desk;
    let month: Month = asked.maybe("due")?;
    let month = ui.month(month);
    let words = ui.words(|| format!("{month}到期"), || format!("Due in {month}"));
    Some((words.into(), asked.clone().with("due", "").address(&at.area(Duties::PLACE))))
}

/// Which duties are asked for.
fn which(asked: &Asked) -> Which {
    Which::parse(asked.get("which"))
}

/// The list narrowed so.
pub(super) fn address(at: At<'_>, which: Which, rule: RuleId, due: Option<Month>) -> String {
    let due = due.map(|month| month.to_string()).unwrap_or_default();
    let list = Asked::default().with("which", which.code()).with("rule", &rule.to_string()).with("due", &due);
    list.address(&at.area(Duties::PLACE))
}

fn narrow(desk: Desk<'_>, own_only: bool) -> Vec<Filter> {
    let Desk { ui, asked, .. } = desk;
    let whose = (!own_only).then(|| {
        let mine = [("1".to_owned(), Words::from(ui.t("我的", "Mine")))];
        Filter::choice("mine", ui.t("谁的", "Whose"), ui.t("全站", "The station's"), mine, asked.get("mine"))
    });
    let clocks = RuleBook::builtin().iter().filter(|rule| rule.family == Family::Clock);
    let rules = clocks.map(|rule| (rule.id.to_string(), Words::from(format!("{} {}", rule.id, ui.text(&rule.title)))));
    let rules = Filter::choice("rule", ui.t("条款", "Rule"), ui.t("全部条款", "Any rule"), rules, asked.get("rule"));
    whose.into_iter().chain([rules]).collect()
}

/// What a workbook says of each.
fn columns<'p>(desk: Desk<'p>) -> Vec<Field<'p, DutyRow>> {
    let Desk { ui, scope, .. } = desk;
    vec![
        Field::new("what", Column::title(ui.t("事项", "Duty")), move |row: &DutyRow| Cell::text(title(ui, row))),
        Field::new("number", Column::short(ui.t("编号", "Number")), |row: &DutyRow| Cell::text(row.number.clone())),
        Field::new("owner", Column::short(ui.t("负责人", "Responsible")), |row: &DutyRow| {
            Cell::text(row.responsible.as_ref().map(|(_, name)| name.clone()).unwrap_or_default())
        }),
        Field::new("state", Column::state(ui.t("时限", "Time")), move |row: &DutyRow| {
            Cell::text(standing_words(ui, calendar(scope), row).2)
        }),
        Field::new("opened", Column::short(ui.t("开始", "Opened")), move |row: &DutyRow| {
            Cell::text(ui.moment(row.duty.opened))
        }),
        Field::new("due", Column::short(ui.t("到期", "Due")), move |row: &DutyRow| {
            Cell::text(ui.moment(row.duty.due))
        }),
        Field::new("rule", Column::short(ui.t("依据", "Rule")), |row: &DutyRow| {
            Cell::text(row.duty.rule.to_string())
        }),
    ]
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
        due: (duty.due, duty.unit),
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

fn nothing(desk: Desk<'_>) -> AnyView {
    let Desk { ui, at, asked, .. } = desk;
    let (title, why) = match which(asked) {
        Which::Open => (
            ui.t("没有要办的事", "Nothing is owed"),
            ui.t("受理申请、预约服务、完成服务后，按规范要办的事会自动出现在这里。", "When applications are accepted, visits appointed and services completed, what the norms demand appears here by itself."),
        ),
        Which::Overdue => (ui.t("没有逾期", "Nothing is overdue"), ui.t("所有要办的事都在时限内。", "Everything is within its time.")),
        Which::Escalated => (ui.t("没有上报区级的事", "The district was told of nothing"), ui.t("规范要求上报的事，逾期满一天会报到区级。", "What the norms want reported is told to the district a day after its time.")),
        Which::Today => (ui.t("今天没有到期的事", "Nothing is due today"), ui.t("可以看看七天内到期的。", "See what is due within seven days.")),
        Which::Week => (ui.t("七天内没有到期的事", "Nothing is due in seven days"), ui.t("没有已知的时限落在这几天。", "No known time limit falls into these days.")),
        Which::Kept => (ui.t("没有按时完成的事", "Nothing was done in time"), ui.t("在时限内办完的事会列在这里。", "What is done within its time is listed here.")),
        Which::SettledLate => (ui.t("没有逾期了结的事", "Nothing was settled late"), ui.t("逾期的事即使办完，也会一直留在这里。", "What was late stays here for ever, even when it is done.")),
        Which::Settled => (ui.t("还没有了结的事", "Nothing is settled yet"), ui.t("办完的事会列在这里。", "What is done is listed here.")),
    };
    let next =
        asked.is_narrowed().then(|| Button::plain(ui.t("看全部未办", "See all that is open")).link(at.area("duties")));
    empty(Icon::Good, title, why, next.into_iter().collect())
}
