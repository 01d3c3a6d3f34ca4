//! Pages for what was not done: what happened, what to do, and the way on.

use crate::components::button::Button;
use crate::components::icons::Icon;
use crate::frames::{plain_page, plain_resident_page};
use crate::handling::{Form, Request, is_secret, local_path};
use crate::route::Face;
use crate::ui::Ui;
use domain::refusal::Refusal;
use leptos::prelude::*;

/// A request that no page of ours makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misuse {
    /// An address that only takes forms was opened, or the other way round.
    WrongMethod,
    /// What was sent is not a form.
    NotAForm,
    /// Files were sent.
    Upload,
    /// It took longer than it may.
    TooSlow,
}

impl Misuse {
    /// The HTTP status that says the same to a machine.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::WrongMethod => 405,
            Self::NotAForm | Self::Upload => 415,
            Self::TooSlow => 503,
        }
    }
}

/// The page for a refusal that its handler did not show at its own place.
#[must_use]
pub fn refusal_page(request: &Request, face: Face, refusal: &Refusal) -> String {
    let ui = request.ui;
    let retry = retry(refusal, &request.form).then(|| request.form.clone());
    let next = next_words(ui, refusal, request.form.0.is_empty());
    page(request, face, title(ui, refusal), words(ui, refusal), next, retry)
}

/// The page for a request that cannot be understood.
#[must_use]
pub fn misuse_page(request: &Request, face: Face, misuse: Misuse) -> String {
    let ui = request.ui;
    let (title, words, next) = match misuse {
        Misuse::WrongMethod => (
            ui.t("这里不能直接打开", "This cannot be opened directly"),
            ui.t(
                "这个地址只用来接收表单，没有可以查看的内容。",
                "This address only takes forms; there is nothing to see.",
            ),
            ui.t("请回到原来的页面，从那里操作。", "Please go back to the page and act from there."),
        ),
        Misuse::NotAForm => (
            ui.t("无法识别提交的内容", "What was sent is not a form"),
            ui.t("收到的不是本系统的表单，没有保存任何内容。", "It is no form of ours, and nothing was saved."),
            ui.t("请回到原来的页面重新提交。", "Please go back to the page and send it from there."),
        ),
        Misuse::Upload => (
            ui.t("这里不能上传文件", "No files can be sent here"),
            ui.t("这张表单不收文件，没有保存任何内容。", "This form takes no files, and nothing was saved."),
            ui.t("请把需要的内容写在表单里再提交。", "Please write what is needed into the form and send that."),
        ),
        Misuse::TooSlow => (
            ui.t("用的时间太长", "This took too long"),
            ui.t("没有在规定的时间内完成。", "It was not finished in the time that it may take."),
            ui.t(
                "请返回上一页再提交一次；同一份表单重复提交也只生效一次。",
                "Please go back and send it again; the same form has one effect, however often it is sent.",
            ),
        ),
    };
    page(request, face, title, words.to_owned(), next, None)
}

fn title(ui: Ui, refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotFound => ui.t("没有找到", "Not found"),
        Refusal::Forbidden => ui.t("没有权限", "Not allowed"),
        Refusal::Invalid(_) => ui.t("有内容需要改正", "Something needs correcting"),
        Refusal::Blocked(_) | Refusal::WrongState { .. } => ui.t("现在还不能这样做", "This cannot be done now"),
        Refusal::Stale => ui.t("内容已被他人修改", "Someone else has changed this"),
        Refusal::TooLarge => ui.t("内容太大", "Too large"),
        Refusal::SignedOut | Refusal::WrongCredentials => ui.t("请重新登录", "Please sign in again"),
        Refusal::LockedOut { .. } | Refusal::TooMany { .. } => ui.t("请稍后再试", "Please wait a while"),
        Refusal::Busy => ui.t("此刻非常繁忙", "Very busy at the moment"),
        Refusal::Unavailable { .. } => ui.t("系统暂时无法完成操作", "This cannot be done right now"),
    }
}

/// What happened. The sentence of a refusal stands alone elsewhere; here it stands under a title.
fn words(ui: Ui, refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotFound => ui
            .t(
                "这个网址没有对应的内容，或者不在您的权限内。",
                "There is nothing at this address, or it is not yours to see.",
            )
            .to_owned(),
        other => other.say(ui.lang),
    }
}

/// What to do now, where the refusal itself does not say it.
fn next_words(ui: Ui, refusal: &Refusal, looking: bool) -> &'static str {
    match refusal {
        Refusal::NotFound => ui.t(
            "请核对网址；如果是别人发来的链接，请确认自己有查看的权限。",
            "Please check the address. If someone sent you the link, make sure that you may see what it leads to.",
        ),
        Refusal::Forbidden => ui.t(
            "如果工作需要，请联系本单位负责人调整权限。",
            "If your work needs it, ask the head of your organisation.",
        ),
        Refusal::Busy | Refusal::Unavailable { .. } if looking => {
            ui.t("请稍后重新打开这个页面。", "Please open this page again in a while.")
        }
        Refusal::Invalid(_) | Refusal::Blocked(_) | Refusal::WrongState { .. } | Refusal::TooLarge => {
            ui.t("请返回上一页修改后再提交。", "Please go back, correct it and send it again.")
        }
        _ => "",
    }
}

/// Whether sending the same once more may succeed. A password is never written into a page.
fn retry(refusal: &Refusal, form: &Form) -> bool {
    let passing = matches!(refusal, Refusal::Busy | Refusal::Unavailable { .. } | Refusal::TooMany { .. });
    passing && !form.0.is_empty() && !form.0.iter().any(|(name, _)| is_secret(name))
}

fn page(
    request: &Request,
    face: Face,
    title: &'static str,
    words: String,
    next: &'static str,
    retry: Option<Form>,
) -> String {
    let ui = request.ui;
    let station = station(request, face);
    let resident = station.is_some();
    let (home, home_words) = match station {
        Some(station) => (station, ui.t("回到社工站首页", "To the station's page")),
        None => ("/".to_owned(), ui.t("回到首页", "To the front page")),
    };
    let body = || {
        let has_retry = retry.is_some();
        let retry = retry.map(|form| {
            let fields = form
                .0
                .into_iter()
                .map(|(name, value)| view! { <input type="hidden" name=name value=value/> }.into_any());
            view! {
                <form method="post" action=request.address.clone()>
                    {fields.collect_view()}
                    {Button::primary(ui.t("再提交一次", "Send it again")).submit()}
                </form>
            }
        });
        let back = request.from.clone().filter(|from| *from != request.address).map(|from| {
            let back = Button::plain(ui.t("返回上一页", "Go back")).icon(Icon::Back);
            back.link(from)
        });
        let home_button =
            if has_retry || back.is_some() { Button::plain(home_words) } else { Button::primary(home_words) };
        view! {
            <p>{words}</p>
            {(!next.is_empty()).then(|| view! { <p class="quiet">{next}</p> })}
            <div class="cluster">{retry}{back}{home_button.link(home)}</div>
        }
        .into_any()
    };
    if resident { plain_resident_page(request, title, body) } else { plain_page(request, title, body) }
}

/// The first page of the station whose pages a resident was reading, unless it is the one that is not there.
fn station(request: &Request, face: Face) -> Option<String> {
    let path = request.address.split('?').next().unwrap_or_default();
    let under = path.strip_prefix("/s/").filter(|_| matches!(face, Face::Public | Face::Open))?;
    let (slug, _) = under.split_once('/')?;
    let home = format!("/s/{slug}");
    (!slug.is_empty() && local_path(&home).is_some()).then_some(home)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handling::tests::at;

    #[test]
    fn a_resident_is_led_back_to_the_station() {
        assert_eq!(station(&at("/s/qs01/aply?x=1"), Face::Open).as_deref(), Some("/s/qs01"));
        assert_eq!(station(&at("/s/qs01/status"), Face::Public).as_deref(), Some("/s/qs01"));
        assert_eq!(station(&at("/s/nowhere"), Face::Public), None, "it is the page that is missing");
        assert_eq!(station(&at("/s//evil.test/x"), Face::Open), None);
        assert_eq!(station(&at("/o/qs01/cases"), Face::Staff), None);
    }

    #[test]
    fn every_refusal_has_a_page_that_says_what_to_do() {
        let refusals = [
            Refusal::NotFound,
            Refusal::Forbidden,
            Refusal::Invalid(vec![]),
            Refusal::Blocked(vec![]),
            Refusal::Stale,
            Refusal::WrongState { text: domain::lang::text("状态不对", "Wrong state") },
            Refusal::TooMany { until: domain::time::Moment::from_millis(0) },
            Refusal::TooLarge,
            Refusal::Busy,
            Refusal::Unavailable { incident: "AB12".to_owned() },
        ];
        for refusal in refusals {
            for lang in domain::lang::Lang::ALL {
                let mut request = at("/o/qs01/cases");
                request.ui.lang = lang;
                let page = refusal_page(&request, Face::Staff, &refusal);
                assert!(page.contains(title(request.ui, &refusal)) && page.contains("href=\"/\""), "{page}");
            }
        }
    }
}
