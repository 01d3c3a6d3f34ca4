//! How the rules were kept, in numbers that open into their rows.

use crate::registers::{filled, site};
use crate::story::{ADULT, Story, answers, application};
use crate::world::*;
use backend::StaffScope;
use backend::compliance::{Compliance, compliance, of_station};
use backend::duties::{DutyFilter, Which, list};
use backend::listing::Slice;
use backend::paperwork::submit;
use domain::access::Role;
use domain::compliance::{Kept, score};
use domain::packs::Pack;
use domain::refusal::Refusal;
use domain::rules::Standing;
use domain::time::Month;

fn month(raw: &str) -> Month {
    raw.parse().unwrap()
}

fn kept(judged: &Compliance, rule: &str) -> Option<Kept> {
    judged.rules.iter().find(|part| part.rule.id.to_string() == rule).map(|part| part.kept)
}

/// Each count of duties is the length of the list that it opens.
async fn opens_into_its_rows(scope: &StaffScope, judged: &Compliance) {
    for part in judged.rules.iter().filter(|part| part.register.is_none()) {
        let Kept { in_time, late, missed } = part.kept;
        for (which, count) in [(Which::Kept, in_time), (Which::SettledLate, late), (Which::Overdue, missed)] {
            let (rule, due) = (Some(part.rule.id), Some(judged.month));
            let found = list(scope, &DutyFilter { which, rule, due, mine: false }, &Slice::default()).await.unwrap();
            assert_eq!(found.rows.len() as u64, count, "{} {which:?}", part.rule.id);
        }
    }
}

on_both_engines! {
    async fn each_number_opens_into_its_rows(world: World) {
        let district = world.oversight(HAIZHU).await;
        let story = Story::begin(&world, QS02).await;
        let mut waiting = Vec::new();
        for _ in 0..3 {
            waiting.push(story.apply(&world, application(ADULT)).await.unwrap().application);
            story.accept(*waiting.last().unwrap()).await.unwrap();
        }
        story.review(waiting[0]).await.unwrap();
        let running = compliance(&story.head, month("2026-03")).await.unwrap();
        assert_eq!(kept(&running, "INT-07"), Some(Kept { in_time: 1, ..Kept::default() }), "what is not due yet says nothing");
        world.pass_minutes(25 * 60);
        story.review(waiting[1]).await.unwrap();
        let judged = compliance(&story.head, month("2026-03")).await.unwrap();
        assert_eq!(kept(&judged, "INT-07"), Some(Kept { in_time: 1, late: 1, missed: 1 }));
        opens_into_its_rows(&story.head, &judged).await;
        assert_eq!(judged.score, score(judged.rules.iter().map(|part| (part.rule.strength, part.kept))));
        let before = compliance(&story.head, month("2026-02")).await.unwrap();
        assert_eq!(kept(&before, "INT-07"), None);

        let (_, seen) = of_station(&district, QS02, month("2026-03")).await.unwrap();
        assert_eq!(kept(&seen, "INT-07"), kept(&judged, "INT-07"));
        let own = compliance(&story.worker, month("2026-03")).await.unwrap();
        assert_eq!(kept(&own, "INT-07"), None, "whoever sees only the own duties is judged by them");
        let (_, neighbour) = of_station(&district, QS01, month("2026-03")).await.unwrap();
        assert_eq!(kept(&neighbour, "INT-07"), None);
        assert_eq!(of_station(&district, "elsewhere", month("2026-03")).await.unwrap_err(), Refusal::NotFound);
    }

    async fn upkeep_counts_in_the_month_in_which_it_fell_due(world: World) {
        let house = world.with_pack(Pack::P).await;
        let head = world.staff(house, Role::Head).await;
        let hall = site(&head, "东门站", "2026-01-01").await;
        world.set_clock("2026-05-20T09:00");
        let patrol = async |day: &str| {
            let patrol = answers([("checked_on", day)]);
            submit(&head, fresh(filled(&head, "site_patrol", hall, patrol))).await.unwrap();
        };
        let of = async |month: Month, rule| kept(&compliance(&head, month).await.unwrap(), rule);
        let (mut months, mut day) = (Vec::new(), world.today());
        patrol("2026-05-20").await;
        let page = backend::registers::page(&head, "site_patrol", &Default::default(), &Slice::default()).await.unwrap();
        for turn in &page.strips[0].lines[0].turns {
            months.push((Month::of(turn.stretch.last), turn.standing));
            day = turn.stretch.last;
        }
        assert_eq!(months.last().map(|(_, standing)| *standing), Some(Standing::Open));
        assert_eq!(months.first().map(|(_, standing)| *standing), Some(Standing::MetLate));
        assert_eq!(of(months[0].0, "SAF-04").await, Some(Kept { late: 1, ..Kept::default() }));
        let next = Month::of(day);
        assert_eq!(of(next, "SAF-04").await, None, "what is open says nothing");
        world.set_clock("2026-07-02T09:00");
        assert_eq!(of(next, "SAF-04").await, Some(Kept { missed: 1, ..Kept::default() }));

        // What has to be in force is judged as it stands, in the month that runs.
        assert_eq!(of(month("2026-07"), "SAF-06").await, Some(Kept { missed: 1, ..Kept::default() }));
        assert_eq!(of(month("2026-06"), "SAF-06").await, None);
    }
}
