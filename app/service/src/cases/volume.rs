//! The whole file of a case on paper (卷宗): cover, catalogue, documents in the trade's order (ARC-02, ACT-11).
//!
//! The order is that of the norm's catalogue: about the person, the application, the agreement, then the papers, register by
//! register; of one kind the earliest lies on top. What was sent back, taken back or replaced is no part of it, and neither is a
//! draft. A folder of files, as an archive on a disk has it, will be made of the same documents: [`documents`] is where they
//! come from.

use super::desk::Desk;
use crate::applications::for_press;
use backend::applications::ApplicationFile;
use backend::attachments::printable;
use backend::papers::PaperView;
use backend::{StaffScope, applications, cases, paperwork};
use domain::access::{Action, Object, Reach};
use domain::forms::{Answers, FormKey, FormTemplate};
use domain::refusal::Refusal;
use domain::registers::Register;
use domain::time::Moment;
use pages::components::form::said_of;
use pages::components::icons::Icon;
use pages::components::menu::MenuItem;
use pages::components::paper::{Paper, PaperLine};
use pages::handling::{Answer, Request};
use pages::papers::{Document, on_paper, title};
use pages::printing::{self, Filed};
use pages::ui::{Ui, Words};
use print::{Book, Cover, Picture};

/// What the file says of the person, by the questions of the application.
const PERSON: [&str; 12] = [
    "name",
    "sex",
    "birth_date",
    "document_kind",
    "identity_number",
    "document_number",
    "phone",
    "address",
    "guardian_name",
    "guardian_relation",
    "guardian_phone",
    "special_needs",
];

/// The file as PDF. It leaves the house, and the trail says so.
pub(super) async fn print(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let desk = Desk::open(&scope, &request).await?;
    let ui = desk.ui;
    let documents = documents(&desk).await?;
    cases::taken_out(&scope, &desk.file, documents.len()).await?;
    let number = &desk.file.number;
    let book = Book {
        title: ui.words(|| format!("个案卷宗 {number}"), || format!("Case file {number}")),
        organisation: scope.organisation().name.clone(),
        lang: ui.lang,
        cover: Some(cover(&desk)),
        documents,
        foot: printing::foot(ui, &scope),
    };
    Ok(Answer::Print { name: book.title.clone(), book: Box::new(book) })
}

/// The way to it, for whoever may take it out of the house.
pub(super) fn item(desk: &Desk<'_>) -> Option<MenuItem> {
    let may = desk.scope.reach(Object::Case, Action::Export) != Reach::None;
    let words = desk.ui.t("打印卷宗 PDF", "The whole file as PDF");
    may.then(|| MenuItem::post(Icon::Printer, words, desk.below("file.pdf"), Vec::new()))
}

fn cover(desk: &Desk<'_>) -> Cover {
    let (said, file) = (on_paper(desk.ui), &desk.file);
    let (_, number, person) = &file.client;
    let day = |at: Option<Moment>| at.map(|at| said.day(at.day()));
    let lines = [
        (said.t("服务对象", "Client"), Some(format!("{} {number}", person.name()))),
        (said.t("服务项目", "Service"), Some(file.service.clone())),
        (said.t("负责社工", "Worker"), Some(file.responsible.1.clone())),
        (said.t("开案", "Opened"), day(Some(file.opened))),
        (said.t("服务开始", "Service began"), day(file.started)),
        (said.t("结案", "Closed"), day(file.closed)),
        (said.t("状态", "State"), Some(said.name(file.state).to_owned())),
    ];
    Cover {
        number: file.number.clone(),
        lines: lines.into_iter().filter_map(|(label, words)| Some((label.to_owned(), words?))).collect(),
        seal: said.t("机构（盖章）", "Seal of the organisation").to_owned(),
    }
}

/// Everything that lies in the file, in its order.
async fn documents(desk: &Desk<'_>) -> Result<Vec<print::Document>, Refusal> {
    let (scope, file) = (desk.scope, &desk.file);
    let mut documents = vec![basics(desk)];
    if let Some((id, _)) = &file.application
        && scope.reach(Object::Application, Action::Read) != Reach::None
    {
        let application = applications::open(scope, *id).await?;
        documents.push(asked(desk, &application));
        documents.extend(application.agreement.as_ref().map(|it| for_press(desk.ui, scope, &application, it)));
    }
    let stands = file.papers.iter().filter(|paper| paper.head.state.stands());
    let mut papers = paperwork::forms_of(scope, stands).await?;
    // What was only arranged is no document.
    papers.retain(|(_, _, form)| !form.only_arranges());
    papers.sort_by_key(|(paper, register, _)| (register.place, moment(paper), paper.head.serial));
    let pictures = printable(scope, papers.iter().map(|(paper, _, form)| (&**form, *paper))).await?;
    let written = papers.iter().map(|(paper, register, form)| {
        let pictures = printing::pictures(desk.ui, form, &paper.answers, &pictures);
        written(desk, (paper, register, form), pictures)
    });
    documents.extend(written);
    Ok(documents)
}

fn moment(paper: &PaperView) -> Option<Moment> {
    let head = &paper.head;
    head.occurred.or(head.submitted).or(head.recorded)
}

/// About the person (基本信息), as the record says it now.
fn basics(desk: &Desk<'_>) -> print::Document {
    let (ui, file) = (on_paper(desk.ui), &desk.file);
    let (_, number, person) = &file.client;
    let form = FormTemplate::builtin(FormKey::Application);
    let said = said_of(ui, form, person.answers(), &PERSON).into_iter();
    let lines = said.map(|(label, words)| PaperLine::One(label, words.into_owned().into()));
    let entry = ui.t("服务对象基本信息", "About the client");
    let number = ui.words(|| format!("编号 {number}"), || format!("No. {number}"));
    let sheet = Paper {
        title: entry.into(),
        organisation: desk.scope.organisation().name.clone().into(),
        number: number.into(),
        lines: lines.collect(),
        signs: vec![ui.t("建档人", "Taken down by").into()],
        ..Paper::default()
    };
    printing::of_sheet(sheet, Filed { entry: entry.to_owned(), about: person.name().to_owned(), ..Filed::default() })
}

/// The application as it was sent.
fn asked(desk: &Desk<'_>, application: &ApplicationFile) -> print::Document {
    let said = on_paper(desk.ui);
    let form = FormTemplate::builtin(FormKey::Application);
    let number = &application.number;
    let facts: Vec<(Words, Words)> = vec![
        (said.t("服务项目", "Service").into(), application.service.name.clone().into()),
        (said.t("来自", "Came by").into(), said.name(application.channel).into()),
        (said.t("提交", "Sent").into(), said.moment(application.submitted).into()),
        (said.t("受理", "Accepted").into(), said.moment(desk.file.accepted).into()),
    ];
    let document = Document {
        title: desk.ui.text(&form.title).into(),
        number: desk.ui.words(|| format!("编号 {number}"), || format!("No. {number}")).into(),
        facts,
        ..filled(desk, form, &application.answers)
    };
    let filed = Filed {
        entry: desk.ui.text(&form.title),
        day: said.day(application.submitted.day()),
        about: application.person.name().to_owned(),
        ..Filed::default()
    };
    let mut document = printing::of_form(desk.ui, document, filed);
    let signs = [said.t("申请人（监护人）", "Applicant (guardian)"), said.t("受理人", "Accepted by")];
    document.signs = signs.map(str::to_owned).to_vec();
    document
}

/// A paper as it was written.
fn written(
    desk: &Desk<'_>,
    (paper, register, form): (&PaperView, &Register, &FormTemplate),
    pictures: Vec<(String, Vec<Picture>)>,
) -> print::Document {
    let (ui, file) = (desk.ui, &desk.file);
    let document = Document {
        facts: printing::facts(ui, register, (&file.folder, &file.duties), paper),
        signs: &register.signs,
        ..filled(desk, form, &paper.answers)
    };
    let filed = Filed {
        entry: title(ui, desk.scope.registers(), &paper.head),
        day: moment(paper).map(|at| on_paper(ui).day(at.day())).unwrap_or_default(),
        about: file.client.2.name().to_owned(),
        pictures,
        ..Filed::default()
    };
    printing::of_form(ui, document, filed)
}

fn filled<'d>(desk: &'d Desk<'_>, form: &'d FormTemplate, answers: &'d Answers) -> Document<'d> {
    let (ui, number): (Ui, _) = (desk.ui, &desk.file.number);
    Document {
        form,
        answers,
        title: ui.text(&form.title).into(),
        organisation: desk.scope.organisation().name.clone().into(),
        number: ui.words(|| format!("编号 {number}"), || format!("No. {number}")).into(),
        heading: &[],
        facts: Vec::new(),
        signs: &[],
        printer: desk.scope.name(),
        part: true,
    }
}
