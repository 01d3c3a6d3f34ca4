//! What hangs on papers: received, kept with what is handed in, read by whoever reads that, and by nobody else.

use crate::registers::{filled, site};
use crate::safety::house_of;
use crate::story::answers;
use crate::world::*;
use backend::StaffScope;
use backend::attachments::{Upload, open, printable, receive, sweep};
use backend::paperwork::{self, Submit, keep_draft, sheet, submit};
use domain::access::Role;
use domain::attachments::{AttachmentKind, Unfit};
use domain::ids::{AttachmentId, PaperId};
use domain::packs::Pack;
use domain::refusal::{Problem, Refusal};
use image::{DynamicImage, ImageFormat};
use std::io::Cursor;

/// A picture of a few pixels.
pub fn picture() -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(12, 9).write_to(&mut file, ImageFormat::Jpeg).unwrap();
    file.into_inner()
}

/// Somebody chooses a file for a question.
pub async fn chosen(scope: &StaffScope, field: &str, name: &str, bytes: &[u8]) -> Result<AttachmentId, Refusal> {
    let content = Ok(bytes.to_vec().into());
    receive(scope, scope.new_operation(), Upload { field: field.to_owned(), name: name.to_owned(), content }).await
}

fn gone(field: &str) -> Result<PaperId, Refusal> {
    Err(Refusal::field(field, Problem::Attachment(Unfit::Gone)))
}

on_both_engines! {
    /// Proves SAF-03.
    async fn a_photograph_of_a_hazard_is_read_by_whoever_reads_the_hazard(world: World) {
        let house = world.with_pack(Pack::K).await;
        let [head, officer] = [world.staff(house, Role::Head).await, world.staff(house, Role::SafetyOfficer).await];
        let hall = site(&head, "东门站", "2026-01-01").await;
        let stranger = world.staff(QS01, Role::Head).await;
        let photo = chosen(&officer, "photo", "/sdcard/楼道\u{202e}.JPEG", &picture()).await.unwrap();
        for (who, reads) in [(&officer, true), (&head, false), (&stranger, false)] {
            assert_eq!(open(who, photo, false).await.is_ok(), reads, "until it is handed in it waits for {}", who.name());
        }
        let hazard = |photo: &str| filled(&head, "hazard", hall, answers([("photo", photo)]));
        assert_eq!(submit(&head, fresh(hazard(&photo.to_string()))).await, gone("photo"), "somebody else chose it");
        let paper = submit(&officer, fresh(hazard(&photo.to_string()))).await.unwrap();
        for (who, reads) in [(&officer, true), (&head, true), (&stranger, false)] {
            assert_eq!(open(who, photo, false).await.is_ok(), reads, "{}", who.name());
        }
        let seen = open(&head, photo, false).await.unwrap();
        assert_eq!((&*seen.name, seen.kind), ("楼道.jpg", AttachmentKind::Jpeg));
        assert!(open(&head, photo, true).await.unwrap().bytes.starts_with(&[0xFF, 0xD8]));
        let file = paperwork::open(&head, paper).await.unwrap();
        let options = &file.form.field("photo").unwrap().options;
        assert_eq!(options.iter().map(|option| (&*option.value, &*option.label.zh)).collect::<Vec<_>>(), [(&*photo.to_string(), "楼道.jpg")]);
        let printable = printable(&head, [(&*file.form, &file.paper)]).await.unwrap();
        assert!(printable.len() == 1 && printable[&photo].starts_with(&[0xFF, 0xD8]), "it lies on the sheet");

        // It hangs on one paper, and is there once.
        assert_eq!(submit(&officer, fresh(hazard(&photo.to_string()))).await, gone("photo"), "it hangs on the first");
        assert_eq!(submit(&officer, fresh(hazard("att_01900000000070008000000000000001"))).await, gone("photo"));
    }

    async fn a_form_that_is_sent_twice_brings_its_files_once(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let (form, content) = (head.new_operation(), Ok(picture().into()));
        let upload = Upload { field: "photo".to_owned(), name: "a.jpg".to_owned(), content };
        let first = receive(&head, form, upload.clone()).await.unwrap();
        assert_eq!(receive(&head, form, upload.clone()).await, Ok(first));
        for other in [Upload { field: "map".to_owned(), ..upload.clone() }, Upload { name: "b.jpg".to_owned(), ..upload.clone() }] {
            assert_ne!(receive(&head, form, other).await, Ok(first));
        }
        assert_ne!(receive(&head, head.new_operation(), upload).await, Ok(first), "another form");
    }

    async fn what_is_not_taken_is_told_at_its_question(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let before = world.everything().await;
        for (name, bytes, why) in [
            ("a.jpg", b"MZ\x90\0".as_slice(), Unfit::UnknownKind),
            ("a.jpg", b"", Unfit::Empty),
            ("a.jpg", &picture()[..40], Unfit::Damaged),
            ("IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0", Unfit::Heic),
        ] {
            let refused = chosen(&head, "photos.2.photo", name, bytes).await;
            assert_eq!(refused, Err(Refusal::field("photos.2.photo", Problem::Attachment(why))), "{name}");
        }
        let auditor = world.staff(QS01, Role::Auditor).await;
        assert_eq!(chosen(&auditor, "photo", "a.jpg", &picture()).await, Err(Refusal::Forbidden));
        let changed = world.changed_since(&before).await;
        assert!(!changed.contains_key("attachments"), "{changed:?}");
    }

    async fn a_document_comes_back_as_it_was_and_no_picture_is_none(world: World) {
        let house = world.with_pack(Pack::K).await;
        let [head, officer] = [world.staff(house, Role::Head).await, world.staff(house, Role::SafetyOfficer).await];
        let hall = site(&head, "东门站", "2026-01-01").await;
        let content = b"%PDF-1.7 \xE5\xAE\xA4 plan of the house";
        let plan = chosen(&officer, "floor_plan", "平面图.pdf", content).await.unwrap();
        let with = |register: &str, field: &str, id: AttachmentId| filled(&head, register, hall, answers([(field, &*id.to_string())]));
        let refused = submit(&officer, fresh(with("hazard", "photo", plan))).await;
        assert_eq!(refused, Err(Refusal::field("photo", Problem::Attachment(Unfit::NoPicture))));
        submit(&officer, fresh(with("building_record", "floor_plan", plan))).await.unwrap();
        assert_eq!(open(&officer, plan, false).await.unwrap().bytes, content);
        assert_eq!(open(&officer, plan, true).await.map(drop), Err(Refusal::NotFound), "it has no small picture");

        // A correction keeps what hung on the one before.
        let photo = chosen(&officer, "photo", "a.jpg", &picture()).await.unwrap();
        let walk = filled(&head, "accident_record", hall, answers([("photos.1.photo", &*photo.to_string()), ("photos.1.caption", "楼梯")]));
        let first = submit(&officer, fresh(walk.clone())).await.unwrap();
        let again = submit(&officer, fresh(Submit { replaces: Some(first), ..walk })).await.unwrap();
        assert!(paperwork::open(&head, again).await.unwrap().paper.answers["photos.1.photo"].contains(&photo.to_string()));
        assert!(open(&head, photo, false).await.is_ok());
    }

    async fn what_a_draft_no_longer_names_waits_again(world: World) {
        let house = world.with_pack(Pack::K).await;
        let [head, officer] = [world.staff(house, Role::Head).await, world.staff(house, Role::SafetyOfficer).await];
        let place = house_of(&officer);
        let map = chosen(&officer, "map", "a.pdf", b"%PDF-1.7").await.unwrap();
        let draft = |map: &str| filled(&officer, "emergency_plan", place, answers([("map", map)]));
        let first = keep_draft(&officer, fresh(draft(&map.to_string()))).await.unwrap();
        assert!(open(&officer, map, false).await.is_ok());
        assert_eq!(open(&head, map, false).await.map(drop), Err(Refusal::NotFound), "a draft is its author's");
        let version = sheet(&officer, "emergency_plan", place, (None, None)).await.unwrap().draft;
        let without = Submit { draft: version, ..draft("") };
        assert_eq!(keep_draft(&officer, fresh(without)).await, Ok(first));
        assert!(open(&officer, map, false).await.is_ok(), "it can still be chosen");
        let version = sheet(&officer, "emergency_plan", place, (None, None)).await.unwrap().draft;
        submit(&officer, fresh(Submit { draft: version, ..draft(&map.to_string()) })).await.unwrap();
        assert!(open(&head, map, false).await.is_ok());
    }

    async fn what_is_never_handed_in_goes_after_a_day(world: World) {
        let house = world.with_pack(Pack::K).await;
        let head = world.staff(house, Role::Head).await;
        let hall = site(&head, "东门站", "2026-01-01").await;
        let kept = chosen(&head, "photo", "a.jpg", &picture()).await.unwrap();
        submit(&head, fresh(filled(&head, "hazard", hall, answers([("photo", &*kept.to_string())])))).await.unwrap();
        world.pass_minutes(60);
        let left = chosen(&head, "photo", "b.jpg", &picture()).await.unwrap();
        world.pass_minutes(24 * 60);
        sweep(world.core()).await.unwrap();
        assert!(open(&head, left, false).await.is_ok(), "to the minute it waits");
        world.pass_minutes(1);
        sweep(world.core()).await.unwrap();
        assert_eq!(open(&head, left, false).await.map(drop), Err(Refusal::NotFound));
        assert!(open(&head, kept, true).await.is_ok());
        assert_eq!(world.store.dump().await.unwrap().len(), 2, "a picture and its small one");
    }

    async fn what_lies_in_the_store_shows_nothing(world: World) {
        let head = world.staff(QS01, Role::Head).await;
        let secret = b"%PDF-1.7 440105198001010012 the whole story";
        chosen(&head, "floor_plan", "王小明的身份证.pdf", secret).await.unwrap();
        let kept = world.store.dump().await.unwrap();
        assert_eq!(kept.len(), 1);
        for (name, bytes) in kept {
            assert!(!bytes.windows(8).any(|part| part == b"44010519") && !bytes.starts_with(b"%PDF"), "{name}");
        }
        let named = "SELECT CAST(count(*) AS text) FROM attachments WHERE CAST(name AS text) LIKE '%身份证%'";
        assert_eq!(world.owner().await.column(named).await, ["0"]);
    }
}
