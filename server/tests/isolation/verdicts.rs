//! What is looked at in an answer.

use crate::calls::Call;
use crate::ground::{Ground, Person};
use crate::harvest::ids;
use crate::visitor::Answered;
use app::routes::{Face, Route};

/// Whether the call was turned away.
pub fn is_denied(status: u16) -> bool {
    matches!(status, 400 | 401 | 403 | 404 | 405)
}

/// What stands in the answer that this person must not see.
pub fn leaks(ground: &Ground, route: &Route, person: &Person, call: &Call, answer: &Answered) -> Vec<String> {
    let (text, sent) = (everything(answer), call.sent());
    let mut leaks = Vec::new();
    for canary in text.split('⟦').skip(1).filter_map(|rest| rest.split('⟧').next()) {
        let mut parts = canary.split(':');
        let (house, sort) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if !person.may_see(house, sort, route.path) && !sent.contains(canary) {
            leaks.push(format!("the text {canary}"));
        }
    }
    for id in ids(&text) {
        let house = ground.owners.get(&id[4..]).map(String::as_str);
        // What is on offer is published with its id.
        let foreign = house.is_some_and(|house| !person.houses.contains(&house)) && !id.starts_with("svc_");
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

/// The answer without what differs each time: nonces, ids of operations, and the ids that were asked for.
pub fn comparable(call: &Call, answer: &Answered) -> String {
    let mut text = everything(answer);
    for policy in ["nonce-", "nonce=\""] {
        let nonces: Vec<String> = text
            .split(policy)
            .skip(1)
            .map(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).collect())
            .collect();
        for nonce in nonces.into_iter().filter(|nonce: &String| nonce.len() > 8) {
            text = text.replace(&nonce, "NONCE");
        }
    }
    let sent = call.sent();
    let fields = call.met.fields.iter().map(|(_, value)| value.as_str());
    let codes = fields.filter(|value| value.len() == 14 && value.matches('-').count() == 2);
    for asked in ids(&sent).into_iter().chain(codes) {
        text = text.replace(asked, "ASKED");
    }
    let operations: Vec<String> =
        ids(&text).into_iter().filter(|id| id.starts_with("opr_")).map(str::to_owned).collect();
    operations.into_iter().fold(text, |text, operation| text.replace(&operation, "OPERATION"))
}

fn everything(answer: &Answered) -> String {
    let headers = answer.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        format!("{name}: {}\n", form_urlencoded::parse(value.replace('=', "%3D").replace('&', "%26").as_bytes())
            .map(|(key, _)| key.into_owned())
            .collect::<String>())
    });
    headers.chain([answer.status.to_string(), answer.body.clone()]).collect()
}
