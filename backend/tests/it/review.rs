//! The review queue: what waits for whom, in which order, and one of these papers between the others.

use crate::story::*;
use crate::work::to_decide;
use crate::world::*;
use backend::StaffScope;
use backend::paperwork::{Submit, decide};
use backend::work::{Queue, Waiting, queue, review, table};
use domain::access::Role;
use domain::forms::{Answered, differences};
use domain::ids::{CaseId, PaperId};
use domain::papers::Deed;
use domain::refusal::Refusal;

async fn seen(scope: &StaffScope) -> Queue {
    queue(scope).await.unwrap()
}

fn papers(queue: &Queue) -> Vec<PaperId> {
    queue.rows.iter().map(|row| row.paper.id).collect()
}

/// A row in a word: which register's paper, whose, by whom, which draft.
fn word(row: &Waiting) -> String {
    let name = row.whose.name.as_deref().unwrap_or_default();
    format!("{} {name} {} {}", row.paper.register.key, row.author, row.draft)
}

/// Writes anew what was sent back.
async fn again(story: &Story, case: CaseId, replaced: PaperId, register: &str) -> PaperId {
    let mut answers = if register == "plan" { plan() } else { assessment() };
    answers.insert("goals".to_owned(), "按时复诊；学会自己用药盒。".to_owned());
    submit(&story.worker, Submit { replaces: Some(replaced), ..filled(case, register, answers) }).await.unwrap()
}

on_both_engines! {
    async fn late_ones_first_then_as_they_were_handed_in(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        let visit = story.appoint(case, "2026-03-02T10:00").await.unwrap();
        world.set_clock("2026-03-10T09:00");
        let prompt = story.write(case, moment("2026-03-09T15:00")).await.unwrap();
        world.pass_minutes(5);
        let slow = story.write(case, moment("2026-03-02T09:30")).await.unwrap();
        world.pass_minutes(5);
        let of_a_visit = story.hand_in_about(case, ("record", visit), record(moment("2026-03-02T10:00"))).await.unwrap();
        world.pass_minutes(5);
        let last = story.write(case, moment("2026-03-10T08:00")).await.unwrap();

        let queue = seen(&story.supervisor).await;
        assert_eq!(papers(&queue), [slow, of_a_visit, prompt, last]);
        let now = world.backend.now();
        let late: Vec<bool> = queue.rows.iter().map(|row| row.is_late(now)).collect();
        assert_eq!((late, queue.late(now)), (vec![true, true, false, false], 2), "the visit's clock counts for its record");
        assert_eq!(word(&queue.rows[0]), format!("record 王*明 {} 1", story.worker.name()));

        // What was sent back late stays late when it is written anew, and comes as it was handed in.
        story.send_back(slow, "请写明效果。").await.unwrap();
        world.pass_minutes(5);
        let anew = Submit { replaces: Some(slow), ..filled(case, "record", record(moment("2026-03-02T09:30"))) };
        let anew = submit(&story.worker, anew).await.unwrap();
        let queue = seen(&story.supervisor).await;
        assert_eq!(papers(&queue), [of_a_visit, anew, prompt, last]);
        assert_eq!(queue.rows[1].draft, 2);
        assert_eq!((queue.after(of_a_visit), queue.after(last), queue.before(anew)), (Some(anew), Some(of_a_visit), Some(of_a_visit)));
        assert_eq!((queue.after(slow), queue.before(of_a_visit)), (Some(of_a_visit), None), "what does not wait leads to the first");
    }

    async fn the_queue_is_what_the_work_table_lets_one_decide(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        story.write(case, story.worker.now()).await.unwrap();
        let own = submit(&story.supervisor, filled(case, "record", record(story.worker.now()))).await.unwrap();
        let back = story.write(case, story.worker.now()).await.unwrap();
        story.send_back(back, "请写明效果。").await.unwrap();
        keep_draft(&story.worker, filled(case, "record", record(story.worker.now()))).await.unwrap();

        let colleague = world.colleague(QS01).await;
        let finance = world.staff(QS01, Role::Finance).await;
        let neighbour = Story::begin(&world, QS02).await;
        let everybody = [
            &story.head, &story.supervisor, &story.worker, &story.intake, &colleague, &finance,
            &neighbour.head, &neighbour.supervisor,
        ];
        let mut counts = Vec::new();
        for scope in everybody {
            let (queue, table) = (seen(scope).await, table(scope, false).await.unwrap());
            let waiting: Vec<PaperId> = to_decide(scope).await.iter().map(|paper| paper.id).collect();
            assert_eq!((papers(&queue), queue.rows.len()), (waiting, table.to_decide), "{}", scope.name());
            counts.push(queue.rows.len());
        }
        assert_eq!(counts, [2, 1, 0, 0, 0, 0, 0, 0], "never one's own");
        assert_eq!(review(&colleague, own).await.err(), Some(Refusal::NotFound));
        assert_eq!(review(&neighbour.head, own).await.err(), Some(Refusal::NotFound));
    }

    async fn who_decides_no_longer_has_nothing_to_review(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let deputy = world.newcomer("deputy", &[Role::Supervisor]);
        let until = Some(world.today());
        let deputy = world.add(QS01, backend::members::AddMember { until, ..deputy }).await.account;
        let paper = story.hand_in(case, "assessment", assessment()).await.unwrap();
        let today = world.backend.staff(deputy, QS01).await.unwrap();
        assert_eq!(papers(&seen(&today).await), [paper]);
        world.set_clock("2027-01-10T09:00");
        assert_eq!(world.backend.staff(deputy, QS01).await.err(), Some(Refusal::NotFound));
    }

    async fn a_draft_stands_beside_the_one_before_and_why_that_came_back(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let first = story.hand_in(case, "assessment", assessment()).await.unwrap();
        let opened = review(&story.supervisor, first).await.unwrap();
        assert!((opened.draft, opened.file.before.is_none()) == (1, true));
        story.send_back(first, "目标请写具体。").await.unwrap();
        let sent_back = world.backend.now();
        world.pass_minutes(60);
        let second = again(&story, case, first, "assessment").await;

        let opened = review(&story.supervisor, second).await.unwrap();
        let (before, form) = opened.file.before.as_ref().unwrap();
        assert_eq!((opened.draft, before.head.id, form.version), (2, first, opened.file.form.version));
        assert_eq!((before.reason.as_deref(), before.said), (Some("目标请写具体。"), Some(sent_back)));
        assert_eq!(before.written.reviewer.as_deref(), Some(story.supervisor.name()));
        let changed = differences(&before.answers, &opened.file.paper.answers);
        let changed: Vec<&str> = changed.iter().filter(|(_, became)| **became != Answered::Alike).map(|(key, _)| *key).collect();
        assert_eq!(changed, ["goals"]);
        let said = |opened: &backend::work::Review| opened.file.heading[0].1.clone();
        assert!(said(&opened).starts_with("王*明 "), "{}", said(&opened));
        assert_eq!((papers(&opened.queue), opened.queue.decided), (vec![second], 1));

        // Another edition of what is revised is compared with the edition before.
        story.approve(second).await.unwrap();
        let plans = [story.hand_in(case, "plan", plan()).await.unwrap()];
        story.hand_in_about(case, ("discussion", plans[0]), discussion(story.worker.now())).await.unwrap();
        story.approve(plans[0]).await.unwrap();
        let next = story.hand_in(case, "plan", plan()).await.unwrap();
        let opened = review(&story.head, next).await.unwrap();
        assert_eq!((opened.draft, opened.file.before.unwrap().0.head.id), (2, plans[0]));
    }

    async fn decisions_count_for_the_day_and_for_who_decided(world: World) {
        let story = Story::begin(&world, QS01).await;
        let case = story.serve(&world).await;
        let at_first = seen(&story.supervisor).await.decided;
        let one = story.write(case, story.worker.now()).await.unwrap();
        let other = story.write(case, story.worker.now()).await.unwrap();
        let own = submit(&story.supervisor, filled(case, "record", record(story.worker.now()))).await.unwrap();
        decide(&story.supervisor, decision(own, Deed::Withdraw)).await.unwrap();
        story.approve(one).await.unwrap();
        story.send_back(other, "请写明效果。").await.unwrap();
        assert_eq!(seen(&story.supervisor).await.decided, at_first + 2, "what one takes back is no decision");
        assert_eq!(review(&story.supervisor, one).await.unwrap().queue.decided, at_first + 2);
        assert_eq!(seen(&story.head).await.decided, 0);
        world.pass_minutes(24 * 60);
        assert_eq!(seen(&story.supervisor).await.decided, 0);
    }
}
