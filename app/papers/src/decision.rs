//! What somebody may decide about a paper, as pages offer it: the file's offers say it, no page does.

use backend::StaffScope;
use backend::papers::Offer;
use backend::paperwork::PaperFile;
use domain::papers::Deed;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::components::button::{Button, hidden_fields};
use pages::components::field::{Field, Input, Need, error_summary, field};
use pages::components::icons::Icon;
use pages::handling::{Request, refused};

/// A step in words: the question that leads to it, the button, and what its reason is called.
struct Spoken {
    asks: &'static str,
    does: &'static str,
    because: &'static str,
}

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

    /// How a step that has to be explained is spoken of.
    fn spoken(self, deed: Deed) -> Spoken {
        let ui = self.request.ui;
        let (asks, does, because) = match deed {
            Deed::Plan => (
                ui.t("还没改好？写明怎么改", "Not mended yet? Say what will be done"),
                ui.t("先定措施", "Say first what will be done"),
                ui.t("整改措施", "What will be done"),
            ),
            Deed::Mend => (
                ui.t("改好了？写明怎么改的", "Mended? Say how"),
                ui.t("已改好", "It is mended"),
                ui.t("整改情况", "What was done"),
            ),
            Deed::Reopen => (
                ui.t("没有改好？重开", "Not mended? Open it again"),
                ui.t("重开", "Open again"),
                ui.t("重开原因", "Why it is opened again"),
            ),
            Deed::Refuse => {
                (ui.t("不同意？", "Not agreed?"), ui.t("不同意", "Refuse"), ui.t("不同意的原因", "Why it is refused"))
            }
            _ => (
                ui.t("需要修改？退回给编写人", "Something to be better? Send it back"),
                ui.t("退回修改", "Send back"),
                ui.t("退回原因", "Why it is sent back"),
            ),
        };
        Spoken { asks, does, because }
    }

    /// Where one says why, or what was done, and does it.
    pub(crate) fn explained(self, deed: Deed, post: String) -> AnyView {
        self.form(deed, self.spoken(deed).does, post)
    }

    /// The same with a button of these words.
    pub(crate) fn form(self, deed: Deed, does: &'static str, post: String) -> AnyView {
        let ui = self.request.ui;
        let button = match deed {
            Deed::Mend => Button::primary(does).icon(Icon::Check),
            Deed::Plan => Button::plain(does),
            _ => Button::plain(does).icon(Icon::Undo),
        };
        view! {
            <form class="form" method="post" action=post novalidate>
                {hidden_fields(self.fields(deed))}
                {field(ui, self.reason(deed))}
                <div>{button.submit()}</div>
            </form>
        }
        .into_any()
    }

    /// The same, folded away behind the question that leads to it until somebody has begun.
    pub(crate) fn folded(self, deed: Deed, post: String) -> AnyView {
        view! {
            <details class="review__return" open=self.is_reasoned()>
                <summary>{self.spoken(deed).asks}</summary>
                {self.explained(deed, post)}
            </details>
        }
        .into_any()
    }

    /// Where one says why, or what was done.
    pub(crate) fn reason(self, deed: Deed) -> Field {
        let ui = self.request.ui;
        let error = refused(self.refusal).iter().find(|error| error.field == "reason");
        let help = (deed == Deed::Return)
            .then(|| ui.t("写明要修改什么，编写人会看到。", "Say what has to be better; its author sees it.").into());
        Field {
            name: "reason".to_owned(),
            label: self.spoken(deed).because.into(),
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
        let label = self.spoken(self.against().unwrap_or(Deed::Return)).because;
        let lines = refused(self.refusal).iter().map(|error| {
            (error.field.clone(), format!("{label}{}{}", ui.t("：", ": "), error.problem.say(ui.lang)).into())
        });
        error_summary(ui, lines.collect())
    }
}
