//! Pages of a list by key: the way on is the last key shown; the way back is the keys one came by, kept in the address.

use crate::handling::Form;
use std::str::FromStr;

/// So many steps back are remembered; before them one begins anew.
const STEPS: usize = 40;
/// Between the keys in the address; no key of ours holds it.
const BETWEEN: char = '.';

/// Where in a list one is.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    after: String,
    back: Vec<String>,
}

impl Pages {
    /// Reads `after` and `back`; what is no key is as if it were not there.
    pub fn read(query: &Form) -> Self {
        let plain = |key: &str| !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let after = query.get("after");
        let after = if plain(after) { after.to_owned() } else { String::new() };
        let back = query.get("back").split(BETWEEN).filter(|key| plain(key)).map(str::to_owned).collect();
        Self { after, back }
    }

    /// Whether it is the first.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.after.is_empty()
    }

    /// The key after which this page begins.
    pub fn after<K: FromStr>(&self) -> Option<K> {
        self.after.parse().ok()
    }

    /// The addresses of the page before and the page after this one; `list` is the list's own, narrowed as it is.
    pub fn links(&self, list: &str, next: Option<String>) -> (Option<String>, Option<String>) {
        let previous = (!self.after.is_empty()).then(|| match self.back.split_last() {
            Some((last, rest)) => address(list, last, rest),
            None => list.to_owned(),
        });
        let next = next.map(|next| {
            let came = self.back.iter().cloned().chain((!self.after.is_empty()).then(|| self.after.clone()));
            let came: Vec<String> = came.collect();
            let kept = came.len().saturating_sub(STEPS);
            address(list, &next, came.get(kept..).unwrap_or_default())
        });
        (previous, next)
    }
}

fn address(list: &str, after: &str, back: &[String]) -> String {
    let sign = if list.contains('?') { '&' } else { '?' };
    let back = back.join(&BETWEEN.to_string());
    if back.is_empty() {
        format!("{list}{sign}after={after}")
    } else {
        format!("{list}{sign}after={after}&back={back}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(after: &str, back: &str) -> Pages {
        Pages::read(&Form(vec![("after".to_owned(), after.to_owned()), ("back".to_owned(), back.to_owned())]))
    }

    #[test]
    fn one_comes_back_the_way_one_went() {
        let (none, second) = at("", "").links("/o/qs/cases", Some("a".to_owned()));
        assert_eq!((none, second.as_deref()), (None, Some("/o/qs/cases?after=a")));
        let (first, third) = at("a", "").links("/o/qs/cases?mine=1", Some("b".to_owned()));
        assert_eq!(first.as_deref(), Some("/o/qs/cases?mine=1"));
        assert_eq!(third.as_deref(), Some("/o/qs/cases?mine=1&after=b&back=a"));
        let (second, none) = at("b", "a").links("/o/qs/cases", None);
        assert_eq!((second.as_deref(), none), (Some("/o/qs/cases?after=a"), None));
    }

    #[test]
    fn what_is_no_key_is_as_if_it_were_not_there() {
        assert_eq!(at("\"><script>", "a.b\u{202e}").links("/o/qs/cases", None), (None, None));
    }
}
