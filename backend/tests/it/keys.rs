//! Exchanging the master key: while people work, in any order that an operator may fall into, and after a crash.

use crate::authenticator::Authenticator;
use crate::story::Story;
use crate::world::*;
use backend::backup::{Keys, backup, restore};
use backend::db::Database;
use backend::identity::sessions::{self, Beginning, Lifetime};
use backend::identity::{
    self, NewAccount, begin_second_factor, check_code, confirm_second_factor, renew_recovery_codes, second_factor,
};
use backend::master::{self, Fingerprint, KeysError, Resealed, Survey};
use backend::organisations::create_organisation;
use backend::{Backend, MasterKey, SystemChance, cases};
use domain::access::Role;
use domain::ids::{AccountId, CaseId};
use domain::packs::Pack;
use domain::sign_in::SignInStage as Progress;
use domain::time::Span;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const HERE: &str = "192.0.2.1";
const LIFETIME: Lifetime = Lifetime { idle: Span::minutes(30), absolute: Span::hours(12) };

/// The world's master key in a file, as an installation has it.
struct Installation {
    folder: PathBuf,
    backend: Backend,
}

impl Installation {
    async fn of(world: &World) -> Self {
        let folder = std::env::temp_dir().join(format!("{}-keys", world.stage.name()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut written = Vec::new();
        Keys::of(&world.master_key(), &folder.join("checkpoint.key")).unwrap().write(&mut written).unwrap();
        let first = written.split(|byte| *byte == b'\n').next().unwrap();
        std::fs::write(folder.join("master.key"), first).unwrap();
        let backend = instance(world, &world.stage.app, &folder.join("master.key")).await;
        Self { folder, backend }
    }

    fn file(&self) -> PathBuf {
        self.folder.join("master.key")
    }

    fn add(&self) -> Fingerprint {
        self.backend.master().add_key().unwrap()
    }

    async fn survey(&self) -> Survey {
        master::survey(self.backend.core()).await.unwrap()
    }

    async fn reseal(&self) -> Resealed {
        master::reseal(self.backend.core()).await.unwrap()
    }

    /// The key that the file began with.
    async fn oldest(&self) -> Fingerprint {
        self.survey().await.keys.last().unwrap().key
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A process that serves this database by this file.
async fn instance(world: &World, url: &str, file: &Path) -> Backend {
    let master = MasterKey::load_or_create(file).unwrap();
    let db = Database::open(url).await.unwrap();
    Backend::new(db, world.store.clone(), master, world.clock.clone(), Arc::new(SystemChance)).await.unwrap()
}

/// The authenticator of somebody who set one up, and the recovery codes.
async fn with_second_factor(world: &World, backend: &Backend, account: AccountId) -> (Authenticator, Vec<String>) {
    let beginning = Beginning {
        account,
        stage: Progress::Password,
        agent: "a browser".to_owned(),
        address: HERE.to_owned(),
        again: false,
    };
    let token = format!("{account:?}");
    sessions::begin(backend.core(), LIFETIME, &token, beginning).await.unwrap();
    let session = sessions::resume(backend.core(), LIFETIME, &token).await.unwrap().unwrap();
    begin_second_factor(backend.core(), account).await.unwrap();
    let app = shown(backend, account).await;
    let code = app.code(&*world.clock);
    (app, confirm_second_factor(backend.core(), &session, &code, HERE).await.unwrap())
}

/// The secret that waits for its first code, taken in by an app.
async fn shown(backend: &Backend, account: AccountId) -> Authenticator {
    let secret = second_factor(backend.core(), account).await.unwrap().pending.unwrap();
    Authenticator::scan(&format!("<p class=\"once\">{}</p>", secret.text))
}

/// Somebody's case, and somebody with a second factor.
struct Life {
    case: CaseId,
    head: AccountId,
    app: Authenticator,
    codes: Vec<String>,
}

impl Life {
    async fn lived(world: &World, backend: &Backend) -> Self {
        let case = Story::begin(world, QS01).await.serve(world).await;
        let head = world.account(QS01, Role::Head).await;
        let (app, codes) = with_second_factor(world, backend, head).await;
        Self { case, head, app, codes }
    }

    /// Everything that hangs on the master key still works, in this process.
    async fn goes_on(&mut self, world: &World, backend: &Backend) {
        for slug in [QS01, QS02, LN01] {
            backend::organisations::as_operator(backend.core(), slug).await.unwrap();
        }
        let head = backend.staff(self.head, QS01).await.unwrap();
        assert_eq!(cases::open(&head, self.case).await.unwrap().client.2.name(), "王小明");
        world.pass_minutes(2);
        check_code(backend.core(), self.head, &self.app.code(&*world.clock), HERE).await.unwrap();
        check_code(backend.core(), self.head, &self.codes.pop().unwrap(), HERE).await.unwrap();
    }
}

on_both_engines! {
    async fn a_key_is_exchanged_while_two_instances_serve(world: World) {
        let here = Installation::of(&world).await;
        let neighbour = instance(&world, &world.stage.app, &here.file()).await;
        let mut life = Life::lived(&world, &here.backend).await;
        let waiting = world.account(QS02, Role::Head).await;
        begin_second_factor(here.backend.core(), waiting).await.unwrap();
        let old = here.oldest().await;
        master::check(here.backend.core()).await.unwrap();

        let new = here.add();
        // The neighbour was not started anew: it seals under the new key, and opens what is sealed under it.
        for (slug, by) in [("et01", &neighbour), ("fl01", &here.backend)] {
            create_organisation(by.core(), world.district(HAIZHU), organisation(slug, Pack::W)).await.unwrap();
            for backend in [&here.backend, &neighbour] {
                backend::organisations::as_operator(backend.core(), slug).await.unwrap();
            }
        }
        let survey = here.survey().await;
        let uses: Vec<_> = survey.keys.iter().map(|one| (one.key, one.organisations, one.second_factors)).collect();
        assert_eq!(uses, [(new, 2, 0), (old, 3, 2)]);
        let refused = master::retire(here.backend.core(), old).await.unwrap_err();
        assert!(matches!(refused, KeysError::Needed(_)), "{refused}");
        assert!(refused.to_string().contains("3 organisations, 2 second factors; run `banyan keys reseal`"), "{refused}");

        let done = here.reseal().await;
        assert_eq!(done, Resealed { organisations: 3, second_factors: 2 });
        assert_eq!(here.reseal().await, Resealed::default(), "a second time there is nothing to do");
        let survey = here.survey().await;
        assert!(survey.keys[0].organisations == 5 && !survey.keys[1].is_needed(), "{survey:?}");
        life.goes_on(&world, &here.backend).await;
        life.goes_on(&world, &neighbour).await;

        let refused = master::retire(here.backend.core(), new).await.unwrap_err();
        assert!(matches!(refused, KeysError::Seals(_)), "{refused}");
        let aside = master::retire(here.backend.core(), old).await.unwrap();
        assert_eq!(std::fs::read_to_string(here.file()).unwrap().lines().count(), 1);
        life.goes_on(&world, &here.backend).await;
        life.goes_on(&world, &neighbour).await;
        let anew = instance(&world, &world.stage.app, &here.file()).await;
        master::check(anew.core()).await.unwrap();
        life.goes_on(&world, &anew).await;
        // A secret that waited is confirmed with the app that took it in before.
        assert!(second_factor(anew.core(), waiting).await.unwrap().pending.is_some());

        let refused = master::retire(here.backend.core(), old).await.unwrap_err();
        assert!(matches!(refused, KeysError::Unknown(_)), "{refused}");
        // What was taken out opens nothing any more, and is told apart from the right file.
        let wrong = instance(&world, &world.stage.app, &aside).await;
        let said = master::check(wrong.core()).await.unwrap_err().to_string();
        assert!(said.contains("opens none of 5 organisations' keys") && said.contains("retired"), "{said}");
        let closed = master::survey(wrong.core()).await.unwrap();
        assert_eq!((closed.closed_organisations.len(), closed.closed_second_factors), (5, 2));
        assert_eq!(master::reseal(wrong.core()).await.unwrap(), Resealed::default(), "and changes nothing");
        life.goes_on(&world, &here.backend).await;
    }

    /// A crash leaves some rows under the new key and some under the old one; whatever came before, once more is enough.
    async fn what_a_crash_left_half_done_is_done_by_doing_it_again(world: World) {
        let here = Installation::of(&world).await;
        let mut life = Life::lived(&world, &here.backend).await;
        let old = here.oldest().await;
        let owner = world.owner().await;
        owner.run("CREATE TABLE kept_keys AS SELECT id, data_key FROM organisations WHERE slug <> 'qs01'").await.unwrap();
        here.add();
        here.reseal().await;
        let back = "UPDATE organisations SET data_key = (SELECT k.data_key FROM kept_keys k WHERE k.id = organisations.id) \
                    WHERE slug <> 'qs01'";
        owner.run(back).await.unwrap();
        life.goes_on(&world, &here.backend).await;
        assert!(matches!(master::retire(here.backend.core(), old).await, Err(KeysError::Needed(_))));
        assert_eq!(here.reseal().await, Resealed { organisations: 2, second_factors: 0 });

        // Another key while the old one is still in the file: rows come from both.
        owner.run(back).await.unwrap();
        here.add();
        assert_eq!(here.survey().await.keys.iter().map(|one| one.organisations).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(here.reseal().await, Resealed { organisations: 3, second_factors: 1 });
        let keys = here.survey().await.keys;
        for key in &keys[1..] {
            master::retire(here.backend.core(), key.key).await.unwrap();
        }
        life.goes_on(&world, &here.backend).await;
    }

    /// More rows than one transaction takes, while some of them change.
    async fn people_set_up_second_factors_meanwhile(world: World) {
        let here = Installation::of(&world).await;
        let mut accounts = Vec::new();
        for at in 0..230 {
            let name = format!("busy{at}");
            let new = NewAccount { sign_in_name: name.clone(), display_name: name, password: None };
            accounts.push(identity::create_account(world.core(), new).await.unwrap().0);
        }
        for account in &accounts[..210] {
            begin_second_factor(here.backend.core(), *account).await.unwrap();
        }
        let backend = instance(&world, &world.stage.app, &here.file()).await;
        let clock = world.clock.clone();
        let working = tokio::spawn(async move {
            for account in &accounts[190..] {
                begin_second_factor(backend.core(), *account).await.unwrap();
                let app = shown(&backend, *account).await;
                assert_eq!(app.code(&*clock).len(), 6);
            }
            accounts
        });
        let old = here.oldest().await;
        here.add();
        while !working.is_finished() {
            here.reseal().await;
        }
        let accounts = working.await.unwrap();
        here.reseal().await;
        master::retire(here.backend.core(), old).await.unwrap();
        let anew = instance(&world, &world.stage.app, &here.file()).await;
        for account in accounts {
            assert!(second_factor(anew.core(), account).await.unwrap().pending.is_some());
        }
    }

    /// Codes from before hang on the key itself, for a hash cannot be sealed anew; those of today do not.
    async fn recovery_codes_from_before_keep_their_key_in_the_file(world: World) {
        let here = Installation::of(&world).await;
        let mut life = Life::lived(&world, &here.backend).await;
        let old = here.oldest().await;
        let before = "K7QM-2XPA-9RTB";
        let hash = hashed_as_before(&here.file(), life.head, before);
        let owner = world.owner().await;
        let bytes = if world.engine() == Engine::Postgres { format!(r"'\x{hash}'::bytea") } else { format!("x'{hash}'") };
        let row = format!("INSERT INTO recovery_codes (account_id, code_hash) VALUES ({}, {bytes})", owner.id(life.head.uuid()));
        owner.run(&row).await.unwrap();
        here.add();
        here.reseal().await;
        let refused = master::retire(here.backend.core(), old).await.unwrap_err().to_string();
        assert!(refused.contains("1 recovery codes") && refused.contains("--forget-codes"), "{refused}");
        check_code(here.backend.core(), life.head, before, HERE).await.unwrap();
        assert!(check_code(here.backend.core(), life.head, before, HERE).await.is_err(), "once");

        owner.run(&row).await.unwrap();
        assert_eq!(master::forget_old_codes(here.backend.core()).await.unwrap(), 1);
        assert_eq!(second_factor(here.backend.core(), life.head).await.unwrap().codes_left, 10, "today's stay");
        owner.run(&row).await.unwrap();
        life.codes = renew_recovery_codes(here.backend.core(), life.head, HERE).await.unwrap();
        master::retire(here.backend.core(), old).await.unwrap();
        life.goes_on(&world, &here.backend).await;
    }

    /// A backup stays under the keys of its day: one of them in the file, or in a file of keys beside the backup.
    async fn a_backup_under_an_old_key_is_taken_in(world: World) {
        let here = Installation::of(&world).await;
        let mut life = Life::lived(&world, &here.backend).await;
        let mut plain = Vec::new();
        backup(here.backend.core(), None, &mut plain).await.unwrap();
        here.add();
        let mut sealed = Vec::new();
        Keys::of(here.backend.master(), &here.folder.join("checkpoint.key")).unwrap().write(&mut sealed).unwrap();
        let keys = Keys::read(sealed.as_slice()).unwrap();
        assert_eq!(sealed.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count(), 3);

        // Into an installation that has both keys: as it is, and under the new key by the next reseal.
        let there = Stage::raise(world.engine().other()).await;
        let backend = instance(&world, &there.app, &here.file()).await;
        restore(backend.core(), plain.as_slice(), None).await.unwrap();
        assert_eq!(master::survey(backend.core()).await.unwrap().keys[1].organisations, 3);
        life.goes_on(&world, &backend).await;
        assert_eq!(master::reseal(backend.core()).await.unwrap(), Resealed { organisations: 3, second_factors: 1 });
        life.goes_on(&world, &backend).await;
        drop(backend);
        there.strike().await;

        // Into one with a key of its own, by the file of keys, whose second key sealed it: second factors come along.
        let there = Stage::raise(world.engine()).await;
        let own = here.folder.join("own/master.key");
        let backend = instance(&world, &there.app, &own).await;
        let refused = restore(backend.core(), plain.as_slice(), None).await.unwrap_err();
        assert!(refused.to_string().contains("another master key"), "{refused}");
        restore(backend.core(), plain.as_slice(), Some(&keys)).await.unwrap();
        let survey = master::survey(backend.core()).await.unwrap();
        assert_eq!((survey.keys[0].organisations, survey.keys[0].second_factors), (3, 1), "{survey:?}");
        life.goes_on(&world, &backend).await;
        drop(backend);
        there.strike().await;
    }

    async fn a_master_key_without_a_file_is_not_exchanged(world: World) {
        let refused = world.backend.master().add_key().unwrap_err();
        assert!(matches!(refused, KeysError::NoFile), "{refused}");
        assert_eq!(master::survey(world.core()).await.unwrap().keys.len(), 1);
        assert_eq!(master::reseal(world.core()).await.unwrap(), Resealed::default());
    }
}

/// A recovery code's hash as programs kept it before: under the master key, written anew here.
fn hashed_as_before(file: &Path, account: AccountId, code: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let text = std::fs::read_to_string(file).unwrap();
    let key: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap()).collect();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("index|recovery_codes.code_hash|{}|{}", account.uuid(), code.replace('-', "")).as_bytes());
    mac.finalize().into_bytes()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}
