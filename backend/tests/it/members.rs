//! Members and their roles: who may add them, until when they may act, and that an end is an end at once.

use crate::world::*;
use backend::Command;
use backend::members::{self, AddMember, GrantRole, HandOver, RevokeRole};
use backend::members::{add_member, add_member_as_operator, disable_member, grant_role, hand_over, revoke_role};
use backend::organisations::{AddDistrictMember, CreateDistrict, add_district_member, create_district};
use backend::organisations::{CreateOrganisation, create_organisation};
use domain::access::Role;
use domain::ids::MemberId;
use domain::packs::Pack;
use domain::refusal::{Problem, Refusal};
use domain::text::PersonName;
use std::collections::BTreeMap;

/// From today on, without an end.
fn grant(world: &World, member: MemberId, role: Role) -> Command<GrantRole> {
    fresh(GrantRole { member, role, from: world.backend.now().day(), until: None })
}

fn changes<const N: usize>(changes: [(&str, i64); N]) -> BTreeMap<String, i64> {
    changes.map(|(table, rows)| (table.to_owned(), rows)).into()
}

on_both_engines! {
    async fn the_head_adds_a_member_who_then_may_work(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let before = world.everything().await;
        let added = add_member(&head, fresh(world.newcomer("li.na", &[Role::Intake, Role::Archivist]))).await.unwrap();
        assert!(added.activation.is_some());
        assert_eq!(
            world.changed_since(&before).await,
            changes([
                ("accounts", 1), ("activations", 1), ("audit_entries", 1), ("audit_heads", 0),
                ("member_roles", 2), ("members", 1), ("operations", 1),
            ])
        );
        let scope = world.backend.staff(added.account, QS01).await.unwrap();
        assert_eq!(scope.member(), added.member);
        let rows = members::list(&scope).await.unwrap();
        assert_eq!(rows.len(), 2, "the head and the newcomer, and nobody of the neighbours");
    }

    async fn who_may_not_add_members_leaves_one_note_and_nothing_else(world: World) {
        for role in Role::STAFF.into_iter().filter(|role| *role != Role::Head) {
            let scope = world.staff(QS01, role).await;
            let before = world.everything().await;
            let refusal = add_member(&scope, fresh(world.newcomer("li.na", &[Role::Head]))).await.unwrap_err();
            assert_eq!(refusal, Refusal::Forbidden, "{role:?}");
            assert_eq!(world.changed_since(&before).await, changes([("audit_entries", 1), ("audit_heads", 0)]), "{role:?}");
        }
        let kinds = world.owner().await.column("SELECT kind FROM audit_entries ORDER BY seq").await;
        assert_eq!(kinds.iter().filter(|kind| *kind == "access.denied").count(), Role::STAFF.len() - 1);
    }

    async fn a_refused_change_of_a_role_or_member_leaves_one_note(world: World) {
        let worker = world.staff(QS01, Role::SocialWorker).await;
        let head = world.staff(QS01, Role::Head).await.member();
        let before = world.everything().await;
        let noted = changes([("audit_entries", 1), ("audit_heads", 0)]);
        let revoke = fresh(RevokeRole { member: head, role: Role::Head });
        assert_eq!(revoke_role(&worker, revoke).await, Err(Refusal::Forbidden));
        assert_eq!(world.changed_since(&before).await, noted);
        let before = world.everything().await;
        let disable = fresh(head).seen(1);
        assert_eq!(disable_member(&worker, disable).await, Err(Refusal::Forbidden));
        assert_eq!(world.changed_since(&before).await, noted);
    }

    async fn wrong_values_are_named_at_their_field_and_nothing_is_made(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let good = || world.newcomer("li.na", &[Role::Intake]);
        let bad = [
            ("roles", Problem::NotAChoice, AddMember { roles: vec![], ..good() }),
            ("roles", Problem::NotAChoice, AddMember { roles: vec![Role::DistrictAdmin], ..good() }),
            ("roles", Problem::NotAChoice, AddMember { roles: vec![Role::Intake, Role::Operator], ..good() }),
            ("name", Problem::Required, AddMember { name: "  ".to_owned(), ..good() }),
            ("name", Problem::TooLong { max: PersonName::MAX }, AddMember { name: "名".repeat(PersonName::MAX + 1), ..good() }),
            ("name", Problem::ControlCharacters, AddMember { name: "李\u{202E}娜".to_owned(), ..good() }),
            ("sign_in_name", Problem::NotASlug, AddMember { sign_in_name: "李娜".to_owned(), ..good() }),
            ("sign_in_name", Problem::TooShort { min: 2 }, AddMember { sign_in_name: "a".to_owned(), ..good() }),
            ("until", Problem::Contradicts, AddMember { until: Some(day("2026-03-01")), ..good() }),
        ];
        let before = world.everything().await;
        for (field, problem, newcomer) in bad {
            assert_eq!(add_member(&head, fresh(newcomer)).await.unwrap_err(), Refusal::field(field, problem));
        }
        assert_eq!(world.changed_since(&before).await, changes([]));
    }

    async fn nobody_is_a_member_twice(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        add_member(&head, fresh(world.newcomer("li.na", &[Role::Intake]))).await.unwrap();
        let before = world.everything().await;
        let again = add_member(&head, fresh(world.newcomer("li.na", &[Role::Archivist]))).await.unwrap_err();
        assert_eq!(again, Refusal::field("sign_in_name", Problem::Taken));
        assert_eq!(world.changed_since(&before).await, changes([]));
    }

    async fn the_neighbour_s_member_is_not_found(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let own = world.staff(QS01, Role::Intake).await.member();
        let before = world.everything().await;
        for slug in [QS02, LN01] {
            let foreign = world.staff(slug, Role::SocialWorker).await.member();
            let before = world.everything().await;
            let disable = fresh(foreign).seen(1);
            assert_eq!(disable_member(&head, disable).await, Err(Refusal::NotFound));
            let revoke = fresh(RevokeRole { member: foreign, role: Role::SocialWorker });
            assert_eq!(revoke_role(&head, revoke).await, Err(Refusal::NotFound));
            let to = fresh(HandOver { from: own, to: foreign });
            assert_eq!(hand_over(&head, to).await, Err(Refusal::NotFound));
            assert_eq!(world.changed_since(&before).await, changes([]));
        }
        assert!(!world.changed_since(&before).await.is_empty(), "the comparison sees something");
    }

    async fn a_revoked_role_ends_with_the_next_request_and_in_one_under_way(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let added = add_member(&head, fresh(world.newcomer("li.na", &[Role::Head, Role::Intake]))).await.unwrap();
        let under_way = world.backend.staff(added.account, QS01).await.unwrap();
        assert!(add_member(&under_way, fresh(world.newcomer("wu.gang", &[Role::Intake]))).await.is_ok());

        let revoke = |role| fresh(RevokeRole { member: added.member, role });
        revoke_role(&head, revoke(Role::Head)).await.unwrap();
        let refused = add_member(&under_way, fresh(world.newcomer("he.hua", &[Role::Intake]))).await.unwrap_err();
        assert_eq!(refused, Refusal::Forbidden, "the scope is old, the roles are read anew");
        let next = world.backend.staff(added.account, QS01).await.unwrap();
        assert_eq!(next.roles(), [Role::Intake]);

        revoke_role(&head, revoke(Role::Intake)).await.unwrap();
        assert_eq!(world.backend.staff(added.account, QS01).await.err(), Some(Refusal::NotFound));
    }

    async fn a_granted_role_counts_from_the_next_request_and_the_trail_says_so(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let added = add_member(&head, fresh(world.newcomer("li.na", &[Role::Intake]))).await.unwrap();
        let before = world.everything().await;
        let command = grant(&world, added.member, Role::Supervisor);
        grant_role(&head, command.clone()).await.unwrap();
        assert_eq!(
            world.changed_since(&before).await,
            changes([("audit_entries", 1), ("audit_heads", 0), ("member_roles", 1), ("operations", 1)])
        );
        let next = world.backend.staff(added.account, QS01).await.unwrap();
        assert_eq!(next.roles(), [Role::Intake, Role::Supervisor]);
        let told = world.owner().await.column("SELECT detail FROM audit_entries ORDER BY seq DESC LIMIT 1").await;
        assert!(told[0].contains(r#""granted":"supervisor""#), "{told:?}");

        let before = world.everything().await;
        grant_role(&head, command).await.unwrap();
        assert_eq!(world.changed_since(&before).await, changes([]), "the same form twice");
        let again = grant_role(&head, grant(&world, added.member, Role::Supervisor)).await;
        assert_eq!(again, Err(Refusal::field("role", Problem::NotAChoice)), "it is held already");
        // What was taken away can be given again.
        let revoke = fresh(RevokeRole { member: added.member, role: Role::Supervisor });
        revoke_role(&head, revoke).await.unwrap();
        grant_role(&head, grant(&world, added.member, Role::Supervisor)).await.unwrap();
    }

    async fn a_role_holds_from_its_first_day_to_its_last(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let added = add_member(&head, fresh(world.newcomer("li.na", &[Role::Intake]))).await.unwrap();
        let limited = GrantRole {
            from: day("2026-03-10"),
            until: Some(day("2026-03-20")),
            ..grant(&world, added.member, Role::Supervisor).body
        };
        let backwards = fresh(GrantRole { until: Some(day("2026-03-09")), ..limited.clone() });
        assert_eq!(grant_role(&head, backwards).await, Err(Refusal::field("until", Problem::Contradicts)));
        grant_role(&head, fresh(limited)).await.unwrap();
        for (now, held) in [
            ("2026-03-09T23:59", false),
            ("2026-03-10T00:00", true),
            ("2026-03-20T23:59", true),
            ("2026-03-21T00:00", false),
        ] {
            world.set_clock(now);
            let scope = world.backend.staff(added.account, QS01).await.unwrap();
            assert_eq!(scope.roles().contains(&Role::Supervisor), held, "{now}");
        }
        grant_role(&head, grant(&world, added.member, Role::Supervisor)).await.unwrap();
    }

    async fn nobody_gives_what_is_not_theirs_to_give(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let added = add_member(&head, fresh(world.newcomer("li.na", &[Role::Intake]))).await.unwrap();
        for role in [Role::DistrictAdmin, Role::Evaluator, Role::Resident, Role::Operator] {
            let refused = grant_role(&head, grant(&world, added.member, role)).await;
            assert_eq!(refused, Err(Refusal::field("role", Problem::NotAChoice)), "{role:?}");
        }
        for role in Role::STAFF.into_iter().filter(|role| *role != Role::Head) {
            let scope = world.staff(QS01, role).await;
            let before = world.everything().await;
            let refused = grant_role(&scope, grant(&world, scope.member(), Role::Head)).await;
            assert_eq!(refused, Err(Refusal::Forbidden), "{role:?} makes itself head");
            assert_eq!(world.changed_since(&before).await, changes([("audit_entries", 1), ("audit_heads", 0)]));
        }
        for slug in [QS02, LN01] {
            let foreign = world.staff(slug, Role::SocialWorker).await.member();
            let before = world.everything().await;
            assert_eq!(grant_role(&head, grant(&world, foreign, Role::Intake)).await, Err(Refusal::NotFound));
            assert_eq!(world.changed_since(&before).await, changes([]));
        }
        let disable = fresh(added.member).seen(1);
        disable_member(&head, disable).await.unwrap();
        let refused = grant_role(&head, grant(&world, added.member, Role::Head)).await;
        assert!(matches!(refused, Err(Refusal::WrongState { .. })), "who has left gets nothing: {refused:?}");
    }

    async fn a_disabled_member_ends_with_the_next_request_and_in_one_under_way(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let added = add_member(&head, fresh(world.newcomer("li.na", &[Role::Head]))).await.unwrap();
        let under_way = world.backend.staff(added.account, QS01).await.unwrap();
        let disable = fresh(added.member).seen(1);
        disable_member(&head, disable).await.unwrap();
        let refused = add_member(&under_way, fresh(world.newcomer("he.hua", &[Role::Intake]))).await.unwrap_err();
        assert_eq!(refused, Refusal::SignedOut);
        assert_eq!(world.backend.staff(added.account, QS01).await.err(), Some(Refusal::NotFound));
    }

    async fn a_stale_version_changes_nothing(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let added = add_member(&head, fresh(world.newcomer("li.na", &[Role::Intake]))).await.unwrap();
        let before = world.everything().await;
        for version in [0, 2, i64::MAX] {
            let disable = fresh(added.member).seen(version);
            assert_eq!(disable_member(&head, disable).await, Err(Refusal::Stale));
        }
        assert_eq!(world.changed_since(&before).await, changes([]));
        let disable = |version| fresh(added.member).seen(version);
        disable_member(&head, disable(1)).await.unwrap();
        let again = disable_member(&head, disable(1)).await;
        assert!(matches!(again, Err(Refusal::WrongState { .. })), "{again:?}");
    }

    /// Proves ORG-14.
    async fn nobody_leaves_work_behind(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let leaving = add_member(&head, fresh(world.newcomer("li.na", &[Role::Intake]))).await.unwrap().member;
        let staying = world.staff(QS01, Role::Intake).await.member();
        let owner = world.owner().await;
        owner.unbind().await;
        let [organisation, handler] = [head.organisation().id.uuid(), leaving.uuid()].map(|id| owner.id(id));
        owner
            .run(&format!(
                "INSERT INTO applications (organisation_id, id, number, service_id, channel, state, key_id, form, receipt_index,
                   minor, handler_id, submitted_at, version)
                 VALUES ({organisation}, {organisation}, 'QS01/SQ/2026/001', {organisation}, 'online', 'reviewing',
                   {organisation}, {bytes}, {bytes}, false, {handler}, 0, 1)",
                bytes = owner.bytes()
            ))
            .await
            .unwrap();

        let disable = || fresh(leaving).seen(1);
        let refusal = disable_member(&head, disable()).await.unwrap_err();
        assert!(matches!(&refusal, Refusal::Blocked(rules) if rules[0].rule.to_string() == "ORG-14"), "{refusal:?}");
        let to = |to| fresh(HandOver { from: leaving, to });
        let worker = world.staff(QS01, Role::SocialWorker).await;
        assert_eq!(hand_over(&worker, to(staying)).await, Err(Refusal::Forbidden));
        let accountant = world.staff(QS01, Role::Finance).await.member();
        assert_eq!(hand_over(&head, to(accountant)).await, Err(Refusal::field("to", Problem::OutOfReach)));
        assert_eq!(hand_over(&head, to(staying)).await.unwrap().total(), 1);
        assert_eq!(disable_member(&head, disable()).await, Ok(()));
        let back = fresh(HandOver { from: staying, to: leaving });
        let gone = hand_over(&head, back).await;
        assert_eq!(gone, Err(Refusal::field("to", Problem::NotAtWork)), "nothing goes to somebody who left");
    }

    async fn a_membership_holds_from_its_first_day_to_its_last(world: World) {
        let limited = AddMember {
            from: day("2026-03-10"),
            until: Some(day("2026-03-20")),
            ..world.newcomer("li.na", &[Role::Intake])
        };
        let account = world.add(QS01, limited).await.account;
        for (now, open) in [
            ("2026-03-09T23:59", false),
            ("2026-03-10T00:00", true),
            ("2026-03-20T23:59", true),
            ("2026-03-21T00:00", false),
        ] {
            world.set_clock(now);
            assert_eq!(world.backend.staff(account, QS01).await.is_ok(), open, "{now}");
        }
        world.set_clock("2026-03-20T23:59");
        let under_way = world.backend.staff(account, QS01).await.unwrap();
        world.set_clock("2026-03-21T00:00");
        let refused = add_member(&under_way, fresh(world.newcomer("he.hua", &[Role::Intake]))).await.unwrap_err();
        assert_eq!(refused, Refusal::SignedOut);
    }

    async fn a_person_in_two_organisations_acts_in_each_as_what_they_are_there(world: World) {
        let account = world.add(QS01, world.newcomer("li.na", &[Role::Head])).await.account;
        let there = world.add(QS02, world.newcomer("li.na", &[Role::Intake])).await;
        assert_eq!(there.account, account, "one account");
        assert!(there.activation.is_none(), "no second link");
        let here = world.backend.staff(account, QS01).await.unwrap();
        assert!(add_member(&here, fresh(world.newcomer("he.hua", &[Role::Intake]))).await.is_ok());
        let there = world.backend.staff(account, QS02).await.unwrap();
        let refused = add_member(&there, fresh(world.newcomer("wu.gang", &[Role::Intake]))).await.unwrap_err();
        assert_eq!(refused, Refusal::Forbidden);
        assert_ne!(here.member(), there.member());
    }

    async fn the_same_operation_twice_has_one_effect(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let command = fresh(world.newcomer("li.na", &[Role::Intake]));
        let first = add_member(&head, command.clone()).await.unwrap();
        let before = world.everything().await;
        let second = add_member(&head, command.clone()).await.unwrap();
        assert_eq!((first.member, first.account), (second.member, second.account));
        assert_eq!(world.changed_since(&before).await, changes([]));

        let other = AddMember { roles: vec![Role::Archivist], ..command.body.clone() };
        let other = Command { body: other, ..command.clone() };
        assert!(matches!(add_member(&head, other).await, Err(Refusal::WrongState { .. })), "another request");
        let colleague = world.backend.staff(world.add(QS01, world.newcomer("he.hua", &[Role::Head])).await.account, QS01);
        let by_another = add_member(&colleague.await.unwrap(), command).await;
        assert!(matches!(by_another, Err(Refusal::WrongState { .. })), "another person");
    }

    async fn a_double_submit_at_the_same_moment_has_one_effect(world: World) {
        let account = world.account(QS01, Role::Head).await;
        world.add(QS02, world.newcomer("li.na", &[Role::Intake])).await;
        let command = fresh(world.newcomer("li.na", &[Role::Archivist]));
        let submits: Vec<_> = (0..4)
            .map(|_| {
                let (backend, command) = (world.backend.clone(), command.clone());
                tokio::spawn(async move {
                    let head = backend.staff(account, QS01).await.unwrap();
                    add_member(&head, command).await.map(|added| added.member)
                })
            })
            .collect();
        let mut answers = Vec::new();
        for submit in submits {
            answers.push(submit.await.unwrap().unwrap());
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "one answer for all");
        assert_eq!(members::list(&world.staff(QS01, Role::Head).await).await.unwrap().len(), 2);
    }

    async fn the_same_operation_id_in_another_organisation_is_another_operation(world: World) {
        let command = fresh(world.newcomer("li.na", &[Role::Intake]));
        for slug in [QS01, QS02] {
            add_member_as_operator(&world.operator(slug).await, command.clone()).await.unwrap();
        }
        assert_eq!(world.owner().await.number("SELECT count(*) FROM members").await, 2);
    }

    async fn a_district_adopts_rules_from_the_day_it_is_made(world: World) {
        let new = CreateDistrict {
            slug: "tianhe".to_owned(),
            name: "天河区".to_owned(),
            area_code: "440106".to_owned(),
            adopts: vec!["INT-06".parse().unwrap()],
        };
        let district = create_district(world.core(), new).await.unwrap();
        create_organisation(world.core(), district, organisation("th01", Pack::S)).await.unwrap();
        world.staff("th01", Role::Head).await;
    }

    async fn an_organisation_with_a_code_that_no_number_can_carry_is_not_made(world: World) {
        for code in ["", "1", "青松", "QS/01", "TOOLONGCODE"] {
            let new = CreateOrganisation { code: code.to_owned(), ..organisation("th01", Pack::S) };
            let refusal = create_organisation(world.core(), world.district(HAIZHU), new).await.err().unwrap();
            assert!(matches!(&refusal, Refusal::Invalid(errors) if errors[0].field == "code"), "{code}: {refusal:?}");
        }
    }

    async fn nobody_administers_a_district_twice_or_after_the_last_day(world: World) {
        let new = || AddDistrictMember {
            sign_in_name: "chen".to_owned(),
            name: "陈".to_owned(),
            from: day("2026-03-02"),
            until: Some(day("2026-03-31")),
            password: None,
        };
        let (account, link) = add_district_member(world.core(), world.district(HAIZHU), new()).await.unwrap();
        assert!(link.is_some());
        let again = add_district_member(world.core(), world.district(HAIZHU), new()).await.unwrap_err();
        assert_eq!(again, Refusal::field("sign_in_name", Problem::Taken));
        let (same, link) = add_district_member(world.core(), world.district(PANYU), new()).await.unwrap();
        assert_eq!((same, link), (account, None));
        world.set_clock("2026-03-31T23:59");
        assert!(world.backend.oversight(account, HAIZHU).await.is_ok());
        world.set_clock("2026-04-01T00:00");
        assert_eq!(world.backend.oversight(account, HAIZHU).await.err(), Some(Refusal::NotFound));
    }
}
