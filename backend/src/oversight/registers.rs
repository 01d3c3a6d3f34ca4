//! What is asked of a station's registers and how it stands, in numbers.
//!
//! The district's lane has no way to a paper, and gets none: a right to some columns would have to be held in two engines, a
//! table of counts kept true by every operation. As with an opening, the numbers are read through the station's own lane once it
//! was found in the district; of a paper [`House`] reads where it lies, how it stands and two dates, and only of registers that
//! say that the district sees numbers.

use crate::organisations::Organisation;
use crate::registers::{House, Strip, offered};
use crate::scope::OversightScope;
use domain::access::{Action, Object};
use domain::nouns::Sight;
use domain::refusal::Refusal;
use domain::registers::Register;
use std::sync::Arc;

/// A station, with what is asked of each register of which the district sees numbers.
///
/// # Errors
/// [`Refusal::NotFound`] when the organisation is not of this district.
pub async fn registers(
    scope: &OversightScope,
    slug: &str,
) -> Result<(Arc<Organisation>, Vec<(Arc<Register>, Vec<Strip>)>), Refusal> {
    scope.need(Object::Figures, Action::Read)?;
    let organisation = scope.organisation(slug)?.clone();
    let registers = seen(scope, &organisation);
    let tx = scope.core().db.read(organisation.id.uuid()).await?;
    let house = House::read(&tx, &organisation, &registers, scope.now().day()).await?;
    let strips =
        registers.iter().map(|register| (register.clone(), house.strips_among(register, &registers))).collect();
    Ok((organisation, strips))
}

/// The registers of a station of which the district sees numbers, area by area.
pub(crate) fn seen(scope: &OversightScope, station: &Organisation) -> Vec<Arc<Register>> {
    let seen = |register: &&Arc<Register>| register.seen_by.district >= Sight::Numbers;
    let mut seen: Vec<Arc<Register>> = offered(scope.registers(), station).filter(seen).cloned().collect();
    seen.sort_by_key(|register| register.area);
    seen
}
