//! Delivery: what is said to people outside the house, by which way, at which hours, and how often it is tried.
//!
//! A message names the station, the number of the application and what has changed, and says where to look with the receipt
//! code. It never holds a name, the code itself, or what anybody wrote: whoever else reads the telephone learns nothing more.

use crate::applications::ApplicationState;
use crate::events::EventKind;
use crate::lang::{Lang, Text, text};
use crate::phone::Phone;
use crate::text::compact;
use crate::time::{Moment, Span};

choice! {
    /// A way out of the house, the one that is read soonest first.
    pub enum Way {
        Sms   = "sms",   "短信",     "Text message";
        Email = "email", "电子邮件", "E-mail";
    }
}

impl Way {
    /// Where this way leads to, among what an applicant wrote down; none where it leads nowhere.
    #[must_use]
    pub fn address(self, phone: &str, email: &str) -> Option<String> {
        match self {
            Self::Sms => Phone::parse(phone).ok().filter(Phone::is_mobile).map(|phone| phone.line().to_owned()),
            Self::Email => mailbox(email),
        }
    }
}

/// An e-mail address that a letter can be sent to: one `@` between two parts, a dot in the second, nothing that ends a line.
#[must_use]
pub fn mailbox(raw: &str) -> Option<String> {
    let plain = compact(raw);
    let (name, host) = plain.split_once('@')?;
    let safe = |part: &str| part.chars().all(|c| c.is_ascii_graphic() && !"@<>()[],;:\\\"".contains(c));
    let dotted = host.split('.').count() > 1 && host.split('.').all(|label| !label.is_empty());
    (!name.is_empty() && name.len() <= 64 && plain.len() <= 254 && safe(name) && safe(host) && dotted).then_some(plain)
}

choice! {
    /// How a delivery stands.
    pub enum DeliveryState {
        Waiting = "waiting",  "待发送",             "Waiting";
        Sent    = "sent",     "已发出",             "Sent";
        Failed  = "failed",   "没有发出，稍后再试", "Not sent, tried again later";
        GivenUp = "given_up", "无法送达",           "Cannot be delivered";
    }
}

impl DeliveryState {
    /// Whether it is still to be sent.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Failed)
    }
}

choice! {
    /// Why something was not sent. It never names the address.
    pub enum Cause {
        Unreachable = "unreachable", "连接不上",           "Out of reach";
        NoAnswer    = "no_answer",   "没有回应",           "No answer";
        Trouble     = "trouble",     "对方暂时出错",       "Trouble on the other side";
        Refused     = "refused",     "对方拒收",           "Refused";
        NoWay       = "no_way",      "这条渠道已停用",     "This way is no longer set up";
        Erased      = "erased",      "个人信息已删除",     "The person was erased";
    }
}

impl Cause {
    /// Whether trying again may help.
    #[must_use]
    pub const fn may_pass(self) -> bool {
        matches!(self, Self::Unreachable | Self::NoAnswer | Self::Trouble)
    }
}

/// How much a message presses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// It waits for the morning (MSG-01).
    Civil,
    /// A crisis: it goes at any hour.
    Crisis,
}

/// Of which events the applicant is told, and how urgently: of every change of state (INT-10), and that the application came in.
#[must_use]
pub const fn told_of(event: EventKind) -> Option<Urgency> {
    match event {
        EventKind::ApplicationSubmitted | EventKind::ApplicationStateChanged => Some(Urgency::Civil),
        _ => None,
    }
}

/// The hour at which quiet begins, and the one at which it ends (MSG-01, ruling R05).
const QUIET: (u8, u8) = (21, 8);

impl Urgency {
    /// The first moment, from `at` on, at which such a message may go.
    #[must_use]
    pub fn not_before(self, at: Moment) -> Moment {
        let hour = at.parts().hour;
        match self {
            Self::Crisis => at,
            Self::Civil if hour >= QUIET.0 => Moment::at(at.day().plus_days(1), QUIET.1, 0),
            Self::Civil if hour < QUIET.1 => Moment::at(at.day(), QUIET.1, 0),
            Self::Civil => at,
        }
    }

    /// Whether such a message may go now.
    #[must_use]
    pub fn may_go(self, now: Moment) -> bool {
        self.not_before(now) == now
    }
}

/// After how many minutes it is tried again: an hour without a mail server is survived, and a person is called the same day.
const AGAIN: [i64; 6] = [1, 5, 15, 60, 120, 240];

/// When it is tried again after so many attempts; none when it is given up.
#[must_use]
pub fn again(urgency: Urgency, attempts: i64, now: Moment) -> Option<Moment> {
    let wait = AGAIN.get(usize::try_from(attempts).ok()?.checked_sub(1)?)?;
    Some(urgency.not_before(now.plus(Span::minutes(*wait))))
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saying<'a> {
    /// The station.
    pub station: &'a str,
    /// The telephone at which it is asked.
    pub phone: &'a str,
    /// The number of the application.
    pub number: &'a str,
    /// Where it stands now.
    pub state: ApplicationState,
    /// The page on which it is looked up; empty where nobody said at which address people come in.
    pub page: &'a str,
}

impl Saying<'_> {
    /// In one line: over a letter.
    #[must_use]
    pub fn subject(&self, lang: Lang) -> String {
        let Self { station, number, .. } = self;
        lang.pick(format!("{station}：申请 {number} 有新进展"), format!("{station}: news of application {number}"))
    }

    /// As short as a text message has to be.
    #[must_use]
    pub fn line(&self, lang: Lang) -> String {
        let Self { station, phone, number, page, .. } = self;
        let news = news(self.state);
        let news = news.say(lang);
        match (lang, page.is_empty()) {
            (Lang::Zh, true) => {
                format!("{station}：您的申请 {number} {news}。请在本站网页凭回执码查询，或致电 {phone}。")
            }
            (Lang::Zh, false) => {
                format!("{station}：您的申请 {number} {news}。请凭回执码查询：{page} ，或致电 {phone}。")
            }
            (Lang::En, true) => {
                format!(
                    "{station}: your application {number} {news}. Look it up on our page with your receipt code, or call {phone}."
                )
            }
            (Lang::En, false) => {
                format!(
                    "{station}: your application {number} {news}. Look it up with your receipt code: {page} or call {phone}."
                )
            }
        }
    }

    /// As a letter says it: in both languages, for nobody knows which one the reader likes.
    #[must_use]
    pub fn letter(&self) -> String {
        let note = text(
            "这封邮件由系统发出，请勿回复。工作人员不会在邮件或短信里要您的密码、验证码或钱款。",
            "This letter was sent by a machine; please do not answer it. Our staff never ask for passwords, codes or money by mail.",
        );
        let said = Lang::ALL.map(|lang| format!("{}\n\n{}\n", self.line(lang), note.say(lang)));
        said.join("\n---\n\n")
    }
}

/// What became of an application, as the end of a sentence about it.
const fn news(state: ApplicationState) -> Text {
    use ApplicationState as State;
    match state {
        State::Submitted => text("已收到，等待受理", "was received and waits to be taken up"),
        State::Reviewing => text("正在初审", "is under initial review"),
        State::Supplement => text("需要您补充材料", "needs something more from you"),
        State::Inquiry => text("正在进一步核查", "is being looked into"),
        State::Screening => text("初审已通过，等待评估", "passed the review and waits for the assessment"),
        State::Agreement => text("评估已通过，等待签订服务协议", "passed the assessment and waits for the agreement"),
        State::Confirmed => text("已申请成功", "has succeeded"),
        // Why it was refused is for the page alone.
        State::Refused => text("已有结果", "has an answer"),
        State::Withdrawn => text("已退出", "was withdrawn"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use proptest::prelude::*;

    fn at(raw: &str) -> Moment {
        Moment::parse(raw).unwrap()
    }

    /// Proves MSG-01.
    #[test]
    fn at_night_only_a_crisis_goes_out() {
        for (now, goes) in [
            ("2026-03-02T07:59", "2026-03-02T08:00"),
            ("2026-03-02T08:00", "2026-03-02T08:00"),
            ("2026-03-02T20:59", "2026-03-02T20:59"),
            ("2026-03-02T21:00", "2026-03-03T08:00"),
            ("2026-03-02T23:59", "2026-03-03T08:00"),
            ("2026-03-03T00:00", "2026-03-03T08:00"),
            ("2026-12-31T22:00", "2027-01-01T08:00"),
        ] {
            assert_eq!(Urgency::Civil.not_before(at(now)), at(goes), "{now}");
            assert_eq!(Urgency::Crisis.not_before(at(now)), at(now), "{now}");
            assert_eq!(Urgency::Civil.may_go(at(now)), now == goes, "{now}");
        }
    }

    #[test]
    fn it_is_tried_again_ever_later_and_then_given_up() {
        let waits = |attempts| again(Urgency::Crisis, attempts, at("2026-03-02T09:00"));
        let waits: Vec<_> = (1..=7).map(|attempts| waits(attempts).map(Moment::to_input)).collect();
        let expected = ["09:01", "09:05", "09:15", "10:00", "11:00", "13:00"].map(|time| format!("2026-03-02T{time}"));
        assert_eq!(waits, expected.into_iter().map(Some).chain([None]).collect::<Vec<_>>());
        assert_eq!(again(Urgency::Civil, 0, at("2026-03-02T09:00")), None, "nothing was tried");
        assert_eq!(again(Urgency::Civil, 3, at("2026-03-02T20:50")), Some(at("2026-03-03T08:00")), "not by night");
    }

    #[test]
    fn an_outage_of_an_hour_is_survived() {
        let (mut now, mut attempts) = (at("2026-03-02T09:00"), 1);
        while now < at("2026-03-02T10:00") {
            now = again(Urgency::Civil, attempts, now).unwrap();
            attempts += 1;
        }
        assert!(now <= at("2026-03-02T10:30"), "and soon after it is over it is sent");
    }

    #[test]
    fn a_way_leads_where_its_address_is_good() {
        for (way, phone, email, address) in [
            (Way::Sms, "138 0013 8000", "", Some("13800138000")),
            (Way::Sms, "020-81234567", "", None),
            (Way::Sms, "", "a@b.cn", None),
            (Way::Email, "13800138000", "wang@example.cn", Some("wang@example.cn")),
            (Way::Email, "", " wang@example.cn ", Some("wang@example.cn")),
            (Way::Email, "", "wang@example", None),
            (Way::Email, "", "wang@@example.cn", None),
            (Way::Email, "", "wang@example..cn", None),
            (Way::Email, "", "@example.cn", None),
            (Way::Email, "", "a@example.cn,b@example.cn", None),
        ] {
            assert_eq!(way.address(phone, email).as_deref(), address, "{way} {phone} {email}");
        }
    }

    #[test]
    fn every_state_is_told_in_both_languages_and_fits_into_a_text_message() {
        for state in ApplicationState::ALL {
            let saying = Saying {
                station: "青榕街道社工站",
                phone: "020-81234567",
                number: "QS01/SQ/2026/001",
                state,
                page: "https://banyan.example.cn/s/qs01/status",
            };
            let line = saying.line(Lang::Zh);
            assert!(line.chars().count() <= 134, "two parts of a long text message: {line}");
            for said in [line, saying.line(Lang::En), saying.letter()] {
                assert!(said.contains(saying.number) && said.contains(saying.page), "{said}");
            }
        }
    }

    #[test]
    fn the_applicant_is_told_of_every_change_and_of_nothing_inside_the_house() {
        let told: Vec<_> = EventKind::ALL.into_iter().filter(|kind| told_of(*kind).is_some()).collect();
        assert_eq!(told, [EventKind::ApplicationSubmitted, EventKind::ApplicationStateChanged]);
    }

    proptest! {
        #[test]
        fn no_hour_of_any_day_lets_a_civil_message_out_by_night(millis in 0_i64..4_102_444_800_000) {
            let now = Moment::from_millis(millis);
            let goes = Urgency::Civil.not_before(now);
            prop_assert!(goes >= now && goes.since(now) <= Span::hours(11));
            prop_assert!(Urgency::Civil.may_go(goes) && (8..21).contains(&goes.parts().hour));
        }

        #[test]
        fn an_address_never_ends_a_line(raw in ".{0,80}") {
            for way in Way::ALL {
                if let Some(address) = way.address(&raw, &raw) {
                    prop_assert!(address.chars().all(|c| c.is_ascii_graphic()));
                }
            }
        }
    }
}
