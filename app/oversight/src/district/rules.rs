//! The rules: what each demands, how far it is carried out, with which number, and who of the district said so since when. What
//! a norm makes a duty can only be made stricter.

use super::{at, rule_at};
use backend::OversightScope;
use backend::oversight::{
    AdoptRule, GivePacks, RuleSettings, SetLimit, SettingRow, adopt_rule, give_packs, rule_settings, set_limit,
};
use domain::forms::Decimal;
use domain::packs::{Pack, PackSet};
use domain::refusal::{FieldError, Problem, Refusal};
use domain::rules::{Parameter, Rule, RuleArea, RuleBook, Status, Stricter};
use domain::time::{Day, Moment};
use leptos::prelude::*;
use pages::clause::{amount, clause, named, status};
use pages::components::badge::{Tone, badge};
use pages::components::button::{Button, hidden_fields};
use pages::components::empty::empty_line;
use pages::components::field::{Field, Input, Need, Offered, TextKind, Width, error_summary, field};
use pages::components::filters::{SavedView, views};
use pages::components::notice::notice;
use pages::components::page_head::{PageHead, page_head};
use pages::components::rows::{ListRow, rows};
use pages::components::section::{SectionHead, section, section_with, split};
use pages::components::table::{Column, Row, Table, cell, row_title, table};
use pages::frames::{DistrictArea, Sheet, district_page};
use pages::handling::{Answer, Form, Request, answer_form, refused};
use pages::ui::{Ui, Words};

pub(super) async fn list(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let settings = rule_settings(&scope).await?;
    let (ui, wanted) = (request.ui, request.query.maybe::<Status>("status"));
    let title = ui.t("规范条款", "Rules");
    let html = district_page(&request, &scope, DistrictArea::Rules, Sheet::wide(title), || {
        let book: Vec<&Rule> = RuleBook::builtin().on(ui.now.day()).collect();
        let count =
            |status: Option<Status>| book.iter().filter(|rule| status.is_none_or(|is| rule.status() == is)).count();
        let view = |status: Option<Status>| SavedView {
            words: status.map_or(ui.t("全部", "All"), |status| ui.name(status)).into(),
            href: match status {
                Some(status) => at(&scope, &format!("/rules?status={status}")),
                None => at(&scope, "/rules"),
            },
            count: Some(count(status) as u64),
            current: status == wanted,
        };
        let tabs = std::iter::once(None).chain(Status::ALL.map(Some)).map(view).collect();
        let head = PageHead {
            title: title.into(),
            lead: Some(
                ui.t(
                    "规范定的底线只能调得更严；每项设定都有生效日期，机构在操作记录里能看到。",
                    "What a norm makes a duty can only be made stricter; each setting has a first day, and the stations find it in their trails.",
                )
                .into(),
            ),
            ..PageHead::default()
        };
        let parts = RuleArea::ALL.into_iter().filter_map(|area| {
            let is_asked = |rule: &&Rule| rule.id.area() == area && wanted.is_none_or(|wanted| rule.status() == wanted);
            let of_area: Vec<&Rule> = book.iter().copied().filter(is_asked).collect();
            (!of_area.is_empty()).then(|| part(ui, &scope, area, of_area, &settings))
        });
        view! { {page_head(ui, head)}{views(ui, tabs)}{parts.collect_view()} }.into_any()
    });
    Ok(Answer::page(html))
}

fn part(ui: Ui, scope: &OversightScope, area: RuleArea, rules: Vec<&Rule>, settings: &RuleSettings) -> AnyView {
    let columns = vec![
        Column::title(ui.t("条款", "Rule")),
        Column::long(ui.t("要求", "What it demands")),
        Column::state(ui.t("状态", "State")),
        Column::short(ui.t("限值", "Limits")).named_on_phone(),
        Column::text(ui.t("区里的设定", "Set by the district")).named_on_phone(),
    ];
    let count = rules.len();
    let row = |rule: &Rule| {
        let values = rule
            .parameters
            .iter()
            .map(|parameter| amount(ui, settings.rules.value(parameter, ui.now.day()), parameter.unit));
        let said = settings.rows.iter().find(|row| row.rule == rule.id).map(|row| said(ui, rule, row));
        Row {
            cells: vec![
                row_title(ui.text(&rule.title), rule_at(scope, &rule.id.to_string()), Some(rule.id.to_string().into())),
                cell(ui.text(&rule.wording)),
                status(ui, rule),
                cell(values.collect::<Vec<_>>().join(ui.t("；", "; "))),
                cell(said.unwrap_or_default()),
            ],
            late: false,
        }
    };
    let head = SectionHead {
        title: ui.name(area).into(),
        count: Some(Words::from(count.to_string())),
        ..SectionHead::default()
    };
    let rows = rules.into_iter().map(row).collect();
    section_with(head, table(ui, Table { caption: ui.name(area).into(), columns, rows, ..Table::default() }))
}

/// 初审时限 12 小时，2026年3月3日起，王主任
fn said(ui: Ui, rule: &Rule, row: &SettingRow) -> String {
    let what = match (&row.parameter, row.adopted) {
        (Some(key), _) => {
            let parameter = rule.parameter(key);
            let label = parameter.map_or_else(|| key.clone(), |parameter| ui.text(&parameter.label));
            let default = || ui.t("恢复默认", "the default again").to_owned();
            let value = match (row.value, parameter) {
                (Some(value), Some(parameter)) => amount(ui, value, parameter.unit),
                (value, _) => value.map_or_else(default, |value| value.to_string()),
            };
            format!("{label} {value}")
        }
        (None, true) => ui.t("全区采用", "Followed by all").to_owned(),
        (None, false) => ui.t("不再采用", "No longer followed by all").to_owned(),
    };
    let from = ui.day(row.from);
    let from = ui.words(|| format!("{from}起"), || format!("from {from}"));
    [Some(what), Some(from), row.by.clone()].into_iter().flatten().collect::<Vec<_>>().join(ui.t("，", ", "))
}

/// Which of the forms of the page was sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked<'a> {
    Limit(&'a str),
    Adoption,
}

pub(super) async fn show(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    page(&scope, &request, None).await.map(Answer::page)
}

async fn page(
    scope: &OversightScope,
    request: &Request,
    kept: Option<(Asked<'_>, &Refusal)>,
) -> Result<String, Refusal> {
    let (ui, rule) = (request.ui, named(request.param("rule"))?);
    let settings = rule_settings(scope).await?;
    let title = ui.text(&rule.title);
    Ok(district_page(request, scope, DistrictArea::Rules, title, || {
        let back = Some((ui.t("规范条款", "Rules").into(), at(scope, "/rules")));
        let limits =
            rule.parameters.iter().map(|parameter| limit_form(scope, request, rule, parameter, &settings, kept));
        let limits = limits.collect_view();
        let limits = (!rule.parameters.is_empty()).then(|| section(ui.t("设定限值", "Set a limit"), limits.into_any()));
        let side = section(ui.t("全区采用", "Followed by all"), adoption_form(scope, request, rule, &settings, kept));
        let main = view! { {limits}{history(ui, rule, &settings)} };
        view! { {clause(ui, rule, back)}{split(main.into_any(), side)} }.into_any()
    }))
}

/// What was said of the rule, newest first.
fn history(ui: Ui, rule: &Rule, settings: &RuleSettings) -> AnyView {
    let lines: Vec<ListRow> = settings
        .rows
        .iter()
        .filter(|row| row.rule == rule.id)
        .map(|row| ListRow {
            title: said(ui, rule, row).into(),
            note: Some(
                ui.words(|| format!("{}设定", ui.moment(row.at)), || format!("set {}", ui.moment(row.at))).into(),
            ),
            ..ListRow::default()
        })
        .collect();
    let body = if lines.is_empty() {
        empty_line(ui.t("区里没有设定过，按默认执行。", "The district has set nothing: the defaults bind."))
    } else {
        rows(lines)
    };
    section(ui.t("设定记录", "What was set"), body)
}

/// The form of one limit.
fn limit_form(
    scope: &OversightScope,
    request: &Request,
    rule: &Rule,
    parameter: &Parameter,
    settings: &RuleSettings,
    kept: Option<(Asked<'_>, &Refusal)>,
) -> AnyView {
    let ui = request.ui;
    let kept = kept.filter(|(asked, _)| *asked == Asked::Limit(&parameter.key)).map(|(_, refusal)| refusal);
    let now = settings.rules.value(parameter, ui.now.day());
    let (min, max) = parameter.range().into_inner();
    let label = ui.text(&parameter.label);
    let unit = ui.name(parameter.unit);
    let default = amount(ui, parameter.default, parameter.unit);
    let may = match (min == parameter.default, max == parameter.default) {
        (false, true) => ui.words(|| format!("只能调小，最大 {max}。"), || format!("Only smaller, at most {max}.")),
        (true, false) => ui.words(|| format!("只能调大，最小 {min}。"), || format!("Only larger, at least {min}.")),
        _ if parameter.stricter == Stricter::Lower => ui.t("越小越严。", "Smaller is stricter.").to_owned(),
        _ => ui.t("越大越严。", "Larger is stricter.").to_owned(),
    };
    let help = ui.words(
        || format!("单位：{unit}。默认 {default}。{may}留空即恢复默认。"),
        || format!("In {unit}. The default is {default}. {may} Empty: the default again."),
    );
    let (value, from) = match kept {
        Some(_) => (request.form.get("value").to_owned(), request.form.get("from").to_owned()),
        None => (now.to_string(), ui.now.day().to_string()),
    };
    let name = format!("value-{}", parameter.key);
    let questions = vec![
        Field {
            name: "value".to_owned(),
            id: Some(name),
            label: label.into(),
            help: Some(help.into()),
            need: Need::Optional,
            input: Input::line(value, TextKind::Plain, Width::Short),
            ..Field::default()
        },
        first_day(ui, &format!("from-{}", parameter.key), from),
    ];
    let hidden = vec![("parameter", parameter.key.clone())];
    let button = ui.t("设定", "Set");
    posted(scope, request, (format!("{}/limit", rule_at(scope, &rule.id.to_string())), hidden), questions, button, kept)
}

/// Whether all stations follow the rule though their norms do not have it.
fn adoption_form(
    scope: &OversightScope,
    request: &Request,
    rule: &Rule,
    settings: &RuleSettings,
    kept: Option<(Asked<'_>, &Refusal)>,
) -> AnyView {
    let ui = request.ui;
    let kept = kept.filter(|(asked, _)| *asked == Asked::Adoption).map(|(_, refusal)| refusal);
    let adopted = settings.rules.has_adopted(rule.id, ui.now.day());
    let words = if adopted {
        ui.t("全区机构都执行这一条。", "All stations follow this rule.")
    } else {
        ui.t(
            "执行相应规范的机构才受这一条约束；采用后全区机构都执行。",
            "It binds the stations that carry its norms; once adopted, all stations follow it.",
        )
    };
    let from = if kept.is_some() { request.form.get("from").to_owned() } else { ui.now.day().to_string() };
    let hidden = vec![("follows", if adopted { "no" } else { "yes" }.to_owned())];
    let button = if adopted { ui.t("不再采用", "No longer") } else { ui.t("全区采用", "Adopt for all") };
    let action = format!("{}/adoption", rule_at(scope, &rule.id.to_string()));
    let form = posted(scope, request, (action, hidden), vec![first_day(ui, "from-adoption", from)], button, kept);
    view! { <p>{words}</p>{form} }.into_any()
}

/// From which day on.
fn first_day(ui: Ui, id: &str, value: String) -> Field {
    Field {
        name: "from".to_owned(),
        id: Some(id.to_owned()),
        label: ui.t("生效日期", "First day").into(),
        need: Need::Required,
        input: Input::Day { value, max: None },
        ..Field::default()
    }
}

/// A form with its complaints.
fn posted(
    scope: &OversightScope,
    request: &Request,
    (action, mut hidden): (String, Vec<(&'static str, String)>),
    questions: Vec<Field>,
    button: &'static str,
    kept: Option<&Refusal>,
) -> AnyView {
    let ui = request.ui;
    let operation = request.next_operation(kept, || scope.new_operation());
    hidden.push(("operation", operation.to_string()));
    let errors = refused(kept);
    let mut lines: Vec<(String, Words)> = Vec::new();
    let fields: Vec<AnyView> = questions
        .into_iter()
        .map(|mut question| {
            if let Some(error) = errors.iter().find(|error| error.field == question.name) {
                let words = error.problem.say(ui.lang);
                let id = question.id.clone().unwrap_or_else(|| question.name.clone());
                lines.push((id, format!("{}{}{words}", question.label, ui.t("：", ": ")).into()));
                question.error = Some(words.into());
            }
            field(ui, question)
        })
        .collect();
    let other = kept.filter(|refusal| !matches!(refusal, Refusal::Invalid(_)));
    view! {
        {other.map(|refusal| notice(Tone::Late, refusal.say(ui.lang)))}
        {error_summary(ui, lines)}
        <form class="form" method="post" action=action novalidate>
            {hidden_fields(hidden)}
            {fields}
            <div class="form__foot">{Button::plain(button).submit()}</div>
        </form>
    }
    .into_any()
}

pub(super) async fn limit(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let rule = named(request.param("rule"))?;
    let parameter = rule.parameter(request.form.get("parameter")).ok_or(Refusal::NotFound)?;
    let done = async {
        let (value, from) = (value(&request.form, parameter), first(&request.form));
        let body = match (value, from) {
            (Ok(value), Ok(from)) => SetLimit { parameter: parameter.key.clone(), value, from },
            (value, from) => return Err(Refusal::Invalid(value.err().into_iter().chain(from.err()).collect())),
        };
        set_limit(&scope, request.command(body)?).await?;
        Ok(Answer::SeeOther(rule_at(&scope, &rule.id.to_string())))
    };
    let again = async |refusal: &Refusal| page(&scope, &request, Some((Asked::Limit(&parameter.key), refusal))).await;
    answer_form(done, again).await
}

pub(super) async fn adoption(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let rule = named(request.param("rule"))?;
    let done = async {
        let from = first(&request.form).map_err(|error| Refusal::Invalid(vec![error]))?;
        let body = AdoptRule { rule: rule.id, follows: request.form.get("follows") == "yes", from };
        adopt_rule(&scope, request.command(body)?).await?;
        Ok(Answer::SeeOther(rule_at(&scope, &rule.id.to_string())))
    };
    answer_form(done, async |refusal| page(&scope, &request, Some((Asked::Adoption, refusal))).await).await
}

/// A number, or nothing for the default.
fn value(form: &Form, parameter: &Parameter) -> Result<Option<i64>, FieldError> {
    let (min, max) = parameter.range().into_inner();
    let wrong = || {
        FieldError::new(
            "value",
            Problem::NotANumber { min: Decimal::new(min, 0), max: Decimal::new(max, 0), decimals: 0 },
        )
    };
    match form.get("value").trim() {
        "" => Ok(None),
        raw => domain::text::half_width(raw).parse().map(Some).map_err(|_| wrong()),
    }
}

fn first(form: &Form) -> Result<Day, FieldError> {
    Day::read(form.get("from")).map_err(|problem| FieldError::new("from", problem))
}

/// Which norms bind a station, and from when.
pub(super) async fn packs(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    Ok(Answer::page(packs_page(&scope, &request, None)?))
}

fn packs_page(scope: &OversightScope, request: &Request, kept: Option<&Refusal>) -> Result<String, Refusal> {
    let (ui, station) = (request.ui, scope.organisation(request.param("org"))?);
    let title = ui.t("适用规范", "Norms");
    Ok(district_page(request, scope, DistrictArea::Overview, title, || {
        let said = |packs: PackSet| {
            let norms: Vec<String> = packs.iter().map(|pack| ui.text(&pack.norm())).collect();
            norms.join(ui.t("、", ", "))
        };
        let mut lines = vec![ListRow {
            title: said(*station.given.on(Moment::from_millis(0).day())).into(),
            note: Some(ui.t("最初", "At first").into()),
            ..ListRow::default()
        }];
        lines.extend(station.given.changes().map(|(from, packs)| {
            let from = ui.day(from);
            let note = ui.words(|| format!("{from}起"), || format!("from {from}"));
            ListRow { title: said(*packs).into(), note: Some(note.into()), ..ListRow::default() }
        }));
        lines.reverse();
        let (values, from) = match kept {
            Some(_) => (request.form.all("packs"), request.form.get("from").to_owned()),
            None => (station.packs.iter().map(|pack| pack.code().to_owned()).collect(), ui.now.day().to_string()),
        };
        let options = Pack::ALL.into_iter().map(|pack| Offered::new(pack.code(), ui.text(&pack.norm()))).collect();
        let questions = vec![
            Field {
                name: "packs".to_owned(),
                label: ui.t("执行哪些规范", "Which norms").into(),
                need: Need::Required,
                input: Input::Many { options, values, stacked: true },
                ..Field::default()
            },
            first_day(ui, "from", from),
        ];
        let head = PageHead {
            back: Some((station.name.clone().into(), at(scope, &format!("/stations/{}", station.slug)))),
            title: title.into(),
            ..PageHead::default()
        };
        let action = at(scope, &format!("/stations/{}/packs", station.slug));
        let form = posted(scope, request, (action, Vec::new()), questions, ui.t("确定", "Set"), kept);
        let badge = badge(Tone::Info, said(station.packs));
        let now = section(ui.t("今天执行", "Today"), badge);
        let before = section(ui.t("历次", "History"), rows(lines));
        view! { {page_head(ui, head)}{split(form, view! { {now}{before} }.into_any())} }.into_any()
    }))
}

pub(super) async fn give(scope: OversightScope, request: Request) -> Result<Answer, Refusal> {
    let done = async {
        let packs = request.form.all("packs").concat();
        let packs = PackSet::parse(&packs).map_err(|_| Refusal::field("packs", Problem::NotAChoice))?;
        let from = first(&request.form).map_err(|error| Refusal::Invalid(vec![error]))?;
        let organisation = request.param("org").to_owned();
        give_packs(&scope, request.command(GivePacks { organisation, packs, from })?).await?;
        Ok(Answer::SeeOther(at(&scope, &format!("/stations/{}/packs", request.param("org")))))
    };
    answer_form(done, async |refusal| packs_page(&scope, &request, Some(refusal))).await
}
