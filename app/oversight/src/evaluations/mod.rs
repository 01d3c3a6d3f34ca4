//! The evaluator's pages: the evidence, case files, registers, a sample that both sides can repeat. Nothing here can change anything:
//! there are no posts, and the scope has no method for it.

mod audit;
mod cases;
mod overview;
mod registers;
mod sample;

use backend::EvaluatorScope;
use domain::access::{Action, Object};
use domain::refusal::Refusal;
use pages::clause::{clause, named};
use pages::frames::{EvaluatorArea, evaluator_page};
use pages::handling::{Answer, Request};
use pages::route::Verb::Get;
use pages::route::{Route, evaluator};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        evaluator(Get, "/e/{engagement}", (Object::Engagement, Action::Read), overview::show),
        evaluator(Get, "/e/{engagement}/audit", (Object::AuditTrail, Action::Read), audit::list),
        evaluator(Get, "/e/{engagement}/audit/{org}", (Object::AuditTrail, Action::Read), audit::show),
        evaluator(Get, "/e/{engagement}/cases", (Object::Case, Action::List), cases::list),
        evaluator(Get, "/e/{engagement}/cases/{case}", (Object::Case, Action::Read), cases::show),
        // Which registers and papers an engagement opens, it says itself.
        evaluator(Get, "/e/{engagement}/papers/{paper}", (Object::Engagement, Action::Read), registers::sheet),
        evaluator(Get, "/e/{engagement}/registers", (Object::Engagement, Action::Read), registers::list),
        evaluator(
            Get,
            "/e/{engagement}/registers/{org}/{register}",
            (Object::Engagement, Action::Read),
            registers::show,
        ),
        evaluator(Get, "/e/{engagement}/rules/{rule}", (Object::Rule, Action::Read), rule),
        evaluator(Get, "/e/{engagement}/sample", (Object::Case, Action::Sample), sample::show),
    ]
}

async fn rule(scope: EvaluatorScope, request: Request) -> Result<Answer, Refusal> {
    let rule = named(request.param("rule"))?;
    let back = Some((request.ui.t("个案卷宗", "Case files").into(), at(&scope, "/cases")));
    let title = request.ui.text(&rule.title);
    let html = evaluator_page(&request, &scope, EvaluatorArea::Rules, title, || clause(request.ui, rule, back));
    Ok(Answer::page(html))
}

fn at(scope: &EvaluatorScope, rest: &str) -> String {
    format!("/e/{}{rest}", scope.engagement().id)
}

fn rule_at(scope: &EvaluatorScope, rule: &str) -> String {
    at(scope, &format!("/rules/{rule}"))
}
