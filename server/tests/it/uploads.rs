//! Files that come with a form: taken, refused, and who gets them back.

use crate::world::{Answered, Browser, HOST, World};
use axum::body::Body;
use axum::http::{Request, StatusCode};

pub const BOUNDARY: &str = "----banyan";

/// A part of a form: a name, the name of a file if it is one, and what is in it.
pub type Part<'p> = (&'p str, Option<&'p str>, &'p [u8]);

pub fn in_parts(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        body.extend(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").into_bytes(),
        );
        body.extend_from_slice(content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    body
}

pub async fn post(browser: &mut Browser, path: &str, body: Vec<u8>) -> Answered {
    let request = Request::post(path)
        .header("origin", format!("http://{HOST}"))
        .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(Body::from(body))
        .unwrap();
    browser.send(request).await
}

pub fn after<'b>(body: &'b str, words: &str) -> &'b str {
    body.split_once(words).unwrap_or_else(|| panic!("no {words} in {body}")).1
}

/// What stands in quotes behind these words.
pub fn quoted(body: &str, words: &str) -> String {
    after(body, words).split('"').next().unwrap().to_owned()
}

/// The page on which a plan for emergencies is written, and what it carries along.
async fn sheet(browser: &mut Browser) -> (String, Vec<(String, String)>) {
    let register = browser.get("/o/qs01/registers/emergency_plan").await.body;
    let path = format!("/o/qs01/papers/new/emergency_plan/{}", quoted(&register, "/papers/new/emergency_plan/"));
    let page = browser.get(&path).await.body;
    assert!(page.contains("enctype=\"multipart/form-data\""), "{page}");
    let hidden = ["operation", "template", "account"];
    let hidden = hidden.into_iter().filter(|name| page.contains(&format!("name=\"{name}\"")));
    let value = |name: &str| quoted(after(&page, &format!("name=\"{name}\"")), "value=\"");
    let hidden = hidden.map(|name| (name.to_owned(), value(name))).collect();
    (path, hidden)
}

#[tokio::test]
async fn a_file_stays_with_its_form_and_is_its_authors_alone() {
    let world = World::new().await;
    let mut head = world.signed_in("head").await;
    let (path, hidden) = sheet(&mut head).await;
    let carried: Vec<Part<'_>> = hidden.iter().map(|(name, value)| (&**name, None, value.as_bytes())).collect();
    let send = |more: &[Part<'_>]| in_parts(&[&carried[..], more].concat());
    let typed = ("title", None, "消防预案".as_bytes());

    let none = post(&mut head, &path, send(&[typed, ("map", Some(""), b"")])).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!none.body.contains("att_"), "none was chosen: {}", none.body);

    let wrong = post(&mut head, &path, send(&[typed, ("map", Some("地图.jpg"), b"MZ\x90\0")])).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("只收照片") && wrong.body.contains("消防预案"), "{}", wrong.body);

    let plan = b"%PDF-1.7 map";
    let back = post(&mut head, &path, send(&[typed, ("map", Some("../疏散图.pdf"), plan)])).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY, "the rest is missing");
    assert!(back.body.contains("疏散图.pdf") && back.body.contains("消防预案"), "{}", back.body);
    let id = format!("att_{}", quoted(&back.body, "value=\"att_"));
    let again = post(&mut head, &path, send(&[typed, ("map", None, id.as_bytes()), ("map", Some(""), b"")])).await;
    assert!(again.body.contains(&id) && again.body.contains("疏散图.pdf"), "{}", again.body);

    let file = format!("/o/qs01/attachments/{id}");
    let got = head.get(&file).await;
    assert_eq!((got.status, got.body.as_bytes()), (StatusCode::OK, &plan[..]));
    assert_eq!(got.header("content-type"), "application/pdf");
    assert!(
        got.header("content-disposition").starts_with("attachment; filename*=UTF-8''%E7%96%8F"),
        "a name in any script"
    );
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    assert_eq!(world.signed_in("both").await.get(&file).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.signed_in("both").await.get(&file.replace("qs01", "qs02")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.browser().get(&file).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_does_not_arrive_whole_or_is_too_large_is_told_so() {
    let world = World::new().await;
    let mut head = world.signed_in("head").await;
    let (path, hidden) = sheet(&mut head).await;
    let carried: Vec<Part<'_>> = hidden.iter().map(|(name, value)| (&**name, None, value.as_bytes())).collect();
    let whole = in_parts(&[("title", None, b"x"), ("map", Some("a.pdf"), &[b'x'; 4_000])]);
    let cut = post(&mut head, &path, whole[..whole.len() / 2].to_vec()).await;
    assert_eq!(cut.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let large = [("title", None, "消防预案".as_bytes()), ("map", Some("a.pdf"), &[b'x'; 21 * 1024 * 1024][..])];
    let large = post(&mut head, &path, in_parts(&[&carried[..], &large].concat())).await;
    assert_eq!(large.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(large.body.contains("超过 20 MB") && large.body.contains("消防预案"), "what was typed is still there");
    let many: Vec<Part<'_>> = (0..31).map(|_| ("map", Some("a.pdf"), &b"%PDF-1.7"[..])).collect();
    let many = post(&mut head, &path, in_parts(&[&carried[..], &many].concat())).await;
    assert!(many.body.contains("最多 30 个附件"), "{}", many.body);
    let begins_never = format!("--{BOUNDARY}\r\n{}", "x".repeat(1024 * 1024)).into_bytes();
    assert_eq!(post(&mut head, &path, begins_never).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let much = post(&mut head, &path, in_parts(&[("title", None, &[b'x'; 300 * 1024])])).await;
    assert_eq!(much.status, StatusCode::PAYLOAD_TOO_LARGE);
    let elsewhere = post(&mut head, "/o/qs01/probe", whole.clone()).await;
    assert_eq!(elsewhere.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "no file is asked for there");

    // Nobody who has not signed in leaves anything here, and what was typed waits for the one who does.
    let nobody = post(&mut world.browser(), &path, whole).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
}
