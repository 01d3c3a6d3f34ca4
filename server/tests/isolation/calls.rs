//! The calls that one line of the route table gives rise to: as people of the house are led to it, and with ids of every
//! sort in every place that holds one.

use crate::ground::Ground;
use crate::harvest::{DOCUMENTS, Met, WRITTEN_AT, ids, params, path_of};
use crate::world::{QS01, QS02};
use app::route::{Face, Route};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is the same for everybody, and so is never foreign: the norms' own rules.
const PUBLIC: [&str; 1] = ["rule"];
/// The call that names what a colleague has begun to write.
pub const DRAFT: &str = "draft of another";
/// A register that there is not.
const NO_REGISTER: &str = "nothing";
/// A receipt code that nobody has.
const NO_CODE: &str = "AAAA-BBBB-CCCC";

/// One request.
#[derive(Clone, Debug)]
pub struct Call {
    /// What is odd about its ids.
    pub ids: String,
    pub met: Met,
    /// What is sought, where something is; then the answer is the page to which the form leads.
    pub sought: Option<String>,
}

impl Call {
    fn new(ids: impl Into<String>, met: Met) -> Self {
        Self { ids: ids.into(), met, sought: None }
    }

    /// Everything that the caller sends, as text.
    pub fn sent(&self) -> String {
        let fields = self.met.fields.iter().map(|(name, value)| format!("\n{name}={value}"));
        std::iter::once(self.met.address()).chain(fields).chain(self.sought.clone()).collect()
    }

    /// On whose ground it is made; the pages that are everybody's stand on nobody's.
    pub fn house(&self, route: &Route) -> Option<String> {
        let named = params(route.path, &self.met.path).and_then(|params| params.into_iter().next());
        named.filter(|_| route.face() != Face::Open).map(|(_, house)| house)
    }

    /// Each is sent under an id of its own, as a form is that was just opened; unless files went ahead of it.
    pub fn renewed(mut self) -> Self {
        if self.met.fields.iter().any(|(name, _)| name == DOCUMENTS) {
            return self;
        }
        for (name, value) in &mut self.met.fields {
            if name == "operation" {
                *value = absent("opr");
            }
        }
        self
    }
}

/// An id that nobody has.
fn absent(prefix: &str) -> String {
    static USED: AtomicU64 = AtomicU64::new(1);
    format!("{prefix}_{:032x}", (0xAB5E_u128 << 96) + u128::from(USED.fetch_add(1, Ordering::SeqCst)))
}

/// A line of the table with what people were led to.
struct Probe<'g> {
    ground: &'g Ground,
    route: &'g Route,
    own: &'g Met,
}

/// The calls of a line; none when nobody is led to it.
pub fn calls(ground: &Ground, route: &Route) -> Vec<Call> {
    let line = (route.posts(), route.path);
    let colleagues = &ground.led.colleagues;
    let met = ground.led.own.all(line);
    let Some(own) = met.iter().find(|met| met.ids().is_disjoint(colleagues)) else { return Vec::new() };
    let probe = Probe { ground, route, own };
    let mut calls = vec![Call::new("own", own.clone())];
    let reach = met.iter().find(|met| !met.ids().is_disjoint(colleagues));
    calls.extend(reach.map(|reach| Call::new("reach", reach.clone())));
    calls.extend(probe.of_other_sorts(met));
    calls.extend(probe.in_the_path());
    calls.extend(probe.in_the_register());
    calls.extend(probe.in_the_house());
    calls.extend(probe.in_fields());
    calls.extend(probe.in_the_query(met));
    calls.extend(probe.in_a_search());
    calls
}

impl Probe<'_> {
    fn params(&self, met: &Met) -> Vec<(&'static str, String)> {
        params(self.route.path, &met.path).unwrap()
    }

    /// The place of the house in the path, which says on whose ground one stands; the rest are ids.
    fn first_id(&self) -> usize {
        usize::from(self.route.face() != Face::Open)
    }

    /// This call in the own house, with everything else as another house has it.
    fn moved_in(&self, other: &Met) -> Met {
        let own = self.params(self.own);
        let moved = self.params(other).into_iter().enumerate().map(|(at, (name, value))| {
            if at < self.first_id() || PUBLIC.contains(&name) { own[at].1.clone() } else { value }
        });
        Met { path: path_of(self.route.path, &moved.collect::<Vec<_>>()), query: String::new(), ..other.clone() }
    }

    /// With the ids of the path changed.
    fn with_ids(&self, met: &Met, change: impl Fn(usize, &str) -> String) -> Met {
        let changed = self.params(met).into_iter().enumerate().map(|(at, (name, value))| {
            if at < self.first_id() || PUBLIC.contains(&name) { value } else { change(at, &value) }
        });
        Met { path: path_of(self.route.path, &changed.collect::<Vec<_>>()), query: String::new(), ..met.clone() }
    }

    /// What tells the calls of one line apart: the register of the paper, what is done to it, which ids the form carries.
    fn sort(&self, met: &Met) -> String {
        let papers = self.params(met).into_iter().filter_map(|(_, id)| self.ground.registers.get(id.get(4..)?));
        let deed = met.fields.iter().filter(|(name, _)| name == "deed").map(|(_, deed)| deed);
        let carried = met.fields.iter().filter(|(name, value)| name != "operation" && !ids(value).is_empty());
        let words = papers.chain(deed).chain(carried.map(|(name, _)| name));
        let words: Vec<&str> = words.map(String::as_str).collect();
        if words.is_empty() { "alone".to_owned() } else { words.join(" ") }
    }

    /// One own call of each other sort, with the ids that it carries: a draft, what is replaced, what it is about.
    fn of_other_sorts(&self, met: &[Met]) -> Vec<Call> {
        let mut seen = BTreeSet::from([self.sort(self.own)]);
        let mut calls = Vec::new();
        for own in met.iter().filter(|met| met.ids().is_disjoint(&self.ground.led.colleagues)) {
            let sort = self.sort(own);
            if seen.insert(sort.clone()) {
                let fields = Probe { own, ..*self }.in_fields().into_iter();
                calls.push(Call::new(sort.clone(), own.clone()));
                calls.extend(fields.map(|call| Call { ids: format!("{sort} {}", call.ids), ..call }));
            }
        }
        calls
    }

    /// In a register that there is not, where one stands in the address.
    fn in_the_register(&self) -> Option<Call> {
        let (before, rest) = self.own.path.split_once(WRITTEN_AT)?;
        let (_, file) = rest.split_once('/')?;
        let path = format!("{before}{WRITTEN_AT}{NO_REGISTER}/{file}");
        Some(Call::new("register=absent", Met { path, ..self.own.clone() }))
    }

    fn in_the_path(&self) -> Vec<Call> {
        let line = (self.route.posts(), self.route.path);
        let ids = self.with_ids(self.own, |_, _| "x".to_owned());
        if ids.path == self.own.path {
            return Vec::new();
        }
        let elsewhere = |name: &'static str, met: &[Met]| {
            let moved = met.iter().map(|met| self.moved_in(met)).find(|moved| moved.path != self.own.path);
            moved.map(|moved| Call::new(name, moved))
        };
        let led = &self.ground.led;
        let foreign = elsewhere("foreign", led.near.all(line));
        let far = elsewhere("far", led.far.all(line));
        let base = foreign.as_ref().or(far.as_ref()).map_or(self.own, |call| &call.met);
        let nobodys = self.with_ids(base, |_, id| match id.split_once('_') {
            Some((prefix, hex)) if hex.len() == 32 => absent(prefix),
            _ => "nowhere".to_owned(),
        });
        // Whatever the form said of the foreign thing, it says of the one that is not there.
        let replaced = self.params(base).into_iter().zip(self.params(&nobodys));
        let fields = replaced.fold(nobodys.fields.clone(), |fields, ((_, from), (_, to))| {
            fields.into_iter().map(|(name, value)| (name, value.replace(&from, &to))).collect()
        });
        // What a colleague has begun to write is for nobody else what nobody has written.
        let draft = self.route.path.contains("{paper}").then(|| {
            let draft = self.ground.draft.to_string();
            Call::new(DRAFT, Met { fields: fields.clone(), ..self.with_ids(base, |_, _| draft.clone()) })
        });
        let absent = Call::new("absent", Met { fields, ..nobodys });
        let malformed = self.with_ids(self.own, |_, _| "x%27%20OR%201=1--%E4%B8%AD".to_owned());
        let of_another_kind = self.with_ids(self.own, |_, id| self.another_kind(id));
        let mut calls: Vec<Call> = foreign.into_iter().chain(far).collect();
        calls.extend(draft);
        calls.push(absent);
        calls.push(Call::new("malformed", malformed));
        calls.push(Call::new("kind", of_another_kind));
        calls.extend(self.one_of_several());
        calls
    }

    /// Where the path has several ids: one of them foreign, the others the own.
    fn one_of_several(&self) -> Vec<Call> {
        let line = (self.route.posts(), self.route.path);
        let led = &self.ground.led;
        let Some(near) = led.near.all(line).first().or(led.far.all(line).first()) else { return Vec::new() };
        let (own, near) = (self.params(self.own), self.params(near));
        let places: Vec<usize> = (self.first_id()..own.len()).filter(|at| !PUBLIC.contains(&own[*at].0)).collect();
        if places.len() < 2 {
            return Vec::new();
        }
        let one = |at: &usize| {
            let met =
                self.with_ids(self.own, |place, id| if place == *at { near[*at].1.clone() } else { id.to_owned() });
            Call::new(format!("{}=foreign", own[*at].0), met)
        };
        places.iter().map(one).collect()
    }

    /// On the ground of others, with their own ids; and on ground that is nobody's.
    fn in_the_house(&self) -> Vec<Call> {
        if self.route.face() == Face::Open {
            return Vec::new();
        }
        let line = (self.route.posts(), self.route.path);
        let led = &self.ground.led;
        let next_door = led.near.all(line).first().or(led.far.all(line).first());
        let on = |house: String| {
            let mut params: Vec<String> = self.params(self.own).into_iter().map(|(_, value)| value).collect();
            params[0] = house;
            Met { path: path_of(self.route.path, &params), ..self.own.clone() }
        };
        let nowhere = if self.route.face() == Face::Evaluator { absent("eng") } else { "nowhere".to_owned() };
        let mut calls: Vec<Call> = next_door.map(|met| Call::new("house", met.clone())).into_iter().collect();
        calls.push(Call::new("nowhere", on(nowhere)));
        if self.route.face() == Face::Evaluator {
            calls.push(Call::new("ended", on(self.ground.engagements.ended.to_string())));
        }
        calls
    }

    /// The ids that a form carries, each foreign and absent by itself; and receipt codes, which are ids too.
    fn in_fields(&self) -> Vec<Call> {
        let mut calls = Vec::new();
        for (at, (name, value)) in self.own.fields.iter().enumerate() {
            let with = |sort: &str, value: String| {
                let mut met = self.own.clone();
                met.fields[at].1 = value;
                Call::new(format!("{name}={sort}"), met)
            };
            if name == "code" {
                calls.push(with("own", self.ground.codes[QS01].clone()));
                calls.push(with("foreign", self.ground.codes[QS02].clone()));
                calls.push(with("absent", NO_CODE.to_owned()));
            } else if name == "session" {
                let near = self.ground.led.near.all((self.route.posts(), self.route.path));
                let foreign = near.iter().flat_map(|met| &met.fields).find(|(field, _)| field == name);
                calls.extend(foreign.map(|(_, session)| with("foreign", session.clone())));
                calls.push(with("absent", "0".repeat(value.len())));
            } else if let [id] = ids(value)[..]
                && name != "operation"
            {
                let prefix = &id[..3];
                let foreign = self.foreign_id(prefix).unwrap_or_else(|| panic!("no foreign {prefix} for {name}"));
                calls.push(with("foreign", foreign));
                calls.push(with("absent", absent(prefix)));
                if name == "draft" {
                    calls.push(with("colleague", self.ground.draft.to_string()));
                }
            }
        }
        calls
    }

    fn in_the_query(&self, met: &[Met]) -> Vec<Call> {
        let mut calls = Vec::new();
        let mut seen = BTreeSet::new();
        for met in met {
            let [id] = ids(&met.query)[..] else { continue };
            let name = met.query.trim_start_matches('?').split('=').next().unwrap_or_default();
            let prefix = &id[..3];
            let Some(foreign) = self.foreign_id(prefix).filter(|_| seen.insert(format!("{name}{prefix}"))) else {
                continue;
            };
            for (sort, other) in [("own", id.to_owned()), ("foreign", foreign), ("absent", absent(prefix))] {
                let query = met.query.replace(id, &other);
                calls.push(Call::new(format!("?{name}={prefix} {sort}"), Met { query, ..met.clone() }));
            }
        }
        calls
    }

    /// A neighbour's client is sought by everything that finds one, and somebody whom nobody knows.
    fn in_a_search(&self) -> Vec<Call> {
        let Some(known) = self.ground.known.get(QS02).filter(|_| self.route.posts()) else { return Vec::new() };
        let unknown = ["⟦nobody:name:0⟧".to_owned(), "440105198001019999".to_owned(), "13899999999".to_owned()];
        let mut calls = Vec::new();
        for name in self.ground.led.own.searches(&self.own.path) {
            for (what, (known, unknown)) in ["name", "identity", "phone"].iter().zip(known.iter().zip(&unknown)) {
                for (sort, text) in [("foreign", known), ("absent", unknown)] {
                    let met = Met { fields: vec![(name.to_owned(), text.clone())], ..self.own.clone() };
                    calls.push(Call { sought: Some(text.clone()), ..Call::new(format!("{name}={what} {sort}"), met) });
                }
            }
        }
        calls
    }

    fn foreign_id(&self, prefix: &str) -> Option<String> {
        self.ground.led.near.ids().into_iter().find(|id| id.starts_with(prefix))
    }

    /// An id of the house that names something of another kind.
    fn another_kind(&self, id: &str) -> String {
        let prefix = if id.starts_with("cas_") { "cli_" } else { "cas_" };
        let own = self.ground.led.own.ids().into_iter().find(|id| id.starts_with(prefix));
        own.unwrap_or_else(|| absent(prefix))
    }
}
