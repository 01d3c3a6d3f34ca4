//! Rosters: what a station kept before Banyan comes in once, and what is wrong with it comes back.

use crate::rosters::{WORKERS, table, workbook};
use crate::world::*;
use backend::clients::{self, ClientFilter};
use backend::members::AddMember;
use backend::transfer::{
    ImportOutcome, OtherFile, RosterColumn, RosterError, import_clients, read_roster, returned_workbook,
};
use calamine::{Data, Reader, Xlsx};
use domain::access::Role;
use domain::lang::Lang;
use domain::refusal::Refusal;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::time::Instant;

const HEADINGS: &[&str] = &["姓名", "身份证号", "出生日期", "联系电话", "负责社工"];
const NUMBER: &str = "11010519491231002X";

/// The numbers of the rows that were not taken, each with the columns that are wrong.
fn bad(outcome: &ImportOutcome) -> BTreeMap<u32, Vec<RosterColumn>> {
    outcome.refused.iter().map(|row| (row.place.row, row.remarks.iter().map(|flaw| flaw.holds).collect())).collect()
}

/// What adding a social worker of this name asks for.
fn worker(world: &World, sign_in: &str, name: &str) -> AddMember {
    AddMember { name: name.to_owned(), ..world.newcomer(sign_in, &[Role::SocialWorker]) }
}

on_both_engines! {
    /// Proves CLI-01, RES-07.
    async fn a_roster_of_two_thousand_rows_comes_in_once(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        for (sign_in, name) in ["worker.one", "worker.two"].into_iter().zip(WORKERS) {
            world.add(QS01, worker(&world, sign_in, name)).await;
        }
        // Each row is a transaction; over a network protocol they take several times as long, and prove no more.
        let rows = if world.engine() == Engine::Sqlite { 2_000 } else { 400 };
        let (bad_rows, good) = (rows / 20, rows - rows / 20);
        let (bytes, flaws) = workbook(rows as u32, 7);
        assert_eq!(flaws.len(), bad_rows, "5 %");

        let begun = Instant::now();
        let roster = read_roster(&bytes).unwrap();
        let read = begun.elapsed();
        assert_eq!(roster.len(), rows);
        let first = import_clients(&head, &roster).await.unwrap();
        let taken = begun.elapsed();
        let expected: BTreeMap<u32, Vec<RosterColumn>> = flaws.iter().map(|(row, flaw)| (*row, flaw.columns())).collect();
        assert_eq!(bad(&first), expected, "each flaw at its cell");
        assert_eq!((first.added, first.known), (good, 0));

        let before = world.everything().await;
        let again = Instant::now();
        let second = import_clients(&head, &roster).await.unwrap();
        assert_eq!((second.added, second.known), (0, good));
        assert_eq!(second.refused, first.refused);
        let more = world.changed_since(&before).await;
        assert_eq!(more, BTreeMap::from([("audit_entries".to_owned(), 1), ("audit_heads".to_owned(), 0)]), "one note");
        println!("{:?}: {rows} rows read in {read:?}, taken in {taken:?}, again in {:?}", world.engine(), again.elapsed());

        // What comes back can be corrected and imported as it is.
        let returned = returned_workbook(&roster, &first, Lang::Zh).unwrap();
        let once_more = import_clients(&head, &read_roster(&returned).unwrap()).await.unwrap();
        assert_eq!((once_more.added, once_more.known, once_more.refused.len()), (0, 0, bad_rows));
        assert_eq!(world.owner().await.number("SELECT count(*) FROM clients").await, good as i64);
    }

    async fn a_person_is_taken_once_however_often_the_person_stands_there(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let bytes = table(&[
            HEADINGS,
            &["王明", NUMBER, "", "13800000001", ""],
            &["王明", "11010519491231002x", "1949-12-31", "", ""],
            &["李梅", NUMBER, "", "", ""],
            &["陈静", "", "1950-01-01", "13800000002", ""],
            &["陈静", "", "1950/1/1", "138 0000 0002", ""],
            &["陈静", "", "1950-01-01", "13800000003", ""],
        ]);
        let roster = read_roster(&bytes).unwrap();
        for (added, known) in [(2, 2), (0, 4)] {
            let outcome = import_clients(&head, &roster).await.unwrap();
            assert_eq!((outcome.added, outcome.known), (added, known));
            assert_eq!(bad(&outcome), BTreeMap::from([(4, vec![RosterColumn::Name]), (7, vec![RosterColumn::Phone])]));
        }
        // A neighbour knows nobody of them.
        let neighbour = world.staff(QS02, Role::Head).await;
        assert_eq!(import_clients(&neighbour, &roster).await.unwrap().added, 2);
    }

    async fn who_is_responsible_is_a_member_by_name(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        for (sign_in, name) in [("chen.qing", "陈清"), ("li.na", "李娜"), ("li.na2", "李娜")] {
            world.add(QS01, worker(&world, sign_in, name)).await;
        }
        world.add(QS02, worker(&world, "zhao", "赵云")).await;
        let accountant = AddMember { roles: vec![Role::Finance], ..worker(&world, "qian", "钱进") };
        world.add(QS01, accountant).await;
        let rows: &[&[&str]] = &[
            HEADINGS,
            &["甲一", "", "1950-01-01", "", "陈清"],
            &["甲二", "", "1950-01-02", "", "李娜"],
            &["甲三", "", "1950-01-03", "", "赵云"],
            &["甲四", "", "1950-01-04", "", "钱进"],
        ];
        let outcome = import_clients(&head, &read_roster(&table(rows)).unwrap()).await.unwrap();
        assert_eq!(outcome.added, 1);
        assert_eq!(bad(&outcome), [3, 4, 5].map(|row| (row, vec![RosterColumn::Responsible])).into());
        let said = outcome.refused[2].remarks[0].reason.say(Lang::Zh);
        assert!(said.contains("现有的角色") && said.contains("打不开"), "{said}");
        let page = clients::list(&head, &ClientFilter::default(), &Default::default()).await.unwrap();
        assert_eq!(page.rows[0].responsible.as_deref(), Some("陈清"));
    }

    async fn only_the_head_takes_a_roster_in(world: World) {
        let roster = read_roster(&table(&[HEADINGS, &["王明", NUMBER, "", "", ""]])).unwrap();
        for role in Role::STAFF.into_iter().filter(|role| *role != Role::Head) {
            let scope = world.staff(QS01, role).await;
            assert_eq!(import_clients(&scope, &roster).await, Err(Refusal::Forbidden), "{role:?}");
        }
        assert_eq!(world.owner().await.number("SELECT count(*) FROM clients").await, 0);
    }

    async fn bad_rows_come_back_as_text_with_the_reason_beside_each_cell(world: World) {
        let formula = "=HYPERLINK(\"http://example.invalid\",\"x\")";
        let roster = read_roster(&table(&[
            &["序号", "姓名", "身份证号", "备注", "电话"],
            &["+1", "王明", "11010519491231002", formula, "12345"],
            &["-2", "李梅", NUMBER, "@SUM(1)", ""],
        ]))
        .unwrap();
        let outcome = import_clients(&world.staff(QS01, Role::Head).await, &roster).await.unwrap();
        assert_eq!((outcome.added, outcome.refused.len()), (1, 1));
        for (lang, reason) in [(Lang::Zh, "身份证号："), (Lang::En, "Identity number: ")] {
            let bytes = returned_workbook(&roster, &outcome, lang).unwrap();
            let mut workbook = Xlsx::new(Cursor::new(bytes.as_slice())).unwrap();
            let sheet = workbook.sheet_names().remove(0);
            let formulas = workbook.worksheet_formula(&sheet).unwrap();
            assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()), "nothing is calculated");
            let range = workbook.worksheet_range(&sheet).unwrap();
            let cell = |row: u32, column: u32| range.get_value((row, column)).cloned().unwrap_or_default();
            assert_eq!(cell(0, 1), Data::String("姓名".to_owned()));
            assert_eq!(cell(1, 0), Data::String("+1".to_owned()));
            assert_eq!(cell(1, 3), Data::String(formula.to_owned()), "given back as it was");
            let Data::String(said) = cell(1, 5) else { panic!("no reason") };
            assert_eq!(said.lines().count(), 2, "{said}");
            assert!(said.starts_with(reason), "{said}");
            assert_eq!(cell(1, 6), Data::String("Sheet1".to_owned()), "the sheet in the original");
            assert_eq!(cell(1, 7), Data::Float(2.0), "the row in the original");
        }
    }
}

#[test]
fn what_has_no_headings_or_nothing_in_it_is_said_so() {
    assert_eq!(read_roster(&table(&[])).unwrap_err(), RosterError::NothingInIt);
    assert_eq!(read_roster(&table(&[&["姓名", "电话"], &["王明", "1"]])).unwrap_err(), RosterError::NoHeadings);
    assert_eq!(read_roster(b"not a roster").unwrap_err(), RosterError::NoHeadings);
    assert_eq!(read_roster(b"%PDF-1.7").unwrap_err(), RosterError::Other(OtherFile::Pdf));
    assert_eq!(read_roster(&vec![0; 50 * 1024 * 1024]).unwrap_err(), RosterError::TooLarge);
    let wide: Vec<&str> = vec!["姓名"; 300];
    assert_eq!(read_roster(&table(&[&wide])).unwrap_err(), RosterError::TooMuch);
}
