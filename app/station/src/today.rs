//! Today: what is late, what is due, what waits, in one order.

use backend::StaffScope;
use backend::applications;
use backend::duties::{self, DutyFigures};
use backend::members::{HandedOver, handed_over};
use backend::work::{self, Pending, What, Work, WorkTable};
use domain::access::{Action, Object, Reach};
use domain::papers::PaperState;
use domain::refusal::Refusal;
use domain::time::Moment;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::Tone;
use pages::components::button::Button;
use pages::components::empty::empty;
use pages::components::figures::{FigureCard, figures};
use pages::components::icons::{Icon, icon};
use pages::components::notice::notice;
use pages::components::page_head::{PageHead, page_head};
use pages::components::section::{SectionHead, section_with};
use pages::components::work_line::{WorkLine, work_lines};
use pages::duty;
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};
use pages::papers::state_badge;
use pages::route::Verb::Get;
use pages::route::{Route, staff};
use pages::ui::{Ui, Words};
use pages::upkeep::line as line_of;

pub(crate) fn routes() -> Vec<Route> {
    vec![staff(Get, "/o/{org}", (Object::Organisation, Action::Read), show)]
}

/// What a person finds in the morning.
struct Morning {
    work: WorkTable,
    /// Whether the duties are only one's own.
    mine: bool,
    /// Whether others' papers wait for this person.
    decides: bool,
    /// Applications that wait to be accepted; none who may not accept.
    waiting: Option<u64>,
    /// A colleague's work that lately became this person's: why the list has grown of those who see only their own.
    took_over: Option<HandedOver>,
}

/// For how many days one is told of what one took over.
const TOLD: i64 = 14;

async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let may = |object, action| scope.reach(object, action) != Reach::None;
    // Whoever answers for the whole station sees the whole station's duties, and may look at the own ones alone.
    let sees_all = scope.reach(Object::Duty, Action::List) == Reach::All;
    let mine = !sees_all || request.query.get("mine") == "yes";
    let accepts = may(Object::Application, Action::Accept);
    let since = scope.now().day().plus_days(-TOLD);
    let lately = |passed: &HandedOver| passed.to.0 == scope.member() && passed.at.day() > since;
    let took_over = match scope.reach(Object::Case, Action::List) {
        Reach::Own if !sees_all => handed_over(&scope, scope.member()).await?.into_iter().find(lately),
        _ => None,
    };
    let morning = Morning {
        work: work::table(&scope, mine).await?,
        mine,
        decides: may(Object::Paper, Action::Approve),
        waiting: if accepts { Some(applications::waiting(&scope).await?) } else { None },
        took_over,
    };
    let ui = request.ui;
    Ok(Answer::page(staff_page(&request, &scope, Area::Today, ui.t("今天", "Today"), || page(&scope, ui, &morning))))
}

fn page(scope: &StaffScope, ui: Ui, morning: &Morning) -> AnyView {
    view! {
        {page_head(ui, PageHead {
            title: ui.t("今天", "Today").into(),
            number: Some(ui.day(ui.now.day()).into()),
            actions: whose_duties(scope, ui, morning.mine).into_iter().collect(),
            ..PageHead::default()
        })}
        {morning.took_over.as_ref().map(|passed| took_over(ui, passed))}
        {numbers(scope, ui, morning)}
        {table(scope, ui, morning)}
    }
    .into_any()
}

/// The way from the station's duties to one's own, and back.
fn whose_duties(scope: &StaffScope, ui: Ui, mine: bool) -> Option<AnyView> {
    let sees_all = scope.reach(Object::Duty, Action::List) == Reach::All;
    let today = format!("/o/{}", scope.organisation().slug);
    sees_all.then(|| {
        if mine {
            Button::quiet(ui.t("看全站", "The whole station")).link(today)
        } else {
            Button::quiet(ui.t("只看我的", "Only mine")).link(format!("{today}?mine=yes"))
        }
    })
}

fn took_over(ui: Ui, passed: &HandedOver) -> AnyView {
    let (day, (_, from), held) = (ui.day(passed.at.day()), &passed.from, passed.held.say(ui.lang));
    let words = ui.words(
        || format!("{day}，{from}的工作已转交给您：{held}。"),
        || format!("{day}: the work of {from} was handed to you: {held}."),
    );
    notice(Tone::Info, words)
}

/// The address of the duties of which these are some.
fn all_duties(at: At<'_>, which: &str, mine: bool) -> String {
    at.area(&format!("duties?which={which}{}", if mine { "&mine=1" } else { "" }))
}

fn numbers(scope: &StaffScope, ui: Ui, morning: &Morning) -> AnyView {
    let at = At(&scope.organisation().slug);
    let duties = |which: &str| all_duties(at, which, morning.mine);
    let now = morning.work.figures;
    let mut row = vec![
        FigureCard::count(ui.t("已超期", "Overdue"), now.overdue, Tone::Late, duties("overdue")),
        FigureCard::count(ui.t("今天到期", "Due today"), now.today, Tone::Due, duties("today")),
        FigureCard::count(ui.t("本周", "This week"), now.week, Tone::Plain, duties("week")),
    ];
    if morning.decides {
        let count = u64::try_from(morning.work.to_decide).unwrap_or(u64::MAX);
        row.push(FigureCard::count(ui.t("等我审", "To review"), count, Tone::Plain, at.area("review")));
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

/// The parts into which the one order falls.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Late,
    Today,
    /// Within seven days, or three quarters of its time are over.
    Soon,
    Papers,
}

impl Part {
    fn of(work: &Work, now: Moment) -> Self {
        match &work.what {
            What::Duty(row) if row.duty.standing(now).is_late() => Self::Late,
            What::Duty(row) if row.duty.due <= Moment::end_of(now.day()) => Self::Today,
            What::Duty(_) => Self::Soon,
            What::Returned(..) | What::Decide(..) | What::Draft(_) => Self::Papers,
        }
    }

    /// Its name and its anchor.
    fn named(self, ui: Ui) -> (&'static str, &'static str) {
        match self {
            Self::Late => (ui.t("已超期", "Overdue"), "late"),
            Self::Today => (ui.t("今天到期", "Due today"), "today"),
            Self::Soon => (ui.t("快到期", "Due soon"), "soon"),
            Self::Papers => (ui.t("文书", "Papers"), "papers"),
        }
    }
}

fn table(scope: &StaffScope, ui: Ui, morning: &Morning) -> AnyView {
    let (work, mine) = (&morning.work, morning.mine);
    if work.rows.is_empty() && work.upkeep.is_empty() && work.figures.later == 0 {
        return view! { <div id="work">{nothing(scope, ui)}</div> }.into_any();
    }
    let part = |part: Part| {
        let these = work.rows.iter().filter(|row| Part::of(row, ui.now) == part);
        let lines: Vec<WorkLine> = these.map(|row| line(scope, ui, row, mine)).collect();
        let (title, id) = part.named(ui);
        let count = Some(lines.len().to_string().into());
        let head = SectionHead { title: title.into(), count, id: Some(id.into()), ..SectionHead::default() };
        (!lines.is_empty()).then(|| section_with(head, work_lines(ui, lines)))
    };
    let owed = [Part::Late, Part::Today, Part::Soon].map(part);
    view! {
        <div id="work">
            {owed.into_iter().collect_view()}
            {other_duties(scope, ui, morning)}
            {upkeep(scope, ui, work)}
            {part(Part::Papers)}
            {other_papers(scope, ui, work)}
        </div>
    }
    .into_any()
}

/// What is done again and again, where it is late or nearly due.
fn upkeep(scope: &StaffScope, ui: Ui, work: &WorkTable) -> Option<AnyView> {
    let at = At(&scope.organisation().slug);
    let lines: Vec<WorkLine> =
        work.upkeep.iter().map(|pressing| line_of(ui, at, scope.registers(), pressing)).collect();
    let head = SectionHead {
        title: ui.t("定期要做的", "Done again and again").into(),
        count: Some(lines.len().to_string().into()),
        id: Some("upkeep".into()),
        ..SectionHead::default()
    };
    (!lines.is_empty()).then(|| section_with(head, work_lines(ui, lines)))
}

/// How many rows of a kind are on the table.
fn shown(work: &WorkTable, is: impl Fn(&What) -> bool) -> usize {
    work.rows.iter().filter(|row| is(&row.what)).count()
}

/// What is owed and not on the table is counted: it is known, and it does not shout.
fn other_duties(scope: &StaffScope, ui: Ui, morning: &Morning) -> AnyView {
    let DutyFigures { overdue, week, later, .. } = morning.work.figures;
    // One of a longer time, of which one is reminded already, counts among the later ones.
    let week_ends = Moment::end_of(ui.now.day().plus_days(6));
    let is_near = |what: &What, near: bool| matches!(what, What::Duty(row) if (row.duty.due <= week_ends) == near);
    let sooner = (overdue + week).saturating_sub(shown(&morning.work, |what| is_near(what, true)) as u64);
    let later = later.saturating_sub(shown(&morning.work, |what| is_near(what, false)) as u64);
    let open = all_duties(At(&scope.organisation().slug), "open", morning.mine);
    let link = |words: String| {
        view! { <a class="works__later" href=open.clone()>{icon(Icon::Right)}{words}</a> }
    };
    let sooner = (sooner > 0)
        .then(|| link(ui.words(|| format!("七天内还有 {sooner}"), || format!("{sooner} more within seven days"))));
    let later = (later > 0).then(|| link(ui.words(|| format!("以后 {later}"), || format!("Later: {later}"))));
    view! { {sooner}{later} }.into_any()
}

fn other_papers(scope: &StaffScope, ui: Ui, work: &WorkTable) -> Option<AnyView> {
    let count = work.to_decide.saturating_sub(shown(work, |what| matches!(what, What::Decide(..))));
    let words = ui.words(|| format!("还有 {count} 份等您审"), || format!("{count} more wait for you"));
    let href = At(&scope.organisation().slug).area("review");
    (count > 0).then(|| view! { <a class="works__later" href=href>{icon(Icon::Right)}{words}</a> }.into_any())
}

fn nothing(scope: &StaffScope, ui: Ui) -> AnyView {
    let at = At(&scope.organisation().slug);
    let intake = scope.reach(Object::Application, Action::List) != Reach::None;
    let next =
        intake.then(|| Button::plain(ui.t("看等待受理的申请", "Applications that wait")).link(at.area("applications")));
    empty(
        Icon::Good,
        ui.t("没有未办的事项", "Nothing is to be done"),
        ui.t(
            "规范要求的时限从受理、评估、服务等环节自动产生，到期前会出现在这里；退回和草稿也在这里。",
            "What the norms set a time for appears here by itself, and so do papers sent back and drafts.",
        ),
        next.into_iter().collect(),
    )
}

fn line(scope: &StaffScope, ui: Ui, work: &Work, mine: bool) -> WorkLine {
    let at = At(&scope.organisation().slug);
    let whose = &work.whose;
    let write = |paper: &Pending, replaces| at.write(&paper.register.key, whose.file, paper.about, replaces);
    let mut notes = Vec::new();
    let (state, what, rule, action) = match &work.what {
        What::Duty(row) => {
            notes.extend(row.responsible.as_ref().filter(|_| !mine).map(|(_, name)| name.clone().into()));
            notes.extend(duty::note(ui, row));
            let rule = (row.duty.rule.to_string().into(), at.rule(row.duty.rule));
            let action = whose.opens.then(|| duty::action(ui, at, row)).flatten();
            (duty::standing(ui, duties::calendar(scope), row), duty::title(ui, row).into(), Some(rule), action)
        }
        What::Returned(paper, reason) => {
            notes.push(reason.clone().into());
            let action = (ui.t("去修改", "Revise").into(), write(paper, Some(paper.id)));
            (state_badge(ui, PaperState::Returned), title(ui, paper), None, Some(action))
        }
        What::Decide(paper, by) => {
            let since = paper.since.map(|since| ui.moment(since)).unwrap_or_default();
            notes.push(ui.words(|| format!("{by} {since}提交"), || format!("{by}, sent {since}")).into());
            let action = (ui.t("去审核", "Review").into(), at.review(paper.id));
            (state_badge(ui, PaperState::Submitted), title(ui, paper), None, Some(action))
        }
        What::Draft(paper) => {
            let action = (ui.t("接着写", "Go on").into(), write(paper, paper.replaces));
            (state_badge(ui, PaperState::Draft), title(ui, paper), None, Some(action))
        }
    };
    WorkLine {
        state,
        name: whose.name.clone().map(Words::from),
        number: whose.number.clone().into(),
        file: at.subject(whose.file).filter(|_| whose.opens),
        what,
        notes,
        rule,
        action,
    }
}

/// What a paper is, and of when it tells.
fn title(ui: Ui, paper: &Pending) -> Words {
    let title = ui.text(&paper.register.title);
    match paper.occurred.filter(|_| paper.register.occurred.is_some()) {
        Some(occurred) => format!("{title} · {}", ui.short_day(occurred.day())).into(),
        None => title.into(),
    }
}
