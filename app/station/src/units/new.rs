//! Setting a unit up.

use super::questions::{Answered, fields, heads, place, profile, said};
use backend::StaffScope;
use backend::members::Receiver;
use backend::units::{CreateUnit, Units, create as set_up, tree};
use domain::refusal::{FieldError, Problem, Refusal};
use domain::time::Day;
use domain::units::UnitKind;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::button::{Button, hidden_fields};
use pages::components::field::{Field, Input, Need, Offered};
use pages::components::page_head::{PageHead, page_head};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Form, Request, answer_form, refused};

pub(super) async fn form(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let (units, heads) = (tree(&scope).await?, heads(&scope).await?);
    let form = first(&request, &units);
    Ok(Answer::page(page(&scope, &request, (&units, &heads), &form, None)))
}

pub(super) async fn create(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let done = async {
        let unit = set_up(&scope, request.command(read(&request.form)?)?).await?;
        Ok(Answer::SeeOther(format!("{}?done=created", At(&scope.organisation().slug).unit(unit))))
    };
    answer_form(done, async |refusal| {
        let (units, heads) = (tree(&scope).await?, heads(&scope).await?);
        Ok(page(&scope, &request, (&units, &heads), &request.form, Some(refusal)))
    })
    .await
}

/// What stands in a form that nobody has filled in: below what one came from, from today on.
fn first(request: &Request, units: &Units) -> Form {
    let parent = request.query.maybe("parent").and_then(|id| units.structure.get(id));
    let kind = parent.and_then(|parent| UnitKind::below(Some(parent.kind)).first());
    let pairs = [
        ("parent", parent.map(|parent| parent.id.to_string())),
        ("kind", kind.map(|kind| kind.code().to_owned())),
        ("since", Some(request.ui.now.day().to_string())),
    ];
    Form(pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
}

/// The form, or everything in it that cannot be read.
fn read(form: &Form) -> Result<CreateUnit, Refusal> {
    let mut errors = Vec::new();
    let missing = |name: &str, problem| if form.get(name).trim().is_empty() { Problem::Required } else { problem };
    let kind = UnitKind::parse(form.get("kind"))
        .map_err(|_| errors.push(FieldError::new("kind", missing("kind", Problem::NotAChoice))));
    let place = place(form, &mut errors);
    let since = Day::parse(form.get("since").trim())
        .map_err(|problem| errors.push(FieldError::new("since", missing("since", problem))));
    match (kind, since) {
        (Ok(kind), Ok(since)) if errors.is_empty() => Ok(CreateUnit { kind, place, profile: profile(form), since }),
        _ => Err(errors.into()),
    }
}

fn page(
    scope: &StaffScope,
    request: &Request,
    (units, heads): (&Units, &[Receiver]),
    form: &Form,
    refusal: Option<&Refusal>,
) -> String {
    let ui = request.ui;
    let title = ui.t("添加单元", "Add a unit");
    staff_page(request, scope, Area::Units, title, || {
        let at = At(&scope.organisation().slug);
        let answered = Answered { ui, form, errors: refused(refusal) };
        let questions = questions(&answered, units, heads);
        let operation = request.next_operation(refusal, || scope.new_operation());
        let head = PageHead {
            back: Some((ui.t("组织架构", "Structure").into(), at.area("units"))),
            title: title.into(),
            ..PageHead::default()
        };
        view! {
            {page_head(ui, head)}
            {said(ui, scope, refusal)}
            {answered.summary(&questions)}
            <form class="form" method="post" action=at.area("units/new") novalidate>
                {hidden_fields(vec![("operation", operation.to_string())])}
                {fields(ui, questions)}
                <div class="form__foot">
                    {Button::primary(ui.t("设立", "Set up")).submit()}
                    {Button::quiet(ui.t("不设立，返回", "Back")).link(at.area("units"))}
                </div>
            </form>
        }
        .into_any()
    })
}

fn questions(answered: &Answered<'_>, units: &Units, heads: &[Receiver]) -> Vec<Field> {
    let ui = answered.ui;
    let note = |kind| match kind {
        UnitKind::Site => ui.t("另一处服务地点", "Another place of service"),
        UnitKind::Department => ui.t("按职能设置", "By function"),
        UnitKind::Project => ui.t("有目标，常有期限", "With goals, often for a time"),
        UnitKind::Group => ui.t("项目内的分工小组", "A team within a project"),
    };
    let offered =
        |kind: UnitKind| Offered { note: Some(note(kind).into()), ..Offered::new(kind.code(), ui.name(kind)) };
    // What is set up most often first; a station has few sites.
    let kinds = [UnitKind::Department, UnitKind::Project, UnitKind::Group, UnitKind::Site];
    let options = kinds.map(offered).into();
    let kind = Input::One { options, value: answered.form.get("kind").to_owned(), stacked: false };
    let since = Input::Day { value: answered.form.get("since").to_owned(), max: None };
    [answered.parent(units, &UnitKind::ALL), answered.ask("kind", ui.t("类型", "Kind"), Need::Required, kind)]
        .into_iter()
        .chain(answered.written(None))
        .chain([answered.head(heads, None), answered.ask("since", ui.t("设立日期", "Since"), Need::Required, since)])
        .collect()
}
