//! A paper to be read: the sheet that was written, beside it its dates, its people and the decision.

use super::decision::Decision;
use backend::StaffScope;
use backend::attachments::printable;
use backend::papers::{Head, Offer, PaperView};
use backend::paperwork::{self, PaperFile};
use domain::forms::TemplateField;
use domain::ids::AttachmentId;
use domain::lang::Text;
use domain::papers::{Deed, Life, PaperState};
use domain::refusal::Refusal;
use domain::registers::Register;
use leptos::prelude::*;
use pages::addresses::At;
use pages::attachments::attached;
use pages::components::badge::{Tone, badge};
use pages::components::button::{Button, hidden_fields, print as print_page};
use pages::components::facts::facts;
use pages::components::form::form_facts;
use pages::components::icons::Icon;
use pages::components::menu::MenuItem;
use pages::components::notice::{notice, notice_with, refusal as refusal_notice};
use pages::components::page_head::{PageHead, page_head};
use pages::components::section::{SectionHead, section, section_with, split};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};
use pages::papers::{Document, dates, document, late, on_paper, state_badge, title};
use pages::printing::{self, Filed};
use pages::ui::{Ui, Words};
use std::collections::{BTreeMap, HashMap};

/// So many papers of one register about another are shown whole.
const FEW: usize = 3;

pub(crate) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    page(&scope, &request, None).await.map(Answer::page)
}

/// The paper as PDF.
pub(crate) async fn print(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let file = paperwork::open(&scope, request.id("paper")?).await?;
    let pictures = printable(&scope, [(&*file.form, &file.paper)]).await?;
    let view = View { scope: &scope, request: &request, ui: request.ui, file: &file, refusal: None };
    Ok(view.printed(&pictures))
}

/// The page of a paper; with what was refused, when something was.
pub(crate) async fn page(scope: &StaffScope, request: &Request, refusal: Option<&Refusal>) -> Result<String, Refusal> {
    let file = paperwork::open(scope, request.id("paper")?).await?;
    let view = View { scope, request, ui: request.ui, file: &file, refusal };
    let tab = format!("{} · {}", request.ui.text(&file.register.title), file.folder.number);
    Ok(staff_page(request, scope, Area::of_file(file.folder.file.kind), tab, || view.body()))
}

/// A paper on the desk of the person who looks at it.
struct View<'a> {
    scope: &'a StaffScope,
    request: &'a Request,
    ui: Ui,
    file: &'a PaperFile,
    refusal: Option<&'a Refusal>,
}

impl<'a> View<'a> {
    fn at(&self) -> At<'a> {
        At(&self.scope.organisation().slug)
    }

    fn body(&self) -> AnyView {
        let (ui, file) = (self.ui, self.file);
        let head = &file.paper.head;
        let mut actions = self.actions();
        if !file.form.only_arranges() {
            actions.push(printing::pdf(ui, format!("{}/paper.pdf", self.at().paper(head.id))));
            actions.push(print_page(ui));
        }
        let mut badges = vec![state_badge(ui, head.state)];
        badges.extend(late(ui, &file.folder, &file.duties, head).map(|late| badge(Tone::Late, late)));
        let home = self.at().home(&file.register, file.folder.file);
        let from = if file.register.is_shelved() { ui.text(&file.register.title) } else { file.folder.number.clone() };
        let back = Some((from.into(), home));
        let name = title(ui, self.scope.registers(), head);
        let page = PageHead { back, title: name.into(), badges, actions, more: self.more(), ..PageHead::default() };
        let attached = attached(ui, &file.form, &file.paper.answers, self.at());
        let main = view! { {self.why()}{self.sheet()}{attached}{self.around()}{self.editions()} };
        let side = view! {
            <div class="no-print">
                {self.approval()}
                {section(ui.t("时间与人员", "Dates and people"), facts(self.facts(ui)))}
            </div>
        };
        let said = self.refusal.filter(|refusal| !matches!(refusal, Refusal::Invalid(_)));
        let said = said.map(|refusal| refusal_notice(ui, refusal, |rule| self.clause(rule)));
        view! { <div class="no-print">{page_head(ui, page)}{said}</div>{split(main.into_any(), side.into_any())} }
            .into_any()
    }

    fn clause(&self, rule: &str) -> String {
        self.at().area(&format!("duties/rules/{rule}"))
    }

    fn facts(&self, ui: Ui) -> Vec<(Words, Words)> {
        dates(ui, &self.file.register, &self.file.paper.written)
    }

    fn sheet(&self) -> AnyView {
        document(self.ui, self.document(self.facts(on_paper(self.ui))))
    }

    fn document(&self, facts: Vec<(Words, Words)>) -> Document<'a> {
        let (ui, file) = (self.ui, self.file);
        let number = &file.folder.number;
        Document {
            form: &file.form,
            answers: &file.paper.answers,
            title: ui.text(&file.form.title).into(),
            organisation: self.scope.organisation().name.clone().into(),
            number: ui.words(|| format!("编号 {number}"), || format!("No. {number}")).into(),
            heading: &file.heading,
            facts,
            signs: &file.register.signs,
            printer: self.scope.name(),
            part: false,
        }
    }

    fn printed(&self, pictures: &HashMap<AttachmentId, Vec<u8>>) -> Answer {
        let (ui, file) = (self.ui, self.file);
        let around = (&file.folder, file.duties.as_slice());
        let facts = printing::facts(ui, &file.register, around, &file.paper);
        let whose = file.heading.first().filter(|_| file.folder.is_somebodys());
        let filed = Filed {
            entry: title(ui, self.scope.registers(), &file.paper.head),
            about: whose.map(|(_, name)| name.clone()).unwrap_or_default(),
            pictures: printing::pictures(ui, &file.form, &file.paper.answers, pictures),
            ..Filed::default()
        };
        printing::printed(ui, self.scope, printing::of_form(ui, self.document(facts), filed))
    }

    /// Why it was sent back or taken back, and what was written instead.
    fn why(&self) -> Option<AnyView> {
        let (ui, paper) = (self.ui, &self.file.paper);
        let is_finding = self.file.register.life == Life::Finding;
        let reason = paper.reason.clone().filter(|_| is_finding || !paper.head.state.stands());
        let successor = self.file.folder.successor(paper.head.id);
        if reason.is_none() && successor.is_none() {
            return None;
        }
        let heading = match paper.head.state {
            PaperState::Returned => ui.t("退回原因", "Sent back because"),
            PaperState::Withdrawn => ui.t("已撤回", "Taken back"),
            PaperState::Reopened => ui.t("重开原因", "Opened again because"),
            _ if is_finding => ui.t("整改情况", "What was done about it"),
            _ => ui.t("已更正", "Corrected"),
        };
        let instead = successor.map(|next| {
            let href = self.at().paper(next.id);
            view! { <p><a href=href>{ui.t("看重写的一份", "See the one written instead")}</a></p> }
        });
        let body = view! { {reason.map(|reason| view! { <p class="pre-line">{reason}</p> })}{instead} };
        let notice = notice_with(Tone::Due, Some(heading.into()), body.into_any(), None);
        Some(view! { <div class="no-print">{notice}</div> }.into_any())
    }

    /// Papers about this one, and the way to write one.
    fn around(&self) -> Option<AnyView> {
        let (ui, registers) = (self.ui, self.scope.registers());
        let head = &self.file.paper.head;
        let mut about: BTreeMap<(u32, &str), Vec<&PaperView>> = BTreeMap::new();
        for view in &self.file.around {
            let place = registers.get(&view.head.register).map_or(0, |register| register.place);
            about.entry((place, view.head.register.as_str())).or_default().push(view);
        }
        let whole = |view: &&PaperView| {
            let register = registers.get(&view.head.register)?;
            let form = registers.form_as_it_was(register, view.head.template)?;
            let name = title(ui, registers, &view.head);
            let href = self.at().paper(view.head.id);
            let by = view.written.author.clone();
            let body = view! {
                {form_facts(ui, form, &view.answers)}
                <p class="review__follows"><a href=href>{ui.t("打开这份", "Open it")}</a>" · "{by}</p>
            };
            Some(section(name, body.into_any()))
        };
        // Of many that say the same it is enough to see whose they are.
        let written = about.into_iter().flat_map(|((_, key), views)| match registers.get(key) {
            Some(register) if views.len() > FEW => vec![self.by_whom(register, &views)],
            _ => views.iter().filter_map(whole).collect(),
        });
        let written: Vec<AnyView> = written.collect();
        let about = self
            .file
            .offers
            .iter()
            .filter(|offer| offer.deed == Deed::Submit && offer.paper.is_none() && offer.replaces.is_none())
            .filter(|offer| offer.about == Some(head.id));
        let write = about.filter(|offer| offer.outcome.is_ok() && offer.register.key != head.register).map(|offer| {
            let form = registers.form(&offer.register);
            if let Some((form, consent)) = form.and_then(|form| Some((form, form.only_consent()?))) {
                return self.agree(offer, form.version, consent);
            }
            let words = write_words(ui, &offer.register.title);
            let href = self.at().write(&offer.register.key, self.file.folder.file, offer.about, None);
            Button::plain(words).icon(Icon::Pen).link(href)
        });
        let write: Vec<AnyView> = write.collect();
        if written.is_empty() && write.is_empty() {
            return None;
        }
        Some(view! { <div class="no-print review__part">{written}<div class="buttons">{write}</div></div> }.into_any())
    }

    /// Papers of one register about this one, each in a line.
    fn by_whom(&self, register: &Register, views: &[&PaperView]) -> AnyView {
        let ui = self.ui;
        let line = |view: &&PaperView| {
            let href = self.at().paper(view.head.id);
            let day = view.written.occurred.map(|at| ui.day(at.day()));
            let stands = view.head.state.stands();
            let state = (!stands).then(|| view! { " "{state_badge(ui, view.head.state)} });
            view! { <li><a href=href>{view.written.author.clone()}</a>" · "{day}{state}</li> }.into_any()
        };
        let lines = views.iter().map(line).collect_view();
        let head = SectionHead {
            title: ui.text(&register.title).into(),
            count: Some(views.len().to_string().into()),
            ..SectionHead::default()
        };
        section_with(head, view! { <ul class="prose-list">{lines}</ul> }.into_any())
    }

    /// What takes no more than a yes is written here.
    fn agree(&self, offer: &Offer, version: u16, consent: &TemplateField) -> AnyView {
        let ui = self.ui;
        let operation = self.scope.new_operation();
        let action = self.at().area(&format!("papers/new/{}/{}", offer.register.key, self.file.folder.file));
        let mut hidden = vec![("operation", operation.to_string()), ("template", version.to_string())];
        hidden.extend(offer.about.map(|about| ("about", about.to_string())));
        let (name, yes) = (consent.key.clone(), consent.must_be.clone());
        let button = Button::primary(ui.text(&offer.register.title)).icon(Icon::Check).submit();
        view! {
            <form class="form" method="post" action=action>
                {hidden_fields(hidden)}
                <input type="hidden" name=name value=yes/>
                <p>{ui.text(&consent.label)}</p>
                <div>{button}</div>
            </form>
        }
        .into_any()
    }

    /// What came before this edition and after it, where there is more than this one.
    fn editions(&self) -> Option<AnyView> {
        let ui = self.ui;
        let PaperFile { folder, register, paper, .. } = self.file;
        let editions = folder.editions(register, &paper.head);
        if editions.len() < 2 {
            return None;
        }
        let line = |head: &&Head| {
            let name = head.number.clone().unwrap_or_else(|| title(ui, self.scope.registers(), head));
            let name = match head.id == paper.head.id {
                true => view! { <b>{name}</b> }.into_any(),
                false => view! { <a href=self.at().paper(head.id)>{name}</a> }.into_any(),
            };
            let day = head.decided.or(head.submitted).map(|at| ui.day(at.day()));
            view! { <li>{name}" · "{day}" "{state_badge(ui, head.state)}</li> }.into_any()
        };
        let lines = editions.iter().map(line).collect_view();
        let list = section(ui.t("各版", "Editions"), view! { <ul class="prose-list">{lines}</ul> }.into_any());
        Some(view! { <div class="no-print">{list}</div> }.into_any())
    }

    fn decision(&self) -> Decision<'a> {
        Decision { scope: self.scope, request: self.request, file: self.file, refusal: self.refusal }
    }

    fn post(&self, door: &str) -> String {
        format!("{}/{door}", self.at().paper(self.file.paper.head.id))
    }

    /// Writing it anew, or writing what it was arranged for.
    fn actions(&self) -> Vec<AnyView> {
        let (ui, head) = (self.ui, &self.file.paper.head);
        let mut actions = Vec::new();
        let new = |offer: &&Offer| offer.outcome.is_ok() && offer.deed == Deed::Submit && offer.paper.is_none();
        for offer in self.file.offers.iter().filter(new) {
            let href = || self.at().write(&offer.register.key, self.file.folder.file, offer.about, offer.replaces);
            let title = ui.text(&offer.register.title);
            if offer.replaces == Some(head.id) {
                let words = match head.state {
                    PaperState::Returned => ui.words(|| format!("修改{title}"), || format!("Amend: {title}")),
                    PaperState::Recorded => ui.words(|| format!("更正{title}"), || format!("Correct: {title}")),
                    _ => ui.words(|| format!("重写{title}"), || format!("Write anew: {title}")),
                };
                let button =
                    if head.state == PaperState::Returned { Button::primary(words) } else { Button::plain(words) };
                actions.push(button.icon(Icon::Pen).link(href()));
            } else if offer.about == Some(head.id) && offer.register.key == head.register {
                let words = ui.words(|| format!("修订{title}"), || format!("Revise: {title}"));
                actions.push(Button::plain(words).icon(Icon::Pen).link(href()));
            } else if offer.about == Some(head.id) && offer.replaces.is_none() && head.state == PaperState::Planned {
                actions.push(Button::primary(write_words(ui, &offer.register.title)).icon(Icon::Pen).link(href()));
            }
        }
        if self.decision().can(Deed::Submit) {
            let href = self.at().write(&head.register, self.file.folder.file, head.about, head.replaces);
            actions.push(Button::primary(ui.t("继续写", "Go on writing")).icon(Icon::Pen).link(href));
        }
        actions
    }

    /// What takes something back.
    fn more(&self) -> Vec<MenuItem> {
        let ui = self.ui;
        let back = [
            (Deed::Withdraw, Icon::Undo, ui.t("撤回", "Take it back")),
            (Deed::Cancel, Icon::Ban, ui.t("取消预约", "Cancel it")),
        ];
        let can = back.into_iter().filter(|(deed, ..)| self.decision().can(*deed));
        can.map(|(deed, icon, words)| MenuItem::post(icon, words, self.post("change"), self.decision().fields(deed)))
            .collect()
    }

    /// The decision, beside what is judged.
    fn approval(&self) -> Option<AnyView> {
        let (ui, head) = (self.ui, &self.file.paper.head);
        if head.state == PaperState::Planned {
            return Some(notice(Tone::Info, self.arranged()));
        }
        if let Some(steps) = self.steps() {
            return Some(section(ui.t("整改", "What is done about it"), steps));
        }
        if !head.state.waits() {
            return None;
        }
        let body = match (self.decision().in_favour(), head.author == self.scope.member()) {
            (_, true) => notice(
                Tone::Info,
                ui.t(
                    "已提交，等待审核。自己写的文书由他人审核；审核前可以撤回。",
                    "Handed in and waiting. Somebody else decides; until then it can be taken back.",
                ),
            ),
            (None, false) => notice(
                Tone::Info,
                ui.t("已提交，等待督导或站长审核。", "Handed in; the supervisor or the head decides."),
            ),
            (Some(offer), false) => self.decide(offer),
        };
        Some(section(ui.t("审核", "Approval"), body))
    }

    fn decide(&self, offer: &Offer) -> AnyView {
        let (ui, register) = (self.ui, &self.file.register);
        let title = ui.text(&register.title);
        let in_favour = match &offer.outcome {
            Ok(()) => {
                let follows = register.follows.as_ref().map(|follows| ui.text(follows));
                let words = match offer.deed {
                    Deed::Approve | Deed::Review => ui.words(|| format!("批准{title}"), || format!("Approve: {title}")),
                    deed => ui.name(deed).to_owned(),
                };
                let button = Button::primary(words).icon(Icon::Check);
                view! {
                    {follows.map(|follows| view! { <p class="review__follows">{follows}</p> })}
                    {button.post(self.post("decide"), self.decision().fields(offer.deed))}
                }
                .into_any()
            }
            // What was just refused is said on top already.
            Err(_) if self.refusal.is_some() => ().into_any(),
            Err(refusal) => refusal_notice(ui, refusal, |rule| self.clause(rule)),
        };
        let send_back = self.decision().against().map(|deed| self.decision().folded(deed, self.post("decide")));
        view! { <div class="review">{self.decision().errors()}{in_favour}{send_back}</div> }.into_any()
    }

    /// What can be done now about what was found: said and done in one.
    fn steps(&self) -> Option<AnyView> {
        let (decision, post) = (self.decision(), || self.post("change"));
        let mend = decision.can(Deed::Mend).then(|| decision.explained(Deed::Mend, post()));
        let plan = decision.can(Deed::Plan).then(|| decision.folded(Deed::Plan, post()));
        let any = mend.is_some() || plan.is_some();
        any.then(|| view! { <div class="review">{decision.errors()}{mend}{plan}</div> }.into_any())
    }

    fn arranged(&self) -> String {
        let ui = self.ui;
        let field = self.file.register.arranged.as_ref();
        match field.and_then(|field| self.file.paper.head.moment(field)) {
            Some(at) if at > ui.now => ui.words(
                || format!("安排在 {} 结束。之后请从这里填写记录。", ui.moment(at)),
                || format!("It ends {}. Write the record from here afterwards.", ui.moment(at)),
            ),
            _ => ui
                .t(
                    "安排的时间已过，请填写记录；没有进行的请取消。",
                    "The time has passed: please write the record, or cancel it if it did not take place.",
                )
                .to_owned(),
        }
    }
}

fn write_words(ui: Ui, title: &Text) -> String {
    let title = ui.text(title);
    ui.words(|| format!("写{title}"), || format!("Write: {title}"))
}
