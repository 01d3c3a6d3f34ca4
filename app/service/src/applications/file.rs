//! The file of one application: what was asked, where it stands, what comes next, and what happened.

use super::act::Worded;
use super::desk::{ApplicationDesk, Kept};
use super::forms::act_form;
use super::reached::untold;
use super::sides;
use backend::applications::{self, ApplicationAct, ApplicationFile};
use backend::members;
use backend::{StaffScope, duties};
use domain::applications::{ApplicationState, Grade};
use domain::forms::{Answers, FormKey, FormTemplate};
use domain::ids::ApplicationId;
use domain::refusal::Refusal;
use domain::workflow::{Progress, Stage, stage_of};
use leptos::prelude::*;
use pages::attachments::attached_to_application;
use pages::components::badge::{Tone, badge, badge_with};
use pages::components::button::Button;
use pages::components::field::error_summary;
use pages::components::form::form_answers;
use pages::components::icons::{Icon, icon};
use pages::components::menu::MenuItem;
use pages::components::notice::{self, notice, notice_with};
use pages::components::page_head::{PageHead, page_head};
use pages::components::section::{SectionHead, section, section_with, split};
use pages::components::stepper::{RoadStep, StepState, stepper};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Request, refused};
use pages::ui::{Ui, Words};

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let id = request.id("id")?;
    Ok(Answer::page(page(&scope, &request, id, None).await?))
}

/// The file as it is now; with the form that was refused open.
pub(super) async fn page(
    scope: &StaffScope,
    request: &Request,
    id: ApplicationId,
    kept: Option<Kept<'_>>,
) -> Result<String, Refusal> {
    let file = applications::open(scope, id).await?;
    let rules = duties::binding(scope).await?;
    let members = match file.acts.open(ApplicationAct::Confirm) {
        true => members::receivers(scope, &members::CASE).await?,
        false => Vec::new(),
    };
    let desk = ApplicationDesk { ui: request.ui, scope, request, file: &file, rules: &rules, members: &members, kept };
    let title = desk.ui.words(|| format!("申请 {}", file.number), || format!("Application {}", file.number));
    Ok(staff_page(request, scope, Area::Applications, title, || desk.view()))
}

impl ApplicationDesk<'_> {
    fn view(&self) -> AnyView {
        let main = view! {
            {self.next_step()}
            {self.others()}
            {self.answers()}
            {attached_to_application(self.ui, &self.file.documents, self.at())}
            {section(self.ui.t("经过", "What happened"), sides::history(self))}
        };
        view! {
            {self.head()}
            {self.said()}
            {untold(self)}
            {split(main.into_any(), sides::side(self))}
        }
        .into_any()
    }

    fn head(&self) -> AnyView {
        let (ui, file) = (self.ui, self.file);
        let mut badges = vec![state_badge(ui, file.state)];
        if let Some(grade) = file.grade {
            badges.push(grade_badge(ui, grade));
        }
        if file.person.age_on(ui.now.day()).is_some_and(|age| age < domain::identity::MAJORITY) {
            badges.push(badge(Tone::Info, ui.t("未成年人", "Minor")));
        }
        let handler = file.handler.clone().unwrap_or_else(|| ui.t("尚未受理", "Not accepted yet").to_owned());
        page_head(
            ui,
            PageHead {
                back: Some((ui.t("接案受理", "Intake").into(), self.at().area("applications"))),
                title: if self.is_whole() { file.person.name().to_owned() } else { file.person.masked_name() }.into(),
                number: Some(file.number.clone().into()),
                badges,
                facts: vec![
                    (ui.t("服务", "Service").into(), file.service.name.clone().into()),
                    (ui.t("来自", "Came by").into(), ui.name(file.channel).into()),
                    (ui.t("提交", "Sent").into(), ui.moment(file.submitted).into()),
                    (ui.t("经办", "Handled by").into(), handler.into()),
                ],
                more: self.menu(),
                stepper: Some(stepper(ui, road(ui, file))),
                ..PageHead::default()
            },
        )
    }

    /// What else can be done, by name; each line opens its form.
    fn menu(&self) -> Vec<MenuItem> {
        let ui = self.ui;
        let line = |act: ApplicationAct| {
            let mark = match act {
                ApplicationAct::Refuse => Icon::Ban,
                ApplicationAct::Withdraw => Icon::SignOut,
                ApplicationAct::Tell => Icon::Message,
                ApplicationAct::Ask => Icon::Clip,
                _ => Icon::Pen,
            };
            let href = format!("{}?open={}#{}", self.at().application(self.file.id), act.key(), act.key());
            let item = MenuItem::link(mark, act.words(ui), href);
            if matches!(act, ApplicationAct::Refuse | ApplicationAct::Withdraw) { item.danger() } else { item }
        };
        self.other_acts().into_iter().map(line).collect()
    }

    /// What was just done, or why it was not.
    fn said(&self) -> AnyView {
        let ui = self.ui;
        let Some(kept) = self.kept else {
            let done = ApplicationAct::parse(self.request.query.get("done"));
            return done.map(|done| notice(Tone::Good, done.done(ui))).into_any();
        };
        let summary = refused(Some(kept.refusal)).iter().map(|error| {
            let id = match kept.act {
                ApplicationAct::Sign => format!("sign-{}", kept.form.get("signer")),
                act => format!("{}-{}", act.key(), error.field),
            };
            (id, error.problem.say(ui.lang).into())
        });
        let summary: Vec<(String, Words)> = summary.collect();
        if !summary.is_empty() {
            return error_summary(ui, summary);
        }
        let lost = (!self.may(kept.act)).then(|| typed_before(ui, kept)).flatten();
        view! { {notice::refusal(ui, kept.refusal, |rule| self.rule(rule))}{lost} }.into_any()
    }

    /// The one thing to do now, with its form; or who has to do it.
    fn next_step(&self) -> AnyView {
        let (ui, file) = (self.ui, self.file);
        let body = match self.next() {
            Some(ApplicationAct::Prepare) if !self.may(ApplicationAct::Prepare) => {
                notice(Tone::Info, ui.t("等待同事填写服务协议。", "Waiting for a colleague to write the agreement."))
            }
            Some(act) if self.may(act) => act_form(self, act),
            Some(act) => {
                let words = act.words(ui);
                notice(
                    Tone::Info,
                    ui.words(
                        || format!("下一步“{words}”由有此权限的同事办理。"),
                        || format!("The next step, “{words}”, is for a colleague who may do it."),
                    ),
                )
            }
            None => return self.ended(),
        };
        let title = ui.t("下一步", "Next step");
        view! {
            <section class="act act--main" id="next" aria-labelledby="next-title">
                <h2 class="act__title" id="next-title">{icon(Icon::Go)}{title}</h2>
                {(file.state == ApplicationState::Supplement).then(|| self.missing())}
                {body}
            </section>
        }
        .into_any()
    }

    fn missing(&self) -> AnyView {
        let items = self.file.missing.iter().flat_map(|missing| missing.lines()).map(|line| line.trim().to_owned());
        let items = items.filter(|line| !line.is_empty()).map(|line| view! { <li>{line}</li> }.into_any());
        let list = view! { <ul class="prose-list">{items.collect_view()}</ul> }.into_any();
        notice_with(Tone::Due, Some(self.ui.t("还缺", "Missing").into()), list, None)
    }

    fn ended(&self) -> AnyView {
        let (ui, file) = (self.ui, self.file);
        match file.state {
            ApplicationState::Confirmed => {
                let link = file.case.map(|case| {
                    Button::primary(ui.t("打开个案", "Open the case")).after(Icon::Go).link(self.at().case(case))
                });
                let words =
                    ui.t("申请成功，后续服务在个案中办理。", "Confirmed; everything further happens in the case.");
                notice_with(Tone::Good, None, words.into_any(), link)
            }
            ApplicationState::Refused => self.refusal(),
            _ => notice(Tone::Plain, ui.t("申请已由申请人退出。", "The applicant withdrew.")),
        }
    }

    fn refusal(&self) -> AnyView {
        let ui = self.ui;
        let Some(refusal) = &self.file.refusal else {
            return notice(Tone::Plain, ui.t("申请不符合条件，已结束。", "Not suitable; it has ended."));
        };
        let criterion = self.file.service.criteria.iter().find(|criterion| criterion.key == refusal.criterion);
        let mut lines: Vec<(Words, Words)> = vec![
            (
                ui.t("不符合的条件", "Criterion not met").into(),
                criterion.map(|criterion| ui.text(&criterion.text)).unwrap_or_default().into(),
            ),
            (ui.t("说明的原因", "Reason as explained").into(), refusal.note.clone().into()),
        ];
        if let Some(mode) = refusal.mode {
            lines.push((ui.t("说明方式", "Explained").into(), ui.name(mode).into()));
        }
        if let Some(referral) = refusal.referral {
            lines.push((ui.t("转介", "Referral").into(), ui.name(referral).into()));
        }
        section(ui.t("不符合的原因", "Why it was refused"), pages::components::facts::facts(lines))
    }

    fn other_acts(&self) -> Vec<ApplicationAct> {
        let all = [
            ApplicationAct::Ask,
            ApplicationAct::Inquire,
            ApplicationAct::Confirm,
            ApplicationAct::Tell,
            ApplicationAct::Refuse,
            ApplicationAct::Withdraw,
        ];
        let wanted = |act: &ApplicationAct| match act {
            // Only where the norms do not ask for the signatures that are missing.
            ApplicationAct::Confirm => applications::in_the_way(self.scope, self.rules, self.file).is_empty(),
            _ => true,
        };
        all.into_iter().filter(|act| self.may(*act) && !self.is_main(*act)).filter(wanted).collect()
    }

    /// Everything else that can be done, folded.
    fn others(&self) -> AnyView {
        let acts = self.other_acts();
        if acts.is_empty() {
            return ().into_any();
        }
        let asked = ApplicationAct::parse(self.request.query.get("open"));
        let folded = acts.into_iter().map(|act| {
            let open = asked == Some(act) || self.kept_at(act).is_some();
            view! {
                <details class="act" id=act.key() open=open>
                    <summary class="act__title">{icon(Icon::Down)}{act.words(self.ui)}</summary>
                    <div class="act__body">{act_form(self, act)}</div>
                </details>
            }
            .into_any()
        });
        let title = self.ui.t("其他办理", "Other steps");
        section(title, view! { <div class="acts">{folded.collect_view()}</div> }.into_any())
    }

    fn is_whole(&self) -> bool {
        self.request.query.get("whole") == "yes"
    }

    /// What was filled in; masked until somebody asks to see it whole.
    fn answers(&self) -> AnyView {
        let (ui, file) = (self.ui, self.file);
        let address = self.at().application(file.id);
        let (words, href) = if self.is_whole() {
            (ui.t("隐去个人信息", "Mask again"), format!("{address}#answers"))
        } else {
            (ui.t("显示完整信息", "Show it whole"), format!("{address}?whole=yes#answers"))
        };
        let answers = if self.is_whole() { file.answers.clone() } else { masked(file) };
        let head = SectionHead {
            title: ui.t("申请内容", "What was filled in").into(),
            more: Some((words.into(), href)),
            id: Some("answers".into()),
            ..SectionHead::default()
        };
        section_with(head, form_answers(ui, FormTemplate::builtin(FormKey::Application), &answers))
    }
}

/// What was typed into a form that has no place any more.
fn typed_before(ui: Ui, kept: Kept<'_>) -> Option<AnyView> {
    let hidden = ["operation", "version", "signer"];
    let typed = kept.form.0.iter().filter(|(name, value)| !hidden.contains(&name.as_str()) && !value.trim().is_empty());
    let typed: Vec<String> = typed
        .filter(|(name, _)| name == "note" || name == "missing" || name == "signature")
        .map(|(_, value)| value.clone())
        .collect();
    let words = typed.join("\n");
    let body = view! { <p class="act__typed">{words.clone()}</p> }.into_any();
    (!words.is_empty())
        .then(|| notice_with(Tone::Plain, Some(ui.t("您刚才填写的内容", "What you had written").into()), body, None))
}

/// The answers with the person's facts masked; the need itself is what one has to read.
fn masked(file: &ApplicationFile) -> Answers {
    let person = file.person.masked();
    let mut answers = file.answers.clone();
    answers.extend(person.answers().iter().map(|(key, value)| (key.clone(), value.clone())));
    answers
}

/// The state in a word.
pub(super) fn state_badge(ui: Ui, state: ApplicationState) -> AnyView {
    use ApplicationState as State;
    match state {
        State::Submitted => badge_with(Tone::Due, Icon::Inbox, ui.name(state)),
        State::Supplement => badge_with(Tone::Info, Icon::Pause, ui.name(state)),
        State::Reviewing | State::Inquiry | State::Screening | State::Agreement => badge(Tone::Accent, ui.name(state)),
        State::Confirmed => badge(Tone::Good, ui.name(state)),
        State::Refused | State::Withdrawn => badge_with(Tone::Plain, Icon::Ban, ui.name(state)),
    }
}

/// The grade in a word; only the urgent one asks for attention.
pub(super) fn grade_badge(ui: Ui, grade: Grade) -> AnyView {
    match grade {
        Grade::Priority => badge_with(Tone::Late, Icon::Flag, ui.name(grade)),
        Grade::Routine | Grade::Ordinary => badge(Tone::Plain, ui.name(grade)),
    }
}

/// The common road, with the place where the application is or where it ended.
fn road(ui: Ui, file: &ApplicationFile) -> Vec<RoadStep> {
    let at = |state| stage_of(Progress { application: Some(state), ..Progress::default() });
    let before = || {
        file.history
            .get(1)
            .and_then(|step| ApplicationState::parse(&step.to).ok())
            .unwrap_or(ApplicationState::Submitted)
    };
    let here = at(file.state);
    let stopped = here.is_none();
    let here = here.or_else(|| at(before())).unwrap_or(Stage::Apply);
    let step = |stage: Stage| {
        let state = match stage.cmp(&here) {
            std::cmp::Ordering::Less => StepState::Done,
            std::cmp::Ordering::Equal if stopped => StepState::Stopped,
            std::cmp::Ordering::Equal => StepState::Now,
            std::cmp::Ordering::Greater => StepState::Next,
        };
        RoadStep { words: ui.name(stage).into(), state, when: None }
    };
    Stage::ALL.into_iter().map(step).collect()
}
