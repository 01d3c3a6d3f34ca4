//! One member: roles, what is in hand, handing it over, and leaving.

use super::list::standing;
use super::{one_time_link, plain_roles, role_choice, said};
use backend::StaffScope;
use backend::duties;
use backend::members::{
    self, GrantRole, HandOver, HandedOver, MakeLink, MemberAct, MemberRow, RevokeRole, disable_member, grant_role,
    handed_over, list, revoke_role,
};
use domain::access::{Action, Object, Reach, Role};
use domain::ids::MemberId;
use domain::members::Held;
use domain::refusal::{FieldError, Problem, Refusal};
use domain::sign_in::LinkPurpose;
use domain::time::Day;
use leptos::prelude::*;
use pages::addresses::At;
use pages::components::badge::Tone;
use pages::components::button::{Button, hidden_fields};
use pages::components::empty::empty_line;
use pages::components::facts::facts;
use pages::components::field::{Field, Input, Need, field};
use pages::components::icons::Icon;
use pages::components::notice::notice;
use pages::components::page_head::{PageHead, page_head};
use pages::components::rows::{ListRow, rows};
use pages::components::section::{SectionHead, section, section_with, split};
use pages::frames::{Area, staff_page};
use pages::handling::{Answer, Form, Request, answer_form, done, refused};
use pages::receivers::receiver_option;
use pages::ui::Ui;
use pages::ui::Words;

/// A member, and everybody who could take over.
struct File {
    member: MemberRow,
    others: Vec<MemberRow>,
    /// When the member last handed work over or took it over.
    passed: Vec<HandedOver>,
    /// What ORG-14 would say to disabling.
    missing: Option<Refusal>,
}

impl File {
    async fn open(scope: &StaffScope, id: MemberId) -> Result<Self, Refusal> {
        let (mut found, others): (Vec<MemberRow>, Vec<MemberRow>) =
            list(scope).await?.into_iter().partition(|member| member.id == id);
        let member = found.pop().ok_or(Refusal::NotFound)?;
        let blocked = members::in_the_way(scope, &duties::binding(scope).await?, &member.holdings);
        let missing = Refusal::unless_clear(blocked).err();
        let needs = member.needs();
        let others = others.into_iter().filter(|other| members::may_receive(scope, other, &needs).is_ok()).collect();
        Ok(Self { member, others, passed: handed_over(scope, id).await?, missing })
    }
}

pub(super) async fn show(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let file = File::open(&scope, request.id("member")?).await?;
    Ok(Answer::page(page(&scope, &request, &file, None)))
}

pub(super) async fn grant(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let member: MemberId = request.id("member")?;
    let done = async { grant_role(&scope, request.command(read_grant(&request.form, member)?)?).await };
    answer(&scope, &request, member, "granted", done).await
}

/// The form, or everything that is wrong with it.
fn read_grant(form: &Form, member: MemberId) -> Result<GrantRole, Refusal> {
    let required = |name: &str| FieldError::new(name, Problem::Required);
    let role = match form.get("role") {
        "" => Err(required("role")),
        raw => Role::parse(raw).map_err(|_| FieldError::new("role", Problem::NotAChoice)),
    };
    let day = |name: &str, raw: &str| Day::parse(raw).map_err(|problem| FieldError::new(name, problem));
    let from = match form.get("from").trim() {
        "" => Err(required("from")),
        raw => day("from", raw),
    };
    let until = match form.get("until").trim() {
        "" => Ok(None),
        raw => day("until", raw).map(Some),
    };
    match (role, from, until) {
        (Ok(role), Ok(from), Ok(until)) => Ok(GrantRole { member, role, from, until }),
        (role, from, until) => {
            Err(Refusal::Invalid(role.err().into_iter().chain(from.err()).chain(until.err()).collect()))
        }
    }
}

pub(super) async fn revoke(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let member: MemberId = request.id("member")?;
    let done = async {
        let role = Role::parse(request.form.get("role"))?;
        revoke_role(&scope, request.command(RevokeRole { member, role })?).await
    };
    answer(&scope, &request, member, "revoked", done).await
}

pub(super) async fn disable(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let member: MemberId = request.id("member")?;
    let done = async { disable_member(&scope, request.command(member)?).await };
    answer(&scope, &request, member, "disabled", done).await
}

/// Makes a link by which the member gets in again; it stands on the page that answers and nowhere else.
pub(super) async fn make_link(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let member: MemberId = request.id("member")?;
    let purpose = LinkPurpose::parse(request.form.get("purpose"))?;
    let done = async {
        let token = members::make_link(&scope, request.command(MakeLink { member, purpose })?).await?;
        let file = File::open(&scope, member).await?;
        Ok(Answer::page(link_page(&scope, &request, &file, purpose, &token)))
    };
    answer_form(done, async |refusal| again(&scope, &request, member, refusal).await).await
}

pub(super) async fn hand_over(scope: StaffScope, request: Request) -> Result<Answer, Refusal> {
    let member: MemberId = request.id("member")?;
    let done = async {
        let to = match request.form.get("to") {
            "" => return Err(Refusal::field("to", Problem::Required)),
            raw => raw.parse().map_err(|_| Refusal::field("to", Problem::NotAChoice))?,
        };
        members::hand_over(&scope, request.command(HandOver { from: member, to })?).await.map(drop)
    };
    answer(&scope, &request, member, "handed-over", done).await
}

/// Back to the member, with a word for what was done; or with what was refused.
async fn answer(
    scope: &StaffScope,
    request: &Request,
    member: MemberId,
    word: &str,
    doing: impl Future<Output = Result<(), Refusal>>,
) -> Result<Answer, Refusal> {
    let here = At(&scope.organisation().slug).member(member);
    answer_form(done(here, word, doing), async |refusal| again(scope, request, member, refusal).await).await
}

async fn again(scope: &StaffScope, request: &Request, member: MemberId, refusal: &Refusal) -> Result<String, Refusal> {
    let file = File::open(scope, member).await?;
    Ok(page(scope, request, &file, Some(refusal)))
}

fn page(scope: &StaffScope, request: &Request, file: &File, refusal: Option<&Refusal>) -> String {
    let ui = request.ui;
    let member = &file.member;
    staff_page(request, scope, Area::Members, member.name.clone(), || {
        let at = At(&scope.organisation().slug);
        let done = match request.query.get("done") {
            "granted" => Some(ui.t(
                "角色已授予，对方下一次操作时即生效。",
                "The role is given; it counts from the person's next request.",
            )),
            "revoked" => Some(ui.t(
                "角色已撤销，对方下一次操作时即失效。",
                "The role is revoked; it ends with the person's next request.",
            )),
            "disabled" => {
                Some(ui.t("成员已停用，不能再进入本机构。", "The member is disabled and can no longer enter."))
            }
            _ => None,
        };
        let done =
            done.map(Words::from).or_else(|| gone(ui, file).filter(|_| request.query.get("done") == "handed-over"));
        let head = PageHead {
            back: Some((ui.t("成员与权限", "Members").into(), at.area("members"))),
            title: member.name.clone().into(),
            badges: vec![standing(ui, member)],
            facts: vec![held(ui, member, Held::OpenCases), held(ui, member, Held::OpenApplications)],
            ..PageHead::default()
        };
        let side = (scope.reach(Object::AuditTrail, Action::Read) != Reach::None).then(|| {
            let href = at.area(&format!("audit?subject={}", member.id));
            let line = ListRow {
                icon: Some(Icon::Eye),
                title: ui.t("这位成员的变动记录", "Changes to this member").into(),
                href: Some(href),
                ..ListRow::default()
            };
            section(ui.t("记录", "Trail"), rows(vec![line]))
        });
        let main = view! {
            {roles(scope, request, at, file, refusal)}
            {hand_over_part(scope, request, at, file, refusal)}
            {letting_in(scope, request, at, file, refusal)}
            {leaving(scope, request, at, file, refusal)}
        };
        view! {
            {done.map(|done| notice(Tone::Good, done))}
            {said(ui, scope, refusal)}
            {page_head(ui, head)}
            {split(main.into_any(), side.into_any())}
        }
        .into_any()
    })
}

fn operation(scope: &StaffScope, request: &Request, refusal: Option<&Refusal>) -> (&'static str, String) {
    ("operation", request.next_operation(refusal, || scope.new_operation()).to_string())
}

fn roles(scope: &StaffScope, request: &Request, at: At<'_>, file: &File, refusal: Option<&Refusal>) -> AnyView {
    let (ui, member) = (request.ui, &file.member);
    let lines = member.roles.iter().map(|role| {
        let may = member.acts.open(MemberAct::Revoke) && members::may_revoke(scope, member.id, *role).is_ok();
        let end = may.then(|| {
            let fields = vec![operation(scope, request, refusal), ("role", role.code().to_owned())];
            let action = format!("{}/revoke", at.member(member.id));
            Button::plain(ui.t("撤销", "Revoke")).small().post(action, fields)
        });
        ListRow { icon: Some(Icon::Key), title: ui.name(*role).into(), end, ..ListRow::default() }
    });
    let lines: Vec<ListRow> = lines.collect();
    let body =
        if lines.is_empty() { empty_line(ui.t("没有有效的角色。", "No role holds.")) } else { rows(lines) };
    let grant = grant_part(scope, request, at, file, refusal);
    section(ui.t("角色", "Roles"), view! { {body}{grant} }.into_any())
}

/// One more role, for those who may give it.
fn grant_part(
    scope: &StaffScope,
    request: &Request,
    at: At<'_>,
    file: &File,
    refusal: Option<&Refusal>,
) -> Option<AnyView> {
    let (ui, member) = (request.ui, &file.member);
    let others: Vec<Role> = Role::STAFF.into_iter().filter(|role| !member.roles.contains(role)).collect();
    if !member.acts.open(MemberAct::Grant) || others.is_empty() {
        return None;
    }
    let sent = request.address.ends_with("/grant");
    let typed = |name: &str| if sent { request.form.get(name).to_owned() } else { String::new() };
    let errors: &[FieldError] = if sent { refused(refusal) } else { &[] };
    let ask = |name: &str, label: &'static str, need: Need, input: Input| {
        let error = errors.iter().find(|error| error.field == name);
        Field {
            name: name.to_owned(),
            label: label.into(),
            need,
            error: error.map(|error| error.problem.say(ui.lang).into()),
            input,
            ..Field::default()
        }
    };
    let role = Input::Grouped { groups: role_choice(ui, &others), values: vec![typed("role")], many: false };
    let from = Input::Day { value: if sent { typed("from") } else { ui.now.day().to_string() }, max: None };
    let until = Input::Day { value: typed("until"), max: None };
    let fields = [
        Field { help: Some(plain_roles(ui).into()), ..ask("role", ui.t("角色", "Role"), Need::Required, role) },
        ask("from", ui.t("从哪天起", "From"), Need::Required, from),
        ask("until", ui.t("到哪天止", "Until"), Need::Optional, until),
    ];
    let fields = fields.map(|question| field(ui, question)).into_iter().collect_view();
    let form = view! {
        <details class="fold" open=sent>
            <summary>{ui.t("授予其他角色", "Give another role")}</summary>
            <form class="form" method="post" action=format!("{}/grant", at.member(member.id)) novalidate>
                {hidden_fields(vec![operation(scope, request, refusal)])}
                {fields}
                <div>{Button::primary(ui.t("授予角色", "Give the role")).icon(Icon::Key).submit()}</div>
            </form>
        </details>
    };
    Some(form.into_any())
}

/// How many of a kind the member answers for.
fn held(ui: Ui, member: &MemberRow, held: Held) -> (Words, Words) {
    (ui.name(held).into(), member.holdings.of(held).to_string().into())
}

/// What there is to hand over, to whom, and what was handed over before.
fn hand_over_part(
    scope: &StaffScope,
    request: &Request,
    at: At<'_>,
    file: &File,
    refusal: Option<&Refusal>,
) -> Option<AnyView> {
    let ui = request.ui;
    let member = &file.member;
    let all = member
        .acts
        .open(MemberAct::HandOver)
        .then(|| facts(member.holdings.iter().map(|(kind, _)| held(ui, member, kind)).collect()));
    if all.is_none() && file.passed.is_empty() {
        return None;
    }
    let form = all.is_some().then(|| hand_over_form(scope, request, at, file, refusal));
    let stays = ui.t(
        "既成事实不随转交改变：已写文书的作者和审核人、已了结的待办、操作记录。",
        "Facts stay as they are: who wrote and approved what, duties that are settled, the trail.",
    );
    let body = view! { {all}<p class="section__note">{stays}</p>{form}{passed(ui, at, file)} };
    let title = ui.t("转交工作", "Hand work over").into();
    Some(section_with(SectionHead { title, id: Some("hand-over".into()), ..SectionHead::default() }, body.into_any()))
}

fn hand_over_form(
    scope: &StaffScope,
    request: &Request,
    at: At<'_>,
    file: &File,
    refusal: Option<&Refusal>,
) -> AnyView {
    let (ui, member) = (request.ui, &file.member);
    let first = (String::new(), Words::from(ui.t("请选择接手人", "Please choose who takes over")));
    let options = file
        .others
        .iter()
        .map(|other| receiver_option(ui, other.id, &other.name, &other.roles, other.holdings.of(Held::OpenCases)));
    let error = refused(refusal).iter().find(|error: &&FieldError| error.field == "to");
    let question = Field {
        name: "to".to_owned(),
        label: ui.t("接手人", "Who takes over").into(),
        help: Some(ui.t("以上一次全部转交，时限不变。", "All of it at once; its time limits run on.").into()),
        need: Need::Required,
        error: error.map(|error| error.problem.say(ui.lang).into()),
        input: Input::Select {
            options: std::iter::once(first).chain(options).collect(),
            value: request.form.get("to").to_owned(),
        },
        ..Field::default()
    };
    let total = member.holdings.total();
    let words = ui.words(|| format!("全部转交（{total} 项）"), || format!("Hand over all {total}"));
    view! {
        <form class="form" method="post" action=format!("{}/hand-over", at.member(member.id)) novalidate>
            {hidden_fields(vec![operation(scope, request, refusal)])}
            {field(ui, question)}
            <div>{Button::primary(words).icon(Icon::Swap).submit()}</div>
        </form>
    }
    .into_any()
}

/// The last times that work went from here to another, or came here.
fn passed(ui: Ui, at: At<'_>, file: &File) -> Option<AnyView> {
    let line = |passed: &HandedOver| {
        let day = ui.day(passed.at.day());
        let (other, words) = if passed.from.0 == file.member.id {
            let (to, name) = &passed.to;
            (*to, ui.words(|| format!("{day}，转交给{name}"), || format!("{day}, handed to {name}")))
        } else {
            let (from, name) = &passed.from;
            (*from, ui.words(|| format!("{day}，从{name}接手"), || format!("{day}, taken over from {name}")))
        };
        ListRow {
            icon: Some(Icon::Swap),
            title: words.into(),
            href: Some(at.member(other)),
            note: Some(passed.held.say(ui.lang).into()),
            ..ListRow::default()
        }
    };
    (!file.passed.is_empty()).then(|| rows(file.passed.iter().map(line).collect()))
}

/// What has just been handed over.
fn gone(ui: Ui, file: &File) -> Option<Words> {
    let passed = file.passed.first().filter(|passed| passed.from.0 == file.member.id)?;
    let (name, held) = (&passed.to.1, passed.held.say(ui.lang));
    Some(ui.words(|| format!("已全部转交给{name}：{held}。"), || format!("All handed to {name}: {held}.")).into())
}

/// For who forgot the password or lost the telephone.
fn letting_in(
    scope: &StaffScope,
    request: &Request,
    at: At<'_>,
    file: &File,
    refusal: Option<&Refusal>,
) -> Option<AnyView> {
    let (ui, member) = (request.ui, &file.member);
    if !member.acts.open(MemberAct::LetIn) {
        return None;
    }
    let button = |words: &'static str, purpose: LinkPurpose| {
        let fields = vec![operation(scope, request, refusal), ("purpose", purpose.code().to_owned())];
        Button::plain(words).post(format!("{}/link", at.member(member.id)), fields)
    };
    let words = ui.t(
        "生成一个只能用一次的链接，交给本人自己重设；您看不到对方的密码。",
        "A link that works once, for the person alone; nobody sees another’s password.",
    );
    let body = view! {
        <p>{words}</p>
        <div class="cluster">
            {button(ui.t("忘记密码", "Password forgotten"), LinkPurpose::Password)}
            {button(ui.t("手机丢失或更换", "Telephone lost or changed"), LinkPurpose::SecondFactor)}
        </div>
    };
    Some(section(ui.t("无法登录时", "Cannot sign in"), body.into_any()))
}

fn link_page(scope: &StaffScope, request: &Request, file: &File, purpose: LinkPurpose, token: &str) -> String {
    let ui = request.ui;
    let title = ui.name(purpose);
    staff_page(request, scope, Area::Members, title, || {
        let at = At(&scope.organisation().slug);
        let head = PageHead {
            back: Some((file.member.name.clone().into(), at.member(file.member.id))),
            title: title.into(),
            facts: vec![(ui.t("姓名", "Name").into(), file.member.name.clone().into())],
            ..PageHead::default()
        };
        let link = format!("{}/activate/{token}", request.origin);
        view! { {page_head(ui, head)}{one_time_link(ui, &link)} }.into_any()
    })
}

fn leaving(
    scope: &StaffScope,
    request: &Request,
    at: At<'_>,
    file: &File,
    refusal: Option<&Refusal>,
) -> Option<AnyView> {
    let (ui, member) = (request.ui, &file.member);
    if !member.acts.open(MemberAct::Disable) {
        return None;
    }
    let already_said = refusal.is_some_and(|refusal| matches!(refusal, Refusal::Blocked(_)));
    let body = match &file.missing {
        Some(missing) => {
            let missing = (!already_said).then(|| said(ui, scope, Some(missing)));
            let way = Button::plain(ui.t("去转交", "Hand over")).icon(Icon::Swap).link("#hand-over");
            view! { {missing}<div>{way}</div> }.into_any()
        }
        None => {
            let fields = vec![operation(scope, request, refusal), ("version", member.version.to_string())];
            let button = Button::danger(ui.t("停用成员", "Disable the member")).icon(Icon::Ban);
            let words = ui.t(
                "停用后不能再进入本机构；已写的文书和记录保留姓名。",
                "The person can no longer enter; what was written keeps the name.",
            );
            let left = (!member.holdings.is_empty()).then(|| {
                let held = member.holdings.say(ui.lang);
                let words = ui.words(
                    || format!("名下还有{held}，没有未了的事，但不转交就没有社工负责。"),
                    || format!("Nothing is unfinished, but without a hand-over no worker answers for: {held}."),
                );
                view! { <p>{words}" "<a href="#hand-over">{ui.t("先转交", "Hand over first")}</a></p> }
            });
            view! { {left}<p>{words}</p>{button.post(format!("{}/disable", at.member(member.id)), fields)} }.into_any()
        }
    };
    Some(section(ui.t("离岗停用", "Leaving"), body))
}
