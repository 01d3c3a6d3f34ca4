//! tower-sessions' store over the backend's session rows.

use async_trait::async_trait;
use backend::Backend;
use backend::identity::sessions::{self, Stored};
use domain::ids::AccountId;
use domain::refusal::Refusal;
use domain::time::Moment;
use std::fmt;
use tower_sessions::Session;
use tower_sessions::session::{self, Id, Record};
use tower_sessions::session_store::{Error, Result, SessionStore};

/// The name under which a session keeps its account.
pub const ACCOUNT: &str = "account";

/// Sessions in the database, so that every instance knows them and a revoked one ends everywhere.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
}

impl Store {
    /// A store on this backend.
    pub fn new(backend: Backend) -> Self {
        Self { backend }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Store")
    }
}

fn key(id: &Id) -> [u8; 16] {
    id.0.to_le_bytes()
}

/// The error carries the number under which the log has its cause.
fn failed(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Unavailable { incident } => Error::Backend(incident),
        other => Error::Backend(other.to_string()),
    }
}

/// The account that a session names, if it names one. A database that does not answer says nothing about who somebody is:
/// nobody is asked to sign in again because of it.
///
/// # Errors
/// [`Refusal::Unavailable`] when the session cannot be read now.
pub async fn account(session: &Session) -> std::result::Result<Option<AccountId>, Refusal> {
    match session.get::<String>(ACCOUNT).await {
        Ok(account) => Ok(account.and_then(|account| account.parse().ok())),
        Err(session::Error::Store(Error::Backend(incident))) => Err(Refusal::Unavailable { incident }),
        Err(_) => Ok(None),
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        while self.load(&record.id).await?.is_some() {
            record.id = Id::default();
        }
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let account =
            record.data.get(ACCOUNT).and_then(|value| value.as_str()).and_then(|text| text.parse::<AccountId>().ok());
        let data = serde_json::to_string(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let expires = Moment::from_millis(record.expiry_date.unix_timestamp() * 1_000);
        sessions::save(self.backend.core(), &key(&record.id), Stored { account, data, expires }).await.map_err(failed)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some(stored) = sessions::load(self.backend.core(), &key(id)).await.map_err(failed)? else {
            return Ok(None);
        };
        let data = serde_json::from_str(&stored.data).map_err(|error| Error::Decode(error.to_string()))?;
        let seconds = stored.expires.millis() / 1_000;
        let expiry_date =
            time::OffsetDateTime::from_unix_timestamp(seconds).map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sessions::end(self.backend.core(), &key(id)).await.map_err(failed)
    }
}
