//! Where the contents of attachments lie: outside the database, in a folder. What lies there is sealed before it comes, and named by its organisation and its id: whoever reads the storage learns how many there are and how
//! large, and nothing else.

use crate::fault::{Fault, fault};
use domain::refusal::Refusal;
use domain::time::Moment;
use futures_util::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt};
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// Where the contents of attachments lie.
#[derive(Clone)]
pub struct Store(Arc<dyn ObjectStore>);

/// Which content of an attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it.
    Whole,
    /// The small picture for lists.
    Preview,
}

impl Part {
    /// What its name ends with, and what it is sealed for.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Preview => "preview",
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Store({})", self.0)
    }
}

impl Store {
    /// In a folder, which is made where it is missing. What was written is on the disk before it counts as written.
    ///
    /// # Errors
    /// When there can be no such folder.
    pub fn in_folder(folder: &std::path::Path) -> std::io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(std::io::Error::other)?;
        Ok(Self(Arc::new(store.with_fsync(true).with_automatic_cleanup(true))))
    }

    /// In memory: what tests need.
    #[must_use]
    pub fn in_memory() -> Self {
        Self(Arc::new(InMemory::new()))
    }

    /// Keeps a sealed content.
    pub(crate) async fn put(&self, place: (Uuid, Uuid, Part), sealed: Vec<u8>) -> Result<(), Refusal> {
        self.0.put(&path(place), sealed.into()).await.map(drop).map_err(broken)
    }

    /// A sealed content.
    pub(crate) async fn get(&self, place: (Uuid, Uuid, Part)) -> Result<Vec<u8>, Refusal> {
        let found = self.0.get(&path(place)).await.map_err(broken)?;
        Ok(found.bytes().await.map_err(broken)?.into())
    }

    /// Of which attachments of an organisation something lies there since before a moment.
    pub(crate) async fn older_than(&self, organisation: Uuid, before: Moment) -> Result<HashSet<Uuid>, Refusal> {
        let folder = Path::from(organisation.simple().to_string());
        let found = self.0.list(Some(&folder)).try_collect::<Vec<_>>().await.map_err(broken)?;
        let old = found.into_iter().filter(|object| object.last_modified.timestamp_millis() < before.millis());
        let id = |object: ObjectMeta| object.location.parts().nth(1).and_then(|part| part.as_ref().parse().ok());
        Ok(old.filter_map(id).collect())
    }

    /// Everything that lies there, by its name: what tests look through for what must not be readable.
    ///
    /// # Errors
    /// When the storage does not answer.
    #[cfg(debug_assertions)]
    pub async fn dump(&self) -> Result<Vec<(String, Vec<u8>)>, Refusal> {
        let mut found = Vec::new();
        for object in self.0.list(None).try_collect::<Vec<_>>().await.map_err(broken)? {
            let bytes = self.0.get(&object.location).await.map_err(broken)?.bytes().await.map_err(broken)?;
            found.push((object.location.to_string(), bytes.into()));
        }
        Ok(found)
    }

    /// Takes a content away; one that is gone already is as well.
    pub(crate) async fn remove(&self, place: (Uuid, Uuid, Part)) -> Result<(), Refusal> {
        match self.0.delete(&path(place)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(broken(error)),
        }
    }
}

fn path((organisation, id, part): (Uuid, Uuid, Part)) -> Path {
    Path::from_iter([organisation.simple().to_string(), id.simple().to_string(), part.word().to_owned()])
}

fn broken(error: Error) -> Refusal {
    fault(Fault::System(format!("attachments: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_kept_is_found_until_it_is_taken_away() {
        let folder = std::env::temp_dir().join(format!("banyan-store-{}", std::process::id()));
        for store in [Store::in_folder(&folder).unwrap(), Store::in_memory()] {
            let place = (Uuid::from_u128(1), Uuid::from_u128(2), Part::Whole);
            let [neighbour, preview] = [(Uuid::from_u128(3), place.1, place.2), (place.0, place.1, Part::Preview)];
            store.put(place, b"sealed".to_vec()).await.unwrap();
            assert_eq!(store.get(place).await.unwrap(), b"sealed");
            for elsewhere in [neighbour, preview] {
                assert!(matches!(store.get(elsewhere).await, Err(Refusal::Unavailable { .. })));
                store.remove(elsewhere).await.unwrap();
            }
            store.remove(place).await.unwrap();
            assert!(store.get(place).await.is_err());
        }
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0, "nothing is left, not even a folder");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
