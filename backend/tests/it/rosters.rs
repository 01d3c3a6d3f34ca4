//! Workbooks as stations keep them, with flaws as people make them; the same seed makes the same workbook.

use backend::transfer::RosterColumn;
use backend::{Chance, SeededChance};
use domain::time::Day;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

/// The members whom the generated rosters name as responsible.
pub const WORKERS: &[&str] = &["陈清", "李青禾"];

const SURNAMES: &[&str] = &["王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "欧阳", "何"];
const NAMES: &[&str] = &["秀兰", "建国", "桂英", "志强", "小雨", "子涵", "国强", "玉珍", "明", "丽华", "伟", "雪梅"];
const STREETS: &[&str] = &["榕荫路", "青禾巷", "石桥街", "竹园里"];
const HEADINGS: &[&str] = &[
    "序号",
    "姓 名",
    "性别",
    "公民身份号码\n（必填）",
    "出生年月",
    "手机/电话",
    "家庭住址",
    "人员类别",
    "责任社工",
    "监护人姓名",
    "监护人电话",
    "备注",
];

/// What people get wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    NoName,
    NameWithDirectionMark,
    WrongCheckCharacter,
    NumberTooShort,
    NumberAsNumber,
    NeitherNumberNorBirth,
    ImpossibleDay,
    OtherBirthDate,
    OtherSex,
    Phone,
    UnknownKind,
    UnknownWorker,
    GuardianPhone,
}

impl Flaw {
    pub const ALL: [Self; 13] = [
        Self::NoName,
        Self::NameWithDirectionMark,
        Self::WrongCheckCharacter,
        Self::NumberTooShort,
        Self::NumberAsNumber,
        Self::NeitherNumberNorBirth,
        Self::ImpossibleDay,
        Self::OtherBirthDate,
        Self::OtherSex,
        Self::Phone,
        Self::UnknownKind,
        Self::UnknownWorker,
        Self::GuardianPhone,
    ];

    /// The columns that are named for it.
    pub fn columns(self) -> Vec<RosterColumn> {
        vec![match self {
            Self::NoName | Self::NameWithDirectionMark => RosterColumn::Name,
            Self::WrongCheckCharacter | Self::NumberTooShort | Self::NumberAsNumber => RosterColumn::Identity,
            Self::NeitherNumberNorBirth | Self::ImpossibleDay | Self::OtherBirthDate => RosterColumn::BirthDate,
            Self::OtherSex => RosterColumn::Sex,
            Self::Phone => RosterColumn::Phone,
            Self::UnknownKind => RosterColumn::Kinds,
            Self::UnknownWorker => RosterColumn::Responsible,
            Self::GuardianPhone => RosterColumn::GuardianPhone,
        }]
    }
}

/// A workbook of text cells.
pub fn table(rows: &[&[&str]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(*cells) {
            if !text.is_empty() {
                sheet.write_string(row, column, *text).unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// A roster of so many rows, every twentieth with a flaw; answers the flaws by their rows in the file.
pub fn workbook(rows: u32, seed: u64) -> (Vec<u8>, Vec<(u32, Flaw)>) {
    let dice = Dice(SeededChance::new(seed));
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "青榕街道服务对象花名册").unwrap();
    for (column, heading) in (0..).zip(HEADINGS) {
        sheet.write_string(2, column, *heading).unwrap();
    }
    let mut flaws = Vec::new();
    for each in 0..rows {
        let row = 3 + each;
        let flaw = (each % 20 == 13).then(|| Flaw::ALL[(each / 20) as usize % Flaw::ALL.len()]);
        if let Some(flaw) = flaw {
            flaws.push((row + 1, flaw));
        }
        Line::thrown(&dice, each).write(sheet, row, each, flaw);
    }
    (workbook.save_to_buffer().unwrap(), flaws)
}

/// A person on the roster.
struct Line {
    name: String,
    male: bool,
    birth: Day,
    number: String,
    phone: u64,
    address: String,
    worker: &'static str,
}

impl Line {
    fn thrown(dice: &Dice, each: u32) -> Self {
        let birth = Day::new(1935, 1, 1).unwrap().plus_days(dice.below(30_000) as i64);
        let male = dice.below(2) == 0;
        let order = each % 500 * 2 + u32::from(male);
        let body = format!("9901{:02}{}{order:03}", each / 500 + 1, birth.to_string().replace('-', ""));
        Self {
            name: format!("{}{}", dice.pick(SURNAMES), dice.pick(NAMES)),
            male,
            birth,
            number: format!("{body}{}", check_character(&body)),
            phone: 13_000_000_000 + u64::from(each),
            address: format!("青榕区青榕街道{}{}号", dice.pick(STREETS), dice.below(200) + 1),
            worker: dice.pick(WORKERS),
        }
    }

    fn write(&self, sheet: &mut rust_xlsxwriter::Worksheet, row: u32, each: u32, flaw: Option<Flaw>) {
        let is = |wanted: Flaw| flaw == Some(wanted);
        let mut text = |column: u16, text: &str| {
            if !text.is_empty() {
                sheet.write_string(row, column, text).unwrap();
            }
        };
        text(
            1,
            &match flaw {
                Some(Flaw::NoName) => String::new(),
                Some(Flaw::NameWithDirectionMark) => format!("王\u{202E}{}", self.name),
                _ => format!(" {} ", self.name),
            },
        );
        text(2, if self.male != is(Flaw::OtherSex) { "男" } else { "女性" });
        text(6, &self.address);
        text(
            7,
            if is(Flaw::UnknownKind) {
                "魔法师"
            } else {
                ["老年人", "残疾人、低保户", "", "其他"][each as usize % 4]
            },
        );
        text(8, if is(Flaw::UnknownWorker) { "不在册" } else { self.worker });
        text(9, if each.is_multiple_of(50) { "张家长" } else { "" });
        text(11, if each.is_multiple_of(9) { "=1+1" } else { "" });
        if is(Flaw::GuardianPhone) {
            text(10, "没有");
        }
        // Every thirtieth has no number: name, day of birth and telephone have to do.
        let numbered = each % 30 != 7 && !is(Flaw::NeitherNumberNorBirth) && !is(Flaw::ImpossibleDay);
        if numbered {
            let last = self.number.chars().last().unwrap();
            match flaw {
                Some(Flaw::WrongCheckCharacter) => {
                    text(3, &format!("{}{}", &self.number[..17], if last == '1' { '2' } else { '1' }));
                }
                Some(Flaw::NumberTooShort) => text(3, &self.number[..16]),
                Some(Flaw::NumberAsNumber) => {
                    sheet.write_number(row, 3, self.number[..17].parse::<f64>().unwrap() * 10.0).unwrap();
                }
                _ => text(3, &self.number.to_lowercase()),
            }
        }
        let birth = if is(Flaw::OtherBirthDate) { self.birth.plus_days(1) } else { self.birth };
        let (year, month, day) = (birth.year(), birth.month(), birth.day());
        match (each % 5, flaw) {
            (_, Some(Flaw::NeitherNumberNorBirth)) => {}
            (_, Some(Flaw::ImpossibleDay)) => {
                sheet.write_string(row, 4, "1987-02-30").unwrap();
            }
            (0, _) => {
                let date = ExcelDateTime::from_ymd(year as u16, month, day).unwrap();
                let format = Format::new().set_num_format("yyyy/m/d");
                sheet.write_datetime_with_format(row, 4, &date, &format).unwrap();
            }
            (1, _) => {
                sheet.write_string(row, 4, format!("{year}年{month}月{day}日")).unwrap();
            }
            (2, _) => {
                sheet
                    .write_number(row, 4, f64::from(year) * 10_000.0 + f64::from(month) * 100.0 + f64::from(day))
                    .unwrap();
            }
            (3, None) if numbered => {
                sheet.write_string(row, 4, format!("{year}.{month}")).unwrap();
            }
            _ => {
                sheet.write_string(row, 4, birth.to_string()).unwrap();
            }
        }
        if is(Flaw::Phone) {
            sheet.write_string(row, 5, "8888").unwrap();
        } else {
            sheet.write_number(row, 5, self.phone as f64).unwrap();
        }
        sheet.write_number(row, 0, each + 1).unwrap();
    }
}

struct Dice(SeededChance);

impl Dice {
    fn below(&self, limit: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % limit
    }

    fn pick(&self, from: &[&'static str]) -> &'static str {
        from[self.below(from.len() as u64) as usize]
    }
}

/// The last character of an identity number (ISO 7064 MOD 11-2).
pub fn check_character(body: &str) -> char {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.chars().zip(WEIGHTS).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum();
    ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][(sum % 11) as usize]
}
