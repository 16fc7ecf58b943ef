//! What services charge.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use crate::ledger::{RequestKind, Requests};

/// An amount of US dollars, in steps of 10^-12: a byte of a cheap transfer is a few.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(u64);

const STEPS: f64 = 1e12;

impl Money {
    /// This many dollars, to the nearest step; what is negative or no number is nothing.
    pub fn dollars(dollars: f64) -> Self {
        // A cast keeps to the type's range.
        Money((dollars * STEPS).round() as u64)
    }

    /// As dollars.
    pub fn as_dollars(self) -> f64 {
        self.0 as f64 / STEPS
    }

    /// `count` times as much.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Money(self.0.saturating_mul(count))
    }

    /// What is left of it after `spent`.
    #[must_use]
    pub fn less(self, spent: Money) -> Self {
        Money(self.0.saturating_sub(spent.0))
    }

    /// How many things at this price each `self` pays; none: any number.
    pub(crate) fn pays(self, each: Money) -> Option<u64> {
        self.0.checked_div(each.0)
    }
}

impl Add for Money {
    type Output = Money;

    fn add(self, more: Money) -> Money {
        Money(self.0.saturating_add(more.0))
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, more: Money) {
        *self = *self + more;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::default(), Add::add)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}", self.as_dollars())
    }
}

/// What a service charges for requests and for bytes that pass between it and here. The default is nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Price {
    /// One page of a listing.
    pub list: Money,
    /// One request of metadata.
    pub stat: Money,
    /// One request of content.
    pub read: Money,
    /// One request that creates, changes or copies.
    pub write: Money,
    /// One search.
    pub search: Money,
    /// One request of another kind.
    pub other: Money,
    /// One byte received.
    pub byte_in: Money,
    /// One byte sent.
    pub byte_out: Money,
}

impl Price {
    /// One request of this kind.
    pub fn request(&self, kind: RequestKind) -> Money {
        match kind {
            RequestKind::List => self.list,
            RequestKind::Stat => self.stat,
            RequestKind::Read => self.read,
            RequestKind::Write => self.write,
            RequestKind::Search => self.search,
            RequestKind::Other => self.other,
        }
    }

    /// All of these requests and bytes.
    pub fn of(&self, requests: &Requests, received: u64, sent: u64) -> Money {
        let asked: Money =
            RequestKind::ALL.iter().map(|&kind| self.request(kind).times(requests[kind])).sum();
        asked + self.byte_in.times(received) + self.byte_out.times(sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_prices_add_up_exactly() {
        let price =
            Price { read: Money::dollars(0.4e-6), byte_in: Money::dollars(0.09e-9), ..Price::default() };
        let cost = price.of(&Requests::of(RequestKind::Read, 1_000_000), 10_000_000_000, 5);
        assert_eq!(cost, Money::dollars(1.3));
    }

    #[test]
    fn what_can_not_be_an_amount_is_nothing_or_the_most() {
        assert_eq!((Money::dollars(-1.0), Money::dollars(f64::NAN)), (Money::default(), Money::default()));
        assert_eq!(Money::dollars(1e300) + Money::dollars(1.0), Money::dollars(f64::INFINITY));
    }
}
