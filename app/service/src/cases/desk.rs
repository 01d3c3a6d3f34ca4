//! One case on the desk of the person who looks at it: the file, and what may be done.

use backend::StaffScope;
use backend::cases::{self, CaseFile};
use backend::papers::PaperView;
use domain::papers::PaperState;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::addresses::At;
use pages::frames::{Area, staff_page};
use pages::handling::Request;
use pages::ui::{Ui, Words};

/// A case, opened.
pub(super) struct Desk<'a> {
    pub(super) ui: Ui,
    pub(super) scope: &'a StaffScope,
    pub(super) request: &'a Request,
    pub(super) file: CaseFile,
}

impl<'a> Desk<'a> {
    /// Opens the case that the address names. Opening leaves an entry in the trail.
    pub(super) async fn open(scope: &'a StaffScope, request: &'a Request) -> Result<Self, Refusal> {
        let file = cases::open(scope, request.id("case")?).await?;
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

    /// A page of the case; its title in the browser's tab names no person.
    pub(super) fn page(&self, title: &str, body: impl FnOnce() -> AnyView) -> String {
        let title = format!("{title} · {}", self.file.number);
        staff_page(self.request, self.scope, Area::Cases, title, body)
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
