//! Backups and the restore drill: everything comes back, on either engine, from a backup that was made while writes went on.

use crate::checkpoints::Outside;
use crate::story::{ADULT, Story};
use crate::world::*;
use backend::audit::{Verdict, make_checkpoints};
use backend::backup::{
    BackupError, BackupSection, Keys, Lock, Manifest, Opened, Sealed, Unlock, backup, restore, survey,
};
use backend::db::Database;
use backend::members::add_member;
use backend::organisations::{CreateDistrict, as_operator, create_district};
use backend::trail::verify_as_operator;
use backend::{Backend, Clock, MasterKey, Store, cases, clients};
use domain::access::Role;
use domain::ids::CaseId;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use uuid::Uuid;

const IDENTITY: &str = "AGE-SECRET-KEY-1GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33";
const RECIPIENT: &str = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa";

/// Everything, or one organisation, as plain lines.
async fn lines(backend: &Backend, organisation: Option<&str>) -> (Manifest, Vec<u8>) {
    let mut out = Vec::new();
    let manifest = backup(backend.core(), organisation, &mut out).await.unwrap();
    (manifest, out)
}

/// An empty installation.
struct Empty {
    stage: Stage,
    backend: Backend,
}

impl Empty {
    /// One that has the world's master key.
    async fn with_key_of(world: &World, engine: Engine) -> Self {
        let stage = Stage::raise(engine).await;
        let backend = world.through(Database::open(&stage.app).await.unwrap()).await;
        Self { stage, backend }
    }

    /// One with a master key of its own.
    async fn of_its_own(world: &World, engine: Engine) -> Self {
        let stage = Stage::raise(engine).await;
        let db = Database::open(&stage.app).await.unwrap();
        let chance = Arc::new(backend::SystemChance);
        let backend =
            Backend::new(db, Store::in_memory(), MasterKey::ephemeral(), world.clock.clone(), chance).await.unwrap();
        Self { stage, backend }
    }

    async fn gone(self) {
        drop(self.backend);
        self.stage.strike().await;
    }
}

/// A name and a password with which somebody signs in here.
async fn signs_in(backend: &Backend, name: &str) -> bool {
    backend::identity::sign_in(backend.core(), name, PASSWORD, "127.0.0.1").await.is_ok()
}

const PASSWORD: &str = "banyan banyan banyan";

/// Somebody with a password, and a case with papers.
async fn lived_in(world: &World) -> CaseId {
    let story = Story::begin(world, QS01).await;
    let case = story.serve(world).await;
    story.write(case, world.clock.now()).await.unwrap();
    let mut newcomer = world.newcomer("deng.li", &[Role::Head]);
    newcomer.password = Some(PASSWORD.to_owned());
    world.add(QS01, newcomer).await;
    many_units(world).await;
    world.staff(QS02, Role::Head).await;
    world.oversight(HAIZHU).await;
    case
}

/// More units than are brought back with one statement; the first stands below the last, which was set up long after it.
async fn many_units(world: &World) {
    const MANY: u128 = 600;
    let owner = world.owner().await;
    owner.unbind().await;
    let (organisation, last) = (owner.id(world.organisation(QS01).await.uuid()), owner.id(Uuid::from_u128(MANY)));
    let unit = |n: u128| {
        let (id, parent) = (owner.id(Uuid::from_u128(n)), if n == 1 { &*last } else { "NULL" });
        let kind = if n == 1 { "project" } else { "department" };
        format!("({organisation}, {id}, '{kind}', '单元{n}', {parent}, '2026-03-02', 1)")
    };
    // The last first: it has to be there for the one that stands below it.
    let units: Vec<String> = (1..=MANY).rev().map(unit).collect();
    let columns = "organisation_id, id, kind, name, parent_id, since, version";
    let insert = format!("INSERT INTO units ({columns}) VALUES {}", units.join(", "));
    assert_eq!(owner.run(&insert).await, Ok(MANY as u64));
}

fn of(sections: &[BackupSection], organisation: Option<Uuid>) -> Vec<&BackupSection> {
    sections.iter().filter(|section| section.organisation == organisation).collect()
}

on_both_engines! {
    /// The drill: a backup while writes go on, taken in by an empty installation of either engine, where people work on.
    /// Proves SEC-04.
    async fn everything_comes_back_on_either_engine(world: World) {
        let case = lived_in(&world).await;
        let stop = Arc::new(AtomicBool::new(false));
        let (account, backend, told) = (world.account(QS01, Role::Head).await, world.backend.clone(), stop.clone());
        let newcomers: Vec<_> = (0..400).map(|at| world.newcomer(&format!("busy{at}"), &[Role::Intake])).collect();
        let writing = tokio::spawn(async move {
            let head = backend.staff(account, QS01).await.unwrap();
            let mut written = 0;
            for newcomer in newcomers {
                if told.load(Ordering::SeqCst) && written > 20 {
                    break;
                }
                add_member(&head, fresh(newcomer)).await.unwrap();
                written += 1;
            }
            written
        });
        let mut sealed = Sealed::new(&Lock::recipients([RECIPIENT]).unwrap(), Vec::new()).unwrap();
        let manifest = backup(world.core(), None, &mut sealed).await.unwrap();
        let sealed = sealed.finish().unwrap();
        stop.store(true, Ordering::SeqCst);
        assert!(writing.await.unwrap() > 20);

        for engine in [world.engine(), world.engine().other()] {
            let empty = Empty::with_key_of(&world, engine).await;
            let unlock = Unlock::Identities(IDENTITY.to_owned().into());
            let opened = Opened::new(&unlock, sealed.as_slice()).unwrap();
            let restored = restore(empty.backend.core(), opened, None).await.unwrap();
            assert_eq!(restored.manifest, manifest);
            assert_eq!(survey(empty.backend.core()).await.unwrap(), manifest.sections, "{engine:?}: every digest is equal");
            for chain in &manifest.chains {
                let operator = as_operator(empty.backend.core(), &chain.slug).await.unwrap();
                let verdict = verify_as_operator(&operator).await.unwrap();
                assert_eq!(verdict, Verdict::Whole { entries: chain.entries }, "{engine:?} {}", chain.slug);
            }
            // People work on: they sign in, read a file, and what they do follows in the chain.
            assert!(signs_in(&empty.backend, "deng.li").await);
            let head = empty.backend.staff(account, QS01).await.unwrap();
            let file = cases::open(&head, case).await.unwrap();
            assert_eq!(file.client.2.name(), "王小明");
            assert_eq!(clients::open(&head, file.client.0).await.unwrap().person.get("identity_number"), ADULT);
            let operator = as_operator(empty.backend.core(), QS01).await.unwrap();
            assert!(matches!(verify_as_operator(&operator).await.unwrap(), Verdict::Whole { .. }));
            // A second time it does not go in: there is something.
            let again = Opened::new(&unlock, sealed.as_slice()).unwrap();
            let refused = restore(empty.backend.core(), again, None).await.unwrap_err();
            assert!(matches!(refused, BackupError::NotEmpty(_)), "{refused}");
            empty.gone().await;
        }
    }

    async fn every_table_is_in_it(world: World) {
        lived_in(&world).await;
        let (manifest, _) = lines(&world.backend, None).await;
        let named: BTreeSet<&str> = manifest.sections.iter().map(|section| section.table.as_str()).collect();
        let tables = world.owner().await.tables().await;
        let expected: BTreeSet<&str> =
            tables.iter().map(String::as_str).filter(|table| *table != "seaql_migrations").collect();
        assert_eq!(named, expected);
        for table in &tables {
            let rows = world.owner().await.number(&format!("SELECT count(*) FROM {table}")).await as u64;
            let saved: u64 = manifest.sections.iter().filter(|one| one.table == *table).map(|one| one.rows).sum();
            assert!(table == "seaql_migrations" || rows == saved, "{table}: {rows} rows, {saved} saved");
        }
    }

    async fn nothing_readable_lies_in_a_backup(world: World) {
        const CANARY: &str = "夜莺CANARY";
        lived_in(&world).await;
        world.owner().await.run(&format!("UPDATE organisations SET about = '{CANARY}'")).await.unwrap();
        let (_, plain) = lines(&world.backend, None).await;
        let has = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(has(&plain, CANARY), "the scan would find it");
        assert!(!has(&plain, "王小明") && !has(&plain, ADULT), "what is sealed in the database stays sealed inside");
        let lock = Lock::passphrase("correct horse battery").unwrap();
        let mut sealed = Sealed::new(&lock, Vec::new()).unwrap();
        backup(world.core(), None, &mut sealed).await.unwrap();
        let sealed = sealed.finish().unwrap();
        for text in [CANARY, "CANARY", "organisations", "qs01", "manifest", "banyan"] {
            assert!(!has(&sealed, text), "{text}");
        }
        let unlock = |text: &str| Unlock::Passphrase(text.to_owned().into());
        let mut opened = Vec::new();
        Opened::new(&unlock("correct horse battery"), sealed.as_slice()).unwrap().read_to_end(&mut opened).unwrap();
        assert!(has(&opened, CANARY));
        let locked = Opened::new(&unlock("correct horse"), sealed.as_slice()).err().unwrap();
        assert!(matches!(locked, BackupError::Locked(_)), "{locked}");
        assert!(Opened::new(&unlock("x"), b"no backup".as_slice()).is_err());
        assert!(Lock::passphrase("short").is_err() && Lock::recipients(["age1nonsense"]).is_err());
    }

    async fn a_backup_that_was_cut_or_bent_writes_nothing(world: World) {
        lived_in(&world).await;
        let (manifest, plain) = lines(&world.backend, None).await;
        let text = String::from_utf8(plain).unwrap();
        let all: Vec<&str> = text.lines().collect();
        let last = all.len() - 1;
        let row = all.iter().position(|line| line.starts_with('[') && line.contains("\"qs01\"")).unwrap();
        let entry = all.iter().position(|line| line.contains("\"member.added\"")).unwrap();
        let bent = |at: usize, from: &str, to: &str| {
            let mut lines: Vec<String> = all.iter().map(|line| (*line).to_owned()).collect();
            assert!(lines[at].contains(from), "{}", lines[at]);
            lines[at] = lines[at].replacen(from, to, 1);
            lines.join("\n")
        };
        let without = |at: usize| {
            let mut lines = all.clone();
            lines.remove(at);
            lines.join("\n")
        };
        let empty = Empty::with_key_of(&world, world.engine()).await;
        let before = survey(empty.backend.core()).await.unwrap();
        for (what, text) in [
            ("cut", all[..last].join("\n")),
            ("nothing", String::new()),
            ("no backup", "{}".to_owned()),
            ("a row less", without(row)),
            ("another word", bent(row, "\"qs01\"", "\"qs09\"")),
            ("another entry", bent(entry, "member.added", "member.moved")),
            ("another manifest", bent(last, &manifest.sections[0].sha256, &manifest.sections[1].sha256)),
            ("something behind", format!("{text}[]")),
            ("another format", bent(0, "\"format\":1", "\"format\":2")),
            ("another schema", bent(0, "\"schema\":\"m", "\"schema\":\"n")),
            ("another table", bent(1, "\"table\":\"", "\"table\":\"x")),
            ("another length", bent(row, "[", "[1,")),
        ] {
            let refused = restore(empty.backend.core(), BufReader::new(text.as_bytes()), None).await;
            assert!(refused.is_err(), "{what}");
            assert_eq!(survey(empty.backend.core()).await.unwrap(), before, "{what}: nothing was written");
        }
        // The same, honest in all but the chain: rows and manifest agree, the hashes do not.
        let forged = bent(entry, "member.added", "member.moved");
        let forged = honest(&forged);
        let refused = restore(empty.backend.core(), BufReader::new(forged.as_bytes()), None).await.unwrap_err();
        assert!(matches!(refused, BackupError::BrokenChain { .. }), "{refused}");
        assert_eq!(survey(empty.backend.core()).await.unwrap(), before);
        restore(empty.backend.core(), BufReader::new(text.as_bytes()), None).await.unwrap();
        empty.gone().await;
    }

    async fn another_master_key_needs_the_keys_of_the_backup(world: World) {
        let case = lived_in(&world).await;
        let outside = Outside::of(&world);
        make_checkpoints(world.core()).await.unwrap();
        let (manifest, plain) = lines(&world.backend, None).await;
        assert!(manifest.chains.iter().any(|chain| chain.checkpoint.is_some()));
        let file = outside.folder().join("keys/checkpoint.key");
        let mut sealed = Vec::new();
        Keys::of(&world.master_key(), &file).unwrap().write(&mut sealed).unwrap();
        let keys = Keys::read(sealed.as_slice()).unwrap();
        assert!(Keys::read(b"nothing".as_slice()).is_err());

        let empty = Empty::of_its_own(&world, world.engine().other()).await;
        let before = survey(empty.backend.core()).await.unwrap();
        let refused = restore(empty.backend.core(), plain.as_slice(), None).await.unwrap_err();
        assert!(matches!(refused, BackupError::OtherKey), "{refused}");
        assert_eq!(survey(empty.backend.core()).await.unwrap(), before);
        restore(empty.backend.core(), plain.as_slice(), Some(&keys)).await.unwrap();
        let head = empty.backend.staff(world.account(QS01, Role::Head).await, QS01).await.unwrap();
        assert_eq!(cases::open(&head, case).await.unwrap().client.2.name(), "王小明", "opened under the new key");
        let other_key = outside.folder().join("elsewhere/checkpoint.key");
        keys.keep_checkpoint_key(&other_key).unwrap();
        assert_eq!(std::fs::read(other_key).unwrap(), std::fs::read(file).unwrap());
        empty.gone().await;
    }

    /// A station moves to its district's installation, which has other keys, another engine, and other stations.
    async fn one_organisation_moves_without_touching_others(world: World) {
        let case = lived_in(&world).await;
        let id = world.organisation(QS01).await.uuid();
        let (manifest, plain) = lines(&world.backend, Some(QS01)).await;
        let tables: BTreeSet<&str> =
            manifest.sections.iter().filter(|one| one.organisation.is_none()).map(|one| one.table.as_str()).collect();
        assert_eq!(tables, BTreeSet::from(["accounts", "organisations"]), "of what stands above: itself and its people");
        assert!(manifest.sections.iter().all(|one| one.organisation.is_none_or(|organisation| organisation == id)));
        let missing = backup(world.core(), Some("nowhere"), &mut Vec::new()).await.unwrap_err();
        assert!(matches!(missing, BackupError::NoOrganisation(_)), "{missing}");

        let there = Empty::of_its_own(&world, world.engine().other()).await;
        let key = std::env::temp_dir().join(format!("banyan-key-{}", world.stage.name()));
        let keys = Keys::of(&world.master_key(), &key).unwrap();
        std::fs::remove_file(key).unwrap();
        let refused = restore(there.backend.core(), plain.as_slice(), Some(&keys)).await.unwrap_err();
        assert!(matches!(refused, BackupError::NoDistrict(_)), "{refused}");
        // The district is there, under another id, with a station of its own.
        let (_, neighbour) = {
            let mut neighbour = world_like(&there.backend).await;
            (neighbour.remove(0), neighbour)
        };
        let before = survey(there.backend.core()).await.unwrap();
        restore(there.backend.core(), plain.as_slice(), Some(&keys)).await.unwrap();
        let after = survey(there.backend.core()).await.unwrap();
        for organisation in neighbour {
            assert_eq!(of(&before, Some(organisation)), of(&after, Some(organisation)), "the others are as they were");
        }
        for table in ["districts", "sessions", "engagements", "district_members"] {
            let digest = |sections: &[BackupSection]| sections.iter().find(|one| one.table == table).cloned();
            assert_eq!(digest(&before), digest(&after), "{table}");
        }
        let own: Vec<BackupSection> = of(&after, Some(id)).into_iter().cloned().collect();
        let saved: Vec<BackupSection> = of(&manifest.sections, Some(id)).into_iter().cloned().collect();
        assert_eq!(own, saved);
        assert!(signs_in(&there.backend, "deng.li").await);
        let head = there.backend.staff(world.account(QS01, Role::Head).await, QS01).await.unwrap();
        assert_eq!(cases::open(&head, case).await.unwrap().client.2.name(), "王小明");
        let again = restore(there.backend.core(), plain.as_slice(), Some(&keys)).await.unwrap_err();
        assert!(matches!(again, BackupError::Exists(_)), "{again}");
        there.gone().await;
    }

    async fn a_name_of_somebody_else_is_not_taken(world: World) {
        lived_in(&world).await;
        let (_, plain) = lines(&world.backend, Some(QS01)).await;
        let there = Empty::with_key_of(&world, world.engine()).await;
        world_like(&there.backend).await;
        let somebody = backend::identity::NewAccount {
            sign_in_name: "deng.li".to_owned(),
            display_name: "邓丽".to_owned(),
            password: None,
        };
        backend::identity::create_account(there.backend.core(), somebody).await.unwrap();
        let before = survey(there.backend.core()).await.unwrap();
        let refused = restore(there.backend.core(), plain.as_slice(), None).await.unwrap_err();
        assert!(matches!(&refused, BackupError::NamesTaken(names) if *names == ["deng.li"]), "{refused}");
        assert_eq!(survey(there.backend.core()).await.unwrap(), before);
        there.gone().await;
    }
}

/// A district of the same address and a station in it; the ids of its stations.
async fn world_like(backend: &Backend) -> Vec<Uuid> {
    let new = CreateDistrict {
        slug: HAIZHU.to_owned(),
        name: "海珠区".to_owned(),
        area_code: "440105".to_owned(),
        adopts: Vec::new(),
    };
    let district = create_district(backend.core(), new).await.unwrap();
    let new = organisation("qs07", domain::packs::Pack::S);
    let operator = backend::organisations::create_organisation(backend.core(), district, new).await.unwrap();
    vec![district.uuid(), operator.organisation().id.uuid()]
}

/// The text with a manifest that fits its rows, as a forger would write it.
fn honest(text: &str) -> String {
    use sha2::{Digest, Sha256};
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut manifest: Manifest = serde_json::from_str(&lines.pop().unwrap()).unwrap();
    let mut sections = manifest.sections.iter_mut();
    let mut open: Option<(&mut BackupSection, Sha256)> = None;
    let end = |open: Option<(&mut BackupSection, Sha256)>| {
        if let Some((section, hash)) = open {
            section.sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        }
    };
    for line in &lines[1..] {
        if line.starts_with('[') {
            let (_, hash) = open.as_mut().unwrap();
            hash.update(line.as_bytes());
            hash.update(b"\n");
        } else {
            end(open.take());
            open = sections.next().map(|section| (section, Sha256::new()));
        }
    }
    end(open);
    lines.push(serde_json::to_string(&manifest).unwrap());
    lines.join("\n")
}

/// A stream that says what it is when it is opened with standard tools.
#[test]
fn the_envelope_is_gzip_in_age() {
    use std::io::Write;
    let mut sealed = Sealed::new(&Lock::recipients([RECIPIENT]).unwrap(), Vec::new()).unwrap();
    sealed.write_all(b"one\ntwo\n").unwrap();
    let sealed = sealed.finish().unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1\n"));
    let unlock = Unlock::Identities(format!("# made for tests\n{IDENTITY}\n").into());
    let lines: Vec<String> = Opened::new(&unlock, sealed.as_slice()).unwrap().lines().map(Result::unwrap).collect();
    assert_eq!(lines, ["one", "two"]);
    let cut = Opened::new(&unlock, &sealed[..sealed.len() - 1]).map(|opened| opened.lines().all(|line| line.is_ok()));
    assert!(!cut.unwrap_or(false), "a cut stream does not open to its end");
}
