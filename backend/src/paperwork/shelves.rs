//! The organisation and its units as keepers of papers: of a site its checks and drills, of a project its seminars, of the house
//! its policies. They are shelves: the papers of one register stand there beside each other and know nothing of another's, but for
//! what they are written about.

use crate::db::FileLane;
use crate::entity::unit;
use crate::organisations::Organisation;
use crate::papers::{Folder, Head, Key, Opened, UNIT_KIND};
use domain::access::Object;
use domain::events::Subject;
use domain::ids::MemberId;
use domain::lang::{Text, text};
use domain::refusal::Refusal;
use domain::registers::OPEN;
use domain::time::{Day, Moment};
use sea_orm::ColumnTrait;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A shelf with papers that were read already.
///
/// # Errors
/// [`Refusal::NotFound`] when it is another organisation, or nothing that papers stand in.
pub(super) async fn folder(
    lane: &impl FileLane,
    organisation: &Organisation,
    file: Subject,
    heads: Vec<Head>,
) -> Result<Folder, Refusal> {
    match file.kind {
        Object::Unit => Ok(of_unit(lane.find::<unit::Entity>().by_id(file.id).need().await?, heads)),
        Object::Organisation if file == organisation.id.into() => Ok(of_organisation(organisation, heads)),
        _ => Err(Refusal::NotFound),
    }
}

/// Those of these that are shelves of this organisation, with none of their papers.
pub(crate) async fn shelves(
    lane: &impl FileLane,
    organisation: &Organisation,
    files: impl Iterator<Item = Subject>,
) -> Result<Vec<Folder>, Refusal> {
    let files: BTreeSet<Subject> = files.collect();
    let mut found = Vec::new();
    let units: Vec<Uuid> = files.iter().filter(|file| file.kind == Object::Unit).map(|file| file.id).collect();
    if !units.is_empty() {
        let rows = lane.find::<unit::Entity>().filter(unit::Column::Id.is_in(units)).all().await?;
        found.extend(rows.into_iter().map(|row| of_unit(row, Vec::new())));
    }
    let house = files.contains(&organisation.id.into());
    found.extend(house.then(|| of_organisation(organisation, Vec::new())));
    Ok(found)
}

fn of_unit(unit: unit::Model, heads: Vec<Head>) -> Folder {
    let file = Subject { kind: Object::Unit, id: unit.id };
    let state = unit.until.map_or_else(open, |_| ("ended".to_owned(), text("已撤销", "Closed")));
    let since = Moment::start_of(Day::from(unit.since));
    let folder = shelf(file, unit.name, state, unit.head_id.map(MemberId::from), since, heads);
    Folder { known: BTreeMap::from([(UNIT_KIND.to_owned(), unit.kind)]), ..folder }
}

/// What it wrote before it came here is its history all the same.
fn of_organisation(organisation: &Organisation, heads: Vec<Head>) -> Folder {
    shelf(organisation.id.into(), organisation.name.clone(), open(), None, Moment::from_millis(0), heads)
}

fn open() -> (String, Text) {
    (OPEN.to_owned(), text("运行中", "Running"))
}

fn shelf(
    file: Subject,
    name: String,
    state: (String, Text),
    responsible: Option<MemberId>,
    since: Moment,
    heads: Vec<Head>,
) -> Folder {
    let (related, known) = (Vec::new(), BTreeMap::new());
    Folder { file, number: name, state, responsible, key: None, related, since, known, heads }
}

/// A shelf, opened for the page of one of its papers.
pub(super) fn opened(organisation: &Organisation, folder: Folder) -> Opened<'_> {
    let heading = match folder.file.kind {
        Object::Unit => vec![(text("站点、部门或项目", "Site, department or project"), folder.number.clone())],
        _ => Vec::new(),
    };
    Opened { folder, key: Key::Organisation(&organisation.key), heading }
}
