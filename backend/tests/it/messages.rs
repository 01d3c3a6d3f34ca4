//! What is told to whom: what was given, decided and sent back at once; what is owed step by step, each step once.

use crate::registers::{self, decided, site};
use crate::story::*;
use crate::world::*;
use backend::listing::Slice;
use backend::members::{HandOver, hand_over};
use backend::messages::{Message, Teller, district, inbox, open, open_in_district, read_all};
use backend::paperwork;
use backend::{OversightScope, StaffScope};
use domain::access::Role;
use domain::ids::MessageId;
use domain::packs::Pack;
use domain::papers::Deed;
use domain::refusal::Refusal;

/// A message in a few words: why, and by which rule or of which register.
fn word(message: &Message) -> String {
    let of = message.rule.map(|rule| rule.id.to_string());
    let of = of.or_else(|| message.register.as_ref().map(|register| register.key.clone()));
    format!("{} {}", message.kind, of.unwrap_or_else(|| message.subject.kind.code().to_owned()))
}

async fn messages(scope: &StaffScope) -> Vec<Message> {
    inbox(scope, &Slice::default()).await.unwrap().rows.into_iter().map(|(message, _)| message).collect()
}

/// What a member was told, newest first.
async fn told(scope: &StaffScope) -> Vec<String> {
    messages(scope).await.iter().map(word).collect()
}

/// What the district was told of one rule.
async fn reported(scope: &OversightScope, rule: &str) -> Vec<(String, String)> {
    let page = district(scope, None).await.unwrap().0;
    let of_rule = page.rows.into_iter().filter(|row| word(&row.message).ends_with(rule));
    of_rule.map(|row| (row.organisation.slug.clone(), word(&row.message))).collect()
}

/// Tells what is due, as a program that begins anew.
async fn tell(world: &World) {
    Teller::default().tell(world.core()).await.unwrap();
}

on_both_engines! {
    async fn what_is_owed_is_told_step_by_step_and_each_step_once(world: World) {
        let (over, neighbour) = (world.oversight(HAIZHU).await, world.staff(QS01, Role::Head).await);
        let story = Story::begin(&world, QS02).await;
        let application = story.apply(&world, application(ADULT)).await.unwrap().application;
        story.accept(application).await.unwrap();
        let of_review = async |scope: &StaffScope| -> Vec<String> {
            told(scope).await.into_iter().filter(|word| word.ends_with("INT-07")).collect()
        };
        tell(&world).await;
        assert_eq!(of_review(&story.intake).await, [""; 0], "nothing presses yet");
        world.pass_minutes(19 * 60);
        tell(&world).await;
        tell(&world).await;
        assert_eq!(of_review(&story.intake).await, ["near INT-07"]);
        world.pass_minutes(6 * 60);
        tell(&world).await;
        assert_eq!(of_review(&story.intake).await, ["late INT-07", "near INT-07"]);
        assert_eq!((of_review(&story.head).await, reported(&over, "INT-07").await), (vec![], vec![]));
        world.pass_minutes(24 * 60);
        // Two programs look at the same moment.
        let (mut one, mut other) = (Teller::default(), Teller::default());
        let (one, other) = tokio::join!(one.tell(world.core()), other.tell(world.core()));
        assert_eq!((one, other), (Ok(()), Ok(())));
        assert_eq!(of_review(&story.intake).await, ["late INT-07", "near INT-07"], "the next tier is told, not the owner again");
        assert_eq!(of_review(&story.head).await, ["escalated INT-07"]);
        assert_eq!(reported(&over, "INT-07").await, [(QS02.to_owned(), "escalated INT-07".to_owned())]);
        assert_eq!(told(&neighbour).await, [""; 0]);
        assert_eq!(reported(&world.oversight(PANYU).await, "INT-07").await, []);

        story.review(application).await.unwrap();
        world.pass_minutes(24 * 60);
        tell(&world).await;
        assert_eq!(of_review(&story.intake).await.len(), 2, "what is settled is told no more");
    }

    /// Proves SAF-02, SAF-12.
    async fn what_comes_again_and_was_not_done_is_reported(world: World) {
        // A house owes from the first whole half-year, the first whole year on.
        for (pack, rule, soon, late) in
            [(Pack::K, "SAF-02", "2026-12-10T09:00", "2027-01-01T09:00"), (Pack::P, "SAF-12", "2028-12-10T09:00", "2029-01-01T09:00")]
        {
            let house = world.with_pack(pack).await;
            let over = world.oversight(HAIZHU).await;
            let [head, officer] = [world.staff(house, Role::Head).await, world.staff(house, Role::SafetyOfficer).await];
            let [hall, gym] = [site(&head, "东门站", "2026-01-01").await, site(&head, "西门站", "2026-01-01").await];
            let count = async |scope: &StaffScope, why: &str| {
                let this = format!("{why} {rule}");
                told(scope).await.into_iter().filter(|word| *word == this).count()
            };
            // What whoever heads the site is to see to is told to the head of the house, where nobody heads it.
            let owner = if rule == "SAF-02" { &officer } else { &head };
            world.set_clock(soon);
            tell(&world).await;
            tell(&world).await;
            assert_eq!(count(owner, "near").await, 2, "each site by itself");
            let mut missing = 2;
            if rule == "SAF-02" {
                let check = registers::filled(&officer, "safety_check", gym, answers([("checked_on", &soon[..10])]));
                let check = paperwork::submit(&officer, fresh(check)).await.unwrap();
                decided(&head, check, Deed::Approve, "").await.unwrap();
                missing -= 1;
            }
            world.set_clock(late);
            tell(&world).await;
            assert_eq!(count(owner, "late").await, missing);
            assert_eq!((count(&head, "escalated").await, reported(&over, rule).await), (0, vec![]), "a day is left to make it up");
            world.pass_minutes(24 * 60);
            tell(&world).await;
            tell(&world).await;
            assert_eq!(count(&head, "escalated").await, missing);
            assert_eq!(reported(&over, rule).await, vec![(house.to_owned(), format!("escalated {rule}")); missing]);
            let place = messages(&head).await.into_iter().find(|message| word(message).ends_with(rule)).unwrap().subject;
            assert!([hall, gym].contains(&place), "{place}");
        }
    }

    async fn what_was_given_decided_or_sent_back_is_told_to_whom_it_concerns(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        world.set_clock("2026-03-10T09:00");
        assert_eq!(told(&story.worker).await.iter().filter(|word| *word == "assigned case").count(), 1);
        let back = story.write(case, moment("2026-03-09T10:00")).await.unwrap();
        story.send_back(back, "请写明效果。").await.unwrap();
        assert_eq!(told(&story.worker).await[0], "returned record");
        let first = &inbox(&story.worker, &Slice::default()).await.unwrap().rows[0];
        assert_eq!((first.0.subject.id, first.1.opens), (back.uuid(), true));
        assert!(first.1.name.is_some(), "of one's own client one is told the name");
        for other in [&story.head, &story.supervisor] {
            assert!(!told(other).await.iter().any(|word| word.starts_with("returned")), "nobody is told what they did themselves");
        }

        let colleague = world.colleague(QS01).await;
        let order = HandOver { from: story.worker.member(), to: colleague.member() };
        let held = hand_over(&story.head, fresh(order)).await.unwrap();
        let all: u64 = held.iter().map(|(_, n)| n).sum();
        let taken: Vec<(String, i64)> = messages(&colleague).await.iter().map(|message| (word(message), message.number)).collect();
        assert_eq!(taken, [("took_over member".to_owned(), all as i64)], "once, and not of each file");
    }

    async fn what_was_read_is_counted_no_more(world: World) {
        let story = Story::begin(&world, QS02).await;
        let application = story.apply(&world, application(ADULT)).await.unwrap().application;
        story.accept(application).await.unwrap();
        world.pass_minutes(50 * 60);
        tell(&world).await;
        let unread = async |role| world.staff(QS02, role).await.unread();
        let of_head = messages(&story.head).await;
        assert_eq!((unread(Role::Head).await as usize, of_head.len()), (of_head.len(), of_head.len()));
        let id: MessageId = of_head[0].id;
        assert_eq!(open(&story.intake, fresh(id)).await.map(drop), Err(Refusal::NotFound), "it was told to somebody else");
        assert_eq!(open(&world.staff(QS01, Role::Head).await, fresh(id)).await.map(drop), Err(Refusal::NotFound));
        let read = open(&story.head, fresh(id)).await.unwrap().read;
        assert_eq!(read, Some(world.backend.now()));
        world.pass_minutes(1);
        assert_eq!(open(&story.head, fresh(id)).await.unwrap().read, read, "when it was first read");
        assert_eq!(unread(Role::Head).await as usize, of_head.len() - 1);
        read_all(&story.head, fresh(())).await.unwrap();
        assert_eq!(unread(Role::Head).await, 0);
        assert!(messages(&story.intake).await.iter().all(|message| message.read.is_none()), "and nobody else's");

        let over = world.oversight(HAIZHU).await;
        let (page, unread) = district(&over, None).await.unwrap();
        assert_eq!(unread as usize, page.rows.len());
        let reported = &page.rows[0].message;
        for (scope, organisation) in [(&over, QS01), (&world.oversight(PANYU).await, QS02)] {
            assert_eq!(open_in_district(scope, organisation, fresh(reported.id)).await.map(drop), Err(Refusal::NotFound));
        }
        assert_eq!(open_in_district(&over, QS02, fresh(id)).await.map(drop), Err(Refusal::NotFound), "it was told to the head");
        assert!(open_in_district(&over, QS02, fresh(reported.id)).await.unwrap().read.is_some());
        assert_eq!(district(&over, None).await.unwrap().1, unread - 1);
    }
}
