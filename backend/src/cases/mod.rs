//! Cases (PLN, ASM, CLO): from need assessment to follow-up.
//!
//! The worker who answers for a case does the work, somebody else approves the papers. Each paper bears when it happened,
//! when it was written and when it was approved; none of these is edited afterwards: what is returned is written anew.

mod assess;
mod close;
mod follow_up;
mod plan;
mod queries;
mod record;

pub use assess::{
    ApproveAssessment, ReturnAssessment, SubmitAssessment, approve_assessment, return_assessment, submit_assessment,
};
pub use close::{Close, Finish, TellResult, close, finish, tell_result};
pub use follow_up::{MONTHS, RecordFollowUp, record_follow_up};
pub use plan::{
    ApprovePlan, RecordDiscussion, ReturnPlan, SubmitPlan, approve_plan, record_discussion, return_plan, submit_plan,
};
pub use queries::{
    AssessmentView, CaseFile, CaseFilter, CasePage, CaseRow, FollowUpView, PlanView, RecordView, Written, case_of,
    list, open, waiting_for_me,
};
pub(crate) use queries::{Bound, read_file};
pub use record::{
    ApproveRecord, CancelVisit, PlanVisit, ReturnRecord, WriteRecord, approve_record, cancel_visit, plan_visit,
    return_record, write_record,
};

use crate::change::{Act, Change, Permit, Responsible, Writes};
use crate::entity::case;
use crate::fault::{Fault, fault};
use crate::happening::Happening;
use crate::seal::PersonKey;
use domain::access::{Action, Object};
use domain::cases::CaseState;
use domain::events::{Event, EventKind, Subject};
use domain::ids::{CaseId, MemberId};
use domain::refusal::{Problem, Refusal};
use domain::text;
use domain::time::Moment;
use domain::workflow::Workflow;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

/// Where papers are sealed.
pub(crate) const ASSESSMENT: &str = "assessments.content";
/// Where plans are sealed.
pub(crate) const PLAN: &str = "plans.content";
/// Where the team's discussion is sealed.
pub(crate) const DISCUSSION: &str = "plans.discussion";
/// Where records are sealed.
pub(crate) const RECORD: &str = "records.content";
/// Where the closing summary is sealed.
pub(crate) const CLOSING: &str = "cases.closing";
/// Where follow-ups are sealed.
pub(crate) const FOLLOW_UP: &str = "follow_ups.content";

/// Longest reason, in characters.
const REASON: usize = 1_000;

impl Responsible for case::Model {
    fn responsible(&self) -> Option<Uuid> {
        Some(self.responsible_id)
    }
}

async fn read(change: &Change<'_>, id: impl Into<Uuid>) -> Result<case::Model, Refusal> {
    change.find::<case::Entity>().by_id(id).need().await
}

fn state(row: &case::Model) -> Result<CaseState, Refusal> {
    CaseState::parse(&row.state).map_err(|_| fault(Fault::Stored("case state")))
}

fn subject(kind: Object, id: Uuid) -> Subject {
    Subject { kind, id }
}

/// Something that happened to a case or to one of its papers: the case and its application hear it too.
fn happening(change: &Change<'_>, case: &case::Model, kind: EventKind, of: Subject) -> Happening {
    let event = Event::new(kind, of, change.now());
    let event = if of.id == case.id { event } else { event.concerning(subject(Object::Case, case.id)) };
    Happening {
        event: event.concerning(subject(Object::Application, case.application_id)),
        number: case.number.clone(),
        responsible: Some(MemberId::from(case.responsible_id)),
    }
}

/// One step of a case: new state, transition, event.
struct Step<'a> {
    case: &'a case::Model,
    version: i64,
    action: Action,
    changes: case::ActiveModel,
    reason: Option<(&'a PersonKey, &'a str)>,
}

impl Step<'_> {
    async fn take<A>(self, change: &mut Change<'_>, permit: &Permit<A>, told: Happening) -> Result<(), Refusal>
    where
        A: Act + Writes<case::Entity>,
    {
        let from = state(self.case)?;
        let to = from.next(self.action)?;
        let changes = case::ActiveModel { state: Set(to.code().to_owned()), ..self.changes };
        change.update::<_, case::Entity>(permit, self.case.id, self.version, changes).await?;
        if from != to {
            let of = subject(Object::Case, self.case.id);
            change.transition(permit, of, (from.code(), to.code()), self.reason).await?;
        }
        change.emit(told);
        Ok(())
    }
}

/// When something happened: not in the future, and not before the case was opened.
fn occurred(change: &Change<'_>, case: &case::Model, at: Moment) -> Result<Moment, Refusal> {
    if at > change.now() {
        Err(Refusal::field("occurred_at", Problem::FutureDay))
    } else if at.day() < Moment::from_millis(case.accepted_at).day() {
        Err(Refusal::field("occurred_at", Problem::ImpossibleDay))
    } else {
        Ok(at)
    }
}

fn reason(raw: &str) -> Result<String, Refusal> {
    text::clean_paragraph(raw, REASON).map_err(|problem| Refusal::field("reason", problem))
}

/// The case's id as it is known outside.
pub(crate) fn id(case: &case::Model) -> CaseId {
    case.id.into()
}
