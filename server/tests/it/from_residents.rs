//! Files from people without an account: with an application, and on the status page.

use crate::applications::{code, filled, hidden};
use crate::cases::staff;
use crate::uploads::{Part, in_parts, post, quoted};
use crate::world::{Answered, Browser, World};
use axum::http::StatusCode;
use backend::applications::{Accept, AskSupplement, accept, ask_supplement, list};
use backend::{Clock, Command, StaffScope};
use domain::applications::Grade;
use domain::ids::ApplicationId;
use domain::time::Span;
use server::config::Config;

const APPLY: &str = "/s/qs01/apply/elder-care";
const DOCUMENTS: &str = "/s/qs01/status/documents";
const PICTURE: &[u8] = include_bytes!("pixel.png");

/// Everything that a form has typed in it, with files.
async fn send(browser: &mut Browser, path: &str, typed: &[(String, String)], files: &[Part<'_>]) -> Answered {
    let typed: Vec<Part<'_>> = typed.iter().map(|(name, value)| (&**name, None, value.as_bytes())).collect();
    post(browser, path, in_parts(&[&typed, files].concat())).await
}

/// An application as it is shown, filled in.
async fn form(browser: &mut Browser, change: &[(&str, &str)]) -> Vec<(String, String)> {
    let page = browser.get(APPLY).await.body;
    assert!(page.contains("enctype=\"multipart/form-data\"") && page.contains("name=\"documents\""), "{page}");
    let mut typed = filled(change);
    typed.push(("operation".to_owned(), hidden(&page, "operation")));
    typed
}

fn with(typed: &[(String, String)], name: &str, value: &str) -> Vec<(String, String)> {
    let mut typed: Vec<(String, String)> = typed.iter().filter(|(key, _)| key != name).cloned().collect();
    typed.push((name.to_owned(), value.to_owned()));
    typed
}

fn id(page: &str) -> String {
    format!("att_{}", quoted(page, "value=\"att_"))
}

async fn only(head: &StaffScope) -> ApplicationId {
    list(head, &Default::default(), &Default::default()).await.unwrap().rows[0].id
}

#[tokio::test]
async fn a_photograph_stays_with_its_form_and_is_read_by_whoever_reads_the_application() {
    let world = World::new().await;
    let mut resident = world.browser();
    let typed = form(&mut resident, &[("phone", "12345")]).await;
    let photo: Part<'_> = ("documents", Some("../低保证.PNG"), PICTURE);
    let back = send(&mut resident, APPLY, &typed, &[photo]).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY, "the telephone number is none");
    assert!(back.body.contains("低保证.png") && back.body.contains("王小明"), "{}", back.body);
    let id = id(&back.body);

    // Somebody else's form does not take it, and does not even show it.
    let mut another = world.browser();
    let theirs = with(&form(&mut another, &[]).await, "documents", &id);
    let refused = send(&mut another, APPLY, &theirs, &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("这个附件已经不在了") && !refused.body.contains("低保证.png"), "{}", refused.body);

    let typed = with(&with(&typed, "phone", "13812345678"), "documents", &id);
    let second: Part<'_> = ("documents", Some("残疾证.png"), PICTURE);
    let given = send(&mut resident, APPLY, &typed, &[second, ("documents", Some(""), b"")]).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.body);
    let code = code(&given.body);
    let again = send(&mut resident, APPLY, &typed, &[second]).await;
    assert!(again.body.contains(&code), "its answer was lost on the way, and the same form has the same receipt");

    let application = only(&staff(&world, "head").await).await;
    let mut worker = world.signed_in("worker").await;
    let page = worker.get(&format!("/o/qs01/applications/{application}")).await.body;
    assert!(page.contains("附件 2 个") && page.contains("低保证.png") && page.contains("残疾证.png"), "{page}");
    let file = format!("/o/qs01/attachments/{id}");
    let got = worker.get(&file).await;
    assert_eq!((got.status, got.header("content-type")), (StatusCode::OK, "image/png"));
    assert!(got.header("content-disposition").starts_with("attachment"));
    assert_eq!(worker.get(&format!("{file}/preview")).await.header("content-type"), "image/jpeg");
    assert_eq!(resident.get(&file).await.status, StatusCode::UNAUTHORIZED, "whoever sent it has no way to it either");
    let neighbour = world.signed_in("both").await.get(&file.replace("qs01", "qs02")).await;
    assert_eq!(neighbour.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_no_proof_is_told_so_and_nothing_typed_is_lost() {
    let world = World::new().await;
    let mut resident = world.browser();
    let typed = form(&mut resident, &[]).await;
    let whole = in_parts(&[("name", None, b"x"), ("documents", Some("a.pdf"), &[b'x'; 4_000])]);
    let cut = post(&mut resident, APPLY, whole[..whole.len() / 2].to_vec()).await;
    assert_eq!(cut.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let large = vec![b'x'; 21 * 1024 * 1024];
    let pdf = [b"%PDF-1.7 ".to_vec(), vec![b'x'; 15 * 1024 * 1024]].concat();
    for (files, why) in [
        (vec![("documents", Some("a.pdf"), &large[..])], "超过 20 MB"),
        (vec![("documents", Some("a.jpg"), &b"MZ\x90\0"[..])], "只收照片"),
        (vec![("documents", Some("a.jpg"), &PICTURE[..40])], "打不开"),
        (vec![("documents", Some("a.pdf"), &b"%PDF-1.7"[..]); 31], "最多 10 个附件"),
        (vec![("documents", Some("a.pdf"), &pdf[..]); 3], "合计不能超过 40 MB"),
    ] {
        let refused = send(&mut resident, APPLY, &typed, &files).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
        assert!(refused.body.contains(why) && refused.body.contains("王小明"), "{why}: {}", refused.body);
    }
    let elsewhere = post(&mut resident, "/s/qs01/status", whole).await;
    assert_eq!(elsewhere.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "no file is asked for there");
    let many = form(&mut resident, &[("phone", "1")]).await;
    let stray: Part<'_> = ("name", Some("a.pdf"), b"%PDF-1.7");
    assert!(!send(&mut resident, APPLY, &many, &[stray]).await.body.contains("att_"), "no question asks for this one");
}

#[tokio::test]
async fn what_was_missing_is_sent_on_the_status_page() {
    let world = World::new().await;
    let mut resident = world.browser();
    let typed = form(&mut resident, &[]).await;
    let code = code(&send(&mut resident, APPLY, &typed, &[]).await.body);
    let head = staff(&world, "head").await;
    let application = only(&head).await;
    let fresh = |version| (world.backend.new_operation(), version);
    let status = resident.post("/s/qs01/status", &[("code", &code)]).await.body;
    assert!(!status.contains(DOCUMENTS), "nothing is asked for");
    let (operation, version) = fresh(1);
    let body = Accept { application, grade: Some(Grade::Routine) };
    accept(&head, Command { operation, version, body }).await.unwrap();
    let (operation, version) = fresh(2);
    let body = AskSupplement { application, missing: "户口簿\n残疾证".to_owned() };
    ask_supplement(&head, Command { operation, version, body }).await.unwrap();

    let page = resident.post("/s/qs01/status", &[("code", &code)]).await.body;
    assert!(page.contains("<li>户口簿<") && page.contains("<li>残疾证<") && page.contains(DOCUMENTS), "{page}");
    let carried: Vec<(String, String)> =
        ["operation", "version", "code"].map(|name| (name.to_owned(), hidden(&page, name))).into();
    let photo: Part<'_> = ("documents", Some("户口簿.png"), PICTURE);

    let wrong = with(&carried, "code", "AAAA-AAAA-AAAA");
    let elsewhere = DOCUMENTS.replace("qs01", "qs02");
    for (path, carried) in [(DOCUMENTS, &wrong), (&*elsewhere, &carried)] {
        let refused = send(&mut resident, path, carried, &[photo]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(!refused.body.contains("att_") && !refused.body.contains("户口簿"), "{}", refused.body);
    }
    let none = send(&mut resident, DOCUMENTS, &carried, &[("documents", Some(""), b"")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    let typed = with(&carried, "note", "残疾证下周才有。");
    let broken: Part<'_> = ("documents", Some("残疾证.png"), &PICTURE[..40]);
    let back = send(&mut resident, DOCUMENTS, &typed, &[photo, broken]).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("户口簿.png") && back.body.contains("残疾证下周才有。"), "{}", back.body);
    let typed = with(&typed, "documents", &id(&back.body));
    let done = send(&mut resident, DOCUMENTS, &typed, &[]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    assert!(done.body.contains("收到您补交的 1 个文件") && done.body.contains("正在初审"), "{}", done.body);
    assert!(!done.body.contains("还缺这些材料"));
    let again = send(&mut resident, DOCUMENTS, &typed, &[]).await;
    assert!(again.body.contains("收到您补交的 1 个文件"), "{}", again.body);

    let mut worker = world.signed_in("worker").await;
    let page = worker.get(&format!("/o/qs01/applications/{application}")).await.body;
    assert!(page.contains("户口簿.png") && page.contains("残疾证下周才有。") && page.contains("申请人"), "{page}");
    let told = world.signed_in("head").await.get("/o/qs01/inbox").await.body;
    assert!(told.contains("补充材料已到"), "{told}");
}

#[tokio::test]
async fn whoever_sends_too_many_files_applies_without() {
    let (world, clock) = World::standing(Config::default()).await;
    let mut resident = world.browser();
    let typed = form(&mut resident, &[("phone", "1")]).await;
    let photo: Part<'_> = ("documents", Some("a.png"), PICTURE);
    for _ in 0..15 {
        assert!(send(&mut resident, APPLY, &typed, &[photo]).await.body.contains("a.png"));
    }
    let refused = send(&mut resident, APPLY, &typed, &[photo]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "it is no page of its own: what was typed is there");
    assert!(refused.body.contains("暂时收不下") && refused.body.contains("王小明"), "{}", refused.body);
    let mut neighbour = world.browser();
    neighbour.peer = [192, 0, 2, 2];
    assert!(!send(&mut neighbour, APPLY, &typed, &[photo]).await.body.contains("暂时收不下"));
    let whole = with(&typed, "phone", "13812345678");
    assert_eq!(send(&mut resident, APPLY, &whole, &[]).await.status, StatusCode::OK, "one applies without files");
    clock.set(clock.now().plus(Span::millis(120_000)));
    let typed = form(&mut resident, &[("phone", "1")]).await;
    assert!(send(&mut resident, APPLY, &typed, &[photo]).await.body.contains("a.png"));
}
