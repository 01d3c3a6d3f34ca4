//! What is looked at in an answer.

use crate::calls::Call;
use crate::ground::{Ground, Person};
use crate::harvest::{ids, params};
use crate::stations::Sort;
use crate::visitor::Answered;
use app::route::{Face, Route};
use axum::http::header::CONTENT_LENGTH;
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Whether the call was turned away.
pub fn is_denied(status: u16) -> bool {
    matches!(status, 400 | 401 | 403 | 404 | 405)
}

/// What stands in the answer that this person must not see.
pub fn leaks(ground: &Ground, route: &Route, person: &Person, call: &Call, answer: &Answered) -> Vec<String> {
    let (text, sent) = (everything(answer), call.sent());
    let mut leaks = Vec::new();
    // Masked ones are no canaries any more.
    for canary in text.split('⟦').skip(1).filter_map(|rest| rest.split('⟧').next()) {
        let [house, sort, _] = canary.split(':').collect::<Vec<_>>()[..] else { continue };
        let asked = sort == Sort::Missing.code() && sent.contains(&ground.waiting[house]);
        if !person.may_see(house, sort, route.path) && !asked && !sent.contains(canary) {
            leaks.push(format!("the text {canary}"));
        }
    }
    for id in ids(&text) {
        let house = ground.owners.get(&id[4..]).map(String::as_str);
        // What is on offer is published with its id, and so are papers for everybody.
        let public = id.starts_with("svc_") || ground.published.contains(id);
        let foreign = house.is_some_and(|house| !person.houses.contains(&house)) && !public;
        if foreign && !sent.contains(id) {
            leaks.push(format!("the id {id} of {}", house.unwrap_or_default()));
        }
    }
    // A resident sees the number of the application whose receipt code was shown.
    for house in ground.codes.keys().filter(|house| !person.houses.contains(house) && route.face() != Face::Public) {
        let number = format!("{}/", house.to_uppercase());
        if text.contains(&number) {
            leaks.push(format!("a number {number}…"));
        }
    }
    leaks
}

/// The answer without what differs each time: nonces, what is sealed (a search, a form that waits), ids that were made just
/// now, and those that were asked for.
pub fn comparable(ground: &Ground, route: &Route, call: &Call, answer: &Answered) -> String {
    static PASSING: LazyLock<Regex> = LazyLock::new(|| {
        let before = r#"nonce-|nonce="|\?search=|"search" value="|sealed=|"sealed" value="|"carried" value=""#;
        Regex::new(&format!("(?:{before})([A-Za-z0-9]{{9,}})")).unwrap()
    });
    let whole = everything(answer);
    let passing: BTreeSet<&str> =
        PASSING.captures_iter(&whole).filter_map(|found| Some(found.get(1)?.as_str())).collect();
    let mut text = passing.into_iter().fold(whole.clone(), |text, value| text.replace(value, "NONCE"));
    let sent = call.sent();
    let is_asked =
        |name: &str, value: &str| name == "session" || (value.len() == 14 && value.matches('-').count() == 2);
    let fields = call.met.fields.iter().filter(|(name, value)| is_asked(name, value));
    let codes = fields.map(|(_, value)| value.as_str());
    let names: Vec<String> =
        params(route.path, &call.met.path).unwrap_or_default().into_iter().skip(1).map(|(_, name)| name).collect();
    // A refused form stands once more in its page, for what is chosen there to be sent with it.
    let again = call.sought.as_deref().map(|text| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>());
    for asked in ids(&sent)
        .into_iter()
        .chain(codes)
        .chain(names.iter().map(String::as_str))
        .chain(call.sought.as_deref())
        .chain(again.as_deref())
    {
        text = text.replace(asked, "ASKED");
    }
    let known = |id: &&str| ground.owners.contains_key(&id[4..]);
    let new: Vec<String> = ids(&text).into_iter().filter(|id| !known(id)).map(str::to_owned).collect();
    new.into_iter().fold(text, |text, id| text.replace(&id, "NEW"))
}

/// A session that begins is another one each time; one that ends has no value.
fn is_session(cookie: &str) -> bool {
    cookie.split_once('=').is_some_and(|(name, value)| name.trim() == "session" && !value.is_empty())
}

/// Headers and body. The length says no more than the body does, and when a cookie ends is told by the clock.
fn everything(answer: &Answered) -> String {
    let headers = answer.headers.iter().filter(|(name, _)| *name != CONTENT_LENGTH).map(|(name, value)| {
        let parts = value.to_str().unwrap_or_default().split(';').filter(|part| !part.trim().starts_with("Expires="));
        let value: String = parts.map(|part| if is_session(part) { "session=NEW" } else { part }).collect();
        format!("{name}: {}\n", decoded(&value))
    });
    headers.chain([answer.status.to_string(), answer.body.clone()]).collect()
}

/// Addresses in headers carry their text in percent signs.
fn decoded(text: &str) -> String {
    let text = text.replace('=', "%3D").replace('&', "%26").replace('+', "%2B");
    form_urlencoded::parse(text.as_bytes()).map(|(text, _)| text.into_owned()).collect()
}
