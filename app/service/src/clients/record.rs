//! One client's record. Opening it leaves an entry in the trail, and the page says so.

use backend::StaffScope;
use backend::clients::{self, Client, ClientAct};
use domain::cases::CaseState;
use domain::forms::{Answers, FormKey, FormTemplate, chosen};
use domain::ids::CaseId;
use domain::refusal::Refusal;
use domain::time::Moment;
use domain::workflow::Workflow;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::{Tone, badge};
use pages::components::button::Button;
use pages::components::facts::facts;
use pages::components::form::{answer_words, said_of};
use pages::components::icons::Icon;
use pages::components::notice::notice;
use pages::components::page_head::{PageHead, page_head};
use pages::components::section::{SectionHead, section, section_with, split};
use pages::components::timeline::{Entry, timeline};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};
use pages::trail::who_looked;
use pages::ui::{Ui, Words};

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let ui = request.ui;
    let client = clients::open(&scope, request.id("id")?).await?;
    let whole = request.query.get("whole") == "yes";
    let title = ui.words(|| format!("服务对象 {}", client.number), || format!("Client {}", client.number));
    let done = request.query.get("done") == "amended";
    Ok(Answer::page(staff_page(&request, &scope, Area::Clients, title, || {
        let done = done.then(|| notice(Tone::Good, ui.t("档案已更新。", "The record is amended.")));
        view! { {done}{page(&scope, ui, &client, whole)} }.into_any()
    })))
}

fn page(scope: &StaffScope, ui: Ui, client: &Client, whole: bool) -> AnyView {
    let at = At(&scope.organisation().slug);
    let person = if whole { client.person.clone() } else { client.person.masked() };
    let age = client.person.age_on(ui.now.day());
    let mut badges: Vec<AnyView> = Vec::new();
    if age.is_some_and(|age| age < domain::identity::MAJORITY) {
        badges.push(badge(Tone::Info, ui.t("未成年人", "Minor")));
    }
    let template = FormTemplate::builtin(FormKey::Application);
    if let Some(question) = template.field("person_kinds") {
        for kind in chosen(client.person.get("person_kinds")) {
            let one = Answers::from([(question.key.clone(), kind.to_owned())]);
            badges.push(badge(Tone::Plain, answer_words(ui, question, &one)));
        }
    }
    let amend = Button::plain(ui.t("更新档案", "Amend the record")).icon(Icon::Pen);
    let amend = amend.link(format!("{}/edit", at.client(client.id)));
    let responsible = client.responsible.as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
    let head = page_head(
        ui,
        PageHead {
            back: Some((ui.t("服务对象", "Clients").into(), at.area("clients"))),
            title: person.name().to_owned().into(),
            number: Some(client.number.clone().into()),
            badges,
            facts: vec![
                (ui.t("年龄", "Age").into(), age.map(|age| age.to_string()).unwrap_or_default().into()),
                (ui.t("责任社工", "Responsible").into(), responsible.into()),
                (ui.t("建档", "Since").into(), ui.day(client.since.day()).into()),
            ],
            actions: client.acts.open(ClientAct::Amend).then_some(amend).into_iter().collect(),
            ..PageHead::default()
        },
    );
    let address = at.client(client.id);
    let toggle: (Words, String) = if whole {
        (ui.t("隐去个人信息", "Mask again").into(), address)
    } else {
        (ui.t("显示完整信息", "Show it whole").into(), format!("{address}?whole=yes"))
    };
    let basic = SectionHead {
        title: ui.t("基本信息", "About the person").into(),
        more: Some(toggle),
        ..SectionHead::default()
    };
    let basic = section_with(
        basic,
        facts(said_of(
            ui,
            template,
            person.answers(),
            &[
                "name",
                "sex",
                "birth_date",
                "document_kind",
                "identity_number",
                "document_number",
                "person_kinds",
                "special_needs",
            ],
        )),
    );
    let contact =
        section(ui.t("联系方式", "Contact"), facts(said_of(ui, template, person.answers(), &["phone", "address"])));
    let has_guardian = !client.person.get("guardian_name").is_empty();
    let guardian = has_guardian.then(|| {
        let keys = ["guardian_name", "guardian_relation", "guardian_phone", "self_supporting"];
        section(ui.t("监护人", "Guardian"), facts(said_of(ui, template, person.answers(), &keys)))
    });
    let main = view! { {course(ui, at, client)}{basic}{contact}{guardian} };
    let read = notice(Tone::Info, ui.t("查看个人档案会留下记录。", "Opening a person's record is noted in the trail."));
    let side = view! { {read}{who_looked(ui, scope, &client.id.to_string())} };
    view! { {head}{split(main.into_any(), side.into_any())} }.into_any()
}

/// What happened with this person: the record was begun, cases were opened; each leads to its own course.
fn course(ui: Ui, at: At<'_>, client: &Client) -> AnyView {
    let begin = || (ui.t("开案", "Open a case").into(), at.area(&format!("cases/new/{}", client.id)));
    let head = SectionHead {
        title: ui.t("经过", "What happened").into(),
        more: client.acts.open(ClientAct::Begin).then(begin),
        ..SectionHead::default()
    };
    let case = |(id, number, state, opened): &(Option<CaseId>, String, CaseState, Moment)| {
        let tone = if state.is_end() { Tone::Plain } else { Tone::Accent };
        let title = ui.words(|| format!("开案 {number}"), || format!("Case opened: {number}"));
        let badges = vec![badge(tone, ui.name(*state))];
        Entry { href: id.map(|id| at.case(id)), badges, ..Entry::state(*opened, title, "") }
    };
    let mut entries: Vec<Entry> = client.cases.iter().map(case).collect();
    entries.extend(client.changed.iter().map(|(when, by)| Entry {
        occurred: Some(*when),
        title: ui.t("最近一次更新档案", "Record last amended").into(),
        by: by.clone().into(),
        ..Entry::default()
    }));
    entries.push(Entry::state(client.since, ui.t("建档", "Record begun"), ""));
    section_with(head, timeline(ui, entries))
}
