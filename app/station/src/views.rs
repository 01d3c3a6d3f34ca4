//! The views of lists that a member keeps. A view is kept from its list's page, and that is where one comes back to.

use backend::StaffScope;
use backend::views::{KeepView, keep, remove};
use domain::access::{Action, Object};
use domain::refusal::Refusal;
use domain::registers::Kind;
use pages::addresses::At;
use pages::handling::{Answer, Request};
use pages::route::Verb::Post;
use pages::route::{Route, staff};

pub(crate) fn routes() -> Vec<Route> {
    let edit = (Object::View, Action::Edit);
    vec![staff(Post, "/o/{org}/views", edit, keep_one), staff(Post, "/o/{org}/views/{view}/remove", edit, remove_one)]
}

async fn keep_one(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let list = Kind::from_code(request.form.get("list"));
    let query = request.form.get("query").to_owned();
    let asked = KeepView { list, name: request.form.get("name").to_owned(), query: query.clone() };
    keep(&scope, request.command(asked)?).await?;
    Ok(back(&scope, &request, &query))
}

async fn remove_one(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    remove(&scope, request.command(request.id("view")?)?).await?;
    Ok(back(&scope, &request, ""))
}

/// The list, as it was narrowed.
fn back(scope: &StaffScope, request: &Request, query: &str) -> Answer {
    let place = At(&scope.organisation().slug).area(request.form.get("place"));
    Answer::SeeOther(if query.is_empty() { place } else { format!("{place}?{query}") })
}
