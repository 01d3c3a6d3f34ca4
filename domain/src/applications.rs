//! Applications: how a person asks for a service, and how the answer is found.

use crate::access::Action;
use crate::workflow::{Step, Workflow};

choice! {
    /// Where an application stands.
    pub enum ApplicationState {
        Submitted  = "submitted",  "待受理",     "Submitted";
        Reviewing  = "reviewing",  "初审中",     "Under review";
        Supplement = "supplement", "待补充",     "Waiting for documents";
        Inquiry    = "inquiry",    "进一步核查", "Further inquiry";
        Screening  = "screening",  "待评估",     "Waiting for screening";
        Agreement  = "agreement",  "待签协议",   "Waiting for agreement";
        Confirmed  = "confirmed",  "已确认",     "Confirmed";
        Refused    = "refused",    "不符合",     "Not suitable";
        Withdrawn  = "withdrawn",  "已退出",     "Withdrawn";
    }
}

impl Workflow for ApplicationState {
    const STARTS: &'static [Self] = &[Self::Submitted];
    const ENDS: &'static [Self] = &[Self::Confirmed, Self::Refused, Self::Withdrawn];
    const STEPS: &'static [Step<Self>] = &[
        Step { from: &[Self::Submitted], action: Action::Accept, to: Self::Reviewing },
        Step { from: &[Self::Reviewing, Self::Inquiry], action: Action::Review, to: Self::Screening },
        Step { from: &[Self::Reviewing, Self::Inquiry], action: Action::AskMore, to: Self::Supplement },
        Step { from: &[Self::Supplement], action: Action::Supplement, to: Self::Reviewing },
        Step { from: &[Self::Reviewing], action: Action::Inquire, to: Self::Inquiry },
        Step { from: &[Self::Screening], action: Action::Screen, to: Self::Agreement },
        Step { from: &[Self::Agreement], action: Action::Sign, to: Self::Agreement },
        Step { from: &[Self::Agreement], action: Action::Confirm, to: Self::Confirmed },
        Step { from: UNDER_WAY, action: Action::Refuse, to: Self::Refused },
        Step { from: &[Self::Submitted], action: Action::Withdraw, to: Self::Withdrawn },
        Step { from: UNDER_WAY, action: Action::Withdraw, to: Self::Withdrawn },
    ];
}

/// Accepted, and not yet decided.
const UNDER_WAY: &[ApplicationState] = &[
    ApplicationState::Reviewing,
    ApplicationState::Supplement,
    ApplicationState::Inquiry,
    ApplicationState::Screening,
    ApplicationState::Agreement,
];

choice! {
    /// The way an application came in. All lead into one queue.
    pub enum Channel {
        Website     = "website",      "网站或公众号", "Website";
        NoticeBoard = "notice_board", "公告栏扫码",   "Notice-board code";
        Window      = "window",       "服务窗口",     "Service window";
        Telephone   = "telephone",    "电话或口头",   "Telephone or spoken";
    }
}

impl Channel {
    /// Whether staff fill in the form for the applicant.
    #[must_use]
    pub const fn is_keyed_by_staff(self) -> bool {
        matches!(self, Self::Window | Self::Telephone)
    }
}

choice! {
    /// How urgent an application is.
    pub enum Grade {
        Priority = "priority", "优先级", "Priority";
        Routine  = "routine",  "常规级", "Routine";
        Ordinary = "ordinary", "普通级", "Ordinary";
    }
}

choice! {
    /// How a person is told of a decision.
    pub enum TellMode {
        Telephone  = "telephone",    "电话",     "By telephone";
        Writing    = "writing",      "书面",     "In writing";
        FaceToFace = "face_to_face", "面谈",     "Face to face";
        Message    = "message",      "系统消息", "By message";
        StatusPage = "status_page",  "本人查询", "Looked up by the applicant";
    }
}

impl TellMode {
    /// Whether somebody of the staff did it, and can write it down; the other ways the system sees by itself.
    #[must_use]
    pub const fn is_by_staff(self) -> bool {
        matches!(self, Self::Telephone | Self::Writing | Self::FaceToFace)
    }

    /// Whether the result of a case can be told so: there is no page on which a client looks it up.
    #[must_use]
    pub fn is_of_result(self) -> bool {
        self != Self::StatusPage
    }
}

choice! {
    /// What is offered to a person who is not served here.
    pub enum ReferralDecision {
        Referred  = "referred",   "转介到其他机构", "Referred elsewhere";
        Suggested = "suggested",  "推荐更合适的机构", "A better-suited organisation suggested";
        NotNeeded = "not_needed", "无需转介",       "No referral needed";
    }
}

choice! {
    /// What a service's criterion rests on.
    ///
    /// The last four may be written down by someone, which is why they are here; none of them is
    /// ever a reason to refuse a person.
    pub enum CriterionGround {
        Age       = "age",       "年龄范围",     "Age range";
        Area      = "area",      "服务区域",     "Service area";
        Need      = "need",      "需求不在服务范围", "Need outside the service";
        Health    = "health",    "需医疗机构处理", "Needs medical care";
        Capacity  = "capacity",  "须监护人同意", "Needs a guardian's consent";
        Full      = "full",      "名额已满",     "No place left";
        Duplicate = "duplicate", "重复申请",     "Duplicate application";
        Other     = "other",     "其他公布条件", "Another published criterion";
        Sex       = "sex",       "性别",         "Sex";
        Means     = "means",     "经济状况",     "Means";
        Body      = "body",      "身体状况",     "Body";
        Intellect = "intellect", "智力状况",     "Intellect";
    }
}

impl CriterionGround {
    /// Whether refusing on this ground is discrimination.
    #[must_use]
    pub const fn is_discriminatory(self) -> bool {
        matches!(self, Self::Sex | Self::Means | Self::Body | Self::Intellect)
    }
}

choice! {
    /// How a screening learned what it says.
    pub enum ScreeningMethod {
        Interview     = "interview",     "面谈",     "Interview";
        Questionnaire = "questionnaire", "问卷",     "Questionnaire";
        Observation   = "observation",   "实地观察", "On-site observation";
    }
}
