//! Cases (PLN, ASM, CLO): the list, the file of one case, and the forms with which it goes on.
//!
//! Every page of a case begins with [`Desk`]: the file as it is now, who looks at it, and what they may do. Buttons and
//! links are asked of it, so none is shown that would be refused.

mod assessments;
mod desk;
mod documents;
mod ending;
mod follow_ups;
mod list;
mod next;
mod page;
mod papers;
mod plans;
mod records;
mod review;
mod sheet;
mod timeline;

use backend::StaffScope;
use domain::access::{Action, Object};
use domain::events::Subject;
use domain::ids::{AssessmentId, PlanId, RecordId};
use domain::refusal::Refusal;
use pages::addresses::At;
use pages::handling::{Answer, Request};
use pages::route::Verb::{Get, Post};
use pages::route::{Route, staff};

pub(crate) fn routes() -> Vec<Route> {
    let list = (Object::Case, Action::List);
    let read = (Object::Case, Action::Read);
    vec![
        staff(Get, "/o/{org}/cases", list, list::show),
        staff(Get, "/o/{org}/cases/{case}", read, page::show),
        // Need assessments.
        staff(Get, "/o/{org}/cases/{case}/assessments/new", (Object::Assessment, Action::Create), assessments::form),
        staff(Post, "/o/{org}/cases/{case}/assessments/new", (Object::Assessment, Action::Create), assessments::submit),
        staff(Get, "/o/{org}/cases/{case}/assessments/{assessment}", read, assessments::show),
        staff(
            Post,
            "/o/{org}/cases/{case}/assessments/{assessment}/approve",
            (Object::Assessment, Action::Approve),
            assessments::approve,
        ),
        staff(
            Post,
            "/o/{org}/cases/{case}/assessments/{assessment}/return",
            (Object::Assessment, Action::Return),
            assessments::send_back,
        ),
        // Plans.
        staff(Get, "/o/{org}/cases/{case}/plans/new", (Object::Plan, Action::Create), plans::form),
        staff(Post, "/o/{org}/cases/{case}/plans/new", (Object::Plan, Action::Create), plans::submit),
        staff(Get, "/o/{org}/cases/{case}/plans/{plan}", read, plans::show),
        staff(Post, "/o/{org}/cases/{case}/plans/{plan}/discussion", (Object::Plan, Action::Record), plans::discuss),
        staff(Post, "/o/{org}/cases/{case}/plans/{plan}/approve", (Object::Plan, Action::Approve), plans::approve),
        staff(Post, "/o/{org}/cases/{case}/plans/{plan}/return", (Object::Plan, Action::Return), plans::send_back),
        // Appointments and records.
        staff(Get, "/o/{org}/cases/{case}/visits/new", (Object::Record, Action::Create), records::visit_form),
        staff(Post, "/o/{org}/cases/{case}/visits/new", (Object::Record, Action::Create), records::plan_visit),
        staff(Get, "/o/{org}/cases/{case}/records/new", (Object::Record, Action::Record), records::form),
        staff(Post, "/o/{org}/cases/{case}/records/new", (Object::Record, Action::Record), records::write),
        staff(Get, "/o/{org}/cases/{case}/records/{record}", read, records::show),
        staff(
            Post,
            "/o/{org}/cases/{case}/records/{record}/approve",
            (Object::Record, Action::Approve),
            records::approve,
        ),
        staff(
            Post,
            "/o/{org}/cases/{case}/records/{record}/return",
            (Object::Record, Action::Return),
            records::send_back,
        ),
        staff(Post, "/o/{org}/cases/{case}/records/{record}/cancel", (Object::Record, Action::Create), records::cancel),
        // The end.
        staff(Get, "/o/{org}/cases/{case}/finish", (Object::Case, Action::Close), ending::finish_form),
        staff(Post, "/o/{org}/cases/{case}/finish", (Object::Case, Action::Close), ending::finish),
        staff(Get, "/o/{org}/cases/{case}/result", (Object::Case, Action::Tell), ending::result_form),
        staff(Post, "/o/{org}/cases/{case}/result", (Object::Case, Action::Tell), ending::tell_result),
        staff(Get, "/o/{org}/cases/{case}/close", (Object::Case, Action::Close), ending::close_form),
        staff(Post, "/o/{org}/cases/{case}/close", (Object::Case, Action::Close), ending::close),
        staff(Get, "/o/{org}/cases/{case}/summary", read, ending::summary),
        staff(Get, "/o/{org}/cases/{case}/follow-ups/new", (Object::FollowUp, Action::Record), follow_ups::form),
        staff(Post, "/o/{org}/cases/{case}/follow-ups/new", (Object::FollowUp, Action::Record), follow_ups::record),
        staff(Get, "/o/{org}/cases/{case}/follow-ups/{follow_up}", read, follow_ups::show),
        // Papers by their own id alone, as duties and the trail know them.
        staff(Get, "/o/{org}/assessments/{assessment}", read, to_assessment),
        staff(Get, "/o/{org}/plans/{plan}", read, to_plan),
        staff(Get, "/o/{org}/records/{record}", read, to_record),
    ]
}

async fn to_assessment(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let id: AssessmentId = request.id("assessment")?;
    let case = backend::cases::case_of(&scope, Subject::from(id)).await?;
    Ok(Answer::SeeOther(At(&scope.organisation().slug).assessment(case, id)))
}

async fn to_plan(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let id: PlanId = request.id("plan")?;
    let case = backend::cases::case_of(&scope, Subject::from(id)).await?;
    Ok(Answer::SeeOther(At(&scope.organisation().slug).plan(case, id)))
}

async fn to_record(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let id: RecordId = request.id("record")?;
    let case = backend::cases::case_of(&scope, Subject::from(id)).await?;
    Ok(Answer::SeeOther(At(&scope.organisation().slug).record(case, id)))
}
