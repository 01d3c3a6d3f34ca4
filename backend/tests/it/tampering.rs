//! Ten thousand ways to change an audit chain with the rights of the database's superuser, each of them found.
//!
//! The ordinary suite tries a few hundred for each engine. `BANYAN_LONG=1 ./dev unit --profile long tampering` tries all of
//! them, and verifies a chain of a million entries. The hashes are computed here a second time, from what docs/audit.md tells outsiders.

use crate::checkpoints::Outside;
use crate::world::*;
use backend::audit::{Landmarks, Verdict, landmarks, make_checkpoints, read_file};
use backend::members::add_member;
use backend::organisations::OperatorScope;
use backend::trail::verify_against;
use domain::access::Role;
use sea_orm::DbBackend;
use sha2::{Digest, Sha256};
use std::time::Instant;
use uuid::Uuid;

/// How many entries the chain has that is tampered with.
const ENTRIES: usize = 14;

/// Whether the long runs were asked for.
fn long() -> bool {
    std::env::var("BANYAN_LONG").is_ok_and(|value| value == "1")
}

/// Dice for the choice of place and kind.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }
}

/// An entry as its row holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    seq: i64,
    at: i64,
    actor: String,
    kind: String,
    subject_kind: String,
    subject_id: Uuid,
    detail: String,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

impl Entry {
    /// As docs/audit.md says it.
    fn rehash(&mut self, organisation: Uuid) {
        let mut hash = Sha256::new();
        hash.update(&self.previous);
        for part in [
            organisation.as_bytes().as_slice(),
            &self.seq.to_be_bytes(),
            &self.at.to_be_bytes(),
            self.actor.as_bytes(),
            self.kind.as_bytes(),
            self.subject_kind.as_bytes(),
            self.subject_id.as_bytes(),
            self.detail.as_bytes(),
        ] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        self.hash = hash.finalize().to_vec();
    }
}

/// Every entry follows from the one before, with right hashes; the superuser knows how that is done.
fn rechain(entries: &mut [Entry], organisation: Uuid, from: usize) {
    for at in from..entries.len() {
        entries[at].seq = at as i64 + 1;
        entries[at].previous = if at == 0 { vec![0; 32] } else { entries[at - 1].hash.clone() };
        entries[at].rehash(organisation);
    }
}

/// The chain of one organisation, in the hands of the superuser.
struct Chain {
    owner: Sql,
    organisation: Uuid,
    other: Uuid,
}

impl Chain {
    async fn read(&self) -> Vec<Entry> {
        let hex = |column: &str| match self.owner.backend() {
            DbBackend::Postgres if column == "subject_id" => "replace(subject_id::text, '-', '')".to_owned(),
            DbBackend::Postgres => format!("encode({column}, 'hex')"),
            _ => format!("lower(hex({column}))"),
        };
        let sql = format!(
            "SELECT CAST(seq AS text), CAST(at AS text), actor, kind, subject_kind, {}, detail, {}, {} FROM audit_entries
             WHERE organisation_id = {} ORDER BY audit_entries.seq",
            hex("subject_id"),
            hex("previous"),
            hex("hash"),
            self.owner.id(self.organisation)
        );
        let bytes = |hex: &str| -> Vec<u8> {
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
        };
        let rows = self.owner.rows(&sql).await;
        rows.into_iter()
            .map(|row| Entry {
                seq: row[0].parse().unwrap(),
                at: row[1].parse().unwrap(),
                actor: row[2].clone(),
                kind: row[3].clone(),
                subject_kind: row[4].clone(),
                subject_id: row[5].parse().unwrap(),
                detail: row[6].clone(),
                previous: bytes(&row[7]),
                hash: bytes(&row[8]),
            })
            .collect()
    }

    /// Puts these entries in place of what is there, and a head that fits them when it is told.
    async fn put(&self, entries: &[Entry], head: Option<(i64, &[u8])>) {
        let id = |id: Uuid| self.owner.id(id);
        let text = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let bytes = |bytes: &[u8]| {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            match self.owner.backend() {
                DbBackend::Postgres => format!(r"'\x{hex}'::bytea"),
                _ => format!("x'{hex}'"),
            }
        };
        let here = id(self.organisation);
        let mut sql = vec!["BEGIN".to_owned(), format!("DELETE FROM audit_entries WHERE organisation_id = {here}")];
        if !entries.is_empty() {
            let rows: Vec<String> = entries
                .iter()
                .map(|entry| {
                    format!(
                        "({here}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
                        entry.seq,
                        entry.at,
                        text(&entry.actor),
                        text(&entry.kind),
                        text(&entry.subject_kind),
                        id(entry.subject_id),
                        text(&entry.detail),
                        bytes(&entry.previous),
                        bytes(&entry.hash)
                    )
                })
                .collect();
            sql.push(format!(
                "INSERT INTO audit_entries (organisation_id, seq, at, actor, kind, subject_kind, subject_id, detail, previous, hash)
                 VALUES {}",
                rows.join(", ")
            ));
        }
        if let Some((seq, hash)) = head {
            sql.push(format!(
                "UPDATE audit_heads SET seq = {seq}, hash = {} WHERE organisation_id = {here}",
                bytes(hash)
            ));
        }
        sql.push("COMMIT".to_owned());
        self.owner.run(&sql.join(";")).await.unwrap();
    }

    /// One tampering, chosen by the dice; says what it was and what the chain holds then.
    fn tamper(&self, whole: &[Entry], dice: &mut Dice) -> (String, Vec<Entry>, bool) {
        let mut entries = whole.to_vec();
        let place = dice.roll(entries.len());
        let fits = |entries: &mut Vec<Entry>, from: usize| rechain(entries, self.organisation, from);
        let bend = |entry: &mut Entry, column: usize| match column {
            0 => entry.at += 1,
            1 => entry.actor.push('x'),
            2 => entry.kind = "access.denied".to_owned(),
            3 => entry.subject_kind = "case".to_owned(),
            4 => entry.subject_id = Uuid::from_u128(entry.subject_id.as_u128() ^ 1),
            5 => entry.detail.insert(entry.detail.len() - 1, ' '),
            6 => entry.previous[place % 32] ^= 1,
            _ => entry.hash[place % 32] ^= 0x80,
        };
        match dice.roll(10) {
            0..=2 => {
                let column = dice.roll(8);
                bend(&mut entries[place], column);
                (format!("edit column {column} of {}", place + 1), entries, false)
            }
            3 => {
                entries.remove(place);
                (format!("delete {}", place + 1), entries, dice.roll(2) == 0)
            }
            4 => {
                let other = (place + 1 + dice.roll(entries.len() - 1)) % entries.len();
                let (one, two) = (entries[place].seq, entries[other].seq);
                entries.swap(place, other);
                (entries[place].seq, entries[other].seq) = (one, two);
                (format!("swap {} and {}", place + 1, other + 1), entries, false)
            }
            5 => {
                // Behind the end, before the beginning, or between with everything after it moved on.
                let mut forged = entries[place].clone();
                match dice.roll(3) {
                    0 => {
                        forged.seq = entries.len() as i64 + 1;
                        forged.previous = entries[entries.len() - 1].hash.clone();
                        forged.rehash(self.organisation);
                        entries.push(forged);
                        return ("insert behind the end, without the head".to_owned(), entries, false);
                    }
                    1 => forged.seq = -(dice.roll(3) as i64),
                    _ => {
                        entries[place..].iter_mut().for_each(|entry| entry.seq += 1);
                        forged.rehash(self.organisation);
                    }
                }
                entries.insert(0, forged);
                (format!("insert at {}", place + 1), entries, dice.roll(2) == 0)
            }
            6 => {
                entries.truncate(place);
                (format!("cut behind {place}, the head stays"), entries, false)
            }
            7 => {
                entries.truncate(place);
                (format!("cut behind {place}, with the head"), entries, true)
            }
            8 => {
                // The end is written anew with right hashes: only the checkpoint sees it.
                let column = dice.roll(6);
                bend(&mut entries[place], column);
                fits(&mut entries, place);
                (format!("rewrite from {} with column {column}", place + 1), entries, true)
            }
            _ => {
                // Cut, and grown again beyond where it was, with right hashes.
                let mut more = entries[place].clone();
                entries.truncate(place);
                for at in 0..whole.len() + dice.roll(5) - place {
                    more.at += 1 + at as i64;
                    entries.push(more.clone());
                }
                fits(&mut entries, place);
                (format!("cut behind {place} and written anew to {}", entries.len()), entries, true)
            }
        }
    }
}

async fn ready(world: &World, outside: &Outside) -> (Chain, OperatorScope, Landmarks) {
    let head = world.staff(QS01, Role::Head).await;
    for at in 0..ENTRIES - 1 {
        world.pass_minutes(1);
        add_member(&head, fresh(world.newcomer(&format!("member{at}"), &[Role::Intake]))).await.unwrap();
    }
    world.staff(QS02, Role::Head).await;
    make_checkpoints(world.core()).await.unwrap();
    let operator = world.operator(QS01).await;
    let seen = landmarks(&read_file(outside.folder()).unwrap()).remove(&operator.organisation().id).unwrap();
    let other = world.organisation(QS02).await.uuid();
    (Chain { owner: world.owner().await, organisation: operator.organisation().id.uuid(), other }, operator, seen)
}

on_both_engines! {
    /// Proves SEC-04.
    async fn every_tampering_is_found_against_the_last_checkpoint(world: World) {
        let outside = Outside::of(&world);
        let (chain, operator, seen) = ready(&world, &outside).await;
        let whole = chain.read().await;
        assert_eq!(whole.len(), ENTRIES);
        let mut again = whole.clone();
        rechain(&mut again, chain.organisation, 0);
        assert_eq!(again, whole, "what outsiders are told is what is done");

        let tries = if long() { 10_000 } else { 300 };
        let begun = Instant::now();
        let mut dice = Dice(2026);
        for at in 0..tries {
            let (what, entries, with_head) = chain.tamper(&whole, &mut dice);
            assert_ne!(entries, whole, "{what}");
            let zero = vec![0; 32];
            let last = entries.last().map_or((0, &zero), |last| (last.seq, &last.hash));
            chain.put(&entries, with_head.then_some((last.0, last.1.as_slice()))).await;
            let verdict = verify_against(&operator, 1, seen.clone()).await.unwrap();
            assert!(!matches!(verdict, Verdict::Whole { .. }), "{at}: {what} was not found");
            chain.put(&whole, Some((ENTRIES as i64, &whole[ENTRIES - 1].hash))).await;
        }
        assert_eq!(verify_against(&operator, 1, seen).await.unwrap(), Verdict::Whole { entries: ENTRIES as i64 });
        println!("{:?}: {tries} tamperings, all found, in {:?}", world.engine(), begun.elapsed());
    }

    async fn only_the_checkpoint_sees_an_end_that_was_written_anew(world: World) {
        let outside = Outside::of(&world);
        let (chain, operator, seen) = ready(&world, &outside).await;
        let whole = chain.read().await;
        let mut entries = whole.clone();
        entries.truncate(10);
        entries[7].actor = "operator".to_owned();
        rechain(&mut entries, chain.organisation, 7);
        chain.put(&entries, Some((10, &entries[9].hash))).await;
        let blind = verify_against(&operator, 1, Landmarks::default()).await.unwrap();
        assert_eq!(blind, Verdict::Whole { entries: 10 }, "the chain alone fits");
        let seeing = verify_against(&operator, 1, seen.clone()).await.unwrap();
        assert_eq!(seeing, Verdict::Rewritten { after: 0, seq: ENTRIES as i64 });
        // A server that goes on signing would hide it; it does not.
        let round = make_checkpoints(world.core()).await.unwrap();
        assert_eq!((round.made.len(), round.astray), (0, vec![(QS01.to_owned(), ENTRIES as i64)]));

        // The neighbour's chain under this name is as good as nothing.
        chain.put(&[], None).await;
        let (here, there) = (chain.owner.id(chain.organisation), chain.owner.id(chain.other));
        chain.owner.run(&format!("DELETE FROM audit_heads WHERE organisation_id = {here}")).await.unwrap();
        for table in ["audit_entries", "audit_heads"] {
            let moved = format!("UPDATE {table} SET organisation_id = {here} WHERE organisation_id = {there}");
            chain.owner.run(&moved).await.unwrap();
        }
        assert_eq!(verify_against(&operator, 1, seen).await.unwrap(), Verdict::Broken { seq: 1 });
    }

    async fn a_number_that_is_left_out_is_found_though_every_hash_fits(world: World) {
        let outside = Outside::of(&world);
        let (chain, operator, _) = ready(&world, &outside).await;
        let mut entries = chain.read().await;
        let last = entries.last_mut().unwrap();
        last.seq += 1;
        last.rehash(chain.organisation);
        let hash = last.hash.clone();
        for head in [ENTRIES as i64, ENTRIES as i64 + 1] {
            chain.put(&entries, Some((head, &hash))).await;
            let verdict = verify_against(&operator, 1, Landmarks::default()).await.unwrap();
            assert_eq!(verdict, Verdict::Broken { seq: ENTRIES as i64 }, "{head}");
        }
    }

    async fn a_verification_since_a_checkpoint_reads_only_what_came_after(world: World) {
        let outside = Outside::of(&world);
        let (chain, operator, seen) = ready(&world, &outside).await;
        let head = world.staff(QS01, Role::Head).await;
        for at in 0..3 {
            add_member(&head, fresh(world.newcomer(&format!("later{at}"), &[Role::Intake]))).await.unwrap();
        }
        let (from, n) = (seen.last().unwrap(), ENTRIES as i64);
        assert_eq!(from, n);
        let since = async || verify_against(&operator, from, seen.clone()).await.unwrap();
        assert_eq!(since().await, Verdict::Whole { entries: n + 3 });
        let whole = chain.read().await;
        let broken = async |seq: usize| {
            let mut entries = whole.clone();
            entries[seq - 1].actor.push('x');
            chain.put(&entries, None).await;
            since().await
        };
        assert_eq!(broken(ENTRIES + 2).await, Verdict::Broken { seq: n + 2 });
        assert_eq!(broken(ENTRIES).await, Verdict::Broken { seq: n }, "the entry of the checkpoint itself");
        assert_eq!(broken(3).await, Verdict::Whole { entries: n + 3 }, "what came before was verified then");
        let mut entries = whole.clone();
        entries[ENTRIES - 1].actor.push('x');
        rechain(&mut entries, chain.organisation, ENTRIES - 1);
        let last = entries.last().unwrap().clone();
        chain.put(&entries, Some((last.seq, &last.hash))).await;
        assert_eq!(since().await, Verdict::Rewritten { after: 0, seq: n });
        entries.truncate(5);
        chain.put(&entries, Some((5, &entries[4].hash))).await;
        assert_eq!(since().await, Verdict::Rewritten { after: 0, seq: n });
    }
}

/// A million entries, put in by the superuser with right hashes.
async fn grow(chain: &Chain, entries: usize) {
    let mut entry = Entry {
        seq: 0,
        at: 1_772_413_200_000,
        actor: "member:mem_01JNATESTTESTTESTTESTTEST0".to_owned(),
        kind: "client.read".to_owned(),
        subject_kind: "case".to_owned(),
        subject_id: Uuid::from_u128(7),
        detail: "{}".to_owned(),
        previous: Vec::new(),
        hash: vec![0; 32],
    };
    let postgres = chain.owner.backend() == DbBackend::Postgres;
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let bytes = |held: &[u8]| if postgres { format!(r"'\x{}'", hex(held)) } else { format!("x'{}'", hex(held)) };
    let (here, subject) = (chain.owner.id(chain.organisation), chain.owner.id(entry.subject_id));
    chain.owner.run(&format!("DELETE FROM audit_entries WHERE organisation_id = {here}")).await.unwrap();
    for stride in 0..entries.div_ceil(2_000) {
        let mut rows = Vec::new();
        for _ in stride * 2_000..entries.min((stride + 1) * 2_000) {
            entry.seq += 1;
            entry.at += 1_000;
            entry.previous = std::mem::take(&mut entry.hash);
            entry.rehash(chain.organisation);
            rows.push(format!(
                "({here}, {}, {}, '{}', '{}', '{}', {subject}, '{}', {}, {})",
                entry.seq,
                entry.at,
                entry.actor,
                entry.kind,
                entry.subject_kind,
                entry.detail,
                bytes(&entry.previous),
                bytes(&entry.hash)
            ));
        }
        let insert = "INSERT INTO audit_entries (organisation_id, seq, at, actor, kind, subject_kind, subject_id, detail, previous, hash)";
        chain.owner.run(&format!("{insert} VALUES {}", rows.join(","))).await.unwrap();
    }
    let head = format!("UPDATE audit_heads SET seq = {entries}, hash = {}", bytes(&entry.hash));
    chain.owner.run(&format!("{head} WHERE organisation_id = {here}")).await.unwrap();
}

/// What this process has used so far: seconds of processors, and at most so many megabytes.
fn used() -> Option<(f64, u64)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let most = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let most: u64 = most.split_whitespace().nth(1)?.parse().ok()?;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields[11].parse::<f64>().ok()? + fields[12].parse::<f64>().ok()?;
    Some((ticks / 100.0, most / 1_024))
}

on_both_engines! {
    async fn a_long_chain_is_verified_in_strides(world: World) {
        let outside = Outside::of(&world);
        let (chain, operator, _) = ready(&world, &outside).await;
        let entries = if long() { 1_000_000 } else { 9_000 };
        grow(&chain, entries).await;
        let before = used();
        let begun = Instant::now();
        let verdict = verify_against(&operator, 1, Landmarks::default()).await.unwrap();
        println!("{:?}: {entries} entries in {:?}; CPU s and MB before {before:?}, after {:?}", world.engine(), begun.elapsed(), used());
        assert_eq!(verdict, Verdict::Whole { entries: entries as i64 });
        // In the middle of a stride, at its border, and at the very end.
        for seq in [4_000, 4_001, 6_543, entries as i64] {
            let here = chain.owner.id(chain.organisation);
            let bend = async |by: i64| {
                let sql = format!("UPDATE audit_entries SET at = at + {by} WHERE organisation_id = {here} AND seq = {seq}");
                assert_eq!(chain.owner.run(&sql).await.unwrap(), 1);
            };
            bend(1).await;
            let from = (seq - 10).max(1);
            assert_eq!(verify_against(&operator, from, Landmarks::default()).await.unwrap(), Verdict::Broken { seq });
            if !long() {
                assert_eq!(verify_against(&operator, 1, Landmarks::default()).await.unwrap(), Verdict::Broken { seq });
            }
            bend(-1).await;
        }
    }
}
