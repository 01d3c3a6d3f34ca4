//! The words of the policy: who does what to which kind of thing, and how far that reaches.
//!
//! The table that joins these words is the backend's; the lists are closed, so that the table is
//! complete when every cell of it is filled.

pub use crate::nouns::Object;

choice! {
    /// What a person is in an organisation, a district, or on the platform.
    pub enum Role {
        Head          = "head",           "站长",       "Head of station";
        Supervisor    = "supervisor",     "督导",       "Supervisor";
        SocialWorker  = "social_worker",  "社工",       "Social worker";
        Counsellor    = "counsellor",     "心理咨询师", "Counsellor";
        Intake        = "intake",         "接案窗口",   "Intake window";
        Finance       = "finance",        "财务",       "Finance";
        Materials     = "materials",      "物资",       "Materials";
        Archivist     = "archivist",      "档案",       "Archivist";
        DistrictAdmin = "district_admin", "区级管理员", "District administrator";
        Evaluator     = "evaluator",      "外部评估员", "External evaluator";
        Resident      = "resident",       "居民",       "Resident";
        Operator      = "operator",       "平台运营",   "Platform operator";
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
        Record     = "record",     "记录",     "Record";
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
    /// The roles held in an organisation.
    pub const STAFF: [Self; 8] = [
        Self::Head,
        Self::Supervisor,
        Self::SocialWorker,
        Self::Counsellor,
        Self::Intake,
        Self::Finance,
        Self::Materials,
        Self::Archivist,
    ];
}
