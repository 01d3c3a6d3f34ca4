//! The name of a rule: an area and a number, `INT-07`.

use std::fmt;
use std::str::FromStr;

use crate::refusal::Invalid;

choice! {
    /// An area of the work, the first half of a rule's name.
    pub enum RuleArea {
        Organisation  = "ORG", "组织与租户",     "Organisation";
        Catalogue     = "CAT", "服务目录",       "Service catalogue";
        Groups        = "SPG", "特殊群体",       "Special groups";
        Announcements = "ANN", "服务预告",       "Announcements";
        Intake        = "INT", "申请与受理",     "Intake";
        Clients       = "CLI", "服务对象与协议", "Clients";
        Assessment    = "ASM", "需求评估",       "Assessment";
        Plans         = "PLN", "服务计划",       "Plans";
        Crisis        = "CRI", "危机干预",       "Crisis";
        Activities    = "ACT", "小组与活动",     "Activities";
        Psychology    = "PSY", "心理服务",       "Psychological services";
        Closure       = "CLO", "结案与跟进",     "Closure";
        Rights        = "RGT", "服务对象权益",   "Rights";
        Complaints    = "CMP", "意见与投诉",     "Complaints";
        Staff         = "HRM", "人员",           "Staff";
        Finance       = "FIN", "财务",           "Finance";
        Materials     = "MAT", "物资",           "Materials";
        Safety        = "SAF", "安全",           "Safety";
        Quality       = "QUA", "质量",           "Quality";
        Indicators    = "KPI", "指标",           "Indicators";
        Resources     = "RES", "资源",           "Resources";
        Publishing    = "PUB", "信息发布",       "Publishing";
        Archives      = "ARC", "档案",           "Archives";
        Data          = "DAT", "数据",           "Data";
        Security      = "SEC", "安全与保密",     "Security";
        Messages      = "MSG", "消息",           "Messages";
        Residence     = "RSD", "院舍服务",       "Residential care";
    }
}

/// A rule's name, small enough to copy and never changed once given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId {
    area: RuleArea,
    number: u8,
}

impl RuleId {
    /// The rule with this number in its area.
    #[must_use]
    pub const fn new(area: RuleArea, number: u8) -> Self {
        Self { area, number }
    }

    /// The area it belongs to.
    #[must_use]
    pub const fn area(self) -> RuleArea {
        self.area
    }
}

/// The rules that code refers to by name.
macro_rules! rule_ids {
    ($($NAME:ident = $RuleArea:ident $number:literal, $doc:literal;)+) => {
        impl RuleId {
            $(#[doc = $doc] pub const $NAME: Self = Self::new(RuleArea::$RuleArea, $number);)+

            /// Every rule that code refers to by name; the book must hold each.
            pub const NAMED: &[Self] = &[$(Self::$NAME),+];
        }
    };
}

rule_ids! {
    INT_06 = Intake 6,  "Priority grading.";
    INT_07 = Intake 7,  "Initial review clock.";
    INT_09 = Intake 9,  "What is missing is listed; the clock pauses.";
    INT_10 = Intake 10, "Status notification.";
    INT_13 = Intake 13, "Three conditions of success.";
    INT_14 = Intake 14, "Registration receipt.";
    INT_16 = Intake 16, "Refusal with reason.";
    INT_17 = Intake 17, "Equal acceptance.";
    INT_18 = Intake 18, "Four-step chain.";
    INT_19 = Intake 19, "End-to-end time.";
    CLI_03 = Clients 3, "Minor's agreement.";
    ASM_03 = Assessment 3, "Assessment before plan.";
    ASM_05 = Assessment 5, "Objective review.";
    PLN_02 = Plans 2, "Team discussion and review.";
    PLN_07 = Plans 7, "Service record content.";
    PLN_08 = Plans 8, "Timely recording.";
    PLN_09 = Plans 9, "Result told to the resident.";
    CLO_10 = Closure 10, "Reasons made known.";
    CLO_12 = Closure 12, "Follow-up cycle.";
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.area, self.number)
    }
}

impl FromStr for RuleId {
    type Err = Invalid;

    /// Reads exactly what `Display` writes.
    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let (area, number) = raw.split_once('-').ok_or(Invalid)?;
        let id = Self::new(area.parse()?, number.parse().map_err(|_| Invalid)?);
        if id.to_string() == raw { Ok(id) } else { Err(Invalid) }
    }
}

crate::choice::as_string!(RuleId);
