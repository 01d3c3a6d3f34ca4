//! A random sample from a seed: the same seed draws the same cases, on the evaluator's side and on the station's.

use super::at;
use super::cases::lines;
use backend::EvaluatorScope;
use backend::evaluations::{Sample, SampledCase, sample};
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::components::badge::Tone;
use pages::components::button::Button;
use pages::components::field::{Field, Input, Need, error_summary, field};
use pages::components::notice::notice;
use pages::components::page_head::{PageHead, page_head};
use pages::components::section::section;
use pages::frames::{EvaluatorArea, Sheet, evaluator_page};
use pages::handling::{Answer, Request, refused};
use pages::ui::{Ui, Words};

/// How many cases of each organisation, unless something else is asked for.
const EACH: usize = 5;

pub(super) async fn show(scope: EvaluatorScope, request: Request) -> Result<Answer, Refusal> {
    let seed = request.query.get("seed").to_owned();
    let each = request.query.maybe("each").unwrap_or(EACH);
    if request.query.get("seed").is_empty() && request.query.get("each").is_empty() {
        return Ok(Answer::page(page(&scope, &request, &seed, each, Ok(None))));
    }
    match sample(&scope, &Sample { seed: seed.clone(), each }).await {
        Ok(drawn) => Ok(Answer::page(page(&scope, &request, &seed, each, Ok(Some(&drawn))))),
        Err(refusal) if refusal.is_mendable() => {
            Ok(Answer::again(&refusal, page(&scope, &request, &seed, each, Err(&refusal))))
        }
        Err(refusal) => Err(refusal),
    }
}

fn page(
    scope: &EvaluatorScope,
    request: &Request,
    seed: &str,
    each: usize,
    drawn: Result<Option<&[SampledCase]>, &Refusal>,
) -> String {
    let ui = request.ui;
    let title = ui.t("抽样", "Sample");
    evaluator_page(request, scope, EvaluatorArea::Sample, Sheet::wide(title), || {
        let head = PageHead {
            title: title.into(),
            lead: Some(
                ui.t(
                    "同一个种子总是抽到同样的个案；机构用同一个种子可以自己核对。",
                    "The same seed always draws the same cases; the station can repeat it with the same seed.",
                )
                .into(),
            ),
            ..PageHead::default()
        };
        let list = drawn.ok().flatten().map(|drawn| result(ui, scope, drawn));
        view! { {page_head(ui, head)}{ask(ui, scope, seed, each, drawn.err())}{list} }.into_any()
    })
}

fn ask(ui: Ui, scope: &EvaluatorScope, seed: &str, each: usize, refusal: Option<&Refusal>) -> AnyView {
    let errors = refused(refusal);
    let wrong = |name: &str| {
        errors.iter().find(|error| error.field == name).map(|error| Words::from(error.problem.say(ui.lang)))
    };
    let summary =
        ["seed", "each"].into_iter().filter_map(|name| wrong(name).map(|words| (name.to_owned(), words))).collect();
    let seed = Field {
        name: "seed".to_owned(),
        label: ui.t("种子", "Seed").into(),
        help: Some(
            ui.t(
                "双方当场商定的词、日期或数字，例如 20261121。",
                "A word, a date or a number agreed in front of both sides, such as 20261121.",
            )
            .into(),
        ),
        need: Need::Required,
        error: wrong("seed"),
        input: Input::text(seed.to_owned()),
        ..Field::default()
    };
    let each = Field {
        name: "each".to_owned(),
        label: ui.t("每家机构抽几件", "Cases of each organisation").into(),
        error: wrong("each"),
        input: Input::Number { value: each.to_string(), unit: Some(ui.t("件", "cases").into()), decimals: false },
        ..Field::default()
    };
    view! {
        {error_summary(ui, summary)}
        <form class="form" method="get" action=at(scope, "/sample") novalidate>
            {field(ui, seed)}
            {field(ui, each)}
            <div class="form__foot">{Button::primary(ui.t("抽取样本", "Draw the sample")).submit()}</div>
        </form>
    }
    .into_any()
}

fn result(ui: Ui, scope: &EvaluatorScope, drawn: &[SampledCase]) -> AnyView {
    let how = ui.t(
        "排序依据：对“种子|个案编号”求 SHA-256，取最小的几件。任何人都可以用 sha256sum 复核。",
        "Ranked by the SHA-256 of “seed|case number”, smallest first. Anyone can check it with sha256sum.",
    );
    let list = lines(ui, scope, drawn.iter().map(|case| (Some(case.rank.as_str()), &case.line)));
    let title = ui.words(|| format!("抽到 {} 件", drawn.len()), || format!("{} cases drawn", drawn.len()));
    view! { {notice(Tone::Info, how)}{section(title, list)} }.into_any()
}
