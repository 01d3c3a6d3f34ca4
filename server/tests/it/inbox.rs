//! What somebody was told, on the screen: counted beside the name of the page, read by being opened, and nobody else's.

use crate::cases::{self, Road, fill};
use crate::today::{filled, send_back};
use crate::world::World;
use axum::http::StatusCode;
use backend::paperwork;

const INBOX: &str = "/o/qs01/inbox";

/// The addresses to which the lines of the list are sent.
fn lines(html: &str) -> Vec<String> {
    let action = format!("action=\"{INBOX}/");
    let after = html.split(&action).skip(1).filter_map(|rest| rest.split('"').next());
    after.map(|id| format!("{INBOX}/{id}")).collect()
}

#[tokio::test]
async fn what_was_sent_back_is_told_and_read_by_being_opened() {
    let mut road = Road::of(World::new().await).await;
    road.serve().await;
    let worker = cases::staff(&road.world, "worker").await;
    let head = cases::staff(&road.world, "head").await;
    let now = cases::moment(&road.world);
    let record = cases::record(&now);
    let paper =
        paperwork::submit(&worker, filled(&worker, road.id().parse().unwrap(), "record", &record)).await.unwrap();
    let before = lines(&road.worker.get(INBOX).await.body).len();
    send_back(&head, paper, "请写明效果。").await;

    let told = road.worker.get(INBOX).await.body;
    let first = lines(&told).into_iter().next().unwrap();
    assert_eq!(lines(&told).len(), before + 1);
    for words in ["已退回", "服务记录", "王小明", "未读"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let count = format!("{} 条未读", before + 1);
    assert!(told.contains(&count), "{told}");
    assert!(!road.head.get(INBOX).await.body.contains("已退回"), "nobody is told what they did themselves");

    let read = fill(&mut road.worker, INBOX, &first, &Vec::new()).await;
    assert_eq!(read.location(), format!("/o/qs01/papers/{paper}"));
    assert!(!road.worker.get(INBOX).await.body.contains(&count));
    let stranger = road.head.post(&first, &[("operation", &head.new_operation().to_string())]).await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);

    fill(&mut road.worker, INBOX, INBOX, &Vec::new()).await;
    let read = road.worker.get(INBOX).await.body;
    assert!(!read.contains("条未读") && !read.contains("message--unread"), "{read}");
    assert_eq!(lines(&read).len(), before + 1, "what was read stays there");
}
