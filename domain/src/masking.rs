//! Personal data as those may see it who need to recognise, not to know.
//!
//! Masking happens once, where rows are opened; these functions only say what a mask looks like.

use crate::text::half_width;

/// `王小明` as `王*明`, `王明` as `王*`, `欧阳小明` as `欧阳*明`, `John Smith` as `J*** S****`.
#[must_use]
pub fn mask_name(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    if chars.iter().any(is_parted) || chars.iter().any(char::is_ascii_alphabetic) {
        return mask_parts(&chars, is_parted);
    }
    let surname = surname_length(name, &chars);
    let last = if chars.len() > surname + 1 { chars.len() - 1 } else { chars.len() };
    cover(&chars, |place| place >= surname && place < last)
}

/// `13800138000` as `138****8000`, `020-81234567` as `020-****4567`; an extension is covered whole.
#[must_use]
pub fn mask_phone(phone: &str) -> String {
    if let Some((line, extension)) = phone.split_once('转') {
        return format!("{}转{}", mask_phone(line), "*".repeat(extension.chars().count()));
    }
    let chars: Vec<char> = phone.chars().collect();
    let shown = chars.iter().position(|c| *c == '-').map_or(3, |hyphen| hyphen + 1);
    let end = chars.len().saturating_sub(4);
    cover(&chars, |place| place >= shown && place < end || chars.len() < 8)
}

/// All but the first three and the last four characters covered.
#[must_use]
pub fn mask_identity(number: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    let end = chars.len().saturating_sub(4);
    cover(&chars, |place| place >= 3 && place < end || chars.len() < 8)
}

/// An address down to its street or township (街道、镇、乡), else its district; the rest covered.
#[must_use]
pub fn mask_address(address: &str) -> String {
    const LEVELS: [&[&str]; 3] = [&["街道", "镇", "乡"], &["区", "县", "旗"], &["市", "州", "省"]];
    let shown = LEVELS
        .iter()
        .find_map(|names| names.iter().filter_map(|name| address.find(name).map(|at| at + name.len())).min());
    match shown.and_then(|end| address.get(..end)) {
        Some(shown) => format!("{shown}****"),
        None => "****".to_owned(),
    }
}

/// Covers what is known about a person wherever it stands inside a text.
///
/// Numbers are found however they were typed: in full width, with spaces or hyphens between the digits. A given name of two
/// characters or more is covered without its surname too. A number of eleven digits or more is covered whoever it belongs
/// to: it is somebody's telephone, identity number or bank card. What it cannot know, it cannot cover: the names of others.
#[derive(Debug, Clone, Default)]
pub struct Veil {
    /// What to look for, folded, and what to put there; the longest first.
    known: Vec<(Vec<char>, String)>,
}

impl Veil {
    /// Covers a name, and the given name alone.
    #[must_use]
    pub fn name(self, name: &str) -> Self {
        let chars: Vec<char> = name.chars().collect();
        let given: String = chars.get(surname_length(name, &chars)..).unwrap_or_default().iter().collect();
        let veil = self.with(name, mask_name(name));
        let worth_it = given.chars().count() >= 2 && !name.chars().any(|c| is_parted(&c) || c.is_ascii_alphabetic());
        if worth_it { veil.with(&given, cover(&given.chars().collect::<Vec<_>>(), |place| place == 0)) } else { veil }
    }

    /// Covers a telephone number, with its extension or without.
    #[must_use]
    pub fn phone(self, phone: &str) -> Self {
        let line = phone.split('转').next().unwrap_or_default();
        self.with(phone, mask_phone(phone)).with(line, mask_phone(line))
    }

    /// Covers the number of an identity document.
    #[must_use]
    pub fn identity(self, number: &str) -> Self {
        self.with(number, mask_identity(number))
    }

    /// Covers an address.
    #[must_use]
    pub fn address(self, address: &str) -> Self {
        self.with(address, mask_address(address))
    }

    /// The text with everything covered.
    #[must_use]
    pub fn cover(&self, text: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let mut covered = String::with_capacity(text.len());
        let mut at = 0;
        while let Some(rest) = chars.get(at..).filter(|rest| !rest.is_empty()) {
            let known =
                self.known.iter().find_map(|(value, mask)| found(rest, value).map(|taken| (taken, mask.clone())));
            let hit = known.or_else(|| long_number(rest).map(|taken| (taken, mask_identity(&fold_all(rest, taken)))));
            match hit {
                Some((taken, mask)) => {
                    covered.push_str(&mask);
                    at += taken;
                }
                None => {
                    covered.extend(rest.first());
                    at += 1;
                }
            }
        }
        covered
    }

    fn with(mut self, value: &str, mask: String) -> Self {
        let value: Vec<char> = value.chars().filter(|c| !is_separator(*c)).map(fold).collect();
        if value.len() >= 2 {
            self.known.push((value, mask));
            self.known.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        }
        self
    }
}

/// How many characters of the text the value takes, when the text begins with it; separators within it count.
fn found(text: &[char], value: &[char]) -> Option<usize> {
    let mut wanted = value.iter().peekable();
    for (place, c) in text.iter().enumerate() {
        match wanted.peek() {
            None => return Some(place),
            Some(next) if **next == fold(*c) => drop(wanted.next()),
            Some(_) if place > 0 && is_separator(*c) => {}
            Some(_) => return None,
        }
    }
    wanted.peek().is_none().then_some(text.len())
}

/// How many characters a number of eleven digits or more takes, when the text begins with one.
fn long_number(text: &[char]) -> Option<usize> {
    let digits = text.iter().take_while(|c| fold(**c).is_ascii_digit()).count();
    let check = usize::from(digits == 17 && text.get(digits).is_some_and(|c| fold(*c) == 'X'));
    (digits >= 11).then_some(digits + check)
}

fn fold_all(text: &[char], taken: usize) -> String {
    text.iter().take(taken).map(|c| fold(*c)).collect()
}

/// Full width as half width, small letters as capitals.
fn fold(c: char) -> char {
    let mut buffer = [0; 4];
    half_width(c.encode_utf8(&mut buffer)).chars().next().unwrap_or(c).to_ascii_uppercase()
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '－' | '–' | '—')
}

fn is_parted(c: &char) -> bool {
    matches!(c, ' ' | '·' | '•' | '.' | '-')
}

fn surname_length(name: &str, chars: &[char]) -> usize {
    let compound = COMPOUND_SURNAMES.iter().any(|surname| name.starts_with(surname));
    if compound && chars.len() > 2 { 2 } else { 1 }
}

fn mask_parts(chars: &[char], parted: impl Fn(&char) -> bool) -> String {
    cover(chars, |place| {
        let first = place == 0 || chars.get(place - 1).is_some_and(&parted);
        !first && !chars.get(place).is_some_and(&parted)
    })
}

fn cover(chars: &[char], hidden: impl Fn(usize) -> bool) -> String {
    chars.iter().enumerate().map(|(place, c)| if hidden(place) { '*' } else { *c }).collect()
}

/// The compound surnames still met in registers.
const COMPOUND_SURNAMES: [&str; 24] = [
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "长孙", "宇文",
    "端木", "独孤", "南宫", "轩辕", "申屠", "淳于", "呼延", "闻人", "澹台", "百里",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_can_be_recognised_but_not_read() {
        for (name, masked) in [
            ("王小明", "王*明"),
            ("王明", "王*"),
            ("王", "王"),
            ("王小小明", "王**明"),
            ("欧阳小明", "欧阳*明"),
            ("欧阳明", "欧阳*"),
            ("欧阳", "欧*"),
            ("John Smith", "J*** S****"),
            ("阿依古丽·买买提", "阿***·买**"),
            ("", ""),
        ] {
            assert_eq!(mask_name(name), masked);
        }
    }

    #[test]
    fn addresses_end_at_the_street() {
        for (address, masked) in [
            ("广东省广州市青山区榕树街道体育西路12号", "广东省广州市青山区榕树街道****"),
            ("某县某镇某村3组", "某县某镇****"),
            ("青山区榕园路5号", "青山区****"),
            ("榕园路5号", "****"),
        ] {
            assert_eq!(mask_address(address), masked);
        }
    }

    #[test]
    fn numbers_keep_their_ends() {
        assert_eq!(mask_identity("11010519491231002X"), "110***********002X");
        assert_eq!(mask_identity("1234567"), "*******");
        assert_eq!(mask_phone("13800138000"), "138****8000");
        assert_eq!(mask_phone("0755-2512345"), "0755-***2345");
        assert_eq!(mask_phone("12345"), "*****");
        assert_eq!(mask_phone("0755-82601008转806"), "0755-****1008转***");
    }

    #[test]
    fn a_veil_covers_a_person_inside_a_text() {
        let veil = Veil::default()
            .name("王小明")
            .name("李芳")
            .phone("13800138000")
            .phone("020-81234567")
            .phone("0755-82601008转806")
            .identity("11010519491231002X")
            .address("青山区榕园路5号");
        for (text, covered) in [
            ("王小明来访，小明说最近睡眠不好。", "王*明来访，*明说最近睡眠不好。"),
            ("王 小明由母亲李芳陪同。", "王*明由母亲李*陪同。"),
            ("电话138 0013 8000或１３８００１３８０００", "电话138****8000或138****8000"),
            ("座机 02081234567。", "座机 020-****4567。"),
            ("单位 0755 82601008 转 806，或 075582601008。", "单位 0755-****1008转***，或 0755-****1008。"),
            ("证件11010519491231002x，住青山区榕园路5号。", "证件110***********002X，住青山区****。"),
            (
                "他儿子的电话是13912345678，卡号6222020200112233445",
                "他儿子的电话是139****5678，卡号622************3445",
            ),
            ("20260302 上门，共 3 次；小 组活动。", "20260302 上门，共 3 次；小 组活动。"),
            ("", ""),
        ] {
            assert_eq!(veil.cover(text), covered);
        }
    }

    #[test]
    fn a_veil_over_nothing_changes_nothing() {
        let veil = Veil::default().name("").phone("").name("王");
        assert_eq!(veil.cover("王先生来访。"), "王先生来访。");
        assert_eq!(Veil::default().name("John Smith").cover("john smith 与 Smithson"), "J*** S**** 与 Smithson");
    }

    proptest::proptest! {
        #[test]
        fn nothing_known_is_left_in_any_text(before in "[\\PC]{0,20}", after in "[\\PC]{0,20}") {
            let veil = Veil::default().name("王小明").phone("13800138000").identity("11010519491231002X");
            let covered = veil.cover(&format!("{before}王小明13800138000{after}11010519491231002X"));
            for value in ["王小明", "小明", "13800138000", "11010519491231002X"] {
                proptest::prop_assert!(!covered.contains(value));
            }
        }
    }
}
