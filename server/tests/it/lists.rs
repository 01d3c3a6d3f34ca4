//! Lists on the screen: heads that sort, columns that are chosen, views that are kept, and the way out of the house.

use crate::carried::{hidden_in, with};
use crate::cases::Road;
use crate::world::World;
use axum::http::StatusCode;

/// The words in the heads of a page's table.
fn heads(html: &str) -> Vec<String> {
    let cells = html.split("<th").skip(1).filter_map(|rest| rest.split("</th>").next());
    let text = |cell: &str| {
        let parts = cell.split('>').skip(1).filter_map(|part| part.split('<').next());
        parts.collect::<String>().trim().to_owned()
    };
    cells.filter(|cell| !cell.starts_with("ead")).map(text).collect()
}

#[tokio::test]
async fn a_head_sorts_first_upwards_then_downwards() {
    let mut road = Road::of(World::new().await).await;
    let plain = road.head.get("/o/qs01/cases").await.body;
    assert!(plain.contains("href=\"/o/qs01/cases?sort=opened\"") && !plain.contains("aria-sort"), "{plain}");
    let up = road.head.get("/o/qs01/cases?sort=opened").await.body;
    assert!(up.contains("aria-sort=\"ascending\"") && up.contains("href=\"/o/qs01/cases?sort=-opened\""));
    let down = road.head.get("/o/qs01/cases?sort=-opened&state=opened").await.body;
    assert!(
        down.contains("href=\"/o/qs01/cases?state=opened&amp;sort=opened\""),
        "what it is narrowed to stays: {down}"
    );
}

#[tokio::test]
async fn the_columns_are_those_that_were_chosen_and_the_first_one() {
    let mut road = Road::of(World::new().await).await;
    let plain = heads(&road.head.get("/o/qs01/cases").await.body);
    assert_eq!(plain, ["服务对象", "服务", "负责社工", "开案", "最近时限", "状态"]);
    let chosen = heads(&road.head.get("/o/qs01/cases?columns=number&columns=state&columns=nothing").await.body);
    assert_eq!(chosen, ["服务对象", "编号", "状态"]);
}

#[tokio::test]
async fn a_view_is_kept_from_the_list_and_stands_beside_the_others() {
    let mut road = Road::of(World::new().await).await;
    let list = "/o/qs01/cases?state=opened&sort=-opened&columns=state";
    let page = road.head.get(list).await.body;
    let fields = hidden_in(page.split("action=\"/o/qs01/views\"").nth(1).unwrap());
    let kept = road.head.post("/o/qs01/views", &with(&fields, &[("name", "新开的")])).await;
    assert_eq!(
        (kept.status, kept.location()),
        (StatusCode::SEE_OTHER, "/o/qs01/cases?state=opened&columns=state&sort=-opened")
    );
    let page = road.head.get(kept.location()).await.body;
    assert!(page.contains("aria-current=\"page\" class=\"views__link\">新开的"), "{page}");
    assert!(!road.worker.get("/o/qs01/cases").await.body.contains("新开的"), "it is one's own");
    let remove = page.split("action=\"").find_map(|rest| rest.split('"').next().filter(|to| to.ends_with("/remove")));
    let fields = hidden_in(page.split(remove.unwrap()).nth(1).unwrap());
    let gone = road.head.post(remove.unwrap(), &with(&fields, &[])).await;
    assert_eq!(gone.location(), "/o/qs01/cases");
    assert!(!road.head.get("/o/qs01/cases").await.body.contains("新开的"));
}

#[tokio::test]
async fn a_list_leaves_the_house_by_a_right_of_its_own_and_the_trail_says_so() {
    let mut road = Road::of(World::new().await).await;
    let out = road.head.post("/o/qs01/cases/export?ended=1&columns=state", &[]).await;
    assert_eq!(out.status, StatusCode::OK, "{}", out.body);
    assert_eq!(out.header("content-type"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    assert!(out.header("content-disposition").starts_with("attachment; filename*=UTF-8''%E4%B8%AA%E6%A1%88"));
    let trail = road.head.get("/o/qs01/audit").await.body;
    assert!(trail.contains("导出数据") && trail.contains("个案列表，1 行"), "{trail}");
    assert_eq!(road.worker.post("/o/qs01/cases/export", &[]).await.status, StatusCode::FORBIDDEN);
    assert!(!road.worker.get("/o/qs01/cases").await.body.contains("/export"), "nor is it offered");
}
