//! One case on the desk of the person who looks at it: the file, the rules that bind, and what may be done.

use backend::cases::{self, AssessmentView, CaseFile, FollowUpView, PlanView, RecordView};
use backend::{StaffScope, duties};
use domain::access::{Action, Object, Reach};
use domain::ids::{AssessmentId, CaseId, FollowUpId, OperationId, PlanId, RecordId};
use domain::refusal::Refusal;
use domain::rules::OrgRules;
use domain::workflow::PaperState;
use leptos::prelude::*;
use pages::addresses::At;
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};
use pages::ui::{Ui, Words};

/// A case, opened.
pub(super) struct Desk {
    pub(super) ui: Ui,
    pub(super) scope: StaffScope,
    pub(super) request: Request,
    pub(super) file: CaseFile,
    pub(super) rules: OrgRules,
}

impl Desk {
    /// Opens the case that the address names. Opening leaves an entry in the trail.
    pub(super) async fn open(scope: StaffScope, request: Request) -> Result<Self, Refusal> {
        let file = cases::open(&scope, request.id("case")?).await?;
        let rules = duties::binding(&scope).await?;
        Ok(Self { ui: request.ui, scope, request, file, rules })
    }

    /// The addresses of the organisation.
    pub(super) fn at(&self) -> At<'_> {
        At(&self.scope.organisation().slug)
    }

    /// An address below the case's own: `self.below("plans/new")`.
    pub(super) fn below(&self, path: &str) -> String {
        format!("{}/{path}", self.at().case(self.file.id))
    }

    /// Whether the policy lets this person do this with this case.
    pub(super) fn may(&self, object: Object, action: Action) -> bool {
        match self.scope.reach(object, action) {
            Reach::All => true,
            Reach::Own => self.file.responsible.0 == self.scope.member(),
            Reach::None => false,
        }
    }

    /// The same as a refusal, for a form that is not to be shown.
    pub(super) fn need(&self, object: Object, action: Action) -> Result<(), Refusal> {
        if self.may(object, action) { Ok(()) } else { Err(Refusal::Forbidden) }
    }

    /// The id with which a form is sent: the one it came with, so that it has one effect however often it is sent.
    pub(super) fn operation(&self) -> String {
        let came: Result<OperationId, Refusal> = self.request.form.operation();
        came.unwrap_or_else(|_| self.scope.new_operation()).to_string()
    }

    /// A page of the case; its title in the browser's tab names no person.
    pub(super) fn page(&self, title: &str, body: impl FnOnce() -> AnyView) -> String {
        let title = format!("{title} · {}", self.file.number);
        staff_page(&self.request, &self.scope, Area::Cases, title, body)
    }

    /// The way back to the case.
    pub(super) fn back(&self) -> Option<(Words, String)> {
        Some((
            self.ui.words(|| format!("个案 {}", self.file.number), || format!("Case {}", self.file.number)).into(),
            self.at().case(self.file.id),
        ))
    }

    pub(super) fn assessment(&self, id: AssessmentId) -> Result<&AssessmentView, Refusal> {
        self.file.assessments.iter().find(|paper| paper.id == id).ok_or(Refusal::NotFound)
    }

    pub(super) fn plan(&self, id: PlanId) -> Result<&PlanView, Refusal> {
        self.file.plans.iter().find(|paper| paper.id == id).ok_or(Refusal::NotFound)
    }

    pub(super) fn record(&self, id: RecordId) -> Result<&RecordView, Refusal> {
        self.file.records.iter().find(|record| record.id == id).ok_or(Refusal::NotFound)
    }

    pub(super) fn follow_up(&self, id: FollowUpId) -> Result<&FollowUpView, Refusal> {
        self.file.follow_ups.iter().find(|paper| paper.id == id).ok_or(Refusal::NotFound)
    }

    /// Whether a need assessment was approved.
    pub(super) fn is_assessed(&self) -> bool {
        self.file.assessments.iter().any(|paper| paper.state == PaperState::Approved)
    }

    /// The need assessment that waits for approval.
    pub(super) fn waiting_assessment(&self) -> Option<&AssessmentView> {
        self.file.assessments.iter().find(|paper| paper.state == PaperState::Submitted)
    }

    /// The plan that waits for approval.
    pub(super) fn waiting_plan(&self) -> Option<&PlanView> {
        self.file.plans.iter().find(|paper| paper.state == PaperState::Submitted)
    }

    /// The plan in force.
    pub(super) fn plan_in_force(&self) -> Option<&PlanView> {
        self.file.plans.iter().find(|paper| paper.state == PaperState::Approved)
    }
}

/// Answers a form: where to go on when it was done; the same page with what was typed when it can be mended; else the page
/// of the refusal. `show` is given the case as it is now, which is what somebody who came too late has to see.
pub(super) async fn answer(
    scope: StaffScope,
    request: Request,
    outcome: Result<String, Refusal>,
    show: impl FnOnce(&Desk, Option<&Refusal>) -> Result<String, Refusal>,
) -> Result<Answer, Refusal> {
    let refusal = match outcome {
        Ok(to) => return Ok(Answer::SeeOther(to)),
        Err(refusal) => refusal,
    };
    match refusal {
        Refusal::Invalid(_) | Refusal::Blocked(_) | Refusal::Stale | Refusal::WrongState { .. } => {
            let desk = Desk::open(scope, request).await?;
            let html = show(&desk, Some(&refusal))?;
            Ok(Answer::again(&refusal, html))
        }
        other => Err(other),
    }
}

/// Where a case is found again after something was done, with the word for what it was.
pub(super) fn done(scope: &StaffScope, case: CaseId, what: Done) -> String {
    format!("{}?done={}", At(&scope.organisation().slug).case(case), what.code())
}

/// What was just done; the page of the case says it once more in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    AssessmentSubmitted,
    AssessmentApproved,
    AssessmentReturned,
    PlanSubmitted,
    PlanDiscussed,
    PlanApproved,
    PlanReturned,
    VisitPlanned,
    VisitCancelled,
    RecordWritten,
    RecordApproved,
    RecordReturned,
    Finished,
    ResultTold,
    Closed,
    FollowedUp,
}

impl Done {
    const ALL: [Self; 16] = [
        Self::AssessmentSubmitted,
        Self::AssessmentApproved,
        Self::AssessmentReturned,
        Self::PlanSubmitted,
        Self::PlanDiscussed,
        Self::PlanApproved,
        Self::PlanReturned,
        Self::VisitPlanned,
        Self::VisitCancelled,
        Self::RecordWritten,
        Self::RecordApproved,
        Self::RecordReturned,
        Self::Finished,
        Self::ResultTold,
        Self::Closed,
        Self::FollowedUp,
    ];

    const fn code(self) -> &'static str {
        match self {
            Self::AssessmentSubmitted => "assessment-submitted",
            Self::AssessmentApproved => "assessment-approved",
            Self::AssessmentReturned => "assessment-returned",
            Self::PlanSubmitted => "plan-submitted",
            Self::PlanDiscussed => "plan-discussed",
            Self::PlanApproved => "plan-approved",
            Self::PlanReturned => "plan-returned",
            Self::VisitPlanned => "visit-planned",
            Self::VisitCancelled => "visit-cancelled",
            Self::RecordWritten => "record-written",
            Self::RecordApproved => "record-approved",
            Self::RecordReturned => "record-returned",
            Self::Finished => "finished",
            Self::ResultTold => "result-told",
            Self::Closed => "closed",
            Self::FollowedUp => "followed-up",
        }
    }

    /// What the address says was done; any other word says nothing.
    pub(super) fn read(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|done| done.code() == raw)
    }

    pub(super) fn words(self, ui: Ui) -> &'static str {
        match self {
            Self::AssessmentSubmitted => {
                ui.t("需求评估已提交，等待审批。", "The needs assessment was handed in and waits for approval.")
            }
            Self::AssessmentApproved => {
                ui.t("需求评估已批准，可以制定服务计划。", "The needs assessment is approved: a plan can be made.")
            }
            Self::AssessmentReturned => ui.t(
                "需求评估已退回，编写人会看到退回原因。",
                "The needs assessment was sent back; its author sees why.",
            ),
            Self::PlanSubmitted => ui.t(
                "服务计划已提交，等待团队讨论和审批。",
                "The plan was handed in and waits for discussion and approval.",
            ),
            Self::PlanDiscussed => ui.t("团队讨论已记录。", "The team's discussion is written down."),
            Self::PlanApproved => ui.t("服务计划已批准，服务开始。", "The plan is approved and service has begun."),
            Self::PlanReturned => {
                ui.t("服务计划已退回，编写人会看到退回原因。", "The plan was sent back; its author sees why.")
            }
            Self::VisitPlanned => ui.t("服务已预约。", "The visit is appointed."),
            Self::VisitCancelled => ui.t("预约已取消。", "The appointment is cancelled."),
            Self::RecordWritten => {
                ui.t("服务记录已提交，等待审核。", "The record was handed in and waits for approval.")
            }
            Self::RecordApproved => ui.t("服务记录已审核。", "The record is approved."),
            Self::RecordReturned => {
                ui.t("服务记录已退回，编写人会看到退回原因。", "The record was sent back; its author sees why.")
            }
            Self::Finished => ui.t(
                "服务已完成。请今天就向服务对象反馈结果。",
                "Service is completed. Please tell the client the result today.",
            ),
            Self::ResultTold => ui.t("已记下向服务对象反馈结果。", "It is noted that the result was told."),
            Self::Closed => ui.t("个案已结案。", "The case is closed."),
            Self::FollowedUp => ui.t("跟进回访已记录。", "The follow-up is written down."),
        }
    }
}
