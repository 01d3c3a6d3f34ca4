//! What an organisation consists of: sites, departments, projects and their groups, in one tree (ORG-01, ORG-05, ORG-16).
//!
//! The tree hangs on one table, [`UnitKind::below`]: which kind may stand directly below which. A kind stands only below
//! kinds that come before it, so that no unit can ever be moved below itself; a test holds the table to that.

use serde::{Deserialize, Serialize};

use crate::ids::UnitId;
use crate::lang::{Lang, Text, text};
use crate::refusal::Problem;
use crate::text::{Line, Paragraph};
use crate::time::{Day, Moment, say};

choice! {
    /// What a unit is. Its kind never changes: a department that becomes a project is closed, and the project set up.
    pub enum UnitKind {
        Site       = "site",       "站点",   "Site";
        Department = "department", "部门",   "Department";
        Project    = "project",    "项目",   "Project";
        Group      = "group",      "项目组", "Project group";
    }
}

impl UnitKind {
    /// What may stand directly below a unit of this kind; below nothing is below the organisation itself.
    #[must_use]
    pub const fn below(parent: Option<Self>) -> &'static [Self] {
        match parent {
            None => &[Self::Site, Self::Department, Self::Project],
            Some(Self::Site) => &[Self::Department, Self::Project],
            Some(Self::Department) => &[Self::Project],
            Some(Self::Project) => &[Self::Group],
            Some(Self::Group) => &[],
        }
    }

    /// What only this kind says of itself beside its duties: a site where it is, a project what it is to reach.
    #[must_use]
    pub const fn particular(self) -> Option<Particular> {
        match self {
            Self::Site => Some(Particular::Address),
            Self::Project => Some(Particular::Goals),
            Self::Department | Self::Group => None,
        }
    }
}

/// What only one kind of unit says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Particular {
    /// Where it is.
    Address,
    /// What it is to reach.
    Goals,
}

/// What a unit is called.
pub type UnitName = Line<40>;
/// What a unit has to do (岗位职责, ORG-11).
pub type Duties = Paragraph<1000>;
/// Where a site is.
pub type Address = Line<200>;
/// What a project is to reach.
pub type Goals = Paragraph<1000>;

/// Why a unit cannot stand, be named or end as was asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misplaced {
    /// This kind does not stand directly below that one.
    Kind {
        /// What was to be placed.
        kind: UnitKind,
        /// Below what; nothing is the organisation itself.
        below: Option<UnitKind>,
    },
    /// What it is to stand below has a last day, and it would go on after that.
    Closing {
        /// The last day of what is above.
        until: Day,
    },
    /// There is one of the same name beside it.
    Namesake {
        /// What that one is.
        kind: UnitKind,
    },
    /// Something lies below it that does not end by then.
    OpenBelow {
        /// The first of them, by its name.
        first: String,
        /// How many there are.
        number: usize,
    },
    /// Its last day would be before its first.
    BeforeItBegan {
        /// Its first day.
        since: Day,
    },
    /// Its last day would be after that of what is above.
    Outlasts {
        /// The last day of what is above.
        until: Day,
    },
}

impl Misplaced {
    /// What is wrong with just this, and what to do.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        let day = |day: Day| say::day(lang, day, Moment::from_millis(0).day());
        match self {
            Self::Kind { kind, below } => {
                let here = above(*below);
                let here = here.say(lang);
                let possible = possible(*kind).map(|parent| above(parent).say(lang).to_owned()).collect::<Vec<_>>();
                lang.pick(
                    format!(
                        "{here}之下不能直接设{0}。{0}可以设在：{1}。",
                        kind.say(lang),
                        possible.join("、")
                    ),
                    format!(
                        "{} cannot stand directly below: {here}. Please choose one of: {}.",
                        kind.say(lang),
                        possible.join(", ")
                    ),
                )
            }
            Self::Closing { until } => lang.pick(
                format!("这个上级的最后一天是 {}，下面不能再有存续更久的单元，请另选上级。", day(*until)),
                format!("The last day of this one is {}: please choose one that stays longer.", day(*until)),
            ),
            Self::Namesake { kind } => lang.pick(
                format!("同一上级之下已有同名的{}，请换一个名称。", kind.say(lang)),
                format!("{} of this name stands beside it already: please choose another name.", kind.say(lang)),
            ),
            Self::OpenBelow { first, number: 1 } => lang.pick(
                format!("“{first}”在它之下，到那天还没有撤销。请先撤销“{first}”，或移到别处。"),
                format!("“{first}” lies below it and does not end by then: please close or move “{first}” first."),
            ),
            Self::OpenBelow { first, number } => lang.pick(
                format!("“{first}”等 {number} 个单元在它之下，到那天还没有撤销。请先撤销它们，或移到别处。"),
                format!("“{first}” and others, {number} in all, lie below it and do not end by then: please close or move them first."),
            ),
            Self::BeforeItBegan { since } => lang.pick(
                format!("不能早于设立的那天，{}。", day(*since)),
                format!("This cannot be before {}, when it was set up.", day(*since)),
            ),
            Self::Outlasts { until } => lang.pick(
                format!("不能晚于上级的最后一天，{}。", day(*until)),
                format!("This cannot be after {}, the last day of what is above.", day(*until)),
            ),
        }
    }
}

/// What stands above something, in words; nothing is the organisation itself.
const fn above(parent: Option<UnitKind>) -> Text {
    match parent {
        None => text("本机构", "The organisation"),
        Some(kind) => kind.name(),
    }
}

/// Below what this kind may stand.
fn possible(kind: UnitKind) -> impl Iterator<Item = Option<UnitKind>> {
    let parents = std::iter::once(None).chain(UnitKind::ALL.map(Some));
    parents.filter(move |parent| UnitKind::below(*parent).contains(&kind))
}

/// A unit as far as its place in the tree goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub id: UnitId,
    /// What it is.
    pub kind: UnitKind,
    /// What it is called.
    pub name: String,
    /// Below what; nothing is the organisation itself.
    pub parent: Option<UnitId>,
    /// Its first day.
    pub since: Day,
    /// Its last day, once it is known.
    pub until: Option<Day>,
}

impl Standing {
    /// Whether it is over on this day.
    #[must_use]
    pub fn is_closed(&self, today: Day) -> bool {
        self.until.is_some_and(|last| last < today)
    }
}

/// All units of one organisation, and what may become of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structure(Vec<Standing>);

impl Structure {
    /// These units, in the order in which they are shown beside each other: by kind, then as they were set up.
    #[must_use]
    pub fn of(mut units: Vec<Standing>) -> Self {
        units.sort_by_key(|unit| (unit.kind, unit.id));
        Self(units)
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, id: UnitId) -> Option<&Standing> {
        self.0.iter().find(|unit| unit.id == id)
    }

    /// What stands directly below a unit, or below the organisation itself.
    pub fn below(&self, parent: Option<UnitId>) -> impl Iterator<Item = &Standing> {
        self.0.iter().filter(move |unit| unit.parent == parent)
    }

    /// All of them, each after what it stands below.
    #[must_use]
    pub fn walk(&self) -> Vec<&Standing> {
        let mut found: Vec<&Standing> = Vec::with_capacity(self.0.len());
        let mut next: Vec<&Standing> = self.below(None).collect();
        next.reverse();
        while let Some(unit) = next.pop() {
            found.push(unit);
            let mut below: Vec<&Standing> = self.below(Some(unit.id)).collect();
            below.reverse();
            next.append(&mut below);
        }
        found
    }

    /// What a unit stands below, the nearest last: `白鹤站 › 长者部`.
    #[must_use]
    pub fn way_to(&self, id: UnitId) -> Vec<&Standing> {
        let mut way: Vec<&Standing> = Vec::new();
        let mut at = self.get(id).and_then(|unit| unit.parent);
        while let Some(unit) = at.and_then(|id| self.get(id)) {
            way.insert(0, unit);
            at = unit.parent;
        }
        way
    }

    /// Whether a unit of this kind, which ends then, may stand below this.
    ///
    /// # Errors
    /// Why not.
    pub fn may_stand(&self, kind: UnitKind, until: Option<Day>, parent: Option<UnitId>) -> Result<(), Problem> {
        let parent = parent.map(|id| self.get(id).ok_or(Problem::NotAChoice)).transpose()?;
        let below = parent.map(|parent| parent.kind);
        if !UnitKind::below(below).contains(&kind) {
            return Err(Misplaced::Kind { kind, below }.into());
        }
        match parent.and_then(|parent| parent.until) {
            Some(last) if until.is_none_or(|until| until > last) => Err(Misplaced::Closing { until: last }.into()),
            _ => Ok(()),
        }
    }

    /// Whether a unit may bear this name below this. One that has a last day leaves its name to who follows it.
    ///
    /// # Errors
    /// [`Misplaced::Namesake`].
    pub fn may_be_named(&self, id: Option<UnitId>, name: &UnitName, parent: Option<UnitId>) -> Result<(), Problem> {
        let same = |unit: &&Standing| Some(unit.id) != id && unit.until.is_none() && unit.name == name.as_str();
        match self.below(parent).find(same) {
            Some(other) => Err(Misplaced::Namesake { kind: other.kind }.into()),
            None => Ok(()),
        }
    }

    /// Whether this may be a unit's last day.
    ///
    /// # Errors
    /// Why not.
    pub fn may_end(&self, id: UnitId, last: Day) -> Result<(), Problem> {
        let unit = self.get(id).ok_or(Problem::NotAChoice)?;
        if last < unit.since {
            return Err(Misplaced::BeforeItBegan { since: unit.since }.into());
        }
        let mut open = self.below(Some(id)).filter(|below| below.until.is_none_or(|until| until > last));
        if let Some(first) = open.next() {
            return Err(Misplaced::OpenBelow { first: first.name.clone(), number: 1 + open.count() }.into());
        }
        match unit.parent.and_then(|id| self.get(id)).and_then(|parent| parent.until) {
            Some(until) if last > until => Err(Misplaced::Outlasts { until }.into()),
            _ => Ok(()),
        }
    }
}

impl From<Misplaced> for Problem {
    fn from(misplaced: Misplaced) -> Self {
        Self::Misplaced(misplaced)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id(n: u128) -> UnitId {
        Uuid::from_u128(n).into()
    }

    fn day(n: i64) -> Day {
        Day::parse("2026-03-01").unwrap().plus_days(n)
    }

    fn unit(n: u128, kind: UnitKind, parent: Option<u128>) -> Standing {
        let parent = parent.map(id);
        Standing { id: id(n), kind, name: format!("单元{n}"), parent, since: day(0), until: None }
    }

    /// A site with a department that has a project with a group, and a project of the house.
    fn house() -> Vec<Standing> {
        use UnitKind::{Department, Group, Project, Site};
        vec![
            unit(5, Project, None),
            unit(4, Group, Some(3)),
            unit(3, Project, Some(2)),
            unit(2, Department, Some(1)),
            unit(1, Site, None),
        ]
    }

    /// What makes a circle impossible: whatever stands below comes later among the kinds.
    #[test]
    fn a_kind_stands_only_below_those_that_come_before_it() {
        for parent in UnitKind::ALL {
            assert!(UnitKind::below(Some(parent)).iter().all(|kind| *kind > parent), "{parent}");
        }
        assert!(UnitKind::ALL.iter().all(|kind| possible(*kind).next().is_some()), "each has its place");
    }

    #[test]
    fn the_tree_is_walked_from_above_and_knows_the_way() {
        let structure = Structure::of(house());
        let walked: Vec<UnitId> = structure.walk().iter().map(|unit| unit.id).collect();
        assert_eq!(walked, [1, 2, 3, 4, 5].map(id));
        let way: Vec<UnitId> = structure.way_to(id(4)).iter().map(|unit| unit.id).collect();
        assert_eq!(way, [1, 2, 3].map(id));
        assert_eq!(structure.way_to(id(1)), Vec::<&Standing>::new());
    }

    #[test]
    fn what_may_stand_where() {
        use UnitKind::{Department, Group, Project, Site};
        let structure = Structure::of(house());
        let refused = |kind, below| Err(Misplaced::Kind { kind, below }.into());
        for (kind, parent, expected) in [
            (Site, None, Ok(())),
            (Department, None, Ok(())),
            (Project, None, Ok(())),
            (Group, None, refused(Group, None)),
            (Site, Some(1), refused(Site, Some(Site))),
            (Department, Some(1), Ok(())),
            (Department, Some(2), refused(Department, Some(Department))),
            (Project, Some(2), Ok(())),
            (Department, Some(3), refused(Department, Some(Project))),
            (Group, Some(3), Ok(())),
            (Group, Some(4), refused(Group, Some(Group))),
            (Project, Some(99), Err(Problem::NotAChoice)),
        ] {
            assert_eq!(structure.may_stand(kind, None, parent.map(id)), expected, "{kind} below {parent:?}");
        }
    }

    #[test]
    fn a_name_is_borne_once_beside_each_other_by_those_that_stay() {
        let mut units = house();
        let name = UnitName::parse("单元5").unwrap();
        let beside = |units: &[Standing], id, parent| Structure::of(units.to_vec()).may_be_named(id, &name, parent);
        let taken = Err(Misplaced::Namesake { kind: UnitKind::Project }.into());
        assert_eq!(beside(&units, None, None), taken);
        assert_eq!(beside(&units, Some(id(5)), None), Ok(()), "its own");
        assert_eq!(beside(&units, None, Some(id(2))), Ok(()), "elsewhere");
        units[0].until = Some(day(9));
        assert_eq!(beside(&units, None, None), Ok(()), "one that ends");
    }

    #[test]
    fn nothing_ends_above_what_goes_on() {
        let mut units = house();
        let end = |units: &[Standing], n, last| Structure::of(units.to_vec()).may_end(id(n), day(last));
        assert_eq!(end(&units, 4, -1), Err(Misplaced::BeforeItBegan { since: day(0) }.into()));
        assert_eq!(end(&units, 4, 0), Ok(()), "on its first day");
        let open = |first: &str, number| Err(Misplaced::OpenBelow { first: first.to_owned(), number }.into());
        assert_eq!(end(&units, 3, 9), open("单元4", 1));
        units[1].until = Some(day(9));
        assert_eq!(end(&units, 3, 8), open("单元4", 1), "it ends a day later");
        assert_eq!(end(&units, 3, 9), Ok(()));
        units.push(unit(6, UnitKind::Group, Some(3)));
        units.push(unit(7, UnitKind::Group, Some(3)));
        assert_eq!(end(&units, 3, 9), open("单元6", 2));
        units.truncate(5);
        units[2].until = Some(day(9));
        assert_eq!(end(&units, 4, 10), Err(Misplaced::Outlasts { until: day(9) }.into()));
        let below =
            |until: Option<i64>| Structure::of(units.clone()).may_stand(UnitKind::Group, until.map(day), Some(id(3)));
        assert_eq!(below(None), Err(Misplaced::Closing { until: day(9) }.into()));
        assert_eq!(below(Some(10)), Err(Misplaced::Closing { until: day(9) }.into()));
        assert_eq!(below(Some(9)), Ok(()));
    }

    #[test]
    fn every_sentence_says_what_is_wrong_and_ends() {
        use UnitKind::{Group, Project, Site};
        for (misplaced, zh, en) in [
            (
                Misplaced::Kind { kind: Group, below: None },
                "本机构之下不能直接设项目组。项目组可以设在：项目。",
                "Project group cannot stand directly below: The organisation. Please choose one of: Project.",
            ),
            (
                Misplaced::Kind { kind: Site, below: Some(Project) },
                "项目之下不能直接设站点。站点可以设在：本机构。",
                "Site cannot stand directly below: Project. Please choose one of: The organisation.",
            ),
            (
                Misplaced::OpenBelow { first: "长者部".to_owned(), number: 1 },
                "“长者部”在它之下，到那天还没有撤销。请先撤销“长者部”，或移到别处。",
                "“长者部” lies below it and does not end by then: please close or move “长者部” first.",
            ),
        ] {
            assert_eq!((&*misplaced.say(Lang::Zh), &*misplaced.say(Lang::En)), (zh, en));
        }
        let (until, since) = (day(0), day(0));
        for misplaced in [
            Misplaced::Closing { until },
            Misplaced::Namesake { kind: Site },
            Misplaced::OpenBelow { first: "长者部".to_owned(), number: 3 },
            Misplaced::BeforeItBegan { since },
            Misplaced::Outlasts { until },
        ] {
            assert!(misplaced.say(Lang::Zh).ends_with('。') && misplaced.say(Lang::En).ends_with('.'), "{misplaced:?}");
        }
    }

    /// Something that is asked of the tree.
    #[derive(Clone, Copy, Debug)]
    enum Asked {
        Create(UnitKind, Option<u128>),
        Move(u128, Option<u128>),
        End(u128, i64),
    }

    fn asked() -> impl Strategy<Value = Asked> {
        let unit = 1_u128..12;
        let parent = proptest::option::weighted(0.8, unit.clone());
        let kind = prop::sample::select(UnitKind::ALL.to_vec());
        prop_oneof![
            3 => (kind, parent.clone()).prop_map(|(kind, parent)| Asked::Create(kind, parent)),
            3 => (unit.clone(), parent).prop_map(|(unit, parent)| Asked::Move(unit, parent)),
            1 => (unit, -1_i64..4).prop_map(|(unit, last)| Asked::End(unit, last)),
        ]
    }

    /// Does what is asked where it may be done.
    fn done(units: &mut Vec<Standing>, asked: Asked) {
        let structure = Structure::of(units.clone());
        let at = |n: u128| units.iter().position(|unit| unit.id == id(n));
        match asked {
            Asked::Create(kind, parent) if structure.may_stand(kind, None, parent.map(id)).is_ok() => {
                let n = units.len() as u128 + 1;
                units.push(unit(n, kind, parent));
            }
            Asked::Move(n, parent) => {
                let Some(at) = at(n) else { return };
                if structure.may_stand(units[at].kind, units[at].until, parent.map(id)).is_ok() {
                    units[at].parent = parent.map(id);
                }
            }
            Asked::End(n, last) => {
                let Some(at) = at(n) else { return };
                if structure.may_end(id(n), day(last)).is_ok() {
                    units[at].until = Some(day(last));
                }
            }
            Asked::Create(..) => {}
        }
    }

    proptest! {
        /// Proves ORG-01.
        #[test]
        fn whatever_is_asked_it_stays_a_tree(asked in prop::collection::vec(asked(), 0..60)) {
            let mut units = Vec::new();
            for asked in asked {
                done(&mut units, asked);
            }
            let structure = Structure::of(units.clone());
            prop_assert_eq!(structure.walk().len(), units.len(), "everything hangs on the organisation");
            for unit in &units {
                let parent = unit.parent.map(|id| structure.get(id).unwrap());
                prop_assert!(UnitKind::below(parent.map(|parent| parent.kind)).contains(&unit.kind));
                prop_assert!(unit.until.is_none_or(|last| last >= unit.since));
                if let Some(last) = parent.and_then(|parent| parent.until) {
                    prop_assert!(unit.until.is_some_and(|until| until <= last), "it would go on below what has ended");
                }
            }
        }
    }
}
