//! The district's pages: which station needs me today, the rows behind each number, named cases for a reason, evaluations.

mod compliance;
mod duties;
mod engagements;
mod inbox;
mod openings;
mod overview;
mod registers;
mod rows;
mod rules;
mod units;

use backend::OversightScope;
use domain::access::{Action, Object};
use pages::route::Verb::{Get, Post};
use pages::route::{Route, district};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        district(Get, "/d/{district}", (Object::Figures, Action::Read), overview::show),
        district(Get, "/d/{district}/stations/{org}", (Object::Figures, Action::Read), rows::show),
        district(Get, "/d/{district}/stations/{org}/registers", (Object::Figures, Action::Read), registers::show),
        district(Get, "/d/{district}/stations/{org}/compliance", (Object::Figures, Action::Read), compliance::show),
        district(Get, "/d/{district}/stations/{org}/units", (Object::Unit, Action::Read), units::show),
        district(Get, "/d/{district}/inbox", (Object::Message, Action::Read), inbox::show),
        district(Post, "/d/{district}/stations/{org}/inbox/{message}", (Object::Message, Action::Read), inbox::read),
        district(Get, "/d/{district}/duties", (Object::Duty, Action::List), duties::show),
        district(Get, "/d/{district}/stations/{org}/packs", (Object::Organisation, Action::Edit), rules::packs),
        district(Post, "/d/{district}/stations/{org}/packs", (Object::Organisation, Action::Edit), rules::give),
        district(Get, "/d/{district}/rules", (Object::Rule, Action::Read), rules::list),
        district(Get, "/d/{district}/rules/{rule}", (Object::Rule, Action::Read), rules::show),
        district(Post, "/d/{district}/rules/{rule}/limit", (Object::Rule, Action::Edit), rules::limit),
        district(Post, "/d/{district}/rules/{rule}/adoption", (Object::Rule, Action::Edit), rules::adoption),
        district(Get, "/d/{district}/openings", (Object::Opening, Action::List), openings::list),
        district(
            Get,
            "/d/{district}/stations/{org}/cases/{case}/open",
            (Object::Opening, Action::Create),
            openings::ask,
        ),
        district(
            Post,
            "/d/{district}/stations/{org}/cases/{case}/open",
            (Object::Opening, Action::Create),
            openings::open,
        )
        .fresh(),
        district(Get, "/d/{district}/openings/{opening}", (Object::Opening, Action::Read), openings::show),
        district(Get, "/d/{district}/engagements", (Object::Engagement, Action::List), engagements::list),
        district(Get, "/d/{district}/engagements/new", (Object::Engagement, Action::Create), engagements::new),
        district(Post, "/d/{district}/engagements", (Object::Engagement, Action::Create), engagements::create).fresh(),
        district(
            Post,
            "/d/{district}/engagements/{engagement}/close",
            (Object::Engagement, Action::Close),
            engagements::close,
        ),
    ]
}

/// An address within the district.
fn at(scope: &OversightScope, rest: &str) -> String {
    format!("/d/{}{rest}", scope.district().slug)
}

/// The clause of a rule.
fn rule_at(scope: &OversightScope, rule: &str) -> String {
    at(scope, &format!("/rules/{rule}"))
}
