//! Approving a paper or sending it back: never one's own, and never past a gate.

use super::desk::Desk;
use super::sheet::{reason, said, summary};
use domain::access::{Action, Object};
use domain::ids::MemberId;
use domain::refusal::{Blocked, Refusal};
use leptos::prelude::*;
use pages::components::badge::Tone;
use pages::components::button::{Button, hidden_fields};
use pages::components::icons::Icon;
use pages::components::notice::notice;
use pages::components::section::section;
use pages::handling::refused;
use pages::ui::Words;

/// A paper that waits for approval.
pub(super) struct Review<'a> {
    /// Which kind.
    pub(super) object: Object,
    /// Its address; approving and sending back are posted below it.
    pub(super) address: String,
    /// What is on the screen.
    pub(super) version: i64,
    /// Who wrote it.
    pub(super) author: Option<MemberId>,
    /// What the rules still miss.
    pub(super) missing: Vec<Blocked>,
    /// What was refused.
    pub(super) refusal: Option<&'a Refusal>,
    /// The button: 批准需求评估.
    pub(super) button: Words,
    /// What follows from approving.
    pub(super) follows: Words,
}

/// The last section of a paper that waits.
pub(super) fn review(desk: &Desk, review: Review<'_>) -> AnyView {
    let ui = desk.ui;
    let own = review.author == Some(desk.scope.member());
    let may_approve = desk.may(review.object, Action::Approve);
    let may_return = desk.may(review.object, Action::Return) && !own;
    if own || !(may_approve || may_return) {
        let words = if own {
            ui.t(
                "已提交，等待审核。自己写的文书由他人审核。",
                "Handed in and waiting. Somebody else approves what one wrote.",
            )
        } else {
            ui.t("已提交，等待督导或站长审核。", "Handed in; the supervisor or the head approves it.")
        };
        return view! { <div class="no-print review__wait">{notice(Tone::Info, words)}</div> }.into_any();
    }
    let fields = || vec![("operation", desk.operation()), ("version", review.version.to_string())];
    let errors = refused(review.refusal);
    let labels = vec![("reason".to_owned(), Words::from(ui.t("退回原因", "Why it is sent back")))];
    let missing = (!review.missing.is_empty() && review.refusal.is_none())
        .then(|| said(desk, Some(&Refusal::Blocked(review.missing.clone()))));
    let approve = (may_approve && review.missing.is_empty()).then(|| {
        view! {
            <p class="review__follows">{review.follows}</p>
            {Button::primary(review.button).icon(Icon::Check).post(format!("{}/approve", review.address), fields())}
        }
    });
    let send_back = may_return.then(|| {
        view! {
            <details class="review__return" open=!errors.is_empty() || !desk.request.form.get("reason").is_empty()>
                <summary>{ui.t("需要修改？退回给编写人", "Something to be better? Send it back")}</summary>
                <form class="form" method="post" action=format!("{}/return", review.address) novalidate>
                    {hidden_fields(fields())}
                    {reason(ui, &desk.request.form, errors)}
                    <div>{Button::plain(ui.t("退回修改", "Send back")).icon(Icon::Undo).submit()}</div>
                </form>
            </details>
        }
    });
    let body = view! {
        <div class="review no-print">
            {summary(ui, None, &labels, errors)}
            {missing}
            {approve}
            {send_back}
        </div>
    };
    section(ui.t("审核", "Approval"), body.into_any())
}
