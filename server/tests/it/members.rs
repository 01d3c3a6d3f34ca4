//! The choice among the roles, and what a head is not offered.

use crate::cases::{fill, staff};
use crate::world::World;
use axum::http::StatusCode;
use domain::access::{Role, RoleKind};
use domain::lang::Lang;

/// Where one or several of the roles are chosen, they stand under what sort of work they are.
fn chosen_from(page: &str, name: &str) -> Vec<(String, Vec<Role>)> {
    let choice = format!("name=\"{name}\" value=\"");
    let group = |group: &str| {
        let (legend, rest) = group.split_once("</legend>").unwrap();
        let rest = rest.split("</fieldset>").next().unwrap();
        let values = rest.split(choice.as_str()).skip(1);
        let roles = values.map(|value| Role::parse(value.split('"').next().unwrap()).unwrap()).collect();
        (legend.split('<').next().unwrap().to_owned(), roles)
    };
    page.split("<legend class=\"choices__group\">").skip(1).map(group).collect()
}

#[tokio::test]
async fn every_role_is_offered_once_under_what_sort_of_work_it_is() {
    let world = World::new().await;
    let mut head = world.signed_in("head").await;
    let own = staff(&world, "head").await.member();
    let all = chosen_from(&head.get("/o/qs01/members/new").await.body, "roles");
    let others = chosen_from(&head.get(&format!("/o/qs01/members/{own}")).await.body, "role");
    for (offered, held) in [(all, None), (others, Some(Role::Head))] {
        let of =
            |kind| Role::STAFF.into_iter().filter(|role| role.kind() == Some(kind) && Some(*role) != held).collect();
        let expected: Vec<(String, Vec<Role>)> =
            RoleKind::ALL.into_iter().map(|kind| (kind.say(Lang::Zh).to_owned(), of(kind))).collect();
        assert_eq!(offered, expected);
    }
}

#[tokio::test]
async fn nobody_is_offered_to_take_from_themselves_the_role_by_which_they_give_roles() {
    let world = World::new().await;
    let mut head = world.signed_in("head").await;
    let page = format!("/o/qs01/members/{}", staff(&world, "head").await.member());
    let from = staff(&world, "head").await.now().day().to_string();
    let typed = vec![("role", "auditor"), ("from", from.as_str())];
    let granted = fill(&mut head, &page, &format!("{page}/grant"), &typed).await;
    assert_eq!(granted.status, StatusCode::SEE_OTHER, "{}", granted.body);
    let shown = head.get(&page).await.body;
    let taken: Vec<&str> = shown.split("/revoke\"").skip(1).map(|form| form.split("</form>").next().unwrap()).collect();
    assert!(taken.len() == 1 && taken[0].contains("value=\"auditor\""), "{shown}");
}
