//! A person's browser without scripts: keeps cookies, says where it comes from, follows nothing by itself.

use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;
use std::time::Duration;
use ureq::Agent;
use ureq::http::{HeaderMap, Response};

/// Longer than the service lets any request take.
const PATIENCE: Duration = Duration::from_secs(40);

/// A browser; a clone shares nothing with it but what it knew.
pub struct Browser {
    agent: Agent,
    /// Where it connects to.
    base: String,
    /// What stands in its address bar.
    shown: String,
    cookies: BTreeMap<String, String>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub body: String,
}

/// Names and values of a form, in its order.
pub type Fields = Vec<(String, String)>;

impl Browser {
    /// A browser that nobody has used, for a service at `base` (`http://127.0.0.1:3000`).
    pub fn new(base: &str) -> Self {
        Self { agent: agent(), base: base.to_owned(), shown: base.to_owned(), cookies: BTreeMap::new() }
    }

    /// A second window with the same cookies and a connection of its own.
    pub fn window(&self) -> Self {
        Self { agent: agent(), base: self.base.clone(), shown: self.shown.clone(), cookies: self.cookies.clone() }
    }

    /// The same person, led to one of several instances; the address in sight is the same.
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.window() }
    }

    /// A browser in which somebody has signed in.
    pub fn signed_in(base: &str, name: &str, password: &str) -> Result<Self> {
        let mut browser = Self::new(base);
        browser.sign_in(name, password)?;
        Ok(browser)
    }

    /// Signs in.
    pub fn sign_in(&mut self, name: &str, password: &str) -> Result<()> {
        let fields = [("name", name), ("password", password)].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let answer = self.post("/sign-in", &fields)?;
        if answer.status != 303 || self.cookies.is_empty() {
            bail!("{name} cannot sign in: {}", answer.status);
        }
        Ok(())
    }

    /// The cookies as one header.
    pub fn cookie(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Opens a page.
    pub fn get(&mut self, path: &str) -> Result<Answer> {
        let request =
            self.agent.get(format!("{}{path}", self.base)).header("host", self.host()).header("cookie", self.cookie());
        let response = request.call()?;
        self.read(response)
    }

    /// Sends a form from a page of the service.
    pub fn post(&mut self, path: &str, fields: &[(String, String)]) -> Result<Answer> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("host", self.host())
            .header("cookie", self.cookie())
            .header("origin", &self.shown)
            .header("content-type", "application/x-www-form-urlencoded");
        let response = request.send(form)?;
        self.read(response)
    }

    fn host(&self) -> &str {
        self.shown.split_once("://").map_or("", |(_, host)| host)
    }

    fn read(&mut self, mut response: Response<ureq::Body>) -> Result<Answer> {
        self.keep_cookies(response.headers());
        let location = response.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let location = location.to_owned();
        let body = response.body_mut().read_to_string()?;
        Ok(Answer { status: response.status().as_u16(), location, body })
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()) {
            let pair = cookie.split(';').next().unwrap_or_default();
            match pair.split_once('=') {
                Some((name, "")) => drop(self.cookies.remove(name)),
                Some((name, value)) => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
                None => {}
            }
        }
    }
}

fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(PATIENCE))
        .max_idle_connections_per_host(2)
        .build()
        .into()
}

impl Answer {
    /// The hidden fields of the form that is posted to `action`.
    pub fn hidden(&self, action: &str) -> Result<Fields> {
        let forms = self.body.split("<form").skip(1).map(|form| form.split("</form>").next().unwrap_or_default());
        let ours = forms.into_iter().find(|form| attribute(form, "action").as_deref() == Some(action));
        let ours = ours.with_context(|| format!("no form to {action} ({})", self.status))?;
        let inputs = ours.split("<input").skip(1).filter_map(|input| input.split('>').next());
        let hidden = inputs.filter(|input| attribute(input, "type").as_deref() == Some("hidden"));
        Ok(hidden.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?))).collect())
    }

    /// The first text between two marks.
    pub fn between(&self, before: &str, after: &str) -> Option<String> {
        let rest = self.body.split_once(before)?.1;
        rest.split_once(after).map(|(found, _)| found.to_owned())
    }

    /// What an input is filled with already.
    pub fn input(&self, name: &str) -> Option<String> {
        let rest = self.body.split_once(&format!("name=\"{name}\""))?.1;
        attribute(rest.split('>').next()?, "value")
    }

    /// The first link to a thing of this kind: `begins` and an id, nothing after it.
    pub fn link(&self, begins: &str) -> Option<String> {
        let links = self.body.split("href=\"").skip(1).filter_map(|rest| rest.split(['"', '?', '#']).next());
        let mut ours =
            links.filter(|link| link.strip_prefix(begins).is_some_and(|id| id.contains('_') && !id.contains('/')));
        ours.next().map(str::to_owned)
    }
}

/// An attribute's value; ids and numbers, which is all that is asked for, are never escaped.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split_once(&format!(" {name}=\""))?.1;
    Some(rest.split_once('"')?.0.to_owned())
}

/// A field's value.
pub fn value<'f>(fields: &'f [(String, String)], name: &str) -> &'f str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_found_by_where_it_goes() {
        let body = r#"<form action="/a" method="post"><input type="hidden" name="operation" value="1"></form>
            <form class="form" method="post" action="/b"><input type="hidden" name="operation" value="2"><input name="x" value="y"></form>
            <a href="/o/qs01/cases/new">+</a><a href="/o/qs01/cases/cas_1/finish">f</a><a href="/o/qs01/cases/cas_1?done=x">c</a>"#;
        let answer = Answer { status: 200, location: String::new(), body: body.to_owned() };
        assert_eq!(answer.hidden("/b").unwrap(), [("operation".to_owned(), "2".to_owned())]);
        assert!(answer.hidden("/c").is_err());
        assert_eq!(answer.link("/o/qs01/cases/").as_deref(), Some("/o/qs01/cases/cas_1"));
        assert_eq!(answer.input("x").as_deref(), Some("y"));
    }
}
