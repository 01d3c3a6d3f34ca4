//! What PostgreSQL enforces: row security, policies, grants, roles.

use super::catalogue;
use crate::world::*;
use domain::nouns::{Object, Sight};
use std::collections::BTreeSet;

const ROLES: [&str; 5] = ["banyan_app", "banyan_identity", "banyan_oversight", "banyan_evaluator", "banyan_test"];

const OF_ORGANISATION: &str = "organisation_id = (SELECT nullif(current_setting('app.organisation', true), '')::uuid)";
const OF_READER: &str =
    "organisation_id = ANY ((SELECT string_to_array(current_setting('app.organisations', true), ',')::uuid[])::uuid[])";
const OF_ACCOUNT: &str = "account_id = (SELECT nullif(current_setting('app.account', true), '')::uuid)";
const OF_ITS_MEMBER: &str = "EXISTS (SELECT 1 FROM members m WHERE m.organisation_id = member_roles.organisation_id AND m.id = member_roles.member_id)";

/// The expression as this server prints it.
async fn printed(owner: &Sql, table: &str, expression: &str) -> String {
    owner.run(&format!("CREATE POLICY printed ON {table} USING ({expression})")).await.unwrap();
    let printed = owner.column("SELECT qual FROM pg_policies WHERE policyname = 'printed'").await.remove(0);
    owner.run(&format!("DROP POLICY printed ON {table}")).await.unwrap();
    printed
}

/// Whatever is wrong, a sentence each.
async fn faults(owner: &Sql, roles: &[&str]) -> BTreeSet<String> {
    let mut faults = BTreeSet::new();
    row_security(owner, &[], &mut faults).await;
    ways_around(owner, &mut faults).await;
    for role in roles {
        let powers = "rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication";
        if owner.number(&format!("SELECT count(*) FROM pg_roles WHERE rolname = '{role}' AND NOT ({powers})")).await
            != 1
        {
            faults.insert(format!("{role} is missing or too powerful"));
        }
        if owner.number(&format!("SELECT count(*) FROM pg_class WHERE relowner = '{role}'::regrole")).await != 0 {
            faults.insert(format!("{role} owns something"));
        }
    }
    faults
}

/// What is wrong with the row security of these tables; of all where none is named.
async fn row_security(owner: &Sql, only: &[&str], faults: &mut BTreeSet<String>) {
    let of_organisation = printed(owner, "members", OF_ORGANISATION).await;
    let of_reader = printed(owner, "members", OF_READER).await;
    let of_account = printed(owner, "members", OF_ACCOUNT).await;
    let of_its_member = printed(owner, "member_roles", OF_ITS_MEMBER).await;
    for table in catalogue::read(owner).await.into_iter().filter(catalogue::Table::belongs_to_organisations) {
        let name = &table.name;
        if !only.is_empty() && !only.contains(&name.as_str()) {
            continue;
        }
        let on = "SELECT count(*) FROM pg_class WHERE relrowsecurity AND relforcerowsecurity";
        if owner.number(&format!("{on} AND oid = '{name}'::regclass")).await != 1 {
            faults.insert(format!("{name}: row security is not enabled and forced"));
        }
        let policies = "SELECT policyname::text, permissive, array_to_string(roles, ','), cmd, coalesce(qual, ''), coalesce(with_check, '')
                        FROM pg_policies WHERE schemaname = 'public'";
        let found: BTreeSet<[String; 6]> = owner
            .rows(&format!("{policies} AND tablename = '{name}'"))
            .await
            .into_iter()
            .map(|row| row.try_into().unwrap())
            .collect();
        let mut expected =
            BTreeSet::from([policy("of_organisation", "banyan_app", "ALL", &of_organisation, &of_organisation)]);
        for role in ["banyan_oversight", "banyan_evaluator"] {
            if may_select(owner, role, name).await {
                expected.insert(policy(&format!("of_{role}"), role, "SELECT", &of_reader, ""));
            }
        }
        match name.as_str() {
            "members" => expected.insert(policy("of_account", "banyan_identity", "SELECT", &of_account, "")),
            "member_roles" => expected.insert(policy("of_account", "banyan_identity", "SELECT", &of_its_member, "")),
            _ => false,
        };
        for odd in found.symmetric_difference(&expected) {
            let how = if found.contains(odd) { "is not the template's" } else { "is missing" };
            faults.insert(format!("{name}: policy {} {how}", odd[0]));
        }
    }
}

fn policy(name: &str, role: &str, command: &str, using: &str, check: &str) -> [String; 6] {
    [name, "PERMISSIVE", role, command, using, check].map(str::to_owned)
}

async fn may_select(owner: &Sql, role: &str, table: &str) -> bool {
    owner.column(&format!("SELECT has_table_privilege('{role}', '{table}', 'SELECT')::text")).await == ["true"]
}

async fn ways_around(owner: &Sql, faults: &mut BTreeSet<String>) {
    for (what, question) in [
        (
            "runs as its owner",
            "SELECT oid::regprocedure::text FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace",
        ),
        (
            "is a view without security_invoker",
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
             AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)",
        ),
        (
            "is a materialized view",
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'm' AND relnamespace = 'public'::regnamespace",
        ),
        (
            "is open to everybody",
            "SELECT c.oid::regclass::text FROM pg_class c, aclexplode(c.relacl) a
             WHERE a.grantee = 0 AND c.relnamespace = 'public'::regnamespace",
        ),
        (
            "has grants on single columns",
            "SELECT DISTINCT attrelid::regclass::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
             WHERE a.attacl IS NOT NULL AND c.relnamespace = 'public'::regnamespace",
        ),
    ] {
        faults.extend(owner.column(question).await.into_iter().map(|name| format!("{name} {what}")));
    }
}

/// One line for each table, the roles that reach it and what they may do there.
async fn grants(owner: &Sql) -> String {
    let question = "SELECT c.relname::text, coalesce(string_agg(g.role || ' ' || g.rights, '   ' ORDER BY g.role), 'nobody')
        FROM pg_class c LEFT JOIN LATERAL (
          SELECT coalesce(r.rolname::text, 'everybody') AS role, string_agg(lower(a.privilege_type), '+' ORDER BY a.privilege_type) AS rights
          FROM aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
          WHERE a.grantee <> c.relowner GROUP BY 1) g ON true
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') GROUP BY 1 ORDER BY 1";
    let lines =
        owner.rows(question).await.into_iter().map(|row| format!("{:<26}{}", row[0], row[1].replace("banyan_", "")));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn nothing_opens_a_way_around_row_security() {
    run(Engine::Postgres, async |world: World| {
        assert_eq!(faults(&world.owner().await, &ROLES).await, BTreeSet::new());
    });
}

/// Whoever changes a grant changes this file, and somebody reads it.
#[test]
fn the_grants_are_the_intended_ones() {
    run(Engine::Postgres, async |world: World| {
        insta::assert_snapshot!(grants(&world.owner().await).await);
    });
}

#[test]
fn every_way_around_is_seen() {
    run(Engine::Postgres, async |world: World| {
        let owner = world.owner().await;
        let user = format!("banyan_planted_{}", std::process::id());
        let before = grants(&owner).await;
        for statement in [
            "CREATE TABLE diaries (organisation_id uuid NOT NULL REFERENCES organisations (id), id uuid, PRIMARY KEY (organisation_id, id))",
            "GRANT SELECT ON diaries TO PUBLIC",
            "CREATE POLICY planted ON clients FOR SELECT TO banyan_app USING (true)",
            "DROP POLICY of_organisation ON agreements",
            "ALTER POLICY of_organisation ON papers USING (true)",
            "ALTER TABLE cases NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE notices DISABLE ROW LEVEL SECURITY",
            "CREATE VIEW all_clients AS SELECT * FROM clients",
            "CREATE VIEW own_clients WITH (security_invoker=true) AS SELECT * FROM clients",
            "CREATE MATERIALIZED VIEW kept_clients AS SELECT * FROM clients",
            "CREATE FUNCTION clients_of_all() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM clients'",
            "GRANT SELECT ON member_roles TO banyan_oversight",
            "GRANT UPDATE (number) ON clients TO banyan_evaluator",
        ] {
            owner.run(statement).await.unwrap();
        }
        owner.run(&format!("CREATE ROLE {user} BYPASSRLS; ALTER TABLE districts OWNER TO {user}")).await.unwrap();
        let found = faults(&owner, &[&user]).await;
        owner.run(&format!("REASSIGN OWNED BY {user} TO CURRENT_USER; DROP ROLE {user}")).await.unwrap();
        assert_eq!(
            found,
            BTreeSet::from([
                "agreements: policy of_organisation is missing".to_owned(),
                "all_clients is a view without security_invoker".to_owned(),
                "cases: row security is not enabled and forced".to_owned(),
                "clients has grants on single columns".to_owned(),
                "clients: policy planted is not the template's".to_owned(),
                "clients_of_all() runs as its owner".to_owned(),
                "diaries is open to everybody".to_owned(),
                "diaries: policy of_banyan_evaluator is missing".to_owned(),
                "diaries: policy of_banyan_oversight is missing".to_owned(),
                "diaries: policy of_organisation is missing".to_owned(),
                "diaries: row security is not enabled and forced".to_owned(),
                "kept_clients is a materialized view".to_owned(),
                "member_roles: policy of_banyan_oversight is missing".to_owned(),
                "notices: row security is not enabled and forced".to_owned(),
                "papers: policy of_organisation is missing".to_owned(),
                "papers: policy of_organisation is not the template's".to_owned(),
                format!("{user} is missing or too powerful"),
                format!("{user} owns something"),
            ])
        );
        assert_ne!(grants(&owner).await, before, "the golden file would show it");
    });
}

/// Who may read a table is what its noun says: rows are for those who see rows, and `never` is no reading at all. What an
/// evaluator never sees by itself may still be needed to show a case, masked: a client.
#[test]
fn readers_are_those_that_the_nouns_name() {
    run(Engine::Postgres, async |world: World| {
        let owner = world.owner().await;
        let tables: BTreeSet<String> = catalogue::read(&owner)
            .await
            .into_iter()
            .filter(catalogue::Table::belongs_to_organisations)
            .map(|table| table.name)
            .collect();
        let mut seen = 0;
        for object in Object::ALL {
            let (noun, table) = (object.noun(), format!("{}s", object.code()));
            if !tables.contains(&table) {
                continue;
            }
            seen += 1;
            let district = may_select(&owner, "banyan_oversight", &table).await;
            assert_eq!(district, noun.district >= Sight::Rows, "{table}: the district");
            let evaluator = may_select(&owner, "banyan_evaluator", &table).await;
            assert!(evaluator || noun.evaluator < Sight::Rows, "{table}: an evaluator");
        }
        assert!(seen > 7, "{seen} nouns have a table of their name");
    });
}

/// Each policy by itself: dropped, and opened to everything.
#[test]
fn a_single_policy_that_is_gone_or_open_is_seen() {
    run(Engine::Postgres, async |world: World| {
        let owner = world.owner().await;
        let policies =
            "SELECT tablename::text, policyname::text FROM pg_policies WHERE schemaname = 'public' ORDER BY 1, 2";
        let policies = owner.rows(policies).await;
        assert!(policies.len() > 40, "{}", policies.len());
        for policy in policies {
            let (table, policy) = (&policy[0], &policy[1]);
            for weaken in [
                format!("DROP POLICY {policy} ON {table}"),
                format!("ALTER POLICY {policy} ON {table} USING (true)"),
                format!("ALTER POLICY {policy} ON {table} TO PUBLIC"),
            ] {
                owner.run("BEGIN").await.unwrap();
                owner.run(&weaken).await.unwrap();
                let mut found = BTreeSet::new();
                row_security(&owner, &[table.as_str()], &mut found).await;
                owner.run("ROLLBACK").await.unwrap();
                assert!(found.iter().any(|fault| fault.starts_with(&format!("{table}:"))), "{weaken}: {found:?}");
            }
        }
        assert_eq!(faults(&owner, &ROLES).await, BTreeSet::new());
    });
}
