//! Every kind of thing that is acted upon, declared once: everything else reads this declaration.
//!
//! From a noun come the word of the policy, the prefix of its ids, the letters of its numbers, its address, what an evaluator
//! and the district may see of it, and whether it goes over to a successor. What happens to it in which order stands in its
//! workflow, beside it in a file of its name.

use crate::id::{id, parse};
use crate::refusal::Invalid;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// A kind of thing that is acted upon.
#[derive(Clone, Copy, Debug)]
pub struct Noun {
    /// Its word in the policy, the trail and the tables.
    pub object: Object,
    /// What its ids begin with, as `cas`; none for what is not one thing among many.
    pub prefix: Option<&'static str>,
    /// The letters of its numbers.
    pub series: Option<Series>,
    /// Where it is found, below the organisation's address: `cases`. None for what has no page that needs only its own id.
    pub place: Option<&'static str>,
    /// The file that it lies in: a plan lies in its case.
    pub lies_in: Option<Object>,
    /// Whom the policy's `own` means.
    pub own: Own,
    /// How much of it the district sees.
    pub district: Sight,
    /// How much of it an evaluator sees whose engagement opens it.
    pub evaluator: Sight,
    /// Where it belongs in the archive (ARC-01).
    pub archive: Option<Archive>,
}

impl Noun {
    /// Whether it goes over to a successor when its person leaves: nothing is left without an owner (ORG-14).
    #[must_use]
    pub const fn goes_over(&self) -> bool {
        matches!(self.own, Own::Responsible)
    }
}

choice! {
    /// Whom the policy's `own` means.
    pub enum Own {
        Nobody      = "nobody",      "无",       "Nobody";
        Responsible = "responsible", "负责人",   "Who answers for it";
        File        = "file",        "所属卷宗的负责人", "Who answers for its file";
        Person      = "person",      "本人",     "The person it is about";
    }
}

choice! {
    /// How much somebody from outside the organisation sees.
    pub enum Sight {
        Never   = "never",   "不可见",     "Nothing";
        Numbers = "numbers", "只见数字",   "Numbers only";
        Rows    = "rows",    "见无姓名行", "Rows without names";
        Masked  = "masked",  "脱敏可见",   "Masked";
        Whole   = "whole",   "可见",       "All of it";
    }
}

choice! {
    /// The classes of an archive (ARC-01).
    pub enum Archive {
        Documents = "documents", "文书档案", "Documents";
        Service   = "service",   "服务档案", "Service";
        Finance   = "finance",   "财务档案", "Finance";
        Materials = "materials", "物资档案", "Materials";
        Personnel = "personnel", "人事档案", "Personnel";
    }
}

/// Writes the lists that come from the nouns.
macro_rules! nouns {
    ($(
        $(#[$doc:meta])*
        $Name:ident = $code:literal, $zh:literal, $en:literal {
            $(id: $Id:ident $prefix:literal,)?
            $(series: $series:literal,)?
            $(place: $place:literal,)?
            $(lies_in: $File:ident,)?
            own: $Own:ident,
            district: $District:ident,
            evaluator: $Evaluator:ident,
            $(archive: $Archive:ident,)?
        }
    )+) => {
        choice! {
            /// A kind of thing that is acted upon, by its word.
            pub enum Object {
                $($Name = $code, $zh, $en;)+
            }
        }

        choice! {
            /// What is numbered. The codes are the initials people already use on folders.
            pub enum Series {
                $($($Name = $series, $zh, $en;)?)+
            }
        }

        $(nouns!(@id [$(#[$doc])*] $Name $($Id $prefix)?);)+

        impl Object {
            /// What is declared of it.
            #[must_use]
            pub const fn noun(self) -> &'static Noun {
                match self {
                    $(Self::$Name => &Noun {
                        object: Self::$Name,
                        prefix: nouns!(@maybe $($prefix)?),
                        series: nouns!(@maybe $((nouns!(@series $series $Name)))?),
                        place: nouns!(@maybe $($place)?),
                        lies_in: nouns!(@maybe $((Object::$File))?),
                        own: Own::$Own,
                        district: Sight::$District,
                        evaluator: Sight::$Evaluator,
                        archive: nouns!(@maybe $((Archive::$Archive))?),
                    },)+
                }
            }
        }
    };
    (@id [$(#[$doc:meta])*] $Name:ident) => {};
    (@id [$(#[$doc:meta])*] $Name:ident $Id:ident $prefix:literal) => {
        id! {
            $(#[$doc])*
            $Id $prefix;
        }

        impl From<$Id> for Subject {
            fn from(id: $Id) -> Self {
                Self { kind: Object::$Name, id: id.uuid() }
            }
        }
    };
    (@series $series:literal $Name:ident) => { Series::$Name };
    (@maybe) => { None };
    (@maybe $value:tt) => { Some($value) };
}

nouns! {
    /// An organisation: one tenant.
    Organisation = "organisation", "机构", "Organisation" {
        id: OrganisationId "org", own: Nobody, district: Whole, evaluator: Whole,
    }
    /// A person's membership in one organisation or district.
    Member = "member", "成员", "Member" {
        id: MemberId "mem", place: "members", own: Nobody, district: Rows, evaluator: Rows, archive: Personnel,
    }
    /// A part of an organisation: a site, a department, a project, a project's group.
    Unit = "unit", "内设单元", "Unit" {
        id: UnitId "uni", place: "units", own: Responsible, district: Whole, evaluator: Never, archive: Documents,
    }
    /// A service in an organisation's catalogue.
    Service = "service", "服务", "Service" {
        id: ServiceId "svc", own: Nobody, district: Never, evaluator: Whole, archive: Documents,
    }
    /// An application for a service.
    Application = "application", "申请", "Application" {
        id: ApplicationId "app", series: "SQ", place: "applications", own: Responsible,
        district: Rows, evaluator: Masked, archive: Service,
    }
    /// A person who is served. An evaluator sees the person in a case, masked, and no record of its own.
    Client = "client", "服务对象", "Client" {
        id: ClientId "cli", series: "DX", place: "clients", own: Responsible,
        district: Never, evaluator: Never, archive: Service,
    }
    /// A service agreement.
    Agreement = "agreement", "服务协议", "Agreement" {
        id: AgreementId "agr", series: "XY", lies_in: Application, own: File,
        district: Never, evaluator: Masked, archive: Service,
    }
    /// A case.
    Case = "case", "个案", "Case" {
        id: CaseId "cas", series: "GA", place: "cases", own: Responsible,
        district: Rows, evaluator: Masked, archive: Service,
    }
    /// A paper of any register: a plan in its case, a drill at its site. What it is, and who sees it, its register says.
    Paper = "paper", "文书", "Paper" {
        id: PaperId "pap", place: "papers", own: File,
        district: Never, evaluator: Never,
    }
    /// What hangs on a paper: a photograph, a scan, a document. Whoever reads the paper sees it; nobody from outside does.
    Attachment = "attachment", "附件", "Attachment" {
        id: AttachmentId "att", place: "attachments", lies_in: Paper, own: Nobody, district: Never, evaluator: Never,
    }
    /// A duty opened by a rule's clock.
    Duty = "duty", "待办与时限", "Duty" {
        id: ObligationId "dut", own: Responsible, district: Rows, evaluator: Rows,
    }
    /// What a member is told, or the district of one of its stations.
    Message = "message", "消息", "Message" {
        id: MessageId "msg", own: Person, district: Rows, evaluator: Never,
    }
    /// A clause of a norm.
    Rule = "rule", "规范条款", "Rule" { own: Nobody, district: Whole, evaluator: Whole, }
    /// Who did what when.
    AuditTrail = "audit_trail", "审计记录", "Audit trail" { own: Nobody, district: Never, evaluator: Numbers, }
    /// An evaluator's engagement.
    Engagement = "engagement", "评估任务", "Evaluation engagement" {
        id: EngagementId "eng", own: Nobody, district: Whole, evaluator: Whole, archive: Documents,
    }
    /// A district's reasoned opening of one named case.
    Opening = "opening", "调阅", "Opening of a case" {
        id: OpeningId "opn", lies_in: Case, own: Nobody, district: Whole, evaluator: Never,
    }
    /// Taking a list in.
    Import = "import", "导入", "Import" { own: Nobody, district: Never, evaluator: Never, }
    /// Giving data out.
    Export = "export", "导出", "Export" { own: Nobody, district: Never, evaluator: Never, }
    /// One member's own narrowing of a list, kept under a name.
    View = "view", "视图", "View" { id: ViewId "vie", own: Person, district: Never, evaluator: Never, }
    /// What is counted.
    Figures = "figures", "统计数据", "Figures" { own: Nobody, district: Numbers, evaluator: Never, }
}

/// One thing: which kind, and which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subject {
    /// Which kind of thing.
    pub kind: Object,
    /// Which one.
    pub id: Uuid,
}

/// As addresses have it: `cas_0190…`.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = self.kind.noun().prefix.unwrap_or_else(|| self.kind.code());
        write!(f, "{prefix}_{}", self.id.simple())
    }
}

/// Whatever it is, its id says so.
impl FromStr for Subject {
    type Err = Invalid;

    fn from_str(raw: &str) -> Result<Self, Invalid> {
        let prefix = raw.split('_').next().unwrap_or_default();
        let kind = Object::ALL.into_iter().find(|object| object.noun().prefix == Some(prefix)).ok_or(Invalid)?;
        Ok(Self { kind, id: parse(prefix, raw)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_nouns_share_a_prefix_or_a_place() {
        let nouns = Object::ALL.map(Object::noun);
        for word in [|noun: &Noun| noun.prefix, |noun: &Noun| noun.place] {
            let words: Vec<&str> = nouns.into_iter().filter_map(word).collect();
            assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len(), "{words:?}");
        }
    }

    #[test]
    fn a_subject_is_read_from_its_id_whatever_it_is() {
        for object in Object::ALL.into_iter().filter(|object| object.noun().prefix.is_some()) {
            let subject = Subject { kind: object, id: Uuid::from_u128(7) };
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        let case = CaseId::from(Uuid::from_u128(7));
        assert_eq!(Subject::from(case).to_string(), case.to_string());
        for raw in ["", "cas", "cas_7", "xyz_00000000000000000000000000000007", "acc_00000000000000000000000000000007"]
        {
            assert_eq!(raw.parse::<Subject>(), Err(Invalid), "{raw}");
        }
    }

    /// What belongs to whoever answers for the file lies in a file.
    #[test]
    fn what_is_owned_by_its_file_lies_in_one() {
        for noun in Object::ALL.map(Object::noun) {
            // In which file a paper lies, its register says.
            let lies_in_one = noun.lies_in.is_some() || noun.object == Object::Paper;
            assert!(noun.own != Own::File || lies_in_one, "{}", noun.object);
        }
    }
}
