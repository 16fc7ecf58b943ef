//! `RANDOM`.

/// The generator behind `RANDOM`: the minimal standard one, whose numbers a seed decides.
#[derive(Clone, Debug)]
pub(crate) struct Random {
    state: u32,
    last: u16,
}

impl Random {
    /// A generator that starts from `seed`.
    pub fn seeded(seed: u32) -> Self {
        Random { state: seed, last: 0 }
    }

    /// Another generator for a subshell, so that it does not repeat its parent's numbers.
    pub fn forked(&self, salt: u32) -> Self {
        Random { state: self.state ^ salt.wrapping_mul(0x9e37_79b9), last: self.last }
    }

    /// The next number below 32768, never the same twice in a row.
    pub fn next(&mut self) -> u16 {
        loop {
            self.state = step(self.state);
            let mixed = (self.state >> 16) ^ (self.state & 0xffff);
            let number = (mixed & 0x7fff) as u16;
            if number != self.last {
                self.last = number;
                return number;
            }
        }
    }
}

/// x' = 16807 x mod (2^31 - 1), in the order of operations that keeps to 32 bits; 0 is replaced, as it would stay.
fn step(state: u32) -> u32 {
    let state = if state == 0 { 123_459_876 } else { i64::from(state) };
    let (high, low) = (state / 127_773, state % 127_773);
    let next = 16807 * low - 2836 * high;
    (if next < 0 { next + 2_147_483_647 } else { next }) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_numbers_of_bash() {
        // `RANDOM=42; echo $RANDOM $RANDOM $RANDOM`
        for (seed, numbers) in [(42, [17772, 26794]), (0, [20814, 24386]), (-5, [17653, 593])] {
            let mut random = Random::seeded(seed as u32);
            assert_eq!([random.next(), random.next()], numbers);
        }
    }
}
