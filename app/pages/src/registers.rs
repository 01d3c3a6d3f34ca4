//! Registers in words, wherever one is shown: what is asked, how it stands, what its papers say. The staff, an evaluator and the
//! district see the same strip; where it leads is each one's own.

use crate::addresses::At;
use crate::components::badge::{Tone, badge, rule};
use crate::components::button::Button;
use crate::components::card::Card;
use crate::components::form::answer_words;
use crate::components::icons::Icon;
use crate::components::strip::{Mark, Strip as StripView, StripLine, strip as strip_view};
use crate::components::work_line::WorkLine;
use crate::ui::{Ui, Words};
use backend::registers::{About, Line, PaperRow, Place, Strip, Upkeep};
use domain::access::Object;
use domain::forms::{Answers, FieldKind, TemplateField};
use domain::registers::{Register, Registers};
use domain::rules::Standing;
use domain::rules::periodic::{Counted, Demand, Subject, Turn};
use domain::time::{Moment, Unit};
use leptos::prelude::*;

/// How many past periods a strip shows.
const PAST: usize = 4;
/// How many lines are shown whatever they say.
const MANY: usize = 8;

/// Where a strip leads.
pub struct Ways<'a> {
    /// To a paper that counts.
    pub paper: &'a dyn Fn(&Counted) -> Option<String>,
    /// To where one is written.
    pub write: &'a dyn Fn(&Place) -> Option<String>,
    /// To the clause of a rule.
    pub rule: &'a dyn Fn(&str) -> String,
    /// What is asked by the forms, for the words of their answers.
    pub registers: &'a Registers,
}

/// A register as a tile: why it is there, and how its duty stands.
#[must_use]
pub fn tile(ui: Ui, register: &Register, strips: &[Strip], href: String) -> Card {
    let why = strips.first().and_then(Strip::asked_by).map(|rule| &rule.wording).or(register.lead.as_ref());
    Card {
        href,
        icon: Some(Icon::Clipboard),
        title: ui.text(&register.title).into(),
        text: why.map(|why| ui.text(why)).unwrap_or_default().into(),
        foot: vec![standing(ui, strips)],
    }
}

/// How it stands with everything that is asked of a register's papers.
#[must_use]
pub fn standing(ui: Ui, strips: &[Strip]) -> Words {
    let running = || strips.iter().flat_map(|strip| &strip.lines).filter_map(Line::foremost);
    let late = running().filter(|turn| turn.standing == Standing::Late).count();
    let open = running().filter(|turn| turn.standing.is_open()).count();
    let left = running().filter(|turn| turn.standing.is_open()).map(|turn| turn.stretch.last).min();
    match (late, open, left) {
        (0, 0, _) if running().next().is_none() => ui.t("按需填写", "Written when needed").into(),
        (0, 0, _) => ui.t("本期都已完成", "All done for now").into(),
        (0, open, Some(last)) => {
            let day = ui.day(last);
            ui.words(|| format!("还差 {open} 项，{day}前"), || format!("{open} to do by {day}")).into()
        }
        (late, ..) => ui.words(|| format!("{late} 项已逾期"), || format!("{late} overdue")).into(),
    }
}

/// What is asked of a register's papers, subject by subject, period by period.
#[must_use]
pub fn strip(ui: Ui, register: &Register, asked: &Strip, ways: &Ways<'_>) -> AnyView {
    let wording = asked.asked_by().map(|rule| &rule.wording).or(register.lead.as_ref());
    let wording = wording.map(|words| ui.text(words)).unwrap_or_default();
    let clause = asked.rule.map(|asking| {
        let number = asking.to_string();
        let href = (ways.rule)(&number);
        view! { " "{rule(ui, number, href)} }
    });
    let lead = view! { <p class="strip__lead">{wording}{clause}</p> };
    // Every subject has the same periods behind it, as far as it was there; one that is gone has none that is new.
    let lines = asked.lines.iter().map(|line| line.turns.as_slice());
    let turns = lines.max_by_key(|turns| (turns.last().map(|turn| turn.stretch.last), turns.len())).unwrap_or_default();
    let (heads, now) = match (asked.period, turns) {
        (Some(period), [past @ .., now]) => {
            let shown = past.iter().skip(past.len().saturating_sub(PAST));
            let heads = shown.map(|turn| ui.text(&period.called(turn.stretch)).into()).collect();
            let until = (now.stretch.last >= ui.now.day()).then(|| ui.day(now.stretch.last));
            let until = until.map(|until| ui.words(|| format!("到 {until} 为止"), || format!("until {until}")).into());
            (heads, (Words::from(ui.text(&period.called(now.stretch))), until))
        }
        _ if asked.duty.is_of_today() => (Vec::new(), (Words::from(ui.t("现在", "Now")), None)),
        _ => (vec![ui.t("上一次", "Last time").into()], (Words::from(ui.t("下一次", "Next")), None)),
    };
    let past = heads.len();
    let newest = turns.last().filter(|_| asked.period.is_some());
    let question = question(ways.registers, register, asked);
    let kind = question.map_or_else(|| ui.name(asked.duty.subject).to_owned(), |question| ui.text(&question.label));
    let table = |lines: &[&Line]| {
        let row = |line: &&Line| Row { ui, asked, line, ways, question }.view(newest, past);
        let caption = ui.words(|| format!("{kind}各期完成情况"), || format!("Each {kind}, period by period"));
        let (past, now) = (heads.clone(), now.clone());
        let lines = lines.iter().map(row).collect();
        strip_view(StripView { caption: caption.into(), subject: kind.clone().into(), past, now, lines })
    };
    // Of many, those that are late or nearly so come first, and the rest is folded.
    let (pressing, rest): (Vec<&Line>, Vec<&Line>) = asked.lines.iter().partition(|line| line.presses().is_some());
    if asked.lines.len() <= MANY || rest.is_empty() {
        return view! { {lead}{table(&asked.lines.iter().collect::<Vec<_>>())} }.into_any();
    }
    let n = rest.len();
    let words = match pressing.is_empty() {
        true => ui.words(|| format!("{n} 项，没有逾期或快到期的"), || format!("{n}, none late or nearly due")),
        false => ui
            .words(|| format!("其余 {n} 项，没有逾期或快到期的"), || format!("The other {n}, none late or nearly due")),
    };
    let first = (!pressing.is_empty()).then(|| table(&pressing));
    view! { {lead}{first}<details class="fold"><summary>{words}</summary>{table(&rest)}</details> }.into_any()
}

/// What answers a strip's lines are told apart by, in the form of its register.
fn question<'r>(registers: &'r Registers, register: &'r Register, asked: &Strip) -> Option<&'r TemplateField> {
    let form = registers.form(register)?;
    match (&asked.duty.demand, &asked.duty.apart) {
        (Demand::Valid(_), _) => form.field(register.told_apart_by.as_ref()?),
        (_, Some(apart)) if asked.duty.subject != Subject::Member => form.fact(&apart.by),
        _ => None,
    }
}

/// What a line of a strip is called: its place, or what of it the line is about.
fn named(ui: Ui, question: Option<&TemplateField>, line: &Line) -> String {
    let answered = |answer: &str| {
        let words = |question: &TemplateField| {
            answer_words(ui, question, &Answers::from([(question.key.clone(), answer.to_owned())]))
        };
        question.map_or_else(|| answer.to_owned(), words)
    };
    match &line.about {
        None => line.place.name.clone(),
        Some(About::Answer(answer)) if line.place.file.kind == Object::Organisation => answered(answer),
        Some(About::Answer(answer)) => format!("{} · {}", line.place.name, answered(answer)),
        Some(About::Member(name)) => name.clone(),
        Some(About::Paper { number, kind }) => match kind {
            Some(kind) => format!("{} {number}", answered(kind)),
            None => number.clone(),
        },
    }
}

/// Where a line's paper is written, with what the line is about answered already.
fn answered(href: String, question: Option<&TemplateField>, line: &Line) -> String {
    match (&line.about, question) {
        (Some(About::Answer(answer)), Some(question)) if question.kind == FieldKind::Choice => {
            format!("{href}?{}={answer}", question.key)
        }
        _ => href,
    }
}

/// How many names a line of the work table says before it counts.
const NAMES: usize = 3;

/// What presses of a register, as a line of the work table.
#[must_use]
pub fn work_line(ui: Ui, at: At<'_>, registers: &Registers, pressing: &Upkeep) -> WorkLine {
    let Upkeep { register, strip, standing } = pressing;
    let question = question(registers, register, strip);
    let names: Vec<String> = strip.lines.iter().take(NAMES).map(|line| named(ui, question, line)).collect();
    let (names, n) = (names.join(ui.t("、", ", ")), strip.lines.len());
    let name = match n > NAMES {
        true => ui.words(|| format!("{names}等 {n} 项"), || format!("{names} and {} more", n - NAMES)),
        false => names,
    };
    let soonest = strip.lines.iter().filter_map(Line::foremost).min_by_key(|turn| turn.stretch.last);
    let tone = if *standing == Standing::Late { Tone::Late } else { Tone::Due };
    let state = match soonest {
        Some(turn) if strip.duty.runs_out() => ui.left(Moment::end_of(turn.stretch.last), Unit::Days),
        _ => ui.t("还没有", "None yet").to_owned(),
    };
    let title = ui.text(&register.title);
    let period = strip.period.zip(soonest).map(|(period, turn)| ui.text(&period.called(turn.stretch)));
    let one = match &strip.lines[..] {
        [line] if line.place.opens && line.foremost().is_some_and(|turn| turn.missing() > 0) => Some(line),
        _ => None,
    };
    let write = |line: &Line| answered(at.write(&register.key, line.place.file, None, None), question, line);
    let list = at.register(&register.key);
    WorkLine {
        state: badge(tone, state),
        name: Some(name.into()),
        number: period.unwrap_or_else(|| title.clone()).into(),
        file: Some(list.clone()),
        what: strip.asked_by().map_or(title, |rule| ui.text(&rule.title)).into(),
        notes: Vec::new(),
        rule: strip.rule.map(|rule| (rule.to_string().into(), at.rule(rule))),
        action: Some(match one {
            Some(line) => (ui.t("去写", "Write it").into(), write(line)),
            None => (ui.t("去看", "See which").into(), list),
        }),
    }
}

/// One subject of a strip.
struct Row<'a> {
    ui: Ui,
    asked: &'a Strip,
    line: &'a Line,
    ways: &'a Ways<'a>,
    /// What each line answers, where papers are told apart.
    question: Option<&'a TemplateField>,
}

impl Row<'_> {
    /// Its turns, below the heads of the strip: so many past ones, then the newest.
    fn view(&self, newest: Option<&Turn>, shown: usize) -> StripLine {
        let Self { ui, asked, line, .. } = *self;
        let bare = |words: Words| Mark { standing: None, words, href: None };
        let begins = ui.day(line.since);
        let begun = ui.words(|| format!("{begins}启用"), || format!("Since {begins}"));
        let mark = |turn: &Turn| self.mark(turn);
        let running = line.turns.last().filter(|turn| newest.is_none_or(|newest| newest.stretch == turn.stretch));
        let before = &line.turns[..line.turns.len().saturating_sub(usize::from(running.is_some()))];
        let before = &before[before.len().saturating_sub(shown)..];
        let missing = shown.saturating_sub(before.len());
        let unowed = |at: usize| if at + 1 == missing { begun.clone().into() } else { "—".into() };
        let mut past: Vec<Mark> = (0..missing).map(|at| bare(unowed(at))).collect();
        past.extend(before.iter().map(mark));
        let lacking = running.filter(|turn| turn.missing() > 0);
        let write = lacking.filter(|_| line.place.opens).and_then(|_| (self.ways.write)(&line.place));
        let write = write.map(|href| answered(href, self.question, line));
        let write = write.map(|href| Button::plain(ui.t("去写", "Write it")).small().after(Icon::Right).link(href));
        let waits = (line.waiting > 0).then(|| {
            let n = line.waiting;
            ui.words(|| format!("{n} 份待审"), || format!("{n} waiting for approval"))
        });
        let runs_out = asked.duty.runs_out();
        let has_end = |turn: &&Turn| runs_out && (turn.stretch.last >= ui.now.day() || asked.period.is_none());
        let left = lacking.filter(has_end).map(|turn| {
            let left = ui.left(Moment::end_of(turn.stretch.last), Unit::Days);
            match asked.period {
                Some(_) => left,
                None => {
                    let by = ui.day(turn.stretch.last);
                    ui.words(|| format!("{by}前，{left}"), || format!("by {by}, {left}"))
                }
            }
        });
        let quiet = left.into_iter().chain(waits).collect::<Vec<_>>();
        let nothing = match line.turns.is_empty() {
            true => ui.t("满一期后起算", "Counted from the first full period"),
            false => ui.t("已不再要求", "No longer asked"),
        };
        let note = match &line.about {
            Some(About::Paper { .. }) => Some(line.place.name.clone()),
            _ => line.place.address.clone(),
        };
        StripLine {
            name: named(ui, self.question, line).into(),
            note: note.map(Into::into),
            past,
            now: running.map_or_else(|| bare(nothing.into()), mark),
            left: (!quiet.is_empty())
                .then(|| view! { <span class="strip__left">{quiet.join(ui.t("，", ", "))}</span> }.into_any()),
            action: write,
        }
    }

    /// How a period stands: by when what was done was done, or what is missing.
    fn mark(&self, turn: &Turn) -> Mark {
        let ui = self.ui;
        let last = turn.counted.last();
        let until = turn.stretch.last;
        let is_valid = matches!(self.asked.duty.demand, Demand::Valid(_));
        let words = match (turn.standing, last) {
            (Standing::Late, Some(_)) if is_valid => {
                let days = ui.now.day().since(until);
                ui.words(|| format!("过期 {days} 天"), || format!("{days} days past its day"))
            }
            (_, Some(_)) if is_valid => {
                let (day, left) = (ui.day(until), ui.left(Moment::end_of(until), Unit::Days));
                ui.words(|| format!("有效到 {day}，{left}"), || format!("valid until {day}, {left}"))
            }
            (Standing::Met, Some((paper, _))) if turn.needed > 1 => {
                let (n, day) = (turn.counted.len(), ui.day(paper.on));
                ui.words(|| format!("{n} 次，最近 {day}"), || format!("{n}, last {day}"))
            }
            (Standing::Met, Some((paper, _))) if !self.asked.duty.runs_out() => {
                let day = ui.day(paper.on);
                ui.words(|| format!("有，{day}"), || format!("Yes, {day}"))
            }
            (Standing::Met, Some((paper, _))) => ui.day(paper.on),
            (Standing::Met, None) => ui.t("不要求", "Nothing asked").to_owned(),
            (Standing::MetLate, _) => {
                let days = turn.counted.iter().filter_map(|(_, late)| *late).max().unwrap_or_default();
                ui.words(|| format!("迟 {days} 天"), || format!("{days} days late"))
            }
            _ => match (turn.needed, turn.counted.len()) {
                _ if !self.asked.duty.runs_out() => ui.t("还没有", "None yet").to_owned(),
                (1, _) if turn.standing == Standing::Late => ui.t("没做", "Not done").to_owned(),
                (1, _) => ui.t("还没做", "Not done yet").to_owned(),
                (needed, done) => ui.words(|| format!("{done} / {needed} 次"), || format!("{done} of {needed}")),
            },
        };
        let href = last.and_then(|(counted, _)| (self.ways.paper)(counted));
        Mark { standing: Some(turn.standing), words: words.into(), href }
    }
}

/// The questions that a register's list shows.
pub fn questions<'r>(registers: &'r Registers, register: &'r Register) -> impl Iterator<Item = &'r TemplateField> {
    let form = registers.form(register);
    register.columns.iter().filter_map(move |key| form?.field(key))
}

/// What a paper answers to one of them.
#[must_use]
pub fn answer(ui: Ui, question: &TemplateField, row: &PaperRow) -> String {
    let key = &question.key;
    if question.kind == FieldKind::Member {
        return row.head.code(key).and_then(|member| row.named.get(member)).cloned().unwrap_or_default();
    }
    let number = row.head.number(key).map(|units| question.answered(units));
    let answers = number.or_else(|| row.head.answer(key)).map(|answer| Answers::from([(key.clone(), answer)]));
    answers.map_or_else(String::new, |answers| answer_words(ui, question, &answers))
}

/// The day that a paper stands under.
#[must_use]
pub fn day(ui: Ui, row: &PaperRow) -> String {
    ui.day(row.head.occurred.or(row.head.recorded).unwrap_or(ui.now).day())
}
