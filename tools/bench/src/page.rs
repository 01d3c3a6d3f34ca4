//! The list of cases as one would write it by hand in axum and askama: the same statements on the same rows, the same page
//! to look at. It has no session, no permit, no row security and no seals: what it costs is the floor.
//!
//! Names and the words of a due time come from a file that was made before: this page opens no seal and knows no working
//! days. The frame around the rows is the product's own, as bytes.

use anyhow::{Context as _, Result};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgPool, PgPoolOptions, PgRow};
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

/// What the page is told before it starts.
#[derive(Serialize, Deserialize)]
pub struct Prepared {
    pub station: String,
    pub organisation: Uuid,
    pub worker: Uuid,
    /// The page before the first row and after the last.
    pub before: String,
    pub after: String,
    /// Each case's masked name, and its due time as it is written.
    pub words: HashMap<Uuid, (String, String)>,
}

#[derive(Template)]
#[template(path = "cases.html")]
struct Page<'a> {
    station: &'a str,
    before: &'a str,
    after: &'a str,
    rows: Vec<Case<'a>>,
}

struct Case<'a> {
    id: Uuid,
    name: &'a str,
    number: String,
    service: String,
    responsible: String,
    opened: String,
    late: usize,
    due: &'a str,
    state: &'static str,
}

struct Shared {
    pool: PgPool,
    prepared: Prepared,
}

/// Serves the page until it is killed.
pub async fn serve(database: &str, prepared: &Path, port: u16) -> Result<()> {
    let prepared = serde_json::from_slice(&std::fs::read(prepared)?)?;
    let pool = PgPoolOptions::new().max_connections(16).connect(database).await?;
    let router = Router::new()
        .route("/readyz", get(async || "ok"))
        .route("/cases", get(cases))
        .with_state(Arc::new(Shared { pool, prepared }));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    Ok(axum::serve(listener, router).await?)
}

async fn cases(State(shared): State<Arc<Shared>>) -> Result<Html<String>, StatusCode> {
    render(&shared).await.map(Html).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

async fn render(shared: &Shared) -> Result<String> {
    let Shared { pool, prepared } = shared;
    let of = |table: &str, rest: &str| format!("SELECT * FROM {table} WHERE organisation_id = $1 {rest}");
    let sql =
        of("cases", "AND responsible_id = $2 AND state IN ('opened', 'serving', 'closing') ORDER BY id DESC LIMIT 51");
    let mut rows =
        sqlx::query(AssertSqlSafe(sql)).bind(prepared.organisation).bind(prepared.worker).fetch_all(pool).await?;
    rows.truncate(50);
    let column = |name: &str| rows.iter().map(|row| row.try_get(name)).collect::<Result<Vec<Uuid>, _>>();
    let ids = column("id")?;
    let many = async |table: &str, rest: &str, ids: &[Uuid]| {
        sqlx::query(AssertSqlSafe(of(table, rest))).bind(prepared.organisation).bind(ids.to_vec()).fetch_all(pool).await
    };
    let clients = many("clients", "AND id = ANY($2)", &column("client_id")?).await?;
    let keys = clients.iter().map(|client| client.try_get("key_id")).collect::<Result<Vec<Uuid>, _>>()?;
    many("person_keys", "AND id = ANY($2)", &keys).await?;
    let names = all(pool, &of("members", ""), prepared.organisation).await?;
    let services = all(pool, &of("services", ""), prepared.organisation).await?;
    let planned =
        "SELECT id, file_id FROM papers WHERE organisation_id = $1 AND file_id = ANY($2) AND state = 'planned'";
    let planned = sqlx::query(planned).bind(prepared.organisation).bind(&ids).fetch_all(pool).await?;
    let mut of_case: HashMap<Uuid, Uuid> = ids.iter().map(|id| (*id, *id)).collect();
    for (id, row) in ids.iter().zip(&rows) {
        // A case that began with a crisis or a call has no application.
        of_case.extend(row.try_get::<Option<Uuid>, _>("application_id")?.map(|application| (application, *id)));
    }
    for row in &planned {
        of_case.insert(row.try_get("id")?, row.try_get("file_id")?);
    }
    let subjects: Vec<Uuid> = of_case.keys().copied().collect();
    let duties = many("obligations", "AND subject_id = ANY($2)", &subjects).await?;
    let now = now();
    let mut late: HashMap<Uuid, usize> = HashMap::new();
    for duty in &duties {
        let (subject, open, late_at): (Uuid, bool, i64) =
            (duty.try_get("subject_id")?, duty.try_get("open")?, duty.try_get("late_at")?);
        if let (true, true, Some(case)) = (open, late_at < now, of_case.get(&subject)) {
            *late.entry(*case).or_default() += 1;
        }
    }
    let rows = rows.iter().map(|row| case(row, prepared, &names, &services, &late)).collect::<Result<Vec<_>>>()?;
    let page = Page { station: &prepared.station, before: &prepared.before, after: &prepared.after, rows };
    Ok(page.render()?)
}

fn case<'a>(
    row: &PgRow,
    prepared: &'a Prepared,
    names: &HashMap<Uuid, String>,
    services: &HashMap<Uuid, String>,
    late: &HashMap<Uuid, usize>,
) -> Result<Case<'a>> {
    let id: Uuid = row.try_get("id")?;
    let (name, due) = prepared.words.get(&id).context("a case that was not prepared")?;
    let named = |of: &HashMap<Uuid, String>, column: &str| -> Result<String> {
        Ok(of.get(&row.try_get::<Uuid, _>(column)?).cloned().unwrap_or_default())
    };
    Ok(Case {
        id,
        name,
        number: row.try_get("number")?,
        service: named(services, "service_id")?,
        responsible: named(names, "responsible_id")?,
        opened: day(row.try_get("opened_at")?),
        late: late.get(&id).copied().unwrap_or_default(),
        due,
        state: match row.try_get::<&str, _>("state")? {
            "opened" => "已确认",
            "serving" => "服务中",
            _ => "待结案",
        },
    })
}

async fn all(pool: &PgPool, sql: &str, organisation: Uuid) -> Result<HashMap<Uuid, String>> {
    let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).bind(organisation).fetch_all(pool).await?;
    rows.iter().map(|row| Ok((row.try_get("id")?, row.try_get("name")?))).collect()
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or_default()
}

/// `11月18日 周三`, in China's time.
fn day(millis: i64) -> String {
    let days = (millis + 8 * 3_600_000).div_euclid(86_400_000);
    let weekday = ["四", "五", "六", "日", "一", "二", "三"][usize::try_from(days.rem_euclid(7)).unwrap_or_default()];
    // Howard Hinnant's civil_from_days, for the month and the day.
    let day_of_era = (days + 719_468).rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    format!("{month}月{}日 周{weekday}", day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_day_is_written_as_the_product_writes_it() {
        assert_eq!(super::day(1_795_000_000_000), "11月18日 周三");
        assert_eq!(super::day(951_753_600_000), "2月29日 周二");
    }
}
