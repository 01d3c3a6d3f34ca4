//! A real table: the head stays in sight, a head sorts by link, and on a phone a row becomes two
//! lines (title and state, then the rest).

use leptos::prelude::*;

use super::icons::{Icon, icon};
use crate::ui::{Ui, Words};

/// How a column is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Title,
    Text,
    Long,
    Short,
    Number,
    State,
    Action,
}

/// The order a column stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Smallest or earliest first.
    Up,
    /// Largest or latest first.
    Down,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    label: Words,
    kind: Kind,
    sort: Option<(String, Option<Order>)>,
    hidden: bool,
    labelled: bool,
}

impl Column {
    const fn new(kind: Kind, label: Words) -> Self {
        Self { label, kind, sort: None, hidden: false, labelled: false }
    }

    /// What the row is about; the row's link stands here.
    #[must_use]
    pub fn title(label: impl Into<Words>) -> Self {
        Self::new(Kind::Title, label.into())
    }

    /// Words that may break.
    #[must_use]
    pub fn text(label: impl Into<Words>) -> Self {
        Self::new(Kind::Text, label.into())
    }

    /// Sentences: gets the room it needs.
    #[must_use]
    pub fn long(label: impl Into<Words>) -> Self {
        Self::new(Kind::Long, label.into())
    }

    /// Dates, numbers of files: one line, as narrow as it can.
    #[must_use]
    pub fn short(label: impl Into<Words>) -> Self {
        Self::new(Kind::Short, label.into())
    }

    /// Numbers, set to the right.
    #[must_use]
    pub fn number(label: impl Into<Words>) -> Self {
        Self::new(Kind::Number, label.into())
    }

    /// A badge; on a phone at the end of the first line.
    #[must_use]
    pub fn state(label: impl Into<Words>) -> Self {
        Self::new(Kind::State, label.into())
    }

    /// The row's action, seen on hover and focus.
    #[must_use]
    pub fn action(label: impl Into<Words>) -> Self {
        Self::new(Kind::Action, label.into())
    }

    /// The head is a link that sorts by this column.
    #[must_use]
    pub fn sort(mut self, href: impl Into<String>, order: Option<Order>) -> Self {
        self.sort = Some((href.into(), order));
        self
    }

    /// Left out on a phone.
    #[must_use]
    pub fn not_on_phone(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// On a phone the value is preceded by the column's name.
    #[must_use]
    pub fn named_on_phone(mut self) -> Self {
        self.labelled = true;
        self
    }

    /// What stands in its head.
    #[must_use]
    pub fn label(&self) -> Words {
        self.label.clone()
    }

    const fn class(&self) -> &'static str {
        match (self.kind, self.hidden) {
            (Kind::Title, _) => "table__td table__td--title",
            (Kind::State, false) => "table__td table__td--short table__td--state",
            (Kind::State, true) => "table__td table__td--short table__td--hide",
            (Kind::Action, _) => "table__td table__td--action",
            (Kind::Number, false) => "table__td table__td--number table__td--meta",
            (Kind::Number, true) => "table__td table__td--number table__td--hide",
            (Kind::Short, false) => "table__td table__td--short table__td--meta",
            (Kind::Short, true) => "table__td table__td--short table__td--hide",
            (Kind::Text, false) => "table__td table__td--meta",
            (Kind::Long, false) => "table__td table__td--long table__td--meta",
            (Kind::Text | Kind::Long, true) => "table__td table__td--hide",
        }
    }

    fn head(&self, ui: Ui) -> AnyView {
        let class = match self.kind {
            Kind::Number => "table__th table__th--number",
            Kind::Short | Kind::State => "table__th table__th--short",
            _ => "table__th",
        };
        let label = self.label.clone();
        if self.kind == Kind::Action {
            return view! { <th class=class scope="col"><span class="visually-hidden">{label}</span></th> }.into_any();
        }
        let Some((href, order)) = self.sort.clone() else {
            return view! { <th class=class scope="col">{label}</th> }.into_any();
        };
        let (sorted, mark) = match order {
            Some(Order::Up) => (Some("ascending"), Icon::SortUp),
            Some(Order::Down) => (Some("descending"), Icon::SortDown),
            None => (None, Icon::SortDown),
        };
        let title = ui.t("按此列排序", "Sort by this column");
        view! {
            <th class=class scope="col" aria-sort=sorted>
                <a class="table__sort" href=href title=title>{label}{icon(mark)}</a>
            </th>
        }
        .into_any()
    }
}

/// A row: as many cells as there are columns.
#[derive(Default)]
pub struct Row {
    /// The cells.
    pub cells: Vec<AnyView>,
    /// Something about it is late.
    pub late: bool,
}

/// A table.
#[derive(Default)]
pub struct Table {
    /// What the table shows, for those who cannot see it; `visible_caption` shows it.
    pub caption: Words,
    /// Shows the caption: period, base, unit.
    pub visible_caption: bool,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
    /// A last row of sums.
    pub total: Option<Vec<AnyView>>,
    /// Few narrow columns of numbers: stays a grid on a phone.
    pub grid: bool,
}

/// A table.
#[must_use]
pub fn table(ui: Ui, table: Table) -> AnyView {
    let columns = table.columns;
    let head = columns.iter().map(|column| column.head(ui)).collect_view();
    let rows = table.rows.into_iter().map(|row| {
        let class = if row.late { "table__row table__row--late" } else { "table__row" };
        view! { <tr class=class>{cells(&columns, row.cells)}</tr> }.into_any()
    });
    let body = rows.collect_view();
    let total = table.total.map(|total| {
        view! { <tfoot><tr class="table__row table__total">{cells(&columns, total)}</tr></tfoot> }
    });
    let class = if table.grid { "table table--grid" } else { "table" };
    let caption_class = if table.visible_caption { "table__caption" } else { "visually-hidden" };
    view! {
        <div class="table-box">
            <table class=class>
                <caption class=caption_class>{table.caption}</caption>
                <thead><tr>{head}</tr></thead>
                <tbody>{body}</tbody>
                {total}
            </table>
        </div>
    }
    .into_any()
}

fn cells(columns: &[Column], cells: Vec<AnyView>) -> AnyView {
    let cells = columns.iter().zip(cells).map(|(column, cell)| {
        let label = column.labelled.then(|| column.label.clone());
        view! { <td class=column.class() data-label=label>{cell}</td> }.into_any()
    });
    cells.collect_view().into_any()
}

/// The title of a row: a link, and a quiet second line.
#[must_use]
pub fn row_title(words: impl Into<Words>, href: impl Into<String>, sub: Option<Words>) -> AnyView {
    let sub = sub.map(|sub| view! { <span class="table__sub">{sub}</span> });
    view! { <a class="table__title" href=href.into()>{words.into()}</a>{sub} }.into_any()
}

/// A number that opens into its rows; zero is quiet and opens nothing.
#[must_use]
pub fn row_count(count: u64, href: impl Into<String>) -> AnyView {
    if count == 0 {
        view! { <span class="table__none">"0"</span> }.into_any()
    } else {
        view! { <a class="table__link" href=href.into()>{count}</a> }.into_any()
    }
}

/// Words in a cell; a dash where there are none.
#[must_use]
pub fn cell(words: impl Into<Words>) -> AnyView {
    let words = words.into();
    if words.is_empty() { view! { <span class="table__none">"—"</span> }.into_any() } else { words.into_any() }
}
