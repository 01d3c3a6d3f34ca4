//! What stands in for the telephone.

/// The recovery codes that a page shows, once.
pub fn recovery_codes(page: &str) -> Vec<String> {
    let list = page.split("<ol class=\"once gate__codes\">").nth(1).and_then(|rest| rest.split("</ol>").next());
    list.unwrap().split("<li>").skip(1).map(|line| line.split('<').next().unwrap().to_owned()).collect()
}
