//! A client's record, corrected: by whom, once, and never over what somebody else saved meanwhile. The agreement alike.

use crate::story::*;
use crate::world::*;
use backend::applications::{self, PrepareAgreement, prepare_agreement};
use backend::clients::{self, AmendClient, ClientFilter, amend};
use backend::{Command, StaffScope};
use domain::access::Role;
use domain::forms::Answers;
use domain::ids::ClientId;
use domain::refusal::{Problem, Refusal};

fn amended(client: &clients::Client, changes: &[(&str, &str)]) -> Command<AmendClient> {
    let mut answers = client.person.answers().clone();
    answers.extend(changes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    fresh(AmendClient { client: client.id, answers }).seen(client.version)
}

on_both_engines! {
    /// Proves CLI-01, SPG-07.
    async fn what_was_corrected_is_there_and_found_and_the_trail_says_who(world: World) {
        let story = Story::begin(&world, QS01).await;
        let id = story.open(&world).await.client;
        let client = clients::open(&story.worker, id).await.unwrap();
        assert_eq!(client.changed, None);
        let before = world.everything().await;
        let command = amended(&client, &[("name", "王晓明"), ("phone", "13711112222"), ("special_needs", "听力不便")]);
        amend(&story.worker, command.clone()).await.unwrap();
        let tables: Vec<String> = world.changed_since(&before).await.into_keys().collect();
        assert_eq!(tables, ["audit_entries", "audit_heads", "clients", "operations", "search_pieces"]);

        let client = clients::open(&story.head, id).await.unwrap();
        assert_eq!((client.person.name(), client.person.get("special_needs")), ("王晓明", "听力不便"));
        let (at, by) = client.changed.clone().unwrap();
        assert_eq!((at, by.as_str()), (world.backend.now(), story.worker.name()));
        let found = async |search: &str| {
            let filter = ClientFilter { search: search.to_owned(), ..ClientFilter::default() };
            clients::list(&story.head, &filter, &Default::default()).await.unwrap().rows.len()
        };
        assert_eq!((found("王晓").await, found("王小").await), (1, 0), "by the new name and no longer by the old");
        assert_eq!((found("13711112222").await, found("13800138000").await), (1, 0));

        let before = world.everything().await;
        amend(&story.worker, command).await.unwrap();
        assert!(world.changed_since(&before).await.is_empty(), "the same form twice");
    }

    async fn who_comes_second_overwrites_nothing(world: World) {
        let story = Story::begin(&world, QS01).await;
        let id = story.open(&world).await.client;
        let seen = clients::open(&story.head, id).await.unwrap();
        amend(&story.worker, amended(&seen, &[("phone", "13711112222")])).await.unwrap();
        let before = world.everything().await;
        let late = amend(&story.head, amended(&seen, &[("phone", "13733334444")])).await;
        assert_eq!(late, Err(Refusal::Stale));
        assert!(world.changed_since(&before).await.is_empty());
        let now = clients::open(&story.head, id).await.unwrap();
        assert_eq!(now.person.get("phone"), "13711112222");
        amend(&story.head, amended(&now, &[("phone", "13733334444")])).await.unwrap();
    }

    async fn a_neighbour_and_a_colleague_out_of_reach_find_nobody(world: World) {
        let story = Story::begin(&world, QS01).await;
        let id = story.open(&world).await.client;
        let colleague = world.colleague(QS01).await;
        let neighbour = world.staff(QS02, Role::Head).await;
        let found = async |scope: &StaffScope| clients::list(scope, &ClientFilter::default(), &Default::default()).await.unwrap().rows.len();
        assert_eq!((found(&story.worker).await, found(&story.head).await), (1, 1));
        for scope in [&colleague, &neighbour] {
            assert_eq!(clients::open(scope, id).await.unwrap_err(), Refusal::NotFound);
            assert_eq!(found(scope).await, 0);
        }
    }

    async fn a_record_is_corrected_by_those_who_may_and_with_what_is_right(world: World) {
        let story = Story::begin(&world, QS01).await;
        let id = story.open(&world).await.client;
        let client = clients::open(&story.head, id).await.unwrap();
        for (changes, field) in [
            (&[("name", " ")][..], "name"),
            (&[("phone", "123")], "phone"),
            (&[("identity_number", "440105198001010013")], "identity_number"),
        ] {
            let refusal = amend(&story.head, amended(&client, changes)).await.unwrap_err();
            assert!(matches!(&refusal, Refusal::Invalid(errors) if errors[0].field == field), "{field}: {refusal:?}");
        }
        let neighbour = world.staff(QS02, Role::Head).await;
        let before = world.everything().await;
        assert_eq!(amend(&neighbour, amended(&client, &[])).await, Err(Refusal::NotFound));
        assert!(world.changed_since(&before).await.is_empty());
        let colleague = world.colleague(QS01).await;
        for scope in [&colleague, &world.staff(QS01, Role::Finance).await] {
            assert_eq!(amend(scope, amended(&client, &[])).await, Err(Refusal::Forbidden));
        }
        assert_eq!(clients::open(&story.head, id).await.unwrap().version, client.version);
    }

    async fn two_people_are_not_one(world: World) {
        let story = Story::begin(&world, QS01).await;
        story.open(&world).await;
        let other = fresh(clients::AddClient { answers: Answers::from([
                ("name".to_owned(), "李桂芳".to_owned()),
                ("document_kind".to_owned(), "resident_id".to_owned()),
                ("identity_number".to_owned(), "440105195203040021".to_owned()),
                ("phone".to_owned(), "13900139000".to_owned()),
                ("address".to_owned(), "榕园路6号".to_owned()),
            ]), responsible: None, origin: clients::ClientOrigin::Work });
        let other: ClientId = clients::add(&story.head, other).await.unwrap().client;
        let other = clients::open(&story.head, other).await.unwrap();
        let refusal = amend(&story.head, amended(&other, &[("identity_number", ADULT)])).await;
        assert_eq!(refusal, Err(Refusal::field("identity_number", Problem::NumberTaken)));
        amend(&story.head, amended(&other, &[("phone", "13900139001")])).await.unwrap();
    }

    async fn an_agreement_is_written_anew_only_by_who_has_seen_it(world: World) {
        let story = Story::begin(&world, QS01).await;
        let application = story.apply(&world, application(ADULT)).await.unwrap().application;
        story.accept(application).await.unwrap();
        story.review(application).await.unwrap();
        story.screen(application).await.unwrap();
        story.agree(application).await.unwrap();
        let agreement = applications::open(&story.head, application).await.unwrap().agreement.unwrap();
        let anew = |version, mode: &str| {
            let mut answers = agreement.answers.clone();
            answers.insert("mode".to_owned(), mode.to_owned());
            fresh(PrepareAgreement { application, answers }).seen(version)
        };
        assert_eq!(prepare_agreement(&story.head, anew(0, "甲")).await, Err(Refusal::Stale), "it was there already");
        prepare_agreement(&story.worker, anew(agreement.version, "乙")).await.unwrap();
        let late = prepare_agreement(&story.head, anew(agreement.version, "丙")).await;
        assert_eq!(late, Err(Refusal::Stale), "somebody was quicker");
        let now = applications::open(&story.head, application).await.unwrap().agreement.unwrap();
        assert_eq!(now.answers["mode"], "乙");
        prepare_agreement(&story.head, anew(now.version, "丙")).await.unwrap();
    }
}
