//! Today's page: what is to be done, in one order, for whom, and with the one thing that can be done about it.

use crate::cases::{self, Road};
use crate::queries::{Asked, MOST_OF_TODAY, watched};
use crate::world::World;
use backend::paperwork::{self, Decide, Submit};
use backend::{Command, StaffScope};
use domain::forms::Answers;
use domain::ids::{CaseId, PaperId};
use domain::papers::Deed;
use server::config::Config;

/// A paper of a case.
pub fn filled(scope: &StaffScope, case: CaseId, register: &str, answers: &cases::Fields<'_>) -> Command<Submit> {
    let mut all = Answers::new();
    for (key, value) in answers {
        let answer: &mut String = all.entry((*key).to_owned()).or_default();
        *answer = if answer.is_empty() { (*value).to_owned() } else { format!("{answer},{value}") };
    }
    let form = Submit {
        register: register.to_owned(),
        file: case.into(),
        template: 1,
        about: None,
        replaces: None,
        draft: None,
        answers: all,
        why: String::new(),
    };
    Command::of(scope.new_operation(), form)
}

pub async fn send_back(scope: &StaffScope, paper: PaperId, reason: &str) {
    let back = Decide { paper, deed: Deed::Return, reason: reason.to_owned() };
    paperwork::decide(scope, Command::of(scope.new_operation(), back).seen(1)).await.unwrap();
}

/// Whether these stand in a page, each after the one before.
#[track_caller]
fn in_this_order(html: &str, words: &[&str]) {
    let mut rest = html;
    for word in words {
        let Some((_, after)) = rest.split_once(word) else { panic!("no {word} after the others in {html}") };
        rest = after;
    }
}

#[tokio::test]
async fn a_row_says_for_whom_what_and_the_one_thing_to_do() {
    let mut road = Road::of(World::new().await).await;
    let (head, worker) = (cases::staff(&road.world, "head").await, cases::staff(&road.world, "worker").await);
    let (case, day) = (road.id().parse::<CaseId>().unwrap(), cases::today(&road.world));
    let number = backend::cases::open(&head, case).await.unwrap().number;
    let assessment = filled(&worker, case, "assessment", &cases::assessment(&day));
    let paper = paperwork::submit(&worker, assessment).await.unwrap();

    let theirs = road.head.get("/o/qs01").await.body;
    let decide = format!("href=\"/o/qs01/review/{paper}\"");
    in_this_order(
        &theirs,
        &["等我审", "id=\"papers\"", "待审", "王*明", "需求评估", &number, "姓名 worker", &decide, "去审核"],
    );
    assert!(!theirs.contains("王小明"), "whoever does not answer for the case: {theirs}");

    send_back(&head, paper, "请补充观察。\n其余很好。").await;
    let plan = filled(&worker, case, "plan", &vec![("goals", "按时复诊。")]);
    paperwork::keep_draft(&worker, plan).await.unwrap();
    let mine = road.worker.get("/o/qs01").await.body;
    let anew = format!("{}?replaces={paper}", road.form("assessment"));
    let go_on = format!("href=\"{}\"", road.form("plan"));
    let returned = ["退回", &road.case, "王小明", "需求评估", &number, "请补充观察。", &anew, "去修改"];
    in_this_order(&mine, &returned);
    in_this_order(&mine, &["去修改", "草稿", "王小明", "服务计划", &go_on, "接着写"]);
    assert!(!mine.contains("其余很好"), "the first line of why: {mine}");
    for way in [anew.as_str(), &road.form("plan")] {
        assert!(mine.contains(way) && road.worker.get(way).await.status.is_success(), "{way}");
    }
    let theirs = road.head.get("/o/qs01").await.body;
    assert!(!theirs.contains("去修改") && !theirs.contains("接着写"), "{theirs}");
}

#[tokio::test]
async fn however_much_there_is_to_do_today_asks_no_more_than_it_may() {
    let asked = Asked::default();
    let config = Config { rate_limits: false, ..Config::default() };
    let world = World::serving(config, |route| watched(&asked, route)).await;
    cases::agreed(&world).await;
    let another = cases::opened(&world).await;
    let mut road = Road::of(world).await;
    let deputy = cases::deputy(&road.world, "姓名 deputy").await;
    let head = cases::staff(&road.world, "head").await;
    let day = cases::today(&road.world);
    let own = filled(&head, another, "assessment", &cases::assessment(&day));
    send_back(&deputy, paperwork::submit(&head, own).await.unwrap(), "请补充。").await;
    road.write("assessment", &cases::assessment(&day)).await;
    // As if the receipts of the applications had never been issued.
    road.world.meddle("UPDATE obligations SET due_at = 0, late_at = 0, met_at = NULL, open = 1").await;

    let page = road.head.get("/o/qs01").await.body;
    for said in ["已超期", "待受理", "/applications/app_", "退回", "去审核", "姓名 worker"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let most = asked.lock().unwrap()["/o/{org}"];
    assert!((5..=MOST_OF_TODAY).contains(&most), "{most}");
}
