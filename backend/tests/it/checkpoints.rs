//! Checkpoints: what was signed stays signed, in one file that cannot be cut, whoever writes to it.

use crate::world::*;
use backend::audit::Verdict;
use backend::audit::{
    Checkpoint, CheckpointError, CheckpointKey, Checkpoints, PublicKey, checked, make_checkpoints, read_file,
};
use backend::members::add_member;
use backend::trail::{chain_of, chains, examine_of};
use backend::trail::{examine, fingerprint, standing};
use domain::access::Role;
use domain::refusal::Refusal;
use std::path::{Path, PathBuf};

/// A folder outside the database in which a world's checkpoints lie; gone with the test.
pub struct Outside(PathBuf);

impl Outside {
    /// From now on the world's checkpoints lie here.
    pub fn of(world: &World) -> Self {
        let outside = Self::new(&world.stage);
        world.backend.keep_checkpoints(outside.open());
        outside
    }

    fn new(stage: &Stage) -> Self {
        let name = format!("banyan-outside-{}", stage.name());
        Self(std::env::temp_dir().join(name))
    }

    /// The folder of checkpoints.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    fn key(&self) -> CheckpointKey {
        CheckpointKey::load_or_create(&self.0.join("keys/checkpoint.key")).unwrap()
    }

    fn public(&self) -> PublicKey {
        self.key().public()
    }

    fn open(&self) -> Checkpoints {
        Checkpoints::open(&self.0, self.key()).unwrap()
    }

    fn file(&self, month: &str) -> PathBuf {
        self.0.join(format!("{month}.jsonl"))
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn grow(world: &World, name: &str) {
    let head = world.staff(QS01, Role::Head).await;
    add_member(&head, fresh(world.newcomer(name, &[Role::Intake]))).await.unwrap();
}

fn entries(made: &[Checkpoint]) -> Vec<(&str, i64)> {
    made.iter().map(|made| (made.slug.as_str(), made.entries)).collect()
}

on_both_engines! {
    async fn what_has_grown_is_signed_once(world: World) {
        let outside = Outside::of(&world);
        let sign = async || make_checkpoints(world.core()).await.unwrap();
        assert!(sign().await.made.is_empty(), "nothing has happened yet");
        grow(&world, "li.na").await;
        world.staff(QS02, Role::Head).await;
        assert_eq!(entries(&sign().await.made), [(QS01, 2), (QS02, 1)]);
        assert!(sign().await.made.is_empty());
        grow(&world, "wu.gang").await;
        assert_eq!(entries(&sign().await.made), [(QS01, 3)]);

        let all = checked(outside.folder(), &outside.public()).unwrap();
        assert_eq!(entries(&all), [(QS01, 2), (QS02, 1), (QS01, 3)]);
        assert!(all.iter().all(|signed| signed.moment() == Some(world.backend.now())), "{all:?}");
        assert_eq!(checked(&outside.file("2026-03"), &outside.public()).unwrap(), all);
        assert!(all.iter().all(|line| line.at.starts_with("2026-03-02T09:00:00")), "{all:?}");
        let head = world.staff(QS01, Role::Head).await;
        let stands = standing(&head, Some(2)).await.unwrap();
        assert_eq!((stands.entries, &stands.head, stands.checkpoint.as_ref()), (3, &all[2].head, all.last()));
        assert_eq!(stands.asked.as_ref(), Some(&all[0].head), "whoever holds an older one finds it");
        assert_eq!(stands.key, Some(outside.public()));
        assert_eq!(fingerprint("0123456789abcdef0123456789abcdef99"), "0123 4567 89AB CDEF 0123 4567 89AB CDEF");

        // One line, handed out alone, is checked with nothing but the key.
        let alone = outside.folder().join("alone");
        std::fs::write(&alone, serde_json::to_string(&all[2]).unwrap()).unwrap();
        assert_eq!(checked(&alone, &outside.public()).unwrap(), all[2..]);
    }

    async fn every_month_begins_with_every_chain(world: World) {
        let outside = Outside::of(&world);
        grow(&world, "li.na").await;
        world.staff(LN01, Role::Head).await;
        make_checkpoints(world.core()).await.unwrap();
        world.set_clock("2026-04-01T00:00");
        let round = make_checkpoints(world.core()).await.unwrap();
        assert_eq!(entries(&round.made), [(LN01, 1), (QS01, 2)]);
        assert!(make_checkpoints(world.core()).await.unwrap().made.is_empty());
        assert_eq!(read_file(&outside.file("2026-04")).unwrap(), round.made);
        assert_eq!(checked(outside.folder(), &outside.public()).unwrap().len(), 4, "one month follows from the other");
        let march = outside.file("2026-03");
        let text = std::fs::read_to_string(&march).unwrap();
        std::fs::write(&march, text.lines().next().unwrap().to_owned() + "\n").unwrap();
        let cut = read_file(outside.folder()).unwrap_err();
        assert!(matches!(cut, CheckpointError::Unlinked { line: 1, .. }), "{cut}");
    }

    async fn two_processes_write_one_file(world: World) {
        let outside = Outside::of(&world);
        let other = world.through(world.backend.database().clone()).await;
        other.keep_checkpoints(outside.open());
        for at in 0..6 {
            grow(&world, &format!("member{at}")).await;
            let backend = if at % 2 == 0 { &world.backend } else { &other };
            let round = make_checkpoints(backend.core()).await.unwrap();
            assert_eq!(entries(&round.made), [(QS01, at + 2)]);
            let quiet = if at % 2 == 0 { &other } else { &world.backend };
            assert!(make_checkpoints(quiet.core()).await.unwrap().made.is_empty(), "signed already");
        }
        grow(&world, "both").await;
        let (one, two) = tokio::join!(make_checkpoints(world.core()), make_checkpoints(other.core()));
        assert_eq!(one.unwrap().made.len() + two.unwrap().made.len(), 1, "signed by one of them");
        assert_eq!(checked(outside.folder(), &outside.public()).unwrap().len(), 7);
    }

    async fn two_processes_begin_a_month_one_after_the_other(world: World) {
        let outside = Outside::of(&world);
        let other = world.through(world.backend.database().clone()).await;
        other.keep_checkpoints(outside.open());
        grow(&world, "li.na").await;
        make_checkpoints(world.core()).await.unwrap();
        world.set_clock("2026-04-01T00:00");
        assert_eq!(entries(&make_checkpoints(other.core()).await.unwrap().made), [(QS01, 2)]);
        grow(&world, "wu.gang").await;
        assert_eq!(entries(&make_checkpoints(world.core()).await.unwrap().made), [(QS01, 3)]);
        assert_eq!(entries(&checked(outside.folder(), &outside.public()).unwrap()), [(QS01, 2), (QS01, 2), (QS01, 3)]);
    }

    async fn a_chain_that_left_its_checkpoint_is_not_signed_again(world: World) {
        let outside = Outside::of(&world);
        for name in ["li.na", "wu.gang"] {
            grow(&world, name).await;
        }
        make_checkpoints(world.core()).await.unwrap();
        let owner = world.owner().await;
        let here = format!("organisation_id = {}", owner.id(world.organisation(QS01).await.uuid()));
        let before = format!("(SELECT previous FROM audit_entries WHERE {here} AND seq = 3)");
        for (what, tampering) in [
            ("its head is another", format!("UPDATE audit_heads SET hash = {before} WHERE {here}")),
            ("so is the entry under it", format!("UPDATE audit_entries SET hash = {before} WHERE {here} AND seq = 3")),
            ("it has grown since", format!("UPDATE audit_heads SET seq = 4 WHERE {here}")),
            ("its end is cut off", format!("UPDATE audit_heads SET seq = 2 WHERE {here}")),
        ] {
            owner.run(&tampering).await.unwrap();
            let round = make_checkpoints(world.core()).await.unwrap();
            assert_eq!((round.made.len(), round.astray), (0, vec![(QS01.to_owned(), 3)]), "{what}");
        }
        assert_eq!(entries(&checked(outside.folder(), &outside.public()).unwrap()), [(QS01, 3)]);
    }

    async fn a_line_that_was_not_finished_is_taken_back(world: World) {
        let outside = Outside::of(&world);
        grow(&world, "li.na").await;
        make_checkpoints(world.core()).await.unwrap();
        let file = outside.file("2026-03");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{text}{}", &text[..40])).unwrap();
        assert!(read_file(&file).is_err());
        grow(&world, "wu.gang").await;
        make_checkpoints(world.core()).await.unwrap();
        assert_eq!(checked(&file, &outside.public()).unwrap().len(), 2);
    }

    async fn a_line_that_is_no_checkpoint_is_named_by_its_place_in_the_file(world: World) {
        let outside = Outside::of(&world);
        for name in ["li.na", "wu.gang"] {
            grow(&world, name).await;
            make_checkpoints(world.core()).await.unwrap();
        }
        let file = outside.file("2026-03");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{text}{{}}\n")).unwrap();
        let unreadable = make_checkpoints(world.core()).await.unwrap_err().to_string();
        assert!(unreadable.contains("line 3: is no checkpoint"), "{unreadable}");
    }

    async fn no_month_begins_before_the_last_one_can_be_read(world: World) {
        let outside = Outside::of(&world);
        grow(&world, "li.na").await;
        make_checkpoints(world.core()).await.unwrap();
        let march = outside.file("2026-03");
        let text = std::fs::read_to_string(&march).unwrap();
        std::fs::write(&march, format!("{text}{{}}\n")).unwrap();
        world.set_clock("2026-04-01T09:00");
        grow(&world, "wu.gang").await;
        for attempt in 1..=2 {
            assert!(make_checkpoints(world.core()).await.is_err(), "attempt {attempt}");
        }
        std::fs::write(&march, &text).unwrap();
        assert_ne!(make_checkpoints(world.core()).await.unwrap().made.len(), 0);
        assert!(checked(outside.folder(), &outside.public()).is_ok(), "April follows from March");
    }

    async fn a_file_that_was_changed_is_seen(world: World) {
        let outside = Outside::of(&world);
        for at in 0..4 {
            grow(&world, &format!("member{at}")).await;
            make_checkpoints(world.core()).await.unwrap();
        }
        let file = outside.file("2026-03");
        let text = std::fs::read_to_string(&file).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let with = |lines: &[&str]| {
            std::fs::write(&file, lines.join("\n") + "\n").unwrap();
            checked(&file, &outside.public()).unwrap_err().to_string()
        };
        assert!(with(&[lines[0], lines[2], lines[3]]).contains("line 2: does not follow"));
        assert!(with(&[lines[0], lines[2], lines[1], lines[3]]).contains("line 2: does not follow"));
        let bent = lines[3].replace(r#""entries":5"#, r#""entries":4"#);
        assert_ne!(bent, lines[3]);
        assert!(with(&[lines[0], lines[1], lines[2], &bent]).contains("line 4: was not signed"));
        assert!(with(&["{}"]).contains("line 1: is no checkpoint"));
        std::fs::write(&file, &text).unwrap();
        let stranger = CheckpointKey::load_or_create(&outside.folder().join("keys/stranger.key")).unwrap().public();
        assert!(checked(&file, &stranger).unwrap_err().to_string().contains("line 1: was not signed"));
        assert_eq!(outside.public().to_string().parse(), Ok(outside.public()));
        assert!("0123".parse::<PublicKey>().is_err());
        let (id, others) = (outside.public().id(), stranger.id());
        assert!(id.len() == 8 && id != others, "a short name of its own: {id}, {others}");
        assert_eq!(format!("{:?}", outside.key()), format!("CheckpointKey({id})"), "nothing secret is written out");
    }

    async fn the_station_and_the_evaluator_verify_and_nobody_else(world: World) {
        let outside = Outside::of(&world);
        for name in ["li.na", "wu.gang"] {
            grow(&world, name).await;
            make_checkpoints(world.core()).await.unwrap();
        }
        for role in Role::STAFF {
            let scope = world.staff(QS01, role).await;
            let may = matches!(role, Role::Head | Role::Supervisor | Role::InformationSecurity | Role::Auditor);
            match examine(&scope).await {
                Ok(found) => assert!(may && matches!(found.verdict, Verdict::Whole { .. }), "{role:?} {found:?}"),
                Err(refusal) => assert!(!may && refusal == Refusal::Forbidden, "{role:?} {refusal:?}"),
            }
            assert_eq!(standing(&scope, None).await.is_ok(), may, "{role:?}");
        }
        assert_eq!(examine(&world.staff(QS01, Role::Head).await).await.unwrap().checkpoints, 2);

        let evaluator = world.evaluator(&[QS01]).await;
        let seen = chains(&evaluator).await.unwrap();
        assert_eq!(seen.iter().map(|(organisation, _)| organisation.slug.as_str()).collect::<Vec<_>>(), [QS01]);
        let before = seen[0].1.entries;
        let (_, stands) = chain_of(&evaluator, QS01, Some(1)).await.unwrap();
        assert_eq!(stands.entries, before + 1, "the look itself is an entry");
        assert!(stands.asked.is_some());
        assert!(matches!(examine_of(&evaluator, QS01).await.unwrap().verdict, Verdict::Whole { .. }));
        for other in [QS02, LN01, "nowhere"] {
            assert_eq!(chain_of(&evaluator, other, None).await.unwrap_err(), Refusal::NotFound, "{other}");
            assert_eq!(examine_of(&evaluator, other).await.unwrap_err(), Refusal::NotFound, "{other}");
        }
        drop(outside);
    }
}
