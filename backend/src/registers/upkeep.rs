//! What is asked again and again and presses, as rows of the work table.

use super::house::asked_of;
use super::{House, Line, Strip, may, open_to};
use crate::db::ReadTx;
use crate::scope::StaffScope;
use domain::papers::Right;
use domain::refusal::Refusal;
use domain::registers::Register;
use domain::rules::periodic::Periodic;
use domain::rules::{Consequence, Owner, Rule, Standing};
use std::sync::Arc;

/// What one rule asks of one register and what presses of it: all of it late, or all of it nearly due.
#[derive(Clone, Debug)]
pub struct Upkeep {
    /// The register.
    pub register: Arc<Register>,
    /// What is asked, with the lines that press, never none.
    pub strip: Strip,
    /// How they stand.
    pub standing: Standing,
}

impl Upkeep {
    /// Its place among others: what is late first, then what ends soonest.
    fn place(&self) -> impl Ord + use<> {
        let ends = self.strip.lines.iter().filter_map(Line::foremost).map(|turn| turn.stretch.last).min();
        (self.standing != Standing::Late, ends)
    }
}

/// What presses: of the whole house, or only what this member is to see to.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn upkeep(scope: &StaffScope, tx: &ReadTx, mine: bool) -> Result<Vec<Upkeep>, Refusal> {
    let today = scope.now().day();
    let may_owe = |duty: &Periodic| match duty.owner {
        Owner::Role(role) => !mine || scope.roles().contains(&role),
        Owner::Post(_) | Owner::Responsible => true,
    };
    let concerns = |register: &&Arc<Register>| {
        may(scope, register, Right::Read)
            && asked_of(register, today).any(|(rule, duty)| is_told(rule) && may_owe(duty))
    };
    let registers: Vec<Arc<Register>> = open_to(scope).filter(concerns).cloned().collect();
    if registers.is_empty() {
        return Ok(Vec::new());
    }
    let house = House::read(tx, scope.organisation(), &registers, today).await?.for_writer(scope);
    let mut pressing = Vec::new();
    for register in &registers {
        for strip in house.strips(register).into_iter().filter(|strip| is_told(strip.asked_by())) {
            for standing in [Standing::Late, Standing::Due] {
                let is_theirs = |line: &&Line| !mine || house.owes(scope, strip.duty.owner, line);
                let lines = strip.lines.iter().filter(|line| line.presses() == Some(standing)).filter(is_theirs);
                let strip = Strip { lines: lines.cloned().collect(), ..strip.clone() };
                if !strip.lines.is_empty() {
                    pressing.push(Upkeep { register: register.clone(), strip, standing });
                }
            }
        }
    }
    pressing.sort_by_key(Upkeep::place);
    Ok(pressing)
}

/// Whether somebody is told of it before anybody counts it.
pub(crate) fn is_told(rule: Option<&Rule>) -> bool {
    let tells =
        |rule: &Rule| rule.consequences.iter().any(|follows| matches!(follows, Consequence::Todo | Consequence::Warn));
    rule.is_none_or(tells)
}
