//! What residents attach: proof that comes with an application, and what was missing of it; read by whoever reads the application.

use crate::applications::blocked_by;
use crate::attachments::picture;
use crate::registers::{filled, site};
use crate::story::*;
use crate::world::*;
use backend::applications::{
    AskSupplement, EnterApplication, Receipt, SendDocuments, SubmitApplication, ask_supplement, chosen_so_far, enter,
    send_documents, status, submit, withdraw,
};
use backend::attachments::{Upload, open, receive_from_resident, sweep};
use backend::audit::Verdict;
use backend::catalogue::{OfferService, offer_as_operator};
use backend::messages::inbox;
use backend::trail::verify;
use backend::{Command, PublicScope, StaffScope, applications, evaluations, paperwork};
use domain::access::Role;
use domain::applications::{ApplicationState, Channel};
use domain::attachments::{OF_A_FORM, Unfit};
use domain::forms::Answers;
use domain::ids::{ApplicationId, AttachmentId, OperationId, ServiceId};
use domain::packs::Pack;
use domain::refusal::{Problem, Refusal};
use domain::rules::RuleId;

/// A file as a telephone sends it.
fn upload(field: &str, name: &str, bytes: &[u8]) -> Upload {
    Upload { field: field.to_owned(), name: name.to_owned(), content: Ok(bytes.to_vec().into()) }
}

/// Somebody chooses a photograph in a form.
async fn chosen(scope: &PublicScope, form: OperationId, field: &str, name: &str) -> Result<AttachmentId, Refusal> {
    receive_from_resident(scope, form, upload(field, name, &picture())).await
}

/// An application with proof.
fn with_proof(files: &[AttachmentId]) -> Answers {
    let files = files.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let mut answers = application(ADULT);
    answers.insert("documents".to_owned(), files);
    answers
}

/// Applies with a form of this operation.
async fn apply(
    scope: &PublicScope,
    form: OperationId,
    service: ServiceId,
    answers: Answers,
) -> Result<Receipt, Refusal> {
    submit(scope, Command::of(form, SubmitApplication { service, channel: Channel::Website, answers })).await
}

/// What was missing, sent with a code.
fn sent(code: &str, files: &[AttachmentId], note: &str) -> SendDocuments {
    let files = files.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    SendDocuments { code: code.to_owned(), answers: answers([("documents", &files), ("note", note)]) }
}

fn gone<T>(field: &str) -> Result<T, Refusal> {
    Err(Refusal::field(field, Problem::Attachment(Unfit::Gone)))
}

/// What hangs on an application, by its names.
async fn names(scope: &StaffScope, application: ApplicationId) -> Vec<String> {
    let file = applications::open(scope, application).await.unwrap();
    file.documents.into_iter().map(|named| named.name).collect()
}

impl Story {
    /// An application that is asked for more.
    async fn asked_for_more(&self, world: &World) -> Receipt {
        let receipt = self.apply(world, application(ADULT)).await.unwrap();
        self.accept(receipt.application).await.unwrap();
        let version = self.version(receipt.application).await;
        let ask = AskSupplement { application: receipt.application, missing: "户口簿\n残疾证".into() };
        ask_supplement(&self.intake, fresh(ask).seen(version)).await.unwrap();
        receipt
    }
}

on_both_engines! {
    async fn proof_that_comes_with_an_application_is_read_by_whoever_reads_that(world: World) {
        let story = Story::begin(&world, QS01).await;
        let [here, neighbour] = [world.backend.public(QS01).await.unwrap(), world.backend.public(QS02).await.unwrap()];
        let (form, anothers) = (operation(), operation());
        let front = chosen(&here, form, "documents", "低保证.JPG").await.unwrap();
        assert_eq!(chosen(&here, form, "documents", "低保证.JPG").await, Ok(front), "the same form brings it once");
        let back = chosen(&here, form, "documents", "背面.jpg").await.unwrap();
        let waiting = async |scope: &PublicScope, form| chosen_so_far(scope, form).await.unwrap().into_iter().map(|named| named.id).collect::<Vec<_>>();
        assert_eq!(waiting(&here, form).await, [front, back]);
        for (scope, form) in [(&here, anothers), (&neighbour, form)] {
            assert_eq!(waiting(scope, form).await, [], "nobody but the form has them");
        }
        for who in [&story.head, &story.intake] {
            assert_eq!(open(who, front, false).await.map(drop), Err(Refusal::NotFound), "nobody asks for what waits");
        }
        assert_eq!(apply(&here, anothers, story.service, with_proof(&[front])).await, gone("documents"));

        let receipt = apply(&here, form, story.service, with_proof(&[front, back])).await.unwrap();
        assert_eq!(apply(&here, form, story.service, with_proof(&[front, back])).await, Ok(receipt.clone()), "sent again");
        assert_eq!(apply(&here, anothers, story.service, with_proof(&[front])).await, gone("documents"), "it hangs there");
        assert_eq!(names(&story.intake, receipt.application).await, ["低保证.jpg", "背面.jpg"]);
        let finance = world.staff(QS01, Role::Finance).await;
        let [volunteer, stranger] = [world.staff(QS01, Role::Volunteer).await, world.staff(QS02, Role::Head).await];
        for (who, reads) in [(&story.intake, true), (&story.worker, true), (&finance, false), (&volunteer, false), (&stranger, false)] {
            for preview in [false, true] {
                let seen = open(who, front, preview).await;
                assert_eq!(seen.map(drop), if reads { Ok(()) } else { Err(Refusal::NotFound) }, "{} {preview}", who.name());
            }
        }
        let entries = "SELECT CAST(count(*) AS text) FROM audit_entries WHERE kind = 'client.read' AND subject_kind = 'application'";
        let read = world.owner().await.number(entries).await;
        open(&story.worker, back, true).await.unwrap();
        assert_eq!(world.owner().await.number(entries).await, read, "the page with the small ones has left its own");
        open(&story.worker, back, false).await.unwrap();
        assert_eq!(world.owner().await.number(entries).await, read + 1, "reading the whole leaves an entry");
        assert!(matches!(verify(&story.head).await.unwrap(), Verdict::Whole { .. }));

        // What lies in the store and in the database shows nothing of it.
        assert!(world.store.dump().await.unwrap().iter().all(|(_, bytes)| !bytes.starts_with(&[0xFF, 0xD8])));
    }

    /// Proves INT-02.
    async fn a_service_that_asks_for_proof_takes_no_application_without(world: World) {
        for (slug, blocks) in [(QS01, false), (QS02, true)] {
            let story = Story::begin(&world, slug).await;
            let offer = fresh(OfferService {
                code: "relief".to_owned(),
                name: "救助申请协助".to_owned(),
                summary: "协助申请。".to_owned(),
                criteria: Vec::new(),
                proof: "低保证\n收入证明".to_owned(),
            });
            let service = offer_as_operator(&world.operator(slug).await, offer).await.unwrap();
            let scope = world.backend.public(slug).await.unwrap();
            let without = apply(&scope, operation(), service, application(ADULT)).await;
            assert_eq!(without.as_ref().err().cloned().map(blocked_by), blocks.then(|| vec!["INT-02".parse::<RuleId>().unwrap()]), "{slug}");
            let form = operation();
            let proof = chosen(&scope, form, "documents", "低保证.jpg").await.unwrap();
            assert!(apply(&scope, form, service, with_proof(&[proof])).await.is_ok());
            assert!(apply(&scope, operation(), story.service, application(ADULT)).await.is_ok(), "the other asks for none");

            // At the window, what was seen need not be photographed.
            let told = |proof_seen| fresh(EnterApplication {
                service, channel: Channel::Window, told_at: moment("2026-03-02T08:30"), proof_seen, answers: application(ADULT),
            });
            let unseen = enter(&story.intake, told(false)).await;
            assert_eq!(unseen.err().map(blocked_by), blocks.then(|| vec!["INT-02".parse::<RuleId>().unwrap()]), "{slug}");
            assert!(enter(&story.intake, told(true)).await.is_ok());
        }
    }

    /// Proves INT-09.
    async fn what_was_missing_is_sent_with_the_receipt_code(world: World) {
        let story = Story::begin(&world, QS02).await;
        let [here, neighbour] = [world.backend.public(QS02).await.unwrap(), world.backend.public(QS01).await.unwrap()];
        let receipt = story.asked_for_more(&world).await;
        world.pass_minutes(5);
        let (form, code) = (operation(), &*receipt.code);
        let waiting = status(&here, code).await.unwrap();
        assert_eq!((waiting.state, waiting.missing.as_deref()), (ApplicationState::Supplement, Some("户口簿\n残疾证")));
        let photo = chosen(&here, form, "documents", "户口簿.jpg").await.unwrap();
        let send = |code: &str, files: &[AttachmentId]| Command::of(form, sent(code, files, "残疾证下周才有。")).seen(waiting.version);

        assert_eq!(send_documents(&here, send("AAAA-AAAA-AAAA", &[photo])).await, Err(Refusal::field("code", Problem::UnknownCode)));
        assert_eq!(send_documents(&neighbour, send(code, &[photo])).await, Err(Refusal::field("code", Problem::UnknownCode)));
        assert_eq!(send_documents(&here, send(code, &[])).await, Err(Refusal::field("documents", Problem::Required)));
        let elsewhere = Command::of(operation(), sent(code, &[photo], "")).seen(waiting.version);
        assert_eq!(send_documents(&here, elsewhere).await, gone("documents"), "another form");
        assert_eq!(send_documents(&here, send(code, &[photo]).seen(1)).await, Err(Refusal::Stale), "it has moved since");

        assert_eq!(send_documents(&here, send(code, &[photo])).await, Ok(()));
        assert_eq!(send_documents(&here, send(code, &[photo])).await, Ok(()), "the answer was lost on the way");
        let file = applications::open(&story.intake, receipt.application).await.unwrap();
        assert_eq!((file.state, file.missing.as_deref()), (ApplicationState::Reviewing, None));
        let step = &file.history[0];
        assert_eq!((&*step.actor, step.reason.as_deref()), ("", Some("残疾证下周才有。")), "the applicant did it");
        assert_eq!(names(&story.worker, receipt.application).await, ["户口簿.jpg"]);
        let review = file.duties.iter().find(|duty| duty.duty.rule == RuleId::INT_07).unwrap();
        assert_eq!(review.duty.paused, None, "the review's time runs on");
        let told = inbox(&story.intake, &Default::default()).await.unwrap().rows;
        let told: Vec<String> = told.iter().map(|(message, _)| message.kind.code().to_owned()).collect();
        assert_eq!(told, ["came"], "whoever handles it is told");
        let kinds = "SELECT actor FROM audit_entries WHERE kind = 'application.supplemented'";
        assert_eq!(world.owner().await.column(kinds).await, ["resident"]);

        // Nothing more is waited for.
        let late = Command::of(operation(), sent(code, &[], "")).seen(file.version);
        assert!(matches!(send_documents(&here, late).await, Err(Refusal::WrongState { .. })));
        let gone = fresh(applications::Withdraw { application: receipt.application, note: "不需要了。".into() });
        withdraw(&story.intake, gone.seen(file.version)).await.unwrap();
        assert_eq!(names(&story.intake, receipt.application).await, ["户口簿.jpg"], "what was sent stays");
    }

    async fn what_hangs_on_an_application_hangs_on_nothing_else(world: World) {
        let house = world.with_pack(Pack::K).await;
        let story = Story::begin(&world, house).await;
        let hall = site(&story.head, "东门站", "2026-01-01").await;
        let mine = crate::attachments::chosen(&story.head, "documents", "低保证.jpg", &picture()).await.unwrap();
        let told = EnterApplication {
            service: story.service,
            channel: Channel::Window,
            told_at: moment("2026-03-02T08:30"),
            proof_seen: false,
            answers: with_proof(&[mine]),
        };
        assert_eq!(enter(&story.intake, fresh(told.clone())).await, gone("documents"), "a colleague chose it");
        let receipt = enter(&story.head, fresh(told)).await.unwrap();
        assert_eq!(names(&story.intake, receipt.application).await, ["低保证.jpg"]);
        let hazard = filled(&story.head, "hazard", hall, answers([("photo", &*mine.to_string())]));
        assert_eq!(paperwork::submit(&story.head, fresh(hazard)).await, gone("photo"));

        let scope = world.backend.public(house).await.unwrap();
        let anybodys = chosen(&scope, operation(), "documents", "a.jpg").await.unwrap();
        let hazard = filled(&story.head, "hazard", hall, answers([("photo", &*anybodys.to_string())]));
        assert_eq!(paperwork::submit(&story.head, fresh(hazard)).await, gone("photo"), "what a resident's form has is not staff's");
    }

    async fn an_open_door_fills_no_storage(world: World) {
        let story = Story::begin(&world, QS01).await;
        let scope = world.backend.public(QS01).await.unwrap();
        let refused = |unfit| Err(Refusal::field("documents", Problem::Attachment(unfit)));
        let form = operation();
        for at in 0..OF_A_FORM.files {
            chosen(&scope, form, "documents", &format!("{at}.jpg")).await.unwrap();
        }
        assert_eq!(chosen(&scope, form, "documents", "more.jpg").await, refused(Unfit::TooMany { most: OF_A_FORM.files }));
        let large = operation();
        let id = chosen(&scope, large, "documents", "large.jpg").await.unwrap();
        let owner = world.owner().await;
        let weighs = async |bytes: u64| {
            owner.run(&format!("UPDATE attachments SET size = {bytes} WHERE id = {}", owner.id(id.uuid()))).await.unwrap();
        };
        weighs(OF_A_FORM.bytes as u64).await;
        assert_eq!(chosen(&scope, large, "documents", "more.jpg").await, refused(Unfit::TooMuch { most: OF_A_FORM.bytes }));
        assert!(chosen(&scope, operation(), "documents", "more.jpg").await.is_ok(), "others may");
        weighs(2 * 1024 * 1024 * 1024).await;
        assert_eq!(chosen(&scope, operation(), "documents", "more.jpg").await, refused(Unfit::NoRoom), "this house has enough for a day");
        assert!(chosen(&world.backend.public(QS02).await.unwrap(), operation(), "documents", "a.jpg").await.is_ok(), "the neighbour has room");
        assert!(crate::attachments::chosen(&story.head, "photo", "a.jpg", &picture()).await.is_ok(), "and so has the staff");
        assert!(apply(&scope, operation(), story.service, application(ADULT)).await.is_ok(), "one applies without");
        world.pass_minutes(24 * 60);
        assert!(chosen(&scope, operation(), "documents", "tomorrow.jpg").await.is_ok());
        for (name, bytes, why) in [("a.jpg", b"MZ\x90\0".as_slice(), Unfit::UnknownKind), ("a.jpg", b"", Unfit::Empty)] {
            assert_eq!(receive_from_resident(&scope, operation(), upload("documents", name, bytes)).await, refused(why));
        }
    }

    async fn what_a_resident_never_hands_in_goes_after_a_day(world: World) {
        let story = Story::begin(&world, QS01).await;
        let scope = world.backend.public(QS01).await.unwrap();
        let (kept, left) = (operation(), operation());
        let proof = chosen(&scope, kept, "documents", "a.jpg").await.unwrap();
        let receipt = apply(&scope, kept, story.service, with_proof(&[proof])).await.unwrap();
        chosen(&scope, left, "documents", "b.jpg").await.unwrap();
        world.pass_minutes(24 * 60 + 1);
        sweep(world.core()).await.unwrap();
        assert_eq!(chosen_so_far(&scope, left).await, Ok(vec![]));
        assert_eq!(names(&story.intake, receipt.application).await, ["a.jpg"]);
        assert_eq!(world.store.dump().await.unwrap().len(), 2, "a picture and its small one");
    }

    async fn whoever_is_erased_takes_their_proof_along(world: World) {
        let story = Story::begin(&world, QS01).await;
        let scope = world.backend.public(QS01).await.unwrap();
        let form = operation();
        let proof = chosen(&scope, form, "documents", "a.jpg").await.unwrap();
        let receipt = apply(&scope, form, story.service, with_proof(&[proof])).await.unwrap();
        assert!(open(&story.intake, proof, false).await.is_ok());
        let owner = world.owner().await;
        let of = format!("id = (SELECT key_id FROM applications WHERE id = {})", owner.id(receipt.application.uuid()));
        owner.run(&format!("UPDATE person_keys SET wrapped = NULL, destroyed_at = 1 WHERE {of}")).await.unwrap();
        assert_eq!(open(&story.intake, proof, false).await.map(drop), Err(Refusal::NotFound));
        assert_eq!(open(&story.intake, proof, true).await.map(drop), Err(Refusal::NotFound));
    }

    async fn an_evaluator_learns_how_many_there_are(world: World) {
        use domain::agreements::Signer;
        let story = Story::begin(&world, QS01).await;
        let scope = world.backend.public(QS01).await.unwrap();
        let form = operation();
        let proof = chosen(&scope, form, "documents", "王小明低保证.jpg").await.unwrap();
        let application = apply(&scope, form, story.service, with_proof(&[proof])).await.unwrap().application;
        story.accept(application).await.unwrap();
        story.review(application).await.unwrap();
        story.screen(application).await.unwrap();
        story.agree(application).await.unwrap();
        story.sign(application, Signer::Client).await.unwrap();
        let case = story.confirm(application).await.unwrap().case;
        assert_eq!(names(&story.worker, application).await, ["王小明低保证.jpg"], "it goes on hanging there");
        let (account, engagement) = world.engagement(&[QS01], "case,application", "2026-06-30T18:00").await;
        let evaluator = world.backend.evaluator(account, engagement).await.unwrap();
        let file = evaluations::case_file(&evaluator, case).await.unwrap().application.unwrap();
        assert_eq!((file.answers["documents"].split(',').count(), file.documents), (1, vec![]));
    }
}
