//! Every rule of the book, tried: met, late, blocked, by pack, over a Spring Festival.

mod book;
mod clocks;
mod gates;
mod publishing;
mod safety;
mod years;

use super::*;
use crate::packs::PackSet;
use crate::time::{Day, Moment};

fn org(packs: &str) -> OrgRules {
    OrgRules::of(PackSet::parse(packs).unwrap())
}

fn at(raw: &str) -> Moment {
    Moment::parse(raw).unwrap()
}

/// 24:00 of a day.
fn end(raw: &str) -> Moment {
    Moment::end_of(Day::parse(raw).unwrap())
}
