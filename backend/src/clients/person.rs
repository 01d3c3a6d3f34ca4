//! A person as the answers of a form describe one.

use crate::pieces::Known;
use domain::forms::{Answers, FormKey, FormTemplate, birth_date};
use domain::identity::full_years;
use domain::masking::{mask_address, mask_identity, mask_name, mask_phone};
use domain::text::PersonName;
use domain::time::Day;
use serde::{Deserialize, Serialize};

/// The answers that are about the person and not about one request: what a client's profile keeps.
const KEPT: &[&str] = &[
    "name",
    "sex",
    "document_kind",
    "identity_number",
    "document_number",
    "birth_date",
    "person_kinds",
    "phone",
    "email",
    "address",
    "self_supporting",
    "guardian_name",
    "guardian_relation",
    "guardian_phone",
    "special_needs",
];

/// What is known about a person. Opened from sealed text; shown whole or masked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person(pub(crate) Answers);

impl Person {
    /// What is asked about a person: the application form without what belongs to one application.
    #[must_use]
    pub fn questions() -> FormTemplate {
        let mut template = FormTemplate::builtin(FormKey::Application).clone();
        for section in &mut template.sections {
            section.fields.retain(|field| KEPT.contains(&field.key.as_str()));
        }
        template.sections.retain(|section| !section.fields.is_empty());
        template
    }

    /// The person among a form's answers.
    #[must_use]
    pub fn of(answers: &Answers) -> Self {
        Self(
            answers
                .iter()
                .filter(|(key, _)| KEPT.contains(&key.as_str()))
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect(),
        )
    }

    /// One fact, or nothing.
    #[must_use]
    pub fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.get("name")
    }

    /// The name as someone sees it who need not know it.
    #[must_use]
    pub fn masked_name(&self) -> String {
        mask_name(self.name())
    }

    /// The name as a member sees it: whole for whoever answers for the file, masked for anybody else.
    pub(crate) fn name_for(&self, own: bool) -> String {
        if own { self.name().to_owned() } else { self.masked_name() }
    }

    /// The number of the identity card, or of another document; none, where there is none.
    #[must_use]
    pub fn number(&self) -> Option<&str> {
        ["identity_number", "document_number"].map(|key| self.get(key)).into_iter().find(|number| !number.is_empty())
    }

    /// What the person is found by.
    pub(crate) fn known(&self) -> Known<'_> {
        Known { name: self.name(), document: self.number(), phone: self.get("phone") }
    }

    /// Whether both have one name and one day of birth.
    #[must_use]
    pub fn is_namesake_of(&self, other: &Self) -> bool {
        PersonName::sought(self.name()) == PersonName::sought(other.name()) && self.birth_date() == other.birth_date()
    }

    /// The day of birth.
    #[must_use]
    pub fn birth_date(&self) -> Option<Day> {
        birth_date(&self.0)
    }

    /// Full years on a day.
    #[must_use]
    pub fn age_on(&self, day: Day) -> Option<u32> {
        self.birth_date().map(|birth| full_years(birth, day))
    }

    /// Lives by own work, which counts from 16 on.
    #[must_use]
    pub fn is_self_supporting(&self) -> bool {
        self.get("self_supporting") == "yes"
    }

    /// Everything about the person.
    #[must_use]
    pub fn answers(&self) -> &Answers {
        &self.0
    }

    /// The same person, masked: enough to tell apart, not enough to know.
    #[must_use]
    pub fn masked(&self) -> Self {
        let mask = |key: &str, value: &str| match key {
            "name" | "guardian_name" => mask_name(value),
            "identity_number" | "document_number" => mask_identity(value),
            "phone" | "guardian_phone" => mask_phone(value),
            "address" => mask_address(value),
            // The year says the age; the day would say who.
            "birth_date" => value.get(..4).unwrap_or_default().to_owned(),
            "email" | "special_needs" => "****".to_owned(),
            _ => value.to_owned(),
        };
        Self(self.0.iter().map(|(key, value)| (key.clone(), mask(key, value))).collect())
    }
}
