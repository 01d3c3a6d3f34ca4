//! Adding a member; a new account gets a link that works once, shown once.

use super::{one_time_link, plain_roles, role_choice, said};
use backend::StaffScope;
use backend::members::{AddMember, Added, add_member};
use domain::access::Role;
use domain::refusal::{FieldError, Problem, Refusal};
use domain::time::Day;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::Tone;
use pages::components::button::{Button, hidden_fields};
use pages::components::field::{Field, Input, Need, TextKind, Width, error_summary, field};
use pages::components::notice::notice;
use pages::components::page_head::{PageHead, page_head};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Form, Request, answer_form, refused};
use pages::ui::{Ui, Words};

pub(super) async fn form(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    Ok(Answer::page(page(&scope, &request, None)))
}

pub(super) async fn add(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let done = async {
        let added = add_member(&scope, request.command(read(&request.form)?)?).await.map_err(renamed)?;
        Ok(Answer::page(added_page(&scope, &request, &added)))
    };
    answer_form(done, async |refusal| Ok(page(&scope, &request, Some(refusal)))).await
}

/// The form, or everything that is wrong with it.
fn read(form: &Form) -> Result<AddMember, Refusal> {
    let mut errors: Vec<FieldError> = ["name", "sign_in_name"]
        .into_iter()
        .filter(|name| form.get(name).trim().is_empty())
        .map(|name| FieldError::new(name, Problem::Required))
        .collect();
    let chosen = roles(form);
    let known: Vec<Role> = chosen.iter().filter_map(|code| Role::parse(code).ok()).collect();
    if known.is_empty() || known.len() != chosen.len() {
        errors.push(FieldError::new("roles", if chosen.is_empty() { Problem::Required } else { Problem::NotAChoice }));
    }
    let mut day = |name: &str, needed: bool| match form.get(name).trim() {
        "" => {
            if needed {
                errors.push(FieldError::new(name, Problem::Required));
            }
            None
        }
        raw => Day::parse(raw).map_err(|problem| errors.push(FieldError::new(name, problem))).ok(),
    };
    let (from, until) = (day("from", true), day("until", false));
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        errors.push(FieldError::new("until", Problem::Contradicts));
    }
    match from {
        Some(from) if errors.is_empty() => Ok(AddMember {
            sign_in_name: form.get("sign_in_name").to_owned(),
            name: form.get("name").to_owned(),
            roles: known,
            from,
            until,
            password: None,
        }),
        _ => Err(errors.into()),
    }
}

fn roles(form: &Form) -> Vec<String> {
    form.0.iter().filter(|(name, value)| name == "roles" && !value.is_empty()).map(|(_, value)| value.clone()).collect()
}

/// An account names its person otherwise than this form does.
fn renamed(refusal: Refusal) -> Refusal {
    let Refusal::Invalid(mut errors) = refusal else { return refusal };
    for error in errors.iter_mut().filter(|error| error.field == "display_name") {
        error.field = "name".to_owned();
    }
    Refusal::Invalid(errors)
}

fn page(scope: &StaffScope, request: &Request, refusal: Option<&Refusal>) -> String {
    let ui = request.ui;
    let title = ui.t("添加成员", "Add a member");
    staff_page(request, scope, Area::Members, title, || {
        let at = At(&scope.organisation().slug);
        let errors = refused(refusal);
        let questions = questions(ui, &request.form);
        let lines = errors.iter().map(|error| {
            let label = questions
                .iter()
                .find(|question| question.name == error.field)
                .map(|question| question.label.to_string());
            let problem = error.problem.say(ui.lang);
            let words = label.map_or_else(|| problem.clone(), |label| format!("{label}{}{problem}", ui.t("：", ": ")));
            (error.field.clone(), Words::from(words))
        });
        let summary = error_summary(ui, lines.collect());
        let fields = questions.into_iter().map(|mut question| {
            let error = errors.iter().find(|error| error.field == question.name);
            question.error = error.map(|error| error.problem.say(ui.lang).into());
            field(ui, question)
        });
        let fields = fields.collect_view();
        let operation = request.next_operation(refusal, || scope.new_operation());
        let head = PageHead {
            back: Some((ui.t("成员与权限", "Members").into(), at.area("members"))),
            title: title.into(),
            lead: Some(
                ui.t(
                    "已有账号的人用原来的账号登录；没有账号的，会得到一个只能用一次的启用链接。",
                    "Who has an account signs in with it; who has none gets a link that works once.",
                )
                .into(),
            ),
            ..PageHead::default()
        };
        view! {
            {page_head(ui, head)}
            {said(ui, scope, refusal)}
            {summary}
            <form class="form" method="post" action=at.area("members/new") novalidate>
                {hidden_fields(vec![("operation", operation.to_string())])}
                {fields}
                <div class="form__foot">
                    {Button::primary(ui.t("添加成员", "Add the member")).submit()}
                    {Button::quiet(ui.t("不添加，返回", "Back")).link(at.area("members"))}
                </div>
            </form>
        }
        .into_any()
    })
}

fn questions(ui: Ui, form: &Form) -> Vec<Field> {
    let first = form.0.is_empty();
    let line = |name: &str, label: &'static str, help: Option<&'static str>, kind: TextKind| Field {
        name: name.to_owned(),
        label: label.into(),
        help: help.map(Into::into),
        need: Need::Required,
        input: Input::line(form.get(name).to_owned(), kind, Width::Medium),
        ..Field::default()
    };
    let from = if first { ui.now.day().to_string() } else { form.get("from").to_owned() };
    vec![
        line("name", ui.t("姓名", "Name"), None, TextKind::Plain),
        line(
            "sign_in_name",
            ui.t("登录账号", "Sign-in name"),
            Some(ui.t("2 至 40 个字母、数字或 . - _ @。本人在别的机构已有账号的，填那个账号。", "2 to 40 letters, digits or . - _ @. If the person has an account with another organisation, give that one.")),
            TextKind::Plain,
        ),
        Field {
            name: "roles".to_owned(),
            label: ui.t("角色", "Roles").into(),
            help: Some(
                ui.words(
                    || format!("可以多选，权限按角色合并。{}", plain_roles(ui)),
                    || format!("More than one is possible; their rights add up. {}", plain_roles(ui)),
                )
                .into(),
            ),
            need: Need::Required,
            input: Input::Grouped { groups: role_choice(ui, &Role::STAFF), values: roles(form), many: true },
            ..Field::default()
        },
        Field {
            name: "from".to_owned(),
            label: ui.t("从哪天起", "From").into(),
            need: Need::Required,
            input: Input::Day { value: from, max: None },
            ..Field::default()
        },
        Field {
            name: "until".to_owned(),
            label: ui.t("到哪天止", "Until").into(),
            help: Some(ui.t("不填表示不限期；实习、借调的请填写。", "Empty means without limit; give it for interns and secondments.").into()),
            need: Need::Optional,
            input: Input::Day { value: form.get("until").to_owned(), max: None },
            ..Field::default()
        },
    ]
}

/// Who was added; the link of a new account stands here and nowhere else.
fn added_page(scope: &StaffScope, request: &Request, added: &Added) -> String {
    let ui = request.ui;
    let title = ui.t("成员已添加", "Member added");
    staff_page(request, scope, Area::Members, title, || {
        let at = At(&scope.organisation().slug);
        let form = &request.form;
        let known: Vec<Role> = roles(form).iter().filter_map(|code| Role::parse(code).ok()).collect();
        let head = PageHead {
            back: Some((ui.t("成员与权限", "Members").into(), at.area("members"))),
            title: title.into(),
            facts: vec![
                (ui.t("姓名", "Name").into(), form.get("name").trim().to_owned().into()),
                (ui.t("登录账号", "Sign-in name").into(), form.get("sign_in_name").trim().to_lowercase().into()),
                (ui.t("角色", "Roles").into(), ui.names(&known).into()),
            ],
            ..PageHead::default()
        };
        let body = match &added.activation {
            Some(token) => one_time_link(ui, &format!("{}/activate/{token}", request.origin)),
            None => notice(
                Tone::Info,
                ui.t(
                    "本人已有账号，用原来的账号和密码登录即可。",
                    "The person has an account already, and signs in as before.",
                ),
            ),
        };
        let on = Button::plain(ui.t("回到成员", "To the members")).link(at.area("members"));
        let member = Button::plain(ui.t("查看成员", "See the member")).link(at.member(added.member));
        view! { {page_head(ui, head)}{body}<div class="buttons">{member}{on}</div> }.into_any()
    })
}
