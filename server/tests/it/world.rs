//! A small world: a district, two organisations, three people, and a browser for each.

use crate::folder::Folder;
use app::route::Verb::{Get, Post};
use app::route::{Route, open, public, staff};
use app::{Answer, Form};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use backend::catalogue::{OfferService, offer_as_operator};
use backend::members::{AddMember, add_member_as_operator};
use backend::organisations::{
    CreateDistrict, CreateOrganisation, OperatorScope, ask_second_factor, create_district, create_organisation,
};
use backend::{Backend, Clock, Command, ManualClock, SystemClock};
use domain::access::{Action, Object, Role};
use domain::applications::CriterionGround;
use domain::forms::FormTemplate;
use domain::lang::text;
use domain::packs::{Pack, PackSet};
use domain::registers::Registers;
use domain::services::Criterion;
use domain::time::Moment;
use leptos::prelude::*;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection};
use server::config::Config;
use server::http::{Shared, Site, serving};
use server::start;
use std::net::SocketAddr;
use std::sync::Arc;
use tower::ServiceExt;

/// Everybody's password.
pub const PASSWORD: &str = "many words in a row";
/// The address at which the world is served.
pub const HOST: &str = "banyan.test";

/// What lies in the folder of the front end: files of a build, and what somebody's tools left there.
const SITE: [(&str, &str); 8] = [
    ("pkg/banyan.css", "body{}"),
    ("pkg/touch.js", "1"),
    ("pkg/favicon.svg", "<svg/>"),
    ("pkg/banyan_bg.wasm", "\0asm"),
    ("pkg/.git/config", "left behind"),
    ("pkg/.env", "left behind"),
    (".git/HEAD", "left behind"),
    (".svn/entries", "left behind"),
];

pub struct World {
    /// What the pages stand on, for what a test needs to be there before.
    pub backend: Backend,
    router: Router,
    folder: Folder,
}

impl World {
    /// Served over plain http, to somebody who may ask as often as a test does.
    pub async fn new() -> Self {
        Self::with(Config { rate_limits: false, ..Config::default() }).await
    }

    /// Served as these settings say; the data are in a folder of its own.
    pub async fn with(config: Config) -> Self {
        Self::serving(config, |route| route).await
    }

    /// Served with every route changed in this way.
    pub async fn serving(config: Config, change: impl Fn(Route) -> Route) -> Self {
        let routes = app::routes().into_iter().chain(probes()).map(change).collect();
        Self::raise(config, Arc::new(SystemClock), routes, false).await
    }

    /// Served under the whole guard: a district that asks for a second factor, counted requests; with the clock, which
    /// stands until it is moved.
    pub async fn guarded() -> (Self, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(Moment::parse("2026-03-02T09:00").unwrap()));
        let routes = app::routes().into_iter().chain(probes()).collect();
        (Self::raise(Config::default(), clock.clone(), routes, true).await, clock)
    }

    /// Served as these settings say, with a clock that stands until it is moved.
    pub async fn standing(config: Config) -> (Self, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(Moment::parse("2026-03-02T09:00").unwrap()));
        let routes = app::routes().into_iter().chain(probes()).collect();
        (Self::raise(config, clock.clone(), routes, false).await, clock)
    }

    /// Served with another table of routes.
    pub async fn of_routes(routes: Vec<Route>) -> Self {
        let config = Config { rate_limits: false, ..Config::default() };
        Self::raise(config, Arc::new(SystemClock), routes, false).await
    }

    async fn raise(mut config: Config, clock: Arc<dyn Clock>, routes: Vec<Route>, second_factor: bool) -> Self {
        let folder = Folder::new();
        config.data_dir = folder.path().join("data");
        config.site_dir = folder.path().join("site");
        for (name, content) in SITE {
            let file = config.site_dir.join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, content).unwrap();
        }
        let manifest = r#"{"banyan.css": "pkg/banyan.css", "touch.js": "pkg/touch.js"}"#;
        std::fs::write(config.site_dir.join("manifest.json"), manifest).unwrap();

        let backend = start::open_at(&config, clock).await.unwrap();
        people(&backend, second_factor).await;
        let site = Site::open(&config.site_dir).unwrap();
        let shared = Arc::new(Shared::new(backend.clone(), &site, config).await.unwrap());
        Self { backend, router: serving(&shared, &site, routes), folder }
    }

    /// The same, from when a form has a newer version.
    pub async fn with_form(self, form: FormTemplate) -> Self {
        let registers = Registers::clone(self.backend.registers()).with_form(form);
        let backend = self.backend.with_registers(Arc::new(registers)).await.unwrap();
        let config = Config { rate_limits: false, ..Config::default() };
        let site = Site::open(&self.folder.path().join("site")).unwrap();
        let shared = Arc::new(Shared::new(backend.clone(), &site, config).await.unwrap());
        Self { backend, router: serving(&shared, &site, app::routes()), ..self }
    }

    /// Does something to the database behind everybody's back.
    pub async fn meddle(&self, sql: &str) {
        self.elsewhere().await.run(sql).await;
    }

    /// Another program over the same database.
    pub async fn elsewhere(&self) -> Elsewhere {
        let file = self.folder.path().join("data/banyan.db");
        let mut options = ConnectOptions::new(format!("sqlite://{}", file.display()));
        options.max_connections(1);
        Elsewhere(sea_orm::Database::connect(options).await.unwrap())
    }

    /// A browser that nobody has used.
    pub fn browser(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: Vec::new(), secure: false, peer: [192, 0, 2, 1] }
    }

    /// A browser in which somebody has signed in.
    pub async fn signed_in(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.post("/sign-in", &[("name", name), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        browser
    }
}

/// One connection that is none of the service's.
pub struct Elsewhere(DatabaseConnection);

impl Elsewhere {
    pub async fn run(&self, sql: &str) {
        self.0.execute_unprepared(sql).await.unwrap();
    }
}

/// `head` leads `qs01`; `both` works in `qs01` and in `qs02`; `worker` works in `qs01`.
async fn people(backend: &Backend, second_factor: bool) {
    let core = backend.core();
    let district = CreateDistrict {
        slug: "qingshan".to_owned(),
        name: "青山区".to_owned(),
        area_code: "440105".to_owned(),
        adopts: Vec::new(),
    };
    let district = create_district(core, district).await.unwrap();
    ask_second_factor(core, district, second_factor).await.unwrap();
    for (slug, code, members) in [
        ("qs01", "QS01", &[("head", Role::Head), ("worker", Role::SocialWorker), ("both", Role::SocialWorker)][..]),
        ("qs02", "QS02", &[("both", Role::Supervisor)][..]),
    ] {
        let new = CreateOrganisation {
            slug: slug.to_owned(),
            code: code.to_owned(),
            name: format!("{slug} 社会工作站"),
            operator: "榕树社会工作服务中心".to_owned(),
            area: "青山街道".to_owned(),
            street: "青山街道".to_owned(),
            packs: PackSet::EMPTY.with(Pack::S).with(Pack::P),
            about: "为居民服务。".to_owned(),
            address: "青山路 1 号".to_owned(),
            phone: "020-81234567".to_owned(),
            hours: "周一至周五".to_owned(),
        };
        let operator = create_organisation(core, district, new).await.unwrap();
        offer(backend, &operator).await;
        for (name, role) in members {
            let member = Command::of(
                backend.new_operation(),
                AddMember {
                    sign_in_name: (*name).to_owned(),
                    name: format!("姓名 {name}"),
                    roles: vec![*role],
                    from: backend.now().day(),
                    until: None,
                    password: Some(PASSWORD.to_owned()),
                },
            );
            add_member_as_operator(&operator, member).await.unwrap();
        }
    }
}

/// One service with one published criterion.
async fn offer(backend: &Backend, operator: &OperatorScope) {
    let near = Criterion {
        key: "area".to_owned(),
        ground: CriterionGround::Area,
        text: text("居住在本街道", "Lives in this street"),
    };
    let service = Command::of(
        backend.new_operation(),
        OfferService {
            code: "elder-care".to_owned(),
            name: "居家老人探访".to_owned(),
            summary: "定期上门看望独居老人。".to_owned(),
            criteria: vec![near],
            proof: String::new(),
        },
    );
    offer_as_operator(operator, service).await.unwrap();
}

/// Routes that show what a handler was given, for every face that needs one.
fn probes() -> Vec<Route> {
    let read = (Object::Member, Action::List);
    vec![
        staff(Get, "/o/{org}/probe", read, async |scope, request| Ok(Answer::page(told(scope.name(), &request.query)))),
        staff(Post, "/o/{org}/probe", read, async |scope, request| Ok(Answer::page(told(scope.name(), &request.form)))),
        staff(Post, "/o/{org}/probe/new", (Object::Member, Action::Create), async |_, _| {
            Ok(Answer::SeeOther("/done".to_owned()))
        }),
        staff(Get, "/o/{org}/frame", None, async |scope, request| {
            let html =
                app::frames::staff_page(&request, &scope, app::frames::Area::Today, "今天", || "正文".into_any());
            Ok(Answer::page(html))
        }),
        staff(Get, "/o/{org}/probe/form", None, async |scope, request| {
            let html = app::frames::staff_page(&request, &scope, app::frames::Area::Today, "表单", || {
                view! { <form class="form" method="post" action="/o/qs01/probe"></form> }.into_any()
            });
            Ok(Answer::page(html))
        }),
        public(Get, "/s/{org}/probe", None, async |scope, request| {
            assert!(request.me.is_none(), "nobody is known on residents' pages");
            Ok(Answer::page(told(&scope.organisation().slug, &request.query)))
        }),
        open(Get, "/probe/panic", async |_, _| unreachable!("a probe panics")),
        open(Post, "/probe/elsewhere", async |_, request| Ok(Answer::SeeOther(request.form.get("to").to_owned()))),
        staff(Post, "/o/{org}/probe/grave", read, async |scope, request| {
            Ok(Answer::page(told(scope.name(), &request.form)))
        })
        .fresh(),
        open(Get, "/probe/endless", async |_, _| std::future::pending().await)
            .limited(|limits| limits.time = std::time::Duration::from_millis(20)),
        open(Post, "/probe/small", async |_, request| Ok(Answer::page(told("small", &request.form))))
            .limited(|limits| limits.bytes = 16),
        open(Post, "/probe/broken", async |_, _| {
            Err(domain::refusal::Refusal::Unavailable { incident: "ABCD1234".to_owned() })
        }),
    ]
}

fn told(who: &str, form: &Form) -> String {
    format!("{who} {:?}", form.0)
}

/// Keeps cookies and says where it comes from, as browsers do.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    cookies: Vec<(String, String)>,
    /// Comes by https.
    pub secure: bool,
    /// The address that the connection comes from.
    pub peer: [u8; 4],
}

/// What came back.
pub struct Answered {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answered {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    pub fn set_cookies(&self) -> Vec<String> {
        self.headers.get_all(SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
    }
}

impl Browser {
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(key, _)| key != name);
        self.cookies.push((name.to_owned(), value.to_owned()));
    }

    pub async fn get(&mut self, path: &str) -> Answered {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Posts a form from a page of ours.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answered {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_raw(path, form).await
    }

    pub async fn post_raw(&mut self, path: &str, form: impl Into<Body>) -> Answered {
        let origin = format!("http{}://{HOST}", if self.secure { "s" } else { "" });
        let request = Request::post(path)
            .header("origin", origin)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.into())
            .unwrap();
        self.send(request).await
    }

    pub async fn send(&mut self, mut request: Request<Body>) -> Answered {
        let line: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.headers_mut().entry("host").or_insert(HOST.parse().unwrap());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((self.peer, 40_000))));
        if !line.is_empty() {
            request.headers_mut().insert(COOKIE, line.join("; ").parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(key, _)| key != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Answered { status: parts.status, headers: parts.headers, body }
    }
}
