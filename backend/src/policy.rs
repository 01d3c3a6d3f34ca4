//! Who may do what: casbin decides, once, and its answers are kept in a table.
//!
//! The policy is two files that a reviewer can read, `policy/model.conf` and `policy/policy.csv`; they are the same for every
//! organisation. Membership is the domain: a person's roles hold in one organisation only. casbin reads every policy row for
//! every question, so at start each cell (role, object, action) is asked once, and a request looks into the table. Whose
//! roles they are is read in the request's own transaction, so a revoked role ends with the next request.
//!
//! What is deliberately not used: cached enforcers, several `g`, wildcard domains, path matching, deny rows. Each has let a
//! revoked or foreign right through (docs/decisions/policy.md).

use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};
use domain::access::{Action, Object, Reach, Role};
use std::collections::HashMap;

const MODEL: &str = include_str!("../policy/model.conf");
const ROWS: &str = include_str!("../policy/policy.csv");
/// What only those may see who proved twice who they are, where their district asks for it.
const ABOUT_CLIENTS: [Object; 5] = [Object::Client, Object::Case, Object::Application, Object::Record, Object::Opening];

/// Why the program refuses to start.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// casbin could not read the files.
    #[error("casbin: {0}")]
    Casbin(#[from] casbin::Error),
    /// A row that names no known role, object or action.
    #[error("policy.csv line {line}: `{text}` is not a right we know")]
    Row {
        /// Counted from one.
        line: usize,
        /// The line.
        text: String,
    },
    /// Nothing is granted at all; casbin would then answer from an empty comparison.
    #[error("policy.csv grants nothing")]
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
}

impl Policy {
    /// Asks casbin for every cell of the policy that is built in.
    ///
    /// # Errors
    /// When a row is unknown, nothing is granted, or a role would reach into another organisation. The program must not
    /// start then.
    pub async fn load() -> Result<Self, PolicyError> {
        Self::compile(MODEL, ROWS).await
    }

    /// Asks casbin about other rows, in a test.
    #[cfg(debug_assertions)]
    pub(crate) async fn of_rows(rows: &str) -> Result<Self, PolicyError> {
        Self::compile(MODEL, rows).await
    }

    async fn compile(model: &str, rows: &str) -> Result<Self, PolicyError> {
        let rows = read(rows)?;
        if rows.is_empty() {
            return Err(PolicyError::Empty);
        }
        let mut cells = HashMap::new();
        for object in &Object::ALL {
            // casbin compares every row with every question, so each object is asked among its own rows only.
            let rows: Vec<Row> = rows.iter().filter(|row| row[1] == object.code()).cloned().collect();
            let actions: Vec<Action> =
                Action::ALL.iter().copied().filter(|action| rows.iter().any(|row| names(&row[2], *action))).collect();
            if rows.is_empty() {
                continue;
            }
            let enforcer = enforcer(model, rows).await?;
            for (role, action) in Role::ALL.iter().flat_map(|role| actions.iter().map(move |action| (*role, *action))) {
                let asked = |domain: &str, suffix: &str| {
                    enforcer.enforce((subject(role), domain, object.code(), format!("{}{suffix}", action.code())))
                };
                if asked(ABROAD, "")? || asked(ABROAD, OWN)? {
                    return Err(PolicyError::Leaks { role: role.code() });
                }
                if asked(HOME, "")? {
                    cells.insert((role, *object, action), Reach::All);
                } else if asked(HOME, OWN)? {
                    cells.insert((role, *object, action), Reach::Own);
                }
            }
        }
        Ok(Self { cells })
    }

    /// How far this role's right goes.
    #[must_use]
    pub fn reach(&self, role: Role, object: Object, action: Action) -> Reach {
        self.cells.get(&(role, object, action)).copied().unwrap_or(Reach::None)
    }

    /// How far the widest of these roles' rights goes.
    #[must_use]
    pub fn widest(&self, roles: &[Role], object: Object, action: Action) -> Reach {
        roles.iter().map(|role| self.reach(*role, object, action)).max().unwrap_or(Reach::None)
    }

    /// Whether a role opens anything that is about a client.
    #[must_use]
    pub fn sees_clients(&self, role: Role) -> bool {
        self.cells.keys().any(|(of, object, _)| *of == role && ABOUT_CLIENTS.contains(object))
    }

    /// The whole table as text, one line for each object and action, one column for each role: the golden table.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = format!("{:<28}", "");
        for role in &Role::ALL {
            text.push_str(&format!("{:<15}", role.code()));
        }
        for object in &Object::ALL {
            for action in &Action::ALL {
                let reaches: Vec<Reach> = Role::ALL.iter().map(|role| self.reach(*role, *object, *action)).collect();
                if reaches.iter().all(|reach| *reach == Reach::None) {
                    continue;
                }
                text.push_str(&format!("\n{:<28}", format!("{} {}", object.code(), action.code())));
                for reach in reaches {
                    text.push_str(&format!(
                        "{:<15}",
                        match reach {
                            Reach::All => "all",
                            Reach::Own => "own",
                            Reach::None => "·",
                        }
                    ));
                }
            }
        }
        text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }
}

const HOME: &str = "t:home";
const ABROAD: &str = "t:abroad";
const OWN: &str = ".own";

/// Prefixed, so that no account can be named like a role: casbin gives a subject the role of its own name.
fn subject(role: Role) -> String {
    format!("u:{}", role.code())
}

fn role_name(role: Role) -> String {
    format!("role:{}", role.code())
}

/// Role, object and action, as casbin takes them.
type Row = Vec<String>;

async fn enforcer(model: &str, rows: Vec<Row>) -> Result<Enforcer, PolicyError> {
    let mut enforcer = Enforcer::new(DefaultModel::from_str(model).await?, MemoryAdapter::default()).await?;
    enforcer.add_policies(rows).await?;
    for role in &Role::ALL {
        enforcer.add_named_grouping_policy("g", vec![subject(*role), role_name(*role), HOME.to_owned()]).await?;
    }
    Ok(enforcer)
}

fn names(right: &str, action: Action) -> bool {
    right.strip_suffix(OWN).unwrap_or(right) == action.code()
}

fn read(rows: &str) -> Result<Vec<Row>, PolicyError> {
    let mut read = Vec::new();
    for (at, line) in rows.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let unknown = || PolicyError::Row { line: at + 1, text: line.to_owned() };
        let parts: Vec<&str> = line.split(',').map(str::trim).collect();
        let ["p", role, object, action] = parts[..] else { return Err(unknown()) };
        let known = role.strip_prefix("role:").is_some_and(|role| Role::parse(role).is_ok())
            && Object::parse(object).is_ok()
            && Action::parse(action.strip_suffix(OWN).unwrap_or(action)).is_ok();
        if !known {
            return Err(unknown());
        }
        read.push(vec![role.to_owned(), object.to_owned(), action.to_owned()]);
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_golden_table() {
        insta::assert_snapshot!(Policy::load().await.unwrap().table());
    }

    /// Casbin's answers against a reading of the file that anyone can follow.
    #[tokio::test]
    async fn the_table_is_the_file() {
        let policy = Policy::load().await.unwrap();
        let lines: Vec<&str> = ROWS.lines().map(str::trim).collect();
        for role in &Role::ALL {
            for object in &Object::ALL {
                for action in &Action::ALL {
                    let line = format!("p, role:{}, {}, {}", role.code(), object.code(), action.code());
                    let expected = if lines.contains(&line.as_str()) {
                        Reach::All
                    } else if lines.contains(&format!("{line}.own").as_str()) {
                        Reach::Own
                    } else {
                        Reach::None
                    };
                    assert_eq!(policy.reach(*role, *object, *action), expected, "{line}");
                }
            }
        }
    }

    /// Together with the test above: no row can be taken away or added without changing the table.
    #[test]
    fn no_row_is_there_twice() {
        let mut cells: Vec<Row> = read(ROWS).unwrap();
        for row in &mut cells {
            row[2] = row[2].trim_end_matches(OWN).to_owned();
        }
        let all = cells.len();
        cells.sort();
        cells.dedup();
        assert_eq!(cells.len(), all);
    }

    #[tokio::test]
    async fn evaluators_only_read_and_the_district_touches_no_file() {
        let policy = Policy::load().await.unwrap();
        for object in &Object::ALL {
            for action in &Action::ALL {
                if policy.reach(Role::Evaluator, *object, *action) != Reach::None {
                    assert!(matches!(action, Action::Read | Action::List | Action::Sample), "{object:?} {action:?}");
                }
                if policy.reach(Role::DistrictAdmin, *object, *action) != Reach::None {
                    assert!(
                        !matches!(object, Object::Client | Object::Case | Object::Application | Object::Record),
                        "{object:?}"
                    );
                }
            }
        }
    }

    /// Each row taken away, and each grant widened or narrowed, changes the golden table: none goes unseen.
    #[tokio::test]
    async fn every_row_counts() {
        let golden = Policy::load().await.unwrap();
        let lines: Vec<&str> = ROWS.lines().collect();
        let rows: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].starts_with("p,")).collect();
        assert!(rows.len() > 150);
        for at in rows {
            let row = lines[at];
            let other = row.strip_suffix(OWN).map_or_else(|| format!("{row}{OWN}"), str::to_owned);
            for flipped in ["", &other] {
                let mut changed = lines.clone();
                changed[at] = flipped;
                // Only the object that the row is about: the others are not touched by it.
                let object = row.split(", ").nth(2).unwrap();
                changed.retain(|line| line.split(", ").nth(2) == Some(object));
                let table = match Policy::of_rows(&changed.join("\n")).await {
                    Ok(policy) => policy.cells,
                    Err(PolicyError::Empty) => HashMap::new(),
                    Err(error) => panic!("{error}"),
                };
                let before = golden.cells.iter().filter(|((_, of, _), _)| of.code() == object);
                let before: HashMap<_, _> = before.map(|(cell, reach)| (*cell, *reach)).collect();
                assert_ne!(table, before, "line {}: {row} → {flipped:?}", at + 1);
            }
        }
    }

    /// Steps of a workflow that another right covers, and words that nothing uses yet. The list may only become shorter: a
    /// word that is new has to be used.
    const WITHOUT_A_RIGHT: [&str; 10] =
        ["ask_more", "supplement", "inquire", "submit", "start", "follow_up", "refer", "archive", "cancel", "open"];

    #[tokio::test]
    async fn every_word_is_used() {
        let policy = Policy::load().await.unwrap();
        let used = |is: &dyn Fn(&(Role, Object, Action)) -> bool| policy.cells.keys().any(is);
        let roles = Role::ALL.iter().filter(|role| !used(&|cell| cell.0 == **role)).map(|role| role.code());
        let objects = Object::ALL.iter().filter(|object| !used(&|cell| cell.1 == **object)).map(|object| object.code());
        let actions = Action::ALL.iter().filter(|action| !used(&|cell| cell.2 == **action)).map(|action| action.code());
        assert_eq!(roles.chain(objects).chain(actions).collect::<Vec<_>>(), WITHOUT_A_RIGHT);
    }

    /// What has let a revoked or foreign right through elsewhere cannot be said in the file at all.
    #[tokio::test]
    async fn a_row_says_nothing_but_a_plain_grant() {
        for row in [
            "p, role:head, case, read, deny",
            "g, u:head, role:head, t:home",
            "g2, case, record",
            "p, *, case, read",
            "p, role:*, case, read",
            "p, head, case, read",
            "p, u:head, case, read",
            "p, role:head, *, read",
            "p, role:head, /case/*, read",
            "p, role:head, case, *",
            "p, role:head, case, read.all",
            "p, role:head, case, (read|list)",
            "p, role:head, 个案, read",
        ] {
            let refused = Policy::of_rows(row).await;
            assert!(matches!(refused, Err(PolicyError::Row { line: 1, .. })), "{row}: {refused:?}");
        }
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
        assert!(matches!(Policy::compile(MODEL, "# nothing\n").await, Err(PolicyError::Empty)));
        assert!(matches!(
            Policy::compile(MODEL, "p, role:head, moon, read\n").await,
            Err(PolicyError::Row { line: 1, .. })
        ));
        let everywhere = MODEL.replace("g(r.sub, p.sub, r.dom)", "r.sub != \"\"");
        for rows in [ROWS, "p, role:head, case, read\n", "p, role:head, case, read.own\n"] {
            assert!(matches!(Policy::compile(&everywhere, rows).await, Err(PolicyError::Leaks { .. })), "{rows}");
        }
    }
}
