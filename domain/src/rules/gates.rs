//! Gates: what the norms demand before a step may be taken.
//!
//! Each gate is handed plain facts and answers with everything that is still missing, so that a
//! person is told once, not one hurdle after the other. A rule that does not bind the organisation
//! does not speak. No gate here may be overridden.

use super::{OrgRules, RuleBook, RuleId};
use crate::agreements::{Signer, signers};
use crate::applications::{CriterionGround, Grade, ReferralDecision, TellMode};
use crate::forms::{Answers, FormTemplate, Setting, unanswered};
use crate::identity::MAJORITY;
use crate::ids::MemberId;
use crate::lang::{Text, text, texts};
use crate::refusal::Blocked;

/// Collects what is missing, as far as the rules bind.
struct Gate<'a> {
    book: &'a RuleBook,
    org: &'a OrgRules,
    blocked: Vec<Blocked>,
}

impl<'a> Gate<'a> {
    const fn new(book: &'a RuleBook, org: &'a OrgRules) -> Self {
        Self { book, org, blocked: Vec::new() }
    }

    /// `missing` stands in the way unless `met`, if the rule binds.
    fn require(mut self, rule: RuleId, met: bool, missing: Text) -> Self {
        let live = self.book.rule(rule).is_some_and(|rule| self.org.is_live(rule));
        if live && !met {
            self.blocked.push(Blocked { rule, text: missing });
        }
        self
    }

    /// The number that binds the organisation, or the value given where the book has none.
    fn limit(&self, key: &str, otherwise: i64) -> i64 {
        self.book.parameter(key).map_or(otherwise, |parameter| self.org.value(parameter))
    }
}

/// What an application contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SubmitFacts {
    /// Who applies is stated.
    pub basic: bool,
    /// What is needed is stated.
    pub need: bool,
    /// A way to reach the person is stated.
    pub contact: bool,
    /// Proof documents the service asks for that are not there.
    pub proofs_missing: u32,
}

/// Before an application is submitted: INT-02, its required content.
#[must_use]
pub fn submit_application(book: &RuleBook, org: &OrgRules, facts: &SubmitFacts) -> Vec<Blocked> {
    Gate::new(book, org)
        .require(RuleId::INT_02, facts.basic, text("请填写申请人基本信息。", "State who applies."))
        .require(RuleId::INT_02, facts.need, text("请填写服务需求。", "State what is needed."))
        .require(RuleId::INT_02, facts.contact, text("请填写联系方式。", "State how to reach the applicant."))
        .require(
            RuleId::INT_02,
            facts.proofs_missing == 0,
            texts(
                format!("还缺 {} 份该服务要求的证明材料。", facts.proofs_missing),
                format!("{} proof documents that the service asks for are missing.", facts.proofs_missing),
            ),
        )
        .blocked
}

/// What is decided when an application is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AcceptFacts {
    /// The grade it was given.
    pub grade: Option<Grade>,
}

/// Before an application moves on from acceptance: INT-06, one of three grades is set.
#[must_use]
pub fn accept(book: &RuleBook, org: &OrgRules, facts: &AcceptFacts) -> Vec<Blocked> {
    Gate::new(book, org)
        .require(
            RuleId::INT_06,
            facts.grade.is_some(),
            text("请先选择申请等级：优先级、常规级或普通级。", "Choose a grade first: priority, routine or ordinary."),
        )
        .blocked
}

/// What a request for further documents contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SupplementFacts {
    /// How many missing items it lists.
    pub items: u32,
}

/// Before a supplement is asked for, which pauses the review: INT-09, what is missing is listed.
#[must_use]
pub fn ask_supplement(book: &RuleBook, org: &OrgRules, facts: &SupplementFacts) -> Vec<Blocked> {
    Gate::new(book, org)
        .require(RuleId::INT_09, facts.items > 0, text("请逐项列出需要补充的材料。", "List each item that is missing."))
        .blocked
}

/// What is known of an applicant who is to be confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConfirmFacts {
    /// A registration or application form is on file, on paper or online.
    pub form_on_file: bool,
    /// Hotline and anonymous letters need no form.
    pub form_exempt: bool,
    /// Assessment and screening were passed.
    pub screening_passed: bool,
    /// Age in full years on the day of service; none when the birth date is unknown.
    pub age: Option<u32>,
    /// From 16, lives by own work and counts as of full capacity.
    pub self_supporting: bool,
    /// The client signed the agreement.
    pub signed_by_client: bool,
    /// The guardian signed the agreement.
    pub signed_by_guardian: bool,
    /// A child under 8 was told in suitable words, and this is noted.
    pub child_informed: bool,
}

/// Before an applicant is confirmed: INT-03 (a form), INT-13 (form, assessment, agreement), CLI-03
/// (a minor's agreement is signed by both).
///
/// Children under 8 cannot sign: the guardian signs and the child is told. The self-supporting from
/// 16 sign alone.
#[must_use]
pub fn confirm(book: &RuleBook, org: &OrgRules, facts: &ConfirmFacts) -> Vec<Blocked> {
    let form = facts.form_on_file || facts.form_exempt;
    let signed = facts.signed_by_client || facts.signed_by_guardian;
    let gate = Gate::new(book, org)
        .require(
            RuleId::INT_03,
            form,
            text("还没有报名表或申请表，请先登记。", "There is no registration or application form yet."),
        )
        .require(RuleId::INT_13, form, text("申请成功须已填表。", "The form must be filled in."))
        .require(RuleId::INT_13, facts.screening_passed, text("申请成功须评估通过。", "The assessment must be passed."))
        .require(RuleId::INT_13, signed, text("申请成功须已签署服务协议。", "The agreement must be signed."));
    minors_agreement(gate, facts).blocked
}

/// CLI-03: who has to sign for someone under 18, did.
fn minors_agreement<'a>(gate: Gate<'a>, facts: &ConfirmFacts) -> Gate<'a> {
    let rule = RuleId::CLI_03;
    let age_unknown = text(
        "请先登记出生日期，以确认是否为未成年人。",
        "Enter the birth date first, to know whether the client is a minor.",
    );
    let Some(age) = facts.age else { return gate.require(rule, false, age_unknown) };
    if age >= MAJORITY {
        return gate;
    }
    let signs = |signer| signers(age, facts.self_supporting).contains(&signer);
    gate.require(
        rule,
        facts.signed_by_guardian || !signs(Signer::Guardian),
        text(
            "服务对象未满 18 周岁，监护人须签署协议。",
            "The client is under 18: the guardian must sign the agreement.",
        ),
    )
    .require(
        rule,
        facts.signed_by_client || !signs(Signer::Client),
        text("服务对象未满 18 周岁，本人也须签署协议。", "The client is under 18 and must sign the agreement too."),
    )
    .require(
        rule,
        facts.child_informed || signs(Signer::Client),
        text(
            "服务对象未满 8 周岁，请记录已用适合的方式告知本人。",
            "The client is under 8: note that the child was told in suitable words.",
        ),
    )
}

/// What is known of an applicant who is to be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RefuseFacts {
    /// A reason is written down.
    pub reason_given: bool,
    /// How the person is told.
    pub mode: Option<TellMode>,
    /// Whether the person is referred elsewhere.
    pub referral: Option<ReferralDecision>,
    /// The reason is one of the criteria the service has published.
    pub criterion_published: bool,
    /// What that criterion rests on.
    pub ground: Option<CriterionGround>,
}

/// Before an application is refused: INT-16 and CLO-10 (reason, way of telling, referral decision),
/// INT-17 (a published criterion, never sex, means, body or intellect).
#[must_use]
pub fn refuse(book: &RuleBook, org: &OrgRules, facts: &RefuseFacts) -> Vec<Blocked> {
    let fair = !facts.ground.is_some_and(CriterionGround::is_discriminatory);
    Gate::new(book, org)
        .require(RuleId::INT_16, facts.reason_given, text("请写明不符合的原因。", "State the reason."))
        .require(
            RuleId::INT_16,
            facts.mode.is_some(),
            text(
                "请选择告知方式：电话、书面或面谈。",
                "Choose how the person is told: by telephone, in writing or face to face.",
            ),
        )
        .require(
            RuleId::INT_16,
            facts.referral.is_some(),
            text(
                "请确定是否转介，或推荐更合适的机构。",
                "Decide whether to refer the person, or suggest a better-suited organisation.",
            ),
        )
        .require(
            RuleId::INT_17,
            facts.criterion_published,
            text(
                "原因须是该服务已公布的条件之一。",
                "The reason must be one of the criteria the service has published.",
            ),
        )
        .require(
            RuleId::INT_17,
            fair,
            text(
                "不得以性别、经济状况、身体或智力状况为由拒绝。",
                "Nobody is refused for sex, means, body or intellect.",
            ),
        )
        .require(
            RuleId::CLO_10,
            facts.reason_given,
            text("作出决定须向本人说明原因。", "The person must be given the reason for the decision."),
        )
        .blocked
}

/// What is known of a case whose plan is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlanFacts {
    /// A needs assessment of the case is approved.
    pub assessment_approved: bool,
}

/// Before a plan is made: ASM-03, an approved needs assessment exists.
#[must_use]
pub fn create_plan(book: &RuleBook, org: &OrgRules, facts: &PlanFacts) -> Vec<Blocked> {
    Gate::new(book, org)
        .require(
            RuleId::ASM_03,
            facts.assessment_approved,
            text(
                "请先完成需求评估并获批准，再制定服务计划。",
                "Complete the needs assessment and have it approved before making a plan.",
            ),
        )
        .blocked
}

/// Who wrote and who approves a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApproveFacts {
    /// Who wrote it.
    pub author: MemberId,
    /// Who approves it.
    pub approver: MemberId,
}

/// Before an assessment is approved: ASM-05, by someone other than its author.
#[must_use]
pub fn approve_assessment(book: &RuleBook, org: &OrgRules, facts: &ApproveFacts) -> Vec<Blocked> {
    Gate::new(book, org)
        .require(
            RuleId::ASM_05,
            facts.author != facts.approver,
            text("评估须由编写人以外的人审核。", "An assessment is reviewed by someone other than its author."),
        )
        .blocked
}

/// What is known of a plan that is to take effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActivateFacts {
    /// A record of the team's discussion exists.
    pub discussed: bool,
    /// Who wrote the plan.
    pub author: MemberId,
    /// Who approves it, if anyone does.
    pub approver: Option<MemberId>,
}

/// Before a plan takes effect: PLN-02, the team discussed it and someone else approves it.
#[must_use]
pub fn activate_plan(book: &RuleBook, org: &OrgRules, facts: &ActivateFacts) -> Vec<Blocked> {
    let by_another = facts.approver.is_none_or(|approver| approver != facts.author);
    Gate::new(book, org)
        .require(RuleId::PLN_02, facts.discussed, text("请先记录团队讨论。", "Record the team's discussion first."))
        .require(
            RuleId::PLN_02,
            facts.approver.is_some(),
            text("计划须经审核批准后执行。", "The plan must be approved before it is carried out."),
        )
        .require(
            RuleId::PLN_02,
            by_another,
            text("计划须由编写人以外的人批准。", "A plan is approved by someone other than its author."),
        )
        .blocked
}

/// Before a paper is handed in: what a rule demands to be filled in, as PLN-07 the three contents of a service record.
#[must_use]
pub fn filled(
    book: &RuleBook,
    org: &OrgRules,
    form: &FormTemplate,
    answers: &Answers,
    setting: Setting,
) -> Vec<Blocked> {
    let missing = unanswered(form, answers, setting).filter_map(|field| Some((field, field.required_by?)));
    let gate = missing.fold(Gate::new(book, org), |gate, (field, rule)| {
        let Text { zh, en } = &field.label;
        gate.require(rule, false, texts(format!("请填写{zh}。"), format!("Fill in: {en}.")))
    });
    gate.blocked
}

/// A form as it binds the organisation: what a rule demands has to be filled in.
#[must_use]
pub fn demanding(book: &RuleBook, org: &OrgRules, form: &FormTemplate) -> FormTemplate {
    let mut form = form.clone();
    for field in form.sections.iter_mut().flat_map(|section| &mut section.fields) {
        let rule = field.required_by.and_then(|rule| book.rule(rule));
        field.required |= rule.is_some_and(|rule| org.is_live(rule));
    }
    form
}

/// What is known of a case that is to be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CloseFacts {
    /// It began with an accepted application or referral.
    pub accepted: bool,
    /// Its needs assessment is approved.
    pub assessed: bool,
    /// At least one service record exists.
    pub served: bool,
    /// The result was told to the client.
    pub result_told: bool,
    /// The reason for ending is written down.
    pub reason_given: bool,
}

/// Before a case is closed: INT-18 (accept, assess, carry out, feed back: none skipped), PLN-09 (the
/// result is told), CLO-10 (so is the reason for ending).
#[must_use]
pub fn close_case(book: &RuleBook, org: &OrgRules, facts: &CloseFacts) -> Vec<Blocked> {
    Gate::new(book, org)
        .require(RuleId::INT_18, facts.accepted, text("缺少受理环节。", "The case was never accepted."))
        .require(
            RuleId::INT_18,
            facts.assessed,
            text("缺少已批准的需求评估。", "There is no approved needs assessment."),
        )
        .require(RuleId::INT_18, facts.served, text("缺少服务记录。", "There is no service record."))
        .require(RuleId::INT_18, facts.result_told, text("缺少结果反馈环节。", "The result was not fed back."))
        .require(
            RuleId::PLN_09,
            facts.result_told,
            text("请先向服务对象反馈结果。", "Tell the client the result first."),
        )
        .require(
            RuleId::CLO_10,
            facts.reason_given,
            text("请写明结束服务的原因并告知本人。", "State the reason for ending, and tell the client."),
        )
        .blocked
}

/// What a member would leave behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DisableFacts {
    /// Unfinished cases and applications, and open duties, for which nobody else answers.
    pub orphans: u64,
}

/// Before a member is disabled: ORG-14, nothing is left without an owner.
#[must_use]
pub fn disable_member(book: &RuleBook, org: &OrgRules, facts: &DisableFacts) -> Vec<Blocked> {
    let gate = Gate::new(book, org);
    let allowed = gate.limit("org.orphan_items", 0);
    gate.require(
        RuleId::ORG_14,
        i64::try_from(facts.orphans).is_ok_and(|orphans| orphans <= allowed),
        texts(
            format!("名下还有 {} 项未结工作，请先转交他人。", facts.orphans),
            format!("{} open items would be left without an owner: hand them over first.", facts.orphans),
        ),
    )
    .blocked
}
