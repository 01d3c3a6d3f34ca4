//! The typed ids of everything that has one.

use crate::id::id;

pub use crate::nouns::{
    AgreementId, ApplicationId, AttachmentId, CaseId, ClientId, EngagementId, MemberId, MessageId, ObligationId,
    OpeningId, OrganisationId, PaperId, ServiceId, UnitId, ViewId,
};

id! {
    /// A person's sign-in account, over all organisations.
    AccountId "acc";
    /// A district (区县).
    DistrictId "dst";
    /// One submitted operation; repeating it has one effect.
    OperationId "opr";
}
