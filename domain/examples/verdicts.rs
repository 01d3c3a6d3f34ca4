//! Makes answers to every form that comes with the program, sound ones and odd ones, and writes down what the form says of each:
//! `cargo run -p domain --example verdicts -- FILE ANSWERS`. The browser's code has to say the same of them
//! (`end2end/specs/verdicts.spec.ts`).

use std::collections::BTreeMap;
use std::error::Error;
use std::{env, fs};

use domain::forms::{Answers, FieldKind, FormTemplate, Setting, TemplateField, judge};
use domain::packs::PackSet;
use domain::registers::Registers;
use domain::time::Day;
use serde::Serialize;

/// What somebody types who does not read the question.
const ODD: [&str; 24] = [
    "",
    " ",
    "on",
    "，",
    "-1",
    "0",
    "12.345",
    "1,000",
    "１２",
    "99999999999",
    "2026-02-30",
    "2024-02-29",
    "2099-01-01",
    "25:00",
    "9:5",
    "2026-11-28T08:30",
    "1380013800",
    "44010519800101001x",
    "E12345678",
    "王 小明",
    "\u{202e}倒过来",
    "一行\n两行",
    "a,b,a",
    "mem_zz",
];

#[derive(Serialize)]
struct Case<'f> {
    form: &'f str,
    answers: Answers,
    setting: Setting,
    verdict: String,
}

#[derive(Serialize)]
struct Verdicts<'f> {
    forms: BTreeMap<&'f str, &'f FormTemplate>,
    cases: Vec<Case<'f>>,
}

/// The same numbers each time: what fails once fails again.
struct Dice(u64);

impl Dice {
    /// A number below this one.
    fn below(&mut self, many: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % many.max(1)
    }

    fn one_of(&mut self, of: &[&str]) -> String {
        of[self.below(of.len())].to_owned()
    }

    fn option(&mut self, field: &TemplateField) -> Option<String> {
        field.options.get(self.below(field.options.len())).map(|option| option.value.clone())
    }

    /// What may be typed there: something sound more often than not.
    fn answer(&mut self, field: &TemplateField) -> String {
        if self.below(8) == 0 {
            return self.one_of(&ODD);
        }
        match field.kind {
            FieldKind::Choice => self.option(field).unwrap_or_default(),
            FieldKind::Choices => {
                let chosen = [self.option(field), self.option(field)];
                chosen.into_iter().flatten().collect::<Vec<_>>().join(",")
            }
            FieldKind::YesNo => self.one_of(&["yes", "no"]),
            FieldKind::Number | FieldKind::Money | FieldKind::Scale => {
                self.option(field).unwrap_or_else(|| self.one_of(&["0", "1", "2", "3", "7.5", "120"]))
            }
            FieldKind::Day => self.one_of(&["2026-11-27", "2026-11-28", "2010-05-01", "2026-12-01"]),
            FieldKind::Time | FieldKind::Duration => self.one_of(&["08:30", "1:15", "23:59"]),
            FieldKind::Moment => self.one_of(&["2026-11-28T08:30", "2026-11-27T23:59", "2026-12-01T10:00"]),
            FieldKind::Phone => self.one_of(&["13800138000", "0990-8123001"]),
            FieldKind::IdentityNumber => self.one_of(&["440105198001010012", "440105201601010010"]),
            FieldKind::Member => "mem_01900000000070008000000000000001".to_owned(),
            FieldKind::Client => "cli_01900000000070008000000000000002".to_owned(),
            FieldKind::Name => self.one_of(&["王小明", "欧阳玉珍", "Anna Li"]),
            _ => self.one_of(&["走廊尽头的地面不平。", "a", "榕园路5号"]),
        }
    }

    fn answers(&mut self, form: &FormTemplate) -> Answers {
        let mut answers = Answers::new();
        for field in form.fields() {
            if field.columns.is_empty() && self.below(8) > 0 {
                answers.insert(field.key.clone(), self.answer(field));
            }
            let rows = if field.given.is_empty() { self.below(4) } else { field.given.len() };
            for (row, column) in (1..=rows).flat_map(|row| field.columns.iter().map(move |column| (row, column))) {
                if self.below(8) > 0 {
                    answers.insert(format!("{}.{row}.{}", field.key, column.key), self.answer(column));
                }
            }
        }
        answers
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let file = arguments.next().ok_or("which file?")?;
    let many: usize = arguments.next().ok_or("how many answers?")?.parse()?;
    let forms: Vec<&FormTemplate> = Registers::builtin().forms().collect();
    let (mut dice, today) = (Dice(0x0B5E_55ED), Day::parse("2026-11-28").map_err(|problem| format!("{problem:?}"))?);
    let case = |form: &&'static FormTemplate| {
        let packs = PackSet::parse(["W", "C", "S", "K", "P", "KP"][dice.below(6)]).unwrap_or_default();
        let (answers, setting) = (dice.answers(form), Setting { today, packs });
        let verdict = format!("{:?}", judge(form, &answers, setting));
        Case { form: &form.key, answers, setting, verdict }
    };
    let cases = forms.iter().cycle().take(many).map(case).collect();
    let forms = forms.iter().map(|form| (form.key.as_str(), *form)).collect();
    fs::write(file, serde_json::to_string(&Verdicts { forms, cases })?)?;
    Ok(())
}
