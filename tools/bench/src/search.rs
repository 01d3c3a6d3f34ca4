//! How long somebody waits who looks for one of many clients: each way of asking by itself, as the head of a station types it,
//! until the page with what was found is there.
//!
//! The clients come in by a roster, as a station's do, so that their pieces are those that the program cuts. Their surnames are
//! as frequent as surnames are: the first one is every twelfth's.

use crate::Against;
use anyhow::{Context as _, Result, ensure};
use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};
use trials::browser::Browser;
use trials::engine::{Engine, Kind};
use trials::road::{PASSWORD, STATION};
use trials::server::Server;
use trials::{record, shell};

/// So many rows a roster may have.
const ROSTER: usize = 10_000;
/// Searches of each kind that are not counted.
const WARMING: usize = 5;
/// Who looks.
const WHO: &str = "qs01.head";

const SURNAMES: [(&str, &str); 16] = [
    ("王", "wang"),
    ("李", "li"),
    ("张", "zhang"),
    ("刘", "liu"),
    ("陈", "chen"),
    ("杨", "yang"),
    ("黄", "huang"),
    ("赵", "zhao"),
    ("吴", "wu"),
    ("周", "zhou"),
    ("徐", "xu"),
    ("孙", "sun"),
    ("马", "ma"),
    ("朱", "zhu"),
    ("欧阳", "ouyang"),
    ("曾", "zeng"),
];
/// Of a thousand persons.
const OFTEN: [usize; 16] = [83, 79, 71, 54, 47, 31, 24, 23, 21, 20, 17, 15, 14, 13, 2, 486];
const GIVEN: [(char, &str); 32] = [
    ('伟', "wei"),
    ('芳', "fang"),
    ('娜', "na"),
    ('秀', "xiu"),
    ('英', "ying"),
    ('敏', "min"),
    ('静', "jing"),
    ('丽', "li"),
    ('强', "qiang"),
    ('磊', "lei"),
    ('军', "jun"),
    ('洋', "yang"),
    ('勇', "yong"),
    ('艳', "yan"),
    ('杰', "jie"),
    ('娟', "juan"),
    ('涛', "tao"),
    ('明', "ming"),
    ('超', "chao"),
    ('兰', "lan"),
    ('霞', "xia"),
    ('平', "ping"),
    ('刚', "gang"),
    ('桂', "gui"),
    ('文', "wen"),
    ('辉', "hui"),
    ('建', "jian"),
    ('华', "hua"),
    ('国', "guo"),
    ('小', "xiao"),
    ('红', "hong"),
    ('玉', "yu"),
];

#[derive(clap::Args)]
pub struct Search {
    #[command(flatten)]
    against: Against,
    /// How many clients the station has
    #[arg(long, default_value_t = 50_000)]
    clients: usize,
    /// How many searches of each kind
    #[arg(long, default_value_t = 200)]
    requests: usize,
}

/// Somebody on the roster.
struct Person {
    name: String,
    pinyin: String,
    initials: String,
    document: String,
    phone: String,
}

impl Person {
    /// The one in this place; the same in each run.
    fn at(place: usize) -> Self {
        let dice = |sides: usize, roll: usize| (place * 2_654_435_761 + roll * 40_503) / 7 % sides;
        let mut often = dice(1_000, 1);
        let surname = OFTEN.iter().position(|many| {
            let met = often < *many;
            often = often.saturating_sub(*many);
            met
        });
        let (surname, read) = SURNAMES[surname.unwrap_or_default()];
        let given: Vec<(char, &str)> = (0..1 + dice(4, 2).min(1)).map(|at| GIVEN[dice(GIVEN.len(), 3 + at)]).collect();
        let letters = read.chars().take(1).chain(given.iter().filter_map(|(_, read)| read.chars().next()));
        let (day, order) = (place % 26_880, place / 26_880 + 1);
        let body = format!("440105{}{:02}{:02}{order:03}", 1930 + day / 336, day % 336 / 28 + 1, day % 28 + 1);
        Self {
            name: given.iter().fold(surname.to_owned(), |name, (character, _)| format!("{name}{character}")),
            pinyin: given.iter().fold(read.to_owned(), |all, (_, read)| format!("{all}{read}")),
            initials: letters.collect(),
            document: format!("{body}{}", check(&body)),
            phone: format!("138{place:08}"),
        }
    }
}

/// The last character of an identity number (GB 11643).
fn check(body: &str) -> char {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        body.chars().filter_map(|digit| digit.to_digit(10)).zip(weights).map(|(digit, weight)| digit * weight).sum();
    ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][sum as usize % 11]
}

/// A way of asking: its name, and what is typed to find somebody.
type Way = (&'static str, fn(&Person) -> String);

/// So many characters of a text, from this one on.
fn part(text: &str, from: usize, many: usize) -> String {
    text.chars().skip(from).take(many).collect()
}

const WAYS: [Way; 13] = [
    ("one character, a surname", |person| part(&person.name, 0, 1)),
    ("one character of a given name", |person| part(&person.name, 1, 1)),
    ("two characters", |person| part(&person.name, 0, 2)),
    ("the whole name", |person| person.name.clone()),
    ("the whole name in pinyin", |person| person.pinyin.clone()),
    ("a surname in pinyin", |person| {
        SURNAMES
            .iter()
            .find(|(surname, _)| person.name.starts_with(surname))
            .map_or("wang", |(_, read)| read)
            .to_owned()
    }),
    ("initials", |person| person.initials.clone()),
    ("the last four of a telephone", |person| part(&person.phone, 7, 4)),
    ("a whole telephone", |person| person.phone.clone()),
    ("the last four of a document", |person| part(&person.document, 14, 4)),
    ("a whole document", |person| person.document.clone()),
    ("the end of a number", |person| part(&person.phone, 8, 3)),
    ("somebody whom nobody knows", |person| format!("{}龘", person.name)),
];

pub fn run(search: &Search) -> Result<()> {
    let name = format!("search-{}", search.clients);
    let fill = |engine: &Engine| fill(engine, search);
    let engine = Engine::with_more(search.against.engine, &name, &search.against.work, &search.against.binary, fill)?;
    let mut server =
        Server::start(&engine, &search.against.binary, &[("BANYAN_LOG", "warn"), ("BANYAN_RATE_LIMITS", "false")])?;
    let mut browser = Browser::signed_in(&server.base(), WHO, PASSWORD)?;
    let mut lines = Vec::new();
    for (way, typed) in WAYS {
        let mut waited = Vec::with_capacity(search.requests);
        for request in 0..WARMING + search.requests {
            let person = Person::at(request * 7_919 % search.clients);
            let took = look(&mut browser, &typed(&person), way)?;
            if request >= WARMING {
                waited.push(took);
            }
        }
        waited.sort();
        lines.push((way, waited));
    }
    println!("{}", markdown(search, &engine, &lines)?);
    server.stop()?;
    engine.remove()
}

/// Looks for something, from the key that sends it to the page that is answered.
fn look(browser: &mut Browser, typed: &str, way: &str) -> Result<Duration> {
    let began = Instant::now();
    let sent = browser.post(&format!("/o/{STATION}/find"), &[("q".to_owned(), typed.to_owned())])?;
    ensure!(sent.status == 303, "{way} was answered {}", sent.status);
    let page = browser.get(&sent.location)?;
    let took = began.elapsed();
    ensure!(page.status == 200, "{way} was answered {}", page.status);
    let nothing = page.body.contains("没有找到");
    // An end of a number need not be anybody's; a person whom one looks for is there.
    ensure!(nothing == way.starts_with("somebody"), "{typed}: {way} found nothing, or somebody");
    Ok(took)
}

/// The station's clients, who come in by rosters.
fn fill(engine: &Engine, search: &Search) -> Result<()> {
    let before = engine.number("SELECT count(*) FROM clients")?;
    for from in (0..search.clients).step_by(ROSTER) {
        let file = engine.folder.join("roster.csv");
        fs::write(&file, roster(from..(from + ROSTER).min(search.clients)))?;
        shell::run(engine.command(&search.against.binary).args(["import", "clients"]).arg(&file).args([
            "--organisation",
            STATION,
            "--as",
            WHO,
        ]))?;
        fs::remove_file(&file)?;
    }
    let there = engine.number("SELECT count(*) FROM clients")? - before;
    ensure!(there == i64::try_from(search.clients)?, "{there} clients came in");
    engine.execute(match engine.kind {
        Kind::Postgres => "VACUUM ANALYZE",
        Kind::Sqlite => "ANALYZE",
    })
}

fn roster(places: std::ops::Range<usize>) -> String {
    let line = |place| {
        let Person { name, document, phone, .. } = Person::at(place);
        format!("{name},{document},{phone}\n")
    };
    std::iter::once("姓名,身份证号,联系电话\n".to_owned()).chain(places.map(line)).collect()
}

fn markdown(search: &Search, engine: &Engine, lines: &[(&str, Vec<Duration>)]) -> Result<String> {
    let pieces = engine.number("SELECT count(*) FROM search_pieces")?;
    let mut text = String::new();
    writeln!(
        text,
        "{:?}: {} clients and the demo's, {pieces} pieces; {} searches of each kind, one after the other; load {}.\n",
        search.against.engine,
        search.clients,
        search.requests,
        record::load()
    )?;
    writeln!(text, "| from the key to the page, ms | p50 | p95 | longest |")?;
    writeln!(text, "|---|---|---|---|")?;
    for (way, waited) in lines {
        let at = |share: usize| waited.get((waited.len() * share / 100).min(waited.len() - 1)).context("a search");
        let millis = |took: &Duration| took.as_secs_f64() * 1_000.0;
        writeln!(text, "| {way} | {:.1} | {:.1} | {:.1} |", millis(at(50)?), millis(at(95)?), millis(at(100)?))?;
    }
    Ok(text)
}
