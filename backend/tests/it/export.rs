//! Exports: everything an organisation has, nothing of its neighbour, no key.

use crate::rosters::table;
use crate::world::*;
use backend::transfer::{ExportError, ExportManifest};
use backend::transfer::{Folder, NOT_SHOWN, Sink, export, import_clients, read_roster};
use domain::access::Role;
use domain::refusal::Refusal;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Files that are kept in memory.
#[derive(Default)]
pub struct Memory {
    files: BTreeMap<String, Vec<u8>>,
    open: String,
}

impl Sink for Memory {
    fn begin(&mut self, file: &str) -> std::io::Result<()> {
        self.open = file.to_owned();
        assert!(self.files.insert(file.to_owned(), Vec::new()).is_none(), "{file} twice");
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.files.get_mut(&self.open).unwrap().extend_from_slice(bytes);
        Ok(())
    }

    fn end(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Memory {
    pub fn lines(&self, table: &str) -> Vec<Value> {
        let text = std::str::from_utf8(&self.files[&format!("{table}.jsonl")]).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

pub async fn exported(world: &World, slug: &str) -> (ExportManifest, Memory) {
    let mut memory = Memory::default();
    let manifest = export(&world.staff(slug, Role::Head).await, &mut memory).await.unwrap();
    (manifest, memory)
}

async fn with_clients(world: &World) {
    let rows: &[&[&str]] = &[
        &["姓名", "身份证号", "联系电话"],
        &["王明", "11010519491231002X", "13800000001"],
        &["李梅", "440524198001010013", "13800000002"],
    ];
    let head = world.staff(QS01, Role::Head).await;
    import_clients(&head, &read_roster(&table(rows)).unwrap()).await.unwrap();
}

on_both_engines! {
    /// Proves RES-07, SEC-02.
    async fn an_export_holds_every_table_opened_and_counted(world: World) {
        with_clients(&world).await;
        let (manifest, memory) = exported(&world, QS01).await;
        assert_eq!(manifest.organisation.slug, QS01);
        for file in &manifest.tables {
            let bytes = &memory.files[&file.file];
            let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(file.sha256, hash, "{}", file.file);
            assert_eq!(file.rows, bytes.iter().filter(|byte| **byte == b'\n').count() as u64, "{}", file.file);
        }
        let written: Value = serde_json::from_slice(&memory.files["manifest.json"]).unwrap();
        assert_eq!(written, serde_json::to_value(&manifest).unwrap());

        let names: BTreeSet<String> =
            memory.lines("clients").iter().map(|row| row["profile"]["name"].as_str().unwrap().to_owned()).collect();
        assert_eq!(names, BTreeSet::from(["王明".to_owned(), "李梅".to_owned()]));
        let kinds: Vec<Value> = memory.lines("audit_entries").into_iter().map(|row| row["kind"].clone()).collect();
        assert_eq!(kinds.last().unwrap(), "export.made", "the export itself is the last entry it holds");
        assert!(kinds.contains(&"import.finished".into()));

        // Every table of an organisation is there, or left out for a reason.
        let owner = world.owner().await;
        let mut tables = BTreeSet::new();
        for table in owner.tables().await {
            let columns = match owner.backend() {
                sea_orm::DbBackend::Postgres => format!("SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}'"),
                _ => format!("SELECT name FROM pragma_table_info('{table}')"),
            };
            if owner.column(&columns).await.contains(&"organisation_id".to_owned()) && table != "engagement_organisations" {
                tables.insert(table);
            }
        }
        let shown = manifest.tables.iter().map(|file| file.file.trim_end_matches(".jsonl").to_owned());
        let shown = shown.filter(|file| !["forms", "registers"].contains(&file.as_str()));
        let named: BTreeSet<String> = shown.chain(NOT_SHOWN.iter().map(|(table, _)| (*table).to_owned())).collect();
        assert_eq!(named, tables);
    }

    async fn an_export_holds_no_key_and_nothing_of_the_neighbour(world: World) {
        with_clients(&world).await;
        let (_, own) = exported(&world, QS01).await;
        let (_, other) = exported(&world, QS02).await;
        assert!(other.lines("clients").is_empty());
        let everything = String::from_utf8(own.files.values().flatten().copied().collect()).unwrap();
        for word in ["wrapped", "data_key", "_index", "password"] {
            assert!(!everything.contains(word), "{word}");
        }
        assert!(!everything.contains(&world.organisation(QS02).await.uuid().to_string()));
    }

    /// Proves SEC-02.
    async fn only_the_head_exports(world: World) {
        for role in Role::STAFF.into_iter().filter(|role| *role != Role::Head) {
            let mut memory = Memory::default();
            let refused = export(&world.staff(QS01, role).await, &mut memory).await.unwrap_err();
            assert!(matches!(refused, ExportError::Refused(Refusal::Forbidden)), "{role:?}");
            assert!(memory.files.is_empty(), "{role:?}");
        }
    }
}

#[test]
fn a_folder_is_filled_once_and_for_its_owner_only() {
    let path = std::env::temp_dir().join(format!("banyan-export-{}", std::process::id()));
    let mut folder = Folder::new(&path).unwrap();
    folder.begin("clients.jsonl").unwrap();
    folder.write(b"{}\n").unwrap();
    folder.end().unwrap();
    assert_eq!(std::fs::read(path.join("clients.jsonl")).unwrap(), b"{}\n");
    #[cfg(unix)]
    {
        let mode = std::fs::metadata(path.join("clients.jsonl")).unwrap().permissions();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);
    }
    assert!(Folder::new(&path).is_err(), "there is something in it");
    std::fs::remove_dir_all(path).unwrap();
}
