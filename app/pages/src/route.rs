//! A line of the one table of addresses.
//!
//! Each line says under which address something is found, whose face it is, what it needs of the policy, and who handles
//! it. Each area has its lines; `app` puts them together, the server mounts the table, and the tests go through it: what is
//! not in it does not exist.

use crate::handling::{Answer, Request};
use crate::limits::{Limits, Rate};
use crate::site_map::Needs;
use backend::{Backend, EvaluatorScope, OversightScope, PublicScope, StaffScope};
use domain::refusal::Refusal;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// What an address can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Shows something and changes nothing.
    Get,
    /// Changes something, or is told what belongs in no address.
    Post,
}

/// Whose face a route belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// Everybody's: signing in, the front page.
    Open,
    /// A resident's, under `/s/{org}`.
    Public,
    /// An organisation's, under `/o/{org}`.
    Staff,
    /// A district's, under `/d/{district}`.
    District,
    /// An evaluator's, under `/e/{engagement}`.
    Evaluator,
}

/// One line of the table.
#[derive(Clone)]
pub struct Route {
    /// The address; parts in braces are handed in as parameters.
    pub path: &'static str,
    /// Whether it shows or changes.
    pub method: Verb,
    /// What the policy has to grant before the handler is called. The operation asks again in its own transaction.
    pub needs: Needs,
    /// Whether it is so grave that the person has to have proved lately who they are.
    pub fresh: bool,
    /// What it takes at most.
    pub limits: Limits,
    /// Who handles it.
    pub handler: Handler,
}

/// What a handler will answer.
pub type Answering = Pin<Box<dyn Future<Output = Result<Answer, Refusal>> + Send>>;

/// A function from who asks and what is asked to an answer.
pub type Handle<Scope> = Arc<dyn Fn(Scope, Request) -> Answering + Send + Sync>;

/// A handler, by the scope that it is given: this is how an evaluator's page cannot even be written with a scope that
/// changes something.
#[derive(Clone)]
pub enum Handler {
    /// For everybody; it has no scope.
    Open(Handle<Backend>),
    /// For residents.
    Public(Handle<PublicScope>),
    /// For the staff of an organisation.
    Staff(Handle<StaffScope>),
    /// For a district.
    District(Handle<OversightScope>),
    /// For evaluators.
    Evaluator(Handle<EvaluatorScope>),
}

impl Route {
    fn new(method: Verb, path: &'static str, needs: Needs, handler: Handler) -> Self {
        let rate = match (method, &handler) {
            (Verb::Get, _) => Rate::Look,
            (Verb::Post, Handler::Public(_)) => Rate::Resident,
            (Verb::Post, _) => Rate::Change,
        };
        Self { path, method, needs, fresh: false, limits: Limits::usual(rate), handler }
    }

    /// So grave that the person has to prove again who they are, unless they just did.
    #[must_use]
    pub fn fresh(mut self) -> Self {
        self.fresh = true;
        self
    }

    /// With limits of its own.
    #[must_use]
    pub fn limited(mut self, limit: impl FnOnce(&mut Limits)) -> Self {
        limit(&mut self.limits);
        self
    }

    /// Whose face it belongs to.
    #[must_use]
    pub const fn face(&self) -> Face {
        match self.handler {
            Handler::Open(_) => Face::Open,
            Handler::Public(_) => Face::Public,
            Handler::Staff(_) => Face::Staff,
            Handler::District(_) => Face::District,
            Handler::Evaluator(_) => Face::Evaluator,
        }
    }

    /// Whether it may change something.
    #[must_use]
    pub fn posts(&self) -> bool {
        self.method == Verb::Post
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?} {} for {:?}, needs {:?}", self.method, self.path, self.face(), self.needs)
    }
}

/// Writes the constructor of one face.
macro_rules! faces {
    ($($(#[$doc:meta])* $name:ident $Variant:ident $Scope:ident;)+) => {$(
        $(#[$doc])*
        pub fn $name<Fut>(
            method: Verb,
            path: &'static str,
            needs: impl Into<Needs>,
            handler: impl Fn($Scope, Request) -> Fut + Send + Sync + 'static,
        ) -> Route
        where
            Fut: Future<Output = Result<Answer, Refusal>> + Send + 'static,
        {
            let handle: Handle<$Scope> = Arc::new(move |scope, request| Box::pin(handler(scope, request)));
            Route::new(method, path, needs.into(), Handler::$Variant(handle))
        }
    )+};
}

faces! {
    /// A route for residents.
    public Public PublicScope;
    /// A route for an organisation's staff: `staff(Get, "/o/{org}/cases", (Object::Case, Action::List), cases::list)`.
    staff Staff StaffScope;
    /// A route for a district.
    district District OversightScope;
    /// A route for evaluators.
    evaluator Evaluator EvaluatorScope;
}

/// A route for everybody; there is nobody yet whom the policy could be asked about.
pub fn open<Fut>(
    method: Verb,
    path: &'static str,
    handler: impl Fn(Backend, Request) -> Fut + Send + Sync + 'static,
) -> Route
where
    Fut: Future<Output = Result<Answer, Refusal>> + Send + 'static,
{
    let handle: Handle<Backend> = Arc::new(move |backend, request| Box::pin(handler(backend, request)));
    Route::new(method, path, None, Handler::Open(handle))
}
