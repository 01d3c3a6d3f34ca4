//! Personal data as those may see it who need to recognise, not to know.
//!
//! Masking happens once, where rows are opened; these functions only say what a mask looks like.

/// `王小明` as `王*明`, `王明` as `王*`, `欧阳小明` as `欧阳*明`, `John Smith` as `J*** S****`.
#[must_use]
pub fn mask_name(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let parted = |c: &char| matches!(c, ' ' | '·' | '•' | '.' | '-');
    if chars.iter().any(parted) || chars.iter().any(char::is_ascii_alphabetic) {
        return mask_parts(&chars, parted);
    }
    let compound = COMPOUND_SURNAMES.iter().any(|surname| name.starts_with(surname));
    let surname = if compound && chars.len() > 2 { 2 } else { 1 };
    let last = if chars.len() > surname + 1 { chars.len() - 1 } else { chars.len() };
    cover(&chars, |place| place >= surname && place < last)
}

/// `13800138000` as `138****8000`, `020-81234567` as `020-****4567`.
#[must_use]
pub fn mask_phone(phone: &str) -> String {
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
    }
}
