//! Judging a row: whether it is about anybody, what is wrong with it, and what is doubtful though it is taken.
//!
//! A roster asks less than the application form: who is on it is served already. Needed are a name and an identity number or
//! a day of birth; whatever else is given must be right, by the same rules as everywhere. What is wrong is said beside its
//! cell, all at once.

use super::columns::RosterColumn;
use super::headings::on_one_line;
use super::roster::List;
use super::sheet::{Cell, Content, EXACT, SheetRow, Shows};
use super::words::{DOCUMENTS, RELATIONS, SEXES, kinds, short, word};
use domain::clients::Relation;
use domain::forms::{Answers, FormKey, FormTemplate, Setting, birth_date, telling_number, validate};
use domain::identity::{DocumentKind, IdentityNumber, Sex, full_years};
use domain::lang::{Lang, Text, text, texts};
use domain::packs::PackSet;
use domain::phone::Phone;
use domain::refusal::Problem;
use domain::text::{PersonName, half_width};
use domain::time::Day;
use std::sync::LazyLock;

/// Nobody is older; a day of birth before is looked at again.
const OLDEST: u32 = 120;
/// Numbers that are a year, and not a count of days.
const YEARS: std::ops::RangeInclusive<f64> = 1800.0..=2199.0;
/// What begins a row that sums up, signs, or shows how to fill in.
const CLOSING: &[&str] = &[
    "合计",
    "总计",
    "小计",
    "共计",
    "填表人",
    "制表人",
    "填报人",
    "审核人",
    "经办人",
    "负责人签",
    "单位负责人",
    "填表日期",
    "填表说明",
    "备注：",
    "备注:",
    "说明：",
    "说明:",
    "注：",
    "注:",
    "例：",
    "例:",
    "示例",
    "样例",
    "范例",
];

/// Something said about one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The column, counted from 0; a value that is missing stands where it would have stood.
    pub column: u32,
    /// What the column holds.
    pub holds: RosterColumn,
    /// What is wrong or doubtful, and what to do.
    pub reason: Text,
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RowVerdict {
    /// It is taken.
    Take(RosterEntry),
    /// It is not taken, for these reasons.
    Refuse(Vec<Remark>),
    /// It is about nobody: prepared and not filled in, a sum, a signature.
    PassOver,
}

impl RowVerdict {
    /// The row, where it is taken.
    pub(super) const fn entry(&self) -> Option<&RosterEntry> {
        match self {
            Self::Take(entry) => Some(entry),
            Self::Refuse(_) | Self::PassOver => None,
        }
    }
}

/// A row that can be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RosterEntry {
    /// What is known about the person, clean.
    pub answers: Answers,
    /// The name of who answers for the person.
    pub responsible: Option<String>,
    /// What was changed, or is doubtful.
    pub remarks: Vec<Remark>,
}

/// Judges one row.
pub(super) fn judge(list: &List, row: &SheetRow, today: Day) -> RowVerdict {
    if is_about_nobody(list, row) {
        return RowVerdict::PassOver;
    }
    Reading::of(list, row, today).finish()
}

fn is_about_nobody(list: &List, row: &SheetRow) -> bool {
    let tells_of_somebody = |(place, column): &(u32, RosterColumn)| {
        row.cells.get(place).is_some_and(|cell| match column {
            // A prepared formula may come to something in a row that nobody filled in.
            RosterColumn::Name | RosterColumn::Identity => {
                matches!(cell.content, Content::Text(_) | Content::Number { .. })
            }
            RosterColumn::BirthDate
            | RosterColumn::Phone
            | RosterColumn::GuardianName
            | RosterColumn::GuardianPhone => {
                !cell.formula && matches!(cell.content, Content::Text(_) | Content::Number { .. })
            }
            _ => false,
        })
    };
    row.is_one_line_across()
        || list.headings.are_repeated_by(row)
        || !list.columns.read.iter().any(tells_of_somebody)
        || closes_the_table(list, row)
}

fn closes_the_table(list: &List, row: &SheetRow) -> bool {
    let numbered = list.columns.read.iter().any(|(place, column)| {
        matches!(column, RosterColumn::Identity | RosterColumn::BirthDate) && row.cells.contains_key(place)
    });
    let first = row.cells.values().next().map(|cell| cell.content.shown()).unwrap_or_default();
    let first: String = first.chars().filter(|c| !c.is_whitespace()).collect();
    first == "例" || (!numbered && CLOSING.iter().any(|word| first.starts_with(word)))
}

/// One row on its way from cells to answers.
struct Reading<'r> {
    list: &'r List,
    today: Day,
    typed: Answers,
    /// A day of birth of which a part is missing.
    birth: Option<Partial>,
    responsible: Option<String>,
    /// Formulas without a result.
    broken: Vec<Remark>,
    flaws: Vec<Remark>,
    remarks: Vec<Remark>,
}

/// A date without its day, or without its month too.
struct Partial {
    year: i32,
    months: Vec<u8>,
    reason: Text,
}

impl<'r> Reading<'r> {
    fn of(list: &'r List, row: &SheetRow, today: Day) -> Self {
        let (typed, birth, responsible) = (Answers::new(), None, None);
        let (broken, flaws, remarks) = (Vec::new(), Vec::new(), Vec::new());
        let mut reading = Self { list, today, typed, birth, responsible, broken, flaws, remarks };
        // A number's kind has to be known before the number, wherever the two stand.
        let mut columns = list.columns.read.clone();
        columns.sort_by_key(|(place, column)| (*column != RosterColumn::DocumentKind, *place));
        for (place, holds) in columns {
            let Some(cell) = row.cells.get(&place) else { continue };
            let at = At { place, holds };
            if let Err(reason) = reading.take(at, cell) {
                reading.flaws.push(at.remark(reason));
            }
        }
        if row.hidden {
            reading.remarks.push(list.remark(
                RosterColumn::Name,
                text(
                    "此行在表中被隐藏或筛掉，也已导入，请核对。",
                    "This row is hidden or filtered out on the sheet; it was taken all the same: please check.",
                ),
            ));
        }
        reading
    }

    /// Puts one cell's content where the form expects it, in the form's own words.
    fn take(&mut self, at: At, cell: &Cell) -> Result<(), Text> {
        if let Some(reason) = without_result(&cell.content) {
            self.broken.push(at.remark(reason));
            return Ok(());
        }
        let raw = on_one_line(&cell.content.shown());
        if let Content::Flag(_) = cell.content {
            return Err(texts(
                format!("{raw} 是公式或表格的真假值，不是要填的内容，请改正。"),
                format!("{raw} is a yes or no of the spreadsheet and not what belongs here: please correct it."),
            ));
        }
        match at.holds {
            RosterColumn::Name | RosterColumn::GuardianName => self.answer(at.holds.key(), raw),
            RosterColumn::Address => self.answer_or_set_aside(at, raw, "另有地址"),
            RosterColumn::Phone | RosterColumn::GuardianPhone => self.take_phone(at, cell, &raw),
            RosterColumn::Sex => self.answer("sex", word::<Sex>(&raw, SEXES)?.code().to_owned()),
            RosterColumn::DocumentKind => {
                self.answer("document_kind", word::<DocumentKind>(&raw, DOCUMENTS)?.code().to_owned());
            }
            RosterColumn::Identity => self.take_number(at, cell, raw)?,
            RosterColumn::BirthDate => self.take_birth(at, cell, &raw)?,
            RosterColumn::Kinds => {
                let more = kinds(&raw)?;
                self.typed
                    .entry("person_kinds".to_owned())
                    .and_modify(|kinds| {
                        kinds.push(',');
                        kinds.push_str(&more);
                    })
                    .or_insert(more.clone());
            }
            RosterColumn::GuardianRelation => {
                self.answer("guardian_relation", word::<Relation>(&raw, RELATIONS)?.code().to_owned());
            }
            RosterColumn::Note => self.set_aside(&raw),
            RosterColumn::Responsible => self.responsible = Some(raw),
        }
        Ok(())
    }

    fn answer(&mut self, key: &str, answer: String) {
        self.typed.entry(key.to_owned()).or_insert(answer);
    }

    /// Several remarks become one.
    fn set_aside(&mut self, more: &str) {
        self.typed
            .entry("special_needs".to_owned())
            .and_modify(|needs| {
                needs.push('；');
                needs.push_str(more);
            })
            .or_insert_with(|| more.to_owned());
    }

    /// Of two columns that hold the same, the first that is filled counts; what else the other says is kept as a remark.
    fn answer_or_set_aside(&mut self, at: At, answer: String, as_what: &str) {
        match self.typed.get(at.holds.key()) {
            None => self.answer(at.holds.key(), answer),
            Some(first) if *first == answer => {}
            Some(_) => {
                self.set_aside(&format!("{as_what}：{answer}"));
                self.remarks.push(at.remark(texts(
                    format!("前面一列已有内容，“{}”已记入“特殊需要”，请核对。", short(&answer)),
                    format!(
                        "A column before holds this already; “{}” is kept under special needs: please check.",
                        short(&answer)
                    ),
                )));
            }
        }
    }

    fn take_phone(&mut self, at: At, cell: &Cell, raw: &str) {
        let as_what = if at.holds == RosterColumn::Phone { "另有电话" } else { "监护人另有电话" };
        match Phone::parse(raw) {
            Ok(phone) => self.answer_or_set_aside(at, phone.to_string(), as_what),
            Err(Problem::SeveralPhones | Problem::NumberWithWords) => {
                let (phones, words) = Phone::all_in(raw);
                let mut phones = phones.into_iter().map(|phone| phone.to_string());
                let first = phones.next().unwrap_or_default();
                let rest: Vec<String> = phones.chain((!words.is_empty()).then_some(words)).collect();
                self.remarks.push(at.remark(texts(
                    format!("这里不止一个号码：已取 {first}，其余（{}）记入“特殊需要”，请核对。", rest.join("、")),
                    format!(
                        "There is more than one number here: {first} was taken, the rest ({}) is kept under special needs: \
                         please check.",
                        rest.join(", ")
                    ),
                )));
                self.answer(at.holds.key(), first);
                self.set_aside(&format!("{as_what}：{}", rest.join("、")));
            }
            Err(_) => {
                let whole = Phone::parse(&format!("0{raw}")).ok();
                match whole.filter(|_| matches!(cell.content, Content::Number { .. })) {
                    Some(phone) => {
                        self.remarks.push(at.remark(texts(
                            format!("表格软件去掉了开头的 0，已按 {phone} 登记，请核对。"),
                            format!("The spreadsheet dropped a leading 0; it was taken as {phone}: please check."),
                        )));
                        self.answer(at.holds.key(), phone.to_string());
                    }
                    // What is wrong with it is said by the form.
                    None => self.answer(at.holds.key(), raw.to_owned()),
                }
            }
        }
    }

    fn take_number(&mut self, at: At, cell: &Cell, raw: String) -> Result<(), Text> {
        if matches!(cell.content, Content::Number { value, .. } if value >= EXACT) {
            return Err(said(&Problem::IdentityDigitsLost));
        }
        if raw.trim_start().starts_with(['\'', '’', '‘', '`']) {
            self.remarks.push(at.remark(text(
                "号码前面多了一个撇号，已去掉。",
                "There was an apostrophe before the number; it was taken off.",
            )));
        }
        // A number that says itself which document bears it needs no column for that.
        let told = || IdentityNumber::parse(&raw).map_or(DocumentKind::ResidentId, |number| number.document());
        let kind = self.typed.entry("document_kind".to_owned()).or_insert_with(|| told().code().to_owned());
        let key = if kind == DocumentKind::ResidentId.code() { "identity_number" } else { "document_number" };
        self.answer(key, raw);
        Ok(())
    }

    fn take_birth(&mut self, at: At, cell: &Cell, raw: &str) -> Result<(), Text> {
        match birth(&cell.content, raw) {
            Birth::Day(day) => self.answer("birth_date", day.to_string()),
            Birth::Counted(day) if day <= self.today && full_years(day, self.today) <= OLDEST => {
                self.remarks.push(at.remark(texts(
                    format!("数字 {raw} 已按表格软件的日期序号读作 {day}，请核对。"),
                    format!("The number {raw} was read as the spreadsheet counts days, as {day}: please check."),
                )));
                self.answer("birth_date", day.to_string());
            }
            Birth::Counted(_) => return Err(said(&Problem::NotADay)),
            Birth::Partial(partial) => self.birth = Some(partial),
            Birth::Wrong(problem) => return Err(said(&problem)),
        }
        Ok(())
    }

    /// Checks everything against the form, and the identity number against what stands beside it.
    fn finish(mut self) -> RowVerdict {
        self.contradictions();
        // Nothing is hidden, so no pack is asked for.
        let setting = Setting { today: self.today, packs: PackSet::EMPTY };
        let answers = match validate(&FORM, &self.typed, setting) {
            Ok(answers) => answers,
            Err(errors) => {
                for error in errors {
                    let Some(holds) = RosterColumn::answering(&error.field) else { continue };
                    if !self.explained(holds, &error.problem) {
                        self.flaws.push(self.list.remark(holds, reason(holds, &error.problem)));
                    }
                }
                Answers::new()
            }
        };
        if !self.flaws.is_empty() {
            self.flaws.sort_by_key(|flaw| flaw.column);
            return RowVerdict::Refuse(self.flaws);
        }
        self.doubts(&answers);
        self.remarks.sort_by_key(|remark| remark.column);
        RowVerdict::Take(RosterEntry { answers, responsible: self.responsible, remarks: self.remarks })
    }

    /// What the identity number says counts; a cell that says otherwise is a mistake in one of the two. A part of the date,
    /// and a formula for date or sex that came to nothing, are enough beside a number that says both.
    fn contradictions(&mut self) {
        let number = telling_number(&self.typed);
        let needed =
            |remark: &Remark| number.is_none() || !matches!(remark.holds, RosterColumn::Sex | RosterColumn::BirthDate);
        self.flaws.extend(std::mem::take(&mut self.broken).into_iter().filter(needed));
        let Some(number) = number else {
            if let Some(partial) = self.birth.take() {
                self.flaws.push(self.list.remark(RosterColumn::BirthDate, partial.reason));
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
            let en = sex.say(Lang::En).to_lowercase();
            self.flaws.push(self.list.remark(RosterColumn::Sex, says(sex.say(Lang::Zh), &en)));
        }
        let agrees = |partial: &Partial| {
            partial.year == birth.year() && (partial.months.is_empty() || partial.months.contains(&birth.month()))
        };
        let other_month = self.birth.as_ref().is_some_and(|partial| !agrees(partial));
        let other_day = self.typed.get("birth_date").is_some_and(|typed| *typed != birth.to_string());
        if other_month || other_day {
            let reason = says(&format!(" {birth} "), &birth.to_string());
            self.flaws.push(self.list.remark(RosterColumn::BirthDate, reason));
        }
    }

    /// What is right by the rules and may be wrong all the same.
    fn doubts(&mut self, answers: &Answers) {
        for holds in [RosterColumn::Name, RosterColumn::GuardianName] {
            let name = answers.get(holds.key()).and_then(|name| PersonName::parse(name).ok());
            for doubt in name.iter().flat_map(PersonName::doubts) {
                self.remarks.push(self.list.remark(holds, doubt.text()));
            }
        }
        if birth_date(answers).is_some_and(|birth| full_years(birth, self.today) > OLDEST) {
            self.remarks.push(self.list.remark(
                RosterColumn::BirthDate,
                texts(
                    format!("按出生日期已超过 {OLDEST} 岁，请核对。"),
                    format!("By the date of birth the person is older than {OLDEST}: please check."),
                ),
            ));
        }
    }

    /// Whether a problem only repeats what is said already: a cell that could not be read is also missing.
    fn explained(&self, holds: RosterColumn, problem: &Problem) -> bool {
        let bad = |column: RosterColumn| self.flaws.iter().any(|flaw| flaw.holds == column);
        bad(holds) || (holds == RosterColumn::BirthDate && *problem == Problem::Required && bad(RosterColumn::Identity))
    }
}

/// A column of the sheet and what it holds.
#[derive(Clone, Copy)]
struct At {
    place: u32,
    holds: RosterColumn,
}

impl At {
    const fn remark(self, reason: Text) -> Remark {
        Remark { column: self.place, holds: self.holds, reason }
    }
}

/// What is to be said of a formula that came to nothing.
fn without_result(content: &Content) -> Option<Text> {
    match content {
        Content::Uncalculated => Some(text(
            "这里的公式从未计算，没有结果。请用 Excel 或 WPS 打开并保存一次，或直接填写内容。",
            "The formula here was never calculated and has no result. Please open the file in Excel or WPS and save it, or type \
             what belongs here.",
        )),
        Content::Failed(failure) => Some(texts(
            format!("这里的公式出错（{failure}），没有结果。请改正公式，或直接填写内容。"),
            format!(
                "The formula here failed ({failure}) and has no result. Please correct it, or type what belongs here."
            ),
        )),
        _ => None,
    }
}

fn reason(holds: RosterColumn, problem: &Problem) -> Text {
    match (holds, problem) {
        (RosterColumn::BirthDate, Problem::Required) => {
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
        section.fields.retain(|field| RosterColumn::answering(&field.key).is_some());
    }
    form
});

fn said(problem: &Problem) -> Text {
    texts(problem.say(Lang::Zh), problem.say(Lang::En))
}

/// What a cell says about a day of birth.
enum Birth {
    /// The day.
    Day(Day),
    /// A number without a date's format, which counts days if it is a date at all.
    Counted(Day),
    /// A part of it.
    Partial(Partial),
    /// Nothing that can be used.
    Wrong(Problem),
}

fn birth(content: &Content, raw: &str) -> Birth {
    match content {
        // Typed into a cell that shows dates, a year becomes a day of the year 1905.
        Content::Number { value, .. } if value.fract() == 0.0 && YEARS.contains(value) => {
            Birth::of_text(&format!("{value}"))
        }
        Content::Number { day: Some(day), shows: Shows::Day, .. } => Birth::Day(*day),
        Content::Number { day: Some(day), shows: Shows::Number, value } if value.fract() == 0.0 => Birth::Counted(*day),
        Content::Number { shows: Shows::Number, .. } if raw.ends_with(".1") => match Birth::of_text(raw) {
            // 1951.10 in a cell of numbers is 1951.1.
            Birth::Partial(partial) => Birth::Partial(Partial {
                months: vec![1, 10],
                reason: texts(
                    format!(
                        "{raw} 可能是 1 月，也可能是 10 月（末尾的 0 被表格软件去掉了）。请按“1951-10-15”的样式写完整日期。"
                    ),
                    format!(
                        "{raw} may be January or October, whose 0 the spreadsheet dropped. Please write the whole date like \
                         1951-10-15."
                    ),
                ),
                ..partial
            }),
            other => other,
        },
        _ => Birth::of_text(raw),
    }
}

impl Birth {
    fn of_text(raw: &str) -> Self {
        let problem = match Day::read(raw) {
            Ok(day) => return Self::Day(day),
            Err(problem) => problem,
        };
        let raw = half_width(raw);
        let mut numbers = raw.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
        let (year, month) = match (numbers.next(), numbers.next()) {
            (Some(both), None) if both.len() == 6 => both.split_at(4),
            (Some(year), month) => (year, month.unwrap_or_default()),
            (None, _) => ("", ""),
        };
        match (&problem, year.parse()) {
            (Problem::YearAlone | Problem::MonthAlone, Ok(year)) => {
                Self::Partial(Partial { year, months: month.parse().into_iter().collect(), reason: said(&problem) })
            }
            _ => Self::Wrong(problem),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::roster::Roster;
    use super::super::sheet::{Epoch, Worksheet};
    use super::*;
    use domain::forms::{FieldKind, TemplateField};

    fn today() -> Day {
        Day::parse("2026-02-14").unwrap()
    }

    /// A sheet of the given table, the headings first.
    fn sheet(table: &[&[&str]]) -> Worksheet {
        let mut sheet = Worksheet::default();
        for (number, cells) in (0..).zip(table) {
            for (place, text) in (0..).zip(*cells) {
                if let Some(content) = Content::text(text) {
                    sheet.rows.entry(number).or_default().cells.insert(place, content.into());
                }
            }
        }
        sheet
    }

    fn verdicts(sheet: Worksheet) -> Vec<(u32, RowVerdict)> {
        let roster = Roster::of(vec![sheet]).unwrap();
        roster.judged(today()).map(|(at, verdict)| (at.place().row, verdict)).collect()
    }

    fn one(table: &[&[&str]]) -> Result<RosterEntry, Vec<(RosterColumn, String)>> {
        match verdicts(sheet(table)).swap_remove(0).1 {
            RowVerdict::Take(entry) => Ok(entry),
            RowVerdict::Refuse(flaws) => {
                Err(flaws.into_iter().map(|flaw| (flaw.holds, flaw.reason.zh.into_owned())).collect())
            }
            RowVerdict::PassOver => panic!("it is about nobody"),
        }
    }

    #[test]
    fn the_form_asks_what_a_roster_can_answer() {
        let keys: Vec<&str> = FORM.fields().map(|field| field.key.as_str()).collect();
        let before = |one: &str, other: &str| {
            keys.iter().position(|key| *key == one).unwrap() < keys.iter().position(|key| *key == other).unwrap()
        };
        assert!(before("identity_number", "sex") && before("identity_number", "birth_date"), "{keys:?}");
        let demanded: Vec<&str> =
            FORM.fields().filter(|field| field.required).map(|field: &TemplateField| field.key.as_str()).collect();
        assert_eq!(demanded, ["name", "birth_date"]);
        assert!(FORM.fields().all(|field| field.kind != FieldKind::YesNo), "nothing has to be agreed to");
    }

    #[test]
    fn a_person_s_number_says_the_rest() {
        let verdicts = verdicts(sheet(&[
            &["青榕街道服务对象名册"],
            &["序号", "姓 名*", "身份证号码", "联系方式"],
            &["1", "王小明", "11010519491231002x", "138 0013 8000"],
            &["2", "", "", ""],
            &["", "李梅", "110105190501011027", ""],
        ]));
        let numbers: Vec<u32> = verdicts.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [3, 4, 5], "numbered as in the file");
        assert_eq!(verdicts[1].1, RowVerdict::PassOver);
        let answers = &verdicts[0].1.entry().unwrap().answers;
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
        let old = &verdicts[2].1.entry().unwrap().remarks;
        assert_eq!((old.len(), old[0].holds), (1, RosterColumn::BirthDate), "born in 1905");
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
        assert_eq!((entry.responsible.as_deref(), entry.remarks.len()), (Some("陈清"), 0));
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
    fn a_document_is_told_by_its_column_or_by_its_number() {
        let headings: &[&str] = &["姓名", "证件号码", "证件类型", "出生日期"];
        for (cells, key, number) in [
            (["John Smith", "e12345678", "护照", "1990-01-01"], "document_number", "E12345678"),
            (["Anna Berg", "931840198506239933", "", ""], "document_number", "931840198506239933"),
            (["王明", "11010519491231002X", "", ""], "identity_number", "11010519491231002X"),
        ] {
            let entry = one(&[headings, &cells]).unwrap();
            assert_eq!(entry.answers.get(key).map(String::as_str), Some(number), "{cells:?}");
        }
        let refused = one(&[headings, &["Anna Berg", "931840198506239933", "居民身份证", ""]]).unwrap_err();
        assert!(refused[0].1.contains("外国人永久居留身份证"), "{refused:?}");
    }

    #[test]
    fn everything_wrong_is_said_at_its_cell_and_once() {
        let headings: &[&str] = &["姓名", "性别", "身份证号", "出生日期", "电话", "类别"];
        let bad = |cells: &[&str]| -> Vec<RosterColumn> {
            one(&[headings, cells]).unwrap_err().into_iter().map(|(column, _)| column).collect()
        };
        let good = "11010519491231002X";
        assert!(one(&[headings, &["王明", "女", good, "1949.12.31", "", ""]]).is_ok());
        assert_eq!(bad(&["", "", good, "", "", ""]), [RosterColumn::Name]);
        assert_eq!(bad(&["王明", "", "", "", "", ""]), [RosterColumn::BirthDate]);
        assert_eq!(bad(&["王明", "", "110105194912310021", "", "", ""]), [RosterColumn::Identity]);
        assert_eq!(bad(&["王明", "男", good, "1949-12-30", "", ""]), [RosterColumn::Sex, RosterColumn::BirthDate]);
        assert_eq!(
            bad(&["王明", "", "", "1949-02-30", "12345", "巫师"]),
            [RosterColumn::BirthDate, RosterColumn::Phone, RosterColumn::Kinds]
        );
        assert_eq!(bad(&["王明", "", "", "2026-02-15", "", ""]), [RosterColumn::BirthDate], "not born yet");
        assert!(one(&[headings, &["王明", "", good, "1949年12月", "", ""]]).is_ok(), "the number says the day");
        assert!(one(&[headings, &["王明", "", good, "1949", "", ""]]).is_ok());
        assert_eq!(bad(&["王明", "", good, "1949年11月", "", ""]), [RosterColumn::BirthDate]);
        assert_eq!(bad(&["王明", "", good, "1950", "", ""]), [RosterColumn::BirthDate]);
        assert_eq!(bad(&["王明", "", "", "1949年11月", "", ""]), [RosterColumn::BirthDate]);
        let long = "长".repeat(PersonName::MAX + 1);
        assert_eq!(bad(&[&long, "", good, "", "", ""]), [RosterColumn::Name]);
        assert_eq!(bad(&["王\u{202E}明", "", good, "", "", ""]), [RosterColumn::Name]);
        assert_eq!(
            one(&[headings, &["王明", "男", good, "", "", ""]]).unwrap_err(),
            [(RosterColumn::Sex, "与身份证号不一致（身份证号为女），请核对。".to_owned())]
        );
    }

    /// Each kind of fault in a number has a sentence of its own.
    #[test]
    fn what_is_wrong_with_a_number_is_said_of_this_number() {
        for (number, said) in [
            ("33O106196102019915", "字母“O”"),
            ("110105491231002", "15 位"),
            ("1101051949123100", "只有 16 位"),
            ("1101051949123100211", "多了 1 位"),
            ("无", "不是号码"),
            ("1.10105E+17", "已经丢失"),
            ("110105194912310000", "已经丢失"),
            ("E12345678", "护照"),
            ("11010519491231002X（过期）", "只填号码"),
        ] {
            let flaws = one(&[&["姓名", "身份证号"], &["王明", number]]).unwrap_err();
            assert_eq!((flaws.len(), flaws[0].0), (1, RosterColumn::Identity), "{number}: {flaws:?}");
            assert!(flaws[0].1.contains(said), "{number}: {flaws:?}");
        }
        let quoted = one(&[&["姓名", "身份证号"], &["王明", "'11010519491231002X"]]).unwrap();
        assert_eq!(quoted.remarks.len(), 1);
        assert!(quoted.remarks[0].reason.zh.contains("撇号"));
    }

    #[test]
    fn a_telephone_cell_with_more_than_a_number_loses_nothing() {
        let headings: &[&str] = &["姓名", "出生日期", "手机", "固定电话", "备注"];
        for (phone, other, kept, needs, noted) in [
            ("13800138000", "", "13800138000", "", 0),
            ("13800138000/13900139000", "", "13800138000", "另有电话：13900139000", 1),
            ("13800138000（儿子）", "", "13800138000", "另有电话：儿子", 1),
            ("0755-82601008转806", "", "0755-82601008转806", "", 0),
        ] {
            let entry = one(&[headings, &["王明", "1950-01-01", phone, other, ""]]).unwrap();
            assert_eq!(entry.answers["phone"], kept, "{phone}");
            assert_eq!(entry.answers.get("special_needs").map_or("", String::as_str), needs, "{phone}");
            assert_eq!(entry.remarks.len(), noted, "{phone}: {:?}", entry.remarks);
        }
        let headings: &[&str] = &["姓名", "出生日期", "手机", "电话", "备注"];
        let entry = one(&[headings, &["王明", "1950-01-01", "13800138000", "020-81234567", "独居"]]).unwrap();
        assert_eq!((entry.answers["phone"].as_str(), entry.remarks.len()), ("13800138000", 1));
        assert_eq!(entry.answers["special_needs"], "另有电话：020-81234567；独居");
    }

    #[test]
    fn a_name_that_may_be_none_is_noted() {
        for (name, notes) in [("王明", 0), ("王?明", 1), ("王明（已迁出）", 1), ("王明2", 1)] {
            let entry = one(&[&["姓名", "出生日期"], &[name, "1950-01-01"]]).unwrap();
            assert_eq!(entry.remarks.len(), notes, "{name}");
        }
    }

    /// A day of birth in a cell of numbers: what the number is depends on the cell's format and on what can be.
    #[test]
    fn a_number_is_a_day_only_where_it_can_be_one() {
        let with = |value: f64, shows: Shows, epoch: Epoch, number: &str| {
            let mut sheet = sheet(&[&["姓名", "出生日期", "身份证号"], &["王明", "", number]]);
            let cells = &mut sheet.rows.get_mut(&1).unwrap().cells;
            cells.insert(1, Content::number(value, shows, epoch).into());
            match verdicts(sheet).swap_remove(0).1 {
                RowVerdict::Take(entry) => Ok((entry.answers["birth_date"].clone(), entry.remarks.len())),
                RowVerdict::Refuse(flaws) => Err(flaws[0].reason.zh.clone().into_owned()),
                RowVerdict::PassOver => panic!("it is about nobody"),
            }
        };
        let (old, new) = (Epoch::Of1900, Epoch::Of1904);
        let day = |day: &str, notes| Ok((day.to_owned(), notes));
        assert_eq!(with(18_702.0, Shows::Day, old, ""), day("1951-03-15", 0));
        assert_eq!(with(17_240.0, Shows::Day, new, ""), day("1951-03-15", 0), "the old Macintosh's count");
        assert_eq!(with(18_702.0, Shows::Number, old, ""), day("1951-03-15", 1), "it lost its format");
        assert_eq!(with(17_240.0, Shows::Number, new, ""), day("1951-03-15", 1));
        assert_eq!(with(19_510_315.0, Shows::Number, old, ""), day("1951-03-15", 0));
        let number = "11010519491231002X";
        assert_eq!(with(1949.0, Shows::Number, old, number), day("1949-12-31", 0), "the number says the rest");
        for (value, shows, said) in [
            (1951.0, Shows::Number, "只有年份"),
            (1951.0, Shows::Day, "只有年份"),
            (18_702.0, Shows::Year, "只有年份"),
            (18_702.0, Shows::Month, "补上日"),
            (195_103.0, Shows::Number, "补上日"),
            (1951.3, Shows::Number, "补上日"),
            (1951.1, Shows::Number, "10 月"),
            (1_951_312.0, Shows::Number, "少了一位"),
            (5.0, Shows::Number, "样式"),
            (72_000.0, Shows::Number, "样式"),
        ] {
            let refused = with(value, shows, old, "").unwrap_err();
            assert!(refused.contains(said), "{value} {shows:?}: {refused}");
        }
        let contradicts = with(1951.0, Shows::Number, old, number).unwrap_err();
        assert!(contradicts.contains("不一致"), "{contradicts}");
    }

    #[test]
    fn a_formula_without_a_result_is_said_to_have_none() {
        let with = |place: u32, content: Content| {
            let mut sheet = sheet(&[
                &["姓名", "性别", "身份证号", "出生日期", "负责社工"],
                &["王明", "", "11010519491231002X", "", ""],
            ]);
            let cell = Cell { content, formula: true, across: false };
            sheet.rows.get_mut(&1).unwrap().cells.insert(place, cell);
            verdicts(sheet).swap_remove(0).1
        };
        for place in [1, 3] {
            let taken = with(place, Content::Uncalculated);
            assert!(taken.entry().is_some(), "the number says sex and day: {taken:?}");
        }
        for (place, content, said) in [
            (0, Content::Uncalculated, "从未计算"),
            (2, Content::Failed("#REF!"), "#REF!"),
            (4, Content::Failed("#N/A"), "#N/A"),
            (1, Content::Flag(true), "TRUE"),
        ] {
            let RowVerdict::Refuse(flaws) = with(place, content) else { panic!("{place} is taken") };
            assert_eq!((flaws.len(), flaws[0].column), (1, place), "{flaws:?}");
            assert!(flaws[0].reason.zh.contains(said), "{flaws:?}");
        }
    }

    #[test]
    fn rows_about_nobody_are_passed_over() {
        let headings: &[&str] = &["序号", "姓名", "身份证号", "类别", "社工", "备注"];
        let good = "11010519491231002X";
        for (cells, nobody) in [
            (["1", "王明", good, "", "", ""], false),
            (["1", "", "", "老年人", "陈清", ""], true),
            (["1", "", "", "", "", "以上均已核实"], true),
            (["合 计", "6人", "", "", "", ""], true),
            (["", "填表人：陈清", "", "", "", ""], true),
            (["示例", "张三", "", "老年人", "", ""], true),
            (["例", "张三", good, "", "", ""], true),
            (["序号", "姓名", "身份证号", "类别", "社工", "备注"], true),
            (["", "王明", "", "", "", ""], false),
            (["", "", good, "", "", ""], false),
        ] {
            let verdict = verdicts(sheet(&[headings, &cells])).swap_remove(0).1;
            assert_eq!(verdict == RowVerdict::PassOver, nobody, "{cells:?}: {verdict:?}");
        }
    }
}
