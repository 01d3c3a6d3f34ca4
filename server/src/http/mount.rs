//! The route table on axum: opens the scope that a route's face needs and calls its handler.

use super::{Shared, answers, forms, preferences};
use crate::http::store::ACCOUNT;
use app::routes::{Face, Handler, Needs, Route};
use app::{Answer, Form, Misuse, Nonce, Request};
use axum::extract::{ConnectInfo, MatchedPath, RawPathParams};
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use axum::{RequestPartsExt, Router, extract};
use backend::identity::{self, Principal};
use domain::access::{Action, Object, Reach};
use domain::refusal::Refusal;
use std::net::SocketAddr;
use std::sync::Arc;
use tower_sessions::Session;

/// Every route of a table, and a page for what is not there.
pub fn pages(shared: &Arc<Shared>, routes: Vec<Route>) -> Router {
    let mut router = Router::new();
    for route in routes {
        let filter = if route.posts() { MethodFilter::POST } else { MethodFilter::GET };
        let (path, route, shared) = (route.path, Arc::new(route), shared.clone());
        let handler = async move |request: extract::Request| answer(&shared, &route, request).await;
        router = router.route(path, on(filter, handler));
    }
    let (wrong_method, not_there) = (shared.clone(), shared.clone());
    router
        .method_not_allowed_fallback(async move |request: extract::Request| {
            let asked = Asked::read(&wrong_method, request.into_parts().0).await;
            asked.misused(Face::Open, Misuse::WrongMethod)
        })
        .fallback(async move |request: extract::Request| {
            let asked = Asked::read(&not_there, request.into_parts().0).await;
            asked.refused(Face::Open, &Refusal::NotFound)
        })
}

async fn answer(shared: &Shared, route: &Route, request: extract::Request) -> Response {
    let (parts, body) = request.into_parts();
    let form = if route.posts() { forms::read(&parts.uri, &parts.headers, body).await } else { Ok(Form::default()) };
    let matched = parts.extensions.get::<MatchedPath>().cloned();
    let mut asked = Asked::read(shared, parts).await;
    let mut preferred = None;
    let outcome = match form {
        Err(forms::Unread::NotAForm) => return asked.misused(route.face(), Misuse::NotAForm),
        Err(forms::Unread::TooLarge) => Err(Refusal::TooLarge),
        Ok(mut form) => {
            preferred = app::preferred(&mut form);
            if let Some((name, value)) = preferred {
                asked.request.ui.prefer(name, value);
            }
            asked.request.ui.answers_form = !form.0.is_empty();
            asked.request.form = form;
            call(shared, route, &mut asked).await
        }
    };
    let mut response = match outcome {
        Ok(answer) => answers::respond(shared, asked.session.as_ref(), answer).await,
        Err(Refusal::SignedOut) => answers::page(StatusCode::UNAUTHORIZED, app::sign_in_again(&asked.request)),
        Err(refusal) => asked.refused(route.face(), &refusal),
    };
    if let Some((name, value)) = preferred {
        response = answers::remember(shared, response, name, value);
    }
    if let Some(matched) = matched {
        // For the log, which names a request by the pattern of its address.
        response.extensions_mut().insert(matched);
    }
    response
}

/// A request, read.
struct Asked {
    request: Request,
    session: Option<Session>,
}

impl Asked {
    async fn read(shared: &Shared, mut parts: Parts) -> Self {
        let nonce = parts.extensions.get::<Nonce>().copied().unwrap_or_default();
        let params = parts.extract::<RawPathParams>().await;
        let request = Request {
            ui: preferences::ui(shared, &parts.headers, nonce),
            params: params
                .iter()
                .flatten()
                .map(|(name, value)| (name.to_owned(), value.replace('\0', "\u{FFFD}")))
                .collect(),
            query: forms::query(&parts.uri),
            form: Form::default(),
            address: parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            origin: origin(shared, &parts.headers),
            from: forms::referring_page(&parts.headers),
            remote: remote(shared, &parts.headers, parts.extensions.get::<ConnectInfo<SocketAddr>>()),
            me: None,
        };
        Self { request, session: parts.extensions.remove::<Session>() }
    }

    fn refused(&self, face: Face, refusal: &Refusal) -> Response {
        let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        answers::page(status, app::refusal_page(&self.request, face, refusal))
    }

    fn misused(&self, face: Face, misuse: Misuse) -> Response {
        let status = StatusCode::from_u16(misuse.status()).unwrap_or(StatusCode::BAD_REQUEST);
        answers::page(status, app::misuse_page(&self.request, face, misuse))
    }

    /// Who asks, when the session names somebody whose account is still good.
    async fn principal(&self, shared: &Shared) -> Result<Option<Principal>, Refusal> {
        let Some(session) = &self.session else { return Ok(None) };
        let Some(account) = session.get::<String>(ACCOUNT).await.ok().flatten() else { return Ok(None) };
        let Ok(account) = account.parse() else { return Ok(None) };
        match identity::principal(shared.backend.core(), account).await {
            Ok(me) => Ok(Some(me)),
            Err(Refusal::SignedOut) => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }
}

/// Opens the scope that the route's face needs, asks the policy at the door, and calls the handler. The operation asks
/// again in its own transaction; the door only spares it the way. A denial leaves its entry wherever it was met.
async fn call(shared: &Shared, route: &Route, asked: &mut Asked) -> Result<Answer, Refusal> {
    if route.face() != Face::Public {
        asked.request.me = asked.principal(shared).await?;
    }
    let backend = &shared.backend;
    let request = asked.request.clone();
    let account = || request.me.as_ref().map(|me| me.account).ok_or(Refusal::SignedOut);
    match &route.handler {
        Handler::Open(handler) => handler(backend.clone(), request).await,
        Handler::Public(handler) => {
            let scope = backend.public(request.param("org")).await?;
            at_the_door(route.needs, |object, action| scope.need(object, action))?;
            handler(scope, request).await
        }
        Handler::Staff(handler) => {
            let scope = backend.staff(account()?, request.param("org")).await?;
            let denials = scope.denials();
            let outcome = match at_the_door(route.needs, |object, action| scope.need(object, action)) {
                Ok(()) => handler(scope, request).await,
                Err(refusal) => Err(refusal),
            };
            denials.noted(route.needs, outcome).await
        }
        Handler::District(handler) => {
            let scope = backend.oversight(account()?, request.param("district")).await?;
            at_the_door(route.needs, |object, action| scope.need(object, action))?;
            handler(scope, request).await
        }
        Handler::Evaluator(handler) => {
            let account = account()?;
            let scope = backend.evaluator(account, request.id("engagement")?).await?;
            let denials = scope.denials();
            let outcome =
                match at_the_door(route.needs, |object, action| scope.need(object, action).map(|()| Reach::All)) {
                    Ok(()) => handler(scope, request).await,
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
