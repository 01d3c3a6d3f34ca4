//! A form that asks for everything a form can ask for, through its life: filled in, refused, kept, read and taken out.

use crate::attachments::{chosen, picture};
use crate::export::exported;
use crate::papers::{builtin, under};
use crate::story::*;
use crate::world::*;
use backend::StaffScope;
use backend::attachments::open as open_attachment;
use backend::clients::{self, AddClient, ClientOrigin};
use backend::papers::Fact;
use backend::paperwork::{Submit, decide, open, sheet};
use backend::units::{self, CreateUnit, Place, Profile};
use domain::access::Role;
use domain::forms::{Answers, FormTemplate, cell};
use domain::ids::{AttachmentId, ClientId, UnitId};
use domain::papers::Deed;
use domain::refusal::{FieldError, Problem, Refusal};
use domain::registers::Registers;
use domain::units::UnitKind;
use std::collections::BTreeMap;

const FORM: &str = include_str!("every_kind.toml");

const REGISTER: &str = r#"
key = "every_kind"
title = { zh = "样样都问", en = "Everything" }
area = "PLN"
norm = []
life = "approval"
form = "every_kind"
lies_in = "case"
while = ["opened", "serving"]
signs = []
[rights]
write = { supervisor = "all", social_worker = "own" }
read = { head = "all", supervisor = "all", social_worker = "own" }
decide = { head = "all", supervisor = "all" }
[seen_by]
district = "never"
evaluator = "masked"
[keep]
archive = "service"
"#;

fn with_every_kind() -> Registers {
    let form = FormTemplate::parse(FORM).unwrap();
    builtin().with_form(form).with_registers(&[("every_kind.toml", REGISTER)]).unwrap()
}

/// Whom and what the answers name.
struct Named {
    client: ClientId,
    unit: UnitId,
    file: AttachmentId,
    photo: AttachmentId,
}

async fn named(head: &StaffScope, supervisor: &StaffScope) -> Named {
    let person = answers([("name", "何婆婆"), ("phone", "13700137000")]);
    let client = AddClient { answers: person, responsible: Some(supervisor.member()), origin: ClientOrigin::Work };
    let client = clients::add(head, fresh(client)).await.unwrap().client;
    let profile = Profile { name: "榕园点".into(), address: "榕园路 5 号".into(), ..Profile::default() };
    let unit = CreateUnit {
        kind: UnitKind::Site,
        profile,
        place: Place { parent: None, head: None },
        since: day("2026-03-01"),
    };
    let unit = units::create(head, fresh(unit)).await.unwrap();
    let file = chosen(supervisor, "file", "申请表.pdf", b"%PDF-1.7").await.unwrap();
    let photo = chosen(supervisor, "photo", "家访.jpg", &picture()).await.unwrap();
    Named { client, unit, file, photo }
}

/// Everything answered, as people type it.
fn typed(story: &Story, named: &Named) -> Answers {
    let mut typed = answers([
        ("line", " 一行 "),
        ("paragraph", "一\r\n二"),
        ("name", "祖丽菲娅•艾山"),
        ("number", "３６．５"),
        ("money", "1,234.5"),
        ("day", "2026年3月1日"),
        ("time", "9:05"),
        ("moment", "2026-03-02T08:30"),
        ("duration", "01:30"),
        ("choice", "b"),
        ("choices", "b,a"),
        ("yes_no", "on"),
        ("scale", "3"),
        ("mood", "low"),
        ("phone", "138 0013 8000"),
        ("identity_number", "11010519491231002x"),
        ("document_number", "e12345678"),
        ("address", "榕园路 5 号"),
        ("address.county", "青山区"),
        ("computed", "99"),
        ("signature", "不该在"),
        ("hidden", "不该在"),
        ("hazards.1.what", "插座松动"),
        ("hazards.1.level", "slight"),
        ("hazards.1.cost", "10"),
        ("hazards.2.what", " "),
        ("hazards.4.what", "通道堵塞"),
        ("hazards.4.level", "serious"),
        ("hazards.4.cost", "0.5"),
        ("checks.1.fine", "yes"),
        ("checks.2.fine", "no"),
        ("checks.2.note", "过期"),
    ]);
    typed.extend([
        ("member".to_owned(), story.supervisor.member().to_string()),
        ("client".to_owned(), named.client.to_string()),
        ("service".to_owned(), story.service.to_string()),
        ("unit".to_owned(), named.unit.to_string()),
        ("file".to_owned(), named.file.to_string()),
        ("photo".to_owned(), named.photo.to_string()),
        ("hazards.4.who".to_owned(), story.worker.member().to_string()),
    ]);
    typed
}

on_both_engines! {
    async fn whatever_a_form_asks_is_kept_read_and_taken_out(world: World) {
        let world = under(world, with_every_kind()).await;
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let named = named(&story.head, &story.supervisor).await;
        let form = || filled(case, "every_kind", typed(&story, &named));
        let paper = submit(&story.supervisor, form()).await.unwrap();

        let file = open(&story.supervisor, paper).await.unwrap();
        let kept = &file.paper.answers;
        for (name, answer) in [
            ("line", "一行"),
            ("paragraph", "一\n二"),
            ("name", "祖丽菲娅·艾山"),
            ("number", "36.5"),
            ("money", "1234.50"),
            ("day", "2026-03-01"),
            ("time", "09:05"),
            ("moment", "2026-03-02T08:30"),
            ("duration", "1:30"),
            ("choices", "a,b"),
            ("scale", "3"),
            ("identity_number", "11010519491231002X"),
            ("document_number", "E12345678"),
            ("address.county", "青山区"),
            ("client", &*named.client.to_string()),
            ("computed", "5"),
            ("total", "10.50"),
            ("hazards.2.what", "通道堵塞"),
            ("hazards.2.who", &*story.worker.member().to_string()),
            ("checks.2.note", "过期"),
        ] {
            assert_eq!(kept.get(name).map(String::as_str), Some(answer), "{name}");
        }
        for gone in ["signature", "hidden", "hazards.4.what", "hazards.3.what"] {
            assert_eq!(kept.get(gone), None, "{gone}");
        }
        assert_eq!(file.form.field("computed").unwrap().band("5").unwrap().label.zh, "有症状");

        // What was named is said in words.
        let words = |field: &str, name: &str| {
            let options = &file.form.named(field).unwrap().options;
            options.iter().find(|option| option.value == kept[name]).map(|option| option.label.zh.to_string())
        };
        assert_eq!(words("member", "member").as_deref(), Some(story.supervisor.name()));
        assert_eq!(words("hazards.2.who", "hazards.2.who").as_deref(), Some(story.worker.name()));
        assert_eq!(words("unit", "unit").as_deref(), Some("榕园点"));
        assert_eq!(words("photo", "photo").as_deref(), Some("家访.jpg"));
        assert_eq!(open_attachment(&story.head, named.photo, false).await.unwrap().name, "家访.jpg", "under the client's key");
        let client = words("client", "client").unwrap();
        assert!(client.contains("/DX/") && !client.contains("何婆婆"), "masked, with its number: {client}");

        // Facts are numbers, days, moments and words of a list, a table's row by row.
        let facts = &file.paper.head.facts;
        let code = |code: &str| Fact::Code(code.to_owned());
        for (field, expected) in [
            ("number", vec![Fact::Number(365)]),
            ("money", vec![Fact::Number(123_450)]),
            ("day", vec![Fact::Day(day("2026-03-01"))]),
            ("time", vec![Fact::Number(545)]),
            ("moment", vec![Fact::Moment(moment("2026-03-02T08:30"))]),
            ("duration", vec![Fact::Number(90)]),
            ("choice", vec![code("b")]),
            ("choices", vec![code("a"), code("b")]),
            ("yes_no", vec![code("yes")]),
            ("scale", vec![Fact::Number(3)]),
            ("computed", vec![Fact::Number(5)]),
            ("total", vec![Fact::Number(1_050)]),
            ("member", vec![code(&story.supervisor.member().to_string())]),
            ("unit", vec![code(&named.unit.to_string())]),
            ("hazards.level", vec![code("slight"), code("serious")]),
            ("hazards.cost", vec![Fact::Number(1_000), Fact::Number(50)]),
            ("checks.fine", vec![code("yes"), code("no")]),
        ] {
            assert_eq!(facts.get(field), Some(&expected), "{field}");
        }
        assert_eq!(facts.len(), 17);
        let places = "SELECT CAST(place AS text) FROM paper_facts WHERE field = 'hazards.level' ORDER BY place";
        assert_eq!(world.owner().await.column(places).await, ["1", "2"]);

        // What leaves the house says all of it.
        let (_, export) = exported(&world, QS01).await;
        let row = export.lines("papers").into_iter().find(|row| row["id"] == paper.uuid().to_string()).unwrap();
        let taken: Answers = serde_json::from_value(row["content"].clone()).or_else(|_| serde_json::from_str(row["content"].as_str().unwrap())).unwrap();
        assert_eq!(&taken, kept);
        let forms = export.lines("forms");
        assert!(forms.iter().any(|form| form["key"] == "every_kind" && form["section"].to_string().contains("灭火器")), "with its given rows");

        // What is handed in again is handed in unchanged.
        let back = decision_because(paper, Deed::Return, "请核对金额。");
        decide(&story.head, back).await.unwrap();
        let again = Submit { replaces: Some(paper), ..filled(case, "every_kind", kept.clone()) };
        let again = submit(&story.supervisor, again).await.unwrap();
        assert_eq!(&open(&story.supervisor, again).await.unwrap().paper.answers, kept);
    }

    async fn everything_wrong_is_said_at_once_each_at_its_place(world: World) {
        let world = under(world, with_every_kind()).await;
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let named = named(&story.head, &story.supervisor).await;
        let wrong = answers([
            ("number", "36.55"),
            ("money", "-1"),
            ("time", "25:00"),
            ("duration", "90"),
            ("scale", "9"),
            ("member", "王小明"),
            ("hazards.7.level", "serious"),
            ("hazards.7.cost", "many"),
            ("checks.1.fine", "no"),
        ]);
        let typed = Answers::from_iter(typed(&story, &named).into_iter().chain(wrong));
        let before = world.everything().await;
        let Err(Refusal::Invalid(errors)) = submit(&story.supervisor, filled(case, "every_kind", typed.clone())).await else { panic!() };
        let at: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        let expected = "number money time duration scale member hazards.7.what hazards.7.cost checks.1.note";
        assert_eq!(at.join(" "), expected);
        assert!(errors.contains(&FieldError::new("number", Problem::TooManyDecimals { most: 1 })));
        assert_eq!(world.changed_since(&before).await, BTreeMap::new());

        // A draft keeps what was typed, rows and all, and nothing that nobody asked.
        let half = Answers::from_iter(typed.into_iter().chain(answers([("gone", "x"), ("hazards.01.what", "x"), ("computed", "7")])));
        keep_draft(&story.supervisor, filled(case, "every_kind", half)).await.unwrap();
        let sheet = sheet(&story.supervisor, "every_kind", case.into(), (None, None)).await.unwrap();
        assert_eq!((&*sheet.answers["hazards.7.cost"], &*sheet.answers["number"]), ("many", "36.55"));
        for gone in ["gone", "hazards.01.what", "computed", "signature"] {
            assert_eq!(sheet.answers.get(gone), None, "{gone}");
        }
        let offered = |field: &str| sheet.form.named(field).unwrap().options.len();
        assert!(offered("member") > 3 && offered("hazards.1.who") > 3 && offered("unit") == 1 && offered("client") == 2);
    }

    async fn nobody_is_named_whom_the_writer_does_not_reach(world: World) {
        let world = under(world, with_every_kind()).await;
        let story = Story::begin(&world, QS01).await;
        let case = story.open(&world).await.case;
        let ours = named(&story.head, &story.supervisor).await;
        let two = Story::begin(&world, QS02).await;
        let theirs = named(&two.head, &two.supervisor).await;
        let worker = world.staff(QS01, Role::SocialWorker).await;
        let others = [
            ("member", two.worker.member().to_string()),
            ("client", theirs.client.to_string()),
            ("service", two.service.to_string()),
            ("unit", theirs.unit.to_string()),
        ];
        let before = world.everything().await;
        for (field, id) in others {
            for name in [field.to_owned(), cell("hazards", 4, "who")] {
                if name != field && field != "member" {
                    continue;
                }
                let mut typed = typed(&story, &ours);
                typed.insert(name.clone(), id.clone());
                let refusal = submit(&story.supervisor, filled(case, "every_kind", typed)).await;
                let at = if name == field { name } else { cell("hazards", 4, "who") };
                assert_eq!(refusal, Err(Refusal::field(&*at, Problem::NotAChoice)), "{field}");
            }
        }
        // A colleague's client, who is not this worker's.
        let refusal = submit(&worker, filled(case, "every_kind", typed(&story, &ours))).await;
        assert_eq!(refusal, Err(Refusal::field("client", Problem::NotAChoice)));
        assert_eq!(world.changed_since(&before).await, BTreeMap::new());
        let sheet = sheet(&worker, "every_kind", case.into(), (None, None)).await.unwrap();
        let offered = &sheet.form.field("client").unwrap().options;
        assert_eq!(offered.len(), 1, "only the worker's own client: {offered:?}");
    }
}
