//! What is offered at a file is what its operations accept, and what is not offered they refuse for the very reason that the file
//! gives: every act, however the file stands, by somebody of each class of roles.

use crate::story::*;
use crate::world::*;
use backend::acts::FileAct;
use backend::applications::{self, ApplicationAct, ApplicationFile};
use backend::cases::{self, Begin, CaseAct, TellResult};
use backend::clients::{self, AmendClient, ClientAct};
use backend::{StaffScope, duties};
use domain::access::{Action, Object, Role};
use domain::agreements::Signer;
use domain::applications::{Grade, ReferralDecision, ScreeningMethod, TellMode};
use domain::cases::Origin;
use domain::ids::{ApplicationId, CaseId, ClientId};
use domain::packs::Pack;
use domain::refusal::Refusal;
use std::collections::BTreeSet;

/// A five-year-old's identity number in 2026.
const SMALL_CHILD: &str = "440105202101010019";

/// The roads that lead to each way in which an application can stand.
const ROADS: [&[ApplicationAct]; 13] = {
    use ApplicationAct::{Accept, Ask, Confirm, Inquire, Prepare, Refuse, Review, Screen, Sign, Withdraw};
    [
        &[],
        &[Accept],
        &[Accept, Ask],
        &[Accept, Inquire],
        &[Accept, Review],
        &[Accept, Review, Screen],
        &[Accept, Review, Screen, Prepare],
        &[Accept, Review, Screen, Prepare, Sign],
        &[Accept, Review, Screen, Prepare, Sign, Sign],
        &[Accept, Review, Screen, Prepare, Sign, Confirm],
        &[Accept, Review, Screen, Prepare, Sign, Sign, Confirm],
        &[Accept, Refuse],
        &[Withdraw],
    ]
};

/// Somebody of each class of roles, as far as these objects tell them apart.
async fn somebody_of_each(world: &World, house: &str, objects: &[Object]) -> Vec<StaffScope> {
    let (mut seen, mut people) = (BTreeSet::new(), Vec::new());
    let policy = world.backend.policy();
    for role in Role::STAFF {
        let acts = objects.iter().flat_map(|object| Action::ALL.map(|action| (*object, action)));
        if seen.insert(acts.map(|(object, action)| policy.reach(role, object, action)).collect::<Vec<_>>()) {
            people.push(world.staff(house, role).await);
        }
    }
    people
}

async fn file(story: &Story, application: ApplicationId) -> ApplicationFile {
    applications::open(&story.head, application).await.unwrap()
}

/// Carries an act out, with everything that it asks for.
async fn act(
    (scope, story): (&StaffScope, &Story),
    application: ApplicationId,
    act: ApplicationAct,
) -> Result<(), Refusal> {
    let file = file(story, application).await;
    let (note, seen) = ("照实写下的话。".to_owned(), file.version);
    match act {
        ApplicationAct::Accept => {
            let grade = Some(Grade::Routine);
            applications::accept(scope, fresh(applications::Accept { application, grade }).seen(seen)).await
        }
        ApplicationAct::Review => applications::review(scope, fresh(application).seen(seen)).await,
        ApplicationAct::Ask => {
            let ask = applications::AskSupplement { application, missing: note };
            applications::ask_supplement(scope, fresh(ask).seen(seen)).await
        }
        ApplicationAct::Supplement => {
            applications::supplement(scope, fresh(applications::Supplement { application, note }).seen(seen)).await
        }
        ApplicationAct::Inquire => {
            applications::inquire(scope, fresh(applications::Inquire { application, note }).seen(seen)).await
        }
        ApplicationAct::Screen => {
            let method = ScreeningMethod::Interview;
            applications::screen(scope, fresh(applications::Screen { application, method, note }).seen(seen)).await
        }
        ApplicationAct::Prepare => {
            let seen = file.agreement.map_or(0, |agreement| agreement.version);
            let prepare = applications::PrepareAgreement { application, answers: agreement() };
            applications::prepare_agreement(scope, fresh(prepare).seen(seen)).await
        }
        ApplicationAct::Sign => {
            let signer = file.unsigned(scope.now().day()).first().copied().unwrap_or(Signer::Client);
            applications::sign(scope, fresh(applications::Sign { application, signer, signature: note }).seen(seen))
                .await
        }
        ApplicationAct::Confirm => {
            let confirm = applications::Confirm { application, responsible: story.worker.member(), another: false };
            applications::confirm(scope, fresh(confirm).seen(seen)).await.map(drop)
        }
        ApplicationAct::Refuse => {
            let (mode, referral) = (Some(TellMode::Telephone), Some(ReferralDecision::NotNeeded));
            let refuse = applications::Refuse { application, criterion: "area".to_owned(), note, mode, referral };
            applications::refuse(scope, fresh(refuse).seen(seen)).await
        }
        ApplicationAct::Withdraw => {
            applications::withdraw(scope, fresh(applications::Withdraw { application, note }).seen(seen)).await
        }
        ApplicationAct::Tell => {
            let mode = TellMode::FaceToFace;
            applications::tell(scope, fresh(applications::Tell { application, mode, at: scope.now() }).seen(seen)).await
        }
    }
}

/// An application of this person that went this road; none where the road is not this person's.
async fn brought((world, story): (&World, &Story), identity: &str, road: &[ApplicationAct]) -> Option<ApplicationId> {
    let application = story.apply(world, application(identity)).await.unwrap().application;
    for step in road {
        act((&story.head, story), application, *step).await.ok()?;
    }
    Some(application)
}

on_both_engines! {
    async fn what_is_offered_at_an_application_is_accepted_and_nothing_else(world: World) {
        // Where the norms ask for most.
        let house = world.with_pack(Pack::P).await;
        let story = Story::begin(&world, house).await;
        let (people, rules) = (somebody_of_each(&world, house, &[Object::Application, Object::Agreement]).await, duties::binding(&story.head).await.unwrap());
        let (mut accepted, mut refused, mut blocked) = (BTreeSet::new(), 0, 0);
        // How old somebody is matters once there is something to sign.
        let ways = [ADULT, CHILD, SMALL_CHILD].iter().flat_map(|who| ROADS.map(|road| (*who, road)));
        let matters = |road: &[ApplicationAct]| road.contains(&ApplicationAct::Prepare);
        for (identity, road) in ways.filter(|(who, road)| *who == ADULT || matters(road)) {
            let Some(application) = brought((&world, &story), identity, road).await else { continue };
            for scope in &people {
                let seen = applications::open(scope, application).await;
                for &deed in ApplicationAct::ALL {
                    let offered = seen.as_ref().map_err(Clone::clone).and_then(|file| file.acts.may(deed));
                    let what = format!("{deed:?} by {} after {road:?} of {identity}", scope.roles()[0]);
                    let Err(why) = offered else {
                        let another = brought((&world, &story), identity, road).await.unwrap();
                        let answer = act((scope, &story), another, deed).await;
                        let missing = applications::in_the_way(scope, &rules, seen.as_ref().unwrap());
                        if deed == ApplicationAct::Confirm && !missing.is_empty() {
                            assert_eq!(answer, Err(Refusal::Blocked(missing)), "{what}");
                            blocked += 1;
                        } else {
                            assert_eq!(answer, Ok(()), "{what}");
                            accepted.insert((deed, scope.roles()[0]));
                        }
                        continue;
                    };
                    assert_eq!(act((scope, &story), application, deed).await, Err(why), "{what}");
                    refused += 1;
                }
            }
        }
        let done: BTreeSet<ApplicationAct> = accepted.iter().map(|(deed, _)| *deed).collect();
        assert_eq!(done, ApplicationAct::ALL.iter().copied().collect());
        assert!(refused > 600 && blocked > 4, "{refused} refused, {blocked} blocked");
    }

    async fn what_is_offered_at_a_case_is_accepted_and_nothing_else(world: World) {
        let story = Story::begin(&world, QS01).await;
        let others = somebody_of_each(&world, QS01, &[Object::Case]).await;
        let people: Vec<&StaffScope> = others.iter().chain([&story.worker]).collect();
        let mut accepted = BTreeSet::new();
        for stage in 0..5 {
            let case = case_at(&world, &story, stage).await;
            for &scope in &people {
                let seen = cases::open(scope, case).await;
                for &deed in CaseAct::ALL {
                    let offered = seen.as_ref().map_err(Clone::clone).and_then(|file| file.acts.may(deed));
                    let own = scope.member() == story.worker.member();
                    let what = format!("{deed:?} by {} ({own}) at {stage}", scope.roles()[0]);
                    let Err(why) = offered else {
                        let another = case_at(&world, &story, stage).await;
                        assert_eq!(case_act(&story, scope, another, deed).await, Ok(()), "{what}");
                        accepted.insert((deed, scope.roles()[0], own));
                        continue;
                    };
                    let Err(answer) = case_act(&story, scope, case, deed).await else { panic!("{what} was done") };
                    // Whoever cannot open a file is not told whether it is there; an operation says that it is not allowed.
                    assert!(answer == why || (seen.is_err() && answer == Refusal::Forbidden), "{what}: {answer:?}, {why:?}");
                }
            }
        }
        for deed in CaseAct::ALL {
            assert!(accepted.contains(&(*deed, Role::SocialWorker, true)), "{accepted:?}");
            assert!(!accepted.contains(&(*deed, Role::SocialWorker, false)), "{accepted:?}");
        }
    }

    async fn what_is_offered_at_a_client_is_accepted_and_nothing_else(world: World) {
        let story = Story::begin(&world, QS01).await;
        let client = story.open(&world).await.client;
        let others = somebody_of_each(&world, QS01, &[Object::Client, Object::Case]).await;
        let people: Vec<&StaffScope> = others.iter().chain([&story.worker]).collect();
        let mut accepted = BTreeSet::new();
        for &scope in &people {
            let seen = clients::open(scope, client).await;
            for &deed in ClientAct::ALL {
                let offered = seen.as_ref().map_err(Clone::clone).and_then(|file| file.acts.may(deed));
                let answer = client_act(&story, scope, client, deed).await;
                let own = scope.member() == story.worker.member();
                let what = format!("{deed:?} by {} ({own}): {answer:?}", scope.roles()[0]);
                match offered {
                    Ok(()) => {
                        assert_eq!(answer, Ok(()), "{what}");
                        accepted.insert((deed, scope.roles()[0], own));
                    }
                    Err(why) => {
                        let Err(answer) = answer else { panic!("{what}") };
                        assert!(answer == why || (seen.is_err() && answer == Refusal::Forbidden), "{what}, {why:?}");
                    }
                }
            }
        }
        assert!(accepted.contains(&(ClientAct::Amend, Role::SocialWorker, true)), "{accepted:?}");
        assert!(!accepted.contains(&(ClientAct::Amend, Role::SocialWorker, false)), "{accepted:?}");
        assert!(accepted.contains(&(ClientAct::Begin, Role::Supervisor, false)), "{accepted:?}");
    }
}

/// A case that went on so far: opened, served, finished, told, closed.
async fn case_at(world: &World, story: &Story, stage: usize) -> CaseId {
    if stage == 0 {
        return story.open(world).await.case;
    }
    let case = story.serve(world).await;
    if stage > 1 {
        story.finish(case).await.unwrap();
    }
    if stage > 2 {
        story.tell(case).await.unwrap();
    }
    if stage > 3 {
        story.close(case).await.unwrap();
    }
    case
}

async fn case_act(story: &Story, scope: &StaffScope, case: CaseId, deed: CaseAct) -> Result<(), Refusal> {
    let seen = story.file(case).await.version;
    match deed {
        CaseAct::Finish => cases::finish(scope, fresh(case).seen(seen)).await,
        CaseAct::Tell => {
            let mode = TellMode::FaceToFace;
            cases::tell_result(scope, fresh(TellResult { case, mode }).seen(seen)).await
        }
    }
}

async fn client_act(story: &Story, scope: &StaffScope, client: ClientId, deed: ClientAct) -> Result<(), Refusal> {
    let known = clients::open(&story.head, client).await.unwrap();
    match deed {
        ClientAct::Amend => {
            let answers = known.person.answers().clone();
            clients::amend(scope, fresh(AmendClient { client, answers }).seen(known.version)).await
        }
        ClientAct::Begin => {
            let (service, responsible) = (story.service, story.worker.member());
            let begin = Begin { client, service, origin: Origin::Crisis, responsible, accepted: scope.now() };
            cases::begin(scope, fresh(begin)).await.map(drop)
        }
    }
}
