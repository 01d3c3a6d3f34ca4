//! Two people changed the same thing. Whoever comes second finds, for each answer that differs, what the other saved beside
//! what was typed, and takes one or the other. Nothing is lost, and nobody overwrites what nobody has seen.
//!
//! A form carries what stood in it when it was opened (`was.`), so that what only the other changed need not be chosen. The
//! choices (`take.`) are ordinary radio buttons: the form is sent once more, with the version that is on the screen now.

use crate::components::badge::Tone;
use crate::components::field::{Field, Input, Offered, field};
use crate::components::form::answer_words;
use crate::components::notice::notice_with;
use crate::handling::Form;
use crate::ui::{Ui, Words};
use domain::forms::{Answers, FormTemplate};
use domain::time::Moment;
use leptos::prelude::*;

const WAS: &str = "was.";
const TAKE: &str = "take.";
const THEIRS: &str = "theirs";
const MINE: &str = "mine";

/// What somebody else saved.
#[derive(Clone, Copy)]
pub struct Theirs<'a> {
    /// When, and who.
    pub by: Option<&'a (Moment, String)>,
    /// What stands there now.
    pub answers: &'a Answers,
}

/// The answers of a form, with those of the other where the person chose so.
pub fn taken(form: &Form, theirs: &Answers) -> Answers {
    let mut answers = form.answers();
    let chosen = form.0.iter().filter(|(_, value)| value == THEIRS).filter_map(|(name, _)| name.strip_prefix(TAKE));
    for key in chosen {
        match theirs.get(key) {
            Some(value) => answers.insert(key.to_owned(), value.clone()),
            None => answers.remove(key),
        };
    }
    answers.retain(|key, _| !key.starts_with(WAS) && !key.starts_with(TAKE));
    answers
}

/// What stands in the form as it is opened, for later comparison.
pub fn base(template: &FormTemplate, answers: &Answers) -> AnyView {
    let hidden = template.fields().map(|question| {
        let value = answers.get(&question.key).cloned().unwrap_or_default();
        view! { <input type="hidden" name=format!("{WAS}{}", question.key) value=value/> }.into_any()
    });
    hidden.collect_view().into_any()
}

/// What differs, with a choice for each; `form` is what was sent.
pub fn merge(ui: Ui, template: &FormTemplate, form: &Form, theirs: Theirs<'_>) -> AnyView {
    let mine = form.answers();
    let answer = |answers: &Answers, key: &str| answers.get(key).cloned().unwrap_or_default();
    let name = theirs.by.map(|(_, name)| name.clone()).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| ui.t("其他人", "somebody else").to_owned());
    let shown = |answers: &Answers, question| match answer_words(ui, question, answers) {
        words if words.is_empty() => ui.t("（没有填写）", "(left empty)").to_owned(),
        words => words,
    };
    let was = |key: &str| answer(&mine, &format!("{WAS}{key}"));
    // Where the other changed nothing, there is nothing to choose.
    let differs = |key: &str| {
        let now = answer(theirs.answers, key);
        now != answer(&mine, key) && now != was(key)
    };
    let choices: Vec<AnyView> = template
        .fields()
        .filter(|question| differs(&question.key))
        .map(|question| {
            // What only the other changed is the other's; where both did, one's own stands until one takes theirs.
            let untouched = answer(&mine, &question.key) == was(&question.key);
            let own = Offered {
                note: Some(shown(&mine, question).into()),
                ..Offered::new(MINE, ui.t("用我填写的", "Keep what I typed"))
            };
            let words = ui.words(|| format!("用{name}保存的"), || format!("Take what {name} saved"));
            let other = Offered { note: Some(shown(theirs.answers, question).into()), ..Offered::new(THEIRS, words) };
            let value = if untouched { THEIRS } else { MINE }.to_owned();
            let input = Input::One { options: vec![own, other], value, stacked: true };
            field(
                ui,
                Field {
                    name: format!("{TAKE}{}", question.key),
                    label: ui.text(&question.label).into(),
                    input,
                    ..Field::default()
                },
            )
        })
        .collect();
    let when = theirs.by.map(|(at, _)| ui.moment(*at)).unwrap_or_default();
    let title =
        ui.words(|| format!("{name}刚刚保存了修改（{when}）"), || format!("Meanwhile {name} saved changes ({when})"));
    let words = if choices.is_empty() {
        ui.t(
            "对方的修改与您填写的没有冲突，请再保存一次。",
            "Nothing of it conflicts with what you typed: please save once more.",
        )
    } else {
        ui.t(
            "您填写的都在。下面是不一样的地方，请逐项选择，再保存一次。选“用我填写的”的，以下方表单中的内容为准。",
            "What you typed is kept. Below is what differs: choose for each, and save once more. Where you keep your own, what \
             stands in the form counts.",
        )
    };
    let title: Words = title.into();
    view! {
        <section class="merge" id="merge">
            {notice_with(Tone::Due, Some(title), words.into_any(), None)}
            {choices}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> Form {
        Form(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    fn answers(fields: &[(&str, &str)]) -> Answers {
        form(fields).answers()
    }

    #[test]
    fn what_is_taken_is_taken_and_the_rest_is_ones_own() {
        let sent = form(&[
            ("phone", "1"),
            ("address", "甲路"),
            ("special_needs", "轮椅"),
            ("was.phone", "0"),
            ("take.address", "theirs"),
            ("take.phone", "mine"),
            ("take.special_needs", "theirs"),
        ]);
        let theirs = answers(&[("phone", "2"), ("address", "乙路")]);
        assert_eq!(taken(&sent, &theirs), answers(&[("phone", "1"), ("address", "乙路")]));
    }
}
