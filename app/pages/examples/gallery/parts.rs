//! Every part, in all its states, with the longest words the work really uses: what a designer
//! looks at. `cargo run -p pages --example gallery` writes it as a page.

use domain::forms::{Answers, FormKey, FormTemplate, validate};
use domain::papers::PaperState;
use domain::registers::Registers;
use domain::time::{Day, Moment, Span, Unit};
use leptos::prelude::*;

use pages::components::badge::{Tone, badge, badge_with, clock, rule};
use pages::components::button::Button;
use pages::components::card::{Card, cards};
use pages::components::chart::{self, bar, columns, sparkline};
use pages::components::diff::Said;
use pages::components::duty_line::{DutyLine, duties};
use pages::components::empty::{empty, empty_line};
use pages::components::facts::{fact_note, facts, facts_lined, facts_of};
use pages::components::field::{Field, Input, Need, Offered, TextKind, Width, error_summary, field};
use pages::components::figures::{FigureCard, figures};
use pages::components::filters::{Filter, SavedView, chips, filters, views};
use pages::components::form::{self, FormView, form_answers};
use pages::components::frame::{AreaGroup, AreaLink, Frame, Inbox, Me, Search, frame, place_item};
use pages::components::icons::{Icon, icon_20};
use pages::components::menu::MenuItem;
use pages::components::notice::{notice, notice_with};
use pages::components::page_head::{PageHead, page_head};
use pages::components::pager::pager;
use pages::components::panes::{Item, panes};
use pages::components::paper::{Paper, PaperLine, paper};
use pages::components::queue::{QueueRow, queue};
use pages::components::receipt::{Qr, ReceiptCard, receipt};
use pages::components::resident::{Public, Task, public, public_step, tasks};
use pages::components::rows::{ListRow, rows};
use pages::components::section::{SectionHead, section, section_with, split};
use pages::components::sign_in::gate;
use pages::components::stepper::{StepState, stepper, steps};
use pages::components::switch::switch;
use pages::components::table::{Column, Order, Row, Table, cell, row_count, row_title, table};
use pages::components::timeline::{Entry, EntryKind, timeline};
use pages::components::verdict::{Verdict, verdict, verdict_because};
use pages::components::watermark::watermark;
use pages::components::work_line::{WorkLine, work_lines};
use pages::papers::state_badge;
use pages::ui::{Ui, Words};

/// The pages of the gallery, by the names the example takes.
pub const PAGES: [&str; 14] = [
    "application",
    "plan",
    "today",
    "list",
    "case",
    "form",
    "parts",
    "district",
    "evaluator",
    "apply",
    "receipt",
    "gate",
    "paper",
    "review",
];

/// One page of the gallery; an unknown name gives the parts.
#[must_use]
pub fn gallery(ui: Ui, page: &str) -> AnyView {
    match page {
        "today" => staff(ui, "", today(ui)),
        "list" => staff(ui, "clients", list(ui)),
        "application" => application(ui),
        "plan" => staff(ui, "cases", plan(ui)),
        "case" => staff(ui, "cases", case(ui)),
        "form" => staff(ui, "intake", form(ui)),
        "district" => staff(ui, "duties", district(ui)),
        "evaluator" => view! { {staff(ui, "quality", evaluator(ui))}{watermark(ui.t("评估员 李敏 · 2026-11-21 14:30", "Assessor Li Min · 2026-11-21 14:30"))} }.into_any(),
        "apply" => apply(ui),
        "receipt" => kept(ui),
        "gate" => sign_in(ui),
        "paper" => staff(ui, "cases", document(ui)),
        "review" => staff(ui, "", review(ui)),
        _ => staff(ui, "organisation", parts(ui)),
    }
}

fn staff(ui: Ui, here: &str, main: AnyView) -> AnyView {
    let home = "/o/qs01".to_owned();
    let link =
        |icon, zh, en, href: &str| AreaLink::new(icon, ui.t(zh, en), format!("/o/qs01/{href}")).current(href == here);
    let groups = vec![
        AreaGroup {
            key: "service",
            title: ui.t("服务", "Service").into(),
            links: vec![
                link(Icon::Inbox, "接案受理", "Intake", "intake").count(7, true),
                link(Icon::People, "服务对象", "Clients", "clients"),
                link(Icon::Clipboard, "需求评估", "Assessments", "assessments").count(3, false),
                link(Icon::Folder, "个案", "Cases", "cases").count(12, false),
                link(Icon::Alert, "危机干预", "Crises", "crises"),
                link(Icon::Calendar, "小组与活动", "Activities", "activities"),
                link(Icon::Message, "意见与投诉", "Complaints", "complaints").count(1, false),
            ],
        },
        AreaGroup {
            key: "station",
            title: ui.t("机构", "Station").into(),
            links: vec![
                link(Icon::Staff, "人员", "Staff", "staff"),
                link(Icon::Wallet, "财务", "Finance", "finance"),
                link(Icon::Box, "物资", "Materials", "materials"),
                link(Icon::Shield, "安全", "Safety", "safety"),
            ],
        },
        AreaGroup {
            key: "oversight",
            title: ui.t("监督", "Oversight").into(),
            links: vec![
                link(Icon::Rules, "规范与时限", "Rules and clocks", "duties"),
                link(Icon::Star, "质量与评估", "Quality", "quality"),
                link(Icon::Chart, "指标与报表", "Indicators", "indicators"),
            ],
        },
        AreaGroup {
            key: "settings",
            title: ui.t("设置", "Settings").into(),
            links: vec![
                link(Icon::Building, "机构资料", "Organisation", "organisation"),
                link(Icon::Key, "成员与权限", "Members", "members"),
            ],
        },
    ];
    let options = Frame {
        home,
        place: ui.t("青山街道社会工作服务站", "Qingshan Street Social-Work Station").into(),
        places: vec![
            place_item(
                ui.t("青山街道社会工作服务站", "Qingshan Street Station"),
                ui.t("社工、督导", "Worker, supervisor"),
                "/o/qs01",
                true,
            ),
            place_item(
                ui.t("临江区未成年人救助保护中心", "Linjiang Children's Protection Centre"),
                ui.t("社工", "Worker"),
                "/o/lj03",
                false,
            ),
        ],
        first: vec![
            AreaLink::new(Icon::Today, ui.t("今天", "Today"), "/o/qs01").current(here.is_empty()).count(5, true),
        ],
        groups,
        search: Some(Search {
            action: "/o/qs01/search".to_owned(),
            hint: ui.t("姓名、编号、电话后四位", "Name, number, last four of phone").into(),
        }),
        new: vec![
            MenuItem::link(Icon::Inbox, ui.t("登记申请", "Register an application"), "#"),
            MenuItem::link(Icon::Pen, ui.t("写服务记录", "Write a service record"), "#"),
        ],
        inbox: Some(Inbox { href: "#".to_owned(), unread: 3 }),
        me: Me {
            name: ui.t("欧阳晓燕", "Ouyang Xiaoyan").into(),
            roles: ui.t("社工、督导 · 青山街道社会工作服务站", "Worker, supervisor · Qingshan Street Station").into(),
            items: vec![MenuItem::link(Icon::Person, ui.t("我的资料", "My profile"), "#")],
            sign_out: "/sign-out".to_owned(),
        },
        bottom: vec![
            AreaLink::new(Icon::Today, ui.t("今天", "Today"), "#").current(true),
            AreaLink::new(Icon::People, ui.t("服务对象", "Clients"), "#"),
            AreaLink::new(Icon::Plus, ui.t("新建", "New"), "#"),
            AreaLink::new(Icon::Search, ui.t("查找", "Search"), "#"),
            AreaLink::new(Icon::Person, ui.t("我", "Me"), "#"),
        ],
        wide: false,
    };
    frame(ui, options, main)
}

fn ago(ui: Ui, hours: i64) -> Moment {
    ui.now.minus(Span::hours(hours))
}

fn ahead(ui: Ui, hours: i64) -> Moment {
    ui.now.plus(Span::hours(hours))
}

fn duty(
    ui: Ui,
    due: (Moment, Unit),
    what: (&str, &str),
    subject: (&str, &str),
    whom: &'static str,
    id: &'static str,
    go: (&str, &str),
) -> DutyLine {
    DutyLine {
        due,
        met: None,
        what: ui.t(what.0, what.1).to_owned().into(),
        subject: (ui.t(subject.0, subject.1).to_owned().into(), Some("#".to_owned())),
        whom: Some(whom.into()),
        owner: None,
        rule: (id.into(), "#".to_owned()),
        action: Some((ui.t(go.0, go.1).to_owned().into(), "#".to_owned())),
    }
}

/// What stands on today's page, with a name and without.
fn at_work(ui: Ui) -> Vec<WorkLine> {
    let line = |state, name: Option<&'static str>, number: &'static str, what, notes, rule, action| WorkLine {
        state,
        name: name.map(Words::from),
        number: number.into(),
        file: name.map(|_| "#".to_owned()),
        what,
        notes,
        rule,
        action,
    };
    let go = |zh, en| Some((ui.t(zh, en).into(), "#".to_owned()));
    vec![
        line(
            clock(ui, ago(ui, 72), Unit::Days),
            Some("田大勇"),
            "QS01/GA/2026/012",
            ui.t("第 6 个月跟进", "Follow-up at 6 months").into(),
            Vec::new(),
            Some(("CLO-12".into(), "#".to_owned())),
            go("去跟进", "Follow up"),
        ),
        line(
            clock(ui, ahead(ui, 2), Unit::Hours),
            None,
            "QS01/SQ/2026/071",
            ui.t("24 小时内初审", "Initial review within 24 hours").into(),
            vec!["李慕安".into()],
            Some(("INT-07".into(), "#".to_owned())),
            None,
        ),
        line(
            state_badge(ui, PaperState::Returned),
            Some("陈小满"),
            "QS01/GA/2026/062",
            ui.t("服务计划", "Service plan").into(),
            vec![ui.t("目标二没有写怎么算达到，改好再交。", "Goal two does not say when it is reached.").into()],
            None,
            go("去修改", "Revise"),
        ),
        line(
            state_badge(ui, PaperState::Draft),
            Some("马玉芬"),
            "QS01/GA/2026/058",
            ui.t("服务记录", "Service record").into(),
            Vec::new(),
            None,
            go("接着写", "Go on"),
        ),
    ]
}

fn owed(ui: Ui) -> Vec<DutyLine> {
    let review = ("初审", "Initial review");
    let record = ("服务记录", "Service record");
    let mut rows = vec![
        duty(
            ui,
            (ago(ui, 3), Unit::Hours),
            review,
            ("受理编号 QS01/SQ/2026/0187", "Application QS01/SQ/2026/0187"),
            "王*明",
            "INT-07",
            ("去初审", "Review"),
        ),
        duty(
            ui,
            (ago(ui, 30), Unit::Days),
            record,
            ("个案 QS01/GA/2026/031 · 家访 11月18日", "Case QS01/GA/2026/031 · home visit 18 Nov"),
            "C-0042",
            "PLN-08",
            ("去填写", "Write"),
        ),
        duty(
            ui,
            (ahead(ui, 2), Unit::Hours),
            ("投诉进展告知", "Tell the complainant"),
            ("QS01/TS/2026/009", "QS01/TS/2026/009"),
            "欧阳*燕",
            "CMP-07",
            ("去告知", "Tell"),
        ),
        duty(
            ui,
            (ahead(ui, 8), Unit::Hours),
            ("补办监护人书面协议", "Guardian's written agreement"),
            (
                "未成年人个案 QS01/GA/2026/044 · 电话同意之后补签书面协议",
                "Minor's case QS01/GA/2026/044 · written form after consent by phone",
            ),
            "阿卜杜*木",
            "CLI-04",
            ("去签协议", "Sign"),
        ),
        duty(
            ui,
            (ahead(ui, 90), Unit::Days),
            ("三个月回访", "Follow-up at three months"),
            ("QS01/GA/2026/008", "QS01/GA/2026/008"),
            "李*",
            "CLO-05",
            ("去回访", "Visit"),
        ),
    ];
    if let Some(first) = rows.first().cloned() {
        rows.push(DutyLine { met: Some(ago(ui, 5)), action: None, ..first.clone() });
        rows.push(DutyLine {
            due: (ahead(ui, 5), Unit::Hours),
            met: Some(ui.now),
            action: Some((ui.t("撤销", "Undo").into(), "#".to_owned())),
            ..first
        });
    }
    rows
}

fn today(ui: Ui) -> AnyView {
    let head = PageHead {
        title: ui.t("今天", "Today").into(),
        number: Some(ui.day(ui.now.day()).into()),
        ..PageHead::default()
    };
    view! {
        {page_head(ui, head)}
        {notice_with(Tone::Good, None, ui.t("初审已通过，申请 QS01/SQ/2026/0186 转入需求评估。", "Initial review passed: application QS01/SQ/2026/0186 goes to assessment.").into_any(), Some(Button::quiet(ui.t("撤销", "Undo")).icon(Icon::Undo).small().post("#", vec![])))}
        {figures(vec![
            FigureCard::count(ui.t("已超期", "Overdue"), 2, Tone::Late, "#"),
            FigureCard::count(ui.t("今天到期", "Due today"), 5, Tone::Due, "#"),
            FigureCard::count(ui.t("本周", "This week"), 11, Tone::Plain, "#"),
            FigureCard::count(ui.t("等我审", "Awaiting me"), 3, Tone::Plain, "#"),
            FigureCard::count(ui.t("被退回", "Sent back"), 0, Tone::Late, "#"),
        ])}
        {work_lines(ui, at_work(ui))}
        {duties(ui, owed(ui))}
        {section_with(
            SectionHead { title: ui.t("我的服务对象", "My clients").into(), count: Some("12".into()), more: Some((ui.t("全部", "All").into(), "#".to_owned())), id: None },
            rows(vec![
                ListRow { title: "王*明 · C-0042".into(), href: Some("#".to_owned()), note: Some(ui.t("独居老人，最近一次服务 11月18日，下次家访 11月25日 周三", "Lives alone; last service 18 Nov, next visit Wed 25 Nov").into()), end: Some(badge(Tone::Due, ui.t("待签协议", "To sign"))), ..ListRow::default() },
                ListRow { title: "欧阳*燕 · C-0107".into(), href: Some("#".to_owned()), note: Some(ui.t("困境儿童家庭", "Family with a child in difficulty").into()), end: Some(badge(Tone::Accent, ui.t("服务中", "In service"))), ..ListRow::default() },
            ]),
        )}
        {section(ui.t("今天的日程", "Today's schedule"), empty_line(ui.t("今天没有安排。可在个案里添加家访或面谈。", "Nothing planned today. Add a visit or a talk in a case.")))}
    }
    .into_any()
}

fn list(ui: Ui) -> AnyView {
    let head = PageHead {
        title: ui.t("服务对象", "Clients").into(),
        number: Some(ui.t("412 人", "412 people").into()),
        actions: vec![Button::primary(ui.t("登记服务对象", "Register a client")).icon(Icon::Plus).link("#")],
        more: vec![
            MenuItem::link(Icon::Upload, ui.t("从表格导入", "Import a workbook"), "#"),
            MenuItem::link(Icon::Download, ui.t("导出本页", "Export this page"), "#"),
            MenuItem::link(Icon::Printer, ui.t("打印名册", "Print the roster"), "#"),
        ],
        ..PageHead::default()
    };
    let columns = vec![
        Column::title(ui.t("姓名", "Name")).sort("#", None),
        Column::short(ui.t("编号", "Number")).sort("#", Some(Order::Down)),
        Column::text(ui.t("人员类型", "Kind")),
        Column::state(ui.t("状态", "State")),
        Column::short(ui.t("负责社工", "Worker")),
        Column::short(ui.t("最近服务", "Last service")).sort("#", None).named_on_phone(),
        Column::number(ui.t("服务人次", "Services")).not_on_phone(),
        Column::action(ui.t("操作", "Action")),
    ];
    let line = |name: &'static str,
                sub: &'static str,
                number: &'static str,
                kind: &'static str,
                state: AnyView,
                worker: &'static str,
                last: &'static str,
                count: u64,
                late: bool| Row {
        cells: vec![
            row_title(name, "#", (!sub.is_empty()).then(|| sub.into())),
            cell(number),
            cell(kind),
            state,
            cell(worker),
            cell(last),
            row_count(count, "#"),
            Button::plain(ui.t("写记录", "Record")).small().link("#"),
        ],
        late,
    };
    let busy = || badge(Tone::Accent, ui.t("服务中", "In service"));
    let lines = vec![
        line(
            "王*明",
            ui.t("男，78 岁，青山街道翠园社区", "Male, 78, Cuiyuan community"),
            "C-0412",
            ui.t("独居老人、低保对象", "Lives alone, low income"),
            busy(),
            "欧阳晓燕",
            ui.t("11月18日", "18 Nov"),
            23,
            false,
        ),
        line(
            "阿卜杜*木·买买*",
            ui.t("男，11 岁，青山街道和平里社区第三居民小组", "Male, 11, Hepingli community"),
            "C-0411",
            ui.t(
                "困境儿童（事实无人抚养）、残疾人家庭成员、外来务工人员随迁子女",
                "Child without care, disabled family, migrant",
            ),
            badge(Tone::Late, ui.t("初审超时", "Review late")),
            "欧阳晓燕",
            "",
            0,
            true,
        ),
        line(
            "李*",
            "",
            "C-0410",
            ui.t("留守妇女", "Left behind"),
            badge(Tone::Due, ui.t("待签协议", "To sign")),
            "陈志强",
            ui.t("11月9日", "9 Nov"),
            4,
            false,
        ),
        line(
            "欧阳*燕",
            ui.t("女，34 岁", "Female, 34"),
            "C-0409",
            ui.t("社区矫正对象家属", "Family under correction"),
            badge(Tone::Good, ui.t("已结案", "Closed")),
            "陈志强",
            ui.t("8月30日", "30 Aug"),
            117,
            false,
        ),
        line(
            "赵*",
            ui.t("女，66 岁", "Female, 66"),
            "C-0408",
            ui.t("空巢老人", "Empty nest"),
            badge(Tone::Plain, ui.t("跟进中", "Followed up")),
            "马晓东",
            ui.t("10月12日", "12 Oct"),
            31,
            false,
        ),
    ];
    view! {
        {page_head(ui, head)}
        {views(ui, vec![
            SavedView { words: ui.t("我负责的", "Mine").into(), href: "#".to_owned(), count: Some(12), current: true },
            SavedView { words: ui.t("全部", "All").into(), href: "#".to_owned(), count: Some(412), current: false },
            SavedView { words: ui.t("60 天未服务", "No service for 60 days").into(), href: "#".to_owned(), count: Some(9), current: false },
            SavedView { words: ui.t("重点关注", "Watched").into(), href: "#".to_owned(), count: None, current: false },
        ])}
        {filters(ui, "#", vec![("view", "mine".to_owned())], vec![
            Filter::Search { name: "q", hint: ui.t("姓名或编号", "Name or number").into(), value: String::new() },
            Filter::Select { name: "kind", label: ui.t("类型", "Kind").into(), options: vec![(String::new(), ui.t("全部", "All").into()), ("a".to_owned(), ui.t("困境儿童（事实无人抚养）", "Child without care").into())], value: String::new() },
            Filter::Select { name: "state", label: ui.t("状态", "State").into(), options: vec![(String::new(), ui.t("全部", "All").into())], value: String::new() },
            Filter::Day { name: "since", label: ui.t("最近服务不早于", "Served since").into(), value: "2026-08-01".to_owned() },
        ], Some(ui.t("第 1–50 人", "1–50").into()))}
        {chips(ui, vec![(ui.t("最近服务不早于 8月1日", "Served since 1 Aug").into(), "#".to_owned()), (ui.t("社区：翠园", "Community: Cuiyuan").into(), "#".to_owned())], "#".to_owned())}
        {table(ui, Table { caption: ui.t("服务对象名册", "Clients").into(), columns, rows: lines, ..Table::default() })}
        {pager(ui, ui.t("第 51–100 人", "51–100"), Some("#".to_owned()), Some("#".to_owned()))}
        {section(ui.t("空列表", "Empty list"), empty(Icon::People, ui.t("没有符合条件的服务对象", "No client matches"), ui.t("当前筛选：困境儿童，60 天内没有服务。可以放宽条件，或登记新的服务对象。", "Filter: child in difficulty, no service for 60 days. Widen the filter, or register a client."), vec![Button::plain(ui.t("清除筛选", "Clear filters")).link("#"), Button::plain(ui.t("登记服务对象", "Register a client")).link("#")]))}
    }
    .into_any()
}

fn stages(ui: Ui) -> [&'static str; 8] {
    [
        ui.t("申请受理", "Intake"),
        ui.t("评估", "Assess"),
        ui.t("协议", "Agree"),
        ui.t("计划", "Plan"),
        ui.t("服务", "Serve"),
        ui.t("评价", "Evaluate"),
        ui.t("结案", "Close"),
        ui.t("跟进", "Follow up"),
    ]
}

fn case(ui: Ui) -> AnyView {
    let mut road = steps(stages(ui), 4);
    for (step, when) in road.iter_mut().zip([
        ui.t("8月3日", "3 Aug"),
        ui.t("8月10日", "10 Aug"),
        ui.t("8月12日", "12 Aug"),
        ui.t("8月20日", "20 Aug"),
        ui.t("第 94 天", "day 94"),
    ]) {
        step.when = Some(when.into());
    }
    let head = PageHead {
        back: Some((ui.t("个案", "Cases").into(), "#".to_owned())),
        title: "阿卜杜*木·买买*".into(),
        number: Some("QS01/GA/2026/031".into()),
        badges: vec![
            badge(Tone::Accent, ui.t("服务中", "In service")),
            badge_with(Tone::Late, Icon::Alert, ui.t("高风险", "High risk")),
        ],
        facts: vec![
            (ui.t("负责社工", "Worker").into(), ui.t("欧阳晓燕", "Ouyang Xiaoyan").into()),
            (ui.t("督导", "Supervisor").into(), ui.t("陈志强", "Chen Zhiqiang").into()),
            (ui.t("监护人", "Guardian").into(), "买买*·吐尔*".into()),
            (ui.t("等级", "Grade").into(), ui.t("优先级", "Priority").into()),
        ],
        actions: vec![Button::primary(ui.t("写服务记录", "Write a record")).icon(Icon::Pen).link("#")],
        more: vec![
            MenuItem::link(Icon::Calendar, ui.t("安排家访", "Plan a visit"), "#"),
            MenuItem::link(Icon::Swap, ui.t("转介", "Refer"), "#"),
            MenuItem::link(Icon::Flag, ui.t("提请结案", "Propose closing"), "#").note(ui.t("目标未达成", "goals open")),
            MenuItem::link(Icon::Printer, ui.t("打印案卷", "Print the file"), "#"),
            MenuItem::post(Icon::Ban, ui.t("终止服务", "End the service"), "#", vec![]).danger(),
        ],
        stepper: Some(stepper(ui, road)),
        ..PageHead::default()
    };
    let day = |month: u8, day: u8, hour: u8| Day::new(2026, month, day).map_or(ui.now, |d| Moment::at(d, hour, 30));
    let body = ui.t(
        "与服务对象及其祖母面谈约 50 分钟。服务对象主动谈到转学后的不适应，情绪较上次平稳，愿意参加周六的课业辅导小组。祖母反映近期夜间仍有惊醒，已建议预约区未成年人心理服务。\n下一步：联系班主任了解在校情况；11月25日前完成心理服务转介单。",
        "Talked for about 50 minutes with the client and his grandmother. He spoke on his own of not feeling at home in the new school, was calmer than last time, and will join the Saturday study group. The grandmother says he still wakes at night; psychological service was advised.\nNext: speak with the class teacher; referral by 25 November.",
    );
    let entries = vec![
        Entry {
            occurred: Some(ahead(ui, 96)),
            kind: EntryKind::Open,
            title: ui.t("家访", "Home visit").into(),
            by: ui.t("已安排", "planned").into(),
            ..Entry::default()
        },
        Entry {
            occurred: Some(day(11, 18, 14)),
            title: ui.t("家访", "Home visit").into(),
            href: Some("#".to_owned()),
            by: ui.t("欧阳晓燕", "Ouyang Xiaoyan").into(),
            body: Some(body.into()),
            clamp: true,
            recorded: Some(day(11, 19, 9)),
            waiting: true,
            ..Entry::default()
        },
        Entry {
            occurred: Some(day(11, 4, 10)),
            title: ui.t("学校走访", "School visit").into(),
            href: Some("#".to_owned()),
            badges: vec![badge(Tone::Info, ui.t("紧急先行", "Urgent first"))],
            by: ui.t("欧阳晓燕", "Ouyang Xiaoyan").into(),
            body: Some(
                ui.t("班主任反映近两周有三次迟到，课间多独处。", "The class teacher reports three late arrivals.")
                    .into(),
            ),
            recorded: Some(day(11, 9, 17)),
            late: Some(ui.t("迟记 2 个工作日", "Recorded 2 working days late").into()),
            approved: Some((day(11, 10, 11), ui.t("陈志强", "Chen Zhiqiang").into())),
            ..Entry::default()
        },
        Entry {
            occurred: Some(day(8, 20, 16)),
            kind: EntryKind::State,
            title: ui.t("服务计划第 2 版生效", "Plan, version 2, in force").into(),
            href: Some("#".to_owned()),
            by: ui.t("陈志强 批准", "approved by Chen Zhiqiang").into(),
            ..Entry::default()
        },
        Entry {
            occurred: Day::new(2025, 12, 30).ok().map(|d| Moment::at(d, 9, 5)),
            kind: EntryKind::State,
            title: ui.t("申请受理", "Application accepted").into(),
            by: ui.t("马晓东", "Ma Xiaodong").into(),
            recorded: Some(day(1, 4, 9)),
            ..Entry::default()
        },
    ];
    let goal = |words: Words, done: u64, whole: u64, tone| ListRow {
        title: words,
        below: Some(bar(tone, format!("{done}/{whole}"), done, whole, None)),
        ..ListRow::default()
    };
    let side = view! {
        {section(ui.t("未完成的时限", "Open duties"), rows(vec![
            ListRow { title: ui.t("服务记录待审核", "Record to approve").into(), href: Some("#".to_owned()), note: Some(ui.t("陈志强 · PLN-08", "Chen Zhiqiang · PLN-08").into()), end: Some(clock(ui, ahead(ui, 5), Unit::Hours)), ..ListRow::default() },
            ListRow { title: ui.t("进度检查", "Progress check").into(), href: Some("#".to_owned()), note: Some(ui.t("欧阳晓燕 · PLN-05", "Ouyang Xiaoyan · PLN-05").into()), end: Some(clock(ui, ago(ui, 60), Unit::Days)), ..ListRow::default() },
        ]))}
        {section(ui.t("目标", "Goals"), rows(vec![
            goal(ui.t("每周至少三次按时到校，连续四周", "In school on time three times a week, four weeks on end").into(), 2, 4, Tone::Accent),
            goal(ui.t("家庭每月一次亲子沟通活动", "One family talk a month").into(), 0, 3, Tone::Due),
        ]))}
        {section_with(SectionHead { title: ui.t("文书", "Documents").into(), count: Some(ui.t("缺 1 份", "1 missing").into()), ..SectionHead::default() }, rows(vec![
            ListRow { icon: Some(Icon::File), title: ui.t("服务申请表", "Application form").into(), href: Some("#".to_owned()), end: Some(ui.t("8月3日", "3 Aug").into_any()), ..ListRow::default() },
            ListRow { icon: Some(Icon::File), title: ui.t("服务协议（本人与监护人双签）", "Agreement, signed by both").into(), href: Some("#".to_owned()), end: Some(badge(Tone::Good, ui.t("已签", "Signed"))), ..ListRow::default() },
            ListRow { icon: Some(Icon::File), title: ui.t("第 3 次家庭环境评估表", "Third home assessment").into(), end: Some(badge(Tone::Late, ui.t("缺", "Missing"))), missing: true, ..ListRow::default() },
        ]))}
        {section(ui.t("基本信息", "Basics"), facts(vec![
            (ui.t("性别年龄", "Sex, age").into(), ui.t("男，11 岁", "Male, 11").into()),
            (ui.t("证件号", "Identity").into(), "440*********0011".into()),
            (ui.t("现住址", "Address").into(), ui.t("青山街道和平里社区第三居民小组*号", "Hepingli community, group 3, no. *").into()),
            (ui.t("学校", "School").into(), "".into()),
        ]))}
    };
    view! { {page_head(ui, head)}{split(section(ui.t("经过", "What happened"), timeline(ui, entries)), side.into_any())} }.into_any()
}

fn form(ui: Ui) -> AnyView {
    let head = PageHead {
        back: Some((ui.t("接案受理", "Intake").into(), "#".to_owned())),
        title: ui.t("登记服务申请", "Register an application").into(),
        lead: Some(
            ui.t(
                "现场或电话申请由工作人员代填，填好后请当面或电话读给申请人核对。",
                "On site or by telephone the staff fill it in; read it back to the applicant.",
            )
            .into(),
        ),
        ..PageHead::default()
    };
    let ask = |name: &str, zh: &'static str, en: &'static str, need, input| Field {
        name: name.to_owned(),
        label: ui.t(zh, en).into(),
        need,
        input,
        ..Field::default()
    };
    let identity = Field {
        error: Some(
            ui.t(
                "身份证号校验不符，可能有一位输错，请逐位核对。",
                "The identity number does not add up; one digit is probably wrong: please check.",
            )
            .into(),
        ),
        help: Some(
            ui.t("填写后自动得出出生日期和性别。没有身份证的填下面的出生日期。", "Birth date and sex follow from it.")
                .into(),
        ),
        ..ask(
            "id_number",
            "身份证号",
            "Identity number",
            Need::Required,
            Input::line("440101201501010013".to_owned(), TextKind::IdentityNumber, Width::Medium),
        )
    };
    let channel = ask(
        "channel",
        "申请方式",
        "Channel",
        Need::Required,
        Input::One {
            options: vec![
                Offered::new("a", ui.t("现场", "On site")),
                Offered::new("b", ui.t("电话", "Telephone")),
                Offered::new("c", ui.t("网上", "Online")),
                Offered::new("d", ui.t("社区转介", "Referred")),
            ],
            value: "a".to_owned(),
            stacked: false,
        },
    );
    let needs = ask(
        "needs",
        "需要哪些帮助",
        "What help is needed",
        Need::Required,
        Input::Many {
            options: vec![
                Offered {
                    value: "a".to_owned(),
                    words: ui.t("生活照料", "Daily care").into(),
                    note: Some(ui.t("助餐、助洁、助浴、陪诊", "Meals, cleaning, bathing, to the doctor").into()),
                },
                Offered {
                    value: "b".to_owned(), words: ui.t("心理支持", "Psychological support").into(), note: None
                },
                Offered {
                    value: "c".to_owned(),
                    words: ui
                        .t("困境儿童监护与临时照料、控辍保学", "Guardianship and temporary care of children")
                        .into(),
                    note: None,
                },
            ],
            values: vec!["a".to_owned(), "c".to_owned()],
            stacked: true,
        },
    );
    let detail = Field {
        help: Some(
            ui.t(
                "写清遇到的困难、希望得到的帮助、什么时候方便联系。",
                "What is difficult, what would help, when to call.",
            )
            .into(),
        ),
        ..ask(
            "detail",
            "情况说明",
            "Details",
            Need::Required,
            Input::Area {
                value: ui
                    .t(
                        "祖母 78 岁独自照顾两个孙辈，近两个月因腿伤无法接送。",
                        "Grandmother, 78, looks after two grandchildren alone and cannot walk them to school.",
                    )
                    .to_owned(),
                rows: 4,
                max: Some(800),
            },
        )
    };
    view! {
        {page_head(ui, head)}
        {error_summary(ui, vec![("id_number".to_owned(), ui.t("身份证号：校验不符，可能有一位输错。", "Identity number: does not add up.").into()), ("phone".to_owned(), ui.t("联系电话：请填写 11 位手机号。", "Telephone: 11 digits, please.").into())])}
        <form class="form" method="post" action="#" novalidate>
            <fieldset class="form__section">
                <legend>{ui.t("申请人", "Applicant")}</legend>
                {field(ui, channel)}
                {field(ui, ask("name", "姓名", "Name", Need::Required, Input::line(ui.t("阿卜杜热合曼·买买提依明", "Abdurahman").to_owned(), TextKind::PersonName, Width::Medium)))}
                {field(ui, identity)}
                <div class="form__pair">
                    {field(ui, Field { error: Some(ui.t("请填写 11 位手机号，或带区号的固定电话。", "Please give an 11-digit mobile number.").into()), ..ask("phone", "联系电话", "Telephone", Need::Required, Input::line("1380013".to_owned(), TextKind::Phone, Width::Short)) })}
                    {field(ui, ask("birth", "出生日期", "Birth date", Need::Optional, Input::Day { value: "2015-01-01".to_owned(), max: None }))}
                </div>
                <div class="form__pair">
                    {field(ui, ask("kind", "人员类型", "Kind", Need::Required, Input::Select { options: vec![(String::new(), ui.t("请选择", "Please choose").into()), ("a".to_owned(), ui.t("困境儿童（事实无人抚养）", "Child without care").into())], value: "a".to_owned() }))}
                    {field(ui, ask("income", "家庭月收入", "Income a month", Need::Optional, Input::Number { value: "2600".to_owned(), unit: Some(ui.t("元", "yuan").into()), decimals: false }))}
                </div>
            </fieldset>
            <fieldset class="form__section">
                <legend>{ui.t("需要", "Needs")}</legend>
                {field(ui, needs)}
                {field(ui, detail)}
                {field(ui, ask("mood", "近两周的情绪", "Mood in the last two weeks", Need::Unsaid, Input::Scale { points: ["很差", "较差", "一般", "较好", "很好"].into_iter().zip(["very bad", "bad", "so-so", "good", "very good"]).zip(1..).map(|((zh, en), n)| (n.to_string(), ui.t(zh, en).into())).collect(), value: "3".to_owned() }))}
                {field(ui, ask("proof", "证明材料", "Proof", Need::Optional, Input::File { accept: "image/*,.pdf", many: true, attached: Vec::new() }))}
                {field(ui, ask("consent", "", "", Need::Required, Input::Tick { words: ui.t("已向申请人说明个人信息只用于提供服务，申请人同意。", "The applicant was told that the data serve the service only, and agrees.").into(), ticked: false }))}
            </fieldset>
            <div class="form__foot">
                {Button::primary(ui.t("登记申请", "Register application")).submit()}
                {Button::plain(ui.t("存草稿", "Save draft")).submit_as("draft", "1")}
                <span class="form__saved">{icon_20(Icon::Check)}{ui.t("已存草稿 14:32", "Draft saved 14:32")}</span>
            </div>
        </form>
    }
    .into_any()
}

/// The real application form as a resident meets it, half filled, with errors.
fn application(ui: Ui) -> AnyView {
    let template = FormTemplate::builtin(FormKey::Application);
    let answers: Answers = [
        ("name", "阿卜杜热合曼·买买提依明"),
        ("document_kind", "resident_id"),
        ("identity_number", "440101201501010013"),
    ]
    .map(|(key, answer)| (key.to_owned(), answer.to_owned()))
    .into();
    let errors = validate(template, &answers, ui.setting()).err().unwrap_or_default();
    let view = FormView {
        template,
        answers: &answers,
        errors: &errors,
        action: "#".to_owned(),
        operation: "0190".to_owned(),
        version: None,
        hidden: vec![],
        before: None,
        buttons: vec![Button::primary(ui.t("提交申请", "Send the application")).submit()],
        saved: None,
    };
    let main = view! { <h1>{ui.text(&template.title)}</h1>{form::form(ui, view)} };
    resident(ui, true, main.into_any())
}

/// A real plan form for staff, and how its answers read.
fn plan(ui: Ui) -> AnyView {
    let registers = Registers::builtin();
    let Some(template) = registers.get("plan").and_then(|plan| registers.form(plan)) else { return ().into_any() };
    let answers = Answers::new();
    let errors = [];
    let view = FormView {
        template,
        answers: &answers,
        errors: &errors,
        action: "#".to_owned(),
        operation: "0190".to_owned(),
        version: Some(3),
        hidden: vec![],
        before: None,
        buttons: vec![
            Button::primary(ui.t("提交审核", "Send for approval")).submit(),
            Button::plain(ui.t("存草稿", "Save draft")).submit_as("draft", "1"),
        ],
        saved: Some(ui.t("已存草稿 14:32", "Draft saved 14:32").into()),
    };
    view! {
        {page_head(ui, PageHead { title: ui.text(&template.title).into(), ..PageHead::default() })}
        {split(form::form(ui, view), form_answers(ui, template, &answers))}
    }
    .into_any()
}

fn district(ui: Ui) -> AnyView {
    let trend = |zh, en, tone, values: &[u32]| Some(sparkline(ui.t(zh, en), tone, values));
    let figure = |zh, en, value: &'static str, unit: Option<Words>, tone, note: &'static str, trend| FigureCard {
        label: ui.t(zh, en).into(),
        value: value.into(),
        unit,
        tone,
        href: "#".to_owned(),
        note: Some(note.into()),
        trend,
    };
    let stations = [
        ("青山街道社会工作服务站", 48, 11, 4, 31, 28, 62, true),
        ("临江区未成年人救助保护中心", 22, 5, 2, 12, 9, 98, true),
        ("和平里社区综合服务中心（含日间照料）", 61, 8, 1, 40, 44, 41, false),
        ("区社会福利院社会工作部", 17, 2, 0, 6, 5, 115, false),
        ("心航心理服务社", 9, 0, 0, 14, 12, 20, false),
    ];
    let lines = stations.into_iter().map(|(name, open, due, late, received, closed, days, marked)| Row {
        cells: vec![
            row_title(name, "#", None),
            row_count(open, "#"),
            row_count(due, "#"),
            bar(if late > 0 { Tone::Late } else { Tone::Plain }, late.to_string(), late, 6, None),
            row_count(received, "#"),
            row_count(closed, "#"),
            bar(Tone::Plain, format!("{}.{}", days / 10, days % 10), days, 200, Some(150)),
        ],
        late: marked,
    });
    let columns = vec![
        Column::title(ui.t("机构", "Station")),
        Column::number(ui.t("在办", "Open")).named_on_phone(),
        Column::number(ui.t("三天内到期", "Due in 3 days")).named_on_phone(),
        Column::text(ui.t("已超期", "Overdue")).sort("#", Some(Order::Down)).named_on_phone(),
        Column::number(ui.t("本月受理", "Received")).named_on_phone(),
        Column::number(ui.t("本月结案", "Closed")).named_on_phone(),
        Column::text(ui.t("平均办理天数", "Average days")).named_on_phone(),
    ];
    let months = ["12月", "1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月"];
    let heights = [62, 71, 38, 80, 84, 77, 91, 88, 95, 102, 97, 103];
    view! {
        {page_head(ui, PageHead { title: ui.t("临江区", "Linjiang District").into(), number: Some(ui.t("5 家机构 · 2026年11月", "5 stations · November 2026").into()), lead: Some(ui.t("按需要帮助的程度排列；与去年同期相比。", "Ordered by need; compared with the same month last year.").into()), ..PageHead::default() })}
        {figures(vec![
            figure("已超期", "Overdue", "7", None, Tone::Late, ui.t("去年同期 12", "12 last year"), trend("近十二个月超期", "Overdue, twelve months", Tone::Late, &[12, 9, 14, 11, 8, 9, 6, 7, 5, 8, 6, 7])),
            figure("危机", "Crises", "1", None, Tone::Due, ui.t("处置中 1", "1 in hand"), trend("近十二个月危机", "Crises", Tone::Late, &[0, 1, 0, 2, 0, 0, 1, 0, 0, 1, 0, 1])),
            figure("投诉", "Complaints", "3", None, Tone::Plain, ui.t("按时答复 3/3", "3 of 3 in time"), trend("近十二个月投诉", "Complaints", Tone::Plain, &[2, 4, 1, 3, 3, 5, 2, 2, 4, 1, 2, 3])),
            figure("服务人次", "Services", "1,284", Some(ui.t("人次", "services").into()), Tone::Plain, ui.t("服务人数 403 人", "403 people"), trend("近十二个月服务人次", "Services", Tone::Plain, &[880, 910, 540, 1020, 1100, 1080, 1170, 1150, 1210, 1260, 1230, 1284])),
            figure("年度目标", "Year's targets", "86%", None, Tone::Plain, ui.t("应达 89%", "89% expected"), trend("目标进度", "Targets", Tone::Plain, &[7, 15, 19, 28, 36, 44, 52, 60, 67, 74, 80, 86])),
        ])}
        {table(ui, Table { caption: ui.t("统计到 2026年11月21日 14:30；平均办理天数为近 90 天已结案件，竖线为区定 15 天。", "As of 21 November 2026 14:30; average over cases closed in 90 days, the mark is the district's 15 days.").into(), visible_caption: true, columns, rows: lines.collect(), total: Some(vec![cell(ui.t("合计", "Total")), row_count(157, "#"), row_count(26, "#"), bar(Tone::Late, "7", 7, 30, None), row_count(103, "#"), row_count(98, "#"), bar(Tone::Plain, "5.9", 59, 200, Some(150))]), grid: false })}
        {section(ui.t("每月受理", "Received each month"), columns_of(ui, &months, &heights))}
    }
    .into_any()
}

fn columns_of(ui: Ui, months: &[&'static str], heights: &[u32]) -> AnyView {
    let list = months.iter().zip(heights).map(|(month, height)| chart::Bar {
        label: (*month).into(),
        value: *height,
        late: false,
    });
    columns(ui.t("近十二个月受理数", "Applications received in twelve months"), list.collect())
}

fn evaluator(ui: Ui) -> AnyView {
    let item = |code: &'static str, zh, en, given: Option<&'static str>, evidence, gaps, late, current| Item {
        code: code.into(),
        title: ui.t(zh, en).into(),
        href: "#".to_owned(),
        current,
        score: (given.map(Into::into), "4".into()),
        evidence,
        gaps,
        late,
    };
    let groups = vec![
        (
            ui.t("3 服务过程（40 分）", "3 Process (40 points)").into(),
            vec![
                item(
                    "3.1.1",
                    "申请受理后 24 小时内完成初审",
                    "Initial review within 24 hours",
                    Some("3.5"),
                    128,
                    0,
                    6,
                    false,
                ),
                item(
                    "3.1.2",
                    "不予受理的告知理由并提供转介",
                    "Refusals name a reason and a referral",
                    Some("4"),
                    9,
                    0,
                    0,
                    false,
                ),
                item(
                    "3.2.1",
                    "服务协议在首次服务之前签订，未成年人由本人与监护人双签",
                    "Agreement before the first service; minors sign with the guardian",
                    None,
                    74,
                    3,
                    2,
                    true,
                ),
                item(
                    "3.2.2",
                    "服务计划经团队讨论并由他人审核",
                    "Plans discussed and approved by another",
                    None,
                    61,
                    0,
                    0,
                    false,
                ),
            ],
        ),
        (
            ui.t("4 服务成效（30 分）", "4 Effect (30 points)").into(),
            vec![item(
                "4.1.1",
                "结案后第 3、6、12 个月跟进",
                "Follow-up after 3, 6 and 12 months",
                None,
                40,
                5,
                1,
                false,
            )],
        ),
    ];
    let lines = [("C-0042", "QS01/GA/2026/031"), ("C-0107", "QS01/GA/2026/044"), ("C-0219", "QS01/GA/2026/052")]
        .into_iter()
        .map(|(who, number)| Row {
            cells: vec![
                row_title(number, "#", None),
                cell(who),
                cell(ui.t("8月12日", "12 Aug")),
                cell(ui.t("8月20日", "20 Aug")),
                badge(Tone::Good, ui.t("先签后服务", "In order")),
            ],
            late: false,
        });
    let evidence = view! {
        {page_head(ui, PageHead { part: true, title: ui.t("服务协议在首次服务之前签订，未成年人由本人与监护人双签", "Agreement before the first service; minors sign with the guardian").into(), number: Some("3.2.1".into()), facts: vec![(ui.t("分值", "Points").into(), "4".into()), (ui.t("依据", "Clause").into(), ui.t("《通则》第 34 条第 2 款", "General Rules, art. 34(2)").into())], ..PageHead::default() })}
        {notice(Tone::Info, ui.t("随机样本 20 份，种子 20261121-QS01。双方用同一种子可得到同一样本。", "Random sample of 20, seed 20261121-QS01. Both sides get the same sample from it."))}
        {table(ui, Table { caption: ui.t("样本", "Sample").into(), columns: vec![Column::title(ui.t("案卷", "File")), Column::short(ui.t("服务对象", "Client")), Column::short(ui.t("协议", "Agreement")).named_on_phone(), Column::short(ui.t("首次服务", "First service")).named_on_phone(), Column::state(ui.t("结果", "Result"))], rows: lines.collect(), ..Table::default() })}
    };
    view! {
        {page_head(ui, PageHead { title: ui.t("临江区 2026 年度社工站第三方评估", "Linjiang District, external evaluation 2026").into(), facts: vec![(ui.t("机构", "Station").into(), ui.t("青山街道社会工作服务站", "Qingshan Street Station").into()), (ui.t("期间", "Period").into(), "2025-11-01 – 2026-10-31".into()), (ui.t("开放至", "Open until").into(), ui.t("12月5日 周六", "Sat 5 Dec").into())], ..PageHead::default() })}
        {panes(ui, groups, evidence.into_any(), Some("#".to_owned()), Some("#".to_owned()))}
    }
    .into_any()
}

fn resident(ui: Ui, back: bool, main: AnyView) -> AnyView {
    let options = Public {
        home: "/s/qs01".to_owned(),
        station: ui.t("青山街道社会工作服务站", "Qingshan Street Social-Work Station").into(),
        place: ui.t("临江区青山街道", "Linjiang District, Qingshan Street").into(),
        phone: Some("020-8123 4567".into()),
        address: Some(
            ui.t(
                "青山街道翠园路 18 号党群服务中心一楼，周一至周六 9:00–17:30",
                "18 Cuiyuan Road, ground floor, Mon–Sat 9:00–17:30",
            )
            .into(),
        ),
        back: back.then(|| (ui.t("返回", "Back").into(), "#".to_owned())),
    };
    public(ui, options, main)
}

fn apply(ui: Ui) -> AnyView {
    let who = Field {
        name: "who".to_owned(),
        label: ui.t("为谁申请？", "Who is it for?").into(),
        error: Some(ui.t("请选择为谁申请。", "Please choose.").into()),
        help: Some(
            ui.t("可以替家人或邻居申请，我们会先联系本人确认。", "You may apply for a relative or neighbour.").into(),
        ),
        input: Input::One {
            options: vec![
                Offered::new("self", ui.t("我自己", "Myself")),
                Offered {
                    value: "child".to_owned(),
                    words: ui.t("我的孩子或被监护人", "My child or ward").into(),
                    note: Some(ui.t("未满 18 岁，协议由本人和监护人一起签", "Under 18: both sign").into()),
                },
                Offered::new("other", ui.t("家人、邻居或其他人", "A relative, neighbour or someone else")),
            ],
            value: "child".to_owned(),
            stacked: false,
        },
        ..Field::default()
    };
    let phone = Field {
        name: "phone".to_owned(),
        label: ui.t("联系电话", "Telephone").into(),
        help: Some(ui.t("我们在 24 小时内打这个电话。", "We call this number within 24 hours.").into()),
        need: Need::Required,
        input: Input::line(String::new(), TextKind::Phone, Width::Medium),
        ..Field::default()
    };
    let main = view! {
        {public_step(ui, 2, 4)}
        <h1>{ui.t("为谁申请，怎么联系", "Who it is for, and how to reach you")}</h1>
        {notice(Tone::Info, ui.t("遇到紧急危险请先拨打 110 或 120。", "In danger, call 110 or 120 first."))}
        <form class="form" method="post" action="#" novalidate>
            {field(ui, who)}
            {field(ui, phone)}
            <div class="buttons">{Button::primary(ui.t("下一步", "Continue")).submit()}</div>
        </form>
    };
    resident(ui, true, main.into_any())
}

fn kept(ui: Ui) -> AnyView {
    let dark = (0..29 * 29usize).map(|n| (n * 7 + n / 29 * 3 + n * n % 11) % 5 < 2).collect();
    let main = view! {
        {receipt(ui, ReceiptCard { title: ui.t("申请已收到", "Your application has arrived").into(), number: "QS01/SQ/2026/0187".into(), code: "K7QM-2XPA-9RTB".into(), qr: Some(Qr { side: 29, dark }), next: vec![
            ui.t("11月22日 周日 14:30 前，社工会打电话给您，了解情况。", "A social worker calls you before Sun 22 Nov 14:30.").into(),
            ui.t("需要补充材料时，会在查询页面写明缺什么。", "If papers are missing, the status page says which.").into(),
            ui.t("不属于本站服务范围的，会说明原因并帮您转到合适的单位。", "If it is not ours to do, we say why and refer you.").into(),
        ] })}
        {section(ui.t("还可以", "You can also"), tasks(vec![
            Task { icon: Icon::Search, title: ui.t("查询进度", "See how it stands").into(), text: ui.t("输入回执码，看到哪一步了", "Enter your receipt code").into(), href: "#".to_owned() },
            Task { icon: Icon::Heart, title: ui.t("申请服务", "Apply for a service").into(), text: ui.t("困难帮扶、照料、心理支持、未成年人保护，大约 5 分钟", "Help, care, support; about 5 minutes").into(), href: "#".to_owned() },
            Task { icon: Icon::Message, title: ui.t("提意见或投诉", "Suggest or complain").into(), text: ui.t("可以不留姓名", "Without your name, if you like").into(), href: "#".to_owned() },
        ]))}
        {section(ui.t("查询结果", "Status"), ().into_any())}
        {stepper(ui, steps(stages(ui).into_iter().take(5), 1))}
        {facts_lined(vec![
            (ui.t("现在", "Now").into(), fact_note(ui.t("正在评估", "Being assessed"), ui.t("社工欧阳晓燕负责", "by Ouyang Xiaoyan"))),
            (ui.t("最晚", "At the latest").into(), ui.t("11月30日 周一", "Mon 30 Nov").into_any()),
        ])}
    };
    resident(ui, false, main.into_any())
}

fn sign_in(ui: Ui) -> AnyView {
    let ask = |name: &str, zh, en, kind| Field {
        name: name.to_owned(),
        label: ui.t(zh, en).into(),
        input: Input::line(String::new(), kind, Width::Full),
        ..Field::default()
    };
    let card = view! {
        {notice(Tone::Late, ui.t("账号或密码不正确。还可以再试 3 次。", "Account or password is wrong. Three attempts are left."))}
        <form class="form" method="post" action="#">
            {field(ui, ask("account", "账号", "Account", TextKind::Account))}
            {field(ui, ask("password", "密码", "Password", TextKind::Password))}
            <div>{Button::primary(ui.t("登录", "Sign in")).submit()}</div>
        </form>
    };
    let below = rows(vec![
        ListRow {
            title: ui.t("社工 欧阳晓燕", "Social worker Ouyang Xiaoyan").into(),
            note: Some("worker.qs01 / banyan-demo".into()),
            end: Some(Button::plain(ui.t("填入", "Use")).small().link("#")),
            ..ListRow::default()
        },
        ListRow {
            title: ui.t("区民政局 周敏", "District, Zhou Min").into(),
            note: Some("district / banyan-demo".into()),
            end: Some(Button::plain(ui.t("填入", "Use")).small().link("#")),
            ..ListRow::default()
        },
    ]);
    gate(ui, ui.t("登录", "Sign in"), card.into_any(), Some(below))
}

fn document(ui: Ui) -> AnyView {
    let pair = |a: (&str, &str, &'static str), b: (&str, &str, &'static str)| {
        PaperLine::Pair((ui.t(a.0, a.1).to_owned().into(), a.2.into()), (ui.t(b.0, b.1).to_owned().into(), b.2.into()))
    };
    paper(
        ui,
        Paper {
            landscape: false,
            part: false,
            title: ui.t("个案服务计划表", "Individual service plan").into(),
            organisation: ui.t("青山街道社会工作服务站", "Qingshan Street Social-Work Station").into(),
            number: "QS01/GA/2026/031".into(),
            lines: vec![
                pair(("服务对象", "Client", "王*明"), ("编号", "Number", "C-0042")),
                pair(("负责社工", "Worker", "欧阳晓燕"), ("计划期间", "Period", "2026-08-20 – 2026-12-31")),
                PaperLine::One(
                    ui.t("服务目标", "Goals").into(),
                    ui.t(
                        "一、每周至少三次按时到校，连续四周。二、家庭每月一次亲子沟通活动。",
                        "1. In school on time. 2. One family talk a month.",
                    )
                    .into(),
                ),
                PaperLine::Long(
                    ui.t("服务内容与方法", "Content and methods").into(),
                    ui.t(
                        "每周家访一次，每次约 50 分钟；周六课业辅导小组；必要时转介心理服务。",
                        "One home visit a week; study group on Saturdays; referral where needed.",
                    )
                    .into(),
                ),
            ],
            signs: vec![
                ui.t("社工", "Worker").into(),
                ui.t("督导审核", "Supervisor").into(),
                ui.t("服务对象（监护人）", "Client (guardian)").into(),
            ],
            foot: ui
                .t(
                    "表式 GA-03 第 2 版 · 欧阳晓燕打印于 2026-11-21 14:30",
                    "Form GA-03, version 2 · printed by Ouyang Xiaoyan, 2026-11-21 14:30",
                )
                .into(),
        },
    )
}

/// A second draft in the middle of a long queue, with the longest words that there are.
fn review(ui: Ui) -> AnyView {
    let head = PageHead {
        title: ui.t("等我审", "To review").into(),
        number: Some(ui.t("还有 7 份，其中 2 份已超期", "7 left, 2 of them late").into()),
        actions: vec![switch(
            ui.t("怎么看", "How to look at it"),
            [ui.t("标出改动", "Changes marked"), ui.t("只看这一稿", "This draft"), ui.t("第 1 稿", "Draft 1")]
                .map(|words| (words.into(), "#".to_owned()))
                .into(),
            0,
        )],
        ..PageHead::default()
    };
    let changed = |was: &str, is: &str, by_pieces| Said::Changed { was: was.to_owned(), is: is.to_owned(), by_pieces };
    let sheet = paper(
        ui,
        Paper {
            landscape: false,
            part: true,
            title: ui.t("服务记录", "Service record").into(),
            organisation: ui.t("青山街道社会工作服务站", "Qingshan Street Social-Work Station").into(),
            number: "QS01/GA/2026/058 · 第 2 稿".into(),
            lines: vec![
                PaperLine::Pair(
                    (ui.t("服务对象", "Client").into(), "阿依古丽·买买*·吐尔*  QS01/DX/2026/108".into()),
                    (
                        ui.t("服务时间", "Time").into(),
                        changed("2026年11月20日 周五 10:00", "2026年11月20日 周五 10:20", false),
                    ),
                ),
                PaperLine::Pair(
                    (ui.t("在场", "Present").into(), changed("本人", "本人、儿子、社区网格员", true)),
                    (ui.t("服务方式", "How").into(), "上门探访".into()),
                ),
                PaperLine::Long(
                    ui.t("服务内容", "What was done").into(),
                    changed(
                        "看了药盒和血压本。本周记了 4 次，最高 152/88，都在早饭前量。\n药基本按时吃。",
                        "看了药盒和血压本。本周记了 4 次，最高 152/88，都在早饭前量。\n晚上的降压药漏了两次，都是儿子上夜班那天。和儿子商量，改为晚饭后由他打电话提醒，药盒换成带格子的，当面装好一周的量。",
                        true,
                    ),
                ),
                PaperLine::Long(ui.t("服务效果", "Effect").into(), "血压比上月平稳；服药还不稳，目标二照旧。".into()),
                PaperLine::Long(ui.t("风险", "Risk").into(), changed("", "卫生间门口有一级台阶没有扶手。", true)),
            ],
            signs: vec![ui.t("服务人员", "Worker").into(), ui.t("审核人", "Approved by").into()],
            foot: ui.t("服务记录 第 1 版", "Service record, version 1").into(),
        },
    );
    let reason = field(
        ui,
        Field {
            name: "reason".to_owned(),
            label: ui.t("退回原因", "Why it is sent back").into(),
            input: Input::Area { value: String::new(), rows: 3, max: Some(1_000) },
            ..Field::default()
        },
    );
    let decision = verdict(Verdict {
        title: ui.t("第 2 稿，4 处改动", "Draft 2, 4 changes").into(),
        clock: Some(clock(ui, ago(ui, 30), Unit::Days)),
        said: Some((
            ui.t("漏了几次、为什么漏要写清；谁在场补上。", "How often, why, and who was there?").into(),
            ui.t("周映雪 · 11月24日 周二 退回第 1 稿", "Zhou Yingxue sent draft 1 back, 24 Nov").into(),
        )),
        notices: Vec::new(),
        actions: vec![
            Button::primary(ui.t("通过，看下一份", "Approve, and the next")).key("a").post("#", Vec::new()),
            verdict_because(ui.t("退回并说明", "Send back"), "r", false, reason),
            Button::plain(ui.t("先放着", "Leave it for now")).key("j").link("#"),
        ],
        keys: vec![
            ("k", ui.t("上一份", "The one before").into(), "/".to_owned()),
            ("d", ui.t("下一处改动", "Next change").into(), "#change-1".to_owned()),
        ],
    });
    let row = |title: &'static str, note: &'static str, hours, current| QueueRow {
        href: "#".to_owned(),
        title: title.into(),
        note: note.into(),
        clock: clock(ui, ahead(ui, hours), Unit::Days),
        current,
    };
    let list = queue(
        Some(ui.t("前面还有 2 份", "2 more before").into()),
        vec![
            row("阿依古丽·买买*·吐尔* · 服务记录", "李慕安 · 第 2 稿", -30, true),
            row("石*根 · 服务计划", "王怀之 · 第 1 稿", -20, false),
            row("陈*满 · 需求评估", "李慕安 · 第 1 稿", 10, false),
            row("QS01/GA/2026/031 · 服务记录", "李慕安 · 第 1 稿", 80, false),
        ],
        Some(ui.t("后面还有 2 份", "2 more after").into()),
    );
    let waiting = SectionHead {
        title: ui.t("队列", "Queue").into(),
        count: Some(ui.t("7 份，迟的在前", "7, late ones first").into()),
        ..SectionHead::default()
    };
    let course = facts_of(vec![
        (ui.t("发生", "Happened").into(), ui.moment(ago(ui, 50)).into_any()),
        (ui.t("提交", "Handed in").into(), fact_note(ui.moment(ago(ui, 40)), ui.t("第 1 稿", "Draft 1"))),
        (ui.t("改好", "Amended").into(), fact_note(ui.moment(ago(ui, 2)), ui.t("第 2 稿", "Draft 2"))),
    ]);
    let done = bar(Tone::Accent, ui.t("今天已审 5 / 12", "5 / 12 decided today"), 5, 12, None);
    let side = view! {
        {decision}
        {section(ui.t("经过", "What happened"), course)}
        {section_with(waiting, view! { {done}{list} }.into_any())}
    };
    view! { {page_head(ui, head)}{split(sheet, side.into_any())} }.into_any()
}

fn parts(ui: Ui) -> AnyView {
    let heading = |words: &'static str| view! { <h2 class="gallery__part">{words}</h2> }.into_any();
    let tones = [Tone::Plain, Tone::Accent, Tone::Due, Tone::Late, Tone::Good, Tone::Info];
    let words = [
        ui.t("跟进中", "Followed up"),
        ui.t("服务中", "In service"),
        ui.t("还剩 5 小时", "5 hours left"),
        ui.t("已超 2 个工作日", "2 working days late"),
        ui.t("已按时办结", "Done in time"),
        ui.t("紧急先行", "Urgent first"),
    ];
    let mut stopped = steps(stages(ui), 1);
    if let Some(step) = stopped.get_mut(1) {
        step.state = StepState::Stopped;
        step.words = ui.t("不符合，已转介", "Refused, referred").into();
    }
    let icons =
        Icon::ALL.into_iter().map(|mark| view! { <span>{icon_20(mark)}{format!("{mark:?}")}</span> }.into_any());
    view! {
        <h1>{ui.t("样式一览", "Gallery")}</h1>
        {heading(ui.t("按钮", "Buttons"))}
        <div class="buttons">
            {Button::primary(ui.t("受理申请", "Accept application")).link("#")}
            {Button::plain(ui.t("要求补充材料", "Ask for a supplement")).link("#")}
            {Button::danger(ui.t("不予受理", "Refuse")).link("#")}
            {Button::quiet(ui.t("取消", "Cancel")).link("#")}
            {Button::plain(ui.t("打印", "Print")).icon(Icon::Printer).link("#")}
            {Button::plain(ui.t("写记录", "Record")).small().link("#")}
        </div>
        {heading(ui.t("状态", "States"))}
        <div class="cluster">{tones.into_iter().zip(words).map(|(tone, words)| badge(tone, words)).collect_view()}{rule(ui, "INT-07", "#".to_owned())}</div>
        {heading(ui.t("提示", "Notices"))}
        {notice(Tone::Info, ui.t("本站从 12月1日起提供周日值班服务。", "From 1 December the station is open on Sundays."))}
        {notice(Tone::Good, ui.t("个案已结案，已安排第 3、6、12 个月的跟进。", "The case is closed; follow-ups after 3, 6 and 12 months are planned."))}
        {notice(Tone::Due, ui.t("申请人住址不在本站服务范围，可继续办理，建议转介至和平里站。", "The address lies outside the area; a referral is suggested."))}
        {notice_with(Tone::Late, Some(ui.t("其他人刚刚修改了此内容", "Someone else has just changed this").into()), ui.t("请看过最新内容后再提交；您填写的内容仍保留。", "Please look at the newest version and submit again; what you typed is kept.").into_any(), Some(Button::plain(ui.t("看最新内容", "See the newest")).small().link("#")))}
        {heading(ui.t("进度", "Progress"))}
        <div class="stack">
            {stepper(ui, steps(stages(ui), 2))}
            {stepper(ui, stopped)}
        </div>
        {heading(ui.t("卡片", "Cards"))}
        {cards(vec![
            Card { href: "#".to_owned(), icon: Some(Icon::Heart), title: ui.t("困境儿童关爱", "Children in difficulty").into(), text: ui.t("家庭走访、课业辅导、心理支持、临时照料与控辍保学，面向本街道 18 岁以下居民。", "Home visits, study, support and temporary care.").into(), foot: vec![ui.t("个案", "Case").into(), ui.t("24 小时内初审", "Review in 24 hours").into()] },
            Card { href: "#".to_owned(), icon: Some(Icon::People), title: ui.t("银龄互助小组", "Elders' group").into(), text: ui.t("每周三上午，翠园社区二楼活动室。", "Wednesdays, Cuiyuan community.").into(), foot: vec![ui.t("还有 4 个名额", "4 places left").into()] },
        ])}
        {heading(ui.t("图标", "Icons"))}
        <div class="gallery__icons">{icons.collect_view()}</div>
    }
    .into_any()
}
