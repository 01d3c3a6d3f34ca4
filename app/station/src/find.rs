//! Finding: clients, applications, cases and papers, by whatever one knows of them. What is sought is posted; the page's
//! address carries it sealed.

use backend::StaffScope;
use backend::search::{self, Group, Hit, HitKind, SHOWN, Sought, open_search, seal_search};
use domain::access::{Action, Object, Reach};
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::{Tone, badge};
use pages::components::empty::empty;
use pages::components::find::{find_field, find_more};
use pages::components::icons::Icon;
use pages::components::notice::notice;
use pages::components::page_head::{PageHead, page_head};
use pages::components::rows::{ListRow, rows};
use pages::components::section::{SectionHead, section_with};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};
use pages::listing::{SEARCH, person};
use pages::papers::state_badge;
use pages::route::Verb::{Get, Post};
use pages::route::{Route, staff};
use pages::ui::Ui;

/// So much of what was typed is shown again.
const SHOWN_AGAIN: usize = 200;

pub(crate) fn routes() -> Vec<Route> {
    // Everybody finds what they may open; of nothing else does the page say that it is there.
    let needs = (Object::Organisation, Action::Read);
    vec![staff(Get, "/o/{org}/find", needs, show), staff(Post, "/o/{org}/find", needs, seek)]
}

/// Leads to what was found.
async fn seek(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let typed: String = request.form.get("q").trim().chars().take(SHOWN_AGAIN).collect();
    let place = At(&scope.organisation().slug).area("find");
    let address = if typed.is_empty() { place } else { format!("{place}?{SEARCH}={}", seal_search(&scope, &typed)) };
    Ok(Answer::SeeOther(address))
}

async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let sealed = request.query.get(SEARCH).to_owned();
    let typed = open_search(&scope, &sealed).unwrap_or_default();
    let found = match Sought::read(&typed) {
        Ok(sought) => Ok(search::find(&scope, &sought).await?),
        Err(why) => Err(why),
    };
    let ui = request.ui;
    let body = || {
        let below = match &found {
            Ok(groups) if groups.is_empty() => nothing(ui, &typed),
            Ok(groups) => groups.iter().map(|group| section_of(&scope, ui, group, &sealed)).collect_view().into_any(),
            Err(_) if typed.is_empty() => ().into_any(),
            Err(why) => notice(Tone::Due, ui.text(&why.text())),
        };
        view! {
            {page_head(ui, PageHead { title: ui.t("查找", "Find").into(), ..PageHead::default() })}
            {find_field(ui, At(&scope.organisation().slug).area("find"), typed.clone(), ways(ui).into())}
            {below}
        }
        .into_any()
    };
    Ok(Answer::page(staff_page(&request, &scope, Area::Find, ui.t("查找", "Find"), body)))
}

/// By what something is found.
fn ways(ui: Ui) -> &'static str {
    ui.t(
        "姓名或其中几个字、拼音、首字母（两个以上）；电话或证件号码全部，或末四位；编号全部，或末段，如 GA/2026/031。",
        "A name or part of it, its pinyin, its initials (two or more); a telephone or document number whole, or the last four; \
         a file's number whole, or its end, as GA/2026/031.",
    )
}

fn nothing(ui: Ui, typed: &str) -> AnyView {
    empty(
        Icon::Search,
        ui.words(|| format!("没有找到“{typed}”"), || format!("Nothing found for “{typed}”")),
        ui.t(
            "找过了您可以打开的服务对象、申请、个案和文书。请少输入几个字，或换成拼音、电话末四位再试；由同事负责、您看不到的不会出现。",
            "The clients, applications, cases and papers that you may open were looked through. Try fewer characters, pinyin, or the \
             last four digits of the telephone; what is a colleague's and not open to you does not appear.",
        ),
        Vec::new(),
    )
}

fn section_of(scope: &StaffScope, ui: Ui, group: &Group, sealed: &str) -> AnyView {
    let at = At(&scope.organisation().slug);
    let count = if group.more { format!("{SHOWN}+") } else { group.hits.len().to_string() };
    let more = group.more.then(|| {
        let lists = group.kind == Object::Client && scope.reach(Object::Client, Action::List) != Reach::None;
        let link = lists.then(|| {
            let all = format!("{}?{SEARCH}={sealed}", at.area("clients"));
            (ui.t("在服务对象列表里看全部", "See all in the list of clients").into(), all)
        });
        let words = ui.words(
            || format!("这里只列出 {SHOWN} 条，多输入几个字范围会小一些。"),
            || format!("Only {SHOWN} are shown here; type more to narrow them."),
        );
        find_more(words, link)
    });
    let lines = group.hits.iter().map(|hit| line(ui, at, hit)).collect();
    let head = SectionHead {
        title: ui.name(group.kind).into(),
        count: Some(count.into()),
        id: Some(group.kind.code().into()),
        ..SectionHead::default()
    };
    section_with(head, view! { {rows(lines)}{more} }.into_any())
}

fn line(ui: Ui, at: At<'_>, hit: &Hit) -> ListRow {
    let day = ui.day(hit.at.day());
    let (icon, note, state) = match &hit.is {
        HitKind::Client(age) => {
            let years = age.map(|age| ui.words(|| format!(" · {age} 岁"), || format!(" · {age}"))).unwrap_or_default();
            let since = ui.words(|| format!("{day} 建档"), || format!("since {day}"));
            (Icon::Person, format!("{}{years} · {since}", hit.number), None)
        }
        HitKind::Application(state) => {
            let submitted = ui.words(|| format!("{day} 提交"), || format!("submitted {day}"));
            (Icon::Inbox, format!("{} · {submitted}", hit.number), Some(badge(Tone::Plain, ui.name(*state))))
        }
        HitKind::Case(state) => {
            let opened = ui.words(|| format!("{day} 开案"), || format!("opened {day}"));
            (Icon::Folder, format!("{} · {opened}", hit.number), Some(badge(Tone::Plain, ui.name(*state))))
        }
        HitKind::Paper(_, state) => (Icon::File, format!("{} · {day}", hit.number), Some(state_badge(ui, *state))),
    };
    let title = match &hit.is {
        HitKind::Paper(register, _) => ui.text(&register.title),
        _ => person(ui, hit.name.as_deref().unwrap_or_default()),
    };
    ListRow {
        icon: Some(icon),
        title: title.into(),
        href: at.subject(hit.subject),
        note: Some(note.into()),
        end: state,
        ..ListRow::default()
    }
}
