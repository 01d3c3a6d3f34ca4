//! Workbooks as they come from the field, with invented people: what becomes of each row.

use crate::story::*;
use crate::world::*;
use backend::StaffScope;
use backend::clients::{self, AmendClient, ClientFilter, Person};
use backend::members::AddMember;
use backend::transfer::{
    ImportOutcome, Roster, RosterColumn, RosterError, RowPlace, ToldRow, import_clients, read_roster, returned_workbook,
};
use calamine::{Data, Reader, Xlsx};
use domain::access::Role;
use domain::lang::Lang;
use domain::refusal::{Problem, Refusal};
use rust_xlsxwriter::Workbook;
use std::io::Cursor;

/// The member whom the workbooks name as responsible.
const WORKER: &str = "林晓社";

/// What a workbook came to.
struct Taken {
    head: StaffScope,
    roster: Roster,
    outcome: ImportOutcome,
    /// Who is on file now, in the order of the rows.
    people: Vec<Person>,
}

impl Taken {
    /// Takes one of the workbooks beside this test in, for a station that has nobody on file yet.
    async fn from(world: &World, file: &str) -> Self {
        let path = format!("{}/tests/workbooks/{file}", env!("CARGO_MANIFEST_DIR"));
        Self::bytes(world, &std::fs::read(path).unwrap()).await
    }

    async fn bytes(world: &World, bytes: &[u8]) -> Self {
        let head = world.staff(QS01, Role::Head).await;
        let worker = AddMember { name: WORKER.to_owned(), ..world.newcomer("lin.xiaoshe", &[Role::SocialWorker]) };
        world.add(QS01, worker).await;
        Self::by(head, bytes).await
    }

    async fn by(head: StaffScope, bytes: &[u8]) -> Self {
        let roster = read_roster(bytes).unwrap();
        let outcome = import_clients(&head, &roster).await.unwrap();
        let became = outcome.added + outcome.known + outcome.refused.len() + outcome.passed_over.len();
        assert_eq!(roster.len(), became, "every row was taken, refused or passed over");
        let mut rows = clients::list(&head, &ClientFilter::default(), &Default::default()).await.unwrap().rows;
        rows.sort_by(|one, other| one.number.cmp(&other.number));
        let mut people = Vec::new();
        for row in rows {
            people.push(clients::open(&head, row.id).await.unwrap().person);
        }
        Self { head, roster, outcome, people }
    }

    /// What was read and what was not, and what became of it.
    fn account(&self) -> String {
        let sentences = self.roster.account().into_iter().chain(self.outcome.account());
        sentences.map(|sentence| sentence.zh.into_owned()).collect::<Vec<_>>().join("\n")
    }

    fn names(&self) -> Vec<&str> {
        self.people.iter().map(Person::name).collect()
    }

    /// One fact of everybody, in the order of the rows.
    fn all(&self, key: &str) -> Vec<&str> {
        self.people.iter().map(|person| person.get(key)).collect()
    }

    /// Each row that was refused, with the columns that are wrong.
    fn refused(&self) -> Vec<(u32, Vec<RosterColumn>)> {
        told(&self.outcome.refused)
    }

    /// Each row that was taken and noted, with the columns that are doubtful.
    fn noted(&self) -> Vec<(u32, Vec<RosterColumn>)> {
        told(&self.outcome.noted)
    }

    /// Everything that is said about one row.
    fn said(&self, number: u32) -> String {
        let rows = self.outcome.refused.iter().chain(&self.outcome.noted);
        let remarks = rows.filter(|row| row.place.row == number).flat_map(|row| &row.remarks);
        remarks.map(|remark| remark.reason.zh.as_ref()).collect::<Vec<_>>().join("\n")
    }

    /// How many are found by what is typed into the search.
    async fn found(&self, typed: &str) -> usize {
        let filter = ClientFilter { search: typed.to_owned(), ..ClientFilter::default() };
        clients::list(&self.head, &filter, &Default::default()).await.unwrap().rows.len()
    }
}

fn told(rows: &[ToldRow]) -> Vec<(u32, Vec<RosterColumn>)> {
    rows.iter().map(|row| (row.place.row, row.remarks.iter().map(|remark| remark.holds).collect())).collect()
}

/// A workbook of text cells, its sheets by name.
fn sheets(sheets: &[(&str, &[&[&str]])]) -> Workbook {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            for (column, text) in (0..).zip(*cells) {
                sheet.write_string(row, column, *text).unwrap();
            }
        }
    }
    workbook
}

/// The cells of each sheet of a workbook, as text.
fn cells(bytes: &[u8]) -> Vec<(String, Vec<Vec<String>>)> {
    let mut workbook = Xlsx::new(Cursor::new(bytes)).unwrap();
    let names = workbook.sheet_names();
    let text =
        |range: calamine::Range<Data>| range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    names.into_iter().map(|name| (name.clone(), text(workbook.worksheet_range(&name).unwrap()))).collect()
}

on_both_engines! {
    async fn a_hidden_sheet_is_not_taken_and_the_visible_one_is(world: World) {
        let taken = Taken::from(&world, "hidden-sheets-first.xlsx").await;
        assert_eq!(taken.names(), ["周桂香", "何福生", "罗景明", "邱丽珠", "谭小禾"]);
        assert_eq!((taken.refused(), taken.noted()), (vec![], vec![]));
        let account = taken.account();
        for said in ["读取了工作表“2026年名册”，5 行", "隐藏的工作表：“2024旧名单”、“字典”", "没有表头的工作表：“填表说明”"] {
            assert!(account.contains(said), "{account}");
        }
    }

    async fn a_guardian_s_telephone_is_not_the_child_s(world: World) {
        let taken = Taken::from(&world, "two-level-headings.xlsx").await;
        assert_eq!(taken.names(), ["谭小禾", "石秋水", "田一苇", "苗青"]);
        assert_eq!(taken.all("phone"), ["", "19900002008", "", ""], "only one has one");
        assert_eq!(taken.all("guardian_name"), ["谭有田", "石门", "龙凤英", "苗木"]);
        assert_eq!(taken.all("guardian_relation"), ["grandparent", "father", "grandparent", "father"]);
        assert_eq!(taken.all("guardian_phone"), ["19900002007", "19900002009", "19900002010", ""]);
        assert_eq!((taken.refused(), taken.noted()), (vec![], vec![]));
        assert!(!taken.account().contains("没有导入的列"), "{}", taken.account());
    }

    async fn a_year_alone_is_no_day_of_birth(world: World) {
        let taken = Taken::from(&world, "dates.xlsx").await;
        assert_eq!((taken.names(), taken.all("birth_date")), (vec!["日甲一"], vec!["1951-03-15"]));
        assert_eq!(taken.refused(), [(3, vec![RosterColumn::BirthDate])]);
        assert!(taken.said(3).contains("只有年份"), "{}", taken.said(3));
    }

    async fn a_merged_cell_holds_for_every_row_that_it_covers(world: World) {
        let taken = Taken::from(&world, "merged-data-cells.xlsx").await;
        assert_eq!(taken.names(), ["何福生", "文玉兰", "何小满", "罗景明", "罗小川"]);
        let (one, other) = ("望江里8号", "望江里15号2单元");
        assert_eq!(taken.all("address"), [one, one, one, other, other]);
        assert_eq!(taken.all("person_kinds"), ["low_income"; 5]);
        let rows = clients::list(&taken.head, &ClientFilter::default(), &Default::default()).await.unwrap().rows;
        assert!(rows.iter().all(|row| row.responsible.as_deref() == Some(WORKER)));
        assert!(taken.account().contains("没有导入的列：A“户主”。"), "{}", taken.account());
    }

    async fn a_formula_without_a_result_is_a_state_of_its_own(world: World) {
        let taken = Taken::from(&world, "formulas.xlsx").await;
        assert_eq!(taken.names(), ["周桂香", "何福生", "邱丽珠", "算出名"]);
        let refused =
            [(4, vec![RosterColumn::Sex, RosterColumn::BirthDate]), (5, vec![RosterColumn::Responsible]), (7, vec![RosterColumn::BirthDate]), (9, vec![RosterColumn::Sex])];
        assert_eq!(taken.refused(), refused);
        assert!(taken.said(4).contains("从未计算"), "{}", taken.said(4));
        assert!(taken.said(5).contains("#N/A"), "{}", taken.said(5));
        assert!(taken.said(7).contains("#DIV/0!"), "{}", taken.said(7));
        assert!(taken.said(9).contains("TRUE"), "{}", taken.said(9));
    }

    async fn rows_that_are_nobody_are_passed_over(world: World) {
        let taken = Taken::from(&world, "prepared-rows.xlsx").await;
        assert_eq!((taken.people.len(), taken.refused(), taken.noted()), (6, vec![], vec![]));
        assert_eq!(taken.outcome.passed_over.len(), 294);
        let account = taken.account();
        for said in ["共 300 行：导入 6 行（新建 6 人，已有 0 人），退回 0 行，跳过 294 行。", "第 8–301 行", "F“年龄”"] {
            assert!(account.contains(said), "{account}");
        }
    }

    async fn a_text_file_in_the_national_encoding_is_taken(world: World) {
        let taken = Taken::from(&world, "gb18030.csv").await;
        assert_eq!(taken.names(), ["周桂香", "何福生", "谭小禾", "胡㛃", "𠮷田一郎", "汪洋"]);
        assert_eq!(taken.people[4].get("address"), "榕新路\"老\"12号");
        assert_eq!(taken.people[5].get("identity_number"), "51010419530708993X");
    }

    async fn an_identity_number_is_cleaned_or_what_is_wrong_with_it_is_said(world: World) {
        let taken = Taken::from(&world, "identity-numbers.xlsx").await;
        assert_eq!(taken.names(), ["周桂香", "白露", "Anna Bergdahl-Okafor"]);
        assert_eq!(taken.people[1].get("identity_number"), "510104195409089922");
        assert_eq!(taken.refused(), [(4, vec![RosterColumn::Identity])]);
        assert!(taken.said(4).contains("字母“O”"), "{}", taken.said(4));
        let anna = &taken.people[2];
        assert_eq!((anna.get("document_kind"), anna.get("identity_number")), ("permanent_resident", ""));
        assert_eq!((anna.get("document_number"), anna.get("birth_date")), ("931840198506239933", "1985-06-23"));
        for typed in ["510104195409089922", "\u{202D}510104195409089922\u{202C}", "５１０１０４ １９５４０９０８ ９９２２"] {
            assert_eq!(taken.found(typed).await, 1, "{typed:?}");
        }
        assert_eq!(taken.found("931840198506239933").await, 1);
    }

    async fn a_name_is_kept_in_one_spelling_and_found_in_any(world: World) {
        let taken = Taken::from(&world, "names.xlsx").await;
        let long = "Maximiliana Alexandrowna Featherstonehaugh Quetzal";
        assert_eq!(taken.names(), ["阿依夏木·托合提", "祖丽菲娅·艾山", long, "张三"]);
        assert_eq!(taken.noted(), []);
        for typed in ["祖丽菲娅·艾山", "祖丽菲娅•艾山", "祖丽菲娅．艾山", "祖丽菲娅艾山", "张 三", "张\u{3000}三", long] {
            assert_eq!(taken.found(typed).await, 1, "{typed:?}");
        }
    }

    async fn an_extension_stays_with_its_telephone_number(world: World) {
        let taken = Taken::from(&world, "telephones.xlsx").await;
        assert_eq!(taken.all("phone"), ["19900001001", "0755-82601008转806"]);
        for typed in ["0755-82601008转806", "0755-82601008", "(0755) 8260 1008", "\u{202D}075582601008\u{202C}"] {
            assert_eq!(taken.found(typed).await, 1, "{typed:?}");
        }
    }

    async fn who_may_be_the_same_person_is_told_to_whoever_imports(world: World) {
        let taken = Taken::from(&world, "same-person.xlsx").await;
        assert_eq!(taken.names(), ["卓一", "卓二", "卢静", "卢静"], "twins are two");
        assert_eq!((taken.refused(), taken.noted()), (vec![], vec![(5, vec![RosterColumn::Name])]));
        assert!(taken.said(5).contains("可能与本表第 4 行是同一人"), "{}", taken.said(5));
        let path = format!("{}/tests/workbooks/same-person.xlsx", env!("CARGO_MANIFEST_DIR"));
        let again = Taken::by(taken.head, &std::fs::read(path).unwrap()).await;
        assert_eq!((again.outcome.added, again.outcome.known, again.noted()), (0, 4, vec![]), "nothing is told twice");
    }

    async fn a_namesake_on_file_is_named_by_the_record(world: World) {
        let headings: &[&str] = &["姓名", "身份证号", "出生日期", "电话"];
        let without = sheets(&[("一", &[headings, &["卢静", "", "1950-06-06", ""]])]).save_to_buffer().unwrap();
        let first = Taken::bytes(&world, &without).await;
        let rows: &[&[&str]] = &[
            headings,
            &["卢静", "440305195006069942", "", "13800138000"],
            &["卢静", "", "1950-06-06", "13800138001"],
        ];
        let second = Taken::by(first.head, &sheets(&[("二", rows)]).save_to_buffer().unwrap()).await;
        assert_eq!((second.noted(), second.refused()), (vec![(2, vec![RosterColumn::Name])], vec![(3, vec![RosterColumn::Phone])]));
        assert!(second.said(2).contains("档案 QS01/DX/2026/001"), "{}", second.said(2));
    }

    /// An applicant who may be somebody on the roster is looked at before a second record is made.
    async fn a_namesake_without_a_number_is_looked_at_before_confirmation(world: World) {
        let story = Story::begin(&world, QS01).await;
        let row: &[&str] = &["王小明", "1980-01-01", "13800138000"];
        let roster = sheets(&[("一", &[&["姓名", "出生日期", "电话"], row])]).save_to_buffer().unwrap();
        let taken = Taken::by(world.staff(QS01, Role::Head).await, &roster).await;
        let application = story.ready(&world).await;
        let perhaps = Problem::PerhapsKnown { record: "QS01/DX/2026/001".to_owned() };
        assert_eq!(story.confirm(application).await, Err(Refusal::field("another", perhaps)));
        let owner = world.owner().await;
        assert_eq!(owner.number("SELECT count(*) FROM clients").await, 1);
        assert_eq!(owner.number("SELECT count(*) FROM cases").await, 0);

        // Another person: a record of its own.
        let earlier = clients::list(&taken.head, &ClientFilter::default(), &Default::default()).await.unwrap().rows.remove(0).id;
        let another = story.confirm_when(application, true).await.unwrap().client;
        assert_ne!(another, earlier);
    }

    async fn an_earlier_record_is_completed_and_then_found(world: World) {
        let story = Story::begin(&world, QS01).await;
        let row: &[&str] = &["王小明", "1980-01-01", "13800138000"];
        let roster = sheets(&[("一", &[&["姓名", "出生日期", "电话"], row])]).save_to_buffer().unwrap();
        let taken = Taken::by(world.staff(QS01, Role::Head).await, &roster).await;
        let application = story.ready(&world).await;
        let earlier = clients::list(&taken.head, &ClientFilter::default(), &Default::default()).await.unwrap().rows.remove(0).id;
        let record = clients::open(&taken.head, earlier).await.unwrap();
        let mut answers = self::application(ADULT);
        answers.retain(|key, _| key != "need" && key != "consent");
        let (client, version) = (record.id, record.version);
        clients::amend(&taken.head, fresh(AmendClient { client, answers }).seen(version)).await.unwrap();
        assert_eq!(story.confirm(application).await.unwrap().client, earlier);
    }

    async fn what_a_later_file_says_otherwise_is_told(world: World) {
        let headings: &[&str] = &["姓名", "身份证号", "电话", "地址"];
        let file = |phone: &str, address: &str| {
            let row: &[&str] = &["王明", "11010519491231002X", phone, address];
            sheets(&[("一", &[headings, row])]).save_to_buffer().unwrap()
        };
        let first = Taken::bytes(&world, &file("13800138000", "")).await;
        let second = Taken::by(first.head, &file("13900139000", "榕新路12号")).await;
        assert_eq!((second.outcome.known, second.noted()), (1, vec![(2, vec![RosterColumn::Phone])]));
        assert!(second.said(2).contains("联系电话、现居地址"), "{}", second.said(2));
        assert_eq!(second.all("phone"), ["13800138000"], "a file never changes a record");
    }

    async fn every_visible_sheet_is_read_and_every_row_is_named_with_its_sheet(world: World) {
        let headings: &[&str] = &["姓名", "出生日期", "电话"];
        let mut workbook = sheets(&[
            ("望江里", &[headings, &["甲一", "1950-01-01", ""], &["甲二", "1950", ""]]),
            ("榕新路", &[headings, &["乙一", "1950-01-03", ""], &["乙二", "1950-01-04", ""], &["乙三", "1950-01-05", ""]]),
        ]);
        let filtered = workbook.worksheet_from_name("榕新路").unwrap();
        filtered.autofilter(0, 0, 3, 2).unwrap().set_row_hidden(2).unwrap();
        let taken = Taken::bytes(&world, &workbook.save_to_buffer().unwrap()).await;
        assert_eq!(taken.names(), ["甲一", "乙一", "乙二", "乙三"]);
        let refused = &taken.outcome.refused[0];
        assert_eq!(refused.place, RowPlace { sheet: "望江里".to_owned(), row: 3 });
        assert_eq!(taken.noted(), [(3, vec![RosterColumn::Name])], "filtered out, and taken all the same");
        let account = taken.account();
        for said in ["工作表“望江里”，2 行", "工作表“榕新路”，3 行", "被隐藏或筛掉的行也读取了：第 3 行"] {
            assert!(account.contains(said), "{account}");
        }
    }

    async fn a_name_with_a_pair_of_characters_twice_is_found_whole(world: World) {
        let rows: &[&[&str]] = &[&["姓名", "出生日期"], &["阿里木江·阿里木", "1950-01-01"], &["欧阳欧阳", "1950-01-02"]];
        let taken = Taken::bytes(&world, &sheets(&[("一", rows)]).save_to_buffer().unwrap()).await;
        for typed in ["阿里木江·阿里木", "阿里木江阿里木", "欧阳欧阳", "欧阳欧"] {
            assert_eq!(taken.found(typed).await, 1, "{typed}");
        }
    }

    /// Corrected and handed in again: its own columns are not given back a second time, and rows keep their first numbers.
    async fn what_was_given_back_can_be_corrected_again_and_again(world: World) {
        let headings: &[&str] = &["姓名", "身份证号", "电话", "原因"];
        let rows: &[&[&str]] =
            &[headings, &["甲一", "110105194912310021", "1", "低保"], &["甲二", "110105194912310021", "", "独居"]];
        let first = Taken::bytes(&world, &sheets(&[("名册", rows)]).save_to_buffer().unwrap()).await;
        assert!(first.account().contains("没有导入的列：D“原因”。"), "its own column of reasons: {}", first.account());
        let mut returned = returned_workbook(&first.roster, &first.outcome, Lang::Zh).unwrap();
        let mut head = first.head;
        for lang in Lang::ALL {
            let again = Taken::by(head, &returned).await;
            let places: Vec<_> = again.outcome.refused.iter().map(|row| row.said_place(Lang::Zh)).collect();
            assert_eq!(places, ["第 2 行（原表“名册”第 2 行）", "第 3 行（原表“名册”第 3 行）"]);
            returned = returned_workbook(&again.roster, &again.outcome, lang).unwrap();
            let sheets = cells(&returned);
            assert_eq!(sheets.len(), 1);
            let [reason, sheet, row] = ["原因", "原工作表", "原表行号"].map(|zh| match (zh, lang) {
                (_, Lang::Zh) => zh,
                ("原因", Lang::En) => "Reason",
                ("原工作表", Lang::En) => "Sheet in the original",
                _ => "Row in the original",
            });
            assert_eq!(sheets[0].1[0], ["姓名", "身份证号", "电话", "原因", reason, sheet, row]);
            assert_eq!(sheets[0].1[2][3], "独居", "what the station wrote is given back");
            assert_eq!(sheets[0].1[2][5..], ["名册", "3"]);
            head = again.head;
        }
    }

    async fn two_level_headings_survive_being_given_back(world: World) {
        let file = std::fs::read(format!("{}/tests/workbooks/two-level-headings.xlsx", env!("CARGO_MANIFEST_DIR")));
        let head = world.staff(QS01, Role::Head).await;
        let roster = read_roster(&file.unwrap()).unwrap();
        // The four are known with other names, and so every row is given back.
        let known = ["510104201407099949", "110105201105169974", "440305201601219915", "330106201308309989"];
        let rows: Vec<[&str; 2]> = [["姓名", "身份证号"]].into_iter().chain(known.map(|number| ["另一人", number])).collect();
        let rows: Vec<&[&str]> = rows.iter().map(<[&str; 2]>::as_slice).collect();
        let others = Taken::by(head, &sheets(&[("一", &rows)]).save_to_buffer().unwrap()).await;
        let outcome = import_clients(&others.head, &roster).await.unwrap();
        assert_eq!(outcome.refused.len(), 4);
        let returned = read_roster(&returned_workbook(&roster, &outcome, Lang::Zh).unwrap()).unwrap();
        let again = import_clients(&others.head, &returned).await.unwrap();
        let places: Vec<_> = again.refused.iter().map(|row| row.first_place().row).collect();
        assert_eq!(places, [4, 5, 6, 7]);
        assert_eq!(told(&again.refused), [2, 3, 4, 5].map(|row| (row, vec![RosterColumn::Name])), "read like the first file");
    }
}

#[test]
fn columns_that_cannot_be_told_apart_are_named() {
    let twice: &[&[&str]] = &[&["姓名", "身份证号", "联系电话", "监护人", "联系电话"], &["甲", "", "", "", ""]];
    let whose: &[&[&str]] = &[&["姓名", "身份证号", "监护人", "关系", "联系电话"], &["甲", "", "", "", ""]];
    let refused = |rows| read_roster(&sheets(&[("儿童", rows)]).save_to_buffer().unwrap()).unwrap_err();
    let called = ["C“联系电话”".to_owned(), "E“联系电话”".to_owned()].to_vec();
    let sheet = "儿童".to_owned();
    assert_eq!(
        refused(twice),
        RosterError::EqualColumns { sheet: sheet.clone(), holds: RosterColumn::Phone, columns: called }
    );
    assert_eq!(refused(whose), RosterError::WhosePhone { sheet, column: "E“联系电话”".to_owned() });
    for error in [refused(twice), refused(whose)] {
        assert!(error.say(Lang::Zh).ends_with('。') && error.say(Lang::En).ends_with('.'), "{error}");
    }
    let mut hidden = sheets(&[("旧名单", &[&["姓名", "出生日期"], &["甲", "1950-01-01"]]), ("空", &[])]);
    hidden.worksheet_from_name("空").unwrap().set_active(true);
    hidden.worksheet_from_name("旧名单").unwrap().set_hidden(true);
    let error = read_roster(&hidden.save_to_buffer().unwrap()).unwrap_err();
    assert_eq!(error, RosterError::OnlyHidden { sheets: vec!["旧名单".to_owned()] });
}
