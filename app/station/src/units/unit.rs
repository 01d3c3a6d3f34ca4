//! One unit: what it is there for, what lies below it, changing and closing it.

use super::questions::{Answered, fields, heads, place, profile, said};
use backend::StaffScope;
use backend::members::Receiver;
use backend::units::{self, ChangeUnit, CloseUnit, Unit, UnitAct, Units, tree};
use domain::access::{Action, Object, Reach};
use domain::ids::UnitId;
use domain::refusal::{FieldError, Problem, Refusal};
use domain::time::Day;
use domain::units::{Particular, UnitKind};
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::{Tone, badge};
use pages::components::button::{Button, hidden_fields};
use pages::components::empty::empty_line;
use pages::components::facts::facts;
use pages::components::field::{Input, Need};
use pages::components::icons::Icon;
use pages::components::notice::notice;
use pages::components::page_head::{PageHead, page_head};
use pages::components::rows::{ListRow, rows};
use pages::components::section::{SectionHead, section, section_with, split};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Form, Request, answer_form, done, refused};
use pages::ui::{Ui, Words};
use pages::units::{head, term, wanting};

/// A unit among the others, and who could head it.
struct File {
    units: Units,
    unit: Unit,
    /// Asked only for those who may choose.
    heads: Vec<Receiver>,
}

impl File {
    async fn open(scope: &StaffScope, id: UnitId) -> Result<Self, Refusal> {
        let units = tree(scope).await?;
        let unit = units.get(id)?.clone();
        let heads = if unit.acts.open(UnitAct::Place) { heads(scope).await? } else { Vec::new() };
        Ok(Self { units, unit, heads })
    }

    fn is_closed(&self, today: Day) -> bool {
        self.unit.standing.is_closed(today)
    }
}

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let file = File::open(&scope, request.id("unit")?).await?;
    Ok(Answer::page(page(&scope, &request, &file, None)))
}

pub(super) async fn change(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let unit: UnitId = request.id("unit")?;
    let done = async {
        let mut errors = Vec::new();
        let places = tree(&scope).await?.get(unit)?.acts.open(UnitAct::Place);
        let place = places.then(|| place(&request.form, &mut errors));
        if !errors.is_empty() {
            return Err(errors.into());
        }
        let asked = ChangeUnit { unit, profile: profile(&request.form), place };
        units::change(&scope, request.command(asked)?).await
    };
    answer(&scope, &request, unit, "changed", done).await
}

pub(super) async fn close(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let unit: UnitId = request.id("unit")?;
    let done = async {
        let last = match request.form.get("until").trim() {
            "" => Err(Problem::Required),
            raw => Day::parse(raw),
        };
        let last = last.map_err(|problem| Refusal::field("until", problem))?;
        units::close(&scope, request.command(CloseUnit { unit, last })?).await
    };
    answer(&scope, &request, unit, "closed", done).await
}

/// Back to the unit, with a word for what was done; or with what was refused.
async fn answer(
    scope: &StaffScope,
    request: &Request,
    unit: UnitId,
    word: &str,
    doing: impl Future<Output = Result<(), Refusal>>,
) -> Result<Answer, Refusal> {
    let here = At(&scope.organisation().slug).unit(unit);
    answer_form(done(here, word, doing), async |refusal| {
        let file = File::open(scope, unit).await?;
        Ok(page(scope, request, &file, Some(refusal)))
    })
    .await
}

fn page(scope: &StaffScope, request: &Request, file: &File, refusal: Option<&Refusal>) -> String {
    let (ui, unit) = (request.ui, &file.unit);
    let name = unit.standing.name.clone();
    staff_page(request, scope, Area::Units, name.clone(), || {
        let at = At(&scope.organisation().slug);
        let done = match request.query.get("done") {
            "created" => Some(ui.t("单元已设立。", "The unit is set up.")),
            "changed" => Some(ui.t("更改已保存。", "The change is saved.")),
            "closed" => Some(ui.t("最后一天已登记。", "The last day is noted.")),
            _ => None,
        };
        let above = file.units.structure.way_to(unit.standing.id).into_iter().map(|unit| unit.name.as_str());
        let way = [file.units.district.as_str(), &file.units.street, &file.units.organisation].into_iter().chain(above);
        let closed = file.is_closed(ui.now.day()).then(|| badge(Tone::Plain, ui.t("已撤销", "Closed")));
        let title = PageHead {
            back: Some((ui.t("组织架构", "Structure").into(), at.area("units"))),
            title: name.into(),
            badges: std::iter::once(badge(Tone::Plain, ui.name(unit.standing.kind))).chain(closed).collect(),
            lead: Some(way.collect::<Vec<_>>().join(" › ").into()),
            ..PageHead::default()
        };
        let main = view! {
            {about(ui, unit)}
            {below(ui, at, file)}
            {acts(scope, request, at, file, refusal)}
        };
        view! {
            {done.map(|done| notice(Tone::Good, done))}
            {said(ui, scope, refusal)}
            {page_head(ui, title)}
            {split(main.into_any(), side(scope, ui, at, unit).into_any())}
        }
        .into_any()
    })
}

/// What it is there for.
fn about(ui: Ui, unit: &Unit) -> AnyView {
    let particular = unit.standing.kind.particular().map(|particular| match particular {
        Particular::Address => (ui.t("地址", "Address"), &unit.address),
        Particular::Goals => (ui.t("目标", "Goals"), &unit.goals),
    });
    let lines = [(ui.t("职责", "Duties"), &unit.duties)].into_iter().chain(particular);
    let line = |(label, text): (&'static str, &Option<String>)| {
        let none = || ui.t("还没有写。", "Not written yet.").to_owned();
        (Words::from(label), Words::from(text.clone().unwrap_or_else(none)))
    };
    section(ui.t("概况", "About it"), facts(lines.map(line).collect()))
}

/// Who heads it, from when to when, and the way to its trail.
fn side(scope: &StaffScope, ui: Ui, at: At<'_>, unit: &Unit) -> AnyView {
    let heads = ListRow {
        icon: Some(Icon::Staff),
        title: unit.head.as_ref().map_or_else(|| ui.t("负责人", "Head").into(), |(_, name)| name.clone().into()),
        note: Some(ui.t("负责人", "Head").into()).filter(|_| unit.head.is_some()),
        href: unit
            .head
            .as_ref()
            .filter(|_| scope.reach(Object::Member, Action::List) != Reach::None)
            .map(|(id, _)| at.member(*id)),
        end: unit.head.is_none().then(|| head(ui, unit)),
        ..ListRow::default()
    };
    let term = ListRow { icon: Some(Icon::Calendar), title: term(ui, unit), ..ListRow::default() };
    let trail = (scope.reach(Object::AuditTrail, Action::Read) != Reach::None).then(|| ListRow {
        icon: Some(Icon::Eye),
        title: ui.t("这个单元的变动记录", "Changes to this unit").into(),
        href: Some(at.area(&format!("audit?subject={}", unit.standing.id))),
        ..ListRow::default()
    });
    let wanting = wanting(ui, unit);
    let lines = [heads, term].into_iter().chain(trail).collect();
    section(ui.t("负责与期限", "Head and term"), view! { {rows(lines)}{wanting} }.into_any())
}

/// What lies directly below it.
fn below(ui: Ui, at: At<'_>, file: &File) -> Option<AnyView> {
    let standing = &file.unit.standing;
    if UnitKind::below(Some(standing.kind)).is_empty() {
        return None;
    }
    let line = |unit: &Unit| ListRow {
        title: unit.standing.name.clone().into(),
        href: Some(at.unit(unit.standing.id)),
        note: Some(format!("{} · {}", ui.name(unit.standing.kind), term(ui, unit)).into()),
        end: Some(head(ui, unit)),
        ..ListRow::default()
    };
    let lines: Vec<ListRow> = file.units.below(Some(standing.id)).map(line).collect();
    let list = if lines.is_empty() {
        empty_line(ui.t("下面还没有单元。", "Nothing lies below yet."))
    } else {
        rows(lines)
    };
    let may = file.unit.acts.open(UnitAct::Extend);
    let add = (Words::from(ui.t("添加下级", "Add below")), at.area(&format!("units/new?parent={}", standing.id)));
    let title = ui.t("下设单元", "Below it").into();
    Some(section_with(SectionHead { title, more: may.then_some(add), ..SectionHead::default() }, list))
}

/// What may be done to it.
fn acts(scope: &StaffScope, request: &Request, at: At<'_>, file: &File, refusal: Option<&Refusal>) -> Option<AnyView> {
    let change = change_part(scope, request, at, file, refusal);
    let close = close_part(scope, request, at, file, refusal);
    let title = request.ui.t("更改与撤销", "Change and close");
    (change.is_some() || close.is_some()).then(|| section(title, view! { {change}{close} }.into_any()))
}

/// What stands in the form before anybody has typed.
fn as_it_is(unit: &Unit) -> Form {
    let pairs = [
        ("name", Some(unit.standing.name.clone())),
        ("duties", unit.duties.clone()),
        ("address", unit.address.clone()),
        ("goals", unit.goals.clone()),
        ("parent", unit.standing.parent.map(|parent| parent.to_string())),
        ("head", unit.head.as_ref().map(|(head, _)| head.to_string())),
        ("until", unit.standing.until.map(|until| until.to_string())),
    ];
    Form(pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
}

/// One of the two forms of the page: what stands in it, what is wrong with it, whether it was just sent.
struct Sent<'a> {
    form: Form,
    errors: &'a [FieldError],
    hidden: Vec<(&'static str, String)>,
    open: bool,
}

impl<'a> Sent<'a> {
    fn to(place: &str, scope: &StaffScope, request: &Request, unit: &Unit, refusal: Option<&'a Refusal>) -> Self {
        let open = request.address.ends_with(place);
        let form = if open { request.form.clone() } else { as_it_is(unit) };
        let errors: &[FieldError] = if open { refused(refusal) } else { &[] };
        // While a form is mended it keeps what was on the screen when it was begun; who came too late has seen it now.
        let seen = form.maybe("version").filter(|_| refusal != Some(&Refusal::Stale)).unwrap_or(unit.version);
        let new = || scope.new_operation();
        let operation = if open { request.next_operation(refusal, new) } else { new() };
        let hidden = vec![("operation", operation.to_string()), ("version", seen.to_string())];
        Self { form, errors, hidden, open }
    }
}

fn change_part(
    scope: &StaffScope,
    request: &Request,
    at: At<'_>,
    file: &File,
    refusal: Option<&Refusal>,
) -> Option<AnyView> {
    let (ui, unit) = (request.ui, &file.unit);
    if !unit.acts.open(UnitAct::Change) {
        return None;
    }
    let Sent { form, errors, hidden, open } = Sent::to("/change", scope, request, unit, refusal);
    let answered = Answered { ui, form: &form, errors };
    let mut questions = answered.written(Some(unit.standing.kind));
    if unit.acts.open(UnitAct::Place) {
        questions.push(answered.head(&file.heads, Some(unit)));
        questions.push(answered.parent(&file.units, &[unit.standing.kind]));
    }
    let summary = answered.summary(&questions);
    let view = view! {
        <details class="fold" id="change" open=open>
            <summary>{ui.t("更改", "Change")}</summary>
            {summary}
            <form class="form" method="post" action=format!("{}/change", at.unit(unit.standing.id)) novalidate>
                {hidden_fields(hidden)}
                {fields(ui, questions)}
                <div>{Button::primary(ui.t("保存更改", "Save the change")).submit()}</div>
            </form>
        </details>
    };
    Some(view.into_any())
}

fn close_part(
    scope: &StaffScope,
    request: &Request,
    at: At<'_>,
    file: &File,
    refusal: Option<&Refusal>,
) -> Option<AnyView> {
    let (ui, unit) = (request.ui, &file.unit);
    if !unit.acts.open(UnitAct::Close) {
        return None;
    }
    let Sent { form, errors, hidden, open } = Sent::to("/close", scope, request, unit, refusal);
    let answered = Answered { ui, form: &form, errors };
    let input = Input::Day { value: form.get("until").to_owned(), max: None };
    let question = answered.ask("until", ui.t("最后一天", "Last day"), Need::Required, input);
    let words = match unit.standing.until {
        None => ui.t("撤销", "Close"),
        Some(_) => ui.t("更正最后一天", "Correct the last day"),
    };
    let why = ui.t(
        "过了这一天就不再出现在架构里，名称和记录都保留。其下的单元要先撤销或移走。",
        "After that day it is folded away; its name and trail stay. What lies below it has to be closed or moved first.",
    );
    let view = view! {
        <details class="fold" id="close" open=open>
            <summary>{words}</summary>
            <form class="form" method="post" action=format!("{}/close", at.unit(unit.standing.id)) novalidate>
                {hidden_fields(hidden)}
                <p>{why}</p>
                {fields(ui, vec![question])}
                <div>{Button::danger(words).icon(Icon::Ban).submit()}</div>
            </form>
        </details>
    };
    Some(view.into_any())
}
