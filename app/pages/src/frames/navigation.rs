//! Which areas there are, and which of them a person sees.
//!
//! A line names only an icon, words and an address. Whether it is shown follows from the table of routes: the address must
//! be there, and the policy must grant the person what its route needs. So the navigation can neither lead nowhere nor
//! show what would be refused.

use crate::components::frame::{AreaGroup, AreaLink};
use crate::components::icons::Icon;
use crate::components::menu::MenuItem;
use crate::site_map::{Needs, SiteMap};
use crate::ui::Ui;
use domain::access::{Action, Object};
use domain::lang::{Text, text};

/// The areas of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// What is to be done now.
    Today,
    /// What one was told.
    Inbox,
    /// What is owed, by when, by which rule.
    Duties,
    /// What one looks for.
    Find,
    /// Applications.
    Applications,
    /// The people who are served.
    Clients,
    /// Cases.
    Cases,
    /// Who works here.
    Members,
    /// What the organisation consists of.
    Units,
    /// The registers of the house: safety, policies.
    Registers,
    /// The rule book.
    Rules,
    /// Who looked at and changed what.
    Audit,
}

impl Area {
    /// The area under which a file of this kind stands, with its papers.
    #[must_use]
    pub const fn of_file(kind: Object) -> Self {
        match kind {
            Object::Case => Self::Cases,
            Object::Client => Self::Clients,
            Object::Application => Self::Applications,
            Object::Member => Self::Members,
            Object::Unit | Object::Organisation => Self::Registers,
            _ => Self::Today,
        }
    }
}

/// The areas of a district.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DistrictArea {
    /// Which station needs me today.
    Overview,
    /// What the district was told of its stations.
    Inbox,
    /// What is owed in all stations.
    Duties,
    /// Named cases that were opened, with reasons.
    Openings,
    /// Evaluations.
    Engagements,
    /// The rule book.
    Rules,
}

/// The areas of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvaluatorArea {
    /// What the engagement opens.
    Overview,
    /// The random sample.
    Sample,
    /// Case files.
    Cases,
    /// The registers of the houses.
    Registers,
    /// Dates and lateness.
    Duties,
    /// Whether the stations' trails are whole.
    Audit,
    /// The rule book.
    Rules,
}

/// One line of a navigation.
pub(super) struct NavigationLine<A> {
    area: A,
    icon: Icon,
    words: Text,
    path: &'static str,
}

const fn line<A: Copy>(area: A, icon: Icon, words: Text, path: &'static str) -> NavigationLine<A> {
    NavigationLine { area, icon, words, path }
}

/// A group of lines with its name.
pub(super) struct Group<A: 'static> {
    key: &'static str,
    title: Text,
    lines: &'static [NavigationLine<A>],
}

pub(super) const STAFF_FIRST: &[NavigationLine<Area>] = &[
    line(Area::Today, Icon::Today, text("今天", "Today"), "/o/{org}"),
    line(Area::Inbox, Icon::Bell, text("收件", "Inbox"), "/o/{org}/inbox"),
    line(Area::Duties, Icon::Clock, text("待办与时限", "Duties"), "/o/{org}/duties"),
];

pub(super) const STAFF_GROUPS: &[Group<Area>] = &[
    Group {
        key: "service",
        title: text("服务", "Service"),
        lines: &[
            line(Area::Applications, Icon::Inbox, text("接案受理", "Intake"), "/o/{org}/applications"),
            line(Area::Clients, Icon::Person, text("服务对象", "Clients"), "/o/{org}/clients"),
            line(Area::Cases, Icon::Folder, text("个案", "Cases"), "/o/{org}/cases"),
        ],
    },
    Group {
        key: "organisation",
        title: text("机构", "Organisation"),
        lines: &[
            line(Area::Members, Icon::Staff, text("成员与权限", "Members"), "/o/{org}/members"),
            line(Area::Units, Icon::Building, text("组织架构", "Structure"), "/o/{org}/units"),
            line(Area::Registers, Icon::Clipboard, text("台账", "Registers"), "/o/{org}/registers"),
        ],
    },
    Group {
        key: "oversight",
        title: text("监督", "Oversight"),
        lines: &[
            line(Area::Rules, Icon::Rules, text("规范条款", "Rules"), "/o/{org}/duties/rules"),
            line(Area::Audit, Icon::Eye, text("操作记录", "Audit trail"), "/o/{org}/audit"),
        ],
    },
];

pub(super) const STAFF_NEW: &[NavigationLine<Area>] = &[
    line(Area::Applications, Icon::Inbox, text("登记申请", "Application"), "/o/{org}/applications/new"),
    line(Area::Clients, Icon::Person, text("服务对象", "Client"), "/o/{org}/clients/new"),
    line(Area::Members, Icon::Staff, text("成员", "Member"), "/o/{org}/members/new"),
];

pub(super) const STAFF_BOTTOM: &[NavigationLine<Area>] = &[
    line(Area::Today, Icon::Today, text("今天", "Today"), "/o/{org}"),
    line(Area::Clients, Icon::Person, text("服务对象", "Clients"), "/o/{org}/clients"),
    // The bar above has no room for its field on a phone.
    line(Area::Find, Icon::Search, text("查找", "Find"), "/o/{org}/find"),
    line(Area::Applications, Icon::Inbox, text("接案", "Intake"), "/o/{org}/applications"),
    line(Area::Duties, Icon::Clock, text("待办", "Duties"), "/o/{org}/duties"),
];

pub(super) const STAFF_SEARCH: &str = "/o/{org}/find";

pub(super) const DISTRICT: &[NavigationLine<DistrictArea>] = &[
    line(DistrictArea::Overview, Icon::Grid, text("总览", "Overview"), "/d/{district}"),
    line(DistrictArea::Inbox, Icon::Bell, text("收件", "Inbox"), "/d/{district}/inbox"),
    line(DistrictArea::Duties, Icon::Clock, text("待办与时限", "Duties"), "/d/{district}/duties"),
    line(DistrictArea::Openings, Icon::Eye, text("调阅记录", "Openings"), "/d/{district}/openings"),
    line(DistrictArea::Engagements, Icon::Clipboard, text("评估任务", "Evaluations"), "/d/{district}/engagements"),
    line(DistrictArea::Rules, Icon::Rules, text("规范条款", "Rules"), "/d/{district}/rules"),
];

pub(super) const EVALUATOR: &[NavigationLine<EvaluatorArea>] = &[
    line(EvaluatorArea::Overview, Icon::Grid, text("评估概览", "Overview"), "/e/{engagement}"),
    line(EvaluatorArea::Sample, Icon::Sample, text("抽样", "Sample"), "/e/{engagement}/sample"),
    line(EvaluatorArea::Cases, Icon::Folder, text("个案卷宗", "Case files"), "/e/{engagement}/cases"),
    line(EvaluatorArea::Registers, Icon::Clipboard, text("台账", "Registers"), "/e/{engagement}/registers"),
    line(EvaluatorArea::Duties, Icon::Clock, text("时限", "Timeliness"), "/e/{engagement}/duties"),
    line(EvaluatorArea::Audit, Icon::Eye, text("操作记录核对", "Audit trails"), "/e/{engagement}/audit"),
    line(EvaluatorArea::Rules, Icon::Rules, text("规范条款", "Rules"), "/e/{engagement}/rules"),
];

/// Who looks at a navigation, and from where.
pub(super) struct Reader<'a> {
    pub(super) ui: Ui,
    pub(super) site: SiteMap,
    /// The part of the addresses that names the place: `{org}`.
    pub(super) key: &'static str,
    /// What it stands for here.
    pub(super) place: &'a str,
    /// Whether the person has what a route needs.
    pub(super) may: &'a dyn Fn(Needs) -> bool,
}

/// Whether the policy grants what is needed.
pub(super) fn permitted(needs: Needs, grants: impl FnOnce(Object, Action) -> bool) -> bool {
    needs.is_none_or(|(object, action)| grants(object, action))
}

impl Reader<'_> {
    /// The address, when there is something behind it that the person may see.
    fn open(&self, path: &str) -> Option<String> {
        let needs = self.site.needs(path)?;
        (self.may)(needs).then(|| path.replace(self.key, self.place))
    }

    /// The lines that this person sees.
    pub(super) fn links<A: Copy + PartialEq>(&self, lines: &[NavigationLine<A>], current: A) -> Vec<AreaLink> {
        let link = |line: &NavigationLine<A>| {
            let href = self.open(line.path)?;
            Some(AreaLink::new(line.icon, self.ui.text(&line.words), href).current(line.area == current))
        };
        lines.iter().filter_map(link).collect()
    }
}

/// The groups in which this person sees anything.
pub(super) fn groups<A: Copy + PartialEq>(reader: &Reader<'_>, groups: &[Group<A>], current: A) -> Vec<AreaGroup> {
    let group = |group: &Group<A>| AreaGroup {
        key: group.key,
        title: reader.ui.text(&group.title).into(),
        links: reader.links(group.lines, current),
    };
    groups.iter().map(group).filter(|group| !group.links.is_empty()).collect()
}

/// The bar below on a phone: at most four places, and one's own.
pub(super) fn bottom<A: Copy + PartialEq>(
    reader: &Reader<'_>,
    lines: &[NavigationLine<A>],
    current: A,
) -> Vec<AreaLink> {
    let me = AreaLink::new(Icon::Staff, reader.ui.t("我", "Me"), "/me");
    reader.links(lines, current).into_iter().take(4).chain([me]).collect()
}

/// What this person may begin.
pub(super) fn new_items<A>(reader: &Reader<'_>, lines: &[NavigationLine<A>]) -> Vec<MenuItem> {
    let item = |line: &NavigationLine<A>| {
        Some(MenuItem::link(line.icon, reader.ui.text(&line.words), reader.open(line.path)?))
    };
    lines.iter().filter_map(item).collect()
}

/// Where searching leads, for those who may search.
pub(super) fn search_in(reader: &Reader<'_>, path: &str) -> Option<String> {
    reader.open(path)
}
