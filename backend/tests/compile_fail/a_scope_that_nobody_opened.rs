//! A scope comes from a verified session: the doors to it are the backend's own.

use backend::{EvaluatorScope, OversightScope, PublicScope, StaffScope};

fn doors() {
    let _ = StaffScope::open;
    let _ = PublicScope::open;
    let _ = OversightScope::open;
    let _ = EvaluatorScope::open;
}

fn without_a_door(mut scope: StaffScope) {
    scope.acting = todo!();
}
