//! Every table is known to the backend, with exactly its columns.

use super::catalogue::Table;
use backend::entity::*;
use sea_orm::{EntityName, Iden, Iterable};
use std::collections::{BTreeMap, BTreeSet};

/// Tables that only the kernel touches, by statements of its own, and the one of the migrations. The list is closed.
const WITHOUT_ENTITY: [&str; 3] = ["operations", "sequences", "seaql_migrations"];

macro_rules! entities {
    ($($module:ident),+ $(,)?) => {
        [$((
            $module::Entity.table_name().to_owned(),
            $module::Column::iter().map(|column| Iden::unquoted(&column).to_owned()).collect(),
        )),+]
    };
}

fn entities() -> BTreeMap<String, BTreeSet<String>> {
    entities![
        district,
        organisation,
        account,
        activation,
        second_factor,
        recovery_code,
        account_event,
        sign_in_failure,
        session,
        district_member,
        rule_setting,
        engagement,
        engagement_organisation,
        engagement_evaluator,
        member,
        member_role,
        person_key,
        obligation,
        transition,
        unit,
        service,
        client,
        application,
        agreement,
        notice,
        delivery,
        case,
        paper,
        paper_fact,
        attachment,
        message,
        view,
        opening,
        audit_entry,
        audit_head,
        tally,
        search_piece,
    ]
    .into()
}

pub fn faults(tables: &[Table]) -> BTreeSet<String> {
    let mut entities = entities();
    let mut faults = BTreeSet::new();
    for table in tables {
        match entities.remove(&table.name) {
            Some(columns) if columns == table.columns => {}
            Some(columns) => {
                let odd: Vec<&String> = columns.symmetric_difference(&table.columns).collect();
                faults.insert(format!("{}: entity and table differ in {odd:?}", table.name));
            }
            None if WITHOUT_ENTITY.contains(&table.name.as_str()) => {}
            None => {
                faults.insert(format!("{}: no entity", table.name));
            }
        }
    }
    faults.extend(entities.into_keys().map(|name| format!("{name}: an entity without a table")));
    faults
}
