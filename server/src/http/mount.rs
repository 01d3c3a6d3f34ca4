//! The route table on axum: opens the scope that a route's face needs, calls its handler, turns the answer into a response.

use super::Shared;
use super::preferences;
use super::store::ACCOUNT;
use app::routes::{Face, Handler, Route};
use app::{Answer, Form, Nonce, Request};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, MatchedPath, RawPathParams, RequestPartsExt};
use axum::http::header::{CONTENT_TYPE, HeaderName, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use domain::ids::AccountId;
use domain::lang::text;
use domain::refusal::Refusal;
use std::net::SocketAddr;
use std::sync::Arc;
use tower_sessions::Session;

/// Most bytes that a form may have.
const FORM_LIMIT: usize = 256 * 1024;

/// Every route of the table, and a page for what is not there.
pub fn pages(shared: &Arc<Shared>) -> Router {
    let mut router = Router::new();
    for route in app::routes::routes() {
        let (route, shared) = (Arc::new(route), shared.clone());
        let filter = if route.posts() { MethodFilter::POST } else { MethodFilter::GET };
        let path = route.path;
        let handler = async move |request: axum::extract::Request| answer(&shared, Some(&route), request).await;
        router = router.route(path, on(filter, handler));
    }
    let shared = shared.clone();
    router.fallback(async move |request: axum::extract::Request| answer(&shared, None, request).await)
}

async fn answer(shared: &Shared, route: Option<&Route>, request: axum::extract::Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let nonce = parts.extensions.get::<Nonce>().copied().unwrap_or_default();
    let matched = parts.extensions.get::<MatchedPath>().cloned();
    let session = parts.extensions.get::<Session>().cloned();
    let params = parts.extract::<RawPathParams>().await;
    let mut asked = Request {
        ui: preferences::ui(shared, &parts.headers, nonce),
        params: params.iter().flatten().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        query: pairs(parts.uri.query().unwrap_or_default().as_bytes()),
        form: Form::default(),
        address: parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        remote: remote(shared, &parts.headers, parts.extensions.get::<ConnectInfo<SocketAddr>>()),
        account: account(session.as_ref()).await,
    };
    let outcome = match route {
        None => Err(Refusal::NotFound),
        Some(route) => match read_form(&parts.method, &parts.headers, body).await {
            Ok(form) => {
                asked.form = form;
                open(shared, route, asked.clone()).await
            }
            Err(refusal) => Err(refusal),
        },
    };
    let mut response = match outcome {
        Ok(answer) => respond(shared, session.as_ref(), answer).await,
        Err(Refusal::SignedOut) => {
            let html = app::routes::sign_in_again(&asked);
            page(StatusCode::UNAUTHORIZED, html)
        }
        Err(refusal) => {
            let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
            page(status, app::routes::refusal_page(&asked, route.map_or(Face::Open, Route::face), &refusal))
        }
    };
    if let Some(matched) = matched {
        response.extensions_mut().insert(matched);
    }
    response
}

/// Opens the scope that the route's face needs, asks the policy at the door, and calls the handler. The operation asks
/// again in its own transaction; the door only spares it the way.
async fn open(shared: &Shared, route: &Route, request: Request) -> Result<Answer, Refusal> {
    let signed_in = || request.account.ok_or(Refusal::SignedOut);
    let org = request.param("org").to_owned();
    match &route.handler {
        Handler::Open(handler) => handler(shared.backend.clone(), request).await,
        Handler::Public(handler) => handler(shared.backend.public(&org).await?, request).await,
        Handler::Staff(handler) => {
            let scope = shared.backend.staff(signed_in()?, &org).await?;
            if let Some((object, action)) = route.needs {
                scope.need(object, action)?;
            }
            handler(scope, request).await
        }
        Handler::District(handler) => {
            let scope = shared.backend.oversight(signed_in()?, request.param("district")).await?;
            if let Some((object, action)) = route.needs {
                scope.need(object, action)?;
            }
            handler(scope, request).await
        }
        Handler::Evaluator(handler) => {
            let scope = shared.backend.evaluator(signed_in()?, request.id("engagement")?).await?;
            if let Some((object, action)) = route.needs {
                scope.need(object, action)?;
            }
            handler(scope, request).await
        }
    }
}

async fn respond(shared: &Shared, session: Option<&Session>, answer: Answer) -> Response {
    match answer {
        Answer::Page { status, html } => page(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), html),
        Answer::SeeOther(to) => see_other(&to),
        Answer::SignedIn { account, to } => {
            // A new id at every sign-in: a session prepared by somebody else is worth nothing.
            let begun = match session {
                Some(session) => begin(session, account).await,
                None => Err(()),
            };
            if begun.is_ok() { see_other(&to) } else { StatusCode::SERVICE_UNAVAILABLE.into_response() }
        }
        Answer::SignedOut(to) => {
            if let Some(session) = session
                && session.flush().await.is_err()
            {
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
            let mut response = see_other(&to);
            // What the browser kept of the pages goes with the session.
            response.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
            response
        }
        Answer::Prefer { name, value, to } => {
            let secure = if shared.config.is_https() { "; Secure" } else { "" };
            let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{secure}");
            let mut response = see_other(&to);
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                response.headers_mut().insert(SET_COOKIE, cookie);
            }
            response
        }
    }
}

async fn begin(session: &Session, account: AccountId) -> Result<(), ()> {
    session.cycle_id().await.map_err(drop)?;
    session.insert(ACCOUNT, account.to_string()).await.map_err(drop)
}

async fn account(session: Option<&Session>) -> Option<AccountId> {
    session?.get::<String>(ACCOUNT).await.ok()??.parse().ok()
}

fn page(status: StatusCode, html: String) -> Response {
    (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

fn see_other(to: &str) -> Response {
    // Only our own addresses: a path, and not one that a browser reads as another host.
    let ours = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\');
    let location = HeaderValue::from_str(if ours { to } else { "/" }).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

async fn read_form(method: &Method, headers: &HeaderMap, body: Body) -> Result<Form, Refusal> {
    if *method != Method::POST {
        return Ok(Form::default());
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(unreadable());
    }
    match to_bytes(body, FORM_LIMIT).await {
        Ok(bytes) => Ok(pairs(&bytes)),
        Err(_) => Err(unreadable()),
    }
}

fn unreadable() -> Refusal {
    Refusal::WrongState {
        text: text(
            "提交的内容太大或格式不对，没有保存。请缩短文字后从页面重新提交；文件暂不能上传。",
            "What was sent is too large or not a form, and was not saved. Please shorten it and send it from the page; files cannot be uploaded yet.",
        ),
    }
}

fn pairs(bytes: &[u8]) -> Form {
    Form(form_urlencoded::parse(bytes).map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
}

/// The address of who asks; a proxy's word counts only when the proxy is the one we know.
fn remote(shared: &Shared, headers: &HeaderMap, peer: Option<&ConnectInfo<SocketAddr>>) -> String {
    let peer = peer.map(|ConnectInfo(address)| address.ip().to_string()).unwrap_or_default();
    let forwarded = headers.get("x-forwarded-for").and_then(|value| value.to_str().ok()).and_then(|list| list.rsplit(',').next());
    match forwarded {
        Some(address) if !shared.config.trusted_proxy.is_empty() && shared.config.trusted_proxy == peer => address.trim().to_owned(),
        _ => peer,
    }
}
