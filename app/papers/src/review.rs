//! The review queue: one paper per screen, what changed in it, the decision beside it, and on to the next.

use super::decide::asked;
use super::decision::Decision;
use backend::StaffScope;
use backend::duties;
use backend::paperwork::{self, PaperFile};
use backend::work::{self, Queue, Review, Waiting};
use domain::ids::PaperId;
use domain::papers::{Deed, PaperState, Right};
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::addresses::At;
use pages::attachments::attached;
use pages::components::badge::Tone;
use pages::components::button::Button;
use pages::components::chart::bar;
use pages::components::diff::change;
use pages::components::empty::empty;
use pages::components::facts::{fact_note, facts_of};
use pages::components::icons::Icon;
use pages::components::notice::{notice, notice_with, refusal as refusal_notice};
use pages::components::page_head::{PageHead, page_head};
use pages::components::queue::{QueueRow, queue};
use pages::components::section::{SectionHead, section, section_with, split};
use pages::components::switch::switch;
use pages::components::verdict::{Verdict, verdict, verdict_because};
use pages::duty::standing;
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request, answer_form, refused};
use pages::papers::{Document, Told, done, done_word, late, on_paper, sheet, told};
use pages::ui::{Ui, Words};

/// How many of the queue are in sight.
const IN_SIGHT: usize = 8;

/// The first that waits; where none does, how much was done.
pub(crate) async fn first(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let queue = work::queue(&scope).await?;
    let said = request.query.get("done");
    if let Some(row) = queue.rows.first() {
        return Ok(Answer::SeeOther(with_done(At(&scope.organisation().slug).review(row.paper.id), said)));
    }
    let ui = request.ui;
    Ok(Answer::page(staff_page(&request, &scope, Area::Today, name(ui), || {
        let title = PageHead { title: name(ui).into(), ..PageHead::default() };
        let today = Button::plain(ui.t("回到今天", "Back to today")).link(format!("/o/{}", scope.organisation().slug));
        let count = queue.decided;
        let why = match count {
            0 => ui
                .t("有人提交文书后，会出现在这里和“今天”。", "What is handed in appears here and on today's page.")
                .to_owned(),
            _ => ui.words(
                || format!("今天审了 {count} 份。新提交的会出现在这里和“今天”。"),
                || format!("{count} decided today. What is handed in appears here and on today's page."),
            ),
        };
        let nothing = empty(Icon::Good, ui.t("没有等您审的文书", "Nothing waits for you"), why, vec![today]);
        view! { {page_head(ui, title)}{said_done(&scope, ui, said)}{nothing} }.into_any()
    })))
}

pub(crate) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    page(&scope, &request, None).await.map(Answer::page)
}

/// Decides, and goes on to the one that came next.
pub(crate) async fn decide(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let asked = asked(&request, Right::Decide)?;
    let (paper, deed) = (asked.paper, asked.deed);
    let register = paperwork::place_of(&scope, paper).await?.register;
    let next = work::queue(&scope).await?.after(paper);
    let done = async {
        paperwork::decide(&scope, request.command(asked)?).await?;
        let at = At(&scope.organisation().slug);
        let next = next.map_or_else(|| at.area("review"), |next| at.review(next));
        Ok(Answer::SeeOther(with_done(next, &done_word(&register, deed))))
    };
    answer_form(done, async |refusal| page(&scope, &request, Some(refusal)).await).await
}

fn with_done(href: String, done: &str) -> String {
    if done.is_empty() { href } else { format!("{href}?done={done}") }
}

fn name(ui: Ui) -> &'static str {
    ui.t("等我审", "To review")
}

/// What was done with the one before.
fn said_done(scope: &StaffScope, ui: Ui, word: &str) -> Option<AnyView> {
    done(ui, scope.registers(), word).map(|words| notice(Tone::Good, words))
}

/// A paper of the queue; with what was refused, when something was.
async fn page(scope: &StaffScope, request: &Request, refusal: Option<&Refusal>) -> Result<String, Refusal> {
    let review = work::review(scope, request.id("paper")?).await?;
    let desk = Desk { scope, request, ui: request.ui, review: &review, refusal };
    Ok(staff_page(request, scope, Area::Today, name(request.ui), || desk.view()))
}

/// How the sheet is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Changes,
    This,
    Before,
}

impl Way {
    const ALL: [Self; 3] = [Self::Changes, Self::This, Self::Before];

    const fn word(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::This => "this",
            Self::Before => "before",
        }
    }
}

/// A paper before the person who reviews it.
struct Desk<'a> {
    scope: &'a StaffScope,
    request: &'a Request,
    ui: Ui,
    review: &'a Review,
    refusal: Option<&'a Refusal>,
}

impl<'a> Desk<'a> {
    fn at(&self) -> At<'a> {
        At(&self.scope.organisation().slug)
    }

    const fn file(&self) -> &'a PaperFile {
        &self.review.file
    }

    const fn queue(&self) -> &'a Queue {
        &self.review.queue
    }

    fn id(&self) -> PaperId {
        self.file().paper.head.id
    }

    /// Whether it still waits for this person.
    fn waits(&self) -> bool {
        self.queue().place(self.id()).is_some()
    }

    fn decision(&self) -> Decision<'a> {
        Decision { scope: self.scope, request: self.request, file: self.file(), refusal: self.refusal }
    }

    fn way(&self) -> Way {
        let asked = self.request.query.get("show");
        let way = Way::ALL.into_iter().find(|way| way.word() == asked).unwrap_or(Way::Changes);
        if self.file().before.is_some() { way } else { Way::This }
    }

    fn view(&self) -> AnyView {
        let ui = self.ui;
        let (waiting, late) = (self.queue().rows.len(), self.queue().late(ui.now));
        let count = match (waiting, late) {
            (0, _) => None,
            (_, 0) => Some(ui.words(|| format!("还有 {waiting} 份"), || format!("{waiting} left"))),
            _ => Some(ui.words(
                || format!("还有 {waiting} 份，其中 {late} 份已超期"),
                || format!("{waiting} left, {late} of them late"),
            )),
        };
        let told = self.told();
        let changes = told.iter().filter(|told| told.is_changed()).count();
        let head = PageHead {
            title: name(ui).into(),
            number: count.map(Into::into),
            actions: self.ways().into_iter().collect(),
            ..PageHead::default()
        };
        let said = said_done(self.scope, ui, self.request.query.get("done"));
        let side = view! { {self.verdict(changes)}{self.course()}{self.others()} };
        view! { {page_head(ui, head)}{said}{split(self.sheet(told), side.into_any())} }.into_any()
    }

    /// The ways to look at it, where there is an earlier draft.
    fn ways(&self) -> Option<AnyView> {
        let (ui, draft) = (self.ui, self.review.draft);
        self.file().before.as_ref()?;
        let words = |way| match way {
            Way::Changes => ui.t("标出改动", "Changes marked").to_owned(),
            Way::This => ui.t("只看这一稿", "This draft").to_owned(),
            Way::Before if draft == 1 => ui.t("现行的一版", "The edition in force").to_owned(),
            Way::Before => ui.words(|| format!("第 {} 稿", draft - 1), || format!("Draft {}", draft - 1)),
        };
        let href = |way: Way| format!("{}?show={}", self.at().review(self.id()), way.word());
        let ways = Way::ALL.map(|way| (words(way).into(), href(way)));
        let open = Way::ALL.iter().position(|way| *way == self.way()).unwrap_or_default();
        Some(switch(ui.t("怎么看", "How to look at it"), ways.into(), open))
    }

    fn told(&self) -> Vec<Told> {
        let file = self.file();
        let (form, answers) = (&*file.form, &file.paper.answers);
        match (&file.before, self.way()) {
            (Some((before, form)), Way::Before) => told(self.ui, form, &before.answers, None),
            (Some((before, old)), Way::Changes) => told(self.ui, form, answers, Some((old, &before.answers))),
            _ => told(self.ui, form, answers, None),
        }
    }

    fn sheet(&self, told: Vec<Told>) -> AnyView {
        let (ui, file) = (self.ui, self.file());
        let earlier = self.way() == Way::Before;
        let draft = if earlier { self.review.draft - 1 } else { self.review.draft };
        let number = &file.folder.number;
        let shown = file.before.as_ref().filter(|_| earlier).map_or(&file.paper, |(before, _)| before);
        let form = file.before.as_ref().filter(|_| earlier).map_or(&file.form, |(_, form)| form);
        let document = Document {
            form,
            answers: &shown.answers,
            title: ui.text(&form.title).into(),
            organisation: self.scope.organisation().name.clone().into(),
            number: match draft {
                0 => ui
                    .words(|| format!("编号 {number} · 现行的一版"), || format!("No. {number} · the edition in force")),
                _ => ui.words(|| format!("编号 {number} · 第 {draft} 稿"), || format!("No. {number} · draft {draft}")),
            }
            .into(),
            heading: &file.heading,
            facts: pages::papers::dates(on_paper(ui), &file.register, &shown.written),
            signs: &file.register.signs,
            printer: self.scope.name(),
            part: true,
        };
        let paper = sheet(ui, document, told);
        let whole = self.at().subject(file.folder.file).map(|href| {
            let words = ui.t("看整个档案", "See the whole file");
            view! { <a href=href>{words}</a>" · " }
        });
        let alone = ui.t("单独打开这份，可以打印", "Open this paper alone, to print it");
        let attached = attached(ui, form, &shown.answers, self.at());
        view! {
            {paper}
            {attached}
            <p class="section__note">{whole}<a href=self.at().paper(self.id())>{alone}</a></p>
        }
        .into_any()
    }

    /// The decision, beside what is judged.
    fn verdict(&self, changes: usize) -> AnyView {
        let (ui, draft) = (self.ui, self.review.draft);
        let before = self.file().before.as_ref();
        let title = if before.is_some() && self.way() == Way::Changes {
            ui.words(|| format!("第 {draft} 稿，{changes} 处改动"), || format!("Draft {draft}, {changes} changes"))
        } else {
            ui.words(|| format!("第 {draft} 稿"), || format!("Draft {draft}"))
        };
        let row = self.queue().place(self.id()).and_then(|at| self.queue().rows.get(at));
        let said = before.and_then(|(before, _)| {
            let (reason, reviewer) = (before.reason.clone()?, before.written.reviewer.clone().unwrap_or_default());
            let (day, n) = (ui.day(before.said?.day()), draft - 1);
            let by = ui.words(
                || format!("{reviewer} · {day} 退回第 {n} 稿"),
                || format!("{reviewer} sent draft {n} back, {day}"),
            );
            Some((reason.into(), by.into()))
        });
        let keys = [
            ("k", ui.t("上一份", "The one before"), self.queue().before(self.id()).map(|id| self.at().review(id))),
            ("d", ui.t("下一处改动", "Next change"), (changes > 0).then(|| format!("#{}", change(1)))),
        ];
        let keys = keys.into_iter().filter_map(|(key, words, href)| Some((key, words.into(), href?)));
        verdict(Verdict {
            title: title.into(),
            clock: row.map(|row| self.clock(row)),
            said,
            notices: self.notices(),
            actions: self.actions(),
            keys: keys.collect(),
        })
    }

    /// What was refused, or why there is nothing to decide.
    fn notices(&self) -> Vec<AnyView> {
        let ui = self.ui;
        if self.waits() {
            let said = self.refusal.filter(|refusal| refused(Some(refusal)).is_empty());
            let said = said.map(|refusal| refusal_notice(ui, refusal, |rule| self.clause(rule)));
            return said.into_iter().chain([self.decision().errors()]).collect();
        }
        let typed = self.decision().typed();
        let kept = (!typed.is_empty()).then(|| {
            let body = view! { <p class="pre-line">{typed.to_owned()}</p> }.into_any();
            notice_with(
                Tone::Plain,
                Some(ui.t("您刚才写的退回原因", "The reason that you had written").into()),
                body,
                None,
            )
        });
        [notice(Tone::Due, self.no_longer())].into_iter().chain(kept).collect()
    }

    /// Why it no longer waits.
    fn no_longer(&self) -> String {
        let (ui, paper) = (self.ui, &self.file().paper);
        let state = paper.head.state;
        let by = paper.written.reviewer.clone().filter(|_| state != PaperState::Withdrawn);
        let mine = paper.head.reviewer == Some(self.scope.member());
        let name = ui.name(state);
        match by {
            _ if paper.head.author == self.scope.member() => ui
                .t("这份是您自己写的，由别人来审。", "You wrote this one yourself; somebody else decides about it.")
                .to_owned(),
            Some(_) if mine => ui.words(
                || format!("您已经审过这份，现在是“{name}”。"),
                || format!("You decided about this one already; it stands as “{name}”."),
            ),
            Some(by) => ui.words(
                || format!("{by}先审了这份，现在是“{name}”，不用您再审。"),
                || format!("{by} decided about this one before you; it stands as “{name}”, and nothing is left to do."),
            ),
            None => ui.words(
                || format!("这份现在是“{name}”，不等您审。"),
                || format!("This one stands as “{name}” and does not wait for you."),
            ),
        }
    }

    fn clause(&self, rule: &str) -> String {
        self.at().area(&format!("duties/rules/{rule}"))
    }

    /// What can be done: offered is what the file offers.
    fn actions(&self) -> Vec<AnyView> {
        let (ui, decision) = (self.ui, self.decision());
        let next = self.queue().after(self.id());
        if !self.waits() {
            let (words, href) = match next {
                Some(next) => (ui.t("看下一份", "On to the next"), self.at().review(next)),
                None => (ui.t("回到今天", "Back to today"), format!("/o/{}", self.scope.organisation().slug)),
            };
            return vec![Button::primary(words).key("j").link(href)];
        }
        let post = self.at().review(self.id());
        let in_favour = decision.in_favour().map(|offer| match &offer.outcome {
            Ok(()) => {
                let words = match (offer.deed, next.is_some()) {
                    (Deed::Review, true) => ui.t("复核通过，看下一份", "Pass it on, and the next"),
                    (Deed::Review, false) => ui.t("复核通过", "Pass it on"),
                    (_, true) => ui.t("通过，看下一份", "Approve, and the next"),
                    (_, false) => ui.t("通过", "Approve"),
                };
                Button::primary(words).key("a").post(post.clone(), decision.fields(offer.deed))
            }
            // What was just refused is said already.
            Err(refusal) if self.refusal == Some(refusal) => ().into_any(),
            Err(refusal) => refusal_notice(ui, refusal, |rule| self.clause(rule)),
        });
        let against = decision.against().map(|deed| {
            let (words, send) = match deed {
                Deed::Return if next.is_some() => {
                    (ui.t("退回并说明", "Send back"), ui.t("退回，看下一份", "Send it back, and the next"))
                }
                Deed::Return => (ui.t("退回并说明", "Send back"), ui.t("退回", "Send it back")),
                _ => (ui.name(deed), ui.name(deed)),
            };
            let form = decision.form(deed, send, post.clone());
            verdict_because(words, "r", decision.is_reasoned(), form)
        });
        let skip =
            next.map(|next| Button::plain(ui.t("先放着", "Leave it for now")).key("j").link(self.at().review(next)));
        in_favour.into_iter().chain(against).chain(skip).collect()
    }

    /// When it happened, was written, was handed in, draft by draft.
    fn course(&self) -> AnyView {
        let (ui, file) = (self.ui, self.file());
        let head = &file.paper.head;
        let mut moments: Vec<(Words, AnyView)> = Vec::new();
        if let (Some(_), Some(occurred)) = (&file.register.occurred, head.occurred) {
            moments.push((ui.t("发生", "Happened").into(), ui.moment(occurred).into_any()));
        }
        if let Some(recorded) = head.recorded {
            let late = late(ui, &file.folder, &file.duties, head);
            let words = Words::from(ui.moment(recorded));
            let told = late.map_or_else(|| words.clone().into_any(), |late| fact_note(words.clone(), late));
            moments.push((ui.t("记录", "Written").into(), told));
        }
        let mut drafts: Vec<_> = file.folder.line(head).collect();
        drafts.reverse();
        let first = self.review.draft.saturating_sub(drafts.len());
        for (place, draft) in drafts.iter().enumerate() {
            let Some(submitted) = draft.submitted else { continue };
            let n = first + place + 1;
            let which = ui.words(|| format!("第 {n} 稿"), || format!("Draft {n}"));
            let label = if place == 0 { ui.t("提交", "Handed in") } else { ui.t("改好", "Amended") };
            moments.push((label.into(), fact_note(ui.moment(submitted), which)));
        }
        moments.push((ui.t("编写人", "Author").into(), file.paper.written.author.clone().into_any()));
        section(ui.t("经过", "What happened"), facts_of(moments))
    }

    /// The queue, around the one that is open.
    fn others(&self) -> AnyView {
        let (ui, queue_of) = (self.ui, self.queue());
        let rows = &queue_of.rows;
        let total = rows.len();
        let here = queue_of.place(self.id()).unwrap_or_default();
        let from = here.saturating_sub(2).min(total.saturating_sub(IN_SIGHT));
        let to = total.min(from + IN_SIGHT);
        let lines = rows.iter().skip(from).take(IN_SIGHT).map(|row| QueueRow {
            href: self.at().review(row.paper.id),
            title: whose(ui, row).into(),
            note: ui
                .words(
                    || format!("{} · 第 {} 稿", row.author, row.draft),
                    || format!("{} · draft {}", row.author, row.draft),
                )
                .into(),
            clock: self.clock(row),
            current: row.paper.id == self.id(),
        });
        let more = |n: usize, zh: &str, en: &str| {
            (n > 0).then(|| ui.words(|| format!("{zh}还有 {n} 份"), || format!("{n} more {en}")).into())
        };
        let list = queue(more(from, "前面", "before"), lines.collect(), more(total - to, "后面", "after"));
        let (decided, all) = (queue_of.decided, queue_of.decided + total);
        let words = ui.words(|| format!("今天已审 {decided} / {all}"), || format!("{decided} / {all} decided today"));
        let progress = bar(Tone::Accent, words, decided as u64, all as u64, None);
        let order = ui.words(|| format!("{total} 份，迟的在前"), || format!("{total}, late ones first"));
        let head =
            SectionHead { title: ui.t("队列", "Queue").into(), count: Some(order.into()), ..SectionHead::default() };
        section_with(head, view! { {progress}{list} }.into_any())
    }

    /// The most urgent of what is owed with it; else since when it waits.
    fn clock(&self, row: &Waiting) -> AnyView {
        let ui = self.ui;
        match &row.duty {
            Some(duty) => standing(ui, duties::calendar(self.scope), duty),
            None => {
                let day = row.paper.since.map(|since| ui.brief_day(since.day())).unwrap_or_default();
                ui.words(|| format!("{day}提交"), || format!("sent {day}")).into_any()
            }
        }
    }
}

/// Whose it is, and what: `马*芬 · 服务记录`.
fn whose(ui: Ui, row: &Waiting) -> String {
    let name = row.whose.name.as_ref().unwrap_or(&row.whose.number);
    format!("{name} · {}", ui.text(&row.paper.register.title))
}
