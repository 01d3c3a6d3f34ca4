//! Taking a roster in: each good row becomes a client by one operation, each bad one comes back.
//!
//! **Who is known already.** A person with an identity number (or another document's) is known by it. A person without one is
//! known by name, day of birth and telephone number together; where name and day agree and the telephone number does not, it
//! may be the same person or another, and the row comes back for a person to decide. The same number with another name comes
//! back too. So the same file adds nothing the second time, and neither does a person who stands in it twice.
//!
//! The operation's id follows from the organisation and what the person is known by: an import that was cut off, or that two
//! people start at once, cannot make a record twice either.

use super::columns::Column;
use super::roster::{BadRow, Entry, Roster};
use crate::clients::{AddClient, ClientOrigin, IDENTITY, NAME, Person, add, name_pieces, profile};
use crate::db::ReadTx;
use crate::entity::{client, client_name, person_key};
use crate::keys;
use crate::members::{self, MemberRow};
use crate::scope::StaffScope;
use domain::access::{Action, Object};
use domain::events::{EventKind, Subject};
use domain::ids::{MemberId, OperationId};
use domain::lang::{Lang, Text, text, texts};
use domain::refusal::Refusal;
use sea_orm::ColumnTrait;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// How many rows are looked up at a time; engines limit the values of one statement.
const STRIDE: usize = 500;

/// What became of a roster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportOutcome {
    /// Clients that are new.
    pub added: usize,
    /// Rows about people who were known already.
    pub known: usize,
    /// Rows that were not taken.
    pub bad: Vec<BadRow>,
}

/// Takes a roster in.
///
/// # Errors
/// When the policy says no, or the database does not answer; what was taken until then stays, and importing again goes on.
pub async fn import_clients(scope: &StaffScope, roster: &Roster) -> Result<ImportOutcome, Refusal> {
    scope.need(Object::Import, Action::Create)?;
    let staff = Staff::of(scope).await?;
    let mut seen = BTreeMap::new();
    let mut outcome = ImportOutcome::default();
    let rows: Vec<_> = roster.entries(scope.now().day()).collect();
    for chunk in rows.chunks(STRIDE) {
        let on_file = OnFile::of(scope, chunk.iter().filter_map(|(_, entry)| entry.as_ref().ok())).await?;
        for (number, entry) in chunk {
            let entry = match entry {
                Ok(entry) => entry,
                Err(flaws) => {
                    outcome.bad.push(roster.bad_row(*number, flaws.clone()));
                    continue;
                }
            };
            let mut flaws = Vec::new();
            let responsible = staff.find(entry.responsible.as_deref()).unwrap_or_else(|reason| {
                flaws.push(roster.flaw(Column::Responsible, reason));
                None
            });
            let person = Person::of(&entry.answers);
            let known = seen_above(&seen, &person).or_else(|| on_file.find(&person));
            if let Some(Known::Doubtful(column, reason)) = &known {
                flaws.push(roster.flaw(*column, reason.clone()));
            }
            if !flaws.is_empty() {
                outcome.bad.push(roster.bad_row(*number, flaws));
                continue;
            }
            seen.entry(ByWhat::of(&person).part()).or_insert((*number, person.clone()));
            match known {
                Some(_) => outcome.known += 1,
                None if enter(scope, entry, &person, responsible).await? => outcome.added += 1,
                None => outcome.known += 1,
            }
        }
    }
    let subject = Subject { kind: Object::Import, id: scope.organisation().id.uuid() };
    let counts = [("added", outcome.added), ("known", outcome.known), ("bad", outcome.bad.len())];
    let counts = counts.into_iter().map(|(key, count)| (key.to_owned(), count.to_string())).collect();
    scope.note_with(EventKind::ImportFinished, subject, counts).await?;
    Ok(outcome)
}

/// Makes the record; says whether it is new.
async fn enter(
    scope: &StaffScope,
    entry: &Entry,
    person: &Person,
    responsible: Option<MemberId>,
) -> Result<bool, Refusal> {
    let command = AddClient {
        operation: ByWhat::of(person).operation(scope.organisation().id.uuid()),
        answers: entry.answers.clone(),
        responsible,
        origin: ClientOrigin::Roster,
    };
    match add(scope, command).await {
        Ok(added) => Ok(added.new),
        // Somebody else is importing the same person at this moment.
        Err(Refusal::WrongState { .. } | Refusal::Stale) => Ok(false),
        Err(refusal) => Err(refusal),
    }
}

/// What a person is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ByWhat<'p> {
    /// An identity number or another document's.
    Number(&'p str),
    /// Name and day of birth, with the telephone number.
    Name { name: &'p str, birth: &'p str, phone: &'p str },
}

impl<'p> ByWhat<'p> {
    fn of(person: &'p Person) -> Self {
        let number = ["identity_number", "document_number"].map(|key| person.get(key));
        match number.into_iter().find(|number| !number.is_empty()) {
            Some(number) => Self::Number(number),
            None => Self::Name { name: person.name(), birth: person.get("birth_date"), phone: person.get("phone") },
        }
    }

    /// Where in a file, or among the records, somebody known by the same would be found.
    fn part(self) -> String {
        match self {
            Self::Number(number) => format!("number|{}", number.to_uppercase()),
            Self::Name { name, birth, .. } => format!("name|{name}|{birth}"),
        }
    }

    fn operation(self, organisation: Uuid) -> OperationId {
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

/// How a person on the roster relates to one who is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Known {
    /// The same person.
    Same,
    /// Perhaps the same; a person has to look.
    Doubtful(Column, Text),
}

/// Whether these two are the same person; `place` says in both languages where the earlier one stands.
fn compare(new: &Person, earlier: &Person, place: (&str, &str)) -> Known {
    match ByWhat::of(new) {
        ByWhat::Number(_) if new.name() == earlier.name() => Known::Same,
        ByWhat::Number(_) => Known::Doubtful(
            Column::Name,
            texts(
                format!("{}有相同的证件号码，但姓名不同，请核对。", place.0),
                format!("{} the same number stands with another name: please check both.", place.1),
            ),
        ),
        ByWhat::Name { phone, .. } if phone == earlier.get("phone") => Known::Same,
        ByWhat::Name { .. } => Known::Doubtful(
            Column::Phone,
            texts(
                format!("{}有姓名和出生日期相同、电话不同的人，请补充身份证号以便区分。", place.0),
                format!(
                    "{} somebody has the same name and date of birth and another telephone number: please add the \
                     identity number.",
                    place.1
                ),
            ),
        ),
    }
}

/// Whether the person stands further up in the file.
fn seen_above(seen: &BTreeMap<String, (u32, Person)>, person: &Person) -> Option<Known> {
    let (row, earlier) = seen.get(&ByWhat::of(person).part())?;
    Some(compare(person, earlier, (&format!("本表第 {row} 行"), &format!("In row {row} of this file"))))
}

/// The clients who might be the people of some rows.
struct OnFile {
    persons: HashMap<String, Vec<Person>>,
}

impl OnFile {
    async fn of(scope: &StaffScope, entries: impl Iterator<Item = &Entry>) -> Result<Self, Refusal> {
        let key = &scope.organisation().key;
        let (mut numbers, mut pieces) = (Vec::new(), Vec::new());
        for entry in entries {
            match ByWhat::of(&Person::of(&entry.answers)) {
                ByWhat::Number(number) => numbers.push(key.index(IDENTITY, &number.to_uppercase())),
                ByWhat::Name { name, .. } => {
                    pieces.extend(name_pieces(name).first().map(|piece| key.index(NAME, piece)));
                }
            }
        }
        let tx = scope.read().await?;
        let mut rows = tx.find::<client::Entity>().filter(client::Column::IdentityIndex.is_in(numbers)).all().await?;
        rows.extend(namesakes(&tx, pieces).await?);
        let found = tx.find::<person_key::Entity>();
        let keys = keys::open_many(found, scope.organisation(), rows.iter().map(|row| row.key_id)).await?;
        let mut persons: HashMap<String, Vec<Person>> = HashMap::new();
        for row in rows {
            // An erased person is nobody's namesake.
            let Some(key) = keys.get(&row.key_id) else { continue };
            let person = profile(key, &row)?;
            let (name, birth) = (person.name().to_owned(), person.get("birth_date").to_owned());
            let by_name = ByWhat::Name { name: &name, birth: &birth, phone: "" }.part();
            persons.entry(ByWhat::of(&person).part()).or_default().push(person.clone());
            persons.entry(by_name).or_default().push(person);
        }
        Ok(Self { persons })
    }

    fn find(&self, person: &Person) -> Option<Known> {
        let place = ("本机构档案中已", "On file here,");
        let found = self.persons.get(&ByWhat::of(person).part())?;
        let compared: Vec<Known> = found.iter().map(|earlier| compare(person, earlier, place)).collect();
        // Among several namesakes one that agrees in everything settles it.
        if compared.contains(&Known::Same) { Some(Known::Same) } else { compared.into_iter().next() }
    }
}

async fn namesakes(tx: &ReadTx, pieces: Vec<Vec<u8>>) -> Result<Vec<client::Model>, Refusal> {
    if pieces.is_empty() {
        return Ok(Vec::new());
    }
    let found = tx.find::<client_name::Entity>().filter(client_name::Column::Piece.is_in(pieces)).all().await?;
    let ids: Vec<Uuid> = found.into_iter().map(|row| row.client_id).collect();
    let mut rows = Vec::new();
    for ids in ids.chunks(STRIDE) {
        let these = client::Column::Id.is_in(ids.iter().copied());
        rows.extend(tx.find::<client::Entity>().filter(these).all().await?);
    }
    Ok(rows)
}

/// The members at work, by name.
struct Staff<'s> {
    scope: &'s StaffScope,
    by_name: HashMap<String, Vec<MemberRow>>,
}

impl<'s> Staff<'s> {
    async fn of(scope: &'s StaffScope) -> Result<Self, Refusal> {
        let mut by_name: HashMap<String, Vec<MemberRow>> = HashMap::new();
        for member in members::list(scope).await?.into_iter().filter(|member| member.active) {
            by_name.entry(member.name.clone()).or_default().push(member);
        }
        Ok(Self { scope, by_name })
    }

    fn find(&self, name: Option<&str>) -> Result<Option<MemberId>, Text> {
        let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else { return Ok(None) };
        match self.by_name.get(name).map(Vec::as_slice) {
            Some([member]) => match members::may_receive(self.scope, member, &members::CASE) {
                Ok(()) => Ok(Some(member.id)),
                Err(problem) => Err(texts(problem.say(Lang::Zh), problem.say(Lang::En))),
            },
            Some(_) => Err(text(
                "本机构有两名以上同名成员，请留空，导入后再指定。",
                "Several members have this name: please leave it empty and assign somebody afterwards.",
            )),
            None => Err(text(
                "本机构没有这名在职成员，请核对姓名，或留空。",
                "No active member has this name: please check it, or leave it empty.",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::forms::Answers;

    fn person(pairs: &[(&str, &str)]) -> Person {
        Person::of(&pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect::<Answers>())
    }

    #[test]
    fn a_person_is_known_by_a_number_or_by_name_day_and_telephone() {
        let numbered = |name| person(&[("name", name), ("identity_number", "11010519491231002X")]);
        let named = |phone| person(&[("name", "王明"), ("birth_date", "1949-12-31"), ("phone", phone)]);
        let same = |new: &Person, earlier: &Person| compare(new, earlier, ("", "")) == Known::Same;
        assert!(same(&numbered("王明"), &numbered("王明")));
        assert!(!same(&numbered("李梅"), &numbered("王明")), "one number, two names");
        assert!(same(&named("13800138000"), &named("13800138000")));
        assert!(same(&named(""), &named("")));
        assert!(!same(&named("13800138001"), &named("13800138000")), "a person has to look");
    }

    #[test]
    fn an_operation_follows_from_organisation_and_person() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let by = ByWhat::Number("11010519491231002x");
        assert_eq!(by.operation(one), ByWhat::Number("11010519491231002X").operation(one));
        assert_ne!(by.operation(one), by.operation(other));
        let named = |phone| ByWhat::Name { name: "王明", birth: "1949-12-31", phone };
        assert_ne!(named("1").operation(one), named("2").operation(one));
    }
}
