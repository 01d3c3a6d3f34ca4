//! `banyan` as an operator meets it.

use crate::folder::Folder;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

fn banyan(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_banyan"));
    command.current_dir(folder).env_clear().env("BANYAN_DATA_DIR", folder.join("data"));
    command
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn create_admin(folder: &Path, more: &[&str]) -> Output {
    let command = ["admin", "create", "--district-slug", "qingshan", "--sign-in-name", "zhou", "--name", "周敏"];
    banyan(folder).args(command).args(more).output().unwrap()
}

const NEW: [&str; 4] = ["--district-name", "青山区", "--area-code", "440105"];

#[test]
fn the_first_account_comes_from_the_command_line() {
    let folder = Folder::new();
    let missing = create_admin(folder.path(), &[]);
    assert!(!missing.status.success());
    assert!(said(&missing).contains("--district-name"), "{}", said(&missing));
    let bad = create_admin(folder.path(), &["--district-name", "青山区", "--area-code", "44"]);
    assert!(!bad.status.success() && said(&bad).contains("area-code"), "{}", said(&bad));

    let made = create_admin(folder.path(), &NEW);
    assert!(made.status.success(), "{}", said(&made));
    assert!(said(&made).contains("http://127.0.0.1:3000/activate/"), "{}", said(&made));
    let twice = create_admin(folder.path(), &NEW);
    assert!(!twice.status.success(), "{}", said(&twice));
    assert!(said(&twice).contains("sign-in-name"), "{}", said(&twice));
}

fn create_station(folder: &Path) {
    assert!(create_admin(folder, &NEW).status.success());
    let fields = "--district qingshan --slug qs01 --code QS01 --name 青山社工站 --operator 榕树 --area 青山 --street 青山街道 --packs S \
                  --about 服务居民 --address 青山路1号 --phone 020-81234567 --hours 周一至周五 --head-sign-in-name li \
                  --head-name 李明";
    let made = banyan(folder).args(["organisation", "create"]).args(fields.split_whitespace()).output().unwrap();
    assert!(made.status.success() && said(&made).contains("/activate/"), "{}", said(&made));
}

/// What the command said, which it must have done.
fn done(folder: &Path, words: &[&str]) -> String {
    let output = banyan(folder).args(words).output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", said(&output));
    said(&output)
}

/// What the command said, which it must have refused.
fn refused(folder: &Path, words: &[&str]) -> String {
    let output = banyan(folder).args(words).output().unwrap();
    assert!(!output.status.success(), "{words:?}: {}", said(&output));
    said(&output)
}

/// The chain begins with the head; a made-up organisation has none.
#[test]
fn the_audit_chain_can_be_verified() {
    let folder = Folder::new();
    create_station(folder.path());
    let verified = banyan(folder.path()).args(["audit", "verify"]).output().unwrap();
    assert!(verified.status.success(), "{}", said(&verified));
    assert!(said(&verified).contains("qs01: whole, 1 entries"), "{}", said(&verified));
    let none = banyan(folder.path()).args(["audit", "verify", "--organisation", "qs99"]).output().unwrap();
    assert!(!none.status.success(), "{}", said(&none));
}

#[test]
fn what_was_signed_is_checked_without_a_database() {
    let folder = Folder::new();
    create_station(folder.path());
    let path = folder.path();
    let signed = done(path, &["audit", "checkpoint"]);
    assert!(signed.contains("qs01: 1 entries") && signed.contains("1 new in"), "{signed}");
    assert!(done(path, &["audit", "checkpoint"]).contains("0 new in"));
    assert!(done(path, &["audit", "verify"]).contains("through 1 checkpoints, the last at entry 1"));
    let key = done(path, &["audit", "key"]).lines().next().unwrap().to_owned();

    let elsewhere = Folder::new();
    let copy = elsewhere.path().join("copy.jsonl");
    let month = std::fs::read_dir(path.join("data/checkpoints")).unwrap().next().unwrap().unwrap().path();
    std::fs::copy(&month, &copy).unwrap();
    let copied = copy.to_str().unwrap();
    assert!(done(elsewhere.path(), &["audit", "check", copied, "--key", &key]).contains("1 checkpoints, each signed"));
    assert!(!elsewhere.path().join("data").exists(), "nothing is made where only a file is checked");
    assert!(
        refused(elsewhere.path(), &["audit", "check", copied, "--key", &key[1..]]).contains("64 hexadecimal digits")
    );
    done(path, &["audit", "verify", "--checkpoints", copied, "--key", &key]);
    assert!(done(path, &["audit", "verify", "--since", copied]).contains("qs01: whole, 1 entries"));

    let text = std::fs::read_to_string(&copy).unwrap();
    std::fs::write(&copy, text.replace(r#""entries":1"#, r#""entries":2"#)).unwrap();
    assert!(refused(elsewhere.path(), &["audit", "check", copied, "--key", &key]).contains("line 1: was not signed"));
    assert!(refused(path, &["audit", "verify", "--checkpoints", copied]).contains("line 1: was not signed"));
}

const IDENTITY: &str = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";
const RECIPIENT: &str = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa";

/// The fingerprints that `banyan keys list` names, in the order of the file.
fn fingerprints(folder: &Path) -> Vec<String> {
    let listed = done(folder, &["keys", "list"]);
    listed.lines().map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_master_key_is_exchanged_by_keys() {
    let folder = Folder::new();
    let path = folder.path();
    assert!(refused(path, &["keys", "new"]).contains("there is no master key yet"));
    assert!(!path.join("data/keys").exists(), "asking makes none");
    create_station(path);
    let file = path.join("data/keys/master.key");
    let first = std::fs::read_to_string(&file).unwrap();
    done(path, &["backup", "old.banyan", "--to", RECIPIENT]);
    let old = fingerprints(path).remove(0);
    assert!(refused(path, &["keys", "retire", &old]).contains("is the one that seals"));
    assert!(refused(path, &["keys", "retire", "nonsense"]).contains("8 hexadecimal digits"));

    let made = done(path, &["keys", "new"]);
    let new = fingerprints(path).remove(0);
    assert!(made.contains(&format!("{new}: new, and seals from now on")), "{made}");
    let listed = done(path, &["keys", "list"]);
    assert_eq!(
        listed,
        format!("{new} seals: 0 organisations, 0 second factors\n{old} opens: 1 organisations, 0 second factors\n")
    );
    let said = refused(path, &["keys", "retire", &old]);
    assert!(said.contains("still needed, by 1 organisations") && said.contains("banyan keys reseal"), "{said}");
    assert!(done(path, &["keys", "reseal"]).contains("sealed anew: 1 organisations"));
    assert!(done(path, &["keys", "reseal"]).contains("sealed anew: 0 organisations"));
    assert!(refused(path, &["keys", "retire", "00000000"]).contains("there is no key 00000000"));
    assert!(done(path, &["keys", "retire", &old]).contains(&format!("master.key.retired-{old}")));
    assert_eq!(fingerprints(path), [new]);
    assert!(done(path, &["audit", "verify"]).contains("qs01: whole, 1 entries"));
    for said in [made, listed] {
        assert!(!said.contains(&first[..8]), "no key is ever shown");
    }

    // The key that was taken out opens the backup from before, as a line of the file.
    let aside = path.join(format!("data/keys/master.key.retired-{old}"));
    let kept = std::fs::read_to_string(&aside).unwrap();
    assert_eq!(kept.trim_end(), first.trim_end());
    std::fs::write(path.join("identity"), IDENTITY).unwrap();
    let now = std::fs::read_to_string(&file).unwrap();
    let restore = ["--data", "drill", "restore", "old.banyan", "--identity", "identity"];
    std::fs::create_dir_all(path.join("drill/keys")).unwrap();
    std::fs::write(path.join("drill/keys/master.key"), &now).unwrap();
    assert!(refused(path, &restore).contains("another master key"));
    std::fs::write(path.join("drill/keys/master.key"), format!("{now}{kept}")).unwrap();
    assert!(done(path, &restore).contains("qs01: the audit chain is whole"));
    assert!(done(path, &["--data", "drill", "keys", "reseal"]).contains("sealed anew: 1 organisations"));

    // A file that belongs elsewhere, or holds something else, stops everything with a sentence.
    std::fs::copy(&aside, &file).unwrap();
    for words in [&["keys", "list"][..], &["serve"], &["audit", "verify"]] {
        let said = refused(path, words);
        assert!(
            said.contains("is not the master key of this database: it opens none of 1 organisations' keys"),
            "{said}"
        );
        assert!(!said.contains(&first[..8]), "{said}");
    }
    std::fs::write(&file, "nonsense").unwrap();
    let said = refused(path, &["keys", "list"]);
    assert!(
        said.contains("master.key: does not hold keys of 64 hexadecimal digits") && !said.contains("nonsense"),
        "{said}"
    );
}

/// Another key signs from now on; the old checkpoints stay what they are, beside the new ones.
#[test]
fn the_key_of_checkpoints_is_exchanged_by_moving_keys_aside() {
    let folder = Folder::new();
    let path = folder.path();
    create_station(path);
    done(path, &["audit", "checkpoint"]);
    let key = |path: &Path| done(path, &["audit", "key"]).lines().next().unwrap().to_owned();
    let old = key(path);
    std::fs::rename(path.join("data/keys/checkpoint.key"), path.join("data/keys/checkpoint.key.old")).unwrap();
    std::fs::rename(path.join("data/checkpoints"), path.join("checkpoints-old")).unwrap();
    let new = key(path);
    assert_ne!(old, new);
    assert!(done(path, &["audit", "checkpoint"]).contains("1 new in"), "every chain is signed once more");
    done(path, &["audit", "verify"]);
    done(path, &["audit", "verify", "--checkpoints", "checkpoints-old", "--key", &old]);
    done(path, &["audit", "check", "data/checkpoints", "--key", &new]);
    assert!(refused(path, &["audit", "check", "checkpoints-old", "--key", &new]).contains("was not signed"));
}

#[test]
fn a_backup_is_made_and_taken_in() {
    let folder = Folder::new();
    create_station(folder.path());
    let path = folder.path();
    let key = done(path, &["audit", "key"]);
    assert!(refused(path, &["backup", "one.banyan"]).contains("say what opens the backup"));
    assert!(refused(path, &["backup", "one.banyan", "--to", "age1nobody"]).contains("no public key of age"));
    let made = done(path, &["backup", "one.banyan", "--to", RECIPIENT, "--with-keys"]);
    assert!(made.contains("rows of 1 organisations") && made.contains("one.banyan.keys: the keys"), "{made}");
    assert!(
        refused(path, &["backup", "one.banyan", "--to", RECIPIENT]).contains("one.banyan"),
        "nothing is overwritten"
    );
    assert!(refused(path, &["backup", "two.banyan", "--to", RECIPIENT, "--organisation", "qs99"]).contains("qs99"));
    assert!(!path.join("two.banyan").exists(), "half a backup does not lie about");
    #[cfg(unix)]
    for name in ["one.banyan", "one.banyan.keys"] {
        let mode = std::fs::metadata(path.join(name)).unwrap().permissions();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600, "{name}");
    }

    std::fs::write(path.join("identity"), IDENTITY).unwrap();
    let elsewhere = Folder::new();
    for name in ["one.banyan", "one.banyan.keys", "identity"] {
        std::fs::copy(path.join(name), elsewhere.path().join(name)).unwrap();
    }
    let elsewhere = elsewhere.path();
    let restore = ["restore", "one.banyan", "--identity", "identity"];
    assert!(refused(elsewhere, &restore[..2]).contains("say what opens the backup"));
    assert!(refused(elsewhere, &["restore", "identity", "--identity", "identity"]).contains("cannot be opened"));
    assert!(refused(elsewhere, &restore).contains("another master key"));
    let keys = [&restore[..], &["--keys", "one.banyan.keys"]].concat();
    std::fs::remove_file(elsewhere.join("data/keys/checkpoint.key")).unwrap();
    assert!(done(elsewhere, &keys).contains("qs01: the audit chain is whole, 1 entries"));
    assert_eq!(done(elsewhere, &["audit", "key"]).lines().next(), key.lines().next(), "what was signed is checked on");
    assert!(done(elsewhere, &["audit", "verify"]).contains("qs01: whole, 1 entries"));
    assert!(refused(elsewhere, &keys).contains("there is something in the database"));
}

#[test]
fn the_rule_book_can_be_read() {
    let folder = Folder::new();
    let all = banyan(folder.path()).args(["rules"]).output().unwrap();
    let psychological = banyan(folder.path()).args(["rules", "--pack", "P", "--lang", "en"]).output().unwrap();
    assert!(said(&all).contains("PLN-08") && said(&all).contains("INT-07"), "{}", said(&all));
    assert!(!said(&psychological).contains("PLN-08") && said(&psychological).contains("INT-17"));
    let unknown = banyan(folder.path()).args(["rules", "--pack", "X"]).output().unwrap();
    assert!(!unknown.status.success() && said(&unknown).contains("W C S K P"), "{}", said(&unknown));
    let intake = banyan(folder.path()).args(["rules", "--area", "INT", "--lang", "en"]).output().unwrap();
    let (intake, status) = (said(&intake), intake.status);
    let of = |rule: &str| intake.lines().find(|line| line.starts_with(rule)).unwrap_or_default().to_owned();
    assert!(status.success() && !intake.contains("PLN-08"), "{intake}");
    assert!(of("INT-07").contains("Live") && of("INT-14").contains("Recorded only"), "{intake}");
    let counts = intake.lines().find(|line| line.contains(" rules: ")).unwrap_or_default();
    assert!(
        counts.contains("Live ") && counts.contains("Waiting ") && intake.contains("INT-14  Once confirmed"),
        "{intake}"
    );
    let unknown = banyan(folder.path()).args(["rules", "--area", "XYZ"]).output().unwrap();
    assert!(!unknown.status.success() && said(&unknown).contains("INT"), "{}", said(&unknown));
}

/// A service that has begun to listen, and the line by which it says so.
#[cfg(unix)]
fn serving(command: &mut Command) -> (Child, String) {
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
    (process, first)
}

#[cfg(unix)]
#[test]
fn it_serves_and_stops_when_told() {
    let folder = Folder::new();
    let (mut process, first) = serving(banyan(folder.path()).args(["serve", "--listen", "127.0.0.1:0"]));
    let address = address(&first);
    assert!(get(&address, "/readyz").starts_with("HTTP/1.1 200"));

    let told = Instant::now();
    Command::new("kill").args(["-TERM", &process.id().to_string()]).status().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    assert!(get(&address, "/readyz").starts_with("HTTP/1.1 503"), "it says that it is about to stop");
    assert!(process.wait().unwrap().success());
    assert!(told.elapsed() < Duration::from_secs(10));
    let mut log = String::new();
    process.stderr.unwrap().read_to_string(&mut log).unwrap();
    assert!(log.lines().all(|line| line.starts_with('{')), "JSON where no terminal is: {log}");
    assert!(log.contains("\"message\":\"stopped\""), "{log}");
}

/// Whoever listens to more than the own machine without https is told.
#[cfg(unix)]
#[test]
fn plain_http_for_others_is_warned_of() {
    for (listen, public_url, warned) in [
        ("0.0.0.0:0", "", true),
        ("0.0.0.0:0", "http://banyan.example.cn", true),
        ("0.0.0.0:0", "https://banyan.example.cn", false),
        ("127.0.0.1:0", "", false),
    ] {
        let folder = Folder::new();
        let mut command = banyan(folder.path());
        let (mut process, first) =
            serving(command.args(["serve", "--listen", listen]).env("BANYAN_PUBLIC_URL", public_url));
        // Whoever answers also listens for Ctrl-C, even where a shell without job control had it ignored.
        get(&address(&first), "/readyz");
        Command::new("kill").args(["-INT", &process.id().to_string()]).status().unwrap();
        let mut log = String::new();
        process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        process.wait().unwrap();
        assert_eq!(log.contains("people come in over plain http"), warned, "{listen} {public_url:?}: {log}");
    }
}

fn address(said: &str) -> String {
    said.trim().strip_prefix("banyan: http://").unwrap().to_owned()
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Everything that an import says is said in the language that was chosen, what went wrong too.
#[test]
fn a_roster_is_taken_in_and_spoken_of_in_the_chosen_language() {
    let folder = Folder::new();
    create_station(folder.path());
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../backend/tests/workbooks");
    let import = |file: &Path, name: &str, lang: &str| {
        let words = ["import", "clients", "--organisation", "qs01", "--as", name, "--lang", lang];
        banyan(folder.path()).args(words).arg(file).output().unwrap()
    };
    let taken = import(&files.join("gb18030.csv"), "li", "zh");
    assert!(taken.status.success(), "{}", said(&taken));
    for sentence in ["读取了 6 行。", "共 6 行：导入 6 行（新建 6 人，已有 0 人），退回 0 行，跳过 0 行。"]
    {
        assert!(said(&taken).contains(sentence), "{}", said(&taken));
    }
    let numbers = folder.path().join("numbers.xlsx");
    std::fs::copy(files.join("identity-numbers.xlsx"), &numbers).unwrap();
    for (lang, sentences) in [
        ("zh", ["第 4 行 退回：身份证号：身份证号第 3 位是字母“O”", "更正后可再次导入"]),
        (
            "en",
            ["row 4 refused: Identity number: Character 3 of the identity number is the letter", "import that file"],
        ),
    ] {
        let partly = import(&numbers, "li", lang);
        assert!(partly.status.success(), "{}", said(&partly));
        for sentence in sentences {
            assert!(said(&partly).contains(sentence), "{}", said(&partly));
        }
    }
    assert!(folder.path().join("numbers-bad.xlsx").is_file());
    let printed = folder.path().join("scan.xlsx");
    std::fs::write(&printed, "%PDF-1.7").unwrap();
    let absent = folder.path().join("absent.xlsx");
    for (file, name, zh, en) in [
        (&printed, "li", "这个文件是PDF 文档", "This file is a PDF document"),
        (&absent, "li", "无法读取", "absent.xlsx"),
        (&numbers, "zhou", "zhou 不是 qs01 的成员", "zhou is no member of qs01"),
    ] {
        for (lang, sentence) in [("zh", zh), ("en", en)] {
            let refused = import(file, name, lang);
            assert!(!refused.status.success() && said(&refused).contains(sentence), "{}", said(&refused));
        }
    }
}
