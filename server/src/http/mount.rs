//! The route table on axum: opens the scope that a route's face needs and calls its handler.

use super::rates::Asker;
use super::{Shared, answers, forms, preferences, session};
use app::limits::Rate;
use app::route::{Answering, Face, Handler, Route};
use app::{Answer, Form, Misuse, Needs, Nonce, PROOF, Request};
use axum::extract::{ConnectInfo, RawPathParams};
use axum::http::header::{HOST, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use axum::{Extension, RequestPartsExt, Router, extract};
use backend::identity;
use domain::access::{Action, Object, Reach};
use domain::attachments::Unfit;
use domain::refusal::Refusal;
use domain::sign_in::SignInStage;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tower_sessions::Session;

/// So many forms with files are held in memory at a time, of staff and of residents, who take no place from each other; others wait
/// for so long.
static UPLOADING: Semaphore = Semaphore::const_new(8);
static FROM_RESIDENTS: Semaphore = Semaphore::const_new(6);
const PATIENCE: Duration = Duration::from_secs(20);

/// Every route of a table, and a page for what is not there.
pub fn pages(shared: &Arc<Shared>, routes: Vec<Route>) -> Router {
    let mut router = Router::new();
    for route in routes {
        let filter = if route.posts() { MethodFilter::POST } else { MethodFilter::GET };
        let (path, route, shared) = (route.path, Arc::new(route), shared.clone());
        let handler = async move |Extension(named): Extension<Session>, request: extract::Request| {
            answer(&shared, &route, &named, request).await
        };
        router = router.route(path, on(filter, handler));
    }
    let (wrong_method, not_there) = (shared.clone(), shared.clone());
    router
        .method_not_allowed_fallback(async move |request: extract::Request| {
            let asked = Asked::read(&wrong_method, &mut request.into_parts().0).await;
            asked.misused(Face::Open, Misuse::WrongMethod)
        })
        .fallback(async move |request: extract::Request| {
            let asked = Asked::read(&not_there, &mut request.into_parts().0).await;
            asked.refused(&not_there, Face::Open, &Refusal::NotFound)
        })
}

/// Goes with an answer that was given at the door: nothing of the request was looked at but its line, who asks and in which house,
/// so any other that is the same in these is answered the same. The proof of tenants leans on it (docs/isolation.md).
#[derive(Clone, Copy, Debug)]
pub struct TurnedAway;

async fn answer(shared: &Shared, route: &Route, named: &Session, request: extract::Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let headers = parts.headers.clone();
    let mut asked = Asked::read(shared, &mut parts).await;
    let too_slow = asked.clone();
    let (mut preferred, mut holding) = (None, None);
    let answering = async {
        if route.posts() {
            let takes_files = route.limits.uploads.files > 0;
            let is_public = route.face() == Face::Public;
            // Few send files at a time: nobody else is given so much memory.
            let place = async |places: &'static Semaphore| {
                tokio::time::timeout(PATIENCE, places.acquire()).await.ok().and_then(Result::ok)
            };
            let mut signed_in = false;
            if takes_files && !is_public {
                signed_in = match session::resume(named).await {
                    Ok(session) => session.is_some(),
                    Err(refusal) => return asked.refused(shared, route.face(), &refusal),
                };
                if signed_in {
                    holding = place(&UPLOADING).await;
                    if holding.is_none() {
                        return asked.refused(shared, route.face(), &Refusal::Busy);
                    }
                }
            }
            let keeps = async || match is_public {
                false if signed_in => Ok(()),
                false => Err(Unfit::Gone),
                // What a resident typed goes on without files, where there is no room for them.
                true => {
                    let who = Asker::from(&asked.request.remote);
                    shared.counted(Rate::Documents, who).map_err(|_| Unfit::NoRoom)?;
                    holding = place(&FROM_RESIDENTS).await;
                    if holding.is_some() { Ok(()) } else { Err(Unfit::NoRoom) }
                }
            };
            match forms::read(&headers, body, &route.limits, keeps).await {
                Ok((mut form, uploads)) => {
                    asked.request.whose = app::take_whose(&mut form);
                    preferred = app::preferred(&mut form);
                    if let Some((name, value)) = preferred {
                        asked.request.ui.prefer(name, value);
                    }
                    asked.request.ui.answers_form = !form.0.is_empty();
                    asked.request.form = form;
                    asked.request.uploads = uploads;
                }
                Err(forms::Unread::NotAForm) => return asked.misused(route.face(), Misuse::NotAForm),
                Err(forms::Unread::Upload) => return asked.misused(route.face(), Misuse::Upload),
                Err(forms::Unread::TooLarge) => return asked.refused(shared, route.face(), &Refusal::TooLarge),
            }
        }
        let outcome = match call(shared, route, named, &mut asked).await {
            Ok(answer) => answers::respond(shared, named, &asked.request, answer).await,
            Err(refusal) => Err(refusal),
        };
        match outcome {
            Ok(response) => response,
            Err(Refusal::SignedOut) => asked.signed_out(shared, route.face()).await,
            Err(refusal) => asked.refused(shared, route.face(), &refusal),
        }
    };
    let mut response = match tokio::time::timeout(route.limits.time, answering).await {
        Ok(response) => response,
        Err(_) => too_slow.misused(route.face(), Misuse::TooSlow),
    };
    drop(holding);
    if !asked.entered {
        response.extensions_mut().insert(TurnedAway);
    }
    match preferred {
        Some((name, value)) => answers::remember(shared, response, name, value),
        None => response,
    }
}

/// A request, read.
#[derive(Clone)]
struct Asked {
    request: Request,
    /// The form belongs to somebody else than who is signed in.
    anothers: bool,
    /// The handler was called.
    entered: bool,
}

impl Asked {
    async fn read(shared: &Shared, parts: &mut Parts) -> Self {
        let nonce = parts.extensions.get::<Nonce>().copied().unwrap_or_default();
        let params = parts.extract::<RawPathParams>().await;
        let agent = parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default().to_owned();
        let request = Request {
            ui: preferences::ui(shared, &parts.headers, nonce),
            params: params
                .iter()
                .flatten()
                .map(|(name, value)| (name.to_owned(), value.replace('\0', "\u{FFFD}")))
                .collect(),
            query: forms::query(&parts.uri),
            form: Form::default(),
            uploads: Vec::new(),
            address: parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            origin: origin(shared, &parts.headers),
            from: forms::referring_page(&parts.headers),
            remote: remote(shared, &parts.headers, parts.extensions.get::<ConnectInfo<SocketAddr>>()),
            agent,
            session: None,
            site: app::site_map(),
            me: None,
            whose: None,
        };
        Self { request, anothers: false, entered: false }
    }

    fn refused(&self, shared: &Shared, face: Face, refusal: &Refusal) -> Response {
        let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        let page = answers::page(status, app::refusal_page(&self.request, face, refusal));
        match refusal.until() {
            Some(until) => answers::wait(page, until, shared.backend.now()),
            None => page,
        }
    }

    fn misused(&self, face: Face, misuse: Misuse) -> Response {
        let status = StatusCode::from_u16(misuse.status()).unwrap_or(StatusCode::BAD_REQUEST);
        answers::page(status, app::misuse_page(&self.request, face, misuse))
    }

    /// What leads in, in place of what was asked for.
    async fn signed_out(&self, shared: &Shared, face: Face) -> Response {
        match app::sign_in_again(&shared.backend, &self.request, self.anothers).await {
            Ok(html) => answers::page(StatusCode::UNAUTHORIZED, html),
            Err(refusal) => self.refused(shared, face, &refusal),
        }
    }

    /// Finds out who asks: nobody, unless the session names somebody whose account is still good and who has proved enough,
    /// and the form stood on a page of theirs.
    async fn recognise(&mut self, shared: &Shared, named: &Session) -> Result<(), Refusal> {
        let core = shared.backend.core();
        let id = named.id();
        let Some(mut session) = session::resume(named).await? else {
            if self.request.whose.is_none() && !self.request.form.0.is_empty() {
                self.request.whose = session::whose(shared, id).await?;
            }
            return Ok(());
        };
        self.anothers = *self.request.whose.get_or_insert(session.account) != session.account;
        if self.anothers {
            return Ok(());
        }
        match identity::principal(core, session.account).await {
            Ok(me) if session.stage.is_in() => {
                // The district may have asked for a second factor since.
                if session.stage == SignInStage::Password && identity::needs_second_factor(core, &me).await? {
                    session.stage = SignInStage::SetUp;
                } else {
                    self.request.me = Some(me);
                }
            }
            Ok(_) => {}
            Err(Refusal::SignedOut) => return Ok(()),
            Err(refusal) => return Err(refusal),
        }
        self.request.session = Some(session);
        Ok(())
    }

    /// Opens a form that waited sealed; for nobody but the one who typed it.
    fn open_sealed(&mut self, shared: &Shared) -> Result<(), Refusal> {
        let opened = app::open_sealed(&shared.backend, &mut self.request);
        self.anothers |= opened.is_err() && self.request.session.is_some();
        opened
    }

    /// Calls the handler. For a grave act the person has to have proved lately who they are, or to do so with this form.
    async fn proven(
        &self,
        shared: &Shared,
        route: &Route,
        handle: impl FnOnce(Request) -> Answering,
    ) -> Result<Answer, Refusal> {
        let mut request = self.request.clone();
        let Some(session) = self.request.session.as_ref().filter(|_| route.fresh) else {
            return handle(request).await;
        };
        if !session.is_fresh(shared.backend.now()) {
            let given = request.form.get(PROOF);
            if given.is_empty() {
                let html = app::prove_again(&shared.backend, &request, None)?;
                return Ok(Answer::Page { status: 401, html });
            }
            match identity::prove(shared.backend.core(), session, given, &request.remote).await {
                Ok(()) => {}
                Err(refusal) if refusal.is_mendable() => {
                    let html = app::prove_again(&shared.backend, &request, Some(&refusal))?;
                    return Ok(Answer::again(&refusal, html));
                }
                Err(other) => return Err(other),
            }
        }
        let proved = !session.is_fresh(shared.backend.now());
        request.form.0.retain(|(name, _)| name != PROOF);
        let answer = handle(request).await?;
        Ok(match answer {
            begins @ (Answer::SignedIn { .. } | Answer::SignedOut(_)) => begins,
            // Whoever has just proved who they are goes on under a new value; one that was copied before ends here.
            then if proved => Answer::SignedIn { account: session.account, stage: session.stage, then: Box::new(then) },
            then => then,
        })
    }
}

/// Counts the request, opens the scope that the route's face needs, asks the policy at the door, asks for a proof where the
/// act is grave, and calls the handler. The operation asks again in its own transaction; the door only spares it the way.
/// A denial leaves its entry wherever it was met.
async fn call(shared: &Shared, route: &Route, named: &Session, asked: &mut Asked) -> Result<Answer, Refusal> {
    let take = |who: Asker| shared.counted(route.limits.rate, who);
    take(Asker::from(&asked.request.remote))?;
    if route.face() != Face::Public {
        asked.recognise(shared, named).await?;
        if let Some(session) = &asked.request.session {
            take(Asker::Account(session.account.uuid()))?;
        }
        asked.open_sealed(shared)?;
    }
    let backend = &shared.backend;
    let account = asked.request.me.as_ref().map(|me| me.account).ok_or(Refusal::SignedOut);
    match &route.handler {
        Handler::Open(handler) => {
            asked.entered = true;
            asked.proven(shared, route, |request| handler(backend.clone(), request)).await
        }
        Handler::Public(handler) => {
            let scope = backend.public(asked.request.param("org")).await?;
            asked.request.ui.packs = scope.organisation().packs;
            at_the_door(route.needs, |object, action| scope.need(object, action))?;
            asked.entered = true;
            handler(scope, asked.request.clone()).await
        }
        Handler::Staff(handler) => {
            let scope = backend.staff(account?, asked.request.param("org")).await?;
            asked.request.ui.packs = scope.organisation().packs;
            let denials = scope.denials();
            let outcome = match at_the_door(route.needs, |object, action| scope.need(object, action)) {
                Ok(()) => {
                    asked.entered = true;
                    asked.proven(shared, route, |request| handler(scope, request)).await
                }
                Err(refusal) => Err(refusal),
            };
            denials.noted(route.needs, outcome).await
        }
        Handler::District(handler) => {
            let scope = backend.oversight(account?, asked.request.param("district")).await?;
            at_the_door(route.needs, |object, action| scope.need(object, action))?;
            asked.entered = true;
            asked.proven(shared, route, |request| handler(scope, request)).await
        }
        Handler::Evaluator(handler) => {
            let scope = backend.evaluator(account?, asked.request.id("engagement")?).await?;
            let denials = scope.denials();
            let door = at_the_door(route.needs, |object, action| scope.need(object, action).map(|()| Reach::All));
            let outcome = match door {
                Ok(()) => {
                    asked.entered = true;
                    asked.proven(shared, route, |request| handler(scope, request)).await
                }
                Err(refusal) => Err(refusal),
            };
            denials.noted(route.needs, outcome).await
        }
    }
}

fn at_the_door(needs: Needs, ask: impl FnOnce(Object, Action) -> Result<Reach, Refusal>) -> Result<(), Refusal> {
    needs.map_or(Ok(()), |(object, action)| ask(object, action).map(drop))
}

/// The address people use: as configured, else as this request has it.
fn origin(shared: &Shared, headers: &HeaderMap) -> String {
    if !shared.config.public_url.is_empty() {
        return shared.config.public_url.trim_end_matches('/').to_owned();
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    format!("http://{host}")
}

/// The address of who asks; a proxy's word counts only when the proxy is the one we know.
fn remote(shared: &Shared, headers: &HeaderMap, peer: Option<&ConnectInfo<SocketAddr>>) -> String {
    let peer = peer.map(|ConnectInfo(address)| address.ip().to_string()).unwrap_or_default();
    let known = !shared.config.trusted_proxy.is_empty() && shared.config.trusted_proxy == peer;
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    let client = forwarded.and_then(|list| list.rsplit(',').next()).map(str::trim);
    match client.and_then(|address| address.parse::<std::net::IpAddr>().ok()) {
        Some(address) if known => address.to_string(),
        _ => peer,
    }
}
