//! One case on the desk of the person who looks at it: the file, and what may be done.

use backend::StaffScope;
use backend::cases::{self, CaseFile};
use backend::papers::PaperView;
use domain::access::{Action, Object, Reach};
use domain::ids::OperationId;
use domain::papers::PaperState;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::addresses::At;
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request};
use pages::ui::{Ui, Words};

/// A case, opened.
pub(super) struct Desk {
    pub(super) ui: Ui,
    pub(super) scope: StaffScope,
    pub(super) request: Request,
    pub(super) file: CaseFile,
}

impl Desk {
    /// Opens the case that the address names. Opening leaves an entry in the trail.
    pub(super) async fn open(scope: StaffScope, request: Request) -> Result<Self, Refusal> {
        let file = cases::open(&scope, request.id("case")?).await?;
        Ok(Self { ui: request.ui, scope, request, file })
    }

    /// The addresses of the organisation.
    pub(super) fn at(&self) -> At<'_> {
        At(&self.scope.organisation().slug)
    }

    /// An address below the case's own: `self.below("finish")`.
    pub(super) fn below(&self, path: &str) -> String {
        format!("{}/{path}", self.at().case(self.file.id))
    }

    /// Where a paper of a register is written in this case.
    pub(super) fn write(&self, register: &str) -> String {
        self.at().write(register, self.file.folder.file, None, None)
    }

    /// Whether the policy lets this person do this with this case.
    pub(super) fn may(&self, action: Action) -> bool {
        match self.scope.reach(Object::Case, action) {
            Reach::All => true,
            Reach::Own => self.file.responsible.0 == self.scope.member(),
            Reach::None => false,
        }
    }

    /// Whether a step of the case can be taken now, by this person; asked of the function that the operation asks.
    pub(super) fn can(&self, action: Action) -> Result<(), Refusal> {
        let right = if action == Action::Submit { Action::Close } else { action };
        if !self.may(right) {
            return Err(Refusal::Forbidden);
        }
        cases::may(self.file.state, self.file.told.is_some(), action)
    }

    /// The id with which a form is sent: the one it came with, so that it has one effect however often it is sent.
    pub(super) fn operation(&self) -> String {
        let came: Result<OperationId, Refusal> = self.request.form.operation();
        came.unwrap_or_else(|_| self.scope.new_operation()).to_string()
    }

    /// A page of the case; its title in the browser's tab names no person.
    pub(super) fn page(&self, title: &str, body: impl FnOnce() -> AnyView) -> String {
        let title = format!("{title} · {}", self.file.number);
        staff_page(&self.request, &self.scope, Area::Cases, title, body)
    }

    /// The way back to the case.
    pub(super) fn back(&self) -> Option<(Words, String)> {
        Some((
            self.ui.words(|| format!("个案 {}", self.file.number), || format!("Case {}", self.file.number)).into(),
            self.at().case(self.file.id),
        ))
    }

    /// How many papers of a register stand so.
    pub(super) fn count(&self, register: &str, state: PaperState) -> usize {
        self.file.folder.of(register).filter(|head| head.state == state).count()
    }

    /// The newest paper of a register that stands so.
    pub(super) fn newest(&self, register: &str, state: PaperState) -> Option<&PaperView> {
        self.file.papers.iter().find(|paper| paper.head.register == register && paper.head.state == state)
    }
}

/// Answers a form: where to go on when it was done; the same page with what was typed when it can be mended; else the page
/// of the refusal. `show` is given the case as it is now, which is what somebody who came too late has to see.
pub(super) async fn answer(
    scope: StaffScope,
    request: Request,
    outcome: Result<String, Refusal>,
    show: impl FnOnce(&Desk, Option<&Refusal>) -> String,
) -> Result<Answer, Refusal> {
    match outcome {
        Ok(to) => Ok(Answer::SeeOther(to)),
        Err(refusal @ (Refusal::Invalid(_) | Refusal::Blocked(_) | Refusal::Stale | Refusal::WrongState { .. })) => {
            let desk = Desk::open(scope, request).await?;
            let html = show(&desk, Some(&refusal));
            Ok(Answer::again(&refusal, html))
        }
        Err(refusal) => Err(refusal),
    }
}
