//! The audit chain: every act adds to it, and no change of it goes unseen.

use crate::world::*;
use backend::audit::{Verdict, verify, verify_as_operator};
use backend::members::add_member;
use domain::access::Role;
use domain::refusal::Refusal;

/// Seven entries in the first organisation, some in its neighbour.
async fn some_history(world: &World) {
    let head = world.staff(QS01, Role::Head).await;
    for at in 0..6 {
        world.pass_minutes(1);
        add_member(&head, world.newcomer(&format!("member{at}"), &[Role::Intake])).await.unwrap();
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
            let may = matches!(role, Role::Head | Role::Supervisor);
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
        let refused = add_member(&head, world.newcomer("li.na", &[Role::Intake])).await;
        assert!(refused.is_err(), "an act whose entry cannot be written does not happen");
        let changed = world.changed_since(&before).await;
        assert!(!changed.contains_key("members") && !changed.contains_key("audit_entries"), "{changed:?}");
    }

    async fn many_hands_at_once_make_one_chain(world: World) {
        let account = world.account(QS01, Role::Head).await;
        let hands: Vec<_> = (0..12)
            .map(|at| {
                let command = world.newcomer(&format!("member{at}"), &[Role::Intake]);
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
