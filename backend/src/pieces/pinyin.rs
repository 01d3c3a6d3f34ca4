//! How a character of a name is read, and how letters that were typed fall into syllables.

use pinyin::ToPinyin;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Most letters that can be a name: no name of Chinese characters of which somebody types all letters is longer.
const LONGEST: usize = 30;
/// In how many ways letters are read at most.
const MOST_READINGS: usize = 8;

/// How characters are read in names, where the dictionary's first reading is another or names have two.
const IN_NAMES: &str = include_str!("readings.txt");

/// The syllables of Mandarin in letters; `lü` and `nü` are typed in three ways.
const SYLLABLES: &str = "\
    a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce cen ceng cha \
    chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci cong cou cu cuan cui \
    cun cuo da dai dan dang dao de dei den deng di dia dian diao die ding diu dong dou du duan dui dun duo e ei en eng er \
    fa fan fang fei fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha \
    hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong \
    jiu ju juan jue jun ka kai kan kang kao ke kei ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao \
    le lei leng li lia lian liang liao lie lin ling liu lo long lou lu luan lue lun luo lv lve lyu lyue ma mai man mang mao \
    me mei men meng mi mian miao mie min ming miu mo mou mu na nai nan nang nao ne nei nen neng ni nian niang niao nie nin \
    ning niu nong nou nu nuan nue nun nuo nv nve nyu nyue o ou pa pai pan pang pao pei pen peng pi pian piao pie pin ping \
    po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri rong rou ru rua \
    ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang shao she shei shen sheng shi shou shu shua shuai \
    shuan shuang shui shun shuo si song sou su suan sui sun suo ta tai tan tang tao te tei teng ti tian tiao tie ting tong \
    tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue \
    xun ya yan yang yao ye yi yin ying yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang \
    zhao zhe zhei zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo";

/// All syllables, sorted.
static SORTED: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let mut sorted: Vec<&str> = SYLLABLES.split_whitespace().collect();
    sorted.sort_unstable();
    sorted
});

/// What a character is read as in names, by the character.
static READ_IN_NAMES: LazyLock<HashMap<char, Vec<&str>>> = LazyLock::new(|| {
    let lines = IN_NAMES.lines().filter(|line| !line.starts_with('#'));
    let words = lines.map(|line| line.split_whitespace());
    words.filter_map(|mut words| Some((words.next()?.chars().next()?, words.collect()))).collect()
});

/// How a character is read, in small letters without tones; in no way where it has no reading.
pub(super) fn readings(character: char) -> Vec<Cow<'static, str>> {
    if let Some(known) = READ_IN_NAMES.get(&character) {
        return known.iter().map(|reading| Cow::Borrowed(*reading)).collect();
    }
    match character.to_pinyin().map(|reading| reading.plain()) {
        Some(reading) if reading.contains('ü') => {
            ["v", "u", "yu"].map(|typed| reading.replace('ü', typed).into()).into()
        }
        Some(reading) => vec![reading.into()],
        None => Vec::new(),
    }
}

/// What stands for one character in letters that were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sound {
    /// All of its syllable.
    Syllable(String),
    /// The first letter of its syllable.
    Initial(char),
}

impl Sound {
    pub(super) fn initial(&self) -> char {
        match self {
            Self::Syllable(syllable) => syllable.chars().next().unwrap_or_default(),
            Self::Initial(initial) => *initial,
        }
    }

    /// Whether more than one letter was typed for it.
    fn is_spelt(&self) -> bool {
        matches!(self, Self::Syllable(syllable) if syllable.len() > 1)
    }
}

/// As what letters can be meant: as whole syllables, and as initials; as some of both only where they are no syllables. One
/// letter alone is nothing: a tenth of all names would have it.
pub(super) fn heard(letters: &str) -> Vec<Vec<Sound>> {
    if letters.len() > LONGEST || letters.is_empty() || !letters.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return Vec::new();
    }
    let mut readings = fallen_apart(letters, false);
    if readings.is_empty() {
        readings = fallen_apart(letters, true);
        // Those of nothing but single letters are initials.
        readings.retain(|reading| reading.iter().any(Sound::is_spelt));
    }
    if letters.chars().all(is_initial) {
        readings.push(letters.chars().map(Sound::Initial).collect());
    }
    readings.retain(|reading| !matches!(reading.as_slice(), [Sound::Initial(_)]));
    readings
}

/// The ways in which letters fall into syllables, those with the longest first; with single initials among them or without.
fn fallen_apart(letters: &str, with_initials: bool) -> Vec<Vec<Sound>> {
    // From which places on the rest can be read: no way is begun that leads nowhere.
    let mut reads = vec![false; letters.len() + 1];
    reads[letters.len()] = true;
    for at in (0..letters.len()).rev() {
        reads[at] = sounds_at(letters, at, with_initials).any(|(_, end)| reads[end]);
    }
    let (mut found, mut begun) = (Vec::new(), vec![(0, Vec::new())]);
    while let Some((at, sounds)) = begun.pop() {
        if found.len() == MOST_READINGS || !reads[at] {
            break;
        }
        if at == letters.len() {
            found.push(sounds);
            continue;
        }
        let next = sounds_at(letters, at, with_initials).filter(|(_, end)| reads[*end]);
        // The last one is taken up first.
        begun.extend(next.map(|(sound, end)| (end, [sounds.as_slice(), &[sound]].concat())));
    }
    found
}

/// What can stand at a place, each with where it ends, the longest last.
fn sounds_at(letters: &str, at: usize, with_initials: bool) -> impl Iterator<Item = (Sound, usize)> {
    let initial = letters[at..].chars().next().filter(|letter| with_initials && is_initial(*letter));
    let longest = (at + 6).min(letters.len());
    let syllables = (at + 1..=longest).filter_map(move |end| {
        let syllable = &letters[at..end];
        is_syllable(syllable).then(|| (Sound::Syllable(syllable.to_owned()), end))
    });
    initial.map(|initial| (Sound::Initial(initial), at + 1)).into_iter().chain(syllables)
}

fn is_syllable(letters: &str) -> bool {
    SORTED.binary_search(&letters).is_ok()
}

/// Whether a syllable begins with this letter.
fn is_initial(letter: char) -> bool {
    letter.is_ascii_lowercase() && !matches!(letter, 'i' | 'u' | 'v')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_that_has_a_reading_is_read_in_syllables() {
        // What stands for a sigh or a grunt, or comes from a dialect, is in no name.
        let sighs = ["m", "n", "ng", "hm", "hng", "ê", "fiao"];
        for character in '\u{4E00}'..='\u{9FFF}' {
            for reading in readings(character) {
                assert!(is_syllable(&reading) || sighs.contains(&&*reading), "{character} {reading}");
            }
        }
    }

    #[test]
    fn what_is_read_otherwise_in_names_is_read_in_syllables_and_stands_there_once() {
        let lines: Vec<&str> = IN_NAMES.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines.len(), READ_IN_NAMES.len());
        for line in lines {
            let mut words = line.split(' ');
            assert_eq!(words.next().map(|word| word.chars().count()), Some(1), "{line}");
            let readings: Vec<&str> = words.collect();
            assert!(!readings.is_empty() && readings.iter().all(|reading| is_syllable(reading)), "{line}");
        }
    }

    #[test]
    fn surnames_are_read_as_people_say_them() {
        for (character, wanted) in [
            ('王', &["wang"][..]),
            ('曾', &["zeng", "ceng"]),
            ('单', &["shan", "dan"]),
            ('解', &["xie", "jie"]),
            ('仇', &["qiu"]),
            ('区', &["ou", "qu"]),
            ('查', &["zha", "cha"]),
            ('覃', &["qin", "tan"]),
            ('翟', &["zhai", "di"]),
            ('朴', &["piao", "pu"]),
            ('盖', &["gai", "ge"]),
            ('吕', &["lv", "lu", "lyu"]),
            ('长', &["chang", "zhang"]),
            ('A', &[]),
            ('·', &[]),
        ] {
            assert_eq!(readings(character), wanted, "{character}");
        }
    }

    /// Sounds in a row: syllables whole, initials as letters.
    fn said(letters: &str) -> Vec<String> {
        let word = |sound: &Sound| match sound {
            Sound::Syllable(syllable) => syllable.clone(),
            Sound::Initial(initial) => initial.to_string(),
        };
        heard(letters).iter().map(|sounds| sounds.iter().map(word).collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn letters_are_syllables_or_initials_and_both_only_where_they_are_no_syllables() {
        for (letters, wanted) in [
            ("wang", &["wang", "w a n g"][..]),
            ("li", &["li"]),
            ("xian", &["xian", "xi an"]),
            ("wxm", &["w x m"]),
            ("wangxm", &["wang x m", "wan g x m", "wa n g x m", "w ang x m", "w an g x m", "w a n g x m"]),
            ("w", &[]),
            ("a", &["a"]),
            ("smith", &["s mi t h"]),
            ("iris", &[]),
            ("ii", &[]),
            ("", &[]),
            ("Wang", &[]),
        ] {
            assert_eq!(said(letters), wanted, "{letters}");
        }
        assert_eq!(said("wangxiaoming").first().map(String::as_str), Some("wang xiao ming"));
        assert!(heard(&"a".repeat(LONGEST + 1)).is_empty());
        assert!(said(&"an".repeat(15)).len() <= MOST_READINGS + 1, "and it ends");
        assert!(said(&format!("{}vv", "an".repeat(14))).is_empty(), "nothing begins with a v");
    }
}
