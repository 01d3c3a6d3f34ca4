//! What protects every page: security headers, the refusal of foreign forms, the last net.

use super::Shared;
use app::Nonce;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::sync::Arc;

const TEXT: &str = "text/plain; charset=utf-8";
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Gives the request its nonce and the response its headers, whatever it is.
pub async fn headers(State(shared): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    let nonce = new_nonce();
    request.extensions_mut().insert(nonce);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
         object-src 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if shared.config.is_https() {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    headers.insert(
        PERMISSIONS_POLICY,
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    );
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    // Pages hold personal data and are kept nowhere; files say themselves how long they are good.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    say_charset(headers);
    response
}

/// Text says in which signs it is written, as no browser has to guess then; files of the build do not say it by themselves.
fn say_charset(headers: &mut HeaderMap) {
    let Some(kind) = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()) else { return };
    let is_text = kind.starts_with("text/") || kind.ends_with("+xml") || kind.ends_with("/xml");
    if is_text
        && !kind.contains("charset")
        && let Ok(kind) = HeaderValue::from_str(&format!("{kind}; charset=utf-8"))
    {
        headers.insert(CONTENT_TYPE, kind);
    }
}

/// Takes no methods but the three that something here answers.
pub async fn methods(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::POST) {
        return next.run(request).await;
    }
    let words = "这里只接受查看和提交表单。\nOnly looking and sending forms is possible here.";
    (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD, POST"), (CONTENT_TYPE, TEXT)], words).into_response()
}

/// Where the public address is set, answers only under that one: a name that somebody else points here is not ours.
pub async fn own_name(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let asked = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let asked = asked.or_else(|| request.uri().authority().map(Authority::as_str));
    if shared.config.public_host().is_none_or(|ours| asked.is_some_and(|asked| asked.eq_ignore_ascii_case(ours))) {
        return next.run(request).await;
    }
    let words = "本系统不在这个网址。请使用公布的网址。\nThis service does not have this name: please use its published address.";
    (StatusCode::MISDIRECTED_REQUEST, [(CONTENT_TYPE, TEXT)], words).into_response()
}

/// Refuses what another site makes a browser send: everything but reading must come from our own pages.
pub async fn same_origin(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || is_ours(&shared.config.public_url, request.headers()) {
        return next.run(request).await;
    }
    tracing::warn!(method = %request.method(), "refused a request from another site");
    let words = "这个请求来自其他网站，未被执行。请从本系统的页面操作。\nThis request came from another site and was not carried out.";
    (StatusCode::FORBIDDEN, [(CONTENT_TYPE, TEXT)], words).into_response()
}

/// Browsers say where a request comes from in `Sec-Fetch-Site`, and over plain http only in `Origin`. One of them has to
/// be there, and neither may contradict.
fn is_ours(public_url: &str, headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let site = text(&SEC_FETCH_SITE).map(|site| matches!(site, "same-origin" | "none"));
    let origin = text(&ORIGIN).map(|origin| {
        // Where the public address is set, pages come from nowhere else.
        if public_url.is_empty() {
            origin.split_once("://").is_some_and(|(_, from)| Some(from) == text(&HOST))
        } else {
            origin == public_url.trim_end_matches('/')
        }
    });
    match (site, origin) {
        (None, None) => false,
        (site, origin) => site.unwrap_or(true) && origin.unwrap_or(true),
    }
}

/// A panic is our fault, never the person's: the log has it, the person a sentence.
pub fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let cause =
        cause.downcast_ref::<&str>().map(ToString::to_string).or_else(|| cause.downcast_ref::<String>().cloned());
    tracing::error!(cause = cause.as_deref().unwrap_or("unknown"), "a handler panicked");
    let words = "系统暂时无法完成操作，请稍后再试。\nThis cannot be done right now; please try again later.";
    (StatusCode::SERVICE_UNAVAILABLE, [(CONTENT_TYPE, TEXT)], words).into_response()
}

fn new_nonce() -> Nonce {
    let mut bytes = [0_u8; 16];
    if getrandom::fill(&mut bytes).is_err() {
        // Without randomness nothing here can be trusted.
        tracing::error!("the operating system gives no randomness; stopping");
        std::process::abort();
    }
    Nonce(u128::from_le_bytes(bytes))
}
