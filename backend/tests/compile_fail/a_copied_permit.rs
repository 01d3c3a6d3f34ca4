//! A permit is used where it was given, and cannot be put by.

use backend::change::{Act, Permit};

fn copied<A: Act>(permit: &Permit<A>) -> Permit<A> {
    permit.clone()
}
