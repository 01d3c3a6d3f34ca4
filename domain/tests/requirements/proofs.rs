//! The proofs: what tests say of themselves, read from their sources.

/// A test, and what it proves.
#[derive(Debug, PartialEq, Eq)]
pub struct Proof {
    /// As documents cite it: `path::name`, or `path: "title"` of a journey.
    pub test: String,
    pub proves: Vec<String>,
}

/// What the tests of a source prove; a claim that stands above no test comes back as where it stands.
pub fn read(path: &str, source: &str) -> Vec<Result<Proof, String>> {
    let lines: Vec<&str> = source.lines().map(str::trim_start).collect();
    let claims = lines.iter().enumerate().filter_map(|(at, line)| Some((at, claimed(line)?)));
    claims
        .map(|(at, proves)| match test_below(path, source, &lines[at + 1..]) {
            Some(test) => Ok(Proof { test, proves }),
            None => Err(format!("{path}:{}: no test stands below this claim", at + 1)),
        })
        .collect()
}

/// `/// Proves INT-07, INT-09.`, or the same in a plain comment.
fn claimed(line: &str) -> Option<Vec<String>> {
    let ids = line.trim_start_matches('/').trim_start().strip_prefix("Proves ")?;
    let is_id = |word: &[u8]| word[..3].iter().all(u8::is_ascii_alphabetic) && word[3] == b'-';
    let claims = line.starts_with("//") && ids.as_bytes().get(..4).is_some_and(is_id);
    claims.then(|| ids.trim_end_matches('.').split(", ").map(str::to_owned).collect())
}

/// The test that these lines declare, after its comments and attributes.
fn test_below(path: &str, source: &str, lines: &[&str]) -> Option<String> {
    let at = lines.iter().position(|line| !line.starts_with("//") && !line.starts_with("#["))?;
    let (above, declared) = (&lines[..at], lines[at]);
    if path.ends_with(".ts") {
        let title = declared.strip_prefix("test(\"")?.split('"').next()?;
        return Some(format!("{path}: \"{title}\""));
    }
    let name = declared.trim_start_matches("async ").strip_prefix("fn ")?.split('(').next()?;
    let on_both_engines = source.contains("on_both_engines! {") && declared.ends_with("(world: World) {");
    let is_test = above.iter().any(|line| ["#[test]", "#[tokio::test]"].contains(line));
    (is_test || on_both_engines).then(|| format!("{path}::{name}"))
}
