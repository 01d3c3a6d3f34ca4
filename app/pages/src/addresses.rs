//! Where things are found: the only place that knows how an organisation's addresses are made.

use backend::StaffScope;
use domain::access::{Action, Object, Reach};
use domain::events::Subject;
use domain::ids::{ApplicationId, CaseId, ClientId, MemberId, PaperId, UnitId};
use domain::registers::Register;
use domain::rules::RuleId;
use std::fmt::Display;

/// The addresses of one organisation.
#[derive(Clone, Copy, Debug)]
pub struct At<'a>(pub &'a str);

impl At<'_> {
    fn to(self, area: &str, what: impl Display) -> String {
        format!("/o/{}/{area}/{what}", self.0)
    }

    /// The list of an area.
    pub fn area(self, area: &str) -> String {
        format!("/o/{}/{area}", self.0)
    }

    pub fn case(self, id: CaseId) -> String {
        self.to("cases", id)
    }

    pub fn client(self, id: ClientId) -> String {
        self.to("clients", id)
    }

    pub fn application(self, id: ApplicationId) -> String {
        self.to("applications", id)
    }

    pub fn member(self, id: MemberId) -> String {
        self.to("members", id)
    }

    pub fn unit(self, id: UnitId) -> String {
        self.to("units", id)
    }

    /// A paper between the others that wait for one's decision.
    pub fn review(self, id: PaperId) -> String {
        self.to("review", id)
    }

    /// A rule's page: its clause, and how it is kept.
    pub fn rule(self, id: RuleId) -> String {
        self.to("duties/rules", id)
    }

    pub fn paper(self, id: PaperId) -> String {
        self.to("papers", id)
    }

    /// A register's page.
    pub fn register(self, key: &str) -> String {
        self.to("registers", key)
    }

    /// Where one goes from a paper: its register, where that has a page, else its file.
    pub fn home(self, register: &Register, file: Subject) -> String {
        if register.is_shelved() { self.register(&register.key) } else { self.subject(file).unwrap_or_default() }
    }

    /// Where a paper of a register is written in a file: about another, or instead of one.
    pub fn write(self, register: &str, file: Subject, about: Option<PaperId>, replaces: Option<PaperId>) -> String {
        let named = [("about", about), ("replaces", replaces)].into_iter();
        let query: Vec<String> = named.filter_map(|(key, id)| id.map(|id| format!("{key}={id}"))).collect();
        let path = self.area(&format!("papers/new/{register}/{file}"));
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    /// What a duty or an entry of the trail is about; none for what has no page of its own. Papers are found by their own
    /// id, whichever file they lie in.
    pub fn subject(self, subject: Subject) -> Option<String> {
        subject.kind.noun().place.map(|place| self.to(place, subject))
    }

    /// The same for somebody who may open it. Whoever watches over duties and the trail need not see what they are about,
    /// and a way to where one is turned away is none.
    pub fn open_to(self, scope: &StaffScope, subject: Subject) -> Option<String> {
        let (file, action) = match subject.kind.noun().lies_in.unwrap_or(subject.kind) {
            Object::Member => (Object::Member, Action::List),
            file => (file, Action::Read),
        };
        self.subject(subject).filter(|_| scope.reach(file, action) != Reach::None)
    }
}
