use super::pinyin::readings;
use super::sought::{Sought, Unsearchable};
use super::*;
use proptest::prelude::*;

const NUMBER: &str = "440105198001010012";
const PHONE: &str = "13800138000";

fn known(name: &str) -> Known<'_> {
    Known { name, document: Some(NUMBER), phone: PHONE }
}

/// How somebody fits, who has to have every piece that is asked for.
fn fit(typed: &str, known: &Known<'_>) -> Option<Fit> {
    let sought = Sought::read(typed).unwrap();
    let fit = sought.fit(known);
    let has = pieces(known);
    let met = sought.asked().into_iter().any(|asked| asked.iter().all(|piece| has.contains(piece)));
    assert!(met || fit.is_none(), "{typed} fits {known:?} and is not found by its pieces");
    fit.filter(|_| met)
}

#[test]
fn a_person_is_found_by_every_way_of_asking() {
    use Fit::{Begins, Exact, Part};
    for (name, typed, wanted) in [
        ("王小明", "王小明", Some(Exact)),
        ("王小明", "王", Some(Begins)),
        ("王小明", "小明", Some(Part)),
        ("王小明", "明", Some(Part)),
        ("王小明", " 王 小 明 ", Some(Exact)),
        ("王小明", "王明", None),
        ("王小明", "小王", None),
        ("王小明", "wangxiaoming", Some(Exact)),
        ("王小明", "Wang Xiaoming", Some(Exact)),
        ("王小明", "wang", Some(Begins)),
        ("王小明", "xiaoming", Some(Part)),
        ("王小明", "wxm", Some(Begins)),
        ("王小明", "xm", Some(Part)),
        ("王小明", "wangxm", Some(Begins)),
        ("王小明", "wm", None),
        ("王小明", "li", None),
        ("王小明", NUMBER, Some(Exact)),
        ("王小明", "0012", Some(Part)),
        ("王小明", PHONE, Some(Exact)),
        ("王小明", "138 0013 8000", Some(Exact)),
        ("王小明", "8000", Some(Part)),
        ("王小明", "8001", None),
        ("欧阳娜娜", "欧阳", Some(Begins)),
        ("欧阳娜娜", "ouyangnana", Some(Exact)),
        ("曾国强", "zengguoqiang", Some(Exact)),
        ("单田芳", "shan", Some(Begins)),
        ("吕布", "lvbu", Some(Exact)),
        ("吕布", "lubu", Some(Exact)),
        ("吕布", "lǚbu", None),
        ("西安", "xi'an", Some(Exact)),
        ("先安", "xian", Some(Begins)),
        ("阿不都热依木·买买提", "阿不都热依木买买提", Some(Exact)),
        ("阿不都热依木·买买提", "热依木买买", Some(Part)),
        ("阿不都热依木·买买提", "热依木提买", None),
        ("阿不都热依木·买买提", "abudureyimu", Some(Begins)),
        ("Anna Bergdahl", "berg", Some(Part)),
        ("Anna Bergdahl", "anna", Some(Begins)),
        ("Anna Bergdahl", "annabergdahl", Some(Exact)),
    ] {
        assert_eq!(fit(typed, &known(name)), wanted, "{name} by {typed}");
    }
}

#[test]
fn whoever_has_no_number_is_found_by_the_name_alone() {
    let nobody = Known { name: "李雷", document: None, phone: "" };
    assert_eq!(fit("lilei", &nobody), Some(Fit::Exact));
    assert_eq!(fit("8000", &nobody), None);
    let abroad = Known { name: "李雷", document: Some("E12345678"), phone: "020-81234567转806" };
    for (typed, wanted) in
        [("e12345678", Fit::Exact), ("5678", Fit::Part), ("4567", Fit::Part), ("020-81234567", Fit::Exact)]
    {
        assert_eq!(fit(typed, &abroad), Some(wanted), "{typed}");
    }
}

#[test]
fn what_can_be_part_of_nothing_is_said_to_be() {
    for typed in ["", "  ", "\u{200B}", "·", "？？", "--"] {
        assert_eq!(Sought::read(typed), Err(Unsearchable::Nothing), "{typed:?}");
    }
    assert_eq!(Sought::read(&"长".repeat(10_000)), Err(Unsearchable::TooLong));
    assert!(Sought::read(&"长".repeat(100)).is_ok());
}

/// Everybody has as many pieces as these, and no more: what is kept of a person is to be counted.
#[test]
fn a_name_of_three_characters_has_so_many_pieces() {
    assert_eq!(
        pieces(&known("王小明")).len(),
        1 + 6 + 6 + 3 + 4 + 1,
        "name, parts, syllables, initials, ends and wholes, scheme"
    );
    assert!(pieces(&known(&"长".repeat(100))).len() < 1_000);
}

#[test]
fn the_same_text_is_another_hash_as_another_sort_and_in_another_house() {
    let key = |id| OrganisationKey::of(Uuid::from_u128(id), &*crate::seal::new_secret()).unwrap();
    let (here, there) = (key(1), key(2));
    let piece = |sort| Piece::new(sort, "8000");
    assert_ne!(piece(Sort::PhoneEnd).hashed(&here), piece(Sort::DocumentEnd).hashed(&here));
    assert_ne!(piece(Sort::PhoneEnd).hashed(&here), piece(Sort::PhoneEnd).hashed(&there));
    assert_eq!(piece(Sort::PhoneEnd).hashed(&here).len(), LENGTH);
}

proptest! {
    /// Whatever part of whatever name is typed, in characters or in letters, the name is found by it.
    #[test]
    fn every_part_of_a_name_finds_it(name in "[\u{4E00}-\u{9FA5}]{1,12}", from in 0_usize..12, long in 1_usize..12) {
        let characters: Vec<char> = name.chars().collect();
        let from = from.min(characters.len() - 1);
        let part = &characters[from..(from + long).min(characters.len())];
        let typed: String = part.iter().collect();
        prop_assert!(fit(&typed, &known(&name)).is_some(), "{} in {}", typed, name);
        let letters: Vec<String> = part.iter().filter_map(|c| readings(*c).first().map(ToString::to_string)).collect();
        if letters.len() == part.len() && (1..=4).contains(&letters.len()) {
            let heard = super::names::asked_of_sounds(
                &letters.iter().cloned().map(super::pinyin::Sound::Syllable).collect::<Vec<_>>(),
            );
            let has = pieces(&known(&name));
            prop_assert!(heard.iter().all(|piece| has.contains(piece)), "{:?} in {}", letters, name);
        }
    }

    /// Nothing that anybody types is a fault.
    #[test]
    fn anything_can_be_typed(typed in ".{0,120}") {
        if let Ok(sought) = Sought::read(&typed) {
            prop_assert!(sought.asked().iter().all(|pieces| pieces.len() <= 400));
        }
    }
}
