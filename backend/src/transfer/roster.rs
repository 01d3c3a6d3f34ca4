//! A station's list of the people it serves, as it kept it before Banyan.
//!
//! A roster asks less than the application form: who is on it is served already. Needed are a name and an identity number or
//! a day of birth; whatever else is given must be right, by the same rules as everywhere. What is wrong is said beside its
//! cell, all at once.

use super::columns::Column;
use super::workbook::{self, Cell, EXACT, RosterError, Rows};
use domain::choice::Choice;
use domain::clients::{PersonKind, Relation};
use domain::forms::{Answers, FormKey, FormTemplate, validate};
use domain::identity::{DocumentKind, IdentityNumber, Sex};
use domain::lang::{Lang, Text, text, texts};
use domain::refusal::Problem;
use domain::text::half_width;
use domain::time::Day;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Rows among which the headings are looked for.
const HEADING_ROWS: usize = 20;
/// Longest content that is given back in a cell; Excel itself holds not much more.
const LONGEST_SHOWN: usize = 30_000;

/// A roster as it was read.
#[derive(Clone, Debug)]
pub struct Roster {
    pub(super) headings: BTreeMap<u32, String>,
    columns: Vec<(u32, Column)>,
    rows: Vec<(u32, BTreeMap<u32, Cell>)>,
}

/// What is wrong with one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadCell {
    /// The column, counted from 0; a value that is missing stands where it would have stood.
    pub column: u32,
    /// What the column holds.
    pub holds: Column,
    /// What is wrong and what to do.
    pub reason: Text,
}

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// Its number in the file, counted from 1 as Excel does.
    pub number: u32,
    /// What stood in it, by column.
    pub cells: BTreeMap<u32, String>,
    /// Everything that is wrong with it.
    pub flaws: Vec<BadCell>,
}

/// A row that can be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// What is known about the person, clean.
    pub answers: Answers,
    /// The name of who answers for the person.
    pub responsible: Option<String>,
}

/// Reads a workbook: the first sheet that has headings, and every row below them.
///
/// # Errors
/// [`RosterError`] when the file is no workbook, too large, or has no headings.
pub fn read_roster(bytes: &[u8]) -> Result<Roster, RosterError> {
    let sheets = workbook::read(bytes)?;
    if sheets.iter().all(|(_, rows)| rows.is_empty()) {
        return Err(RosterError::NothingInIt);
    }
    sheets.into_iter().find_map(|(_, rows)| Roster::below_headings(rows)).ok_or(RosterError::NoHeadings)
}

impl Roster {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows by their numbers in the file, each clean or with what is wrong with it.
    pub(super) fn entries(&self, today: Day) -> impl Iterator<Item = (u32, Result<Entry, Vec<BadCell>>)> + '_ {
        self.rows.iter().map(move |(number, cells)| (*number, Reading::of(self, cells, today).finish()))
    }

    /// The row with this number, as it comes back.
    pub(super) fn bad_row(&self, number: u32, flaws: Vec<BadCell>) -> BadRow {
        let cells = self.rows.iter().find(|(each, _)| *each == number).map(|(_, cells)| cells);
        let shown = |cell: &Cell| cell.shown().chars().take(LONGEST_SHOWN).collect::<String>();
        let cells = cells.into_iter().flatten().map(|(column, cell)| (*column, shown(cell))).collect();
        BadRow { number, cells, flaws }
    }

    /// Something wrong with what a column holds. Where the file has no such column, it stands beside the name.
    pub(super) fn flaw(&self, holds: Column, reason: Text) -> BadCell {
        let place = |wanted: Column| self.columns.iter().find(|(_, column)| *column == wanted).map(|(place, _)| *place);
        BadCell { column: place(holds).or_else(|| place(Column::Name)).unwrap_or_default(), holds, reason }
    }

    fn below_headings(rows: Rows) -> Option<Self> {
        let known = |cells: &BTreeMap<u32, Cell>| -> Vec<(u32, Column)> {
            cells.iter().filter_map(|(place, cell)| Some((*place, Column::of(&cell.shown())?))).collect()
        };
        let enough = |columns: &[(u32, Column)]| {
            let has = |wanted: Column| columns.iter().any(|(_, column)| *column == wanted);
            has(Column::Name) && (has(Column::Identity) || has(Column::BirthDate))
        };
        let (at, columns) = rows
            .iter()
            .take(HEADING_ROWS)
            .map(|(row, cells)| (*row, known(cells)))
            .find(|(_, columns)| enough(columns))?;
        let headings = rows.get(&at)?.iter().map(|(column, cell)| (*column, cell.shown())).collect();
        let holds_anything = |cells: &BTreeMap<u32, Cell>| columns.iter().any(|(place, _)| cells.contains_key(place));
        let rows = rows
            .into_iter()
            .filter(|(row, cells)| *row > at && holds_anything(cells))
            .map(|(row, cells)| (row + 1, cells))
            .collect();
        Some(Self { headings, columns, rows })
    }
}

/// One row on its way from cells to answers.
struct Reading<'r> {
    roster: &'r Roster,
    today: Day,
    typed: Answers,
    birth_month: Option<(i32, u8)>,
    responsible: Option<String>,
    flaws: Vec<BadCell>,
}

impl<'r> Reading<'r> {
    fn of(roster: &'r Roster, cells: &BTreeMap<u32, Cell>, today: Day) -> Self {
        let (typed, flaws) = (Answers::new(), Vec::new());
        let mut reading = Self { roster, today, typed, birth_month: None, responsible: None, flaws };
        // A number's kind has to be known before the number, wherever the two stand.
        let mut columns = roster.columns.clone();
        columns.sort_by_key(|(place, column)| (*column != Column::DocumentKind, *place));
        for (place, column) in columns {
            if let Some(cell) = cells.get(&place)
                && let Err(reason) = reading.take(column, cell)
            {
                reading.flaws.push(BadCell { column: place, holds: column, reason });
            }
        }
        reading
    }

    /// Puts one cell's content where the form expects it, in the form's own words.
    fn take(&mut self, column: Column, cell: &Cell) -> Result<(), Text> {
        let raw = on_one_line(&cell.shown());
        match column {
            Column::Name | Column::Address | Column::GuardianName => self.answer(column.key(), raw),
            Column::Phone | Column::GuardianPhone => self.answer(column.key(), raw),
            Column::Sex => self.answer("sex", word::<Sex>(&raw, SEXES)?.code().to_owned()),
            Column::DocumentKind => {
                self.answer("document_kind", word::<DocumentKind>(&raw, DOCUMENTS)?.code().to_owned());
            }
            Column::Identity => self.take_number(cell, &raw)?,
            Column::BirthDate => match birth_date(cell, &raw) {
                Ok(day) => self.answer("birth_date", day.to_string()),
                Err(DayProblem::MonthOnly(year, month)) => self.birth_month = Some((year, month)),
                Err(problem) => return Err(said(&problem.problem())),
            },
            Column::Kinds => self.answer("person_kinds", kinds(&raw)?),
            Column::GuardianRelation => {
                self.answer("guardian_relation", word::<Relation>(&raw, RELATIONS)?.code().to_owned());
            }
            // Several remarks become one.
            Column::Note => {
                let earlier = self.typed.remove("special_needs");
                self.answer(
                    "special_needs",
                    earlier.map_or_else(|| raw.clone(), |earlier| format!("{earlier}；{raw}")),
                );
            }
            Column::Responsible => self.responsible = Some(raw),
        }
        Ok(())
    }

    /// Of two columns that hold the same, the first that is filled counts.
    fn answer(&mut self, key: &str, answer: String) {
        self.typed.entry(key.to_owned()).or_insert(answer);
    }

    fn take_number(&mut self, cell: &Cell, raw: &str) -> Result<(), Text> {
        let in_powers = || half_width(raw).to_uppercase().contains("E+");
        if matches!(cell, Cell::Number(number) if *number >= EXACT) || in_powers() {
            return Err(text(
                "Excel 把身份证号当成数字，最后几位已经丢失。请把该列设为“文本”格式，再重新填写完整号码。",
                "Excel took the identity number for a number and lost its last digits. Please format the column as text \
                 and type the number again.",
            ));
        }
        let raw = raw.trim_start_matches(['\'', '’', '‘']).to_owned();
        let resident = DocumentKind::ResidentId.code();
        if self.typed.entry("document_kind".to_owned()).or_insert_with(|| resident.to_owned()) == resident {
            self.answer("identity_number", raw);
        } else {
            self.answer("document_number", raw);
        }
        Ok(())
    }

    /// Checks everything against the form, and the identity number against what stands beside it.
    fn finish(mut self) -> Result<Entry, Vec<BadCell>> {
        self.contradictions();
        let answers = match validate(&FORM, &self.typed, self.today) {
            Ok(answers) => answers,
            Err(errors) => {
                for error in errors {
                    let Some(holds) = Column::answering(&error.field) else { continue };
                    if !self.explained(holds, &error.problem) {
                        self.wrong(holds, reason(holds, &error.problem));
                    }
                }
                Answers::new()
            }
        };
        self.flaws.sort_by_key(|flaw| flaw.column);
        if self.flaws.is_empty() { Ok(Entry { answers, responsible: self.responsible }) } else { Err(self.flaws) }
    }

    /// What the identity number says counts; a cell that says otherwise is a mistake in one of the two. Only a year and a
    /// month of birth are enough beside an identity number, which says the day.
    fn contradictions(&mut self) {
        let number = self.typed.get("identity_number").and_then(|number| IdentityNumber::parse(number).ok());
        let Some(number) = number else {
            if let Some((year, month)) = self.birth_month {
                self.wrong(Column::BirthDate, said(&DayProblem::MonthOnly(year, month).problem()));
            }
            return;
        };
        let (sex, birth) = (number.sex(), number.birth_date());
        let says = |zh: &str, en: &str| {
            texts(
                format!("与身份证号不一致（身份证号为{zh}），请核对。"),
                format!("The identity number says {en}: please check both."),
            )
        };
        if self.typed.get("sex").is_some_and(|typed| typed != sex.code() && typed != Sex::Unknown.code()) {
            self.wrong(Column::Sex, says(sex.say(Lang::Zh), &sex.say(Lang::En).to_lowercase()));
        }
        let other_month = self.birth_month.is_some_and(|month| month != (birth.year(), birth.month()));
        let other_day = self.typed.get("birth_date").is_some_and(|typed| *typed != birth.to_string());
        if other_month || other_day {
            self.wrong(Column::BirthDate, says(&format!(" {birth} "), &birth.to_string()));
        }
    }

    fn wrong(&mut self, holds: Column, reason: Text) {
        let flaw = self.roster.flaw(holds, reason);
        self.flaws.push(flaw);
    }

    /// Whether a problem only repeats what is said already: a cell that could not be read is also missing.
    fn explained(&self, holds: Column, problem: &Problem) -> bool {
        let bad = |column: Column| self.flaws.iter().any(|flaw| flaw.holds == column);
        bad(holds) || (holds == Column::BirthDate && *problem == Problem::Required && bad(Column::Identity))
    }
}

fn reason(holds: Column, problem: &Problem) -> Text {
    match (holds, problem) {
        (Column::BirthDate, Problem::Required) => {
            text("身份证号和出生日期至少填写一项。", "Please give the identity number, or at least the date of birth.")
        }
        _ => said(problem),
    }
}

/// The questions of the application form about the person and the guardian; nothing but a name and a day of birth is
/// demanded, and nothing is hidden.
static FORM: LazyLock<FormTemplate> = LazyLock::new(|| {
    let mut form = FormTemplate::builtin(FormKey::Application).clone();
    for field in form.sections.iter_mut().flat_map(|section| &mut section.fields) {
        field.required = matches!(field.key.as_str(), "name" | "birth_date");
        field.visible_if = None;
        field.must_be = None;
    }
    for section in &mut form.sections {
        section.fields.retain(|field| Column::answering(&field.key).is_some());
    }
    form
});

fn said(problem: &Problem) -> Text {
    texts(problem.say(Lang::Zh), problem.say(Lang::En))
}

/// A cell with line breaks in it, on one line.
fn on_one_line(raw: &str) -> String {
    raw.split(['\n', '\r', '\t']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Other words for the same, besides the names and codes of the list.
type Words<C> = &'static [(&'static str, C)];

const SEXES: Words<Sex> = &[("男性", Sex::Male), ("女性", Sex::Female), ("未知", Sex::Unknown)];
const DOCUMENTS: Words<DocumentKind> = &[
    ("身份证", DocumentKind::ResidentId),
    ("二代身份证", DocumentKind::ResidentId),
    ("港澳通行证", DocumentKind::HkMoPermit),
    ("回乡证", DocumentKind::HkMoPermit),
    ("台胞证", DocumentKind::TwPermit),
];
const KINDS: Words<PersonKind> = &[
    ("老人", PersonKind::Elder),
    ("长者", PersonKind::Elder),
    ("残疾", PersonKind::Disabled),
    ("残障人士", PersonKind::Disabled),
    ("残障", PersonKind::Disabled),
    ("困境", PersonKind::DifficultChild),
    ("留守", PersonKind::LeftBehind),
    ("低保", PersonKind::LowIncome),
    ("低保户", PersonKind::LowIncome),
    ("低保人员", PersonKind::LowIncome),
    ("低保边缘户", PersonKind::LowIncomeEdge),
    ("低保边缘家庭", PersonKind::LowIncomeEdge),
    ("特困", PersonKind::Destitute),
    ("特困供养人员", PersonKind::Destitute),
    ("五保户", PersonKind::Destitute),
    ("流浪人员", PersonKind::Homeless),
    ("退伍军人", PersonKind::Veteran),
];
const RELATIONS: Words<Relation> = &[
    ("父", Relation::Father),
    ("爸爸", Relation::Father),
    ("父子", Relation::Father),
    ("父女", Relation::Father),
    ("母", Relation::Mother),
    ("妈妈", Relation::Mother),
    ("母子", Relation::Mother),
    ("母女", Relation::Mother),
    ("爷爷", Relation::Grandparent),
    ("奶奶", Relation::Grandparent),
    ("外公", Relation::Grandparent),
    ("外婆", Relation::Grandparent),
    ("祖父", Relation::Grandparent),
    ("祖母", Relation::Grandparent),
    ("外祖父", Relation::Grandparent),
    ("外祖母", Relation::Grandparent),
    ("祖孙", Relation::Grandparent),
    ("丈夫", Relation::Spouse),
    ("妻子", Relation::Spouse),
    ("夫妻", Relation::Spouse),
    ("儿子", Relation::Child),
    ("女儿", Relation::Child),
    ("哥哥", Relation::Sibling),
    ("姐姐", Relation::Sibling),
    ("弟弟", Relation::Sibling),
    ("妹妹", Relation::Sibling),
];

/// The choice that a word stands for: by its name in either language, its code, or another word for it.
fn word<C: Choice>(raw: &str, others: Words<C>) -> Result<C, Text> {
    let typed = half_width(raw).trim().to_lowercase();
    let named =
        |choice: &&C| Lang::ALL.iter().any(|lang| choice.say(*lang).to_lowercase() == typed) || choice.code() == typed;
    let other = || others.iter().find(|(word, _)| *word == typed).map(|(_, choice)| *choice);
    C::all().iter().find(named).copied().or_else(other).ok_or_else(|| {
        let names = |lang: Lang| C::all().iter().map(|choice| choice.say(lang)).collect::<Vec<_>>();
        texts(
            format!("没有“{}”这一项，可填：{}。", short(raw), names(Lang::Zh).join("、")),
            format!("“{}” is not known; possible are: {}.", short(raw), names(Lang::En).join(", ")),
        )
    })
}

/// Several kinds of person in one cell, joined however people join them.
fn kinds(raw: &str) -> Result<String, Text> {
    let words = raw.split([',', '，', '、', ';', '；', '/', '／', '+', '|', ' ', '\u{3000}']);
    let codes: Result<Vec<&str>, Text> = words
        .filter(|each| !each.trim().is_empty())
        .map(|each| word::<PersonKind>(each, KINDS).map(PersonKind::code))
        .collect();
    Ok(codes?.join(","))
}

fn short(raw: &str) -> String {
    let mut text: String = raw.chars().take(20).collect();
    if text.len() < raw.len() {
        text.push('…');
    }
    text
}

/// Why a cell is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DayProblem {
    /// A year and a month without a day.
    MonthOnly(i32, u8),
    /// No date at all.
    NotADay,
    /// A date no calendar has.
    Impossible,
}

impl DayProblem {
    fn problem(self) -> Problem {
        match self {
            Self::MonthOnly(..) | Self::NotADay => Problem::NotADay,
            Self::Impossible => Problem::ImpossibleDay,
        }
    }
}

fn birth_date(cell: &Cell, raw: &str) -> Result<Day, DayProblem> {
    match cell {
        Cell::Day(day) => Ok(*day),
        Cell::Number(number) => day_of_number(*number),
        Cell::Text(_) => day_of_text(raw),
    }
}

/// A day that lost its format: Excel's count of days, or eight digits in a row.
fn day_of_number(number: f64) -> Result<Day, DayProblem> {
    /// The last count of days that is taken for one: 31 December 2099.
    const LAST_SERIAL: f64 = 73_050.0;
    if number.fract() == 0.0 && (1.0..=LAST_SERIAL).contains(&number) {
        let epoch = Day::new(1899, 12, 30).map_err(|_| DayProblem::Impossible)?;
        return Ok(epoch.plus_days(number as i64));
    }
    day_of_text(&format!("{number}"))
}

/// A day as people write it: `1980-01-02`, `1980/1/2`, `1980.1.2`, `1980年1月2日`, `19800102`, with or without a time.
fn day_of_text(raw: &str) -> Result<Day, DayProblem> {
    let raw = half_width(raw);
    let date = raw.trim().split([' ', 'T']).next().unwrap_or_default().trim_end_matches(['日', '号', '月', '.']);
    let parts: Vec<&str> = if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) {
        vec![&date[..4], &date[4..6], &date[6..]]
    } else {
        date.split(['-', '/', '.', '年', '月']).collect()
    };
    let year = parts.first().filter(|year| year.len() == 4).and_then(|year| year.parse::<i32>().ok());
    let small = |place: usize| parts.get(place).filter(|part| part.len() <= 2).and_then(|part| part.parse::<u8>().ok());
    match (year, small(1), small(2), parts.len()) {
        (Some(year), Some(month), Some(day), 3) => Day::new(year, month, day).map_err(|_| DayProblem::Impossible),
        (Some(year), Some(month), None, 2) if (1..=12).contains(&month) => Err(DayProblem::MonthOnly(year, month)),
        _ => Err(DayProblem::NotADay),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::forms::{Field, FieldKind};

    fn today() -> Day {
        Day::parse("2026-02-14").unwrap()
    }

    /// A roster of the given table, the headings first.
    fn roster(table: &[&[&str]]) -> Roster {
        let row = |cells: &&[&str]| {
            let filled =
                |(place, text): (u32, &&str)| (!text.is_empty()).then(|| (place, Cell::Text((*text).to_owned())));
            (0..).zip(cells.iter()).filter_map(filled).collect()
        };
        Roster::below_headings((0..).zip(table.iter().map(row)).collect()).unwrap()
    }

    fn one(table: &[&[&str]]) -> Result<Entry, Vec<(Column, String)>> {
        let roster = roster(table);
        let (_, entry) = roster.entries(today()).next().unwrap();
        entry.map_err(|flaws| flaws.into_iter().map(|flaw| (flaw.holds, flaw.reason.zh.into_owned())).collect())
    }

    #[test]
    fn the_form_asks_what_a_roster_can_answer() {
        let keys: Vec<&str> = FORM.fields().map(|field| field.key.as_str()).collect();
        let before = |one: &str, other: &str| {
            keys.iter().position(|key| *key == one).unwrap() < keys.iter().position(|key| *key == other).unwrap()
        };
        assert!(before("identity_number", "sex") && before("identity_number", "birth_date"), "{keys:?}");
        let demanded: Vec<&str> =
            FORM.fields().filter(|field| field.required).map(|field: &Field| field.key.as_str()).collect();
        assert_eq!(demanded, ["name", "birth_date"]);
        assert!(FORM.fields().all(|field| field.kind != FieldKind::YesNo), "nothing has to be agreed to");
    }

    #[test]
    fn headings_may_stand_lower_and_rows_without_content_are_passed_over() {
        let roster = roster(&[
            &["青榕街道服务对象名册"],
            &["序号", "姓 名*", "身份证号码", "联系方式"],
            &["1", "王小明", "11010519491231002x", "138 0013 8000"],
            &["2", "", "", ""],
            &["", "李梅", "440524188001010014", ""],
        ]);
        let numbers: Vec<u32> = roster.entries(today()).map(|(number, _)| number).collect();
        assert_eq!(numbers, [3, 5], "numbered as in the file");
        let (_, entry) = roster.entries(today()).next().unwrap();
        let answers = entry.unwrap().answers;
        for (key, answer) in [
            ("name", "王小明"),
            ("identity_number", "11010519491231002X"),
            ("document_kind", "resident_id"),
            ("birth_date", "1949-12-31"),
            ("sex", "female"),
            ("phone", "13800138000"),
        ] {
            assert_eq!(answers.get(key).map(String::as_str), Some(answer), "{key}");
        }
    }

    #[test]
    fn words_are_read_as_people_write_them() {
        let entry = one(&[
            &["姓名", "性别", "出生年月", "类别", "社工", "家长", "关系", "家长电话", "备注", "特殊需要", "住址"],
            &[
                "小雨",
                "女性",
                "2015年3月9日",
                "儿童，低保户",
                "陈清",
                "李梅",
                "妈妈",
                "13800138001",
                "怕黑",
                "轮椅",
                "榕园路\n5号",
            ],
        ])
        .unwrap();
        assert_eq!(entry.responsible.as_deref(), Some("陈清"));
        for (key, answer) in [
            ("sex", "female"),
            ("birth_date", "2015-03-09"),
            ("person_kinds", "child,low_income"),
            ("guardian_name", "李梅"),
            ("guardian_relation", "mother"),
            ("guardian_phone", "13800138001"),
            ("special_needs", "怕黑；轮椅"),
            ("address", "榕园路 5号"),
        ] {
            assert_eq!(entry.answers.get(key).map(String::as_str), Some(answer), "{key}");
        }
    }

    #[test]
    fn another_document_has_its_own_number() {
        let entry =
            one(&[&["姓名", "证件号码", "证件类型", "出生日期"], &["John Smith", "E12345678", "护照", "1990-01-01"]])
                .unwrap();
        assert_eq!(entry.answers.get("document_number").map(String::as_str), Some("E12345678"));
        assert_eq!(entry.answers.get("identity_number"), None);
    }

    #[test]
    fn everything_wrong_is_said_at_its_cell_and_once() {
        let headings: &[&str] = &["姓名", "性别", "身份证号", "出生日期", "电话", "类别"];
        let bad = |cells: &[&str]| -> Vec<Column> {
            one(&[headings, cells]).unwrap_err().into_iter().map(|(column, _)| column).collect()
        };
        let good = "11010519491231002X";
        assert!(one(&[headings, &["王明", "女", good, "1949.12.31", "", ""]]).is_ok());
        assert_eq!(bad(&["", "", good, "", "", ""]), [Column::Name]);
        assert_eq!(bad(&["王明", "", "", "", "", ""]), [Column::BirthDate]);
        assert_eq!(bad(&["王明", "", "110105194912310021", "", "", ""]), [Column::Identity]);
        assert_eq!(bad(&["王明", "", "1.10105E+17", "", "", ""]), [Column::Identity]);
        assert_eq!(bad(&["王明", "男", good, "1949-12-30", "", ""]), [Column::Sex, Column::BirthDate]);
        assert_eq!(
            bad(&["王明", "", "", "1949-02-30", "12345", "巫师"]),
            [Column::BirthDate, Column::Phone, Column::Kinds]
        );
        assert_eq!(bad(&["王明", "", "", "2026-02-15", "", ""]), [Column::BirthDate], "not born yet");
        assert!(one(&[headings, &["王明", "", good, "1949年12月", "", ""]]).is_ok(), "the number says the day");
        assert_eq!(bad(&["王明", "", good, "1949年11月", "", ""]), [Column::BirthDate]);
        assert_eq!(bad(&["王明", "", "", "1949年11月", "", ""]), [Column::BirthDate]);
        let long = "长".repeat(41);
        assert_eq!(bad(&[&long, "", good, "", "", ""]), [Column::Name]);
        assert_eq!(bad(&["王\u{202E}明", "", good, "", "", ""]), [Column::Name]);
        assert_eq!(
            one(&[headings, &["王明", "男", good, "", "", ""]]).unwrap_err(),
            [(Column::Sex, "与身份证号不一致（身份证号为女），请核对。".to_owned())]
        );
    }

    #[test]
    fn a_number_that_lost_its_digits_is_named_as_such() {
        let mut roster = roster(&[&["姓名", "身份证号"], &["王明", "1"]]);
        roster.rows[0].1.insert(1, Cell::Number(1.10105194912310e17));
        let (_, entry) = roster.entries(today()).next().unwrap();
        let flaws = entry.unwrap_err();
        assert_eq!(flaws.len(), 1);
        assert!(flaws[0].reason.zh.contains("最后几位已经丢失"));
    }

    #[test]
    fn days_are_read_in_the_ways_people_write_them() {
        let day = Day::parse("1980-01-02").unwrap();
        for raw in [
            "1980-01-02",
            "1980/1/2",
            "1980.1.2",
            "1980年1月2日",
            "19800102",
            "１９８０－０１－０２",
            "1980-01-02 00:00:00",
        ] {
            assert_eq!(day_of_text(raw), Ok(day), "{raw}");
        }
        assert_eq!(day_of_number(29_222.0), Ok(day), "Excel's count");
        assert_eq!(day_of_number(19_800_102.0), Ok(day));
        for (raw, problem) in [
            ("1980-02-30", DayProblem::Impossible),
            ("1980-13-01", DayProblem::Impossible),
            ("1980年5月", DayProblem::MonthOnly(1980, 5)),
            ("1980-05", DayProblem::MonthOnly(1980, 5)),
            ("80-05-01", DayProblem::NotADay),
            ("不详", DayProblem::NotADay),
            ("", DayProblem::NotADay),
        ] {
            assert_eq!(day_of_text(raw), Err(problem), "{raw}");
        }
        assert!(day_of_number(1e300).is_err() && day_of_number(-5.0).is_err() && day_of_number(f64::NAN).is_err());
    }
}
