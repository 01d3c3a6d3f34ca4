//! One application on the desk of the person who looks at it: what they may do, and what they typed when it was refused.

use super::act::next;
use backend::StaffScope;
use backend::applications::{ApplicationAct, ApplicationFile};
use backend::members::Receiver;
use domain::refusal::Refusal;
use domain::rules::OrgRules;
use pages::addresses::At;
use pages::handling::{Form, Request, refused};
use pages::ui::{Ui, Words};

/// A form that was refused, with what was typed.
#[derive(Clone, Copy)]
pub(super) struct Kept<'a> {
    pub(super) act: ApplicationAct,
    pub(super) form: &'a Form,
    pub(super) refusal: &'a Refusal,
}

/// An application on the desk of the person who looks at it.
pub(super) struct ApplicationDesk<'a> {
    pub(super) ui: Ui,
    pub(super) scope: &'a StaffScope,
    pub(super) request: &'a Request,
    pub(super) file: &'a ApplicationFile,
    pub(super) rules: &'a OrgRules,
    /// Who may be made responsible; only while that is asked.
    pub(super) members: &'a [Receiver],
    pub(super) kept: Option<Kept<'a>>,
}

impl ApplicationDesk<'_> {
    pub(super) fn at(&self) -> At<'_> {
        At(&self.scope.organisation().slug)
    }

    /// An address below the application's own.
    pub(super) fn to(&self, path: &str) -> String {
        format!("{}/{path}", self.at().application(self.file.id))
    }

    /// A rule's page.
    pub(super) fn rule(&self, rule: &str) -> String {
        self.at().area(&format!("duties/rules/{rule}"))
    }

    /// The act's form as it was sent, when it was refused.
    pub(super) fn kept_at(&self, act: ApplicationAct) -> Option<Kept<'_>> {
        self.kept.filter(|kept| kept.act == act)
    }

    /// What was typed at one of its questions.
    pub(super) fn typed(&self, act: ApplicationAct, name: &str) -> String {
        self.kept_at(act).map_or_else(String::new, |kept| kept.form.get(name).to_owned())
    }

    /// What is wrong with the answer.
    pub(super) fn problem(&self, act: ApplicationAct, name: &str) -> Option<Words> {
        let kept = self.kept_at(act)?;
        let error = refused(Some(kept.refusal)).iter().find(|error| error.field == name)?;
        Some(error.problem.say(self.ui.lang).into())
    }

    /// The id that a form goes out with; of all the forms of the page only the one that was sent keeps its own.
    pub(super) fn operation(&self, kept: Option<Kept<'_>>) -> String {
        let new = || self.scope.new_operation();
        kept.map_or_else(new, |kept| self.request.next_operation(Some(kept.refusal), new)).to_string()
    }

    pub(super) fn may(&self, act: ApplicationAct) -> bool {
        self.file.acts.open(act)
    }

    pub(super) fn next(&self) -> Option<ApplicationAct> {
        next(self.file, self.ui.now.day())
    }

    /// Whether this is what comes next.
    pub(super) fn is_main(&self, act: ApplicationAct) -> bool {
        self.next() == Some(act)
    }
}
