//! Who may do what: casbin decides, once, and its answers are kept in a table.
//!
//! The policy is two files that a reviewer can read, `policy/model.conf` and `policy/rights.policy`; they are the same for every
//! organisation. Membership is the domain: a person's roles hold in one organisation only. casbin reads every policy row for
//! every question, so at start each cell (role, object, action) is asked once, and a request looks into the table. Whose
//! roles they are is read in the request's own transaction, so a revoked role ends with the next request.
//!
//! What is deliberately not used: cached enforcers, several `g`, wildcard domains, path matching, deny rows. Each has let a
//! revoked or foreign right through (docs/decisions/policy.md).

mod rights;

use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};
use domain::access::{Action, Object, Reach, Role};
use domain::papers::Right;
use domain::registers::{Register, Registers};
use rights::{Misread, Rights};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

const MODEL: &str = include_str!("../policy/model.conf");
const FILE: &str = "backend/policy/rights.policy";
const TEXT: &str = include_str!("../policy/rights.policy");
/// What only those may see who proved twice who they are, where their district asks for it.
const ABOUT_CLIENTS: [Object; 4] = [Object::Client, Object::Case, Object::Application, Object::Opening];

/// Why the program refuses to start.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// casbin could not read the model.
    #[error("casbin: {0}")]
    Casbin(#[from] casbin::Error),
    /// A line of the table says nothing that we know.
    #[error(transparent)]
    Misread(#[from] Misread),
    /// Nothing is granted at all; casbin would then answer from an empty comparison.
    #[error("the policy grants nothing")]
    Empty,
    /// A role holds outside its own organisation.
    #[error("the model lets {role} act in another organisation")]
    Leaks {
        /// The role.
        role: &'static str,
    },
}

/// Every answer of the policy.
#[derive(Debug)]
pub struct Policy {
    cells: HashMap<(Role, Object, Action), Reach>,
    papers: HashMap<(Role, String, Right), Reach>,
    /// Who has a right to papers in somebody's file.
    about_clients: HashSet<Role>,
    heard: Heard,
}

/// Something that the policy can be asked about a role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// How far an act goes.
    Act(Object, Action),
    /// How far a right to a register's papers goes.
    Papers(String, Right),
    /// Whether it opens anything that is about a client.
    Clients,
}

/// What was asked, while somebody listens: two roles that are answered the same to all of it were told apart by nothing. The
/// proof that tenants are kept apart rests on that (docs/isolation.md).
#[derive(Debug, Default)]
struct Heard {
    listens: AtomicBool,
    questions: Mutex<BTreeSet<Question>>,
}

impl Heard {
    fn note(&self, question: impl FnOnce() -> Question) {
        if self.listens.load(Ordering::Relaxed) {
            self.questions.lock().unwrap_or_else(PoisonError::into_inner).insert(question());
        }
    }
}

impl Policy {
    /// Asks casbin for every cell of the policy that is built in.
    ///
    /// # Errors
    /// When a line is misread, nothing is granted, or a role would reach into another organisation. The program must not
    /// start then.
    pub async fn load(registers: &Registers) -> Result<Self, PolicyError> {
        Self::of_text(FILE, TEXT, registers).await
    }

    /// Asks casbin about the rights of another text.
    pub(crate) async fn of_text(file: &str, text: &str, registers: &Registers) -> Result<Self, PolicyError> {
        let mut rights = Rights::default();
        rights.extend(file, text)?;
        Self::compile(MODEL, &rights, registers).await
    }

    async fn compile(model: &str, rights: &Rights, registers: &Registers) -> Result<Self, PolicyError> {
        let (cells, papers, about_clients) = (HashMap::new(), HashMap::new(), HashSet::new());
        let mut policy = Self { cells, papers, about_clients, heard: Heard::default() };
        for (object, action, granted) in rights.acts() {
            for (role, reach) in answers(model, object.code(), action.code(), granted).await? {
                policy.cells.insert((role, object, action), reach);
            }
        }
        if policy.cells.is_empty() {
            return Err(PolicyError::Empty);
        }
        for register in registers.iter() {
            for right in Right::ALL {
                let granted: Vec<(Role, Reach)> =
                    register.granted(right).iter().map(|(role, reach)| (*role, *reach)).collect();
                // A register is an object of its own, in a room where no noun is.
                let object = format!("papers:{}", register.key);
                for (role, reach) in answers(model, &object, right.code(), &granted).await? {
                    policy.papers.insert((role, register.key.clone(), right), reach);
                    if !register.is_shelved() {
                        policy.about_clients.insert(role);
                    }
                    // Whoever may do it in one register may come to the door where papers are asked for.
                    let door = policy.cells.entry((role, Object::Paper, door(right))).or_insert(reach);
                    *door = reach.or(*door);
                }
            }
        }
        Ok(policy)
    }

    /// How far this role's right to a register's papers goes.
    #[must_use]
    pub fn reach_papers(&self, role: Role, register: &Register, right: Right) -> Reach {
        self.heard.note(|| Question::Papers(register.key.clone(), right));
        self.papers.get(&(role, register.key.clone(), right)).copied().unwrap_or(Reach::None)
    }

    /// How far the widest of these roles' rights to a register's papers goes.
    #[must_use]
    pub fn widest_papers(&self, roles: &[Role], register: &Register, right: Right) -> Reach {
        roles.iter().map(|role| self.reach_papers(*role, register, right)).max().unwrap_or(Reach::None)
    }

    /// How far this role's right goes.
    #[must_use]
    pub fn reach(&self, role: Role, object: Object, action: Action) -> Reach {
        self.heard.note(|| Question::Act(object, action));
        self.cells.get(&(role, object, action)).copied().unwrap_or(Reach::None)
    }

    /// From now on listens to what it is asked.
    pub fn listen(&self) {
        self.heard.listens.store(true, Ordering::Relaxed);
    }

    /// What was asked since it was last told.
    pub fn heard(&self) -> BTreeSet<Question> {
        std::mem::take(&mut self.heard.questions.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether two roles are answered the same to all of this.
    #[must_use]
    pub fn answers_alike(&self, one: Role, other: Role, questions: &BTreeSet<Question>) -> bool {
        questions.iter().all(|question| match question {
            Question::Act(object, action) => {
                self.cells.get(&(one, *object, *action)) == self.cells.get(&(other, *object, *action))
            }
            Question::Papers(register, right) => {
                let of = |role| self.papers.get(&(role, register.clone(), *right));
                of(one) == of(other)
            }
            Question::Clients => self.opens_clients(one) == self.opens_clients(other),
        })
    }

    /// How far the widest of these roles' rights goes.
    #[must_use]
    pub fn widest(&self, roles: &[Role], object: Object, action: Action) -> Reach {
        roles.iter().map(|role| self.reach(*role, object, action)).max().unwrap_or(Reach::None)
    }

    /// Whether a role opens anything that is about a client.
    #[must_use]
    pub fn sees_clients(&self, role: Role) -> bool {
        self.heard.note(|| Question::Clients);
        self.opens_clients(role)
    }

    fn opens_clients(&self, role: Role) -> bool {
        self.about_clients.contains(&role)
            || self.cells.keys().any(|(of, object, _)| *of == role && ABOUT_CLIENTS.contains(object))
    }

    /// The roles of the staff, those with the same rights together. Nothing but this table looks at a role, so what one of
    /// them is answered all of them are (docs/isolation.md).
    #[must_use]
    pub fn classes(&self) -> Vec<Vec<Role>> {
        let mut classes: Vec<Vec<Role>> = Vec::new();
        for role in Role::STAFF {
            match classes.iter_mut().find(|class| self.rights(class[0]) == self.rights(role)) {
                Some(class) => class.push(role),
                None => classes.push(vec![role]),
            }
        }
        classes
    }

    /// The whole column of a role: its acts on nouns and on the papers of each register.
    fn rights(&self, role: Role) -> BTreeMap<String, Reach> {
        let acts = self.cells.iter().filter(|((of, ..), _)| *of == role);
        let acts = acts.map(|((_, object, action), reach)| (format!("{object} {action}"), *reach));
        let papers = self.papers.iter().filter(|((of, ..), _)| *of == role);
        let papers = papers.map(|((_, register, right), reach)| (format!("papers:{register} {right}"), *reach));
        acts.chain(papers).collect()
    }

    /// The whole table as text, one line for each object and action, then for each register and right, one column for each
    /// role: the golden table.
    #[must_use]
    pub fn table(&self) -> String {
        let cell = |role: Role, words: &str| format!("{words:<width$}", width = role.code().len() + 2);
        let row = |act: &str, words: &dyn Fn(Role) -> &'static str| {
            let cells: String = Role::ALL.iter().map(|role| cell(*role, words(*role))).collect();
            format!("{act:<28}{cells}").trim_end().to_owned()
        };
        let columns = Role::ALL.map(|role| (role, self.rights(role)));
        let acts = Object::ALL.iter().flat_map(|object| Action::ALL.map(|action| format!("{object} {action}")));
        let mut papers: Vec<(&str, Right)> = self.papers.keys().map(|(_, key, right)| (key.as_str(), *right)).collect();
        papers.sort_unstable();
        papers.dedup();
        let papers = papers.into_iter().map(|(register, right)| format!("papers:{register} {right}"));
        let granted = |act: &String| columns.iter().any(|(_, rights)| rights.contains_key(act));
        let reach = |role: Role, act: &str| columns.iter().find(|(of, _)| *of == role).and_then(|(_, of)| of.get(act));
        let rows = acts.chain(papers).filter(granted).map(|act| {
            row(&act, &|role| match reach(role, &act) {
                Some(Reach::All) => "all",
                Some(Reach::Own) => "own",
                _ => "·",
            })
        });
        std::iter::once(row("", &Role::code)).chain(rows).collect::<Vec<_>>().join("\n")
    }
}

/// The act by which a right to papers is asked for at a door that knows no register.
const fn door(right: Right) -> Action {
    match right {
        Right::Write => Action::Create,
        Right::Read => Action::Read,
        Right::Decide => Action::Approve,
    }
}

/// What casbin answers to each role about one act.
async fn answers(
    model: &str,
    object: &str,
    act: &str,
    granted: &[(Role, Reach)],
) -> Result<Vec<(Role, Reach)>, PolicyError> {
    let mut answers = Vec::new();
    // casbin compares every row with every question, so each act is asked among its own rows only.
    let enforcer = enforcer(model, rows(object, act, granted)).await?;
    for role in Role::ALL {
        let asked = |domain: &str, reach: Reach| enforcer.enforce((subject(role), domain, object, right(act, reach)));
        if asked(ABROAD, Reach::All)? || asked(ABROAD, Reach::Own)? {
            return Err(PolicyError::Leaks { role: role.code() });
        }
        if asked(HOME, Reach::All)? {
            answers.push((role, Reach::All));
        } else if asked(HOME, Reach::Own)? {
            answers.push((role, Reach::Own));
        }
    }
    Ok(answers)
}

const HOME: &str = "t:home";
const ABROAD: &str = "t:abroad";

/// Prefixed, so that no account can be named like a role: casbin gives a subject the role of its own name.
fn subject(role: Role) -> String {
    format!("u:{}", role.code())
}

fn role_name(role: Role) -> String {
    format!("role:{}", role.code())
}

/// What is done, in casbin's words, which know no reach.
fn right(act: &str, reach: Reach) -> String {
    format!("{act}{}", if reach == Reach::Own { ".own" } else { "" })
}

/// The rights to one act as casbin takes them: role, object and action.
fn rows(object: &str, act: &str, granted: &[(Role, Reach)]) -> Vec<Vec<String>> {
    granted.iter().map(|(role, reach)| vec![role_name(*role), object.to_owned(), right(act, *reach)]).collect()
}

async fn enforcer(model: &str, rows: Vec<Vec<String>>) -> Result<Enforcer, PolicyError> {
    let mut enforcer = Enforcer::new(DefaultModel::from_str(model).await?, MemoryAdapter::default()).await?;
    enforcer.add_policies(rows).await?;
    for role in Role::ALL {
        enforcer.add_named_grouping_policy("g", vec![subject(role), role_name(role), HOME.to_owned()]).await?;
    }
    Ok(enforcer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::lang::Text;

    #[tokio::test]
    async fn the_golden_table() {
        insta::assert_snapshot!(Policy::load(Registers::builtin()).await.unwrap().table());
    }

    /// Whoever changes the rights sees here which roles the isolation proof asks for (docs/isolation.md).
    #[tokio::test]
    async fn the_classes() {
        let classes = Policy::load(Registers::builtin()).await.unwrap().classes();
        let lines: Vec<String> =
            classes.iter().map(|class| class.iter().map(|role| role.code()).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(
            lines,
            [
                "head",
                "supervisor",
                "social_worker counsellor",
                "intake",
                "finance materials archivist project_lead group_leader publisher duty_staff",
                "department_head",
                "human_resources",
                "safety_officer",
                "quality",
                "nurse",
                "volunteer",
                "information_security",
                "auditor",
            ]
        );
    }

    /// What was asked tells two roles apart, or it does not.
    #[tokio::test]
    async fn what_was_asked_tells_two_roles_apart_or_not() {
        let policy = Policy::load(Registers::builtin()).await.unwrap();
        assert_eq!(policy.reach(Role::Head, Object::Unit, Action::Read), Reach::All);
        assert!(policy.heard().is_empty(), "nobody listens yet");
        policy.listen();
        assert_eq!(policy.widest(&[Role::Finance], Object::Unit, Action::Read), Reach::All);
        let reads = policy.heard();
        assert_eq!(reads, BTreeSet::from([Question::Act(Object::Unit, Action::Read)]));
        assert!(policy.answers_alike(Role::Head, Role::Finance, &reads), "both read units");
        let plan = Registers::builtin().get("plan").unwrap();
        assert_eq!(policy.widest(&[Role::Finance], Object::Unit, Action::Create), Reach::None);
        assert_eq!(policy.reach_papers(Role::Finance, plan, Right::Read), Reach::None);
        assert!(!policy.sees_clients(Role::Finance));
        for question in policy.heard() {
            let asked = BTreeSet::from([question]);
            assert!(!policy.answers_alike(Role::Head, Role::Finance, &asked), "{asked:?}");
            assert!(policy.answers_alike(Role::Archivist, Role::Finance, &asked), "{asked:?}");
        }
        assert!(policy.heard().is_empty(), "it is told once");
    }

    /// What is said of a role where one is chosen: nothing where it opens what all of the staff have.
    #[tokio::test]
    async fn what_a_role_is_said_to_open_it_opens() {
        let policy = Policy::load(Registers::builtin()).await.unwrap();
        let nothing_of_clients = |words: Text| words.zh.contains("不接触") && words.en.contains("no client data");
        for role in Role::STAFF {
            let plain = policy.rights(role) == policy.rights(Role::Finance);
            assert_eq!(role.opens().is_none(), plain, "{role}");
            assert_eq!(role.opens().is_none_or(nothing_of_clients), !policy.sees_clients(role), "{role}");
        }
    }

    /// The rows of the file in words, each with the words of its block's first line.
    fn lines() -> Vec<(Vec<&'static str>, Vec<&'static str>)> {
        let (mut block, mut rows) = (Vec::new(), Vec::new());
        for line in TEXT.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let words = line.split_whitespace().collect();
            if line.starts_with('[') { block = words } else { rows.push((block.clone(), words)) }
        }
        rows
    }

    /// Casbin's answers against a reading of the file that anyone can follow: along the row, under the column.
    #[tokio::test]
    async fn the_table_is_the_file() {
        let (policy, lines) = (Policy::load(&Registers::default()).await.unwrap(), lines());
        for (object, action) in Object::ALL.iter().flat_map(|object| Action::ALL.map(|action| (*object, action))) {
            let line = lines.iter().find(|(_, words)| words[..2] == [object.code(), action.code()]);
            for role in Role::ALL {
                let under = |column: &str| {
                    let (block, words) = line?;
                    Some(words[block.iter().position(|name| *name == column)? + 1])
                };
                let as_staff = || under("staff").filter(|_| Role::STAFF.contains(&role));
                let expected = match under(role.code()).or_else(as_staff).unwrap_or("·") {
                    "all" => Reach::All,
                    "own" => Reach::Own,
                    "·" => Reach::None,
                    word => panic!("{word}"),
                };
                assert_eq!(policy.reach(role, object, action), expected, "{role} {object} {action}");
            }
        }
    }

    /// Casbin's answers against the registers' own words; at the door, where no register is known yet, the widest of them.
    #[tokio::test]
    async fn the_rights_to_papers_are_the_registers() {
        let policy = Policy::load(Registers::builtin()).await.unwrap();
        for (role, right) in Role::ALL.iter().flat_map(|role| Right::ALL.map(|right| (*role, right))) {
            let mut widest = Reach::None;
            for register in Registers::builtin().iter() {
                let said = register.granted(right).get(&role).copied().unwrap_or(Reach::None);
                assert_eq!(policy.reach_papers(role, register, right), said, "{role} {} {right}", register.key);
                widest = widest.max(said);
            }
            assert_eq!(policy.reach(role, Object::Paper, door(right)), widest, "{role} {right}");
        }
    }

    #[tokio::test]
    async fn evaluators_and_auditors_only_read_and_the_district_touches_no_file() {
        let policy = Policy::load(Registers::builtin()).await.unwrap();
        for (object, action) in Object::ALL.iter().flat_map(|object| Action::ALL.map(|action| (*object, action))) {
            let may = |role| policy.reach(role, object, action) != Reach::None;
            if may(Role::Evaluator) || may(Role::Auditor) {
                assert!(matches!(action, Action::Read | Action::List | Action::Sample), "{object} {action}");
            }
            if may(Role::DistrictAdmin) {
                assert!(
                    !matches!(object, Object::Client | Object::Case | Object::Application | Object::Paper),
                    "{object}"
                );
            }
        }
    }

    /// No cell can widen, narrow or go without the golden table's telling.
    #[tokio::test]
    async fn every_cell_counts() {
        let golden = Policy::load(Registers::builtin()).await.unwrap();
        let mut cells = 0;
        for (block, words) in lines() {
            let of_this = |(_, object, action): &(Role, Object, Action)| [object.code(), action.code()] == words[..2];
            let before: HashMap<_, _> = golden.cells.iter().filter(|(cell, _)| of_this(cell)).collect();
            for (at, word) in words.iter().enumerate().skip(2) {
                cells += 1;
                for other in ["all", "own", "·"].into_iter().filter(|other| other != word) {
                    let mut changed = words.clone();
                    changed[at] = other;
                    let changed = format!("{}\n{}", block.join(" "), changed.join(" "));
                    let after = match Policy::of_text("changed", &changed, &Registers::default()).await {
                        Ok(policy) => policy.cells,
                        Err(PolicyError::Misread(Misread { wrong: rights::Wrong::Nobody, .. })) => HashMap::new(),
                        Err(error) => panic!("{error}"),
                    };
                    assert_ne!(after.iter().collect::<HashMap<_, _>>(), before, "{changed}");
                }
            }
        }
        assert!(cells > 200, "{cells}");
    }

    /// Steps of a workflow that another right covers, and words that nothing uses yet. The list may only become shorter: a
    /// word that is new has to be used.
    const WITHOUT_A_RIGHT: [&str; 11] = [
        "ask_more",
        "supplement",
        "inquire",
        "submit",
        "return",
        "start",
        "follow_up",
        "refer",
        "archive",
        "cancel",
        "open",
    ];

    #[tokio::test]
    async fn every_word_is_used() {
        let policy = Policy::load(Registers::builtin()).await.unwrap();
        let used = |is: &dyn Fn(&(Role, Object, Action)) -> bool| policy.cells.keys().any(is);
        let roles = Role::ALL.iter().filter(|role| !used(&|cell| cell.0 == **role)).map(|role| role.code());
        let objects = Object::ALL.iter().filter(|object| !used(&|cell| cell.1 == **object)).map(|object| object.code());
        let actions = Action::ALL.iter().filter(|action| !used(&|cell| cell.2 == **action)).map(|action| action.code());
        assert_eq!(roles.chain(objects).chain(actions).collect::<Vec<_>>(), WITHOUT_A_RIGHT);
    }

    /// One `g`, plain comparisons, allow and nothing else, written exactly as casbin knows it. The file is what was reviewed.
    #[test]
    fn the_model_is_the_plain_one() {
        let lines: Vec<&str> = MODEL.lines().filter(|line| line.contains('=')).collect();
        assert_eq!(
            lines,
            [
                "r = sub, dom, obj, act",
                "p = sub, obj, act",
                "g = _, _, _",
                "e = some(where (p.eft == allow))",
                "m = r.act == p.act && r.obj == p.obj && g(r.sub, p.sub, r.dom)",
            ]
        );
    }

    /// casbin gives a subject the role of its own name: no subject of ours has one.
    #[test]
    fn no_subject_is_named_like_a_role() {
        for (one, other) in Role::ALL.iter().flat_map(|one| Role::ALL.iter().map(move |other| (*one, *other))) {
            assert_ne!(subject(one), role_name(other));
        }
    }

    #[tokio::test]
    async fn a_bad_policy_stops_the_start() {
        assert!(matches!(Policy::of_text("none", "# nothing\n", Registers::builtin()).await, Err(PolicyError::Empty)));
        let refused = Policy::of_text("moon", "[moon] head\nmoon read all\n", Registers::builtin()).await.unwrap_err();
        assert!(refused.to_string().starts_with("moon line 2: `moon read` is no act"), "{refused}");
        let everywhere = MODEL.replace("g(r.sub, p.sub, r.dom)", "r.sub != \"\"");
        for text in [TEXT, "[cases] head\ncase read all", "[cases] head\ncase read own"] {
            let mut rights = Rights::default();
            rights.extend("leaks", text).unwrap();
            assert!(
                matches!(
                    Policy::compile(&everywhere, &rights, Registers::builtin()).await,
                    Err(PolicyError::Leaks { .. })
                ),
                "{text}"
            );
        }
    }
}
