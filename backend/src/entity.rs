//! The tables as Rust, one module per table, in the order of the migrations.
//!
//! A tenant table is declared with `tenant!`, which gives it the key `(organisation_id, id)`. Because the organisation is part
//! of the key, sea-orm itself writes it into every update and delete. Moments are milliseconds (`i64`), sealed text is
//! bytes; both become domain values in the queries of each area, nowhere else.

use domain::access::Object;
use sea_orm::entity::prelude::*;
use time::Date;

/// A table whose rows each belong to one organisation. [`crate::db`] reads such a table only with its organisation.
pub trait TenantOwned: EntityTrait {
    /// The column that names the organisation.
    const ORGANISATION: Self::Column;
    /// The row's own id.
    const ID: Self::Column;
    /// The file that a row lies in, and the column that names it: a plan lies in the file of its case. A permit for one
    /// file writes into no other.
    const FILE: Option<(Object, Self::Column)> = None;
}

/// A tenant table with an optimistic version.
pub trait Versioned: TenantOwned {
    /// The column that counts the changes.
    const VERSION: Self::Column;
}

/// A tenant table that a district may read: no readable personal data.
pub trait Overseen: TenantOwned {}

/// A tenant table that an evaluator may read, masked.
pub trait Evaluated: TenantOwned {}

/// A table above the organisations.
pub trait Platform: EntityTrait {}

macro_rules! tenant {
    (
        $(#[$doc:meta])*
        $module:ident = $table:literal $(in $file:ident by $of:ident)? $([$mark:ident])* { $($field:ident: $type:ty,)* }
    ) => {
        $(#[$doc])*
        pub mod $module {
            #![expect(missing_docs, reason = "columns are named and described in the migrations")]
            use super::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key, auto_increment = false)]
                pub organisation_id: Uuid,
                #[sea_orm(primary_key, auto_increment = false)]
                pub id: Uuid,
                $(pub $field: $type,)*
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}

            impl TenantOwned for Entity {
                const ORGANISATION: Column = Column::OrganisationId;
                const ID: Column = Column::Id;
                $(const FILE: Option<(Object, Column)> = Some((Object::$file, Column::$of));)?
            }
            $(tenant!(@mark $mark);)*
        }
    };
    (@mark versioned) => { impl Versioned for Entity { const VERSION: Column = Column::Version; } };
    (@mark overseen) => { impl Overseen for Entity {} };
    (@mark evaluated) => { impl Evaluated for Entity {} };
}

/// Says by which key the rows of one table belong to those of another, of the same organisation.
macro_rules! joined {
    ($($from:ident($column:ident) to $to:ident($key:ident);)+) => {$(
        impl Related<$to::Entity> for $from::Entity {
            fn to() -> RelationDef {
                $from::Entity::belongs_to($to::Entity)
                    .from(($from::Column::OrganisationId, $from::Column::$column))
                    .to(($to::Column::OrganisationId, $to::Column::$key))
                    .into()
            }
        }
    )+};
}

macro_rules! platform {
    ($(#[$doc:meta])* $module:ident = $table:literal { $($(#[$attr:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        pub mod $module {
            #![expect(missing_docs, reason = "columns are named and described in the migrations")]
            use super::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                $($(#[$attr])* pub $field: $type,)*
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
            impl Platform for Entity {}
        }
    };
}

platform! {
    /// Districts (区县).
    district = "districts" {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        slug: String, name: String, area_code: String, created_at: i64, second_factor: bool,
    }
}
platform! {
    /// Organisations: the tenants.
    organisation = "organisations" {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        district_id: Uuid, slug: String, code: String, name: String, operator: String, area: String, street: String,
        packs: String,
        about: String, address: String, phone: String, hours: String, data_key: Vec<u8>, created_at: i64, version: i64,
    }
}
platform! {
    /// One person's way in.
    account = "accounts" {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        sign_in_name: String, display_name: String, password_hash: Option<String>, disabled_at: Option<i64>, demo: bool,
        created_at: i64,
    }
}
platform! {
    /// One-time links that let a person set a password, or set up a second factor anew.
    activation = "activations" {
        #[sea_orm(primary_key, auto_increment = false)] token_hash: Vec<u8>,
        account_id: Uuid, expires_at: i64, used_at: Option<i64>, purpose: String,
    }
}
platform! {
    /// What an account proves itself by beside its password.
    second_factor = "second_factors" {
        #[sea_orm(primary_key, auto_increment = false)] account_id: Uuid,
        secret: Option<Vec<u8>>, set_at: Option<i64>, last_step: i64, pending: Option<Vec<u8>>, pending_at: Option<i64>,
    }
}
platform! {
    /// Codes for the day when the second factor is not at hand.
    recovery_code = "recovery_codes" {
        #[sea_orm(primary_key, auto_increment = false)] account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] code_hash: Vec<u8>,
    }
}
platform! {
    /// What happened to an account.
    account_event = "account_events" {
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        account_id: Uuid, at: i64, kind: String, address: String, times: i64,
    }
}
platform! {
    /// Names and addresses that failed to sign in lately.
    sign_in_failure = "sign_in_failures" {
        #[sea_orm(primary_key, auto_increment = false)] subject: String,
        failures: i64, last_at: i64, locked_until: Option<i64>,
    }
}
platform! {
    /// Sessions, by the hash of the cookie's value.
    session = "sessions" {
        #[sea_orm(primary_key, auto_increment = false)] id_hash: Vec<u8>,
        account_id: Uuid, stage: String, agent: String, address: String, began_at: i64, seen_at: i64, proved_at: i64,
        expires_at: i64,
    }
}
platform! {
    /// Who administers a district.
    district_member = "district_members" {
        #[sea_orm(primary_key, auto_increment = false)] district_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        account_id: Uuid, role: String, valid_from: Date, valid_until: Option<Date>, revoked_at: Option<i64>,
    }
}
platform! {
    /// Rules that a district adopts or makes stricter.
    rule_setting = "rule_settings" {
        #[sea_orm(primary_key, auto_increment = false)] district_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] rule: String,
        #[sea_orm(primary_key, auto_increment = false)] parameter: String,
        #[sea_orm(primary_key, auto_increment = false)] effective_from: Date,
        value: Option<i64>, adopted: bool, set_by: Option<Uuid>, set_at: i64,
    }
}
platform! {
    /// What an evaluation opens, until when.
    engagement = "engagements" {
        #[sea_orm(primary_key, auto_increment = false)] district_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
        title: String, kinds: String, period_from: Date, period_to: Date, ends_at: i64, created_at: i64, created_by: Uuid,
    }
}
platform! {
    /// Which organisations an engagement opens.
    engagement_organisation = "engagement_organisations" {
        #[sea_orm(primary_key, auto_increment = false)] district_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] engagement_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] organisation_id: Uuid,
    }
}
platform! {
    /// To whom an engagement is open.
    engagement_evaluator = "engagement_evaluators" {
        #[sea_orm(primary_key, auto_increment = false)] district_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] engagement_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)] account_id: Uuid,
    }
}

tenant! {
    /// Staff of an organisation.
    member = "members" in Member by Id [versioned] [overseen] [evaluated] {
        account_id: Uuid, name: String, valid_from: Date, valid_until: Option<Date>, disabled_at: Option<i64>, version: i64,
        unread: i64,
    }
}
tenant! {
    /// Their roles, each for as long as it holds.
    member_role = "member_roles" in Member by MemberId [evaluated] {
        member_id: Uuid, role: String, valid_from: Date, valid_until: Option<Date>, revoked_at: Option<i64>,
    }
}
tenant! {
    /// Sites, departments, projects and their groups.
    unit = "units" in Unit by Id [versioned] [overseen] [evaluated] {
        kind: String, name: String, parent_id: Option<Uuid>, duties: Option<String>, address: Option<String>,
        goals: Option<String>, head_id: Option<Uuid>, since: Date, until: Option<Date>, version: i64,
    }
}
tenant! {
    /// The sealed keys of persons.
    person_key = "person_keys" [evaluated] { wrapped: Option<Vec<u8>>, destroyed_at: Option<i64>, }
}
tenant! {
    /// Duties with a clock.
    obligation = "obligations" [overseen] [evaluated] {
        rule: String, rule_version: i64, step: i64, subject_kind: String, subject_id: Uuid, subject_number: String,
        responsible_id: Option<Uuid>, opened_at: i64, warn_at: i64, due_at: i64, late_at: i64, escalates_at: Option<i64>,
        unit: String, met_at: Option<i64>, cancelled_at: Option<i64>, paused_at: Option<i64>, paused_ms: i64, open: bool,
        told: String,
    }
}
tenant! {
    /// Changes of state.
    transition = "transitions" [evaluated] {
        subject_kind: String, subject_id: Uuid, from_state: String, to_state: String, at: i64, actor: String,
        reason: Option<Vec<u8>>,
    }
}
tenant! {
    /// What an organisation offers.
    service = "services" [versioned] [evaluated] {
        code: String, name: String, summary: String, criteria: String, proof: String, open: bool, created_at: i64, version: i64,
    }
}
tenant! {
    /// Persons served.
    client = "clients" in Client by Id [versioned] [evaluated] {
        number: String, key_id: Uuid, profile: Vec<u8>, identity_index: Option<Vec<u8>>, phone_index: Option<Vec<u8>>,
        person_kinds: String, minor_until: Option<Date>, responsible_id: Option<Uuid>, created_at: i64, version: i64,
    }
}
tenant! {
    /// Applications.
    application = "applications" in Application by Id [versioned] [overseen] [evaluated] {
        number: String, service_id: Uuid, channel: String, state: String, grade: Option<String>, key_id: Uuid, form: Vec<u8>,
        identity_index: Option<Vec<u8>>, phone_index: Option<Vec<u8>>, receipt_index: Vec<u8>, minor: bool,
        client_id: Option<Uuid>, handler_id: Option<Uuid>, missing: Option<Vec<u8>>, refusal_criterion: Option<String>,
        refusal_mode: Option<String>, refusal_referral: Option<String>, refusal_note: Option<Vec<u8>>,
        screening_method: Option<String>, submitted_at: i64, accepted_at: Option<i64>, reviewed_at: Option<i64>,
        screened_at: Option<i64>, confirmed_at: Option<i64>, ended_at: Option<i64>, version: i64,
    }
}
tenant! {
    /// Service agreements.
    agreement = "agreements" in Application by ApplicationId [versioned] [evaluated] {
        number: String, application_id: Uuid, key_id: Uuid, content: Vec<u8>, explained_at: Option<i64>,
        explained_by: Option<Uuid>, client_signed_at: Option<i64>, client_signature: Option<Vec<u8>>,
        guardian_signed_at: Option<i64>, guardian_signature: Option<Vec<u8>>, created_at: i64, version: i64,
    }
}
tenant! {
    /// What applicants were told.
    notice = "notices" in Application by ApplicationId [evaluated] { application_id: Uuid, state: String, mode: String, told_at: i64, told_by: Option<Uuid>, }
}
tenant! {
    /// What is sent to applicants.
    delivery = "deliveries" in Application by ApplicationId {
        application_id: Uuid, key_id: Uuid, told_for: String, told: String, urgent: bool, way: String, address: Vec<u8>,
        state: String, cause: Option<String>, attempts: i64, made_at: i64, due_at: i64, leased_until: Option<i64>,
        sent_at: Option<i64>,
    }
}
tenant! {
    /// Cases.
    case = "cases" in Case by Id [versioned] [overseen] [evaluated] {
        number: String, client_id: Uuid, application_id: Option<Uuid>, origin: String, service_id: Uuid, key_id: Uuid,
        state: String, responsible_id: Uuid, accepted_at: i64, opened_at: i64, started_at: Option<i64>, told_at: Option<i64>,
        told_mode: Option<String>, closed_at: Option<i64>, version: i64,
    }
}
tenant! {
    /// Papers of every register: filled forms with a life.
    paper = "papers" in Paper by FileId [versioned] [evaluated] {
        register: String, template: i64, file_kind: String, file_id: Uuid, key_id: Option<Uuid>, serial: i64,
        number: Option<String>, state: String, level: i64, author_id: Uuid, reviewer_id: Option<Uuid>, about_id: Option<Uuid>, replaces_id: Option<Uuid>,
        content: Vec<u8>, occurred_at: Option<i64>, recorded_at: Option<i64>, submitted_at: Option<i64>,
        decided_at: Option<i64>, ended_at: Option<i64>, version: i64,
    }
}
tenant! {
    /// Their answers that rules, lists and figures read.
    paper_fact = "paper_facts" [evaluated] {
        paper_id: Uuid, field: String, place: i64, number: Option<i64>, day: Option<Date>, moment_at: Option<i64>,
        code: Option<String>,
    }
}
tenant! {
    /// What hangs on papers and applications.
    attachment = "attachments" {
        author_id: Option<Uuid>, form_index: Option<Vec<u8>>, sent_index: Vec<u8>, kind: String, name: Vec<u8>, size: i64,
        wrapped: Vec<u8>, key_id: Option<Uuid>, paper_id: Option<Uuid>, application_id: Option<Uuid>, received_at: i64,
    }
}
tenant! {
    /// Members' own narrowings of lists.
    view = "views" { member_id: Uuid, list: String, name: String, query: String, created_at: i64, }
}
tenant! {
    /// What members are told; what the district is told has no member.
    message = "messages" [overseen] {
        member_id: Option<Uuid>, kind: String, told_for: Option<String>, rule: Option<String>, register: Option<String>,
        subject_kind: String, subject_id: Uuid, subject_number: String, number: i64, due_at: Option<i64>, sent_at: i64,
        read_at: Option<i64>,
    }
}
tenant! {
    /// A district's reasoned looks at named cases.
    opening = "openings" in Case by CaseId [overseen] { case_id: Uuid, account_id: Uuid, reason: String, opened_at: i64, expires_at: i64, }
}

joined! {
    case(ClientId) to client(Id);
    case(ApplicationId) to application(Id);
    case(ServiceId) to service(Id);
    case(KeyId) to person_key(Id);
    client(KeyId) to person_key(Id);
    application(ServiceId) to service(Id);
    application(KeyId) to person_key(Id);
    application(Id) to agreement(ApplicationId);
    application(Id) to case(ApplicationId);
    paper(FileId) to case(Id);
    member(Id) to member_role(MemberId);
    unit(HeadId) to member(Id);
    audit_entry(SubjectId) to case(Id);
    audit_entry(SubjectId) to application(Id);
    audit_entry(SubjectId) to client(Id);
}

/// The audit chain's entries; their key is `(organisation_id, seq)`.
pub mod audit_entry {
    #![expect(missing_docs, reason = "columns are named and described in the migrations")]
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_entries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organisation_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub at: i64,
        pub actor: String,
        pub kind: String,
        pub subject_kind: String,
        pub subject_id: Uuid,
        pub detail: String,
        pub previous: Vec<u8>,
        pub hash: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl TenantOwned for Entity {
        const ORGANISATION: Column = Column::OrganisationId;
        const ID: Column = Column::Seq;
    }
    impl Overseen for Entity {}
    impl Evaluated for Entity {}
}

/// The ends of the audit chains; their key is `(organisation_id, id)`, and the id is always 0.
pub mod audit_head {
    #![expect(missing_docs, reason = "columns are named and described in the migrations")]
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_heads")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organisation_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub seq: i64,
        pub hash: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl TenantOwned for Entity {
        const ORGANISATION: Column = Column::OrganisationId;
        const ID: Column = Column::Id;
    }
    impl Overseen for Entity {}
    impl Evaluated for Entity {}
}

/// Counts by month; their key is `(organisation_id, month, indicator)`.
pub mod tally {
    #![expect(missing_docs, reason = "columns are named and described in the migrations")]
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "tallies")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organisation_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub month: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub indicator: String,
        pub value: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl TenantOwned for Entity {
        const ORGANISATION: Column = Column::OrganisationId;
        const ID: Column = Column::Indicator;
    }
    impl Overseen for Entity {}
}

/// Keyed pieces of what persons are found by; their key is `(organisation_id, piece, person_id)`.
pub mod search_piece {
    #![expect(missing_docs, reason = "columns are named and described in the migrations")]
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "search_pieces")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organisation_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub piece: Vec<u8>,
        #[sea_orm(primary_key, auto_increment = false)]
        pub person_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    impl TenantOwned for Entity {
        const ORGANISATION: Column = Column::OrganisationId;
        const ID: Column = Column::PersonId;
    }
}
