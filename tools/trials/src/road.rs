//! What people do: an application's road from the form to an approved assessment, step by step as the pages lead.

use crate::browser::{Answer, Browser, Fields};
use anyhow::{Context as _, Result, bail};

/// The station of the demo in which everything happens.
pub const STATION: &str = "qs01";
const SERVICE: &str = "escort";
/// Everybody's password in the demo.
pub const PASSWORD: &str = "banyan-demo";

/// The people of the station, each signed in.
pub struct People {
    pub resident: Browser,
    pub head: Browser,
    pub worker: Browser,
    /// The worker's membership, who is made responsible.
    responsible: String,
}

impl People {
    pub fn sign_in(base: &str) -> Result<Self> {
        let mut head = Browser::signed_in(base, &format!("{STATION}.head"), PASSWORD)?;
        let worker = Browser::signed_in(base, &format!("{STATION}.worker1"), PASSWORD)?;
        let members = head.get(&format!("/o/{STATION}/members"))?;
        // The list names its members; the worker is found by the name that the worker's own pages show.
        let name = "李慕安";
        let before = members.body.split(name).next().context("the worker is on the list of members")?;
        let id = before.rsplit("mem_").next().and_then(|rest| rest.get(..32)).context("the worker has an id")?;
        Ok(Self { resident: Browser::new(base), head, worker, responsible: format!("mem_{id}") })
    }

    /// The same people in windows of their own.
    pub fn windows(&self) -> Self {
        Self {
            resident: self.resident.window(),
            head: self.head.window(),
            worker: self.worker.window(),
            responsible: self.responsible.clone(),
        }
    }

    /// Lets so many sets of them work at the same time, each in windows of its own.
    pub fn at_once(
        &self,
        workers: usize,
        seed: u64,
        work: impl Fn(Self, fastrand::Rng) -> Result<()> + Sync,
    ) -> Result<()> {
        let mut rng = fastrand::Rng::with_seed(seed);
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..workers)
                .map(|_| {
                    let (people, rng, work) = (self.windows(), rng.fork(), &work);
                    scope.spawn(move || work(people, rng))
                })
                .collect();
            for worker in workers {
                worker.join().ok().context("a worker panicked")??;
            }
            Ok(())
        })
    }

    pub fn browser(&mut self, who: Who) -> &mut Browser {
        match who {
            Who::Resident => &mut self.resident,
            Who::Head => &mut self.head,
            Who::Worker => &mut self.worker,
        }
    }
}

/// Who does a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Resident,
    Head,
    Worker,
}

/// A step of the road: each is one operation with one effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Apply,
    Enter,
    Accept,
    Review,
    Screen,
    Agree,
    Sign,
    Confirm,
    Assess,
    Approve,
}

impl Step {
    pub const ALL: [Self; 10] = [
        Self::Apply,
        Self::Enter,
        Self::Accept,
        Self::Review,
        Self::Screen,
        Self::Agree,
        Self::Sign,
        Self::Confirm,
        Self::Assess,
        Self::Approve,
    ];

    /// The step after it; a resident's own application waits for the window and is not followed further here.
    fn next(self) -> Option<Self> {
        match self {
            Self::Apply | Self::Approve => None,
            Self::Enter => Some(Self::Accept),
            Self::Accept => Some(Self::Review),
            Self::Review => Some(Self::Screen),
            Self::Screen => Some(Self::Agree),
            Self::Agree => Some(Self::Sign),
            Self::Sign => Some(Self::Confirm),
            Self::Confirm => Some(Self::Assess),
            Self::Assess => Some(Self::Approve),
        }
    }

    fn who(self) -> Who {
        match self {
            Self::Apply => Who::Resident,
            Self::Assess => Who::Worker,
            _ => Who::Head,
        }
    }

    /// What it leaves behind in the database, each as a query for how many there are; all grow by one.
    pub fn effects(self) -> &'static [&'static str] {
        match self {
            Self::Apply => &["SELECT count(*) FROM applications WHERE channel = 'website'"],
            Self::Enter => &["SELECT count(*) FROM applications WHERE channel = 'telephone'"],
            Self::Accept => &["SELECT count(*) FROM audit_entries WHERE kind = 'application.accepted'"],
            Self::Review => &["SELECT count(*) FROM audit_entries WHERE kind = 'application.reviewed'"],
            Self::Screen => &["SELECT count(*) FROM audit_entries WHERE kind = 'application.screened'"],
            Self::Agree => &["SELECT count(*) FROM agreements"],
            Self::Sign => &["SELECT count(*) FROM audit_entries WHERE kind = 'application.agreement_signed'"],
            Self::Confirm => &[
                "SELECT count(*) FROM cases",
                "SELECT count(*) FROM clients",
                "SELECT count(*) FROM applications WHERE state = 'confirmed'",
                "SELECT count(*) FROM audit_entries WHERE kind = 'case.opened'",
            ],
            Self::Assess => &[
                "SELECT count(*) FROM papers WHERE register = 'assessment'",
                "SELECT count(*) FROM audit_entries WHERE kind = 'paper.submitted'",
            ],
            Self::Approve => &["SELECT count(*) FROM audit_entries WHERE kind = 'paper.approved'"],
        }
    }
}

/// One application on its way.
pub struct Road {
    /// Which person: everybody has an identity number of their own.
    person: u64,
    step: Option<Step>,
    application: String,
    case: String,
}

/// A form, filled in and ready to be sent.
#[derive(Clone, Debug)]
pub struct Post {
    pub step: Step,
    pub who: Who,
    pub action: String,
    pub fields: Fields,
}

impl Post {
    pub fn operation(&self) -> &str {
        crate::browser::value(&self.fields, "operation")
    }
}

impl Road {
    /// Begins with a person's own form, or at the telephone.
    pub fn new(person: u64, begins: Step) -> Self {
        Self { person, step: Some(begins), application: String::new(), case: String::new() }
    }

    pub fn is_over(&self) -> bool {
        self.step.is_none()
    }

    /// The application's page, once it is known.
    pub fn application(&self) -> &str {
        &self.application
    }

    /// The case's page, once there is one.
    pub fn case(&self) -> &str {
        &self.case
    }

    /// Opens the page of the next step and fills its form in.
    pub fn prepare(&self, people: &mut People) -> Result<Post> {
        let step = self.step.context("the road is over")?;
        let (file, case) = (self.application.clone(), self.case.clone());
        let (page, action, typed) = match step {
            Step::Apply => {
                let form = format!("/s/{STATION}/apply/{SERVICE}");
                (form.clone(), form, self.application_form())
            }
            Step::Enter => {
                let form = format!("/o/{STATION}/applications/new");
                (form.clone(), form, self.application_form())
            }
            Step::Accept => (file.clone(), format!("{file}/accept"), pairs(&[("grade", "routine")])),
            Step::Review => (file.clone(), format!("{file}/review"), Vec::new()),
            Step::Screen => {
                let typed = pairs(&[("method", "interview"), ("note", "需求明确，适合上门服务。")]);
                (file.clone(), format!("{file}/screen"), typed)
            }
            Step::Agree => {
                let form = format!("{file}/agreement");
                (form.clone(), form, pairs(AGREEMENT))
            }
            Step::Sign => {
                let typed = vec![("signature".to_owned(), self.name())];
                (file.clone(), format!("{file}/sign"), typed)
            }
            Step::Confirm => {
                let typed = vec![("responsible".to_owned(), people.responsible.clone())];
                (file.clone(), format!("{file}/confirm"), typed)
            }
            Step::Assess => {
                let file = case.rsplit('/').next().unwrap_or_default();
                let form = format!("/o/{STATION}/papers/new/assessment/{file}");
                (form.clone(), form, pairs(ASSESSMENT))
            }
            Step::Approve => {
                let shown = people.head.get(&case)?;
                let papers = format!("/o/{STATION}/papers/");
                let paper = shown.link(&papers).context("the case shows its assessment")?;
                // The first of the forms that go there approves.
                (paper.clone(), format!("{paper}/decide"), Vec::new())
            }
        };
        let shown = people.browser(step.who()).get(&page)?;
        if shown.status != 200 {
            bail!("{page} answers {}", shown.status);
        }
        let mut fields = shown.hidden(&action)?;
        if step == Step::Enter {
            let service = shown.between("<option value=\"svc_", "\"").context("a service can be chosen")?;
            let told = shown.input("told_at").context("the form says now")?;
            fields.extend(pairs(&[
                ("service", &format!("svc_{service}")),
                ("channel", "telephone"),
                ("told_at", &told),
            ]));
        }
        if step == Step::Assess {
            let day = shown.input("assessed_on").context("the form says today")?;
            fields.extend(pairs(&[("assessed_on", &day)]));
        }
        fields.extend(typed);
        Ok(Post { step, who: step.who(), action, fields })
    }

    /// Goes on after a form was taken.
    pub fn went_on(&mut self, people: &mut People, post: &Post, answer: &Answer) -> Result<()> {
        match post.step {
            Step::Enter => {
                let begins = format!("/o/{STATION}/applications/");
                self.application = answer.link(&begins).context("the receipt leads to the file")?;
            }
            Step::Confirm => {
                let shown = people.head.get(&self.application)?;
                self.case = shown.link(&format!("/o/{STATION}/cases/")).context("the file leads to the case")?;
            }
            _ => {}
        }
        self.step = post.step.next();
        Ok(())
    }

    fn application_form(&self) -> Fields {
        let (name, number) = (self.name(), identity(self.person));
        let phone = format!("139{:08}", self.person % 100_000_000);
        pairs(&[
            ("name", &name),
            ("document_kind", "resident_id"),
            ("identity_number", &number),
            ("phone", &phone),
            ("address", "榕园路5号"),
            ("need", "希望有人定期上门看望。"),
            ("consent", "yes"),
        ])
    }

    fn name(&self) -> String {
        let letters: Vec<char> = "安宁和平明远思文清嘉".chars().collect();
        let given = [self.person / 10 % 10, self.person % 10].map(|place| letters[place as usize]);
        format!("林{}{}", given[0], given[1])
    }
}

/// Whether the service took the form, and what it answered with: the same for each time that it is sent.
pub fn taken(post: &Post, answer: &Answer) -> Option<String> {
    match post.step {
        Step::Apply | Step::Enter if answer.status == 200 => answer.between("receipt__value\">", "<"),
        Step::Apply | Step::Enter => None,
        _ => (answer.status == 303).then(|| answer.location.clone()),
    }
}

/// An adult's identity number with its check character: no two persons share one.
fn identity(person: u64) -> String {
    let (order, day, month, year) =
        (person % 1_000, person / 1_000 % 28 + 1, person / 28_000 % 12 + 1, person / 336_000);
    let body = format!("440105{}{month:02}{day:02}{order:03}", 1_950 + year % 50);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = body.bytes().zip(weights).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    let check = ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"];
    format!("{body}{}", check[sum % 11])
}

pub fn pairs(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

const AGREEMENT: &[(&str, &str)] = &[
    ("rights_and_duties", "双方的权利和义务。"),
    ("contacts", "020-81234567"),
    ("sessions", "8"),
    ("mode", "上门探访"),
    ("results", "生活困难得到缓解"),
    ("risks", "情绪可能有波动"),
    ("explained", "yes"),
];

const ASSESSMENT: &[(&str, &str)] = &[
    ("methods", "interview"),
    ("methods", "observation"),
    ("method_evidence", "面谈记录一份。"),
    ("situation", "独居，行动不便。"),
    ("problems", "看病无人陪同。"),
    ("needs", "每月两次陪诊。"),
    ("goals", "三个月内按时复诊。"),
    ("recommendation", "建议开案。"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn no_two_people_share_a_number() {
        let numbers: BTreeSet<String> = (0..50_000).map(super::identity).collect();
        assert_eq!(numbers.len(), 50_000);
        assert!(numbers.iter().all(|number| number.len() == 18));
    }
}
