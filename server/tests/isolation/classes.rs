//! Whoever gets the same answers to all the questions of the policy is of one class, and one of each class asks.
//!
//! That the others are answered the same follows from two things that are tested: their columns of the policy are the same
//! to the last cell, here; and nothing of the product looks at a role but the policy
//! (`server/tests/it/sources.rs::the_policy_alone_knows_what_a_role_may_do`).

use backend::Policy;
use domain::access::{Action, Object, Role};
use domain::papers::Right;
use domain::registers::Registers;

/// The roles of the staff for which somebody asks: the first of each class.
pub fn asking(policy: &Policy) -> Vec<Role> {
    policy.classes().iter().map(|class| class[0]).collect()
}

#[tokio::test]
async fn for_each_role_of_the_staff_one_asks_who_has_the_same_column() {
    let registers = Registers::builtin();
    let policy = Policy::load(registers).await.unwrap();
    let acts: Vec<_> = Object::ALL.iter().flat_map(|object| Action::ALL.map(|action| (*object, action))).collect();
    let papers: Vec<_> =
        registers.iter().flat_map(|register| Right::ALL.map(|right| (register.clone(), right))).collect();
    let column = |role| {
        let cells = acts.iter().map(|(object, action)| policy.reach(role, *object, *action));
        let papers = papers.iter().map(|(register, right)| policy.reach_papers(role, register, *right));
        cells.chain(papers).collect::<Vec<_>>()
    };
    let asking = asking(&policy);
    for role in Role::STAFF {
        let same: Vec<Role> = asking.iter().copied().filter(|one| column(*one) == column(role)).collect();
        assert_eq!(same.len(), 1, "{role} is asked for by {same:?}");
    }
}
