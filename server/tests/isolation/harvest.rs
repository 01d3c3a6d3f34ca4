//! The probes: which addresses and forms lead to each line of the route table. Nobody lists them; they are gathered from
//! the pages themselves by people who may see them, as they stand there, with their ids, versions and choices.

use crate::pages::{self, Kind};
use crate::stations::somebody;
use crate::visitor::Visitor;
use app::route::Route;
use domain::ids::{AttachmentId, OperationId};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::LazyLock;

/// Long enough for every field that asks for words.
pub const WORDS: &str = "有人在这里写了一句足够长的话。";

/// So many pages of one line are looked at, to meet it in each state.
pub const EACH_STATE: usize = 90;
/// So many where it is enough to meet each state once.
pub const A_FEW: usize = 22;

/// Before the register, in the addresses of papers to be written.
pub const WRITTEN_AT: &str = "/papers/new/";

/// The question that residents answer by files.
pub const DOCUMENTS: &str = "documents";

/// A line of the route table: whether it posts, and its path.
pub type Line = (bool, &'static str);

/// An address that somebody was led to, and the form that is sent there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    pub path: String,
    /// With its question mark, or empty.
    pub query: String,
    pub fields: Vec<(String, String)>,
}

impl Met {
    fn at(address: &str, fields: Vec<(String, String)>) -> Self {
        let address = address.split('#').next().unwrap_or_default();
        let (path, query) = address.find('?').map_or((address, ""), |at| address.split_at(at));
        Self { path: path.to_owned(), query: query.to_owned(), fields }
    }

    pub fn address(&self) -> String {
        format!("{}{}", self.path, self.query)
    }

    /// The ids in its path, its query and its form; not that of the operation, which is new each time.
    pub fn ids(&self) -> BTreeSet<String> {
        let form = self.fields.iter().filter(|(name, _)| name != "operation").map(|(_, value)| value.as_str());
        [self.path.as_str(), self.query.as_str()].into_iter().chain(form).flat_map(ids).map(str::to_owned).collect()
    }
}

/// Everything that one person was led to, by the line of the table that answers there.
#[derive(Default)]
pub struct Harvest {
    met: BTreeMap<Line, Vec<Met>>,
    /// Where something can be sought: the address, and the name of the field.
    searches: BTreeSet<(String, String)>,
}

impl Harvest {
    /// Goes everywhere that the pages lead to, from here on; so many pages of each line are looked at.
    pub async fn gather(
        routes: &[Route],
        visitor: &Visitor,
        starts: &[String],
        today: (&str, &str),
        enough: usize,
    ) -> Self {
        let mut harvest = Self::default();
        let mut seen: BTreeSet<String> = starts.iter().cloned().collect();
        let mut visited: HashMap<&'static str, usize> = HashMap::new();
        let mut ahead: VecDeque<String> = starts.iter().cloned().collect();
        while let Some(address) = ahead.pop_front() {
            let met = Met::at(&address, Vec::new());
            let Some(path) = line_of(routes, false, &met.path) else { continue };
            let times = visited.entry(path).or_default();
            *times += 1;
            if *times > enough {
                continue;
            }
            let answer = visitor.get(&address).await;
            assert!(answer.status < 500, "{address} answers {}", answer.status);
            if answer.status < 400 {
                harvest.add((false, path), met);
            }
            harvest.add_forms(routes, &answer.body, today);
            harvest.searches.extend(pages::searches(&answer.body));
            let next = pages::links(&answer.body).into_iter().chain(answer.location().map(str::to_owned));
            ahead.extend(next.filter(|next| next.starts_with('/') && seen.insert(next.clone())));
        }
        harvest
    }

    /// The forms of one page.
    pub fn of_page(routes: &[Route], html: &str, today: (&str, &str)) -> Self {
        let mut harvest = Self::default();
        harvest.add_forms(routes, html, today);
        harvest
    }

    /// With each form goes a file that was sent ahead of it, under the form's own id.
    pub async fn with_documents(mut self, send: impl AsyncFn(OperationId) -> AttachmentId) -> Self {
        for met in self.met.values_mut().flatten() {
            if let Some((_, form)) = met.fields.iter().find(|(name, _)| name == "operation") {
                let sent = send(form.parse().unwrap()).await;
                met.fields.push((DOCUMENTS.to_owned(), sent.to_string()));
            }
        }
        self
    }

    fn add_forms(&mut self, routes: &[Route], html: &str, today: (&str, &str)) {
        for form in pages::forms(html, |name, kind| typed(name, kind, today)) {
            let met = Met::at(&form.action, another_password(form.fields));
            if let Some(path) = line_of(routes, true, &met.path) {
                self.add((true, path), met);
            }
        }
    }

    /// Lines that show something, to which pages lead only now and then, as the trail does to its latest subjects. Their ids
    /// are known by their names from other lines: what is called `{case}` there is a case here. `{id}` may be anything.
    pub fn complete(mut self, routes: &[Route]) -> Self {
        let face = |path: &'static str| path.split('/').nth(1).unwrap_or_default();
        let mut named: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
        for ((_, path), met) in &self.met {
            for (name, value) in met.iter().flat_map(|met| params(path, &met.path).unwrap()) {
                named.entry((face(path), name)).or_default().insert(value);
            }
        }
        for route in routes.iter().filter(|route| !route.posts()) {
            let line = (false, route.path);
            let part = |part: &'static str| part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
            let names: Vec<&str> = route.path.split('/').filter_map(part).collect();
            let [house, id] = names[..] else { continue };
            let known = |name| named.get(&(face(route.path), name));
            let (Some(houses), Some(ids), true) = (known(house), known(id), id != "id") else { continue };
            let house = houses.first().cloned().unwrap_or_default();
            for id in ids {
                let met = Met::at(&path_of(route.path, &[house.clone(), id.clone()]), Vec::new());
                if !self.all(line).contains(&met) {
                    self.add(line, met);
                }
            }
        }
        self
    }

    fn add(&mut self, line: Line, met: Met) {
        self.met.entry(line).or_default().push(met);
    }

    /// What others were led to as well comes after the own.
    pub fn join(mut self, other: Self) -> Self {
        for (line, met) in other.met {
            self.met.entry(line).or_default().extend(met);
        }
        self.searches.extend(other.searches);
        self
    }

    /// The same, with this typed wherever a field of that name is.
    pub fn typing(mut self, name: &str, value: &str) -> Self {
        let fields = self.met.values_mut().flatten().flat_map(|met| &mut met.fields);
        fields.filter(|(field, _)| field == name).for_each(|(_, typed)| value.clone_into(typed));
        self
    }

    /// The same, with every form of a paper filled in: this says how, for a register and what the page itself wrote.
    pub fn filled(mut self, fill: impl Fn(&str, &[(String, String)]) -> Vec<(String, String)>) -> Self {
        for ((posts, path), met) in &mut self.met {
            let register = path.split_once(WRITTEN_AT).and_then(|(_, rest)| rest.split('/').next());
            if let Some(register) = register.filter(|_| *posts) {
                met.iter_mut().for_each(|met| met.fields = fill(register, &met.fields));
            }
        }
        self
    }

    pub fn all(&self, line: Line) -> &[Met] {
        self.met.get(&line).map_or(&[], Vec::as_slice)
    }

    /// The fields in which something can be sought at this path.
    pub fn searches(&self, path: &str) -> impl Iterator<Item = &str> {
        self.searches.iter().filter(move |(action, _)| action == path).map(|(_, name)| name.as_str())
    }

    /// Every id in it.
    pub fn ids(&self) -> BTreeSet<String> {
        self.met.values().flatten().flat_map(Met::ids).collect()
    }
}

/// What is typed into an empty field: text of which every length suffices, and values that look as they should.
fn typed(name: &str, kind: Kind, (day, moment): (&str, &str)) -> String {
    match (kind, name) {
        (Kind::Day, _) => day.to_owned(),
        // An engagement ends in days to come; everything else has happened.
        (Kind::Moment, "ends") => moment.replacen("2026-03", "2026-04", 1),
        (Kind::Moment, _) => moment.to_owned(),
        (Kind::Number, _) => "5".to_owned(),
        (_, "identity_number") => somebody().0,
        (_, "phone" | "guardian_phone") => somebody().1,
        (_, "sign_in_name") => format!("typed{}", somebody().1),
        (_, "evaluators") => "evaluator".to_owned(),
        // On the sign-in page it is the name of an account, elsewhere anybody's.
        (_, "name") => "head".to_owned(),
        (_, "current" | "password" | "again") => crate::visitor::PASSWORD.to_owned(),
        _ => WORDS.to_owned(),
    }
}

/// Who changes a password chooses another one.
fn another_password(mut fields: Vec<(String, String)>) -> Vec<(String, String)> {
    if fields.iter().any(|(name, _)| name == "current") {
        let new = fields.iter_mut().filter(|(name, _)| ["password", "again"].contains(&name.as_str()));
        new.for_each(|(_, value)| value.push_str(" and more"));
    }
    fields
}

/// The line that answers at this path: where several fit, the one with the most words of its own.
pub fn line_of(routes: &[Route], posts: bool, path: &str) -> Option<&'static str> {
    let fitting = routes.iter().filter(|route| route.posts() == posts && params(route.path, path).is_some());
    fitting.max_by_key(|route| route.path.split('/').filter(|part| !part.starts_with('{')).count()).map(|r| r.path)
}

/// The parameters of a path, by the pattern of its line.
pub fn params(pattern: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    if pattern.len() != path.len() {
        return None;
    }
    let mut params = Vec::new();
    for (part, value) in pattern.into_iter().zip(path) {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) if !value.is_empty() => params.push((name, value.to_owned())),
            None if part == value => {}
            _ => return None,
        }
    }
    Some(params)
}

/// The path of a line with these parameters, in their order.
pub fn path_of(pattern: &str, params: &[String]) -> String {
    let mut params = params.iter();
    let part = |part: &str| if part.starts_with('{') { params.next().cloned().unwrap() } else { part.to_owned() };
    pattern.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// The ids in a text, in their outward form.
pub fn ids(text: &str) -> Vec<&str> {
    static IDS: LazyLock<Regex> = LazyLock::new(|| Regex::new("[a-z]{3}_[0-9a-f]{32}").unwrap());
    IDS.find_iter(text).map(|found| found.as_str()).collect()
}

#[test]
fn an_address_is_read_by_its_line() {
    let routes = app::routes();
    let new = "/o/{org}/cases/new/{client}";
    assert_eq!(line_of(&routes, false, "/o/qs01/cases/new/cli_1"), Some(new));
    assert_eq!(line_of(&routes, false, "/o/qs01/cases/cas_1/finish"), Some("/o/{org}/cases/{case}/finish"));
    assert_eq!(line_of(&routes, true, "/o/qs01/cases/cas_1"), None);
    let read = params(new, "/o/qs01/cases/new/cli_1").unwrap();
    assert_eq!(read, [("org", "qs01".to_owned()), ("client", "cli_1".to_owned())]);
    assert_eq!(path_of(new, &["a".to_owned(), "b".to_owned()]), "/o/a/cases/new/b");
    let id = "cas_01900000000070008000000000000001";
    assert_eq!(ids(&format!("/x/{id}/y?about={id}")), [id, id]);
}
