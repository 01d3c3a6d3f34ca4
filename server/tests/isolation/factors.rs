//! Three of the house and their second factor: `supervisor` has given it, `finance` is setting it up, and `halfway`
//! has given the password and not yet the code.

use crate::authenticator::Authenticator;
use crate::ground::{Person, person};
use crate::harvest::Harvest;
use crate::recovery::recovery_codes;
use crate::visitor::Visitor;
use crate::world::World;
use app::route::Route;

/// What each of them would type next.
pub struct Factors {
    /// The first code of `finance`.
    first: String,
    /// One of the recovery codes of `halfway`.
    recovery: String,
}

impl Factors {
    /// Goes to these steps.
    pub async fn set_up(world: &World, people: &mut [Person]) -> Self {
        let supervisor = visitor(people, "supervisor");
        let app = begin(supervisor).await;
        supervisor.enter("/me/second-factor/confirm", &app.code(&*world.clock)).await;

        let finance = visitor(people, "finance");
        let first = begin(finance).await.code(&*world.clock);

        let halfway = visitor(people, "halfway");
        let app = begin(halfway).await;
        let shown = halfway.enter("/me/second-factor/confirm", &app.code(&*world.clock)).await;
        let recovery = recovery_codes(&shown).remove(0);
        halfway.sign_in_anew("halfway").await;
        Self { first, recovery }
    }

    /// Where these steps lead, with the codes that go there.
    pub async fn gather(&self, routes: &[Route], people: &[Person], today: (&str, &str)) -> Harvest {
        let mut all = Harvest::default();
        for (name, start, code) in [
            ("finance", "/me/second-factor", Some(&self.first)),
            ("supervisor", "/me/second-factor", None),
            ("halfway", "/sign-in/code", Some(&self.recovery)),
        ] {
            let visitor = &person(people, name).visitor;
            let led = Harvest::gather(routes, visitor, &[start.to_owned()], today, 1).await;
            all = all.join(code.into_iter().fold(led, |led, code| led.typing("code", code)));
        }
        all
    }
}

fn visitor<'p>(people: &'p mut [Person], name: &str) -> &'p mut Visitor {
    &mut people.iter_mut().find(|person| person.name == name).unwrap().visitor
}

async fn begin(visitor: &mut Visitor) -> Authenticator {
    assert_eq!(visitor.post("/me/second-factor", &[]).await.status, 303);
    Authenticator::scan(&visitor.get("/me/second-factor").await.body)
}
