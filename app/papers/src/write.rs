//! Writing a paper: a form with what is known already, kept as a draft or handed in.

use backend::StaffScope;
use backend::papers::PaperView;
use backend::paperwork::{self, Sheet, Submit};
use domain::events::Subject;
use domain::forms::Answers;
use domain::ids::PaperId;
use domain::papers::{Deed, PaperState};
use domain::refusal::{Blocked, Refusal};
use leptos::prelude::*;
use pages::addresses::At;
use pages::attachments::received;
use pages::components::badge::Tone;
use pages::components::button::Button;
use pages::components::field::{Field, Input, Need, field};
use pages::components::form::{FormView, form, rows_changed};
use pages::components::notice::{notice, notice_with, refusal as refusal_notice};
use pages::components::page_head::{PageHead, page_head};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Form, Request, answer_form, refused};
use pages::live::live;
use pages::papers::{done, done_word};
use pages::ui::{Ui, Words};

/// The button that keeps a draft says so by this name.
const KEEP: &str = "keep_draft";

pub(crate) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    page(&scope, &request, None).await.map(Answer::page)
}

async fn page(scope: &StaffScope, request: &Request, refusal: Option<&Refusal>) -> Result<String, Refusal> {
    let (register, file): (&str, Subject) = (request.param("register"), request.id("file")?);
    // Which paper it is about stands in the address, and in the form once that was sent.
    let named = |key: &str| request.form.maybe::<PaperId>(key).or_else(|| request.query.maybe(key));
    let sheet = paperwork::sheet(scope, register, file, (named("about"), named("replaces"))).await?;
    // What has to be about another paper is nowhere without it.
    if matches!(sheet.outcome, Err(Refusal::NotFound)) {
        return Err(Refusal::NotFound);
    }
    let title = title(request.ui, &sheet);
    let tab = format!("{title} · {}", sheet.folder.number);
    Ok(staff_page(request, scope, Area::of_file(file.kind), tab, || body(scope, request, sheet, title, refusal)))
}

fn title(ui: Ui, sheet: &Sheet) -> String {
    let title = ui.text(&sheet.register.title);
    let last =
        sheet.folder.of(&sheet.register.key).filter(|head| head.state != PaperState::Draft).map(|head| head.serial);
    let next_edition =
        sheet.about.is_some_and(|about| sheet.folder.of(&sheet.register.key).any(|head| head.id == about));
    match (&sheet.replaces, last.max().filter(|_| sheet.register.revises)) {
        (_, Some(last)) => {
            let next = last + 1;
            ui.words(|| format!("修订{title}（第 {next} 稿）"), || format!("Revise: {title} (revision {next})"))
        }
        (None, None) if next_edition => ui.words(|| format!("修订{title}"), || format!("Revise: {title}")),
        (Some(_), None) => ui.words(|| format!("重写{title}"), || format!("Write anew: {title}")),
        (None, None) => ui.words(|| format!("写{title}"), || format!("Write: {title}")),
    }
}

fn body(scope: &StaffScope, request: &Request, sheet: Sheet, title: String, refusal: Option<&Refusal>) -> AnyView {
    let (ui, at) = (request.ui, At(&scope.organisation().slug));
    let home = at.home(&sheet.register, sheet.folder.file);
    let from = if sheet.register.is_shelved() { ui.text(&sheet.register.title) } else { sheet.folder.number.clone() };
    let clause = |rule: &str| at.area(&format!("duties/rules/{rule}"));
    // What stands in the way is said before anybody writes a page; what was typed meanwhile is not in the way of saying it.
    let in_the_way = sheet.outcome.as_ref().err().filter(|_| refusal.is_none());
    let said = refusal.filter(|refusal| !matches!(refusal, Refusal::Invalid(_))).or(in_the_way);
    let said = said.map(|refusal| refusal_notice(ui, refusal, clause));
    let kept = done(ui, scope.registers(), request.query.get("done")).map(|words| notice(Tone::Good, words));
    let warned = warned(ui, &sheet);
    let why = why(scope, request, &sheet, refusal);
    let sent_back = sheet.replaces.as_ref().and_then(|replaced| reason(ui, replaced));
    let answers = typed(request, &sheet);
    let approved = sheet.register.life.is_approved();
    let button: Words =
        if approved { ui.t("提交审核", "Hand in for approval") } else { ui.t("提交", "Hand in") }.into();
    let mut buttons = vec![Button::primary(button).submit()];
    if sheet.keeps_drafts {
        buttons.push(Button::plain(ui.t("存草稿", "Keep as a draft")).submit_as(KEEP, "yes"));
    }
    let back = ui.words(|| format!("不提交，返回 {from}"), || format!("Back to {from}"));
    buttons.push(Button::quiet(back).link(home.clone()));
    let head = PageHead {
        back: Some((from.into(), home)),
        title: title.into(),
        lead: sheet.register.lead.as_ref().map(|lead| ui.text(lead).into()),
        ..PageHead::default()
    };
    let mut hidden = vec![("template", sheet.form.version.to_string())];
    hidden.extend(sheet.about.map(|id| ("about", id.to_string())));
    hidden.extend(sheet.replaces.as_ref().map(|view| ("replaces", view.head.id.to_string())));
    if let Some((draft, version)) = sheet.draft {
        hidden.push(("draft", draft.to_string()));
        hidden.push(("draft_version", version.to_string()));
    }
    let operation = request.next_operation(refusal, || scope.new_operation()).to_string();
    let view = FormView {
        template: &sheet.form,
        answers: &answers,
        errors: refused(refusal),
        action: at.area(&format!("papers/new/{}/{}", sheet.register.key, sheet.folder.file)),
        operation,
        version: None,
        hidden,
        before: why,
        buttons,
        saved: None,
    };
    view! { {page_head(ui, head)}{kept}{said}{warned}{sent_back}{live(ui, &sheet.form, form(ui, view))} }.into_any()
}

/// What was typed; else what stands there at first, with what the address adds to it.
fn typed(request: &Request, sheet: &Sheet) -> Answers {
    if !request.form.0.is_empty() {
        return request.form.answers();
    }
    let mut answers = sheet.answers.clone();
    for field in sheet.form.fields().filter(|field| field.fact) {
        let asked = request.query.get(&field.key);
        if !asked.is_empty() {
            answers.insert(field.key.clone(), asked.to_owned());
        }
    }
    answers
}

/// What the rules say to it without standing in its way.
fn warned(ui: Ui, sheet: &Sheet) -> Option<AnyView> {
    let lines: Vec<AnyView> =
        sheet.warned.iter().map(|warned| view! { <li>{ui.text(&warned.text)}</li> }.into_any()).collect();
    let title = ui.t("请留意，不影响提交：", "Please note; it can be handed in all the same:");
    let list = || view! { <ul>{lines}</ul> }.into_any();
    (!sheet.warned.is_empty()).then(|| notice_with(Tone::Due, Some(title.into()), list(), None))
}

/// Why it is handed in all the same, where every rule in the way lets this person go on with a reason.
fn why(scope: &StaffScope, request: &Request, sheet: &Sheet, refusal: Option<&Refusal>) -> Option<AnyView> {
    let Some(Refusal::Blocked(blocked)) = refusal.or(sheet.outcome.as_ref().err()) else { return None };
    let mine = |blocked: &Blocked| blocked.unless.iter().any(|role| scope.roles().contains(role));
    if !blocked.iter().all(mine) {
        return None;
    }
    let ui = request.ui;
    let question = Field {
        name: "why".to_owned(),
        label: ui.t("仍要提交的理由", "Why it is handed in all the same").into(),
        help: Some(
            ui.t(
                "理由随这份文书保存，审核的人看得到；次数会统计。",
                "It is kept with the paper, and whoever decides reads it; how often is counted.",
            )
            .into(),
        ),
        need: Need::Required,
        input: Input::Area { value: request.form.get("why").to_owned(), rows: 3, max: Some(1_000) },
        ..Field::default()
    };
    Some(field(ui, question))
}

/// Why the last one was sent back, before it is written anew.
fn reason(ui: Ui, replaced: &PaperView) -> Option<AnyView> {
    let why = replaced.reason.clone()?;
    let title = ui.t("上一份被退回，请按意见修改", "The last one was sent back: please amend it");
    Some(notice_with(Tone::Due, Some(title.into()), view! { <p class="pre-line">{why}</p> }.into_any(), None))
}

pub(crate) async fn hand_in(scope: StaffScope, mut request: Request) -> Result<Answer, Refusal> {
    let form = scope.registers().get(request.param("register")).and_then(|register| scope.registers().form(register));
    let form = form.ok_or(Refusal::NotFound)?.clone();
    let unfit = received(&scope, &form, &mut request).await?;
    let unfit = (!unfit.is_empty()).then_some(Refusal::Invalid(unfit));
    let (register, file): (&str, Subject) = (request.param("register"), request.id("file")?);
    if let Some(form) = rows_changed(&request.form) {
        let request = Request { form, ..request.clone() };
        return page(&scope, &request, unfit.as_ref()).await.map(Answer::page);
    }
    let keeps = request.form.get(KEEP) == "yes";
    let done = async {
        if let Some(unfit) = unfit {
            return Err(unfit);
        }
        let command = request.command(filled(&request.form, register, file)?)?;
        match keeps {
            true => paperwork::keep_draft(&scope, command).await?,
            false => paperwork::submit(&scope, command).await?,
        };
        Ok(Answer::SeeOther(next(&scope, register, file, keeps)))
    };
    answer_form(done, async |refusal| page(&scope, &request, Some(refusal)).await).await
}

/// A draft is gone on with; what was handed in is found in its file.
fn next(scope: &StaffScope, register: &str, file: Subject, keeps: bool) -> String {
    let at = At(&scope.organisation().slug);
    let home = || scope.registers().get(register).map(|register| at.home(register, file)).unwrap_or_default();
    let to = if keeps { at.area(&format!("papers/new/{register}/{file}")) } else { home() };
    let deed = if keeps { Deed::Draft } else { Deed::Submit };
    format!("{to}?done={}", done_word(register, deed))
}

/// What was filled in. A form without the versions that were seen was built by hand and has seen nothing.
fn filled(form: &Form, register: &str, file: Subject) -> Result<Submit, Refusal> {
    let seen = |name: &str| form.maybe(name).ok_or(Refusal::Stale);
    let draft = form.maybe::<PaperId>("draft").map(|draft| Ok::<_, Refusal>((draft, seen("draft_version")?)));
    Ok(Submit {
        register: register.to_owned(),
        file,
        template: form.maybe("template").ok_or(Refusal::Stale)?,
        about: form.maybe("about"),
        replaces: form.maybe("replaces"),
        draft: draft.transpose()?,
        answers: form.answers(),
        why: form.get("why").to_owned(),
    })
}
