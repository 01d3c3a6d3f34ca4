//! Time in words, the way a colleague would say it.

use super::{Day, Moment, Unit, Weekday};
use crate::calendar::WorkCalendar;
use crate::lang::Lang;

/// `11月21日 周六 14:30`, with the year when it is not this year's.
#[must_use]
pub fn moment(lang: Lang, moment: Moment, now: Moment) -> String {
    let parts = moment.parts();
    let day = day(lang, moment.day(), now.day());
    format!("{day} {:02}:{:02}", parts.hour, parts.minute)
}

/// `11月21日 周六`, with the year when it is not this year's.
#[must_use]
pub fn day(lang: Lang, day: Day, today: Day) -> String {
    let weekday = weekday(lang, day.weekday());
    let (number, month) = (day.day(), day.month());
    match (lang, day.year() == today.year()) {
        (Lang::Zh, true) => format!("{month}月{number}日 {weekday}"),
        (Lang::Zh, false) => format!("{}年{month}月{number}日 {weekday}", day.year()),
        (Lang::En, true) => format!("{weekday} {number} {}", month_name(month)),
        (Lang::En, false) => format!("{weekday} {number} {} {}", month_name(month), day.year()),
    }
}

/// `还剩 5 小时`, `今天截止`, `已超 2 个工作日`: how far off a due time is, by the national calendar.
#[must_use]
pub fn left(lang: Lang, now: Moment, due: Moment, unit: Unit) -> String {
    left_by(WorkCalendar::builtin(), lang, now, due, unit)
}

/// As [`left`], by a calendar that knows local closures.
#[must_use]
pub fn left_by(calendar: &WorkCalendar, lang: Lang, now: Moment, due: Moment, unit: Unit) -> String {
    let amount = match unit {
        Unit::Hours => return hours(lang, now, due),
        Unit::WorkingDays => working_days(calendar, now.day(), last_day(due)),
        Unit::Days | Unit::Months | Unit::Count | Unit::Percent => (last_day(due).since(now.day()), Unit::Days),
    };
    if now <= due && last_day(due) == now.day() {
        return lang.pick("今天截止", "due today").to_owned();
    }
    phrase(lang, now <= due, amount.0.abs(), amount.1)
}

/// Due times counted in days stand at 24:00, which is already the next day's first moment.
fn last_day(due: Moment) -> Day {
    due.minus(super::Span::millis(1)).day()
}

/// Working days to the last day; whole days when only free days lie between.
fn working_days(calendar: &WorkCalendar, today: Day, last: Day) -> (i64, Unit) {
    match calendar.working_days_between(today, last) {
        0 => (last.since(today), Unit::Days),
        days => (days, Unit::WorkingDays),
    }
}

/// Hours while they are few, then days; minutes in the last hour.
fn hours(lang: Lang, now: Moment, due: Moment) -> String {
    let span = due.since(now);
    match (span.in_minutes().abs(), span.in_hours().abs(), span.in_days().abs()) {
        (minutes @ 0..60, _, _) => {
            let (minutes, late) = (minutes.max(1), now > due);
            lang.pick(
                format!("{} {minutes} 分钟", if late { "已超" } else { "还剩" }),
                format!("{minutes} min {}", if late { "late" } else { "left" }),
            )
        }
        (_, hours @ 1..72, _) => phrase(lang, now <= due, hours, Unit::Hours),
        (_, _, days) => phrase(lang, now <= due, days, Unit::Days),
    }
}

fn phrase(lang: Lang, in_time: bool, amount: i64, unit: Unit) -> String {
    let zh = format!("{} {amount} {}", if in_time { "还剩" } else { "已超" }, unit.say(Lang::Zh));
    let unit = unit.say(Lang::En);
    let unit = if amount == 1 { unit.trim_end_matches('s') } else { unit };
    lang.pick(zh, format!("{amount} {unit} {}", if in_time { "left" } else { "late" }))
}

fn weekday(lang: Lang, weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => lang.pick("周一", "Mon"),
        Weekday::Tuesday => lang.pick("周二", "Tue"),
        Weekday::Wednesday => lang.pick("周三", "Wed"),
        Weekday::Thursday => lang.pick("周四", "Thu"),
        Weekday::Friday => lang.pick("周五", "Fri"),
        Weekday::Saturday => lang.pick("周六", "Sat"),
        Weekday::Sunday => lang.pick("周日", "Sun"),
    }
}

fn month_name(month: u8) -> &'static str {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(raw: &str) -> Moment {
        Moment::parse(raw).unwrap()
    }

    #[test]
    fn a_moment_names_its_year_only_when_needed() {
        let then = at("2026-11-21T14:30");
        assert_eq!(moment(Lang::Zh, then, at("2026-11-01T00:00")), "11月21日 周六 14:30");
        assert_eq!(moment(Lang::Zh, then, at("2027-01-01T00:00")), "2026年11月21日 周六 14:30");
        assert_eq!(moment(Lang::En, then, at("2026-11-01T00:00")), "Sat 21 Nov 14:30");
    }

    #[test]
    fn what_is_left_is_said_in_the_limits_own_unit() {
        let due_hours = at("2026-02-14T15:00");
        let due_day = Moment::end_of(Day::parse("2026-02-26").unwrap());
        for (now, due, unit, zh, en) in [
            ("2026-02-14T10:00", due_hours, Unit::Hours, "还剩 5 小时", "5 hours left"),
            ("2026-02-14T14:00", due_hours, Unit::Hours, "还剩 1 小时", "1 hour left"),
            ("2026-02-14T14:20", due_hours, Unit::Hours, "还剩 40 分钟", "40 min left"),
            ("2026-02-14T18:10", due_hours, Unit::Hours, "已超 3 小时", "3 hours late"),
            ("2026-02-18T15:00", due_hours, Unit::Hours, "已超 4 天", "4 days late"),
            ("2026-02-23T23:59", due_day, Unit::Days, "还剩 3 天", "3 days left"),
            ("2026-02-26T23:59", due_day, Unit::Days, "今天截止", "due today"),
            ("2026-02-27T00:01", due_day, Unit::Days, "已超 1 天", "1 day late"),
            // 15–23 February is the Spring Festival; 28 February is a make-up working Saturday.
            ("2026-02-14T09:00", due_day, Unit::WorkingDays, "还剩 3 个工作日", "3 working days left"),
            ("2026-02-28T09:00", due_day, Unit::WorkingDays, "已超 2 个工作日", "2 working days late"),
        ] {
            assert_eq!(left(Lang::Zh, at(now), due, unit), zh);
            assert_eq!(left(Lang::En, at(now), due, unit), en);
        }
    }
}
