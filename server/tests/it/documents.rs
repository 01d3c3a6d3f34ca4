//! What the documents say is there, is there: every test that they cite, every file, every heading. A promise whose test
//! was renamed or taken away fails here.

use crate::sources::root;
use std::collections::BTreeMap;

/// The documents that cite tests.
const CITING: [&str; 4] = ["docs/asvs.md", "docs/isolation.md", "docs/security.md", "docs/sign-in.md"];

/// Level 1 of ASVS 5.0: sections, each with the numbers of its items.
const LEVEL_1: [(&str, &[u8]); 36] = [
    ("1.2", &[1, 2, 3, 4, 5]),
    ("1.3", &[1, 2]),
    ("1.5", &[1]),
    ("2.1", &[1]),
    ("2.2", &[1, 2]),
    ("2.3", &[1]),
    ("3.2", &[1, 2]),
    ("3.3", &[1]),
    ("3.4", &[1, 2]),
    ("3.5", &[1, 2, 3]),
    ("4.1", &[1]),
    ("4.4", &[1]),
    ("5.2", &[1, 2]),
    ("5.3", &[1, 2]),
    ("6.1", &[1]),
    ("6.2", &[1, 2, 3, 4, 5, 6, 7, 8]),
    ("6.3", &[1, 2]),
    ("6.4", &[1, 2]),
    ("7.2", &[1, 2, 3, 4]),
    ("7.4", &[1, 2]),
    ("8.1", &[1]),
    ("8.2", &[1, 2]),
    ("8.3", &[1]),
    ("9.1", &[1, 2, 3]),
    ("9.2", &[1]),
    ("10.4", &[1, 2, 3, 4, 5]),
    ("11.3", &[1, 2]),
    ("11.4", &[1]),
    ("12.1", &[1]),
    ("12.2", &[1, 2]),
    ("13.4", &[1]),
    ("14.2", &[1]),
    ("14.3", &[1]),
    ("15.1", &[1]),
    ("15.2", &[1]),
    ("15.3", &[1]),
];

/// How a row begins that says why its item does not apply.
const NOT_OURS: &str = "does not apply: ";

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The rows of the list: id, what is asked, how it is met, and by which test that is shown.
fn rows(document: &str) -> Vec<[&str; 4]> {
    let is_id = |cell: &str| cell.split('.').count() == 3 && cell.split('.').all(|part| part.parse::<u8>().is_ok());
    document
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .map(|line| line.split(" | ").map(str::trim).collect::<Vec<_>>())
        .filter(|cells| cells.first().is_some_and(|id| is_id(id)))
        .map(|cells| cells.clone().try_into().unwrap_or_else(|_| panic!("not four cells: {cells:?}")))
        .collect()
}

/// What stands between backticks and is a citation.
fn citations(text: &str) -> Vec<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter(|quoted| !quoted.contains('\n') && what(quoted).is_some()).collect()
}

/// What a citation names.
enum Cited<'t> {
    /// `server/tests/it/x.rs::fn_name`, or with the modules in between.
    Test(&'t str, &'t str),
    /// `end2end/specs/x.spec.ts: "title"`.
    Journey(&'t str, &'t str),
    /// `./dev check: stage`.
    Stage(&'t str),
    /// `docs/x.md § heading`.
    Heading(&'t str, &'t str),
    /// `path/to/file.rs`.
    File(&'t str),
}

fn what(quoted: &str) -> Option<Cited<'_>> {
    if let Some((file, name)) = quoted.split_once(".rs::") {
        return Some(Cited::Test(&quoted[..file.len() + 3], name.rsplit("::").next().unwrap_or(name)));
    }
    if let Some((file, title)) = quoted.split_once(": \"") {
        return file.ends_with(".spec.ts").then(|| Cited::Journey(file, title.trim_end_matches('"')));
    }
    if let Some(stage) = quoted.strip_prefix("./dev check: ") {
        return Some(Cited::Stage(stage));
    }
    if let Some((file, heading)) = quoted.split_once(" § ") {
        return Some(Cited::Heading(file, heading));
    }
    let ours = [".rs", ".toml", ".conf", ".policy", ".js", ".md"].iter().any(|ending| quoted.ends_with(ending));
    (ours && quoted.contains('/') && !quoted.contains([' ', '*', '{', '…'])).then_some(Cited::File(quoted))
}

/// Why a citation leads nowhere.
fn fault(quoted: &str) -> Option<String> {
    let missing = |file: &str| (!root().join(file).is_file()).then(|| format!("{quoted}: no such file"));
    match what(quoted)? {
        Cited::Test(file, name) => {
            missing(file).or_else(|| (!has_test(&read(file), name)).then(|| format!("{quoted}: no such test")))
        }
        Cited::Journey(file, title) => missing(file).or_else(|| {
            let titled = read(file).contains(&format!("test(\"{title}\""));
            (!titled).then(|| format!("{quoted}: no such title"))
        }),
        Cited::Stage(stage) => {
            let named = read("dev").lines().any(|line| line.trim().starts_with(&format!("stage {stage} ")));
            (!named).then(|| format!("{quoted}: no such stage"))
        }
        Cited::Heading(file, heading) => missing(file).or_else(|| {
            let there = read(file).lines().any(|line| line.trim_start_matches('#').trim() == heading);
            (!there).then(|| format!("{quoted}: no such heading"))
        }),
        Cited::File(file) => missing(file),
    }
}

/// Whether the source has a test of this name: a function with the attribute, or one of a macro that writes it.
fn has_test(source: &str, name: &str) -> bool {
    let lines: Vec<&str> = source.lines().collect();
    let begins = format!("fn {name}(");
    lines.iter().enumerate().any(|(at, line)| {
        let declared = line.trim_start().trim_start_matches("async ").starts_with(&begins);
        let above = lines[..at].iter().rev().map(|line| line.trim_start());
        let mut attributes = above.take_while(|line| line.starts_with("#[") || line.starts_with("///"));
        let on_both_engines = source.contains("on_both_engines! {") && line.contains("(world: World) {");
        declared && (on_both_engines || attributes.any(|line| line == "#[test]" || line == "#[tokio::test]"))
    })
}

#[test]
fn the_whole_of_level_1_is_there_once_and_what_applies_has_a_test() {
    let document = read("docs/asvs.md");
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for (section, numbers) in LEVEL_1 {
        times.extend(numbers.iter().map(|number| (format!("{section}.{number}"), 0)));
    }
    assert_eq!(times.len(), 70);
    let mut faults = Vec::new();
    for [id, asked, met, shown] in rows(&document) {
        *times.entry(id.to_owned()).or_default() += 1;
        if asked.is_empty() || met.is_empty() {
            faults.push(format!("{id}: nothing is said"));
        }
        let why = shown.strip_prefix(NOT_OURS).unwrap_or_default();
        if why.len() < 10 && !citations(shown).iter().any(|quoted| !matches!(what(quoted), Some(Cited::File(_)))) {
            faults.push(format!("{id}: neither a test nor why it does not apply"));
        }
    }
    let not_once = times.iter().filter(|(_, times)| **times != 1);
    faults.extend(not_once.map(|(id, times)| format!("{id}: there {times} times")));
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn what_the_documents_cite_is_there() {
    let mut faults = Vec::new();
    for document in CITING {
        let text = read(document);
        let cited = citations(&text);
        assert!(!cited.is_empty(), "{document} cites nothing");
        faults.extend(cited.into_iter().filter_map(fault).map(|fault| format!("{document}: {fault}")));
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn a_citation_that_leads_nowhere_would_be_found() {
    for good in [
        "server/tests/it/documents.rs::a_citation_that_leads_nowhere_would_be_found",
        "backend/src/identity/password.rs::tests::length_protects_and_what_everybody_takes_does_not",
        "backend/tests/it/identity.rs::an_activation_link_works_once",
        "end2end/specs/smoke.spec.ts: \"the first page opens for everyone\"",
        "./dev check: licences",
        "docs/security.md § Keys",
        "backend/policy/rights.policy",
    ] {
        assert_eq!(fault(good), None);
        assert_eq!(citations(&format!("a `word`, `{good}`")), [good]);
    }
    for bad in [
        "server/tests/it/nowhere.rs::nothing",
        "server/tests/it/documents.rs::nothing",
        // It is a function, and no test.
        "server/tests/it/documents.rs::has_test",
        "backend/tests/it/identity.rs::person",
        "end2end/specs/smoke.spec.ts: \"nothing\"",
        "./dev check: nothing",
        "docs/security.md § Nothing",
        "docs/nowhere.md",
    ] {
        assert!(fault(bad).is_some(), "{bad}");
    }
    for plain in ["server: a", "banyan serve", "data/", "GET", "domain/src/text"] {
        assert!(what(plain).is_none(), "{plain}");
    }
}

/// The proxy that the documents show speaks the two good versions of TLS and no other, promises https in whatever it says
/// itself, believes nothing that a visitor says about the way, and writes no address down.
/// Proves SEC-04.
#[test]
fn the_proxy_of_the_documents_is_careful() {
    let conf = read("docs/nginx.conf");
    let plain = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = conf.lines().map(plain).collect();
    let said =
        |begins: &str| -> Vec<String> { lines.iter().filter(|line| line.starts_with(begins)).cloned().collect() };
    assert_eq!(said("ssl_protocols"), ["ssl_protocols TLSv1.2 TLSv1.3;"]);
    assert_eq!(said("add_header Strict"), ["add_header Strict-Transport-Security $https_promised always;"]);
    assert_eq!(said("\"https \""), ["\"https \" \"max-age=31536000; includeSubDomains\";"]);
    assert_eq!(said("# return"), ["# return 301 https://$host$request_uri;"], "plain http leads to https");
    assert_eq!(said("proxy_set_header X-Forwarded-For"), ["proxy_set_header X-Forwarded-For $remote_addr;"]);
    assert_eq!(said("charset"), ["charset utf-8;"]);
    for format in said("log_format") {
        for address in ["$request ", "$request_uri", "$uri", "$args", "$query_string", "$http_cookie", "$http_referer"]
        {
            assert!(!format.contains(address), "{format}");
        }
    }
}
