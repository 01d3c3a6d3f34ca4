//! Where things are found: the only place that knows how an organisation's addresses are made.

use backend::StaffScope;
use domain::access::{Action, Object, Reach};
use domain::events::Subject;
use domain::ids::{ApplicationId, AssessmentId, CaseId, ClientId, FollowUpId, MemberId, PlanId, RecordId};
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

    /// A rule's page: its clause, and how it is kept.
    pub fn rule(self, id: RuleId) -> String {
        self.to("duties/rules", id)
    }

    pub fn assessment(self, case: CaseId, id: AssessmentId) -> String {
        format!("{}/assessments/{id}", self.case(case))
    }

    pub fn plan(self, case: CaseId, id: PlanId) -> String {
        format!("{}/plans/{id}", self.case(case))
    }

    pub fn record(self, case: CaseId, id: RecordId) -> String {
        format!("{}/records/{id}", self.case(case))
    }

    pub fn follow_up(self, case: CaseId, id: FollowUpId) -> String {
        format!("{}/follow-ups/{id}", self.case(case))
    }

    /// What a duty or an entry of the trail is about; none for what has no page of its own. Papers lead to their case by
    /// an address that needs only their own id.
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
