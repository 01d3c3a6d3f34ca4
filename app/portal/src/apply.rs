//! The application form, and the receipt it is answered with.
//!
//! The receipt is the answer to the post itself, not a page of its own: its code stands in no address, and the same form
//! sent again (a reload, a second tap) gets the same receipt.

use super::documents::came;
use super::{BOARD, address, channel, promise};
use backend::PublicScope;
use backend::applications::{self, SubmitApplication, form_with};
use backend::attachments::Named;
use backend::catalogue::{self, Service};
use domain::forms::{Answers, FormKey, FormTemplate};
use domain::lang::texts;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::attachments::received_from_resident;
use pages::components::badge::Tone;
use pages::components::button::Button;
use pages::components::form::{FormView, form};
use pages::components::icons::Icon;
use pages::components::notice::{notice, refusal as refusal_notice};
use pages::components::receipt::{Qr, ReceiptCard, receipt};
use pages::frames::resident_page;
use pages::handling::{Answer, Request, answer_form, refused};
use pages::live::live;

pub(super) async fn show(scope: PublicScope, request: Request) -> Result<Answer, Refusal> {
    let service = catalogue::service_on_offer(&scope, request.param("service")).await?;
    let blank = Filled { answers: &Answers::new(), chosen: &[], via: request.query.get("via"), refused: None };
    Ok(Answer::page(page(&scope, &request, &service, blank)))
}

pub(super) async fn submit(scope: PublicScope, mut request: Request) -> Result<Answer, Refusal> {
    let service = catalogue::service_on_offer(&scope, request.param("service")).await?;
    let unfit = received_from_resident(&scope, FormTemplate::builtin(FormKey::Application), &mut request).await?;
    let via = request.form.get("via");
    let answers = request.form.answers();
    let done = async {
        if !unfit.is_empty() {
            return Err(Refusal::Invalid(unfit));
        }
        let application = SubmitApplication { service: service.id, channel: channel(via), answers: answers.clone() };
        let given = applications::submit(&scope, request.command(application)?).await?;
        Ok(Answer::page(received(&scope, &request, &given)))
    };
    let again = async |refusal: &Refusal| {
        let chosen = came(&scope, &request).await?;
        let filled = Filled { answers: &answers, chosen: &chosen, via, refused: Some(refusal) };
        Ok(page(&scope, &request, &service, filled))
    };
    answer_form(done, again).await
}

/// The form as it stands.
struct Filled<'a> {
    answers: &'a Answers,
    /// The files that came with it already.
    chosen: &'a [Named],
    via: &'a str,
    refused: Option<&'a Refusal>,
}

fn page(scope: &PublicScope, request: &Request, service: &Service, filled: Filled<'_>) -> String {
    let ui = request.ui;
    let back = Some((service.name.clone().into(), address(request, &format!("/services/{}", service.code))));
    let title = ui.words(|| format!("申请{}", service.name), || format!("Apply: {}", service.name));
    let title = if filled.refused.is_some() {
        ui.words(|| format!("有内容需要改正 · {title}"), || format!("Please correct · {title}"))
    } else {
        title
    };
    // The same form sent with other answers was refused; sent on purpose it is another application.
    let operation = request.next_operation(filled.refused, || scope.new_operation());
    resident_page(request, scope, back, title, || {
        let template = &asked(service, filled.chosen);
        let said = match filled.refused {
            Some(Refusal::Stale | Refusal::WrongState { .. }) => Some(notice(
                Tone::Due,
                ui.t(
                    "这份申请已经提交过，内容与现在不同。如需再提交一份，请核对后重新提交；只想查看进度，请用回执码查询。",
                    "This form was sent before with other answers. To send another application, check it and send again; to \
                     see how the first one stands, use the code on its receipt.",
                ),
            )),
            Some(refusal @ Refusal::Blocked(_)) => Some(refusal_notice(ui, refusal, |_| String::new())),
            _ => None,
        };
        let via = if filled.via == BOARD { vec![("via", BOARD.to_owned())] } else { Vec::new() };
        let view = FormView {
            template,
            answers: filled.answers,
            errors: refused(filled.refused),
            action: format!("/s/{}/apply/{}", request.param("org"), service.code),
            operation: operation.to_string(),
            version: None,
            hidden: via,
            before: None,
            buttons: vec![Button::primary(ui.t("提交申请", "Send the application")).submit()],
            saved: None,
        };
        view! {
            <h1>{ui.t("填写申请表", "Application form")}</h1>
            <p class="public__lead">
                {service.name.clone()}
                {ui.t("。大约 3 分钟。没写“选填”的都要填。", ". About 3 minutes. Everything is needed unless it says optional.")}
            </p>
            {said}
            {live(ui, template, form(ui, view))}
        }
        .into_any()
    })
}

/// The form as this service asks it: what it wants proved stands at the question for that.
fn asked(service: &Service, chosen: &[Named]) -> FormTemplate {
    let mut form = form_with(FormKey::Application, chosen);
    let wanted = service.proof.lines().collect::<Vec<_>>();
    for field in form.sections.iter_mut().flat_map(|section| &mut section.fields) {
        if field.takes_files() && !wanted.is_empty() {
            field.required = true;
            field.help = Some(texts(
                format!("这项服务要：{}。用手机拍下来就行，可以一次选几个，最多 10 个。", wanted.join("；")),
                format!(
                    "This service asks for: {}. A photograph is enough; several at once, at most 10.",
                    wanted.join("; ")
                ),
            ));
        }
    }
    form
}

fn received(scope: &PublicScope, request: &Request, given: &applications::Receipt) -> String {
    let ui = request.ui;
    let back = Some((ui.t("返回首页", "Back").into(), address(request, "")));
    resident_page(request, scope, back, ui.t("申请已收到", "Application received"), || {
        let status = Button::plain(ui.t("查询进度", "See how it stands")).icon(Icon::Search);
        view! {
            {receipt(ui, ReceiptCard {
                title: ui.t("申请已收到", "Your application has arrived").into(),
                number: given.number.clone().into(),
                code: given.code.clone().into(),
                // It leads to where the code is asked for, and does not carry it: a photo of the page may be seen by others.
                qr: Qr::of(&format!("{}{}", request.origin, address(request, "/status"))),
                next: promise::what_follows(ui, scope.organisation(), ui.now),
            })}
            <div class="buttons">{status.link(address(request, "/status"))}</div>
        }
        .into_any()
    })
}
