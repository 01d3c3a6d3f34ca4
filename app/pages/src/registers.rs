//! Registers in words, wherever one is shown: what is asked, how it stands, what its papers say. The staff, an evaluator and the
//! district see the same strip; where it leads is each one's own.

use crate::components::badge::rule;
use crate::components::button::Button;
use crate::components::card::Card;
use crate::components::form::answer_words;
use crate::components::icons::Icon;
use crate::components::strip::{Mark, Strip as StripView, StripLine, strip as strip_view};
use crate::ui::{Ui, Words};
use backend::registers::{About, AskedByOne, Line, PaperRow, Place, Strip};
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
        _ if asked.duty.is_of_today() || matches!(asked.duty.demand, Demand::Once(_)) => {
            (Vec::new(), (Words::from(ui.t("现在", "Now")), None))
        }
        _ => (vec![ui.t("上一次", "Last time").into()], (Words::from(ui.t("下一次", "Next")), None)),
    };
    let past = heads.len();
    let newest = turns.last().filter(|_| asked.period.is_some());
    let question = question(ways.registers, register, asked);
    let kind = question.map_or_else(|| ui.name(asked.duty.subject).to_owned(), |question| ui.text(&question.label));
    let table = |lines: Vec<StripLine>| {
        let caption = ui.words(|| format!("{kind}各期完成情况"), || format!("Each {kind}, period by period"));
        let (past, now) = (heads.clone(), now.clone());
        strip_view(StripView { caption: caption.into(), subject: kind.clone().into(), past, now, lines })
    };
    let row = |line: &Line| Row { ui, asked, line, ways, question }.view(newest, past);
    let by_itself = |line: &Line| (line.presses().is_some(), row(line));
    let rows: Vec<(bool, StripLine)> = match asked.duty.each_of {
        Some(_) => {
            asked.asked_by_each().map(|one| (one.standing.presses(), everybody(ui, question, &one, ways))).collect()
        }
        None => asked.lines.iter().map(by_itself).collect(),
    };
    // Of many, those that are late or nearly so come first, and the rest is folded.
    let folds = rows.len() > MANY;
    let (pressing, rest): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(presses, _)| *presses || !folds);
    let [pressing, rest] = [pressing, rest].map(|rows| rows.into_iter().map(|(_, line)| line).collect::<Vec<_>>());
    if rest.is_empty() {
        return view! { {lead}{table(pressing)} }.into_any();
    }
    let n = rest.len();
    let words = match pressing.is_empty() {
        true => ui.words(|| format!("{n} 项，没有逾期或快到期的"), || format!("{n}, none late or nearly due")),
        false => ui
            .words(|| format!("其余 {n} 项，没有逾期或快到期的"), || format!("The other {n}, none late or nearly due")),
    };
    let first = (!pressing.is_empty()).then(|| table(pressing));
    view! { {lead}{first}<details class="fold"><summary>{words}</summary>{table(rest)}</details> }.into_any()
}

/// What one paper asks of everybody, in one line: how many have done it, and who has not.
fn everybody(ui: Ui, question: Option<&TemplateField>, one: &AskedByOne<'_>, ways: &Ways<'_>) -> StripLine {
    let (all, n) = (one.of, one.lacking.len());
    let done = all - n;
    let href = (ways.paper)(&one.asking.paper);
    let left = one.until.map(|last| {
        let day = ui.day(last);
        // Whoever may not open the paper is told how many, and not who.
        let words = match href {
            Some(_) => {
                let names = one.lacking.iter().map(|line| named(ui, question, line.about.as_ref(), &line.place));
                let names = names.collect::<Vec<_>>().join(ui.t("、", ", "));
                ui.words(|| format!("{day}前，还差{names}"), || format!("by {day}; not yet {names}"))
            }
            None => ui.words(|| format!("{day}前，还差 {n} 人"), || format!("by {day}; {n} to go")),
        };
        view! { <span class="strip__left">{words}</span> }.into_any()
    });
    let words = ui.words(|| format!("{all} 人中 {done} 人已完成"), || format!("done by {done} of {all}"));
    let open = href.clone().filter(|_| n > 0);
    StripLine {
        name: named(ui, question, Some(&one.asking.about), one.place).into(),
        note: None,
        past: Vec::new(),
        now: Mark { standing: Some(one.standing), words: words.into(), href },
        left,
        action: open.map(|href| Button::plain(ui.t("去看", "Open it")).small().after(Icon::Right).link(href)),
    }
}

/// What answers a strip's lines are told apart by, in the form of its register.
pub(crate) fn question<'r>(
    registers: &'r Registers,
    register: &'r Register,
    asked: &Strip,
) -> Option<&'r TemplateField> {
    let form = registers.form(register)?;
    match (&asked.duty.demand, &asked.duty.apart) {
        (Demand::Valid(_), _) => form.field(register.told_apart_by.as_ref()?),
        _ if asked.duty.each_of.is_some() => form.field(register.told_apart_by.as_ref()?),
        (_, Some(apart)) if asked.duty.subject != Subject::Member => form.fact(&apart.by),
        _ => None,
    }
}

/// What a line of a strip is called: its place, or what of it the line is about.
pub(crate) fn named(ui: Ui, question: Option<&TemplateField>, about: Option<&About>, place: &Place) -> String {
    let answered = |answer: &str| {
        let words = |question: &TemplateField| {
            answer_words(ui, question, &Answers::from([(question.key.clone(), answer.to_owned())]))
        };
        question.map_or_else(|| answer.to_owned(), words)
    };
    match about {
        None => place.name.clone(),
        Some(About::Answer(answer)) if place.file.kind == Object::Organisation => answered(answer),
        Some(About::Answer(answer)) => format!("{} · {}", place.name, answered(answer)),
        Some(About::Member(_, name)) => name.clone(),
        Some(About::Paper { number, kind }) => match kind {
            Some(kind) => format!("{} {number}", answered(kind)),
            None => number.clone(),
        },
    }
}

/// Where a line's paper is written, with what the line is about answered already.
pub(crate) fn answered(href: String, question: Option<&TemplateField>, line: &Line) -> String {
    match (&line.about, question) {
        (Some(About::Answer(answer)), Some(question)) if question.kind == FieldKind::Choice => {
            format!("{href}?{}={answer}", question.key)
        }
        _ => href,
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
            name: named(ui, self.question, line.about.as_ref(), &line.place).into(),
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
