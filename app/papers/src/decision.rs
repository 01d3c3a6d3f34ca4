//! What somebody may decide about a paper, as pages offer it: the file's offers say it, no page does.

use backend::StaffScope;
use backend::papers::Offer;
use backend::paperwork::PaperFile;
use domain::papers::Deed;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::components::field::{Field, Input, Need, error_summary};
use pages::handling::{Request, refused};

/// A paper before the person who looks at it; with what was refused, when something was.
#[derive(Clone, Copy)]
pub(crate) struct Decision<'a> {
    pub(crate) scope: &'a StaffScope,
    pub(crate) request: &'a Request,
    pub(crate) file: &'a PaperFile,
    pub(crate) refusal: Option<&'a Refusal>,
}

impl<'a> Decision<'a> {
    /// Whether this person may do this to the paper, and what stands in the way.
    fn offer(self, deed: Deed) -> Option<&'a Offer> {
        let this = |offer: &&Offer| offer.paper == Some(self.file.paper.head.id) && offer.deed == deed;
        self.file.offers.iter().find(this)
    }

    pub(crate) fn can(self, deed: Deed) -> bool {
        self.offer(deed).is_some_and(|offer| offer.outcome.is_ok())
    }

    /// What one who is in favour does.
    pub(crate) fn in_favour(self) -> Option<&'a Offer> {
        [Deed::Approve, Deed::Review, Deed::Verify, Deed::File].into_iter().find_map(|deed| self.offer(deed))
    }

    /// What one who is not does now, and says why.
    pub(crate) fn against(self) -> Option<Deed> {
        [Deed::Return, Deed::Refuse, Deed::Reopen].into_iter().find(|deed| self.can(*deed))
    }

    /// What its form carries.
    pub(crate) fn fields(self, deed: Deed) -> Vec<(&'static str, String)> {
        let operation = self.request.next_operation(self.refusal, || self.scope.new_operation());
        vec![
            ("operation", operation.to_string()),
            ("version", self.file.paper.head.version.to_string()),
            ("deed", deed.code().to_owned()),
        ]
    }

    /// The reason that was typed.
    pub(crate) fn typed(self) -> &'a str {
        self.request.form.get("reason")
    }

    /// Whether somebody has begun to say why not.
    pub(crate) fn is_reasoned(self) -> bool {
        !refused(self.refusal).is_empty() || !self.typed().is_empty()
    }

    /// What the reason is called that goes with this.
    fn label(self, deed: Deed) -> &'static str {
        let ui = self.request.ui;
        match deed {
            Deed::Plan => ui.t("整改措施", "What will be done"),
            Deed::Mend => ui.t("整改情况", "What was done"),
            Deed::Reopen => ui.t("重开原因", "Why it is opened again"),
            Deed::Refuse => ui.t("不同意的原因", "Why it is refused"),
            _ => ui.t("退回原因", "Why it is sent back"),
        }
    }

    /// Where one says why, or what was done.
    pub(crate) fn reason(self, deed: Deed) -> Field {
        let ui = self.request.ui;
        let error = refused(self.refusal).iter().find(|error| error.field == "reason");
        let help = (deed == Deed::Return)
            .then(|| ui.t("写明要修改什么，编写人会看到。", "Say what has to be better; its author sees it.").into());
        Field {
            name: "reason".to_owned(),
            label: self.label(deed).into(),
            help,
            need: if deed.needs_reason() { Need::Unsaid } else { Need::Optional },
            error: error.map(|error| error.problem.say(ui.lang).into()),
            input: Input::Area { value: self.typed().to_owned(), rows: 3, max: Some(1_000) },
            ..Field::default()
        }
    }

    /// What needs correcting.
    pub(crate) fn errors(self) -> AnyView {
        let ui = self.request.ui;
        let label = self.label(self.against().unwrap_or(Deed::Return));
        let lines = refused(self.refusal).iter().map(|error| {
            (error.field.clone(), format!("{label}{}{}", ui.t("：", ": "), error.problem.say(ui.lang)).into())
        });
        error_summary(ui, lines.collect())
    }
}
