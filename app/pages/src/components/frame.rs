//! The frame in which staff, district and evaluators work: bar above, areas on the left, a bar
//! below on a phone.

use leptos::prelude::*;

use super::button::hidden_fields;
use super::icons::{Icon, icon, icon_20, logo};
use super::menu::{MenuAct, MenuItem, Side, menu, menu_rule};
use crate::ui::{Theme, Ui, Words};

/// What stands around the main column.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// Where the person is at home: `/o/qs01`.
    pub home: String,
    /// The organisation, district or engagement that is open.
    pub place: Words,
    /// The others that this person may open without signing in again; the open one among them.
    pub places: Vec<MenuItem>,
    /// The first lines on the left, above the groups: 今天, 查找.
    pub first: Vec<AreaLink>,
    /// The areas, in their groups.
    pub groups: Vec<AreaGroup>,
    /// Where searching leads; none where there is nothing to search.
    pub search: Option<Search>,
    /// What can be begun from everywhere.
    pub new: Vec<MenuItem>,
    /// Messages.
    pub inbox: Option<Inbox>,
    /// Who is signed in.
    pub me: Me,
    /// The bar below on a phone: five places.
    pub bottom: Vec<AreaLink>,
    /// Wide tables may take the whole width.
    pub wide: bool,
}

/// A group of areas with its name.
#[derive(Debug, Clone)]
pub struct AreaGroup {
    /// Remembers by this name whether the group is open.
    pub key: &'static str,
    /// 服务 · 机构 · 监督 · 设置
    pub title: Words,
    /// Its areas.
    pub links: Vec<AreaLink>,
}

/// One area.
#[derive(Debug, Clone)]
pub struct AreaLink {
    /// Its icon.
    pub icon: Icon,
    /// Its name.
    pub words: Words,
    /// Its address.
    pub href: String,
    /// It is open now.
    pub current: bool,
    /// How many wait there, and whether any of them is late.
    pub count: Option<(u32, bool)>,
}

impl AreaLink {
    /// An area.
    #[must_use]
    pub fn new(icon: Icon, words: impl Into<Words>, href: impl Into<String>) -> Self {
        Self { icon, words: words.into(), href: href.into(), current: false, count: None }
    }

    /// Marks the one that is open.
    #[must_use]
    pub fn current(mut self, current: bool) -> Self {
        self.current = current;
        self
    }

    /// With the number that waits there.
    #[must_use]
    pub fn count(mut self, count: u32, late: bool) -> Self {
        self.count = (count > 0).then_some((count, late));
        self
    }
}

/// The search field of the bar.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Where `q` is posted.
    pub action: String,
    /// What can be found: 姓名、编号、电话.
    pub hint: Words,
}

/// Messages in the bar.
#[derive(Debug, Clone, Default)]
pub struct Inbox {
    /// Their address.
    pub href: String,
    /// How many are unread.
    pub unread: u32,
}

/// Who is signed in.
#[derive(Debug, Clone, Default)]
pub struct Me {
    /// The name.
    pub name: Words,
    /// The roles, in words.
    pub roles: Words,
    /// Own pages: 我的资料, 修改密码.
    pub items: Vec<MenuItem>,
    /// Where signing out is posted.
    pub sign_out: String,
}

/// Where preferences (`theme`, `lang`, `nav`, `print`) are posted; the server answers with the page
/// the form stood on.
pub const PREFERENCES: &str = "/preferences";
/// The form that a page answers, once more, for preferences to be sent with it.
pub const SENT: &str = "sent";

/// The frame around `main`.
#[must_use]
pub fn frame(ui: Ui, frame: Frame, main: AnyView) -> AnyView {
    let class = if ui.narrow { "frame frame--narrow" } else { "frame" };
    let main_class = if frame.wide { "main main--wide" } else { "main" };
    let areas = areas(ui, frame.first, frame.groups);
    let bottom = bottom_bar(ui, frame.bottom);
    let bar = view! {
        <header class="topbar">
            <a class="topbar__menu" href="#areas" aria-label=ui.t("菜单", "Menu")>{icon_20(Icon::Menu)}</a>
            <a class="topbar__home" href=frame.home aria-label=ui.t("榕荫，回到首页", "Banyan, home")>
                {logo()}<span>{ui.t("榕荫", "Banyan")}</span>
            </a>
            <span class="topbar__slash" aria-hidden="true">"/"</span>
            {place(ui, frame.place, frame.places)}
            {frame.search.map(|search| search_field(ui, search))}
            <div class="topbar__end">
                {new_menu(ui, frame.new)}
                {frame.inbox.map(|inbox| inbox_link(ui, inbox))}
                {me_menu(ui, frame.me)}
            </div>
        </header>
    };
    view! {
        <a class="skip" href="#main">{ui.t("跳到正文", "Skip to content")}</a>
        {ui.demo.then(|| demo_banner(ui))}
        <div class=class>
            {bar}
            {areas}
            <main class=main_class id="main" tabindex="-1"><div class="main__inner">{main}</div></main>
            {bottom}
        </div>
    }
    .into_any()
}

/// Says on every page that the data are invented.
#[must_use]
pub fn demo_banner(ui: Ui) -> AnyView {
    view! {
        <aside class="demo-banner" aria-label=ui.t("演示", "Demonstration")>
            {icon(Icon::Info)}
            {ui.t(
                "演示环境：人员与数据均为虚构，登录账号公开，请勿录入真实信息。",
                "Demonstration: people and data are invented and the sign-ins are public. Enter nothing real.",
            )}
        </aside>
    }
    .into_any()
}

fn place(ui: Ui, name: Words, others: Vec<MenuItem>) -> AnyView {
    if others.len() < 2 {
        return view! { <div class="topbar__org"><span class="menu__button"><span>{name}</span></span></div> }
            .into_any();
    }
    let button = view! {
        <span class="visually-hidden">{ui.t("切换机构，当前：", "Switch organisation, now: ")}</span>
        <span>{name}</span>
        {icon(Icon::Down)}
    };
    let panel = others.into_iter().map(MenuItem::view).collect_view().into_any();
    view! { <div class="topbar__org">{menu(Side::Start, "", button.into_any(), panel)}</div> }.into_any()
}

fn search_field(ui: Ui, search: Search) -> AnyView {
    view! {
        <form class="topbar__search" role="search" method="post" action=search.action>
            <label class="visually-hidden" for="search">{ui.t("查找", "Search")}</label>
            {icon(Icon::Search)}
            <input id="search" type="search" name="q" placeholder=search.hint
                autocomplete="off" data-key="/"/>
            <kbd class="script-only" aria-hidden="true">"/"</kbd>
        </form>
    }
    .into_any()
}

fn new_menu(ui: Ui, items: Vec<MenuItem>) -> AnyView {
    if items.is_empty() {
        return ().into_any();
    }
    let button = view! { {icon(Icon::Plus)}<span>{ui.t("新建", "New")}</span> }.into_any();
    let panel = items.into_iter().map(MenuItem::view).collect_view().into_any();
    view! { <div class="topbar__new" data-key="n">{menu(Side::End, "button", button, panel)}</div> }.into_any()
}

fn inbox_link(ui: Ui, inbox: Inbox) -> AnyView {
    let unread = (inbox.unread > 0).then(|| {
        view! {
            <span class="topbar__count">{inbox.unread.min(99)}</span>
            <span class="visually-hidden">{ui.t("条未读", "unread")}</span>
        }
    });
    view! {
        <a class="topbar__tool" href=inbox.href>
            {icon(Icon::Bell)}
            <span class="visually-hidden">{ui.t("消息", "Messages")}</span>
            {unread}
        </a>
    }
    .into_any()
}

fn me_menu(ui: Ui, me: Me) -> AnyView {
    if me.sign_out.is_empty() {
        return ().into_any();
    }
    let button = view! { {icon(Icon::Person)}<span class="topbar__me">{me.name.clone()}</span>{icon(Icon::Down)} };
    let own = !me.items.is_empty();
    let panel = view! {
        <p class="menu__head"><b>{me.name}</b>{me.roles}</p>
        {me.items.into_iter().map(MenuItem::view).collect_view()}
        {own.then(menu_rule)}
        {preferences(ui).into_iter().map(MenuItem::view).collect_view()}
        {menu_rule()}
        {MenuItem::post(Icon::SignOut, ui.t("退出登录", "Sign out"), me.sign_out, vec![]).view()}
    };
    view! { <div class="topbar__self">{menu(Side::End, "topbar__tool", button.into_any(), panel.into_any())}</div> }
        .into_any()
}

/// The preferences every person has, as lines of a menu: light, letters, language.
#[must_use]
pub fn preferences(ui: Ui) -> Vec<MenuItem> {
    let set = |icon, words: &'static str, name, value: &str| {
        let act = if ui.answers_form {
            MenuAct::Send(SENT, format!("prefer.{name}"), value.to_owned())
        } else {
            MenuAct::Post(PREFERENCES.to_owned(), vec![(name, value.to_owned())])
        };
        MenuItem { icon: Some(icon), words: words.into(), act, ..MenuItem::default() }
    };
    let light =
        |icon, words, value: &'static str| set(icon, words, "theme", value).current(Theme::read(value) == ui.theme);
    vec![
        light(Icon::Settings, ui.t("跟随系统", "As the system"), "system"),
        light(Icon::Sun, ui.t("浅色", "Light"), "light"),
        light(Icon::Moon, ui.t("深色", "Dark"), "dark"),
        if ui.large_print {
            set(Icon::LargePrint, ui.t("标准字号", "Normal print"), "print", "normal")
        } else {
            set(Icon::LargePrint, ui.t("大字", "Large print"), "print", "large")
        },
        set(Icon::Globe, ui.t("English", "中文"), "lang", ui.t("en", "zh-CN")),
    ]
}

/// A button that sets one preference.
#[must_use]
pub fn preference(ui: Ui, class: &'static str, name: &'static str, value: &str, inner: AnyView) -> AnyView {
    if ui.answers_form {
        let name = format!("prefer.{name}");
        return view! { <button class=class type="submit" form=SENT name=name value=value.to_owned()>{inner}</button> }
            .into_any();
    }
    view! {
        <form method="post" action=PREFERENCES>
            {hidden_fields(vec![(name, value.to_owned())])}
            <button class=class type="submit">{inner}</button>
        </form>
    }
    .into_any()
}

/// The language that the page is not in, on a button.
#[must_use]
pub fn language(ui: Ui, class: &'static str, mark: Option<Icon>) -> AnyView {
    let words = view! { {mark.map(icon)}<span>{ui.t("English", "中文")}</span> };
    preference(ui, class, "lang", ui.t("en", "zh-CN"), words.into_any())
}

fn areas(ui: Ui, first: Vec<AreaLink>, groups: Vec<AreaGroup>) -> AnyView {
    let fold = if ui.narrow { (ui.t("展开", "Unfold"), "wide") } else { (ui.t("收起侧栏", "Fold"), "narrow") };
    let groups = groups.into_iter().map(|group| {
        view! {
            <details class="areas__group" open data-remember=format!("areas-{}", group.key)>
                <summary class="areas__title">{group.title}{icon(Icon::Down)}</summary>
                {area_list(group.links)}
            </details>
        }
        .into_any()
    });
    view! {
        <nav class="areas" id="areas" aria-label=ui.t("功能", "Areas")>
            <div class="areas__head">
                {ui.t("功能", "Areas")}
                <a class="areas__close" href="#main" aria-label=ui.t("关闭", "Close")>{icon_20(Icon::Close)}</a>
            </div>
            {area_list(first)}
            {groups.collect_view()}
            <div class="areas__foot">
                {preference(ui, "button button--quiet", "nav", fold.1, view! { {icon(Icon::Fold)}<span>{fold.0}</span> }.into_any())}
            </div>
        </nav>
    }
    .into_any()
}

fn area_list(links: Vec<AreaLink>) -> AnyView {
    let lines = links.into_iter().map(|link| {
        let count = link.count.map(|(count, late)| {
            let class = if late { "areas__count areas__count--late" } else { "areas__count" };
            view! { <span class=class>{count}</span> }
        });
        view! {
            <li>
                <a class="areas__link" href=link.href aria-current=link.current.then_some("page")>
                    {icon(link.icon)}<span>{link.words}</span>{count}
                </a>
            </li>
        }
        .into_any()
    });
    view! { <ul class="areas__list">{lines.collect_view()}</ul> }.into_any()
}

fn bottom_bar(ui: Ui, links: Vec<AreaLink>) -> AnyView {
    if links.is_empty() {
        return ().into_any();
    }
    let links = links.into_iter().map(|link| {
        view! {
            <a class="bottombar__link" href=link.href aria-current=link.current.then_some("page")>
                {icon_20(link.icon)}<span>{link.words}</span>
            </a>
        }
        .into_any()
    });
    view! { <nav class="bottombar" aria-label=ui.t("常用", "Main places")>{links.collect_view()}</nav> }.into_any()
}

/// A line of the place switcher.
#[must_use]
pub fn place_item(name: impl Into<Words>, roles: impl Into<Words>, href: impl Into<String>, current: bool) -> MenuItem {
    MenuItem {
        icon: Some(Icon::Building),
        words: name.into(),
        note: Some(roles.into()),
        act: MenuAct::Link(href.into()),
        current,
        danger: false,
    }
}
