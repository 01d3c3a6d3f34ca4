//! tower-sessions over the backend's session rows. It keeps the cookie, and finds and ends the row; what a session is, and
//! when it ends, is the backend's to say, by the clock that is handed in.

use super::Shared;
use super::preferences::cookie_name;
use async_trait::async_trait;
use backend::Backend;
use backend::identity::sessions::{self, Beginning, Lifetime, Session};
use domain::ids::AccountId;
use domain::refusal::Refusal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::fmt;
use time::{Duration, OffsetDateTime};
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Error as SessionError, Id, Record};
use tower_sessions::session_store::{Error, Result as Stored, SessionStore};
use tower_sessions::{Expiry, SessionManagerLayer};

/// What a session is begun with, under this name until it is stored.
const BEGINNING: &str = "beginning";
/// What a stored session is found as.
const SESSION: &str = "session";

/// The layer that knows the cookie.
pub fn layer(shared: &Shared) -> SessionManagerLayer<Store> {
    let lifetime = shared.config.lifetime();
    SessionManagerLayer::new(Store { backend: shared.backend.clone(), lifetime })
        .with_name(cookie_name(shared, "session"))
        .with_secure(shared.config.is_https())
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnInactivity(Duration::milliseconds(lifetime.absolute.in_millis())))
}

/// The session that the browser named, if it has not ended.
///
/// # Errors
/// When the database does not answer.
pub async fn resume(named: &tower_sessions::Session) -> Result<Option<Session>, Refusal> {
    named.get(SESSION).await.map_err(refusal)
}

/// Whose session it was that the browser names under this value, if it has ended lately.
///
/// # Errors
/// When the database does not answer.
pub async fn whose(shared: &Shared, ended: Option<Id>) -> Result<Option<AccountId>, Refusal> {
    match ended {
        Some(id) => sessions::whose(shared.backend.core(), &id.to_string()).await,
        None => Ok(None),
    }
}

/// Begins a session in its place, under a new value: one that somebody else prepared is worth nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn begin(named: &tower_sessions::Session, new: Beginning) -> Result<(), Refusal> {
    named.clear().await;
    named.cycle_id().await.map_err(refusal)?;
    named.insert(BEGINNING, new).await.map_err(refusal)?;
    // Stored now and not when the answer is under way, so that a failure still finds its sentence.
    named.save().await.map_err(refusal)
}

/// Ends it.
///
/// # Errors
/// When the database does not answer.
pub async fn end(named: &tower_sessions::Session) -> Result<(), Refusal> {
    named.flush().await.map_err(refusal)
}

/// Sessions in the database, so that every instance knows them and one that was ended ends everywhere.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    lifetime: Lifetime,
}

impl fmt::Debug for Store {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Store")
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Stored<()> {
        let new: Beginning = read(record.data.get(BEGINNING))?;
        sessions::begin(self.backend.core(), self.lifetime, &record.id.to_string(), new).await.map_err(failed)
    }

    /// What a session began with never changes, and that it is used the backend notes by itself.
    async fn save(&self, _: &Record) -> Stored<()> {
        Ok(())
    }

    async fn load(&self, id: &Id) -> Stored<Option<Record>> {
        let found = sessions::resume(self.backend.core(), self.lifetime, &id.to_string()).await.map_err(failed)?;
        let Some(session) = found else { return Ok(None) };
        let ends = OffsetDateTime::from_unix_timestamp(session.ends.millis() / 1_000);
        let expiry_date = ends.map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data: HashMap::from([(SESSION.to_owned(), written(&session)?)]), expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Stored<()> {
        sessions::end(self.backend.core(), &id.to_string()).await.map_err(failed)
    }
}

fn written(session: &impl Serialize) -> Stored<serde_json::Value> {
    serde_json::to_value(session).map_err(|error| Error::Encode(error.to_string()))
}

fn read<T: DeserializeOwned>(value: Option<&serde_json::Value>) -> Stored<T> {
    serde_json::from_value(value.cloned().unwrap_or_default()).map_err(|error| Error::Decode(error.to_string()))
}

/// On its way through tower-sessions a refusal is its incident alone; the log has the cause already.
fn failed(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Unavailable { incident } => Error::Backend(incident),
        other => Error::Backend(other.to_string()),
    }
}

fn refusal(error: SessionError) -> Refusal {
    let incident = match error {
        SessionError::Store(Error::Backend(incident)) => incident,
        other => {
            tracing::error!(cause = %other, "a session cannot be read or written");
            String::new()
        }
    };
    Refusal::Unavailable { incident }
}
