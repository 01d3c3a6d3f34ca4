//! The registers of the house: a page of all of them, and each with what its rule asks and then its papers.

use backend::StaffScope;
use backend::listing::Slice;
use backend::registers::{self, PaperFilter, PaperRow, Place, RegisterPage};
use domain::access::{Action, Object};
use domain::papers::PaperState;
use domain::refusal::Refusal;
use domain::registers::Kind;
use domain::rules::RuleArea;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::button::Button;
use pages::components::card::cards;
use pages::components::empty::empty;
use pages::components::filters::Filter;
use pages::components::icons::{Icon, icon};
use pages::components::page_head::{PageHead, page_head};
use pages::components::section::section;
use pages::components::table::Column;
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};
use pages::listing::{self, Asked, Cell, Desk, Face, Field, List, Part};
use pages::papers::{done, state_badge};
use pages::registers::{Ways, answer, day, questions, strip, tile};
use pages::route::Verb::Get;
use pages::route::{Route, staff};
use pages::ui::{Ui, Words};

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
            let tiles = of_this.iter().map(|(register, strips)| tile(ui, register, strips, at.register(&register.key)));
            let tiles = tiles.collect();
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

    fn said(&self, desk: Desk<'_>) -> Option<Words> {
        done(desk.ui, desk.scope.registers(), &desk.asked.done).map(Words::from)
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
        let ways = Ways {
            paper: &|counted| Some(at.paper(counted.paper)),
            write: &|place| Some(at.write(&self.0.register.key, place.file, None, None)),
            rule: &|rule| at.area(&format!("duties/rules/{rule}")),
            registers: desk.scope.registers(),
        };
        let strips = self.0.strips.iter().map(|asked| strip(ui, &self.0.register, asked, &ways)).collect_view();
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

    fn columns<'p>(&'p self, desk: Desk<'p>) -> Vec<Field<'p, PaperRow>> {
        let Desk { ui, at, scope, .. } = desk;
        let register = &self.0.register;
        let when = move |row: &PaperRow| Cell::title(day(ui, row), at.paper(row.head.id), None);
        let mut columns = vec![Field::new("occurred", Column::title(ui.t("日期", "Day")), when).sorts()];
        if register.lies_in == Object::Unit {
            columns.push(Field::new("place", Column::text(ui.t("地点", "Where")), |row: &PaperRow| {
                Cell::text(row.place.clone())
            }));
        }
        for question in questions(scope.registers(), register) {
            let label = ui.text(&question.label);
            let answer = move |row: &PaperRow| Cell::text(answer(ui, question, row));
            columns.push(Field::new(question.key.clone(), Column::text(label).named_on_phone(), answer));
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
        if !self.0.reads {
            let why = ui.t(
                "您可以登记，登记后由有权限的同事查看和处理。",
                "You can write one; colleagues who may read them see it and deal with it.",
            );
            let place = self.0.places.first().filter(|_| self.0.places.len() == 1);
            let write = place.map(|place| self.write(ui, at, place)).into_iter().collect();
            return empty(Icon::Clipboard, ui.t("内容只对少数人开放", "Few may read these"), why, write);
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
