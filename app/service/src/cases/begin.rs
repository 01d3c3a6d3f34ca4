//! Beginning a case without an application: out of a crisis, a call, a referral.

use backend::StaffScope;
use backend::cases::{self, Begin};
use backend::catalogue::{self, Service};
use backend::clients::{self, Client};
use backend::members::{CASE, Receiver, receivers};
use domain::cases::Origin;
use domain::refusal::{FieldError, Refusal};
use domain::time::Moment;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::button::{Button, hidden_fields};
use pages::components::field::{Field, Input, Need, Offered, error_summary, field};
use pages::components::notice::refusal as refusal_notice;
use pages::components::page_head::{PageHead, page_head};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Form, Request, answer_form, refused};
use pages::receivers::receiver_option;
use pages::ui::{Ui, Words};

/// What the page needs to know.
struct Known {
    client: Client,
    services: Vec<Service>,
    receivers: Vec<Receiver>,
}

impl Known {
    async fn read(scope: &StaffScope, request: &Request) -> Result<Self, Refusal> {
        Ok(Self {
            client: clients::open(scope, request.id("client")?).await?,
            services: catalogue::list(scope).await?,
            receivers: receivers(scope, &CASE).await?,
        })
    }
}

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let known = Known::read(&scope, &request).await?;
    Ok(Answer::page(page(&scope, &request, &known, None)))
}

fn page(scope: &StaffScope, request: &Request, known: &Known, refusal: Option<&Refusal>) -> String {
    let (ui, at) = (request.ui, At(&scope.organisation().slug));
    let title =
        ui.words(|| format!("开案 · {}", known.client.number), || format!("Open a case · {}", known.client.number));
    staff_page(request, scope, Area::Clients, title, || {
        let errors = refused(refusal);
        let said = refusal.filter(|refusal| !matches!(refusal, Refusal::Invalid(_)));
        let said = said.map(|refusal| refusal_notice(ui, refusal, |rule| at.area(&format!("duties/rules/{rule}"))));
        let questions = questions(ui, &request.form, known);
        let problem =
            |name: &str| errors.iter().find(|error| error.field == name).map(|error| error.problem.say(ui.lang));
        let lines = questions.iter().filter_map(|question| {
            let problem = problem(&question.name)?;
            Some((question.name.clone(), format!("{}{}{problem}", question.label, ui.t("：", ": ")).into()))
        });
        let summary = error_summary(ui, lines.collect());
        let fields = questions.into_iter().map(|question| {
            let error = problem(&question.name).map(Into::into);
            field(ui, Field { error, ..question })
        });
        let fields = fields.collect_view();
        let operation = request.next_operation(refusal, || scope.new_operation());
        let head = PageHead {
            back: Some((known.client.number.clone().into(), at.client(known.client.id))),
            title: ui.t("开案", "Open a case").into(),
            lead: Some(
                ui.t(
                    "没有申请表的个案从这里开始，例如危机、热线、转介。之后同样先评估，再做计划。",
                    "For a case without an application: a crisis, a call, a referral. Assessment and plan follow as always.",
                )
                .into(),
            ),
            ..PageHead::default()
        };
        view! {
            {page_head(ui, head)}
            {said}
            {summary}
            <form class="form" method="post" action=at.area(&format!("cases/new/{}", known.client.id)) novalidate>
                {hidden_fields(vec![("operation", operation.to_string())])}
                {fields}
                <div class="form__foot">
                    {Button::primary(ui.t("开案", "Open the case")).submit()}
                    {Button::quiet(ui.t("不开案，返回", "Back")).link(at.client(known.client.id))}
                </div>
            </form>
        }
        .into_any()
    })
}

fn questions(ui: Ui, form: &Form, known: &Known) -> Vec<Field> {
    let first: (String, Words) = (String::new(), ui.t("请选择", "Please choose").into());
    let choose = |name: &str, label: &'static str, options: Vec<(String, Words)>, value: String| Field {
        name: name.to_owned(),
        label: label.into(),
        need: Need::Required,
        input: Input::Select { options: std::iter::once(first.clone()).chain(options).collect(), value },
        ..Field::default()
    };
    let origins = Origin::ALL.into_iter().filter(|origin| *origin != Origin::Application);
    let origins = origins.map(|origin| Offered::new(origin.code(), origin.say(ui.lang))).collect();
    let services = known.services.iter().map(|service| (service.id.to_string(), service.name.clone().into()));
    let receivers = known.receivers.iter();
    let receivers = receivers.map(|one| receiver_option(ui, one.id, &one.name, &one.roles, one.open_cases));
    let own = || known.client.responsible.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default();
    let typed = |name: &str, at_first: &dyn Fn() -> String| {
        if form.0.is_empty() { at_first() } else { form.get(name).to_owned() }
    };
    vec![
        Field {
            name: "origin".to_owned(),
            label: ui.t("来源", "From what it comes").into(),
            need: Need::Required,
            input: Input::One { options: origins, value: typed("origin", &String::new), stacked: false },
            ..Field::default()
        },
        choose("service", ui.t("服务项目", "Service"), services.collect(), typed("service", &String::new)),
        choose("responsible", ui.t("负责社工", "Worker"), receivers.collect(), typed("responsible", &own)),
        Field {
            name: "accepted_at".to_owned(),
            label: ui.t("接案时间", "When the person was taken on").into(),
            help: Some(ui.t("实际接案的时间，可以早于现在。", "When it happened; may be before now.").into()),
            need: Need::Required,
            input: Input::Moment { value: typed("accepted_at", &|| ui.now.to_input()), max: Some(ui.now.to_input()) },
            ..Field::default()
        },
    ]
}

pub(super) async fn begin(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let known = Known::read(&scope, &request).await?;
    let done = async {
        let case = cases::begin(&scope, request.command(asked(&request.form, &known)?)?).await?;
        Ok(Answer::SeeOther(format!("{}?done=begun", At(&scope.organisation().slug).case(case))))
    };
    answer_form(done, async |refusal| Ok(page(&scope, &request, &known, Some(refusal)))).await
}

/// What was asked for, or everything that is wrong with the form at once.
fn asked(form: &Form, known: &Known) -> Result<Begin, Refusal> {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut noted = |refusal: Refusal| {
        if let Refusal::Invalid(found) = refusal {
            errors.extend(found);
        }
    };
    let origin = form.read::<Origin>("origin").map_err(&mut noted).ok();
    let service = form.read("service").map_err(&mut noted).ok();
    let responsible = form.read("responsible").map_err(&mut noted).ok();
    let accepted = Moment::parse(form.get("accepted_at"));
    let accepted = accepted.map_err(|problem| noted(Refusal::field("accepted_at", problem))).ok();
    match (origin, service, responsible, accepted) {
        (Some(origin), Some(service), Some(responsible), Some(accepted)) => {
            Ok(Begin { client: known.client.id, service, origin, responsible, accepted })
        }
        _ => Err(Refusal::Invalid(errors)),
    }
}
