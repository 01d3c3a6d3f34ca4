//! How many queries each page asks: at most eight, the page of the day somewhat more, whatever the table of routes holds and
//! however a case stands. What is asked to know who is there (session, account, membership) comes before and is not counted.

use crate::cases::{self, Fields, Road};
use crate::pen::Pen;
use crate::world::{Browser, PASSWORD, World};
use app::route::{Face, Handle, Handler, Route};
use app::routes;
use app::{Answer, Request};
use axum::http::StatusCode;
use backend::attachments::{Upload, receive};
use backend::evaluations::{CreateEngagement, create_engagement};
use backend::identity::{NewAccount, create_account};
use backend::organisations::{AddDistrictMember, add_district_member, district};
use backend::oversight::{OpenCase, open_case};
use backend::paperwork::{self, Decide, Submit};
use backend::{Command, StaffScope};
use domain::forms::{Answers, Setting, TemplateField};
use domain::ids::PaperId;
use domain::papers::Deed;
use domain::time::Moment;
use server::config::Config;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// Most queries of a page.
const MOST: u32 = 8;

/// Most queries of the page of the day, which gathers from every side what is to be done: duties, papers, upkeep.
pub const MOST_OF_TODAY: u32 = 13;

/// Most queries of an application: what hangs on it and what is on its way to the applicant stand there too.
const MOST_OF_AN_APPLICATION: u32 = 10;

fn most(path: &str) -> u32 {
    match path {
        "/o/{org}" => MOST_OF_TODAY,
        "/o/{org}/applications/{id}" => MOST_OF_AN_APPLICATION,
        _ => MOST,
    }
}

/// The most that each page has asked so far.
pub type Asked = Arc<Mutex<BTreeMap<&'static str, u32>>>;

/// Counts what a page asks.
pub fn watched(asked: &Asked, route: Route) -> Route {
    fn counted<S: Send + 'static>(asked: &Asked, path: &'static str, handle: Handle<S>) -> Handle<S> {
        let asked = asked.clone();
        Arc::new(move |scope: S, request: Request| {
            let (asked, answering) = (asked.clone(), handle(scope, request));
            Box::pin(async move {
                let (answer, queries) = backend::db::counting(answering).await;
                if matches!(
                    answer,
                    Ok(Answer::Page { status: 200, .. }
                        | Answer::Print { .. }
                        | Answer::SeeOther(_)
                        | Answer::File { .. })
                ) {
                    let mut asked = asked.lock().unwrap();
                    let most = asked.entry(path).or_default();
                    *most = queries.max(*most);
                }
                answer
            })
        })
    }
    if route.posts() {
        return route;
    }
    let path = route.path;
    let handler = match route.handler {
        Handler::Open(handle) => Handler::Open(counted(asked, path, handle)),
        Handler::Public(handle) => Handler::Public(counted(asked, path, handle)),
        Handler::Staff(handle) => Handler::Staff(counted(asked, path, handle)),
        Handler::District(handle) => Handler::District(counted(asked, path, handle)),
        Handler::Evaluator(handle) => Handler::Evaluator(counted(asked, path, handle)),
    };
    Route { handler, ..route }
}

/// Everything that an address may name, as far as it is there.
#[derive(Default)]
pub struct Places(Vec<(&'static str, &'static str, String)>);

impl Places {
    /// From now on `key` stands for this, in addresses that hold `within`.
    pub fn put(&mut self, within: &'static str, key: &'static str, value: impl ToString) {
        self.0.retain(|(known, name, _)| (*known, *name) != (within, key));
        self.0.push((within, key, value.to_string()));
    }

    /// The address with everything put in; none while something is not there yet.
    pub fn address(&self, path: &str) -> Option<String> {
        let mut address = path.to_owned();
        for (within, key, value) in &self.0 {
            if path.contains(within) {
                address = address.replace(key, value);
            }
        }
        (!address.contains('{')).then_some(address)
    }
}

/// Somebody of each face.
struct Lookers {
    head: Browser,
    district: Browser,
    evaluator: Browser,
    nobody: Browser,
}

/// Opens every page whose address holds this.
async fn look(lookers: &mut Lookers, places: &Places, holding: &str) {
    for route in routes().iter().filter(|route| !route.posts() && route.path.contains(holding)) {
        let Some(address) = places.address(route.path) else { continue };
        let browser = match route.face() {
            Face::Staff | Face::Open => &mut lookers.head,
            Face::District => &mut lookers.district,
            Face::Evaluator => &mut lookers.evaluator,
            Face::Public => &mut lookers.nobody,
        };
        let answer = browser.get(&address).await;
        assert!(answer.status.as_u16() < 500, "{address}: {}", answer.body);
        // A form that does not fit how the case stands is refused; it is looked at when it does.
        let refused = [StatusCode::CONFLICT, StatusCode::NOT_FOUND];
        assert!(answer.status.as_u16() < 400 || refused.contains(&answer.status), "{address}: {}", answer.status);
    }
}

/// The district's administrator, an evaluator with an engagement, and a named case that was opened.
pub async fn outsiders(road: &Road, places: &mut Places) {
    let backend = &road.world.backend;
    let (core, today) = (backend.core(), backend.now().day());
    let admin = AddDistrictMember {
        sign_in_name: "admin".to_owned(),
        name: "区管".to_owned(),
        from: today,
        until: None,
        password: Some(PASSWORD.to_owned()),
    };
    let id = district(core, "qingshan").await.unwrap().id;
    let (admin, _) = add_district_member(core, id, admin).await.unwrap();
    let evaluator = NewAccount {
        sign_in_name: "evaluator".to_owned(),
        display_name: "评估员".to_owned(),
        password: Some(PASSWORD.to_owned()),
    };
    create_account(core, evaluator).await.unwrap();
    let invited = NewAccount { sign_in_name: "invited".to_owned(), display_name: "新来".to_owned(), password: None };
    let (_, token) = create_account(core, invited).await.unwrap();
    let scope = backend.oversight(admin, "qingshan").await.unwrap();
    let engagement = CreateEngagement {
        title: "评估".to_owned(),
        organisations: vec!["qs01".to_owned(), "qs02".to_owned()],
        kinds: backend.registers().openable().collect(),
        from: today.plus_months(-6),
        to: today,
        ends: Moment::end_of(today.plus_months(1)),
        evaluators: vec!["evaluator".to_owned()],
    };
    let engagement = create_engagement(&scope, Command::of(backend.new_operation(), engagement)).await.unwrap();
    let opening = Command::of(
        backend.new_operation(),
        OpenCase {
            organisation: "qs01".to_owned(),
            case: road.case.rsplit('/').next().unwrap().parse().unwrap(),
            reason: "核查十一月收到的投诉，需要看服务过程。".to_owned(),
        },
    );
    let opening = open_case(&scope, opening).await.unwrap();
    for (key, value) in [
        ("{district}", "qingshan".to_owned()),
        ("{engagement}", engagement.to_string()),
        ("{opening}", opening.to_string()),
        ("{token}", token.unwrap()),
    ] {
        places.put(key, key, value);
    }
}

/// Looks at the form of a register, writes one, and looks at what was written.
async fn wrote(
    road: &mut Road,
    lookers: &mut Lookers,
    places: &mut Places,
    register: &'static str,
    typed: &Fields<'_>,
) {
    places.put("{register}", "{register}", register);
    look(lookers, places, "{register}").await;
    road.write(register, typed).await;
    look(lookers, places, "{register}").await;
    read(road, lookers, places, register).await;
}

/// A paper that the house keeps of itself, filled in beside what is said here.
async fn of_the_house(scope: &StaffScope, register: &str, said: &[(&str, &str)]) -> PaperId {
    let registers = scope.registers();
    let form = registers.form(registers.get(register).unwrap()).unwrap();
    let words = |_: &TemplateField| "走廊尽头的地面不平。".to_owned();
    let pen = Pen { now: scope.now(), member: scope.member(), unit: None, words: &words };
    let said: Answers = said.iter().map(|(key, answer)| ((*key).to_owned(), (*answer).to_owned())).collect();
    let answers = pen.fill(form, Setting { today: scope.now().day(), packs: scope.organisation().packs }, said);
    let file = scope.organisation().id.into();
    let (about, replaces, draft) = (None, None, None);
    let (register, template, why) = (register.to_owned(), form.version, String::new());
    let paper = Submit { register, file, template, about, replaces, draft, answers, why };
    paperwork::submit(scope, Command::of(scope.new_operation(), paper)).await.unwrap()
}

/// A policy in force, filled in beside what is said here.
pub async fn policy((author, approver): (&StaffScope, &StaffScope), said: &[(&str, &str)]) -> PaperId {
    let paper = of_the_house(author, "policy", said).await;
    let approve = Decide { paper, deed: Deed::Approve, reason: String::new() };
    paperwork::decide(approver, Command::of(approver.new_operation(), approve).seen(1)).await.unwrap();
    paper
}

/// Looks at the newest paper of a register.
async fn read(road: &mut Road, lookers: &mut Lookers, places: &mut Places, register: &str) {
    places.put("{paper}", "{paper}", road.paper(register).await.rsplit('/').next().unwrap());
    look(lookers, places, "{paper}").await;
}

#[tokio::test]
async fn a_page_asks_at_most_eight_queries() {
    let asked = Asked::default();
    let world =
        World::serving(Config { rate_limits: false, ..Config::default() }, |route| watched(&asked, route)).await;
    let (head, application) = (cases::staff(&world, "head").await, cases::agreed(&world).await);
    let mut places = Places::default();
    places.put("{org}", "{org}", "qs01");
    places.put("{member}", "{member}", head.member());
    places.put("{rule}", "{rule}", "PLN-08");
    let unit = crate::units::set_up(&world, "探访项目").await.to_string();
    places.put("{unit}", "{unit}", &unit);
    places.put("{service}", "{service}", "elder-care");
    places.put("/applications/", "{id}", application);

    let mut road = Road::of(world).await;
    outsiders(&road, &mut places).await;
    let case = road.case.rsplit('/').next().unwrap().to_owned();
    places.put("{case}", "{case}", &case);
    let client = backend::cases::open(&head, case.parse().unwrap()).await.unwrap().client.0;
    places.put("/clients/", "{id}", client);
    places.put("{client}", "{client}", client);
    places.put("{file}", "{file}", &case);
    let mut lookers = Lookers {
        head: road.head.clone(),
        district: road.world.signed_in("admin").await,
        evaluator: road.world.signed_in("evaluator").await,
        nobody: road.world.browser(),
    };
    places.put("/registers/", "{register}", "risk");
    places.put("/e/", "{paper}", of_the_house(&head, "risk", &[]).await);
    let supervisor = cases::deputy(&road.world, "督导").await;
    let public = [("readers", "public"), ("interpreted_by", &*unit)];
    places.put("/published/", "{paper}", policy((&head, &supervisor), &public).await);
    // A picture waits for whoever chose it.
    let content = Ok(include_bytes!("pixel.png").to_vec().into());
    let photo = Upload { field: "photo".to_owned(), name: "a.png".to_owned(), content };
    places.put("{attachment}", "{attachment}", receive(&head, head.new_operation(), photo).await.unwrap());
    look(&mut lookers, &places, "").await;
    // By a name and by a number, of every kind.
    for typed in ["wangxiaoming", "0012"] {
        let found = lookers.head.post("/o/qs01/find", &[("q", typed)]).await;
        assert_eq!(lookers.head.get(found.location()).await.status, StatusCode::OK, "{typed}");
    }

    let (day, now) = (cases::today(&road.world), cases::moment(&road.world));
    wrote(&mut road, &mut lookers, &mut places, "assessment", &cases::assessment(&day)).await;
    road.approve("assessment").await;
    wrote(&mut road, &mut lookers, &mut places, "plan", &cases::plan(&day)).await;
    road.discuss().await;
    read(&mut road, &mut lookers, &mut places, "discussion").await;
    read(&mut road, &mut lookers, &mut places, "plan").await;
    road.approve("plan").await;
    let visit = vec![("ends_at", now.as_str()), ("mode", "visit")];
    wrote(&mut road, &mut lookers, &mut places, "visit", &visit).await;
    wrote(&mut road, &mut lookers, &mut places, "record", &cases::record(&now)).await;
    look(&mut lookers, &places, "{case}").await;
    road.done("finish", &Vec::new()).await;
    look(&mut lookers, &places, "{case}").await;
    road.done("result", &vec![("mode", "face_to_face")]).await;
    look(&mut lookers, &places, "{case}").await;
    wrote(&mut road, &mut lookers, &mut places, "closing", &cases::closing()).await;
    wrote(&mut road, &mut lookers, &mut places, "follow_up", &cases::follow_up(&now)).await;
    look(&mut lookers, &places, "{case}").await;

    let asked = asked.lock().unwrap();
    let pages: BTreeSet<&str> = routes().iter().filter(|route| !route.posts()).map(|route| route.path).collect();
    let unseen: Vec<_> = pages.iter().filter(|path| !asked.contains_key(*path)).collect();
    assert!(unseen.is_empty(), "nobody has looked at {unseen:?}");
    let many: Vec<_> = asked.iter().filter(|(path, queries)| **queries > most(path)).collect();
    assert!(many.is_empty(), "these pages ask more than {MOST} queries: {many:?}");
    assert!(asked.values().any(|queries| *queries > 4), "the count counts");
}
