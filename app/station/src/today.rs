//! Today: what is late, what is due, what waits; and what I owe, soonest first.

use backend::StaffScope;
use backend::applications;
use backend::duties::{self, DutyFigures, DutyFilter, DutyPage, DutyRow};
use backend::members::{HandedOver, handed_over};
use backend::paperwork::{Waiting, waiting_for_me};
use domain::access::{Action, Object, Reach};
use domain::refusal::Refusal;
use domain::rules::RuleBook;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::Tone;
use pages::components::button::Button;
use pages::components::duty_line::{DutyLine, duty_line_with};
use pages::components::empty::empty;
use pages::components::figures::{FigureCard, figures};
use pages::components::icons::Icon;
use pages::components::menu::{MenuItem, Side, menu};
use pages::components::notice::notice;
use pages::components::page_head::{PageHead, page_head};
use pages::components::rows::{ListRow, rows};
use pages::components::section::{SectionHead, section_with};
use pages::duty;
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};
use pages::route::Verb::Get;
use pages::route::{Route, staff};
use pages::ui::{Ui, Words};

pub(crate) fn routes() -> Vec<Route> {
    vec![staff(Get, "/o/{org}", (Object::Organisation, Action::Read), show)]
}

/// How many papers that wait for approval are in sight.
const IN_SIGHT: usize = 6;

/// What a person finds in the morning.
struct Morning {
    figures: DutyFigures,
    duties: DutyPage,
    /// Whether the duties are only one's own.
    mine: bool,
    /// Papers that wait for this person's approval; none who may not approve.
    approvals: Option<Vec<Waiting>>,
    /// Applications that wait to be accepted; none who may not accept.
    waiting: Option<u64>,
    /// A colleague's work that lately became this person's: why the lists have grown of those who see only their own.
    took_over: Option<HandedOver>,
}

/// For how many days one is told of what one took over.
const TOLD: i64 = 14;

async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let may = |object, action| scope.reach(object, action) != Reach::None;
    // Whoever answers for the whole station sees the whole station's duties, and may look at the own ones alone.
    let mine = scope.reach(Object::Duty, Action::List) != Reach::All || request.query.get("mine") == "yes";
    let approves = may(Object::Paper, Action::Approve);
    let accepts = may(Object::Application, Action::Accept);
    let since = scope.now().day().plus_days(-TOLD);
    let lately = |passed: &HandedOver| passed.to.0 == scope.member() && passed.at.day() > since;
    let took_over = match scope.reach(Object::Case, Action::List) {
        Reach::Own => handed_over(&scope, scope.member()).await?.into_iter().find(lately),
        _ => None,
    };
    let morning = Morning {
        figures: duties::figures(&scope, mine).await?,
        duties: duties::list(&scope, &DutyFilter { mine, ..DutyFilter::default() }).await?,
        mine,
        approvals: if approves { Some(waiting_for_me(&scope).await?) } else { None },
        waiting: if accepts { Some(applications::waiting(&scope).await?) } else { None },
        took_over,
    };
    let ui = request.ui;
    Ok(Answer::page(staff_page(&request, &scope, Area::Today, ui.t("今天", "Today"), || page(&scope, ui, &morning))))
}

fn page(scope: &StaffScope, ui: Ui, morning: &Morning) -> AnyView {
    let day = ui.day(ui.now.day());
    view! {
        {page_head(ui, PageHead {
            title: ui.words(|| format!("今天 · {day}"), || format!("Today · {day}")).into(),
            actions: vec![begin(scope, ui)],
            ..PageHead::default()
        })}
        {morning.took_over.as_ref().map(|passed| took_over(ui, passed))}
        {numbers(scope, ui, morning)}
        {approvals(scope, ui, morning)}
        {owed(scope, ui, morning)}
        {quick(scope, ui)}
    }
    .into_any()
}

fn took_over(ui: Ui, passed: &HandedOver) -> AnyView {
    let (day, (_, from), held) = (ui.day(passed.at.day()), &passed.from, passed.held.say(ui.lang));
    let words = ui.words(
        || format!("{day}，{from}的工作已转交给您：{held}。"),
        || format!("{day}: the work of {from} was handed to you: {held}."),
    );
    notice(Tone::Info, words)
}

fn numbers(scope: &StaffScope, ui: Ui, morning: &Morning) -> AnyView {
    let at = At(&scope.organisation().slug);
    let mine = if morning.mine { "&mine=1" } else { "" };
    let duties = |which: &str| at.area(&format!("duties?which={which}{mine}"));
    let now = morning.figures;
    let mut row = vec![
        FigureCard::count(ui.t("已超期", "Overdue"), now.overdue, Tone::Late, duties("overdue")),
        FigureCard::count(ui.t("今天到期", "Due today"), now.today, Tone::Due, duties("today")),
        FigureCard::count(ui.t("本周", "This week"), now.week, Tone::Plain, duties("week")),
    ];
    if let Some(approvals) = &morning.approvals {
        let count = u64::try_from(approvals.len()).unwrap_or(u64::MAX);
        row.push(FigureCard::count(ui.t("等我审", "For my approval"), count, Tone::Plain, "#approvals"));
    }
    if let Some(waiting) = morning.waiting {
        row.push(FigureCard::count(
            ui.t("待受理", "To be accepted"),
            waiting,
            Tone::Due,
            at.area("applications?state=submitted"),
        ));
    }
    figures(row)
}

/// What somebody else wrote and this person approves or returns, oldest first.
fn approvals(scope: &StaffScope, ui: Ui, morning: &Morning) -> Option<AnyView> {
    let at = At(&scope.organisation().slug);
    let waiting = morning.approvals.as_ref().filter(|waiting| !waiting.is_empty())?;
    let line = |paper: &Waiting| {
        let since = ui.moment(paper.since);
        ListRow {
            icon: Some(Icon::Pen),
            title: format!("{} · {}", ui.text(&paper.register.title), paper.number).into(),
            href: Some(at.paper(paper.id)),
            note: Some(ui.words(|| format!("{since}提交"), || format!("Sent {since}")).into()),
            ..ListRow::default()
        }
    };
    let head = SectionHead {
        title: ui.t("等我审", "For my approval").into(),
        count: Some(waiting.len().to_string().into()),
        id: Some("approvals"),
        ..SectionHead::default()
    };
    // The oldest in sight, the rest a click away: what one owes oneself stands below.
    let (first, then) = waiting.split_at(waiting.len().min(IN_SIGHT));
    let then = (!then.is_empty()).then(|| {
        let count = then.len();
        view! {
            <details class="fold">
                <summary>{ui.words(|| format!("其余 {count} 份"), || format!("{count} more"))}</summary>
                {rows(then.iter().map(line).collect())}
            </details>
        }
    });
    Some(section_with(head, view! { {rows(first.iter().map(line).collect())}{then} }.into_any()))
}

fn owed(scope: &StaffScope, ui: Ui, morning: &Morning) -> AnyView {
    let at = At(&scope.organisation().slug);
    let title =
        if morning.mine { ui.t("我的待办", "What I owe") } else { ui.t("全站待办", "What the station owes") };
    if morning.duties.rows.is_empty() {
        let next = if scope.reach(Object::Application, Action::List) == Reach::None {
            Vec::new()
        } else {
            vec![Button::plain(ui.t("看等待受理的申请", "Applications that wait")).link(at.area("applications"))]
        };
        let head = SectionHead { title: title.into(), ..SectionHead::default() };
        return section_with(
            head,
            empty(
                Icon::Good,
                ui.t("没有未办的事项", "Nothing is owed"),
                ui.t(
                    "规范要求的时限从受理、评估、服务等环节自动产生，到期前会出现在这里。",
                    "What the norms set a time for appears here by itself: review, records, results, follow-ups.",
                ),
                next,
            ),
        );
    }
    let lines = morning.duties.rows.iter().map(|row| line(scope, ui, row, morning.mine));
    let shown = morning.duties.rows.len();
    let all_mine = scope.reach(Object::Duty, Action::List) == Reach::All;
    let more: (Words, String) = match (all_mine, morning.mine) {
        (true, false) => {
            (ui.t("只看我的", "Only mine").into(), format!("{}?mine=yes", at.area("").trim_end_matches('/')))
        }
        (true, true) => (ui.t("看全站", "The whole station").into(), at.area("").trim_end_matches('/').to_owned()),
        (false, _) => (ui.t("全部待办", "All duties").into(), at.area("duties")),
    };
    let head = SectionHead {
        title: title.into(),
        count: Some(shown.to_string().into()),
        more: Some(more),
        ..SectionHead::default()
    };
    let rest = morning.duties.next.is_some().then(|| {
        let all = Button::plain(ui.t("看全部待办", "All duties")).after(Icon::Right);
        view! { <div class="buttons act__more">{all.link(at.area("duties"))}</div> }
    });
    section_with(head, view! { <ol class="duties">{lines.collect_view()}</ol>{rest} }.into_any())
}

fn line(scope: &StaffScope, ui: Ui, row: &DutyRow, mine: bool) -> AnyView {
    let at = At(&scope.organisation().slug);
    let subject = at.open_to(scope, row.duty.subject);
    let action = subject.as_ref().and_then(|_| duty::action(ui, at, row));
    let owner = row.responsible.as_ref().filter(|_| !mine).map(|(_, name)| name.clone().into());
    duty_line_with(
        ui,
        duty::standing(ui, duties::calendar(scope), row),
        duty::note(ui, row),
        DutyLine {
            due: (row.duty.due, row.duty.unit(RuleBook::builtin())),
            met: None,
            what: duty::title(ui, row).into(),
            subject: (row.number.clone().into(), subject),
            whom: None,
            owner,
            rule: (row.duty.rule.to_string().into(), at.rule(row.duty.rule)),
            action,
        },
    )
}

/// What can be begun from here.
fn begin(scope: &StaffScope, ui: Ui) -> AnyView {
    let at = At(&scope.organisation().slug);
    let mut items = Vec::new();
    if scope.reach(Object::Application, Action::Create) != Reach::None {
        items.push(MenuItem::link(Icon::Inbox, ui.t("登记申请", "Application"), at.area("applications/new")));
    }
    if scope.reach(Object::Member, Action::Create) != Reach::None {
        items.push(MenuItem::link(Icon::Staff, ui.t("添加成员", "Member"), at.area("members/new")));
    }
    if items.is_empty() {
        return ().into_any();
    }
    let button = view! { <span>{ui.t("新建", "New")}</span> }.into_any();
    menu(Side::End, "button button--primary", button, items.into_iter().map(MenuItem::view).collect_view().into_any())
}

/// Where one goes most.
fn quick(scope: &StaffScope, ui: Ui) -> AnyView {
    let at = At(&scope.organisation().slug);
    let own = scope.reach(Object::Case, Action::List) == Reach::Own;
    let places = [
        (Object::Client, if own { ui.t("我的服务对象", "My clients") } else { ui.t("服务对象", "Clients") }, "clients"),
        (Object::Case, if own { ui.t("我的个案", "My cases") } else { ui.t("个案", "Cases") }, "cases"),
        (Object::Application, ui.t("接案受理", "Intake"), "applications"),
    ];
    let links = places.into_iter().filter(|(object, _, _)| scope.reach(*object, Action::List) != Reach::None);
    let links = links.map(|(_, words, area)| Button::quiet(words).after(Icon::Right).link(at.area(area)));
    view! { <nav class="buttons today__quick" aria-label=ui.t("常用", "Often used")>{links.collect_view()}</nav> }
        .into_any()
}
