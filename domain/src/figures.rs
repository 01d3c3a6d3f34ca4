//! Figures: what a district sees of a station, each number the count of rows that it opens into.

choice! {
    /// A number on a district's page.
    pub enum Figure {
        Open      = "open",      "在办个案", "Open cases";
        Due       = "due",       "今日到期", "Due today";
        Overdue   = "overdue",   "已逾期",   "Overdue";
        Escalated = "escalated", "已上报",   "Reported upwards";
        Received  = "received",  "收到申请", "Applications received";
        Closed    = "closed",    "结案",     "Cases closed";
        Handled   = "handled",   "反馈结果", "Results told";
    }
}

impl Figure {
    /// Whether it counts what happened in a month; the others say how things stand now.
    #[must_use]
    pub const fn is_monthly(self) -> bool {
        matches!(self, Self::Received | Self::Closed | Self::Handled)
    }
}

/// How long cases took from acceptance to the result that was told (INT-19).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Handling {
    /// Over how many cases.
    pub cases: u64,
    /// Minutes of all of them together.
    pub minutes: u64,
}

impl Handling {
    /// The average in days, to one decimal; none without a case.
    #[must_use]
    pub fn days(self) -> Option<f64> {
        const MINUTES_A_DAY: u64 = 24 * 60;
        let whole = self.cases.checked_mul(MINUTES_A_DAY).filter(|whole| *whole > 0)?;
        let tenths = self.minutes.saturating_mul(10).saturating_add(whole / 2) / whole;
        Some(tenths as f64 / 10.0)
    }
}

impl std::ops::Add for Handling {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { cases: self.cases + other.cases, minutes: self.minutes + other.minutes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_average_is_rounded_to_a_tenth_of_a_day() {
        for (cases, minutes, days) in [
            (0, 0, None),
            (1, 0, Some(0.0)),
            (1, 71, Some(0.0)),
            (1, 72, Some(0.1)),
            (2, 25 * 24 * 60, Some(12.5)),
            (3, 10 * 24 * 60, Some(3.3)),
        ] {
            assert_eq!(Handling { cases, minutes }.days(), days, "{minutes} min over {cases}");
        }
    }
}
