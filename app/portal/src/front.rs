//! The first page: what is offered, who we are, how to reach us; and one page for each service.

use super::{address, promise};
use backend::PublicScope;
use backend::catalogue::{self, Service};
use backend::organisations::Organisation;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::components::button::Button;
use pages::components::empty::empty;
use pages::components::facts::facts_lined;
use pages::components::icons::Icon;
use pages::components::resident::{Task, tasks};
use pages::components::section::section;
use pages::frames::resident_page;
use pages::handling::{Answer, Request};
use pages::ui::{Ui, Words};

pub(super) async fn show(scope: PublicScope, request: Request) -> Result<Answer, Refusal> {
    let services = catalogue::on_offer(&scope).await?;
    Ok(Answer::page(resident_page(&request, &scope, None, scope.organisation().name.clone(), || {
        front(&request, scope.organisation(), &services)
    })))
}

fn front(request: &Request, station: &Organisation, services: &[Service]) -> AnyView {
    let ui = request.ui;
    let about = (!station.about.is_empty()).then(|| view! { <p class="public__lead">{station.about.clone()}</p> });
    let offered = if services.is_empty() {
        empty(
            Icon::Heart,
            ui.t("目前没有开放申请的服务", "No service takes applications at present"),
            ui.t(
                "需要帮助时，请直接打电话或到站里来，我们会告诉您可以找谁。",
                "If you need help, please call or come by: we tell you who can help.",
            ),
            Vec::new(),
        )
    } else {
        tasks(services.iter().map(|service| task(request, service)).collect())
    };
    let rules = Task {
        icon: Icon::Book,
        title: ui.t("公开的制度", "Our policies").into(),
        text: ui
            .t(
                "我们怎样评估、保密、处理投诉，您怎样加入和退出",
                "How we assess, keep confidence and handle complaints; how you enter and leave",
            )
            .into(),
        href: address(request, "/published"),
    };
    let known = Task {
        icon: Icon::Search,
        title: ui.t("查询申请进度", "How my application stands").into(),
        text: ui.t("需要申请时收到的回执码", "You need the code on your receipt").into(),
        href: address(request, "/status"),
    };
    view! {
        <h1>{ui.t("需要什么帮助？", "What help do you need?")}</h1>
        {about}
        {section(ui.t("申请服务", "Apply for a service"), offered)}
        {section(ui.t("已经申请过", "Already applied"), tasks(vec![known]))}
        {section(ui.t("我们怎样做事", "How we work"), tasks(vec![rules]))}
        {section(ui.t("联系我们", "Reach us"), contact(ui, station))}
    }
    .into_any()
}

fn task(request: &Request, service: &Service) -> Task {
    Task {
        icon: Icon::Heart,
        title: service.name.clone().into(),
        text: service.summary.clone().into(),
        href: address(request, &format!("/services/{}", service.code)),
    }
}

fn contact(ui: Ui, station: &Organisation) -> AnyView {
    let dial = format!("tel:{}", station.phone.chars().filter(char::is_ascii_digit).collect::<String>());
    let phone = view! { <a class="link" href=dial>{station.phone.clone()}</a> }.into_any();
    let lines: Vec<(Words, AnyView)> = vec![
        (ui.t("电话", "Telephone").into(), phone),
        (ui.t("时间", "Hours").into(), station.hours.clone().into_any()),
        (ui.t("地址", "Address").into(), station.address.clone().into_any()),
        (ui.t("服务范围", "Area served").into(), station.area.clone().into_any()),
        (ui.t("承接机构", "Run by").into(), station.operator.clone().into_any()),
    ];
    let note = ui.t(
        "不方便上网的，可以打电话或到站里来，工作人员帮您填写。申请服务不收费。",
        "Rather not use the web? Call or come by, and we fill the form in for you. Applying costs nothing.",
    );
    view! { {facts_lined(lines)}<p class="section__note">{note}</p> }.into_any()
}

/// One service: what it is, for whom, what one needs at hand, what follows.
pub(super) async fn service(scope: PublicScope, request: Request) -> Result<Answer, Refusal> {
    let service = catalogue::service_on_offer(&scope, request.param("service")).await?;
    let back = Some((request.ui.t("返回首页", "Back").into(), address(&request, "")));
    Ok(Answer::page(resident_page(&request, &scope, back, service.name.clone(), || {
        described(&request, scope.organisation(), &service)
    })))
}

fn described(request: &Request, station: &Organisation, service: &Service) -> AnyView {
    let ui = request.ui;
    let criteria = service.criteria.iter().map(|criterion| view! { <li>{ui.text(&criterion.text)}</li> }.into_any());
    let criteria = (!service.criteria.is_empty()).then(|| {
        let list = view! { <ul class="prose-list">{criteria.collect_view()}</ul> }.into_any();
        section(ui.t("公布的条件", "Published criteria"), list)
    });
    let needed = [
        ui.t("本人的身份证号，没有身份证的可用其他证件", "Your identity number, or another document's"),
        ui.t("联系电话和现居地址", "A telephone number and your address"),
        ui.t("未满 18 周岁的，还要监护人的姓名和电话", "For anyone under 18, a guardian's name and telephone"),
    ];
    // What it wants proved is photographed or brought along.
    let proof = service.proof.lines().map(str::to_owned);
    let needed = needed.map(str::to_owned).into_iter().chain(proof);
    let needed = needed.map(|line| view! { <li>{line}</li> }.into_any());
    let steps = promise::what_follows(ui, station, ui.now).into_iter().map(|line| view! { <li>{line}</li> }.into_any());
    let start = Button::primary(ui.t("开始填写", "Begin")).after(Icon::Go);
    view! {
        <h1>{service.name.clone()}</h1>
        <p class="public__lead">{service.summary.clone()}</p>
        <div class="buttons">{start.link(address(request, &format!("/apply/{}", service.code)))}</div>
        {criteria}
        {section(ui.t("请先备好", "Have at hand"), view! { <ul class="prose-list">{needed.collect_view()}</ul> }.into_any())}
        {section(ui.t("提交以后", "What follows"), view! { <ol class="prose-list">{steps.collect_view()}</ol> }.into_any())}
    }
    .into_any()
}
