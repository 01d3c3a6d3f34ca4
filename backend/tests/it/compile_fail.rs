//! What must not compile, each file a sentence (`backend/tests/compile_fail/`).
//!
//! The compiler is called directly on the backend that this very test run built: nothing is built a second time. What it
//! must say stands beside each file, reduced to the message and the place, so that a new compiler's hints change nothing;
//! `INSTA_UPDATE=always` writes it anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! must_not_compile {
    ($($file:ident),+ $(,)?) => {
        const FILES: &[&str] = &[$(stringify!($file)),+];
        $(#[test] fn $file() { check(stringify!($file)); })+
    };
}

must_not_compile![
    a_change_begun_outside_the_backend,
    a_connection_out_of_a_transaction,
    a_copied_permit,
    a_district_that_reads_names,
    a_forged_permit,
    a_permit_for_another_act,
    a_query_without_its_organisation,
    a_row_without_a_permit,
    a_scope_that_nobody_opened,
    a_write_in_a_reading_transaction,
    an_account_read_as_an_organisation_s,
    an_evaluator_who_reads_what_is_not_evaluated,
    an_evaluator_who_writes,
];

#[test]
fn the_right_way_compiles() {
    assert_eq!(errors(&folder("compiles").join("the_right_way.rs")), "");
}

#[test]
fn no_file_is_left_out() {
    let mut found: Vec<String> = std::fs::read_dir(folder("compile_fail"))
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_string_lossy().strip_suffix(".rs").map(str::to_owned))
        .collect();
    found.sort();
    assert_eq!(found, FILES);
}

fn check(file: &str) {
    let found = errors(&folder("compile_fail").join(format!("{file}.rs")));
    let expected = folder("compile_fail").join(format!("{file}.stderr"));
    assert!(!found.is_empty(), "{file} compiles");
    if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
        std::fs::write(&expected, &found).unwrap();
    }
    let expected = std::fs::read_to_string(expected).unwrap_or_default();
    assert_eq!(found, expected, "\nfound:\n{found}\nexpected:\n{expected}");
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// What the compiler says about a file: each error's message, and the code it points at.
fn errors(file: &Path) -> String {
    static COMPANIONS: LazyLock<[(&str, PathBuf); 2]> =
        LazyLock::new(|| ["domain", "sea_orm"].map(|name| (name, Built::find().companion(name))));
    let said = Built::find().compile(file, &*COMPANIONS);
    let mut seen = BTreeSet::new();
    // An error that the compiler repeats for the parts of one line is told once.
    let errors = said.lines().filter_map(|line| told(&serde_json::from_str(line).unwrap()));
    errors.filter(|(line, told)| seen.insert((*line, told[0].clone()))).map(|(_, told)| told.concat()).collect()
}

/// The libraries that this test run linked.
struct Built {
    deps: PathBuf,
    backend: PathBuf,
}

impl Built {
    fn find() -> Self {
        let deps = std::env::current_exe().unwrap().parent().unwrap().to_owned();
        // Of several, the one that was built last: cargo builds it anew whenever its source is newer.
        let backend = libraries(&deps, "backend").max_by_key(|path| path.metadata().unwrap().modified().unwrap());
        Self { deps, backend: backend.unwrap() }
    }

    /// The library that the backend was built with, where there are several of this name.
    fn companion(&self, name: &str) -> PathBuf {
        let proof = match name {
            "domain" => "pub fn proof(scope: &backend::StaffScope) -> domain::ids::MemberId { scope.member() }",
            _ => "pub fn proof<E: backend::entity::TenantOwned>(entity: E) -> impl sea_orm::EntityTrait { entity }",
        };
        let scratch = scratch();
        let file = scratch.join("proof.rs");
        std::fs::write(&file, proof).unwrap();
        let fits = |path: &PathBuf| self.compile(&file, &[(name, path.clone())]).is_empty();
        let companion = libraries(&self.deps, name).find(fits);
        std::fs::remove_dir_all(scratch).unwrap();
        companion.unwrap()
    }

    /// What the compiler says, a line of JSON for each message.
    fn compile(&self, file: &Path, companions: &[(&str, PathBuf)]) -> String {
        let out = scratch();
        let mut command = Command::new(compiler());
        command.args(["--edition=2024", "--crate-type=lib", "--crate-name=tried", "--emit=metadata"]);
        command.args(["--error-format=json", "--cap-lints=allow"]);
        command.arg("--out-dir").arg(&out).arg("-L").arg(format!("dependency={}", self.deps.display()));
        command.arg("--extern").arg(format!("backend={}", self.backend.display()));
        for (name, path) in companions {
            command.arg("--extern").arg(format!("{name}={}", path.display()));
        }
        let output = command.arg(file).output().unwrap();
        std::fs::remove_dir_all(&out).unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.success(), said.is_empty(), "{said}");
        said
    }
}

fn scratch() -> PathBuf {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let name = format!("banyan_compile_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst));
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn libraries(deps: &Path, name: &str) -> impl Iterator<Item = PathBuf> {
    let start = format!("lib{name}-");
    std::fs::read_dir(deps).unwrap().map(|entry| entry.unwrap().path()).filter(move |path| {
        let file = path.file_name().unwrap().to_string_lossy();
        file.starts_with(&start) && file.ends_with(".rlib")
    })
}

/// The line where an error stands, what it says, and at which code.
fn told(message: &serde_json::Value) -> Option<(u64, [String; 2])> {
    let span = message["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?;
    if message["level"] != "error" {
        return None;
    }
    let line = &span["text"][0];
    let at = |key: &str| usize::try_from(line[key].as_u64().unwrap_or(1)).unwrap() - 1;
    let text: String = line["text"]
        .as_str()?
        .chars()
        .skip(at("highlight_start"))
        .take(at("highlight_end") - at("highlight_start"))
        .collect();
    let code = message["code"]["code"].as_str().unwrap_or("none");
    let said = message["message"].as_str()?;
    Some((span["line_start"].as_u64()?, [format!("error[{code}]: {said}\n"), format!("  at: {text}\n")]))
}

/// The compiler beside the cargo that runs the tests.
fn compiler() -> PathBuf {
    let beside = std::env::var("CARGO").ok().map(|cargo| Path::new(&cargo).with_file_name("rustc"));
    beside.filter(|path| path.exists()).unwrap_or_else(|| PathBuf::from("rustc"))
}
