//! Whose page a form stands on.
//!
//! A browser is shared, and a page stays open in it. When its person has left and a colleague signs in beside it, what the
//! first one typed must not be sent in the second one's name. So every form that is posted names the account for which its
//! page was made, and counts for that account only. It is a claim that can only take away: it opens nothing.

use crate::handling::Form;
use domain::ids::AccountId;

/// The field that names the account; no form of ours has another one of this name.
const WHOSE: &str = "whose";

/// Takes the account off a form.
pub fn take_whose(form: &mut Form) -> Option<AccountId> {
    let whose = form.maybe(WHOSE);
    form.0.retain(|(name, _)| name != WHOSE);
    whose
}

/// A page whose forms name the account. They are told here, where the page is whole, so that none can do without.
pub fn name_whose(page: &str, whose: AccountId) -> String {
    let field = format!("<input type=\"hidden\" name=\"{WHOSE}\" value=\"{whose}\">");
    let mut named = String::with_capacity(page.len() + page.len() / 8);
    let mut rest = page;
    while let Some(end) = rest.find("<form").and_then(|at| Some(at + rest[at..].find('>')? + 1)) {
        let (before, after) = rest.split_at(end);
        named.push_str(before);
        if before.rsplit("<form").next().is_some_and(|tag| tag.contains("method=\"post\"")) {
            named.push_str(&field);
        }
        rest = after;
    }
    named + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_is_posted_names_the_account_and_loses_it_again() {
        let whose: AccountId = "acc_01900000000070008000000000000001".parse().unwrap();
        let page = "<p>&lt;form method=\"post\"></p><form action=\"/a\"><input></form><form method=\"post\" action=\"/b\" \
                    novalidate><textarea>青</textarea></form><form class=\"form\" action=\"/c\" method=\"post\"></form>青";
        let field = format!("<input type=\"hidden\" name=\"whose\" value=\"{whose}\">");
        let named = name_whose(page, whose);
        assert_eq!(named.matches(&field).count(), 2, "{named}");
        for form in ["action=\"/b\" novalidate>", "action=\"/c\" method=\"post\">"] {
            assert!(named.contains(&format!("{form}{field}")), "{named}");
        }
        assert_eq!(named.replace(&field, ""), page);

        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut form = Form(vec![pair("whose", &whose.to_string()), pair("note", "青"), pair("whose", "x")]);
        assert_eq!(take_whose(&mut form), Some(whose));
        assert_eq!(form.0, [pair("note", "青")]);
        assert_eq!(take_whose(&mut form), None);
    }
}
