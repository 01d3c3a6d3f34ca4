//! Somebody at a browser: the whole router, without a socket.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Request};
use server::http::TurnedAway;
use tower::ServiceExt;

/// Everybody's password.
pub const PASSWORD: &str = "many words in a row";
const HOUSE: &str = "banyan.test";

/// A browser that keeps the session that it was given, whatever it is answered: each request begins the same.
#[derive(Clone)]
pub struct Visitor {
    router: Router,
    cookie: Option<String>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
    /// Before anything of the call was looked at but who asks, in which house, and at which line.
    pub turned_away: bool,
}

impl Answered {
    pub fn location(&self) -> Option<&str> {
        self.headers.get(LOCATION)?.to_str().ok()
    }
}

impl Visitor {
    /// Somebody who is not signed in.
    pub fn stranger(router: &Router) -> Self {
        Self { router: router.clone(), cookie: None }
    }

    /// Somebody who has just signed in.
    pub async fn signed_in(router: &Router, name: &str) -> Self {
        let stranger = Self::stranger(router);
        let fields = [("name", name), ("password", PASSWORD)].map(|(key, value)| (key.to_owned(), value.to_owned()));
        let answer = stranger.post("/sign-in", &fields).await;
        assert_eq!(answer.status, 303, "{name} cannot sign in: {}", answer.body);
        Self { cookie: Some(session(&answer)), ..stranger }
    }

    /// Types a code, and goes on with the session that it begins. Answers the page.
    pub async fn enter(&mut self, address: &str, code: &str) -> String {
        let answer = self.post(address, &[("code".to_owned(), code.to_owned())]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        self.cookie = Some(session(&answer));
        answer.body
    }

    /// Gives the password once more, in a browser that knows nobody.
    pub async fn sign_in_anew(&mut self, name: &str) {
        *self = Self::signed_in(&self.router, name).await;
    }

    /// The same person at another instance of the service.
    pub fn at(&self, router: &Router) -> Self {
        Self { router: router.clone(), cookie: self.cookie.clone() }
    }

    pub async fn get(&self, address: &str) -> Answered {
        self.send(Request::get(address).body(Body::empty()).unwrap()).await
    }

    /// Posts a form from a page of ours.
    pub async fn post(&self, address: &str, fields: &[(String, String)]) -> Answered {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(address)
            .header(ORIGIN, format!("http://{HOUSE}"))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(form.into()).unwrap()).await
    }

    async fn send(&self, mut request: Request<Body>) -> Answered {
        request.headers_mut().insert(HOST, HOUSE.parse().unwrap());
        if let Some(cookie) = &self.cookie {
            request.headers_mut().insert(COOKIE, cookie.parse().unwrap());
        }
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let body = if body.starts_with(b"PK") { unpacked(&body) } else { String::from_utf8_lossy(&body).into_owned() };
        let turned_away = parts.extensions.get::<TurnedAway>().is_some();
        Answered { status: parts.status.as_u16(), headers: parts.headers, body, turned_away }
    }
}

/// What stands in a workbook: nothing that leaves the house leaves it unread.
fn unpacked(workbook: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook)).unwrap();
    let mut text = String::new();
    for at in 0..archive.len() {
        std::io::Read::read_to_string(&mut archive.by_index(at).unwrap(), &mut text).unwrap();
    }
    text
}

/// The cookie of the session that an answer begins.
fn session(answer: &Answered) -> String {
    let cookie = answer.headers.get(SET_COOKIE).and_then(|cookie| cookie.to_str().ok()?.split(';').next());
    cookie.unwrap_or_else(|| panic!("no session begins: {}", answer.body)).to_owned()
}
