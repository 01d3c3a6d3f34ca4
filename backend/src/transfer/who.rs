//! Who is who: whether the person of a row is one who stands further up in the file, or is on file already.
//!
//! **A number tells for certain.** A person with an identity number (or another document's) is known by it; the same number
//! with another name comes back for a person to decide. **Name and day of birth tell perhaps.** A person without a number is
//! known by both and the telephone number together; where the telephone number does not agree, the row comes back. A person
//! with a number who shares name and day of birth with one who has none is entered, and whoever imports is told of the other.

use super::columns::RosterColumn;
use super::rows::RosterEntry;
use crate::clients::{IDENTITY, Person, profile};
use crate::db::ReadTx;
use crate::entity::{client, person_key};
use crate::keys;
use crate::organisations::Organisation;
use crate::pieces::{self, Piece};
use crate::scope::StaffScope;
use domain::ids::OperationId;
use domain::lang::{Lang, Text, texts};
use domain::refusal::Refusal;
use domain::text::PersonName;
use sea_orm::ColumnTrait;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// How many rows are looked up at a time; engines limit the values of one statement.
pub(super) const STRIDE: usize = 500;

/// What a person is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ByWhat<'p> {
    /// An identity number or another document's.
    Number(&'p str),
    /// Name and day of birth, with the telephone number.
    Name { name: &'p str, birth: &'p str, phone: &'p str },
}

impl<'p> ByWhat<'p> {
    pub(super) fn of(person: &'p Person) -> Self {
        person.number().map_or_else(|| Self::by_name(person), Self::Number)
    }

    fn by_name(person: &'p Person) -> Self {
        Self::Name { name: person.name(), birth: person.get("birth_date"), phone: person.get("phone") }
    }

    /// Where in a file, or among the records, somebody known by the same would be found.
    fn part(self) -> String {
        match self {
            Self::Number(number) => format!("number|{number}"),
            Self::Name { name, birth, .. } => format!("name|{}|{birth}", PersonName::sought(name)),
        }
    }

    /// The operation that enters such a person: one for the organisation, however often the person is imported.
    pub(super) fn operation(self, organisation: Uuid) -> OperationId {
        let phone = if let Self::Name { phone, .. } = self { phone } else { "" };
        let hash = Sha256::new()
            .chain_update(b"roster|")
            .chain_update(organisation.as_bytes())
            .chain_update(self.part().as_bytes())
            .chain_update(b"|")
            .chain_update(phone.as_bytes())
            .finalize();
        let mut bytes = [0_u8; 16];
        bytes.copy_from_slice(&hash[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid().into()
    }
}

/// Somebody who was there before.
#[derive(Clone, Debug)]
struct Earlier {
    person: Person,
    /// Where, in words.
    place: Text,
}

/// How a person on the roster relates to those who are there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// The same person; what the row says otherwise is named.
    Same(Option<(RosterColumn, Text)>),
    /// Another by the number, and perhaps the same by name and day of birth.
    Perhaps(RosterColumn, Text),
    /// Nobody can tell without looking.
    Doubtful(RosterColumn, Text),
}

/// People who are there already, by what they are known by: their numbers, and their names with the days of birth.
#[derive(Debug, Default)]
pub(super) struct People {
    by: HashMap<String, Vec<Earlier>>,
}

impl People {
    /// Keeps somebody in mind.
    pub(super) fn add(&mut self, person: &Person, place: Text) {
        let parts = [person.number().map(ByWhat::Number), Some(ByWhat::by_name(person))];
        for part in parts.into_iter().flatten() {
            self.by.entry(part.part()).or_default().push(Earlier { person: person.clone(), place: place.clone() });
        }
    }

    /// The clients on file who might be the people of some rows.
    pub(super) async fn on_file(
        scope: &StaffScope,
        entries: impl Iterator<Item = &RosterEntry>,
    ) -> Result<Self, Refusal> {
        let key = &scope.organisation().key;
        let (mut numbers, mut names) = (Vec::new(), Vec::new());
        for person in entries.map(|entry| Person::of(&entry.answers)) {
            numbers.extend(person.number().map(|number| key.index(IDENTITY, number)));
            names.push(Piece::of_name(person.name()).hashed(key));
        }
        let tx = scope.read().await?;
        let mut rows: BTreeMap<Uuid, client::Model> = BTreeMap::new();
        if !numbers.is_empty() {
            let numbered = tx.find::<client::Entity>().filter(client::Column::IdentityIndex.is_in(numbers));
            rows.extend(numbered.all().await?.into_iter().map(|row| (row.id, row)));
        }
        rows.extend(namesakes(&tx, scope.organisation(), names).await?.into_iter().map(|row| (row.id, row)));
        let found = tx.find::<person_key::Entity>();
        let keys = keys::open_many(found, scope.organisation(), rows.values().map(|row| row.key_id)).await?;
        let mut people = Self::default();
        for row in rows.values() {
            // An erased person is nobody's namesake.
            let Some(key) = keys.get(&row.key_id) else { continue };
            let place = texts(format!("档案 {}", row.number), format!("record {}", row.number));
            people.add(&profile(key, row)?, place);
        }
        Ok(people)
    }

    /// Whom of all of them this person is, or may be; that it is the same as one of them settles it.
    pub(super) fn find_in(all: [&Self; 2], person: &Person) -> Option<Known> {
        let mut found = all.into_iter().filter_map(|people| people.find(person)).collect::<Vec<_>>();
        found.sort_by_key(|known| !matches!(known, Known::Same(_)));
        found.into_iter().next()
    }

    fn find(&self, person: &Person) -> Option<Known> {
        let at = |by: ByWhat<'_>| self.by.get(&by.part()).map_or(&[][..], Vec::as_slice);
        let numbered = person.number().map(ByWhat::Number);
        let certain = numbered.and_then(|by| at(by).first()).map(|earlier| {
            match PersonName::sought(earlier.person.name()) == PersonName::sought(person.name()) {
                true => same(person, earlier),
                false => Known::Doubtful(RosterColumn::Name, another_name(&earlier.place)),
            }
        });
        if certain.is_some() {
            return certain;
        }
        let namesakes = at(ByWhat::by_name(person));
        if numbered.is_some() {
            let unnumbered = namesakes.iter().find(|earlier| earlier.person.number().is_none())?;
            return Some(Known::Perhaps(RosterColumn::Name, perhaps(&unnumbered.place)));
        }
        // Among several namesakes one that agrees in everything settles it.
        let agreeing = namesakes.iter().find(|earlier| earlier.person.get("phone") == person.get("phone"));
        let doubtful =
            || namesakes.first().map(|earlier| Known::Doubtful(RosterColumn::Phone, another_phone(&earlier.place)));
        agreeing.map(|earlier| same(person, earlier)).or_else(doubtful)
    }
}

/// The same person; a row never changes a record, so what it says otherwise is told.
fn same(person: &Person, earlier: &Earlier) -> Known {
    let differs = |column: &RosterColumn| {
        let said = person.get(column.key());
        !said.is_empty() && said != earlier.person.get(column.key())
    };
    let others: Vec<RosterColumn> = RosterColumn::COMPARED.into_iter().filter(differs).collect();
    let Some(first) = others.first() else { return Known::Same(None) };
    let named = |lang: Lang| others.iter().map(|column| column.label().say(lang).to_owned()).collect::<Vec<_>>();
    let told = texts(
        format!(
            "与{}是同一人，其中没有或不同的内容没有写入：{}。如要更新，请打开档案修改。",
            earlier.place.zh,
            named(Lang::Zh).join("、")
        ),
        format!(
            "The same person as in {}; what is missing or different there was not written: {}. To amend it, please open the \
             record.",
            earlier.place.en,
            named(Lang::En).join(", ")
        ),
    );
    Known::Same(Some((*first, told)))
}

fn another_name(place: &Text) -> Text {
    texts(
        format!("{}有相同的证件号码，但姓名不同，请核对。", place.zh),
        format!("The same number stands in {} with another name: please check both.", place.en),
    )
}

fn another_phone(place: &Text) -> Text {
    texts(
        format!("{}有姓名和出生日期相同、电话不同的人，请补充身份证号以便区分。", place.zh),
        format!(
            "In {} somebody has the same name and date of birth and another telephone number: please add the identity number.",
            place.en
        ),
    )
}

fn perhaps(place: &Text) -> Text {
    texts(
        format!(
            "可能与{}是同一人：姓名和出生日期相同，只是那里没有证件号码。本行已另建档案；请打开两份档案核对，如是同一人，请并为一份。",
            place.zh
        ),
        format!(
            "Perhaps the same person as in {}: name and date of birth agree, and there is no number there. This row made a \
             record of its own; please compare the two and, if they are one person, join them.",
            place.en
        ),
    )
}

/// The clients who have one of these names.
async fn namesakes(tx: &ReadTx, house: &Organisation, names: Vec<Vec<u8>>) -> Result<Vec<client::Model>, Refusal> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let these = client::Column::KeyId.in_subquery(pieces::with_any(house, names));
    tx.find::<client::Entity>().filter(these).all().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::forms::Answers;
    use domain::lang::text;

    fn person(pairs: &[(&str, &str)]) -> Person {
        Person::of(&pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect::<Answers>())
    }

    fn numbered(name: &str, number: &str) -> Person {
        person(&[("name", name), ("identity_number", number), ("birth_date", "1949-12-31")])
    }

    fn named(phone: &str) -> Person {
        person(&[("name", "王明"), ("birth_date", "1949-12-31"), ("phone", phone)])
    }

    #[test]
    fn a_person_is_known_by_a_number_or_by_name_day_and_telephone() {
        const NUMBER: &str = "11010519491231002X";
        const OTHER: &str = "110105194912310062";
        #[derive(Debug, PartialEq)]
        enum Is {
            New,
            Same,
            Otherwise,
            Perhaps,
            Doubtful,
        }
        for (earlier, new, is) in [
            (numbered("王明", NUMBER), numbered("王明", NUMBER), Is::Same),
            (numbered("李梅", NUMBER), numbered("王明", NUMBER), Is::Doubtful),
            (numbered("王明", OTHER), numbered("王明", NUMBER), Is::New),
            (named("13800138000"), numbered("王明", NUMBER), Is::Perhaps),
            (numbered("王明", NUMBER), named(""), Is::Same),
            (numbered("王明", NUMBER), named("13800138000"), Is::Doubtful),
            (named("13800138000"), named("13800138000"), Is::Same),
            (named(""), named(""), Is::Same),
            (named("13800138000"), named("13800138001"), Is::Doubtful),
            (person(&[("name", "王明"), ("birth_date", "1950-01-01")]), named(""), Is::New),
            (
                numbered("王明", NUMBER),
                person(&[("name", "王明"), ("identity_number", NUMBER), ("phone", "13800138000")]),
                Is::Otherwise,
            ),
        ] {
            let mut people = People::default();
            people.add(&earlier, text("那里", "there"));
            let found = match People::find_in([&people, &People::default()], &new) {
                None => Is::New,
                Some(Known::Same(None)) => Is::Same,
                Some(Known::Same(Some(_))) => Is::Otherwise,
                Some(Known::Perhaps(..)) => Is::Perhaps,
                Some(Known::Doubtful(..)) => Is::Doubtful,
            };
            assert_eq!(found, is, "{earlier:?} {new:?}");
        }
    }

    #[test]
    fn whoever_is_certainly_known_is_not_perhaps_another() {
        let (mut above, mut on_file) = (People::default(), People::default());
        above.add(&named("13800138000"), text("上面", "above"));
        on_file.add(&numbered("王明", "11010519491231002X"), text("档案", "on file"));
        let known = People::find_in([&above, &on_file], &numbered("王明", "11010519491231002X"));
        assert_eq!(known, Some(Known::Same(None)));
    }

    #[test]
    fn an_operation_follows_from_organisation_and_person() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let by = ByWhat::Number("11010519491231002X");
        assert_eq!(by.operation(one), by.operation(one));
        assert_ne!(by.operation(one), by.operation(other));
        let named = |phone| ByWhat::Name { name: "王明", birth: "1949-12-31", phone };
        assert_ne!(named("1").operation(one), named("2").operation(one));
    }
}
