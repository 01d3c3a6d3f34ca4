//! Papers as PDF: who gets which, what the file is called, and what the trail says of it. What stands on the sheets is the
//! press's own affair (`press/src/tests.rs`).

use crate::cases::{Road, staff};
use crate::world::{Answered, World};
use axum::http::StatusCode;
use backend::trail::{TrailFilter, trail};
use domain::events::EventKind;
use percent_encoding::percent_decode_str;

/// The name under which a browser keeps a PDF.
fn kept_as(answer: &Answered) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/pdf");
    assert!(answer.body.starts_with("%PDF-"), "{}", answer.body.chars().take(40).collect::<String>());
    let named = answer.header("content-disposition").strip_prefix("attachment; filename*=UTF-8''").unwrap();
    percent_decode_str(named).decode_utf8().unwrap().into_owned()
}

#[tokio::test]
async fn whoever_reads_a_paper_prints_it() {
    let mut road = Road::of(World::new().await).await;
    road.serve().await;
    let paper = road.paper("plan").await;
    let pdf = format!("{paper}/paper.pdf");
    let page = road.worker.get(&paper).await.body;
    assert!(page.contains(&format!("href=\"{pdf}\"")), "{page}");
    let name = kept_as(&road.worker.get(&pdf).await);
    assert!(name.starts_with("服务计划") && name.ends_with(".pdf") && !name.contains(['/', '王']), "{name}");
    assert!(kept_as(&road.head.get(&pdf).await).contains("QS01-GA-"));
    // Another worker has no part in the case, and neither has the neighbour.
    let mut other = road.world.signed_in("both").await;
    assert_eq!(other.get(&pdf).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.get(&pdf.replace("qs01", "qs02")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(road.world.browser().get(&pdf).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_agreement_is_printed_with_its_number() {
    let world = World::new().await;
    let application = crate::cases::agreed(&world).await;
    let page = format!("/o/qs01/applications/{application}/agreement");
    let mut worker = world.signed_in("worker").await;
    let shown = worker.get(&format!("{page}?paper=yes")).await.body;
    assert!(shown.contains(&format!("href=\"{page}.pdf\"")), "{shown}");
    let name = kept_as(&worker.get(&format!("{page}.pdf")).await);
    assert!(name.starts_with("服务协议 QS01-"), "{name}");
    let nothing = format!("{}.pdf", page.replace("qs01", "qs02"));
    assert_eq!(world.signed_in("both").await.get(&nothing).await.status, StatusCode::NOT_FOUND);
}

/// Proves ACT-11.
#[tokio::test]
async fn a_whole_file_leaves_the_house_by_a_right_of_its_own() {
    let mut road = Road::of(World::new().await).await;
    road.serve().await;
    let pdf = road.below("file.pdf");
    let button = format!("action=\"{pdf}\"");
    assert!(road.head.get(&road.case).await.body.contains(&button));
    assert!(!road.worker.get(&road.case).await.body.contains(&button), "nothing is offered that would be refused");
    assert_eq!(road.worker.post(&pdf, &[]).await.status, StatusCode::FORBIDDEN);
    let name = kept_as(&road.head.post(&pdf, &[]).await);
    assert!(name.starts_with("个案卷宗 QS01-GA-"), "{name}");

    let head = staff(&road.world, "head").await;
    let rows = trail(&head, &TrailFilter::default()).await.unwrap().rows;
    let row = rows.iter().find(|row| row.kind == EventKind::ExportMade).unwrap();
    let detail = |key: &str| row.detail.get(key).map(String::as_str);
    // About the person, application, agreement, assessment, plan, and the discussion of it.
    assert_eq!(detail("papers"), Some("6"));
    assert!(detail("file").is_some_and(|number| number.starts_with("QS01/GA/")), "{:?}", row.detail);
    let trail = road.head.get("/o/qs01/audit").await.body;
    assert!(trail.contains("6 份文书"), "{trail}");
}
