//! What the organisation consists of (ORG-01): the tree, and each unit's own page.

mod new;
mod questions;
mod tree;
mod unit;

use backend::StaffScope;
use domain::access::{Action, Object};
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::notice::refusal as refusal_notice;
use pages::route::Verb::{Get, Post};
use pages::route::{Route, staff};
use pages::ui::Ui;

pub(crate) fn routes() -> Vec<Route> {
    let (read, create) = ((Object::Unit, Action::Read), (Object::Unit, Action::Create));
    vec![
        staff(Get, "/o/{org}/units", read, tree::show),
        staff(Get, "/o/{org}/units/new", create, new::form),
        staff(Post, "/o/{org}/units/new", create, new::create),
        staff(Get, "/o/{org}/units/{unit}", read, unit::show),
        staff(Post, "/o/{org}/units/{unit}/change", (Object::Unit, Action::Edit), unit::change),
        staff(Post, "/o/{org}/units/{unit}/close", (Object::Unit, Action::Close), unit::close),
    ]
}

/// What the system said no to, when it is not a matter of single fields.
fn said(ui: Ui, scope: &StaffScope, refusal: Option<&Refusal>) -> Option<AnyView> {
    let refusal = refusal.filter(|refusal| !matches!(refusal, Refusal::Invalid(_)))?;
    let at = At(&scope.organisation().slug);
    Some(refusal_notice(ui, refusal, |rule| at.area(&format!("duties/rules/{rule}"))))
}
