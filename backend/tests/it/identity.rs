//! The way in: signing in, locking out, activation links, sessions (SEC-01).

use crate::world::*;
use backend::identity::{self, NewAccount, Post, activate, activation, principal, sessions, sign_in};
use domain::access::{Action, Object, Role};
use domain::ids::AccountId;
use domain::refusal::{Problem, Refusal};
use std::time::Instant;

const PASSWORD: &str = "correct horse battery";
const HERE: &str = "192.0.2.1";

/// Somebody with a password, chosen by the activation link.
async fn person(world: &World, name: &str) -> AccountId {
    let new = NewAccount { sign_in_name: name.to_owned(), display_name: name.to_owned(), password: None };
    let (account, token) = identity::create_account(world.core(), new).await.unwrap();
    activate(world.core(), &token.unwrap(), PASSWORD, PASSWORD).await.unwrap();
    account
}

async fn fails(world: &World, name: &str, address: &str, times: usize) {
    for _ in 0..times {
        let refusal = sign_in(world.core(), name, "wrong", address).await.unwrap_err();
        assert_eq!(refusal, Refusal::WrongCredentials);
    }
}

on_both_engines! {
    async fn the_right_password_opens_and_nothing_else_does(world: World) {
        let account = person(&world, "li.na").await;
        assert_eq!(sign_in(world.core(), "li.na", PASSWORD, HERE).await, Ok(account));
        assert_eq!(sign_in(world.core(), "  Li.Na ", PASSWORD, HERE).await, Ok(account), "names have no case");
        for (name, password) in [
            ("li.na", "wrong"),
            ("li.na", ""),
            ("li.na", "correct horse battery "),
            ("nobody", PASSWORD),
            ("", PASSWORD),
            ("li.na\0", PASSWORD),
            ("' OR 1=1 --", PASSWORD),
        ] {
            assert_eq!(
                sign_in(world.core(), name, password, HERE).await,
                Err(Refusal::WrongCredentials),
                "{name:?} {password:?}"
            );
        }
        let long = "x".repeat(100_000);
        assert_eq!(sign_in(world.core(), &long, &long, HERE).await, Err(Refusal::WrongCredentials));
        world.owner().await.run("UPDATE accounts SET disabled_at = 1").await.unwrap();
        assert_eq!(sign_in(world.core(), "li.na", PASSWORD, HERE).await, Err(Refusal::WrongCredentials), "disabled");
    }

    async fn an_unknown_name_takes_as_long_as_a_wrong_password(world: World) {
        person(&world, "li.na").await;
        fails(&world, "li.na", HERE, 1).await;
        fails(&world, "nobody", HERE, 1).await;
        let mut took = [Vec::new(), Vec::new()];
        for _ in 0..3 {
            for (at, name) in ["li.na", "nobody"].into_iter().enumerate() {
                let began = Instant::now();
                fails(&world, name, HERE, 1).await;
                took[at].push(began.elapsed());
            }
        }
        // Without the hash it would be a hundredth.
        let [known, unknown] = took.map(|all| all.into_iter().min().unwrap());
        assert!(unknown * 3 > known, "known {known:?}, unknown {unknown:?}");
    }

    async fn a_name_waits_a_quarter_of_an_hour_after_five_failures(world: World) {
        let account = person(&world, "li.na").await;
        person(&world, "wu.gang").await;
        fails(&world, "li.na", HERE, 5).await;
        let locked = Err(Refusal::LockedOut { until: moment("2026-03-02T09:15") });
        assert_eq!(sign_in(world.core(), "li.na", PASSWORD, HERE).await, locked, "even with the right password");
        assert_eq!(sign_in(world.core(), "LI.NA", PASSWORD, "192.0.2.9").await, locked, "from anywhere");
        assert!(sign_in(world.core(), "wu.gang", PASSWORD, HERE).await.is_ok(), "others may");
        world.pass_minutes(14);
        assert_eq!(sign_in(world.core(), "li.na", PASSWORD, HERE).await, locked);
        world.pass_minutes(1);
        assert_eq!(sign_in(world.core(), "li.na", PASSWORD, HERE).await, Ok(account), "by the clock");
        fails(&world, "li.na", HERE, 4).await;
        assert_eq!(sign_in(world.core(), "li.na", PASSWORD, HERE).await, Ok(account), "a success starts anew");
    }

    async fn an_unknown_name_is_locked_like_a_known_one(world: World) {
        fails(&world, "nobody", HERE, 5).await;
        let refusal = sign_in(world.core(), "nobody", "wrong", HERE).await.unwrap_err();
        assert!(matches!(refusal, Refusal::LockedOut { .. }), "{refusal:?}");
    }

    async fn an_address_that_tries_many_names_waits_too(world: World) {
        person(&world, "li.na").await;
        for at in 0..50 {
            fails(&world, &format!("guess{at}"), HERE, 1).await;
        }
        let refusal = sign_in(world.core(), "li.na", PASSWORD, HERE).await.unwrap_err();
        assert!(matches!(refusal, Refusal::LockedOut { .. }), "{refusal:?}");
        assert!(sign_in(world.core(), "li.na", PASSWORD, "192.0.2.2").await.is_ok(), "another address may");
    }

    async fn guesses_at_the_same_moment_are_counted_one_by_one(world: World) {
        person(&world, "li.na").await;
        let guesses: Vec<_> = (0..12)
            .map(|at| {
                let core = world.core().clone();
                tokio::spawn(async move { sign_in(&core, "li.na", &format!("guess {at}"), HERE).await })
            })
            .collect();
        let mut verified = 0;
        for guess in guesses {
            match guess.await.unwrap().unwrap_err() {
                Refusal::WrongCredentials => verified += 1,
                refusal => assert!(matches!(refusal, Refusal::LockedOut { .. }), "{refusal:?}"),
            }
        }
        assert_eq!(verified, 5, "no more passwords are tried than may fail");
    }

    async fn failures_are_forgotten_after_a_day(world: World) {
        person(&world, "li.na").await;
        fails(&world, "li.na", HERE, 4).await;
        world.pass_minutes(24 * 60);
        fails(&world, "li.na", HERE, 4).await;
        assert!(sign_in(world.core(), "li.na", PASSWORD, HERE).await.is_ok());
    }

    async fn an_activation_link_works_once(world: World) {
        let token = world.add(QS01, world.newcomer("li.na", &[Role::Intake])).await.activation.unwrap();
        assert_eq!(sign_in(world.core(), "li.na", "", HERE).await, Err(Refusal::WrongCredentials), "no password yet");
        assert_eq!(activation(world.core(), &token).await.as_deref(), Ok("li.na"));
        let short = activate(world.core(), &token, "short", "short").await.unwrap_err();
        assert_eq!(short, Refusal::field("password", Problem::TooShort { min: 10 }));
        let other = activate(world.core(), &token, PASSWORD, "something else").await.unwrap_err();
        assert_eq!(other, Refusal::field("again", Problem::Contradicts));
        let account = activate(world.core(), &token, PASSWORD, PASSWORD).await.unwrap();
        assert_eq!(sign_in(world.core(), "li.na", PASSWORD, HERE).await, Ok(account));
        assert_eq!(activation(world.core(), &token).await, Err(Refusal::NotFound));
        let again = activate(world.core(), &token, "another password", "another password").await;
        assert_eq!(again, Err(Refusal::NotFound));
        assert_eq!(sign_in(world.core(), "li.na", PASSWORD, HERE).await, Ok(account), "nothing was overwritten");
    }

    async fn an_activation_link_ends_after_three_days(world: World) {
        let token = world.add(QS01, world.newcomer("li.na", &[Role::Intake])).await.activation.unwrap();
        world.set_clock("2026-03-05T08:59");
        assert!(activation(world.core(), &token).await.is_ok());
        world.set_clock("2026-03-05T09:00");
        assert_eq!(activation(world.core(), &token).await, Err(Refusal::NotFound));
        assert_eq!(activate(world.core(), &token, PASSWORD, PASSWORD).await, Err(Refusal::NotFound));
        assert_eq!(activation(world.core(), "no such token").await, Err(Refusal::NotFound));
    }

    async fn two_people_with_one_link_do_not_both_get_in(world: World) {
        let token = world.add(QS01, world.newcomer("li.na", &[Role::Intake])).await.activation.unwrap();
        let race = ["first password", "second password"].map(|password| {
            let (core, token) = (world.core().clone(), token.clone());
            tokio::spawn(async move { activate(&core, &token, password, password).await.is_ok() })
        });
        let mut winners = 0;
        for one in race {
            winners += usize::from(one.await.unwrap());
        }
        assert_eq!(winners, 1);
    }

    async fn neither_tokens_nor_passwords_nor_cookies_can_be_read_in_the_tables(world: World) {
        let token = world.add(QS01, world.newcomer("li.na", &[Role::Intake])).await.activation.unwrap();
        activate(world.core(), &token, PASSWORD, PASSWORD).await.unwrap();
        let stored = sessions::Stored { account: None, data: "{}".to_owned(), expires: moment("2026-03-03T09:00") };
        sessions::save(world.core(), b"the cookie's value", stored).await.unwrap();
        let cookie: String = b"the cookie's value".iter().map(|byte| format!("{byte:02x}")).collect();
        let text = world.everything().await.into_values().flatten().collect::<Vec<_>>().join("\n").to_lowercase();
        assert!(text.contains("$argon2id$v=19$"));
        for secret in [token.as_str(), PASSWORD, "the cookie's value", &cookie] {
            assert!(!text.contains(secret), "{secret}");
        }
    }

    async fn a_session_is_kept_until_it_ends(world: World) {
        let account = person(&world, "li.na").await;
        let stored = |data: &str, account| sessions::Stored {
            account,
            data: data.to_owned(),
            expires: moment("2026-03-02T17:00"),
        };
        sessions::save(world.core(), b"one", stored("before", None)).await.unwrap();
        sessions::save(world.core(), b"one", stored("after", Some(account))).await.unwrap();
        sessions::save(world.core(), b"two", stored("other", Some(account))).await.unwrap();
        let loaded = sessions::load(world.core(), b"one").await.unwrap().unwrap();
        assert_eq!((loaded.data.as_str(), loaded.account), ("after", Some(account)));
        assert!(sessions::load(world.core(), b"three").await.unwrap().is_none());

        sessions::end(world.core(), b"one").await.unwrap();
        assert!(sessions::load(world.core(), b"one").await.unwrap().is_none());
        assert!(sessions::load(world.core(), b"two").await.unwrap().is_some());
        world.set_clock("2026-03-02T17:00");
        assert!(sessions::load(world.core(), b"two").await.unwrap().is_none(), "expired by the clock");
        sessions::sweep(world.core()).await.unwrap();
        assert_eq!(world.owner().await.number("SELECT count(*) FROM sessions").await, 0);
    }

    async fn every_session_of_an_account_ends_at_once(world: World) {
        let (one, other) = (person(&world, "li.na").await, person(&world, "wu.gang").await);
        for (id, account) in [(b"a", one), (b"b", one), (b"c", other)] {
            let stored = sessions::Stored {
                account: Some(account),
                data: String::new(),
                expires: moment("2026-03-03T09:00"),
            };
            sessions::save(world.core(), id, stored).await.unwrap();
        }
        sessions::end_all(world.core(), one).await.unwrap();
        for (id, alive) in [(b"a", false), (b"b", false), (b"c", true)] {
            assert_eq!(sessions::load(world.core(), id).await.unwrap().is_some(), alive);
        }
    }

    async fn a_disabled_account_opens_nothing(world: World) {
        let staff = world.account(QS01, Role::Head).await;
        world.oversight(HAIZHU).await;
        let (evaluator, engagement) = world.engagement(&[QS01], "case", "2026-06-30T18:00").await;
        assert!(matches!(principal(world.core(), staff).await.unwrap().posts[..], [Post::Staff { .. }]));
        world.owner().await.run("UPDATE accounts SET disabled_at = 1").await.unwrap();
        assert_eq!(principal(world.core(), staff).await.err(), Some(Refusal::SignedOut));
        assert_eq!(world.backend.staff(staff, QS01).await.err(), Some(Refusal::SignedOut));
        assert_eq!(world.backend.evaluator(evaluator, engagement).await.err(), Some(Refusal::SignedOut));
    }

    async fn a_person_opens_what_is_theirs_and_no_more(world: World) {
        let account = world.add(QS01, world.newcomer("li.na", &[Role::Intake])).await.account;
        world.add(LN01, world.newcomer("li.na", &[Role::SocialWorker])).await;
        let posts = principal(world.core(), account).await.unwrap().posts;
        let mut slugs: Vec<(String, Vec<Role>)> = posts
            .into_iter()
            .filter_map(|post| match post {
                Post::Staff { slug, roles, .. } => Some((slug, roles)),
                _ => None,
            })
            .collect();
        slugs.sort();
        assert_eq!(
            slugs,
            [(LN01.to_owned(), vec![Role::SocialWorker]), (QS01.to_owned(), vec![Role::Intake])]
        );
        assert_eq!(world.backend.staff(account, QS01).await.unwrap().roles(), [Role::Intake]);
        assert_eq!(world.backend.staff(account, LN01).await.unwrap().roles(), [Role::SocialWorker]);
        for slug in [QS02, "nowhere", "", "qs01'--"] {
            assert_eq!(world.backend.staff(account, slug).await.err(), Some(Refusal::NotFound), "{slug}");
        }
        assert_eq!(world.backend.oversight(account, HAIZHU).await.err(), Some(Refusal::NotFound));
        let (_, engagement) = world.engagement(&[QS01], "case", "2026-06-30T18:00").await;
        assert_eq!(world.backend.evaluator(account, engagement).await.err(), Some(Refusal::NotFound));
    }

    async fn a_district_is_open_to_its_own_administrators(world: World) {
        let scope = world.oversight(HAIZHU).await;
        let slugs: Vec<&str> = scope.organisations().iter().map(|one| one.slug.as_str()).collect();
        assert_eq!(slugs, [QS01, QS02]);
        assert_eq!(scope.organisation(LN01).err(), Some(Refusal::NotFound));
        assert_eq!(world.backend.oversight(scope.account(), PANYU).await.err(), Some(Refusal::NotFound));
        assert_eq!(world.backend.staff(scope.account(), QS01).await.err(), Some(Refusal::NotFound));
    }

    async fn an_engagement_opens_its_kinds_until_its_end(world: World) {
        let (account, engagement) = world.engagement(&[QS01], "case", "2026-03-02T18:00").await;
        let scope = world.backend.evaluator(account, engagement).await.unwrap();
        assert_eq!(scope.organisations().len(), 1);
        assert!(scope.need(Object::Case, Action::Read).is_ok());
        world.set_clock("2026-03-02T17:59");
        assert!(world.backend.evaluator(account, engagement).await.is_ok());
        world.set_clock("2026-03-02T18:00");
        assert_eq!(world.backend.evaluator(account, engagement).await.err(), Some(Refusal::NotFound));
    }

    async fn an_engagement_does_not_open_what_it_does_not_name(world: World) {
        let (account, engagement) = world.engagement(&[QS01], "plan", "2026-03-02T18:00").await;
        let scope = world.backend.evaluator(account, engagement).await.unwrap();
        let read = |object| scope.need(object, Action::Read);
        assert_eq!(read(Object::Case), Err(Refusal::Forbidden));
        assert_eq!(read(Object::Engagement), Ok(()), "what it is itself, always");
    }
}
