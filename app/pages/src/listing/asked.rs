//! What a list's address says.

use crate::handling::Form;
use crate::paging::Pages;
use backend::listing::Slice;
use domain::events::Subject;
use std::collections::BTreeMap;
use std::str::FromStr;

/// The parameter that says by which column a list is sorted, with a minus before it when the largest stands first.
pub const SORT: &str = "sort";
/// The parameter that names a column to be shown; it comes once for each.
pub const COLUMNS: &str = "columns";
/// What somebody searched for, sealed for that member alone: it is in no view that is kept.
pub const SEARCH: &str = "search";

/// What a list's address says: what it is narrowed to, by what it is sorted, which columns it has, and where in it one is.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pairs: Vec<(&'static str, String)>,
    narrows: &'static [&'static str],
    /// The list's own address below that of the organisation.
    pub place: String,
    /// The parts of that address: which register.
    params: BTreeMap<String, String>,
    /// Where in the list one is.
    pub pages: Pages,
    /// What was done on the way here, said once; no address of the list goes on with it.
    pub done: String,
}

impl Asked {
    /// Reads what the list knows; what it does not know is as if it were not there.
    #[must_use]
    pub fn read(
        place: &str,
        narrows: &'static [&'static str],
        params: &BTreeMap<String, String>,
        query: &Form,
    ) -> Self {
        let known = narrows.iter().copied().chain([SORT, COLUMNS]);
        let pairs = known.flat_map(|name| query.all(name).into_iter().map(move |value| (name, value)));
        let filled = |place: String, (name, part): (&String, &String)| place.replace(&format!("{{{name}}}"), part);
        let (place, params) = (params.iter().fold(place.to_owned(), filled), params.clone());
        let (pages, done) = (Pages::read(query), query.get("done").to_owned());
        Self { pairs: pairs.collect(), narrows, place, params, pages, done }
    }

    /// A part of the list's own address.
    #[must_use]
    pub fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }

    /// The same list with these parameters, from its first page.
    fn said(&self, pairs: Vec<(&'static str, String)>) -> Self {
        Self { pairs, pages: Pages::default(), ..self.clone() }
    }

    /// A parameter; empty when it is not there.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// A parameter that may be missing or unreadable.
    #[must_use]
    pub fn maybe<T: FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).parse().ok()
    }

    /// Whether a parameter says yes.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.get(name) == "1"
    }

    /// Whether it is narrowed at all.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        self.pairs.iter().any(|(name, _)| self.narrows.contains(name))
    }

    /// By which column it is sorted, and whether the largest stands first.
    #[must_use]
    pub fn sort(&self) -> Option<(&str, bool)> {
        let sort = self.get(SORT);
        let (word, down) = sort.strip_prefix('-').map_or((sort, false), |word| (word, true));
        (!word.is_empty()).then_some((word, down))
    }

    /// With one parameter said otherwise, from the first page; an empty value takes it away.
    #[must_use]
    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut pairs = self.pairs.clone();
        pairs.retain(|(known, _)| *known != name);
        if !value.is_empty() {
            pairs.push((name, value.to_owned()));
        }
        self.said(pairs)
    }

    /// Its address, from the first page; `place` is the list's own.
    #[must_use]
    pub fn address(&self, place: &str) -> String {
        let query = self.written(self.pairs.iter());
        if query.is_empty() { place.to_owned() } else { format!("{place}?{query}") }
    }

    /// What a view of it keeps: everything but what was searched for.
    #[must_use]
    pub fn query(&self) -> String {
        self.written(self.pairs.iter().filter(|(name, _)| *name != SEARCH))
    }

    /// The part of it that a page shows, or all of it.
    pub(super) fn slice(&self, whole: bool) -> Slice {
        let sort = self.sort().map(|(word, down)| (word.to_owned(), down));
        let after = self.pages.after::<Subject>().filter(|_| !whole).map(|row| row.id);
        Slice { sort, after, whole }
    }

    /// The values of a parameter that may come several times.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        self.pairs.iter().filter(|(known, _)| *known == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The parameters that a form has to carry, which has fields for `but`.
    pub(super) fn kept(&self, but: &[&str]) -> Vec<(&'static str, String)> {
        self.pairs.iter().filter(|(name, _)| !but.contains(name)).cloned().collect()
    }

    /// Narrowed to exactly this, with order and columns as they are.
    pub(super) fn narrowed(&self, to: &[(&'static str, &str)]) -> Self {
        let mut pairs = self.pairs.clone();
        pairs.retain(|(name, _)| !self.narrows.contains(name));
        pairs.extend(to.iter().map(|(name, value)| (*name, (*value).to_owned())));
        self.said(pairs)
    }

    /// Whether it is narrowed to exactly this.
    #[must_use]
    pub fn is_narrowed_to(&self, to: &[(&'static str, &str)]) -> bool {
        let narrowed = || self.pairs.iter().filter(|(name, _)| self.narrows.contains(name));
        narrowed().count() == to.len() && narrowed().all(|(name, value)| to.contains(&(*name, value.as_str())))
    }

    /// In the order in which the list names its parameters, whichever way one came.
    fn written<'p>(&self, pairs: impl Iterator<Item = &'p (&'static str, String)>) -> String {
        let place = |name: &str| self.narrows.iter().position(|known| *known == name).unwrap_or(self.narrows.len());
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort_by_key(|(name, _)| (place(name), *name));
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs.into_iter().map(|(n, v)| (n, v))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NARROWS: &[&str] = &[SEARCH, "state", "mine"];

    fn asked(query: &[(&str, &str)]) -> Asked {
        let form = Form(query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
        Asked::read("cases", NARROWS, &BTreeMap::new(), &form)
    }

    #[test]
    fn an_address_says_all_of_it_and_nothing_that_the_list_does_not_know() {
        let came =
            [("columns", "due"), ("state", "open"), ("x", "1"), ("columns", "a b"), ("mine", ""), ("after", "cas_1")];
        let asked = asked(&came);
        assert_eq!(asked.address("/cases"), "/cases?state=open&columns=due&columns=a+b");
        assert_eq!(
            asked.with("state", "").with("mine", "1").address("/cases"),
            "/cases?mine=1&columns=due&columns=a+b"
        );
        assert_eq!(asked.narrowed(&[("mine", "1")]).address("/cases"), "/cases?mine=1&columns=due&columns=a+b");
        assert_eq!(asked.kept(&["columns"]), [("state", "open".to_owned())]);
        assert!(asked.is_narrowed_to(&[("state", "open")]) && !asked.is_narrowed_to(&[]));
    }

    #[test]
    fn what_was_searched_for_is_in_no_view_that_is_kept() {
        let asked = asked(&[("search", "c2VhbGVk"), ("sort", "-since")]);
        assert_eq!(asked.query(), "sort=-since");
        assert_eq!(asked.address("/clients"), "/clients?search=c2VhbGVk&sort=-since");
        assert_eq!(asked.sort(), Some(("since", true)));
        assert_eq!(asked.with(SORT, "since").sort(), Some(("since", false)));
        assert_eq!(asked.with(SORT, "").sort(), None);
    }

    #[test]
    fn a_list_that_leaves_begins_at_its_beginning() {
        let after = "cas_00000000000000000000000000000007";
        let asked = asked(&[("after", after), ("sort", "-opened")]);
        assert!(asked.slice(false).after.is_some());
        let whole = asked.slice(true);
        assert_eq!((whole.after, whole.whole, whole.sort), (None, true, Some(("opened".to_owned(), true))));
    }
}
