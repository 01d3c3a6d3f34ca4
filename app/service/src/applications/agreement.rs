//! The service agreement: written and explained before it is signed, then a paper to read and print.

use super::act::{involved, is_told_only};
use backend::StaffScope;
use backend::applications::{self, AgreementView, ApplicationAct, ApplicationFile, PrepareAgreement};
use domain::agreements::Signer;
use domain::forms::{Answers, FormKey, FormTemplate};
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::Tone;
use pages::components::button::{Button, print};
use pages::components::form::{FormView, answer_words, form};
use pages::components::notice::{self, notice};
use pages::components::page_head::{PageHead, page_head};
use pages::components::paper::{Paper, PaperLine, paper};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request, answer_form, refused};
use pages::live::live;
use pages::merge::{Theirs, base, merge, taken};
use pages::papers::on_paper;
use pages::printing::{self, Filed};
use pages::ui::{Ui, Words};

/// The form while nobody has signed, the paper from then on; `?paper=yes` shows the paper to be signed.
pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let file = applications::open(&scope, request.id("id")?).await?;
    match &file.agreement {
        Some(agreement) if !may_write(&file) || request.query.get("paper") == "yes" => {
            Ok(Answer::page(printed(&scope, &request, &file, agreement)))
        }
        _ if may_write(&file) => {
            let answers = file
                .agreement
                .as_ref()
                .map_or_else(|| proposal(request.ui, &scope, &file), |known| known.answers.clone());
            Ok(Answer::page(page(&scope, &request, &file, Filled { answers: &answers, refusal: None })))
        }
        _ => Err(Refusal::NotFound),
    }
}

pub(super) async fn prepare(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let application = request.id("id")?;
    let known = applications::open(&scope, application).await?.agreement;
    let none = Answers::new();
    let answers = taken(&request.form, known.as_ref().map_or(&none, |agreement| &agreement.answers));
    let done = async {
        let agreement = PrepareAgreement { application, answers: answers.clone() };
        applications::prepare_agreement(&scope, request.command(agreement)?).await?;
        let file = At(&scope.organisation().slug).application(application);
        Ok(Answer::SeeOther(format!("{file}#next")))
    };
    let again = async |refusal: &Refusal| {
        let file = applications::open(&scope, application).await?;
        Ok(page(&scope, &request, &file, Filled { answers: &answers, refusal: Some(refusal) }))
    };
    answer_form(done, again).await
}

fn may_write(file: &ApplicationFile) -> bool {
    file.acts.open(ApplicationAct::Prepare)
}

/// The form as it stands.
struct Filled<'a> {
    answers: &'a Answers,
    refusal: Option<&'a Refusal>,
}

fn page(scope: &StaffScope, request: &Request, file: &ApplicationFile, filled: Filled<'_>) -> String {
    let ui = request.ui;
    let at = At(&scope.organisation().slug);
    let title =
        ui.words(|| format!("服务协议 · 申请 {}", file.number), || format!("Agreement · application {}", file.number));
    staff_page(request, scope, Area::Applications, title, || {
        let template = FormTemplate::builtin(FormKey::Agreement);
        let open = file.agreement.as_ref().filter(|_| may_write(file));
        let both = open.filter(|_| filled.refusal == Some(&Refusal::Stale)).map(|agreement| {
            let theirs = Theirs { by: agreement.explained.as_ref(), answers: &agreement.answers };
            merge(ui, template, &request.form, theirs)
        });
        let said = match filled.refusal {
            None | Some(Refusal::Invalid(_)) => None,
            Some(Refusal::Stale) if both.is_some() => None,
            Some(Refusal::Stale) => Some(notice(
                Tone::Late,
                ui.t(
                    "协议已有人签署，内容不能再改。您填写的内容仍保留在下面，请与签署的协议核对。",
                    "Somebody has signed meanwhile, so the contents stand. What you wrote is kept below: compare the two.",
                ),
            )),
            Some(refusal) => Some(notice::refusal(ui, refusal, |rule| at.area(&format!("duties/rules/{rule}")))),
        };
        let head = page_head(ui, PageHead {
            back: Some((format!("{} {}", ui.t("申请", "Application"), file.number).into(), at.application(file.id))),
            title: ui.t("服务协议", "Service agreement").into(),
            number: file.agreement.as_ref().map(|agreement| agreement.number.clone().into()),
            lead: Some(ui.t(
                "先与服务对象当面说清楚，再写下来。带草稿的几项是常用条款，请按实际情况修改。",
                "Talk it through first, then write it down. Some parts begin with usual wording: change it to fit.",
            ).into()),
            ..PageHead::default()
        });
        let view = FormView {
            template,
            answers: filled.answers,
            errors: refused(filled.refusal),
            action: format!("{}/agreement", at.application(file.id)),
            operation: request.next_operation(filled.refusal, || scope.new_operation()).to_string(),
            version: file.agreement.as_ref().map(|agreement| agreement.version),
            hidden: Vec::new(),
            before: Some(view! { {open.map(|agreement| base(template, &agreement.answers))}{both} }.into_any()),
            buttons: vec![
                Button::primary(ui.t("保存协议", "Keep the agreement")).submit(),
                Button::plain(ui.t("返回申请", "Back")).link(at.application(file.id)),
            ],
            saved: None,
        };
        view! { {head}{said}{live(ui, template, form(ui, view))} }.into_any()
    })
}

/// Usual wording for what is much the same each time. What is particular (sessions, mode, results) is left to be written.
fn proposal(ui: Ui, scope: &StaffScope, file: &ApplicationFile) -> Answers {
    let (station, person) = (scope.organisation(), &file.person);
    let guardian = match person.get("guardian_name") {
        "" => String::new(),
        name => {
            let phone = person.get("guardian_phone");
            ui.words(|| format!("\n监护人：{name}，电话 {phone}"), || format!("\nGuardian: {name}, telephone {phone}"))
        }
    };
    let contacts = ui.words(
        || {
            format!(
                "{}：{}，电话 {}\n服务对象：{}，电话 {}{guardian}",
                station.name,
                station.address,
                station.phone,
                person.name(),
                person.get("phone")
            )
        },
        || {
            format!(
                "{}: {}, telephone {}\nClient: {}, telephone {}{guardian}",
                station.name,
                station.address,
                station.phone,
                person.name(),
                person.get("phone")
            )
        },
    );
    let rights = ui.t(
        "一、服务对象有权了解服务的内容和方式，自愿参加，随时可以退出；个人信息受到保护；对服务不满意可以提出意见或投诉。服务对象应当如实说明情况，按约定参加服务，不能参加时提前告知。\n二、机构应当按协议提供服务，保守秘密，事先说明风险，不收取费用；情况变化时与服务对象商量调整，终止服务时说明原因并协助转介。",
        "1. The client may know what the service is and how it is given, takes part freely and may leave at any time; personal data are protected; complaints are welcome. The client tells the truth about the situation, keeps appointments and says in time when one cannot be kept.\n2. The organisation serves as agreed, keeps confidences, explains risks beforehand and charges nothing; it discusses changes with the client, gives reasons when it ends the service and helps with a referral.",
    );
    let risks = ui.t(
        "谈到困难经历时，情绪可能有波动；服务不能保证达到预期的全部效果；发现需要医疗或其他专业帮助时，会建议转介。",
        "Speaking of hard experiences may stir feelings; not every hoped-for result can be promised; where medical or other help is needed, a referral is suggested.",
    );
    let confidentiality = ui.t(
        "服务中了解的情况予以保密。有伤害自己或他人的危险、未成年人受到侵害或有受侵害的危险、法律规定应当报告的，依法报告有关部门。",
        "What is learnt is kept confidential, except where somebody is in danger of being hurt, a child is harmed or at risk, or the law requires a report.",
    );
    [
        ("contacts", contacts.as_str()),
        ("rights_and_duties", rights),
        ("risks", risks),
        ("confidentiality", confidentiality),
    ]
    .into_iter()
    .map(|(key, words)| (key.to_owned(), words.to_owned()))
    .collect()
}

fn printed(scope: &StaffScope, request: &Request, file: &ApplicationFile, agreement: &AgreementView) -> String {
    let ui = request.ui;
    let at = At(&scope.organisation().slug);
    let title = ui.words(|| format!("服务协议 {}", agreement.number), || format!("Agreement {}", agreement.number));
    staff_page(request, scope, Area::Applications, title, || {
        view! {
            {page_head(ui, PageHead {
                back: Some((format!("{} {}", ui.t("申请", "Application"), file.number).into(), at.application(file.id))),
                title: ui.t("服务协议", "Service agreement").into(),
                number: Some(agreement.number.clone().into()),
                actions: vec![
                    printing::pdf(ui, format!("{}/agreement.pdf", at.application(file.id))),
                    print(ui),
                ],
                ..PageHead::default()
            })}
            {paper(ui, sheet(ui, scope, file, agreement))}
        }
        .into_any()
    })
}

/// The agreement as PDF.
pub(super) async fn print_it(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let file = applications::open(&scope, request.id("id")?).await?;
    let agreement = file.agreement.as_ref().ok_or(Refusal::NotFound)?;
    Ok(printing::printed(request.ui, &scope, for_press(request.ui, &scope, &file, agreement)))
}

/// The agreement for the press: what was noted of its signatures with it, and a place for the seal.
pub(crate) fn for_press(
    ui: Ui,
    scope: &StaffScope,
    file: &ApplicationFile,
    agreement: &AgreementView,
) -> print::Document {
    let mut sheet = sheet(ui, scope, file, agreement);
    let signed = [
        (ui.t("服务对象签署", "Client signed"), &agreement.client),
        (ui.t("监护人签署", "Guardian signed"), &agreement.guardian),
    ];
    let signed = signed.into_iter().filter_map(|(label, signed)| Some((label, signed.as_ref()?)));
    sheet.lines.extend(signed.map(|(label, (at, how))| {
        let said = format!("{} · {how}", on_paper(ui).moment(*at));
        PaperLine::One(label.into(), said.into())
    }));
    let template = FormTemplate::builtin(FormKey::Agreement);
    let (title, version) = (ui.text(&template.title), template.version);
    sheet.foot = ui.words(|| format!("{title} 第 {version} 版"), || format!("{title}, version {version}")).into();
    let day = agreement.client.as_ref().or(agreement.guardian.as_ref()).or(agreement.explained.as_ref());
    let filed = Filed {
        entry: title,
        day: day.map(|(at, _)| on_paper(ui).day(at.day())).unwrap_or_default(),
        about: file.person.name().to_owned(),
        seal: Some(ui.t("机构（盖章）", "Seal of the organisation").to_owned()),
        ..Filed::default()
    };
    printing::of_sheet(sheet, filed)
}

fn sheet(ui: Ui, scope: &StaffScope, file: &ApplicationFile, agreement: &AgreementView) -> Paper {
    let template = FormTemplate::builtin(FormKey::Agreement);
    let person = &file.person;
    let mut lines = vec![PaperLine::Pair(
        (ui.t("服务对象", "Client").into(), person.name().to_owned().into()),
        (ui.t("服务", "Service").into(), file.service.name.clone().into()),
    )];
    if !person.get("guardian_name").is_empty() {
        lines.push(PaperLine::One(ui.t("监护人", "Guardian").into(), person.get("guardian_name").to_owned().into()));
    }
    for question in template.fields() {
        let words = answer_words(ui, question, &agreement.answers);
        if !words.is_empty() {
            lines.push(PaperLine::Long(ui.text(&question.label).into(), words.into()));
        }
    }
    if let Some((at, by)) = &agreement.explained {
        lines.push(PaperLine::One(
            ui.t("说明人和时间", "Explained by, at").into(),
            format!("{by} · {}", on_paper(ui).moment(*at)).into(),
        ));
    }
    let today = ui.now.day();
    let told_only = is_told_only(file, today);
    let signs = involved(file, today).iter().map(|signer| match (*signer, told_only) {
        (Signer::Client, true) => ui.t("已用适合的方式告知儿童本人", "The child was told in a suitable way").into(),
        (Signer::Client, false) => ui.t("服务对象（签字）", "Client (signature)").into(),
        _ => ui.t("监护人（签字）", "Guardian (signature)").into(),
    });
    let signs: Vec<Words> =
        signs.chain([ui.t("机构代表（签字）", "For the organisation (signature)").into()]).collect();
    let foot = ui.words(
        || format!("{} 第 {} 版 · {} 由{}打印", template.title.zh, template.version, ui.moment(ui.now), scope.name()),
        || {
            format!(
                "{} version {} · printed by {} {}",
                template.title.en,
                template.version,
                scope.name(),
                ui.moment(ui.now)
            )
        },
    );
    Paper {
        landscape: false,
        part: false,
        title: ui.text(&template.title).into(),
        organisation: scope.organisation().name.clone().into(),
        number: agreement.number.clone().into(),
        lines,
        signs,
        foot: foot.into(),
    }
}
