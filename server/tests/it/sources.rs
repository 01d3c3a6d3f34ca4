//! What the sources of the product never do, read as text: the questions that a reviewer would put, asked on every run.

use domain::access::Role;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where the product stands; tests, tools and examples are not part of it.
const PRODUCT: [&str; 8] =
    ["domain/src", "migrations/src", "backend/src", "frontend", "app", "press/src", "server/src", "style/static"];

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

/// Every file below a folder, but for examples and tests.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("examples") || path.ends_with("tests.rs") {
            continue;
        }
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

/// The lines of the product's files with one of these endings, each with where it stands.
fn lines(endings: &[&str]) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for file in PRODUCT.iter().flat_map(|folder| files(&root().join(folder))) {
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if !endings.contains(&ending) {
            continue;
        }
        let name = file.strip_prefix(root()).unwrap().display().to_string();
        let text = std::fs::read_to_string(&file).unwrap();
        // The tests of a file stand at its end.
        let text = text.split("\nmod tests {").next().unwrap();
        lines.extend(text.lines().enumerate().map(|(at, line)| (format!("{name}:{}", at + 1), line.to_owned())));
    }
    assert!(lines.len() > 50, "the sources were read");
    lines
}

/// The lines with one of these words.
fn with<'l>(lines: &'l [(String, String)], words: &[&str]) -> Vec<&'l (String, String)> {
    lines.iter().filter(|(_, line)| words.iter().any(|word| line.contains(word))).collect()
}

/// The names of everything that the workspace depends on directly.
fn dependencies() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let listed = text.split("[workspace.dependencies]").nth(1).unwrap().split("\n[").next().unwrap();
    let names = listed.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" ="));
    names.map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn no_other_program_is_started() {
    let lines = lines(&["rs"]);
    assert_eq!(with(&lines, &["process::Command", "Command::new(", "libc::", "posix_spawn"]), Vec::<&_>::new());
}

/// What people typed is put into pages as text. The two places that write HTML by themselves escape it first.
#[test]
fn text_stays_text() {
    let rust = lines(&["rs"]);
    let raw = with(&rust, &["inner_html"]);
    assert_eq!(raw.len(), 2, "{raw:?}");
    assert!(raw.iter().all(|(_, line)| line.contains("escaped(")), "{raw:?}");
    for words in ["set_inner_html", "set_outer_html", "insert_adjacent_html", "document_write", "js_sys::eval"] {
        assert_eq!(with(&rust, &[words]), Vec::<&_>::new());
    }
    let scripts = lines(&["js"]);
    for word in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "DOMParser",
        "srcdoc",
    ] {
        assert_eq!(with(&scripts, &[word]), Vec::<&_>::new());
    }
}

/// No script stands between a person and the clipboard.
#[test]
fn pasting_is_nobody_s_business() {
    assert_eq!(with(&lines(&["js", "rs"]), &["\"paste\"", "onpaste", "on:paste", "clipboard"]), Vec::<&_>::new());
}

/// A browser keeps which groups of a page are folded, and nothing else: nothing is left to be cleared after signing out
/// but what the pages themselves were.
#[test]
fn a_browser_keeps_nothing_about_anybody() {
    let lines = lines(&["js", "rs"]);
    let kept = with(&lines, &["localStorage", "local_storage"]);
    assert!(kept.iter().all(|(at, _)| at.starts_with("style/static/touch.js:")), "{kept:?}");
    let written = with(&lines, &["setItem("]);
    assert_eq!(written.len(), 1, "{written:?}");
    assert!(written[0].1.contains("group.open ? \"open\" : \"closed\""), "{written:?}");
    for word in ["sessionStorage", "session_storage", "indexedDB", "caches.open", "serviceWorker", "document.cookie"] {
        assert_eq!(with(&lines, &[word]), Vec::<&_>::new());
    }
}

/// One cipher, one family of hashes, one signature, each where it belongs. SHA-1 serves the codes of authenticator apps,
/// which know no other, and nothing else.
#[test]
fn there_is_one_cipher_and_one_hash() {
    let lines = lines(&["rs"]);
    let used = |name: &str| -> BTreeSet<String> {
        let used = with(&lines, &[&format!("{name}::")]);
        used.into_iter().map(|(at, _)| at.split(':').next().unwrap().to_owned()).collect()
    };
    assert_eq!(used("chacha20poly1305"), BTreeSet::from(["backend/src/seal.rs".to_owned()]));
    assert_eq!(used("totp_rs"), BTreeSet::from(["backend/src/identity/totp.rs".to_owned()]));
    assert_eq!(used("sha1"), BTreeSet::new());
    assert!(!used("sha2").is_empty() && !used("hmac").is_empty() && !used("ed25519_dalek").is_empty());
    let guards = dependencies();
    for foreign in [
        "aes",
        "aes-gcm",
        "aes-siv",
        "bcrypt",
        "blake3",
        "blowfish",
        "cbc",
        "ctr",
        "des",
        "ecb",
        "md4",
        "md5",
        "md-5",
        "openssl",
        "pbkdf2",
        "rc4",
        "ring",
        "rsa",
        "scrypt",
        "sodiumoxide",
    ] {
        assert!(!guards.contains(foreign), "{foreign}");
    }
}

/// What the list of ASVS says not to apply is not there: tokens that carry their own content, OAuth, sockets, WebRTC.
#[test]
fn what_does_not_apply_is_not_there() {
    let dependencies = dependencies();
    assert!(dependencies.contains("axum"), "the list was read");
    for word in ["jwt", "jose", "jsonwebtoken", "paseto", "biscuit", "oauth", "openid", "saml", "tungstenite", "webrtc"]
    {
        let found: Vec<_> = dependencies.iter().filter(|name| name.contains(word)).collect();
        assert!(found.is_empty(), "{found:?}: docs/asvs.md says otherwise");
    }
    let axum = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(!axum.contains("\"ws\""), "axum's sockets are off");
    assert_eq!(with(&lines(&["js", "rs"]), &["WebSocket", "RTCPeerConnection", "EventSource"]), Vec::<&_>::new());
    let rust = lines(&["rs"]);
    let doors = with(&rust, &["Multipart::"]).into_iter().map(|(at, _)| at.split(':').next().unwrap());
    let doors: BTreeSet<&str> = doors.collect();
    assert_eq!(doors, BTreeSet::from(["server/src/http/forms.rs"]), "files come in by one door");
}

/// Roles with the same column of the policy are answered alike, for nothing else tells one role of the staff from another: no
/// file names one but the list of the demo's people and the command that makes an organisation's first head.
#[test]
fn the_policy_alone_knows_what_a_role_may_do() {
    let mut names = vec!["Role::*".to_owned(), "Role::{".to_owned()];
    names.extend(Role::STAFF.map(|role| format!("Role::{role:?}")));
    let codes: Vec<String> = Role::STAFF.iter().flat_map(|role| [format!("\"{role}\""), format!("'{role}'")]).collect();
    let has = |line: &str, words: &[String]| words.iter().any(|word| line.contains(word));
    let knows = |line: &str| has(line, &names) || line.contains("role") && has(line, &codes);
    let lines = lines(&["rs"]);
    let files: BTreeSet<&str> =
        lines.iter().filter(|(_, line)| knows(line)).map(|(at, _)| at.split(':').next().unwrap()).collect();
    assert_eq!(files, BTreeSet::from(["backend/src/demo/people.rs", "server/src/commands/organisation.rs"]));
}
