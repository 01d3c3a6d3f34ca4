//! Taking an application in for a person at the window or on the telephone, and the receipt to hand over.

use backend::StaffScope;
use backend::applications::{self, EnterApplication, chosen_for, form_with};
use backend::attachments::Named;
use backend::catalogue::{self, Service};
use domain::applications::Channel;
use domain::forms::{FormKey, FormTemplate, validate};
use domain::refusal::{FieldError, Problem, Refusal};
use domain::time::Moment;
use leptos::prelude::*;
use pages::addresses::At;
use pages::attachments;
use pages::components::badge::Tone;
use pages::components::button::{Button, print};
use pages::components::empty::empty;
use pages::components::field::{Field, Input, Need, Offered, error_summary, field};
use pages::components::form::{FormView, form};
use pages::components::icons::Icon;
use pages::components::notice::{self, notice};
use pages::components::page_head::{PageHead, page_head};
use pages::components::receipt::{Qr, ReceiptCard, receipt};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Form, Request, answer_form, refused};
use pages::live::live;
use pages::ui::Words;

/// The question whether proof was seen at the window.
const PROOF_SEEN: &str = "proof_seen";

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let services = catalogue::list(&scope).await?;
    Ok(Answer::page(page(&scope, &request, &services, (&[], None))))
}

pub(super) async fn enter(scope: StaffScope, mut request: Request) -> Result<Answer, Refusal> {
    let services = catalogue::list(&scope).await?;
    let template = FormTemplate::builtin(FormKey::Application);
    let unfit = attachments::received(&scope, template, &mut request).await?;
    let done = async {
        let given = applications::enter(&scope, request.command(read(&request, &services, unfit)?)?).await?;
        Ok(Answer::page(received(&scope, &request, &given)))
    };
    let again = async |refusal: &Refusal| {
        let chosen = chosen_for(&scope).await?;
        Ok(page(&scope, &request, &services, (&chosen, Some(refusal))))
    };
    answer_form(done, again).await
}

/// What the form asks for; all that is wrong with it at once, above the questions and among them.
fn read(request: &Request, services: &[Service], unfit: Vec<FieldError>) -> Result<EnterApplication, Refusal> {
    let form = &request.form;
    let answers = form.answers();
    let mut errors = unfit;
    let service =
        services.iter().find(|service| service.id.to_string() == form.get("service")).map(|service| service.id);
    let service = kept(&mut errors, "service", service.ok_or(missing(form, "service")));
    let channel = Channel::parse(form.get("channel")).ok().filter(|channel| channel.is_keyed_by_staff());
    let channel = kept(&mut errors, "channel", channel.ok_or(missing(form, "channel")));
    let told = Moment::parse(form.get("told_at")).map_err(|problem| match form.get("told_at") {
        "" => Problem::Required,
        _ => problem,
    });
    let told = kept(&mut errors, "told_at", told);
    let now = request.ui.now;
    match told {
        Some(told) if told > now => errors.push(FieldError::new("told_at", Problem::FutureDay)),
        Some(told) if now.since(told).in_days() > 30 => errors.push(FieldError::new("told_at", Problem::ImpossibleDay)),
        _ => {}
    }
    let template = FormTemplate::builtin(FormKey::Application);
    errors.extend(validate(template, &answers, request.ui.setting()).err().unwrap_or_default());
    match (service, channel, told) {
        (Some(service), Some(channel), Some(told_at)) if errors.is_empty() => {
            let proof_seen = form.get(PROOF_SEEN) == "yes";
            Ok(EnterApplication { service, channel, told_at, proof_seen, answers })
        }
        _ => Err(Refusal::Invalid(errors)),
    }
}

fn kept<T>(errors: &mut Vec<FieldError>, field: &str, read: Result<T, Problem>) -> Option<T> {
    read.map_err(|problem| errors.push(FieldError::new(field, problem))).ok()
}

fn missing(form: &Form, name: &str) -> Problem {
    if form.get(name).is_empty() { Problem::Required } else { Problem::NotAChoice }
}

fn page(
    scope: &StaffScope,
    request: &Request,
    services: &[Service],
    (chosen, refusal): (&[Named], Option<&Refusal>),
) -> String {
    let ui = request.ui;
    let at = At(&scope.organisation().slug);
    let title = ui.t("登记申请", "Take an application in");
    staff_page(request, scope, Area::Applications, title, || {
        let head = page_head(
            ui,
            PageHead {
                back: Some((ui.t("接案受理", "Intake").into(), at.area("applications"))),
                title: title.into(),
                lead: Some(
                    ui.t(
                        "到窗口来的、打电话或口头提出的，由工作人员代填。",
                        "For people at the window or on the telephone.",
                    )
                    .into(),
                ),
                ..PageHead::default()
            },
        );
        if services.is_empty() {
            let why =
                ui.t("先公布服务及其条件，才能登记申请。", "A service with its criteria has to be published first.");
            let none = empty(Icon::Inbox, ui.t("还没有公布的服务", "No service is on offer yet"), why, Vec::new());
            return view! { {head}{none} }.into_any();
        }
        let template = &form_with(FormKey::Application, chosen);
        let errors = refused(refusal);
        // The questions above the template have names of their own, which its list of complaints does not know.
        let own: Vec<(String, Words)> = errors
            .iter()
            .filter(|error| template.named(&error.field).is_none())
            .map(|error| (error.field.clone(), named(request, error).into()))
            .collect();
        let of_template: Vec<FieldError> =
            errors.iter().filter(|error| template.named(&error.field).is_some()).cloned().collect();
        let said = match refusal {
            Some(Refusal::Stale | Refusal::WrongState { .. }) => notice(
                Tone::Due,
                ui.t(
                    "这份申请已经登记过，内容与现在不同。如确实是另一份申请，请核对后重新提交。",
                    "This form was entered before with other answers. If it is another application, check it and send again.",
                ),
            ),
            Some(refusal @ Refusal::Blocked(_)) => {
                notice::refusal(ui, refusal, |rule| at.area(&format!("duties/rules/{rule}")))
            }
            _ => error_summary(ui, if of_template.is_empty() { own } else { Vec::new() }),
        };
        let answers = request.form.answers();
        let view = FormView {
            template,
            answers: &answers,
            errors: &of_template,
            action: at.area("applications/new"),
            operation: request.next_operation(refusal, || scope.new_operation()).to_string(),
            version: None,
            hidden: Vec::new(),
            before: Some(before(request, services, errors)),
            buttons: vec![
                Button::primary(ui.t("登记申请", "Take it in")).submit(),
                Button::plain(ui.t("返回", "Back")).link(at.area("applications")),
            ],
            saved: None,
        };
        view! { {head}{said}{live(ui, template, form(ui, view))} }.into_any()
    })
}

fn label(request: &Request, name: &str) -> &'static str {
    let ui = request.ui;
    match name {
        "service" => ui.t("申请的服务", "Service"),
        "channel" => ui.t("怎样提出的", "How it was asked for"),
        _ => ui.t("提出的时间", "When it was asked for"),
    }
}

fn named(request: &Request, error: &FieldError) -> String {
    let ui = request.ui;
    format!("{}{}{}", label(request, &error.field), ui.t("：", ": "), error.problem.say(ui.lang))
}

/// Which service, how it was asked for, and when: clocks begin then.
fn before(request: &Request, services: &[Service], errors: &[FieldError]) -> AnyView {
    let (ui, form) = (request.ui, &request.form);
    let ask = |name: &'static str, help: Option<&'static str>, input: Input| {
        let error = errors.iter().find(|error| error.field == name).map(|error| error.problem.say(ui.lang).into());
        let label = label(request, name).into();
        let help = help.map(Into::into);
        field(ui, Field { name: name.to_owned(), label, help, need: Need::Required, error, input, ..Field::default() })
    };
    let chosen = match (form.get("service"), services) {
        ("", [only]) => only.id.to_string(),
        (chosen, _) => chosen.to_owned(),
    };
    let none = (String::new(), ui.t("请选择", "Please choose").into());
    let options = services.iter().map(|service| (service.id.to_string(), service.name.clone().into()));
    let service = Input::Select { options: std::iter::once(none).chain(options).collect(), value: chosen };
    let staff = Channel::ALL.into_iter().filter(|channel| channel.is_keyed_by_staff());
    let channels = staff.map(|channel| Offered::new(channel.code(), ui.name(channel))).collect();
    let channel = Input::One { options: channels, value: form.get("channel").to_owned(), stacked: false };
    let told = if form.0.is_empty() { ui.now.to_input() } else { form.get("told_at").to_owned() };
    let told = Input::Moment { value: told, max: Some(ui.now.to_input()) };
    let help = ui.t("时限从这一刻起算；30 天内。", "Times run from this moment; within the last 30 days.");
    // Only where a service asks for proof is there anything to have seen.
    let asks_proof = services.iter().any(|service| !service.proof.is_empty());
    let words = ui.t("服务要求的证明材料已当面核对原件", "The proof documents that the service asks for were seen");
    let seen = Field {
        name: PROOF_SEEN.to_owned(),
        label: words.into(),
        help: Some(ui.t("没有核对的，请在下面附上照片或文件。", "Where they were not, attach them below.").into()),
        need: Need::Unsaid,
        input: Input::Tick { words: words.into(), ticked: form.get(PROOF_SEEN) == "yes" },
        ..Field::default()
    };
    view! {
        <fieldset class="form__section">
            <legend>{ui.t("登记", "Entry")}</legend>
            {ask("service", None, service)}
            {ask("channel", None, channel)}
            {ask("told_at", Some(help), told)}
            {asks_proof.then(|| field(ui, seen))}
        </fieldset>
    }
    .into_any()
}

fn received(scope: &StaffScope, request: &Request, given: &applications::Receipt) -> String {
    let ui = request.ui;
    let at = At(&scope.organisation().slug);
    let title = ui.t("申请已登记", "Application taken in");
    staff_page(request, scope, Area::Applications, title, || {
        let station = scope.organisation();
        let ask = ui.words(
            || format!("凭回执码在 {}/s/{} 查询进度，或拨打 {}。", request.origin, station.slug, station.phone),
            || {
                format!(
                    "The code opens the status at {}/s/{}, or call {}.",
                    request.origin, station.slug, station.phone
                )
            },
        );
        let called = ui.t("通过初审后，社工按留下的电话联系，了解情况。", "After the review a social worker calls.");
        let open =
            Button::primary(ui.t("打开申请", "Open the file")).after(Icon::Go).link(at.application(given.application));
        let another = Button::plain(ui.t("再登记一份", "Take another in")).link(at.area("applications/new"));
        view! {
            {page_head(ui, PageHead {
                back: Some((ui.t("接案受理", "Intake").into(), at.area("applications"))),
                title: title.into(),
                lead: Some(ui.t("请把回执交给申请人；回执码只在这里显示一次。", "Hand the receipt over: its code is shown only here, once.").into()),
                actions: vec![open, print(ui)],
                ..PageHead::default()
            })}
            {receipt(ui, ReceiptCard {
                title: ui.t("申请已收到", "Your application has arrived").into(),
                number: given.number.clone().into(),
                code: given.code.clone().into(),
                qr: Qr::of(&format!("{}/s/{}/status", request.origin, station.slug)),
                next: vec![called.into(), ask.into()],
            })}
            <div class="buttons">{another}</div>
        }
        .into_any()
    })
}
