//! The rules on the district's screen: what is read of them, what is set, and what a form says that cannot be.

use crate::cases::{fill, today};
use crate::world::{Browser, PASSWORD, World};
use axum::http::StatusCode;
use backend::organisations::{AddDistrictMember, add_district_member, district};

const RULES: &str = "/d/qingshan/rules";
const REVIEW: &str = "/d/qingshan/rules/INT-07";
const PACKS: &str = "/d/qingshan/stations/qs01/packs";

/// Somebody who administers the district, signed in.
async fn admin(world: &World) -> Browser {
    let core = world.backend.core();
    let admin = AddDistrictMember {
        sign_in_name: "admin".to_owned(),
        name: "王主任".to_owned(),
        from: world.backend.now().day(),
        until: None,
        password: Some(PASSWORD.to_owned()),
    };
    add_district_member(core, district(core, "qingshan").await.unwrap().id, admin).await.unwrap();
    world.signed_in("admin").await
}

/// Proves ORG-03.
#[tokio::test]
async fn a_district_sets_a_limit_and_reads_who_set_it() {
    let world = World::new().await;
    let (mut admin, day) = (admin(&world).await, today(&world));
    let listed = admin.get(RULES).await.body;
    assert!(listed.contains("24小时初审") && listed.contains("执行中") && listed.contains("仅作记录"), "{listed}");
    let recorded = admin.get("/d/qingshan/rules?status=recorded_only").await.body;
    assert!(recorded.contains("报名回执") && !recorded.contains("24小时初审"), "{recorded}");
    let why = admin.get("/d/qingshan/rules/INT-14").await.body;
    assert!(why.contains("系统还不能证明"), "{why}");

    let set = format!("{REVIEW}/limit");
    let limit =
        |value: &'static str| vec![("parameter", "int.initial_review_hours"), ("value", value), ("from", &*day)];
    for (value, said) in [("48", "请填写 0 至 24 之间的整数。"), ("很快", "请填写 0 至 24 之间的整数。")]
    {
        let refused = fill(&mut admin, REVIEW, &set, &limit(value)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let kept = refused.body.contains(&format!("value=\"{value}\""));
        assert!(refused.body.contains(said) && kept, "{}", refused.body);
    }
    let yesterday = vec![("parameter", "int.initial_review_hours"), ("value", "12"), ("from", "2020-01-01")];
    let refused = fill(&mut admin, REVIEW, &set, &yesterday).await;
    assert!(refused.body.contains("这一天已经过去"), "{}", refused.body);

    let done = fill(&mut admin, REVIEW, &set, &limit("12")).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, REVIEW));
    for page in [RULES, REVIEW] {
        let shown = admin.get(page).await.body;
        assert!(shown.contains("初审时限 12 小时") && shown.contains("王主任"), "{page}: {shown}");
    }
    let mut head = world.signed_in("head").await;
    assert!(head.get("/o/qs01/duties/rules/INT-07").await.body.contains("12 小时"));
}

/// Proves ORG-03.
#[tokio::test]
async fn a_district_adopts_a_rule_and_gives_norms() {
    let world = World::new().await;
    let (mut admin, day) = (admin(&world).await, today(&world));
    let mut head = world.signed_in("head").await;
    let binds = "本机构执行的规范里没有这一条";
    assert!(head.get("/o/qs01/duties/rules/INT-06").await.body.contains(binds));
    let grading = "/d/qingshan/rules/INT-06";
    let adopt = vec![("follows", "yes"), ("from", &*day)];
    let done = fill(&mut admin, grading, &format!("{grading}/adoption"), &adopt).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(admin.get(grading).await.body.contains("全区采用，"), "it says so");
    assert!(!head.get("/o/qs01/duties/rules/INT-06").await.body.contains(binds));

    let nothing = fill(&mut admin, PACKS, PACKS, &vec![("from", &*day)]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", nothing.body);
    let given = vec![("packs", "S"), ("packs", "K"), ("from", &*day)];
    let done = fill(&mut admin, PACKS, PACKS, &given).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, PACKS));
    assert!(head.get("/o/qs01/duties/rules").await.body.contains("《社区服务中心服务规范》"));
    let foreign = admin.get("/d/qingshan/stations/nowhere/packs").await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!(head.get(PACKS).await.status, StatusCode::NOT_FOUND, "a station gives itself nothing");
}
