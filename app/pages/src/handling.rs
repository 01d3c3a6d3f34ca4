//! What a handler is given and what it answers.

use crate::site_map::SiteMap;
use crate::ui::Ui;
use backend::Command;
use backend::attachments::Upload;
use backend::identity::Principal;
use backend::identity::sessions::Session;
use domain::forms::Answers;
use domain::ids::{AccountId, OperationId};
use domain::refusal::{FieldError, Problem, Refusal};
use domain::sign_in::SignInStage;
use domain::time::Moment;
use print::Book;
use std::collections::BTreeMap;
use std::str::FromStr;

/// A request as a handler sees it: no headers, no sockets, no tenant.
#[derive(Clone, Debug)]
pub struct Request {
    /// Who and when, and how to speak.
    pub ui: Ui,
    /// The parts of the address: `{id}`.
    pub params: BTreeMap<String, String>,
    /// What follows the question mark.
    pub query: Form,
    /// What was posted.
    pub form: Form,
    /// The files that came with it.
    pub uploads: Vec<Upload>,
    /// The address that was asked for, with its query, for coming back after signing in.
    pub address: String,
    /// Where people find us, as `https://banyan.example.cn`: for links that leave the screen.
    pub origin: String,
    /// The page that the request was made from, when the browser says it and it is one of ours.
    pub from: Option<String>,
    /// The network address that the request came from.
    pub remote: String,
    /// What the browser calls itself.
    pub agent: String,
    /// The session, also one of somebody who is only halfway in.
    pub session: Option<Session>,
    /// Which pages there are.
    pub site: SiteMap,
    /// Who asks, when signed in, with everything that they may open. Nobody is known on residents' pages.
    pub me: Option<Principal>,
    /// Whose page this is: the account for which the posted form's page was made, or else the session's.
    pub whose: Option<AccountId>,
}

impl Request {
    /// An id in the address; one that cannot be read is like one that does not exist.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn id<T: FromStr>(&self, name: &str) -> Result<T, Refusal> {
        self.params.get(name).and_then(|raw| raw.parse().ok()).ok_or(Refusal::NotFound)
    }

    /// Who is signed in, with the session.
    ///
    /// # Errors
    /// [`Refusal::SignedOut`] when nobody is.
    pub fn signed_in(&self) -> Result<(&Principal, &Session), Refusal> {
        self.me.as_ref().zip(self.session.as_ref()).ok_or(Refusal::SignedOut)
    }

    /// What the form asks for, in its envelope. Who sends no version has seen nothing.
    ///
    /// # Errors
    /// [`Refusal::Stale`] when the form was built by hand without an operation.
    pub fn command<B>(&self, body: B) -> Result<Command<B>, Refusal> {
        let operation = self.form.maybe("operation").ok_or(Refusal::Stale)?;
        Ok(Command { operation, version: self.form.maybe("version").unwrap_or_default(), body })
    }

    /// The id that a form goes out with: the one it came with while it is being mended, so that it has one effect even when
    /// somebody goes back and sends it from there; a new one where that may have had its effect.
    #[must_use]
    pub fn next_operation(&self, refusal: Option<&Refusal>, new: impl FnOnce() -> OperationId) -> OperationId {
        let spent = matches!(refusal, Some(Refusal::Stale | Refusal::WrongState { .. }));
        self.form.maybe("operation").filter(|_| !spent).unwrap_or_else(new)
    }

    /// A word in the address.
    #[must_use]
    pub fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }
}

/// An address of our own, as forms carry it: a path, and not one that a browser reads as another host.
#[must_use]
pub fn local_path(raw: &str) -> Option<&str> {
    let plain = raw.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    (plain && raw.starts_with('/') && !raw.starts_with("//")).then_some(raw)
}

/// The field that holds a fresh proof of who is at the screen; no form of ours has one of this name.
pub const PROOF: &str = "proof";

/// Stands for a file that was not kept: its question takes it for one that is not there any more.
pub const GONE: &str = "gone";

/// Whether a field holds what only the person knows. Such a field is never written into a page.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    name.contains("password") || ["current", "again", PROOF].contains(&name)
}

/// Names and values as a form sends them, in order; a name may come several times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form(pub Vec<(String, String)>);

impl Form {
    /// The first value of a field, or nothing.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Every value of a field, without the empty ones.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.clone()).collect()
    }

    /// A value that has to be readable as something.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] at the field.
    pub fn read<T: FromStr>(&self, name: &str) -> Result<T, Refusal> {
        let raw = self.get(name);
        if raw.is_empty() {
            return Err(Refusal::field(name, Problem::Required));
        }
        raw.parse().map_err(|_| Refusal::field(name, Problem::NotAChoice))
    }

    /// A value that may be missing.
    #[must_use]
    pub fn maybe<T: FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).parse().ok()
    }

    /// The id under which the form has one effect, however often it is sent.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when the form was built by hand without one.
    pub fn operation(&self) -> Result<OperationId, Refusal> {
        self.read("operation")
    }

    /// All fields as answers; a field that came several times has its values joined by commas.
    #[must_use]
    pub fn answers(&self) -> Answers {
        let mut answers = Answers::new();
        for (key, value) in &self.0 {
            if key == "operation" || key == "version" {
                continue;
            }
            answers
                .entry(key.clone())
                .and_modify(|joined: &mut String| {
                    if !value.is_empty() {
                        if !joined.is_empty() {
                            joined.push(',');
                        }
                        joined.push_str(value);
                    }
                })
                .or_insert_with(|| value.clone());
        }
        answers
    }
}

/// What a handler answers.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A page.
    Page {
        /// 200, or what a refusal says.
        status: u16,
        /// The whole document.
        html: String,
    },
    /// A file to be kept.
    File {
        /// What it is called, in any script.
        name: String,
        /// Its media type.
        kind: &'static str,
        /// What is in it.
        bytes: Vec<u8>,
    },
    /// A file that is yet to be printed: on paper, or kept as PDF.
    Print {
        /// What it is called, without its ending.
        name: String,
        /// What is printed.
        book: Box<Book>,
    },
    /// Go there: what follows every change, so that reloading repeats nothing.
    SeeOther(String),
    /// Begin a session, in place of the one there was, then answer.
    SignedIn {
        /// Whose.
        account: AccountId,
        /// How far the person has come.
        stage: SignInStage,
        /// What then: a page, or where to.
        then: Box<Answer>,
    },
    /// An answer that says from when on asking again may help.
    Wait {
        /// From when on.
        until: Moment,
        /// The answer.
        then: Box<Answer>,
    },
    /// End the session, then go there.
    SignedOut(String),
    /// Keep a preference in a cookie, then go there.
    Prefer {
        /// The cookie.
        name: &'static str,
        /// Its value.
        value: &'static str,
        /// Where to.
        to: String,
    },
}

impl Answer {
    /// A page that is what was asked for.
    #[must_use]
    pub fn page(html: String) -> Self {
        Self::Page { status: 200, html }
    }

    /// The page again, with what was refused.
    #[must_use]
    pub fn again(refusal: &Refusal, html: String) -> Self {
        let page = Self::Page { status: refusal.status(), html };
        match refusal.until() {
            Some(until) => Self::Wait { until, then: Box::new(page) },
            None => page,
        }
    }
}

/// Answers a posted form: as `done` says; with the form again where what was refused can be mended there; else with the
/// refusal, which has a page of its own. `again` opens what it shows anew: who came too late has to see what is there now.
///
/// # Errors
/// The refusal that cannot be mended, or that of `again`.
pub async fn answer_form(
    done: impl Future<Output = Result<Answer, Refusal>>,
    again: impl AsyncFnOnce(&Refusal) -> Result<String, Refusal>,
) -> Result<Answer, Refusal> {
    match done.await {
        Err(refusal) if refusal.is_mendable() => Ok(Answer::again(&refusal, again(&refusal).await?)),
        answer => answer,
    }
}

/// On to a page that says by a word what was done.
///
/// # Errors
/// What was refused.
pub async fn done(
    page: String,
    word: &str,
    doing: impl Future<Output = Result<(), Refusal>>,
) -> Result<Answer, Refusal> {
    doing.await?;
    Ok(Answer::SeeOther(format!("{page}?done={word}")))
}

/// The problems at fields, when that is what was refused.
#[must_use]
pub fn refused(refusal: Option<&Refusal>) -> &[FieldError] {
    match refusal {
        Some(Refusal::Invalid(errors)) => errors,
        _ => &[],
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ui::{Assets, Nonce, Theme};
    use domain::lang::{Lang, text};
    use domain::packs::PackSet;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    /// A request for an address, by nobody in particular.
    pub(crate) fn at(address: &str) -> Request {
        let ui = Ui {
            lang: Lang::Zh,
            now: Moment::from_millis(0),
            theme: Theme::System,
            large_print: false,
            narrow: false,
            answers_form: false,
            demo: false,
            packs: PackSet::EMPTY,
            nonce: Nonce(0),
            assets: Box::leak(Box::new(Assets::default())),
        };
        Request {
            ui,
            params: BTreeMap::new(),
            query: Form::default(),
            form: Form::default(),
            uploads: Vec::new(),
            address: address.to_owned(),
            from: None,
            origin: String::new(),
            remote: String::new(),
            agent: String::new(),
            session: None,
            site: SiteMap::default(),
            me: None,
            whose: None,
        }
    }

    /// What a form is answered that ends like this; its page is the word of what was refused.
    fn answered(done: Result<Answer, Refusal>) -> Result<Answer, Refusal> {
        let again = async |refusal: &Refusal| Ok(refusal.say(Lang::En));
        match pin!(answer_form(async { done }, again)).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => answer,
            Poll::Pending => panic!("there is nothing to wait for"),
        }
    }

    #[test]
    fn a_form_that_was_done_leads_on() {
        let done = answered(Ok(Answer::SeeOther("/o/qs01".to_owned())));
        assert!(matches!(done, Ok(Answer::SeeOther(to)) if to == "/o/qs01"));
    }

    #[test]
    fn a_form_that_can_be_mended_comes_back_with_what_is_wrong() {
        let refusal = Refusal::field("reason", Problem::Required);
        let again = answered(Err(refusal.clone()));
        assert!(matches!(again, Ok(Answer::Page { status: 422, html }) if html == refusal.say(Lang::En)));
        let until = Moment::from_millis(60_000);
        let later = answered(Err(Refusal::LockedOut { until }));
        assert!(matches!(later, Ok(Answer::Wait { until: said, .. }) if said == until));
    }

    #[test]
    fn a_form_that_cannot_be_mended_is_refused() {
        for refusal in [Refusal::NotFound, Refusal::Forbidden, Refusal::Busy] {
            assert_eq!(answered(Err(refusal.clone())).err(), Some(refusal));
        }
    }

    #[test]
    fn a_form_comes_in_its_envelope() {
        let came = "opr_01900000000070008000000000000001";
        let of = |fields: &[(&str, &str)]| {
            let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Request { form: Form(fields), ..at("/o/qs01/members/new") }.command(())
        };
        let whole = of(&[("operation", came), ("version", "3")]).unwrap();
        assert_eq!((whole.operation, whole.version), (came.parse().unwrap(), 3));
        assert_eq!(of(&[("operation", came)]).unwrap().version, 0, "it has seen nothing");
        assert_eq!(of(&[("operation", came), ("version", "x")]).unwrap().version, 0);
        assert_eq!(of(&[("operation", "x"), ("version", "3")]).err(), Some(Refusal::Stale));
        assert_eq!(of(&[]).err(), Some(Refusal::Stale));
    }

    #[test]
    fn a_form_keeps_its_operation_until_that_may_have_had_its_effect() {
        let [came, fresh]: [OperationId; 2] =
            ["opr_01900000000070008000000000000001", "opr_01900000000070008000000000000002"]
                .map(|id| id.parse().unwrap());
        let mut request = at("/o/qs01/members/new");
        assert_eq!(request.next_operation(None, || fresh), fresh);
        request.form = Form(vec![("operation".to_owned(), came.to_string())]);
        let mended = Refusal::field("name", Problem::Required);
        assert_eq!(request.next_operation(Some(&mended), || fresh), came);
        assert_eq!(request.next_operation(Some(&Refusal::Blocked(Vec::new())), || fresh), came);
        assert_eq!(request.next_operation(Some(&Refusal::Stale), || fresh), fresh);
        let sent_before = Refusal::WrongState { text: text("已提交过。", "It was sent before.") };
        assert_eq!(request.next_operation(Some(&sent_before), || fresh), fresh);
    }
}
