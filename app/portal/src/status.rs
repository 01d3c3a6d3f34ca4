//! How an application stands, for whoever has its receipt code. The code comes by post and leaves no trace in an address.

use super::documents::{Sending, sending};
use super::{address, promise};
use backend::PublicScope;
use backend::applications::{self, Status};
use backend::catalogue::{self, Service};
use backend::organisations::Organisation;
use domain::applications::{ApplicationState, ReferralDecision};
use domain::refusal::Refusal;
use domain::time::Moment;
use leptos::prelude::*;
use pages::components::badge::Tone;
use pages::components::button::Button;
use pages::components::facts::{fact_note, facts_lined};
use pages::components::field::{Field, Input, TextKind, Width, error_summary, field};
use pages::components::icons::Icon;
use pages::components::notice::{notice, notice_with};
use pages::components::resident::{Task, tasks};
use pages::components::section::section;
use pages::components::stepper::{stepper, steps};
use pages::components::timeline::{Entry, timeline};
use pages::frames::resident_page;
use pages::handling::{Answer, Request, answer_form, refused};
use pages::ui::{Ui, Words};

pub(super) async fn ask(scope: PublicScope, request: Request) -> Result<Answer, Refusal> {
    Ok(Answer::page(question(&scope, &request, "", None)))
}

pub(super) async fn show(scope: PublicScope, request: Request) -> Result<Answer, Refusal> {
    let code = request.form.get("code");
    let done = async {
        let status = applications::status(&scope, code).await?;
        let services = catalogue::on_offer(&scope).await?;
        Ok(Answer::page(answered(&scope, &request, &status, &services, Sending::of(&scope, &request, code))))
    };
    answer_form(done, async |refusal| Ok(question(&scope, &request, code, Some(refusal)))).await
}

pub(super) fn question(scope: &PublicScope, request: &Request, code: &str, refusal: Option<&Refusal>) -> String {
    let ui = request.ui;
    let back = Some((ui.t("返回首页", "Back").into(), address(request, "")));
    let code = code.to_owned();
    resident_page(request, scope, back, ui.t("查询申请进度", "How my application stands"), || {
        let problem =
            refused(refusal).iter().find(|error| error.field == "code").map(|error| error.problem.say(ui.lang));
        let summary = problem.clone().map(|problem| ("code".to_owned(), problem.into()));
        let label = ui.t("回执码", "Receipt code");
        let help = ui.t(
            "回执上的 12 位字母和数字，例如 K7QM-2XPA-9RTB，不分大小写。",
            "The 12 letters and digits on your receipt, such as K7QM-2XPA-9RTB; capitals do not matter.",
        );
        let code = Field {
            name: "code".to_owned(),
            label: label.into(),
            help: Some(help.into()),
            error: problem.map(Into::into),
            input: Input::line(code, TextKind::Code, Width::Medium),
            ..Field::default()
        };
        view! {
            <h1>{ui.t("查询申请进度", "How my application stands")}</h1>
            {error_summary(ui, summary.into_iter().collect())}
            <form class="form" method="post" action=format!("/s/{}/status", request.param("org")) novalidate>
                {field(ui, code)}
                <div class="form__foot">{Button::primary(ui.t("查询", "Look it up")).submit()}</div>
            </form>
            <p class="section__note">
                {ui.t(
                    "回执码丢了？请打电话或到站里来，报姓名和电话，工作人员帮您查。",
                    "Lost the code? Call or come by with your name and telephone number: we look it up for you.",
                )}
            </p>
        }
        .into_any()
    })
}

/// The page for whoever has the code.
pub(super) fn answered(
    scope: &PublicScope,
    request: &Request,
    status: &Status,
    services: &[Service],
    form: Sending<'_>,
) -> String {
    let ui = request.ui;
    let station = scope.organisation();
    let back = Some((ui.t("查询另一份申请", "Look up another").into(), address(request, "/status")));
    resident_page(request, scope, back, ui.t("申请进度", "How it stands"), || {
        let standing = Standing::of(ui, station, status);
        let road = road(ui, status.state).map(|road| view! { <div class="resident-road">{road}</div> });
        let told = (!status.told.is_empty())
            .then(|| section(ui.t("告知记录", "When we told you"), timeline(ui, told(ui, &status.told))));
        view! {
            <h1>{standing.now}</h1>
            {road}
            {overdue(ui, station, status, standing.by)}
            {form.said(ui)}
            {missing(ui, status)}
            {(status.state == ApplicationState::Supplement).then(|| sending(ui, status, form))}
            {refusal(ui, status)}
            {facts_lined(facts(ui, status, &standing))}
            {instead(request, status, services)}
            {told}
        }
        .into_any()
    })
}

/// Where an application stands, in words for the person who waits.
struct Standing {
    now: &'static str,
    next: &'static str,
    by: Option<Moment>,
}

impl Standing {
    fn of(ui: Ui, station: &Organisation, status: &Status) -> Self {
        use ApplicationState as State;
        let review = promise::reviewed_by(station, status.submitted);
        let answer = promise::answered_by(station, status.submitted);
        let (now, next, by) = match status.state {
            State::Submitted => (
                ui.t("已收到，等待受理", "Received, waiting to be taken up"),
                ui.t("工作人员受理后进行初审，看材料是否齐全。", "We take it up and check whether anything is missing."),
                review,
            ),
            State::Reviewing => (
                ui.t("正在初审", "Under initial review"),
                ui.t("初审通过后，社工按您留的电话联系您。", "After the review a social worker calls you."),
                review,
            ),
            State::Supplement => (
                ui.t("需要您补充材料", "We need something from you"),
                ui.t(
                    "请在本页拍照上传，或带到站里、打电话说明。收到后继续初审；等待的时间不计入办理时限。",
                    "Please send what is listed, bring it, or call us. The review goes on as soon as we have it; waiting \
                     does not count against your time.",
                ),
                None,
            ),
            State::Inquiry => (
                ui.t("正在进一步核查", "Being looked into"),
                ui.t("有些情况需要核实，我们可能会打电话给您。", "Some things have to be checked; we may call you."),
                review,
            ),
            State::Screening => (
                ui.t("初审已通过，等待评估", "Review passed, waiting for the assessment"),
                ui.t("社工会联系您，约时间了解您的情况和需要。", "A social worker arranges a talk about your situation and needs."),
                answer,
            ),
            State::Agreement => (
                ui.t("评估已通过，等待签订服务协议", "Assessment passed, waiting for the agreement"),
                ui.t(
                    "社工会约您签协议，并先说明双方的权利、义务和风险；未满 18 周岁的，请监护人一同到场。",
                    "We arrange the signing and first explain rights, duties and risks; for anyone under 18 the guardian comes too.",
                ),
                answer,
            ),
            State::Confirmed => (
                ui.t("申请成功", "Your application has succeeded"),
                ui.t("负责您的社工会与您联系，安排第一次服务。", "Your social worker contacts you and arranges the first visit."),
                None,
            ),
            State::Refused => (
                ui.t("这项服务不适合您的情况", "This service does not fit your situation"),
                ui.t(
                    "原因写在下面。有不同意见，请打电话或到站里来，我们会再核对一次。",
                    "The reason stands below. If you disagree, call or come by and we look at it again.",
                ),
                None,
            ),
            State::Withdrawn => (
                ui.t("申请已退出", "The application was withdrawn"),
                ui.t("您随时可以重新申请，不影响办理。", "You may apply again whenever you like."),
                None,
            ),
        };
        Self { now, next, by }
    }
}

fn facts(ui: Ui, status: &Status, standing: &Standing) -> Vec<(Words, AnyView)> {
    let mut lines: Vec<(Words, AnyView)> = vec![(ui.t("接下来", "Next").into(), standing.next.into_any())];
    if let Some(by) = standing.by.filter(|by| *by >= ui.now) {
        lines.push((ui.t("最晚", "At the latest").into(), ui.moment(by).into_any()));
    }
    lines.push((ui.t("申请的服务", "Service").into(), status.service.clone().into_any()));
    lines.push((ui.t("受理编号", "Number").into(), status.number.clone().into_any()));
    lines.push((ui.t("提交时间", "Sent").into(), ui.moment(status.submitted).into_any()));
    if let Some(confirmed) = status.confirmed {
        let receipt = ui.t("本页即报名回执", "This page is the receipt of registration");
        lines.push((ui.t("报名成功", "Registered").into(), fact_note(ui.moment(confirmed), receipt)));
    }
    lines
}

/// The road in five steps; none where it ended early.
fn road(ui: Ui, state: ApplicationState) -> Option<AnyView> {
    use ApplicationState as State;
    let here = match state {
        State::Submitted => 0,
        State::Reviewing | State::Supplement | State::Inquiry => 1,
        State::Screening => 2,
        State::Agreement => 3,
        State::Confirmed => 4,
        State::Refused | State::Withdrawn => return None,
    };
    let names = [
        ui.t("收到申请", "Received"),
        ui.t("初审", "Review"),
        ui.t("评估", "Assessment"),
        ui.t("签协议", "Agreement"),
        ui.t("申请成功", "Registered"),
    ];
    Some(stepper(ui, steps(names, here)))
}

/// A promise that was not kept is said, with a way to ask.
fn overdue(ui: Ui, station: &Organisation, status: &Status, by: Option<Moment>) -> Option<AnyView> {
    let late = by.filter(|by| *by < ui.now && status.confirmed.is_none())?;
    let late = ui.moment(late);
    Some(notice(
        Tone::Due,
        ui.words(
            || format!("应在 {late} 前办完这一步，我们晚了，抱歉。请打电话催问：{}。", station.phone),
            || format!("This step was due before {late}. We are late, and sorry. Please call us: {}.", station.phone),
        ),
    ))
}

fn missing(ui: Ui, status: &Status) -> Option<AnyView> {
    let missing = status.missing.as_ref()?;
    let items = missing.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
    let items = items.map(|item| view! { <li>{item}</li> }.into_any()).collect_view();
    let list = view! { <ul class="prose-list">{items}</ul> }.into_any();
    Some(notice_with(Tone::Due, Some(ui.t("还缺这些材料", "Still missing").into()), list, None))
}

fn refusal(ui: Ui, status: &Status) -> Option<AnyView> {
    let reason = status.refusal.clone()?;
    let offer =
        match status.referral {
            Some(ReferralDecision::Referred) => Some(ui.t(
                "我们已帮您转介到其他机构，对方会与您联系。",
                "We have referred you elsewhere; they will contact you.",
            )),
            Some(ReferralDecision::Suggested) => Some(ui.t(
                "我们向您推荐了更合适的机构；需要联系方式，请打电话给我们。",
                "We suggested a better-suited organisation; call us for its contact.",
            )),
            Some(ReferralDecision::NotNeeded) | None => None,
        };
    let offer = offer.map(|offer| view! { <p>{offer}</p> });
    let body = view! { <p>{reason}</p>{offer} }.into_any();
    Some(notice_with(Tone::Plain, Some(ui.t("原因", "Why").into()), body, None))
}

/// What else there is, for whoever is not served by what was asked for.
fn instead(request: &Request, status: &Status, services: &[Service]) -> Option<AnyView> {
    let ui = request.ui;
    if !matches!(status.state, ApplicationState::Refused | ApplicationState::Withdrawn) {
        return None;
    }
    let others = services.iter().filter(|service| service.name != status.service).map(|service| Task {
        icon: Icon::Heart,
        title: service.name.clone().into(),
        text: service.summary.clone().into(),
        href: address(request, &format!("/services/{}", service.code)),
    });
    let others: Vec<Task> = others.collect();
    (!others.is_empty()).then(|| section(ui.t("本站的其他服务", "What else we offer"), tasks(others)))
}

fn told(ui: Ui, told: &[(Moment, ApplicationState)]) -> Vec<Entry> {
    told.iter().map(|(at, state)| Entry::state(*at, ui.name(*state), "")).collect()
}
