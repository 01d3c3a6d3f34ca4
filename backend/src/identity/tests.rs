//! That names cannot be found out by how much work an answer makes: counted, not timed.

use super::password::work;
use super::{NewAccount, activate, create_account, sign_in};
use crate::world::*;
use domain::refusal::Refusal;

on_both_engines! {
    async fn every_answer_costs_one_hash(world: World) {
        let new = |name: &str| NewAccount {
            sign_in_name: name.to_owned(),
            display_name: name.to_owned(),
            password: None,
        };
        let (_, token) = create_account(world.core(), new("known")).await.unwrap();
        activate(world.core(), &token.unwrap(), "correct horse battery", "correct horse battery", "").await.unwrap();
        create_account(world.core(), new("no.password")).await.unwrap();
        let (_, token) = create_account(world.core(), new("disabled")).await.unwrap();
        activate(world.core(), &token.unwrap(), "correct horse battery", "correct horse battery", "").await.unwrap();
        world.owner().await.run("UPDATE accounts SET disabled_at = 1 WHERE sign_in_name = 'disabled'").await.unwrap();

        for name in ["known", "unknown", "no.password", "disabled", "no name at all", "", "' OR 1=1 --"] {
            // A password that no other test tries, so that only this attempt is counted.
            let password = format!("guess at {name:?} on {:?}", world.engine());
            let refusal = sign_in(world.core(), name, &password, "192.0.2.1").await.unwrap_err();
            assert_eq!(refusal, Refusal::WrongCredentials, "{name}");
            assert_eq!(work::on(&password), 1, "{name}");
        }
    }
}
