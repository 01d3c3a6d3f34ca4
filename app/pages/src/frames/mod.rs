//! What stands around a page: one function for each face. An area calls it with its title and its body and is done.
//!
//! ```text
//! staff_page(&request, &scope, Area::Cases, ui.t("个案", "Cases"), || list(ui, rows))
//! ```
//!
//! The body is a closure, because islands have to be made while the page is rendered.

mod navigation;

pub use navigation::{Area, DistrictArea, EvaluatorArea};

use crate::components::frame::{Frame, Inbox, Me, SENT, Search, frame, place_item};
use crate::components::layout::{Audience, Page, document};
use crate::components::menu::MenuItem;
use crate::components::resident::{Public, public};
use crate::components::sign_in::gate;
use crate::components::watermark::watermark;
use crate::handling::Request;
use crate::preferences::sent;
use crate::render::{Inside, render};
use crate::ui::{Ui, Words};
use crate::whose::name_whose;
use backend::identity::Post;
use backend::{EvaluatorScope, OversightScope, PublicScope, StaffScope};
use domain::access::Role;
use leptos::prelude::*;
use navigation::{Reader, bottom, groups, new_items, permitted, search_in};

/// What a page is called and how wide it may be. A title alone is enough: `"个案".into()`.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    title: Words,
    wide: bool,
}

impl Sheet {
    /// A page whose table may take the whole width.
    #[must_use]
    pub fn wide(title: impl Into<Words>) -> Self {
        Self { title: title.into(), wide: true }
    }
}

impl From<&'static str> for Sheet {
    fn from(title: &'static str) -> Self {
        Self { title: title.into(), wide: false }
    }
}

impl From<String> for Sheet {
    fn from(title: String) -> Self {
        Self { title: title.into(), wide: false }
    }
}

/// A page of an organisation's staff, in the area that is open.
#[must_use]
pub fn staff_page(
    request: &Request,
    scope: &StaffScope,
    area: Area,
    sheet: impl Into<Sheet>,
    body: impl FnOnce() -> AnyView,
) -> String {
    let ui = request.ui;
    let organisation = scope.organisation();
    let reader = Reader {
        ui,
        site: request.site,
        key: "{org}",
        place: &organisation.slug,
        may: &|needs| permitted(needs, |object, action| scope.need(object, action).is_ok()),
    };
    let inbox = format!("/o/{}/inbox", organisation.slug);
    let first = reader.links(navigation::STAFF_FIRST, area).into_iter();
    let around = Frame {
        home: format!("/o/{}", organisation.slug),
        place: organisation.name.clone().into(),
        first: first.map(|link| if link.href == inbox { link.count(scope.unread(), false) } else { link }).collect(),
        inbox: Some(Inbox { href: inbox.clone(), unread: scope.unread() }),
        groups: groups(&reader, navigation::STAFF_GROUPS, area),
        search: search_in(&reader, navigation::STAFF_SEARCH)
            .map(|action| Search {
                action, hint: ui.t("姓名、拼音、编号、电话", "Name, number, telephone").into()
            }),
        new: new_items(&reader, navigation::STAFF_NEW),
        bottom: bottom(&reader, navigation::STAFF_BOTTOM, area),
        me: me(scope.name(), ui.names(scope.roles())),
        ..Frame::default()
    };
    framed(request, around, sheet.into(), None, body)
}

/// A page of a district.
#[must_use]
pub fn district_page(
    request: &Request,
    scope: &OversightScope,
    area: DistrictArea,
    sheet: impl Into<Sheet>,
    body: impl FnOnce() -> AnyView,
) -> String {
    let ui = request.ui;
    let district = scope.district();
    let reader = Reader {
        ui,
        site: request.site,
        key: "{district}",
        place: &district.slug,
        may: &|needs| permitted(needs, |object, action| scope.need(object, action).is_ok()),
    };
    let around = Frame {
        home: format!("/d/{}", district.slug),
        place: district.name.clone().into(),
        first: reader.links(navigation::DISTRICT, area),
        bottom: bottom(&reader, navigation::DISTRICT, area),
        me: me(scope.name(), ui.name(Role::DistrictAdmin).to_owned()),
        ..Frame::default()
    };
    framed(request, around, sheet.into(), None, body)
}

/// A page of an evaluation; who looks, and when, stands faintly over it.
#[must_use]
pub fn evaluator_page(
    request: &Request,
    scope: &EvaluatorScope,
    area: EvaluatorArea,
    sheet: impl Into<Sheet>,
    body: impl FnOnce() -> AnyView,
) -> String {
    let ui = request.ui;
    let engagement = scope.engagement();
    let place = engagement.id.to_string();
    let reader = Reader {
        ui,
        site: request.site,
        key: "{engagement}",
        place: &place,
        may: &|needs| permitted(needs, |object, action| scope.need(object, action).is_ok()),
    };
    let around = Frame {
        home: format!("/e/{}", engagement.id),
        place: engagement.title.clone().into(),
        first: reader.links(navigation::EVALUATOR, area),
        bottom: bottom(&reader, navigation::EVALUATOR, area),
        me: me(scope.name(), ui.name(Role::Evaluator).to_owned()),
        ..Frame::default()
    };
    let mark = format!("{} {}", scope.name(), ui.moment(ui.now));
    framed(request, around, sheet.into(), Some(mark), body)
}

/// A page that residents read; `back` is the way back above the heading.
#[must_use]
pub fn resident_page(
    request: &Request,
    scope: &PublicScope,
    back: Option<(Words, String)>,
    title: impl Into<Words>,
    body: impl FnOnce() -> AnyView,
) -> String {
    let (ui, inside) = (request.ui, Inside::of(body));
    let organisation = scope.organisation();
    let around = Public {
        home: format!("/s/{}", organisation.slug),
        station: organisation.name.clone().into(),
        place: organisation.area.clone().into(),
        phone: (!organisation.phone.is_empty()).then(|| organisation.phone.clone().into()),
        address: Some(format!("{} {}", organisation.address, organisation.hours).into()),
        back,
    };
    let page = Page {
        title: title.into(),
        face: Audience::Resident,
        islands: inside.has_islands(),
        indexed: request.address == around.home,
    };
    whole(request, page, || public(ui, around, inside.into_view()))
}

/// A page of its own, outside every organisation: a card in the middle.
#[must_use]
pub fn plain_page(request: &Request, title: impl Into<Words>, body: impl FnOnce() -> AnyView) -> String {
    card(request, Audience::Staff, title.into(), body)
}

/// Like [`plain_page`], in the size that residents read.
#[must_use]
pub fn plain_resident_page(request: &Request, title: impl Into<Words>, body: impl FnOnce() -> AnyView) -> String {
    card(request, Audience::Resident, title.into(), body)
}

fn card(request: &Request, face: Audience, title: Words, body: impl FnOnce() -> AnyView) -> String {
    let (ui, inside) = (request.ui, Inside::of(body));
    let page = Page { title: title.clone(), face, islands: inside.has_islands(), indexed: request.address == "/" };
    whole(request, page, || gate(ui, title, inside.into_view(), None))
}

fn framed(
    request: &Request,
    mut around: Frame,
    sheet: Sheet,
    mark: Option<String>,
    body: impl FnOnce() -> AnyView,
) -> String {
    let (ui, inside) = (request.ui, Inside::of(body));
    around.places = places(request, &around.home);
    around.wide = sheet.wide;
    let page = Page { title: sheet.title, face: Audience::Staff, islands: inside.has_islands(), indexed: false };
    whole(request, page, || {
        let main = view! { {mark.map(watermark)}{inside.into_view()} }.into_any();
        frame(ui, around, main)
    })
}

fn whole(request: &Request, page: Page, body: impl FnOnce() -> AnyView) -> String {
    let html = render(|| {
        // The form that the page answers, for preferences to be sent with it.
        let sent = request.ui.answers_form.then(|| {
            let (name, value) = sent(&request.form);
            let action = request.address.clone();
            view! { <form id=SENT method="post" action=action hidden><input type="hidden" name=name value=value/></form> }
        });
        let body = view! { {sent}{body()} };
        document(request.ui, page, body.into_any())
    });
    match request.whose {
        Some(whose) => name_whose(&html, whose),
        None => html,
    }
}

/// Every place that the person may open without signing in again.
fn places(request: &Request, home: &str) -> Vec<MenuItem> {
    let posts = request.me.iter().flat_map(|me| &me.posts);
    posts
        .map(|post| {
            let (name, note, href) = post_words(request.ui, post);
            let current = href == home;
            place_item(name, note, href, current)
        })
        .collect()
}

/// A post in words: its name, what one is there, and its address.
pub fn post_words(ui: Ui, post: &Post) -> (String, String, String) {
    match post {
        Post::Staff { slug, name, roles } => (name.clone(), ui.names(roles), format!("/o/{slug}")),
        Post::District { slug, name } => (name.clone(), ui.name(Role::DistrictAdmin).to_owned(), format!("/d/{slug}")),
        Post::Evaluation(engagement) => {
            (engagement.title.clone(), ui.name(Role::Evaluator).to_owned(), format!("/e/{}", engagement.id))
        }
    }
}

fn me(name: &str, roles: String) -> Me {
    Me { name: name.to_owned().into(), roles: roles.into(), sign_out: "/sign-out".to_owned(), ..Me::default() }
}
