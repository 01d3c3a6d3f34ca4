//! Every table has its guards, read from the catalogue of each engine; and the reading is tried with tables that lack them.

pub mod catalogue;
mod entities;
mod postgres;

use crate::world::*;
use catalogue::faults;
use std::collections::BTreeSet;

on_both_engines! {
    async fn every_tenant_table_is_led_by_its_organisation(world: World) {
        let tables = catalogue::read(&world.owner().await).await;
        assert!(tables.len() > 30, "{tables:?}");
        assert_eq!(faults(&tables), BTreeSet::new());
    }

    async fn every_table_has_its_entity(world: World) {
        let tables = catalogue::read(&world.owner().await).await;
        assert_eq!(entities::faults(&tables), BTreeSet::new());
    }

    async fn a_table_without_its_keys_is_seen(world: World) {
        let owner = world.owner().await;
        let uuid = if world.engine() == Engine::Postgres { "uuid" } else { "blob" };
        for statement in [
            "CREATE UNIQUE INDEX planted_target ON clients (id)",
            "CREATE INDEX planted_order ON cases (opened_at)",
            "CREATE TABLE diaries (
                id UUID NOT NULL PRIMARY KEY, organisation_id UUID, client_id UUID REFERENCES clients (id), number text UNIQUE)",
            "CREATE TABLE letters (
                organisation_id UUID NOT NULL REFERENCES organisations (id), id UUID NOT NULL, sender UUID NOT NULL,
                PRIMARY KEY (organisation_id, id),
                FOREIGN KEY (sender, id) REFERENCES members (organisation_id, id))",
            "CREATE TABLE remarks (id UUID NOT NULL PRIMARY KEY, client_id UUID REFERENCES clients (id))",
        ] {
            owner.run(&statement.replace("UUID", uuid)).await.unwrap();
        }
        let tables = catalogue::read(&owner).await;
        assert_eq!(
            faults(&tables),
            BTreeSet::from([
                "cases: index (opened_at) is not led by organisation_id",
                "clients: unique (id) is not led by organisation_id",
                "diaries: (client_id) refers to clients without organisation_id",
                "diaries: organisation_id does not refer to organisations",
                "diaries: organisation_id may be missing",
                "diaries: the primary key (id) is not led by organisation_id",
                "diaries: unique (number) is not led by organisation_id",
                "letters: (sender, id) refers to members without organisation_id",
                "remarks: refers to clients, which belongs to organisations, but belongs to none",
            ].map(str::to_owned))
        );
        assert_eq!(
            entities::faults(&tables),
            ["diaries", "letters", "remarks"].map(|table| format!("{table}: no entity")).into()
        );
    }
}
