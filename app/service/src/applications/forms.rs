//! The form of each act: what it asks, with what was typed when it was refused.

use super::act::{Worded, involved, is_told_only};
use super::desk::{ApplicationDesk, Kept};
use backend::applications::{self, ApplicationAct};
use domain::agreements::Signer;
use domain::applications::{Grade, ReferralDecision, ScreeningMethod, TellMode};
use domain::refusal::Refusal;
use leptos::prelude::*;
use pages::components::badge::{Tone, badge};
use pages::components::button::{Button, hidden_fields};
use pages::components::field::{Field, Input, Need, Offered, TextKind, Width, field};
use pages::components::icons::Icon;
use pages::components::notice;
use pages::components::rows::{ListRow, rows};
use pages::receivers::receiver_option;
use pages::ui::{Ui, Words};

/// The form of an act.
pub(super) fn act_form(desk: &ApplicationDesk<'_>, act: ApplicationAct) -> AnyView {
    let ui = desk.ui;
    match act {
        ApplicationAct::Accept => plain(desk, act, vec![grades(desk)]),
        ApplicationAct::Review => plain(desk, act, vec![hint(ui.t(
            "材料齐全、属于服务范围的，转评估；否则要求补充、进一步核查或告知不符合。",
            "Where the papers are complete and the need is ours, it goes on to screening; otherwise ask, inquire or refuse.",
        ))]),
        ApplicationAct::Ask => plain(desk, act, vec![area(desk, act, LongQuestion {
            name: "missing",
            label: ui.t("还缺哪些材料", "What is missing"),
            help: ui.t("每行写一项，申请人会在查询页面上看到。", "One item on each line; the applicant reads it on the status page."),
        })]),
        ApplicationAct::Supplement => plain(desk, act, vec![area(desk, act, LongQuestion {
            name: "note",
            label: ui.t("收到了什么", "What came"),
            help: ui.t("写明材料名称和收到的方式。", "Which documents, and how they came."),
        })]),
        ApplicationAct::Inquire => plain(desk, act, vec![area(desk, act, LongQuestion {
            name: "note",
            label: ui.t("要核查什么", "What has to be found out"),
            help: ui.t("核查期间初审继续计时。", "The review's time runs on meanwhile."),
        })]),
        ApplicationAct::Screen => plain(desk, act, vec![
            one(desk, act, "method", ui.t("评估方法", "Method"), choices::<ScreeningMethod>(ui, |_| true)),
            area(desk, act, LongQuestion {
                name: "note",
                label: ui.t("评估结论", "What was found"),
                help: ui.t("写明需求的紧迫程度和适合的服务方式。", "How urgent the need is, and which way of serving fits."),
            }),
        ]),
        ApplicationAct::Refuse => plain(desk, act, refuse(desk)),
        ApplicationAct::Withdraw => plain(desk, act, vec![area(desk, act, LongQuestion {
            name: "note",
            label: ui.t("申请人怎么说", "What the applicant said"),
            help: ui.t("退出无须理由，也不影响以后再申请。", "No reason is needed, and it does not count against a later application."),
        })]),
        ApplicationAct::Tell => {
            let label = ui.t("用什么方式告知", "How the applicant was told");
            let how = one(desk, act, "mode", label, choices::<TellMode>(ui, TellMode::is_by_staff));
            plain(desk, act, vec![how, told_at(desk)])
        }
        ApplicationAct::Prepare => prepare(desk),
        ApplicationAct::Sign => signatures(desk),
        ApplicationAct::Confirm => confirm(desk),
    }
}

/// One form with its hidden fields and its one button.
fn plain(desk: &ApplicationDesk<'_>, act: ApplicationAct, fields: Vec<AnyView>) -> AnyView {
    shaped(desk, act, Vec::new(), act.words(desk.ui).into(), fields)
}

fn shaped(
    desk: &ApplicationDesk<'_>,
    act: ApplicationAct,
    more: Vec<(&'static str, String)>,
    words: Words,
    fields: Vec<AnyView>,
) -> AnyView {
    let kept = desk.kept_at(act).filter(|kept| more.iter().all(|(name, value)| kept.form.get(name) == value));
    let mut hidden = more;
    hidden.push(("operation", desk.operation(kept)));
    hidden.push(("version", desk.file.version.to_string()));
    let button = match act {
        ApplicationAct::Refuse | ApplicationAct::Withdraw => Button::danger(words),
        _ if desk.is_main(act) => Button::primary(words),
        _ => Button::plain(words),
    };
    view! {
        <form class="form" method="post" action=desk.to(act.path()) novalidate>
            {hidden_fields(hidden)}
            {fields}
            <div class="buttons">{button.submit()}</div>
        </form>
    }
    .into_any()
}

/// A question of several lines.
struct LongQuestion {
    name: &'static str,
    label: &'static str,
    help: &'static str,
}

fn area(desk: &ApplicationDesk<'_>, act: ApplicationAct, area: LongQuestion) -> AnyView {
    let value = desk.typed(act, area.name);
    let input = Input::Area { value, rows: 3, max: Some(1_000) };
    let question = Field { help: Some(area.help.into()), input, ..question(desk, act, area.name, area.label) };
    field(desk.ui, question)
}

fn one(
    desk: &ApplicationDesk<'_>,
    act: ApplicationAct,
    name: &'static str,
    label: &'static str,
    options: Vec<Offered>,
) -> AnyView {
    let input = Input::One { options, value: desk.typed(act, name), stacked: false };
    field(desk.ui, Field { input, ..question(desk, act, name, label) })
}

/// When the applicant was told: now, unless it is written down later.
fn told_at(desk: &ApplicationDesk<'_>) -> AnyView {
    let (ui, act) = (desk.ui, ApplicationAct::Tell);
    let value = desk.kept_at(act).map_or_else(|| ui.now.to_input(), |kept| kept.form.get("at").to_owned());
    let input = Input::Moment { value, max: Some(ui.now.to_input()) };
    field(ui, Field { input, ..question(desk, act, "at", ui.t("什么时候告知的", "When the applicant was told")) })
}

/// A question of an act; ids carry the act's name, because several acts ask for a note.
fn question(desk: &ApplicationDesk<'_>, act: ApplicationAct, name: &'static str, label: &'static str) -> Field {
    Field {
        name: name.to_owned(),
        id: Some(format!("{}-{name}", act.key())),
        label: label.into(),
        need: Need::Required,
        error: desk.problem(act, name),
        ..Field::default()
    }
}

fn choices<C: domain::choice::Choice>(ui: Ui, among: impl Fn(C) -> bool) -> Vec<Offered> {
    C::all()
        .iter()
        .copied()
        .filter(|choice| among(*choice))
        .map(|choice| Offered::new(choice.code(), ui.name(choice)))
        .collect()
}

fn hint(words: &'static str) -> AnyView {
    view! { <p class="act__hint">{words}</p> }.into_any()
}

fn grades(desk: &ApplicationDesk<'_>) -> AnyView {
    let ui = desk.ui;
    let notes = [
        (
            Grade::Priority,
            ui.t("人身安全、未成年人受侵害、生活无着等", "Safety at risk, a child harmed, nothing to live on"),
        ),
        (Grade::Routine, ui.t("有明确需要，可以按序安排", "A clear need that can wait its turn")),
        (Grade::Ordinary, ui.t("咨询、参加活动等", "Advice, taking part in activities")),
    ];
    let option = |(grade, note): (Grade, &'static str)| Offered {
        note: Some(note.into()),
        ..Offered::new(grade.code(), ui.name(grade))
    };
    let options = notes.into_iter().map(option).collect();
    let input = Input::One { options, value: desk.typed(ApplicationAct::Accept, "grade"), stacked: true };
    let help = ui.t("按服务类型、需求和资源情况定级。", "By type of service, need and resources.");
    let blocked = matches!(desk.kept_at(ApplicationAct::Accept), Some(Kept { refusal: Refusal::Blocked(_), .. }));
    let asked = question(desk, ApplicationAct::Accept, "grade", ui.t("申请分级", "Grade"));
    let error = asked.error.clone().or(blocked.then(|| ui.t("请选择分级。", "Please choose a grade.").into()));
    field(ui, Field { help: Some(help.into()), input, error, ..asked })
}

fn refuse(desk: &ApplicationDesk<'_>) -> Vec<AnyView> {
    let (ui, act) = (desk.ui, ApplicationAct::Refuse);
    let published = desk.file.service.criteria.iter().filter(|criterion| !criterion.ground.is_discriminatory());
    let options: Vec<Offered> = published
        .map(|criterion| Offered {
            note: Some(ui.name(criterion.ground).into()),
            ..Offered::new(criterion.key.clone(), ui.text(&criterion.text))
        })
        .collect();
    if options.is_empty() {
        let why = ui.t(
            "这项服务没有公布条件，因此不能以条件不符为由拒绝。请联系站长公布条件。",
            "This service has published no criteria, so nobody can be refused by one. Ask the head to publish them.",
        );
        return vec![notice::notice(Tone::Due, why)];
    }
    let input = Input::One { options, value: desk.typed(act, "criterion"), stacked: true };
    let help = ui.t(
        "只能以公布的条件为由；性别、经济、身体、智力状况不得作为理由。",
        "Only published criteria; never sex, means, body or intellect.",
    );
    let criterion =
        question(desk, act, "criterion", ui.t("不符合哪一条公布的条件", "Which published criterion is not met"));
    vec![
        field(ui, Field { help: Some(help.into()), input, ..criterion }),
        area(
            desk,
            act,
            LongQuestion {
                name: "note",
                label: ui.t("向申请人说明的原因", "The reason as it was explained"),
                help: ui.t(
                    "申请人会在查询页面上看到，请用对方听得懂的话写。",
                    "The applicant reads it on the status page: plain words, please.",
                ),
            },
        ),
        one(
            desk,
            act,
            "mode",
            ui.t("用什么方式说明", "How it was explained"),
            choices::<TellMode>(ui, TellMode::is_by_staff),
        ),
        one(desk, act, "referral", ui.t("转介", "Referral"), choices::<ReferralDecision>(ui, |_| true)),
    ]
}

/// The agreement is written on a page of its own.
fn prepare(desk: &ApplicationDesk<'_>) -> AnyView {
    let (ui, words) = (desk.ui, ApplicationAct::Prepare.words(desk.ui));
    let why = ui.t(
        "先把协议内容写清楚并向服务对象说明，再签署。",
        "The contents are written and explained before anybody signs.",
    );
    view! {
        <p class="act__hint">{why}</p>
        <div class="buttons">{Button::primary(words).icon(Icon::Pen).link(desk.to("agreement"))}</div>
    }
    .into_any()
}

/// One small form for each signature that is still missing.
fn signatures(desk: &ApplicationDesk<'_>) -> AnyView {
    let ui = desk.ui;
    let told_only = is_told_only(desk.file, ui.now.day());
    let missing = desk.file.unsigned(ui.now.day());
    let forms = involved(desk.file, ui.now.day()).iter().copied().map(|signer| {
        let told = told_only && signer == Signer::Client;
        let (title, label, help, button) = signature_words(ui, signer, told);
        if !missing.contains(&signer) {
            return rows(vec![ListRow {
                icon: Some(Icon::Good),
                title: title.into(),
                note: signed(desk, signer),
                end: Some(badge(Tone::Good, if told { ui.t("已告知", "Told") } else { ui.t("已签", "Signed") })),
                ..ListRow::default()
            }]);
        }
        let typed = desk.kept_at(ApplicationAct::Sign).filter(|kept| kept.form.get("signer") == signer.code());
        let value = typed.map_or_else(String::new, |kept| kept.form.get("signature").to_owned());
        let error = typed.and_then(|_| desk.problem(ApplicationAct::Sign, "signature"));
        let signature = Field {
            name: "signature".to_owned(),
            id: Some(format!("sign-{}", signer.code())),
            label: label.into(),
            help: Some(help.into()),
            need: Need::Required,
            error,
            input: Input::line(
                value,
                if told { TextKind::Plain } else { TextKind::PersonName },
                if told { Width::Full } else { Width::Medium },
            ),
            ..Field::default()
        };
        let hidden = vec![("signer", signer.code().to_owned())];
        shaped(desk, ApplicationAct::Sign, hidden, button.into(), vec![field(ui, signature)])
    });
    view! { <div class="act__forms">{forms.collect_view()}</div> }.into_any()
}

fn signature_words(ui: Ui, signer: Signer, told: bool) -> (&'static str, &'static str, &'static str, &'static str) {
    match (signer, told) {
        (Signer::Client, true) => (
            ui.t("告知儿童本人", "Telling the child"),
            ui.t("怎样告知了儿童本人", "How the child was told"),
            ui.t(
                "未满 8 周岁不签字；写明用什么适合的方式告知，例如：用绘本讲解，孩子点头表示明白。",
                "Under 8 a child does not sign: write how it was told in a way that suits it, such as with a picture book.",
            ),
            ui.t("登记已告知儿童", "Note that the child was told"),
        ),
        (Signer::Client, false) => (
            ui.t("服务对象签署", "The client's signature"),
            ui.t("服务对象签名", "The client's name as signed"),
            ui.t("与纸质协议上的签名一致。", "As it stands on the paper agreement."),
            ui.t("登记服务对象已签", "Note the client's signature"),
        ),
        _ => (
            ui.t("监护人签署", "The guardian's signature"),
            ui.t("监护人签名", "The guardian's name as signed"),
            ui.t("服务对象需要监护人同意，由监护人签署。", "The client needs a guardian's consent, so the guardian signs."),
            ui.t("登记监护人已签", "Note the guardian's signature"),
        ),
    }
}

fn signed(desk: &ApplicationDesk<'_>, signer: Signer) -> Option<Words> {
    let agreement = desk.file.agreement.as_ref()?;
    let (at, words) =
        if signer == Signer::Guardian { agreement.guardian.as_ref()? } else { agreement.client.as_ref()? };
    Some(format!("{words} · {}", desk.ui.moment(*at)).into())
}

fn confirm(desk: &ApplicationDesk<'_>) -> AnyView {
    let ui = desk.ui;
    let blocked = applications::in_the_way(desk.scope, desk.rules, desk.file);
    if !blocked.is_empty() {
        return notice::refusal(ui, &Refusal::Blocked(blocked), |rule| desk.rule(rule));
    }
    let members = desk
        .members
        .iter()
        .map(|member| receiver_option(ui, member.id, &member.name, &member.roles, member.open_cases));
    let none = (String::new(), ui.t("请选择", "Please choose").into());
    let options = std::iter::once(none).chain(members).collect();
    let input = Input::Select { options, value: desk.typed(ApplicationAct::Confirm, "responsible") };
    let help =
        ui.t("个案建立后由其负责；未完成的待办一并转交。", "The case is theirs, and so is what is still owed for it.");
    let asked = question(desk, ApplicationAct::Confirm, "responsible", ui.t("责任社工", "Responsible worker"));
    let mut fields = vec![field(ui, Field { help: Some(help.into()), input, ..asked })];
    // Only where somebody on file may be the applicant.
    if desk.problem(ApplicationAct::Confirm, "another").is_some() {
        let words =
            ui.t("已核对，不是同一人，另建档案", "I looked: this is another person, with a record of their own");
        let input = Input::Tick { words: words.into(), ticked: false };
        let need = Need::Optional;
        fields.push(field(ui, Field { input, need, ..question(desk, ApplicationAct::Confirm, "another", "") }));
    }
    plain(desk, ApplicationAct::Confirm, fields)
}
