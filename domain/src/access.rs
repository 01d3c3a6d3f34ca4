//! The words of the policy: who does what to which kind of thing, and how far that reaches.
//!
//! The table that joins these words is the backend's; the lists are closed, so that the table is
//! complete when every cell of it is filled.

use crate::lang::{Text, text};
pub use crate::nouns::Object;

choice! {
    /// What a person is in an organisation, a district, or on the platform. A person may have several.
    pub enum Role {
        Head                = "head",                 "站长",       "Head of station";
        Supervisor          = "supervisor",           "督导",       "Supervisor";
        SocialWorker        = "social_worker",        "社工",       "Social worker";
        Counsellor          = "counsellor",           "心理咨询师", "Counsellor";
        Intake              = "intake",               "接案窗口",   "Intake window";
        Finance             = "finance",              "财务",       "Finance";
        Materials           = "materials",            "物资",       "Materials";
        Archivist           = "archivist",            "档案",       "Archivist";
        ProjectLead         = "project_lead",         "项目负责人", "Project lead";
        GroupLeader         = "group_leader",         "项目组长",   "Group leader";
        DepartmentHead      = "department_head",      "部门负责人", "Department head";
        HumanResources      = "human_resources",      "人事",       "Human resources";
        SafetyOfficer       = "safety_officer",       "安全员",     "Safety officer";
        Quality             = "quality",              "监督岗",     "Quality officer";
        Publisher           = "publisher",            "信息发布",   "Publisher";
        DutyStaff           = "duty_staff",           "当值",       "Duty staff";
        Nurse               = "nurse",                "护理",       "Nurse";
        Volunteer           = "volunteer",            "志愿者",     "Volunteer";
        InformationSecurity = "information_security", "信息安全员", "Information-security officer";
        Auditor             = "auditor",              "审计",       "Auditor";
        DistrictAdmin       = "district_admin",       "区级管理员", "District administrator";
        Evaluator           = "evaluator",            "外部评估员", "External evaluator";
        Resident            = "resident",             "居民",       "Resident";
        Operator            = "operator",             "平台运营",   "Platform operator";
    }
}

choice! {
    /// What sort of work a role of an organisation is, so that one finds it among twenty.
    pub enum RoleKind {
        Leading    = "leading",    "管理", "Leading";
        Serving    = "serving",    "服务", "Serving people";
        Supporting = "supporting", "保障", "Keeping things running";
        Watching   = "watching",   "监督", "Watching over it";
    }
}

choice! {
    /// What is done to it. The names are what stands on a button.
    pub enum Action {
        List       = "list",       "浏览",     "List";
        Read       = "read",       "查看",     "Read";
        Create     = "create",     "新建",     "Create";
        Accept     = "accept",     "受理",     "Accept";
        AskMore    = "ask_more",   "要求补充", "Ask for more";
        Supplement = "supplement", "补充材料", "Supplement";
        Inquire    = "inquire",    "进一步核查", "Inquire further";
        Review     = "review",     "完成初审", "Finish review";
        Screen     = "screen",     "评估通过", "Pass screening";
        Sign       = "sign",       "签署",     "Sign";
        Confirm    = "confirm",    "确认",     "Confirm";
        Refuse     = "refuse",     "不予受理", "Refuse";
        Withdraw   = "withdraw",   "退出",     "Withdraw";
        Edit       = "edit",       "编辑",     "Edit";
        Submit     = "submit",     "提交",     "Submit";
        Approve    = "approve",    "批准",     "Approve";
        Return     = "return",     "退回",     "Return";
        Assign     = "assign",     "指派",     "Assign";
        Start      = "start",      "开始服务", "Start service";
        FollowUp   = "follow_up",  "跟进",     "Follow up";
        Tell       = "tell",       "告知",     "Tell";
        Close      = "close",      "结案",     "Close";
        Refer      = "refer",      "转介",     "Refer";
        Archive    = "archive",    "归档",     "Archive";
        Cancel     = "cancel",     "取消",     "Cancel";
        Reassign   = "reassign",   "转交",     "Reassign";
        Disable    = "disable",    "停用",     "Disable";
        Sample     = "sample",     "抽样",     "Sample";
        Open       = "open",       "调阅",     "Open";
        Export     = "export",     "导出",     "Export";
    }
}

choice! {
    /// How far a permission reaches.
    pub enum Reach {
        None = "none", "不可",   "None";
        Own  = "own",  "仅本人", "Own";
        All  = "all",  "全部",   "All";
    }
}

impl Reach {
    /// The wider of two reaches, for a person with two roles.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }
}

impl Role {
    /// The roles held in an organisation. They stand first.
    pub const STAFF: [Self; 20] = *Self::ALL.first_chunk().unwrap();

    /// What sort of work it is; none outside an organisation.
    #[must_use]
    pub const fn kind(self) -> Option<RoleKind> {
        match self {
            Self::Head | Self::Supervisor | Self::ProjectLead | Self::GroupLeader | Self::DepartmentHead => {
                Some(RoleKind::Leading)
            }
            Self::SocialWorker | Self::Counsellor | Self::Intake | Self::DutyStaff | Self::Nurse | Self::Volunteer => {
                Some(RoleKind::Serving)
            }
            Self::Finance
            | Self::Materials
            | Self::Archivist
            | Self::HumanResources
            | Self::SafetyOfficer
            | Self::Publisher => Some(RoleKind::Supporting),
            Self::Quality | Self::InformationSecurity | Self::Auditor => Some(RoleKind::Watching),
            Self::DistrictAdmin | Self::Evaluator | Self::Resident | Self::Operator => None,
        }
    }

    /// Whether whoever holds it works for the organisation: a volunteer helps it, an auditor looks into it.
    #[must_use]
    pub const fn is_employed(self) -> bool {
        self.kind().is_some() && !matches!(self, Self::Volunteer | Self::Auditor)
    }

    /// What it opens, in a few words, where that is another thing than what all of the staff have.
    #[must_use]
    pub const fn opens(self) -> Option<Text> {
        Some(match self {
            Self::Head => text("全站工作，审批，管理成员", "All work of the station, approval, members"),
            Self::Supervisor => {
                text("全站个案，审批评估、计划和记录", "All cases; approves assessments, plans, records")
            }
            Self::SocialWorker => text("自己负责的服务对象和个案", "The clients and cases one answers for"),
            Self::Counsellor => text("自己负责的心理服务个案", "The psychological cases one answers for"),
            Self::Intake => text("登记、受理、初审申请", "Takes in, accepts and reviews applications"),
            Self::Quality => text("查看全站待办，不接触服务对象资料", "Sees all duties; no client data"),
            Self::Volunteer => text("不接触成员名单和服务对象资料", "No list of members, no client data"),
            Self::InformationSecurity => {
                text("查看操作记录，不接触服务对象资料", "Reads the audit trail; no client data")
            }
            Self::Auditor => text(
                "查看操作记录和全站待办，不接触服务对象资料",
                "Reads the audit trail and all duties; no client data",
            ),
            Self::SafetyOfficer => text(
                "安全检查、隐患、预案和演练，不接触服务对象资料",
                "Safety checks, hazards, plans and drills; no client data",
            ),
            Self::DepartmentHead => text(
                "自己负责的站点、部门的台账，不接触服务对象资料",
                "The registers of the unit that one heads; no client data",
            ),
            Self::HumanResources => text(
                "培训和防护装备的台账，不接触服务对象资料",
                "The registers of training and protective equipment; no client data",
            ),
            Self::Nurse => text("意外事故记录，不接触服务对象资料", "The register of accidents; no client data"),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_staff_stand_first_and_are_those_of_a_kind() {
        let of_a_kind: Vec<Role> = Role::ALL.into_iter().filter(|role| role.kind().is_some()).collect();
        assert_eq!(of_a_kind, Role::STAFF);
    }
}
