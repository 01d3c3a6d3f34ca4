//! The way in: signing in, locking out, activation links, sessions (SEC-01).

use crate::world::*;
use backend::identity::sessions::{Beginning, Lifetime};
use backend::identity::{
    self, Link, NewAccount, Post, activate, history, link, make_link, needs_second_factor, principal, sessions, sign_in,
};
use backend::members::{self, MakeLink};
use backend::organisations::ask_second_factor;
use domain::access::{Action, Object, Role};
use domain::ids::AccountId;
use domain::refusal::{Problem, Refusal};
use domain::sign_in::{AccountEvent, LinkPurpose, SignInStage};
use std::time::Instant;

const PASSWORD: &str = "correct horse battery";
const HERE: &str = "192.0.2.1";

/// Somebody with a password, chosen by the activation link.
async fn person(world: &World, name: &str) -> AccountId {
    let new = NewAccount { sign_in_name: name.to_owned(), display_name: name.to_owned(), password: None };
    let (account, token) = identity::create_account(world.core(), new).await.unwrap();
    activate(world.core(), &token.unwrap(), PASSWORD, PASSWORD, HERE).await.unwrap();
    account
}

fn beginning(account: AccountId, stage: SignInStage) -> Beginning {
    Beginning { account, stage, agent: "a browser".to_owned(), address: HERE.to_owned(), again: false }
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

    /// Otherwise whoever knows a name could keep its person from work by five guesses in a quarter of an hour.
    async fn a_stranger_who_guesses_keeps_nobody_out_of_where_they_work(world: World) {
        let account = person(&world, "li.na").await;
        let begun = beginning(account, SignInStage::Password);
        sessions::begin(world.core(), Lifetime::default(), "a session", begun).await.unwrap();
        fails(&world, "li.na", "198.51.100.7", 5).await;
        let waits = async |address: &str| {
            let answer = sign_in(world.core(), "li.na", PASSWORD, address).await;
            matches!(answer, Err(Refusal::LockedOut { .. }))
        };
        assert!(waits("198.51.100.7").await && waits("192.0.2.9").await, "everywhere else the name waits");
        assert_eq!(sign_in(world.core(), "li.na", PASSWORD, HERE).await, Ok(account));
        assert!(waits("198.51.100.7").await, "coming in at home forgives nothing elsewhere");

        fails(&world, "li.na", HERE, 5).await;
        assert!(waits(HERE).await, "guesses at home count as well");
        world.pass_minutes(31 * 24 * 60);
        fails(&world, "li.na", "198.51.100.7", 5).await;
        assert!(waits(HERE).await, "after a month it is an address like any other");
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

    /// No account comes with the program: the first one is made at the command line, and has no password.
    async fn a_new_installation_knows_nobody(world: World) {
        let owner = world.owner().await;
        assert_eq!(owner.number("SELECT count(*) FROM accounts").await, 0);
        for name in ["admin", "root", "administrator", "banyan", "test", "demo", "guest", "sa", "postgres", "user"] {
            for password in [name, "admin", "password", "123456"] {
                let refusal = sign_in(world.core(), name, password, "").await.unwrap_err();
                assert!(matches!(refusal, Refusal::WrongCredentials | Refusal::LockedOut { .. }), "{name} {refusal:?}");
            }
        }
        let new = NewAccount { sign_in_name: "first".to_owned(), display_name: "first".to_owned(), password: None };
        identity::create_account(world.core(), new).await.unwrap();
        assert_eq!(owner.number("SELECT count(*) FROM accounts WHERE password_hash IS NOT NULL").await, 0);
    }

    async fn an_activation_link_works_once(world: World) {
        let token = world.add(QS01, world.newcomer("li.na", &[Role::Intake])).await.activation.unwrap();
        assert_eq!(sign_in(world.core(), "li.na", "", HERE).await, Err(Refusal::WrongCredentials), "no password yet");
        let first = Link { name: "li.na".to_owned(), purpose: LinkPurpose::Password, first: true };
        assert_eq!(link(world.core(), &token).await, Ok(first));
        let short = activate(world.core(), &token, "short", "short", HERE).await.unwrap_err();
        assert_eq!(short, Refusal::field("password", Problem::TooShort { min: 10 }));
        let other = activate(world.core(), &token, PASSWORD, "something else", HERE).await.unwrap_err();
        assert_eq!(other, Refusal::field("again", Problem::Contradicts));
        let account = activate(world.core(), &token, PASSWORD, PASSWORD, HERE).await.unwrap();
        assert_eq!(sign_in(world.core(), "li.na", PASSWORD, HERE).await, Ok(account));
        assert_eq!(link(world.core(), &token).await, Err(Refusal::NotFound));
        let again = activate(world.core(), &token, "seven quiet wooden boats", "seven quiet wooden boats", HERE).await;
        assert_eq!(again, Err(Refusal::NotFound));
        assert_eq!(sign_in(world.core(), "li.na", PASSWORD, HERE).await, Ok(account), "nothing was overwritten");
    }

    async fn an_activation_link_ends_after_three_days(world: World) {
        let token = world.add(QS01, world.newcomer("li.na", &[Role::Intake])).await.activation.unwrap();
        world.set_clock("2026-03-05T08:59");
        assert!(link(world.core(), &token).await.is_ok());
        world.set_clock("2026-03-05T09:00");
        assert_eq!(link(world.core(), &token).await, Err(Refusal::NotFound));
        assert_eq!(activate(world.core(), &token, PASSWORD, PASSWORD, HERE).await, Err(Refusal::NotFound));
        assert_eq!(link(world.core(), "no such token").await, Err(Refusal::NotFound));
    }

    async fn two_people_with_one_link_do_not_both_get_in(world: World) {
        let token = world.add(QS01, world.newcomer("li.na", &[Role::Intake])).await.activation.unwrap();
        let race = ["an orange bridge of rain", "seven quiet wooden boats"].map(|password| {
            let (core, token) = (world.core().clone(), token.clone());
            tokio::spawn(async move { activate(&core, &token, password, password, HERE).await.is_ok() })
        });
        let mut winners = 0;
        for one in race {
            winners += usize::from(one.await.unwrap());
        }
        assert_eq!(winners, 1);
    }

    async fn neither_tokens_nor_passwords_nor_cookies_can_be_read_in_the_tables(world: World) {
        let token = world.add(QS01, world.newcomer("li.na", &[Role::Intake])).await.activation.unwrap();
        activate(world.core(), &token, PASSWORD, PASSWORD, HERE).await.unwrap();
        let account = identity::account_named(world.core(), "li.na").await.unwrap();
        let cookie = "b2ur2mqmjtwkvhuqhi5qmg";
        sessions::begin(world.core(), Lifetime::default(), cookie, beginning(account, SignInStage::Password)).await.unwrap();
        identity::begin_second_factor(world.core(), account).await.unwrap();
        let secret = identity::second_factor(world.core(), account).await.unwrap().pending.unwrap();
        let text = world.everything().await.into_values().flatten().collect::<Vec<_>>().join("\n").to_lowercase();
        assert!(text.contains("$argon2id$v=19$"));
        let spelled = secret.text.replace(' ', "").to_lowercase();
        for secret in [token.as_str(), PASSWORD, cookie, &spelled] {
            assert!(!text.contains(secret), "{secret}");
        }
    }

    async fn a_session_is_kept_until_it_ends(world: World) {
        let (account, lasts) = (person(&world, "li.na").await, Lifetime::default());
        let (one, two, three) = ("one", "two", "three");
        sessions::begin(world.core(), lasts, two, beginning(account, SignInStage::Both)).await.unwrap();
        let session = sessions::resume(world.core(), lasts, two).await.unwrap().unwrap();
        assert_eq!((session.account, session.stage), (account, SignInStage::Both));
        assert!(sessions::resume(world.core(), lasts, one).await.unwrap().is_none());
        assert!(sessions::resume(world.core(), lasts, "").await.unwrap().is_none());

        sessions::begin(world.core(), lasts, three, beginning(account, SignInStage::Password)).await.unwrap();
        sessions::end(world.core(), two).await.unwrap();
        assert!(sessions::resume(world.core(), lasts, two).await.unwrap().is_none());
        world.set_clock("2026-03-02T09:29");
        assert!(sessions::resume(world.core(), lasts, three).await.unwrap().is_some());
        world.set_clock("2026-03-02T09:58");
        assert!(sessions::resume(world.core(), lasts, three).await.unwrap().is_some(), "it was used at 9:29");
        world.set_clock("2026-03-02T10:28");
        assert!(sessions::resume(world.core(), lasts, three).await.unwrap().is_none(), "nobody used it for half an hour");
    }

    async fn every_session_of_an_account_ends_at_once(world: World) {
        let (one, other, lasts) = (person(&world, "li.na").await, person(&world, "wu.gang").await, Lifetime::default());
        let tokens = ["one", "two", "three"];
        for (token, account) in tokens.into_iter().zip([one, one, other]) {
            sessions::begin(world.core(), lasts, token, beginning(account, SignInStage::Password)).await.unwrap();
        }
        assert_eq!(sessions::list(world.core(), one).await.unwrap().len(), 2);
        sessions::end_all(world.core(), one).await.unwrap();
        for (token, alive) in tokens.into_iter().zip([false, false, true]) {
            assert_eq!(sessions::resume(world.core(), lasts, token).await.unwrap().is_some(), alive);
        }
    }

    async fn what_is_over_is_swept_away_and_nothing_else(world: World) {
        let account = person(&world, "li.na").await;
        let lasts = Lifetime::default();
        world.add(QS01, world.newcomer("used.soon", &[Role::Intake])).await;
        fails(&world, "nobody", HERE, 1).await;
        sessions::begin(world.core(), lasts, "old", beginning(account, SignInStage::Password)).await.unwrap();
        identity::begin_second_factor(world.core(), account).await.unwrap();
        let owner = world.owner().await;
        let rows = async |table: &str| owner.number(&format!("SELECT count(*) FROM {table}")).await;
        identity::sweep(world.core()).await.unwrap();
        assert_eq!(rows("sessions").await, 1);
        assert_eq!(rows("activations").await, 1, "the one of li.na was used");
        assert_eq!(rows("sign_in_failures").await, 2);
        assert_eq!(rows("second_factors").await, 1);
        world.set_clock("2026-03-06T10:00");
        sessions::begin(world.core(), lasts, "fresh", beginning(account, SignInStage::Password)).await.unwrap();
        identity::sweep(world.core()).await.unwrap();
        assert_eq!(rows("sessions").await, 1);
        assert!(sessions::resume(world.core(), lasts, "fresh").await.unwrap().is_some());
        for table in ["activations", "sign_in_failures", "second_factors"] {
            assert_eq!(rows(table).await, 0, "{table}");
        }
    }

    /// A form that was on its way when the session ended still finds whose it is, for a day.
    async fn whose_a_session_was_is_known_for_a_day(world: World) {
        let account = person(&world, "li.na").await;
        sessions::begin(world.core(), Lifetime::default(), "old", beginning(account, SignInStage::Password)).await.unwrap();
        world.pass_minutes(31);
        for (minutes, known) in [(0, Some(account)), (23 * 60, Some(account)), (60, None)] {
            world.pass_minutes(minutes);
            identity::sweep(world.core()).await.unwrap();
            assert!(sessions::resume(world.core(), Lifetime::default(), "old").await.unwrap().is_none());
            assert!(sessions::list(world.core(), account).await.unwrap().is_empty());
            assert_eq!(sessions::whose(world.core(), "old").await.unwrap(), known, "{minutes}");
        }
        assert_eq!(sessions::whose(world.core(), "nobody's").await.unwrap(), None);
    }

    async fn a_form_that_waits_opens_for_its_account_and_no_other(world: World) {
        let (one, other) = (person(&world, "li.na").await, person(&world, "wu.gang").await);
        let sealed = identity::seal_form(world.core(), one, "note=李秀英").unwrap();
        assert!(sealed.bytes().all(|byte| byte.is_ascii_hexdigit()), "{sealed}");
        assert_ne!(sealed, identity::seal_form(world.core(), one, "note=李秀英").unwrap());
        assert_eq!(identity::open_form(world.core(), one, &sealed).as_deref(), Some("note=李秀英"));
        assert_eq!(identity::open_form(world.core(), other, &sealed), None);
        for wrong in ["", "01", "没有", &sealed[2..], &format!("{sealed}00")] {
            assert_eq!(identity::open_form(world.core(), one, wrong), None, "{wrong}");
        }
    }

    async fn who_sees_clients_needs_a_second_factor_where_the_district_asks(world: World) {
        let needs = async |account: AccountId| {
            let me = principal(world.core(), account).await.unwrap();
            needs_second_factor(world.core(), &me).await.unwrap()
        };
        let careful = [Role::Head, Role::Supervisor, Role::SocialWorker, Role::Counsellor, Role::Intake];
        for role in Role::STAFF {
            assert_eq!(needs(world.account(QS01, role).await).await, careful.contains(&role), "{role:?}");
        }
        let administrator = world.oversight(HAIZHU).await.account();
        let (evaluator, _) = world.engagement(&[QS01], "case", "2026-06-30T18:00").await;
        assert!(needs(administrator).await && needs(evaluator).await);
        assert!(needs(world.account(LN01, Role::Head).await).await, "in the other district too");

        ask_second_factor(world.core(), world.district(HAIZHU), false).await.unwrap();
        for account in [world.account(QS01, Role::Head).await, administrator, evaluator] {
            assert!(!needs(account).await);
        }
        assert!(needs(world.account(LN01, Role::Head).await).await, "each district for itself");
        // Whoever works in both is asked, whichever is asked about.
        world.add(LN01, world.newcomer("qs01-finance", &[Role::Intake])).await;
        assert!(needs(world.account(QS01, Role::Finance).await).await);
        world.set_clock("2026-07-01T09:00");
        assert!(!needs(evaluator).await, "the engagement is over");
    }

    async fn a_head_makes_a_link_that_the_chain_knows_and_that_works_once(world: World) {
        let account = world.account(QS01, Role::Intake).await;
        let member = world.staff(QS01, Role::Intake).await.member();
        let head = world.staff(QS01, Role::Head).await;
        let command = |purpose| fresh(MakeLink { member, purpose });
        let first = members::make_link(&head, command(LinkPurpose::Password)).await.unwrap();
        let second = members::make_link(&head, command(LinkPurpose::Password)).await.unwrap();
        world.pass_minutes(1);
        assert_eq!(link(world.core(), &first).await, Err(Refusal::NotFound), "the later one replaces it");
        assert_eq!(activate(world.core(), &second, PASSWORD, PASSWORD, HERE).await, Ok(account));
        assert_eq!(link(world.core(), &second).await, Err(Refusal::NotFound));
        let kinds: Vec<AccountEvent> =
            history(world.core(), account).await.unwrap().into_iter().map(|happened| happened.kind).collect();
        assert_eq!(kinds, [AccountEvent::PasswordSet, AccountEvent::LinkMade, AccountEvent::LinkMade]);
        let entries = "SELECT count(*) FROM audit_entries WHERE kind = 'member.link_made'";
        assert_eq!(world.owner().await.number(entries).await, 2);
        let text = world.everything().await.into_values().flatten().collect::<Vec<_>>().join("\n");
        assert!(!text.contains(&first) && !text.contains(&second), "the token is kept nowhere");

        // One link is for one purpose.
        let third = members::make_link(&head, command(LinkPurpose::SecondFactor)).await.unwrap();
        assert_eq!(activate(world.core(), &third, PASSWORD, PASSWORD, HERE).await, Err(Refusal::NotFound));
        let fourth = make_link(world.core(), account, LinkPurpose::Password).await.unwrap();
        let reset = identity::reset_second_factor(world.core(), &fourth, PASSWORD, HERE).await;
        assert_eq!(reset, Err(Refusal::NotFound));
        assert_eq!(identity::reset_second_factor(world.core(), &third, PASSWORD, HERE).await, Ok(account));

        for role in [Role::Supervisor, Role::SocialWorker, Role::Intake] {
            let other = world.staff(QS01, role).await;
            let refused = members::make_link(&other, command(LinkPurpose::Password)).await;
            assert_eq!(refused, Err(Refusal::Forbidden), "{role:?}");
        }
        let neighbour = world.staff(QS02, Role::Head).await;
        let refused = members::make_link(&neighbour, command(LinkPurpose::Password)).await;
        assert_eq!(refused, Err(Refusal::NotFound));
    }

    async fn a_head_makes_no_link_into_another_house(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let everywhere = async |name: &str| {
            let member = world.add(QS01, world.newcomer(name, &[Role::Intake])).await.member;
            let command = fresh(MakeLink { member, purpose: LinkPurpose::Password });
            members::make_link(&head, command).await
        };
        assert!(everywhere("only.here").await.is_ok());
        world.add(LN01, world.newcomer("also.there", &[Role::Finance])).await;
        world.oversight(PANYU).await;
        world.engagement(&[QS02], "case", "2026-06-30T18:00").await;
        let mut later = world.newcomer("later.there", &[Role::Finance]);
        later.from = day("2027-01-01");
        world.add(LN01, later).await;
        for name in ["also.there", &format!("{PANYU}-admin"), "evaluator", "later.there"] {
            let refused = everywhere(name).await;
            assert!(matches!(refused, Err(Refusal::WrongState { .. })), "{name}: {refused:?}");
        }
        let mut before = world.newcomer("once.there", &[Role::Finance]);
        before.until = Some(world.today());
        world.add(LN01, before).await;
        world.set_clock("2026-03-03T09:00");
        assert!(everywhere("once.there").await.is_ok(), "a membership that is over opens nothing");
    }

    async fn wrong_passwords_before_the_right_one_are_told_to_the_person(world: World) {
        let account = person(&world, "li.na").await;
        fails(&world, "li.na", HERE, 3).await;
        sign_in(world.core(), "li.na", PASSWORD, "192.0.2.7").await.unwrap();
        let last = history(world.core(), account).await.unwrap().remove(0);
        assert_eq!((last.kind, last.times, last.address.as_str()), (AccountEvent::FailedBefore, 3, "192.0.2.7"));
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
