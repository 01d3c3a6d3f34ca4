//! A form that outlived its session: what was typed travels through signing in and is sent again afterwards.
//!
//! It travels in hidden fields only, never on the server: whoever does not sign in leaves nothing behind.

use leptos::prelude::*;
use pages::handling::{Form, PROOF, local_path};
use pages::site_map::SiteMap;

/// What the names of carried fields begin with, so that none can be taken for the account or the password.
const PREFIX: &str = "carried.";

/// An address to come back to, and the fields to send there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Carried {
    /// Where to; the front page unless it is an address of our own.
    pub(super) to: String,
    /// What is sent there; nothing where a page is only to be shown.
    pub(super) fields: Vec<(String, String)>,
}

impl Default for Carried {
    fn default() -> Self {
        Self { to: "/".to_owned(), fields: Vec::new() }
    }
}

impl Carried {
    /// What a form was meant to do when its session had ended. The pages of the way in carry what they carried before, and
    /// nothing of their own: what is typed there nobody else may read.
    pub(super) fn interrupted(site: SiteMap, address: &str, form: &Form) -> Self {
        let path = address.split('?').next().unwrap_or_default();
        let way_in = ["/me", "/sign-in"].iter().any(|start| path == *start || path.starts_with(&format!("{start}/")));
        if !way_in {
            let fields = form.0.iter().filter(|(name, _)| name != PROOF).cloned().collect();
            return Self { to: local(address), fields };
        }
        let is_page = form.0.is_empty() && site.needs(path).is_some();
        if is_page { Self { to: local(address), fields: Vec::new() } } else { Self::read(form) }
    }

    /// What the sign-in form carries.
    pub(super) fn read(form: &Form) -> Self {
        let carried = |(name, value): &(String, String)| Some((name.strip_prefix(PREFIX)?.to_owned(), value.clone()));
        Self { to: local(form.get("to")), fields: form.0.iter().filter_map(carried).collect() }
    }

    /// Whether there is a form to be sent again.
    pub(super) fn has_form(&self) -> bool {
        !self.fields.is_empty()
    }

    /// The address of a page that goes on to where this leads; it cannot carry a form.
    pub(super) fn on(&self, page: &str) -> String {
        if self.to == "/" {
            return page.to_owned();
        }
        let to: String = form_urlencoded::byte_serialize(self.to.as_bytes()).collect();
        format!("{page}?to={to}")
    }

    /// The hidden fields of the sign-in form.
    pub(super) fn hidden(&self) -> AnyView {
        let fields = self.fields.iter().map(|(name, value)| (format!("{PREFIX}{name}"), value.clone()));
        hidden(std::iter::once(("to".to_owned(), self.to.clone())).chain(fields))
    }

    /// The hidden fields of the form as it was.
    pub(super) fn again(&self) -> AnyView {
        hidden(self.fields.iter().cloned())
    }
}

fn local(raw: &str) -> String {
    local_path(raw).unwrap_or("/").to_owned()
}

fn hidden(fields: impl Iterator<Item = (String, String)>) -> AnyView {
    let inputs = fields.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }.into_any());
    inputs.collect_view().into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interrupted(address: &str, form: &Form) -> Carried {
        Carried::interrupted(SiteMap::new(vec![("/me/sessions", None)]), address, form)
    }

    fn form(fields: &[(&str, &str)]) -> Form {
        Form(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn what_was_typed_comes_back_as_it_was() {
        let typed = form(&[("note", "第一行\n<b>"), ("kind", "a"), ("kind", "b"), ("name", "")]);
        let carried = interrupted("/o/qs01/cases/new", &typed);
        let sent: Vec<(&str, &str)> = vec![
            ("to", "/o/qs01/cases/new"),
            ("name", "me"),
            ("password", "secret"),
            ("carried.note", "第一行\n<b>"),
            ("carried.kind", "a"),
            ("carried.kind", "b"),
            ("carried.name", ""),
        ];
        assert_eq!(Carried::read(&form(&sent)), carried);
        assert!(carried.has_form());
    }

    #[test]
    fn what_was_typed_on_the_way_in_is_not_carried() {
        let password = form(&[("current", "old"), ("password", "new"), ("again", "new")]);
        assert_eq!(interrupted("/me/password", &password), Carried { to: "/".to_owned(), fields: Vec::new() });
        let code = form(&[("to", "/o/qs01/cases/new"), ("carried.note", "第一行"), ("code", "123456")]);
        let carried = interrupted("/sign-in/code", &code);
        assert_eq!(carried.to, "/o/qs01/cases/new");
        assert_eq!(carried.fields, [("note".to_owned(), "第一行".to_owned())]);
        let proof = form(&[("name", "李娜"), (PROOF, "secret")]);
        let carried = interrupted("/o/qs01/members/new", &proof);
        assert_eq!(carried.fields, [("name".to_owned(), "李娜".to_owned())]);
        assert_eq!(interrupted("/me/sessions", &Form::default()).to, "/me/sessions");
        assert_eq!(interrupted("/me/sessions/end", &Form::default()).to, "/", "nothing is to be seen there");
    }

    #[test]
    fn nobody_is_sent_to_another_site() {
        for to in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "javascript:alert(1)",
            "/青",
        ] {
            assert_eq!(Carried::read(&form(&[("to", to)])).to, "/", "{to:?}");
        }
    }
}
