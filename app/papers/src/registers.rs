//! The registers of the house: a page of all of them, and each with what its rule asks and then its papers.

use backend::StaffScope;
use backend::listing::Slice;
use backend::registers::{self, Line, PaperFilter, PaperRow, Place, RegisterPage, Strip};
use domain::access::{Action, Object};
use domain::forms::Answers;
use domain::ids::PaperId;
use domain::papers::PaperState;
use domain::refusal::Refusal;
use domain::registers::{Kind, Register};
use domain::rules::periodic::Turn;
use domain::rules::{RuleArea, RuleBook, Standing};
use domain::time::Unit;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::button::Button;
use pages::components::card::{Card, cards};
use pages::components::empty::empty;
use pages::components::filters::Filter;
use pages::components::form::answer_words;
use pages::components::icons::{Icon, icon};
use pages::components::page_head::{PageHead, page_head};
use pages::components::section::section;
use pages::components::strip::{Mark, Strip as StripView, StripLine, strip};
use pages::components::table::Column;
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};
use pages::listing::{self, Asked, Cell, Desk, Face, Field, List, Part};
use pages::papers::state_badge;
use pages::route::Verb::Get;
use pages::route::{Route, staff};
use pages::ui::{Ui, Words};

/// How many past periods a strip shows.
const PAST: usize = 4;

pub(crate) fn routes() -> Vec<Route> {
    let mut routes = listing::routes::<Papers>(
        "/o/{org}/registers/{register}",
        "/o/{org}/registers/{register}/export",
        Action::Read,
    );
    routes.push(staff(Get, "/o/{org}/registers", (Object::Paper, Action::Read), index));
    routes
}

/// All registers, area by area; each tile says how its duty stands.
async fn index(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let (ui, found) = (request.ui, registers::overview(&scope).await?);
    let html = staff_page(&request, &scope, Area::Registers, ui.t("台账", "Registers"), || {
        let at = At(&scope.organisation().slug);
        let areas = RuleArea::ALL.into_iter().filter_map(|area| {
            let of_this: Vec<_> = found.iter().filter(|(register, _)| register.area == area).collect();
            let tiles = of_this.iter().map(|(register, strips)| tile(ui, at, register, strips)).collect();
            (!of_this.is_empty()).then(|| section(ui.name(area), cards(tiles)))
        });
        let areas: Vec<AnyView> = areas.collect();
        let head = PageHead {
            title: ui.t("台账", "Registers").into(),
            lead: Some(
                ui.t(
                    "规范要求定期做、做了要有记录的事。先看还差什么，再从那里开始写。",
                    "What the norms want done again and again, and written down. What is missing comes first.",
                )
                .into(),
            ),
            ..PageHead::default()
        };
        let body = if areas.is_empty() {
            let why = ui.t("本机构适用的规范没有要求台账。", "No norm that binds this organisation asks for any.");
            empty(Icon::Clipboard, ui.t("没有台账", "No registers"), why, Vec::new())
        } else {
            areas.into_any()
        };
        view! { {page_head(ui, head)}{body} }.into_any()
    });
    Ok(Answer::page(html))
}

fn tile(ui: Ui, at: At<'_>, register: &Register, strips: &[Strip]) -> Card {
    let running = || strips.iter().flat_map(|strip| &strip.lines).filter_map(|line| line.turns.last());
    let late = running().filter(|turn| turn.standing == Standing::Late).count();
    let open = running().filter(|turn| turn.standing.is_open()).count();
    let left = running().filter(|turn| turn.standing.is_open()).map(|turn| turn.stretch.last).min();
    let foot: Words = match (late, open, left) {
        (0, 0, _) if running().next().is_none() => ui.t("按需填写", "Written when needed").into(),
        (0, 0, _) => ui.t("本期都已完成", "All done for now").into(),
        (0, open, Some(last)) => {
            let day = ui.day(last);
            ui.words(|| format!("还差 {open} 项，{day}前"), || format!("{open} to do by {day}")).into()
        }
        (late, ..) => ui.words(|| format!("{late} 项已逾期"), || format!("{late} overdue")).into(),
    };
    Card {
        href: at.register(&register.key),
        icon: Some(Icon::Clipboard),
        title: ui.text(&register.title).into(),
        text: why(ui, register, strips).into(),
        foot: vec![foot],
    }
}

/// Why the register is there: what its rule demands.
fn why(ui: Ui, register: &Register, strips: &[Strip]) -> String {
    let rule = strips.first().and_then(|strip| RuleBook::builtin().rule(strip.rule?));
    match (rule, &register.lead) {
        (Some(rule), _) => ui.text(&rule.wording),
        (None, Some(lead)) => ui.text(lead),
        (None, None) => String::new(),
    }
}

/// The papers of a register, with what its rules ask.
pub(crate) struct Papers(RegisterPage);

impl List for Papers {
    type Row = PaperRow;
    const NOUN: Object = Object::Paper;
    const PLACE: &'static str = "registers/{register}";
    const AREA: Area = Area::Registers;
    const NARROWS: &'static [&'static str] = &["file", "state"];

    async fn read(scope: &StaffScope, asked: &Asked, slice: &Slice) -> Result<(Self, Part<PaperRow>), Refusal> {
        let filter = PaperFilter {
            file: asked.maybe::<domain::events::Subject>("file").map(|file| file.id),
            state: PaperState::parse(asked.get("state")).ok(),
        };
        let mut page = registers::page(scope, asked.param("register"), &filter, slice).await?;
        let papers = std::mem::replace(&mut page.papers, backend::listing::Listed::none());
        Ok((Self(page), Part::of(Object::Paper, papers)))
    }

    fn kind(asked: &Asked) -> Kind {
        Kind::papers(asked.param("register"))
    }

    fn title(&self, desk: Desk<'_>) -> Words {
        desk.ui.text(&self.0.register.title).into()
    }

    fn back(&self, desk: Desk<'_>) -> Option<(Words, String)> {
        let area = desk.ui.name(self.0.register.area);
        let words = desk.ui.words(|| format!("台账 · {area}"), || format!("Registers · {area}"));
        Some((words.into(), desk.at.area("registers")))
    }

    fn face<'p>(&'p self, desk: Desk<'p>) -> Face<'p, PaperRow> {
        let Desk { ui, at, asked, .. } = desk;
        let Self(page) = self;
        let register = &page.register;
        let write = page.places.first().filter(|_| page.places.len() == 1);
        let states =
            register.life.steps().iter().map(|(_, _, to)| *to).chain(register.life.starts().iter().map(|(_, to)| *to));
        let mut states: Vec<PaperState> = states.filter(|state| *state != PaperState::Draft).collect();
        states.sort();
        states.dedup();
        Face {
            lead: None,
            above: Some((self.above(desk), ui.t("记录", "Papers").into())),
            actions: write.map(|place| self.write(ui, at, place)).into_iter().collect(),
            unit: "份",
            views: Vec::new(),
            filters: vec![Filter::choice(
                "state",
                ui.t("状态", "State"),
                ui.t("全部状态", "Any state"),
                states.into_iter().map(|state| (state.code().to_owned(), ui.name(state).into())),
                asked.get("state"),
            )],
            chips: Vec::new(),
            caption: ui.text(&register.title).into(),
            columns: self.columns(desk),
            as_lines: None,
            late: |_| false,
            empty: Box::new(move || self.nothing(desk)),
        }
    }
}

impl Papers {
    fn write(&self, ui: Ui, at: At<'_>, place: &Place) -> AnyView {
        let title = ui.text(&self.0.register.title);
        let words = ui.words(|| format!("写{title}"), || format!("Write: {title}"));
        Button::primary(words).icon(Icon::Pen).link(at.write(&self.0.register.key, place.file, None, None))
    }

    /// What the rules ask; where there is none and several places, where one can be written.
    fn above(&self, desk: Desk<'_>) -> AnyView {
        let Desk { ui, at, .. } = desk;
        let strips = self.0.strips.iter().map(|strip| self.strip(ui, at, strip)).collect_view();
        let lead = self.0.strips.is_empty().then(|| {
            let lead = self.0.register.lead.as_ref().map(|lead| ui.text(lead));
            lead.map(|lead| view! { <p class="strip__lead">{lead}</p> })
        });
        let unasked = self.0.strips.is_empty() && self.0.places.len() > 1;
        let places = unasked.then(|| {
            let link = |place: &Place| {
                Button::plain(place.name.clone()).icon(Icon::Pen).link(at.write(
                    &self.0.register.key,
                    place.file,
                    None,
                    None,
                ))
            };
            view! { <div class="buttons">{self.0.places.iter().map(link).collect_view()}</div> }
        });
        view! { {lead}{strips}{places} }.into_any()
    }

    fn strip(&self, ui: Ui, at: At<'_>, asked: &Strip) -> AnyView {
        let rule = asked.rule.and_then(|rule| RuleBook::builtin().rule(rule));
        let wording = match (rule, &self.0.register.lead) {
            (Some(rule), _) => ui.text(&rule.wording),
            (None, lead) => lead.as_ref().map(|lead| ui.text(lead)).unwrap_or_default(),
        };
        let clause = asked.rule.map(|rule| view! { " "<a class="rule" href=at.rule(rule)>{rule.to_string()}</a> });
        let lead = view! { <p class="strip__lead">{wording}{clause}</p> };
        // Every subject has the same periods behind it, as far as it was there.
        let longest = asked.lines.iter().max_by_key(|line| line.turns.len());
        let turns = longest.map(|line| line.turns.as_slice()).unwrap_or_default();
        let (heads, now) = match (asked.period, turns) {
            (Some(period), [past @ .., now]) => {
                let shown = past.iter().skip(past.len().saturating_sub(PAST));
                let heads = shown.map(|turn| ui.text(&period.called(turn.stretch)).into()).collect();
                let until = ui.day(now.stretch.last);
                let until = ui.words(|| format!("到 {until} 为止"), || format!("until {until}"));
                (heads, (Words::from(ui.text(&period.called(now.stretch))), Some(until.into())))
            }
            _ => (vec![ui.t("上一次", "Last time").into()], (Words::from(ui.t("下一次", "Next")), None)),
        };
        let past = heads.len();
        let kind = ui.name(asked.duty.subject);
        let lines = asked.lines.iter().map(|line| self.line(ui, at, asked, line, past)).collect();
        let caption = ui.words(|| format!("{kind}各期完成情况"), || format!("Each {kind}, period by period"));
        let body = strip(StripView { caption: caption.into(), subject: kind.into(), past: heads, now, lines });
        view! { {lead}{body} }.into_any()
    }

    fn line(&self, ui: Ui, at: At<'_>, asked: &Strip, line: &Line, shown: usize) -> StripLine {
        let begins = ui.day(line.since);
        let unowed = || Mark {
            standing: None,
            words: ui.words(|| format!("{begins}启用"), || format!("Since {begins}")).into(),
            href: None,
        };
        let mark = |turn: &Turn| mark(ui, at, turn);
        let running = line.turns.last().filter(|turn| turn.stretch.last >= ui.now.day() || asked.period.is_none());
        let before = &line.turns[..line.turns.len().saturating_sub(usize::from(running.is_some()))];
        let before = &before[before.len().saturating_sub(shown)..];
        let missing = shown.saturating_sub(before.len());
        let none = || Mark { standing: None, words: "—".into(), href: None };
        let mut past: Vec<Mark> = (0..missing).map(|at| if at + 1 == missing { unowed() } else { none() }).collect();
        past.extend(before.iter().map(mark));
        let action = running.filter(|turn| turn.missing() > 0 && line.place.opens).map(|_| {
            let href = at.write(&self.0.register.key, line.place.file, None, None);
            Button::plain(ui.t("去写", "Write it")).small().after(Icon::Right).link(href)
        });
        let waits = (line.waiting > 0).then(|| {
            let n = line.waiting;
            ui.words(|| format!("{n} 份待审"), || format!("{n} waiting for approval"))
        });
        let left = running.filter(|turn| turn.missing() > 0).map(|turn| {
            let end = domain::time::Moment::end_of(turn.stretch.last);
            let left = ui.left(end, Unit::Days);
            match asked.period {
                Some(_) => left,
                None => {
                    let by = ui.day(turn.stretch.last);
                    ui.words(|| format!("{by}前，{left}"), || format!("by {by}, {left}"))
                }
            }
        });
        let quiet = left.into_iter().chain(waits).collect::<Vec<_>>();
        let now = running.map_or_else(
            || Mark {
                standing: None,
                words: ui.t("满一期后起算", "Counted from the first full period").into(),
                href: None,
            },
            mark,
        );
        StripLine {
            name: line.place.name.clone().into(),
            note: line.place.address.clone().map(Into::into),
            past,
            now,
            left: (!quiet.is_empty())
                .then(|| view! { <span class="strip__left">{quiet.join(ui.t("，", ", "))}</span> }.into_any()),
            action,
        }
    }

    fn columns<'p>(&'p self, desk: Desk<'p>) -> Vec<Field<'p, PaperRow>> {
        let Desk { ui, at, scope, .. } = desk;
        let register = &self.0.register;
        let when = move |row: &PaperRow| {
            let moment = row.head.occurred.or(row.head.recorded).unwrap_or(ui.now);
            Cell::title(ui.day(moment.day()), at.paper(row.head.id), None)
        };
        let mut columns = vec![Field::new("occurred", Column::title(ui.t("日期", "Day")), when).sorts()];
        if register.lies_in == Object::Unit {
            columns.push(Field::new("place", Column::text(ui.t("地点", "Where")), |row: &PaperRow| {
                Cell::text(row.place.clone())
            }));
        }
        let form = scope.registers().form(register);
        for key in &register.columns {
            let Some(question) = form.and_then(|form| form.field(key)).cloned() else { continue };
            let label = ui.text(&question.label);
            columns.push(Field::new(key.clone(), Column::text(label).named_on_phone(), move |row: &PaperRow| {
                Cell::text(row.head.answer(&question.key).map_or_else(String::new, |answer| {
                    answer_words(ui, &question, &Answers::from([(question.key.clone(), answer)]))
                }))
            }));
        }
        columns.push(Field::new("author", Column::text(ui.t("编写人", "Author")), |row: &PaperRow| {
            Cell::text(row.author.clone())
        }));
        if register.series.is_some() {
            columns.push(Field::new(
                "number",
                Column::short(ui.t("编号", "Number")).not_on_phone(),
                |row: &PaperRow| Cell::text(row.head.number.clone().unwrap_or_default()),
            ));
        }
        columns.push(Field::new("state", Column::state(ui.t("状态", "State")), move |row: &PaperRow| {
            Cell::shown(state_badge(ui, row.head.state), ui.name(row.head.state))
        }));
        columns
    }

    fn nothing(&self, desk: Desk<'_>) -> AnyView {
        let Desk { ui, at, asked, .. } = desk;
        let register = &self.0.register;
        if asked.is_narrowed() {
            let all = Button::plain(ui.t("看全部", "See all")).link(at.register(&register.key));
            let why = ui.t("没有符合当前筛选的记录。", "No paper meets this filter.");
            return empty(Icon::Clipboard, ui.t("没有找到", "Nothing found"), why, vec![all]);
        }
        let counts = register
            .counts_when
            .iter()
            .map(|line| view! { <li>{icon(Icon::Check)}<span>{ui.text(line)}</span></li> }.into_any());
        let counts = counts.collect_view();
        let write = self.0.places.first().map(|place| self.write(ui, at, place));
        view! {
            <div class="counts-when">
                <h3>{ui.t("第一份怎么写才算数", "What makes the first one count")}</h3>
                <ul>{counts}</ul>
                {write}
            </div>
        }
        .into_any()
    }
}

/// How a period stands: by when what was done was done, or what is missing.
fn mark(ui: Ui, at: At<'_>, turn: &Turn) -> Mark {
    let paper = |id: PaperId| Some(at.paper(id));
    let last = turn.counted.last();
    let words = match (turn.standing, last) {
        (Standing::Met, Some((paper, _))) if turn.needed > 1 => {
            let (n, day) = (turn.counted.len(), ui.day(paper.on));
            ui.words(|| format!("{n} 次，最近 {day}"), || format!("{n}, last {day}"))
        }
        (Standing::Met, Some((paper, _))) => ui.day(paper.on),
        (Standing::Met, None) => ui.t("不要求", "Nothing asked").to_owned(),
        (Standing::MetLate, _) => {
            let days = turn.counted.iter().filter_map(|(_, late)| *late).max().unwrap_or_default();
            ui.words(|| format!("迟 {days} 天"), || format!("{days} days late"))
        }
        _ => match (turn.needed, turn.counted.len()) {
            (1, _) if turn.standing == Standing::Late => ui.t("没做", "Not done").to_owned(),
            (1, _) => ui.t("还没做", "Not done yet").to_owned(),
            (needed, done) => ui.words(|| format!("{done} / {needed} 次"), || format!("{done} of {needed}")),
        },
    };
    Mark {
        standing: Some(turn.standing),
        words: words.into(),
        href: last.and_then(|(counted, _)| paper(counted.paper)),
    }
}
