//! Lists: every order leads through all of it once, a member keeps views of their own, and what leaves the house is in the trail.

use crate::story::*;
use crate::world::*;
use backend::clients::{self, AddClient, ClientFilter, ClientOrigin};
use backend::listing::{PAGE, Slice, taken_out};
use backend::trail::{TrailFilter, trail};
use backend::views::{self, KeepView};
use backend::{Command, StaffScope};
use domain::access::{Object, Role};
use domain::events::EventKind;
use domain::ids::{ClientId, ViewId};
use domain::refusal::{Problem, Refusal};

/// So many that a list has three pages.
const CLIENTS: usize = 2 * PAGE as usize + 20;

/// An organisation with clients, several of each moment.
async fn crowded(world: &World) -> StaffScope {
    let head = world.staff(QS01, Role::Head).await;
    for at in 0..CLIENTS {
        if at % 7 == 0 {
            world.pass_minutes(1);
        }
        let new = AddClient {
            answers: answers([("name", "何婆婆"), ("phone", &format!("137{at:08}"))]),
            responsible: None,
            origin: ClientOrigin::Work,
        };
        clients::add(&head, fresh(new)).await.unwrap();
    }
    head
}

/// Every row, page after page.
async fn walked(scope: &StaffScope, sort: Option<(&str, bool)>) -> Vec<clients::ClientRow> {
    let mut slice = Slice { sort: sort.map(|(word, down)| (word.to_owned(), down)), ..Slice::default() };
    let mut rows = Vec::new();
    loop {
        let page = clients::list(scope, &ClientFilter::default(), &slice).await.unwrap();
        assert!(page.rows.len() as u64 <= PAGE);
        rows.extend(page.rows);
        slice.after = page.next;
        if slice.after.is_none() {
            return rows;
        }
    }
}

fn kept(name: &str, query: &str) -> Command<KeepView> {
    fresh(KeepView { list: Object::Client.into(), name: name.to_owned(), query: query.to_owned() })
}

async fn names(scope: &StaffScope) -> Vec<(String, String)> {
    let views = views::list(scope, &Object::Client.into()).await.unwrap();
    views.into_iter().map(|view| (view.name, view.query)).collect()
}

on_both_engines! {
    async fn every_order_leads_through_all_of_it_once(world: World) {
        let head = crowded(&world).await;
        let plain: Vec<ClientId> = walked(&head, None).await.iter().map(|row| row.id).collect();
        assert_eq!(plain.len(), CLIENTS);
        for (sort, by) in [
            (("since", false), (|a, b| a.since.cmp(&b.since)) as fn(&clients::ClientRow, &clients::ClientRow) -> _),
            (("since", true), |a, b| b.since.cmp(&a.since)),
            (("number", false), |a, b| a.number.cmp(&b.number)),
            (("number", true), |a, b| b.number.cmp(&a.number)),
        ] {
            let rows = walked(&head, Some(sort)).await;
            assert!(rows.is_sorted_by(|a, b| by(a, b).is_le()), "{sort:?}");
            let mut ids: Vec<ClientId> = rows.iter().map(|row| row.id).collect();
            ids.sort();
            assert_eq!(ids, plain, "{sort:?}: each once");
        }
        let unknown: Vec<ClientId> = walked(&head, Some(("profile", true))).await.iter().map(|row| row.id).collect();
        assert_eq!(unknown, plain, "what nobody offers is as if it were not said");
        let whole = Slice { whole: true, ..Slice::default() };
        assert_eq!(clients::list(&head, &ClientFilter::default(), &whole).await.unwrap().rows.len(), CLIENTS);
    }

    async fn a_neighbours_row_is_like_none(world: World) {
        let head = crowded(&world).await;
        let first = Slice { sort: Some(("since".to_owned(), false)), ..Slice::default() };
        let rows = async |slice: &Slice| {
            let page = clients::list(&head, &ClientFilter::default(), slice).await.unwrap();
            page.rows.iter().map(|row| row.id).collect::<Vec<_>>()
        };
        let foreign = Story::begin(&world, QS02).await.open(&world).await.client;
        let nobodys = ClientId::from(operation().uuid());
        for after in [foreign, nobodys] {
            assert_eq!(rows(&Slice { after: Some(after.uuid()), ..first.clone() }).await, rows(&first).await);
        }
    }

    async fn a_view_is_ones_own_and_one_of_the_same_name_takes_its_place(world: World) {
        let worker = world.staff(QS01, Role::SocialWorker).await;
        let command = kept("  老人 ", "kind=elderly");
        let id = views::keep(&worker, command.clone()).await.unwrap();
        assert_eq!(views::keep(&worker, command).await.unwrap(), id, "the same form twice");
        views::keep(&worker, kept("新来的", "sort=-since")).await.unwrap();
        views::keep(&worker, kept("老人", "kind=elderly&sort=-since")).await.unwrap();
        let own = |pairs: &[(&str, &str)]| -> Vec<_> {
            pairs.iter().map(|(name, query)| ((*name).to_owned(), (*query).to_owned())).collect()
        };
        assert_eq!(names(&worker).await, own(&[("新来的", "sort=-since"), ("老人", "kind=elderly&sort=-since")]));
        let [head, neighbour] = [world.staff(QS01, Role::Head).await, world.staff(QS02, Role::SocialWorker).await];
        let [first, _] = &views::list(&worker, &Object::Client.into()).await.unwrap()[..] else { panic!("two views") };
        for other in [&head, &neighbour] {
            assert_eq!(names(other).await, own(&[]));
            let before = world.everything().await;
            assert_eq!(views::remove(other, fresh(first.id)).await, Err(Refusal::NotFound));
            assert!(world.changed_since(&before).await.is_empty());
        }
        assert!(views::list(&worker, &Object::Case.into()).await.unwrap().is_empty(), "of another list");
        views::remove(&worker, fresh(first.id)).await.unwrap();
        assert_eq!(names(&worker).await, own(&[("老人", "kind=elderly&sort=-since")]));
        assert_eq!(views::remove(&worker, fresh(ViewId::from(operation().uuid()))).await, Err(Refusal::NotFound));
    }

    async fn a_view_has_a_name_and_there_are_not_too_many(world: World) {
        let worker = world.staff(QS01, Role::SocialWorker).await;
        let refused = views::keep(&worker, kept(" ", "")).await.unwrap_err();
        assert_eq!(refused, Refusal::field("name", Problem::Required));
        assert!(views::keep(&worker, kept("很", &"x".repeat(501))).await.is_err());
        for at in 0..12 {
            views::keep(&worker, kept(&at.to_string(), "")).await.unwrap();
        }
        assert!(matches!(views::keep(&worker, kept("还有", "")).await, Err(Refusal::WrongState { .. })));
        views::keep(&worker, kept("3", "kind=elderly")).await.unwrap();
        assert_eq!(names(&worker).await.len(), 12);
    }

    /// What leaves the house is in the trail: by whom, which list, how many rows.
    async fn what_leaves_the_house_is_in_the_trail(world: World) {
        let [head, worker] = [world.staff(QS01, Role::Head).await, world.staff(QS01, Role::SocialWorker).await];
        taken_out(&head, Object::Client, 120).await.unwrap();
        assert_eq!(taken_out(&worker, Object::Client, 1).await, Err(Refusal::Forbidden));
        let rows = trail(&head, &TrailFilter::default()).await.unwrap().rows;
        let row = rows.iter().find(|row| row.kind == EventKind::ExportMade).unwrap();
        let detail: Vec<_> = row.detail.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(detail, [("list", "client"), ("rows", "120")]);
    }
}
