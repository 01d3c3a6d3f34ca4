//! Two instances of the service over one database: what is revoked at one has ended at the other with its next request.

use crate::ground::serve;
use crate::pages;
use crate::visitor::{PASSWORD, Visitor};
use crate::world::*;
use backend::db::Database;
use backend::organisations::ask_second_factor;
use domain::access::Role;

on_both_engines! {
    async fn what_ends_at_one_instance_has_ended_at_the_other(world: World) {
        ask_second_factor(world.core(), world.district(HAIZHU), false).await.unwrap();
        let mut newcomers = Vec::new();
        for (name, role) in [("head", Role::Head), ("other_head", Role::Head), ("worker", Role::SocialWorker), ("leaver", Role::SocialWorker)] {
            let mut newcomer = world.newcomer(name, &[role]);
            newcomer.password = Some(PASSWORD.to_owned());
            newcomers.push(world.add(QS01, newcomer).await);
        }
        let second = world.through(Database::open(&world.stage.app).await.unwrap()).await;
        let (one, other) = (serve(world.backend.clone()).await, serve(second).await);
        let head = Visitor::signed_in(&one, "head").await;
        let page = format!("/o/{QS01}/duties");
        for (name, at, end) in [("worker", 2, "revoke"), ("leaver", 3, "disable")] {
            let there = Visitor::signed_in(&one, name).await.at(&other);
            assert_eq!(there.get(&page).await.status, 200, "a session holds at both");
            let member = format!("/o/{QS01}/members/{}", newcomers[at].member);
            let shown = head.get(&member).await;
            let action = format!("{member}/{end}");
            let form = pages::forms(&shown.body, |name, _| name.to_owned());
            let form = form.into_iter().find(|form| form.action == action).unwrap_or_else(|| panic!("no {action}"));
            assert_eq!(head.post(&form.action, &form.fields).await.status, 303, "{action}");
            assert_eq!(there.get(&page).await.status, 404, "{end} at one, asked at the other");
        }
        let leaving = Visitor::signed_in(&one, "other_head").await;
        assert_eq!(leaving.at(&other).get(&page).await.status, 200);
        assert_eq!(leaving.post("/sign-out", &[]).await.status, 303);
        assert_eq!(leaving.at(&other).get(&page).await.status, 401, "signed out at one, asked at the other");
    }
}
