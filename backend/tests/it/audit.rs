//! The audit chain: every act adds to it, and no change of it goes unseen.

use crate::story::Story;
use crate::world::*;
use backend::audit::Verdict;
use backend::evaluations::case_file;
use backend::members::add_member;
use backend::oversight::{OpenCase, open_case, opened_case};
use backend::trail::{Sort, TrailFilter, Who, trail, verify, verify_as_operator};
use backend::{applications, cases};
use domain::access::{Object, Role};
use domain::events::EventKind;
use domain::refusal::Refusal;
use std::collections::BTreeSet;

/// Seven entries in the first organisation, some in its neighbour.
async fn some_history(world: &World) {
    let head = world.staff(QS01, Role::Head).await;
    for at in 0..6 {
        world.pass_minutes(1);
        add_member(&head, fresh(world.newcomer(&format!("member{at}"), &[Role::Intake]))).await.unwrap();
    }
    world.staff(QS02, Role::Head).await;
}

/// What a verification says after the owner of the database did this to the chain of the first organisation.
async fn after(world: &World, tampering: &str) -> Verdict {
    let owner = world.owner().await;
    let here = format!("organisation_id = {}", owner.id(world.organisation(QS01).await.uuid()));
    let there = format!("organisation_id = {}", owner.id(world.organisation(QS02).await.uuid()));
    let sql = tampering.replace("<here>", &here).replace("<there>", &there);
    for statement in sql.split(';') {
        assert_ne!(owner.run(statement).await.unwrap(), 0, "{statement}");
    }
    verify_as_operator(&world.operator(QS01).await).await.unwrap()
}

on_both_engines! {
    async fn every_act_is_an_entry_and_the_chain_is_whole(world: World) {
        assert_eq!(verify_as_operator(&world.operator(QS01).await).await, Ok(Verdict::Whole { entries: 0 }));
        some_history(&world).await;
        assert_eq!(verify_as_operator(&world.operator(QS01).await).await, Ok(Verdict::Whole { entries: 7 }));
        assert_eq!(verify_as_operator(&world.operator(QS02).await).await, Ok(Verdict::Whole { entries: 1 }));
        let actors = world.owner().await.column("SELECT DISTINCT actor FROM audit_entries").await;
        let head = format!("member:{}", world.staff(QS01, Role::Head).await.member());
        assert!(actors.contains(&"operator".to_owned()) && actors.contains(&head), "{actors:?}");
    }

    async fn the_chain_is_verified_by_those_who_may_read_it(world: World) {
        some_history(&world).await;
        for role in Role::STAFF {
            let scope = world.staff(QS01, role).await;
            let may = matches!(role, Role::Head | Role::Supervisor | Role::InformationSecurity | Role::Auditor);
            match verify(&scope).await {
                Ok(verdict) => assert!(may && matches!(verdict, Verdict::Whole { .. }), "{role:?} {verdict:?}"),
                Err(refusal) => assert!(!may && refusal == Refusal::Forbidden, "{role:?} {refusal:?}"),
            }
        }
    }

    async fn a_changed_entry_is_found(world: World) {
        some_history(&world).await;
        // From the end of the chain to its beginning, so that each is the first broken one.
        for (seq, change) in [
            (7, "at = at + 1"),
            (6, "actor = 'operator'"),
            (5, "kind = 'member.disabled'"),
            (4, "subject_kind = 'no such kind'"),
            (3, "detail = '{}'"),
            (2, "hash = previous"),
            (1, "previous = hash"),
        ] {
            let verdict = after(&world, &format!("UPDATE audit_entries SET {change} WHERE <here> AND seq = {seq}")).await;
            assert_eq!(verdict, Verdict::Broken { seq }, "{change}");
        }
    }

    async fn a_missing_entry_is_found(world: World) {
        some_history(&world).await;
        assert_eq!(after(&world, "DELETE FROM audit_entries WHERE <here> AND seq = 4").await, Verdict::Broken { seq: 4 });
    }

    async fn a_cut_end_is_found(world: World) {
        some_history(&world).await;
        assert_eq!(after(&world, "DELETE FROM audit_entries WHERE <here> AND seq > 5").await, Verdict::Broken { seq: 6 });
    }

    async fn a_head_that_is_not_the_last_entry_is_found(world: World) {
        some_history(&world).await;
        let bent = "UPDATE audit_heads SET hash = (SELECT previous FROM audit_entries WHERE <here> AND seq = 7) WHERE <here>";
        assert_eq!(after(&world, bent).await, Verdict::Broken { seq: 8 });
    }

    async fn an_emptied_chain_is_found(world: World) {
        some_history(&world).await;
        assert_eq!(after(&world, "DELETE FROM audit_entries WHERE <here>").await, Verdict::Broken { seq: 1 });
    }

    async fn two_entries_that_changed_places_are_found(world: World) {
        some_history(&world).await;
        let swap = "UPDATE audit_entries SET seq = 100 WHERE <here> AND seq = 3;
                    UPDATE audit_entries SET seq = 3 WHERE <here> AND seq = 4;
                    UPDATE audit_entries SET seq = 4 WHERE <here> AND seq = 100";
        assert_eq!(after(&world, swap).await, Verdict::Broken { seq: 3 });
    }

    async fn an_entry_of_another_organisation_is_found(world: World) {
        some_history(&world).await;
        let moved = "DELETE FROM audit_entries WHERE <here>; DELETE FROM audit_heads WHERE <here>;
                     UPDATE audit_entries SET organisation_id = (SELECT id FROM organisations WHERE slug = 'qs01') WHERE <there>;
                     UPDATE audit_heads SET organisation_id = (SELECT id FROM organisations WHERE slug = 'qs01') WHERE <there>";
        assert_eq!(after(&world, moved).await, Verdict::Broken { seq: 1 });
    }

    async fn an_entry_added_behind_the_head_is_found_and_never_overwritten(world: World) {
        some_history(&world).await;
        let forged = "INSERT INTO audit_entries SELECT organisation_id, 8, at, actor, kind, subject_kind, subject_id, detail, hash, hash
                      FROM audit_entries WHERE <here> AND seq = 7";
        assert_eq!(after(&world, forged).await, Verdict::Broken { seq: 8 });
        let head = world.staff(QS01, Role::Head).await;
        let before = world.everything().await;
        let refused = add_member(&head, fresh(world.newcomer("li.na", &[Role::Intake]))).await;
        assert!(refused.is_err(), "an act whose entry cannot be written does not happen");
        let changed = world.changed_since(&before).await;
        assert!(!changed.contains_key("members") && !changed.contains_key("audit_entries"), "{changed:?}");
    }

    async fn the_trail_says_who_looked_as_what_at_which_file_and_why(world: World) {
        const REASON: &str = "居民投诉超期未反馈结果，核查经过。";
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        let file = cases::open(&story.worker, case).await.unwrap();
        applications::open(&story.intake, file.application.as_ref().unwrap().0).await.unwrap();
        let district = world.oversight(HAIZHU).await;
        let command =
            fresh(OpenCase { organisation: QS01.to_owned(), case, reason: REASON.to_owned() });
        let opening = open_case(&district, command).await.unwrap();
        opened_case(&district, opening).await.unwrap();
        case_file(&world.evaluator(&[QS01]).await, case).await.unwrap();

        let looks = TrailFilter { sort: Sort::Reading, subject: Some(file.client.0.into()), before: None };
        let rows = trail(&story.head, &looks).await.unwrap().rows;
        assert!(matches!(&rows[0].who, Who::Evaluator { name, engagement } if !name.is_empty() && engagement == "评估"), "{rows:?}");
        assert_eq!((&rows[1].who, rows[1].reason.as_deref()), (&Who::District("haizhu-admin".to_owned()), Some(REASON)));
        let member = |role: Role| Who::Member { name: format!("{QS01}-{}", role.code()), roles: vec![role] };
        assert_eq!((&rows[2].who, rows[2].subject), (&member(Role::Intake), file.application.as_ref().unwrap().0.into()));
        assert_eq!((&rows[3].who, rows[3].subject), (&member(Role::SocialWorker), case.into()));
        assert!(rows.iter().all(|row| row.number.is_some()), "{rows:?}");

        // A role that was taken away later still stands at what was done under it.
        let until = |at: i64| format!("UPDATE member_roles SET revoked_at = {at} WHERE role = 'intake'");
        let at = rows[2].at.millis();
        for (revoked, roles) in [(at + 1, vec![Role::Intake]), (at, Vec::new())] {
            world.owner().await.run(&until(revoked)).await.unwrap();
            let who = trail(&story.head, &looks).await.unwrap().rows.remove(2).who;
            assert_eq!(who, Who::Member { name: format!("{QS01}-intake"), roles });
        }
        let others = TrailFilter { subject: Some(file.client.0.into()), ..TrailFilter::default() };
        let neighbour = world.staff(QS02, Role::Head).await;
        assert!(trail(&neighbour, &others).await.unwrap().rows.is_empty());
        assert_eq!(trail(&story.worker, &others).await.unwrap_err(), Refusal::Forbidden);
    }

    /// Proves DAT-01.
    async fn every_entry_names_what_it_is_about(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        story.write(case, moment("2026-03-02T08:00")).await.unwrap();
        add_member(&story.head, fresh(world.newcomer("li.na", &[Role::Intake]))).await.unwrap();
        let file = cases::open(&story.worker, case).await.unwrap();
        let rows = trail(&story.head, &TrailFilter::default()).await.unwrap().rows;
        let mut kinds = BTreeSet::new();
        for row in &rows {
            let expected = match row.subject.kind {
                Object::Paper | Object::Case => Some(file.number.as_str()),
                Object::Application => Some("QS01/SQ/2026/001"),
                Object::Client => continue,
                Object::Member => {
                    assert!(row.number.is_some(), "{row:?}");
                    continue;
                }
                _ => None,
            };
            assert_eq!(row.number.as_deref(), expected, "{row:?}");
            kinds.insert(row.subject.kind);
        }
        for kind in [Object::Paper, Object::Case, Object::Application] {
            assert!(kinds.contains(&kind), "nothing about {kind:?}");
        }
        let added = rows.iter().find(|row| row.kind == EventKind::MemberAdded).unwrap();
        assert_eq!(added.number.as_deref(), Some("li.na"));
        let applied = rows.iter().find(|row| row.kind == EventKind::ApplicationSubmitted).unwrap();
        assert_eq!(applied.who, Who::Resident);
    }

    async fn the_trail_comes_in_pages_and_sorts(world: World) {
        let (worker, head) = (world.staff(QS01, Role::SocialWorker).await, world.staff(QS01, Role::Head).await);
        // Two entries are there: the two of them were added.
        for _ in 0..48 {
            add_member(&worker, fresh(world.newcomer("li.na", &[Role::Intake]))).await.unwrap_err();
        }
        let page = async |sort, before| {
            let page = trail(&head, &TrailFilter { sort, subject: None, before }).await.unwrap();
            (page.rows.len(), page.rows.last().map(|row| row.seq), page.next)
        };
        assert_eq!(page(Sort::Any, None).await, (50, Some(1), None), "exactly one page");
        add_member(&worker, fresh(world.newcomer("li.na", &[Role::Intake]))).await.unwrap_err();
        assert_eq!(page(Sort::Any, None).await, (50, Some(2), Some(2)));
        assert_eq!(page(Sort::Any, Some(2)).await, (1, Some(1), None));
        assert_eq!(page(Sort::Denial, None).await, (49, Some(3), None));
        assert_eq!(page(Sort::Change, None).await, (2, Some(1), None));
        assert_eq!(page(Sort::Reading, None).await, (0, None, None));
        assert_eq!(Sort::ALL.map(|sort| Sort::parse(sort.code())), Sort::ALL);
        assert_eq!(Sort::parse("anything"), Sort::Any);
    }

    async fn many_hands_at_once_make_one_chain(world: World) {
        let account = world.account(QS01, Role::Head).await;
        let hands: Vec<_> = (0..12)
            .map(|at| {
                let command = fresh(world.newcomer(&format!("member{at}"), &[Role::Intake]));
                let backend = world.backend.clone();
                tokio::spawn(async move {
                    let head = backend.staff(account, QS01).await.unwrap();
                    add_member(&head, command).await.map(drop)
                })
            })
            .collect();
        let operator = world.operator(QS01).await;
        for hand in hands {
            hand.await.unwrap().unwrap();
            assert!(matches!(verify_as_operator(&operator).await, Ok(Verdict::Whole { .. })), "while others add to it");
        }
        assert_eq!(verify_as_operator(&operator).await, Ok(Verdict::Whole { entries: 13 }));
    }
}
