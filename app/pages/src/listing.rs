//! A list: one for every area.
//!
//! An area says what it finds, by what that is narrowed, which columns and which views it has, and what stands there when
//! nothing is found; everything else is here: the address that says all of it, the order, the pages, the choice of columns,
//! the views a member keeps, and the way out of the house as a workbook.

mod asked;
mod cell;
mod workbook;

pub use asked::{Asked, SEARCH};
pub use cell::{Cell, person};

use crate::addresses::At;
use crate::components::badge::Tone;
use crate::components::button::{Button, hidden_fields};
use crate::components::filters::{Filter, SavedView, chips, filters, views};
use crate::components::icons::{Icon, icon};
use crate::components::menu::{Side, menu};
use crate::components::notice::notice;
use crate::components::page_head::{PageHead, page_head};
use crate::components::pager::pager;
use crate::components::section::section;
use crate::components::table::{Column, Order, Row, Table, table};
use crate::frames::{Area, Sheet, staff_page};
use crate::handling::{Answer, Request};
use crate::route::Verb::{Get, Post};
use crate::route::{Route, staff};
use crate::ui::{Ui, Words};
use asked::COLUMNS;
use backend::StaffScope;
use backend::listing::{self, Listed, Slice, WHOLE};
use backend::views::{self as kept, View};
use domain::access::{Action, Object, Reach};
use domain::events::Subject;
use domain::refusal::Refusal;
use domain::registers::Kind;
use leptos::prelude::*;
use std::borrow::Cow;

/// A list of an organisation's things. The value is what its page needs besides the rows.
pub trait List: Sized + Send + Sync + 'static {
    /// What stands in a row.
    type Row: Send + Sync;
    /// What is listed; leaving the house with it is a right of its own.
    const NOUN: Object;
    /// Where the list is found below the organisation's address; parts in braces are the request's.
    const PLACE: &'static str;
    /// Which line of the side bar is open.
    const AREA: Area;
    /// The parameters of the address that narrow it.
    const NARROWS: &'static [&'static str];

    /// Reads a part of it.
    fn read(
        scope: &StaffScope,
        asked: &Asked,
        slice: &Slice,
    ) -> impl Future<Output = Result<(Self, Part<Self::Row>), Refusal>> + Send;

    /// What is kept of it under its name: the noun's views, unless it is one of several lists of that noun.
    fn kind(_: &Asked) -> Kind {
        Self::NOUN.into()
    }

    /// Its name, as this member has it.
    fn title(&self, desk: Desk<'_>) -> Words;

    /// Where one comes from, when that is no line of the side bar.
    fn back(&self, _: Desk<'_>) -> Option<(Words, String)> {
        None
    }

    /// What was done on the way here.
    fn said(&self, _: Desk<'_>) -> Option<Words> {
        None
    }

    /// What the page shows of it.
    fn face<'p>(&'p self, desk: Desk<'p>) -> Face<'p, Self::Row>;
}

/// A part of a list.
#[derive(Debug)]
pub struct Part<R> {
    /// Its rows.
    pub rows: Vec<R>,
    /// The key after which the next part begins, if there is one.
    pub next: Option<String>,
}

impl<R> Part<R> {
    /// Rows of this noun.
    #[must_use]
    pub fn of(kind: Object, found: Listed<R>) -> Self {
        Self { rows: found.rows, next: found.next.map(|id| Subject { kind, id }.to_string()) }
    }
}

/// Who looks at the list, and what they asked for.
#[derive(Clone, Copy)]
pub struct Desk<'p> {
    /// How to speak.
    pub ui: Ui,
    /// Who.
    pub scope: &'p StaffScope,
    /// The organisation's addresses.
    pub at: At<'p>,
    /// What the address says.
    pub asked: &'p Asked,
}

/// What a list shows.
pub struct Face<'p, R> {
    /// A sentence under its name.
    pub lead: Option<Words>,
    /// What stands above the list, and the heading that the list then has.
    pub above: Option<(AnyView, Words)>,
    /// What can be begun here.
    pub actions: Vec<AnyView>,
    /// What its rows are counted in: 件, 人; the English word stands after "on this page" only where it needs one.
    pub unit: &'static str,
    /// The views that everybody has.
    pub views: Vec<Choice>,
    /// By what it can be narrowed.
    pub filters: Vec<Filter>,
    /// What it is narrowed to and no filter shows, each with the address without it.
    pub chips: Vec<(Words, String)>,
    /// What it is, for those who cannot see it: order included.
    pub caption: Words,
    /// Its columns; the first is always shown.
    pub columns: Vec<Field<'p, R>>,
    /// Its rows as lines of their own rather than of a table; the columns are then those of the workbook.
    pub as_lines: Option<Lines<'p, R>>,
    /// Which rows are marked as late.
    pub late: fn(&R) -> bool,
    /// What stands there when nothing was found.
    pub empty: Box<dyn FnOnce() -> AnyView + 'p>,
}

/// A view that everybody has: its name, what it narrows to, and how many it shows where that is known.
pub struct Choice {
    words: Words,
    narrows: Vec<(&'static str, String)>,
    count: Option<u64>,
}

impl Choice {
    /// A view of this name.
    #[must_use]
    pub fn new(words: impl Into<Words>, narrows: &[(&'static str, &str)]) -> Self {
        let narrows = narrows.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { words: words.into(), narrows, count: None }
    }

    /// With how many it shows.
    #[must_use]
    pub fn count(mut self, count: Option<u64>) -> Self {
        self.count = count;
        self
    }
}

/// Rows as lines.
type Lines<'p, R> = Box<dyn FnOnce(&[R]) -> AnyView + 'p>;

/// What one column shows of a row.
type Shows<'p, R> = Box<dyn Fn(&R) -> Cell + 'p>;

/// A column of a list.
pub struct Field<'p, R> {
    word: Cow<'static, str>,
    column: Column,
    cell: Shows<'p, R>,
    sorts: bool,
    spare: bool,
}

impl<'p, R> Field<'p, R> {
    /// A column by its word in the address.
    pub fn new(word: impl Into<Cow<'static, str>>, column: Column, cell: impl Fn(&R) -> Cell + 'p) -> Self {
        Self { word: word.into(), column, cell: Box::new(cell), sorts: false, spare: false }
    }

    /// Its head sorts the list; the backend knows the word.
    #[must_use]
    pub fn sorts(mut self) -> Self {
        self.sorts = true;
        self
    }

    /// Shown only when it is asked for.
    #[must_use]
    pub fn spare(mut self) -> Self {
        self.spare = true;
        self
    }
}

/// The routes of a list: the page, and the workbook. `out` is the list's address and `/export`.
pub fn routes<L: List>(page: &'static str, out: &'static str, needs: Action) -> Vec<Route> {
    vec![
        staff(Get, page, (L::NOUN, needs), show::<L>),
        staff(Post, out, (L::NOUN, Action::Export), take_out::<L>).fresh(),
    ]
}

async fn show<L: List>(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let asked = Asked::read(L::PLACE, L::NARROWS, &request.params, &request.query);
    let (list, part) = L::read(&scope, &asked, &asked.slice(false)).await?;
    let own = if keeps(&scope) { kept::list(&scope, &L::kind(&asked)).await? } else { Vec::new() };
    let (ui, at) = (request.ui, At(&scope.organisation().slug));
    let desk = Desk { ui, scope: &scope, at, asked: &asked };
    let sheet = Sheet::wide(list.title(desk));
    let html = staff_page(&request, &scope, L::AREA, sheet, || page::<L>(&list, desk, part, own));
    Ok(Answer::page(html))
}

fn page<L: List>(list: &L, desk: Desk<'_>, part: Part<L::Row>, own: Vec<View>) -> AnyView {
    let Desk { ui, asked, at, .. } = desk;
    let said = list.said(desk).map(|words| notice(Tone::Good, words));
    let face = list.face(desk);
    let (shown, unit) = (part.rows.len(), face.unit);
    let place = at.area(&asked.place);
    let tools = tools::<L>(desk, &place, &face, &own, shown > 0);
    let whole = part.next.is_none() && asked.pages.is_first();
    let count: Words = if whole {
        ui.words(|| format!("共 {shown} {unit}"), || format!("{shown} in all")).into()
    } else {
        ui.words(|| format!("本页 {shown} {unit}"), || format!("{shown} on this page")).into()
    };
    let (previous, next) = asked.pages.links(&asked.address(&place), part.next);
    let head = PageHead {
        back: list.back(desk),
        title: list.title(desk),
        lead: face.lead,
        actions: face.actions,
        ..PageHead::default()
    };
    let saved = saved(desk, &place, face.views, &own);
    // What is sought anew takes the place of what was sought.
    let names: Vec<&'static str> = face.filters.iter().map(Filter::name).chain([SEARCH]).collect();
    let narrow = filters(ui, place.clone(), asked.kept(&names), face.filters, Some(count.clone()));
    let body = if part.rows.is_empty() {
        (face.empty)()
    } else if let Some(lines) = face.as_lines {
        lines(&part.rows)
    } else {
        let columns = chosen(asked, &face.columns);
        let row = |row: &L::Row| Row {
            late: (face.late)(row),
            cells: columns.iter().map(|field| (field.cell)(row).view).collect(),
        };
        let rows = part.rows.iter().map(row).collect();
        let heads = columns.iter().map(|field| sorted(asked, &place, field)).collect();
        table(ui, Table { caption: face.caption, columns: heads, rows, ..Table::default() })
    };
    let list = view! {
        {saved}
        <div class="listing">{narrow}{tools}</div>
        {chips(ui, face.chips, place)}
        {body}
        {pager(ui, count, previous, next)}
    };
    let list = match face.above {
        Some((above, title)) => view! { {above}{section(title, list.into_any())} }.into_any(),
        None => list.into_any(),
    };
    view! { {page_head(ui, head)}{said}{list} }.into_any()
}

/// Whether a column is shown: as it was chosen, or else unless it is a spare one. The first always is.
fn shows<R>(asked: &Asked, at: usize, field: &Field<'_, R>) -> bool {
    let chosen = asked.all(COLUMNS);
    at == 0 || if chosen.is_empty() { !field.spare } else { chosen.contains(&&*field.word) }
}

/// The columns that are shown.
fn chosen<'f, 'p, R>(asked: &Asked, fields: &'f [Field<'p, R>]) -> Vec<&'f Field<'p, R>> {
    fields.iter().enumerate().filter(|(at, field)| shows(asked, *at, field)).map(|(_, field)| field).collect()
}

/// A column's head, with the link that sorts by it: first upwards, then downwards.
fn sorted<R>(asked: &Asked, place: &str, field: &Field<'_, R>) -> Column {
    if !field.sorts {
        return field.column.clone();
    }
    let order = asked.sort().filter(|(word, _)| *word == &*field.word).map(|(_, down)| down);
    let (next, order) = match order {
        Some(false) => (format!("-{}", field.word), Some(Order::Up)),
        Some(true) => (field.word.to_string(), Some(Order::Down)),
        None => (field.word.to_string(), None),
    };
    field.column.clone().sort(asked.with(asked::SORT, &next).address(place), order)
}

/// The views of everybody, then one's own.
fn saved(desk: Desk<'_>, place: &str, choices: Vec<Choice>, own: &[View]) -> AnyView {
    let asked = desk.asked;
    let here = asked.query();
    let is_own = own.iter().any(|view| view.query == here);
    let all = choices.into_iter().map(|choice| {
        let narrows: Vec<_> = choice.narrows.iter().map(|(name, value)| (*name, value.as_str())).collect();
        SavedView {
            href: asked.narrowed(&narrows).address(place),
            current: !is_own && asked.is_narrowed_to(&narrows),
            words: choice.words,
            count: choice.count,
        }
    });
    let own = own.iter().map(|view| SavedView {
        words: view.name.clone().into(),
        href: if view.query.is_empty() { place.to_owned() } else { format!("{place}?{}", view.query) },
        count: None,
        current: view.query == here,
    });
    let all: Vec<SavedView> = all.chain(own).collect();
    if all.is_empty() { ().into_any() } else { views(desk.ui, all) }
}

/// What one does with a list as a whole: choose its columns, keep it as a view, take it out.
fn tools<L: List>(desk: Desk<'_>, place: &str, face: &Face<'_, L::Row>, own: &[View], any: bool) -> AnyView {
    let Desk { ui, scope, asked, .. } = desk;
    let out = (any && scope.reach(L::NOUN, Action::Export) != Reach::None).then(|| {
        let action = asked.address(&format!("{place}/export"));
        Button::plain(ui.t("导出", "Export")).icon(Icon::Download).small().post(action, Vec::new())
    });
    view! {
        <div class="listing__tools">
            {face.as_lines.is_none().then(|| columns(desk, place, &face.columns))}
            {keeps(scope).then(|| keeping::<L>(desk, own))}
            {out}
        </div>
    }
    .into_any()
}

fn columns<R>(desk: Desk<'_>, place: &str, fields: &[Field<'_, R>]) -> AnyView {
    let Desk { ui, asked, .. } = desk;
    let choices = fields.iter().enumerate().skip(1).map(|(at, field)| {
        let checked = shows(asked, at, field);
        view! {
            <label class="listing__choice">
                <input type="checkbox" name=COLUMNS value=field.word.to_string() checked=checked/>{field.column.label()}
            </label>
        }
        .into_any()
    });
    let panel = view! {
        <form class="listing__panel" action=place.to_owned()>
            {hidden_fields(asked.kept(&[COLUMNS]))}
            <fieldset>
                <legend class="menu__head">{ui.t("显示哪些列", "Which columns")}</legend>
                {choices.collect_view()}
            </fieldset>
            {Button::plain(ui.t("显示这些列", "Show these")).small().submit()}
        </form>
    };
    let button = view! { {icon(Icon::Grid)}<span>{ui.t("列", "Columns")}</span> };
    menu(Side::End, "button button--small", button.into_any(), panel.into_any())
}

/// Whether this member keeps views.
fn keeps(scope: &StaffScope) -> bool {
    scope.reach(Object::View, Action::Edit) != Reach::None
}

/// Keeps what is on the screen under a name, and lets go of what one kept before.
fn keeping<L: List>(desk: Desk<'_>, own: &[View]) -> AnyView {
    let Desk { ui, scope, asked, at } = desk;
    let envelope = || {
        let operation = hidden_fields(vec![("operation", scope.new_operation().to_string())]);
        view! {
            {operation}
            <input type="hidden" name="list" value=L::kind(asked).code().to_owned()/>
            <input type="hidden" name="place" value=asked.place.clone()/>
        }
    };
    let remove = own.iter().map(|view| {
        let words = ui.words(|| format!("删除“{}”", view.name), || format!("Remove “{}”", view.name));
        view! {
            <form method="post" action=at.area(&format!("views/{}/remove", view.id))>
                {envelope()}
                <button class="menu__item menu__item--danger" type="submit">{icon(Icon::Close)}<span>{words}</span></button>
            </form>
        }
        .into_any()
    });
    let panel = view! {
        <form class="listing__panel" method="post" action=at.area("views")>
            {envelope()}
            <input type="hidden" name="query" value=asked.query()/>
            <label class="menu__head" for="view-name">{ui.t("把现在的筛选、排序和列存为视图", "Keep what is on the screen as a view")}</label>
            <input class="input" id="view-name" name="name" maxlength="30" required autocomplete="off" placeholder=ui.t("视图名称", "Its name")/>
            {Button::plain(ui.t("存为视图", "Keep")).small().submit()}
        </form>
        {remove.collect_view()}
    };
    let button = view! { {icon(Icon::Star)}<span>{ui.t("视图", "Views")}</span> };
    menu(Side::End, "button button--small", button.into_any(), panel.into_any())
}

/// The list as a workbook: what the screen shows, all of it, with the columns that were chosen.
async fn take_out<L: List>(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let asked = Asked::read(L::PLACE, L::NARROWS, &request.params, &request.query);
    let (list, part) = L::read(&scope, &asked, &asked.slice(true)).await?;
    listing::taken_out(&scope, L::NOUN, part.rows.len()).await?;
    let (ui, at) = (request.ui, At(&scope.organisation().slug));
    let desk = Desk { ui, scope: &scope, at, asked: &asked };
    let face = list.face(desk);
    let fields = chosen(&asked, &face.columns);
    let heads: Vec<String> = fields.iter().map(|field| field.column.label().to_string()).collect();
    let rows = part.rows.iter().map(|row| fields.iter().map(|field| (field.cell)(row).text).collect());
    let title = list.title(desk).to_string();
    let mut about = vec![
        (ui.t("机构", "Organisation"), scope.organisation().name.clone()),
        (ui.t("列表", "List"), title.clone()),
        (ui.t("导出人", "Taken out by"), scope.name().to_owned()),
        (ui.t("导出时间", "When"), ui.moment(ui.now)),
        (ui.t("行数", "Rows"), part.rows.len().to_string()),
    ];
    if part.next.is_some() {
        let cut = ui.words(
            || format!("只含前 {WHOLE} 行；请缩小筛选再导出其余的。"),
            || format!("Only the first {WHOLE} rows; narrow the list to take out the others."),
        );
        about.push((ui.t("注意", "Note"), cut));
    }
    let bytes = workbook::of(&title, &heads, rows.collect(), &about, ui.t("说明", "About"))?;
    let name = format!("{title} {}.xlsx", ui.now.day());
    Ok(Answer::File { name, kind: workbook::KIND, bytes })
}
