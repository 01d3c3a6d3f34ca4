//! A form that outlived its session: what was typed travels through signing in and is sent again afterwards.
//!
//! It travels in the page only, never on the server: whoever does not sign in leaves nothing behind. There it is sealed for
//! the account on whose page it was typed, so that the page's source says nothing, and a colleague who signs in on it opens
//! nothing. Where nothing says whose it is, it is not kept.

use backend::{Backend, identity};
use domain::ids::AccountId;
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::components::badge::Tone;
use pages::components::notice::notice;
use pages::handling::{Form, GONE, PROOF, Request, local_path};
use pages::site_map::SiteMap;
use pages::ui::Ui;

/// The field in which pages of the way in pass a sealed form on.
const CARRIED: &str = "carried";
/// The field that stands for all others of a form: the form itself, sealed.
const SEALED: &str = "sealed";

/// Whether a form holds another one sealed, which makes it longer than forms are.
#[must_use]
pub fn holds_sealed(form: &Form) -> bool {
    [CARRIED, SEALED].iter().any(|name| !form.get(name).is_empty())
}

/// Puts a form that was sealed in its place, for the one who typed it.
///
/// # Errors
/// [`Refusal::SignedOut`] when that is not who is at the screen now.
pub fn open_sealed(backend: &Backend, request: &mut Request) -> Result<(), Refusal> {
    let sealed = request.form.get(SEALED);
    if sealed.is_empty() {
        return Ok(());
    }
    let account = request.session.as_ref().ok_or(Refusal::SignedOut)?.account;
    let text = identity::open_form(backend.core(), account, sealed).ok_or(Refusal::SignedOut)?;
    let proof = request.form.0.iter().filter(|(name, _)| name == PROOF).cloned();
    request.form = Form(form_urlencoded::parse(text.as_bytes()).into_owned().chain(proof).collect());
    Ok(())
}

/// The request with its form as it waits in a page: sealed, but for what the pages of the way in pass on.
///
/// # Errors
/// When the file of the keys cannot be read any more.
pub(super) fn waiting(backend: &Backend, request: &Request) -> Result<Request, Refusal> {
    let mut waiting = request.clone();
    waiting.form.0.retain(|(name, _)| name != PROOF);
    // Files do not wait in a page: their questions ask for them again.
    waiting.form.0.extend(waiting.uploads.drain(..).map(|upload| (upload.field, GONE.to_owned())));
    let is_open = !waiting.form.0.is_empty() && waiting.form.get(SEALED).is_empty();
    if is_open && !is_way_in(path(&request.address)) {
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(&waiting.form.0).finish();
        let sealed = request.whose.map(|whose| identity::seal_form(backend.core(), whose, &text)).transpose()?;
        waiting.form = Form(sealed.map(|sealed| (SEALED.to_owned(), sealed)).into_iter().collect());
    }
    Ok(waiting)
}

/// An address to come back to, and the form to be sent there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Carried {
    /// Where to; the front page unless it is an address of our own.
    pub(super) to: String,
    /// What is sent there; nothing where a page is only to be shown.
    sealed: Option<String>,
    /// Something was typed that is not kept.
    pub(super) lost: bool,
}

impl Default for Carried {
    fn default() -> Self {
        Self { to: "/".to_owned(), sealed: None, lost: false }
    }
}

impl Carried {
    /// What a form was meant to do when its session had ended, and how it waits. The pages of the way in carry what they
    /// carried before, and nothing of their own: what is typed there nobody else may read.
    pub(super) fn interrupted(site: SiteMap, address: &str, form: &Form, waiting: &Form) -> Self {
        let path = path(address);
        if is_way_in(path) {
            let is_page = form.0.is_empty() && site.needs(path).is_some();
            return if is_page { Self { to: local(address), ..Self::default() } } else { Self::read(form) };
        }
        let sealed = filled(waiting, SEALED);
        let typed = form.0.iter().any(|(name, _)| name != PROOF);
        Self { to: local(address), lost: typed && sealed.is_none(), sealed }
    }

    /// What the sign-in form carries.
    pub(super) fn read(form: &Form) -> Self {
        Self { to: local(form.get("to")), sealed: filled(form, CARRIED), lost: false }
    }

    /// Whether there is a form to be sent again.
    pub(super) fn has_form(&self) -> bool {
        self.sealed.is_some()
    }

    /// What of it waits for this account.
    pub(super) fn waits(&self, backend: &Backend, account: AccountId) -> Waits {
        match &self.sealed {
            None => Waits::Nothing,
            Some(sealed) if identity::open_form(backend.core(), account, sealed).is_some() => Waits::Theirs,
            Some(_) => Waits::Anothers,
        }
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
        let carried = self.sealed.iter().map(|sealed| (CARRIED.to_owned(), sealed.clone()));
        hidden(std::iter::once(("to".to_owned(), self.to.clone())).chain(carried))
    }

    /// The hidden field of the form as it was.
    pub(super) fn again(&self) -> AnyView {
        hidden(self.sealed.iter().map(|sealed| (SEALED.to_owned(), sealed.clone())))
    }
}

/// Whom a form waits for, seen by somebody who signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waits {
    /// There is none.
    Nothing,
    /// For this person.
    Theirs,
    /// For somebody else.
    Anothers,
}

impl Waits {
    /// What a step of signing in says of it.
    pub(super) fn said(self, ui: Ui) -> Option<AnyView> {
        let words = match self {
            Self::Nothing => return None,
            Self::Theirs => ui.t(
                "刚才的内容还没有提交。您填写的都在，验证后即可继续提交。",
                "What you typed was not sent yet. It is kept: give the code and send it then.",
            ),
            Self::Anothers => ui.t(
                "这个页面上有另一位同事还没有提交的内容。它没有显示给您，也没有以您的名义提交；内容仍然封存，只有本人登录后才能打开。",
                "Someone else’s unfinished text was on this page. It is not shown to you and not sent in your name: it stays \
                 sealed, and opens only for the person who typed it.",
            ),
        };
        Some(notice(Tone::Due, words))
    }
}

fn path(address: &str) -> &str {
    address.split('?').next().unwrap_or_default()
}

fn is_way_in(path: &str) -> bool {
    ["/me", "/sign-in"].iter().any(|start| path == *start || path.starts_with(&format!("{start}/")))
}

fn local(raw: &str) -> String {
    local_path(raw).unwrap_or("/").to_owned()
}

fn filled(form: &Form, name: &str) -> Option<String> {
    Some(form.get(name)).filter(|value| !value.is_empty()).map(str::to_owned)
}

pub(super) fn hidden(fields: impl Iterator<Item = (String, String)>) -> AnyView {
    let inputs = fields.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }.into_any());
    inputs.collect_view().into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interrupted(address: &str, form: &Form, waiting: &Form) -> Carried {
        Carried::interrupted(SiteMap::new(vec![("/me/sessions", None)]), address, form, waiting)
    }

    fn form(fields: &[(&str, &str)]) -> Form {
        Form(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn what_waits_is_carried_on_from_page_to_page() {
        let address = "/o/qs01/cases/new?x=1";
        let typed = form(&[("note", "第一行"), (PROOF, "secret")]);
        let carried = interrupted(address, &typed, &form(&[("sealed", "0101")]));
        assert_eq!(carried, Carried { to: address.to_owned(), sealed: Some("0101".to_owned()), lost: false });
        let sent = [("to", address), ("name", "me"), ("password", "secret"), ("carried", "0101")];
        assert_eq!(Carried::read(&form(&sent)), carried);
        assert!(carried.has_form() && holds_sealed(&form(&sent)) && !holds_sealed(&form(&[("sealed", "")])));
        let nobodys = interrupted(address, &typed, &Form::default());
        assert_eq!(nobodys, Carried { to: address.to_owned(), sealed: None, lost: true });
        assert!(!interrupted(address, &form(&[(PROOF, "secret")]), &Form::default()).lost);
    }

    #[test]
    fn what_was_typed_on_the_way_in_is_not_carried() {
        let password = form(&[("current", "old"), ("password", "new"), ("sealed", "0101")]);
        assert_eq!(interrupted("/me/password", &password, &password), Carried::default());
        let code = form(&[("to", "/o/qs01/cases/new"), ("carried", "0101"), ("code", "123456")]);
        let carried = interrupted("/sign-in/code", &code, &code);
        let sealed = Some("0101".to_owned());
        assert_eq!(carried, Carried { to: "/o/qs01/cases/new".to_owned(), sealed, lost: false });
        let nothing = Form::default();
        assert_eq!(interrupted("/me/sessions", &nothing, &nothing).to, "/me/sessions");
        assert_eq!(interrupted("/me/sessions/end", &nothing, &nothing).to, "/", "nothing is to be seen there");
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
