//! How a person likes to be spoken to: kept in cookies that say nothing about the person.

use crate::handling::{Form, is_secret};

/// What a preference's name begins with where it travels with another form, and the field that holds that form.
const PREFIX: &str = "prefer.";
const SENT: &str = "prefer.form";

/// Every preference with its values. What is not in this table cannot become a cookie.
const KNOWN: &[(&str, &[&str])] = &[
    ("lang", &["zh-CN", "en"]),
    ("theme", &["system", "light", "dark"]),
    ("print", &["normal", "large"]),
    ("nav", &["wide", "narrow"]),
];

/// Takes a preference off a form with which it was sent.
///
/// A page that answers a form has no address of its own to go back to. There a preference is sent with the form itself, once
/// more as it was: that is what reloading the page would do, and the form's operation id gives it one effect. So the same
/// page comes back, in another language, with everything that was typed.
pub fn preferred(form: &mut Form) -> Option<(&'static str, &'static str)> {
    let chosen = known(|name| form.get(&format!("{PREFIX}{name}")));
    if let Some((_, sent)) = form.0.iter().find(|(name, _)| name == SENT) {
        *form = Form(form_urlencoded::parse(sent.as_bytes()).into_owned().collect());
    }
    form.0.retain(|(name, _)| !name.starts_with(PREFIX));
    chosen
}

/// A form as one field, to be sent once more with a preference. A password is never written into a page.
pub fn sent(form: &Form) -> (&'static str, String) {
    let fields = form.0.iter().filter(|(name, _)| !is_secret(name));
    (SENT, form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
}

/// What a form on a page of its own chose.
#[must_use]
pub fn chosen(form: &Form) -> Option<(&'static str, &'static str)> {
    known(|name| form.get(name))
}

fn known<'a>(given: impl Fn(&'static str) -> &'a str) -> Option<(&'static str, &'static str)> {
    KNOWN.iter().find_map(|(name, values)| {
        let raw = given(name);
        values.iter().find(|value| **value == raw).map(|value| (*name, *value))
    })
}
