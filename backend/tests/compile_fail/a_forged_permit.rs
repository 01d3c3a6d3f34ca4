//! Only a change makes permits, by asking the policy.

use backend::change::{Act, Permit};
use domain::access::{Action, Object};
use std::marker::PhantomData;

struct AddClient;

impl Act for AddClient {
    const OBJECT: Object = Object::Client;
    const ACTION: Action = Action::Create;
}

fn forged() -> Permit<AddClient> {
    Permit { act: PhantomData }
}
