//! What somebody was told, as lines: what, of whom, when. The line is the button by which it is read and opened.

use crate::components::badge::{Tone, badge};
use crate::components::button::hidden_fields;
use crate::components::pager::pager;
use crate::paging::Pages;
use crate::ui::{Ui, Words};
use backend::messages::Message;
use domain::access::Object;
use domain::ids::{MessageId, OperationId};
use domain::messages::MessageKind;
use domain::time::{Moment, Span};
use leptos::prelude::*;

/// A message on a list.
pub struct MessageLine<'m> {
    /// The message.
    pub message: &'m Message,
    /// The person or the house that it is about, as far as the reader may know it.
    pub whose: Words,
    /// What else tells it from others: the number of a file.
    pub of: Vec<Words>,
    /// Where its form is sent.
    pub action: String,
    /// The id of the form.
    pub operation: OperationId,
}

impl MessageLine<'_> {
    fn view(self, ui: Ui) -> AnyView {
        let message = self.message;
        let unread = message.read.is_none();
        let class = if unread { "message message--unread" } else { "message" };
        let notes =
            self.of.into_iter().chain(due(ui, message)).map(|note| view! { <span>{note}</span> }).collect_view();
        let told = unread.then(|| view! { <span class="visually-hidden">{ui.t("未读：", "Unread: ")}</span> });
        view! {
            <li class=class>
                <form method="post" action=self.action>
                    {hidden_fields(vec![("operation", self.operation.to_string())])}
                    <button class="message__open" type="submit">
                        <span class="message__kind">{told}{badge(tone(message.kind), ui.name(message.kind))}</span>
                        <span class="message__line">
                            <span class="message__whose">{self.whose}</span><span>{what(ui, message)}</span>
                        </span>
                        <span class="message__of">{notes}</span>
                        <span class="message__sent">{ui.moment(message.sent)}</span>
                    </button>
                </form>
            </li>
        }
        .into_any()
    }
}

/// A page of messages, in their order, with the way on; `list` is the address of the list.
#[must_use]
pub fn messages(ui: Ui, lines: Vec<MessageLine<'_>>, pages: &Pages, list: &str, next: Option<MessageId>) -> AnyView {
    let n = lines.len();
    let shown = ui.words(|| format!("本页 {n} 条"), || format!("{n} on this page"));
    let (previous, next) = pages.links(list, next.map(|next| next.to_string()));
    let lines = lines.into_iter().map(|line| line.view(ui)).collect_view();
    view! { <ol class="messages">{lines}</ol>{pager(ui, shown, previous, next)} }.into_any()
}

/// How many nobody has read yet, beside the name of the page; nothing where there is none.
#[must_use]
pub fn unread(ui: Ui, count: u64) -> Option<Words> {
    (count > 0).then(|| ui.words(|| format!("{count} 条未读"), || format!("{count} unread")).into())
}

const fn tone(kind: MessageKind) -> Tone {
    match kind {
        MessageKind::Assigned | MessageKind::TookOver | MessageKind::Came => Tone::Info,
        MessageKind::Approved => Tone::Good,
        MessageKind::Returned | MessageKind::Refused | MessageKind::Undelivered | MessageKind::Near => Tone::Due,
        MessageKind::Late | MessageKind::Escalated => Tone::Late,
    }
}

/// What it is about: the clause, the kind of paper, the kind of file.
fn what(ui: Ui, message: &Message) -> Words {
    let number = message.number;
    if message.kind == MessageKind::TookOver {
        return ui.words(|| format!("同事的工作，共 {number} 项"), || format!("A colleague's work: {number}")).into();
    }
    let title = match (message.rule, &message.register) {
        (Some(rule), _) => ui.text(&rule.title),
        (None, Some(register)) => ui.text(&register.title),
        (None, None) => ui.name(message.subject.kind).to_owned(),
    };
    match number {
        1 => title.into(),
        _ => ui.words(|| format!("{title}，{number} 项"), || format!("{title}: {number}")).into(),
    }
}

/// By when it has or had to be done. What ends at 24:00 ends on that day.
fn due(ui: Ui, message: &Message) -> Option<Words> {
    let due = message.due?;
    let at_midnight = due == Moment::end_of(due.minus(Span::millis(1)).day());
    let when = if at_midnight { ui.day(due.minus(Span::millis(1)).day()) } else { ui.moment(due) };
    let past = message.kind != MessageKind::Near;
    Some(match (past, message.subject.kind) {
        (true, Object::Unit | Object::Organisation) => {
            ui.words(|| format!("应在{when}前完成"), || format!("Was to be done by {when}")).into()
        }
        (true, _) => ui.words(|| format!("{when}到期"), || format!("Was due {when}")).into(),
        (false, _) => ui.words(|| format!("{when}前完成"), || format!("To be done by {when}")).into(),
    })
}
