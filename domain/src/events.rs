//! What has happened: the one stream from which duties, figures, timelines and messages are read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lang::{Text, texts};
use crate::nouns::Object;
use crate::time::Moment;

pub use crate::nouns::Subject;

choice! {
    /// Everything that can happen. The word before the dot is the kind of its subject, but for an
    /// evaluator's view and a denied access, which may concern anything.
    pub enum EventKind {
        ApplicationSubmitted         = "application.submitted",          "提交申请",     "Application submitted";
        ApplicationAccepted          = "application.accepted",           "受理申请",     "Application accepted";
        ApplicationAssigned          = "application.assigned",           "指派经办人",   "Application assigned";
        ApplicationGraded            = "application.graded",             "申请分级",     "Application graded";
        ApplicationSupplementAsked   = "application.supplement_asked",   "要求补充材料", "Supplement asked for";
        ApplicationSupplemented      = "application.supplemented",       "已补充材料",   "Supplement received";
        ApplicationInquiryOpened     = "application.inquiry_opened",     "进一步核查",   "Further inquiry opened";
        ApplicationReviewed          = "application.reviewed",           "完成初审",     "Initial review finished";
        ApplicationScreened          = "application.screened",           "评估通过",     "Screening passed";
        ApplicationRefused           = "application.refused",            "告知不符合",   "Application refused";
        ApplicationAgreementSigned   = "application.agreement_signed",   "签署协议",     "Agreement signed";
        ApplicationConfirmed         = "application.confirmed",          "确认申请",     "Application confirmed";
        ApplicationWithdrawn         = "application.withdrawn",          "撤回申请",     "Application withdrawn";
        ApplicationStateChanged      = "application.state_changed",      "申请状态变更", "Application state changed";
        ApplicationApplicantTold     = "application.applicant_told",     "告知申请人",   "Applicant told";
        ApplicationNotReached        = "application.not_reached",        "消息无法送达", "Message not delivered";
        ApplicationReceiptIssued     = "application.receipt_issued",     "出具报名回执", "Receipt issued";
        ServiceOffered               = "service.offered",                "公布服务",     "Service offered";
        ClientCreated                = "client.created",                 "建立档案",     "Client record created";
        ClientChanged                = "client.changed",                 "更新档案",     "Client record changed";
        ClientImported               = "client.imported",                "导入档案",     "Client record imported";
        ClientAssigned               = "client.assigned",                "指派责任社工", "Responsible worker assigned";
        ClientRead                   = "client.read",                    "查看敏感信息", "Sensitive data read";
        CaseOpened                   = "case.opened",                    "开案",         "Case opened";
        CaseAssigned                 = "case.assigned",                  "指派社工",     "Case assigned";
        CaseServiceStarted           = "case.service_started",           "开始服务",     "Service started";
        CaseResultTold               = "case.result_told",               "反馈结果",     "Result told";
        CaseClosing                  = "case.closing",                   "服务完成",     "Service completed";
        CaseResumed                  = "case.resumed",                   "恢复服务",     "Service resumed";
        CaseClosed                   = "case.closed",                    "结案",         "Case closed";
        CaseReferred                 = "case.referred",                  "转介",         "Case referred";
        CaseWithdrawn                = "case.withdrawn",                 "退出服务",     "Client withdrew";
        CaseFollowUpRecorded         = "case.follow_up_recorded",        "跟进回访",     "Follow-up recorded";
        CaseArchived                 = "case.archived",                  "归档",         "Case archived";
        PaperDrafted                 = "paper.drafted",                   "起草",         "Drafted";
        PaperSubmitted               = "paper.submitted",                 "提交",          "Handed in";
        PaperReviewed                = "paper.reviewed",                  "复核",          "Reviewed";
        PaperApproved                = "paper.approved",                  "批准",          "Approved";
        PaperReturned                = "paper.returned",                  "退回",          "Sent back";
        PaperRefused                 = "paper.refused",                   "未同意",         "Refused";
        PaperWithdrawn               = "paper.withdrawn",                 "撤回",          "Withdrawn";
        PaperReplaced                = "paper.replaced",                  "更正",          "Corrected";
        PaperCompleted               = "paper.completed",                 "办结",          "Completed";
        PaperGivenBack               = "paper.given_back",                "归还",          "Given back";
        PaperPlanned                 = "paper.planned",                   "定措施",         "Planned";
        PaperMended                  = "paper.mended",                    "整改",          "Mended";
        PaperVerified                = "paper.verified",                  "验收",          "Verified";
        PaperReopened                = "paper.reopened",                  "重开",          "Reopened";
        PaperSuperseded              = "paper.superseded",                "废止",          "Superseded";
        PaperHeld                    = "paper.held",                      "进行",          "Held";
        PaperWrittenUp               = "paper.written_up",                "补记",          "Written up";
        PaperFiled                   = "paper.filed",                     "归档",          "Filed";
        PaperCancelled               = "paper.cancelled",                 "取消",          "Cancelled";
        AttachmentReceived           = "attachment.received",            "上传附件",     "Attachment received";
        MemberAdded                  = "member.added",                   "添加成员",     "Member added";
        MemberDisabled               = "member.disabled",                "停用成员",     "Member disabled";
        MemberRoleChanged            = "member.role_changed",            "调整角色",     "Roles changed";
        MemberHandedOver             = "member.handed_over",             "转交工作",     "Work handed over";
        MemberTookOver               = "member.took_over",               "接手工作",     "Work taken over";
        MemberLinkMade               = "member.link_made",               "生成登录链接", "Sign-in link made";
        UnitCreated                  = "unit.created",                   "设立单元",       "Unit set up";
        UnitChanged                  = "unit.changed",                   "更新单元",       "Unit changed";
        UnitMoved                    = "unit.moved",                     "调整单元隶属",   "Unit moved";
        UnitAssigned                 = "unit.assigned",                  "更换单元负责人", "Head of the unit changed";
        UnitClosed                   = "unit.closed",                    "撤销单元",       "Unit closed";
        OrganisationRuleSet          = "organisation.rule_set",          "区里设定限值", "Limit set by the district";
        OrganisationRuleAdopted      = "organisation.rule_adopted",      "区里采用条款", "Rule adopted by the district";
        OrganisationRuleDropped      = "organisation.rule_dropped",      "区里不再采用条款", "Rule no longer adopted";
        OrganisationPacksGiven       = "organisation.packs_given",       "确定适用规范", "Norms given";
        OpeningMade                  = "opening.made",                   "区级调阅",     "Case opened by the district";
        EngagementOpened             = "engagement.opened",              "评估开始",     "Engagement opened";
        EngagementClosed             = "engagement.closed",              "评估结束",     "Engagement closed";
        ImportFinished               = "import.finished",                "导入名册",     "Roster imported";
        ExportMade                   = "export.made",                    "导出数据",     "Data exported";
        ViewKept                     = "view.kept",                      "保存视图",     "View kept";
        ViewRemoved                  = "view.removed",                   "删除视图",     "View removed";
        AccessDenied                 = "access.denied",                  "越权被拒",     "Access denied";
        EvaluatorViewed              = "evaluator.viewed",               "评估员查看",   "Evaluator viewed";
    }
}

impl EventKind {
    /// The kind of thing it happens to.
    #[must_use]
    pub fn object(self) -> Object {
        match self {
            Self::EvaluatorViewed => Object::Engagement,
            Self::AccessDenied => Object::AuditTrail,
            _ => {
                let kind = self.code().split('.').next().unwrap_or_default();
                // A test holds every other code to this form.
                Object::parse(kind).unwrap_or(Object::AuditTrail)
            }
        }
    }
}

impl EventKind {
    /// The same of one kind of paper: `提交服务计划`.
    #[must_use]
    pub fn of(self, title: Option<&Text>) -> Text {
        match title {
            Some(Text { zh, en }) => texts(format!("{}{zh}", self.name().zh), format!("{en}: {}", self.name().en)),
            None => self.name(),
        }
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// To what.
    pub subject: Subject,
    /// What else it concerns: a case's application, a record's case. Clocks on those hear it too.
    pub related: Vec<Subject>,
    /// When it happened: the moment that settles, pauses or resumes a clock.
    ///
    /// For a record this is when it was *written*; when the visit took place is `due_from`.
    pub at: Moment,
    /// Where the clocks it opens begin, when that is not `at`: the end of a visit that is recorded
    /// later, the telephone call that is keyed in afterwards.
    pub due_from: Option<Moment>,
    /// Plain facts for the timeline. Never personal data: events outlive the person's erasure.
    pub detail: BTreeMap<String, String>,
    /// What the paper to which it happened says, as far as rules may read it: only clocks hear this, and nothing keeps it.
    #[serde(skip)]
    pub facts: BTreeMap<String, Vec<String>>,
}

impl Event {
    /// The key in `detail` that says which step of a series is meant, from 1.
    pub const STEP: &'static str = "step";
    /// The key in `detail` that says which rules were passed over for a written reason.
    pub const PASSED_OVER: &'static str = "passed_over";
    /// The key in `detail` that says to which register a paper belongs.
    pub const REGISTER: &'static str = "register";

    /// Something that happened to `subject` at `at`.
    pub fn new(kind: EventKind, subject: impl Into<Subject>, at: Moment) -> Self {
        let (related, detail, facts) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Self { kind, subject: subject.into(), related, at, due_from: None, detail, facts }
    }

    /// It also concerns this.
    #[must_use]
    pub fn concerning(mut self, related: impl Into<Subject>) -> Self {
        self.related.push(related.into());
        self
    }

    /// The clocks it opens begin here.
    #[must_use]
    pub const fn due_from(mut self, moment: Moment) -> Self {
        self.due_from = Some(moment);
        self
    }

    /// A plain fact for the timeline.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.detail.insert(key.into(), value.into());
        self
    }

    /// The codes that the paper says under a fact.
    pub fn says(&self, fact: &str) -> impl Iterator<Item = &str> {
        self.facts.get(fact).into_iter().flatten().map(String::as_str)
    }

    /// The register of the paper that it happened to.
    #[must_use]
    pub fn register(&self) -> Option<&str> {
        self.detail.get(Self::REGISTER).map(String::as_str)
    }

    /// The subject and everything related.
    pub fn subjects(&self) -> impl Iterator<Item = Subject> + '_ {
        std::iter::once(self.subject).chain(self.related.iter().copied())
    }

    /// Which step of a series is meant, if it says.
    #[must_use]
    pub fn step(&self) -> Option<u8> {
        self.detail.get(Self::STEP)?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids;
    use uuid::Uuid;

    #[test]
    fn every_event_happens_to_the_thing_its_code_names() {
        for kind in EventKind::ALL {
            let expected = match kind.code().split('.').next() {
                Some("evaluator") => Object::Engagement,
                Some("access") => Object::AuditTrail,
                word => Object::parse(word.unwrap_or_default()).unwrap_or(Object::Duty),
            };
            assert_eq!(kind.object(), expected, "{kind}");
        }
    }

    #[test]
    fn an_event_says_which_step_it_means() {
        let case = ids::CaseId::from(Uuid::from_u128(1));
        let event = Event::new(EventKind::CaseFollowUpRecorded, case, Moment::from_millis(0));
        assert_eq!(event.step(), None);
        assert_eq!(event.clone().with(Event::STEP, "2").step(), Some(2));
        assert_eq!(event.with(Event::STEP, "second").step(), None);
    }
}
