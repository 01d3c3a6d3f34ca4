//! What every operation gets from the kernel, tried with operations made for it.

use super::*;
use crate::db::Database;
use crate::entity::{client, member, member_role, service};
use crate::world::*;
use crate::{Backend, StaffScope};
use domain::events::{Event, EventKind};
use domain::ids::AccountId;
use domain::numbers::Series;
use sea_orm::ActiveValue::Set;
use std::time::Duration;

act!(
    /// Offering a service.
    Offer = Service Create => service
);
act!(
    /// Changing what is offered.
    Rename = Member Edit => service
);
act!(
    /// Changing somebody's file.
    Amend = Member Edit => member, member_role
);
act!(
    /// Correcting a client's record.
    Correct = Client Edit => client
);
act!(
    /// Taking a person in.
    Enrol = Client Create => client, person_key
);

impl Responsible for service::Model {
    fn responsible(&self) -> Option<Uuid> {
        None
    }
}

fn service(id: Uuid, code: &str) -> service::ActiveModel {
    service::ActiveModel {
        id: Set(id),
        code: Set(code.to_owned()),
        name: Set("心理辅导".to_owned()),
        summary: Set(String::new()),
        criteria: Set(String::new()),
        open: Set(true),
        created_at: Set(0),
        version: Set(1),
        ..Default::default()
    }
}

/// Takes a number and offers a service under it; fails afterwards when told to.
async fn offer(scope: &StaffScope, operation: OperationId, fail: Option<Refusal>) -> Result<String, Refusal> {
    scope
        .run(&Command::of(operation, ()), async |change, _| {
            let permit = change.permit_new::<Offer>()?;
            let number = change.number(Series::Case).await?;
            let id = change.new_id();
            change.insert(&permit, service(id, &number)).await?;
            let subject = Subject { kind: Object::Service, id };
            let event = Event::new(EventKind::CaseOpened, subject, change.now());
            change.emit(Happening { event, number: number.clone(), responsible: None });
            fail.map_or(Ok(number), Err)
        })
        .await
}

async fn file(change: &Change<'_>, whose: MemberId) -> Result<member::Model, Refusal> {
    change.find::<member::Entity>().by_id(whose).need().await
}

fn finance(change: &Change<'_>, whose: MemberId) -> member_role::ActiveModel {
    member_role::ActiveModel {
        id: Set(change.new_id()),
        member_id: Set(whose.uuid()),
        role: Set(Role::Finance.code().to_owned()),
        valid_from: Set(change.now().day().into()),
        valid_until: Set(None),
        revoked_at: Set(None),
        ..Default::default()
    }
}

async fn head(world: &World) -> (AccountId, StaffScope) {
    (world.account(QS01, Role::Head).await, world.staff(QS01, Role::Head).await)
}

/// A change that writes a service and then never comes to its end.
async fn hang(backend: Backend, account: AccountId, started: tokio::sync::oneshot::Sender<()>, how: fn()) {
    let scope = backend.staff(account, QS01).await.unwrap();
    let never: Result<(), Refusal> = scope
        .run(&fresh(()), async |change, _| {
            let permit = change.permit_new::<Offer>()?;
            change.number(Series::Case).await?;
            change.insert(&permit, service(change.new_id(), "HANG")).await?;
            started.send(()).unwrap();
            how();
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok(())
        })
        .await;
    never.unwrap();
}

on_both_engines! {
    async fn changes_of_two_programs_over_one_database_wait_for_each_other(world: World) {
        let (account, _) = head(&world).await;
        let other = world.through(Database::open(&world.stage.app).await.unwrap()).await;
        let hands: Vec<_> = [&world.backend, &other]
            .repeat(12)
            .into_iter()
            .cloned()
            .map(|backend| {
                tokio::spawn(async move {
                    let scope = backend.staff(account, QS01).await.unwrap();
                    offer(&scope, operation(), None).await
                })
            })
            .collect();
        for hand in hands {
            hand.await.unwrap().unwrap();
        }
    }

    async fn numbers_have_no_gap_though_operations_fail(world: World) {
        let (account, scope) = head(&world).await;
        let hands: Vec<_> = (0..20)
            .map(|at| {
                let backend = world.backend.clone();
                let fail = (at % 3 == 0).then_some(Refusal::Stale);
                tokio::spawn(async move {
                    let scope = backend.staff(account, QS01).await.unwrap();
                    offer(&scope, operation(), fail).await.ok()
                })
            })
            .collect();
        let mut numbers = Vec::new();
        for hand in hands {
            numbers.extend(hand.await.unwrap());
        }
        numbers.sort();
        let expected: Vec<String> = (1..=13).map(|place| format!("QS01/GA/2026/{place:03}")).collect();
        assert_eq!(numbers, expected);
        assert_eq!(offer(&scope, operation(), None).await.as_deref(), Ok("QS01/GA/2026/014"));
    }

    async fn changes_that_touch_the_same_rows_in_any_order_all_succeed(world: World) {
        let (account, scope) = head(&world).await;
        let codes = [offer(&scope, operation(), None).await.unwrap(), offer(&scope, operation(), None).await.unwrap()];
        let hands: Vec<_> = (0..24)
            .map(|at| {
                let (backend, mut codes) = (world.backend.clone(), codes.clone());
                codes.rotate_left(at % 2);
                tokio::spawn(async move {
                    let scope = backend.staff(account, QS01).await.unwrap();
                    scope
                        .run(&fresh(()), async |change, _| {
                            let row = change.find::<service::Entity>().filter(service::Column::Code.eq(&*codes[0])).need().await?;
                            let permit = change.permit::<Rename>(&row)?;
                            for code in &codes {
                                let this = Condition::all().add(service::Column::Code.eq(&**code));
                                let new = service::ActiveModel { name: Set(format!("{at}")), ..Default::default() };
                                change.update_where::<_, service::Entity>(&permit, this, new).await?;
                            }
                            let event = Event::new(EventKind::ServiceOffered, Subject { kind: Object::Service, id: row.id }, change.now());
                            change.emit(Happening { event, number: String::new(), responsible: None });
                            Ok(())
                        })
                        .await
                })
            })
            .collect();
        for hand in hands {
            assert_eq!(hand.await.unwrap(), Ok(()));
        }
        let whole = crate::trail::verify(&scope).await.unwrap();
        assert_eq!(whole, crate::audit::Verdict::Whole { entries: 1 + 2 + 24 });
        let names = world.owner().await.column("SELECT DISTINCT name FROM services").await;
        assert_eq!(names.len(), 1, "the last change wrote both");
    }

    async fn each_organisation_and_year_counts_for_itself(world: World) {
        let (_, scope) = head(&world).await;
        let neighbour = world.staff(QS02, Role::Head).await;
        assert_eq!(offer(&scope, operation(), None).await.as_deref(), Ok("QS01/GA/2026/001"));
        assert_eq!(offer(&neighbour, operation(), None).await.as_deref(), Ok("QS02/GA/2026/001"));
        world.set_clock("2026-12-31T23:59");
        assert_eq!(offer(&scope, operation(), None).await.as_deref(), Ok("QS01/GA/2026/002"));
        world.set_clock("2027-01-01T00:00");
        assert_eq!(offer(&scope, operation(), None).await.as_deref(), Ok("QS01/GA/2027/001"));
    }

    async fn what_fails_leaves_nothing(world: World) {
        let (_, scope) = head(&world).await;
        let before = world.everything().await;
        assert_eq!(offer(&scope, operation(), Some(Refusal::Stale)).await, Err(Refusal::Stale));
        assert!(world.changed_since(&before).await.is_empty());
    }

    async fn what_succeeds_leaves_its_entry_and_its_count(world: World) {
        let (_, scope) = head(&world).await;
        let before = world.everything().await;
        offer(&scope, operation(), None).await.unwrap();
        let tables: Vec<String> = world.changed_since(&before).await.into_keys().collect();
        assert_eq!(tables, ["audit_entries", "audit_heads", "operations", "sequences", "services", "tallies"]);
    }

    async fn what_binds_is_read_once_in_an_operation(world: World) {
        let (_, scope) = head(&world).await;
        let ask = fresh(());
        let work = scope.run(&ask, async |change, _| {
            let first = change.rules().await?.clone();
            assert_eq!(first, *change.rules().await?);
            let event = Event::new(EventKind::ServiceOffered, Subject { kind: Object::Service, id: change.new_id() }, change.now());
            change.emit(Happening { event, number: String::new(), responsible: None });
            Ok(())
        });
        let (outcome, queries) = crate::db::counting(work).await;
        assert_eq!((outcome, queries), (Ok(()), 3), "the member, the roles, the rules");
    }

    async fn an_operation_may_leave_more_entries_than_a_statement_takes(world: World) {
        const MANY: i64 = 7_000;
        let (_, scope) = head(&world).await;
        let many = fresh(());
        let left = scope.run(&many, async |change, _| {
            for _ in 0..MANY {
                let event = Event::new(EventKind::ServiceOffered, Subject { kind: Object::Service, id: change.new_id() }, change.now());
                change.emit(Happening { event, number: String::new(), responsible: None });
            }
            Ok(())
        });
        assert_eq!(left.await, Ok(()));
        let whole = crate::trail::verify(&scope).await;
        assert_eq!(whole, Ok(crate::audit::Verdict::Whole { entries: 1 + MANY }));
    }

    async fn a_failed_operation_may_be_tried_again_under_its_id(world: World) {
        let (_, scope) = head(&world).await;
        let id = operation();
        assert_eq!(offer(&scope, id, Some(Refusal::Stale)).await, Err(Refusal::Stale));
        let number = offer(&scope, id, None).await.unwrap();
        let before = world.everything().await;
        assert_eq!(offer(&scope, id, Some(Refusal::Stale)).await, Ok(number), "done is done");
        assert!(world.changed_since(&before).await.is_empty());
    }

    async fn a_clock_that_repeats_opens_again_within_the_same_moment(world: World) {
        // INT-10 binds welfare institutions.
        let scope = world.staff(LN01, Role::Head).await;
        let subject = Subject { kind: Object::Application, id: Uuid::from_u128(7) };
        let happens = async |kind: EventKind| {
            scope
                .run(&fresh(()), async |change, _| {
                    let event = Event::new(kind, subject, change.now());
                    change.emit(Happening { event, number: "QS01/SQ/2026/001".to_owned(), responsible: None });
                    Ok(())
                })
                .await
        };
        for _ in 0..2 {
            assert_eq!(happens(EventKind::ApplicationStateChanged).await, Ok(()));
            assert_eq!(happens(EventKind::ApplicationApplicantTold).await, Ok(()));
        }
        let tx = scope.read().await.unwrap();
        let owed = tx.find::<crate::entity::obligation::Entity>().all().await.unwrap();
        assert_eq!(owed.len(), 2, "each change of state is told");
        assert!(owed.iter().all(|row| !row.open && row.met_at.is_some()));
    }

    async fn of_two_changes_to_one_version_the_second_is_stale(world: World) {
        let (_, scope) = head(&world).await;
        offer(&scope, operation(), None).await.unwrap();
        let rename = async |name: &str, version: i64| {
            scope
                .run(&fresh(()), async |change, _| {
                    let row = change.find::<service::Entity>().need().await?;
                    let permit = change.permit::<Rename>(&row)?;
                    let new = service::ActiveModel { name: Set(name.to_owned()), ..Default::default() };
                    change.update::<_, service::Entity>(&permit, row.id, version, new).await
                })
                .await
        };
        assert_eq!(rename("first", 1).await, Ok(()));
        assert_eq!(rename("second", 1).await, Err(Refusal::Stale));
        assert_eq!(rename("third", 2).await, Ok(()));
        let tx = scope.read().await.unwrap();
        let row = tx.find::<service::Entity>().need().await.unwrap();
        assert_eq!((row.name.as_str(), row.version), ("third", 3));
    }

    async fn a_permit_for_one_file_writes_into_no_other(world: World) {
        let (_, scope) = head(&world).await;
        let worker = world.staff(QS01, Role::SocialWorker).await.member();
        // With a permit for the head's own file.
        let rename = async |whose: MemberId| {
            scope
                .run(&fresh(()), async |change, _| {
                    let permit = change.permit::<Amend>(&file(change, scope.member()).await?)?;
                    let row = file(change, whose).await?;
                    let new = member::ActiveModel { name: Set("another".to_owned()), ..Default::default() };
                    change.update::<_, member::Entity>(&permit, row.id, row.version, new).await
                })
                .await
        };
        let grant = async |whose: MemberId| {
            scope
                .run(&fresh(()), async |change, _| {
                    let permit = change.permit::<Amend>(&file(change, scope.member()).await?)?;
                    change.insert(&permit, finance(change, whose)).await
                })
                .await
        };
        assert_eq!(rename(worker).await, Err(Refusal::Stale));
        assert_eq!(grant(worker).await, Err(Refusal::Forbidden));
        assert_eq!(rename(scope.member()).await, Ok(()));
        assert_eq!(grant(scope.member()).await, Ok(()));
    }

    async fn something_new_is_permitted_to_those_alone_who_may_do_it_everywhere(world: World) {
        async fn permitted<A: Act>(scope: &StaffScope) -> Result<(), Refusal> {
            scope.run(&fresh(()), async |change, _| change.permit_new::<A>().map(drop)).await
        }
        let [head, worker, finance] =
            [Role::Head, Role::SocialWorker, Role::Finance].map(|role| world.staff(QS01, role));
        let (head, worker, finance) = (head.await, worker.await, finance.await);
        let reaches = [&head, &worker, &finance].map(|scope| scope.reach(Correct::OBJECT, Correct::ACTION));
        assert_eq!(reaches, [Reach::All, Reach::Own, Reach::None]);
        assert_eq!(permitted::<Correct>(&head).await, Ok(()));
        assert_eq!(permitted::<Correct>(&worker).await, Err(Refusal::Forbidden));
        assert_eq!(permitted::<Correct>(&finance).await, Err(Refusal::Forbidden));
    }

    async fn a_row_goes_to_the_actor_s_organisation_whatever_it_says(world: World) {
        let (_, scope) = head(&world).await;
        let neighbour = world.organisation(QS02).await;
        let written = scope
            .run(&fresh(()), async |change, _| {
                let permit = change.permit_new::<Offer>()?;
                let row = service::ActiveModel {
                    organisation_id: Set(neighbour.uuid()),
                    ..service(change.new_id(), "SMUGGLED")
                };
                change.insert(&permit, row).await
            })
            .await;
        assert_eq!(written, Ok(()));
        let owners = "SELECT o.slug FROM services s JOIN organisations o ON o.id = s.organisation_id";
        assert_eq!(world.owner().await.column(owners).await, [QS01]);
    }

    async fn a_row_cannot_be_moved_to_another_organisation(world: World) {
        let (_, scope) = head(&world).await;
        offer(&scope, operation(), None).await.unwrap();
        let neighbour = world.organisation(QS02).await;
        let before = world.everything().await;
        let moved = scope
            .run(&fresh(()), async |change, _| {
                let row = change.find::<service::Entity>().need().await?;
                let permit = change.permit::<Rename>(&row)?;
                let new = service::ActiveModel { organisation_id: Set(neighbour.uuid()), ..Default::default() };
                change.update::<_, service::Entity>(&permit, row.id, row.version, new).await
            })
            .await;
        assert!(matches!(moved, Err(Refusal::Unavailable { .. })), "{moved:?}");
        assert!(world.changed_since(&before).await.is_empty());
    }

    async fn a_panic_in_the_middle_undoes_all_and_frees_the_way(world: World) {
        let (account, _) = head(&world).await;
        let before = world.everything().await;
        let (started, running) = tokio::sync::oneshot::channel();
        let task = tokio::spawn(hang(world.backend.clone(), account, started, || panic!("on purpose")));
        running.await.unwrap();
        assert!(task.await.unwrap_err().is_panic());
        assert!(world.changed_since(&before).await.is_empty());
        let neighbour = world.staff(QS02, Role::Head).await;
        assert!(offer(&neighbour, operation(), None).await.is_ok());
    }

    async fn a_cancelled_request_undoes_all_and_frees_the_way(world: World) {
        let (account, _) = head(&world).await;
        let before = world.everything().await;
        let (started, running) = tokio::sync::oneshot::channel();
        let task = tokio::spawn(hang(world.backend.clone(), account, started, || ()));
        running.await.unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
        assert!(world.changed_since(&before).await.is_empty());
        let neighbour = world.staff(QS02, Role::Head).await;
        assert!(offer(&neighbour, operation(), None).await.is_ok());
    }

    /// Proves RGT-05, SEC-04, SEC-09.
    async fn what_is_sealed_cannot_be_read_in_the_database(world: World) {
        const CANARY: &str = "夜莺CANARY王小明440105198001011234";
        let scope = world.staff(QS01, Role::Intake).await;
        let (key_id, id) = scope
            .run(&fresh(()), async |change, _| {
                let permit = change.permit_new::<Enrol>()?;
                let key = change.new_person_key(&permit).await?;
                let id = change.new_id();
                let row = client::ActiveModel {
                    id: Set(id),
                    number: Set(change.number(Series::Client).await?),
                    key_id: Set(key.id()),
                    profile: Set(key.seal(Place { column: "clients.profile", row: id }, CANARY)),
                    identity_index: Set(Some(change.index("clients.identity", CANARY))),
                    phone_index: Set(None),
                    person_kinds: Set(String::new()),
                    minor_until: Set(None),
                    responsible_id: Set(None),
                    created_at: Set(0),
                    version: Set(1),
                    ..Default::default()
                };
                change.insert(&permit, row).await?;
                Ok((key.id(), id))
            })
            .await
            .unwrap();

        let opened = scope
            .run(&fresh(()), async |change, _| {
                let row = change.find::<client::Entity>().by_id(id).need().await?;
                let key = change.person_key(key_id).await?;
                key.open(Place { column: "clients.profile", row: id }, &row.profile).map_err(fault)
            })
            .await;
        assert_eq!(opened.as_deref(), Ok(CANARY), "its own organisation opens it, and keeps the answer sealed too");
        let foreign = world.staff(QS02, Role::Intake).await;
        let foreign = foreign.run(&fresh(()), async |change, _| change.person_key(key_id).await.map(drop)).await;
        assert_eq!(foreign, Err(Refusal::NotFound));

        world.backend.database().settle().await.unwrap();
        let hex: String = CANARY.bytes().map(|byte| format!("{byte:02x}")).collect();
        let text = world.everything().await.into_values().flatten().collect::<Vec<_>>().join("\n");
        for piece in ["CANARY", "王小明", "440105198001011234", &hex, &hex[..24]] {
            assert!(!text.to_lowercase().contains(&piece.to_lowercase()), "{piece} in a row");
            if world.engine() == Engine::Sqlite {
                let file = std::fs::read(world.stage.file()).unwrap();
                assert!(!file.windows(piece.len()).any(|window| window == piece.as_bytes()), "{piece} in the file");
            }
        }
    }
}

#[test]
fn the_scan_for_readable_text_would_find_it() {
    crate::world::run(Engine::Sqlite, async |world: World| {
        let owner = world.owner().await;
        owner.run("UPDATE districts SET name = '夜莺CANARY'").await.unwrap();
        world.backend.database().settle().await.unwrap();
        drop(owner);
        let text = world.everything().await.into_values().flatten().collect::<String>();
        let file = std::fs::read(world.stage.file()).unwrap();
        assert!(text.contains("CANARY"));
        assert!(file.windows(6).any(|window| window == b"CANARY"));
    });
}
